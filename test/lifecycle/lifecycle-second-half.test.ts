import { failureText } from './report';
import { seedOfSources } from './seed';
import { runHere } from './session';

const RUNS = 500;

/** The second half of the lives of lifecycle.test.ts. */
test(`${RUNS} more lifecycles under faults violate nothing`, async () => {
  const seed = seedOfSources();
  const { runs, failures } = await runHere({ seed, from: RUNS, runs: RUNS });
  expect(failures.map(failed => failureText(seed, failed, false))).toEqual([]);
  expect(runs).toBe(RUNS);
}, 900_000);
