import { runHere } from './session';

/** The first half of the runs that belong to the unit tests; lifecycle-second-half.test.ts has the other. */
test('250 lifecycles under faults violate nothing', async () => {
  const { runs, failures } = await runHere({ seed: 1, from: 0, runs: 250 });
  expect(failures.map(({ index, failure }) => ({ index, ...failure }))).toEqual([]);
  expect(runs).toBe(250);
}, 60_000);
