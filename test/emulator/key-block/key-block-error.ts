/** What is wrong with a key block. */
export type KeyBlockFault =
  | 'unknown version'
  | 'wrong length'
  | 'malformed header'
  | 'malformed optional block'
  | 'malformed body'
  | 'unsuitable protection key'
  /** The block was changed, or it was made under another key: the two cannot be told apart. */
  | 'not authentic'
  | 'malformed key';

/** A key block that is refused. Messages name positions and lengths, and what stands in the clear; never a key. */
export class KeyBlockError extends Error {
  constructor(readonly fault: KeyBlockFault, message: string) {
    super(message);
    this.name = 'KeyBlockError';
  }
}
