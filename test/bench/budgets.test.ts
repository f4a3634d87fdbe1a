import { App, Stack } from 'aws-cdk-lib';
import { ANY_REPLICATION, COUNTS, HUNDRED_KEYS, MANY_KEYS, ONE_KEY, OTHERS_SHARE } from './budgets';
import { median } from './median';
import { MultiRegionPaymentKey, PaymentKeySpec, PaymentKeyWatch } from '../../src';
import { simulateDeletion } from './quota/deletion';
import { createOne } from './quota/one-key';
import { Result, Scenario, simulate, timeOverFloor } from './quota/simulation';
import { REGION } from '../lifecycle/world';

const HELP = 'More than its budget in test/bench/budgets.ts. See what grew with `npm run bench`, and bring it down again:'
  + ' budgets are only ever lowered.';

/** Fails with what to do, not only with two numbers. */
function within(what: string, figure: number, budget: number): void {
  if (figure > budget) { throw new Error(`${what}: ${figure}, at most ${budget}. ${HELP}`); }
}

function resources(keys: number, aliases: number, watches = 0): string[] {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Payments', { env: { account: '111122223333', region: 'us-east-1' } });
  for (let index = 0; index < keys; index += 1) {
    const key = new MultiRegionPaymentKey(stack, `Key${index}`, {
      spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2', 'eu-west-1'],
    });
    for (let alias = 0; alias < aliases; alias += 1) { key.addAlias(`alias/key-${index}-${alias}`); }
  }
  for (let index = 0; index < watches; index += 1) { new PaymentKeyWatch(stack, `Watch${index}`); }
  const { Resources } = app.synth().getStackByName('Payments').template;
  return Object.values(Resources as Record<string, { Type: string }>).map(({ Type }) => Type);
}

describe('a template', () => {
  test('has few resources besides the keys', () => {
    const types = resources(1, 0);
    within('fixed resources', types.length - COUNTS.resourcesPerKey, COUNTS.fixedResourcesInAll);
    for (const [type, most] of Object.entries(COUNTS.fixedResources)) { within(type, types.filter(one => one === type).length, most); }
  });

  test('grows by one resource a key, one an alias in all Regions, and four a watch', () => {
    within('resources per key', resources(3, 0).length - resources(2, 0).length, COUNTS.resourcesPerKey);
    within('resources per alias', resources(1, 3).length - resources(1, 2).length, COUNTS.resourcesPerAlias);
    within('resources per watch', resources(2, 1, 2).length - resources(2, 1, 1).length, COUNTS.resourcesPerWatch);
    within('resources of the first watch', resources(2, 1, 1).length - resources(2, 1).length, COUNTS.resourcesPerWatch);
  });
});

const name = ({ keys, stacks = 1, regions, replicationSeconds, concurrency }: Scenario) =>
  `${keys} keys in ${stacks} stacks, ${regions} replica Regions, replication of ${replicationSeconds} s, ${concurrency} at the same time`;

const othersShare = ({ regions }: Result) => Math.min(...Object.values(regions).map(figures => figures.othersShare));

describe('in virtual time', () => {
  test(name(HUNDRED_KEYS.scenario), async () => {
    const result = await simulate('this library', HUNDRED_KEYS.scenario);
    within('failures', result.failures, 0);
    within('executed requests per key in the primary', result.executedPerKey, HUNDRED_KEYS.executedPerKey);
    within('throttled requests per key in the primary', result.throttledPerKey, HUNDRED_KEYS.throttledPerKey);
    within('time over the floor', timeOverFloor(HUNDRED_KEYS.scenario, result), HUNDRED_KEYS.timeOverFloor);
  });

  test.each([2, 5, 20, 28, 33, 45, 60, 120])('the same with a replication of %d s: the waits are not made for one duration', async replicationSeconds => {
    const scenario = { ...HUNDRED_KEYS.scenario, replicationSeconds };
    const result = await simulate('this library', scenario);
    within('failures', result.failures, 0);
    within('executed requests per key in the primary', result.executedPerKey, ANY_REPLICATION.executedPerKey);
    within('throttled requests per key in the primary', result.throttledPerKey, HUNDRED_KEYS.throttledPerKey);
    within('time over the floor', timeOverFloor(scenario, result), ANY_REPLICATION.timeOverFloor);
  });

  test('the same where a replica can be looked at before it is synchronized', async () => {
    const options = { switches: { replicaBeforeSynchronization: 'CREATE_IN_PROGRESS' } } as const;
    const result = await simulate('this library', { ...HUNDRED_KEYS.scenario, options });
    within('executed requests per key in the primary', result.executedPerKey, HUNDRED_KEYS.executedPerKey);
    within('throttled requests per key in the primary', result.throttledPerKey, HUNDRED_KEYS.throttledPerKey);
  });

  const othersGetThrough = (result: Result) => {
    within('failures', result.failures, 0);
    within('percent of another client\'s requests that are throttled', 100 - 100 * othersShare(result), 100 - 100 * OTHERS_SHARE);
  };

  const MANY: readonly Scenario[] = [
    ...[2, 30].flatMap(replicationSeconds => [10, 50, Infinity].map(concurrency => ({ keys: 400, regions: 3, replicationSeconds, concurrency }))),
    ...[10, 50, Infinity].map(concurrency => ({ keys: 1000, stacks: 3, regions: 3, replicationSeconds: 2, concurrency })),
  ];

  test.each(MANY.map(scenario => [name(scenario), scenario] as const))('%s: nobody fails, and others get through', async (_, scenario) => {
    const result = await simulate('this library', scenario);
    othersGetThrough(result);
    // Few at the same time wait for replications one after the other: that is CloudFormation's time.
    if (scenario.concurrency === Infinity) {
      within('time over the floor', timeOverFloor(scenario, result), scenario.stacks ? MANY_KEYS.inThreeStacks : MANY_KEYS.inOneStack);
    }
  }, 180_000);

  test.each([10, 50, Infinity])('400 keys deleted with their stack, %d at the same time: nobody fails, and others get through', async concurrency => {
    const result = await simulateDeletion({ keys: 400, regions: 3, replicationSeconds: 30, concurrency });
    othersGetThrough(result);
    within('time over the floor', result.seconds / result.floorSeconds, MANY_KEYS.deleted);
  }, 180_000);
});

describe('one key, in virtual time', () => {
  test('CreateKey is called soon', async () => {
    const { firstRequestSeconds } = await createOne(2);
    within('seconds from CloudFormation\'s call to CreateKey', firstRequestSeconds, ONE_KEY.firstRequestSeconds);
  });

  test('takes few writes of the table, and small ones', async () => {
    const { writes } = await createOne(2);
    within('writes', writes.filter(({ what }) => what.startsWith('item ') || what === `ticket ${REGION}`).length, ONE_KEY.writes);
    within('anchors', writes.filter(({ what }) => what.startsWith('anchor ')).length, 0);
    within('bytes of a write', Math.max(...writes.map(({ bytes }) => bytes)), ONE_KEY.bytesPerWrite);
  });

  test('is answered soon after it is SYNCHRONIZED', async () => {
    const delays: number[] = [];
    for (let tenths = 10; tenths <= 100; tenths += 3) { delays.push((await createOne(tenths / 10)).answerDelaySeconds); }
    within('seconds from SYNCHRONIZED to the answer, at the median', median(delays), ONE_KEY.answerDelaySeconds);
  });
});
