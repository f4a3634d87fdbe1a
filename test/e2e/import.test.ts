import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { CloudFormationClient, DescribeStackEventsCommand, DescribeStacksCommand, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { GetExecutionHistoryCommand, ListExecutionsCommand, ListStateMachinesCommand, SFNClient } from '@aws-sdk/client-sfn';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { logLine, systemClock } from '../emulator';
import { appCommand, cdk, readOutputs } from './engine/cdk-cli';
import { clientConfig } from './engine/clients';
import { ImportApp } from './engine/import-app';
import { jsonCall } from './engine/json-call';
import { PRIMARY, Session } from './engine/session';
import { redacted } from '../emulator/redaction';
import { keyBlock, Place, SHARED_KEY, wrappingKey, WORKING_KEY, WORKING_KEY_CHECK_VALUE } from '../provider/reconcilers/key/ceremonies';
import { LeakSearch } from '../provider/reconcilers/key/material/leak-search';

const STACK = 'Imports';
const OTHER_CARDS = 'B2F4D08C1A6E379B5D81E6237AF0C49E';

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 240_000);
afterAll(async () => session?.stop());

const NAME = 'partner/cvk';

/** What the custodian does: a wrapped key in a member of a secret, and one in a parameter. Both are in the engine, beside the stacks. */
async function custody(block: string, isFirst: boolean): Promise<Pick<ImportApp, 'secret' | 'parameter'>> {
  const { ARN, VersionId } = await jsonCall<{ ARN: string; VersionId: string }>(
    session.engine, PRIMARY, 'secretsmanager', `secretsmanager.${isFirst ? 'CreateSecret' : 'PutSecretValue'}`, {
      [isFirst ? 'Name' : 'SecretId']: NAME, SecretString: JSON.stringify({ cvk: block, other: OTHER_CARDS }), ClientRequestToken: randomUUID(),
    });
  const ssm = new SSMClient(clientConfig(session.engine, PRIMARY));
  const { Version } = await ssm.send(new PutParameterCommand({ Name: `/${NAME}`, Value: block, Type: 'SecureString', Overwrite: !isFirst }));
  ssm.destroy();
  return { secret: { arn: ARN, versionId: VersionId, field: 'cvk' }, parameter: { name: `/${NAME}`, version: Version! } };
}

/** Whatever the engine keeps of a deployment, as text. */
async function surfaces(): Promise<Map<string, string>> {
  const cloudFormation = new CloudFormationClient(clientConfig(session.engine, PRIMARY));
  const sfn = new SFNClient(clientConfig(session.engine, PRIMARY));
  const inStack = { StackName: STACK };
  const history: unknown[] = [];
  const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({}));
  for (const { stateMachineArn } of stateMachines) {
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    for (const { executionArn } of executions) {
      const whole = { executionArn, includeExecutionData: true, maxResults: 1000 };
      history.push(executionArn, (await sfn.send(new GetExecutionHistoryCommand(whole))).events);
    }
  }
  const dynamo = <T>(operation: string, input: object) => jsonCall<T>(session.engine, PRIMARY, 'dynamodb', `DynamoDB_20120810.${operation}`, input);
  const { TableNames } = await dynamo<{ TableNames: string[] }>('ListTables', {});
  const found = new Map<string, unknown>([
    ['template', await cloudFormation.send(new GetTemplateCommand(inStack))],
    ['events', (await cloudFormation.send(new DescribeStackEventsCommand(inStack))).StackEvents],
    ['outputs', (await cloudFormation.send(new DescribeStacksCommand(inStack))).Stacks],
    ['history of executions', history],
    ['ledger', await Promise.all(TableNames.map(TableName => dynamo('Scan', { TableName })))],
  ]);
  cloudFormation.destroy();
  sfn.destroy();
  return new Map([...found].map(([where, what]) => [where, JSON.stringify(what)]));
}

/** What outlives the stack. */
function lasting(assembly: string): Map<string, string> {
  const { engine, gate, emulator } = session;
  const files = fs.readdirSync(assembly, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile() && /\.(json|out)$/.test(entry.name));
  return new Map([
    ['log of the engine', engine.log()],
    ['log of the function', engine.functionLog()],
    ['answers', [...gate.answers.map(({ body }) => body), JSON.stringify(engine.answers())].join('\n')],
    ['log of the emulator', emulator.log.entries.map(entry => `${JSON.stringify(redacted({ ...entry, durationMilliseconds: 0 }))}\n${logLine(entry)}`).join('\n')],
    ['assembly', files.map(entry => fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8')).join('\n')],
  ]);
}

test('cdk deploy imports a key from a secret and from a parameter, and what it read stands nowhere', async () => {
  const { engine, emulator } = session;
  const place: Place = { emulator, clock: systemClock, byHand: (operation, input) => emulator.call(operation, input, { region: PRIMARY }) };
  const wrappingKeyArn = await wrappingKey(place);
  const assembly = path.join(engine.scratch, 'cdk.out');
  const outputs = path.join(engine.scratch, 'outputs.json');
  const printed: string[] = [];
  const app = ['--app', appCommand(path.join(__dirname, 'engine', 'import-app.ts')), '--output', assembly];
  const run = async (declared: ImportApp, ...args: string[]) => {
    printed.push(await cdk(args, { engine, region: PRIMARY, environment: { IMPORT_APP: JSON.stringify(declared) } }));
    return args[0] === 'deploy' ? readOutputs(outputs, STACK) : {};
  };
  const deploy = (declared: ImportApp) => run(declared, 'deploy', STACK, ...app, '--require-approval', 'never', '--outputs-file', outputs);

  const blocks = [keyBlock(), keyBlock()];
  const first: ImportApp = {
    wrappingKeyArn,
    ...await custody(blocks[0], true),
    expectedKeyCheckValue: WORKING_KEY_CHECK_VALUE,
    replicationRegions: ['us-west-2', 'eu-west-1'],
  };
  const seen: Array<Map<string, string>> = [];
  const search = new LeakSearch([...blocks.map(block => block.slice(16)), ...[WORKING_KEY, SHARED_KEY].map(key => key.toString('hex')), OTHER_CARDS]);
  const ids = ['FromSecret', 'FromParameter'];
  const synchronized = { Status: 'SYNCHRONIZED' };

  const created = await deploy(first);
  seen.push(await surfaces());
  for (const id of ids) {
    expect(created).toMatchObject({ [`${id}CheckValue`]: WORKING_KEY_CHECK_VALUE, [`${id}Origin`]: 'EXTERNAL' });
    expect(session.key(created[`${id}Arn`])).toMatchObject({ KeyState: 'CREATE_COMPLETE', ReplicationStatus: { 'us-west-2': synchronized, 'eu-west-1': synchronized } });
  }
  expect(session.requests('ImportKey').filter(({ accessKeyId }) => accessKeyId !== 'AKIAEMULATOR')).toHaveLength(2);

  // Another Region: the same keys, and nothing is read.
  const fewer = { ...first, replicationRegions: ['eu-west-1'] };
  const updated = await deploy(fewer);
  expect(updated).toEqual(created);
  expect(session.key(created.FromSecretArn)).toMatchObject({ ReplicationStatus: { 'eu-west-1': synchronized } });

  // Other versions: other keys, and the former ones are scheduled for deletion.
  const second = { ...fewer, ...await custody(blocks[1], false) };
  const replaced = await deploy(second);
  seen.push(await surfaces());
  for (const id of ids) {
    expect(replaced[`${id}Arn`]).not.toBe(created[`${id}Arn`]);
    expect(replaced[`${id}CheckValue`]).toBe(WORKING_KEY_CHECK_VALUE);
    expect(session.key(created[`${id}Arn`])?.KeyState).toBe('DELETE_PENDING');
  }
  expect(session.requests('ImportKey').filter(({ accessKeyId }) => accessKeyId !== 'AKIAEMULATOR')).toHaveLength(4);

  // A check value that the key does not have: FAILED, and taken back.
  await expect(deploy({ ...second, expectedKeyCheckValue: '000000' })).rejects.toThrow(/expectedKeyCheckValue is 000000/);
  seen.push(await surfaces());
  for (const id of ids) { expect(session.key(replaced[`${id}Arn`])?.KeyState).toBe('CREATE_COMPLETE'); }

  await run(second, 'destroy', STACK, '--app', assembly, '--force');
  for (const id of ids) { expect(session.key(replaced[`${id}Arn`])?.KeyState).toBe('DELETE_PENDING'); }

  seen.push(lasting(assembly), new Map([['output of cdk', printed.join('\n')]]));
  const id = replaced.FromSecretArn.split('/')[1];
  for (const [where, text] of seen.flatMap(one => [...one])) {
    expect([where, search.in(text)]).toEqual([where, []]);
    // What is searched has something in it.
    expect([where, /FromSecret|Imports/.test(text) || text.includes(id)]).toEqual([where, true]);
  }
}, 300_000);
