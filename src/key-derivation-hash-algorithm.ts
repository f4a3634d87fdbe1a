import { expectValue, NAME } from './private/expected';

/**
 * The hash function inside a key derivation function. Both parties of a key agreement use the same.
 *
 * Two instances mean the same when their `value` is equal.
 *
 * API: `KeyDerivationHashAlgorithm`.
 */
export class KeyDerivationHashAlgorithm {
  /**
   * SHA-256.
   */
  public static readonly SHA_256 = new KeyDerivationHashAlgorithm('SHA_256');

  /**
   * SHA-384.
   */
  public static readonly SHA_384 = new KeyDerivationHashAlgorithm('SHA_384');

  /**
   * SHA-512.
   */
  public static readonly SHA_512 = new KeyDerivationHashAlgorithm('SHA_512');

  /**
   * A hash function that this version of the library has no name for.
   *
   * @param value the hash function as the service spells it, for example `SHA_256`
   */
  public static of(value: string): KeyDerivationHashAlgorithm {
    expectValue('KeyDerivationHashAlgorithm.of', 'value', value, NAME);
    return new KeyDerivationHashAlgorithm(value);
  }

  /**
   * The hash function as the service spells it.
   */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }

  /**
   * The hash function as the service spells it.
   */
  public toString(): string {
    return this.value;
  }
}
