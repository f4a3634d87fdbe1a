import { ClientConfig } from './client-config';
import { successful } from './json-protocol';
import { jsonRequests, JsonService } from './json-requests';
import { ServiceFault } from '../control-plane/fault';
import { Executions, StartRefused } from '../request/executions';

const STEP_FUNCTIONS: JsonService = { name: 'states', target: 'AWSStepFunctions', version: '1.0', endpointVariable: 'AWS_ENDPOINT_URL_SFN' };

/** Errors that no repetition mends. */
const FINAL: ReadonlySet<string> = new Set([
  'InvalidArn', 'InvalidName', 'InvalidExecutionInput', 'KmsInvalidStateException', 'StateMachineDoesNotExist', 'StateMachineDeleting', 'ValidationException',
]);

/** Executions through AWS Step Functions. */
export function stepFunctions(config: ClientConfig, stateMachineArn: string): Executions {
  const request = jsonRequests(config, stateMachineArn.split(':')[3], STEP_FUNCTIONS);
  return {
    inputOf: executionArn => request('DescribeExecution', { executionArn }, answer => successful(answer).input),
    async start(name, input) {
      try {
        await request('StartExecution', { stateMachineArn, name, input: JSON.stringify(input) }, successful);
        return 'started';
      } catch (fault) {
        const { code, kind, message } = fault as ServiceFault;
        if (code === 'ExecutionAlreadyExists') { return 'nameTaken'; }
        if (kind === 'accessDenied' || FINAL.has(code)) {
          throw new StartRefused(`the state machine could not be started: ${message}`, kind === 'accessDenied');
        }
        throw fault;
      }
    },
  };
}
