/* eslint-disable no-bitwise -- the variants are made by exclusive or */
/**
 * How each version of a key block encrypts its key and proves that nothing was changed.
 *
 * | version | keys from the protection key | authenticator | its length | covers |
 * |---|---|---|---|---|
 * | A, C | exclusive or with a constant ("variant") | TDES CBC-MAC | 4 | header and encrypted key |
 * | B | CMAC of a counter ("derivation") | TDES CMAC | 8 | header and plain key, and is the initial vector |
 * | D | CMAC of a counter | AES CMAC | 16 | header and plain key, and is the initial vector |
 */
import { createCipheriv, createDecipheriv, timingSafeEqual } from 'node:crypto';
import { cmac } from '../cmac';
import { KeyBlockVersion } from './header';
import { KeyBlockError } from './key-block-error';

export interface SealedBody {
  readonly encrypted: Buffer;
  readonly authenticator: Buffer;
}

interface Cipher {
  readonly block: 8 | 16;
  /** Sizes of a protection key in bytes. */
  readonly keys: readonly number[];
  encrypt(key: Buffer, iv: Buffer, plain: Buffer): Buffer;
  decrypt(key: Buffer, iv: Buffer, encrypted: Buffer): Buffer;
}

/** A double length TDES key is used as K1 K2 K1. */
const tripled = (key: Buffer): Buffer => key.length === 16 ? Buffer.concat([key, key.subarray(0, 8)]) : key;

const TDES: Cipher = {
  block: 8,
  keys: [16, 24],
  encrypt: (key, iv, plain) => createCipheriv('des-ede3-cbc', tripled(key), iv).setAutoPadding(false).update(plain),
  decrypt: (key, iv, encrypted) => createDecipheriv('des-ede3-cbc', tripled(key), iv).setAutoPadding(false).update(encrypted),
};

const AES: Cipher = {
  block: 16,
  keys: [16, 24, 32],
  encrypt: (key, iv, plain) => createCipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false).update(plain),
  decrypt: (key, iv, encrypted) => createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv).setAutoPadding(false).update(encrypted),
};

const cmacUnder = (cipher: Cipher, key: Buffer, message: Buffer): Buffer =>
  cmac(block => cipher.encrypt(key, Buffer.alloc(cipher.block), block), cipher.block, message);

/** Protects by one of the two methods. `header` are the bytes of everything before the encrypted key. */
interface Binding {
  readonly authenticatorLength: number;
  seal(protectionKey: Buffer, header: Buffer, plain: Buffer): SealedBody;
  /** The plain key data; nothing when the authenticator does not fit. */
  open(protectionKey: Buffer, header: Buffer, body: SealedBody): Buffer | undefined;
}

const VARIANT_ENCRYPTION = 0x45;
const VARIANT_AUTHENTICATION = 0x4d;

function variantBinding(cipher: Cipher): Binding {
  const authenticatorLength = 4;
  const variant = (key: Buffer, constant: number): Buffer => Buffer.from(key.map(byte => byte ^ constant));
  const authenticate = (key: Buffer, header: Buffer, encrypted: Buffer): Buffer =>
    cipher.encrypt(variant(key, VARIANT_AUTHENTICATION), Buffer.alloc(cipher.block), Buffer.concat([header, encrypted]))
      .subarray(-cipher.block).subarray(0, authenticatorLength);
  const initialVector = (header: Buffer): Buffer => header.subarray(0, cipher.block);
  return {
    authenticatorLength,
    seal: (key, header, plain) => {
      const encrypted = cipher.encrypt(variant(key, VARIANT_ENCRYPTION), initialVector(header), plain);
      return { encrypted, authenticator: authenticate(key, header, encrypted) };
    },
    open: (key, header, { encrypted, authenticator }) => {
      // Optional blocks of a foreign block may not fill a cipher block: then nobody can have authenticated it.
      if (header.length % cipher.block !== 0) return undefined;
      return timingSafeEqual(authenticate(key, header, encrypted), authenticator)
        ? cipher.decrypt(variant(key, VARIANT_ENCRYPTION), initialVector(header), encrypted)
        : undefined;
    },
  };
}

const PURPOSES = { encryption: 0, authentication: 1 } as const;

/** The codes of TR-31 for what a derived key is for: the cipher and the number of bits. */
const DERIVATION_CODES: Readonly<Record<8 | 16, Readonly<Record<number, number>>>> = {
  8: { 16: 0, 24: 1 },
  16: { 16: 2, 24: 3, 32: 4 },
};

function derivedKey(cipher: Cipher, key: Buffer, purpose: keyof typeof PURPOSES): Buffer {
  const blocks = Array.from({ length: Math.ceil(key.length / cipher.block) }, (_, index) => {
    const input = Buffer.alloc(8);
    input.writeUInt8(index + 1, 0);
    input.writeUInt16BE(PURPOSES[purpose], 1);
    input.writeUInt16BE(DERIVATION_CODES[cipher.block][key.length], 4);
    input.writeUInt16BE(key.length * 8, 6);
    return cmacUnder(cipher, key, input);
  });
  return Buffer.concat(blocks).subarray(0, key.length);
}

function derivationBinding(cipher: Cipher): Binding {
  const authenticate = (key: Buffer, header: Buffer, plain: Buffer): Buffer =>
    cmacUnder(cipher, derivedKey(cipher, key, 'authentication'), Buffer.concat([header, plain]));
  return {
    authenticatorLength: cipher.block,
    seal: (key, header, plain) => {
      const authenticator = authenticate(key, header, plain);
      return { encrypted: cipher.encrypt(derivedKey(cipher, key, 'encryption'), authenticator, plain), authenticator };
    },
    open: (key, header, { encrypted, authenticator }) => {
      const plain = cipher.decrypt(derivedKey(cipher, key, 'encryption'), authenticator, encrypted);
      return timingSafeEqual(authenticate(key, header, plain), authenticator) ? plain : undefined;
    },
  };
}

export interface Protection extends Binding {
  readonly cipherBlock: 8 | 16;
}

const METHODS: Readonly<Record<KeyBlockVersion, { cipher: Cipher; binding: Binding }>> = {
  A: { cipher: TDES, binding: variantBinding(TDES) },
  B: { cipher: TDES, binding: derivationBinding(TDES) },
  C: { cipher: TDES, binding: variantBinding(TDES) },
  D: { cipher: AES, binding: derivationBinding(AES) },
};

/** How a version protects, for a protection key that suits it. */
export function protectionOf(version: KeyBlockVersion, protectionKey: Buffer): Protection {
  const { cipher, binding } = METHODS[version];
  if (!cipher.keys.includes(protectionKey.length)) {
    const sizes = cipher.keys.map(bytes => bytes * 8).join(', ');
    throw new KeyBlockError('unsuitable protection key',
      `A key block of version ${version} needs a protection key of ${sizes} bits, not of ${protectionKey.length * 8}.`);
  }
  return { ...binding, cipherBlock: cipher.block };
}
