import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpRequest } from '@smithy/protocol-http';
import { RecordingServer } from './recording-server';
import { clientConfig } from '../../../src/provider/handler/aws/client-config';
import { dynamoDb } from '../../../src/provider/handler/aws/dynamodb';
import { ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { next } from '../../../src/provider/handler/ledger/commit';
import { taken } from '../ledger/events';

const ITEM = taken(undefined, { type: 'Create', id: 'r1', at: 0 });
const NAMED = 'com.amazonaws.dynamodb.v20120810#';

describe('the requests to Amazon DynamoDB', () => {
  let server: RecordingServer;
  beforeEach(async () => {
    server = await RecordingServer.start();
    Object.assign(process.env, { AWS_ENDPOINT_URL_DYNAMODB: server.url, AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: 'token' });
  });
  afterEach(async () => {
    delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    await server.close();
  });
  const table = (timeout?: number) => dynamoDb(clientConfig(timeout), 'eu-west-1', 'Table');
  const sentBody = () => JSON.parse(server.requests[server.requests.length - 1].body);
  const faultOf = async (promise: Promise<unknown>) => {
    const error = await promise.then(() => undefined, thrown => thrown);
    expect(error).toBeInstanceOf(ServiceFault);
    return error as ServiceFault;
  };

  test('are signed for the Region, with the session of the function\'s role', async () => {
    server.answer({});
    expect(await table().ledger.read('Cvk')).toBeUndefined();
    const [{ method, path, headers }] = server.requests;
    expect([method, path]).toEqual(['POST', '/']);
    expect(headers['x-amz-target']).toBe('DynamoDB_20120810.GetItem');
    expect(headers['content-type']).toBe('application/x-amz-json-1.0');
    expect(headers['x-amz-security-token']).toBe('token');
    expect(headers.authorization).toMatch(/Credential=AKIATEST\/\d{8}\/eu-west-1\/dynamodb\/aws4_request.*SignedHeaders=[^,]*host/);
  });

  test('every read is consistent', async () => {
    const { ledger, limiterTable } = table();
    server.answer({}).answer({}).answer({});
    await ledger.read('Cvk');
    expect(sentBody()).toEqual({ TableName: 'Table', Key: { id: { S: 'Cvk' } }, ConsistentRead: true });
    await ledger.readProperties('Cvk/properties/r1');
    expect(sentBody()).toEqual({ TableName: 'Table', Key: { id: { S: 'Cvk/properties/r1' } }, ConsistentRead: true });
    await limiterTable.readLimiter('us-west-2');
    expect(sentBody()).toEqual({ TableName: 'Table', Key: { id: { S: 'quota/us-west-2' } }, ConsistentRead: true });
  });

  test('a write asks for the item that refuses it', async () => {
    server.answer({}).answer({});
    await table().ledger.write(ITEM);
    expect(sentBody()).toMatchObject({ ConditionExpression: 'attribute_not_exists(id)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' });
    await table().ledger.write(next(ITEM));
    expect(sentBody()).toMatchObject({
      ConditionExpression: 'revision = :former', ExpressionAttributeValues: { ':former': { N: '1' } }, ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  });

  test('an item of another format is read as far as it goes', async () => {
    server.answer({ Item: { id: { S: 'Cvk' }, format: { N: '2' }, revision: { N: '5' }, writer: { S: 'w' }, body: { B: 'AA==' } } });
    expect(await table().ledger.read('Cvk')).toEqual({ id: 'Cvk', format: 2, revision: 5, writer: 'w' });
  });

  test.each([
    ['ProvisionedThroughputExceededException', 400, 'throttled'],
    ['ThrottlingException', 400, 'throttled'],
    ['RequestLimitExceeded', 400, 'throttled'],
    ['AccessDeniedException', 400, 'accessDenied'],
    ['ResourceNotFoundException', 400, 'notFound'],
    ['ValidationException', 400, 'invalid'],
    ['InternalServerError', 500, 'unknownOutcome'],
  ])('%s: one request, and the right kind of fault', async (error, status, kind) => {
    server.answer({ __type: NAMED + error, message: 'why' }, status);
    const fault = await faultOf(table().ledger.write(ITEM));
    expect(fault).toMatchObject({ kind, service: 'dynamodb', operation: 'PutItem', region: 'eu-west-1', code: error });
    expect(fault.message).toContain('why');
    expect(server.requests).toHaveLength(1);
  });

  test('a lost connection, or no answer in time: nobody knows', async () => {
    server.reset();
    expect((await faultOf(table().limiterTable.draw('us-east-1', 1))).kind).toBe('unknownOutcome');
    server.silence();
    expect((await faultOf(table(100).ledger.write(ITEM))).kind).toBe('unknownOutcome');
  });

  test('a fault tells nothing of the item, which may hold the response URL', async () => {
    server.answer({ __type: `${NAMED}ValidationException`, message: 'bad' }, 400);
    expect((await faultOf(table().ledger.write(ITEM))).message).toBe('PutItem in eu-west-1: ValidationException: bad');
  });

  test.each([['eu-west-1', 'dynamodb.eu-west-1.amazonaws.com'], ['cn-north-1', 'dynamodb.cn-north-1.amazonaws.com.cn']])('in %s they go to %s', async (region, host) => {
    delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    const asked: HttpRequest[] = [];
    const requestHandler = { handle: async (request: HttpRequest) => { asked.push(request); throw new Error('not sent'); } } as unknown as NodeHttpHandler;
    await faultOf(dynamoDb({ requestHandler }, region, 'Table').ledger.read('Cvk'));
    expect(asked.map(({ protocol, hostname, port, headers }) => [protocol, hostname, port, headers.host])).toEqual([['https:', host, undefined, host]]);
  });
});
