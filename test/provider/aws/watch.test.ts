import { RecordingServer } from './recording-server';
import { ACCOUNT_DEFAULT_REPLICATION } from '../../../src/provider/contract/account-default-replication';
import { MULTI_REGION_PAYMENT_KEY } from '../../../src/provider/contract/multi-region-payment-key';
import { clientConfig } from '../../../src/provider/handler/aws/client-config';
import { eventBus } from '../../../src/provider/handler/aws/event-bus';
import { stackResources } from '../../../src/provider/handler/aws/stack-resources';
import { sweepTable } from '../../../src/provider/handler/aws/sweep-table';
import { FindingEvent } from '../../../src/provider/handler/watch/ports';
import { FIRST_STATE, SweepState } from '../../../src/provider/handler/watch/sweep-state';

const REGION = 'eu-west-1';
const STACK_ID = 'arn:aws:cloudformation:eu-west-1:111122223333:stack/payments/7d1a2c30-0000-11f1-8000-0123456789ab';
const ENDPOINTS = ['AWS_ENDPOINT_URL_DYNAMODB', 'AWS_ENDPOINT_URL_EVENTBRIDGE', 'AWS_ENDPOINT_URL_CLOUDFORMATION'];

let server: RecordingServer;
beforeEach(async () => {
  server = await RecordingServer.start();
  ENDPOINTS.forEach(name => { process.env[name] = server.url; });
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test' });
});
afterEach(async () => {
  ENDPOINTS.forEach(name => { delete process.env[name]; });
  await server.close();
});
const body = (index = server.requests.length - 1) => JSON.parse(server.requests[index].body);

describe('the state of a watch', () => {
  const table = () => sweepTable(clientConfig(), REGION, 'Table');
  const state: SweepState = { ...FIRST_STATE, revision: 1, beganAt: '2026-11-28T12:00:00.000Z', standing: [{ code: 'KEY_DISABLED', logicalId: 'Cvk', region: REGION, since: '2026-11-28T12:00:00.000Z' }] };

  /** The item as it was written. */
  const written = async (of: SweepState) => {
    server.answer({});
    await table().writeSweep('Watch', of);
    return body().Item;
  };

  test('is read consistently, from an item of its own', async () => {
    server.answer({ Item: await written(state) }).answer({});
    expect(await table().readSweep('Watch')).toEqual(state);
    expect(body()).toEqual({ TableName: 'Table', Key: { id: { S: 'watch/Watch' } }, ConsistentRead: true });
    expect(await table().readSweep('Other')).toBeUndefined();
  });

  test('is written on condition of the revision before', async () => {
    server.answer({}).answer({}).answer({ __type: 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException' }, 400);
    expect(await table().writeSweep('Watch', state)).toBe(true);
    expect(body()).toEqual({
      TableName: 'Table',
      Item: { id: { S: 'watch/Watch' }, revision: { N: '1' }, state: { B: expect.any(String) } },
      ConditionExpression: 'attribute_not_exists(id)',
    });
    expect(await table().writeSweep('Watch', { ...state, revision: 2 })).toBe(true);
    expect(body()).toMatchObject({ ConditionExpression: 'revision = :former', ExpressionAttributeValues: { ':former': { N: '1' } } });
    expect(await table().writeSweep('Watch', { ...state, revision: 2 })).toBe(false);
  });

  test('fits into an item of DynamoDB, also when every tag of every replica in a large stack was changed', async () => {
    const standing = Array.from({ length: 20_000 }, (_, index) => ({
      code: 'TAG_CHANGED' as const,
      logicalId: `CardVerificationKey${Math.floor(index / 40)}FE11DF36`,
      region: `eu-central-${index % 8}`,
      subject: `cost-centre-${index % 5}`,
      since: new Date(Date.parse(state.beganAt) + index).toISOString(),
    }));
    const large: SweepState = { ...state, standing, progress: { kind: 'underWay', after: 'Cvk', found: standing, resources: 500, outOfSync: 500, notWatched: 0 } };
    const item = await written(large);
    expect(Buffer.from(item.state.B, 'base64').length).toBeLessThan(400_000 / 2);
    server.answer({ Item: item });
    expect(await table().readSweep('Watch')).toEqual(large);
  });
});

describe('events', () => {
  const event = (kind: FindingEvent['kind'], logicalId: string): FindingEvent => ({
    kind,
    time: new Date('2026-11-28T12:00:00Z'),
    resources: ['arn:aws:payment-cryptography:eu-west-1:111122223333:key/abcdefghijklmnop'],
    detail: { code: 'KEY_DISABLED', logicalId, region: REGION, since: '2026-11-28T12:00:00.000Z', stackId: STACK_ID, watch: 'Watch' },
  });
  const publish = (events: readonly FindingEvent[]) => eventBus(clientConfig(), REGION, 'payments')(events);

  test('go to the bus, ten a request', async () => {
    server.answer({ FailedEntryCount: 0, Entries: [] }).answer({ FailedEntryCount: 0, Entries: [] });
    await publish([event('resolved', 'Key0'), ...Array.from({ length: 10 }, (_, index) => event('found', `Key${index + 1}`))]);
    expect(server.requests.map(({ headers }) => headers['x-amz-target'])).toEqual(['AWSEvents.PutEvents', 'AWSEvents.PutEvents']);
    expect(server.requests[0].headers['content-type']).toBe('application/x-amz-json-1.1');
    expect(server.requests[0].headers.authorization).toMatch(/eu-west-1\/events\/aws4_request/);
    expect([body(0).Entries.length, body(1).Entries.length]).toEqual([10, 1]);
    const [first, second] = body(0).Entries;
    expect(first).toEqual({
      EventBusName: 'payments',
      Source: 'cdk-multi-region-payment-keys',
      DetailType: 'Payment Key Finding Resolved',
      Time: Date.parse('2026-11-28T12:00:00Z') / 1000,
      Resources: ['arn:aws:payment-cryptography:eu-west-1:111122223333:key/abcdefghijklmnop'],
      Detail: JSON.stringify(event('resolved', 'Key0').detail),
    });
    expect(second.DetailType).toBe('Payment Key Finding');
  });

  test('an entry that the bus did not take is a fault', async () => {
    server.answer({ FailedEntryCount: 1, Entries: [{ EventId: '1' }, { ErrorCode: 'ThrottlingException', ErrorMessage: 'too many' }] });
    await expect(publish([event('found', 'Cvk')])).rejects.toMatchObject({ service: 'events', operation: 'PutEvents', code: 'ThrottlingException' });
    server.answer({ __type: 'AccessDeniedException', message: 'not by this role' }, 400);
    await expect(publish([event('found', 'Cvk')])).rejects.toMatchObject({ kind: 'accessDenied' });
  });
});

describe('the resources of the stack', () => {
  const member = (type: string, logicalId: string, status: string, physicalId?: string) => `<member><LogicalResourceId>${logicalId}</LogicalResourceId>
    ${physicalId ? `<PhysicalResourceId>${physicalId}</PhysicalResourceId>` : ''}<ResourceType>${type}</ResourceType><ResourceStatus>${status}</ResourceStatus></member>`;
  const page = (members: string, next?: string) => `<ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><ListStackResourcesResult>
    <StackResourceSummaries>${members}</StackResourceSummaries>${next ? `<NextToken>${next}</NextToken>` : ''}</ListStackResourcesResult></ListStackResourcesResponse>`;
  const list = () => stackResources(clientConfig(), REGION, STACK_ID)();

  test('are those that the provider makes and that are there, of all pages', async () => {
    server.answer(page([
      member(MULTI_REGION_PAYMENT_KEY, 'Cvk', 'UPDATE_COMPLETE', 'the-arn'),
      member(MULTI_REGION_PAYMENT_KEY, 'Gone', 'DELETE_COMPLETE', 'other'),
      member(MULTI_REGION_PAYMENT_KEY, 'Leaving', 'DELETE_IN_PROGRESS', 'other'),
      member(MULTI_REGION_PAYMENT_KEY, 'NotYet', 'CREATE_IN_PROGRESS'),
      member('AWS::SNS::Topic', 'Topic', 'CREATE_COMPLETE', 'topic'),
    ].join(''), 'more'), 200, { 'content-type': 'text/xml' })
      .answer(page(member(ACCOUNT_DEFAULT_REPLICATION, 'Defaults', 'CREATE_COMPLETE', 'defaults')), 200, { 'content-type': 'text/xml' });
    expect(await list()).toEqual([
      { logicalId: 'Cvk', physicalId: 'the-arn', type: MULTI_REGION_PAYMENT_KEY },
      { logicalId: 'Defaults', physicalId: 'defaults', type: ACCOUNT_DEFAULT_REPLICATION },
    ]);
    expect(server.requests.map(request => new URLSearchParams(request.body).get('NextToken'))).toEqual([null, 'more']);
    expect(new URLSearchParams(server.requests[0].body).get('StackName')).toBe(STACK_ID);
  });

  test('a refusal is a fault', async () => {
    server.answer('<ErrorResponse><Error><Code>AccessDenied</Code><Message>not by this role</Message></Error></ErrorResponse>', 403, { 'content-type': 'text/xml' });
    await expect(list()).rejects.toMatchObject({ service: 'cloudformation', operation: 'ListStackResources', message: expect.stringMatching(/not by this role/) });
  });
});
