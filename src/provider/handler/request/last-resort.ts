import { StepState } from './executions';
import { Ports } from './ports';
import { answered, deliver } from './respond';
import { joined } from './step';
import { lostCreation, taskOf } from './task';
import { optional, struct, text } from '../../contract/codec';
import { commit, next } from '../ledger/commit';
import { Item, RequestRecord } from '../ledger/item';
import { nothingCreatedId, outcomeUnknownId } from '../reconcilers/physical-id';

/*
 * Answers for an execution that ended without an answer: failed, overdue, or stopped by hand (L10). EventBridge tells of
 * it. The request is answered FAILED from its item, if it is in charge and has no answer yet. What it left unfinished
 * stays in the item, marked so, and the next request rolls it back.
 */

/**
 * What EventBridge says of an execution (Step Functions: execution status change). Not documented by AWS for every case: whether
 * the input is there if a customer managed key encrypts the state machine.
 */
const ended = struct({ executionArn: text, stateMachineArn: text, status: text, input: optional(text) });

export async function lastResort(detail: Record<string, unknown>, ports: Ports): Promise<void> {
  const { executionArn, stateMachineArn, status, input = await ports.executions(stateMachineArn).inputOf(executionArn) } = ended.decode(detail, 'detail');
  const { item: id, request } = JSON.parse(input) as StepState;
  const item = await ports.ledger.read(id);
  if (item?.request.requestId !== request) { return; }
  if (item.request.phase.kind !== 'answered') {
    ports.log.error('EXECUTION_FAILED', `${executionArn} ended ${status}`, { requestId: request, logicalId: item.logicalId });
  }
  await endWithoutExecution(item, request, `the state machine's execution ended ${status}: ${executionArn}. Look at its history and at the log of the provider's function`, ports);
}

/** Answers FAILED, unless the request has its answer, or has been superseded. */
export async function endWithoutExecution(before: Item, requestId: string, why: string, ports: Ports): Promise<void> {
  for (let item: Item | undefined = before; item?.request.requestId === requestId;) {
    if (item.request.phase.kind === 'answered') { return deliver(item, requestId, ports); }
    const after: Item = next({ ...item, request: await failed(item, why, ports) });
    const written = await commit(ports.ledger, after, ports.pause);
    if (written.kind === 'written') { return deliver(after, requestId, ports); }
    item = written.current;
  }
}

async function failed(item: Item, why: string, ports: Ports): Promise<RequestRecord> {
  const { request } = item;
  const { checkpoint, phase } = request;
  const { type: { reconciler }, task } = await taskOf(item, request, ports.stackId, ports.ledger, ports.now());
  const left = Object.keys(checkpoint).length === 0 && !task.lostCreation ? undefined : reconciler.leftBehind(task, checkpoint as any);
  const facts = { requestId: request.requestId, logicalId: item.logicalId, requestType: request.type };
  if (left) { ports.log.error('LEFT_BEHIND', left, facts); }
  const reason = phase.kind === 'rollingBack' ? `${phase.reason}. Then ${why}` : why;
  const marker = lostCreation(request) ? outcomeUnknownId : nothingCreatedId;
  ports.log.error('REQUEST_FAILED', reason, facts);
  return {
    ...request,
    phase: answered(item, request, ports.stackId, {
      status: 'FAILED',
      reason,
      leftBehind: joined([...request.leftBehind, left]),
      physicalId: request.physicalId ?? checkpoint.made ?? marker(request.requestId),
      isFinished: false,
    }),
  };
}
