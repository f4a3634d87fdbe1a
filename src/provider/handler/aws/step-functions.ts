import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { sent } from './sent';
import { ServiceFault } from '../control-plane/fault';
import { Executions, StartRefused } from '../request/executions';

/** Errors that no repetition mends. */
const FINAL: ReadonlySet<string> = new Set([
  'InvalidArn', 'InvalidName', 'InvalidExecutionInput', 'StateMachineDoesNotExist', 'StateMachineDeleting', 'ValidationException',
]);

/** Executions through AWS Step Functions. */
export function stepFunctions(client: SFNClient, stateMachineArn: string): Executions {
  return {
    async start(name, input) {
      const command = new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) });
      try {
        await sent('states', 'StartExecution', stateMachineArn.split(':')[3], () => client.send(command));
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
