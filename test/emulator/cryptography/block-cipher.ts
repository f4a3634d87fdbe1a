/**
 * TDES and AES over node:crypto, in the modes of NIST SP 800-38A.
 *
 * OpenSSL has TDES with three keys only: two keys are used as K1 K2 K1, and one key K
 * as K K K, which is single DES.
 */
import { CipherGCMTypes, createCipheriv, createDecipheriv } from 'node:crypto';

export type CipherFamily = 'TDES' | 'AES';

export interface CipherKey {
  readonly family: CipherFamily;
  readonly key: Buffer;
}

export type CipherMode = 'ECB' | 'CBC' | 'CFB1' | 'CFB8' | 'CFB' | 'OFB';

export const BLOCK_SIZE: Readonly<Record<CipherFamily, number>> = { TDES: 8, AES: 16 };

export const tdes = (key: Buffer): CipherKey => ({ family: 'TDES', key });
export const aes = (key: Buffer): CipherKey => ({ family: 'AES', key });

function openSsl({ family, key }: CipherKey, mode: CipherMode, iv: Buffer | undefined): [CipherGCMTypes, Buffer, Buffer | null] {
  const name = `${family === 'TDES' ? 'des-ede3' : `aes-${key.length * 8}`}-${mode.toLowerCase()}`;
  const expanded = family === 'TDES' ? Buffer.concat([key, key, key]).subarray(0, 24) : key;
  // The types of node:crypto know the names of authenticated modes only.
  return [name as CipherGCMTypes, expanded, mode === 'ECB' ? null : iv ?? Buffer.alloc(BLOCK_SIZE[family])];
}

/** Without an initialization vector: one of zeros. ECB and CBC take whole blocks. */
export function encrypt(key: CipherKey, data: Buffer, mode: CipherMode = 'ECB', iv?: Buffer): Buffer {
  const cipher = createCipheriv(...openSsl(key, mode, iv)).setAutoPadding(false);
  return Buffer.concat([cipher.update(data), cipher.final()]);
}

export function decrypt(key: CipherKey, data: Buffer, mode: CipherMode = 'ECB', iv?: Buffer): Buffer {
  const decipher = createDecipheriv(...openSsl(key, mode, iv)).setAutoPadding(false);
  return Buffer.concat([decipher.update(data), decipher.final()]);
}
