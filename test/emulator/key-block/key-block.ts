/**
 * Key blocks of ANSI X9.143 (TR-31), versions A to D: a key, encrypted under a protection key, with a header
 * in the clear that says what the key may be used for and that nobody can change unnoticed.
 *
 *     D0112 P0 A E 00 E 00 00   B826…  C34
 *     header                    key    authenticator
 *
 * `parseKeyBlock` reads what stands in the clear and needs no key. `openKeyBlock` also authenticates and decrypts.
 * `sealKeyBlock` makes a block. Each refuses with a KeyBlockError. Text is taken as it is: the header is
 * authenticated character by character, so a block whose case was changed is another block.
 *
 * What is encrypted is the length of the key in bits (two bytes), the key, and random bytes. These hide the
 * length of a TDES or AES key: every such key takes the room of the longest of its algorithm.
 */
import { KeyBlockHeader, readHeader, writeHeader } from './header';
import { KeyBlockError } from './key-block-error';
import { protectionOf, SealedBody } from './protection';

export interface ParsedKeyBlock {
  readonly header: KeyBlockHeader;
  /** Everything before the encrypted key, as it stands there. */
  readonly headerText: string;
  /** Encrypted key and authenticator, in hexadecimal. */
  readonly bodyText: string;
}

export interface OpenedKeyBlock {
  readonly header: KeyBlockHeader;
  readonly key: Buffer;
}

const LENGTH_FIELD = 2;

/** The longest key of an algorithm in bytes; keys of other algorithms show their length. */
const LONGEST_KEY: Readonly<Record<string, number>> = { T: 24, A: 32 };

export function parseKeyBlock(block: string): ParsedKeyBlock {
  const { header, text } = readHeader(block);
  const bodyText = block.slice(text.length);
  if (!/^([0-9A-Fa-f]{2})+$/.test(bodyText)) {
    throw new KeyBlockError('malformed body', 'What follows the header of the key block is not hexadecimal.');
  }
  return { header, headerText: text, bodyText };
}

function splitBody(bodyText: string, authenticatorLength: number, cipherBlock: number): SealedBody {
  const body = Buffer.from(bodyText, 'hex');
  const encryptedLength = body.length - authenticatorLength;
  if (encryptedLength <= 0 || encryptedLength % cipherBlock !== 0) {
    throw new KeyBlockError('malformed body', `What follows the header of the key block is not a number of cipher blocks of ${cipherBlock} bytes and an authenticator.`);
  }
  return { encrypted: body.subarray(0, encryptedLength), authenticator: body.subarray(encryptedLength) };
}

function keyFrom(plain: Buffer): Buffer {
  const bits = plain.readUInt16BE(0);
  const key = plain.subarray(LENGTH_FIELD, LENGTH_FIELD + bits / 8);
  if (bits === 0 || bits % 8 !== 0 || key.length * 8 !== bits) {
    throw new KeyBlockError('malformed key', 'The length of the key inside the key block does not fit into the key block.');
  }
  return key;
}

/** Header and key of a block, proven to be as they were sealed. */
export function openKeyBlock(block: string, protectionKey: Buffer): OpenedKeyBlock {
  const { header, headerText, bodyText } = parseKeyBlock(block);
  const protection = protectionOf(header.version, protectionKey);
  const body = splitBody(bodyText, protection.authenticatorLength, protection.cipherBlock);
  const plain = protection.open(protectionKey, Buffer.from(headerText, 'latin1'), body);
  if (plain === undefined) {
    throw new KeyBlockError('not authentic', 'The key block was changed, or it was made under another protection key.');
  }
  return { header, key: keyFrom(plain) };
}

/** A key block. `random` gives the bytes that hide the length of the key. */
export function sealKeyBlock(header: KeyBlockHeader, key: Buffer, protectionKey: Buffer, random: (size: number) => Buffer): string {
  const protection = protectionOf(header.version, protectionKey);
  const hidden = Math.max(key.length, LONGEST_KEY[header.algorithm] ?? 0);
  const length = Math.ceil((LENGTH_FIELD + hidden) / protection.cipherBlock) * protection.cipherBlock;
  const bits = Buffer.alloc(LENGTH_FIELD);
  bits.writeUInt16BE(key.length * 8);
  const plain = Buffer.concat([bits, key, random(length - LENGTH_FIELD - key.length)]);
  const text = writeHeader(header, protection.cipherBlock, (length + protection.authenticatorLength) * 2);
  const { encrypted, authenticator } = protection.seal(protectionKey, Buffer.from(text, 'latin1'), plain);
  return text + Buffer.concat([encrypted, authenticator]).toString('hex').toUpperCase();
}
