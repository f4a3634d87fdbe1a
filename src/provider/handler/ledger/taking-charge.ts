import { randomUUID } from 'crypto';
import { FORMAT, Inherited, Item, Properties, RecordedReversal, RequestRecord } from './item';
import { CloudFormationEvent, digest } from '../cloudformation/event';
import { parsePhysicalId } from '../reconcilers/physical-id';

/*
 * Who is in charge of a resource. A request takes charge by one conditional write (L1): a later request replaces an
 * earlier one and inherits what that left unfinished; the same request again changes nothing; an earlier one is refused.
 * Everything here is computed from the item and the event, so the write that follows proves that it was true.
 *
 * For example: the creation of a key is cancelled while CreateKey is under way. The Delete that CloudFormation sends
 * next finds the Create in charge, takes charge, and inherits the Create's record with its open call. Its first step
 * waits for the outcome of that call, rolls back what was made, and only then does what the Delete itself asks for.
 */

/** A Delete that comes so soon after an answer says that CloudFormation did not take the answer (L7). */
const SECONDS_AN_ANSWER_MAY_BE_MISSED = 30;
/**
 * Of two updates sent in one second the later arrival wins, unless it arrives so long after its date: then it is an earlier
 * one that was delayed, and is refused (L2).
 */
const SECONDS_BEFORE_AN_UPDATE_IS_LATE = 30;
/** A rollback of a replacement comes with the deployment that replaced. A later change back is a change of the declaration (L8). */
const HOURS_UNTIL_A_REPLACEMENT_IS_FINAL = 24;
const MOST_RECENT = 20;

/** What a request that takes charge brings with it. */
export interface NewRequest {
  readonly event: CloudFormationEvent;
  readonly sentAt?: Date;
  readonly now: Date;
  readonly properties: Properties;
  /** When the work ends, if nothing is inherited, and if something is. */
  readonly deadline: Date;
  readonly deadlineOfHeir: Date;
  /** The item of the logical resource, which may be another than the one that the request is about. */
  readonly resource?: Item;
  /** Whether a Delete of the predecessor was ever received (L8). */
  readonly isPredecessorDeleted: boolean;
}

export type Charge =
  /** Takes charge once the item is written. */
  | { readonly kind: 'taken'; readonly item: Item }
  /** The same request is in charge already. */
  | { readonly kind: 'repeated'; readonly item: Item }
  /** An earlier request that was in charge once: there is nothing to do about it. */
  | { readonly kind: 'over' }
  /** Answered FAILED, with nothing done. */
  | { readonly kind: 'refused'; readonly reason: string };

/** The item of the logical resource itself. */
export function resourceId(logicalId: string): string {
  return logicalId;
}

/** The item for the Delete of an id that the logical resource had before. Only another Delete of the same id supersedes it. */
export function replacedId(logicalId: string, physicalId: string): string {
  return `${logicalId}#${digest(physicalId)}`;
}

/** Which item a request is about, given the item of the logical resource. */
export function itemIdFor({ RequestType, LogicalResourceId, PhysicalResourceId = '' }: CloudFormationEvent, resource: Item | undefined): string {
  const { kind } = parsePhysicalId(PhysicalResourceId);
  const isReplaced = RequestType === 'Delete' && resource !== undefined && (kind === 'key' || kind === 'other')
    && !livingIds(resource).includes(PhysicalResourceId);
  return isReplaced ? replacedId(LogicalResourceId, PhysicalResourceId) : resourceId(LogicalResourceId);
}

/** The id of the last SUCCESS; as long as another request is not answered so, also the one that it was sent with. */
function livingIds({ request, living }: Item): string[] {
  const { phase, physicalId, type } = request;
  if (phase.kind !== 'answered') { return [living?.physicalId, physicalId].filter(id => id !== undefined); }
  return phase.status === 'SUCCESS' && type !== 'Delete'
    ? [phase.physicalId]
    : [living?.physicalId, physicalId, phase.physicalId].filter(id => id !== undefined);
}

export function takeCharge(id: string, current: Item | undefined, request: NewRequest): Charge {
  const { event, now } = request;
  if (current && current.format !== FORMAT) {
    return {
      kind: 'refused',
      reason: `the ledger's item ${id} was written in format ${String(current.format)} by another version of cdk-multi-region-payment-keys, `
      + `and this one reads format ${FORMAT}. Nothing was changed. Deploy with the version that wrote it`,
    };
  }
  if (current?.request.requestId === event.RequestId) { return { kind: 'repeated', item: current }; }
  if (current?.recent.includes(event.RequestId)) { return { kind: 'over' }; }
  if (current && isOvertaken(request, current.request)) {
    return { kind: 'refused', reason: 'CloudFormation sent a later request for this resource, which came first, so nothing was done about this one' };
  }
  const reversal = reversalOf(request, current);
  const inherited = current ? inheritance(current, request, reversal) : [];
  const record: RequestRecord = {
    requestId: event.RequestId,
    type: event.RequestType,
    resourceType: event.ResourceType,
    ...event.PhysicalResourceId === undefined ? {} : { physicalId: event.PhysicalResourceId },
    ...request.sentAt ? { sentAt: request.sentAt.toISOString() } : {},
    receivedAt: now.toISOString(),
    deadline: (inherited.length > 0 ? request.deadlineOfHeir : request.deadline).toISOString(),
    responseUrl: event.ResponseURL,
    properties: request.properties,
    reversal,
    isKnown: event.RequestType === 'Create' || isKnown(current ?? request.resource),
    wasTold: wasTold(request, current),
    phase: { kind: 'working' },
    checkpoint: {},
    calls: [],
    // A place in the queue that nobody needs any more is not left empty (L12).
    tickets: current?.request.phase.kind === 'answered' ? [] : current?.request.tickets ?? [],
    seen: [],
    leftBehind: [],
  };
  return {
    kind: 'taken',
    item: {
      id,
      logicalId: event.LogicalResourceId,
      format: FORMAT,
      revision: (current?.revision ?? 0) + 1,
      writer: randomUUID(),
      request: record,
      inherited,
      ...current?.living ? { living: current.living } : {},
      ...current?.predecessor ? { predecessor: current.predecessor } : {},
      owned: ownedBy(id, current, request),
      recent: current ? [current.request.requestId, ...current.recent].slice(0, MOST_RECENT) : [],
    },
  };
}

/** The Delete of what was replaced takes its Regions over from the resource: of its present life, should an earlier one have been deleted before. */
function ownedBy(id: string, current: Item | undefined, { event, resource }: NewRequest): Item['owned'] {
  const isFirst = current === undefined || hasSucceeded(current.request);
  return resource && resource.id !== id && isFirst
    ? resource.owned.filter(({ physicalId }) => physicalId === event.PhysicalResourceId)
    : current?.owned ?? [];
}

function hasSucceeded({ phase }: RequestRecord): boolean {
  return phase.kind === 'answered' && phase.status === 'SUCCESS';
}

/** Whether the ledger knows how the resource came to be. An item that began with an Update or Delete does not, until one of these succeeded (L11). */
function isKnown(item: Item | undefined): boolean {
  return item !== undefined && (item.living !== undefined || item.request.isKnown);
}

const RANK = { Create: 0, Update: 1, Delete: 2 } as const;

/** Whether the request in charge was sent after this one (L2). CloudFormation's dates are compared only with each other, and tell seconds. */
function isOvertaken({ event, sentAt, now, properties }: NewRequest, inCharge: RequestRecord): boolean {
  if (!sentAt || inCharge.sentAt === undefined) { return false; }
  const difference = sentAt.getTime() - Date.parse(inCharge.sentAt);
  if (difference !== 0) { return difference < 0; }
  const rank = RANK[event.RequestType] - RANK[inCharge.type];
  if (rank !== 0) { return rank < 0; }
  if (event.RequestType !== 'Update') { return false; }
  // A rollback names as old what the update before it declared: whoever is taken back was sent first, whenever it arrives.
  return (inCharge.reversal.kind !== 'none' && isReverse(properties, inCharge.properties))
    || now.getTime() - sentAt.getTime() > SECONDS_BEFORE_AN_UPDATE_IS_LATE * 1000;
}

/** Whether one of two updates goes back to where the other came from. */
function isReverse({ digests: one }: Properties, { digests: other }: Properties): boolean {
  return one.former === other.declared && one.declared === other.former;
}

/** What the request in charge, and those before it, leave to the next one (L1, L6, L7, L10). */
function inheritance({ request, inherited }: Item, next: NewRequest, reversal: RecordedReversal): Inherited[] {
  const treatment = treatmentOf(request, next, reversal);
  return [...treatment ? [{ request: { ...request, tickets: [], seen: [] }, treatment }] : [], ...inherited];
}

function treatmentOf(request: RequestRecord, { event, sentAt, now }: NewRequest, reversal: RecordedReversal): Inherited['treatment'] | undefined {
  const { phase, type, calls } = request;
  if (phase.kind !== 'answered') { return 'rollBack'; }
  if (!phase.isFinished || calls.length > 0) { return 'rollBack'; }
  if (phase.status === 'FAILED' || type === 'Delete' || event.PhysicalResourceId === phase.physicalId) { return undefined; }
  // A Create after a SUCCESS: what that made is retained, if CloudFormation took it, and otherwise nobody's.
  if (event.PhysicalResourceId === undefined) { return phase.deliveredAt === undefined && request.checkpoint.made !== undefined ? 'report' : undefined; }
  const isUnknownId = !['key', 'other'].includes(parsePhysicalId(event.PhysicalResourceId).kind);
  if (event.RequestType === 'Delete' && type === 'Create' && isUnknownId) {
    const missed = phase.deliveredAt === undefined
      || (sentAt ?? now).getTime() - Date.parse(phase.deliveredAt) < SECONDS_AN_ANSWER_MAY_BE_MISSED * 1000;
    return missed ? 'rollBack' : 'report';
  }
  // The request goes on with what that one made.
  if (reversal.kind === 'ofReplacement' && reversal.predecessor === phase.physicalId) { return undefined; }
  // CloudFormation names another id than the one that it was answered: what that one names may be in use.
  return request.checkpoint.made === undefined ? undefined : 'report';
}

/** What an update takes back, as far as that can be told from what was declared before and after. */
function reversalOf({ event, properties, now, isPredecessorDeleted }: NewRequest, current: Item | undefined): RecordedReversal {
  const { digests } = properties;
  if (!current || event.RequestType !== 'Update') { return { kind: 'none' }; }
  const { request, living, predecessor } = current;
  const takesBack = request.type === 'Update' && isReverse(properties, request.properties);
  const isSameAgain = request.type === 'Update' && request.properties.digests.declared === digests.declared && request.properties.digests.former === digests.former;
  if (isUnchanged(current, event, digests)) { return { kind: 'ofNothing' }; }
  const succeeded = hasSucceeded(request);
  if (isSameAgain && !succeeded) { return request.reversal.kind === 'ofNothing' ? { kind: 'none' } : request.reversal; }
  // CloudFormation did not take the SUCCESS, and sends the rollback again with the id of what was replaced.
  if (isSameAgain && living && living.physicalId !== event.PhysicalResourceId) { return { kind: 'ofReplacement', predecessor: living.physicalId }; }
  // The update that is taken back may not have arrived yet. It never succeeded, since the resource is what it was before.
  if (!takesBack) { return goesBackTo(current, event, digests) ? { kind: 'ofFailure' } : { kind: 'none' }; }
  if (!succeeded) { return { kind: 'ofFailure' }; }
  const isFresh = living !== undefined && now.getTime() - Date.parse(living.since) < HOURS_UNTIL_A_REPLACEMENT_IS_FINAL * 3_600_000;
  return predecessor !== undefined && isFresh && !isPredecessorDeleted
    ? { kind: 'ofReplacement', predecessor: predecessor.physicalId }
    : { kind: 'none' };
}

/** An update back to what the resource is, since nothing that came after changed anything. An update without any difference repairs, so it is none. */
function isUnchanged(current: Item, event: CloudFormationEvent, digests: Properties['digests']): boolean {
  const { living } = current;
  return living !== undefined && !living.isTouched && living.physicalId === event.PhysicalResourceId && goesBackTo(current, event, digests);
}

/** Whether an update declares what the resource is already: what the last SUCCESS was about or, if the event names that, what it replaced. */
function goesBackTo({ living, predecessor }: Item, { PhysicalResourceId }: CloudFormationEvent, { declared, former }: Properties['digests']): boolean {
  const known = predecessor?.physicalId === PhysicalResourceId ? predecessor : living;
  return known?.digest === declared && declared !== former;
}

/** A Delete that was answered FAILED only to tell what it left behind succeeds when it is sent again (L7), if the answer arrived. */
function wasTold({ event }: NewRequest, current: Item | undefined): boolean {
  if (event.RequestType !== 'Delete' || !current) { return false; }
  const { type, physicalId, phase, leftBehind, wasTold: before } = current.request;
  return type === 'Delete' && physicalId === event.PhysicalResourceId && phase.kind === 'answered' && phase.status === 'FAILED'
    && (before || (leftBehind.length > 0 && phase.deliveredAt !== undefined));
}
