/**
 * The local AWS engine: CloudFormation, Lambda, Step Functions, EventBridge, S3, SSM and STS on the loopback
 * interface, in one process per test file. Functions run as real Node processes beside it.
 */
import { ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { pythonEnvironment } from '../../python/environment';

/** Until what a function logged is written, however slow the machine is. */
const SECONDS_UNTIL_LOGGED = 30;

/** The account of every caller, unless another is chosen. */
export const ACCOUNT = '000000000000';

export interface LocalEngineOptions {
  /** The account of every caller. Default: ACCOUNT. */
  readonly account?: string;
  /** Default: any free one. A taken one is an error with the code EADDRINUSE. */
  readonly port?: number;
  /** The interpreter whose packages hold MiniStack. Default: that of the project, which is installed first if it is not there. */
  readonly python?: string;
  /** Environment variables of every function; those that a function declares itself win. Default: none. */
  readonly functionEnvironment?: Readonly<Record<string, string>>;
  /** Where custom resources are told to send their answers. Default: the engine itself. */
  readonly answerOrigin?: (port: number) => Promise<string>;
  /** Whether custom resources that wait for no other are created at the same time. Default: one after the other. */
  readonly createAtOnce?: boolean;
}

/** What a custom resource answered, as it arrived. */
export interface DeliveredAnswer {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly answer: { readonly Status: string; readonly Reason?: string; readonly PhysicalResourceId?: string; readonly LogicalResourceId: string };
}

export interface LocalEngine {
  readonly url: string;
  readonly account: string;
  readonly pid: number;
  /** How the engine ended, `exit code 1` or the name of a signal, whoever made it end. */
  readonly ended: Promise<string>;
  /** A folder that is gone when the engine has stopped. */
  readonly scratch: string;
  /** What the engine printed. */
  log(): string;
  /** What all functions logged, also those of stacks that are gone. */
  functionLog(): string;
  /** The same, once it holds a text, or after half a minute: the engine writes what a function logged after the function has answered. */
  functionLogWith(text: string): Promise<string>;
  /** What custom resources answered, whoever gave the answer. */
  answers(): DeliveredAnswer[];
  /** How long the waits of state machines take: 1 as declared, 0 not at all. */
  setWaitScale(scale: number): Promise<void>;
  stop(): Promise<void>;
}

const LAUNCHER = path.join(__dirname, 'launcher.py');
const START_MS = 20_000;
const GRACE_MS = 5_000;

export async function startLocalEngine(options: LocalEngineOptions = {}): Promise<LocalEngine> {
  const { account = ACCOUNT, python = (await pythonEnvironment()).python } = options;
  const port = await freePort(options.port);
  const url = `http://127.0.0.1:${port}`;
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'payment-keys-engine-'));
  const logFile = path.join(scratch, 'engine.log');
  const output = fs.openSync(logFile, 'w');
  const log = (): string => fs.readFileSync(logFile, 'utf8');
  const written = (name: string): string => {
    const file = path.join(scratch, name);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  };

  const answerOrigin = await options.answerOrigin?.(port);
  const child = spawn(python, [LAUNCHER], {
    cwd: scratch,
    // A process group of its own: Ctrl-C in a terminal reaches the process that started the engine, which then ends it.
    detached: true,
    env: {
      ...options.functionEnvironment,
      ...environment(scratch, port),
      MINISTACK_ACCOUNT_ID: account,
      // The provider's function sends its answers to CloudFormation's bucket only, or to this place.
      TEST_ANSWER_ORIGIN: answerOrigin ?? url,
      ANSWER_ORIGIN: answerOrigin,
      CREATE_AT_ONCE: options.createAtOnce ? '1' : undefined,
    },
    // The engine ends when its standard input does: with this process, however that ends.
    stdio: ['pipe', output, output],
  });
  fs.closeSync(output);
  const ended = new Promise<string>(resolve => child
    .once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
    .once('error', ({ message }) => resolve(message)));
  const stop = async (): Promise<void> => {
    await end(child, ended);
    fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  };

  try {
    await untilHealthy(url, child, log);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    account,
    pid: child.pid!,
    ended,
    scratch,
    log,
    functionLog: () => written('functions.log'),
    functionLogWith: async text => {
      const latest = Date.now() + SECONDS_UNTIL_LOGGED * 1000;
      while (!written('functions.log').includes(text) && Date.now() < latest) { await new Promise(resolve => setTimeout(resolve, 100)); }
      return written('functions.log');
    },
    answers: () => written('answers.jsonl').split('\n').filter(line => line !== '').map(line => JSON.parse(line) as DeliveredAnswer),
    stop,
    setWaitScale: async scale => {
      const response = await fetch(`${url}/_ministack/config`, {
        method: 'POST',
        body: JSON.stringify({ 'stepfunctions._SFN_WAIT_SCALE': scale }),
      });
      if (!response.ok) throw new Error(`The engine did not take the wait scale: HTTP ${response.status}`);
    },
  };
}

/** The whole environment: functions inherit it, and nothing of this machine may get in. */
function environment(scratch: string, port: number): Record<string, string> {
  return {
    PATH: [path.dirname(process.execPath), '/usr/bin', '/bin'].join(path.delimiter),
    SCRATCH: scratch,
    HOME: scratch,
    TMPDIR: scratch,
    STATE_DIR: path.join(scratch, 'state'),
    S3_DATA_DIR: path.join(scratch, 's3'),
    BIND_HOST: '127.0.0.1',
    MINISTACK_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    // These two listen on every interface otherwise.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    SFTP_HOST: '127.0.0.1',
    LAMBDA_EXECUTOR: 'local',
    DOCKER_HOST: 'unix:///nonexistent',
    PERSIST_STATE: '0',
    S3_PERSIST: '0',
    SFN_WAIT_SCALE: '1',
    // The SDK in the functions says at every start which Node it will need one day.
    NODE_NO_WARNINGS: '1',
  };
}

async function untilHealthy(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const begin = Date.now();
  for (;;) {
    try {
      if ((await fetch(`${url}/_ministack/health`)).ok) return;
    } catch {
      // Not listening yet.
    }
    const dead = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
    if (dead || Date.now() - begin > START_MS) {
      throw new Error(`The local AWS engine did not start:\n${log().trim().split('\n').slice(-15).join('\n')}`);
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

async function end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.pid === undefined) return;
  child.stdin!.on('error', () => { /* It is gone already. */ });
  child.stdin!.end();
  const late = setTimeout(() => killGroup(child), GRACE_MS);
  await ended;
  clearTimeout(late);
}

/** With the functions that it runs. */
function killGroup({ pid }: ChildProcess): void {
  try { process.kill(-pid!, 'SIGKILL'); } catch { /* It has ended. */ }
}

/** The port, if nobody listens there; 0 stands for any free one. */
export async function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
