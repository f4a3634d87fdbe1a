import { failureText } from './report';
import { seedOfSources } from './seed';
import { runHere } from './session';

const RUNS = 500;

/** The first half of the lives that belong to the unit tests; lifecycle-second-half.test.ts has the other. */
test(`${RUNS} lifecycles under faults violate nothing`, async () => {
  const seed = seedOfSources();
  const { runs, failures } = await runHere({ seed, from: 0, runs: RUNS });
  expect(failures.map(failed => failureText(seed, failed, false))).toEqual([]);
  expect(runs).toBe(RUNS);
}, 900_000);
