import { explore, SCENARIOS, Share, Space, SPACES } from './exhaustive';
import { seedOfSources } from './seed';

/*
 * The unit tests play one order of events in `every`, not all of them: which ones follows from the sources, so each change
 * plays others. The whole space is played by `EXHAUSTIVE=all npx projen test test/lifecycle/exhaustive.test`, in @@@.
 */

const EVERY: Readonly<Record<Space, number>> = { 'whichever call or step fails': 8, 'whichever step runs twice at once': 40 };
const isWhole = process.env.EXHAUSTIVE === 'all';

function shareOf(space: Space): Share {
  return isWhole ? { every: 1, from: 0 } : { every: EVERY[space], from: seedOfSources() };
}

describe.each(Object.keys(SCENARIOS))('a key that is %s', scenario => {
  test.each(Object.keys(SPACES) as Space[])('violates nothing, %s', async space => {
    const share = shareOf(space);
    const { orders, played, found } = await explore(scenario, space, share);
    expect(found.map(({ what, violations }) => [what, ...violations].join('\n  '))).toEqual([]);
    expect(orders).toBeGreaterThan(100);
    expect(played).toBeGreaterThanOrEqual(Math.floor(orders / share.every));
  }, isWhole ? 3_600_000 : 120_000);
});
