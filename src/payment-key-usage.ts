import { expectValue, NAME } from './private/expected';

/**
 * What a key is for. It is fixed when the key is created, and travels with the key in its key block.
 *
 * The members are named exactly as the service names them. Two instances mean the same when their
 * `value` is equal.
 *
 * API: `KeyUsage`; ANSI X9.143 / TR-31: key usage.
 */
export class PaymentKeyUsage {
  /** Base derivation key (BDK): DUKPT keys of terminals are derived from it (key usage B0). */
  public static readonly TR31_B0_BASE_DERIVATION_KEY = new PaymentKeyUsage('TR31_B0_BASE_DERIVATION_KEY');
  /** Card verification key (CVK): CVV, CVV2, iCVV, CSC and their like (key usage C0). */
  public static readonly TR31_C0_CARD_VERIFICATION_KEY = new PaymentKeyUsage('TR31_C0_CARD_VERIFICATION_KEY');
  /** Data encryption key (key usage D0). */
  public static readonly TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY = new PaymentKeyUsage('TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY');
  /** Key pair for data encryption (key usage D1). */
  public static readonly TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION = new PaymentKeyUsage('TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION');
  /** EMV issuer master key for application cryptograms: ARQC, ARPC (key usage E0). */
  public static readonly TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS = new PaymentKeyUsage('TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS');
  /** EMV issuer master key for the confidentiality of scripts (key usage E1). */
  public static readonly TR31_E1_EMV_MKEY_CONFIDENTIALITY = new PaymentKeyUsage('TR31_E1_EMV_MKEY_CONFIDENTIALITY');
  /** EMV issuer master key for the integrity of scripts (key usage E2). */
  public static readonly TR31_E2_EMV_MKEY_INTEGRITY = new PaymentKeyUsage('TR31_E2_EMV_MKEY_INTEGRITY');
  /** EMV issuer master key for dynamic numbers (key usage E4). */
  public static readonly TR31_E4_EMV_MKEY_DYNAMIC_NUMBERS = new PaymentKeyUsage('TR31_E4_EMV_MKEY_DYNAMIC_NUMBERS');
  /** EMV issuer master key for card personalization (key usage E5). */
  public static readonly TR31_E5_EMV_MKEY_CARD_PERSONALIZATION = new PaymentKeyUsage('TR31_E5_EMV_MKEY_CARD_PERSONALIZATION');
  /** EMV issuer master key for other purposes, dCVV and CAVV among them (key usage E6). */
  public static readonly TR31_E6_EMV_MKEY_OTHER = new PaymentKeyUsage('TR31_E6_EMV_MKEY_OTHER');
  /** Key encryption key (KEK); the service recommends K1 instead (key usage K0). */
  public static readonly TR31_K0_KEY_ENCRYPTION_KEY = new PaymentKeyUsage('TR31_K0_KEY_ENCRYPTION_KEY');
  /** Key block protection key (KBPK): wraps keys in TR-31 key blocks (key usage K1). */
  public static readonly TR31_K1_KEY_BLOCK_PROTECTION_KEY = new PaymentKeyUsage('TR31_K1_KEY_BLOCK_PROTECTION_KEY');
  /** Key pair for the exchange of keys by TR-34 (key usage K2). */
  public static readonly TR31_K2_TR34_ASYMMETRIC_KEY = new PaymentKeyUsage('TR31_K2_TR34_ASYMMETRIC_KEY');
  /** Key pair for key agreement, ECDH (key usage K3). */
  public static readonly TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT = new PaymentKeyUsage('TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT');
  /** Message authentication by ISO 16609, for AS 2805 (key usage M0). */
  public static readonly TR31_M0_ISO_16609_MAC_KEY = new PaymentKeyUsage('TR31_M0_ISO_16609_MAC_KEY');
  /** Message authentication by ISO/IEC 9797-1, MAC algorithm 1 (key usage M1). */
  public static readonly TR31_M1_ISO_9797_1_MAC_KEY = new PaymentKeyUsage('TR31_M1_ISO_9797_1_MAC_KEY');
  /** Message authentication by ISO/IEC 9797-1, MAC algorithm 3, the retail MAC (key usage M3). */
  public static readonly TR31_M3_ISO_9797_3_MAC_KEY = new PaymentKeyUsage('TR31_M3_ISO_9797_3_MAC_KEY');
  /** Message authentication by ISO/IEC 9797-1, MAC algorithm 5, CMAC (key usage M6). */
  public static readonly TR31_M6_ISO_9797_5_CMAC_KEY = new PaymentKeyUsage('TR31_M6_ISO_9797_5_CMAC_KEY');
  /** Message authentication by HMAC (key usage M7). */
  public static readonly TR31_M7_HMAC_KEY = new PaymentKeyUsage('TR31_M7_HMAC_KEY');
  /** PIN encryption key (PEK): encrypts PIN blocks (key usage P0). */
  public static readonly TR31_P0_PIN_ENCRYPTION_KEY = new PaymentKeyUsage('TR31_P0_PIN_ENCRYPTION_KEY');
  /** PIN generation key (key usage P1). */
  public static readonly TR31_P1_PIN_GENERATION_KEY = new PaymentKeyUsage('TR31_P1_PIN_GENERATION_KEY');
  /** Key pair for digital signatures (key usage S0). */
  public static readonly TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE = new PaymentKeyUsage('TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE');
  /** PIN verification key for the IBM 3624 method (key usage V1). */
  public static readonly TR31_V1_IBM3624_PIN_VERIFICATION_KEY = new PaymentKeyUsage('TR31_V1_IBM3624_PIN_VERIFICATION_KEY');
  /** PIN verification key for the Visa PVV method (key usage V2). */
  public static readonly TR31_V2_VISA_PIN_VERIFICATION_KEY = new PaymentKeyUsage('TR31_V2_VISA_PIN_VERIFICATION_KEY');

  /**
   * A usage that this version of the library has no name for.
   *
   * @param value the usage as the service spells it, for example `TR31_C0_CARD_VERIFICATION_KEY`
   */
  public static of(value: string): PaymentKeyUsage {
    expectValue('PaymentKeyUsage.of', 'value', value, NAME);
    return new PaymentKeyUsage(value);
  }

  /**
   * The usage as the service spells it.
   */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }

  /**
   * The usage as the service spells it.
   */
  public toString(): string {
    return this.value;
  }
}
