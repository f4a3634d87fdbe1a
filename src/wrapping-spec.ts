import { expectValue, NAME } from './private/expected';

/**
 * How a key was encrypted under the RSA public key that the service hands out for an import.
 *
 * Two instances mean the same when their `value` is equal.
 *
 * API: `WrappingKeySpec`.
 */
export class WrappingSpec {
  /**
   * RSA-OAEP with SHA-256. What the service assumes unless told otherwise.
   */
  public static readonly RSA_OAEP_SHA_256 = new WrappingSpec('RSA_OAEP_SHA_256');

  /**
   * RSA-OAEP with SHA-512.
   */
  public static readonly RSA_OAEP_SHA_512 = new WrappingSpec('RSA_OAEP_SHA_512');

  /**
   * A padding and hash function that this version of the library has no name for.
   *
   * @param value the specification as the service spells it, for example `RSA_OAEP_SHA_256`
   */
  public static of(value: string): WrappingSpec {
    expectValue('WrappingSpec.of', 'value', value, NAME);
    return new WrappingSpec(value);
  }

  /**
   * The specification as the service spells it.
   */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }

  /**
   * The specification as the service spells it.
   */
  public toString(): string {
    return this.value;
  }
}
