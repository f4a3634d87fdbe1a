import { CVK, World } from '../../lifecycle/world';

/** Lambda may deliver an event minutes after CloudFormation sent it; CloudFormation's clock runs all the while. */
describe('a request that comes late', () => {
  let world: World;
  beforeEach(async () => { world = await World.start(); });
  afterEach(() => world.close());

  const sentBefore = (minutes: number, event = world.event(CVK)) => {
    const date = new Date(world.clock.now() - minutes * 60_000).toISOString().replace(/[-:]|\.\d+/g, '');
    return { ...event, ResponseURL: `${event.ResponseURL}&X-Amz-Date=${date}&X-Amz-Expires=7200` };
  };

  test('has that much less time', async () => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'stays in progress' });
    const begun = world.clock.now();
    expect((await world.request(sentBefore(20))).Status).toBe('FAILED');
    expect(Math.round((world.clock.now() - begun) / 60_000)).toBe(11);
  });

  test.each([[2, 0], [3, 1]])('%d minutes ago, is told of %d times, since an earlier delivery may have been answered FAILED', async (minutes, times) => {
    const creation = sentBefore(minutes);
    expect((await world.request(creation)).Status).toBe('SUCCESS');
    const told = world.logLines.map(line => JSON.parse(line)).filter(({ code }) => code === 'LEFT_BEHIND');
    expect(told).toHaveLength(times);
    told.forEach(({ message }) => expect(message).toContain(creation.RequestId));
  });

  test('creates nothing once its time is up', async () => {
    const answer = await world.request(sentBefore(32));
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: 'timed out, waiting for CreateKey' });
    expect(answer.PhysicalResourceId).toMatch(/^nothing-created\//);
    expect(world.takeRequests()).toEqual([]);
  });

  test('makes nothing when CloudFormation sent another one since, which came first', async () => {
    const creation = sentBefore(0);
    world.clock.advance(30);
    const removal = sentBefore(0, world.event({}, { type: 'Delete', physicalId: 'payments-Cvk-1A2B3C4D5E6F' }));
    expect(await world.request(removal)).toMatchObject({ Status: 'SUCCESS' });
    world.clock.advance(30);
    const answer = await world.request(creation);
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('sent a later request for this resource') });
    expect(world.keys()).toEqual([]);
  });

  test('is carried out when what came before was sent before', async () => {
    const removal = sentBefore(0, world.event({}, { type: 'Delete', physicalId: 'payments-Cvk-1A2B3C4D5E6F' }));
    expect(await world.request(removal)).toMatchObject({ Status: 'SUCCESS' });
    world.clock.advance(30);
    const creation = sentBefore(0);
    world.clock.advance(30);
    expect((await world.request(creation)).Status).toBe('SUCCESS');
  });

  test('gets the same answer when it is a second delivery', async () => {
    const event = sentBefore(0);
    await world.request(event);
    world.clock.advance(3600);
    await world.handler(event);
    await world.settle();
    expect(new Set(world.answers.get(event.RequestId)!.map(({ body }) => body)).size).toBe(1);
    expect(world.stateMachine.executions).toHaveLength(1);
  });

  test('a URL that tells no date, or one in the future, is taken as sent just now', async () => {
    expect((await world.request(sentBefore(-90))).Status).toBe('SUCCESS');
    expect((await world.create({}, { logicalId: 'Other' })).Status).toBe('SUCCESS');
  });
});
