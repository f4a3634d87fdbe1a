import { runOne } from './runs';
import { seedOfSources } from './seed';
import { wrongOfWatch } from './watch';

const RUNS = 200;

/** `npm run lifecycle -- --watch` has more of them. */
test(`what a watch reports in ${RUNS} lives is what the next deployment does, and nothing after one that succeeded`, async () => {
  const seed = seedOfSources();
  const wrong: string[] = [];
  const found = new Map<string, number>();
  for (let index = 0; index < RUNS; index += 1) {
    const { failure } = await runOne(seed, index, false, async run => { wrong.push(...(await wrongOfWatch(run, seed + index, found)).map(what => `run ${index}: ${what}`)); });
    expect(failure).toBeUndefined();
  }
  expect(wrong).toEqual([]);
  // It was judged, and there was something to find.
  expect(found.get('judged')).toBeGreaterThan(RUNS);
  for (const code of ['KEY_DISABLED', 'KEY_PENDING_DELETION', 'OWNER_CHANGED', 'REPLICA_MISSING', 'REPLICA_UNDECLARED', 'TAG_CHANGED']) {
    expect([code, found.get(code) ?? 0]).not.toEqual([code, 0]);
  }
}, 600_000);
