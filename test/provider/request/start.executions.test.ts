import { serviceTimeoutInMinutes } from '../../../src/provider/contract/envelope';
import { ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { StartRefused } from '../../../src/provider/handler/request/executions';
import { World } from '../../lifecycle/world';

describe('the execution of a request', () => {
  let world: World;
  beforeEach(async () => { world = await World.start(); });
  afterEach(() => world.close());
  const names = () => world.stateMachine.executions.map(({ name }) => name);
  const input = () => JSON.parse(world.stateMachine.executions[0].input);

  test.each(['r'.repeat(56), 'r'.repeat(57), 'r'.repeat(2000), 'with space', 'x/y', 'ü', '-', 'line\nline', '.x', 'x:'])(
    'has a name that fits Step Functions, and is of request %j alone', async requestId => {
      await world.handler(world.event({}, { requestId }));
      await world.handler(world.event({}, { requestId: `${requestId}2`, logicalId: 'Other' }));
      await world.handler(world.event({}, { requestId, logicalId: 'Third' }));
      expect(new Set(names()).size).toBe(3);
      names().forEach(name => expect(name).toMatch(/^[A-Za-z0-9-]{18,80}$/));
    });

  test('carries names and numbers, and nothing of what was sent', async () => {
    await world.request(world.event({ Tags: { team: 'cards' } }, { requestId: 'r1' }));
    const [{ input: json, history }] = world.stateMachine.executions;
    expect(JSON.parse(json)).toEqual({ item: 'Cvk', request: 'r1', overdueAt: expect.any(String), turn: 0, waitSeconds: 0, next: 'step' });
    const members = new Set(history.flatMap(text => Object.keys(JSON.parse(text))));
    expect([...members].sort()).toEqual(['item', 'next', 'overdueAt', 'request', 'turn', 'waitSeconds']);
  });

  test.each([1, 9, 10, 11, 30, 55])('lets a request with a time-out of %d minutes work, roll back and be answered before CloudFormation stops waiting', async minutes => {
    for (const type of ['Create', 'Update', 'Delete'] as const) {
      const begun = world.clock.now();
      await world.handler(world.event({ ReplicationTimeoutInMinutes: minutes }, { type, logicalId: type, ...type === 'Create' ? {} : { physicalId: 'nothing-created/x' } }));
      const item = world.ledger.items.get(type)!;
      const until = (time: string) => (Date.parse(time) - begun) / 60_000;
      const work = until(item.request.deadline);
      // Nothing is there to be deleted, so the least time is enough, whatever is declared.
      expect(work).toBeCloseTo(type === 'Delete' ? 10 + 2 : minutes + 1, 2);
      expect(until(JSON.parse(world.stateMachine.executions.at(-1)!.input).overdueAt)).toBeGreaterThanOrEqual(work + 2);
      expect(until(JSON.parse(world.stateMachine.executions.at(-1)!.input).overdueAt)).toBeLessThan(serviceTimeoutInMinutes(minutes));
    }
    expect(serviceTimeoutInMinutes(minutes)).toBeLessThanOrEqual(60);
  });

  test('L9: is another one, if the first has ended although the request has no answer', async () => {
    const event = world.event({});
    await world.handler(event);
    world.stateMachine.executions[0].status = 'ABORTED';
    await world.handler(event);
    expect(names()).toEqual([names()[0], `${names()[0]}-2`]);
    expect((await world.answerTo(event.RequestId)).Status).toBe('SUCCESS');
    expect(world.keys()).toHaveLength(1);
  });

  test('L9: is not started again while it runs', async () => {
    const event = world.event({});
    await world.handler(event);
    await world.handler(event);
    expect(names()).toHaveLength(1);
    expect(input().request).toBe(event.RequestId);
  });

  test('L9: that cannot be started for good is answered FAILED, and nothing was made', async () => {
    world.startFault = new StartRefused('the state machine could not be started: StateMachineDoesNotExist: gone', false);
    const event = world.event({});
    await world.handler(event);
    const [answer] = world.answers.get(event.RequestId)!;
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('StateMachineDoesNotExist'), PhysicalResourceId: `nothing-created/${event.RequestId}` });
    world.startFault = undefined;
    await world.handler(event);
    expect(world.answers.get(event.RequestId)!.map(({ body }) => body)).toEqual([answer.body, answer.body]);
    expect(world.keys()).toEqual([]);
    expect((await world.remove(answer.PhysicalResourceId)).Status).toBe('SUCCESS');
  });

  describe('L9: a fault that passes', () => {
    const dated = (secondsAgo: number) => {
      const event = world.event({});
      const date = new Date(world.clock.now() - secondsAgo * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
      return { ...event, ResponseURL: `${event.ResponseURL}&X-Amz-Date=${date}&X-Amz-Expires=7200` };
    };
    const unreachable = () => { throw new ServiceFault('accessDenied', 'dynamodb', 'GetItem', 'us-east-1', 'AccessDeniedException', 'not yet'); };

    test.each<[string, () => void]>([
      ['the table is denied', () => { world.ledger.read = unreachable; }],
      ['the state machine is denied', () => { world.startFault = new StartRefused('denied', true); }],
      ['the state machine does not answer', () => { world.startFault = new ServiceFault('unknownOutcome', 'states', 'StartExecution', 'us-east-1', 'TimeoutError', ''); }],
    ])('%s: thrown, so that Lambda delivers again', async (_, fail) => {
      fail();
      const event = dated(0);
      const begun = world.clock.now();
      await expect(world.handler(event)).rejects.toThrow();
      expect(world.answers.size).toBe(0);
      expect(world.clock.now() - begun).toBeGreaterThanOrEqual(30_000);
      expect(world.clock.now() - begun).toBeLessThan(50_000);
      world.startFault = undefined;
      delete (world.ledger as any).read;
      expect((await world.request(event)).Status).toBe('SUCCESS');
      expect(world.keys()).toHaveLength(1);
    });

    test('for longer than 150 seconds: answered FAILED, with the outcome unknown', async () => {
      world.ledger.read = unreachable;
      const event = dated(150);
      await world.handler(event);
      expect(world.answers.get(event.RequestId)![0]).toMatchObject({
        Status: 'FAILED', Reason: 'GetItem in us-east-1: AccessDeniedException: not yet', PhysicalResourceId: `outcome-unknown/${event.RequestId}`,
      });
    });
  });

  test('a bug before anything was begun is answered, not thrown', async () => {
    const event = world.event({});
    Object.assign(world.ports, { now: () => { throw new TypeError('x is undefined'); } });
    await world.handler(event);
    expect(world.answers.get(event.RequestId)![0]).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('internal error of cdk-multi-region-payment-keys') });
  });

  test('large properties stand in an item of their own, so that the other writes stay small', async () => {
    const ResourcePolicy = JSON.stringify({ Statement: [{ Sid: 'x'.repeat(3_000), Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: 'payment-cryptography:EncryptData', Resource: '*' }] });
    expect((await world.create({ ResourcePolicy })).Status).toBe('SUCCESS');
    expect(world.ledger.items.get('Cvk')!.request.properties).toEqual({ kind: 'stored', id: expect.stringMatching(/^Cvk\/properties\//), digests: expect.anything() });
    const items = world.ledger.writes.filter(({ what }) => what === 'item Cvk').map(({ bytes }) => bytes);
    expect(Math.max(...items)).toBeLessThan(4_096);
  });
});
