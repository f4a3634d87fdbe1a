import { PaymentKeyUsage } from './payment-key-usage';
import { expectValue, NAME } from './private/expected';

/** What the service makes of a key under each variant. */
const USAGES: ReadonlyMap<string, PaymentKeyUsage> = new Map([
  ['TERMINAL_MAJOR_KEY_VARIANT_00', PaymentKeyUsage.TR31_K0_KEY_ENCRYPTION_KEY],
  ['PIN_ENCRYPTION_KEY_VARIANT_28', PaymentKeyUsage.TR31_P0_PIN_ENCRYPTION_KEY],
  ['MESSAGE_AUTHENTICATION_KEY_VARIANT_24', PaymentKeyUsage.TR31_M0_ISO_16609_MAC_KEY],
  ['DATA_ENCRYPTION_KEY_VARIANT_22', PaymentKeyUsage.TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY],
]);

/**
 * Under which variant of the key encryption key (KEK) a key was encrypted by AS 2805.6.1. The variant says what the key is
 * for, so it decides the usage that the specification of the key must have.
 *
 * Two instances mean the same when their `value` is equal.
 *
 * API: `As2805KeyVariant`.
 */
export class As2805KeyVariant {
  /**
   * A terminal major key, which encrypts other keys: key usage K0.
   */
  public static readonly TERMINAL_MAJOR_KEY_VARIANT_00 = new As2805KeyVariant('TERMINAL_MAJOR_KEY_VARIANT_00');

  /**
   * A key that encrypts PIN blocks: key usage P0.
   */
  public static readonly PIN_ENCRYPTION_KEY_VARIANT_28 = new As2805KeyVariant('PIN_ENCRYPTION_KEY_VARIANT_28');

  /**
   * A key for message authentication codes: key usage M0.
   */
  public static readonly MESSAGE_AUTHENTICATION_KEY_VARIANT_24 = new As2805KeyVariant('MESSAGE_AUTHENTICATION_KEY_VARIANT_24');

  /**
   * A key that encrypts data: key usage D0.
   */
  public static readonly DATA_ENCRYPTION_KEY_VARIANT_22 = new As2805KeyVariant('DATA_ENCRYPTION_KEY_VARIANT_22');

  /**
   * A variant that this version of the library has no name for. The usage of its keys is not checked.
   *
   * @param value the variant as the service spells it, for example `PIN_ENCRYPTION_KEY_VARIANT_28`
   */
  public static of(value: string): As2805KeyVariant {
    expectValue('As2805KeyVariant.of', 'value', value, NAME);
    return new As2805KeyVariant(value);
  }

  /**
   * The variant as the service spells it.
   */
  public readonly value: string;

  /**
   * What keys under this variant are for; `undefined` of a variant that this version does not know.
   *
   * @internal
   */
  public readonly _usage?: PaymentKeyUsage;

  private constructor(value: string) {
    this.value = value;
    this._usage = USAGES.get(value);
  }

  /**
   * The variant as the service spells it.
   */
  public toString(): string {
    return this.value;
  }
}
