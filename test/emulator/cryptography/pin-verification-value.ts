import { encrypt, tdes } from './block-cipher';
import { fromHex } from './bytes';
import { decimalize } from './decimalization';

/** Visa's PVV: eleven digits of the PAN without its check digit, the index of the key and the first four digits of the PIN. */
export function pinVerificationValue(key: Buffer, keyIndex: number, pin: string, pan: string): string {
  const data = `${pan.slice(-12, -1)}${keyIndex}${pin.slice(0, 4)}`;
  return decimalize(encrypt(tdes(key), fromHex(data)).toString('hex')).slice(0, 4);
}
