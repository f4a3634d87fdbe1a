import { randomUUID } from 'crypto';
import { STEP_TASK } from '../../src/provider/contract/tasks';
import { ExecutionState } from '../../src/provider/handler/execution-state';
import { handlerFor } from '../../src/provider/handler/handler';
import { afterThrottling, Pace, partAt, slower } from '../../src/provider/handler/pace';
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
    expect(afterThrottling(at(seconds), inTurn, before)).toEqual({ part, at: at(seconds).toISOString() }));

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
    return await handler({ task: STEP_TASK, state, startedAt: now().toISOString() }) as ExecutionState;
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

  test('are let pass by so many that the pace is kept, and these come again within the round of those that are left', async () => {
    const states = [];
    for (let index = 0; index < 120; index += 1) { states.push(await about()); }
    world.clock.advance(31);
    world.emulator.log.clear();
    const after = [];
    for (const state of states) { after.push(await step({ ...state, pace: { part: 0.25, at: now().toISOString() } }, 'another function')); }
    const created = world.keys().length;
    expect(created).toBeGreaterThan(15);
    expect(created).toBeLessThan(45);
    expect(world.takeRequests().length).toBe(created);
    const passed = after.filter(({ memory }) => !('keyArn' in memory));
    expect(passed.length).toBe(states.length - created);
    // 120 executions, at three requests a second.
    expect(new Set(passed.map(({ round }) => round?.seconds))).toEqual(new Set([40]));
    expect(passed.every(({ waitSeconds }) => waitSeconds >= 1 && waitSeconds <= 40)).toBe(true);
    expect(new Set(passed.map(({ waitSeconds }) => waitSeconds)).size).toBeGreaterThan(20);
  });

  describe('of which the next is let pass', () => {
    const slow = (state: ExecutionState) => ({ ...state, pace: { part: 1 / 16, at: now().toISOString() } });

    /** One of the next turns, of which nearly all are. */
    async function passed(state: ExecutionState, isPassed: (after: ExecutionState) => boolean): Promise<ExecutionState> {
      for (let turn = state.turn; turn < state.turn + 20; turn += 1) {
        world.emulator.log.clear();
        const after = await step(slow({ ...state, turn }), 'another function');
        if (isPassed(after)) { return after; }
      }
      throw new Error('every turn was taken');
    }

    const uncountable = () => {
      const executions = world.ports.executions('');
      const list = jest.fn(async () => { throw new ServiceFault('throttled', 'ListExecutions', REGION, 'ThrottlingException', ''); });
      Object.assign(world.ports, { executions: () => ({ ...executions, list }) });
      return list;
    };
    const withoutRequest = () => world.emulator.log.entries.length === 0;

    test('keep the round where nobody can be counted, and leave it at that for a while', async () => {
      const state = await about();
      const list = uncountable();
      world.clock.advance(31);
      const after = await passed(state, withoutRequest);
      expect(after.round).toEqual({ seconds: 30, countedAt: now().toISOString() });
      expect(list).toHaveBeenCalledTimes(1);
      await passed(after, withoutRequest);
      expect(list).toHaveBeenCalledTimes(1);
    });

    test('come in the round that another execution counted later', async () => {
      const [first, second] = [await about(), await about()];
      world.clock.advance(31);
      const counted = await passed(first, withoutRequest);
      expect(counted.round).toEqual({ seconds: 1, countedAt: now().toISOString() });
      await step(counted);
      expect((await step(second)).round).toEqual(counted.round);
      expect((await step({ ...second, round: undefined })).round).toBeUndefined();
    });

    test('keep in mind that a step did not come back', async () => {
      const interruption = { Error: 'Lambda.Unknown', Cause: 'it ended' };
      const state = await about();
      world.clock.advance(31);
      // Only who lets a turn pass counts again.
      expect((await passed({ ...state, interruption }, ({ round }) => round?.seconds === 0)).interruption).toEqual(interruption);
    });

    test('are all taken to undo: there is little time', async () => {
      const state = await about();
      const created = await step(state, 'another function');
      expect(world.keys().length).toBe(1);
      for (let turn = created.turn; turn < created.turn + 30; turn += 1) {
        world.emulator.log.clear();
        await step(slow({ ...created, turn, failure: 'it failed' }), 'another function');
        expect(world.emulator.log.entries.length).toBeGreaterThan(0);
      }
    });
  });
});
