import { KeyAttributes } from '../../../contract/multi-region-payment-key';
import { Refusable } from '../change';
import { Looking } from '../looking';
import { Waiting } from '../replication';

/** What the key's reconciler knows of its earlier turns. Everything else it looks up anew. */
export interface KeyMemory extends Refusable, Looking, Waiting {
  /** The key that this request is about, once that is known. */
  readonly keyArn?: string;
  /** Present while the outcome of a creation is looked for. */
  readonly search?: Search;
  /** True once a key that is to be deleted was seen to bear no tags of another resource. */
  readonly isOurs?: boolean;
  /** Why the answer of CreateKey is not known. */
  readonly lost?: string;
  /** The replication Regions that the key's own record calls ours, once it was read. */
  readonly owned?: string[];
  /** The key that the one of the update replaced, once that was looked up; empty if it replaced none. */
  readonly predecessor?: string;
  /** That key, once the update is known to go back to it. */
  readonly returning?: string;
  /**
   * Present for a key that was there before its stack; with the ownership tags that it had, if ours took their place,
   * so that they can be given back.
   */
  readonly adopted?: { readonly before?: Record<string, string> };
  /** True once those tags are being given back. */
  readonly givingBack?: boolean;
  /** What is to be done about the resource policy, once the key's own was read. */
  readonly resourcePolicy?: 'put' | 'wasPut' | 'delete' | 'settled';
  /** Tags that are to be set or taken away in the next turn. */
  readonly tagging?: Tagging;
  /** ARNs of the primary and replicas whose tags are as declared. */
  readonly tagged?: string[];
  /** Set once every declared Region was seen SYNCHRONIZED and nothing is left to change on the primary. */
  readonly complete?: KeyAttributes;
  /** With `complete`: the Regions whose replicas get tags. */
  readonly replicas?: string[];
  /** What the user should know although all is well. */
  readonly notes?: string[];
}

export interface Tagging {
  readonly keyArn: string;
  readonly set: Record<string, string>;
  readonly unset: string[];
}

/** How far the search for a key by its request tag has come. */
export interface Search {
  readonly indexLooks: number;
  readonly scan?: {
    readonly nextToken?: string;
    /** Keys of the page listed last that could be it, as far as their tags were not read yet. */
    readonly candidates?: string[];
    readonly last?: boolean;
  };
  readonly exhausted?: boolean;
}
