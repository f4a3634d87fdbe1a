/* eslint-disable no-bitwise -- the counter of a transaction is a field of bits */
/**
 * Derived unique key per transaction of ANSI X9.24-3, over AES.
 *
 * Every key follows from another by encrypting a block that says what the new key is for: its use,
 * its algorithm, its length, and the device or the transaction it belongs to.
 *
 *     01   block number   use   algorithm   length   eight bytes of identity
 *
 * A key serial number has twelve bytes: eight that name base key and device, and a counter of four.
 * The key of a transaction follows from the initial key of the device bit by bit, as in X9.24-1.
 * Keys on that way are as long as the base key; the working key may have another algorithm.
 */
import { aes, encrypt } from './block-cipher';
import { fromHex } from './bytes';

const USES = {
  PIN: '1000',
  MACGEN: '2000',
  MACVER: '2001',
  MAC: '2002',
  DATAENC: '3000',
  DATADEC: '3001',
  DATA: '3002',
  DERIVATION: '8000',
  INITIAL: '8001',
} as const;

export type AesDukptUse = Exclude<keyof typeof USES, 'DERIVATION' | 'INITIAL'>;

const ALGORITHMS = {
  TDES_2KEY: { indicator: '0000', bytes: 16 },
  TDES_3KEY: { indicator: '0001', bytes: 24 },
  AES_128: { indicator: '0002', bytes: 16 },
  AES_192: { indicator: '0003', bytes: 24 },
  AES_256: { indicator: '0004', bytes: 32 },
} as const;

export type DerivedAlgorithm = keyof typeof ALGORITHMS;

function derive(key: Buffer, use: keyof typeof USES, algorithm: DerivedAlgorithm, identity: Buffer): Buffer {
  const { indicator, bytes } = ALGORITHMS[algorithm];
  const blocks = Array.from({ length: Math.ceil(bytes / 16) }, (_, index) => Buffer.concat([
    fromHex(`01${(index + 1).toString(16).padStart(2, '0')}${USES[use]}${indicator}${(bytes * 8).toString(16).padStart(4, '0')}`),
    identity,
  ]));
  return encrypt(aes(key), Buffer.concat(blocks)).subarray(0, bytes);
}

const algorithmOf = (key: Buffer): DerivedAlgorithm => `AES_${key.length * 8}` as DerivedAlgorithm;

export const initialKey = (baseKey: Buffer, ksn: Buffer): Buffer => derive(baseKey, 'INITIAL', algorithmOf(baseKey), ksn.subarray(0, 8));

/** The right half of what names the device, and a counter. */
function transactionIdentity(ksn: Buffer, counter: number): Buffer {
  const identity = Buffer.from(ksn.subarray(4, 12));
  identity.writeUInt32BE(counter >>> 0, 4);
  return identity;
}

export function transactionKey(initial: Buffer, ksn: Buffer): Buffer {
  const counter = ksn.readUInt32BE(8);
  let key = initial;
  let reached = 0;
  for (let bit = 0x80000000; bit > 0; bit >>>= 1) {
    if ((counter & bit) === 0) continue;
    reached |= bit;
    key = derive(key, 'DERIVATION', algorithmOf(initial), transactionIdentity(ksn, reached));
  }
  return key;
}

export function workingKey(baseKey: Buffer, ksn: Buffer, use: AesDukptUse, algorithm: DerivedAlgorithm): Buffer {
  const transaction = transactionKey(initialKey(baseKey, ksn), ksn);
  return derive(transaction, use, algorithm, transactionIdentity(ksn, ksn.readUInt32BE(8)));
}
