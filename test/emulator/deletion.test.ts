import { CheckedEmulator, inRegion, PRIMARY, REPLICA } from './checked-emulator';
import { ServiceError } from './errors';

const DAY = 24 * 60 * 60;

async function replicatedKey(emulator: CheckedEmulator): Promise<string> {
  const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
  emulator.clock.advance(2);
  return KeyArn;
}

test('deletion is pending for seven days, and replicas die at once', async () => {
  const emulator = new CheckedEmulator();
  const arn = await replicatedKey(emulator);
  const pending = await emulator.change('DeleteKey', { KeyIdentifier: arn });
  expect(pending).toMatchObject({
    KeyState: 'DELETE_PENDING',
    Enabled: true,
    DeletePendingTimestamp: emulator.clock.now() / 1000 + 7 * DAY,
    ReplicationStatus: { [REPLICA]: { Status: 'DELETE_IN_PROGRESS' } },
  });
  expect(await emulator.errorOf('GetKey', { KeyIdentifier: inRegion(arn, REPLICA) }, REPLICA)).toBe('ResourceNotFoundException');

  emulator.clock.advance(7 * DAY - 1);
  expect((await emulator.getKey(arn)).KeyState).toBe('DELETE_PENDING');
  emulator.clock.advance(1);
  const deleted = await emulator.getKey(arn);
  expect(deleted).toMatchObject({ KeyState: 'DELETE_COMPLETE', DeleteTimestamp: emulator.clock.now() / 1000 });
  expect(deleted).not.toHaveProperty('DeletePendingTimestamp');
});

test('a restored key is as before, without its replicas', async () => {
  const emulator = new CheckedEmulator();
  const arn = await replicatedKey(emulator);
  const before = await emulator.getKey(arn);
  await emulator.change('DeleteKey', { KeyIdentifier: arn, DeleteKeyInDays: 3 });
  emulator.clock.advance(2 * DAY);
  await emulator.change('RestoreKey', { KeyIdentifier: arn });
  emulator.clock.advance(10 * DAY);
  const { MultiRegionKeyType, ReplicationStatus, ...unreplicated } = before;
  expect([MultiRegionKeyType, ReplicationStatus]).not.toContain(undefined);
  expect(await emulator.getKey(arn)).toEqual(unreplicated);
  await emulator.change('AddKeyReplicationRegions', { KeyIdentifier: arn, ReplicationRegions: [REPLICA] });
  emulator.clock.advance(2);
  expect(emulator.snapshot(REPLICA).keys.map(({ key }) => key.KeyArn)).toEqual([inRegion(arn, REPLICA)]);
});

test('a second deletion after a restoration has its own window', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey();
  await emulator.change('DeleteKey', { KeyIdentifier: KeyArn, DeleteKeyInDays: 3 });
  await emulator.change('RestoreKey', { KeyIdentifier: KeyArn });
  await emulator.change('DeleteKey', { KeyIdentifier: KeyArn, DeleteKeyInDays: 10 });
  emulator.clock.advance(4 * DAY);
  expect((await emulator.getKey(KeyArn)).KeyState).toBe('DELETE_PENDING');
  emulator.clock.advance(6 * DAY);
  expect((await emulator.getKey(KeyArn)).KeyState).toBe('DELETE_COMPLETE');
});

test('deleting twice is refused with the words of the service', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey();
  await emulator.change('DeleteKey', { KeyIdentifier: KeyArn });
  const error = await emulator.change('DeleteKey', { KeyIdentifier: KeyArn }).catch((caught: unknown) => caught as ServiceError);
  expect(error).toMatchObject({ type: 'ValidationException', message: expect.stringContaining('not in CREATE_COMPLETE state.') });
});

test.each<[string, object]>([
  ['AddKeyReplicationRegions', { ReplicationRegions: ['eu-west-1'] }],
  ['RemoveKeyReplicationRegions', { ReplicationRegions: [REPLICA] }],
  ['StartKeyUsage', {}],
  ['StopKeyUsage', {}],
])('%s needs a key that is not being deleted', async (operation, input) => {
  const emulator = new CheckedEmulator();
  const arn = await replicatedKey(emulator);
  await emulator.change('DeleteKey', { KeyIdentifier: arn });
  expect(await emulator.errorOf(operation, { KeyIdentifier: arn, ...input })).toBe('ValidationException');
});

test('restoring needs a key that is being deleted', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey();
  expect(await emulator.errorOf('RestoreKey', { KeyIdentifier: KeyArn })).toBe('ValidationException');
  await emulator.change('DeleteKey', { KeyIdentifier: KeyArn, DeleteKeyInDays: 3 });
  emulator.clock.advance(3 * DAY);
  expect(await emulator.errorOf('RestoreKey', { KeyIdentifier: KeyArn })).toBe('ValidationException');
});

test('lists contain keys being deleted, and filter by state', async () => {
  const emulator = new CheckedEmulator();
  const first = await emulator.createKey();
  const second = await emulator.createKey();
  await emulator.change('DeleteKey', { KeyIdentifier: first.KeyArn });
  const list = async (KeyState?: string): Promise<string[]> =>
    (await emulator.call<{ Keys: Array<{ KeyArn: string }> }>('ListKeys', { KeyState }, { region: PRIMARY })).Keys.map(key => key.KeyArn);
  expect(await list()).toEqual([first.KeyArn, second.KeyArn]);
  expect(await list('DELETE_PENDING')).toEqual([first.KeyArn]);
  expect(await list('CREATE_COMPLETE')).toEqual([second.KeyArn]);
});

test('deleted keys and removed replicas free the quota', async () => {
  const emulator = new CheckedEmulator({ keyQuota: 1 });
  const { KeyArn } = await emulator.createKey();
  await emulator.change('DeleteKey', { KeyIdentifier: KeyArn, DeleteKeyInDays: 3 });
  await expect(emulator.createKey()).rejects.toMatchObject({ type: 'ServiceQuotaExceededException' });
  emulator.clock.advance(3 * DAY);
  await expect(emulator.createKey()).resolves.toMatchObject({ KeyState: 'CREATE_COMPLETE' });
});
