import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { isRunning, processesAreVisible, processTree } from '../e2e/engine/processes';

const ROOT = path.join(__dirname, '..', '..');

interface Playing {
  readonly pid: number;
  readonly ended: Promise<{ code: number | null; output: string }>;
  /** Resolves when this has been printed. */
  shows(text: string): Promise<void>;
}

function startDemo(): Playing {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/demo/main.ts'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const take = (chunk: Buffer): void => { output += chunk; };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<{ code: number | null; output: string }>(resolve => child.once('close', code => resolve({ code, output })));
  const shows = async (text: string): Promise<void> => {
    while (!output.includes(text)) {
      if (child.exitCode !== null) throw new Error(`The demo ended without "${text}":\n${output}`);
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  };
  return { pid: child.pid!, ended, shows };
}

test('the demo plays to its end', async () => {
  const { code, output } = await startDemo().ended;
  expect(output).toMatch(/us-west-2 +● IN_PROGRESS[^]*us-west-2 +● SYNCHRONIZED[^]*us-east-1 +CVV2 (\d{3})\n[^\n]*us-west-2 +CVV2 \1\n[^]*us-west-2 +alias\/cvk -> [^]*eu-west-1 +● SYNCHRONIZED[^]*eu-west-1 +alias\/cvk -> [^]*DELETE_PENDING[^]*Nothing is left running/);
  expect(code).toBe(0);
}, 180_000);

(processesAreVisible ? test : test.skip)('an interrupted demo says so, fails, and leaves nothing running', async () => {
  const demo = startDemo();
  await demo.shows('IN_PROGRESS');
  const tree = processTree(demo.pid);
  process.kill(demo.pid, 'SIGINT');
  const { code, output } = await demo.ended;
  expect(output).toContain('The demo failed: interrupted (SIGINT)');
  expect(code).toBe(1);
  expect(tree.length).toBeGreaterThan(3); // the demo, cdk, the engine and the function
  expect(tree.filter(isRunning)).toEqual([]);
}, 180_000);
