import { createHash } from 'node:crypto';
import { CheckedEmulator } from './checked-emulator';

/** How long before its creation the usage of each of some keys starts, in milliseconds. */
async function leads(seed: string): Promise<number[]> {
  let count = 0;
  const random = (size: number): Buffer => createHash('shake256', { outputLength: size }).update(`${seed} ${count += 1}`).digest();
  const emulator = new CheckedEmulator({ random });
  const keys = [];
  for (let index = 0; index < 100; index += 1) keys.push(await emulator.createKey());
  return keys.map(key => Math.round((key.CreateTimestamp - key.UsageStartTimestamp!) * 1000));
}

test('usage starts 21 to 268 ms before the creation, as in recordings, and the random source decides', async () => {
  const found = await leads('a');
  expect(found.filter(lead => lead < 21 || lead > 268)).toEqual([]);
  expect(new Set(found).size).toBeGreaterThan(50);
  expect(await leads('a')).toEqual(found);
  expect(await leads('b')).not.toEqual(found);
});
