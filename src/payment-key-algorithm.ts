import { KeyCheckValueAlgorithm } from './payment-key-check-value-algorithm';
import { expect, expectValue, Expectations, KNOWN_FLAG, NAME, optional } from './private/expected';
import { KeyProblem } from './private/key-problem';

/**
 * What the library must be told about an algorithm that it has no name for.
 */
export interface PaymentKeyAlgorithmOptions {
  /**
   * Whether keys of this algorithm are pairs of a private and a public key.
   *
   * @default - true for `RSA_` and `ECC_`, false for everything else
   */
  readonly asymmetric?: boolean;
}

interface Family {
  readonly prefix: string;
  readonly asymmetric: boolean;
  /** The default first. */
  readonly checkValueAlgorithms: readonly KeyCheckValueAlgorithm[];
}

const OPTIONS: Expectations<keyof PaymentKeyAlgorithmOptions> = { asymmetric: optional(KNOWN_FLAG) };

const { ANSI_X9_24, CMAC, HMAC, SHA_1 } = KeyCheckValueAlgorithm;

/** Samples of the service show either for TDES and AES, also the other one's default, and one value for everything else. */
const FAMILIES: readonly Family[] = [
  { prefix: 'TDES_', asymmetric: false, checkValueAlgorithms: [ANSI_X9_24, CMAC] },
  { prefix: 'AES_', asymmetric: false, checkValueAlgorithms: [CMAC, ANSI_X9_24] },
  { prefix: 'HMAC_', asymmetric: false, checkValueAlgorithms: [HMAC] },
  { prefix: 'RSA_', asymmetric: true, checkValueAlgorithms: [SHA_1] },
  { prefix: 'ECC_', asymmetric: true, checkValueAlgorithms: [SHA_1] },
];

/**
 * The algorithm of a key, with its length. It is fixed when the key is created.
 *
 * Two instances mean the same when their `value` is equal.
 *
 * API: `KeyAlgorithm`.
 */
export class PaymentKeyAlgorithm {
  /** Triple DES with a key of double length: 128 bits, 112 without parity. */
  public static readonly TDES_2KEY = new PaymentKeyAlgorithm('TDES_2KEY');
  /** Triple DES with a key of triple length: 192 bits, 168 without parity. */
  public static readonly TDES_3KEY = new PaymentKeyAlgorithm('TDES_3KEY');
  /** AES with a key of 128 bits. */
  public static readonly AES_128 = new PaymentKeyAlgorithm('AES_128');
  /** AES with a key of 192 bits. */
  public static readonly AES_192 = new PaymentKeyAlgorithm('AES_192');
  /** AES with a key of 256 bits. */
  public static readonly AES_256 = new PaymentKeyAlgorithm('AES_256');
  /** HMAC with SHA-224. */
  public static readonly HMAC_SHA224 = new PaymentKeyAlgorithm('HMAC_SHA224');
  /** HMAC with SHA-256. */
  public static readonly HMAC_SHA256 = new PaymentKeyAlgorithm('HMAC_SHA256');
  /** HMAC with SHA-384. */
  public static readonly HMAC_SHA384 = new PaymentKeyAlgorithm('HMAC_SHA384');
  /** HMAC with SHA-512. */
  public static readonly HMAC_SHA512 = new PaymentKeyAlgorithm('HMAC_SHA512');
  /** RSA key pair with a modulus of 2048 bits. */
  public static readonly RSA_2048 = new PaymentKeyAlgorithm('RSA_2048');
  /** RSA key pair with a modulus of 3072 bits. */
  public static readonly RSA_3072 = new PaymentKeyAlgorithm('RSA_3072');
  /** RSA key pair with a modulus of 4096 bits. */
  public static readonly RSA_4096 = new PaymentKeyAlgorithm('RSA_4096');
  /** Elliptic curve key pair on the NIST curve P-256. */
  public static readonly ECC_NIST_P256 = new PaymentKeyAlgorithm('ECC_NIST_P256');
  /** Elliptic curve key pair on the NIST curve P-384. */
  public static readonly ECC_NIST_P384 = new PaymentKeyAlgorithm('ECC_NIST_P384');
  /** Elliptic curve key pair on the NIST curve P-521. */
  public static readonly ECC_NIST_P521 = new PaymentKeyAlgorithm('ECC_NIST_P521');

  /**
   * An algorithm that this version of the library has no name for.
   *
   * @param value the algorithm as the service spells it, for example `AES_256`
   * @param options say so when keys are pairs and the name does not begin with `RSA_` or `ECC_`
   */
  public static of(value: string, options: PaymentKeyAlgorithmOptions = {}): PaymentKeyAlgorithm {
    expectValue('PaymentKeyAlgorithm.of', 'value', value, NAME);
    expect('PaymentKeyAlgorithm.of', 'options', options, OPTIONS);
    return new PaymentKeyAlgorithm(value, options.asymmetric);
  }

  /**
   * The algorithm as the service spells it.
   */
  public readonly value: string;

  /**
   * Whether keys of this algorithm are pairs of a private and a public key.
   */
  public readonly asymmetric: boolean;

  /**
   * API: `KeyClass` of a key that CreateKey makes with this algorithm.
   *
   * @internal
   */
  public readonly _keyClass: string;

  /**
   * What the service can compute the key check value with, first what it does unless told otherwise; undefined when not known.
   *
   * @internal
   */
  public readonly _keyCheckValueAlgorithms?: readonly KeyCheckValueAlgorithm[];

  /**
   * What a construct made with this throws.
   *
   * @internal
   */
  public readonly _problem?: KeyProblem;

  private constructor(value: string, asymmetric?: boolean) {
    const family = FAMILIES.find(({ prefix }) => value.startsWith(prefix));
    if (family && asymmetric !== undefined && asymmetric !== family.asymmetric) {
      this._problem = {
        name: 'KeyClassContradictsAlgorithm',
        message: `key algorithm ${value}: got asymmetric: ${asymmetric}, expected ${family.asymmetric} for every ${family.prefix} algorithm. Leave the option out`,
      };
    }
    this.value = value;
    this.asymmetric = family?.asymmetric ?? asymmetric ?? false;
    this._keyClass = this.asymmetric ? 'ASYMMETRIC_KEY_PAIR' : 'SYMMETRIC_KEY';
    this._keyCheckValueAlgorithms = family?.checkValueAlgorithms;
  }

  /**
   * The algorithm as the service spells it.
   */
  public toString(): string {
    return this.value;
  }
}
