import { CheckedEmulator, inRegion, PRIMARY, REPLICA } from './checked-emulator';
import { Alias } from './shapes';

const answer = async (emulator: CheckedEmulator, operation: string, input: object, region: string = PRIMARY): Promise<Alias> =>
  (await emulator.call<{ Alias: Alias }>(operation, input, { region })).Alias;

test('an alias is created, moved, unassigned and deleted', async () => {
  const emulator = new CheckedEmulator();
  const [first, second] = [await emulator.createKey(), await emulator.createKey()];
  const AliasName = 'alias/cvk';
  expect(await answer(emulator, 'CreateAlias', { AliasName, KeyArn: first.KeyArn })).toEqual({ AliasName, KeyArn: first.KeyArn });
  expect(await answer(emulator, 'GetAlias', { AliasName })).toEqual({ AliasName, KeyArn: first.KeyArn });
  expect(await answer(emulator, 'UpdateAlias', { AliasName, KeyArn: second.KeyArn })).toEqual({ AliasName, KeyArn: second.KeyArn });
  expect(await answer(emulator, 'UpdateAlias', { AliasName })).toEqual({ AliasName });
  expect(await emulator.call('DeleteAlias', { AliasName }, { region: PRIMARY })).toEqual({});
  for (const operation of ['GetAlias', 'UpdateAlias', 'DeleteAlias']) {
    expect(await emulator.errorOf(operation, { AliasName })).toBe('ResourceNotFoundException');
  }
});

test('a key is found by alias name and alias ARN, in its Region only', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey();
  await answer(emulator, 'CreateAlias', { AliasName: 'alias/a', KeyArn });
  await answer(emulator, 'CreateAlias', { AliasName: 'alias/none' });
  const byArn = KeyArn.replace(/key\/.*/, 'alias/a');
  expect((await emulator.getKey('alias/a', PRIMARY)).KeyArn).toBe(KeyArn);
  expect((await emulator.getKey(byArn, PRIMARY)).KeyArn).toBe(KeyArn);
  for (const [name, region] of [['alias/b', PRIMARY], ['alias/none', PRIMARY], ['alias/A', PRIMARY], ['alias/a', REPLICA], [byArn, REPLICA]]) {
    expect(await emulator.errorOf('GetKey', { KeyIdentifier: name }, region)).toBe('ResourceNotFoundException');
  }
});

test('the same name in two Regions: primary and replica', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
  const input = { AliasName: 'alias/cvk', KeyArn: inRegion(KeyArn, REPLICA) };
  expect(await emulator.errorOf('CreateAlias', input, REPLICA)).toBe('ResourceNotFoundException');
  emulator.clock.advance(2);
  await answer(emulator, 'CreateAlias', { AliasName: 'alias/cvk', KeyArn });
  expect(await answer(emulator, 'CreateAlias', input, REPLICA)).toEqual(input);
});

test('what an alias cannot be', async () => {
  const emulator = new CheckedEmulator({ aliasQuota: 1 });
  const { KeyArn } = await emulator.createKey();
  const absent = KeyArn.replace(/.{16}$/, 'aaaaaaaaaaaaaaaa');
  const create = async (AliasName: string, target?: string): Promise<string | undefined> =>
    emulator.errorOf('CreateAlias', { AliasName, KeyArn: target });
  expect(await create('alias/a', absent)).toBe('ResourceNotFoundException');
  expect(await create('alias/a', inRegion(KeyArn, REPLICA))).toBe('ValidationException');
  expect(await create('alias/a', KeyArn.replace('111122223333', '444455556666'))).toBe('ValidationException');
  expect(await create('alias/a', 'alias/b')).toBe('ValidationException');
  expect(await create('alias/a', KeyArn)).toBeUndefined();
  expect(await create('alias/a', KeyArn)).toBe('ConflictException');
  expect(await create('alias/b', KeyArn)).toBe('ServiceQuotaExceededException');
});

test('lists come in pages, and by key', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey();
  for (const name of ['c', 'a', 'b']) await answer(emulator, 'CreateAlias', { AliasName: `alias/${name}`, ...name !== 'b' && { KeyArn } });
  const list = async (input: object): Promise<{ Aliases: Alias[]; NextToken?: string }> => emulator.call('ListAliases', input, { region: PRIMARY });
  const first = await list({ MaxResults: 2 });
  expect(first.Aliases.map(alias => alias.AliasName)).toEqual(['alias/a', 'alias/b']);
  const second = await list({ MaxResults: 2, NextToken: first.NextToken });
  expect(second).toEqual({ Aliases: [{ AliasName: 'alias/c', KeyArn }] });
  expect((await list({ KeyArn })).Aliases.map(alias => alias.AliasName)).toEqual(['alias/a', 'alias/c']);
  expect(await emulator.errorOf('ListAliases', { NextToken: 'x' })).toBe('ValidationException');
  expect(await emulator.errorOf('ListKeys', { NextToken: first.NextToken })).toBe('ValidationException');
});

test('a key that is gone leaves its aliases without a key', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
  emulator.clock.advance(2);
  await answer(emulator, 'CreateAlias', { AliasName: 'alias/a', KeyArn });
  await answer(emulator, 'CreateAlias', { AliasName: 'alias/a', KeyArn: inRegion(KeyArn, REPLICA) }, REPLICA);
  await emulator.change('DeleteKey', { KeyIdentifier: KeyArn, DeleteKeyInDays: 3 });
  expect(await answer(emulator, 'GetAlias', { AliasName: 'alias/a' })).toEqual({ AliasName: 'alias/a', KeyArn });
  expect(await answer(emulator, 'GetAlias', { AliasName: 'alias/a' }, REPLICA)).toEqual({ AliasName: 'alias/a' });
  emulator.clock.advance(3 * 24 * 60 * 60);
  expect(await answer(emulator, 'GetAlias', { AliasName: 'alias/a' })).toEqual({ AliasName: 'alias/a' });
});
