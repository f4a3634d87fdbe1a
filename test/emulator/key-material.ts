import { generateKeyPair, KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { KeyAlgorithm } from './shapes';

export interface SecretMaterial {
  readonly secret: Buffer;
  readonly publicKey?: undefined;
  readonly privateKey?: undefined;
  readonly certificate?: undefined;
}

export interface KeyPairMaterial {
  readonly secret?: undefined;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly certificate?: undefined;
}

/** A public key that was imported with its certificate. */
export interface CertificateMaterial {
  readonly secret?: undefined;
  readonly publicKey: KeyObject;
  readonly privateKey?: undefined;
  /** PEM. */
  readonly certificate: string;
}

/** What a key is made of. Never part of an answer or of the request log. */
export type KeyMaterial = SecretMaterial | KeyPairMaterial | CertificateMaterial;

export type RandomBytes = (size: number) => Buffer;

const SECRET_BYTES: Partial<Record<KeyAlgorithm, number>> = {
  TDES_2KEY: 16,
  TDES_3KEY: 24,
  AES_128: 16,
  AES_192: 24,
  AES_256: 32,
  HMAC_SHA224: 28,
  HMAC_SHA256: 32,
  HMAC_SHA384: 48,
  HMAC_SHA512: 64,
};

const RSA_BITS: Partial<Record<KeyAlgorithm, number>> = { RSA_2048: 2048, RSA_3072: 3072, RSA_4096: 4096 };

const CURVES: Partial<Record<KeyAlgorithm, string>> = {
  ECC_NIST_P256: 'prime256v1',
  ECC_NIST_P384: 'secp384r1',
  ECC_NIST_P521: 'secp521r1',
};

const generate = promisify(generateKeyPair);

/** The size of a secret in bytes; nothing for key pairs. */
export const secretSize = (algorithm: KeyAlgorithm): number | undefined => SECRET_BYTES[algorithm];

/**
 * Asynchronous for key pairs only: a large RSA key takes a second. Node.js makes key pairs in threads of its own,
 * so that other requests are answered meanwhile.
 */
export async function generateKeyMaterial(algorithm: KeyAlgorithm, random: RandomBytes): Promise<KeyMaterial> {
  const bytes = secretSize(algorithm);
  if (bytes === undefined) return generateKeyPairMaterial(algorithm);
  const secret = random(bytes);
  return { secret: algorithm.startsWith('TDES_') ? withOddParity(secret) : secret };
}

export async function generateKeyPairMaterial(algorithm: KeyAlgorithm): Promise<KeyPairMaterial> {
  const modulusLength = RSA_BITS[algorithm];
  return modulusLength === undefined ? generate('ec', { namedCurve: CURVES[algorithm]! }) : generate('rsa', { modulusLength });
}

/** The last bit of each byte of a DES key makes the number of its ones odd. */
export function withOddParity(key: Buffer): Buffer {
  return Buffer.from(key.map(byte => {
    const upper = byte - byte % 2;
    const ones = upper.toString(2).replaceAll('0', '').length;
    return ones % 2 === 0 ? upper + 1 : upper;
  }));
}
