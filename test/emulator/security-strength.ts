import { KeyAlgorithm } from './shapes';

/**
 * Bits of security by NIST SP 800-57. They decide what may protect what: RSA_3072 protects AES_128, TDES_2KEY
 * protects TDES_2KEY only. For HMAC keys, which the guide's table leaves out, it is half of the hash.
 */
const STRENGTH: Readonly<Record<KeyAlgorithm, number>> = {
  TDES_2KEY: 80,
  TDES_3KEY: 112,
  AES_128: 128,
  AES_192: 192,
  AES_256: 256,
  HMAC_SHA224: 112,
  HMAC_SHA256: 128,
  HMAC_SHA384: 192,
  HMAC_SHA512: 256,
  RSA_2048: 112,
  RSA_3072: 128,
  RSA_4096: 152,
  ECC_NIST_P256: 128,
  ECC_NIST_P384: 192,
  ECC_NIST_P521: 256,
};

export const securityStrength = (algorithm: KeyAlgorithm): number => STRENGTH[algorithm];

/** Why a key cannot protect another one; nothing when it can. */
export function weaknessOf(protecting: KeyAlgorithm, protectedKey: KeyAlgorithm): string | undefined {
  return securityStrength(protecting) < securityStrength(protectedKey)
    ? `A key of ${protecting} is weaker than the key of ${protectedKey} it is to protect.`
    : undefined;
}
