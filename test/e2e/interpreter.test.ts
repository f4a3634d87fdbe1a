import { CreateStateMachineCommand, DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { ScriptedEngine, startScriptedEngine } from './engine/scripted-engine';
import { Deed } from './engine/scripted-function';
import { stateMachineDefinition } from '../../src/provider/state-machine';
import { VirtualClock } from '../emulator';
import { StateMachine, TaskError } from '../lifecycle/state-machine';

const REGION = 'us-east-1';

/** What the function does when it is called for the first time, the second time, and so on. */
type Act = { readonly state: object } | { readonly throws: string };

const PAST = '2020-01-01T00:00:00.000Z';
const FUTURE = '2999-01-01T00:00:00.000Z';
const state = (more: object) => ({ state: { overdueAt: FUTURE, waitSeconds: 0, next: 'step', ...more } });

/** Lives of one execution of the provider's own state machine. */
const CASES: Readonly<Record<string, { readonly input?: object; readonly acts: readonly Act[] }>> = {
  'an answer at once': { acts: [state({ turn: 1, next: 'respond' }), state({})] },
  'an end without an answer': { acts: [state({ turn: 1, next: 'end' })] },
  'several turns, with and without a wait': {
    acts: [state({ turn: 1 }), state({ turn: 2, waitSeconds: 3 }), state({ turn: 3, next: 'respond' }), state({})],
  },
  'a step that did not run is taken again': { acts: [{ throws: 'Lambda.TooManyRequestsException' }, state({ next: 'respond' }), state({})] },
  'a step that may have run is taken again': { acts: [{ throws: 'Broken' }, state({ turn: 1, next: 'respond' }), state({})] },
  'what a step forgets is forgotten': { acts: [state({ turn: 1, extra: { deep: ['x'] } }), state({ turn: 2, next: 'respond' }), state({})] },
  'the delivery of an answer is repeated, and its result is nobody\'s': {
    acts: [state({ next: 'respond' }), { throws: 'Refused' }, { throws: 'Refused' }, state({ next: 'end' })],
  },
  'steps that never run end it when it is overdue': { input: { overdueAt: PAST }, acts: [{ throws: 'Broken' }] },
};

interface Life {
  /** What the function was given. */
  readonly given: object[];
  readonly status: string;
  readonly output?: unknown;
}

const INPUT = { overdueAt: FUTURE, turn: 0 };
const called = ({ task, state: given }: any) => ({ task, state: given });

let scripted: ScriptedEngine;
let stateMachineArn: string;

beforeAll(async () => {
  scripted = await startScriptedEngine(REGION);
  ({ stateMachineArn } = await scripted.sfn.send(new CreateStateMachineCommand({
    name: 'provider', roleArn: 'arn:aws:iam::000000000000:role/any', definition: JSON.stringify(stateMachineDefinition(scripted.functionArn)),
  })) as { stateMachineArn: string });
  await scripted.engine.setWaitScale(0);
}, 120_000);
beforeEach(() => scripted.fn.reset());
afterAll(async () => scripted?.stop());

async function onTheEngine(name: string, input: object, acts: readonly Act[]): Promise<Life> {
  const { fn, sfn } = scripted;
  fn.script = () => deed(acts[fn.calls.length - 1]);
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
  for (;;) {
    const { status, output } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== 'RUNNING') { return { given: fn.calls.map(called), status: status!, ...status === 'SUCCEEDED' && { output: JSON.parse(output!) } }; }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

function deed(act: Act | undefined): Deed {
  if (!act) { throw new Error('the function was called once more than the case says'); }
  return 'throws' in act ? { throws: { name: act.throws, message: 'no' } } : { result: act.state };
}

async function inTheInterpreter(name: string, input: object, acts: readonly Act[]): Promise<Life> {
  const given: object[] = [];
  const machine = new StateMachine(stateMachineDefinition('arn:aws:lambda:::function:handler') as any, new VirtualClock(Date.now()), async payload => {
    given.push(called(JSON.parse(JSON.stringify(payload))));
    const act = acts[given.length - 1];
    if ('throws' in act) { throw new TaskError(act.throws, 'no'); }
    return act.state;
  });
  machine.start(name, input);
  while (await machine.runNext()) { /* until it has ended */ }
  const [execution] = machine.executions;
  return { given, status: execution.status, ...execution.status === 'SUCCEEDED' && { output: execution.data } };
}

test.each(Object.entries(CASES))('the interpreter of the lifecycle tests lives as the engine does: %s', async (name, { input, acts }) => {
  const begun = { ...INPUT, ...input };
  const executionName = name.replace(/\W+/g, '-');
  const [theirs, ours] = [await onTheEngine(executionName, begun, acts), await inTheInterpreter(executionName, begun, acts)];
  expect(ours).toEqual(theirs);
  expect(ours.given.length).toBe(acts.length);
}, 60_000);
