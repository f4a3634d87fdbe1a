/** Builds the packages of the languages, opens them, and lets an app of each language make the same templates with them. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { checkAssembly, checkPackage, Handlers } from './archives';
import { Language, LANGUAGES, pacmak } from './languages';
import { CONSUMERS, HANDLERS, ROOT, TOOLS } from './places';
import { chosen, run, say, seconds } from './programs';
import { followQuickStart } from './quick-start';
import { synthesizeWithSources } from './synthesis';
import { firstDifference, templatesOf } from './templates';
import { hasDotnet } from './tools';
import { documentedErrors } from '../api/errors';

const HELP = `The packages of every language: built, opened, installed in a clean place, and used.

  npm run package:all -- [options]

  --languages A,B    which packages are built and used (default: ${Object.keys(LANGUAGES).join(',')}).
                     The code of the others is only generated
  --out FOLDER       where the packages are put (default: dist)
  --quick-start A,B  for which of them docs/quick-start.md is followed, command by command (default: none)
`;

/** Its package is built where its SDK is, and never used: that takes a registry that the project's machines do not reach. */
const DOTNET = 'dotnet';
/** Half of the time goes into downloads and unpacking. */
const AT_A_TIME = 2;
const MANIFESTS = ['package.json', 'requirements.txt', 'pom.xml', 'go.mod'];

/** What a user of every language sees of an error: its name, where it is, what was given, what to do. */
const MISTAKE = ['InvalidRegion: ', 'Payments/Mistake: ', "'Oregon'", "Did you mean 'us-west-2'?"];

/** jsii leaves out what it does not know how to say in a language. */
function checkErrors(target: string, folder: string): void {
  const text = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile() && /\.(py|java|cs|go)$/.test(entry.name))
    .map(entry => readFileSync(path.join(entry.parentPath, entry.name), 'utf8')).join('\n');
  const undocumented = [...new Set(documentedErrors().map(({ error }) => error))].filter(error => !text.includes(error));
  if (undocumented.length > 0) { throw new Error(`${target}: the documentation in the code lacks the errors ${undocumented.join(', ')}`); }
}

interface Row {
  readonly language: string;
  readonly built: number;
  readonly installed: number;
  readonly synthesized: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'languages': { type: 'string', default: Object.keys(LANGUAGES).join(',') },
      'out': { type: 'string', default: 'dist' },
      'quick-start': { type: 'string' },
      'help': { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const names = chosen('languages', values.languages, Object.keys(LANGUAGES));
  const followed = values['quick-start'] === undefined ? [] : chosen('quick-start', values['quick-start'], names);
  const absent = HANDLERS.filter(name => !existsSync(path.join(ROOT, name)));
  if (absent.length > 0) { throw new Error(`${absent.join(', ')}: not bundled yet: npx projen pre-compile`); }
  for (const name of names) { await LANGUAGES[name].prepare?.(); }

  const packages = path.resolve(ROOT, values.out);
  const handlers: Handlers = new Map(HANDLERS.map(name => [name, readFileSync(path.join(ROOT, name))]));
  const scratch = mkdtempSync(path.join(tmpdir(), 'packages-'));
  mkdirSync(TOOLS, { recursive: true });
  try {
    await generateOthers(names, packages, path.join(scratch, 'code'));
    say('typescript: the app, with the sources instead of a package');
    const expected = await synthesizedFromSources(path.join(scratch, 'sources'));
    const rows = await atATime(AT_A_TIME, names, name =>
      verify(name, LANGUAGES[name], { packages, scratch: path.join(scratch, name), expected, handlers, quickStart: followed.includes(name) }));
    process.stdout.write(table(rows, packages));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return 0;
}

/** Not among the packages: those of an earlier run, for other languages, stay. */
async function generateOthers(names: readonly string[], packages: string, code: string): Promise<void> {
  const targets = Object.entries(LANGUAGES).filter(([name]) => !names.includes(name)).map(([, { target }]) => target);
  if (names.length === Object.keys(LANGUAGES).length && await hasDotnet()) {
    say('dotnet: building the package');
    await pacmak(packages, [DOTNET]);
  } else {
    targets.push(DOTNET);
  }
  if (targets.length === 0) { return; }
  say(`${targets.join(', ')}: generating the code, without building it`);
  await pacmak(code, targets, '--code-only');
  // That of npm is an archive, with the docstrings as they were written.
  targets.filter(target => target !== LANGUAGES.typescript.target).forEach(target => checkErrors(target, path.join(code, target)));
}

/** Does it for all, a few at once; the results are in the order of what they are for. */
async function atATime<T, R>(most: number, all: readonly T[], one: (each: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = all.map((each, index) => ({ each, index }));
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      results[next.index] = await one(next.each).catch(error => {
        waiting.length = 0;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: most }, worker));
  return results;
}

async function synthesizedFromSources(assembly: string): Promise<Map<string, unknown>> {
  await synthesizeWithSources(path.join(CONSUMERS, 'typescript', 'app.ts'), assembly);
  return templatesOf(assembly);
}

interface Task {
  readonly packages: string;
  readonly scratch: string;
  readonly expected: Map<string, unknown>;
  readonly handlers: Handlers;
  readonly quickStart: boolean;
}

async function verify(name: string, language: Language, { packages, scratch, expected, handlers, quickStart }: Task): Promise<Row> {
  const begin = Date.now();
  say(`${name}: building the package`);
  await language.build(packages);
  language.archives(packages).forEach(archive => checkPackage(archive, handlers));

  const built = Date.now();
  const app = path.join(scratch, 'app');
  cpSync(path.join(CONSUMERS, name), app, { recursive: true });
  checkVersions(app);
  say(`${name}: installing the package and what it needs, in ${app}`);
  const { program, args, env } = await language.install({ packages, app, scratch });

  const installed = Date.now();
  const assembly = path.join(scratch, 'cdk.out');
  say(`${name}: synthesizing`);
  await run(program, args, { cwd: app, env: { ...env, CDK_OUTDIR: assembly } });
  const difference = firstDifference(expected, templatesOf(assembly));
  if (difference !== undefined) { throw new Error(`${name}: the app makes other templates than that of TypeScript: ${difference}`); }
  checkAssembly(assembly, handlers);
  say(`${name}: making a mistake`);
  const shown = await run(program, args, { cwd: app, env: { ...env, MISTAKE: 'yes' } });
  const unsaid = MISTAKE.filter(part => !shown.includes(part));
  if (unsaid.length > 0) { throw new Error(`${name}: of a mistake the user does not see ${unsaid.join(' and ')}, but only:\n${shown}`); }
  const synthesized = Date.now();
  if (quickStart) {
    const { heading, settings, env: surroundings } = language.quickStart;
    say(`${name}: following docs/quick-start.md`);
    await followQuickStart(heading, { packages, scratch, expected, settings, env: await surroundings?.() });
  }
  return { language: name, built: built - begin, installed: installed - built, synthesized: synthesized - installed };
}

/** With another aws-cdk-lib than the sources are compiled with, the templates may differ. */
function checkVersions(app: string): void {
  const { devDependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const manifest = readdirSync(app).filter(name => MANIFESTS.includes(name)).map(name => readFileSync(path.join(app, name), 'utf8')).join('\n');
  for (const name of ['aws-cdk-lib', 'constructs']) {
    if (!manifest.includes(devDependencies[name])) { throw new Error(`${app} should use ${name} ${devDependencies[name]}, as .projenrc.ts says`); }
  }
}

function table(rows: readonly Row[], packages: string): string {
  const column = (cell: string) => cell.padStart(14);
  return [
    '',
    `  ${'seconds'.padEnd(12)}${['package', 'installation', 'synthesis'].map(column).join('')}  templates  handlers`,
    ...rows.map(({ language, built, installed, synthesized }) =>
      `  ${language.padEnd(12)}${[built, installed, synthesized].map(time => column(seconds(time))).join('')}  equal      equal`),
    '',
    `  The packages are in ${packages}`,
    '',
  ].join('\n');
}

main().then(code => { process.exitCode = code; }, error => {
  process.exitCode = 1;
  process.stderr.write(`\n${(error as Error).message}\n`);
});
