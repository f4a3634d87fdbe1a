import { RecordingServer } from './recording-server';
import { clientConfig } from '../../../src/provider/handler/aws/client-config';
import { stepFunctions } from '../../../src/provider/handler/aws/step-functions';
import { ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { StartRefused, StepState } from '../../../src/provider/handler/request/executions';

const input: StepState = { item: 'Cvk', request: 'r', overdueAt: '2026-01-01T00:00:00.000Z', turn: 0, waitSeconds: 0, next: 'step' };
const MACHINE = 'arn:aws:states:us-east-1:111122223333:stateMachine:m';
const EXECUTION = 'arn:aws:states:us-east-1:111122223333:execution:m:abc-1';

describe('executions through Step Functions', () => {
  let server: RecordingServer;
  beforeEach(async () => {
    server = await RecordingServer.start();
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_ENDPOINT_URL_SFN: server.url });
  });
  afterEach(async () => {
    delete process.env.AWS_ENDPOINT_URL_SFN;
    await server.close();
  });
  const executions = () => stepFunctions(clientConfig(), MACHINE);
  const start = () => executions().start('abc-1', input);

  test('starts with the input as JSON', async () => {
    server.answer({ executionArn: EXECUTION, startDate: 1 });
    expect(await start()).toBe('started');
    expect(server.requests[0].headers).toMatchObject({ 'x-amz-target': 'AWSStepFunctions.StartExecution', 'content-type': 'application/x-amz-json-1.0' });
    expect(server.requests[0].headers.authorization).toContain('/us-east-1/states/aws4_request');
    expect(JSON.parse(server.requests[0].body)).toEqual({ stateMachineArn: MACHINE, name: 'abc-1', input: JSON.stringify(input) });
  });

  test('a name that is taken', async () => {
    server.answer({ __type: 'com.amazonaws.sfn#ExecutionAlreadyExists' }, 400);
    expect(await start()).toBe('nameTaken');
  });

  test.each([['StateMachineDoesNotExist', false], ['InvalidExecutionInput', false], ['AccessDeniedException', true], ['KmsAccessDeniedException', true], ['KmsInvalidStateException', false]])('%s is a refusal', async (type, denied) => {
    server.answer({ __type: type, message: 'why' }, 400);
    const error = await start().catch(thrown => thrown);
    expect(error).toBeInstanceOf(StartRefused);
    expect(error).toMatchObject({ denied, message: expect.stringContaining(`${type}: why`) });
  });

  test.each([
    ['ThrottlingException', 400, 'throttled'], ['InternalFailure', 500, 'unknownOutcome'], ['ExecutionLimitExceeded', 400, 'unknownOutcome'],
  ])('%s is none: it is a fault', async (type, status, kind) => {
    server.answer({ __type: type, message: 'why' }, status);
    const error = await start().catch(thrown => thrown);
    expect(error).toBeInstanceOf(ServiceFault);
    expect(error).toMatchObject({ kind, service: 'states', operation: 'StartExecution', region: 'us-east-1', code: type });
  });

  test('tells with which input an execution was started', async () => {
    server.answer({ executionArn: EXECUTION, input: '{"item":"Cvk"}' });
    expect(await executions().inputOf(EXECUTION)).toBe('{"item":"Cvk"}');
    expect(server.requests[0].headers['x-amz-target']).toBe('AWSStepFunctions.DescribeExecution');
    expect(JSON.parse(server.requests[0].body)).toEqual({ executionArn: EXECUTION });
  });

  test('does not tell what it is denied', async () => {
    server.answer({ __type: 'KmsAccessDeniedException', message: 'why' }, 400);
    await expect(executions().inputOf(EXECUTION)).rejects.toThrow('DescribeExecution in us-east-1: KmsAccessDeniedException: why');
  });
});
