import { invalid, ServiceError } from '../errors';

/** What the data plane has and the emulator has not, and why. */
export const NOT_EMULATED = {
  CardHolderVerificationValue: 'card schemes have not published how it is calculated',
  DiscoverDynamicCardVerificationCode: 'Discover has not published how it is calculated',
  AS2805_4_1: 'the standard AS 2805.4.1 is not public',
  As2805Format0: 'the standard AS 2805.3 is not public',
  IncomingAs2805Attributes: 'the standard AS 2805.6.2 is not public',
} as const;

/** What the emulator calculates although no public value proves that the service gets the same. */
export const UNPROVEN = {
  'AmexCardSecurityCodeVersion1': 'as public simulators of hardware security modules do',
  'AmexCardSecurityCodeVersion2': 'as public simulators of hardware security modules do',
  'DynamicCardVerificationValue': 'a CVV of the card key, with the counter in place of four digits of the PAN',
  'Amex, for secure messaging and PIN change': 'as for Visa',
  'GenerateAs2805KekValidation': 'sent under variant 82, received and inverted under variant 84 of the key',
} as const;

export const notEmulated = (option: keyof typeof NOT_EMULATED): ServiceError =>
  invalid(`${option} is not emulated: ${NOT_EMULATED[option]}.`);
