import { Found, SCENARIOS, singleFaults, twinSteps } from './exhaustive';

async function all(results: AsyncGenerator<Found | undefined>): Promise<{ readonly played: number; readonly found: string[] }> {
  const found: string[] = [];
  let played = 0;
  for await (const result of results) {
    played += 1;
    if (result) { found.push([result.what, ...result.violations].join('\n  ')); }
  }
  return { played, found };
}

describe.each(Object.keys(SCENARIOS))('a key that is %s', scenario => {
  test('violates nothing, whichever call or step fails', async () => {
    const { played, found } = await all(singleFaults(scenario, 0));
    expect(found).toEqual([]);
    expect(played).toBeGreaterThan(50);
  }, 600_000);

  test('violates nothing, whichever step runs twice at once', async () => {
    const { played, found } = await all(twinSteps(scenario, 1));
    expect(found).toEqual([]);
    expect(played).toBeGreaterThan(20);
  }, 600_000);
});
