import { FaultKind, faultKind, ifFound, orOtherwise, ServiceFault } from '../../../src/provider/handler/control-plane/fault';

const fault = (kind: FaultKind) => new ServiceFault(kind, 'payment-cryptography', 'GetKey', 'us-east-1', 'Code', 'detail');

describe('what an error says about its call, by its name', () => {
  test.each<[name: string, kind: FaultKind, provesNotExecuted: boolean, mayPassLater: boolean]>([
    ['ResourceNotFoundException', 'notFound', true, false],
    ['ParameterNotFound', 'notFound', true, false],
    ['ParameterVersionNotFound', 'notFound', true, false],
    ['NoSuchKey', 'notFound', true, false],
    ['NoSuchBucket', 'notFound', true, false],
    ['AccessDeniedException', 'accessDenied', true, true],
    ['AccessDenied', 'accessDenied', true, true],
    ['UnrecognizedClientException', 'accessDenied', true, true],
    ['ExpiredTokenException', 'accessDenied', true, true],
    ['CredentialsProviderError', 'unreachable', true, true],
    ['ThrottlingException', 'throttled', true, true],
    ['Throttling', 'throttled', true, true],
    ['SlowDown', 'throttled', true, true],
    ['ProvisionedThroughputExceededException', 'throttled', true, true],
    ['ConflictException', 'conflict', true, true],
    ['ValidationException', 'invalid', true, false],
    ['ValidationError', 'invalid', true, false],
    ['InvalidRequestException', 'invalid', true, false],
    ['DecryptionFailure', 'invalid', true, false],
    ['InvalidKeyId', 'invalid', true, false],
    ['ServiceQuotaExceededException', 'quotaExceeded', true, false],
    ['PublicPolicyException', 'publicPolicy', true, false],
    ['InternalServerException', 'unknownOutcome', false, true],
    ['TimeoutError', 'unknownOutcome', false, true],
    ['constructor', 'unknownOutcome', false, true],
  ])('%s is %s', (name, kind, provesNotExecuted, mayPassLater) => {
    expect(faultKind({ name })).toBe(kind);
    expect(fault(kind)).toMatchObject({ provesNotExecuted, mayPassLater });
  });

  test.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH'])('%s: the request never left', code => {
    expect(faultKind({ name: 'Error', code })).toBe('unreachable');
  });

  test('a connection that broke may have carried the request', () => {
    expect(faultKind({ name: 'Error', code: 'ECONNRESET' })).toBe('unknownOutcome');
  });
});

test('the text names operation, Region, code and detail', () => {
  expect(fault('invalid').message).toBe('GetKey in us-east-1: Code: detail');
  expect(new ServiceFault('throttled', 'dynamodb', 'PutItem', 'eu-west-1', 'Code', '').message).toBe('PutItem in eu-west-1: Code');
});

test('only "not found" is an answer', async () => {
  expect(await ifFound(async () => 'it')).toBe('it');
  expect(await ifFound(async () => { throw fault('notFound'); })).toBeUndefined();
  await expect(ifFound(async () => { throw fault('accessDenied'); })).rejects.toMatchObject({ kind: 'accessDenied' });
  await expect(ifFound(async () => { throw new TypeError('a bug'); })).rejects.toThrow(TypeError);
});

test('what nothing depends on is answered all the same, but waits for its turn', async () => {
  const instead = (kind: Parameters<typeof fault>[0]) => orOtherwise<string>(async () => { throw fault(kind); }, told => `instead of ${told.kind}`);
  expect(await orOtherwise(async () => 'it', () => 'other')).toBe('it');
  for (const kind of ['notFound', 'accessDenied', 'unreachable', 'unknownOutcome'] as const) { expect(await instead(kind)).toBe(`instead of ${kind}`); }
  await expect(instead('throttled')).rejects.toMatchObject({ kind: 'throttled' });
  await expect(orOtherwise(async () => { throw new TypeError('a bug'); }, () => 'other')).rejects.toThrow(TypeError);
});

test('a fault in other words is the same fault', () => {
  const other = fault('invalid').withDetail('nothing of that');
  expect(other).toMatchObject({ kind: 'invalid', code: 'Code', message: 'GetKey in us-east-1: Code: nothing of that' });
});
