import { PaymentKeyAlgorithm } from './payment-key-algorithm';
import { PaymentKeyModesOfUse } from './payment-key-modes-of-use';
import { PaymentKeyUsage } from './payment-key-usage';
import { Expectations, expect, optional, thing } from './private/expected';
import { judgeCombination, KeyCaution } from './private/key-combinations';
import { KeyProblem } from './private/key-problem';

/**
 * What may differ from the preset of a key specification.
 */
export interface PaymentKeySpecOptions {
  /**
   * The algorithm of the key.
   *
   * @default - the preset's own, named in its description
   */
  readonly algorithm?: PaymentKeyAlgorithm;

  /**
   * The modes in which the key may be used.
   *
   * @default - the preset's own, named in its description
   */
  readonly modesOfUse?: PaymentKeyModesOfUse;
}

/**
 * A key specification in full.
 */
export interface PaymentKeySpecProps {
  /**
   * What the key is for.
   */
  readonly usage: PaymentKeyUsage;

  /**
   * The algorithm of the key.
   */
  readonly algorithm: PaymentKeyAlgorithm;

  /**
   * The modes in which the key may be used.
   */
  readonly modesOfUse: PaymentKeyModesOfUse;
}

/** Also of another copy of this library. */
const SPEC: Expectations<keyof PaymentKeySpecProps> = {
  usage: thing('a PaymentKeyUsage, for example PaymentKeyUsage.TR31_C0_CARD_VERIFICATION_KEY', 'value'),
  algorithm: thing('a PaymentKeyAlgorithm, for example PaymentKeyAlgorithm.TDES_2KEY', 'value', '_keyClass'),
  modesOfUse: {
    what: 'a PaymentKeyModesOfUse, for example PaymentKeyModesOfUse.GENERATE_AND_VERIFY',
    is: value => Array.isArray(value?.modes),
  },
};

const OPTIONS: Expectations<keyof PaymentKeySpecOptions> = { algorithm: optional(SPEC.algorithm), modesOfUse: optional(SPEC.modesOfUse) };

/** A spec of the catalogue, with what differs from it. */
function preset(options: PaymentKeySpecOptions, standard: PaymentKeySpecProps): PaymentKeySpec {
  expect(`PaymentKeySpec, usage ${standard.usage}`, 'options', options, OPTIONS);
  return PaymentKeySpec.of({
    usage: standard.usage,
    algorithm: options.algorithm ?? standard.algorithm,
    modesOfUse: options.modesOfUse ?? standard.modesOfUse,
  });
}

/**
 * What kind of key: its usage, algorithm and modes of use, which the service accepts only in certain
 * combinations. All three are fixed when the key is created.
 *
 * A combination that the service surely refuses is an error of the key that is declared with it. One that this version
 * of the library cannot judge, or that makes a key no operation accepts, draws a warning there.
 *
 * API: `KeyAttributes`.
 */
export class PaymentKeySpec {
  /**
   * Any key, including usages and algorithms that this version of the library has no name for.
   *
   * @param props usage, algorithm and modes of use
   */
  public static of(props: PaymentKeySpecProps): PaymentKeySpec {
    return new PaymentKeySpec(props);
  }

  /**
   * A base derivation key (BDK), from which the service derives the DUKPT keys of terminals (key usage B0).
   *
   * Algorithm: `AES_128`, for AES DUKPT (ANSI X9.24-3), because triple DES is being withdrawn from new terminals.
   * Terminals with TDES DUKPT need `TDES_2KEY`. `TDES_3KEY` can be created, but no operation accepts it.
   *
   * Modes of use: `DERIVE_KEY`.
   *
   * @param options what differs from that
   */
  public static baseDerivation(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_B0_BASE_DERIVATION_KEY,
      algorithm: PaymentKeyAlgorithm.AES_128,
      modesOfUse: PaymentKeyModesOfUse.DERIVE_KEY,
    });
  }

  /**
   * A card verification key (CVK) for CVV, CVV2, iCVV and American Express CSC (key usage C0).
   *
   * Algorithm: `TDES_2KEY`, because the operations for CVV and CVV2 accept nothing else. CSC can use `TDES_3KEY`
   * too. AES keys can be created, but no operation accepts them.
   *
   * Modes of use: `GENERATE_AND_VERIFY`.
   *
   * @param options what differs from that
   */
  public static cardVerification(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_C0_CARD_VERIFICATION_KEY,
      algorithm: PaymentKeyAlgorithm.TDES_2KEY,
      modesOfUse: PaymentKeyModesOfUse.GENERATE_AND_VERIFY,
    });
  }

  /**
   * A symmetric key that encrypts and decrypts data (key usage D0).
   *
   * Algorithm: `AES_256`, because no scheme or terminal dictates anything weaker here.
   *
   * Modes of use: `ENCRYPT_DECRYPT_WRAP_UNWRAP`.
   *
   * @param options what differs from that
   */
  public static dataEncryption(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY,
      algorithm: PaymentKeyAlgorithm.AES_256,
      modesOfUse: PaymentKeyModesOfUse.ENCRYPT_DECRYPT_WRAP_UNWRAP,
    });
  }

  /**
   * A key pair with which others encrypt data that only the service can decrypt (key usage D1).
   *
   * Algorithm: `RSA_3072`, the smallest with a strength of 128 bits. This usage does not allow `NO_RESTRICTIONS`.
   *
   * Modes of use: `ENCRYPT_DECRYPT_WRAP_UNWRAP`.
   *
   * @param options what differs from that
   */
  public static asymmetricDataEncryption(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION,
      algorithm: PaymentKeyAlgorithm.RSA_3072,
      modesOfUse: PaymentKeyModesOfUse.ENCRYPT_DECRYPT_WRAP_UNWRAP,
    });
  }

  /**
   * The public key of another party, which the service encrypts with (key usage D1). For
   * `KeyMaterial.trustedCertificate`.
   *
   * Algorithm: `RSA_3072`, the smallest with a strength of 128 bits. It must be that of the certificate.
   *
   * Modes of use: `ENCRYPT_WRAP`.
   *
   * @param options what differs from that
   */
  public static publicKeyEncryption(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION,
      algorithm: PaymentKeyAlgorithm.RSA_3072,
      modesOfUse: PaymentKeyModesOfUse.ENCRYPT_WRAP,
    });
  }

  /**
   * An EMV issuer master key for application cryptograms, ARQC and ARPC (key usage E0).
   *
   * Algorithm: `TDES_2KEY`, because no operation accepts anything else.
   *
   * Modes of use: `DERIVE_KEY`.
   *
   * @param options what differs from that
   */
  public static emvApplicationCryptograms(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS,
      algorithm: PaymentKeyAlgorithm.TDES_2KEY,
      modesOfUse: PaymentKeyModesOfUse.DERIVE_KEY,
    });
  }

  /**
   * An EMV issuer master key that keeps issuer scripts and data confidential (key usage E1).
   *
   * Algorithm: `TDES_2KEY`, the length of EMV issuer master keys, and all that the operations are documented for.
   *
   * Modes of use: `DERIVE_KEY`.
   *
   * @param options what differs from that
   */
  public static emvConfidentiality(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_E1_EMV_MKEY_CONFIDENTIALITY,
      algorithm: PaymentKeyAlgorithm.TDES_2KEY,
      modesOfUse: PaymentKeyModesOfUse.DERIVE_KEY,
    });
  }

  /**
   * An EMV issuer master key that protects issuer scripts from change (key usage E2).
   *
   * Algorithm: `TDES_2KEY`, the length of EMV issuer master keys, and all that the operations are documented for.
   * For `GenerateMacEmvPinChange` the service documents `NO_RESTRICTIONS` as the modes of this key.
   *
   * Modes of use: `DERIVE_KEY`.
   *
   * @param options what differs from that
   */
  public static emvIntegrity(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_E2_EMV_MKEY_INTEGRITY,
      algorithm: PaymentKeyAlgorithm.TDES_2KEY,
      modesOfUse: PaymentKeyModesOfUse.DERIVE_KEY,
    });
  }

  /**
   * An EMV issuer master key for dynamic numbers, among them Mastercard's dynamic CVC3 (key usage E4).
   *
   * Algorithm: `TDES_2KEY`, because the operations for dynamic codes accept nothing else.
   *
   * Modes of use: `DERIVE_KEY`.
   *
   * @param options what differs from that
   */
  public static emvDynamicNumbers(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_E4_EMV_MKEY_DYNAMIC_NUMBERS,
      algorithm: PaymentKeyAlgorithm.TDES_2KEY,
      modesOfUse: PaymentKeyModesOfUse.DERIVE_KEY,
    });
  }

  /**
   * An EMV issuer master key for the personalization of cards (key usage E5).
   *
   * Algorithm: `TDES_2KEY`, the length of EMV issuer master keys.
   *
   * Modes of use: `DERIVE_KEY`.
   *
   * @param options what differs from that
   */
  public static emvCardPersonalization(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_E5_EMV_MKEY_CARD_PERSONALIZATION,
      algorithm: PaymentKeyAlgorithm.TDES_2KEY,
      modesOfUse: PaymentKeyModesOfUse.DERIVE_KEY,
    });
  }

  /**
   * An EMV issuer master key for other purposes, such as dCVV and CAVV (key usage E6).
   *
   * Algorithm: `TDES_2KEY`, because the operations for dCVV and CAVV accept nothing else.
   *
   * Modes of use: `DERIVE_KEY`.
   *
   * @param options what differs from that
   */
  public static emvOther(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_E6_EMV_MKEY_OTHER,
      algorithm: PaymentKeyAlgorithm.TDES_2KEY,
      modesOfUse: PaymentKeyModesOfUse.DERIVE_KEY,
    });
  }

  /**
   * A key encryption key (KEK) that wraps other keys (key usage K0).
   *
   * Algorithm: `AES_256`, because a wrapping key must be at least as strong as what it wraps. The service recommends
   * `keyBlockProtection` instead; this is for parties that insist on K0.
   *
   * Modes of use: `ENCRYPT_DECRYPT_WRAP_UNWRAP`.
   *
   * @param options what differs from that
   */
  public static keyEncryption(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_K0_KEY_ENCRYPTION_KEY,
      algorithm: PaymentKeyAlgorithm.AES_256,
      modesOfUse: PaymentKeyModesOfUse.ENCRYPT_DECRYPT_WRAP_UNWRAP,
    });
  }

  /**
   * A key block protection key (KBPK) that wraps keys in TR-31 key blocks for export and import (key usage K1).
   *
   * Algorithm: `AES_256`, because a wrapping key must be at least as strong as what it wraps.
   *
   * Modes of use: `ENCRYPT_DECRYPT_WRAP_UNWRAP`.
   *
   * @param options what differs from that
   */
  public static keyBlockProtection(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_K1_KEY_BLOCK_PROTECTION_KEY,
      algorithm: PaymentKeyAlgorithm.AES_256,
      modesOfUse: PaymentKeyModesOfUse.ENCRYPT_DECRYPT_WRAP_UNWRAP,
    });
  }

  /**
   * A key pair for the exchange of symmetric keys by TR-34 (key usage K2).
   *
   * Algorithm: `RSA_2048`, because it is the one size that TR-34:2012 and the service's own import parameters are
   * made for. The service documents `DERIVE_KEY` for this usage as well.
   *
   * Modes of use: `ENCRYPT_DECRYPT_WRAP_UNWRAP`.
   *
   * @param options what differs from that
   */
  public static tr34(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_K2_TR34_ASYMMETRIC_KEY,
      algorithm: PaymentKeyAlgorithm.RSA_2048,
      modesOfUse: PaymentKeyModesOfUse.ENCRYPT_DECRYPT_WRAP_UNWRAP,
    });
  }

  /**
   * A key pair for key agreement by ECDH (key usage K3).
   *
   * Algorithm: `ECC_NIST_P521`, the only curve strong enough for `AES_256` keys. Devices whose secure hardware
   * holds only P-256, phones among them, need `ECC_NIST_P256`, which suffices for `AES_128`.
   *
   * Modes of use: `DERIVE_KEY`.
   *
   * @param options what differs from that
   */
  public static keyAgreement(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT,
      algorithm: PaymentKeyAlgorithm.ECC_NIST_P521,
      modesOfUse: PaymentKeyModesOfUse.DERIVE_KEY,
    });
  }

  /**
   * A message authentication key by ISO 16609, for the MAC of AS 2805.4.1 (key usage M0).
   *
   * Algorithm: `TDES_2KEY`, the length of AS 2805 working keys. What the service creates for this usage is published
   * only in part, so other values draw a warning and not an error.
   *
   * Modes of use: `GENERATE_AND_VERIFY`.
   *
   * @param options what differs from that
   */
  public static macIso16609(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_M0_ISO_16609_MAC_KEY,
      algorithm: PaymentKeyAlgorithm.TDES_2KEY,
      modesOfUse: PaymentKeyModesOfUse.GENERATE_AND_VERIFY,
    });
  }

  /**
   * A message authentication key by ISO/IEC 9797-1, MAC algorithm 1 (key usage M1).
   *
   * Algorithm: `TDES_2KEY`, because most counterparties hold keys of double length.
   *
   * Modes of use: `GENERATE_AND_VERIFY`.
   *
   * @param options what differs from that
   */
  public static macIso9797Algorithm1(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_M1_ISO_9797_1_MAC_KEY,
      algorithm: PaymentKeyAlgorithm.TDES_2KEY,
      modesOfUse: PaymentKeyModesOfUse.GENERATE_AND_VERIFY,
    });
  }

  /**
   * A message authentication key by ISO/IEC 9797-1, MAC algorithm 3, known as the retail MAC (key usage M3).
   *
   * Algorithm: `TDES_2KEY`, because the retail MAC is defined with a key of double length.
   *
   * Modes of use: `GENERATE_AND_VERIFY`.
   *
   * @param options what differs from that
   */
  public static macIso9797Algorithm3(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_M3_ISO_9797_3_MAC_KEY,
      algorithm: PaymentKeyAlgorithm.TDES_2KEY,
      modesOfUse: PaymentKeyModesOfUse.GENERATE_AND_VERIFY,
    });
  }

  /**
   * A message authentication key for CMAC, ISO/IEC 9797-1, MAC algorithm 5 (key usage M6).
   *
   * Algorithm: `AES_256`, because no scheme dictates anything weaker here.
   *
   * Modes of use: `GENERATE_AND_VERIFY`.
   *
   * @param options what differs from that
   */
  public static cmac(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_M6_ISO_9797_5_CMAC_KEY,
      algorithm: PaymentKeyAlgorithm.AES_256,
      modesOfUse: PaymentKeyModesOfUse.GENERATE_AND_VERIFY,
    });
  }

  /**
   * A message authentication key for HMAC (key usage M7).
   *
   * Algorithm: `HMAC_SHA256`, the hash function that counterparties most often expect.
   *
   * Modes of use: `GENERATE_AND_VERIFY`.
   *
   * @param options what differs from that
   */
  public static hmac(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_M7_HMAC_KEY,
      algorithm: PaymentKeyAlgorithm.HMAC_SHA256,
      modesOfUse: PaymentKeyModesOfUse.GENERATE_AND_VERIFY,
    });
  }

  /**
   * A PIN encryption key (PEK) that encrypts PIN blocks (key usage P0).
   *
   * Algorithm: `TDES_3KEY`, the strongest that every PIN operation accepts: generating and verifying PINs does not
   * work with AES. Networks that exchange keys of double length need `TDES_2KEY`; ISO 9564 format 4 needs AES.
   *
   * Modes of use: `ENCRYPT_DECRYPT_WRAP_UNWRAP`.
   *
   * @param options what differs from that
   */
  public static pinEncryption(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_P0_PIN_ENCRYPTION_KEY,
      algorithm: PaymentKeyAlgorithm.TDES_3KEY,
      modesOfUse: PaymentKeyModesOfUse.ENCRYPT_DECRYPT_WRAP_UNWRAP,
    });
  }

  /**
   * A PIN generation key (key usage P1).
   *
   * Algorithm: `TDES_3KEY`, as in the service's own sample. No operation uses keys of this usage today, so a key made
   * from this draws a warning: PINs are generated with `ibm3624PinVerification` and `visaPinVerification` keys.
   * What the service creates for this usage is published only in part, so other values draw a warning
   * and not an error.
   *
   * Modes of use: `ENCRYPT_DECRYPT_WRAP_UNWRAP`.
   *
   * @param options what differs from that
   */
  public static pinGeneration(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_P1_PIN_GENERATION_KEY,
      algorithm: PaymentKeyAlgorithm.TDES_3KEY,
      modesOfUse: PaymentKeyModesOfUse.ENCRYPT_DECRYPT_WRAP_UNWRAP,
    });
  }

  /**
   * A key pair that makes digital signatures (key usage S0).
   *
   * Algorithm: `RSA_3072`, the smallest with a strength of 128 bits. ECC algorithms are not published for this usage
   * and draw a warning.
   *
   * Modes of use: `SIGN`.
   *
   * @param options what differs from that
   */
  public static digitalSignature(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE,
      algorithm: PaymentKeyAlgorithm.RSA_3072,
      modesOfUse: PaymentKeyModesOfUse.SIGN,
    });
  }

  /**
   * The public key of another party, which the service verifies signatures with (key usage S0): that of a certificate
   * authority, or of whoever sends keys. For `KeyMaterial.rootCertificate` and `KeyMaterial.trustedCertificate`.
   *
   * Algorithm: `RSA_3072`, the smallest with a strength of 128 bits. It must be that of the certificate.
   *
   * Modes of use: `VERIFY_ONLY`.
   *
   * @param options what differs from that
   */
  public static signatureVerification(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE,
      algorithm: PaymentKeyAlgorithm.RSA_3072,
      modesOfUse: PaymentKeyModesOfUse.VERIFY_ONLY,
    });
  }

  /**
   * A PIN verification key (PVK) for the IBM 3624 method: natural PINs, random PINs and offsets (key usage V1).
   *
   * Algorithm: `TDES_3KEY`, because the IBM 3624 operations are documented for nothing else.
   *
   * Modes of use: `GENERATE_AND_VERIFY`.
   *
   * @param options what differs from that
   */
  public static ibm3624PinVerification(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_V1_IBM3624_PIN_VERIFICATION_KEY,
      algorithm: PaymentKeyAlgorithm.TDES_3KEY,
      modesOfUse: PaymentKeyModesOfUse.GENERATE_AND_VERIFY,
    });
  }

  /**
   * A PIN verification key (PVK) for the Visa PVV method (key usage V2).
   *
   * Algorithm: `TDES_2KEY`, because a PVV is defined with a pair of single-length keys.
   *
   * Modes of use: `GENERATE_AND_VERIFY`.
   *
   * @param options what differs from that
   */
  public static visaPinVerification(options: PaymentKeySpecOptions = {}): PaymentKeySpec {
    return preset(options, {
      usage: PaymentKeyUsage.TR31_V2_VISA_PIN_VERIFICATION_KEY,
      algorithm: PaymentKeyAlgorithm.TDES_2KEY,
      modesOfUse: PaymentKeyModesOfUse.GENERATE_AND_VERIFY,
    });
  }

  /**
   * What the key is for.
   */
  public readonly usage: PaymentKeyUsage;

  /**
   * The algorithm of the key.
   */
  public readonly algorithm: PaymentKeyAlgorithm;

  /**
   * The modes in which the key may be used.
   */
  public readonly modesOfUse: PaymentKeyModesOfUse;

  /**
   * What a construct made from this should warn of. Ids are stable.
   *
   * @internal
   */
  public readonly _cautions: readonly KeyCaution[];

  /**
   * What a construct made from this throws, the first of them.
   *
   * @internal
   */
  public readonly _problems: readonly KeyProblem[];

  private constructor(props: PaymentKeySpecProps) {
    expect('PaymentKeySpec.of', 'props', props, SPEC);
    this.usage = props.usage;
    this.algorithm = props.algorithm;
    this.modesOfUse = props.modesOfUse;
    const { cautions, problems } = judgeCombination(props.usage, props.algorithm, props.modesOfUse);
    this._cautions = cautions;
    this._problems = [props.algorithm._problem, props.modesOfUse._problem].flatMap(problem => problem ?? []).concat(problems);
  }

  /**
   * Usage, algorithm and modes of use, for example `TR31_C0_CARD_VERIFICATION_KEY/TDES_2KEY/Generate+Verify`.
   */
  public toString(): string {
    return [this.usage, this.algorithm, this.modesOfUse].join('/');
  }
}
