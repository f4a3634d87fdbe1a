import { Refusable } from '../change';
import { Seen } from '../everywhere';

/** The ARN of the key that an alias belongs to; empty when it belongs to none, `null` when there is no such alias. */
export type Target = string | null;

/** What the reconciler of aliases knows of its earlier turns. */
export interface AliasMemory extends Refusable {
  readonly aliasName?: string;
  /** By Region. Forgotten where a call was refused, since it may be out of date. */
  readonly seen?: Seen<Target>;
  /** Regions where this request saw no such alias: one that belongs to the key later is its own. */
  readonly missing?: readonly string[];
  /** The keys from which this request moves the alias, by Region. */
  readonly moved?: Readonly<Record<string, string>>;
  /** Regions where nothing is left to do. They are not read again: UpdateAlias is eventually consistent. */
  readonly settled?: readonly string[];
  /** Regions where what this request did was taken back. */
  readonly undone?: readonly string[];
}
