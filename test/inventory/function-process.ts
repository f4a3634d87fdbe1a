import { ChildProcess, spawn } from 'child_process';
import * as path from 'path';

const BUNDLE = path.join(__dirname, '..', '..', 'lib', 'assets', 'inventory', 'handler', 'index', 'index.js');

/** Loads the bundle, and calls it for each message, as Lambda does. */
const RUNTIME = `
const { handler } = require(${JSON.stringify(BUNDLE)});
process.on('message', async ({ id, task }) => {
  try {
    process.send({ id, result: await handler(task, { getRemainingTimeInMillis: () => 900000 }) });
  } catch ({ name, message }) {
    process.send({ id, error: { name, message } });
  }
});
`;

/** The bundle in a process of its own. */
export class FunctionProcess {
  /** What it logged. */
  readonly lines: any[] = [];
  private readonly process: ChildProcess;
  private readonly waiting = new Map<number, (message: any) => void>();
  private calls = 0;

  constructor(environment: Record<string, string>) {
    this.process = spawn(process.execPath, ['-e', RUNTIME], { env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    let text = '';
    this.process.stdout!.on('data', chunk => {
      const complete = (text + chunk).split('\n');
      text = complete.pop()!;
      this.lines.push(...complete.map(line => JSON.parse(line)));
    });
    this.process.on('message', (message: any) => this.waiting.get(message.id)!(message));
  }

  async invoke(task: unknown): Promise<unknown> {
    this.calls += 1;
    const id = this.calls;
    const { error, result } = await new Promise<any>(resolve => {
      this.waiting.set(id, resolve);
      this.process.send({ id, task });
    });
    if (error) { throw Object.assign(new Error(error.message), { name: error.name }); }
    return result;
  }

  async stop(): Promise<void> {
    const stopped = new Promise(resolve => this.process.once('exit', resolve));
    this.process.kill();
    await stopped;
  }
}
