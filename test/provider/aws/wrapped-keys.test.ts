import { RecordingServer } from './recording-server';
import { WrappedKeyReference } from '../../../src/provider/contract/key-material';
import { clientConfig } from '../../../src/provider/handler/aws/client-config';
import { wrappedKeys } from '../../../src/provider/handler/aws/wrapped-keys';
import { FaultKind, ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { effects, EmulatorServer, FaultEffect, startEmulatorServer } from '../../emulator';

const REGION = 'eu-west-1';
const BLOCK = 'B0096P0TE00S00004D8C5A2F7E19B03D6648F0A1C2E35B7D98';
/** As it was stored: nobody but the reconciler knows what may be trimmed. */
const UNTOUCHED = ` {"zmk": "${BLOCK}", "name": "Zürich"}\r\n`;
const VARIABLES = ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ENDPOINT_URL_SSM'];

const secretsManager = (SecretArn: string, VersionId: string): WrappedKeyReference => ({ Service: 'SECRETS_MANAGER', SecretArn, VersionId, Field: 'zmk' });
const parameterStore = (ParameterName: string, Version: string): WrappedKeyReference => ({ Service: 'PARAMETER_STORE', ParameterName, Version, Field: undefined });
const ABSENT_VERSION = '00000000-0000-4000-8000-000000000000';

beforeEach(() => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: 'token' });
});
afterEach(() => VARIABLES.forEach(name => delete process.env[name]));

const read = (reference: WrappedKeyReference, timeout?: number) => wrappedKeys(clientConfig(timeout), REGION).readWrappedKey(reference);

/** The fault of a read. No fault tells anything of what was stored, beyond the header, which is public. */
async function faultOf(promise: Promise<unknown>): Promise<ServiceFault> {
  const fault = await promise.then(() => undefined, thrown => thrown);
  expect(fault).toBeInstanceOf(ServiceFault);
  expect(`${fault.message} ${fault.stack} ${JSON.stringify(fault)}`).not.toContain(BLOCK.slice(16, 24));
  expect(fault.cause).toBeUndefined();
  return fault;
}

describe('wrapped keys, read from the emulator', () => {
  let server: EmulatorServer;
  beforeAll(async () => { server = await startEmulatorServer(); });
  afterAll(async () => server.close());
  beforeEach(() => {
    server.emulator.reset();
    process.env.AWS_ENDPOINT_URL = server.url;
  });
  const requests = () => server.emulator.log.entries.map(({ service, operation, region, input }) => ({ service, operation, region, input }));

  test('a secret is read as it was stored, in exactly the version that is named', async () => {
    const { arn, versionId } = server.emulator.putSecret({ name: 'keys/zmk', region: REGION, string: UNTOUCHED });
    server.emulator.putSecret({ name: 'keys/zmk', region: REGION, string: 'a later version' });
    expect(await read(secretsManager(arn, versionId))).toEqual({ kind: 'text', text: UNTOUCHED });
    expect(requests()).toEqual([{ service: 'secretsmanager', operation: 'GetSecretValue', region: REGION, input: { SecretId: arn, VersionId: versionId } }]);
  });

  test('a secret is read in the Region of its ARN; by name, in the Region of the stack', async () => {
    const elsewhere = server.emulator.putSecret({ name: 'zmk', region: 'us-east-1', string: 'elsewhere' });
    const here = server.emulator.putSecret({ name: 'zmk', region: REGION, string: 'here' });
    expect(await read(secretsManager(elsewhere.arn, elsewhere.versionId))).toEqual({ kind: 'text', text: 'elsewhere' });
    expect(await read(secretsManager('zmk', here.versionId))).toEqual({ kind: 'text', text: 'here' });
    expect(requests().map(({ region }) => region)).toEqual(['us-east-1', REGION]);
  });

  test('a binary secret is told apart, whatever its bytes are', async () => {
    const { arn, versionId } = server.emulator.putSecret({ name: 'zmk', region: REGION, binary: Buffer.from(BLOCK) });
    expect(await read(secretsManager(arn, versionId))).toEqual({ kind: 'binary' });
  });

  test('a SecureString is decrypted, in exactly the version that is named, by name or ARN', async () => {
    const { version } = server.emulator.putSecureString({ name: '/keys/zmk', region: REGION, value: UNTOUCHED });
    server.emulator.putSecureString({ name: '/keys/zmk', region: REGION, value: 'a later version' });
    expect(await read(parameterStore('/keys/zmk', `${version}`))).toEqual({ kind: 'text', text: UNTOUCHED });
    expect(requests()).toEqual([{ service: 'ssm', operation: 'GetParameter', region: REGION, input: { Name: '/keys/zmk:1', WithDecryption: true } }]);
    server.emulator.putSecureString({ name: '/keys/zmk', region: 'us-east-1', value: 'elsewhere' });
    expect(await read(parameterStore('arn:aws:ssm:us-east-1:111122223333:parameter/keys/zmk', '1'))).toEqual({ kind: 'text', text: 'elsewhere' });
  });

  test('the largest secret and parameter are read', async () => {
    const { arn, versionId } = server.emulator.putSecret({ name: 'a', region: REGION, string: 'ß'.repeat(65536) });
    expect(await read(secretsManager(arn, versionId))).toEqual({ kind: 'text', text: 'ß'.repeat(65536) });
    server.emulator.putSecureString({ name: 'a', region: REGION, value: 'a'.repeat(8192), tier: 'Advanced' });
    expect(await read(parameterStore('a', '1'))).toEqual({ kind: 'text', text: 'a'.repeat(8192) });
  });

  test.each<[string, WrappedKeyReference, FaultKind, string, RegExp]>([
    ['no secret', secretsManager('none', ABSENT_VERSION), 'notFound', 'ResourceNotFoundException', /can't find the specified secret\.$/],
    ['no version of a secret', secretsManager('zmk', ABSENT_VERSION), 'notFound', 'ResourceNotFoundException', /for VersionId: 0{8}-/],
    ['a staging label', secretsManager('zmk', 'AWSCURRENT'), 'invalid', 'ValidationException', /versionId/],
    ['a secret of another account', secretsManager('arn:aws:secretsmanager:eu-west-1:999999999999:secret:zmk-AbCdEf', ABSENT_VERSION), 'accessDenied', 'AccessDeniedException', /policy/],
    ['no parameter', parameterStore('none', '1'), 'notFound', 'ParameterNotFound', /^GetParameter in eu-west-1: ParameterNotFound$/],
    ['no version of a parameter', parameterStore('zmk', '2'), 'notFound', 'ParameterVersionNotFound', /version 2 of zmk/],
  ])('%s is a fault that says so', async (_what, reference, kind, code, message) => {
    server.emulator.putSecret({ name: 'zmk', region: REGION, string: BLOCK });
    server.emulator.putSecureString({ name: 'zmk', region: REGION, value: BLOCK });
    const fault = await faultOf(read(reference));
    expect(fault).toMatchObject({
      kind,
      code,
      region: REGION,
      message: expect.stringMatching(message),
      ...reference.Service === 'SECRETS_MANAGER' ? { service: 'secretsmanager', operation: 'GetSecretValue' } : { service: 'ssm', operation: 'GetParameter' },
    });
  });

  test('a secret that is scheduled for deletion is a fault that no repetition mends', async () => {
    const { arn, versionId } = server.emulator.putSecret({ name: 'zmk', region: REGION, string: BLOCK });
    await server.emulator.handle({ target: 'secretsmanager.DeleteSecret', region: REGION, body: JSON.stringify({ SecretId: arn }) });
    expect(await faultOf(read(secretsManager(arn, versionId)))).toMatchObject({
      kind: 'invalid', code: 'InvalidRequestException', mayPassLater: false, message: expect.stringContaining('marked for deletion'),
    });
  });

  const FAULTS: ReadonlyArray<readonly [FaultEffect, FaultKind]> = [
    [effects.accessDenied(), 'accessDenied'],
    [effects.kmsDenied(), 'accessDenied'],
    [effects.decryptionFailure(), 'invalid'],
    [effects.throttle(), 'throttled'],
    [effects.internalServiceError(), 'unknownOutcome'],
    [effects.parameterStoreError(), 'unknownOutcome'],
    [effects.requestLost(), 'unknownOutcome'],
    [effects.responseLost(), 'unknownOutcome'],
  ];
  test.each(FAULTS)('%j is %s, after one request', async (effect, kind) => {
    const { arn, versionId } = server.emulator.putSecret({ name: 'zmk', region: REGION, string: BLOCK });
    server.emulator.putSecureString({ name: 'zmk', region: REGION, value: BLOCK });
    server.emulator.faults.add({ effect });
    expect((await faultOf(read(secretsManager(arn, versionId)))).kind).toBe(kind);
    expect((await faultOf(read(parameterStore('zmk', '1')))).kind).toBe(kind);
    expect(requests()).toHaveLength(2);
  });
});

describe('the requests for wrapped keys', () => {
  let server: RecordingServer;
  beforeEach(async () => {
    server = await RecordingServer.start();
    process.env.AWS_ENDPOINT_URL = server.url;
  });
  afterEach(() => server.close());
  const SECRET = secretsManager('arn:aws:secretsmanager:us-east-1:111122223333:secret:zmk-AbCdEf', ABSENT_VERSION);
  const PARAMETER = parameterStore('zmk', '1');

  test('are signed for their service and Region, with the session of the function\'s role', async () => {
    server.answer({ SecretString: BLOCK }).answer({ Parameter: { Type: 'SecureString', Value: BLOCK } });
    await read(SECRET);
    await read(PARAMETER);
    expect(server.requests.map(({ method, path, headers }) => [method, path, headers['x-amz-target'], headers['content-type'], headers['x-amz-security-token']])).toEqual([
      ['POST', '/', 'secretsmanager.GetSecretValue', 'application/x-amz-json-1.1', 'token'],
      ['POST', '/', 'AmazonSSM.GetParameter', 'application/x-amz-json-1.1', 'token'],
    ]);
    expect(server.requests[0].headers.authorization).toMatch(/Credential=AKIATEST\/\d{8}\/us-east-1\/secretsmanager\/aws4_request.*SignedHeaders=[^,]*host/);
    expect(server.requests[1].headers.authorization).toMatch(/Credential=AKIATEST\/\d{8}\/eu-west-1\/ssm\/aws4_request/);
  });

  test('go to the endpoint of their own variable before the one for all services', async () => {
    const own = await RecordingServer.start();
    try {
      Object.assign(process.env, { AWS_ENDPOINT_URL_SECRETS_MANAGER: own.url, AWS_ENDPOINT_URL_SSM: own.url });
      own.answer({ SecretString: 'a' }).answer({ Parameter: { Type: 'SecureString', Value: 'b' } });
      expect([await read(SECRET), await read(PARAMETER)]).toEqual([{ kind: 'text', text: 'a' }, { kind: 'text', text: 'b' }]);
      expect([own.requests.length, server.requests.length]).toEqual([2, 0]);
    } finally {
      await own.close();
    }
  });

  test.each([
    [SECRET, 'secretsmanager.us-east-1.amazonaws.com'],
    [PARAMETER, 'ssm.eu-west-1.amazonaws.com'],
    [secretsManager('arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:zmk-AbCdEf', ABSENT_VERSION), 'secretsmanager.cn-north-1.amazonaws.com.cn'],
  ])('for %j go to %s', async (reference, host) => {
    delete process.env.AWS_ENDPOINT_URL;
    const asked: any[] = [];
    const requestHandler = { handle: async (request: unknown) => { asked.push(request); throw new Error('not sent'); } } as any;
    await faultOf(wrappedKeys({ requestHandler }, REGION).readWrappedKey(reference));
    expect(asked.map(({ protocol, hostname, headers }) => [protocol, hostname, headers.host])).toEqual([['https:', host, host]]);
  });

  // A proxy, or a service that breaks off, may send a value where nobody expects it.
  const RUINED: ReadonlyArray<readonly [what: string, body: object | string, status: number]> = [
    ['an answer that breaks off', `{"SecretString":"${BLOCK}`, 200],
    ['an answer in another language', `<secret>${BLOCK}</secret>`, 200],
    ['an answer that is the value', JSON.stringify(BLOCK), 200],
    ['an answer without a value', {}, 200],
    ['nothing', '', 200],
    ['null', 'null', 200],
    ['a value that is no text', { SecretString: [BLOCK], Parameter: { Value: [BLOCK] } }, 200],
    ['a failure that breaks off', `{"SecretString":"${BLOCK}`, 500],
    ['a failure with the value in it', { SecretString: BLOCK, Parameter: { Type: 'SecureString', Value: BLOCK } }, 500],
    ['a page of a proxy', BLOCK, 502],
    ['null as a failure', 'null', 503],
  ];
  test.each(RUINED)('%s is no answer, and is quoted nowhere', async (_what, body, status) => {
    server.answer(body, status).answer(body, status);
    for (const reference of [SECRET, PARAMETER]) {
      const fault = await faultOf(read(reference));
      expect(fault).toMatchObject({ kind: 'unknownOutcome', mayPassLater: true });
      expect(fault.message).not.toMatch(/undefined|TypeError/);
    }
  });

  test('a connection that breaks, or no answer in time: nobody knows', async () => {
    server.reset();
    expect((await faultOf(read(SECRET))).kind).toBe('unknownOutcome');
    server.silence();
    expect((await faultOf(read(PARAMETER, 100))).kind).toBe('unknownOutcome');
  });
});
