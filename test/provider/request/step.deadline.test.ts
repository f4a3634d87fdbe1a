import { effects } from '../../emulator';
import { World } from '../../lifecycle/world';

/** CloudFormation waits for the declared time-out and five minutes more; within them, everything is done, undone and answered. */
describe('the deadline', () => {
  let world: World;
  let begun: number;
  beforeEach(async () => {
    world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } });
    begun = world.clock.now();
  });
  afterEach(() => world.close());
  const seconds = () => Math.round((world.clock.now() - begun) / 1000);
  const errors = () => world.logLines.map(line => JSON.parse(line)).filter(({ level }) => level === 'ERROR');

  test('is met to the second: no wait reaches past it', async () => {
    const { Status, PhysicalResourceId } = await world.create({ ReplicationTimeoutInMinutes: 2 });
    expect(Status).toBe('FAILED');
    expect(seconds()).toBe(180);
    expect(world.keys()[0].key.KeyState).toBe('DELETE_PENDING');
    expect(errors()).toEqual([expect.objectContaining({
      code: 'REQUEST_FAILED', message: 'timed out, waiting for replication: us-west-2 IN_PROGRESS', logicalId: 'Cvk', requestType: 'Create',
    })]);
    expect(PhysicalResourceId).toBe(world.keys()[0].key.KeyArn);
  });

  test('leaves two minutes for the rollback, and is answered then whatever is left', async () => {
    world.emulator.faults.add({ operation: 'DeleteKey', effect: effects.throttle() });
    const { Reason, RequestId } = await world.create({ ReplicationTimeoutInMinutes: 2 });
    const { KeyArn } = world.keys()[0].key;
    expect(seconds()).toBeGreaterThanOrEqual(180 + 120);
    expect(seconds()).toBeLessThan(180 + 123);
    expect(Reason).toContain(`timed out, waiting for replication: us-west-2 IN_PROGRESS. May be left behind: request ${RequestId} made ${KeyArn}`);
    expect(errors().map(({ code }) => code)).toEqual(['LEFT_BEHIND', 'REQUEST_FAILED']);
  });

  test('is not waited for when the rollback is refused for good', async () => {
    world.emulator.faults.add({ operation: 'DeleteKey', effect: { kind: 'error', type: 'ServiceQuotaExceededException', message: 'no more' } });
    const { Reason } = await world.create({ ReplicationTimeoutInMinutes: 2 });
    expect(seconds()).toBe(180);
    expect(Reason).toMatch(/us-west-2 IN_PROGRESS\. The rollback of this request failed too: DeleteKey in us-east-1: ServiceQuotaExceededException: no more\. May be left behind: request \S+ made/);
  });

  test('of a delete is twelve minutes at least, and nothing is rolled back after it', async () => {
    const { PhysicalResourceId } = await world.create({ WaitForReplication: false });
    world.takeRequests();
    begun = world.clock.now();
    world.emulator.faults.add({ operation: 'DeleteKey', effect: effects.throttle() });
    const { Status, Reason } = await world.remove(PhysicalResourceId, { ReplicationTimeoutInMinutes: 2 });
    expect(Status).toBe('FAILED');
    expect(seconds()).toBeGreaterThanOrEqual(720);
    expect(seconds()).toBeLessThan(725);
    expect(Reason).toMatch(/^timed out, waiting for .* \(lately: DeleteKey in us-east-1: ThrottlingException/);
    expect(Reason).not.toContain('left behind');
  });

  test('of the state machine ends the loop when the function never comes back', async () => {
    world.around = async (payload, run) => {
      if (payload.task === 'step') { throw new Error('broken'); }
      return run();
    };
    const { Reason } = await world.create({ ReplicationTimeoutInMinutes: 2 });
    expect(Reason).toContain('execution ended FAILED');
    expect(seconds()).toBeGreaterThanOrEqual(5.5 * 60);
    expect(seconds()).toBeLessThan(6 * 60);
  });

  test('comes early when the execution\'s history is nearly full', async () => {
    const event = world.event({});
    await world.handler(event);
    while (world.keys().length === 0) { await world.stateMachine.runNext(); }
    world.stateMachine.running[0].data.turn = 2_000;
    expect((await world.answerTo(event.RequestId)).Reason).toMatch(/^gave up after 2000 turns, waiting for replication: us-west-2 IN_PROGRESS/);
    expect(world.keys()[0].key.KeyState).toBe('DELETE_PENDING');
  });
});

describe('what the log says of a turn', () => {
  test('who, which turn, what it waits for and how long', async () => {
    const world = await World.start({ replicationDelay: 3 });
    const event = world.event({});
    await world.request(event);
    const facts = { level: 'INFO', requestId: event.RequestId, logicalId: 'Cvk', requestType: 'Create' };
    expect(world.logLines.map(line => JSON.parse(line))).toEqual([
      { level: 'INFO', message: 'started', requestId: event.RequestId, logicalId: 'Cvk', requestType: 'Create' },
      ...[0, 1, 2].map(turn => ({ ...facts, message: 'waiting for replication: us-west-2 IN_PROGRESS', turn, waitSeconds: 1 })),
      { ...facts, message: 'answering SUCCESS', physicalId: world.keys()[0].key.KeyArn, turn: 3 },
      { level: 'INFO', message: 'answered', requestId: event.RequestId, logicalId: 'Cvk' },
    ]);
    await world.close();
  });

  test('why it rolls back', async () => {
    const world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'fails', message: 'no room' } } });
    await world.create();
    const messages = world.logLines.map(line => JSON.parse(line).message as string);
    expect(messages.filter(message => message.startsWith('rolling back, because: replication FAILED in us-west-2 (no room)'))).toHaveLength(1);
    await world.close();
  });
});
