/** The ways between this library and the native key, on an AWS account. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { PaymentCryptographyClient } from '@aws-sdk/client-payment-cryptography';
import { checkedAccount } from './account';
import { Declaration, KeyOnItsWay } from './exit-paths-stack';
import { Place, walk } from './exit-paths-walk';
import { PRIMARY, REPLICAS } from './regions';
import { projectProgram, ROOT } from '../packages/places';
import { MOST_BYTES, say } from '../packages/programs';

const HELP = `The ways between this library and the native key, on an AWS account.

  npm run integ:exit-paths -- --account 111122223333 --region ${PRIMARY}

A key is made by this library, taken out of its stack, imported as a native CfnKey (cdk import), taken out again, and adopted.
In the end the stack is destroyed and the deletion of the key scheduled, whatever failed before.

  --account ID          the account of the credentials. Nothing is done on another one
  --region REGION       where the primary is made. It must be bootstrapped for the CDK
  --replicas R1,R2      where its replicas are made (default: ${REPLICAS.join(',')})
  --without-native      leaves out the steps of the native key
`;

const STACK = 'integ-exit-paths';

async function main(): Promise<number> {
  const { values: { account, region, replicas, 'without-native': withoutNative, help } } = parseArgs({
    options: {
      'account': { type: 'string' },
      'region': { type: 'string' },
      'replicas': { type: 'string', default: REPLICAS.join(',') },
      'without-native': { type: 'boolean', default: false },
      'help': { type: 'boolean', default: false },
    },
  });
  if (help || account === undefined || region === undefined) {
    process.stdout.write(HELP);
    return help ? 0 : 1;
  }
  await checkedAccount(account, region);
  const scratch = mkdtempSync(path.join(tmpdir(), 'exit-paths-'));
  try {
    await walk(onAccount(region, replicas.split(','), scratch), { withoutNative });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return 0;
}

function onAccount(region: string, replicationRegions: string[], scratch: string): Place {
  const outputs = path.join(scratch, 'outputs.json');
  const app = (declaration: Declaration, { replicationRegions: regions, keyArn }: KeyOnItsWay) => [
    '--app', `node --import tsx ${path.join('test', 'integ', 'exit-paths-app.ts')}`, '--output', path.join(scratch, declaration),
    '-c', `declaration=${declaration}`, '-c', `way=${JSON.stringify({ replicationRegions: regions, keyArn })}`,
  ];
  const cdk = (...args: string[]) => runCdk(args, { AWS_REGION: region, AWS_DEFAULT_REGION: region });
  const clients = new Map<string, PaymentCryptographyClient>();
  return {
    region,
    replicationRegions,
    say,
    deploy: async (declaration, way) => {
      await cdk('deploy', STACK, ...app(declaration, way), '--require-approval', 'never', '--outputs-file', outputs);
      return JSON.parse(readFileSync(outputs, 'utf8'))[STACK] ?? {};
    },
    import: async (declaration, way, identifiers) => {
      await cdk('import', STACK, ...app(declaration, way), '--resource-mapping-inline', JSON.stringify(identifiers));
    },
    checkUnchanged: async (declaration, way) => {
      await cdk('diff', STACK, ...app(declaration, way), '--fail');
      await cdk('drift', STACK, ...app(declaration, way), '--fail');
    },
    destroy: async () => cdk('destroy', STACK, ...app('none', { replicationRegions }), '--force'),
    client: of => {
      const client = clients.get(of) ?? new PaymentCryptographyClient({ region: of });
      clients.set(of, client);
      return client;
    },
  };
}

function runCdk(args: string[], env: Record<string, string>): Promise<void> {
  say(`cdk ${args[0]}`);
  return new Promise((resolve, reject) => {
    execFile(projectProgram('cdk'), [...args, '--no-notices', '--no-color'], {
      cwd: ROOT, env: { ...process.env, ...env, CDK_DISABLE_CLI_TELEMETRY: 'true' }, maxBuffer: MOST_BYTES,
    }, (error, output, errors) => error ? reject(new Error(`cdk ${args.join(' ')} failed:\n${output}${errors}`)) : resolve());
  });
}

main().then(code => { process.exitCode = code; }, error => {
  process.exitCode = 1;
  process.stderr.write(`\n${(error as Error).message}\n`);
});
