import { SFNClient } from '@aws-sdk/client-sfn';
import { RecordingServer } from './recording-server';
import { ExecutionState } from '../../src/provider/handler/execution-state';
import { StartRefused } from '../../src/provider/handler/executions/port';
import { stepFunctions } from '../../src/provider/handler/executions/step-functions';

const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:m';
const EXECUTION = 'arn:aws:states:us-east-1:111122223333:execution:m:abc-1';

describe('executions through Step Functions', () => {
  let server: RecordingServer;
  beforeEach(async () => { server = await RecordingServer.start(); });
  afterEach(() => server.close());
  const executions = () => stepFunctions(new SFNClient({
    region: 'us-east-1', endpoint: server.url, maxAttempts: 1, credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  }), MACHINE);
  const start = () => executions().start('abc-1', { turn: 0 } as ExecutionState);

  test('starts with the state as input', async () => {
    server.answer({ executionArn: EXECUTION, startDate: 1 });
    await start();
    expect(JSON.parse(server.requests[0].body)).toEqual({ stateMachineArn: MACHINE, name: 'abc-1', input: '{"turn":0}' });
  });

  test('an execution that exists is success', async () => {
    server.answer({ __type: 'com.amazonaws.sfn#ExecutionAlreadyExists' }, 400);
    await expect(start()).resolves.toBeUndefined();
  });

  test.each([['StateMachineDoesNotExist', false], ['InvalidExecutionInput', false], ['AccessDeniedException', true]])('%s is a refusal', async (type, denied) => {
    server.answer({ __type: type, message: 'why' }, 400);
    const error = await start().catch(thrown => thrown);
    expect(error).toBeInstanceOf(StartRefused);
    expect(error).toMatchObject({ denied, message: expect.stringContaining(`${type}: why`) });
  });

  test.each([['ThrottlingException', 400], ['InternalFailure', 500]])('%s is not: it is thrown as it is', async (type, status) => {
    server.answer({ __type: type }, status);
    const error = await start().catch(thrown => thrown);
    expect(error).not.toBeInstanceOf(StartRefused);
    expect(error.name).toBe(type);
  });

  test('running executions by prefix that are not younger, over all pages', async () => {
    const listed = (name: string) => ({ name, executionArn: `x:${name}`, stateMachineArn: MACHINE, status: 'RUNNING', startDate: 1 });
    server.answer({ executions: [listed('abc-1'), listed('other-1'), { ...listed('abc-3'), startDate: 2 }], nextToken: 'n' }).answer({ executions: [listed('abc-2')] });
    expect(await executions().running('abc-', new Date(1500))).toEqual(['x:abc-1', 'x:abc-2']);
    expect(JSON.parse(server.requests[1].body)).toEqual({ stateMachineArn: MACHINE, statusFilter: 'RUNNING', maxResults: 1000, nextToken: 'n' });
  });

  test('the newest state of the history, wherever it stands', async () => {
    const event = (id: number, type: string, details: object) => ({ id, type, timestamp: 1, ...details });
    server.answer({
      events: [
        event(9, 'ExecutionFailed', { executionFailedEventDetails: { error: 'E' } }),
        event(8, 'TaskFailed', { taskFailedEventDetails: { resource: 'r', resourceType: 'lambda' } }),
        event(7, 'TaskStateEntered', { stateEnteredEventDetails: { name: 'Step', input: '{"turn":2}' } }),
        event(6, 'TaskStateExited', { stateExitedEventDetails: { name: 'Step', output: '{"turn":1}' } }),
      ],
    });
    expect(await executions().lastState(EXECUTION)).toEqual({ turn: 2 });
    expect(JSON.parse(server.requests[0].body)).toMatchObject({ executionArn: EXECUTION, reverseOrder: true, includeExecutionData: true });
  });

  test('an execution that only started', async () => {
    server.answer({ events: [{ id: 1, type: 'ExecutionStarted', timestamp: 1, executionStartedEventDetails: { input: '{"turn":0}' } }] });
    expect(await executions().lastState(EXECUTION)).toEqual({ turn: 0 });
  });

  test('faults say what the service said', async () => {
    server.answer({ __type: 'AccessDeniedException', message: 'no' }, 400);
    await expect(executions().stop(EXECUTION, 'why')).rejects.toMatchObject({ name: 'ServiceFault', kind: 'accessDenied', operation: 'StopExecution' });
  });
});
