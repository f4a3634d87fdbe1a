/**
 * CVV, CVV2 and iCVV of Visa and CVC of Mastercard: one algorithm, told apart by the service code
 * (000 for CVV2, 999 for iCVV). PAN, expiry date and service code fill two blocks. The first is
 * encrypted with the left half of the key, the second is added to it, the sum is encrypted with
 * the whole key, and its digits are the value.
 */
import { encrypt, tdes } from './block-cipher';
import { fromHex, xor } from './bytes';
import { decimalize } from './decimalization';

export interface Card {
  readonly pan: string;
  /** As the issuer writes it, YYMM or MMYY. */
  readonly expiry: string;
  readonly serviceCode: string;
}

export function cardVerificationValue(key: Buffer, { pan, expiry, serviceCode }: Card, length: number): string {
  const data = fromHex(`${pan}${expiry}${serviceCode}`.padEnd(32, '0'));
  const first = encrypt(tdes(key.subarray(0, 8)), data.subarray(0, 8));
  const second = encrypt(tdes(key), xor(first, data.subarray(8)));
  return decimalize(second.toString('hex')).slice(0, length);
}
