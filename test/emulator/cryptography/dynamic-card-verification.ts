/** Card verification values that change with every transaction. Their keys are keys of the card, not of the issuer. */
import { encrypt, tdes } from './block-cipher';
import { leftPadded } from './bytes';
import { Card, cardVerificationValue } from './card-verification-value';
import { padWithOne, retailMac } from './message-authentication';

/** Visa's dCVV: a CVV in which the counter of the transaction takes the place of the first four digits of the PAN. */
export const dynamicCardVerificationValue = (cardKey: Buffer, card: Card, counterDigits: string, length: number): string =>
  cardVerificationValue(cardKey, { ...card, pan: `${counterDigits}${card.pan.slice(4)}` }, length);

/** Mastercard's CVC3: the last digits of a number that follows from track data, unpredictable number and counter. */
export function cardVerificationCode3(cardKey: Buffer, track: Buffer, unpredictableNumber: Buffer, atc: Buffer, length: number): string {
  const initial = retailMac(cardKey, padWithOne(track)).subarray(-2);
  const encrypted = encrypt(tdes(cardKey), Buffer.concat([initial, leftPadded(unpredictableNumber, 4), leftPadded(atc, 2)]));
  return String(encrypted.readUInt16BE(6)).padStart(5, '0').slice(-length);
}
