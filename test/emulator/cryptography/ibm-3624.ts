/**
 * IBM 3624. The validation data, usually a part of the PAN, is encrypted and each hexadecimal digit looked up
 * in the decimalization table: its first digits are the natural PIN. The offset is what the PIN
 * adds to the natural PIN, digit by digit, without carry.
 */
import { encrypt, tdes } from './block-cipher';
import { fromHex } from './bytes';

export interface Ibm3624 {
  /** Sixteen digits: what 0 to F become. */
  readonly decimalizationTable: string;
  readonly validationData: string;
  /** Fills the validation data up to sixteen characters. */
  readonly padCharacter: string;
}

function addDigits(left: string, right: string, sign: 1 | -1): string {
  return [...left].map((digit, index) => (Number(digit) + sign * Number(right[index]) + 10) % 10).join('');
}

export function naturalPin(key: Buffer, { decimalizationTable, validationData, padCharacter }: Ibm3624, length: number): string {
  const encrypted = encrypt(tdes(key), fromHex(validationData.padEnd(16, padCharacter)));
  return [...encrypted.toString('hex')].map(digit => decimalizationTable[parseInt(digit, 16)]).join('').slice(0, length);
}

/** The offset has as many digits as the PIN. */
export const pinFromOffset = (key: Buffer, method: Ibm3624, offset: string): string =>
  addDigits(naturalPin(key, method, offset.length), offset, 1);

export const offsetOfPin = (key: Buffer, method: Ibm3624, pin: string): string =>
  addDigits(pin, naturalPin(key, method, pin.length), -1);
