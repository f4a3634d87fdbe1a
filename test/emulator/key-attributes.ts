import { KeyAlgorithm, KeyAttributes, ModeOfUse, MODES_OF_USE } from './shapes';

type Modes = readonly ModeOfUse[];

const DERIVE: readonly Modes[] = [['DeriveKey'], ['NoRestrictions']];
const GENERATE_VERIFY: readonly Modes[] = [['Generate'], ['Verify'], ['Generate', 'Verify'], ['NoRestrictions']];
const ENCRYPT_WITH_PUBLIC_KEY: readonly Modes[] = [
  ['Encrypt', 'Decrypt', 'Wrap', 'Unwrap'], ['Encrypt', 'Wrap'], ['Decrypt', 'Unwrap'],
];
const ENCRYPT_DECRYPT: readonly Modes[] = [...ENCRYPT_WITH_PUBLIC_KEY, ['NoRestrictions']];

const TDES: readonly KeyAlgorithm[] = ['TDES_2KEY', 'TDES_3KEY'];
const BLOCK: readonly KeyAlgorithm[] = [...TDES, 'AES_128', 'AES_192', 'AES_256'];
const HMAC: readonly KeyAlgorithm[] = ['HMAC_SHA224', 'HMAC_SHA256', 'HMAC_SHA384', 'HMAC_SHA512'];
const RSA: readonly KeyAlgorithm[] = ['RSA_2048', 'RSA_3072', 'RSA_4096'];
const ECC: readonly KeyAlgorithm[] = ['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521'];

interface Combination {
  readonly algorithms: readonly KeyAlgorithm[];
  /** The exact sets of modes; absent where no list is published: then any set will do. */
  readonly modes?: readonly Modes[];
}

/** What the service lets CreateKey combine, by key usage. */
export const COMBINATIONS: Readonly<Record<string, Combination>> = {
  TR31_B0_BASE_DERIVATION_KEY: { algorithms: BLOCK, modes: DERIVE },
  TR31_C0_CARD_VERIFICATION_KEY: { algorithms: BLOCK, modes: GENERATE_VERIFY },
  TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY: { algorithms: BLOCK, modes: ENCRYPT_DECRYPT },
  TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION: { algorithms: RSA, modes: ENCRYPT_WITH_PUBLIC_KEY },
  TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS: { algorithms: BLOCK, modes: DERIVE },
  TR31_E1_EMV_MKEY_CONFIDENTIALITY: { algorithms: BLOCK, modes: DERIVE },
  TR31_E2_EMV_MKEY_INTEGRITY: { algorithms: BLOCK, modes: DERIVE },
  TR31_E4_EMV_MKEY_DYNAMIC_NUMBERS: { algorithms: BLOCK, modes: DERIVE },
  TR31_E5_EMV_MKEY_CARD_PERSONALIZATION: { algorithms: BLOCK, modes: DERIVE },
  TR31_E6_EMV_MKEY_OTHER: { algorithms: BLOCK, modes: DERIVE },
  TR31_K0_KEY_ENCRYPTION_KEY: { algorithms: BLOCK, modes: ENCRYPT_DECRYPT },
  TR31_K1_KEY_BLOCK_PROTECTION_KEY: { algorithms: BLOCK, modes: ENCRYPT_DECRYPT },
  // The guide lists both sets for this usage.
  TR31_K2_TR34_ASYMMETRIC_KEY: { algorithms: RSA, modes: [['DeriveKey'], ...ENCRYPT_WITH_PUBLIC_KEY] },
  TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT: { algorithms: ECC, modes: [['DeriveKey']] },
  TR31_M0_ISO_16609_MAC_KEY: { algorithms: BLOCK },
  TR31_M1_ISO_9797_1_MAC_KEY: { algorithms: TDES, modes: GENERATE_VERIFY },
  TR31_M3_ISO_9797_3_MAC_KEY: { algorithms: TDES, modes: GENERATE_VERIFY },
  TR31_M6_ISO_9797_5_CMAC_KEY: { algorithms: BLOCK, modes: GENERATE_VERIFY },
  // The guide's table has block ciphers, its own example an HMAC key.
  TR31_M7_HMAC_KEY: { algorithms: [...BLOCK, ...HMAC], modes: GENERATE_VERIFY },
  TR31_P0_PIN_ENCRYPTION_KEY: { algorithms: BLOCK, modes: ENCRYPT_DECRYPT },
  TR31_P1_PIN_GENERATION_KEY: { algorithms: BLOCK },
  TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE: { algorithms: RSA, modes: [['Sign'], ['Verify']] },
  TR31_V1_IBM3624_PIN_VERIFICATION_KEY: { algorithms: BLOCK, modes: GENERATE_VERIFY },
  TR31_V2_VISA_PIN_VERIFICATION_KEY: { algorithms: BLOCK, modes: GENERATE_VERIFY },
};

export const isAsymmetric = (algorithm: KeyAlgorithm): boolean => /^(RSA|ECC)_/.test(algorithm);

export function modesOf(attributes: KeyAttributes): ModeOfUse[] {
  return MODES_OF_USE.filter(mode => attributes.KeyModesOfUse[mode] === true);
}

/** What is wrong with the attributes of a key to be created; nothing when they fit together. */
export function keyAttributesProblem(attributes: KeyAttributes): string | undefined {
  const { KeyUsage: usage, KeyAlgorithm: algorithm, KeyClass: keyClass } = attributes;
  const combination = COMBINATIONS[usage];
  const expectedClass = isAsymmetric(algorithm) ? 'ASYMMETRIC_KEY_PAIR' : 'SYMMETRIC_KEY';
  const modes = modesOf(attributes);
  if (!combination.algorithms.includes(algorithm)) {
    return `KeyAlgorithm ${algorithm} is not valid for KeyUsage ${usage}.`;
  }
  if (keyClass !== expectedClass) {
    return `KeyClass ${keyClass} is not valid for KeyAlgorithm ${algorithm}.`;
  }
  if (modes.length === 0) {
    return 'KeyModesOfUse must name at least one mode.';
  }
  const allowed = combination.modes?.some(set => set.length === modes.length && set.every(mode => modes.includes(mode)));
  return allowed === false ? `KeyModesOfUse ${modes.join(', ')} are not valid for KeyUsage ${usage}.` : undefined;
}
