import { Token } from 'aws-cdk-lib/core';
import { PaymentKeyError } from './errors';
import { KEY_CHECK_VALUE } from '../provider/contract/multi-region-payment-key';

/**
 * The check value that a key is expected to have, as the template says it: in upper case, like those of the service.
 *
 * @throws InvalidKeyCheckValue
 */
export function expectedKeyCheckValueText(path: string, given: string | undefined): string | undefined {
  if (given === undefined || Token.isUnresolved(given)) { return given; }
  if (!KEY_CHECK_VALUE.test(given)) {
    throw new PaymentKeyError('InvalidKeyCheckValue', `${path}: expectedKeyCheckValue must be 4 to 16 hexadecimal digits, but is ${
      // Something as long as a key is not repeated: it may be one.
      given.length > 16 ? `a string of ${given.length} characters` : `'${given}'`}. Write the digits without spaces or other separators, for example '08D7B4'`);
  }
  return given.toUpperCase();
}
