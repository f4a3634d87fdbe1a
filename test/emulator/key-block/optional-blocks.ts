/**
 * The optional blocks between the sixteen characters of a header and the key.
 *
 * One is an identifier of two characters, its whole length, and data:
 * `HM0621` is the block HM of 6 characters with the data 21. A length that does not
 * fit into one byte is written `00`, then how many bytes it takes, then itself:
 * `00 02 0123`.
 *
 * PB fills the header up to a whole number of cipher blocks. It says nothing, so it
 * is left out when blocks are read and added when they are written.
 */
import { KeyBlockError } from './key-block-error';

/** Data by identifier, in the order in which the blocks stand. */
export type OptionalBlocks = ReadonlyMap<string, string>;

const PADDING = 'PB';
const PREFIX = 4;
const EXTENDED_PREFIX = 10;
const LARGEST_SHORT_LENGTH = 0xff;

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, '0');

const malformed = (message: string): KeyBlockError => new KeyBlockError('malformed optional block', message);

/** Where a block's data begins, and where the block ends. */
function extentOf(text: string, start: number, id: string): { data: number; end: number } {
  const number = (from: number, digits: number): number => {
    const field = text.slice(from, from + digits);
    if (field.length < digits || !/^[0-9A-Fa-f]+$/.test(field)) throw malformed(`Optional block ${id} has no hexadecimal length.`);
    return parseInt(field, 16);
  };
  const short = number(start + 2, 2);
  if (short !== 0) return { data: start + PREFIX, end: start + short };
  const digits = number(start + 4, 2) * 2;
  if (digits === 0) throw malformed(`Optional block ${id} has a length without digits.`);
  return { data: start + 6 + digits, end: start + number(start + 6, digits) };
}

/** Reads `count` blocks from a position of a key block's text. */
export function readOptionalBlocks(text: string, start: number, count: number): { blocks: OptionalBlocks; end: number } {
  const blocks = new Map<string, string>();
  let position = start;
  for (let index = 0; index < count; index += 1) {
    const id = text.slice(position, position + 2);
    if (!/^[0-9A-Z]{2}$/.test(id)) throw malformed(`Optional block ${index + 1} of ${count} has no identifier of two characters.`);
    const { data, end } = extentOf(text, position, id);
    if (end < data || end > text.length) throw malformed(`Optional block ${id} has a length that does not fit into the key block.`);
    if (blocks.has(id)) throw malformed(`Optional block ${id} stands there twice.`);
    blocks.set(id, text.slice(data, end));
    position = end;
  }
  blocks.delete(PADDING);
  return { blocks, end: position };
}

function written(id: string, data: string): string {
  const short = PREFIX + data.length;
  return short <= LARGEST_SHORT_LENGTH
    ? `${id}${hex(short, 2)}${data}`
    : `${id}0002${hex(EXTENDED_PREFIX + data.length, 4)}${data}`;
}

/** The blocks as text that is a whole number of cipher blocks long, and how many they are. */
export function writeOptionalBlocks(blocks: OptionalBlocks, cipherBlock: number): { text: string; count: number } {
  const entries = [...blocks].filter(([id]) => id !== PADDING);
  const text = entries.map(([id, data]) => written(id, data)).join('');
  const surplus = text.length % cipherBlock;
  if (surplus === 0) return { text, count: entries.length };
  const room = cipherBlock - surplus;
  // A block without data would be legal, but is written by nobody.
  const padding = room <= PREFIX ? room + cipherBlock : room;
  return { text: text + written(PADDING, '0'.repeat(padding - PREFIX)), count: entries.length + 1 };
}

const HASHES = { 20: 'SHA224', 21: 'SHA256', 22: 'SHA384', 23: 'SHA512' } as const;

export type HmacHash = (typeof HASHES)[keyof typeof HASHES];

/** The hash that the HM block of an HMAC key names, if it has one that is known. */
export function hmacHashOf(blocks: OptionalBlocks): HmacHash | undefined {
  const code = blocks.get('HM') ?? '';
  return Object.hasOwn(HASHES, code) ? HASHES[code as unknown as keyof typeof HASHES] : undefined;
}

/** The data of an HM block. */
export function hmacHashCode(hash: HmacHash): string {
  return Object.entries(HASHES).find(([, name]) => name === hash)![0];
}
