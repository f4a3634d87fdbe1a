/**
 * Message authentication codes: ISO 9797-1 algorithms 1 and 3 over TDES, CMAC, HMAC.
 * Algorithms 1 and 3 take whole blocks: ISO 9797-1 leaves open which padding makes them whole.
 */
import { createHmac } from 'node:crypto';
import { cmac } from '../cmac';
import { BLOCK_SIZE, CipherKey, decrypt, encrypt, tdes } from './block-cipher';

/** Zeros up to a whole number of blocks, at least one. */
export function padWithZeros(message: Buffer, blockSize: number = BLOCK_SIZE.TDES): Buffer {
  const size = Math.max(1, Math.ceil(message.length / blockSize)) * blockSize;
  return Buffer.concat([message, Buffer.alloc(size - message.length)]);
}

/** A bit of one, then zeros: padding method 2 of ISO 9797-1, which is that of ISO 7816-4. */
export const padWithOne = (message: Buffer, blockSize?: number): Buffer => padWithZeros(Buffer.concat([message, Buffer.from([0x80])]), blockSize);

/** Algorithm 1: the last block of an encryption in CBC mode. */
export const cbcMac = (key: Buffer, blocks: Buffer): Buffer => encrypt(tdes(key), blocks, 'CBC').subarray(-8);

/** Algorithm 3, the retail MAC: CBC with single DES, and TDES for the last block only. */
export function retailMac(key: Buffer, blocks: Buffer): Buffer {
  const [first, second, third] = [0, 8, 16].map(start => tdes(Buffer.concat([key, key]).subarray(start, start + 8)));
  return encrypt(third, decrypt(second, encrypt(first, blocks, 'CBC').subarray(-8)));
}

export const cipherMac = (key: CipherKey, message: Buffer): Buffer =>
  cmac(block => encrypt(key, block), BLOCK_SIZE[key.family], message);

export type HmacHash = 'SHA224' | 'SHA256' | 'SHA384' | 'SHA512';

export const hashMac = (key: Buffer, hash: HmacHash, message: Buffer): Buffer => createHmac(hash.toLowerCase(), key).update(message).digest();
