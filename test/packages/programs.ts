/** Other people's programs, run quietly: what they print is shown when they fail. */
import { execFile } from 'node:child_process';

export interface Surroundings {
  readonly cwd: string;
  readonly env?: Record<string, string>;
}

const LAST_LINES = 40;
/** Of what a program prints. */
export const MOST_BYTES = 256 * 1024 * 1024;
const begin = Date.now();

/** A line with the time since the beginning, before something that takes long. */
export function say(text: string): void {
  process.stdout.write(`${seconds(Date.now() - begin).padStart(6)} s  ${text}\n`);
}

export function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}

/** The names in an option, which must be among those that are allowed. */
export function chosen(option: string, text: string, allowed: readonly string[]): string[] {
  const names = text.split(',');
  const unknown = names.filter(name => !allowed.includes(name));
  if (unknown.length > 0) { throw new Error(`--${option}: ${unknown.join(', ')} is none of ${allowed.join(', ')}`); }
  return names;
}

/** Runs a program to its end and returns what it printed. */
export async function run(program: string, args: readonly string[], { cwd, env }: Surroundings): Promise<string> {
  const { error, output, errors } = await ended(program, args, { cwd, env });
  if (error) {
    const lines = `${output}\n${errors}`.trim().split('\n').slice(-LAST_LINES).join('\n');
    throw new Error(`In ${cwd}: ${[program, ...args].join(' ')}\nfailed: ${error}\n${lines}`);
  }
  return output;
}

/** What a program prints, or `undefined` when it is not on this machine or fails. */
export async function answer(program: string, ...args: string[]): Promise<string | undefined> {
  const { error, output, errors } = await ended(program, args, { cwd: process.cwd() });
  return error ? undefined : `${output}${errors}`.trim();
}

function ended(program: string, args: readonly string[], { cwd, env }: Surroundings): Promise<{ error?: string; output: string; errors: string }> {
  return new Promise(resolve => {
    execFile(program, args, { cwd, env: { ...process.env, ...env }, maxBuffer: MOST_BYTES }, (error, output, errors) => {
      resolve({ error: error ? String((error as NodeJS.ErrnoException).code ?? error.signal ?? 'failed') : undefined, output, errors });
    });
  });
}
