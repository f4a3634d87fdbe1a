import { failureText } from './report';
import { runHere } from './session';

/** The second half of the runs of lifecycle.test.ts. */
test('250 more lifecycles under faults violate nothing', async () => {
  const { runs, failures } = await runHere({ seed: 1, from: 250, runs: 250 });
  expect(failures.map(failed => failureText(1, failed, false))).toEqual([]);
  expect(runs).toBe(250);
}, 600_000);
