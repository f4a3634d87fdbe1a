import * as sdk from '@aws-sdk/client-payment-cryptography';
import { RecordingServer } from './recording-server';
import { clientConfig } from '../../../src/provider/handler/aws/client-config';
import { paymentCryptography } from '../../../src/provider/handler/aws/payment-cryptography';
import { faultKind, ServiceFault } from '../../../src/provider/handler/control-plane/fault';

const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/aaaaaaaaaaaaaaaa';
const KEY = {
  KeyArn: ARN,
  KeyAttributes: { KeyUsage: 'U', KeyClass: 'C', KeyAlgorithm: 'A', KeyModesOfUse: { Generate: true, Verify: true, Sign: false } },
  KeyCheckValue: 'CC5EE2',
  KeyCheckValueAlgorithm: 'ANSI_X9_24',
  Enabled: true,
  Exportable: true,
  KeyState: 'CREATE_COMPLETE',
  KeyOrigin: 'AWS_PAYMENT_CRYPTOGRAPHY',
  ReplicationStatus: { 'us-west-2': { Status: 'FAILED', StatusMessage: 'no' } },
  UsingDefaultReplicationRegions: false,
};

const CREATION = { usage: 'U', keyClass: 'C', algorithm: 'A', modesOfUse: ['Generate'], exportable: true, enabled: true, tags: new Map() };

describe('the service through the SDK', () => {
  let server: RecordingServer;
  beforeEach(async () => {
    server = await RecordingServer.start();
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY: server.url,
      AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API: server.url,
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
  });
  afterEach(() => server.close());
  const plane = () => paymentCryptography(clientConfig());
  const faultOf = async (promise: Promise<unknown>) => {
    const error = await promise.then(() => undefined, thrown => thrown);
    expect(error).toBeInstanceOf(ServiceFault);
    return error as ServiceFault;
  };

  test('asks in the Region of the ARN, signed for it', async () => {
    server.answer({ Key: KEY });
    await plane().addKeyReplicationRegions(ARN.replace('us-east-1', 'eu-west-1'), ['us-west-2']);
    const [{ method, path, headers, body }] = server.requests;
    expect([method, path]).toEqual(['POST', '/']);
    expect(headers['x-amz-target']).toBe('PaymentCryptographyControlPlane.AddKeyReplicationRegions');
    expect(headers['content-type']).toBe('application/x-amz-json-1.0');
    expect(headers.authorization).toMatch(/Credential=AKIATEST\/\d{8}\/eu-west-1\/payment-cryptography\/aws4_request/);
    expect(JSON.parse(body)).toEqual({ KeyIdentifier: ARN.replace('us-east-1', 'eu-west-1'), ReplicationRegions: ['us-west-2'] });
  });

  test('asks at the endpoint of the Region, if it has one, signed as ever', async () => {
    const other = await RecordingServer.start();
    const reach = paymentCryptography(clientConfig(), clientConfig(), { 'eu-west-1': other.url });
    [server, other, other].forEach(one => one.answer({ Key: KEY }));
    await reach.getKey(ARN);
    await reach.getKey(ARN.replace('us-east-1', 'eu-west-1'));
    await reach.createKey('eu-west-1', CREATION);
    await other.close();
    expect([server, other].map(({ requests }) => requests.map(({ headers }) => headers['x-amz-target']))).toEqual([
      ['PaymentCryptographyControlPlane.GetKey'], ['PaymentCryptographyControlPlane.GetKey', 'PaymentCryptographyControlPlane.CreateKey'],
    ]);
    expect(other.requests[0].headers.authorization).toContain('/eu-west-1/payment-cryptography/aws4_request');
  });

  test('reads what the published client would drop', async () => {
    server.answer({ Key: KEY });
    expect(await plane().getKey(ARN)).toMatchObject({
      modesOfUse: ['Generate', 'Verify'], replication: [{ region: 'us-west-2', status: 'FAILED', message: 'no' }], usesDefaultReplicationRegions: false,
    });
  });

  test.each<[string, () => RecordingServer, string]>([
    ['throttled', () => server.answer({ __type: 'com.amazonaws.paymentcryptography#ThrottlingException', Message: 'slow' }, 400), 'throttled'],
    ['500', () => server.answer({ __type: 'InternalServerException' }, 500), 'unknownOutcome'],
    ['an HTML page from something in between', () => server.answer('<html>Bad gateway</html>', 502), 'unknownOutcome'],
    ['a lost connection', () => server.reset(), 'unknownOutcome'],
    ['an error nobody knows', () => server.answer({ __type: 'SomethingNewException' }, 400), 'unknownOutcome'],
    ['denied', () => server.answer({ __type: 'AccessDeniedException', Message: 'no' }, 400), 'accessDenied'],
    ['named in the header', () => server.answer({}, 400, { 'x-amzn-errortype': 'ConflictException:http://internal' }), 'conflict'],
    ['invalid', () => server.answer({ __type: 'ValidationException', Message: 'no' }, 400), 'invalid'],
    ['quota', () => server.answer({ __type: 'ServiceQuotaExceededException', Message: 'no' }, 400), 'quotaExceeded'],
  ])('%s: one request, and the right kind of fault', async (_, prepare, kind) => {
    prepare();
    const fault = await faultOf(plane().deleteKey(ARN, 7));
    expect(fault).toMatchObject({ kind, service: 'payment-cryptography', operation: 'DeleteKey', region: 'us-east-1' });
    expect(fault.provesNotExecuted).toBe(kind !== 'unknownOutcome');
    expect(server.requests).toHaveLength(1);
  });

  // Not over the wire: errors of Node's own modules lose their members between the contexts that jest makes.
  test.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED'])('an endpoint that cannot be reached (%s) was not asked', code => {
    expect(faultKind({ name: 'Error', code })).toBe('unreachable');
    expect(faultKind({ name: 'Error', code: 'ECONNRESET' })).toBe('unknownOutcome');
  });

  test('credentials that the service does not take were refused before anything was done', async () => {
    server.answer({ __type: 'UnrecognizedClientException', message: 'no' }, 400);
    expect((await faultOf(plane().getKey(ARN))).kind).toBe('accessDenied');
  });

  test('a service that never answers is given up', async () => {
    server.silence();
    expect((await faultOf(paymentCryptography(clientConfig(100)).getKey(ARN))).kind).toBe('unknownOutcome');
  });

  test('CreateKey goes through a client of its own', async () => {
    const own = { requestHandler: { handle: async () => { throw Object.assign(new Error('mine'), { name: 'ConflictException' }); }, metadata: {} } } as any;
    expect((await faultOf(paymentCryptography(clientConfig(), own).createKey('us-east-1', CREATION))).kind).toBe('conflict');
    expect(server.requests).toEqual([]);
  });

  test('the native commands follow the same rules: one request', async () => {
    server.answer({ __type: 'ThrottlingException', Message: 'slow' }, 400);
    expect((await faultOf(plane().listTags(ARN))).kind).toBe('throttled');
    expect(server.requests).toHaveLength(1);
  });

  test('a tag may have any name', async () => {
    server.answer({ Tags: [{ Key: 'constructor', Value: '1' }, { Key: '__proto__', Value: '2' }] });
    server.answer({});
    const tags = await plane().listTags(ARN);
    expect([...tags]).toEqual([['constructor', '1'], ['__proto__', '2']]);
    await plane().tagKey(ARN, tags);
    expect(JSON.parse(server.requests[1].body).Tags).toEqual([{ Key: 'constructor', Value: '1' }, { Key: '__proto__', Value: '2' }]);
  });

  test('the tag index is asked once too, and named when it fails', async () => {
    server.answer({ __type: 'ThrottledException', message: 'slow' }, 400);
    expect(await faultOf(plane().findKeysByTags('us-east-1', new Map()))).toMatchObject({ kind: 'throttled', service: 'tagging', operation: 'GetResources' });
    expect(server.requests).toHaveLength(1);
  });

  test('not found: the resource is named, since there is no message', async () => {
    server.answer({ __type: 'com.amazonaws.paymentcryptography#ResourceNotFoundException', ResourceId: ARN }, 400);
    expect((await faultOf(plane().getKey(ARN))).message).toBe(`GetKey in us-east-1: ResourceNotFoundException: ${ARN}`);
  });

  test('pages are read to the end', async () => {
    server.answer({ Tags: [{ Key: 'a', Value: '1' }], NextToken: 'next' }).answer({ Tags: [{ Key: 'b', Value: '2' }] });
    expect(await plane().listTags(ARN)).toEqual(new Map([['a', '1'], ['b', '2']]));
    expect(JSON.parse(server.requests[1].body).NextToken).toBe('next');
    server.answer({ ResourceTagMappingList: [{ ResourceARN: ARN }], PaginationToken: 'more' }).answer({ ResourceTagMappingList: [], PaginationToken: '' });
    expect(await plane().findKeysByTags('us-east-1', new Map([['request', 'r']]))).toEqual([ARN]);
    expect(JSON.parse(server.requests[2].body)).toMatchObject({ TagFilters: [{ Key: 'request', Values: ['r'] }], ResourceTypeFilters: ['payment-cryptography:key'] });
  });

  test('the published client still lacks what payment-cryptography-commands.ts adds: when this fails, delete that file and use the client\'s own', () => {
    expect('AddKeyReplicationRegionsCommand' in sdk).toBe(false);
  });
});
