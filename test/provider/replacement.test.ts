import { REPLACES_TAG, STACK_ID_TAG } from '../../src/provider/contract/ownership-tags';
import { Declared, World } from '../lifecycle/world';

const TRIPLE: Declared = { KeyAlgorithm: 'TDES_3KEY' };

describe('replacement', () => {
  let world: World;
  let old: string;

  beforeEach(async () => {
    world = await World.start();
    old = (await world.create()).PhysicalResourceId;
    world.takeRequests();
  });
  afterEach(() => world.close());
  const key = (arn: string) => world.keys().find(candidate => candidate.key.KeyArn === arn)!;

  test.each<[string, Declared, Declared]>([
    ['algorithm', {}, TRIPLE],
    ['modes of use', {}, { KeyModesOfUse: ['Generate'] }],
    ['exportable', { ReplicationRegions: [] }, { Exportable: false, ReplicationRegions: [] }],
    ['usage', {}, { KeyUsage: 'TR31_V2_VISA_PIN_VERIFICATION_KEY' }],
  ])('a change of %s makes another key and keeps the old one', async (_, before, after) => {
    const answer = await world.update(old, before, after);
    expect(answer.Status).toBe('SUCCESS');
    expect(answer.PhysicalResourceId).not.toBe(old);
    expect(key(answer.PhysicalResourceId).tags[REPLACES_TAG]).toBe(old);
    expect(key(old).key.KeyState).toBe('CREATE_COMPLETE');
  });

  test('a change of the key check value algorithm replaces, its absence does not', async () => {
    expect((await world.update(old, {}, { KeyCheckValueAlgorithm: 'ANSI_X9_24' })).PhysicalResourceId).toBe(old);
    expect((await world.update(old, {}, { KeyCheckValueAlgorithm: 'CMAC' })).PhysicalResourceId).not.toBe(old);
  });

  test('order and repetition of modes do not replace', async () => {
    expect((await world.update(old, {}, { KeyModesOfUse: ['Verify', 'Generate'] })).PhysicalResourceId).toBe(old);
  });

  test('a replacement that fails is taken away, and the answer keeps the old id', async () => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'fails', message: 'no room' });
    const answer = await world.update(old, {}, TRIPLE);
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: old });
    const [other] = world.keys().filter(candidate => candidate.key.KeyArn !== old);
    expect(other.key.KeyState).toBe('DELETE_PENDING');
    expect(key(old).key.KeyState).toBe('CREATE_COMPLETE');
  });

  test('the reverse update after a success returns the predecessor and creates nothing', async () => {
    const answer = await world.update(old, {}, TRIPLE);
    const reverse = await world.update(answer.PhysicalResourceId, TRIPLE, {});
    expect(reverse).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: old });
    expect(world.keys()).toHaveLength(2);
  });

  test('a key that differs although the declaration did not change is not replaced', async () => {
    const answer = await world.update(old, TRIPLE, { ...TRIPLE, Enabled: false });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: old });
    expect(answer.Reason).toContain('although the declaration did not change: algorithm is TDES_2KEY, declared is TDES_3KEY');
    expect(world.keys()).toHaveLength(1);
  });

  test('a check value algorithm that the service spells otherwise does not replace', async () => {
    const { getKey } = world.ports.plane;
    (world.ports.plane as any).getKey = async (arn: string) => ({ ...await getKey(arn), keyCheckValueAlgorithm: 'SHA-1' });
    expect((await world.update(old, {}, { KeyCheckValueAlgorithm: 'SHA_1' })).PhysicalResourceId).toBe(old);
  });

  test('a predecessor that carries the tags of another stack is not taken over', async () => {
    const answer = await world.update(old, {}, TRIPLE);
    await world.emulator.call('TagResource', { ResourceArn: old, Tags: [{ Key: STACK_ID_TAG, Value: 'other' }] }, { region: 'us-east-1' });
    expect((await world.update(answer.PhysicalResourceId, TRIPLE, {})).PhysicalResourceId).not.toBe(old);
  });

  test('the rollback of an update that had gone back finds its way forth', async () => {
    const { PhysicalResourceId: second } = await world.update(old, {}, TRIPLE);
    expect((await world.update(second, TRIPLE, {})).PhysicalResourceId).toBe(old);
    expect((await world.update(old, {}, TRIPLE)).PhysicalResourceId).toBe(second);
    expect(world.keys()).toHaveLength(2);
  });

  test('a predecessor pending deletion is not returned', async () => {
    const answer = await world.update(old, {}, TRIPLE);
    await world.remove(old);
    const back = await world.update(answer.PhysicalResourceId, TRIPLE, {});
    expect(back.Status).toBe('SUCCESS');
    expect([old, answer.PhysicalResourceId]).not.toContain(back.PhysicalResourceId);
  });

  test('an ECC key whose derived usage the service does not report is never replaced for that', async () => {
    const ecc: Declared = {
      KeyUsage: 'TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT',
      KeyClass: 'ASYMMETRIC_KEY_PAIR',
      KeyAlgorithm: 'ECC_NIST_P256',
      KeyModesOfUse: ['DeriveKey'],
      DeriveKeyUsage: 'TR31_P0_PIN_ENCRYPTION_KEY',
    };
    const made = (await world.create(ecc, { logicalId: 'Ecc' })).PhysicalResourceId;
    const getKey = world.ports.plane.getKey;
    (world.ports.plane as any).getKey = async (arn: string) => ({ ...await getKey(arn), deriveKeyUsage: undefined });
    expect((await world.update(made, ecc, { ...ecc, Enabled: false }, { logicalId: 'Ecc' })).PhysicalResourceId).toBe(made);
    expect((await world.update(made, ecc, { ...ecc, DeriveKeyUsage: 'TR31_B0_BASE_DERIVATION_KEY' }, { logicalId: 'Ecc' })).PhysicalResourceId).toBe(made);
    (world.ports.plane as any).getKey = getKey;
    expect((await world.update(made, ecc, { ...ecc, DeriveKeyUsage: 'TR31_B0_BASE_DERIVATION_KEY' }, { logicalId: 'Ecc' })).PhysicalResourceId).not.toBe(made);
  });
});
