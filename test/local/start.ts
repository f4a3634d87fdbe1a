import { spawn } from 'node:child_process';
import * as path from 'node:path';

export const ROOT = path.join(__dirname, '..', '..');

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** The command in a process of its own. */
export interface Started {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves when this has been printed, to what was printed so far; rejects when the command ends without it. */
  shows(text: string): Promise<string>;
  /** As a terminal or a job would. */
  send(signal: NodeJS.Signals): void;
}

/** Two free ports: other tests, and a stage of the user, may have the usual ones. */
export const FREE_PORTS = ['--port', '0', '--emulator-port', '0'];

const PROGRAM = [process.execPath, '--import', 'tsx', path.join(__dirname, 'main.ts')];

type Variables = Readonly<Record<string, string | undefined>>;

export function startLocal(args: readonly string[], env: Variables = {}, [program, ...before]: readonly string[] = PROGRAM): Started {
  const child = spawn(program, [...before, ...args], { cwd: ROOT, env: { ...process.env, INIT_CWD: undefined, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', chunk => { output += chunk; });
  child.stderr.on('data', chunk => { errors += chunk; });
  const ended = new Promise<Ended>(resolve => child.once('close', code => resolve({ code, output, errors })));
  return {
    pid: child.pid!,
    ended,
    send: signal => child.kill(signal),
    shows: async text => {
      while (!`${output}${errors}`.includes(text)) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`It ended without "${text}":\n${output}${errors}`);
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      return `${output}${errors}`;
    },
  };
}
