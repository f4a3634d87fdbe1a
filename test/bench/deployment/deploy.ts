import * as fs from 'fs';
import * as path from 'path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { buildSync } from 'esbuild';
import { bootstrap } from '../../e2e/engine/bootstrap';
import { appCommand, cdk, CdkFailed } from '../../e2e/engine/cdk-cli';
import { clientConfig } from '../../e2e/engine/clients';
import { ACCOUNT, DeliveredAnswer, LocalEngine, startLocalEngine } from '../../e2e/engine/local-engine';
import { Emulator, EmulatorServer, startEmulatorServer } from '../../emulator';
import { median } from '../median';

const PRIMARY = 'us-east-1';
const STACK = 'Payments';

/** Seconds between the framework's looks; nothing: this library. */
export const DEPLOYERS = { 'this library': undefined, 'framework 5 s': 5, 'framework 10 s': 10 } as const;

export interface Scenario {
  readonly deployer: keyof typeof DEPLOYERS;
  readonly keys: number;
  readonly replicationSeconds: number;
}

export interface Deployed {
  readonly status: string;
  /** Of the whole command. */
  readonly commandSeconds: number;
  /** From the first request of the service to the last answer to a Create. */
  readonly keysSeconds: number;
  /** Of requests in the primary. */
  readonly executedPerKey: number;
  readonly throttledPerKey: number;
  /** Of keys that were created, at the median. */
  readonly answerDelaySeconds?: number;
  readonly failures: number;
  /** What CloudFormation was told about them, each text once. */
  readonly reasons: readonly string[];
  /** Keys that nobody will delete, of a stack that was rolled back. */
  readonly keysLeft: number;
  readonly resources: number;
}

/** `cdk deploy` on the local engine: real functions and state machines, real time. */
export async function deploy(scenario: Scenario): Promise<Deployed> {
  const server = await startEmulatorServer({ account: ACCOUNT, replicationDelay: scenario.replicationSeconds });
  try {
    const engine = await startLocalEngine({ createAtOnce: true });
    try {
      await bootstrap(engine, PRIMARY);
      const began = Date.now();
      await run(scenario, engine, server);
      return await figures(scenario, engine, server.emulator, (Date.now() - began) / 1000);
    } finally {
      await engine.stop();
    }
  } finally {
    await server.close();
  }
}

/** A stack that fails is a result too. */
async function run({ deployer, keys }: Scenario, engine: LocalEngine, { url }: EmulatorServer): Promise<void> {
  const interval = DEPLOYERS[deployer];
  const context = [`keys=${keys}`, ...interval === undefined ? [] : [`interval=${interval}`, `handlers=${bundledHandlers(engine)}`]];
  const environment = {
    AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY: url, AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API: url, TEST_ANSWER_ORIGIN: engine.url,
  };
  try {
    await cdk([
      'deploy', STACK, '--app', appCommand(path.join(__dirname, 'app.ts')), '--output', assembly(engine), '--require-approval', 'never',
      ...context.flatMap(value => ['-c', value]),
    ], { engine, region: PRIMARY, environment: { FUNCTION_ENVIRONMENT: JSON.stringify(environment) } });
  } catch (error) {
    if (!(error instanceof CdkFailed)) { throw error; }
  }
}

function assembly({ scratch }: LocalEngine): string {
  return path.join(scratch, 'cdk.out');
}

/** As this library's own: with the SDK inside, since the local engine's runtime has none. */
function bundledHandlers({ scratch }: LocalEngine): string {
  const folder = path.join(scratch, 'handlers');
  buildSync({
    entryPoints: [path.join(__dirname, 'handlers.ts')],
    outfile: path.join(folder, 'index.js'),
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
  });
  return folder;
}

async function figures({ keys, replicationSeconds }: Scenario, engine: LocalEngine, emulator: Emulator, commandSeconds: number): Promise<Deployed> {
  const requests = emulator.log.entries.filter(({ service, region }) => service === 'payment-cryptography' && region === PRIMARY);
  if (requests.length === 0) { throw new Error(`No request reached the service:\n${engine.log()}\n${engine.functionLog()}`); }
  const throttled = requests.filter(({ error }) => error === 'ThrottlingException');
  // The first answers of a stack are those to Create; after a failure those to Delete follow.
  const creations = engine.answers().filter(({ answer }, index, all) =>
    all.findIndex(other => other.answer.LogicalResourceId === answer.LogicalResourceId) === index);
  const failed = creations.filter(({ answer }) => answer.Status !== 'SUCCESS');
  const synchronized = new Map(requests.filter(({ operation, executed }) => operation === 'CreateKey' && executed)
    .map(({ time, output }) => [(output as { Key: { KeyArn: string } }).Key.KeyArn, time + replicationSeconds * 1000]));
  const delay = ({ time, answer }: DeliveredAnswer) => (time - synchronized.get(answer.PhysicalResourceId!)!) / 1000;
  const delays = creations.filter(({ answer }) => answer.Status === 'SUCCESS').map(delay);
  const status = await stackStatus(engine);
  return {
    status,
    commandSeconds,
    keysSeconds: (Math.max(...creations.map(({ time }) => time)) - requests[0].time) / 1000,
    executedPerKey: (requests.length - throttled.length) / keys,
    throttledPerKey: throttled.length / keys,
    answerDelaySeconds: delays.length === 0 ? undefined : median(delays),
    failures: failed.length,
    reasons: [...new Set(failed.map(({ answer }) => (answer.Reason ?? '').split('\n')[0]))],
    keysLeft: status === 'CREATE_COMPLETE' ? 0 : emulator.snapshot(PRIMARY).keys.filter(({ key }) => key.KeyState === 'CREATE_COMPLETE').length,
    resources: resourcesOf(engine),
  };
}

async function stackStatus(engine: LocalEngine): Promise<string> {
  const client = new CloudFormationClient(clientConfig(engine, PRIMARY));
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: STACK }));
  client.destroy();
  return Stacks![0].StackStatus!;
}

function resourcesOf(engine: LocalEngine): number {
  const { Resources } = JSON.parse(fs.readFileSync(path.join(assembly(engine), `${STACK}.template.json`), 'utf8')) as { readonly Resources: object };
  return Object.keys(Resources).length;
}
