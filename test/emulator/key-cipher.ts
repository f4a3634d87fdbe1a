import { aes, CipherKey, tdes } from './cryptography/block-cipher';
import { KeyMaterial } from './key-material';
import { KeyAlgorithm } from './shapes';

/** The block cipher of a symmetric key. What is not TDES is taken for AES. */
export const cipherKeyOf = ({ secret }: KeyMaterial, algorithm: KeyAlgorithm): CipherKey =>
  (algorithm.startsWith('TDES_') ? tdes : aes)(secret!);
