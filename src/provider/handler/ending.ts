import { answerBody } from './answer';
import { ExecutionState } from './execution-state';
import { nothingCreatedId, outcomeUnknownId } from './physical-id';
import { Turn } from './reconcilers/turn';

/** The state with its answer: from here on the state machine only delivers it. */
export function succeeded(state: ExecutionState, turn: Extract<Turn<any>, { kind: 'done' }>): ExecutionState {
  return {
    ...state,
    memory: turn.memory,
    answer: answerBody(state.request, {
      status: 'SUCCESS',
      reason: turn.leftBehind ?? '',
      physicalId: turn.physicalId,
      attributes: turn.attributes,
    }),
  };
}

export function failedAnswer(state: ExecutionState, reason: string, leftBehind?: string): string {
  return answerBody(state.request, {
    status: 'FAILED',
    reason: leftBehind ? `${reason}. Beware: ${leftBehind}` : reason,
    physicalId: failedPhysicalId(state),
  });
}

/**
 * A failed creation tells what it made, so that the delete that follows finds it. A failed update or delete
 * always names what it was asked about: with any other id, CloudFormation might delete the one or the other.
 */
function failedPhysicalId({ request, memory }: ExecutionState): string {
  if (request.PhysicalResourceId !== undefined) { return request.PhysicalResourceId; }
  if (memory.made) { return memory.made; }
  return memory.outcomeUnknown ? outcomeUnknownId(request.RequestId) : nothingCreatedId(request.RequestId);
}
