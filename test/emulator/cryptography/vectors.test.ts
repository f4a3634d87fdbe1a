import { keyCheckValue } from '../key-check-value';
import { KeyAlgorithm, KeyCheckValueAlgorithm } from '../shapes';
import vectors from '../vectors.json';
import { aes, CipherKey, CipherMode, encrypt, tdes } from './block-cipher';
import { fromHex, toHex } from './bytes';
import { cardVerificationValue } from './card-verification-value';
import * as aesDukpt from './dukpt-aes';
import * as tdesDukpt from './dukpt-tdes';
import { cardMasterKey } from './emv-keys';
import { offsetOfPin, pinFromOffset } from './ibm-3624';
import { cbcMac, cipherMac, hashMac, HmacHash, padWithOne, padWithZeros, retailMac } from './message-authentication';
import { clearPinBlock, panField4, pinField4, sealFields4, sealPinBlock, ShortPinBlockFormat } from './pin-block';
import { pinVerificationValue } from './pin-verification-value';

/** The members differ by kind; a calculation that reads one that is not there gets a wrong result. */
type Inputs = Readonly<Record<string, string>>;

interface Vector {
  readonly name: string;
  readonly kind: string;
  readonly inputs: Inputs;
  readonly expected: string;
}

const cipherKey = (name: string, key: string): CipherKey => (name.startsWith('AES') ? aes : tdes)(fromHex(key));
const padded = ({ message, padding }: Inputs): Buffer => (Number(padding) === 2 ? padWithOne : padWithZeros)(fromHex(message));
const ibm = ({ decimalizationTable, validationData, pad }: Inputs) => ({ decimalizationTable, validationData, padCharacter: pad });
const zeros = (size: number): Buffer => Buffer.alloc(size);
const ofTdes = ({ bdk, ksn }: Inputs, variant: tdesDukpt.DukptVariant): Buffer => tdesDukpt.workingKey(fromHex(bdk), fromHex(ksn), variant);
const ofAes = ({ bdk, ksn, derivationType }: Inputs, use: string): Buffer =>
  aesDukpt.workingKey(fromHex(bdk), fromHex(ksn), use as aesDukpt.AesDukptUse, derivationType as aesDukpt.DerivedAlgorithm);

const MACS: Readonly<Record<string, (inputs: Inputs) => Buffer>> = {
  ISO9797_ALGORITHM1: inputs => cbcMac(fromHex(inputs.key), padded(inputs)),
  ISO9797_ALGORITHM3: inputs => retailMac(fromHex(inputs.key), padded(inputs)),
  CMAC: ({ cipher, key, message }) => cipherMac(cipherKey(cipher, key), fromHex(message)),
};

const CALCULATIONS: Readonly<Record<string, (inputs: Inputs) => Buffer | string>> = {
  'kcv': ({ key, algorithm }) => {
    const family = algorithm === 'CMAC' ? 'AES_128' : 'TDES_3KEY';
    return keyCheckValue({ secret: fromHex(key) }, family as KeyAlgorithm, algorithm as KeyCheckValueAlgorithm);
  },
  'cvv': inputs => cardVerificationValue(fromHex(inputs.cvk), { pan: inputs.pan, expiry: inputs.expiry, serviceCode: inputs.serviceCode }, Number(inputs.length)),
  'pvv': ({ pvk, pvki, pin, pan }) => pinVerificationValue(fromHex(pvk), Number(pvki), pin, pan),
  'ibm3624-pin': inputs => pinFromOffset(fromHex(inputs.pvk), ibm(inputs), inputs.offset),
  'ibm3624-offset': inputs => offsetOfPin(fromHex(inputs.pvk), ibm(inputs), inputs.pin),
  'pinblock': ({ format, pin, pan }) => clearPinBlock(format as ShortPinBlockFormat, pin, pan, zeros),
  'pinblock-prefix': ({ format, pin, pan }) => clearPinBlock(format as ShortPinBlockFormat, pin, pan, zeros).subarray(0, 3),
  'pinblock-iso4': ({ key, pin, pan, random }) => sealPinBlock(aes(fromHex(key)), 'ISO_FORMAT_4', pin, pan, () => fromHex(random)),
  'mac': inputs => MACS[inputs.algorithm]?.(inputs)
    ?? hashMac(fromHex(inputs.key), inputs.algorithm.replace('HMAC_', '') as HmacHash, fromHex(inputs.message)),
  'encrypt': ({ cipher, key, mode, iv, plaintext }) => encrypt(cipherKey(cipher, key), fromHex(plaintext), mode as CipherMode, fromHex(iv ?? '')),
  'dukpt-tdes-ik': ({ bdk, ksn }) => tdesDukpt.initialKey(fromHex(bdk), fromHex(ksn)),
  'dukpt-tdes-txn-key': ({ bdk, ksn }) => tdesDukpt.transactionKey(tdesDukpt.initialKey(fromHex(bdk), fromHex(ksn)), fromHex(ksn)),
  'dukpt-tdes-data-key': inputs => ofTdes(inputs, `DATA_${inputs.variant}` as tdesDukpt.DukptVariant),
  'dukpt-tdes-pinblock': inputs => encrypt(tdes(ofTdes(inputs, 'PIN')), fromHex(inputs.clearPinBlock)),
  'dukpt-tdes-mac': inputs => retailMac(ofTdes(inputs, `MAC_${inputs.variant}` as tdesDukpt.DukptVariant), padded(inputs)).subarray(0, 4),
  'dukpt-tdes-encrypt': inputs =>
    encrypt(tdes(ofTdes(inputs, `DATA_${inputs.variant}` as tdesDukpt.DukptVariant)), fromHex(inputs.plaintext), inputs.mode as CipherMode, fromHex(inputs.iv)),
  'dukpt-aes-ik': ({ bdk, ksn }) => aesDukpt.initialKey(fromHex(bdk), fromHex(ksn)),
  'dukpt-aes-txn-key': ({ bdk, ksn }) => aesDukpt.transactionKey(aesDukpt.initialKey(fromHex(bdk), fromHex(ksn)), fromHex(ksn)),
  'dukpt-aes-working-key': inputs => ofAes(inputs, inputs.use),
  'dukpt-aes-pinblock': inputs => sealFields4(aes(ofAes(inputs, 'PIN')), fromHex(inputs.pinField), fromHex(inputs.panField)),
  'emv-option-a': ({ imk, pan, psn }) => cardMasterKey(fromHex(imk), { pan, panSequenceNumber: psn }, 'EMV_OPTION_A'),
};

/** Key blocks have their own test. */
const OURS = (vectors as unknown as Vector[]).filter(({ kind }) => !kind.startsWith('tr31-'));

test.each(OURS)('$kind: $name', ({ kind, inputs, expected }) => {
  const result = CALCULATIONS[kind](inputs);
  expect(typeof result === 'string' ? result : toHex(result)).toBe(expected.toUpperCase());
});

test('every calculation has a vector', () => {
  expect(new Set(OURS.map(({ kind }) => kind))).toEqual(new Set(Object.keys(CALCULATIONS)));
});

test('the fields of format 4 that a vector takes as given are made here too', () => {
  expect(toHex(panField4('4111111111111111'))).toBe('44111111111111111000000000000000');
  expect(toHex(pinField4('1234', () => fromHex('2F69ADDE2E9E7ACE')))).toBe('441234AAAAAAAAAA2F69ADDE2E9E7ACE');
});
