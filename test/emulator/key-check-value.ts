import { createHash, KeyObject } from 'node:crypto';
import { BLOCK_SIZE, CipherKey, encrypt } from './cryptography/block-cipher';
import { cipherMac, hashMac, HmacHash } from './cryptography/message-authentication';
import { cipherKeyOf } from './key-cipher';
import { KeyMaterial } from './key-material';
import { KeyAlgorithm, KeyCheckValueAlgorithm } from './shapes';

export type PublicKeyEncoding = 'SPKI' | 'PKCS1';

interface Family {
  readonly matches: RegExp;
  /** Selectable algorithms, the default first. */
  readonly algorithms: readonly KeyCheckValueAlgorithm[];
}

/** ANSI_X9_24 on AES appears in a recorded event; CMAC of TDES keys is defined by NIST. */
const FAMILIES: readonly Family[] = [
  { matches: /^TDES_/, algorithms: ['ANSI_X9_24', 'CMAC'] },
  { matches: /^AES_/, algorithms: ['CMAC', 'ANSI_X9_24'] },
  { matches: /^HMAC_/, algorithms: ['HMAC'] },
  { matches: /^(RSA|ECC)_/, algorithms: ['SHA_1'] },
];

export function keyCheckValueAlgorithms(algorithm: KeyAlgorithm): readonly KeyCheckValueAlgorithm[] {
  return FAMILIES.find(family => family.matches.test(algorithm))!.algorithms;
}

const zeros = ({ family }: CipherKey): Buffer => Buffer.alloc(BLOCK_SIZE[family]);

function publicKeyBytes(key: KeyObject, encoding: PublicKeyEncoding): Buffer {
  if (encoding === 'SPKI') return key.export({ type: 'spki', format: 'der' });
  if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs1', format: 'der' });
  // PKCS#1 knows RSA only; the nearest thing for a curve is its bare point.
  const { x, y } = key.export({ format: 'jwk' });
  return Buffer.concat([Buffer.from([4]), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')]);
}

type Calculation = (material: KeyMaterial, algorithm: KeyAlgorithm, encoding: PublicKeyEncoding) => Buffer;

const CALCULATIONS: Record<KeyCheckValueAlgorithm, Calculation> = {
  ANSI_X9_24: (material, algorithm) => {
    const key = cipherKeyOf(material, algorithm);
    return encrypt(key, zeros(key)).subarray(0, 3);
  },
  CMAC: (material, algorithm) => {
    const key = cipherKeyOf(material, algorithm);
    return cipherMac(key, zeros(key)).subarray(0, 3);
  },
  HMAC: ({ secret }, algorithm) => hashMac(secret!, algorithm.replace('HMAC_', '') as HmacHash, Buffer.alloc(0)).subarray(0, 3),
  SHA_1: ({ publicKey }, _algorithm, encoding) =>
    createHash('sha1').update(publicKeyBytes(publicKey!, encoding)).digest().subarray(0, 4),
};

export function keyCheckValue(
  material: KeyMaterial,
  algorithm: KeyAlgorithm,
  keyCheckValueAlgorithm: KeyCheckValueAlgorithm,
  encoding: PublicKeyEncoding = 'SPKI',
): string {
  return CALCULATIONS[keyCheckValueAlgorithm](material, algorithm, encoding).toString('hex').toUpperCase();
}
