import { execFileSync } from 'child_process';
import * as path from 'path';
import { median } from '../median';

const ROOT = path.join(__dirname, '..', '..', '..');
const BUNDLE = path.join(ROOT, 'lib', 'assets', 'provider', 'handler', 'index', 'index.js');

/** Milliseconds until a module is loaded, each time in a fresh process. */
function milliseconds(module: string, runs: number): number {
  const program = `const began = process.hrtime.bigint(); require(${JSON.stringify(module)}); console.log(Number(process.hrtime.bigint() - began) / 1e6)`;
  return median(Array.from({ length: runs }, () => Number(execFileSync(process.execPath, ['-e', program], { cwd: ROOT, encoding: 'utf8' }))));
}

export function coldLoad(runs: number): Record<'the handler' | 'the payments client from node_modules', number> {
  return {
    'the handler': milliseconds(BUNDLE, runs),
    'the payments client from node_modules': milliseconds('@aws-sdk/client-payment-cryptography', runs),
  };
}
