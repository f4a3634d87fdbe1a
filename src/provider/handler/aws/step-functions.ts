import {
  GetExecutionHistoryCommand, HistoryEvent, ListExecutionsCommand, SFNClient, SFNServiceException, StartExecutionCommand, StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { ExecutionState } from '../execution-state';
import { faultKind, ServiceFault } from '../service-fault';
import { Execution, Executions, StartRefused } from './port';

/** Enough of the newest events to hold the last state entered or left. */
const NEWEST_EVENTS = 25;

const HOUR_MS = 3_600_000;

const FINAL = new Set(['InvalidArn', 'InvalidName', 'InvalidExecutionInput', 'StateMachineDoesNotExist', 'StateMachineDeleting', 'ValidationException']);

export function stepFunctions(client: SFNClient, stateMachineArn: string): Executions {
  return {
    async start(name, state) {
      try {
        await client.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(state) }));
      } catch (error) {
        const code = (error as Error).name;
        if (code === 'ExecutionAlreadyExists') { return; }
        const denied = code === 'AccessDeniedException';
        if (denied || FINAL.has(code)) { throw new StartRefused(`the state machine could not be started: ${code}: ${(error as Error).message}`, denied); }
        throw error;
      }
    },

    async list(prefix, endedToo) {
      let oldest: number | undefined;
      const found: Execution[] = [];
      let nextToken: string | undefined;
      do {
        const page = await sent('ListExecutions', () => client.send(new ListExecutionsCommand({
          stateMachineArn, statusFilter: endedToo ? undefined : 'RUNNING', maxResults: 1000, nextToken,
        })));
        const executions = page.executions ?? [];
        found.push(...executions
          .filter(({ name }) => name?.startsWith(prefix))
          .map(({ executionArn, status, startDate, stopDate }) =>
            ({ arn: executionArn!, running: status === 'RUNNING', succeeded: status === 'SUCCEEDED', startedAt: startDate!, endedAt: stopDate })));
        oldest ??= executions[0] && executions[0].startDate!.getTime() - HOUR_MS;
        // Newest first: what began earlier cannot matter any more, since CloudFormation ends a custom resource after an hour.
        nextToken = endedToo && executions.some(({ startDate }) => startDate!.getTime() < oldest!) ? undefined : page.nextToken;
      } while (nextToken);
      return found;
    },

    async stop(executionArn, why) {
      await sent('StopExecution', () => client.send(new StopExecutionCommand({ executionArn, cause: why })));
    },

    async lastState(executionArn) {
      const { events } = await sent('GetExecutionHistory', () => client.send(
        new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: NEWEST_EVENTS, includeExecutionData: true })));
      return (events ?? []).map(stateOf).find(state => state !== undefined);
    },
  };

  async function sent<T>(operation: string, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      const { name, message } = error as SFNServiceException;
      throw new ServiceFault(faultKind(error as SFNServiceException), operation, stateMachineArn.split(':')[3], name, message);
    }
  }
}

function stateOf(event: HistoryEvent): ExecutionState | undefined {
  const json = event.stateExitedEventDetails?.output ?? event.stateEnteredEventDetails?.input ?? event.executionStartedEventDetails?.input;
  return json === undefined ? undefined : JSON.parse(json) as ExecutionState;
}
