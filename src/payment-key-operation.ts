import { Token } from 'aws-cdk-lib/core';
import { PaymentKeyError } from './private/errors';
import { expectValue, NAME } from './private/expected';

/** API: names of operations. */
const OPERATION = /^[A-Z][A-Za-z0-9]+$/;

/**
 * An operation of the data plane, which a function or another account is to do with a key. `PaymentKeyGrants` says which keys each of them
 * takes.
 *
 * Two instances mean the same when their `value` is equal.
 *
 * API: AWS Payment Cryptography Data Plane.
 */
export class PaymentKeyOperation {
  /**
   * Encrypts data.
   */
  public static readonly ENCRYPT_DATA = new PaymentKeyOperation('EncryptData');

  /**
   * Decrypts data.
   */
  public static readonly DECRYPT_DATA = new PaymentKeyOperation('DecryptData');

  /**
   * Translates encrypted data from one key to another; both keys need it.
   */
  public static readonly RE_ENCRYPT_DATA = new PaymentKeyOperation('ReEncryptData');

  /**
   * Generates message authentication codes (MAC).
   */
  public static readonly GENERATE_MAC = new PaymentKeyOperation('GenerateMac');

  /**
   * Verifies message authentication codes (MAC).
   */
  public static readonly VERIFY_MAC = new PaymentKeyOperation('VerifyMac');

  /**
   * Generates the issuer script that changes the PIN in an EMV card; every key of the request needs it.
   */
  public static readonly GENERATE_MAC_EMV_PIN_CHANGE = new PaymentKeyOperation('GenerateMacEmvPinChange');

  /**
   * Generates card verification values: CVV, CVV2, iCVV, CSC, CAVV, dCVV and their like.
   */
  public static readonly GENERATE_CARD_VALIDATION_DATA = new PaymentKeyOperation('GenerateCardValidationData');

  /**
   * Verifies card verification values: CVV, CVV2, iCVV, CSC, CAVV, dCVV and their like.
   */
  public static readonly VERIFY_CARD_VALIDATION_DATA = new PaymentKeyOperation('VerifyCardValidationData');

  /**
   * Generates PINs, PIN verification values and PIN offsets; the PIN verification key and the PIN encryption key both need it.
   */
  public static readonly GENERATE_PIN_DATA = new PaymentKeyOperation('GeneratePinData');

  /**
   * Verifies PINs; the PIN verification key and the PIN encryption key both need it.
   */
  public static readonly VERIFY_PIN_DATA = new PaymentKeyOperation('VerifyPinData');

  /**
   * Translates PIN blocks from one key to another; both keys need it.
   */
  public static readonly TRANSLATE_PIN_DATA = new PaymentKeyOperation('TranslatePinData');

  /**
   * Generates authorization request cryptograms (ARQC) as an EMV card does.
   */
  public static readonly GENERATE_AUTH_REQUEST_CRYPTOGRAM = new PaymentKeyOperation('GenerateAuthRequestCryptogram');

  /**
   * Verifies the authorization request cryptograms (ARQC) of EMV cards, and answers them (ARPC).
   */
  public static readonly VERIFY_AUTH_REQUEST_CRYPTOGRAM = new PaymentKeyOperation('VerifyAuthRequestCryptogram');

  /**
   * Translates a wrapped key from one wrapping key to another; both keys need it.
   */
  public static readonly TRANSLATE_KEY_MATERIAL = new PaymentKeyOperation('TranslateKeyMaterial');

  /**
   * An operation that this version of the library has no name for. Whether it fits a key is not checked.
   *
   * Throws:
   *
   * - `InvalidOperation` when it is not the name of an operation, for example because it is that of an action
   *
   * @param value the operation as the API calls it, without a prefix, for example `GenerateAs2805KekValidation`
   */
  public static of(value: string): PaymentKeyOperation {
    expectValue('PaymentKeyOperation.of', 'value', value, NAME);
    if (Token.isUnresolved(value) || !OPERATION.test(value)) {
      throw new PaymentKeyError('InvalidOperation', `PaymentKeyOperation.of: ${Token.isUnresolved(value) ? 'a token' : `'${value}'`} is not the name of an operation. `
        + "Expected it as the API calls it, without 'payment-cryptography:', for example 'VerifyCardValidationData'");
    }
    return new PaymentKeyOperation(value);
  }

  /**
   * The operation as the API calls it.
   */
  public readonly value: string;

  private constructor(value: string) {
    this.value = value;
  }

  /**
   * The operation as the API calls it.
   */
  public toString(): string {
    return this.value;
  }
}
