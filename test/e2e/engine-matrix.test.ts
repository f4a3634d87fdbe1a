/**
 * What our tests rely on in the local engine, as patched by launcher.py. The last group holds what is known to
 * differ from AWS: a test there that fails says that the engine has changed.
 */
import {
  CreateStateMachineCommand, DescribeExecutionCommand, GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient, StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { DeployedStack, eventLines } from './engine/cloud-formation';
import { LocalEngine } from './engine/local-engine';
import { ScriptedEngine, startScriptedEngine } from './engine/scripted-engine';
import { Call, Deed, ScriptedFunction } from './engine/scripted-function';

const REGION = 'us-east-1';

let scripted: ScriptedEngine;
let engine: LocalEngine;
let fn: ScriptedFunction;
let functionArn: string;
let sfn: SFNClient;
let count = 0;

beforeAll(async () => {
  scripted = await startScriptedEngine(REGION);
  ({ engine, fn, functionArn, sfn } = scripted);
}, 120_000);
beforeEach(() => fn.reset());
afterAll(async () => scripted?.stop());

const pause = async (milliseconds: number): Promise<void> => new Promise(resolve => setTimeout(resolve, milliseconds));
const newStack = (): DeployedStack => new DeployedStack(engine, `row-${count += 1}`, REGION);

/** A custom resource of version V, after others; attributes such as DeletionPolicy go beside its properties. */
function thing(V: unknown, options: { after?: string[]; properties?: object; [attribute: string]: unknown } = {}): object {
  const { after = [], properties = {}, ...attributes } = options;
  return { Type: 'Custom::Thing', DependsOn: after, ...attributes, Properties: { ServiceToken: functionArn, ServiceTimeout: 10, V, ...properties } };
}

const template = (resources: Record<string, object>, more: object = {}): object => ({ Resources: resources, ...more });
const succeeded = (PhysicalResourceId: string, more: object = {}): Deed => ({ answer: { Status: 'SUCCESS', PhysicalResourceId, ...more } });
const failed = (PhysicalResourceId: string, Reason = 'no'): Deed => ({ answer: { Status: 'FAILED', PhysicalResourceId, Reason } });

/** Does this to requests that fit, and leaves the others to the default. */
const on = (fits: Call, deed: Deed | ((call: Call) => Deed)) => (call: Call): Deed | undefined =>
  Object.entries(fits).every(([name, value]) => (name === 'V' ? call.ResourceProperties?.V : call[name]) === value)
    ? typeof deed === 'function' ? deed(call) : deed
    : undefined;

describe('a custom resource', () => {
  test('is created, updated in place and deleted, with its old properties, every primitive a string', async () => {
    const stack = newStack();
    const properties = { Number: 2, Flag: true, Nested: { List: [1, 'a', false] } };
    expect((await stack.create(template({ A: thing('1', { properties }) }))).status).toBe('CREATE_COMPLETE');
    expect((await stack.update(template({ A: thing('2', { properties }) }))).status).toBe('UPDATE_COMPLETE');
    expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
    expect(fn.requests()).toEqual(['Create A V=1', 'Update A(A-1) V=2', 'Delete A(A-1) V=2']);
    expect(fn.calls[1]).toMatchObject({
      ResourceType: 'Custom::Thing',
      ResourceProperties: { V: '2', Number: '2', Flag: 'true', Nested: { List: ['1', 'a', 'false'] } },
      OldResourceProperties: { V: '1' },
    });
  });

  test('gives its attributes to others, and fails the stack for one that it lacks', async () => {
    fn.script = on({ LogicalResourceId: 'A' }, succeeded('A-1', { Data: { Arn: 'arn:a' } }));
    const outputs = (name: string) => ({ Outputs: { Out: { Value: { 'Fn::GetAtt': ['A', name] } } } });
    expect((await newStack().create(template({ A: thing('1') }, outputs('Arn')))).outputs).toEqual({ Out: 'arn:a' });
    expect((await newStack().create(template({ A: thing('1') }, outputs('Nothing')))).status).toBe('ROLLBACK_COMPLETE');
  });

  test('is replaced when its update answers with another id: the old one is deleted in the cleanup', async () => {
    const stack = newStack();
    await stack.create(template({ A: thing('1') }));
    fn.script = on({ RequestType: 'Update' }, succeeded('A-2'));
    expect((await stack.update(template({ A: thing('2') }))).status).toBe('UPDATE_COMPLETE');
    expect(fn.requests()).toEqual(['Create A V=1', 'Update A(A-1) V=2', 'Delete A(A-1) V=1']);
  });

  test('is deleted when an update takes it out, in the order of dependencies reversed when the stack goes', async () => {
    const stack = newStack();
    await stack.create(template({ A: thing('1'), B: thing('1', { after: ['A'] }), C: thing('1', { after: ['B'] }) }));
    await stack.update(template({ A: thing('1'), B: thing('1', { after: ['A'] }) }));
    await stack.delete();
    expect(fn.requests().slice(3)).toEqual(['Delete C(C-1) V=1', 'Delete B(B-1) V=1', 'Delete A(A-1) V=1']);
  });

  test('is not asked when nothing has changed', async () => {
    const stack = newStack();
    await stack.create(template({ A: thing('1') }));
    await expect(stack.update(template({ A: thing('1') }))).rejects.toThrow('No updates are to be performed');
  });

  test('gets its event again after its function threw', async () => {
    let thrown = 0;
    fn.script = on({ RequestType: 'Create' }, () => (thrown += 1) === 1 ? { throws: { name: 'Error', message: 'once' } } : succeeded('A-1'));
    expect((await newStack().create(template({ A: thing('1') }))).status).toBe('CREATE_COMPLETE');
    expect(new Set(fn.calls.map(({ RequestId }) => RequestId)).size).toBe(1);
    expect(fn.requests()).toEqual(['Create A V=1', 'Create A V=1']);
  });
});

describe('a failed creation', () => {
  test('is deleted by the id in its answer', async () => {
    fn.script = on({ RequestType: 'Create' }, failed('A-failed'));
    expect((await newStack().create(template({ A: thing('1') }))).status).toBe('ROLLBACK_COMPLETE');
    expect(fn.requests()).toEqual(['Create A V=1', 'Delete A(A-failed) V=1']);
  });

  test('that is never answered ends after its ServiceTimeout, and is deleted by an id that is made up', async () => {
    fn.script = on({ RequestType: 'Create' }, {});
    const { status } = await newStack().create(template({ A: thing('1', { properties: { ServiceTimeout: 1 } }) }));
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(fn.requests()).toEqual(['Create A V=1', expect.stringMatching(/^Delete A\(row-\d+-A-[0-9A-F]{12}\) V=1$/)]);
  });

  test('takes what was created before it along', async () => {
    fn.script = on({ RequestType: 'Create', LogicalResourceId: 'B' }, failed('B-failed'));
    expect((await newStack().create(template({ A: thing('1'), B: thing('1', { after: ['A'] }) }))).status).toBe('ROLLBACK_COMPLETE');
    expect(fn.requests()).toEqual(['Create A V=1', 'Create B V=1', 'Delete B(B-failed) V=1', 'Delete A(A-1) V=1']);
  });
});

describe('a failed update', () => {
  test('is rolled back by an update to the properties before', async () => {
    const stack = newStack();
    await stack.create(template({ A: thing('1'), B: thing('1', { after: ['A'] }) }));
    fn.script = on({ LogicalResourceId: 'B', V: '2' }, failed('B-1'));
    expect((await stack.update(template({ A: thing('2'), B: thing('2', { after: ['A'] }) }))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(fn.requests().slice(2)).toEqual(['Update A(A-1) V=2', 'Update B(B-1) V=2', 'Update A(A-1) V=1', 'Update B(B-1) V=1']);
  });

  test('that answers with another id is rolled back on the old one', async () => {
    const stack = newStack();
    await stack.create(template({ A: thing('1') }));
    fn.script = on({ RequestType: 'Update', V: '2' }, failed('A-new'));
    expect((await stack.update(template({ A: thing('2') }))).status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(fn.requests().slice(1)).toEqual(['Update A(A-1) V=2', 'Update A(A-1) V=1']);
  });

  test('whose rollback fails too leaves the stack so', async () => {
    const stack = newStack();
    await stack.create(template({ A: thing('1') }));
    fn.script = on({ RequestType: 'Update' }, failed('A-1'));
    expect((await stack.update(template({ A: thing('2') }))).status).toBe('UPDATE_ROLLBACK_FAILED');
  });

  test('takes away what it had added', async () => {
    const stack = newStack();
    await stack.create(template({ A: thing('1') }));
    fn.script = on({ RequestType: 'Create', LogicalResourceId: 'C' }, failed('C-failed'));
    await stack.update(template({ A: thing('1'), B: thing('1', { after: ['A'] }), C: thing('1', { after: ['B'] }) }));
    expect(fn.requests().slice(1)).toEqual(['Create B V=1', 'Create C V=1', 'Delete C(C-failed) V=1', 'Delete B(B-1) V=1']);
  });
});

describe('a failed deletion', () => {
  test('leaves the stack in DELETE_FAILED with what it needs, and succeeds when it is repeated', async () => {
    const stack = newStack();
    const own = { ...fn.resources(), A: { Type: 'Custom::Thing', Properties: { ServiceToken: { 'Fn::GetAtt': ['Function', 'Arn'] }, V: '1' } } };
    await stack.create(template(own));
    fn.script = on({ RequestType: 'Delete' }, failed('A-1'));
    expect((await stack.delete()).status).toBe('DELETE_FAILED');
    fn.reset();
    expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
    expect(fn.requests()).toEqual(['Delete A(A-1) V=1']);
  });

  test('can be passed over', async () => {
    const stack = newStack();
    await stack.create(template({ A: thing('1') }));
    fn.script = on({ RequestType: 'Delete' }, failed('A-1'));
    await stack.delete();
    expect((await stack.delete({ retain: ['A'] })).status).toBe('DELETE_COMPLETE');
  });
});

describe('DeletionPolicy and UpdateReplacePolicy', () => {
  const policies = [
    { policy: 'Retain', kept: ['stack', 'replacement', 'failed creation'] },
    { policy: 'RetainExceptOnCreate', kept: ['stack', 'replacement'] },
    { policy: 'Delete', kept: [] },
  ];
  test.each(policies)('$policy keeps a resource at: $kept', async ({ policy, kept }) => {
    const A = (V: string) => thing(V, { DeletionPolicy: policy, UpdateReplacePolicy: policy });
    const seen: string[] = [];
    const note = (what: string): void => {
      if (!fn.requests().some(request => request.startsWith('Delete A('))) seen.push(what);
      fn.reset();
    };

    const stack = newStack();
    await stack.create(template({ A: A('1') }));
    await stack.delete();
    note('stack');

    fn.script = on({ RequestType: 'Update' }, succeeded('A-2'));
    const replacing = newStack();
    await replacing.create(template({ A: A('1') }));
    await replacing.update(template({ A: A('2') }));
    note('replacement');

    fn.script = on({ RequestType: 'Create', LogicalResourceId: 'B' }, failed('B-failed'));
    await newStack().create(template({ A: A('1'), B: thing('1', { after: ['A'] }) }));
    note('failed creation');
    expect(seen).toEqual(kept);
  });
});

describe('a state machine', () => {
  const task = (more: object = {}) => ({ Type: 'Task', Resource: functionArn, ...more });

  async function start(definition: object, input: object = {}, name = `execution-${count += 1}`): Promise<string> {
    return startOn(await machine(definition), input, name);
  }

  async function machine(definition: object): Promise<string> {
    const { stateMachineArn } = await sfn.send(new CreateStateMachineCommand({
      name: `machine-${count += 1}`, roleArn: 'arn:aws:iam::000000000000:role/any', definition: JSON.stringify(definition),
    }));
    return stateMachineArn!;
  }

  async function startOn(stateMachineArn: string, input: object, name: string): Promise<string> {
    return (await sfn.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }))).executionArn!;
  }

  async function ended(executionArn: string) {
    for (;;) {
      const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      if (execution.status !== 'RUNNING') return execution;
      await pause(50);
    }
  }

  const outputOf = async (executionArn: string): Promise<unknown> => JSON.parse((await ended(executionArn)).output!);

  test('retries by the name of what the function threw', async () => {
    fn.script = () => fn.calls.length < 3 ? { throws: { name: 'Busy', message: 'later' } } : { result: 'done' };
    const retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 }];
    await engine.setWaitScale(0);
    expect(await outputOf(await start({ StartAt: 'S', States: { S: task({ Retry: retry, End: true }) } }))).toBe('done');
    await engine.setWaitScale(1);
    expect(fn.calls).toHaveLength(3);
  });

  test('catches an error beside its state, and waits as long as the state says', async () => {
    fn.script = () => ({ throws: { name: 'Broken', message: 'no' } });
    const begin = Date.now();
    const output = await outputOf(await start({
      StartAt: 'S',
      States: {
        S: task({ Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.interruption', Next: 'W' }], End: true }),
        W: { Type: 'Wait', SecondsPath: '$.waitSeconds', End: true },
      },
    }, { waitSeconds: 1 }));
    expect(output).toMatchObject({ waitSeconds: 1, interruption: { Error: 'Broken' } });
    expect(Date.now() - begin).toBeGreaterThanOrEqual(1_000);
  });

  test.each([[-60_000, 'late'], [60_000, 'early']])('compares the time with a path (%d ms from now)', async (offset, expected) => {
    const end = (Result: string) => ({ Type: 'Pass', Result, End: true });
    const choice = { Type: 'Choice', Choices: [{ Variable: '$$.State.EnteredTime', TimestampGreaterThanPath: '$.overdueAt', Next: 'Late' }], Default: 'Early' };
    const definition = { StartAt: 'C', States: { C: choice, Late: end('late'), Early: end('early') } };
    expect(await outputOf(await start(definition, { overdueAt: new Date(Date.now() + offset).toISOString() }))).toBe(expected);
  });

  test('can be listed, stopped and read backwards', async () => {
    const stateMachineArn = await machine({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } });
    const executionArn = await startOn(stateMachineArn, { some: 'state' }, 'long');
    const entered = async (): Promise<string[]> => {
      const newest = { reverseOrder: true, maxResults: 25, includeExecutionData: true };
      const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, ...newest }));
      return events.flatMap(event => event.stateEnteredEventDetails?.input ?? []);
    };
    while ((await entered()).length === 0) await pause(20);
    const running = await sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
    expect(running.executions?.map(({ name }) => name)).toEqual(['long']);
    await sfn.send(new StopExecutionCommand({ executionArn, cause: 'superseded' }));
    expect(await ended(executionArn)).toMatchObject({ status: 'ABORTED', cause: 'superseded' });
    expect((await entered()).map(input => JSON.parse(input) as unknown)).toEqual([{ some: 'state' }]);
  });

  test('refuses a name that was used, also when that execution has ended', async () => {
    const stateMachineArn = await machine({ StartAt: 'P', States: { P: { Type: 'Pass', End: true } } });
    await ended(await startOn(stateMachineArn, {}, 'once'));
    await expect(startOn(stateMachineArn, { other: 'input' }, 'once')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
  });

  test('that fails is told by EventBridge', async () => {
    const stack = newStack();
    const definition = { StartAt: 'F', States: { F: { Type: 'Fail', Error: 'Overdue', Cause: 'late' } } };
    const { outputs } = await stack.create(template({
      Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { RoleArn: 'arn:aws:iam::000000000000:role/any', DefinitionString: JSON.stringify(definition) } },
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: {
            'source': ['aws.states'],
            'detail-type': ['Step Functions Execution Status Change'],
            'detail': { status: ['FAILED', 'TIMED_OUT'], stateMachineArn: [{ Ref: 'Machine' }] },
          },
          Targets: [{ Id: 'Target0', Arn: functionArn }],
        },
      },
    }, { Outputs: { Arn: { Value: { Ref: 'Machine' } } } }));
    const executionArn = await startOn(outputs.Arn, { some: 'state' }, 'failing');
    await ended(executionArn);
    for (let looks = 0; fn.calls.length === 0 && looks < 40; looks += 1) await pause(50);
    expect(fn.calls).toMatchObject([{ source: 'aws.states', detail: { executionArn, stateMachineArn: outputs.Arn, status: 'FAILED', input: '{"some":"state"}' } }]);
  });

  test('known deviation: a name in use is refused even with the same input (AWS returns the running execution)', async () => {
    const stateMachineArn = await machine({ StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 60, End: true } } });
    const executionArn = await startOn(stateMachineArn, {}, 'same');
    await expect(startOn(stateMachineArn, {}, 'same')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' });
    await sfn.send(new StopExecutionCommand({ executionArn }));
  });

  test('known deviation: TimeoutSeconds of the whole machine does nothing (AWS: TIMED_OUT)', async () => {
    const executionArn = await start({ StartAt: 'W', TimeoutSeconds: 1, States: { W: { Type: 'Wait', Seconds: 2, End: true } } });
    expect((await ended(executionArn)).status).toBe('SUCCEEDED');
  });
});

describe('known deviations of CloudFormation', () => {
  test('resources are created one after the other (AWS: those without dependencies at once)', async () => {
    let open = 0;
    let most = 0;
    fn.script = async () => {
      most = Math.max(most, open += 1);
      await pause(200);
      open -= 1;
      return undefined;
    };
    await newStack().create(template({ A: thing('1'), B: thing('1') }));
    expect(most).toBe(1);
  });

  test('the reason of a failure is what the function said, no more (AWS: "Received response status [FAILED] from custom resource. …")', async () => {
    fn.script = on({ RequestType: 'Create' }, failed('A-failed', 'because'));
    const { events } = await newStack().create(template({ A: thing('1') }));
    expect(eventLines(events, /^A$/)).toContain('A CREATE_FAILED "because"');
  });

  test('an answer of more than 4,096 bytes is accepted (AWS: "Response object is too long.")', async () => {
    fn.script = on({ RequestType: 'Create' }, succeeded('A-1', { Data: { Long: 'x'.repeat(5_000) } }));
    expect((await newStack().create(template({ A: thing('1') }))).status).toBe('CREATE_COMPLETE');
  });

  test('a replaced resource is not updated back when a later one fails (AWS: it is, on its new id)', async () => {
    const stack = newStack();
    await stack.create(template({ A: thing('1'), B: thing('1', { after: ['A'] }) }));
    fn.script = call => on({ LogicalResourceId: 'A', RequestType: 'Update' }, succeeded('A-2'))(call) ?? on({ LogicalResourceId: 'B', V: '2' }, failed('B-1'))(call);
    await stack.update(template({ A: thing('2'), B: thing('2', { after: ['A'] }) }));
    expect(fn.requests().slice(2)).toEqual(['Update A(A-1) V=2', 'Update B(B-1) V=2', 'Update B(B-1) V=1', 'Delete A(A-2) V=2']);
  });

  test('deleting a stack while a resource is being created sends a Delete for it only when its time is up (AWS: at once)', async () => {
    fn.script = on({ RequestType: 'Create' }, {});
    const stack = newStack();
    await stack.begin(template({ A: thing('1', { properties: { ServiceTimeout: 1 } }) }));
    while (fn.calls.length === 0) await pause(20);
    expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
    expect(fn.requests()).toEqual(['Create A V=1']);
    await pause(1_500);
    expect(fn.requests().slice(1)).toEqual([expect.stringMatching(/^Delete A\(row-/)]);
  });

  test('an update tells events of resources that did not change', async () => {
    const stack = newStack();
    await stack.create(template({ A: thing('1'), B: thing('1') }));
    const { events } = await stack.update(template({ A: thing('2'), B: thing('1') }));
    expect(eventLines(events, /^B$/)).toContain('B UPDATE_COMPLETE');
    expect(fn.requests()).not.toContain('Update B(B-1) V=1');
  });
});
