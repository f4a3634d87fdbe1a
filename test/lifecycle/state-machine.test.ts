import { VirtualClock } from '../emulator';
import { Definition } from './state-language';
import { StateMachine, TaskError } from './state-machine';
import { stateMachineDefinition } from '../../src/provider/state-machine';

/** Every kind of state and every member of it that the provider's definition uses. */
describe('the interpreter', () => {
  const clock = new VirtualClock();
  const run = async (definition: object, input: object, invoke: (payload: any) => unknown = () => ({})) => {
    const machine = new StateMachine(definition as Definition, clock, async payload => invoke(payload));
    machine.start('one', input);
    const begun = clock.now();
    while (await machine.runNext()) { /* to the end */ }
    return { ...machine.executions[0], seconds: (clock.now() - begun) / 1000 };
  };
  const task = { Type: 'Task', Resource: 'arn', Parameters: { 'kind': 'k', 'all.$': '$', 'part.$': '$.a.b' } };
  const failing = (name: string, times: number) => {
    let left = times;
    return () => {
      left -= 1;
      if (left >= 0) { throw new TaskError(name, 'because'); }
      return { well: true };
    };
  };

  test('Task: fills its parameters, and its result is the next input', async () => {
    const payloads: unknown[] = [];
    const { data, status } = await run({ StartAt: 'T', States: { T: { ...task, End: true } } }, { a: { b: 1 } }, payload => {
      payloads.push(payload);
      return { r: 2 };
    });
    expect(payloads).toEqual([{ kind: 'k', all: { a: { b: 1 } }, part: 1 }]);
    expect({ data, status }).toEqual({ data: { r: 2 }, status: 'SUCCEEDED' });
  });

  test('Task: a ResultPath of null keeps the input', async () => {
    expect((await run({ StartAt: 'T', States: { T: { ...task, ResultPath: null, End: true } } }, { a: {} }, () => ({ r: 2 }))).data).toEqual({ a: {} });
  });

  const retrying = { ...task, End: true, Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 3 }] };

  test('Retry: waits ever longer, for the errors it names', async () => {
    expect(await run({ StartAt: 'T', States: { T: retrying } }, {}, failing('Busy', 3))).toMatchObject({ status: 'SUCCEEDED', seconds: 2 + 4 + 8 });
    expect(await run({ StartAt: 'T', States: { T: retrying } }, {}, failing('Busy', 4))).toMatchObject({ status: 'FAILED' });
    expect(await run({ StartAt: 'T', States: { T: retrying } }, {}, failing('Other', 1))).toMatchObject({ status: 'FAILED', seconds: 0 });
  });

  test('Catch: after the retries, with the error in its ResultPath', async () => {
    const States = { T: { ...retrying, Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'F' }] }, F: { Type: 'Fail' } };
    expect(await run({ StartAt: 'T', States }, { kept: 1 }, failing('Busy', 9))).toMatchObject({
      status: 'FAILED', state: 'F', seconds: 14, data: { kept: 1, error: { Error: 'Busy', Cause: 'because' } },
    });
  });

  test('States.ALL does not catch what no wildcard catches', async () => {
    const States = { T: { ...task, End: true, Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'T' }] } };
    expect(await run({ StartAt: 'T', States }, {}, failing('States.DataLimitExceeded', 1))).toMatchObject({ status: 'FAILED', state: 'T' });
  });

  test.each([
    [{ Variable: '$.x', IsPresent: true }, { x: 0 }, {}],
    [{ Variable: '$.x', NumericGreaterThan: 0 }, { x: 1 }, { x: 0 }],
    [{ Variable: '$$.State.EnteredTime', TimestampGreaterThanPath: '$.x' }, { x: '2000-01-01T00:00:00Z' }, { x: '2999-01-01T00:00:00Z' }],
  ])('Choice: %j', async (choice, applies, doesNot) => {
    const definition = { StartAt: 'C', States: { C: { Type: 'Choice', Choices: [{ ...choice, Next: 'Yes' }], Default: 'No' }, Yes: { Type: 'Fail' }, No: { Type: 'Fail' } } };
    expect((await run(definition, applies)).state).toBe('Yes');
    expect((await run(definition, doesNot)).state).toBe('No');
  });

  test.each([[{ Seconds: 7 }], [{ SecondsPath: '$.s' }]])('Wait: %j', async wait => {
    expect((await run({ StartAt: 'W', States: { W: { Type: 'Wait', ...wait, Next: 'F' }, F: { Type: 'Fail' } } }, { s: 7 })).seconds).toBe(7);
  });

  test('a name is taken for ever, also for the same input once its execution has ended', async () => {
    const machine = new StateMachine({ StartAt: 'F', States: { F: { Type: 'Fail' } } }, clock, async () => ({}));
    expect([machine.start('one', {}), machine.start('one', {}), machine.start('one', { other: 1 })]).toEqual([true, true, false]);
    expect(machine.executions).toHaveLength(1);
    while (await machine.runNext()) { /* to the end */ }
    expect(machine.start('one', {})).toBe(false);
  });

  test('takes the provider\'s definition as it is', () => {
    expect(() => new StateMachine(stateMachineDefinition('arn') as Definition, clock, async () => ({}))).not.toThrow();
  });

  const definition = (State: object) => ({ StartAt: 'S', States: { S: State } });
  test.each([
    ['another type', definition({ Type: 'Parallel', End: true })],
    ['a member of a state', definition({ ...task, End: true, ResultSelector: {} })],
    ['a member of a retrier', definition({ ...task, End: true, Retry: [{ ErrorEquals: [], MaxDelaySeconds: 5 }] })],
    ['a member of a catcher', definition({ ...task, End: true, Catch: [{ ErrorEquals: [], ResultPath: '$.e', Next: 'S', Output: {} }] })],
    ['a comparison', definition({ Type: 'Choice', Choices: [{ Variable: '$.x', StringMatches: 'a*', Next: 'S' }], Default: 'S' })],
    ['two comparisons', definition({ Type: 'Choice', Choices: [{ Variable: '$.x', IsPresent: true, NumericGreaterThan: 1, Next: 'S' }], Default: 'S' })],
    ['a result path', definition({ ...task, End: true, ResultPath: '$.r' })],
    ['a member of the whole', { ...definition({ Type: 'Fail' }), TimeoutSeconds: 5 }],
    ['a state that is not there', definition({ Type: 'Wait', Seconds: 1, Next: 'Nowhere' })],
    ['a task without an end', definition(task)],
  ])('refuses %s', (_, given) => {
    expect(() => new StateMachine(given as Definition, clock, async () => ({}))).toThrow('not interpreted');
  });
});
