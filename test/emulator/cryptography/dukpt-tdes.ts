/* eslint-disable no-bitwise -- the counter of a transaction is a field of bits */
/**
 * Derived unique key per transaction of ANSI X9.24-1, over TDES.
 *
 * A key serial number (KSN) of ten bytes names the base derivation key and the device, and ends with a counter of 21
 * bits. The base key and the KSN without its counter give the initial key of the device. The
 * key of a transaction follows from it bit by bit: for each one of the counter, from the left,
 * the key is replaced by a function of it and the counter so far that cannot be reversed. PIN,
 * MAC and data keys are variants of the key of the transaction.
 */
import { encrypt, tdes } from './block-cipher';
import { fromHex, xor } from './bytes';

const KEY_MASK = fromHex('C0C0C0C000000000C0C0C0C000000000');
const COUNTER_MASK = 0x1fffff;

export type DukptVariant = 'PIN' | 'MAC_REQUEST' | 'MAC_RESPONSE' | 'DATA_REQUEST' | 'DATA_RESPONSE';

const VARIANTS: Readonly<Record<DukptVariant, Buffer>> = {
  PIN: fromHex('00000000000000FF'),
  MAC_REQUEST: fromHex('000000000000FF00'),
  MAC_RESPONSE: fromHex('00000000FF000000'),
  DATA_REQUEST: fromHex('0000000000FF0000'),
  DATA_RESPONSE: fromHex('000000FF00000000'),
};

/** Ten bytes: shorter serial numbers are filled up with F on the left. */
export const fullSerialNumber = (ksn: string): Buffer => fromHex(ksn.padStart(20, 'F'));

function withCounter(ksn: Buffer, counter: number): Buffer {
  const copy = Buffer.from(ksn);
  const last = copy.readUInt32BE(6);
  copy.writeUInt32BE(((last & ~COUNTER_MASK) | counter) >>> 0, 6);
  return copy;
}

export function initialKey(baseKey: Buffer, ksn: Buffer): Buffer {
  const register = withCounter(ksn, 0).subarray(0, 8);
  return Buffer.concat([encrypt(tdes(baseKey), register), encrypt(tdes(xor(baseKey, KEY_MASK)), register)]);
}

function oneWay(key: Buffer, register: Buffer): Buffer {
  const half = (of: Buffer): Buffer => {
    const right = of.subarray(8);
    return xor(encrypt(tdes(of.subarray(0, 8)), xor(register, right)), right);
  };
  return Buffer.concat([half(xor(key, KEY_MASK)), half(key)]);
}

export function transactionKey(initial: Buffer, ksn: Buffer): Buffer {
  const counter = ksn.readUInt32BE(6) & COUNTER_MASK;
  let key = initial;
  let reached = 0;
  for (let bit = 1 << 20; bit > 0; bit >>= 1) {
    if ((counter & bit) === 0) continue;
    reached |= bit;
    key = oneWay(key, withCounter(ksn, reached).subarray(2));
  }
  return key;
}

/** The key for one use of a transaction. Data keys are encrypted under themselves, so that they tell nothing of the others. */
export function variantKey(transaction: Buffer, variant: DukptVariant): Buffer {
  const key = xor(transaction, VARIANTS[variant]);
  return variant.startsWith('DATA_') ? encrypt(tdes(key), key) : key;
}

export const workingKey = (baseKey: Buffer, ksn: Buffer, variant: DukptVariant): Buffer =>
  variantKey(transactionKey(initialKey(baseKey, ksn), ksn), variant);
