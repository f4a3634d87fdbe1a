/**
 * Every command that a document or a workflow names works on a fresh clone: CI runs it there, or it stands in `ELSEWHERE` with the
 * reason why CI does not. Of those, a command that takes `--help` is started with it, so that at least its program loads.
 */
import { execFileSync, spawnSync } from 'child_process';
import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');
const read = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');
const { tasks } = JSON.parse(read('.projen/tasks.json')) as {
  readonly tasks: Record<string, { readonly steps?: readonly { readonly spawn?: string; readonly exec?: string }[] }>;
};

interface Elsewhere {
  readonly reason: string;
  /** Whether it takes `--help`. */
  readonly helps: boolean;
}

/** Commands that CI does not run. */
const ELSEWHERE: Readonly<Record<string, Elsewhere>> = {
  'emulator': { reason: 'it serves until somebody ends it; test/emulator starts the same program', helps: true },
  'emulator:fuzz': { reason: 'npm test sends fewer of the same requests', helps: false },
  'package:emulator': { reason: 'npm test builds and installs the same package (test/emulator/package)', helps: false },
  'lifecycle': { reason: 'npm test runs the same lives, fewer of them', helps: true },
  'lifecycle:bugs': { reason: 'minutes, for what only a change of the lifecycle tests can break', helps: false },
  'local': { reason: 'it holds the stage open until somebody ends it; test/local starts it, and npm test follows the quick start with it', helps: true },
  'mutation': { reason: 'half an hour', helps: false },
  'bench': { reason: 'speeds differ between machines; what is counted is in test/bench/budgets.test.ts', helps: false },
  'bench:answer-delay': { reason: 'it measures real time, which other work on the machine changes', helps: false },
  'test:matrix': { reason: 'npm test runs its part test:newest; the rest downloads two more Node.js', helps: true },
  'integ': { reason: 'it needs an AWS account', helps: true },
  'integ:update': { reason: 'it writes the snapshots that integ:verify, which CI runs, compares', helps: false },
  'integ:exit-paths': { reason: 'it needs an AWS account', helps: true },
  'package:all': { reason: 'CI runs its parts: package:check, and one job for each language', helps: true },
  'awslint': { reason: 'package:check, which CI runs, has the same check', helps: false },
  'upgrade': { reason: 'it changes versions, on a schedule, and opens a pull request that CI then tests', helps: false },
  'release': { reason: 'it needs a person, and runs build, which CI runs', helps: false },
};

const folder = (name: string) => existsSync(path.join(ROOT, name)) ? readdirSync(path.join(ROOT, name)).map(file => `${name}/${file}`) : [];
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', ...folder('docs').filter(name => name.endsWith('.md'))];
const CI = ['.ci/run', '.github/workflows/build.yml'];
const OTHER_WORKFLOWS = folder('.github/workflows').filter(name => !CI.includes(name));

const commandsIn = (name: string) =>
  [...read(name).matchAll(/\b(?:npm run|npx projen|npm(?= test)) ([a-z][\w:-]*)/g)].map(([, command]) => command);
const withSpawned = (command: string): string[] =>
  [command, ...(tasks[command]?.steps ?? []).flatMap(({ spawn }) => spawn ? withSpawned(spawn) : [])];

const named = [...new Set([...DOCUMENTS, ...CI, ...OTHER_WORKFLOWS].flatMap(commandsIn))].sort();
/** Compiling ends with post-compile. */
const inCi = new Set([...CI.flatMap(commandsIn), 'post-compile'].flatMap(withSpawned));

test('the documents name commands, and CI runs some', () => {
  expect(named).toEqual(expect.arrayContaining(['test', 'demo', 'build', 'package:all']));
  expect([...inCi]).toEqual(expect.arrayContaining(['test', 'demo', 'build', 'default', 'compile', 'package:check']));
});

test('each is run by CI, or has its reason', () => {
  expect(named.filter(command => !inCi.has(command) && !(command in ELSEWHERE))).toEqual([]);
});

test('no reason is given for what CI runs, or nobody names', () => {
  expect(Object.keys(ELSEWHERE).filter(command => inCi.has(command) || !named.includes(command))).toEqual([]);
});

test.each(Object.keys(ELSEWHERE).filter(command => ELSEWHERE[command].helps))('npm run %s -- --help says how it is used', command => {
  const [program, ...args] = tasks[command].steps!.map(({ exec }) => exec).filter(exec => exec !== undefined).pop()!.split(' ');
  const { status, stdout } = spawnSync(path.join(ROOT, 'node_modules', '.bin', program), [...args, '--help'], { cwd: ROOT, encoding: 'utf8' });
  expect(stdout).toContain(`npm run ${command} -- `);
  expect(status).toBe(0);
});

test('no file that a fresh clone needs is hidden from git', () => {
  const { files } = JSON.parse(read('.projen/files.json')) as { readonly files: string[] };
  const needed = [...files, 'package.json', 'package-lock.json', '.projenrc.ts'];
  const hidden = spawnSync('git', ['check-ignore', '--no-index', ...needed], { cwd: ROOT, encoding: 'utf8' }).stdout;
  expect(hidden).toBe('');
  const tracked = execFileSync('git', ['ls-files', ...needed], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  expect(needed.filter(file => !tracked.includes(file))).toEqual([]);
});
