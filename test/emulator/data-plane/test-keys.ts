import { randomBytes } from 'node:crypto';
import { CheckedEmulator, PRIMARY } from '../checked-emulator';
import { EmulatorOptions } from '../options';
import { KeyAttributes, ModeOfUse } from '../shapes';

const attributes = (KeyUsage: string, KeyAlgorithm: string, ...modes: ModeOfUse[]): KeyAttributes => ({
  KeyUsage,
  KeyAlgorithm: KeyAlgorithm as KeyAttributes['KeyAlgorithm'],
  KeyClass: /^(RSA|ECC)_/.test(KeyAlgorithm) ? 'ASYMMETRIC_KEY_PAIR' : 'SYMMETRIC_KEY',
  KeyModesOfUse: Object.fromEntries(modes.map(mode => [mode, true])),
});

const GENERATE_VERIFY = ['Generate', 'Verify'] as const;
const EVERYTHING = ['Encrypt', 'Decrypt', 'Wrap', 'Unwrap'] as const;

/** One key for every purpose of the data plane. */
export const KEY_ATTRIBUTES = {
  cvk: attributes('TR31_C0_CARD_VERIFICATION_KEY', 'TDES_2KEY', ...GENERATE_VERIFY),
  visaPvk: attributes('TR31_V2_VISA_PIN_VERIFICATION_KEY', 'TDES_2KEY', ...GENERATE_VERIFY),
  ibmPvk: attributes('TR31_V1_IBM3624_PIN_VERIFICATION_KEY', 'TDES_3KEY', ...GENERATE_VERIFY),
  ibmPvk2: attributes('TR31_V1_IBM3624_PIN_VERIFICATION_KEY', 'TDES_2KEY', ...GENERATE_VERIFY),
  pek: attributes('TR31_P0_PIN_ENCRYPTION_KEY', 'TDES_3KEY', ...EVERYTHING),
  aesPek: attributes('TR31_P0_PIN_ENCRYPTION_KEY', 'AES_128', ...EVERYTHING),
  bdk: attributes('TR31_B0_BASE_DERIVATION_KEY', 'TDES_2KEY', 'DeriveKey'),
  aesBdk: attributes('TR31_B0_BASE_DERIVATION_KEY', 'AES_128', 'DeriveKey'),
  aes256Bdk: attributes('TR31_B0_BASE_DERIVATION_KEY', 'AES_256', 'DeriveKey'),
  algorithm1: attributes('TR31_M1_ISO_9797_1_MAC_KEY', 'TDES_2KEY', ...GENERATE_VERIFY),
  algorithm3: attributes('TR31_M3_ISO_9797_3_MAC_KEY', 'TDES_2KEY', ...GENERATE_VERIFY),
  as2805Mac: attributes('TR31_M0_ISO_16609_MAC_KEY', 'TDES_2KEY', ...GENERATE_VERIFY),
  cmac: attributes('TR31_M6_ISO_9797_5_CMAC_KEY', 'AES_128', ...GENERATE_VERIFY),
  cmac256: attributes('TR31_M6_ISO_9797_5_CMAC_KEY', 'AES_256', ...GENERATE_VERIFY),
  tdesCmac: attributes('TR31_M6_ISO_9797_5_CMAC_KEY', 'TDES_2KEY', ...GENERATE_VERIFY),
  tdes3Cmac: attributes('TR31_M6_ISO_9797_5_CMAC_KEY', 'TDES_3KEY', ...GENERATE_VERIFY),
  hmac: attributes('TR31_M7_HMAC_KEY', 'HMAC_SHA256', ...GENERATE_VERIFY),
  data: attributes('TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY', 'TDES_3KEY', ...EVERYTHING),
  aesData: attributes('TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY', 'AES_128', ...EVERYTHING),
  freeData: attributes('TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY', 'TDES_2KEY', 'NoRestrictions'),
  rsa: attributes('TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION', 'RSA_2048', ...EVERYTHING),
  cryptograms: attributes('TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS', 'TDES_2KEY', 'DeriveKey'),
  confidentiality: attributes('TR31_E1_EMV_MKEY_CONFIDENTIALITY', 'TDES_2KEY', 'DeriveKey'),
  integrity: attributes('TR31_E2_EMV_MKEY_INTEGRITY', 'TDES_2KEY', 'DeriveKey'),
  dynamicNumbers: attributes('TR31_E4_EMV_MKEY_DYNAMIC_NUMBERS', 'TDES_2KEY', 'DeriveKey'),
  otherEmv: attributes('TR31_E6_EMV_MKEY_OTHER', 'TDES_2KEY', 'DeriveKey'),
  kek: attributes('TR31_K1_KEY_BLOCK_PROTECTION_KEY', 'AES_128', ...EVERYTHING),
  nodeKek: attributes('TR31_K0_KEY_ENCRYPTION_KEY', 'TDES_2KEY', ...EVERYTHING),
  agreement: attributes('TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', 'ECC_NIST_P256', 'DeriveKey'),
} as const;

export type KeyName = keyof typeof KEY_ATTRIBUTES;

/** An emulator whose keys a test can choose. */
export class DataPlaneEmulator extends CheckedEmulator {
  private readonly secrets: Buffer[];

  constructor(options: EmulatorOptions = {}) {
    const secrets: Buffer[] = [];
    // The first bytes that a creation asks for are the key.
    super({ random: size => secrets.shift() ?? randomBytes(size), ...options });
    this.secrets = secrets;
  }

  /** The ARN of a new key; with this secret in hexadecimal if one is given. */
  async key(name: KeyName, secret?: string, more: object = {}): Promise<string> {
    if (secret !== undefined) this.secrets.push(Buffer.from(secret, 'hex'));
    return (await this.createKey({ KeyAttributes: KEY_ATTRIBUTES[name], ...more })).KeyArn;
  }

  async run<Output = Record<string, string>>(operation: string, input: object, region: string = PRIMARY): Promise<Output> {
    return this.call<Output>(operation, input, { region });
  }
}
