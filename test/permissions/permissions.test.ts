import { DEPLOYMENT } from './deployment';
import { IamRequest, iamRequests } from './iam-request';
import { Policies, Verdict } from './policies';
import { providerPolicies } from './provider-policies';
import { recordedStepFunctions } from './recorded-step-functions';
import { recordedTable } from './recorded-table';
import { SCENARIOS } from './scenarios';
import { denied, deniedRequests, isVainDeletion, unusedGrants } from './usage';
import { STACK_ID_TAG } from '../../src/provider/contract/ownership-tags';
import { RequestLogEntry } from '../emulator';
import { ACCOUNT, REGION, STACK_ID, World } from '../lifecycle/world';

const { stateMachineArn: STATE_MACHINE, functionArn: FUNCTION, tableArn: TABLE } = DEPLOYMENT;
const LOG_GROUP = DEPLOYMENT.logGroupArn.replace(/:\*$/, '');

const synthesized = providerPolicies(DEPLOYMENT);
const ofFunction = new Policies(synthesized.function, ACCOUNT, REGION);
const ofStateMachine = new Policies(synthesized.stateMachine, ACCOUNT, REGION);

/** Lambda itself writes the log, with the function's permissions. */
const LOGGING: IamRequest[] = ['logs:CreateLogStream', 'logs:PutLogEvents']
  .map(action => ({ action, resource: `${LOG_GROUP}:log-stream:2026/01/01/[$LATEST]0123`, context: {} }));
const INVOCATION: IamRequest = { action: 'lambda:InvokeFunction', resource: FUNCTION, context: {} };

describe('what the function asks for', () => {
  interface Recorded { readonly entries: RequestLogEntry[]; readonly ofProvider: IamRequest[]; readonly status: string }
  const recorded = new Map<string, Recorded>();

  beforeAll(async () => {
    for (const [name, { options, run }] of Object.entries(SCENARIOS)) {
      const world = await World.start(options);
      const ofProvider: IamRequest[] = [];
      const record = (request: IamRequest) => { ofProvider.push(request); };
      const table = recordedTable(world.ledger, TABLE, record);
      Object.assign(world.ports, { ledger: table, limiterTable: table, executions: recordedStepFunctions(world.stateMachine, record) });
      const { Status: status } = await run(world);
      await world.close();
      // Not what the scenario itself asks of the emulator.
      const entries = world.emulator.log.entries.filter(({ accessKeyId }) => accessKeyId === 'AKIATEST');
      recorded.set(name, { entries, ofProvider, status });
    }
  });

  test.each(Object.entries(SCENARIOS))('in %s, is allowed', async (name, { status: expected = 'SUCCESS' }) => {
    const { entries, ofProvider, status } = recorded.get(name)!;
    expect(status).toBe(expected);
    expect(entries.length).toBeGreaterThan(0);
    expect(await deniedRequests(entries, ofFunction)).toEqual([]);
    expect(await denied(ofProvider, ofFunction)).toEqual([]);
  });

  test('to delete, is refused for a key that is gone, and that is not taken for a failure', async () => {
    const { entries, status } = recorded.get('the deletion of a key that is gone')!;
    const vain = (await Promise.all(entries.filter(isVainDeletion).map(entry => iamRequests(entry, ACCOUNT)))).flat();
    expect(await denied(vain, ofFunction)).toHaveLength(1);
    expect(status).toBe('SUCCESS');
  });

  test('for its log, is allowed', async () => {
    expect(await denied(LOGGING, ofFunction)).toEqual([]);
  });

  test('is all that it is granted: whatever is taken away is missed', async () => {
    const requests = (await Promise.all([...recorded.values()].map(async ({ entries, ofProvider }) =>
      [...ofProvider, ...(await Promise.all(entries.map(entry => iamRequests(entry, ACCOUNT)))).flat()]))).flat();
    expect(await unusedGrants([...requests, ...LOGGING], ofFunction)).toEqual([]);
  });

  test('is granted action by action', () => {
    expect(synthesized.function.flatMap(({ Action }) => Action).filter(action => action.includes('*'))).toEqual([]);
  });
});

describe('what the state machine asks for', () => {
  test('is allowed, and all that it is granted', async () => {
    expect(await denied([INVOCATION], ofStateMachine)).toEqual([]);
    expect(await unusedGrants([INVOCATION], ofStateMachine)).toEqual([]);
  });

  test('ends at its function', async () => {
    expect(await ofStateMachine.verdict({ ...INVOCATION, resource: `${FUNCTION}-of-others` })).toEqual({ allowed: false, by: [] });
  });
});

/** Each refusal beside what is allowed and differs from it in one thing. */
describe('what the function cannot do', () => {
  const OTHER_STACK = STACK_ID.replace('payments', 'others');
  const arn = ({ region = REGION, account = ACCOUNT } = {}) => `arn:aws:payment-cryptography:${region}:${account}:key/aaaaaaaaaaaaaaaa`;
  const OURS = { [`aws:ResourceTag/${STACK_ID_TAG}`]: STACK_ID };
  const THEIRS = { [`aws:ResourceTag/${STACK_ID_TAG}`]: OTHER_STACK };
  const UNTAGGED = {};
  const payment = (operation: string, context: IamRequest['context'], resource: string = arn()): IamRequest =>
    ({ action: `payment-cryptography:${operation}`, resource, context: { 'aws:ViaAWSService': 'false', ...context } });
  const createKey = (context: IamRequest['context']) => payment('CreateKey', context, '*');
  const requestTag = (stackId: string) => ({ [`aws:RequestTag/${STACK_ID_TAG}`]: stackId, 'aws:TagKeys': [STACK_ID_TAG] });
  const tagTeam = { 'aws:RequestTag/team': 'cards', 'aws:TagKeys': ['team'] };
  const states = (operation: string, resource: string): IamRequest => ({ action: `states:${operation}`, resource, context: {} });
  const ledger = (operation: string, resource = TABLE): IamRequest => ({ action: `dynamodb:${operation}`, resource, context: {} });
  const execution = (machine: string) => `arn:aws:states:${REGION}:${ACCOUNT}:execution:${machine}:0123456789abcdef-r`;

  const CASES: Array<[string, IamRequest, IamRequest]> = [
    ...['DeleteKey', 'AddKeyReplicationRegions', 'RemoveKeyReplicationRegions', 'StartKeyUsage', 'StopKeyUsage'].flatMap((operation): Array<[string, IamRequest, IamRequest]> => [
      [`${operation} on a key without tags`, payment(operation, UNTAGGED), payment(operation, OURS)],
      [`${operation} on another stack's key`, payment(operation, THEIRS), payment(operation, OURS)],
      [`${operation} in another Region`, payment(operation, OURS, arn({ region: 'us-west-2' })), payment(operation, OURS)],
      [`${operation} in another account`, payment(operation, OURS, arn({ account: '999999999999' })), payment(operation, OURS)],
    ]),
    ['CreateKey without tags', createKey({}), createKey(requestTag(STACK_ID))],
    ['CreateKey without tags, though in a replica Region', createKey({ 'aws:RequestedRegion': 'us-west-2' }), createKey({ 'aws:ViaAWSService': 'true' })],
    ['CreateKey for another stack', createKey(requestTag(OTHER_STACK)), createKey(requestTag(STACK_ID))],
    ...['TagResource', 'UntagResource'].flatMap((operation): Array<[string, IamRequest, IamRequest]> => [
      [`${operation} on another stack's key`, payment(operation, { ...THEIRS, ...tagTeam }), payment(operation, { ...OURS, ...tagTeam })],
      [`${operation} on another stack's key elsewhere`, payment(operation, { ...THEIRS, ...tagTeam }, arn({ region: 'us-west-2' })),
        payment(operation, tagTeam, arn({ region: 'us-west-2' }))],
      [`${operation} in another account`, payment(operation, tagTeam, arn({ account: '999999999999' })), payment(operation, tagTeam)],
    ]),
    ['TagResource that makes a key another stack\'s', payment('TagResource', requestTag(OTHER_STACK)), payment('TagResource', requestTag(STACK_ID))],
    ...['GetKey', 'ListTagsForResource'].map((operation): [string, IamRequest, IamRequest] =>
      [`${operation} in another account`, payment(operation, {}, arn({ account: '999999999999' })), payment(operation, {})]),
    ...['ImportKey', 'GetParametersForImport', 'GetParametersForExport', 'EnableDefaultKeyReplicationRegions', 'DisableDefaultKeyReplicationRegions']
      .map((operation): [string, IamRequest, IamRequest] => [operation, payment(operation, {}, '*'), payment('ListKeys', {}, '*')]),
    ...['ExportKey', 'RestoreKey', 'PutResourcePolicy', 'DeleteResourcePolicy', 'CreateAlias', 'UpdateAlias', 'EncryptData', 'DecryptData', 'GenerateMac']
      .map((operation): [string, IamRequest, IamRequest] => [`${operation} even on its own key`, payment(operation, OURS), payment('DeleteKey', OURS)]),
    ['StartExecution of another state machine', states('StartExecution', `${STATE_MACHINE}-of-others`), states('StartExecution', STATE_MACHINE)],
    ...['StopExecution', 'GetExecutionHistory', 'ListExecutions', 'DescribeExecution', 'RedriveExecution'].map((operation): [string, IamRequest, IamRequest] =>
      [`${operation} even of its own state machine`, states(operation, operation === 'ListExecutions' ? STATE_MACHINE : execution('payment-keys')),
        states('StartExecution', STATE_MACHINE)]),
    ...['GetItem', 'PutItem', 'UpdateItem'].map((operation): [string, IamRequest, IamRequest] =>
      [`${operation} of another table`, ledger(operation, `${TABLE}-of-others`), ledger(operation)]),
    ...['Scan', 'Query', 'DeleteItem', 'BatchGetItem', 'DeleteTable', 'ExportTableToPointInTime'].map((operation): [string, IamRequest, IamRequest] =>
      [`${operation} even of its own table`, ledger(operation), ledger('GetItem')]),
    ['UpdateStateMachine even of its own', states('UpdateStateMachine', STATE_MACHINE), states('StartExecution', STATE_MACHINE)],
    ...LOGGING.map((request): [string, IamRequest, IamRequest] =>
      [`${request.action} in another log group`, { ...request, resource: request.resource.replace('payment-keys', 'others') }, request]),
  ];

  test.each(CASES)('%s', async (_, refused, allowed) => {
    expect(await ofFunction.verdict(refused)).toEqual<Verdict>({ allowed: false, by: [] });
    expect((await ofFunction.verdict(allowed)).allowed).toBe(true);
  });
});
