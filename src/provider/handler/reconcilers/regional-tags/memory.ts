import { Refusable } from '../change';
import { Seen } from '../everywhere';

/** What the tags of the key in one Region call for. Keys only: values stand in the declaration. */
export interface Plan {
  /** Not there. */
  readonly add: readonly string[];
  /** The resource's, with a value of before. */
  readonly change: readonly string[];
  /** The resource's, and declared no more. */
  readonly unset: readonly string[];
  /** There already with the declared value. */
  readonly same: readonly string[];
  /** There already with another value, and not the resource's. */
  readonly taken: readonly string[];
  /** The other stack of this library whose key it is, if that keeps us from setting any. */
  readonly keeper?: string;
}

/** What the reconciler of tags knows of its earlier turns. */
export interface TagsMemory extends Refusable {
  readonly keyArn?: string;
  /** By Region; `null` where the key is not known. */
  readonly seen?: Seen<Plan | null>;
  /** True once everything was looked at, and calls may have been made. */
  readonly begun?: boolean;
  /** Calls that were made: `set us-east-1`, `unset us-east-1`. */
  readonly settled?: readonly string[];
  /** Regions where what this request did was taken back. */
  readonly undone?: readonly string[];
  /** What a delete left as it is, for people. */
  readonly left?: readonly string[];
}
