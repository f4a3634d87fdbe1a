/** What the tests start: on the loopback interface only, and gone afterwards. */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { cardVerificationKey } from './engine/card-verification-key';
import { isRunning, listeningAddresses, processesAreVisible, processTree } from './engine/processes';
import { Session } from './engine/session';

const onLinux = processesAreVisible ? describe : describe.skip;

onLinux('the processes of a session', () => {
  test('listen on the loopback interface only, and end with it', async () => {
    const session = await Session.start();
    try {
      const { status } = await session.stack('listening').deploy(scope => cardVerificationKey(scope));
      expect(status).toBe('CREATE_COMPLETE');
      const tree = processTree(session.engine.pid);
      expect(tree.length).toBeGreaterThan(1); // the engine and the function
      const addresses = listeningAddresses([process.pid, ...tree]);
      expect(addresses).toEqual(expect.arrayContaining([session.engine.url, session.server.url, session.gate.origin].map(url => new URL(url).host)));
      expect(addresses.filter(address => !address.startsWith('127.0.0.1:'))).toEqual([]);
      await session.stop();
      expect(tree.filter(isRunning)).toEqual([]);
      expect(fs.existsSync(session.engine.scratch)).toBe(false);
    } finally {
      await session.stop();
    }
  }, 120_000);

  test('end even when the one that started them is killed', async () => {
    const script = "const { startLocalEngine } = require('./local-engine.ts'); startLocalEngine().then(({ pid, scratch }) => console.log(JSON.stringify({ pid, scratch })));";
    const parent = spawn(process.execPath, ['--import', 'tsx', '--eval', script], { cwd: path.join(__dirname, 'engine'), stdio: ['ignore', 'pipe', 'inherit'] });
    const { pid, scratch } = JSON.parse(await new Promise<string>(resolve => parent.stdout.once('data', chunk => resolve(String(chunk))))) as { pid: number; scratch: string };
    expect(isRunning(pid)).toBe(true);
    parent.kill('SIGKILL');
    const begin = Date.now();
    while (isRunning(pid) && Date.now() - begin < 5_000) await new Promise(resolve => setTimeout(resolve, 50));
    expect(isRunning(pid)).toBe(false);
    expect(fs.existsSync(scratch)).toBe(false);
  }, 60_000);
});
