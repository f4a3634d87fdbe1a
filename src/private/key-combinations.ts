import { KeyProblem } from './key-problem';
import { PaymentKeyAlgorithm } from '../payment-key-algorithm';
import { PaymentKeyModesOfUse } from '../payment-key-modes-of-use';
import { PaymentKeyUsage } from '../payment-key-usage';

/** Something to warn of: the key can perhaps be created, but it may not be what its author wants. */
export interface KeyCaution {
  /** Stable: users acknowledge the warning by it. */
  readonly id: string;
  readonly message: string;
}

/** What is wrong with a combination, and what may be. */
export interface Judgement {
  readonly problems: readonly KeyProblem[];
  readonly cautions: readonly KeyCaution[];
}

/** What is published of the keys of a usage. */
export interface UsageRule {
  /** Published as creatable. */
  readonly algorithms: readonly string[];
  readonly modesOfUse: readonly PaymentKeyModesOfUse[];
  /** Those of `algorithms` that no cryptographic operation accepts. */
  readonly idle?: readonly string[];
  /** Not published for this usage, but seen to work or documented elsewhere. */
  readonly unpublished?: readonly string[];
  /** Published only in part: anything else draws a caution instead of an error. */
  readonly open?: boolean;
}

const TDES = ['TDES_2KEY', 'TDES_3KEY'];
const AES = ['AES_128', 'AES_192', 'AES_256'];
const HMAC = ['HMAC_SHA224', 'HMAC_SHA256', 'HMAC_SHA384', 'HMAC_SHA512'];
const RSA = ['RSA_2048', 'RSA_3072', 'RSA_4096'];
const ECC = ['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521'];

const {
  ENCRYPT_DECRYPT_WRAP_UNWRAP, ENCRYPT_WRAP, DECRYPT_UNWRAP, GENERATE_AND_VERIFY, GENERATE_ONLY, VERIFY_ONLY, SIGN, DERIVE_KEY, NO_RESTRICTIONS,
} = PaymentKeyModesOfUse;

const CIPHER_PAIR = [ENCRYPT_DECRYPT_WRAP_UNWRAP, ENCRYPT_WRAP, DECRYPT_UNWRAP];
const CIPHER = [...CIPHER_PAIR, NO_RESTRICTIONS];
const CHECK = [GENERATE_AND_VERIFY, GENERATE_ONLY, VERIFY_ONLY, NO_RESTRICTIONS];
const DERIVE = [DERIVE_KEY, NO_RESTRICTIONS];

const EMV: UsageRule = { algorithms: [...TDES, ...AES], modesOfUse: DERIVE, idle: AES };
const ENCRYPTING: UsageRule = { algorithms: [...TDES, ...AES], modesOfUse: CIPHER };
const CHECKING: UsageRule = { algorithms: [...TDES, ...AES], modesOfUse: CHECK };

/**
 * Which keys the service creates: User Guide, "Understanding key attributes"; for M0, P1 and which keys
 * no operation accepts, "Valid keys for cryptographic operations"; for HMAC algorithms, "Creating keys".
 */
const RULES = new Map<string, UsageRule>(Object.entries({
  TR31_B0_BASE_DERIVATION_KEY: { algorithms: [...TDES, ...AES], modesOfUse: DERIVE, idle: ['TDES_3KEY'] },
  TR31_C0_CARD_VERIFICATION_KEY: { ...CHECKING, idle: AES },
  TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY: ENCRYPTING,
  TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION: { algorithms: RSA, modesOfUse: CIPHER_PAIR },
  TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS: { ...EMV, idle: ['TDES_3KEY', ...AES] },
  TR31_E1_EMV_MKEY_CONFIDENTIALITY: EMV,
  TR31_E2_EMV_MKEY_INTEGRITY: EMV,
  TR31_E4_EMV_MKEY_DYNAMIC_NUMBERS: EMV,
  TR31_E5_EMV_MKEY_CARD_PERSONALIZATION: EMV,
  TR31_E6_EMV_MKEY_OTHER: EMV,
  TR31_K0_KEY_ENCRYPTION_KEY: ENCRYPTING,
  TR31_K1_KEY_BLOCK_PROTECTION_KEY: ENCRYPTING,
  TR31_K2_TR34_ASYMMETRIC_KEY: { algorithms: RSA, modesOfUse: [...CIPHER_PAIR, DERIVE_KEY] },
  TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT: { algorithms: ECC, modesOfUse: [DERIVE_KEY] },
  TR31_M0_ISO_16609_MAC_KEY: { algorithms: TDES, modesOfUse: [GENERATE_AND_VERIFY, GENERATE_ONLY, VERIFY_ONLY], open: true },
  TR31_M1_ISO_9797_1_MAC_KEY: { algorithms: TDES, modesOfUse: CHECK },
  TR31_M3_ISO_9797_3_MAC_KEY: { algorithms: TDES, modesOfUse: CHECK },
  TR31_M6_ISO_9797_5_CMAC_KEY: CHECKING,
  TR31_M7_HMAC_KEY: { algorithms: [...HMAC, ...TDES, ...AES], modesOfUse: CHECK },
  TR31_P0_PIN_ENCRYPTION_KEY: ENCRYPTING,
  TR31_P1_PIN_GENERATION_KEY: { algorithms: ['TDES_3KEY'], modesOfUse: [ENCRYPT_DECRYPT_WRAP_UNWRAP], idle: ['TDES_3KEY'], open: true },
  TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE: { algorithms: RSA, modesOfUse: [SIGN, VERIFY_ONLY], unpublished: ECC },
  TR31_V1_IBM3624_PIN_VERIFICATION_KEY: CHECKING,
  TR31_V2_VISA_PIN_VERIFICATION_KEY: CHECKING,
}));

/** What is published of a usage, as the service names it. */
export function ruleOf(usage: string): UsageRule | undefined {
  return RULES.get(usage);
}

const KNOWN_ALGORITHMS = new Set([...RULES.values()].flatMap(({ algorithms }) => algorithms));

/** What the service surely refuses, AlgorithmNotAllowedForUsage or ModesOfUseNotAllowedForUsage, and what a user should be warned of. */
export function judgeCombination(usage: PaymentKeyUsage, algorithm: PaymentKeyAlgorithm, modesOfUse: PaymentKeyModesOfUse): Judgement {
  const rule = ruleOf(usage.value);
  const algorithmKnown = KNOWN_ALGORITHMS.has(algorithm.value);
  const cautions: KeyCaution[] = [
    ...(rule ? [] : [{
      id: 'unknownKeyUsage',
      message: `this version does not know key usage ${usage}, so the combination with ${algorithm} and ${modesOfUse} is not checked. Check the spelling against the service's KeyUsage.`,
    }]),
    ...(algorithmKnown ? [] : [{
      id: 'unknownKeyAlgorithm',
      message: `this version does not know key algorithm ${algorithm}, so the combination with ${usage} and ${modesOfUse} is not checked. Check the spelling against the service's KeyAlgorithm.`,
    }]),
  ];
  if (!rule || !algorithmKnown) {
    return { problems: [], cautions };
  }

  const algorithmPublished = rule.algorithms.includes(algorithm.value);
  const modesPublished = rule.modesOfUse.some((allowed) => allowed.toString() === modesOfUse.toString());
  if (!rule.open) {
    if (!algorithmPublished && !rule.unpublished?.includes(algorithm.value)) {
      return {
        cautions,
        problems: [{
          name: 'AlgorithmNotAllowedForUsage',
          message: `key usage ${usage}: got algorithm ${algorithm}, expected one of ${rule.algorithms.join(', ')}. Choose one of these, or the usage that the algorithm is for`,
        }],
      };
    }
    if (!modesPublished) {
      return {
        cautions,
        problems: [{
          name: 'ModesOfUseNotAllowedForUsage',
          message: `key usage ${usage}: got modes of use ${modesOfUse}, expected exactly one of these sets: ${rule.modesOfUse.join(', ')}. Choose one of these, or the usage that the modes are for`,
        }],
      };
    }
  }
  if (!algorithmPublished || !modesPublished) {
    cautions.push({
      id: 'unpublishedKeyCombination',
      message: `the service does not publish key usage ${usage} with ${algorithm} and ${modesOfUse}, and may refuse to create the key. Published: ${rule.algorithms.join(', ')} with one of the sets ${rule.modesOfUse.join(', ')}.`,
    });
  }
  if (rule.idle?.includes(algorithm.value)) {
    const usable = rule.algorithms.filter((allowed) => !rule.idle?.includes(allowed));
    cautions.push({
      id: 'keyNotUsableInOperations',
      message: `the service creates a key of usage ${usage} with ${algorithm}, but no cryptographic operation accepts it today. ${usable.length ? `Usable: ${usable.join(', ')}` : 'No algorithm makes this usage usable'}.`,
    });
  }
  return { problems: [], cautions };
}
