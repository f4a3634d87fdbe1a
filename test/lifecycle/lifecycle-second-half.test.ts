import { runHere } from './session';

/** The second half of the runs of lifecycle.test.ts. */
test('250 more lifecycles under faults violate nothing', async () => {
  const { runs, failures } = await runHere({ seed: 1, from: 250, runs: 250 });
  expect(failures.map(({ index, failure }) => ({ index, ...failure }))).toEqual([]);
  expect(runs).toBe(250);
}, 60_000);
