/* eslint-disable no-bitwise -- session keys combine counters bit by bit */
/**
 * Keys of a chip card: EMV Book 2, annex A1.
 *
 * The issuer's master key and the PAN with its sequence number give the master key of the card (option A or B).
 * That key and something of the transaction, mostly its counter (ATC), give the session key.
 */
import { createHash } from 'node:crypto';
import { withOddParity } from '../key-material';
import { encrypt, tdes } from './block-cipher';
import { fromHex, leftPadded, xor } from './bytes';
import { decimalize } from './decimalization';

export type MasterKeyDerivation = 'EMV_OPTION_A' | 'EMV_OPTION_B';

export interface CardIdentity {
  readonly pan: string;
  readonly panSequenceNumber: string;
}

const ONES = Buffer.from([0xff]);

/** Sixteen digits and their complement, encrypted. */
function keyFromDigits(issuerKey: Buffer, digits: string): Buffer {
  const data = fromHex(digits);
  return withOddParity(encrypt(tdes(issuerKey), Buffer.concat([data, xor(data, ONES)])));
}

/** Option B hashes PANs of more than sixteen digits; shorter ones are as in option A. */
function digitsOf({ pan, panSequenceNumber }: CardIdentity, derivation: MasterKeyDerivation): string {
  const whole = `${pan}${panSequenceNumber}`;
  if (derivation === 'EMV_OPTION_A' || pan.length <= 16) return whole.slice(-16).padStart(16, '0');
  const hash = createHash('sha1').update(fromHex(whole.length % 2 === 0 ? whole : `0${whole}`)).digest('hex');
  return decimalize(hash).slice(0, 16);
}

export const cardMasterKey = (issuerKey: Buffer, card: CardIdentity, derivation: MasterKeyDerivation): Buffer =>
  keyFromDigits(issuerKey, digitsOf(card, derivation));

/** The common session key derivation. The third byte of the data tells the halves apart. */
export function commonSessionKey(cardKey: Buffer, data: Buffer): Buffer {
  const [left, right] = [0xf0, 0x0f].map(third => Buffer.concat([data.subarray(0, 2), Buffer.from([third]), data.subarray(3)]));
  return withOddParity(encrypt(tdes(cardKey), Buffer.concat([left, right])));
}

/** Data of the common derivation for application cryptograms. */
export const counterData = (atc: Buffer): Buffer => Buffer.concat([atc, Buffer.alloc(6)]);

/** Mastercard's derivation for application cryptograms: the common one, of counter and unpredictable number. */
export const mastercardSessionKey = (cardKey: Buffer, atc: Buffer, unpredictableNumber: Buffer): Buffer =>
  commonSessionKey(cardKey, Buffer.concat([atc, Buffer.alloc(2), unpredictableNumber]));

const BRANCHES = 4;
const HEIGHT = 8;

/** The tree of EMV 4.1, with the recommended height of 8, four branches and a root of zeros. */
export function emv2000SessionKey(cardKey: Buffer, atc: Buffer): Buffer {
  const child = (parent: Buffer, grandparent: Buffer, number: number): Buffer => {
    const branch = leftPadded(Buffer.from([number % BRANCHES]), 8);
    const other = xor(branch, leftPadded(Buffer.from([0xf0]), 8));
    return encrypt(tdes(parent), xor(grandparent, Buffer.concat([branch, other])));
  };
  let [parent, grandparent]: [Buffer, Buffer] = [cardKey, Buffer.alloc(16)];
  const counter = atc.readUInt16BE();
  for (let level = 1; level < HEIGHT; level += 1) {
    [parent, grandparent] = [child(parent, grandparent, counter >> 2 * (HEIGHT - level)), parent];
  }
  return withOddParity(xor(child(parent, grandparent, counter), grandparent));
}

/** UnionPay's derivation (JR/T 0025): the counter and its complement, encrypted. */
export function unionPaySessionKey(cardKey: Buffer, atc: Buffer): Buffer {
  const data = Buffer.concat([leftPadded(atc, 8), leftPadded(xor(atc, ONES), 8)]);
  return withOddParity(encrypt(tdes(cardKey), data));
}

/** Visa's derivation for secure messaging: the counter and its complement, added to the key of the card. */
export function visaSecureMessagingKey(cardKey: Buffer, atc: Buffer): Buffer {
  const mask = Buffer.concat([leftPadded(atc, 8), leftPadded(xor(atc, ONES), 8)]);
  return withOddParity(xor(cardKey, mask));
}
