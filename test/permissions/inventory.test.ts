import { Template } from 'aws-cdk-lib/assertions';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { App, Stack } from 'aws-cdk-lib/core';
import { IamRequest, iamRequests } from './iam-request';
import { resolved } from './intrinsics';
import { Policies, Statement, Verdict } from './policies';
import { denied, unusedGrants } from './usage';
import { PaymentKeyInventory } from '../../src';
import { InventoryPorts } from '../../src/inventory/handler/ports';
import { effects } from '../emulator';
import { InventoryAccount, INVENTORY_ACCESS_KEY, ourTags, stackId } from '../inventory/account';
import { MemoryStacks } from '../inventory/memory-stacks';

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
const REGIONS = [REGION, 'us-west-2'];
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:inventory`;
const STATE_MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:inventory`;
const LOG_GROUP = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:inventory`;
const BUCKET = 'arn:aws:s3:::evidence';

/** The statements of the synthesized roles, by the service that takes on the role. */
function statements(): Record<'lambda' | 'states' | 'events', Statement[]> {
  // A stack that knows neither its account nor its Region, so that nothing is concrete before its deployment.
  const stack = new Stack(new App(), 'Payments');
  new PaymentKeyInventory(stack, 'Inventory', {
    bucket: Bucket.fromBucketName(stack, 'Evidence', 'evidence'), prefix: 'inventory', regions: REGIONS, schedule: Schedule.expression('rate(30 days)'),
  });
  const { Resources } = Template.fromStack(stack).toJSON();
  const idOf = (type: string) => Object.keys(Resources).find(id => Resources[id].Type === type)!;
  const references = {
    'AWS::Partition': 'aws',
    'AWS::AccountId': ACCOUNT,
    [`${idOf('AWS::Lambda::Function')}.Arn`]: FUNCTION,
    [`${idOf('AWS::Logs::LogGroup')}.Arn`]: `${LOG_GROUP}:*`,
    [idOf('AWS::StepFunctions::StateMachine')]: STATE_MACHINE,
  };
  const roles = Object.values<any>(Resources).filter(({ Type }) => Type === 'AWS::IAM::Role');
  expect(Object.values<any>(Resources).filter(({ Type }) => Type === 'AWS::IAM::Policy')).toEqual([]);
  const of = (service: string) => roles.filter(({ Properties }) => JSON.stringify(Properties.AssumeRolePolicyDocument).includes(`${service}.amazonaws.com`))
    .flatMap(({ Properties }) => Properties.Policies.flatMap(({ PolicyName, PolicyDocument }: any) =>
      PolicyDocument.Statement.map((statement: object) => ({ Sid: PolicyName, ...resolved<object>(statement, references) }))));
  return { lambda: of('lambda'), states: of('states'), events: of('events') };
}

const synthesized = statements();
const ofFunction = new Policies(synthesized.lambda, ACCOUNT, REGION);
const LOGGING: IamRequest[] = ['logs:CreateLogStream', 'logs:PutLogEvents']
  .map(action => ({ action, resource: `${LOG_GROUP}:log-stream:2026/01/01/[$LATEST]0123`, context: {} }));

/** What Amazon S3 and CloudFormation ask IAM about the calls of these ports. */
function recorded({ files, stacks, ...ports }: InventoryPorts, record: (request: IamRequest) => void): InventoryPorts {
  const object = (action: string, name: string) => record({ action: `s3:${action}`, resource: `${BUCKET}/inventory/${name}`, context: {} });
  const stack = (action: string, id: string) => record({ action: `cloudformation:${action}`, resource: id, context: { 'aws:RequestedRegion': id.split(':')[3] } });
  return {
    ...ports,
    files: {
      create: async (name, ...rest) => { object('PutObject', name); return files.create(name, ...rest); },
      read: async name => { object('GetObject', name); return files.read(name); },
      list: async beginning => {
        record({ action: 's3:ListBucket', resource: BUCKET, context: { 's3:prefix': `inventory/${beginning}` } });
        return files.list(beginning);
      },
      remove: async names => { names.forEach(name => object('DeleteObject', name)); return files.remove(names); },
    },
    stacks: {
      describeStack: async id => { stack('DescribeStacks', id); return stacks.describeStack(id); },
      listStackResources: async (id, token) => { stack('ListStackResources', id); return stacks.listStackResources(id, token); },
    },
  };
}

describe('what the function of an inventory asks for', () => {
  const requests: IamRequest[] = [];

  beforeAll(async () => {
    const account = new InventoryAccount(REGIONS);
    const [here, there] = REGIONS.map(region => stackId('payments', region));
    for (let index = 0; index < 30; index += 1) { await account.createKey({ ReplicationRegions: ['us-west-2'], tags: ourTags(here) }); }
    await account.createKey({ region: 'us-west-2', tags: ourTags(there) });
    await account.createKey({ tags: ourTags(stackId('payments', 'eu-west-1')) });
    account.clock.advance(10);
    account.stacks = new MemoryStacks({ [here]: [], [there]: [] });
    account.emulator.faults.add({ operation: 'GetKey', times: 1, effect: effects.throttle() });
    Object.assign(account.ports, recorded({ ...account.ports }, request => requests.push(request)));
    expect((await account.take()).status).toBe('SUCCEEDED');
    const entries = account.emulator.log.entries.filter(({ accessKeyId }) => accessKeyId === INVENTORY_ACCESS_KEY);
    requests.push(...(await Promise.all(entries.map(entry => iamRequests(entry, ACCOUNT)))).flat());
  });

  test('is allowed', async () => {
    expect(requests.length).toBeGreaterThan(150);
    expect(await denied([...requests, ...LOGGING], ofFunction)).toEqual([]);
  });

  test('is all that it is granted: whatever is taken away is missed', async () => {
    expect(await unusedGrants([...requests, ...LOGGING], ofFunction)).toEqual([]);
    // No Region, object or folder of a statement is there in vain either.
    for (const statement of synthesized.lambda.filter(({ Resource }) => [Resource].flat().length > 1)) {
      for (const resource of statement.Resource) {
        const rest = { ...statement, Resource: [statement.Resource].flat().filter(other => other !== resource) };
        const without = synthesized.lambda.map(one => one === statement ? rest : one);
        expect((await denied(requests, new Policies(without, ACCOUNT, REGION))).length).toBeGreaterThan(0);
      }
    }
  });

  test('is granted action by action, and changes no key', () => {
    const actions = synthesized.lambda.flatMap(({ Action }) => Action);
    expect(actions.filter(action => action.includes('*'))).toEqual([]);
    expect(actions.filter(action => action.startsWith('payment-cryptography:')).filter(action => !/:(List|Get)/.test(action))).toEqual([]);
    expect(actions.filter(action => action.startsWith('cloudformation:')).filter(action => !/:(List|Describe)/.test(action))).toEqual([]);
  });
});

test.each([
  ['the state machine', synthesized.states, { action: 'lambda:InvokeFunction', resource: FUNCTION, context: {} }],
  ['the rule', synthesized.events, { action: 'states:StartExecution', resource: STATE_MACHINE, context: {} }],
] as const)('%s may do the one thing that it does', async (_, given, request) => {
  const policies = new Policies(given, ACCOUNT, REGION);
  expect(await denied([request], policies)).toEqual([]);
  expect(await unusedGrants([request], policies)).toEqual([]);
  expect(await policies.verdict({ ...request, resource: `${request.resource}-of-others` })).toEqual<Verdict>({ allowed: false, by: [] });
});

/** Each refusal beside what is allowed and differs from it in one thing. */
describe('what the function of an inventory cannot do', () => {
  const key = ({ region = REGION, account = ACCOUNT } = {}) => `arn:aws:payment-cryptography:${region}:${account}:key/aaaaaaaaaaaaaaaa`;
  const payment = (operation: string, resource = key(), region = REGION): IamRequest =>
    ({ action: `payment-cryptography:${operation}`, resource, context: { 'aws:RequestedRegion': region } });
  const s3 = (operation: string, name: string): IamRequest => ({ action: `s3:${operation}`, resource: `${BUCKET}/${name}`, context: {} });
  const listing = (prefix: string): IamRequest => ({ action: 's3:ListBucket', resource: BUCKET, context: { 's3:prefix': prefix } });
  const stack = (operation: string, id = stackId('payments')): IamRequest => ({ action: `cloudformation:${operation}`, resource: id, context: {} });
  const RUN = 'inventory/2026-12-01T030000Z-1f0c9a2b';

  const CASES: Array<[string, IamRequest, IamRequest]> = [
    ...['CreateKey', 'ImportKey', 'EnableDefaultKeyReplicationRegions'].map((operation): [string, IamRequest, IamRequest] =>
      [operation, payment(operation, '*'), payment('ListKeys', '*')]),
    ['DeleteAlias', payment('DeleteAlias', key().replace('key/', 'alias/')), payment('GetKey')],
    ...['DeleteKey', 'RestoreKey', 'TagResource', 'UntagResource', 'CreateAlias', 'UpdateAlias', 'ExportKey', 'StopKeyUsage',
      'AddKeyReplicationRegions', 'RemoveKeyReplicationRegions', 'PutResourcePolicy', 'GetResourcePolicy', 'EncryptData', 'DecryptData', 'GenerateMac']
      .map((operation): [string, IamRequest, IamRequest] => [operation, payment(operation), payment('GetKey')]),
    ['GetKey in a Region that is not listed', payment('GetKey', key({ region: 'eu-west-1' })), payment('GetKey', key({ region: 'us-west-2' }))],
    ['GetKey in another account', payment('GetKey', key({ account: '999999999999' })), payment('GetKey')],
    ['ListKeys in a Region that is not listed', payment('ListKeys', '*', 'eu-west-1'), payment('ListKeys', '*', 'us-west-2')],
    ['ListAliases in a Region that is not listed', payment('ListAliases', '*', 'eu-west-1'), payment('ListAliases', '*')],
    ['write beside its prefix', s3('PutObject', 'inventory-of-others/keys.csv'), s3('PutObject', `${RUN}/keys.csv`)],
    ['delete a table that is published', s3('DeleteObject', `${RUN}/keys.csv`), s3('DeleteObject', 'inventory/.in-progress/run/plan.json')],
    ['delete a summary', s3('DeleteObject', `${RUN}/summary.json`), s3('GetObject', `${RUN}/summary.json`)],
    ['read other objects', s3('GetObject', 'secrets.json'), s3('GetObject', 'inventory/.in-progress/run/plan.json')],
    ['list other objects', listing(''), listing('inventory/.in-progress/')],
    ['list objects whose prefix only begins so', listing('inventory-of-others/'), listing('inventory/x')],
    ...['PutObjectAcl', 'PutObjectTagging', 'DeleteObjectVersion', 'PutObjectRetention', 'BypassGovernanceRetention']
      .map((operation): [string, IamRequest, IamRequest] => [operation, s3(operation, `${RUN}/keys.csv`), s3('PutObject', `${RUN}/keys.csv`)]),
    ...['DeleteStack', 'UpdateStack', 'GetTemplate', 'DescribeStackEvents'].map((operation): [string, IamRequest, IamRequest] =>
      [`${operation} of a stack`, stack(operation), stack('DescribeStacks')]),
    ['DescribeStacks in a Region that is not listed', stack('DescribeStacks', stackId('payments', 'eu-west-1')), stack('DescribeStacks')],
    ['ListStackResources in another account', stack('ListStackResources', stackId('payments', REGION, '999999999999')), stack('ListStackResources')],
    ...LOGGING.map((request): [string, IamRequest, IamRequest] => [`${request.action} in another log group`, { ...request, resource: request.resource.replace('inventory', 'others') }, request]),
  ];

  test.each(CASES)('%s', async (_, refused, allowed) => {
    expect(await ofFunction.verdict(refused)).toEqual<Verdict>({ allowed: false, by: [] });
    expect((await ofFunction.verdict(allowed)).allowed).toBe(true);
  });
});
