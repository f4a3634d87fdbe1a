import { CheckedEmulator, PRIMARY, REPLICA } from './checked-emulator';
import { effects, FaultEffect } from './faults';
import { redacted } from './redaction';

const BLOCK = 'B0096P0TE00S00004D8C5A2F7E19B03D6648F0A1C2E35B7D98';
const TOKENS = ['1', '2', '3'].map(digit => digit.repeat(32));

let emulator: CheckedEmulator;
beforeEach(() => { emulator = new CheckedEmulator(); });

const ask = async (operation: string, input: object, region: string = PRIMARY): Promise<any> =>
  JSON.parse((await emulator.handle({ target: `secretsmanager.${operation}`, region, body: JSON.stringify(input) })).body);
const read = async (input: object, region?: string): Promise<any> => ask('GetSecretValue', input, region);

/** A secret with three versions, of which the first one has no label any more. */
async function threeVersions(): Promise<string> {
  const { ARN } = await ask('CreateSecret', { Name: 'keys/zmk', SecretString: 'one', ClientRequestToken: TOKENS[0] });
  await ask('PutSecretValue', { SecretId: ARN, SecretString: 'two', ClientRequestToken: TOKENS[1] });
  await ask('PutSecretValue', { SecretId: ARN, SecretBinary: 'AAEC', ClientRequestToken: TOKENS[2] });
  return ARN;
}

describe('a secret', () => {
  test('is read by ARN, by partial ARN and by name, in its Region only', async () => {
    const { arn, versionId } = emulator.putSecret({ name: 'keys/zmk', region: PRIMARY, string: BLOCK });
    expect(arn).toMatch(/^arn:aws:secretsmanager:us-east-1:111122223333:secret:keys\/zmk-[A-Za-z0-9]{6}$/);
    for (const SecretId of [arn, arn.slice(0, -7), 'keys/zmk']) {
      expect(await read({ SecretId })).toEqual({
        ARN: arn, Name: 'keys/zmk', VersionId: versionId, SecretString: BLOCK, VersionStages: ['AWSCURRENT'], CreatedDate: emulator.clock.now() / 1000,
      });
    }
    for (const SecretId of [arn, 'keys/zmk']) { expect((await read({ SecretId }, REPLICA)).__type).toBe('ResourceNotFoundException'); }
  });

  test('keeps each version: by id, also without a label, and by label', async () => {
    const SecretId = await threeVersions();
    expect(await read({ SecretId })).toMatchObject({ VersionId: TOKENS[2], SecretBinary: 'AAEC', VersionStages: ['AWSCURRENT'] });
    expect(await read({ SecretId, VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'two' });
    expect(await read({ SecretId, VersionId: TOKENS[1], VersionStage: 'AWSPREVIOUS' })).toMatchObject({ SecretString: 'two' });
    const deprecated = await read({ SecretId, VersionId: TOKENS[0] });
    expect(deprecated).toMatchObject({ SecretString: 'one' });
    expect(deprecated).not.toHaveProperty('VersionStages');
    const { Versions } = await ask('ListSecretVersionIds', { SecretId });
    expect(Versions.map((each: any) => [each.VersionId, each.VersionStages])).toEqual([[TOKENS[1], ['AWSPREVIOUS']], [TOKENS[2], ['AWSCURRENT']]]);
    const first = await ask('ListSecretVersionIds', { SecretId, IncludeDeprecated: true, MaxResults: 2 });
    const second = await ask('ListSecretVersionIds', { SecretId, IncludeDeprecated: true, NextToken: first.NextToken });
    expect([first.Versions.length, second.Versions.length]).toEqual([2, 1]);
    expect((await ask('DescribeSecret', { SecretId })).VersionIdsToStages).toEqual({ [TOKENS[1]]: ['AWSPREVIOUS'], [TOKENS[2]]: ['AWSCURRENT'] });
  });

  test('has labels that move, and AWSPREVIOUS follows AWSCURRENT', async () => {
    const SecretId = await threeVersions();
    await ask('UpdateSecretVersionStage', { SecretId, VersionStage: 'AWSCURRENT', RemoveFromVersionId: TOKENS[2], MoveToVersionId: TOKENS[0] });
    expect((await read({ SecretId })).SecretString).toBe('one');
    expect((await read({ SecretId, VersionStage: 'AWSPREVIOUS' })).VersionId).toBe(TOKENS[2]);
    await ask('UpdateSecretVersionStage', { SecretId, VersionStage: 'ceremony', MoveToVersionId: TOKENS[1] });
    expect((await read({ SecretId, VersionStage: 'ceremony' })).SecretString).toBe('two');
    await ask('UpdateSecretVersionStage', { SecretId, VersionStage: 'ceremony', RemoveFromVersionId: TOKENS[1] });
    expect((await read({ SecretId, VersionStage: 'ceremony' })).__type).toBe('ResourceNotFoundException');
  });

  test('that was put twice with one token has one version, and a token cannot get another value', async () => {
    const SecretId = await threeVersions();
    expect((await ask('PutSecretValue', { SecretId, SecretString: 'two', ClientRequestToken: TOKENS[1] })).VersionStages).toEqual(['AWSPREVIOUS']);
    expect((await ask('PutSecretValue', { SecretId, SecretString: 'other', ClientRequestToken: TOKENS[1] })).__type).toBe('ResourceExistsException');
    expect((await ask('CreateSecret', { Name: 'keys/zmk', SecretString: 'one', ClientRequestToken: TOKENS[0] })).ARN).toBe(SecretId);
    expect((await ask('CreateSecret', { Name: 'keys/zmk', SecretString: 'x', ClientRequestToken: '9'.repeat(32) })).__type).toBe('ResourceExistsException');
  });

  test('cannot be read while it is scheduled for deletion, can be restored until then, and is gone afterwards', async () => {
    const SecretId = await threeVersions();
    const { DeletionDate } = await ask('DeleteSecret', { SecretId, RecoveryWindowInDays: 7 });
    expect(DeletionDate).toBe(emulator.clock.now() / 1000 + 7 * 24 * 60 * 60);
    const refused = { __type: 'InvalidRequestException', Message: 'You can\'t perform this operation on the secret because it was marked for deletion.' };
    expect(await read({ SecretId })).toEqual(refused);
    expect(await ask('PutSecretValue', { SecretId, SecretString: 'x', ClientRequestToken: '9'.repeat(32) })).toEqual(refused);
    expect((await ask('CreateSecret', { Name: 'keys/zmk' })).Message).toContain('already scheduled for deletion');
    expect((await ask('DescribeSecret', { SecretId })).DeletedDate).toBe(DeletionDate);
    await ask('RestoreSecret', { SecretId });
    expect((await read({ SecretId })).SecretBinary).toBe('AAEC');
    await ask('DeleteSecret', { SecretId });
    emulator.clock.advance(30 * 24 * 60 * 60);
    expect((await read({ SecretId })).Message).toBe('Secrets Manager can\'t find the specified secret.');
    expect((await ask('CreateSecret', { Name: 'keys/zmk' })).ARN).not.toBe(SecretId);
    await ask('DeleteSecret', { SecretId: 'keys/zmk', ForceDeleteWithoutRecovery: true });
    expect((await read({ SecretId: 'keys/zmk' })).__type).toBe('ResourceNotFoundException');
  });
});

describe('an error', () => {
  const absent = '9'.repeat(32);
  test.each<[string, object, string, string | RegExp]>([
    ['GetSecretValue', { SecretId: 'none' }, 'ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret.'],
    ['GetSecretValue', { SecretId: 'keys/zmk', VersionId: absent }, 'ResourceNotFoundException', `Secrets Manager can't find the specified secret value for VersionId: ${absent}`],
    ['GetSecretValue', { SecretId: 'keys/zmk', VersionStage: 'AWSPENDING' }, 'ResourceNotFoundException', 'Secrets Manager can\'t find the specified secret value for staging label: AWSPENDING'],
    ['GetSecretValue', { SecretId: 'keys/zmk', VersionId: TOKENS[0], VersionStage: 'AWSCURRENT' }, 'InvalidRequestException', 'You provided a VersionStage that is not associated to the provided VersionId.'],
    ['GetSecretValue', { SecretId: 'keys/zmk', VersionId: 'AWSCURRENT' }, 'ValidationException', /'versionId' failed to satisfy constraint: Member must have length greater than or equal to 32/],
    ['GetSecretValue', { SecretId: 'no such*name' }, 'ValidationException', /^Invalid name\./],
    ['GetSecretValue', {}, 'ValidationException', /'secretId'/],
    ['GetSecretValue', { SecretId: 'arn:aws:secretsmanager:us-east-1:999999999999:secret:a-123456' }, 'AccessDeniedException', /not authorized/],
    ['CreateSecret', { Name: 'new', SecretString: 'a' }, 'InvalidRequestException', /ClientRequestToken/],
    ['CreateSecret', { Name: 'new', SecretString: 'a', SecretBinary: 'AAEC', ClientRequestToken: absent }, 'InvalidParameterException', /both/],
    ['CreateSecret', { Name: 'new', AddReplicaRegions: [{ Region: 'us-west-2' }] }, 'InvalidParameterException', /does not replicate/],
    ['CreateSecret', { Name: 'new', SecretBinary: 'no base64', ClientRequestToken: absent }, 'SerializationException', /'secretBinary' must be a base64 text/],
    ['PutSecretValue', { SecretId: 'keys/zmk', ClientRequestToken: absent }, 'InvalidRequestException', 'You must provide either SecretString or SecretBinary.'],
    ['PutSecretValue', { SecretId: 'keys/zmk', SecretString: 'a'.repeat(65537), ClientRequestToken: absent }, 'ValidationException', /^1 validation error detected: Value '\*\*\*'/],
    ['UpdateSecretVersionStage', { SecretId: 'keys/zmk', VersionStage: 'AWSCURRENT', RemoveFromVersionId: TOKENS[2] }, 'InvalidParameterException', /completely removed/],
    ['UpdateSecretVersionStage', { SecretId: 'keys/zmk', VersionStage: 'AWSCURRENT', MoveToVersionId: TOKENS[0] }, 'InvalidParameterException', /currently attached to version 3/],
    ['UpdateSecretVersionStage', { SecretId: 'keys/zmk', VersionStage: 'a', RemoveFromVersionId: TOKENS[0] }, 'InvalidParameterException', /isn't attached/],
    ['UpdateSecretVersionStage', { SecretId: 'keys/zmk', VersionStage: 'a' }, 'InvalidParameterException', /either/],
    ['UpdateSecretVersionStage', { SecretId: 'keys/zmk', VersionStage: 'a', MoveToVersionId: absent }, 'ResourceNotFoundException', /VersionId/],
    ['DeleteSecret', { SecretId: 'keys/zmk', RecoveryWindowInDays: 6 }, 'InvalidParameterException', /between 7 and 30 days/],
    ['DeleteSecret', { SecretId: 'keys/zmk', RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true }, 'InvalidParameterException', /in conjunction/],
    ['ListSecretVersionIds', { SecretId: 'keys/zmk', NextToken: 'x' }, 'InvalidNextTokenException', /NextToken/],
  ])('%s %j: %s', async (operation, input, name, message) => {
    await threeVersions();
    const { __type, Message } = await ask(operation, input);
    expect(__type).toBe(name);
    if (typeof message === 'string') expect(Message).toBe(message); else expect(Message).toMatch(message);
  });

  test.each<[string, FaultEffect, string, number]>([
    ['the caller may not read', effects.accessDenied(), 'AccessDeniedException', 400],
    ['the caller may not use the KMS key', effects.kmsDenied(), 'AccessDeniedException', 400],
    ['the KMS key does not work', effects.decryptionFailure(), 'DecryptionFailure', 400],
    ['throttled', effects.throttle(), 'ThrottlingException', 400],
    ['the service failed', effects.internalServiceError(), 'InternalServiceError', 500],
  ])('by a fault: %s', async (_what, effect, name, status) => {
    emulator.putSecret({ name: 'a', region: PRIMARY, string: BLOCK });
    emulator.faults.add({ operation: 'GetSecretValue', times: 1, effect });
    const answer = await emulator.handle({ target: 'secretsmanager.GetSecretValue', region: PRIMARY, body: '{"SecretId":"a"}' });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, { __type: name, Message: expect.stringMatching(/./) }]);
    expect((await read({ SecretId: 'a' })).SecretString).toBe(BLOCK);
  });
});

test('values stand nowhere in the log as it is shown', async () => {
  await threeVersions();
  await ask('PutSecretValue', { SecretId: 'keys/zmk', SecretString: BLOCK, ClientRequestToken: '9'.repeat(32), Sekret: BLOCK });
  await read({ SecretId: 'keys/zmk' });
  const shown = JSON.stringify(emulator.log.entries.map(redacted));
  expect(JSON.stringify(emulator.log.entries)).toContain(BLOCK);
  expect(shown).not.toContain(BLOCK.slice(16, 24));
  expect(shown).toContain('"SecretString":"***"');
  expect(shown).toContain('keys/zmk');
});

test('secrets are saved and restored, and reset forgets them', async () => {
  const SecretId = await threeVersions();
  const other = new CheckedEmulator();
  other.restore(JSON.parse(JSON.stringify(emulator.save())));
  emulator.reset();
  expect((await read({ SecretId })).__type).toBe('ResourceNotFoundException');
  emulator = other;
  expect((await read({ SecretId, VersionId: TOKENS[1] })).SecretString).toBe('two');
});
