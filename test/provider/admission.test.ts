import { CVK, World } from '../lifecycle/world';

/** Lambda may deliver an event minutes after CloudFormation sent it; CloudFormation's clock runs all the while. */
describe('a request that comes late', () => {
  let world: World;
  beforeEach(async () => { world = await World.start(); });
  afterEach(() => world.close());

  const sentBefore = (minutes: number) => {
    const event = world.event(CVK);
    const date = new Date(world.clock.now() - minutes * 60_000).toISOString().replace(/[-:]|\.\d+/g, '');
    return { ...event, ResponseURL: `${event.ResponseURL}&X-Amz-Date=${date}&X-Amz-Expires=7200` };
  };

  test('has that much less time', async () => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'stays in progress' });
    const begun = world.clock.now();
    expect((await world.request(sentBefore(20))).Status).toBe('FAILED');
    expect(Math.round((world.clock.now() - begun) / 60_000)).toBe(11);
  });

  test('creates nothing once its time is up', async () => {
    const event = sentBefore(32);
    await world.handler(event);
    expect(world.answers.get(event.RequestId)![0]).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('arrived only after its time was up') });
    expect(world.stateMachine.executions).toEqual([]);
  });

  test('a URL that tells no date, or one in the future, is taken as sent just now', async () => {
    expect((await world.request(sentBefore(-90))).Status).toBe('SUCCESS');
    expect((await world.create({}, { logicalId: 'Other' })).Status).toBe('SUCCESS');
  });
});
