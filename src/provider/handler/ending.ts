import { ownerOf, resourceType } from './admission';
import { answerBody } from './answer';
import { ExecutionState } from './execution-state';
import { nothingCreatedId, outcomeUnknownId } from './physical-id';
import { Memory, Turn } from './reconcilers/turn';
import { Request } from './request';

/** The state with its answer: from here on the state machine only delivers it. */
export function succeeded(state: ExecutionState, turn: Extract<Turn<any>, { kind: 'done' }>): ExecutionState {
  return {
    ...state,
    memory: turn.memory,
    answer: answerBody(state.request, {
      status: 'SUCCESS',
      reason: '',
      leftBehind: turn.leftBehind,
      physicalId: turn.physicalId,
      attributes: turn.attributes,
    }),
  };
}

export function failedAnswer(state: ExecutionState, reason: string, leftBehind?: string): string {
  return answerBody(state.request, {
    status: 'FAILED',
    reason,
    leftBehind,
    physicalId: failedPhysicalId(state),
  });
}

/** What this request, and those that it was to undo, may have left behind; `undefined` when that is nothing. */
export function tracesOf(state: ExecutionState): string | undefined {
  return joined([traces(state.request, state.memory), ...tracesOfSuperseded(state)]);
}

/** The same of the earlier requests alone. */
export function tracesOfSuperseded({ superseded = [] }: ExecutionState): Array<string | undefined> {
  return superseded.filter(({ phase }) => phase !== 'done').map(({ request, memory, executionArn }) =>
    request && memory ? traces(request, memory) : `what ${executionArn} made was not looked for`);
}

export function joined(texts: ReadonlyArray<string | undefined>): string | undefined {
  return texts.filter(text => text !== undefined).join('. ') || undefined;
}

function traces(request: Request, memory: Memory): string | undefined {
  return resourceType(request).reconciler.traces(ownerOf(request), memory);
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
