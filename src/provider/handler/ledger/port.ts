import { Item } from './item';

/**
 * The provider's table (Amazon DynamoDB). Every read is consistent, every write is conditional on what was read.
 * Each method is one request and throws `ServiceFault`, nothing else.
 */
export interface Ledger {
  read(id: string): Promise<Item | undefined>;
  /**
   * Writes the item if the table holds the revision before it (`item.revision - 1`), or none if that is 0.
   *
   * @returns whether it was written; if not, the item that the table holds instead
   */
  write(item: Item): Promise<Written>;
  /** The properties of a request that are too large for its item. Written once, before the item names them. */
  readProperties(id: string): Promise<string | undefined>;
  writeProperties(id: string, json: string): Promise<void>;
}

export type Written =
  | { readonly kind: 'written' }
  /** Somebody else wrote first, or this very write was committed although its answer was lost: `writer` tells which. */
  | { readonly kind: 'refused'; readonly current: Item | undefined };
