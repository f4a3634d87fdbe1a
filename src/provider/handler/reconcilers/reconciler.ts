import { ServiceFault } from '../control-plane/fault';
import { Changes, Looks } from '../control-plane/port';
import { WrappedKeys } from '../control-plane/wrapped-keys';

/*
 * What a resource type is to the rest of the handler: three functions that take turns, `reconcile`, `remove` and `rollBack`,
 * two that call nothing, `refuse` and `leftBehind`, and the checkpoint to begin with, `start`.
 *
 * Each call of one of the three is one turn: observe the live state, compare it with what is declared, make at most one
 * mutating call. A turn ends with `done`, `again` or `failed`, and with a checkpoint, which is all that the next turn
 * knows of this one. The step (request/step.ts) takes the turns, keeps the checkpoint in the ledger, and answers.
 * A reconciler knows neither CloudFormation nor Step Functions, neither the ledger nor the SDK.
 *
 * For example, a key with one replication Region. In the first turn, the checkpoint says that nothing is known; the turn
 * calls CreateKey and ends `again`, with a checkpoint that names the new key. Turns that look at the replica follow. In the
 * last one, the replica is there, GetKey answers that the Region is SYNCHRONIZED, and the turn ends `done`.
 */

/** All that a turn knows of the turns before it, as JSON. Each reconciler has its own kind: a union of its phases. */
export interface Checkpoint {
  /** The physical id of what this request made. A failed creation answers with it. */
  readonly made?: string;
  /** Regions that became, stayed or ceased to be this resource's. The ledger keeps them when the request is over. */
  readonly owned?: OwnedRegions;
}

/** Regions which this resource added to something, so that it may take them away again. */
export interface OwnedRegions {
  /** The physical id of the resource (a key's is its ARN). */
  readonly physicalId: string;
  readonly regions: readonly string[];
}

export type Turn<C extends Checkpoint> =
  | {
    readonly kind: 'done';
    readonly checkpoint: C;
    readonly physicalId: string;
    readonly attributes: Readonly<Record<string, string>>;
    /** What the user should know although all is well. */
    readonly notes?: readonly string[];
    /** What may still exist although it should not, and the command that finds or removes it. */
    readonly leftBehind?: string;
  }
  /** With what the service said, if it refuses for now what is waited for. */
  | { readonly kind: 'again'; readonly checkpoint: C; readonly inSeconds: number; readonly waitingFor: string; readonly refusal?: ServiceFault }
  | { readonly kind: 'failed'; readonly checkpoint: C; readonly reason: string };

/** What a reconciler is asked to bring about. */
export interface Task<P> {
  readonly declared: P;
  /** The properties before an update; trusted only for what cannot be looked up: which tags were ours. */
  readonly previous?: P;
  /** Absent while a resource is created. */
  readonly physicalId?: string;
  readonly owner: Owner;
  /** What this update takes back, if it is the rollback of the update before it. */
  readonly reversal: Reversal;
  /** CreateKey or ImportKey was called for this request, nobody knows whether it was executed, and it is not called again. */
  readonly lostCreation?: LostCreation;
  /** False when the ledger knows nothing of this resource although it was there before: its item was lost. */
  readonly isKnown: boolean;
  readonly now: Date;
  /** The Regions that are this resource's, by physical id. A checkpoint's `owned` is newer. */
  ownedRegions(physicalId: string): readonly string[];
}

export type Reversal =
  | { readonly kind: 'none' }
  /** The update before this one failed and was rolled back: what only that one named was never the resource's. */
  | { readonly kind: 'ofFailure' }
  /**
   * The update before this one replaced a resource of which no Delete was ever received; or this rollback was answered with
   * that resource before, and CloudFormation did not take the answer.
   */
  | { readonly kind: 'ofReplacement'; readonly predecessor: string };

export interface LostCreation {
  /** When the call was signed. */
  readonly since: Date;
  /** The request whose tag the key carries, if it was made. */
  readonly requestId: string;
}

export interface Owner {
  readonly region: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly requestId: string;
}

/** The service during one turn. */
export interface ControlPlane<C extends Checkpoint> extends Looks, WrappedKeys {
  /**
   * The mutating calls. The ledger holds `intent` before the call is sent, so a turn that never came back is followed by
   * one that starts from `intent`. Therefore `intent` must lead to a look before it leads to the same call again, and
   * must name what the call may make.
   */
  intending(intent: C): Changes;
}

/** One resource type. `C` has a value that knows nothing: `start`. */
export interface Reconciler<P, C extends Checkpoint> {
  readonly start: C;
  /** What is wrong with a declaration that the template could not know, or `undefined`. Calls nothing. */
  refuse(declared: P, owner: Owner): string | undefined;
  /** Creates the resource, or brings the one named by the physical id to what is declared. */
  reconcile(task: Task<P>, checkpoint: C, plane: ControlPlane<C>): Promise<Turn<C>>;
  /** Removes the resource named by the physical id. */
  remove(task: Task<P>, checkpoint: C, plane: ControlPlane<C>): Promise<Turn<C>>;
  /** Takes away what the request that left this checkpoint made, and nothing else. */
  rollBack(task: Task<P>, checkpoint: C, plane: ControlPlane<C>): Promise<Turn<C>>;
  /** What a request that left this checkpoint may have made, for people: where it is, and the command that removes it. Calls nothing. */
  leftBehind(task: Task<P>, checkpoint: C): string | undefined;
}

export function again<C extends Checkpoint>(checkpoint: C, inSeconds: number, waitingFor: string, refusal?: ServiceFault): Turn<C> {
  return { kind: 'again', checkpoint, inSeconds, waitingFor, ...refusal ? { refusal } : {} };
}

export function failed<C extends Checkpoint>(checkpoint: C, reason: string): Turn<C> {
  return { kind: 'failed', checkpoint, reason };
}
