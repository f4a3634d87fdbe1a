import { CheckedEmulator, PRIMARY, REPLICA } from './checked-emulator';
import { Tag } from './shapes';

interface Answer {
  PaginationToken: string;
  ResourceTagMappingList: Array<{ ResourceARN: string; Tags: Tag[] }>;
}

async function request(emulator: CheckedEmulator, input: object, region: string = PRIMARY): Promise<{ status: number; answer: Answer }> {
  const target = 'ResourceGroupsTaggingAPI_20170126.GetResources';
  const { status, body } = await emulator.handle({ target, region, body: JSON.stringify(input) });
  return { status, answer: JSON.parse(body) as Answer };
}

const found = async (emulator: CheckedEmulator, input: object = {}, region?: string): Promise<string[]> =>
  (await request(emulator, input, region)).answer.ResourceTagMappingList.map(resource => resource.ResourceARN);

const tags = (...pairs: string[]): Tag[] => pairs.map(pair => ({ Key: pair[0], Value: pair[1] }));

test('keys are found by tags: all filters, any of the values', async () => {
  const emulator = new CheckedEmulator({ tagIndexLag: 0 });
  const one = (await emulator.createKey({ Tags: tags('a1', 'b1') })).KeyArn;
  const two = (await emulator.createKey({ Tags: tags('a2') })).KeyArn;
  await emulator.createKey();
  expect((await found(emulator)).sort()).toEqual([one, two].sort());
  expect(await found(emulator, { TagFilters: [{ Key: 'a', Values: ['1'] }] })).toEqual([one]);
  expect((await found(emulator, { TagFilters: [{ Key: 'a' }] })).sort()).toEqual([one, two].sort());
  expect(await found(emulator, { TagFilters: [{ Key: 'a', Values: ['1', '2'] }, { Key: 'b' }] })).toEqual([one]);
  expect(await found(emulator, { ResourceTypeFilters: ['payment-cryptography:key'], TagFilters: [{ Key: 'b' }] })).toEqual([one]);
  expect(await found(emulator, { ResourceTypeFilters: ['payment-cryptography'] })).toHaveLength(2);
  expect(await found(emulator, { ResourceTypeFilters: ['s3'] })).toEqual([]);
  expect(await found(emulator, {}, REPLICA)).toEqual([]);
});

test('the index lags behind by as much as was asked for', async () => {
  const emulator = new CheckedEmulator({ tagIndexLag: 30 });
  const { KeyArn } = await emulator.createKey({ Tags: tags('a1') });
  emulator.clock.advance(29);
  expect(await found(emulator)).toEqual([]);
  emulator.clock.advance(1);
  expect(await found(emulator)).toEqual([KeyArn]);
  await emulator.call('TagResource', { ResourceArn: KeyArn, Tags: tags('a2') }, { region: PRIMARY });
  expect(await found(emulator, { TagFilters: [{ Key: 'a', Values: ['1'] }] })).toEqual([KeyArn]);
  emulator.clock.advance(30);
  expect(await found(emulator, { TagFilters: [{ Key: 'a', Values: ['1'] }] })).toEqual([]);
  await emulator.change('DeleteKey', { KeyIdentifier: KeyArn, DeleteKeyInDays: 3 });
  emulator.clock.advance(3 * 24 * 60 * 60 + 29);
  expect(await found(emulator)).toEqual([KeyArn]);
  emulator.clock.advance(1);
  expect(await found(emulator)).toEqual([]);
});

test('an index that never learns finds nothing', async () => {
  const emulator = new CheckedEmulator({ tagIndexLag: Infinity });
  await emulator.createKey({ Tags: tags('a1') });
  emulator.clock.advance(1e9);
  expect(await found(emulator)).toEqual([]);
});

test('results come in pages', async () => {
  const emulator = new CheckedEmulator({ tagIndexLag: 0 });
  for (let count = 0; count < 3; count += 1) await emulator.createKey({ Tags: tags('a1') });
  const first = (await request(emulator, { ResourcesPerPage: 2 })).answer;
  const second = (await request(emulator, { ResourcesPerPage: 2, PaginationToken: first.PaginationToken })).answer;
  expect([first, second].map(answer => answer.ResourceTagMappingList.length)).toEqual([2, 1]);
  expect(second.PaginationToken).toBe('');
});

test('it does not count against the quota of the control plane', async () => {
  const emulator = new CheckedEmulator({ tps: 1, tagIndexLag: 0 });
  for (let count = 0; count < 10; count += 1) expect((await request(emulator, {})).status).toBe(200);
  expect(await emulator.errorOf('ListKeys', {})).toBeUndefined();
  expect(await emulator.errorOf('ListKeys', {})).toBe('ThrottlingException');
});

test.each([{ TagFilters: [{}] }, { TagFilters: {} }, { ResourcesPerPage: 0 }, { PaginationToken: 'x' }, { ResourceTypeFilters: [1] }])(
  '%j is refused', async input => {
    const { status, answer } = await request(new CheckedEmulator(), input);
    expect([status, answer]).toEqual([400, { __type: 'InvalidParameterException', Message: expect.any(String) }]);
  },
);
