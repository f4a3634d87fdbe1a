/** The tests of the constructs on every supported Node.js, with the oldest and the newest aws-cdk-lib that is allowed. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, TOOLS } from '../packages/places';
import { chosen, MOST_BYTES, run, say, seconds } from '../packages/programs';

const HELP = `The tests of the constructs on every supported Node.js, with the oldest and the newest allowed aws-cdk-lib.

  npm run test:matrix -- [options]

  --node A,B         which of 20, 22, 24 and this (default: 20,22,24). They are installed from the npm registry
  --aws-cdk-lib A,B  which of oldest and newest (default: oldest,newest)
  --tests A,B        whose tests: constructs, and provider for the handler, which runs on Node.js as well
                     (default: constructs)
`;

const NODES: Readonly<Record<string, string | undefined>> = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0', this: undefined };
const LIBRARIES = ['oldest', 'newest'];
const TESTS: Readonly<Record<string, string>> = { constructs: '<rootDir>/test/*.test.ts', provider: '<rootDir>/test/provider/*.test.ts' };
const NEWEST = 'aws-cdk-lib-newest';

interface Outcome {
  readonly node: string;
  readonly library: string;
  readonly passed: number;
  readonly failed: number;
  readonly milliseconds: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'node': { type: 'string', default: '20,22,24' },
      'aws-cdk-lib': { type: 'string', default: LIBRARIES.join(',') },
      'tests': { type: 'string', default: 'constructs' },
      'help': { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const nodes = chosen('node', values.node, Object.keys(NODES));
  const libraries = chosen('aws-cdk-lib', values['aws-cdk-lib'], LIBRARIES);
  const tests = chosen('tests', values.tests, Object.keys(TESTS)).map(name => TESTS[name]);
  checkOldest();

  const outcomes: Outcome[] = [];
  for (const name of nodes) {
    const node = await nodeProgram(name);
    for (const library of libraries) { outcomes.push(await test(node, library, tests)); }
  }
  process.stdout.write(table(outcomes));
  return outcomes.every(({ passed, failed }) => passed > 0 && failed === 0) ? 0 : 1;
}

/** What is installed to compile against must be the oldest that users may have. */
function checkOldest(): void {
  const { peerDependencies } = manifest(ROOT);
  if (peerDependencies['aws-cdk-lib'] !== `^${versionOf('oldest')}`) {
    throw new Error(`aws-cdk-lib ${versionOf('oldest')} is installed, but users may have ${peerDependencies['aws-cdk-lib']}`);
  }
}

function versionOf(library: string): string {
  return manifest(path.join(ROOT, 'node_modules', library === 'newest' ? NEWEST : 'aws-cdk-lib')).version;
}

function manifest(folder: string): Record<string, any> {
  return JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
}

async function nodeProgram(name: string): Promise<string> {
  const version = NODES[name];
  if (version === undefined) { return process.execPath; }
  const packageName = `node-${process.platform}-${process.arch}`;
  const folder = path.join(TOOLS, `node-${version}`);
  const program = path.join(folder, 'node_modules', packageName, 'bin', 'node');
  if (!existsSync(program)) {
    say(`Node.js ${version}: installing ${packageName} from the npm registry into ${folder}`);
    mkdirSync(folder, { recursive: true });
    await run('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--ignore-scripts', `${packageName}@${version}`], { cwd: folder });
  }
  return program;
}

async function test(node: string, library: string, tests: readonly string[]): Promise<Outcome> {
  const version = (await run(node, ['--version'], { cwd: ROOT })).trim();
  say(`Node.js ${version}, aws-cdk-lib ${versionOf(library)}`);
  const scratch = mkdtempSync(path.join(tmpdir(), 'matrix-'));
  const report = path.join(scratch, 'report.json');
  const begin = Date.now();
  try {
    const output = await jest(node, library, tests, report);
    const { numPassedTests: passed, numFailedTests, numFailedTestSuites } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
    const failed = Math.max(numFailedTests ?? 1, numFailedTestSuites ?? 1);
    if (failed > 0) { process.stdout.write(output); }
    return { node: version, library: versionOf(library), passed: passed ?? 0, failed, milliseconds: Date.now() - begin };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function jest(node: string, library: string, tests: readonly string[], report: string): Promise<string> {
  const args = [
    path.join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js'), '--ci', '--coverage=false', '--reporters=default',
    '--json', '--outputFile', report,
    ...tests.flatMap(pattern => ['--testMatch', pattern]),
    ...library === 'newest' ? ['--moduleNameMapper', JSON.stringify({ '^aws-cdk-lib(.*)$': `${NEWEST}$1` })] : [],
  ];
  // The oldest has no validation of templates; in the newest it is on, and not only to warn.
  const env = {
    ...process.env,
    CDK_VALIDATION: library === 'newest' ? 'true' : 'false',
    CDK_CONTEXT_JSON: JSON.stringify({ '@aws-cdk/core:validateAgainstDefaultRules': true }),
  };
  return new Promise(resolve => execFile(node, args, { cwd: ROOT, env, maxBuffer: MOST_BYTES }, (_error, _output, errors) => resolve(errors)));
}

function table(outcomes: readonly Outcome[]): string {
  const line = (...cells: string[]) => `  ${cells.map(cell => cell.padEnd(14)).join('')}`.trimEnd();
  return ['', line('Node.js', 'aws-cdk-lib', 'passed', 'failed', 'seconds'),
    ...outcomes.map(({ node, library, passed, failed, milliseconds }) => line(node, library, `${passed}`, `${failed}`, seconds(milliseconds))), '', ''].join('\n');
}

main().then(code => { process.exitCode = code; }, error => {
  process.exitCode = 1;
  process.stderr.write(`\n${(error as Error).message}\n`);
});
