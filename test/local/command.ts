import { spawn } from 'node:child_process';
import { constants } from 'node:os';

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Ends it: its reason is passed on as a signal, if it names one. */
  readonly signal: AbortSignal;
}

/** For a command that does not end when it is told to. */
const GRACE_MS = 5_000;

/**
 * Runs a command in a shell to its end, in this terminal, and tells its exit code; of one that a signal ended, 128 and the number
 * of the signal, as shells do. Whatever it has left running ends with it.
 */
export async function runCommand(command: string, { cwd, env, signal }: CommandOptions): Promise<number> {
  signal.throwIfAborted();
  // A process group of its own, so that all of it can be told to end.
  const child = spawn('sh', ['-c', command], { cwd, env, stdio: 'inherit', detached: true });
  const kill = (name: NodeJS.Signals): void => {
    try { process.kill(-child.pid!, name); } catch { /* Nothing of it is running. */ }
  };
  const killNow = (): void => kill('SIGKILL');
  // When this program does not wait any longer.
  process.once('exit', killNow);
  let late: NodeJS.Timeout | undefined;
  const abort = (): void => {
    kill(signalNamed((signal.reason as Error).message));
    late = setTimeout(killNow, GRACE_MS);
  };
  signal.addEventListener('abort', abort);
  try {
    return await new Promise((resolve, reject) => child
      .once('error', reject)
      .once('close', (code, name) => resolve(code ?? 128 + constants.signals[name!])));
  } finally {
    clearTimeout(late);
    signal.removeEventListener('abort', abort);
    process.removeListener('exit', killNow);
    killNow();
  }
}

function signalNamed(reason: string): NodeJS.Signals {
  return reason in constants.signals ? reason as NodeJS.Signals : 'SIGTERM';
}
