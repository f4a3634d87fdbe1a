import { Checkpoint, OwnedRegions } from '../reconcilers/reconciler';

/*
 * One item of the ledger is one logical resource of the stack: which request is in charge, what it was sent, what it
 * called and knows, what it answered, and what earlier requests left unfinished. The item is the truth; the execution
 * of the state machine is only its clock. Rules L1 to L12 of the protocol are cited where they are kept.
 *
 * For example, while the creation of a key waits for replication:
 *   { id: 'Cvk', revision: 3, request: { requestId: 'r1', type: 'Create', phase: { kind: 'working' }, calls: [],
 *     checkpoint: { phase: 'replicating', keyArn: '…' }, … }, inherited: [], owned: [], recent: [] }
 */

/** What wrote the item. An item of another format is answered FAILED and left untouched (L11). */
export const FORMAT = 1;

export interface Item {
  /** The logical id; or `<logical id>#<digest of the physical id>` for the Delete of what was replaced. */
  readonly id: string;
  readonly logicalId: string;
  readonly format: typeof FORMAT;
  /** One more with each write. */
  readonly revision: number;
  /** Fresh with each write, so that a writer knows its own (L3). */
  readonly writer: string;
  readonly request: RequestRecord;
  /** What earlier requests left unfinished, newest first. It is rolled back before the request begins (L1). */
  readonly inherited: readonly Inherited[];
  /** The resource as the last SUCCESS of a Create or Update told of it. */
  readonly living?: Living;
  /** What the last SUCCESS replaced; until the next one, also when the new copy was deleted. */
  readonly predecessor?: Predecessor;
  /** The Regions that are this resource's, for each physical id that it has or had. */
  readonly owned: readonly OwnedRegions[];
  /** Ids of earlier requests, newest first: a late delivery of one of them changes nothing. */
  readonly recent: readonly string[];
}

export interface RequestRecord {
  readonly requestId: string;
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly resourceType: string;
  /** As CloudFormation sent it; absent for a Create. */
  readonly physicalId?: string;
  /** When CloudFormation sent the request, ISO 8601 as all times here. Absent if its URL does not tell. Compared only with other requests' (L2). */
  readonly sentAt?: string;
  /** When this function first heard of it. */
  readonly receivedAt: string;
  /** When the work ends, whatever it has come to. */
  readonly deadline: string;
  /** Where the answer goes. Gone when the answer is delivered. */
  readonly responseUrl?: string;
  readonly properties: Properties;
  readonly reversal: RecordedReversal;
  /** False when the resource was there before the ledger's item, so that only its own tags can say whose it is (L11). */
  readonly isKnown: boolean;
  /** Whether an earlier Delete of the same id was answered FAILED to tell what it left behind (L7). */
  readonly wasTold: boolean;
  readonly phase: Phase;
  readonly checkpoint: Checkpoint;
  /** Mutating calls without a recorded outcome (L4), and those of unknown outcome (L5). */
  readonly calls: readonly OpenCall[];
  /** Places in the queues of the rate limiters that were drawn and not used yet, at most one for each Region (L12). */
  readonly tickets: readonly Ticket[];
  /** What the turn has seen that is postponed until its ticket is due: it goes on from there. */
  readonly seen: readonly Seen[];
  /** Why the turn before this one did not get through; absent after one that did. */
  readonly setback?: Setback;
  /** What is to be told in the answer, since nobody else will tell of it. */
  readonly leftBehind: readonly string[];
}

/** What CloudFormation declared: here, or in an item of its own when it is large. */
export type Properties =
  | { readonly kind: 'inline'; readonly declared: unknown; readonly former?: unknown; readonly digests: Digests }
  | { readonly kind: 'stored'; readonly id: string; readonly digests: Digests };

/** Equal digests mean equal properties. */
export interface Digests {
  readonly declared: string;
  readonly former?: string;
}

export type RecordedReversal =
  | { readonly kind: 'none' }
  /** The update goes back to the last SUCCESS, and nothing was called since: that answer is given again. */
  | { readonly kind: 'ofNothing' }
  | { readonly kind: 'ofFailure' }
  | { readonly kind: 'ofReplacement'; readonly predecessor: string };

export type Phase =
  | { readonly kind: 'working' }
  | { readonly kind: 'rollingBack'; readonly reason: string }
  | {
    readonly kind: 'answered';
    readonly status: 'SUCCESS' | 'FAILED';
    readonly physicalId: string;
    /** The very bytes, so that a repeated answer is the same. */
    readonly body: string;
    /** Absent until CloudFormation's bucket took it. */
    readonly deliveredAt?: string;
    /** False when the answer was due before the work or its rollback had ended: the next request inherits what is left (L10). */
    readonly isFinished: boolean;
  };

/** A mutating call that was marked, and of which nobody knows yet whether it was executed. */
export interface OpenCall {
  readonly id: string;
  readonly operation: string;
  readonly region: string;
  /** When the mark was written: the call was signed right after. */
  readonly since: string;
  /** `inFlight` until the function that made it has recorded an outcome; `unknown` if the outcome is that nobody knows. */
  readonly outcome: 'inFlight' | 'unknown';
  /** True if no earlier request had changed anything since the last SUCCESS: should this call not be executed, none has. */
  readonly wasFirstTouch: boolean;
}

export interface Setback {
  /** What the service said. */
  readonly reason: string;
  /** When it first denied what this request still tries. */
  readonly deniedSince?: string;
}

export interface Ticket {
  readonly region: string;
  readonly number: number;
}

/** What a look answered, as JSON. */
export interface Seen {
  readonly look: string;
  readonly answer: string;
}

export interface Inherited {
  readonly request: RequestRecord;
  /** Rolled back, or only told of, because CloudFormation may use it. */
  readonly treatment: 'rollBack' | 'report';
}

export interface Living {
  readonly physicalId: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Of the declaration that the SUCCESS was about. */
  readonly digest: string;
  readonly since: string;
  /** True once a later request may have changed anything. */
  readonly isTouched: boolean;
}

/** CloudFormation may go back to it without an event, by deleting the new copy. */
export interface Predecessor {
  readonly physicalId: string;
  /** Of what was declared then. */
  readonly digest?: string;
}
