import { expectValue, NAME } from './private/expected';

/**
 * How the service computes the key check value (KCV): the short fingerprint by which two parties
 * confirm that they hold the same key without showing it.
 *
 * Two instances mean the same when their `value` is equal.
 *
 * API: `KeyCheckValueAlgorithm`.
 */
export class KeyCheckValueAlgorithm {
  /**
   * AES-CMAC over 16 zero bytes, leftmost 3 bytes, 6 hexadecimal digits.
   * What the service uses for AES keys unless told otherwise.
   */
  public static readonly CMAC = new KeyCheckValueAlgorithm('CMAC');

  /**
   * Encryption of one block of zeros, leftmost 3 bytes, 6 hexadecimal digits (ANSI X9.24-1).
   * What the service uses for TDES keys unless told otherwise.
   */
  public static readonly ANSI_X9_24 = new KeyCheckValueAlgorithm('ANSI_X9_24');

  /**
   * HMAC of an empty message with the hash function of the key, leftmost 3 bytes, 6 hexadecimal digits.
   * What the service uses for HMAC keys unless told otherwise.
   */
  public static readonly HMAC = new KeyCheckValueAlgorithm('HMAC');

  /**
   * SHA-1 of the public key, 8 hexadecimal digits.
   * What the service uses for RSA and ECC key pairs unless told otherwise.
   */
  public static readonly SHA_1 = new KeyCheckValueAlgorithm('SHA_1');

  /**
   * An algorithm that this version of the library has no name for.
   *
   * @param value the algorithm as the service spells it, for example `CMAC`
   */
  public static of(value: string): KeyCheckValueAlgorithm {
    expectValue('KeyCheckValueAlgorithm.of', 'value', value, NAME);
    return new KeyCheckValueAlgorithm(value);
  }

  /**
   * The algorithm as the service spells it.
   */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }

  /**
   * The algorithm as the service spells it.
   */
  public toString(): string {
    return this.value;
  }
}
