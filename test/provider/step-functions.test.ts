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

  const listed = (name: string, startDate: number, status = 'RUNNING') =>
    ({ name, executionArn: `x:${name}`, stateMachineArn: MACHINE, status, startDate, ...status === 'RUNNING' ? {} : { stopDate: startDate + 5 } });

  test('running executions by prefix, over all pages', async () => {
    server.answer({ executions: [listed('abc-1', 10_000), listed('other-1', 10_000)], nextToken: 'n' }).answer({ executions: [listed('abc-2', 1)] });
    expect(await executions().list('abc-', false)).toEqual([['x:abc-1', 10_000], ['x:abc-2', 1]].map(([arn, started]) =>
      ({ arn, startedAt: new Date(Number(started) * 1000), running: true, succeeded: false, endedAt: undefined })));
    expect(JSON.parse(server.requests[1].body)).toEqual({ stateMachineArn: MACHINE, statusFilter: 'RUNNING', maxResults: 1000, nextToken: 'n' });
  });

  test('ended executions too, back to an hour ago', async () => {
    server.answer({ executions: [listed('abc-2', 10_000, 'ABORTED'), listed('abc-1', 6_000, 'SUCCEEDED')], nextToken: 'n' });
    expect(await executions().list('abc-', true)).toEqual([
      { arn: 'x:abc-2', startedAt: new Date(10_000_000), running: false, succeeded: false, endedAt: new Date(10_005_000) },
      { arn: 'x:abc-1', startedAt: new Date(6_000_000), running: false, succeeded: true, endedAt: new Date(6_005_000) },
    ]);
    expect(server.requests).toHaveLength(1);
    expect(JSON.parse(server.requests[0].body)).not.toHaveProperty('statusFilter');
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
