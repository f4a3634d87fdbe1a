import { secondsUntilLook } from '../../src/provider/handler/reconcilers/replication';
import { ServiceFault } from '../../src/provider/handler/service-fault';
import { effects } from '../emulator';
import { CVK, REGION, World } from '../lifecycle/world';

/** How many requests of one stack share the quota, and how few they make of it. */
describe('in a crowd', () => {
  let world: World;
  afterEach(() => world.close());
  const requests = (region: string) => world.emulator.log.entries.filter(entry => entry.region === region);

  test('whoever finds the quota spent waits for its place, and is throttled once', async () => {
    world = await World.start({ replicationDelay: 30 });
    const events = Array.from({ length: 60 }, (_, index) => world.event(CVK, { logicalId: `Key${index}` }));
    for (const event of events) { await world.handler(event); }
    for (const { RequestId } of events) { expect((await world.answerTo(RequestId)).Status).toBe('SUCCESS'); }
    const throttled = requests(REGION).filter(({ error }) => error === 'ThrottlingException');
    expect(throttled.length).toBeGreaterThan(0);
    expect(throttled.length).toBeLessThanOrEqual(60);
    expect(requests(REGION).length - throttled.length).toBe(120);
  });

  test('the crowd is presumed where it cannot be counted', async () => {
    world = await World.start();
    const executions = world.ports.executions('');
    Object.assign(world.ports, {
      executions: () => ({ ...executions, list: async () => { throw new ServiceFault('throttled', 'ListExecutions', REGION, 'ThrottlingException', ''); } }),
    });
    world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.throttle() });
    const began = world.clock.now();
    expect((await world.create()).Status).toBe('SUCCESS');
    const [first, second] = requests(REGION).map(({ time }) => (time - began) / 1000);
    expect(second - first).toBeGreaterThan(2 + 2 + 4 + 8);
  });
});

describe('a look at a replica', () => {
  let world: World;
  afterEach(() => world.close());
  const looks = () => world.takeRequests().filter(request => request.startsWith('GetKey'));

  test.each(['AccessDeniedException', 'InternalServerException'] as const)('that ends with %s leaves the primary to be asked', async type => {
    world = await World.start({ replicationDelay: 5 });
    world.emulator.faults.add({ operation: 'GetKey', region: 'us-west-2', effect: { kind: 'error', type } });
    expect((await world.create()).Status).toBe('SUCCESS');
    const [first, ...others] = looks();
    expect(first).toContain(`GetKey us-west-2 !${type}`);
    expect(new Set(others)).toEqual(new Set([`GetKey ${REGION}`]));
  });

  test.each(['ResourceNotFoundException', 'CREATE_IN_PROGRESS'] as const)('that shows %s waits on, and asks the primary hardly ever', async replicaBeforeSynchronization => {
    world = await World.start({ replicationDelay: 60, switches: { replicaBeforeSynchronization } });
    expect((await world.create()).Status).toBe('SUCCESS');
    const all = looks();
    expect(all.filter(request => request === `GetKey ${REGION}`).length).toBeLessThanOrEqual(4);
    expect(all.slice(-2).map(request => request.split(' ')[1])).toEqual(['us-west-2', REGION]);
  });

  test('comes after an eighth of what was waited for, and in a crowd when all have begun', () => {
    expect([0, 2, 16, 40, 80, 400].map(waited => secondsUntilLook(waited, 0, 1))).toEqual([2, 2, 2, 5, 10, 30]);
    expect([0, 34, 400].map(waited => secondsUntilLook(waited, 34, 2))).toEqual([34, 17, 30]);
  });
});
