/**
 * The script that changes the PIN of a chip: the new PIN in a block that its session key encrypts, and a MAC over the
 * command. EMV Book 2, section 9; the block of Visa and American Express is that of Visa's VIS.
 */
import { CipherMode, encrypt, tdes } from './block-cipher';
import { fromHex, leftPadded, xor } from './bytes';
import { padWithOne, padWithZeros, retailMac } from './message-authentication';

/** Length, PIN and fill, added to a part of the card's key for application cryptograms, and to the current PIN if there is one. */
export function visaPinBlock(cardKey: Buffer, newPin: string, currentPin?: string): Buffer {
  const pinField = fromHex(`0${newPin.length.toString(16)}${newPin}`.padEnd(16, 'F'));
  const block = xor(pinField, leftPadded(cardKey.subarray(4, 8), 8));
  return currentPin === undefined ? block : xor(block, fromHex(currentPin.padEnd(16, '0')));
}

export interface ChipEncryption {
  readonly mode: CipherMode;
  readonly lengthInFront: boolean;
  readonly padding: 'always' | 'if needed';
}

export function encryptForChip(sessionKey: Buffer, data: Buffer, { mode, lengthInFront, padding }: ChipEncryption): Buffer {
  const whole = lengthInFront ? Buffer.concat([Buffer.from([data.length]), data]) : data;
  const padded = padding === 'always' || whole.length % 8 !== 0 ? padWithOne(whole) : padWithZeros(whole);
  return encrypt(tdes(sessionKey), padded, mode);
}

export const commandMac = (sessionKey: Buffer, command: Buffer): Buffer => retailMac(sessionKey, padWithOne(command));

