import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { pythonEnvironment } from '../python/environment';

/** Bytes, as they travel to a judge and back. */
export interface Hex {
  readonly hex: string;
}

export const hex = (bytes: Buffer): Hex => ({ hex: bytes.toString('hex') });

/** A call of a function of a Python package: `psec.tr31.wrap`. */
export interface JudgeCall {
  readonly function: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface Judgement {
  readonly value?: unknown;
  /** What the function says is wrong with its arguments. */
  readonly error?: string;
}

/** Asks programs that nobody here wrote. All calls go to one process, and its results come in the same order. */
export async function judge(calls: readonly JudgeCall[]): Promise<Judgement[]> {
  const { python } = await pythonEnvironment();
  const child = spawn(python, [path.join(__dirname, 'judge.py')]);
  let output = '';
  let errors = '';
  child.stdout.on('data', chunk => output += chunk);
  child.stderr.on('data', chunk => errors += chunk);
  const code = new Promise(resolve => child.on('close', resolve));
  child.stdin.end(JSON.stringify(calls));
  if (await code !== 0) throw new Error(`The judge failed: ${errors}`);
  return JSON.parse(output) as Judgement[];
}
