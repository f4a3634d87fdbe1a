import { failedAnswer, tracesOf } from './ending';
import { ExecutionState } from './execution-state';
import { Ports } from './ports';
import { deliver } from './respond';
import { struct, text } from '../contract/codec';

/** What EventBridge says of an execution that ended without an answer (Step Functions: execution status change). */
const ended = struct({ executionArn: text, stateMachineArn: text, status: text });

/**
 * Answers for an execution that could not. An answer that it had is repeated to the byte; otherwise the
 * request failed, and what it may have made is reported, not taken away: nobody watches over that any more.
 */
export async function lastResort(detail: Record<string, unknown>, ports: Ports): Promise<void> {
  const { executionArn, stateMachineArn, status } = ended.decode(detail, 'detail');
  const state = await ports.executions(stateMachineArn).lastState(executionArn) ?? JSON.parse(String(detail.input)) as ExecutionState;
  const facts = { requestId: state.request.RequestId, logicalId: state.request.LogicalResourceId };
  ports.log.error('EXECUTION_FAILED', `${executionArn} ended ${status}`, facts);
  const leftBehind = tracesOf(state);
  if (leftBehind && state.answer === undefined) { ports.log.error('LEFT_BEHIND', leftBehind, facts); }
  await deliver(state, state.answer ?? failedAnswer(state, reason(executionArn, status, state), leftBehind), ports);
}

function reason(executionArn: string, status: string, state: ExecutionState): string {
  return `${state.failure ? `${state.failure}. Then the` : 'The'} state machine's execution ended ${status}: ${executionArn}. `
    + 'Look at its history and at the log of the provider\'s function';
}
