import { expect, Expectations, KNOWN_FLAG, optional } from './private/expected';
import { KeyProblem } from './private/key-problem';

/**
 * What a key may be used for, one flag for each mode. At least one must be true.
 *
 * API: `KeyModesOfUse`. Which sets a key usage allows is checked by `PaymentKeySpec`.
 */
export interface PaymentKeyModesOfUseOptions {
  /**
   * The key may encrypt data.
   *
   * @default false
   */
  readonly encrypt?: boolean;

  /**
   * The key may decrypt data.
   *
   * @default false
   */
  readonly decrypt?: boolean;

  /**
   * The key may wrap (export) other keys.
   *
   * @default false
   */
  readonly wrap?: boolean;

  /**
   * The key may unwrap (import) other keys.
   *
   * @default false
   */
  readonly unwrap?: boolean;

  /**
   * The key may generate values that it can verify later: card verification values, PIN verification
   * values, message authentication codes.
   *
   * @default false
   */
  readonly generate?: boolean;

  /**
   * The key may make digital signatures.
   *
   * @default false
   */
  readonly sign?: boolean;

  /**
   * The key may verify values or digital signatures.
   *
   * @default false
   */
  readonly verify?: boolean;

  /**
   * Other keys may be derived from the key.
   *
   * @default false
   */
  readonly deriveKey?: boolean;

  /**
   * The key may do everything that its usage allows. The service knows this mode only alone.
   *
   * @default false
   */
  readonly noRestrictions?: boolean;
}

const MODES: readonly [keyof PaymentKeyModesOfUseOptions, string][] = [
  ['encrypt', 'Encrypt'],
  ['decrypt', 'Decrypt'],
  ['wrap', 'Wrap'],
  ['unwrap', 'Unwrap'],
  ['generate', 'Generate'],
  ['sign', 'Sign'],
  ['verify', 'Verify'],
  ['deriveKey', 'DeriveKey'],
  ['noRestrictions', 'NoRestrictions'],
];

const FLAGS: Expectations = Object.fromEntries(MODES.map(([flag]) => [flag, optional(KNOWN_FLAG)]));

/**
 * The set of modes in which a key may be used. It is fixed when the key is created.
 *
 * Two instances mean the same when their `modes` are equal.
 *
 * API: `KeyModesOfUse`; ANSI X9.143 / TR-31: mode of key use.
 */
export class PaymentKeyModesOfUse {
  /**
   * Encrypt and decrypt data, wrap and unwrap keys (TR-31 mode B).
   */
  public static readonly ENCRYPT_DECRYPT_WRAP_UNWRAP = PaymentKeyModesOfUse.of({ encrypt: true, decrypt: true, wrap: true, unwrap: true });

  /**
   * The outbound half: encrypt data and wrap keys (TR-31 mode E).
   */
  public static readonly ENCRYPT_WRAP = PaymentKeyModesOfUse.of({ encrypt: true, wrap: true });

  /**
   * The inbound half: decrypt data and unwrap keys (TR-31 mode D).
   */
  public static readonly DECRYPT_UNWRAP = PaymentKeyModesOfUse.of({ decrypt: true, unwrap: true });

  /**
   * Generate values and verify them (TR-31 mode C).
   */
  public static readonly GENERATE_AND_VERIFY = PaymentKeyModesOfUse.of({ generate: true, verify: true });

  /**
   * Generate values; some other key verifies them (TR-31 mode G).
   */
  public static readonly GENERATE_ONLY = PaymentKeyModesOfUse.of({ generate: true });

  /**
   * Verify values or signatures that some other key made (TR-31 mode V).
   */
  public static readonly VERIFY_ONLY = PaymentKeyModesOfUse.of({ verify: true });

  /**
   * Make digital signatures; the public half verifies them (TR-31 mode S).
   */
  public static readonly SIGN = PaymentKeyModesOfUse.of({ sign: true });

  /**
   * Derive other keys (TR-31 mode X).
   */
  public static readonly DERIVE_KEY = PaymentKeyModesOfUse.of({ deriveKey: true });

  /**
   * Everything that the key's usage allows (TR-31 mode N).
   */
  public static readonly NO_RESTRICTIONS = PaymentKeyModesOfUse.of({ noRestrictions: true });

  /**
   * A set of modes.
   *
   * @param options the modes to allow; at least one
   */
  public static of(options: PaymentKeyModesOfUseOptions): PaymentKeyModesOfUse {
    expect('PaymentKeyModesOfUse.of', 'options', options, FLAGS);
    return new PaymentKeyModesOfUse(MODES.filter(([flag]) => options[flag]).map(([, mode]) => mode));
  }

  /**
   * The allowed modes as the service spells them, always in this order: `Encrypt`, `Decrypt`, `Wrap`,
   * `Unwrap`, `Generate`, `Sign`, `Verify`, `DeriveKey`, `NoRestrictions`.
   */
  public readonly modes: string[];

  /**
   * What a construct made with this throws.
   *
   * @internal
   */
  public readonly _problem?: KeyProblem;

  private constructor(modes: string[]) {
    if (modes.length === 0) {
      this._problem = {
        name: 'NoModesOfUse',
        message: `modes of use: got none, expected at least one of ${MODES.map(([flag]) => flag).join(', ')}. Set one to true, or use a named set such as PaymentKeyModesOfUse.GENERATE_AND_VERIFY`,
      };
    }
    this.modes = Object.freeze(modes) as string[];
  }

  /**
   * The allowed modes joined by `+`, for example `Generate+Verify`.
   */
  public toString(): string {
    return this.modes.join('+');
  }
}
