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

interface Found {
  readonly index: number;
  readonly invariant: string;
}

/** The first run from `from` on that violates an invariant, in the sources of that directory. */
function firstViolation(directory: string, from: number, runs: number): Found | undefined {
  const args = ['--import', 'tsx', path.join('test', 'lifecycle', 'main.ts'), '--seed', String(SEED), '--as-found', '--from', String(from), '--runs', String(runs)];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: directory, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (!/^runs \d+,/m.test(stdout)) { throw new Error(`the runs did not end: ${stderr.slice(-2000)}`); }
  const found = /^Run (\d+) violates:\n {2}(.*?) \(design/m.exec(stdout);
  return found ? { index: Number(found[1]), invariant: found[2] } : undefined;
}

/** Lets the lifecycle tests look for a bug. What a run finds without the bug, too, does not count. */
function catches(bug: string, copy: string): Catch {
  for (let from = 0; from < MOST_RUNS;) {
    const found = firstViolation(copy, from, MOST_RUNS - from);
    if (!found) { break; }
    if (!firstViolation(ROOT, found.index, 1)) { return { bug, runs: found.index + 1, invariant: found.invariant }; }
    from = found.index + 1;
  }
  return { bug, runs: MOST_RUNS };
}

/** Puts a bug into a copy of the sources. */
function hunt(bug: string): Catch {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'seeded-bug-'));
  try {
    for (const part of ['src', 'test/lifecycle', 'test/emulator', 'test/provider', 'package.json', 'tsconfig.dev.json']) {
      fs.cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
    }
    fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(copy, 'node_modules'));
    for (const edit of BUGS[bug]) {
      const file = path.join(copy, PROVIDER, edit.file);
      fs.writeFileSync(file, withBug(fs.readFileSync(file, 'utf8'), edit));
    }
    return catches(bug, copy);
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
