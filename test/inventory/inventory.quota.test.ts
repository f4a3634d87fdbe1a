import { InventoryAccount, PRIMARY, REPLICA } from './account';
import { inventoryHandler } from '../../src/inventory/handler/handler';
import { paced, OutOfTime } from '../../src/inventory/handler/pace';
import { ServiceFault } from '../../src/provider/handler/control-plane/fault';
import { filledAccount, INVENTORY_ACCESS_KEY, simulateBesideInventory } from '../bench/quota/inventory';
import { effects, RequestLogEntry } from '../emulator';

/** All of the default quota of keys, and of aliases. */
const KEYS = 2000;

describe('2,000 keys in two Regions, at five requests a second, while a stack of 100 keys is deployed', () => {
  const scenario = { keys: 100, regions: 1, replicationSeconds: 30, concurrency: Infinity, others: false };
  let saved: unknown;
  let alone: Awaited<ReturnType<typeof simulateBesideInventory>>;
  let beside: Awaited<ReturnType<typeof simulateBesideInventory>>;
  let files: Map<string, string>;

  beforeAll(async () => {
    saved = await filledAccount(KEYS, [REPLICA]);
    alone = await simulateBesideInventory(scenario, saved, false);
    beside = await simulateBesideInventory(scenario, saved, true);
    files = new Map([...beside.inventory!.files.objects].map(([name, text]) => [name.split('/').pop()!, text]));
  }, 240_000);

  test('leave the figures of the deployment as they are without an inventory', () => {
    const figures = ({ seconds, executedPerKey, throttledPerKey, failures, firstRequestSeconds }: typeof alone.deployment) =>
      ({ seconds, executedPerKey, throttledPerKey, failures, firstRequestSeconds });
    expect(figures(beside.deployment)).toEqual(figures(alone.deployment));
    expect(beside.deployment.failures).toBe(0);
  });

  test('are all in the inventory, each once, with its replica, its alias and its tag', () => {
    expect(beside.inventory!.end).toMatchObject({ status: 'SUCCEEDED' });
    const rows = files.get('keys.jsonl')!.trim().split('\n').map(line => JSON.parse(line));
    const before = rows.filter(({ createdAt }) => createdAt.startsWith('2025'));
    expect(new Set(rows.map(({ keyArn }) => keyArn)).size).toBe(rows.length);
    expect(before).toHaveLength(KEYS);
    const numbers = before.map(({ regions: [{ tags }] }) => Number(tags.number)).sort((one, other) => one - other);
    expect(numbers).toEqual(Array.from({ length: KEYS }, (_, index) => index));
    for (const { keyArn, role, regions: [primary, replica, ...others] } of before) {
      expect([role, primary.region, primary.aliases, others]).toEqual(['PRIMARY', PRIMARY, [`alias/key-${primary.tags.number}`], []]);
      expect(replica).toMatchObject({ region: REPLICA, role: 'REPLICA', state: 'CREATE_COMPLETE', replicationStatus: 'SYNCHRONIZED', keyCheckValue: primary.keyCheckValue });
      expect(keyArn).toMatch(/^arn:aws:payment-cryptography:us-east-1:111122223333:key\//);
    }
    expect([...files.keys()].sort()).toEqual(['keys.csv', 'keys.jsonl', 'summary.json']);
  });

  test('take a fifth of the quota, and both Regions at the same time', () => {
    const { account: { emulator: { log } }, inventory } = beside;
    const ours = log.entries.filter(({ accessKeyId }) => accessKeyId === INVENTORY_ACCESS_KEY);
    expect(new Set(ours.map(({ operation }) => operation))).toEqual(new Set(['ListKeys', 'ListAliases', 'GetKey', 'ListTagsForResource']));
    for (const region of [PRIMARY, REPLICA]) {
      const times = ours.filter(entry => entry.region === region).map(({ time }) => time);
      const gaps = times.slice(1).map((time, index) => time - times[index]);
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(999);
      expect(times.length).toBeLessThan(2 * (KEYS + scenario.keys) + 60);
    }
    expect(ours.filter(({ error }) => error !== undefined)).toEqual([]);
    // Two requests a key, one a second.
    expect(inventory!.endedAt!).toBeLessThan(2.1 * (KEYS + scenario.keys));
    expect(inventory!.endedAt!).toBeGreaterThan(2 * KEYS);
  });
});

describe('an inventory that is throttled', () => {
  const gapsOf = (entries: readonly RequestLogEntry[]) => entries.slice(1).map(({ time }, index) => (time - entries[index].time) / 1000);

  test('steps back at once, makes the request again, and comes back slowly', async () => {
    const account = new InventoryAccount([PRIMARY]);
    for (let index = 0; index < 100; index += 1) { await account.createKey(); }
    account.emulator.log.clear();
    account.emulator.faults.add({ operation: 'GetKey', times: 1, effect: effects.throttle() });
    expect((await account.take()).status).toBe('SUCCEEDED');
    expect(account.rows()).toHaveLength(100);
    const [beforeList, beforeAliases, afterThrottling, ...later] = gapsOf(account.emulator.log.entries);
    expect([beforeList, beforeAliases, afterThrottling]).toEqual([1, 1, 16]);
    expect(later[1]).toBeLessThan(16);
    expect(later.slice(1).every((gap, index) => gap <= later[index] + 0.01)).toBe(true);
    expect(later[50]).toBeGreaterThan(1.5);
    expect(later[110]).toBeCloseTo(1);
  });

  test('all the time, keeps each key that it has read, and comes to its end within a day', async () => {
    const account = new InventoryAccount([PRIMARY]);
    for (let index = 0; index < 40; index += 1) { await account.createKey(); }
    // Each second request.
    let count = 0;
    account.emulator.faults.add({ when: () => { count += 1; return count % 2 === 0; }, effect: effects.throttle() });
    expect((await account.take()).status).toBe('SUCCEEDED');
    expect(account.rows()).toHaveLength(40);
    expect(account.logged('INVENTORY_FAILED')).toEqual([]);
  });
});

describe('the pace of requests', () => {
  const fault = (kind: 'unreachable' | 'unknownOutcome' | 'invalid' | 'throttled') => new ServiceFault(kind, 'payment-cryptography', 'GetKey', PRIMARY, 'Code', '');
  function clocked(deadline = Infinity) {
    let time = 0;
    const clock = { now: () => time, pause: async (milliseconds: number) => { time += milliseconds; } };
    return { ask: paced(clock, deadline), time: () => time };
  }

  test.each(['unreachable', 'unknownOutcome'] as const)('makes a request again of which nothing is known (%s), four times in all', async kind => {
    const { ask } = clocked();
    let attempts = 0;
    const failing = (times: number) => async () => {
      attempts += 1;
      if (attempts <= times) { throw fault(kind); }
      return 'answer';
    };
    expect(await ask(failing(3))).toBe('answer');
    attempts = 0;
    await expect(ask(failing(4))).rejects.toThrow(ServiceFault);
    expect(attempts).toBe(4);
  });

  test('does not repeat what was refused', async () => {
    let attempts = 0;
    await expect(clocked().ask(async () => { attempts += 1; throw fault('invalid'); })).rejects.toThrow(ServiceFault);
    await expect(clocked().ask(async () => { throw new TypeError('a mistake'); })).rejects.toThrow(TypeError);
    expect(attempts).toBe(1);
  });

  test('sends nothing after the deadline, however long it would wait for its turn', async () => {
    const { ask, time } = clocked(10_000);
    for (let index = 0; index < 9; index += 1) { await ask(async () => undefined); }
    await expect(ask(async () => undefined)).rejects.toThrow(OutOfTime);
    expect(time()).toBe(9_000);
    const throttledAtOnce = clocked(10_000);
    await expect(throttledAtOnce.ask(async () => { throw fault('throttled'); })).rejects.toThrow(OutOfTime);
    expect(throttledAtOnce.time()).toBe(1_000);
  });

  test('leaves an invocation a minute to write down what it read', async () => {
    const account = new InventoryAccount([PRIMARY]);
    for (let index = 0; index < 3; index += 1) { await account.createKey(); }
    account.emulator.log.clear();
    const handler = inventoryHandler(account.ports);
    const begin = account.clock.now();
    const { run } = await handler({ task: 'begin', attempt: 0, execution: 'e', startedAt: new Date(begin).toISOString() }, 900_000) as any;
    expect(await handler({ task: 'readRegion', attempt: 0, run, region: PRIMARY }, 65_000)).toEqual({ done: false });
    expect(account.clock.now() - begin).toBeLessThanOrEqual(5_000);
  });
});
