import { effects } from '../../emulator';
import { World } from '../../lifecycle/world';

const DAY = 86_400;

describe('a creation that fails', () => {
  let world: World;
  afterEach(() => world.close());
  const key = () => world.keys()[0].key;

  test('because a Region is FAILED: says why, and leaves at most a key pending deletion with the shortest window', async () => {
    world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'fails', message: 'CreateKey is denied there' } } });
    const answer = await world.create({ DeletionWindowInDays: 90 });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: key().KeyArn });
    expect(answer.Reason).toContain('replication FAILED in us-west-2 (CreateKey is denied there)');
    expect(key().KeyState).toBe('DELETE_PENDING');
    expect(Math.round((key().DeletePendingTimestamp! - world.clock.now() / 1000) / DAY)).toBe(3);
    expect((await world.remove(answer.PhysicalResourceId)).Status).toBe('SUCCESS');
  });

  test('because a Region takes too long: says which was in which state', async () => {
    world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } });
    const begun = world.clock.now();
    const answer = await world.create({ ReplicationRegions: ['us-west-2', 'eu-west-1'], ReplicationTimeoutInMinutes: 10 });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('timed out, waiting for replication: us-west-2 IN_PROGRESS, eu-west-1 SYNCHRONIZED');
    expect(key().KeyState).toBe('DELETE_PENDING');
    expect(world.clock.now() - begun).toBeLessThan(15 * 60_000);
    expect(world.clock.now() - begun).toBeGreaterThanOrEqual(10 * 60_000);
  });

  test.each(['unknown', 'throttled', 'denied'] as const)('and cannot be undone (%s): reports the key', async kind => {
    world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'fails' } } });
    const effect = { unknown: effects.internalServerError(), throttled: effects.throttle(), denied: effects.accessDenied() }[kind];
    const fault = world.emulator.faults.add({ operation: 'DeleteKey', effect });
    const answer = await world.create({ ReplicationTimeoutInMinutes: 4 });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: key().KeyArn });
    expect(answer.Reason).toContain('replication FAILED in us-west-2');
    expect(answer.Reason).toContain('May be left behind: ');
    expect(world.logLines.filter(line => line.includes('LEFT_BEHIND'))).toEqual([expect.stringContaining(key().KeyArn)]);
    fault.remove();
    expect((await world.remove(answer.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(key().KeyState).toBe('DELETE_PENDING');
  });

  test('after CreateKey had lost its answer, and its key was found and deleted: reports nothing', async () => {
    world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'fails' } } });
    world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.internalServerError({ executed: true }) });
    const answer = await world.create();
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: key().KeyArn });
    expect(key().KeyState).toBe('DELETE_PENDING');
    expect(answer.Reason).not.toContain('May be left behind');
    expect(world.logLines.filter(line => line.includes('LEFT_BEHIND'))).toEqual([]);
  });

  test('because our code throws: is answered and undone all the same', async () => {
    world = await World.start();
    (world.ports.service as any).getKey = async () => { throw new TypeError('x is not a function'); };
    const answer = await world.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('internal error of cdk-multi-region-payment-keys, please report it: TypeError: x is not a function');
    expect(answer.PhysicalResourceId).toBe(key().KeyArn);
  });

  test('because the bug strikes right after CreateKey: the key is found and taken away', async () => {
    world = await World.start();
    const { createKey } = world.ports.service;
    const broken = async (...args: Parameters<typeof createKey>) => ({ ...await createKey(...args), replication: undefined });
    Object.assign(world.ports.service, { createKey: broken });
    const answer = await world.create();
    expect(answer.Status).toBe('FAILED');
    expect(key().KeyState).toBe('DELETE_PENDING');
  });

  test('throttling that never ends is a time-out that says so', async () => {
    world = await World.start();
    world.emulator.faults.add({ operation: 'CreateKey', effect: effects.throttle() });
    const answer = await world.create({ ReplicationTimeoutInMinutes: 5 });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('lately: CreateKey in us-east-1: ThrottlingException');
    expect(answer.PhysicalResourceId).toMatch(/^nothing-created\//);
    const requests = world.takeRequests();
    expect(requests.length).toBeLessThan(40);
  });

  test('a function that dies after every second step delays, no more', async () => {
    world = await World.start();
    let interruptions = 0;
    world.around = async (_, run) => {
      interruptions += 1;
      const result = await run();
      if (interruptions % 2 === 0) { throw new Error('killed'); }
      return result;
    };
    expect((await world.create()).Status).toBe('SUCCESS');
    expect(world.keys()).toHaveLength(1);
  });
});
