import { CARD_VERIFICATION, CheckedEmulator, inRegion, PRIMARY, REPLICA } from './checked-emulator';
import { effects } from './faults';
import { MODES_OF_USE } from './shapes';

const OTHER = 'eu-west-1';
const synchronized = { Status: 'SYNCHRONIZED' };
const inProgress = { Status: 'IN_PROGRESS' };

test('a key becomes readable in its replica Region when the delay has passed', async () => {
  const emulator = new CheckedEmulator({ replicationDelay: 7 });
  const key = await emulator.createKey({ ReplicationRegions: [REPLICA], Tags: [{ Key: 'team', Value: 'cards' }] });
  const replicaArn = inRegion(key.KeyArn, REPLICA);
  expect(key).toMatchObject({
    KeyState: 'CREATE_COMPLETE',
    MultiRegionKeyType: 'PRIMARY',
    ReplicationStatus: { [REPLICA]: inProgress },
    UsingDefaultReplicationRegions: false,
  });
  expect(key).not.toHaveProperty('PrimaryRegion');
  emulator.clock.advance(6.9);
  expect(await emulator.errorOf('GetKey', { KeyIdentifier: replicaArn }, REPLICA)).toBe('ResourceNotFoundException');

  emulator.clock.advance(0.1);
  expect((await emulator.getKey(key.KeyArn)).ReplicationStatus).toEqual({ [REPLICA]: synchronized });
  const { MultiRegionKeyType, ReplicationStatus, UsingDefaultReplicationRegions, ...shared } = key;
  expect(await emulator.getKey(replicaArn)).toEqual({ ...shared, KeyArn: replicaArn, MultiRegionKeyType: 'REPLICA', PrimaryRegion: PRIMARY });
  expect([MultiRegionKeyType, ReplicationStatus, UsingDefaultReplicationRegions]).not.toContain(undefined);
  expect(emulator.snapshot(REPLICA).keys[0].tags).toEqual({});
});

test('a plain key has all its modes and no type, and lists show no replication', async () => {
  const emulator = new CheckedEmulator();
  const plain = await emulator.createKey();
  await emulator.createKey({ ReplicationRegions: [REPLICA] });
  const off = Object.fromEntries(MODES_OF_USE.map(mode => [mode, false]));
  expect(plain.KeyAttributes.KeyModesOfUse).toStrictEqual({ ...off, Generate: true, Verify: true });
  expect(plain).not.toHaveProperty('MultiRegionKeyType');
  expect(plain).not.toHaveProperty('ReplicationStatus');
  const { Keys } = await emulator.call<{ Keys: object[] }>('ListKeys', {}, { region: PRIMARY });
  expect(Keys.map(Object.keys)).toEqual(Array(2).fill(['KeyArn', 'KeyState', 'KeyAttributes', 'KeyCheckValue', 'Exportable', 'Enabled']));
});

test('Regions are added to and removed from a key, one replica unlike another', async () => {
  const emulator = new CheckedEmulator({ replicationDelay: 2, replicaDeletionDelay: 5 });
  const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
  emulator.clock.advance(2);
  const added = await emulator.change('AddKeyReplicationRegions', { KeyIdentifier: KeyArn, ReplicationRegions: [REPLICA, OTHER] });
  expect(added.ReplicationStatus).toEqual({ [REPLICA]: synchronized, [OTHER]: inProgress });
  emulator.clock.advance(2);
  const removed = await emulator.change('RemoveKeyReplicationRegions', { KeyIdentifier: KeyArn, ReplicationRegions: [REPLICA] });
  expect(removed.ReplicationStatus).toEqual({ [REPLICA]: { Status: 'DELETE_IN_PROGRESS' }, [OTHER]: synchronized });
  emulator.clock.advance(5);
  expect((await emulator.getKey(KeyArn)).ReplicationStatus).toEqual({ [OTHER]: synchronized });
  expect(emulator.snapshot(REPLICA).keys).toHaveLength(0);
  expect(emulator.snapshot(OTHER).keys).toHaveLength(1);

  await emulator.change('AddKeyReplicationRegions', { KeyIdentifier: KeyArn, ReplicationRegions: [REPLICA] });
  emulator.clock.advance(2);
  expect((await emulator.getKey(inRegion(KeyArn, REPLICA))).KeyArn).toBe(inRegion(KeyArn, REPLICA));
});

test('a removal outdates the replication it interrupts', async () => {
  const emulator = new CheckedEmulator({ replicationDelay: 3, replicaDeletionDelay: 10 });
  const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
  await emulator.change('RemoveKeyReplicationRegions', { KeyIdentifier: KeyArn, ReplicationRegions: [REPLICA] });
  emulator.clock.advance(5);
  expect((await emulator.getKey(KeyArn)).ReplicationStatus).toEqual({ [REPLICA]: { Status: 'DELETE_IN_PROGRESS' } });
  emulator.clock.advance(5);
  expect(await emulator.getKey(KeyArn)).not.toHaveProperty('ReplicationStatus');
  expect(emulator.snapshot(REPLICA).keys).toHaveLength(0);
});

test('replicas stop and start with their primary, after a while', async () => {
  const emulator = new CheckedEmulator({ replicationDelay: 4 });
  const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
  emulator.clock.advance(4);
  const stopped = await emulator.change('StopKeyUsage', { KeyIdentifier: KeyArn });
  expect(stopped).toMatchObject({ Enabled: false, UsageStopTimestamp: emulator.clock.now() / 1000, ReplicationStatus: { [REPLICA]: inProgress } });
  expect((await emulator.getKey(inRegion(KeyArn, REPLICA))).Enabled).toBe(true);
  emulator.clock.advance(4);
  expect((await emulator.getKey(inRegion(KeyArn, REPLICA))).Enabled).toBe(false);
  expect((await emulator.getKey(KeyArn)).ReplicationStatus).toEqual({ [REPLICA]: synchronized });

  const started = await emulator.change('StartKeyUsage', { KeyIdentifier: KeyArn });
  expect(started).toMatchObject({ Enabled: true, UsageStartTimestamp: emulator.clock.now() / 1000 });
  expect(started).not.toHaveProperty('UsageStopTimestamp');
  emulator.clock.advance(4);
  expect((await emulator.getKey(inRegion(KeyArn, REPLICA))).Enabled).toBe(true);
});

test('stopping a stopped key changes nothing', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA], Enabled: false });
  emulator.clock.advance(2);
  const before = await emulator.getKey(KeyArn);
  expect(before).toMatchObject({ Enabled: false, ReplicationStatus: { [REPLICA]: synchronized } });
  expect(before).not.toHaveProperty('UsageStartTimestamp');
  expect(await emulator.change('StopKeyUsage', { KeyIdentifier: KeyArn })).toEqual(before);
});

test('a change while the first copy is under way arrives with it', async () => {
  const emulator = new CheckedEmulator({ replicationDelay: 4 });
  const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
  emulator.clock.advance(3);
  await emulator.change('StopKeyUsage', { KeyIdentifier: KeyArn });
  emulator.clock.advance(1);
  expect((await emulator.getKey(inRegion(KeyArn, REPLICA))).Enabled).toBe(false);
});

describe('a Region', () => {
  test('fails with a message, and is tried again when it is added again', async () => {
    const emulator = new CheckedEmulator({ replicationOutcomes: { [REPLICA]: { kind: 'fails', message: 'no room' } } });
    const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
    emulator.clock.advance(2);
    expect((await emulator.getKey(KeyArn)).ReplicationStatus).toEqual({ [REPLICA]: { Status: 'FAILED', StatusMessage: 'no room' } });
    expect(emulator.snapshot(REPLICA).keys).toHaveLength(0);
    emulator.setReplicationOutcome(REPLICA, { kind: 'synchronizes', delay: 1 });
    const again = await emulator.change('AddKeyReplicationRegions', { KeyIdentifier: KeyArn, ReplicationRegions: [REPLICA] });
    expect(again.ReplicationStatus).toEqual({ [REPLICA]: inProgress });
    emulator.clock.advance(1);
    expect((await emulator.getKey(KeyArn)).ReplicationStatus).toEqual({ [REPLICA]: synchronized });
  });

  test('stays in progress until it is restarted', async () => {
    const emulator = new CheckedEmulator({ replicationOutcomes: { [REPLICA]: { kind: 'stays in progress' } } });
    const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
    emulator.clock.advance(1e6);
    expect((await emulator.getKey(KeyArn)).ReplicationStatus).toEqual({ [REPLICA]: inProgress });
    emulator.setReplicationOutcome(REPLICA, { kind: 'synchronizes' }, { restart: true });
    emulator.clock.advance(2);
    expect((await emulator.getKey(KeyArn)).ReplicationStatus).toEqual({ [REPLICA]: synchronized });
  });

  test('fails and recovers by itself', async () => {
    const emulator = new CheckedEmulator({ replicationOutcomes: { [REPLICA]: { kind: 'fails and recovers', recoversAfter: 30 } } });
    const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
    emulator.clock.advance(2);
    expect((await emulator.getKey(KeyArn)).ReplicationStatus![REPLICA].Status).toBe('FAILED');
    emulator.clock.advance(30);
    expect((await emulator.getKey(KeyArn)).ReplicationStatus).toEqual({ [REPLICA]: synchronized });
  });

  test('fails where the caller may not create keys', async () => {
    const emulator = new CheckedEmulator();
    emulator.faults.add({ operation: 'CreateKey', region: REPLICA, effect: effects.accessDenied() });
    const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA, OTHER] });
    emulator.clock.advance(2);
    expect((await emulator.getKey(KeyArn)).ReplicationStatus).toEqual({
      [REPLICA]: { Status: 'FAILED', StatusMessage: expect.stringContaining('payment-cryptography:CreateKey') },
      [OTHER]: synchronized,
    });
  });

  test('fails when its own key quota is exhausted', async () => {
    const emulator = new CheckedEmulator({ keyQuota: 1 });
    await emulator.createKey({}, REPLICA);
    const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
    emulator.clock.advance(2);
    expect((await emulator.getKey(KeyArn)).ReplicationStatus![REPLICA]).toMatchObject({ Status: 'FAILED' });
  });
});

test.each<[string, object]>([
  ['AddKeyReplicationRegions', { ReplicationRegions: [OTHER] }],
  ['RemoveKeyReplicationRegions', { ReplicationRegions: [PRIMARY] }],
  ['StopKeyUsage', {}],
  ['StartKeyUsage', {}],
  ['DeleteKey', {}],
  ['RestoreKey', {}],
])('%s is refused on a replica', async (operation, input) => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
  emulator.clock.advance(2);
  const before = emulator.snapshot(REPLICA);
  expect(await emulator.errorOf(operation, { KeyIdentifier: inRegion(KeyArn, REPLICA), ...input }, REPLICA)).toBe('ValidationException');
  expect(emulator.snapshot(REPLICA)).toEqual(before);
});

test('asymmetric keys are replicated', async () => {
  const emulator = new CheckedEmulator();
  const attributes = { ...CARD_VERIFICATION, KeyUsage: 'TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', KeyClass: 'ASYMMETRIC_KEY_PAIR', KeyAlgorithm: 'ECC_NIST_P256', KeyModesOfUse: { DeriveKey: true } };
  const key = await emulator.createKey({ KeyAttributes: attributes, ReplicationRegions: [REPLICA], DeriveKeyUsage: 'TR31_K1_KEY_BLOCK_PROTECTION_KEY' });
  emulator.clock.advance(2);
  expect(await emulator.getKey(inRegion(key.KeyArn, REPLICA))).toMatchObject({ KeyCheckValue: key.KeyCheckValue, DeriveKeyUsage: 'TR31_K1_KEY_BLOCK_PROTECTION_KEY' });
});
