import { DataPlaneEmulator, KeyName } from './test-keys';
import { inRegion, PRIMARY, REPLICA } from '../checked-emulator';

const PAN = '4111111111111111';
const cvv2 = { PrimaryAccountNumber: PAN, GenerationAttributes: { CardVerificationValue2: { CardExpiryDate: '0128' } } };

const generate = async (emulator: DataPlaneEmulator, KeyIdentifier: string, region = PRIMARY): Promise<string> =>
  emulator.run('GenerateCardValidationData', { KeyIdentifier, ...cvv2 }, region).then(({ ValidationData }) => ValidationData, (error: Error) => error.name);

describe('a replica', () => {
  test('works from its first synchronization, and as its primary does', async () => {
    const emulator = new DataPlaneEmulator();
    const arn = await emulator.key('cvk', undefined, { ReplicationRegions: [REPLICA] });
    expect(await generate(emulator, inRegion(arn, REPLICA), REPLICA)).toBe('ResourceNotFoundException');
    emulator.clock.advance(2);
    expect(await generate(emulator, inRegion(arn, REPLICA), REPLICA)).toBe(await generate(emulator, arn));
  });

  test('is not usable while a switch shows it before that', async () => {
    const emulator = new DataPlaneEmulator({ switches: { replicaBeforeSynchronization: 'CREATE_IN_PROGRESS' } });
    const arn = await emulator.key('cvk', undefined, { ReplicationRegions: [REPLICA] });
    expect(await generate(emulator, inRegion(arn, REPLICA), REPLICA)).toBe('ValidationException');
  });

  test('is disabled when that has arrived', async () => {
    const emulator = new DataPlaneEmulator();
    const arn = await emulator.key('cvk', undefined, { ReplicationRegions: [REPLICA] });
    emulator.clock.advance(2);
    await emulator.change('StopKeyUsage', { KeyIdentifier: arn });
    expect(await generate(emulator, arn)).toBe('ValidationException');
    expect(await generate(emulator, inRegion(arn, REPLICA), REPLICA)).toMatch(/^\d{3}$/);
    emulator.clock.advance(2);
    expect(await generate(emulator, inRegion(arn, REPLICA), REPLICA)).toBe('ValidationException');
  });

  test('is gone when it was removed, and when its primary is to be deleted', async () => {
    const emulator = new DataPlaneEmulator();
    const [removed, deleted] = [await emulator.key('cvk', undefined, { ReplicationRegions: [REPLICA] }), await emulator.key('cvk', undefined, { ReplicationRegions: [REPLICA] })];
    emulator.clock.advance(2);
    await emulator.change('RemoveKeyReplicationRegions', { KeyIdentifier: removed, ReplicationRegions: [REPLICA] });
    await emulator.change('DeleteKey', { KeyIdentifier: deleted });
    emulator.clock.advance(2);
    for (const arn of [removed, deleted]) expect(await generate(emulator, inRegion(arn, REPLICA), REPLICA)).toBe('ResourceNotFoundException');
    expect(await generate(emulator, removed)).toMatch(/^\d{3}$/);
    expect(await generate(emulator, deleted)).toBe('ValidationException');
  });
});

test('an alias names the key of its own Region', async () => {
  const emulator = new DataPlaneEmulator();
  const arn = await emulator.key('cvk', undefined, { ReplicationRegions: [REPLICA] });
  emulator.clock.advance(2);
  for (const region of [PRIMARY, REPLICA]) {
    await emulator.call('CreateAlias', { AliasName: 'alias/cvk', KeyArn: inRegion(arn, region) }, { region });
    const aliasArn = `arn:aws:payment-cryptography:${region}:111122223333:alias/cvk`;
    for (const KeyIdentifier of ['alias/cvk', aliasArn]) {
      expect(await emulator.run('GenerateCardValidationData', { KeyIdentifier, ...cvv2 }, region)).toMatchObject({ KeyArn: inRegion(arn, region) });
    }
  }
});

const encryption = { PlainText: '00'.repeat(16), EncryptionAttributes: { Symmetric: { Mode: 'ECB' } } };
const mac = (Algorithm: string): object => ({ MessageData: '00'.repeat(16), GenerationAttributes: { Algorithm } });

test.each<[string, KeyName, string, object, RegExp]>([
  ['usage', 'pek', 'GenerateCardValidationData', cvv2, /KeyUsages not allowed.*TR31_P0.*allowed are TR31_C0/],
  ['usage', 'algorithm1', 'GenerateMac', mac('ISO9797_ALGORITHM3'), /allowed are TR31_M3/],
  ['usage', 'kek', 'EncryptData', encryption, /allowed are TR31_D0/],
  ['usage', 'bdk', 'EncryptData', encryption, /allowed are TR31_D0/],
  ['hash', 'hmac', 'GenerateMac', mac('HMAC_SHA512'), /HMAC_SHA512 does not fit/],
])('a key of another %s (%s) is refused by %s', async (_what, name, operation, input, message) => {
  const emulator = new DataPlaneEmulator();
  const KeyIdentifier = await emulator.key(name);
  await expect(emulator.run(operation, { KeyIdentifier, ...input })).rejects.toMatchObject({ type: 'ValidationException', message: expect.stringMatching(message) });
});

test('a key generates only, another verifies only', async () => {
  const emulator = new DataPlaneEmulator();
  const secret = '0123456789ABCDEFFEDCBA9876543210';
  const attributes = (mode: string): object => ({
    KeyAttributes: { KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyAlgorithm: 'TDES_2KEY', KeyClass: 'SYMMETRIC_KEY', KeyModesOfUse: { [mode]: true } },
  });
  const [generator, verifier] = [await emulator.key('cvk', secret, attributes('Generate')), await emulator.key('cvk', secret, attributes('Verify'))];
  const value = await generate(emulator, generator);
  expect(await generate(emulator, verifier)).toBe('ValidationException');
  const verify = async (KeyIdentifier: string): Promise<unknown> => emulator.errorOf('VerifyCardValidationData', {
    KeyIdentifier, PrimaryAccountNumber: PAN, ValidationData: value, VerificationAttributes: cvv2.GenerationAttributes,
  });
  expect([await verify(verifier), await verify(generator)]).toEqual([undefined, 'ValidationException']);
});

test('NoRestrictions permits encryption, and not re-encryption', async () => {
  const emulator = new DataPlaneEmulator();
  const [free, bound] = [await emulator.key('freeData'), await emulator.key('data')];
  const { CipherText } = await emulator.run('EncryptData', { KeyIdentifier: free, ...encryption });
  const reEncrypt = async (from: string, to: string): Promise<unknown> => emulator.errorOf('ReEncryptData', {
    IncomingKeyIdentifier: from,
    OutgoingKeyIdentifier: to,
    CipherText,
    IncomingEncryptionAttributes: encryption.EncryptionAttributes,
    OutgoingEncryptionAttributes: encryption.EncryptionAttributes,
  });
  expect([await reEncrypt(free, bound), await reEncrypt(bound, free), await reEncrypt(bound, bound)]).toEqual(['ValidationException', 'ValidationException', undefined]);
});

test('requests with symmetric keys and with key pairs have a quota each, apart from that of the control plane', async () => {
  const emulator = new DataPlaneEmulator({ tps: 5, symmetricTps: 3, asymmetricTps: 2 });
  const [symmetric, pair] = [await emulator.key('data'), await emulator.key('rsa')];
  const encrypt = async (KeyIdentifier: string, attributes: object, times: number): Promise<unknown[]> => {
    const answers = [];
    for (let time = 0; time < times; time += 1) {
      answers.push(await emulator.errorOf('EncryptData', { KeyIdentifier, PlainText: '00'.repeat(8), EncryptionAttributes: attributes }));
    }
    return answers;
  };
  expect(await encrypt(symmetric, { Symmetric: { Mode: 'ECB' } }, 4)).toEqual([undefined, undefined, undefined, 'ThrottlingException']);
  expect(await encrypt(pair, { Asymmetric: {} }, 3)).toEqual([undefined, undefined, 'ThrottlingException']);
  expect(await emulator.errorOf('ListKeys', {})).toBeUndefined();
  emulator.clock.advance(1);
  expect(await encrypt(symmetric, { Symmetric: { Mode: 'ECB' } }, 1)).toEqual([undefined]);
});
