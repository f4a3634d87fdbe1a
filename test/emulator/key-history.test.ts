import { CheckedEmulator, PRIMARY, REPLICA } from './checked-emulator';
import { EmulatorOptions } from './options';
import { RecentList } from './recent-list';

const courseOf = (emulator: CheckedEmulator, region: string): Array<[number, string]> => {
  emulator.snapshot(PRIMARY);
  const begin = emulator.history.after(0)[0].time;
  return emulator.history.after(0).filter(change => change.region === region).map(({ time, state }) => [(time - begin) / 1000, state]);
};

test('each state of a key in each of its Regions has the time when it was due', async () => {
  const emulator = new CheckedEmulator({ replicationDelay: 2 });
  const { KeyArn: KeyIdentifier } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
  // Nobody looks meanwhile.
  emulator.clock.advance(60);
  await emulator.change('DeleteKey', { KeyIdentifier, DeleteKeyInDays: 3 });
  emulator.clock.advance(60);
  await emulator.change('RestoreKey', { KeyIdentifier });
  emulator.clock.advance(60);
  await emulator.change('DeleteKey', { KeyIdentifier, DeleteKeyInDays: 3 });
  emulator.clock.advance(4 * 86_400);
  expect(courseOf(emulator, PRIMARY)).toEqual([[0, 'CREATE_COMPLETE'], [60, 'DELETE_PENDING'], [120, 'CREATE_COMPLETE'], [180, 'DELETE_PENDING'], [180 + 3 * 86_400, 'DELETE_COMPLETE']]);
  expect(courseOf(emulator, REPLICA)).toEqual([[0, 'IN_PROGRESS'], [2, 'SYNCHRONIZED'], [60, 'DELETE_IN_PROGRESS'], [62, 'GONE']]);
});

test('a replication that fails and recovers says why', async () => {
  const emulator = new CheckedEmulator({ replicationOutcomes: { [REPLICA]: { kind: 'fails and recovers', delay: 1, message: 'No room.', recoversAfter: 5 } } });
  await emulator.createKey({ ReplicationRegions: [REPLICA] });
  emulator.clock.advance(10);
  expect(courseOf(emulator, REPLICA)).toEqual([[0, 'IN_PROGRESS'], [1, 'FAILED'], [6, 'SYNCHRONIZED']]);
  expect(emulator.history.after(0).find(({ state }) => state === 'FAILED')).toMatchObject({ message: 'No room.' });
});

test.each<[NonNullable<EmulatorOptions['switches']>, Array<[number, string]>]>([
  [{ statusAfterMetadataChange: 'IN_PROGRESS' }, [[0, 'IN_PROGRESS'], [2, 'SYNCHRONIZED'], [10, 'IN_PROGRESS'], [12, 'SYNCHRONIZED']]],
  [{ statusAfterMetadataChange: 'unchanged' }, [[0, 'IN_PROGRESS'], [2, 'SYNCHRONIZED']]],
])('a state that does not change is no change: %j', async (switches, course) => {
  const emulator = new CheckedEmulator({ replicationDelay: 2, switches });
  const { KeyArn: KeyIdentifier } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
  emulator.clock.advance(10);
  await emulator.change('StopKeyUsage', { KeyIdentifier });
  emulator.clock.advance(10);
  expect(courseOf(emulator, REPLICA)).toEqual(course);
});

test('a reset forgets it, and so does a restored state', async () => {
  const emulator = new CheckedEmulator();
  await emulator.createKey();
  const saved = emulator.save();
  expect(JSON.stringify(saved)).not.toContain('"history"');
  emulator.reset();
  expect(emulator.history.after(0)).toEqual([]);
  const other = new CheckedEmulator();
  await other.createKey();
  other.restore(saved);
  expect(other.history.after(0)).toEqual([]);
  expect(other.snapshot(PRIMARY).keys).toHaveLength(1);
});

describe('a list of the last so many', () => {
  const filled = (count: number): RecentList<{ name: string }> => {
    const list = new RecentList<{ name: string }>(10);
    for (let number = 1; number <= count; number += 1) list.add({ name: `thing ${number}` });
    return list;
  };
  const numbers = (list: RecentList<object>, ...from: [number, number?]): number[] => list.after(...from).map(({ number }) => number);

  test('keeps the newest, with their numbers', () => {
    expect(numbers(filled(3), 0)).toEqual([1, 2, 3]);
    expect(filled(3).after(2)).toEqual([{ number: 3, name: 'thing 3' }]);
    expect(numbers(filled(10_005), 0).at(-1)).toBe(10_005);
    expect(numbers(filled(10_005), 0).length).toBeLessThanOrEqual(10);
    expect(numbers(filled(10_005), 10_004)).toEqual([10_005]);
    expect(numbers(filled(10_005), 10_005)).toEqual([]);
    expect(numbers(filled(8), 0, 2)).toEqual([7, 8]);
  });

  test('goes on counting after it was cleared', () => {
    const list = filled(3);
    list.clear();
    expect(numbers(list, 0)).toEqual([]);
    list.add({ name: 'new' });
    expect(numbers(list, 0)).toEqual([4]);
    expect(numbers(list, 3)).toEqual([4]);
  });
});
