import { KeyBlockError } from './key-block-error';
import { OptionalBlocks, readOptionalBlocks, writeOptionalBlocks } from './optional-blocks';

export type KeyBlockVersion = 'A' | 'B' | 'C' | 'D';

/** What a key block says of its key in the clear. Everything here is protected by the block's authenticator. */
export interface KeyBlockHeader {
  readonly version: KeyBlockVersion;
  /** Two characters: `C0` is a card verification key. */
  readonly usage: string;
  /** `T` is TDES, `A` is AES, `H` is HMAC. */
  readonly algorithm: string;
  /** `B` is encrypt and decrypt, `C` is generate and verify, and so on. */
  readonly mode: string;
  /** Two characters; `00` is a key without versions, and `c2` is the second component of a key, not a key. */
  readonly keyVersion: string;
  /** `E` is exportable under a trusted key, `S` is sensitive, `N` is not exportable. */
  readonly exportability: string;
  readonly optionalBlocks: OptionalBlocks;
}

export const HEADER_LENGTH = 16;

/** Version, length, usage, algorithm, mode, key version, exportability, number of optional blocks, reserved. */
const FIXED = /^([ABCD])(\d{4})([0-9A-Z]{2})([0-9A-Z])([0-9A-Z])([0-9A-Zc][0-9A-Z])([0-9A-Z])(\d{2})([0-9A-Z]{2})$/;

const LONGEST = 9999;

export interface ReadHeader {
  readonly header: KeyBlockHeader;
  /** Everything before the encrypted key, as it stands there: the authenticator covers these characters. */
  readonly text: string;
}

function checkVersion(block: string): void {
  const version = block.charAt(0);
  if (!/^[ABCD]$/.test(version)) throw new KeyBlockError('unknown version', 'The key block does not begin with version A, B, C or D.');
}

function checkLength(block: string): void {
  const declared = block.slice(1, 5);
  if (!/^\d{4}$/.test(declared)) throw new KeyBlockError('malformed header', 'The key block does not have its length in its second to fifth character.');
  if (Number(declared) !== block.length) {
    throw new KeyBlockError('wrong length', `The key block says that it has ${Number(declared)} characters, and has ${block.length}.`);
  }
}

/** Reads the header of a whole key block. */
export function readHeader(block: string): ReadHeader {
  checkVersion(block);
  checkLength(block);
  return readHeaderAlone(block);
}

/** Reads a header that stands by itself, or at the beginning of something, with a length that says nothing. */
export function readHeaderAlone(block: string): ReadHeader {
  const match = FIXED.exec(block.slice(0, HEADER_LENGTH));
  if (match === null) throw new KeyBlockError('malformed header', 'The first sixteen characters of the key block are not a header.');
  const [, version, , usage, algorithm, mode, keyVersion, exportability, count] = match;
  const { blocks, end } = readOptionalBlocks(block, HEADER_LENGTH, Number(count));
  return {
    header: { version: version as KeyBlockVersion, usage, algorithm, mode, keyVersion, exportability, optionalBlocks: blocks },
    text: block.slice(0, end),
  };
}

/** The header of a block in which `bodyLength` characters follow it. */
export function writeHeader(header: KeyBlockHeader, cipherBlock: number, bodyLength: number): string {
  const { version, usage, algorithm, mode, keyVersion, exportability } = header;
  const { text, count } = writeOptionalBlocks(header.optionalBlocks, cipherBlock);
  const length = HEADER_LENGTH + text.length + bodyLength;
  if (length > LONGEST) throw new KeyBlockError('wrong length', `A key block of ${length} characters would be longer than ${LONGEST}.`);
  const fixed = [version, String(length).padStart(4, '0'), usage, algorithm, mode, keyVersion, exportability, String(count).padStart(2, '0'), '00'].join('');
  if (!FIXED.test(fixed)) throw new KeyBlockError('malformed header', `${fixed} is not the header of a key block.`);
  return fixed + text;
}
