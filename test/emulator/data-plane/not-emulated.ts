import { invalid, ServiceError } from '../errors';

/** What the data plane has and the emulator has not, and why. */
export const NOT_EMULATED = {
  CardHolderVerificationValue: 'card schemes have not published how it is calculated',
  DiscoverDynamicCardVerificationCode: 'Discover has not published how it is calculated',
  As2805Format0: 'the standard AS 2805.3 is not public',
} as const;

/** What the emulator calculates although no public value proves that the service gets the same. */
export const UNPROVEN = {
  'AmexCardSecurityCodeVersion1': 'as public simulators of hardware security modules do',
  'AmexCardSecurityCodeVersion2': 'as public simulators of hardware security modules do',
  'DynamicCardVerificationValue': 'a CVV of the card key, with the counter in place of four digits of the PAN',
  'Amex, for secure messaging and PIN change': 'as for Visa',
  'GenerateAs2805KekValidation with VARIANT_MASK_82C0': 'as with VARIANT_MASK_82, which a sample of AWS shows',
} as const;

export const notEmulated = (option: keyof typeof NOT_EMULATED): ServiceError =>
  invalid(`${option} is not emulated: ${NOT_EMULATED[option]}.`);
