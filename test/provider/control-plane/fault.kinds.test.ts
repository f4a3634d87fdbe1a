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
    ['KmsAccessDeniedException', 'accessDenied', true, true],
    ['KmsInvalidStateException', 'invalid', true, false],
    ['KmsThrottlingException', 'throttled', true, true],
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

/** What IAM and the front of a service say (IAM User Guide, "Troubleshoot access denied error messages"). */
describe('the text names the likely cause of a denial', () => {
  const denied = (why: string) => `User: arn:aws:sts::111122223333:assumed-role/x/y is not authorized to perform: payment-cryptography:CreateKey on resource: * ${why}`;

  test.each<[said: string, cause: RegExp]>([
    ['with an explicit deny in a service control policy', /a service control policy of the organization denies it to the role of the function$/],
    ['because no service control policy allows the payment-cryptography:CreateKey action', /a service control policy of the organization/],
    ['with an explicit deny in a service control policy: arn:aws:organizations::111122223333:policy/o-x/service_control_policy/p-y', /a service control policy of the organization/],
    ['with an explicit deny in a permissions boundary', /the permissions boundary of the role of the function does not allow it$/],
    ['because no permissions boundary allows the payment-cryptography:CreateKey action', /the permissions boundary/],
    ['with an explicit deny in a VPC endpoint policy', /the policy of the VPC endpoint does not allow it$/],
    ['because no VPC endpoint policy allows the payment-cryptography:CreateKey action', /the policy of the VPC endpoint/],
  ])('%s', (said, cause) => {
    const { message } = new ServiceFault('accessDenied', 'payment-cryptography', 'CreateKey', 'eu-west-1', 'AccessDeniedException', denied(said));
    expect(message).toContain(`CreateKey in eu-west-1: AccessDeniedException: ${denied(said)}. Likely cause: `);
    expect(message).toMatch(cause);
  });

  test('UnrecognizedClientException, of a Region that is not enabled', () => {
    expect(new ServiceFault('accessDenied', 'payment-cryptography', 'GetKey', 'af-south-1', 'UnrecognizedClientException', 'The security token included in the request is invalid.').message)
      .toBe('GetKey in af-south-1: UnrecognizedClientException: The security token included in the request is invalid. Likely cause: the Region is an opt-in Region that the account has not enabled');
  });

  test('but not of one that says itself what is missing', () => {
    expect(new ServiceFault('accessDenied', 'payment-cryptography', 'CreateKey', 'eu-west-1', 'AccessDeniedException', denied('because no identity-based policy allows the payment-cryptography:CreateKey action')).message)
      .not.toContain('Likely cause');
  });

  test('once, in other words too', () => {
    const one = new ServiceFault('accessDenied', 'payment-cryptography', 'CreateKey', 'eu-west-1', 'AccessDeniedException', denied('with an explicit deny in a service control policy'));
    expect(one.withDetail('it may not be read').message).not.toContain('Likely cause');
    expect(one.message.match(/Likely cause/g)).toHaveLength(1);
  });
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
