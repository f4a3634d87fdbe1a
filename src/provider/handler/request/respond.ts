import { Ports } from './ports';
import { answerBody, Outcome } from '../cloudformation/answer';
import { parseAddressee } from '../cloudformation/event';
import { commit, next } from '../ledger/commit';
import { Item, RequestRecord } from '../ledger/item';
import { recordOf, withRecord } from '../ledger/records';
import { nothingCreatedId } from '../reconcilers/physical-id';

/** The answer of a request, as it stands in its record. */
export type Answered = Extract<RequestRecord['phase'], { kind: 'answered' }>;

export interface FinalOutcome extends Outcome {
  readonly isFinished: boolean;
}

/** The phase of a request that is answered so. It is written before the answer is sent (L6). */
export function answered({ logicalId }: Item, { requestId }: RequestRecord, stackId: string, outcome: FinalOutcome): Answered {
  const { status, physicalId, isFinished } = outcome;
  const body = answerBody({ StackId: stackId, RequestId: requestId, LogicalResourceId: logicalId }, outcome);
  return { kind: 'answered', status, physicalId, body, isFinished };
}

/** Sends the answer that the item holds. The URL, a credential, goes with the delivery. */
export async function deliver(item: Item, requestId: string, ports: Ports): Promise<void> {
  const record = recordOf(item, requestId);
  if (record?.phase.kind !== 'answered' || record.responseUrl === undefined) { return; }
  await send(item, record, record.phase.body, ports);
  await recordDelivery(item, requestId, ports.now().toISOString(), ports);
}

/**
 * Sends the answer once more, to the place that another delivery of the event names. It may be the first time that CloudFormation
 * takes it, and whether it did decides what a Delete of an unknown id is about (L7).
 */
export async function deliverAgain(item: Item, requestId: string, responseUrl: string, ports: Ports): Promise<void> {
  const record = recordOf(item, requestId);
  if (record?.phase.kind !== 'answered') { return; }
  await send(item, { requestId, responseUrl }, record.phase.body, ports);
  if (record.phase.deliveredAt === undefined) { await recordDelivery(item, requestId, ports.now().toISOString(), ports); }
}

/** Executions can be started by others than the provider, so the place to answer to is checked once more. */
async function send({ logicalId }: Item, { requestId, responseUrl }: Pick<RequestRecord, 'requestId' | 'responseUrl'>, body: string, ports: Ports): Promise<void> {
  const { ResponseURL } = parseAddressee(
    { ResponseURL: responseUrl, RequestId: requestId, LogicalResourceId: logicalId, StackId: ports.stackId }, ports.testAnswerOrigin);
  await ports.putAnswer(ResponseURL, body);
  ports.log.info('answered', { requestId, logicalId });
}

/** Whoever is in charge by then: the request may have been superseded since. The first delivery counts. */
async function recordDelivery(before: Item, requestId: string, deliveredAt: string, ports: Ports): Promise<void> {
  for (let item: Item | undefined = before; item && recordOf(item, requestId);) {
    const written = await commit(ports.ledger, next(withRecord(item, requestId, ({ responseUrl, ...record }) =>
      record.phase.kind === 'answered' ? { ...record, phase: { deliveredAt, ...record.phase } } : record)), ports.pause);
    if (written.kind === 'written') { return; }
    item = written.current;
  }
}

/** A request that CloudFormation gave up ignores this answer. If the order was wrong, the failure is visible instead of a hang (L3). */
export async function answerSuperseded(item: Item, record: RequestRecord, ports: Ports): Promise<void> {
  if (record.responseUrl === undefined || record.phase.kind === 'answered') { return; }
  const body = answerBody({ StackId: ports.stackId, RequestId: record.requestId, LogicalResourceId: item.logicalId }, {
    status: 'FAILED',
    reason: 'superseded by a later request of CloudFormation for this resource',
    physicalId: record.physicalId ?? record.checkpoint.made ?? nothingCreatedId(record.requestId),
  });
  // Nobody waits for it, so nothing depends on whether it arrives.
  await send(item, record, body, ports).catch(() => undefined);
}
