import { fuzz } from './fuzzing';
import { PLANES } from './requests';

/** 10,000 a plane with any seed: npm run emulator:fuzz. */
const REQUESTS = 600;
const SEED = 13;

test.each(PLANES)('%s plane: whatever comes is answered, and never with 5xx', async plane => {
  const { statuses, succeeded, problems } = await fuzz(plane, SEED, REQUESTS);
  expect(problems).toEqual([]);
  expect(Object.values(statuses).reduce((sum, count) => sum + count)).toBe(REQUESTS);
  // Otherwise the requests did not come past the checks of their form.
  expect(succeeded.length).toBeGreaterThan(plane === 'control' ? 10 : 0);
}, 120_000);
