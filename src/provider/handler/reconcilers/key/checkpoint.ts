import { KeyAttributes } from '../../../contract/multi-region-payment-key';
import { Refusable } from '../change';
import { Looking } from '../looking';
import { Checkpoint } from '../reconciler';
import { RegionWork, ReplicationWait } from '../replication';

/*
 * What a request knows of a key from one turn to the next: the phases of its work.
 *
 *   deciding --> creating <--> scanning         (only for a key that is to be made)
 *       |            |            |
 *       +------------+------------+--> reconciling <--> replicating --> taggingReplicas --> done
 *
 * A removal and a rollback need no phases of their own: they look at the key, and delete it.
 */

export type KeyCheckpoint = CreationCheckpoint | ManagedCheckpoint;

/** Before the request knows its key. */
export type CreationCheckpoint = Checkpoint & Looking & Refusable & Forsaking & (
  /** Which key is this about: the one it has, the one that this replaced, or one to be made? */
  | { readonly phase: 'deciding' }
  /** CreateKey is about to be called, or its outcome is not known and the tag index is asked for what it made. */
  | { readonly phase: 'creating'; readonly lastScan?: string }
  /** The outcome is not known, and every key is looked at. */
  | ScanCheckpoint);

export interface Forsaking {
  /** The key to which a rollback would have returned, which lives and is not what is declared. CloudFormation forgets it with the answer. */
  readonly forsaken?: string;
}

export interface ScanCheckpoint {
  readonly phase: 'scanning';
  readonly began: string;
  /** Keys of the page listed last that could be it. */
  readonly candidates: readonly string[];
  /** Where the listing goes on. */
  readonly next: { readonly kind: 'firstPage' } | { readonly kind: 'page'; readonly token: string } | { readonly kind: 'noPage' };
}

/** The request knows its key, and brings it to what is declared. */
export type ManagedCheckpoint = ManagedKey & (
  /** The primary is compared with its declaration, and changed. */
  | { readonly phase: 'reconciling' }
  /** Nothing is left to change on the primary, but replicas are awaited. */
  | { readonly phase: 'replicating'; readonly wait: ReplicationWait }
  /** All Regions are SYNCHRONIZED; replicas in these Regions get their tags. */
  | {
    readonly phase: 'taggingReplicas';
    readonly attributes: KeyAttributes;
    readonly left: readonly string[];
    /** Regions whose replica takes no tags. */
    readonly untaggable?: readonly string[];
  });

export interface ManagedKey extends RegionWork, Refusable, Looking, Forsaking {
  readonly keyArn: string;
  readonly origin: KeyOrigin;
  /** True once this request put the declared resource policy on the key, or is about to. */
  readonly putsPolicy: boolean;
  /** What the user should know although all is well. */
  readonly notes: readonly string[];
}

/** How the request came to its key. */
export type KeyOrigin =
  /** The request made it, with all its tags. */
  | { readonly kind: 'made' }
  /** An earlier request of this resource made it. */
  | { readonly kind: 'found' }
  /** An earlier request of this resource took over a key that was there. */
  | { readonly kind: 'adopted' }
  /** This request takes over a key that was there. It had these ownership tags, which a rollback gives back. */
  | { readonly kind: 'takenOver'; readonly before: ReadonlyArray<readonly [string, string]> };
