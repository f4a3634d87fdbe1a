/**
 * What nodes of an AS 2805 network derive, as the samples of AWS show it: a PIN key for each transaction, and the
 * answer to a random key that proves a key encryption key.
 */
import { withOddParity } from '../key-material';
import { encrypt, tdes } from './block-cipher';
import { fromHex, xor } from './bytes';

/** The one-way function: encrypted in CBC mode twice, the second time beginning with the end of the first, and added to the data. */
function oneWay(key: Buffer, data: Buffer): Buffer {
  const first = encrypt(tdes(key), data, 'CBC');
  return xor(encrypt(tdes(key), data, 'CBC', first.subarray(-8)), data);
}

/** The key that encrypts the PIN of one transaction: it follows from six digits of the audit number and twelve of the amount. */
export const transactionPinKey = (key: Buffer, systemTraceAuditNumber: string, transactionAmount: string): Buffer =>
  oneWay(key, fromHex(`${systemTraceAuditNumber.padEnd(16, '0')}${transactionAmount.padStart(16, '0')}`));

/** Every bit the other way round, then odd parity. */
export const invertedKey = (key: Buffer): Buffer => withOddParity(xor(key, Buffer.from([0xff])));
