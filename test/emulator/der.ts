/**
 * DER, as far as certificates and TR-34 need it: elements are a tag, a length and content,
 * which is bytes or further elements.
 *
 * Certificates are read by node:crypto. They are made here, not by @peculiar/x509: TR-34 has a format of its own, which that package
 * neither reads nor writes, so this file would stay, and so would the requests of certificates, which the service signs with
 * SHA-224 if asked to. WebCrypto, on which the package is built, has no SHA-224. The package would replace issueCertificate and
 * its extensions by a call of about the same length, which is asynchronous and brings a dozen packages into the emulator's bundle.
 */

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** [0], of bytes. */
  context0: 0x80,
  /** [0], of elements. */
  constructed0: 0xa0,
  constructed3: 0xa3,
} as const;

export interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** The whole element, as it stood in what was read. */
  readonly encoded: Buffer;
}

export class DerError extends Error {}

/** Reads all elements one after the other. */
export function readElements(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  for (let start = 0; start < bytes.length;) {
    const { contentStart, end } = extent(bytes, start);
    elements.push({ tag: bytes[start], content: bytes.subarray(contentStart, end), encoded: bytes.subarray(start, end) });
    start = end;
  }
  return elements;
}

function extent(bytes: Buffer, start: number): { contentStart: number; end: number } {
  const first = bytes[start + 1];
  const lengthBytes = first !== undefined && first > 0x80 ? first - 0x80 : 0;
  const contentStart = start + 2 + lengthBytes;
  // A length of five bytes would be of more than four gigabytes; 0x80 alone is the indefinite form, which DER does not have.
  if (first === undefined || first === 0x80 || lengthBytes > 4 || contentStart > bytes.length) throw new DerError('An element has no length.');
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(start + 2, lengthBytes);
  if (contentStart + length > bytes.length) throw new DerError('An element is longer than what it stands in.');
  return { contentStart, end: contentStart + length };
}

/** The elements inside an element of a tag. */
export function inside(outer: Element | undefined, tag: number): Element[] {
  return readElements(contentOf(outer, tag));
}

export function contentOf(found: Element | undefined, tag: number): Buffer {
  if (found?.tag !== tag) throw new DerError(`An element of tag ${tag.toString(16)} is missing.`);
  return found.content;
}

function lengthOf(content: Buffer): Buffer {
  if (content.length < 0x80) return Buffer.from([content.length]);
  const digits = content.length.toString(16);
  const bytes = Buffer.from(digits.padStart(digits.length + digits.length % 2, '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 + bytes.length]), bytes]);
}

/** Writes an element. */
export function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const bytes = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOf(bytes), bytes]);
}

export const sequence = (...content: readonly Buffer[]): Buffer => element(TAG.sequence, ...content);

export const setOf = (...content: readonly Buffer[]): Buffer => element(TAG.set, ...content);

export const octets = (bytes: Buffer): Buffer => element(TAG.octetString, bytes);

export const smallInteger = (value: number): Buffer => element(TAG.integer, Buffer.from([value]));

/** A number without a sign. */
export function unsignedInteger(bytes: Buffer): Buffer {
  return element(TAG.integer, bytes[0] < 0x80 ? bytes : Buffer.concat([Buffer.alloc(1), bytes]));
}

export const bits = (bytes: Buffer, unused = 0): Buffer => element(TAG.bitString, Buffer.from([unused]), bytes);

export const absent = (): Buffer => element(TAG.null);

/** An object identifier written with dots. */
export function objectIdentifier(dotted: string): Buffer {
  const [first, second, ...more] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...more].flatMap(base128);
  return element(TAG.objectIdentifier, Buffer.from(bytes));
}

function base128(value: number): number[] {
  const groups = [value % 128];
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) groups.unshift(left % 128 + 128);
  return groups;
}
