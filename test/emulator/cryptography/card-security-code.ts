/**
 * The card security codes of American Express, which has not published them. These are those of public simulators of
 * hardware security modules: a code made here is verified here, and no recorded value proves that the service agrees.
 *
 * Twelve digits follow from one encryption: the first five are the code of five digits, the next
 * four that of four, the last three that of three.
 *
 * The service code belongs to what version 2 encrypts. It is what tells the codes of one card apart: the guide of the service
 * lists CSC2 and iCSC as two values, and the API asks for no other difference. So the sample program cvv-csc, which
 * generates with 999 and verifies with 000, asks for another code than the one it has, and is right to print "wrong".
 */
import { encrypt, tdes } from './block-cipher';
import { fromHex } from './bytes';
import { decimalize } from './decimalization';

/** Where the code of a length begins among the twelve digits. */
const STARTS: Readonly<Record<number, number>> = { 5: 0, 4: 5, 3: 9 };

/** The account number without its first two digits, which tell where it stands, and without its check digit. */
function block(pan: string, expiry: string): string {
  const account = pan.slice(2, 14).padEnd(12, '0');
  return pan.startsWith('34') ? `${account}${expiry}` : `${expiry}${account}`;
}

const codeFrom = (encrypted: Buffer, length: number): string => {
  const start = STARTS[length];
  return decimalize(encrypted.toString('hex')).slice(start, start + length);
};

export function cardSecurityCode1(key: Buffer, pan: string, expiry: string, length: number): string {
  return codeFrom(encrypt(tdes(key), fromHex(block(pan, expiry))), length);
}

export function cardSecurityCode2(key: Buffer, pan: string, expiry: string, serviceCode: string, length: number): string {
  const data = fromHex(`${block(pan, expiry)}${serviceCode}`.padEnd(32, '0'));
  return codeFrom(encrypt(tdes(key), data, 'CBC').subarray(8), length);
}
