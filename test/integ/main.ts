/** Integration tests: their snapshots, without an account, and the tests themselves, on one. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { checkedAccount } from './account';
import { PRIMARY, REPLICAS } from './regions';
import { projectProgram, ROOT } from '../packages/places';
import { say } from '../packages/programs';
import { loopbackEnvironment } from '../python/environment';

const HELP = `Integration tests.

  npm run integ:verify                              whether every template is that of its snapshot: no AWS, no network
  npm run integ:update                              makes the snapshots of changed templates anew: no AWS, no network
  npm run integ -- --account 111122223333 [TEST..]  deploys the tests on that account, looks at what they made, destroys it

Options of the last one:
  --region REGION    where the primaries are made (default: ${PRIMARY}). It must be bootstrapped for the CDK.
                     Replicas are made in ${REPLICAS.join(' and ')}
  --account-wide     only the test of the account's default replication Regions. While it runs, every new key of the account
                     and Region that is created without replication Regions, by whomever, is replicated, and billed, in
                     ${REPLICAS[0]}, and stays there. Without the option it is left out
  --no-clean         leaves the stacks, to look at them
`;

const FOLDER = __dirname;
const TESTS = readdirSync(FOLDER).filter(name => /^integ\..*\.ts$/.test(name));
/** They change what everybody on the account does. */
const ACCOUNT_WIDE = ['integ.account-defaults.ts'];

/** Credentials are looked for even where none are needed, on the network as well. */
const NO_ACCOUNT = loopbackEnvironment({
  AWS_REGION: PRIMARY,
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: path.join(FOLDER, 'none'),
  AWS_SHARED_CREDENTIALS_FILE: path.join(FOLDER, 'none'),
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  NODE_NO_WARNINGS: '1',
});

async function main([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case 'verify': return runner(TESTS, [], PRIMARY, NO_ACCOUNT);
    case 'update':
      // It fails on changes that would replace something, though they are written.
      await runner(TESTS, ['--dry-run', '--update-on-failed'], PRIMARY, NO_ACCOUNT);
      TESTS.forEach(slim);
      return main(['verify']);
    case 'run': return run(args);
    default:
      process.stdout.write(HELP);
      return command === 'help' ? 0 : 1;
  }
}

async function run(args: string[]): Promise<number> {
  const { values: { account, region, help, 'account-wide': accountWide, 'no-clean': noClean }, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      'account': { type: 'string' },
      'region': { type: 'string', default: PRIMARY },
      'account-wide': { type: 'boolean', default: false },
      'no-clean': { type: 'boolean', default: false },
      'help': { type: 'boolean', default: false },
    },
  });
  if (help || account === undefined) { return main([help ? 'help' : '']); }
  if (REPLICAS.includes(region)) { throw new Error(`--region ${region}: the replicas are made there. Choose another one`); }
  await checkedAccount(account, region);
  const allowed = TESTS.filter(test => ACCOUNT_WIDE.includes(test) === accountWide);
  const tests = positionals.length > 0 ? positionals : allowed;
  const refused = tests.filter(test => !allowed.includes(test));
  if (refused.length > 0) {
    throw new Error(`${refused.join(', ')}: none of ${allowed.join(', ')}. With --account-wide, ${ACCOUNT_WIDE.join(', ')} can be run, else the others`);
  }
  if (accountWide) { say(`ACCOUNT ${account} IS CHANGED while this runs: whoever creates keys in ${region} gets replicas in ${REPLICAS[0]}`); }
  say(`Makes keys on account ${account}, in ${[region, ...REPLICAS].join(', ')}: ${tests.join(', ')}`);
  try {
    // Hooks know the Region from the environment only.
    const env = { ...process.env, AWS_REGION: region, AWS_DEFAULT_REGION: region };
    return await runner(tests, ['--force', '--no-update-workflow', '--verbose', ...noClean ? ['--no-clean'] : []], region, env);
  } finally {
    tests.forEach(slim);
  }
}

function runner(tests: readonly string[], options: readonly string[], region: string, env: NodeJS.ProcessEnv): Promise<number> {
  const args = [
    ...tests, '--strict', '--directory', FOLDER, '--language', 'typescript', '--parallel-regions', region, '--max-workers', '2',
    // Without a package runner, which looks for updates of itself.
    '--app', 'node --import tsx {filePath}', ...options,
  ];
  const child = spawn(projectProgram('integ-runner'), args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], env });
  return new Promise((resolve, reject) => child.once('error', reject).once('close', code => resolve(code ?? 1)));
}

/** Leaves in a snapshot what the comparison reads: the templates under test, and which assets they name. */
function slim(test: string): void {
  const folder = path.join(FOLDER, `${test}.snapshot`);
  if (!existsSync(folder)) { return; }
  const edited = (name: string, edit: (content: any) => void): any => {
    const file = path.join(folder, name);
    const content = JSON.parse(readFileSync(file, 'utf8'));
    edit(content);
    writeFileSync(file, `${JSON.stringify(content, undefined, 1)}\n`);
    return content;
  };
  const { testCases } = edited('integ.json', () => {});
  const stacks: string[] = Object.values<any>(testCases).flatMap(testCase => testCase.stacks);
  const kept = new Set(['integ.json', 'manifest.json']);
  edited('manifest.json', manifest => {
    for (const [id, artifact] of Object.entries<any>(manifest.artifacts)) {
      if (!stacks.includes(id.replace(/\.assets$/, ''))) {
        delete manifest.artifacts[id];
      } else {
        // Where each construct was declared, with the paths of this machine.
        delete artifact.additionalMetadataFile;
        kept.add(artifact.properties.templateFile ?? artifact.properties.file);
      }
    }
  });
  for (const name of readdirSync(folder)) {
    if (!kept.has(name)) { rmSync(path.join(folder, name), { recursive: true }); }
  }
}

main(process.argv.slice(2)).then(code => { process.exitCode = code; }, error => {
  process.exitCode = 1;
  process.stderr.write(`\n${(error as Error).message}\n`);
});
