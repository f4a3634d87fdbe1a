import { CheckedEmulator, PRIMARY, REPLICA } from './checked-emulator';

const OTHER = 'eu-west-1';

const regions = async (emulator: CheckedEmulator, operation: string, named?: string[], region: string = PRIMARY): Promise<string[]> => {
  const input = named === undefined ? {} : { ReplicationRegions: named };
  return (await emulator.call<{ EnabledReplicationRegions: string[] }>(operation, input, { region })).EnabledReplicationRegions;
};

const ENABLE = 'EnableDefaultKeyReplicationRegions';
const DISABLE = 'DisableDefaultKeyReplicationRegions';
const GET = 'GetDefaultKeyReplicationRegions';

test('defaults are added to and taken from, per Region', async () => {
  const emulator = new CheckedEmulator();
  expect(await regions(emulator, GET)).toEqual([]);
  expect(await regions(emulator, ENABLE, [REPLICA])).toEqual([REPLICA]);
  expect(await regions(emulator, ENABLE, [OTHER, REPLICA])).toEqual([REPLICA, OTHER]);
  expect(await regions(emulator, GET, undefined, REPLICA)).toEqual([]);
  expect(await regions(emulator, DISABLE, [REPLICA, 'ap-south-1'])).toEqual([OTHER]);
  expect(await regions(emulator, GET)).toEqual([OTHER]);
});

test('defaults apply to exportable keys created later that name no Regions', async () => {
  const emulator = new CheckedEmulator();
  const before = await emulator.createKey();
  await regions(emulator, ENABLE, [REPLICA]);
  const defaulted = await emulator.createKey();
  const named = await emulator.createKey({ ReplicationRegions: [OTHER] });
  const opted = await emulator.createKey({ ReplicationRegions: [] });
  const notExportable = await emulator.createKey({ Exportable: false });

  expect(defaulted).toMatchObject({ ReplicationStatus: { [REPLICA]: { Status: 'IN_PROGRESS' } }, UsingDefaultReplicationRegions: true });
  expect(named).toMatchObject({ ReplicationStatus: { [OTHER]: {} }, UsingDefaultReplicationRegions: false });
  for (const key of [opted, notExportable, await emulator.getKey(before.KeyArn)]) expect(key).not.toHaveProperty('ReplicationStatus');

  await regions(emulator, DISABLE, [REPLICA]);
  expect(await emulator.getKey(defaulted.KeyArn)).toMatchObject({ ReplicationStatus: { [REPLICA]: {} }, UsingDefaultReplicationRegions: true });
});

test('a change makes the replication of a key its own', async () => {
  const emulator = new CheckedEmulator();
  await regions(emulator, ENABLE, [REPLICA]);
  const { KeyArn } = await emulator.createKey();
  const unchanged = await emulator.change('AddKeyReplicationRegions', { KeyIdentifier: KeyArn, ReplicationRegions: [REPLICA] });
  expect(unchanged.UsingDefaultReplicationRegions).toBe(true);
  const changed = await emulator.change('AddKeyReplicationRegions', { KeyIdentifier: KeyArn, ReplicationRegions: [OTHER] });
  expect(changed.UsingDefaultReplicationRegions).toBe(false);
});

test.each([
  ['the own Region', [PRIMARY]],
  ['an unknown Region', ['us-west-9']],
  ['no Region', []],
])('%s is refused', async (_title, named) => {
  const emulator = new CheckedEmulator();
  expect(await emulator.errorOf(ENABLE, { ReplicationRegions: named })).toBe('ValidationException');
  expect(await emulator.errorOf(DISABLE, { ReplicationRegions: named })).toBe('ValidationException');
  expect(await regions(emulator, GET)).toEqual([]);
});
