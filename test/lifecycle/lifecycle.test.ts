import { failureText } from './report';
import { runHere } from './session';

/** The first half of the runs that belong to the unit tests; lifecycle-second-half.test.ts has the other. */
test('250 lifecycles under faults violate nothing', async () => {
  const { runs, failures } = await runHere({ seed: 1, from: 0, runs: 250 });
  expect(failures.map(failed => failureText(1, failed, false))).toEqual([]);
  expect(runs).toBe(250);
}, 600_000);
