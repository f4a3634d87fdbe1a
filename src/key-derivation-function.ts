import { expectValue, NAME } from './private/expected';

/**
 * How the key that wraps a key block is derived from the shared secret of a key agreement by ECDH. Both parties use the same.
 *
 * Two instances mean the same when their `value` is equal.
 *
 * API: `KeyDerivationFunction`.
 */
export class KeyDerivationFunction {
  /**
   * The one-step derivation of NIST SP 800-56C.
   */
  public static readonly NIST_SP800 = new KeyDerivationFunction('NIST_SP800');

  /**
   * The derivation of ANSI X9.63.
   */
  public static readonly ANSI_X963 = new KeyDerivationFunction('ANSI_X963');

  /**
   * A function that this version of the library has no name for.
   *
   * @param value the function as the service spells it, for example `NIST_SP800`
   */
  public static of(value: string): KeyDerivationFunction {
    expectValue('KeyDerivationFunction.of', 'value', value, NAME);
    return new KeyDerivationFunction(value);
  }

  /**
   * The function as the service spells it.
   */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }

  /**
   * The function as the service spells it.
   */
  public toString(): string {
    return this.value;
  }
}
