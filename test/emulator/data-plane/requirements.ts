/** Which keys an operation takes: the guide's page about valid keys, and what was seen where it is silent. */
import { KeyAlgorithm, ModeOfUse } from '../shapes';
import { Requirement } from './usable-key';

const TDES: readonly KeyAlgorithm[] = ['TDES_2KEY', 'TDES_3KEY'];
const AES: readonly KeyAlgorithm[] = ['AES_128', 'AES_192', 'AES_256'];
const HMAC: readonly KeyAlgorithm[] = ['HMAC_SHA224', 'HMAC_SHA256', 'HMAC_SHA384', 'HMAC_SHA512'];
const RSA: readonly KeyAlgorithm[] = ['RSA_2048', 'RSA_3072', 'RSA_4096'];

const of = (usages: string | readonly string[], algorithms: readonly KeyAlgorithm[], mode: ModeOfUse): Requirement =>
  ({ usages: ([] as string[]).concat(usages), algorithms, mode });

type GenerateOrVerify = 'Generate' | 'Verify';
type EncryptOrDecrypt = 'Encrypt' | 'Decrypt';

export const REQUIREMENTS = {
  cardVerification: (mode: GenerateOrVerify) => of('TR31_C0', ['TDES_2KEY'], mode),
  cardSecurityCode: (mode: GenerateOrVerify) => of('TR31_C0', TDES, mode),
  dynamicNumbers: of('TR31_E4', ['TDES_2KEY'], 'DeriveKey'),
  otherEmv: of('TR31_E6', ['TDES_2KEY'], 'DeriveKey'),
  // The guide lists TDES_3KEY only, and shorter ones were seen to work.
  ibm3624: (mode: GenerateOrVerify) => of('TR31_V1', TDES, mode),
  visaPin: (mode: GenerateOrVerify) => of('TR31_V2', TDES, mode),
  pinEncryption: (mode: EncryptOrDecrypt) => of('TR31_P0', [...TDES, ...AES], mode),
  baseDerivation: of('TR31_B0', ['TDES_2KEY', ...AES], 'DeriveKey'),
  algorithm1: (mode: GenerateOrVerify) => of('TR31_M1', TDES, mode),
  algorithm3: (mode: GenerateOrVerify) => of('TR31_M3', TDES, mode),
  as2805Mac: (mode: GenerateOrVerify) => of('TR31_M0', TDES, mode),
  cmac: (mode: GenerateOrVerify) => of('TR31_M6', [...TDES, ...AES], mode),
  hmac: (mode: GenerateOrVerify) => of('TR31_M7', [...TDES, ...AES, ...HMAC], mode),
  applicationCryptograms: of('TR31_E0', ['TDES_2KEY'], 'DeriveKey'),
  emvConfidentiality: of('TR31_E1', ['TDES_2KEY'], 'DeriveKey'),
  emvIntegrity: of('TR31_E2', ['TDES_2KEY'], 'DeriveKey'),
  symmetricData: (mode: EncryptOrDecrypt) => of('TR31_D0', [...TDES, ...AES], mode),
  asymmetricData: (mode: EncryptOrDecrypt) => of('TR31_D1', RSA, mode),
  unwrapping: of(['TR31_K0', 'TR31_K1'], [...TDES, ...AES], 'Unwrap'),
  wrapping: of(['TR31_K0', 'TR31_K1'], [...TDES, ...AES], 'Wrap'),
} as const;
