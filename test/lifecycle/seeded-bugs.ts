import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as os from 'os';
import * as path from 'path';
import { BUGS, Edit } from './bugs';

const ROOT = path.join(__dirname, '..', '..');
const PROVIDER = path.join('src', 'provider');
/** A bug that escapes so many runs counts as not caught. */
const MOST_RUNS = 3_000;
const SEED = 1;

/** The text with the bug in it. Throws unless the place is there exactly once. */
export function withBug(text: string, { file, find, replace }: Edit): string {
  const found = text.split(find).length - 1;
  if (found !== 1) { throw new Error(`${file} has ${found} places, not one, that read: ${find}`); }
  return text.replace(find, () => replace);
}

export function sourceOf(edit: Edit): string {
  return fs.readFileSync(path.join(ROOT, PROVIDER, edit.file), 'utf8');
}

interface Catch {
  readonly bug: string;
  readonly runs: number;
  /** What caught it; nothing when it escaped. */
  readonly invariant?: string;
}

/** Puts a bug into a copy of the sources, and lets the lifecycle tests look for it there. */
function hunt(bug: string): Catch {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'seeded-bug-'));
  try {
    for (const part of ['src', 'test/lifecycle', 'test/emulator', 'package.json', 'tsconfig.dev.json']) {
      fs.cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
    }
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
    for (const edit of BUGS[bug]) {
      const file = path.join(copy, PROVIDER, edit.file);
      fs.writeFileSync(file, withBug(fs.readFileSync(file, 'utf8'), edit));
    }
    const args = ['--import', 'tsx', path.join('test', 'lifecycle', 'main.ts'), '--runs', String(MOST_RUNS), '--seed', String(SEED), '--as-found'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    const runs = Number(/^runs (\d+),/m.exec(stdout)?.[1] ?? NaN);
    if (Number.isNaN(runs)) { throw new Error(`the runs with the bug "${bug}" did not end: ${stderr.slice(-2000)}`); }
    return { bug, runs, invariant: /^Run \d+ violates:\n {2}(.*?) \(design/m.exec(stdout)?.[1] };
  } finally {
    fs.rmSync(copy, { recursive: true, force: true });
  }
}

function main(wanted: readonly string[]): number {
  const bugs = Object.keys(BUGS).filter(bug => wanted.length === 0 || wanted.includes(bug));
  // All places first: a bug that no longer fits is found out within a second.
  bugs.flatMap(bug => BUGS[bug]).forEach(edit => withBug(sourceOf(edit), edit));
  const width = Math.max(...bugs.map(bug => bug.length));
  process.stdout.write(`${'seeded bug'.padEnd(width)}  runs  caught by\n`);
  let escaped = 0;
  for (const bug of bugs) {
    const { runs, invariant } = hunt(bug);
    if (!invariant) { escaped += 1; }
    process.stdout.write(`${bug.padEnd(width)}  ${String(runs).padStart(4)}  ${invariant ?? 'NOTHING'}\n`);
  }
  process.stdout.write(`${bugs.length - escaped} of ${bugs.length} caught\n`);
  return escaped > 0 ? 1 : 0;
}

if (require.main === module) { process.exitCode = main(process.argv.slice(2)); }
