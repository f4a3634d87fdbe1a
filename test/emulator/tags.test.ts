import { CheckedEmulator, inRegion, PRIMARY, REPLICA } from './checked-emulator';
import { Tag } from './shapes';

const tag = (Key: string, Value = 'x'): Tag => ({ Key, Value });
const many = (count: number): Tag[] => Array.from({ length: count }, (_, index) => tag(`key ${String(index).padStart(3, '0')}`));

const list = async (emulator: CheckedEmulator, arn: string, input: object = {}): Promise<{ Tags: Tag[]; NextToken?: string }> =>
  emulator.call('ListTagsForResource', { ResourceArn: arn, ...input }, { region: arn.split(':')[3] });

test('tags are merged, replaced and taken away', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey({ Tags: [tag('a', '1'), tag('b', '1')] });
  expect(await emulator.call('TagResource', { ResourceArn: KeyArn, Tags: [tag('b', '2'), tag('c', '2')] }, { region: PRIMARY })).toEqual({});
  expect((await list(emulator, KeyArn)).Tags).toEqual([tag('a', '1'), tag('b', '2'), tag('c', '2')]);
  expect(await emulator.call('UntagResource', { ResourceArn: KeyArn, TagKeys: ['a', 'absent'] }, { region: PRIMARY })).toEqual({});
  expect((await list(emulator, KeyArn)).Tags).toEqual([tag('b', '2'), tag('c', '2')]);
});

test.each(['vanishes', 'stays'] as const)('a replica has its own tags, and loses them with its Region, whose entry %s', async removedRegionEntry => {
  const emulator = new CheckedEmulator({ switches: { removedRegionEntry } });
  const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA], Tags: [tag('a')] });
  const arn = inRegion(KeyArn, REPLICA);
  emulator.clock.advance(2);
  expect(await emulator.errorOf('TagResource', { ResourceArn: arn, Tags: [tag('r')] }, REPLICA)).toBeUndefined();
  expect((await list(emulator, arn)).Tags).toEqual([tag('r')]);
  expect((await list(emulator, KeyArn)).Tags).toEqual([tag('a')]);
  await emulator.change('RemoveKeyReplicationRegions', { KeyIdentifier: KeyArn, ReplicationRegions: [REPLICA] });
  emulator.clock.advance(2);
  await emulator.change('AddKeyReplicationRegions', { KeyIdentifier: KeyArn, ReplicationRegions: [REPLICA] });
  emulator.clock.advance(2);
  expect((await list(emulator, arn)).Tags).toEqual([]);
});

test('lists come in pages', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey({ Tags: many(3) });
  const first = await list(emulator, KeyArn, { MaxResults: 2 });
  expect(first.Tags).toEqual(many(3).slice(0, 2));
  expect(await list(emulator, KeyArn, { MaxResults: 2, NextToken: first.NextToken })).toEqual({ Tags: many(3).slice(2) });
});

test.each<[string, object, string | undefined]>([
  ['fifty', { Tags: many(50) }, undefined],
  ['fifty-one', { Tags: many(51) }, 'ServiceQuotaExceededException'],
  ['none', { Tags: [] }, 'ValidationException'],
  ['one key twice', { Tags: [tag('a'), tag('a')] }, 'ValidationException'],
  ['a reserved key', { Tags: [tag('aws:a')] }, 'ValidationException'],
  ['an empty value', { Tags: [tag('a', '')] }, 'ValidationException'],
])('%s: %#', async (_title, input, expected) => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey();
  expect(await emulator.errorOf('TagResource', { ResourceArn: KeyArn, ...input })).toBe(expected);
  expect((await list(emulator, KeyArn)).Tags).toHaveLength(expected === undefined ? 50 : 0);
});

test('the limit counts tags that are there already', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey({ Tags: many(50) });
  expect(await emulator.errorOf('TagResource', { ResourceArn: KeyArn, Tags: [many(50)[7]] })).toBeUndefined();
  expect(await emulator.errorOf('TagResource', { ResourceArn: KeyArn, Tags: [tag('more')] })).toBe('ServiceQuotaExceededException');
});

test('tags stay as they are while deletion is pending', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey({ Tags: [tag('a')] });
  await emulator.change('DeleteKey', { KeyIdentifier: KeyArn });
  expect(await emulator.errorOf('TagResource', { ResourceArn: KeyArn, Tags: [tag('b')] })).toBe('ValidationException');
  expect(await emulator.errorOf('UntagResource', { ResourceArn: KeyArn, TagKeys: ['a'] })).toBe('ValidationException');
  expect((await list(emulator, KeyArn)).Tags).toEqual([tag('a')]);
});
