/* eslint-disable no-bitwise -- a variant is made by exclusive or */
/**
 * Keys between nodes of an AS 2805 network: a TDES key encrypted in CBC mode under a variant of the key
 * encryption key, which is that key combined with a mask of two bytes over its whole length.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';

const CIPHER = 'des-ede3-cbc';
const ZEROS = Buffer.alloc(8);

function variant(key: Buffer, mask: readonly [number, number]): Buffer {
  const masked = Buffer.from(key.map((byte, index) => byte ^ mask[index % 2]));
  return masked.length === 16 ? Buffer.concat([masked, masked.subarray(0, 8)]) : masked;
}

export function wrapUnderVariant(key: Buffer, wrappingKey: Buffer, mask: readonly [number, number]): Buffer {
  return createCipheriv(CIPHER, variant(wrappingKey, mask), ZEROS).setAutoPadding(false).update(key);
}

export function unwrapUnderVariant(cryptogram: Buffer, wrappingKey: Buffer, mask: readonly [number, number]): Buffer {
  return createDecipheriv(CIPHER, variant(wrappingKey, mask), ZEROS).setAutoPadding(false).update(cryptogram);
}
