import { randomUUID } from 'crypto';
import { STEP_TASK } from '../../src/provider/contract/tasks';
import { ExecutionState } from '../../src/provider/handler/execution-state';
import { handlerFor } from '../../src/provider/handler/handler';
import { slowedDown, Pace, partAt, slower } from '../../src/provider/handler/pace';
import { ServiceFault } from '../../src/provider/handler/service-fault';
import { effects } from '../emulator';
import { CVK, REGION, World } from '../lifecycle/world';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
const pace = (part: number): Pace => ({ part, at: at(0).toISOString() });

describe('a pace', () => {
  test('of which nothing is known is the whole one', () => expect(partAt(at(0))).toBe(1));

  test.each([[0, 0.25], [60, 0.25 * Math.SQRT2], [120, 0.5], [240, 1], [1000, 1]])('after %d s is %d', (seconds, part) =>
    expect(partAt(at(seconds), pace(0.25))).toBeCloseTo(part));

  test.each([
    ['is halved once a second request in turn is throttled', 10, true, pace(1), 0.5],
    ['and again', 0, true, pace(0.25), 0.125],
    ['but not below a sixteenth', 0, true, pace(1 / 16), 1 / 16],
    ['stays after the first one', 0, true, undefined, 1],
    ['stays after the first one for a while, as it is by then', 120, true, pace(0.25), 0.5],
    ['stays after one out of turn', 0, false, pace(0.25), 0.25],
  ] as const)('%s', (_, seconds, inTurn, before, part) =>
    expect(slowedDown(at(seconds), inTurn, before)).toEqual({ part, at: at(seconds).toISOString() }));

  test('is the slower of two by now', () => {
    const [old, young] = [pace(0.25), { part: 0.4, at: at(120).toISOString() }];
    expect(slower(at(120), old, young)).toBe(young);
    expect(slower(at(120), young, old)).toBe(young);
    expect(slower(at(0), pace(0.5), undefined)).toEqual(pace(0.5));
  });

  test('is the later of equals, which tells when a request was throttled last', () => {
    const [old, young] = [pace(1), { part: 1, at: at(10).toISOString() }];
    expect(slower(at(20), old, young)).toBe(young);
    expect(slower(at(20), young, old)).toBe(young);
  });

  test('that is whole again, and throttled by chance, is forgotten', () => {
    expect(slower(at(30), pace(1))).toEqual(pace(1));
    expect(slower(at(31), pace(1))).toBeUndefined();
    expect(slower(at(119), pace(0.5))).toEqual(pace(0.5));
    expect(slower(at(120), pace(0.5))).toBeUndefined();
  });
});

describe('the turns of a stack', () => {
  let world: World;
  beforeEach(async () => { world = await World.start({ tps: Infinity }); });
  afterEach(() => world.close());

  const now = () => new Date(world.clock.now());

  /** A request in its turn, about to create its key. */
  async function about(changes: Partial<ExecutionState> = {}): Promise<ExecutionState> {
    const requestId = randomUUID();
    await world.handler(world.event(CVK, { requestId, logicalId: `Key${requestId}` }));
    const started = world.stateMachine.executions.find(({ input }) => input.includes(requestId))!;
    return step({ ...JSON.parse(started.input), round: { seconds: 30, countedAt: now().toISOString() }, ...changes }, 'another function');
  }

  /** By the function that remembers, or by one that never met anybody. */
  async function step(state: ExecutionState, by: 'the function' | 'another function' = 'the function'): Promise<ExecutionState> {
    const handler = by === 'the function' ? world.handler : handlerFor(world.ports);
    return await handler({ task: STEP_TASK, state, startedAt: state.startedAt }) as ExecutionState;
  }

  const throttle = () => world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.throttle() });

  test('come more slowly once requests are throttled in their turns', async () => {
    throttle();
    const after = await step(await about());
    expect(after.setback?.throttled).toBe(true);
    expect(after.pace).toEqual({ part: 1, at: now().toISOString() });
    throttle();
    expect((await step(await about())).pace).toEqual({ part: 0.5, at: now().toISOString() });
  });

  test('and not since some were throttled that had waited for none', async () => {
    for (let index = 0; index < 3; index += 1) {
      throttle();
      const after = await step(await about({ round: undefined }));
      expect(after.setback?.throttled).toBe(true);
      expect(after.pace).toEqual({ part: 1, at: now().toISOString() });
    }
  });

  test('nor since a request in its turn failed otherwise', async () => {
    const state = await about();
    world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.accessDenied() });
    const after = await step(state);
    expect(after.setback).toBeDefined();
    expect(after.pace).toBeUndefined();
  });

  test('nor since the quota of another Region is spent', async () => {
    let state = await step(await about());
    while (!state.waitingFor.includes('IN_PROGRESS')) { state = await step(state); }
    world.emulator.faults.add({ operation: 'GetKey', region: 'us-west-2', times: 1, effect: effects.throttle() });
    const after = await step(state);
    expect(after.setback?.reason).toContain('us-west-2');
    expect(after.pace).toBeUndefined();
  });

  test('nor since what is undone was throttled, which is tried again soon', async () => {
    const created = await step(await about({ round: { seconds: 1000, countedAt: now().toISOString() } }));
    world.emulator.faults.add({ operation: 'DeleteKey', effect: effects.throttle() });
    let state: ExecutionState = { ...created, failure: 'it failed' };
    for (let index = 0; index < 4; index += 1) {
      state = await step(state);
      expect(state.waitSeconds).toBeLessThanOrEqual(30);
    }
    expect(state.setback?.count).toBeGreaterThan(1);
    expect(state.pace).toBeUndefined();
  });

  test('nor since another service was asked too often', async () => {
    const { PhysicalResourceId } = await world.create();
    const requestId = randomUUID();
    await world.handler(world.event({}, { requestId, type: 'Delete', physicalId: PhysicalResourceId }));
    const { input } = world.stateMachine.executions.find(execution => execution.input.includes(requestId))!;
    Object.assign(world.ports, {
      executions: () => ({
        list: async () => { throw new ServiceFault('throttled', 'ListExecutions', REGION, 'ThrottlingException', 'Rate exceeded'); },
      }),
    });
    const after = await step({ ...JSON.parse(input), round: { seconds: 30, countedAt: now().toISOString() } });
    expect(after.setback).toMatchObject({ count: 1, reason: expect.stringContaining('ListExecutions') });
    expect(after.setback?.throttled).toBeUndefined();
    expect(after.pace).toBeUndefined();
  });

  test('come more slowly for all whom the function meets afterwards, and whom these meet', async () => {
    const [first, second, third] = [await about(), await about(), await about()];
    throttle();
    await step({ ...first, pace: { part: 1, at: now().toISOString() } });
    const told = await step(second);
    expect(told.pace).toEqual({ part: 0.5, at: now().toISOString() });
    expect((await step(told, 'another function')).pace?.part).toBe(0.5);
    expect((await step(third, 'another function')).pace).toBeUndefined();
  });

  const slow = (state: ExecutionState, part = 1 / 16) => ({ ...state, pace: { part, at: now().toISOString() } });

  test('are let pass by so many that the pace is kept, and these come again within the round of those that are left', async () => {
    const states = [];
    for (let index = 0; index < 120; index += 1) { states.push(await step(slow(await about(), 0.25), 'another function')); }
    expect(world.keys().length).toBe(120);
    const passing = states.filter(({ letsPass }) => letsPass);
    expect(passing.length).toBeGreaterThan(75);
    expect(passing.length).toBeLessThan(105);

    world.clock.advance(31);
    world.emulator.log.clear();
    const after = [];
    for (const state of passing) { after.push(await step(state, 'another function')); }
    expect(world.takeRequests()).toEqual([]);
    // 120 executions, at three requests a second.
    expect(new Set(after.map(({ round }) => round?.seconds))).toEqual(new Set([40]));
    expect(after.every(({ waitSeconds }) => waitSeconds >= 1 && waitSeconds <= 40)).toBe(true);
    expect(new Set(after.map(({ waitSeconds }) => waitSeconds)).size).toBeGreaterThan(20);
  });

  test('are taken by who only goes on, and once the deadline is near', async () => {
    const letsPass = async (deadlineInSeconds: number) => {
      const states = [];
      for (let index = 0; index < 20; index += 1) {
        const deadline = new Date(world.clock.now() + deadlineInSeconds * 1000).toISOString();
        states.push(await step(slow(await about({ deadline })), 'another function'));
      }
      return states.filter(state => state.letsPass).length;
    };
    for (let index = 0; index < 20; index += 1) {
      expect(await about({ pace: { part: 1 / 16, at: now().toISOString() } })).toMatchObject({ waitSeconds: 0, letsPass: undefined });
    }
    // The first look at a new key comes after a round of 30 s.
    expect(await letsPass(170)).toBeGreaterThan(10);
    expect(await letsPass(140)).toBe(0);
  });

  describe('of which the next is let pass', () => {
    const passing = async (changes: Partial<ExecutionState> = {}) => ({ ...await about(), letsPass: true, ...changes });
    const uncountable = () => {
      const executions = world.ports.executions('');
      const list = jest.fn(async () => { throw new ServiceFault('throttled', 'ListExecutions', REGION, 'ThrottlingException', ''); });
      Object.assign(world.ports, { executions: () => ({ ...executions, list }) });
      return list;
    };

    test('keep the round where nobody can be counted, and leave it at that for a while', async () => {
      const state = await passing();
      const list = uncountable();
      world.clock.advance(31);
      const after = await step(state);
      expect(after.round).toEqual({ seconds: 30, countedAt: now().toISOString() });
      await step({ ...after, letsPass: true });
      expect(list).toHaveBeenCalledTimes(1);
    });

    test('come in the round that another execution counted later', async () => {
      const [first, second] = [await passing(), await about()];
      world.clock.advance(31);
      const counted = await step(first);
      expect(counted.round).toEqual({ seconds: 1, countedAt: now().toISOString() });
      expect((await step(second)).round).toEqual(counted.round);
      expect((await step({ ...second, round: undefined })).round).toBeUndefined();
    });

    test('come in that round rather than in one that was presumed', async () => {
      const state = await about({ round: undefined });
      world.clock.advance(1);
      const counted = { seconds: 7, countedAt: now().toISOString() };
      world.clock.advance(1);
      uncountable();
      const presumed = await step({ ...state, setback: { count: 5, reason: 'Rate exceeded', throttled: true } });
      expect(presumed.round?.seconds).toBe(100);
      await step(await about({ round: counted }));
      expect((await step(presumed)).round).toEqual(counted);
    });

    const interruption = { Error: 'Lambda.Unknown', Cause: 'it ended' };

    test('make no call, so it does not matter whether their steps come back', async () => {
      const after = await step(await passing({ interruption }));
      expect(after.doubt).toBeUndefined();
      expect((await step(after)).waitingFor).toContain('replication');
      expect(world.keys().length).toBe(1);
    });

    test('keep in mind that an earlier step did not come back, whatever becomes of theirs', async () => {
      const denied = { Error: 'Lambda.AWSLambdaException', Cause: 'Error Code: AccessDeniedException' };
      const after = await step(await passing({ doubt: true, interruption: denied }));
      expect(after.doubt).toBe(true);
      await step({ ...after, letsPass: undefined });
      expect(world.keys()).toEqual([]);
    });

    test('are taken to undo: there is little time', async () => {
      const created = await step(await about());
      world.emulator.log.clear();
      await step({ ...created, letsPass: true, failure: 'it failed' });
      expect(world.takeRequests().length).toBeGreaterThan(0);
    });
  });
});
