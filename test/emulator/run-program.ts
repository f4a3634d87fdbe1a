import { spawn } from 'node:child_process';
import * as path from 'node:path';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

type Stop = (signal?: NodeJS.Signals) => void;

const ROOT = path.resolve(__dirname, '..', '..');
const TSX = path.join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs');

/** Runs the emulator's program until it ends; `onOutput` sees what it has printed so far and can stop it. */
export async function runProgram(args: readonly string[], onOutput: (output: string, stop: Stop) => void = () => {}): Promise<Ended> {
  const child = spawn(process.execPath, [TSX, path.join(__dirname, 'main.ts'), ...args], { cwd: ROOT });
  let output = '';
  let errors = '';
  child.stdout.on('data', chunk => {
    output += chunk;
    onOutput(output, signal => child.kill(signal ?? 'SIGTERM'));
  });
  child.stderr.on('data', chunk => errors += chunk);
  return new Promise(resolve => child.on('close', code => resolve({ code, output, errors })));
}
