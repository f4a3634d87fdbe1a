import { execFileSync } from 'child_process';
import * as path from 'path';

/** Tests that synthesize or deploy need the handler's bundle, and must not meet a stale one. */
export default function bundle(): void {
  const root = path.join(__dirname, '..');
  execFileSync(process.execPath, [path.join(root, 'node_modules', 'projen', 'bin', 'projen'), 'bundle'], { cwd: root, stdio: 'pipe' });
}
