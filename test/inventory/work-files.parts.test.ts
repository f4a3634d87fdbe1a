import { MemoryFiles } from './memory-files';
import { Observation } from '../../src/inventory/handler/observations';
import { WorkFiles } from '../../src/inventory/handler/work-files';

const observation = (number: number, by: string): Observation => ({ kind: 'disappeared', observedAt: by, keyArn: `key-${number}` });
const part = (from: number, length: number, by: string) => Array.from({ length }, (_, index) => observation(from + index, by));
const numbers = (items: readonly Observation[] | undefined) => items?.map(item => item.kind === 'disappeared' ? item.keyArn : '');
const all = (length: number) => Array.from({ length }, (_, index) => `key-${index}`);

test('a list is read on in parts, from where it ended', async () => {
  const files = new MemoryFiles();
  const from: number[] = [];
  const more = async (at: number) => { from.push(at); return part(at, Math.min(4, 10 - at), 'me'); };
  expect(numbers(await new WorkFiles(files, 'run').completeObservations('r', 10, more))).toEqual(all(10));
  expect(from).toEqual([0, 4, 8]);
  expect(files.written).toEqual(['.in-progress/run/r/keys-00000.jsonl', '.in-progress/run/r/keys-00004.jsonl', '.in-progress/run/r/keys-00008.jsonl']);
});

test('a list that has no time for another item goes on later, without a gap or an item twice', async () => {
  const work = new WorkFiles(new MemoryFiles(), 'run');
  let time = 3;
  const more = async (at: number) => { time -= 1; return time < 0 ? [] : part(at, 2, 'me'); };
  expect(await work.completeObservations('r', 10, more)).toBeUndefined();
  expect(numbers(await work.observations('r'))).toEqual(all(6));
  time = 100;
  expect(numbers(await work.completeObservations('r', 10, more))).toEqual(all(10));
});

/** An invocation that was given up, and still runs, writes a part first: the one that counts is what is there. */
test.each([1, 2, 5])('what another invocation wrote first, of %d items, is gone on with', async length => {
  const files = new MemoryFiles();
  const work = new WorkFiles(files, 'run');
  const other = new WorkFiles(files, 'run');
  let isFirst = true;
  const more = async (at: number) => {
    if (isFirst) {
      isFirst = false;
      await other.completeObservations('r', length, async from => part(from, length, 'other'));
    }
    return part(at, Math.min(3, 8 - at), 'me');
  };
  const items = await work.completeObservations('r', 8, more);
  expect(numbers(items)).toEqual(all(8));
  expect(items).toEqual(await work.observations('r'));
  expect(items!.filter(({ observedAt }) => observedAt === 'other')).toHaveLength(length);
});

test('what was removed is not there', async () => {
  const files = new MemoryFiles();
  const work = new WorkFiles(files, 'run');
  await work.completeObservations('r', 2, async at => part(at, 2, 'me'));
  await new WorkFiles(files, 'run-2').completeObservations('r', 2, async at => part(at, 2, 'me'));
  await work.remove();
  expect([...files.objects.keys()]).toEqual(['.in-progress/run-2/r/keys-00000.jsonl']);
});
