import * as fc from 'fast-check';
import { hex, Hex, judge } from '../judge';
import { withOddParity } from '../key-material';
import { aes, CipherMode, decrypt, encrypt, tdes } from './block-cipher';
import { fromHex, toHex } from './bytes';
import { cardVerificationValue } from './card-verification-value';
import { initialKey, transactionKey, variantKey } from './dukpt-tdes';
import { cardVerificationCode3 } from './dynamic-card-verification';
import { applicationCryptogram, responseCryptogram1, responseCryptogram2 } from './emv-cryptograms';
import { cardMasterKey, commonSessionKey, counterData, emv2000SessionKey, mastercardSessionKey, visaSecureMessagingKey } from './emv-keys';
import { commandMac, encryptForChip, visaPinBlock } from './emv-pin-change';
import { offsetOfPin, pinFromOffset } from './ibm-3624';
import { cbcMac, hashMac, HmacHash, padWithOne, padWithZeros, retailMac } from './message-authentication';
import { clearPinBlock, openPinBlock, pinOfClearBlock, sealPinBlock, ShortPinBlockFormat } from './pin-block';
import { pinVerificationValue } from './pin-verification-value';

const RUNS = 200;
const SEED = 20261128;

/** A function of somebody else, and what is to be equal of its value and ours. */
interface Exchange {
  readonly name: string;
  readonly call: { readonly function: string; readonly arguments: Readonly<Record<string, unknown>> };
  readonly agree: (value: unknown) => readonly [theirs: unknown, ours: unknown];
}

const digits = (min: number, max: number = min): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: min, maxLength: max }).map(list => list.join(''));
const bytes = (min: number, max: number = min): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: min, maxLength: max }).map(array => Buffer.from(array));
const tdesKey = (size: number): fc.Arbitrary<Buffer> => bytes(size).map(withOddParity);

const INPUTS = fc.record({
  key: tdesKey(16),
  tdesKey: fc.constantFrom(16, 24).chain(tdesKey),
  aesKey: fc.constantFrom(16, 24, 32).chain(size => bytes(size)),
  pan: digits(13, 19),
  expiry: digits(4),
  serviceCode: digits(3),
  pin: digits(4, 12),
  currentPin: digits(4, 12),
  visaPin: digits(4),
  keyIndex: fc.integer({ min: 0, max: 6 }),
  table: digits(16),
  validationData: digits(4, 16),
  padCharacter: fc.constantFrom(...'0123456789ABCDEF'),
  psn: digits(2),
  atc: bytes(2),
  unpredictableNumber: bytes(4),
  cryptogram: bytes(8),
  responseCode: bytes(2),
  cardStatusUpdate: bytes(4),
  proprietary: bytes(0, 8),
  message: bytes(1, 100),
  blocks: fc.integer({ min: 1, max: 8 }).chain(count => bytes(count * 16)),
  iv: bytes(16),
  ksn: bytes(10),
  hash: fc.constantFrom<HmacHash>('SHA224', 'SHA256', 'SHA384', 'SHA512'),
});

type Inputs = typeof INPUTS extends fc.Arbitrary<infer T> ? T : never;

const sameBytes = (ours: Buffer) => (value: unknown): [unknown, unknown] => [(value as Hex).hex, toHex(ours)];
const same = (ours: unknown) => (value: unknown): [unknown, unknown] => [value, ours];
const opened = (open: (block: Buffer) => unknown, pin: string) => (value: unknown): [unknown, unknown] => [open(fromHex((value as Hex).hex)), pin];

function psec(given: Inputs): Exchange[] {
  const {
    key, tdesKey: long, aesKey, pan, expiry, serviceCode, pin, visaPin, keyIndex, table,
    validationData, padCharacter, message, blocks, iv,
  } = given;
  const method = { decimalizationTable: table, validationData, padCharacter };
  const ibm = {
    pvk: hex(long),
    conversion_table: table,
    pan: validationData,
    pan_verify_offset: 0,
    pan_verify_length: validationData.length,
    pan_pad: padCharacter,
  };
  const row = (name: string, of: string, args: object, agree: Exchange['agree']): Exchange =>
    ({ name, call: { function: `psec.${of}`, arguments: args as Record<string, unknown> }, agree });
  const pinBlockRows = (['0', '2', '3'] as const).flatMap(number => {
    const format: ShortPinBlockFormat = `ISO_FORMAT_${number}`;
    const account = number === '2' ? {} : { pan };
    const ours = clearPinBlock(format, pin, pan, size => aesKey.subarray(0, size));
    return [
      row(`a PIN block of format ${number} from there`, `pinblock.encode_pinblock_iso_${number}`, { pin, ...account },
        opened(block => pinOfClearBlock(format, block, pan), pin)),
      row(`a PIN block of format ${number} from here`, `pinblock.decode_pinblock_iso_${number}`, { pinblock: hex(ours), ...account }, same(pin)),
    ];
  });
  const modes: ReadonlyArray<[CipherMode, string, object]> = [['ECB', 'ecb', {}], ['CBC', 'cbc', { iv }]];
  const modeRows = modes.flatMap(([mode, of, vector]) => (['tdes', 'aes'] as const).flatMap(family => {
    const cipher = family === 'tdes' ? tdes(long) : aes(aesKey);
    const start = iv.subarray(0, family === 'tdes' ? 8 : 16);
    const args = { key: hex(cipher.key), ...'iv' in vector && { iv: hex(start) } };
    return [
      row(`encryption with ${family} in ${mode}`, `${family === 'tdes' ? 'des' : 'aes'}.encrypt_${family}_${of}`, { ...args, data: hex(blocks) }, sameBytes(encrypt(cipher, blocks, mode, start))),
      row(`decryption with ${family} in ${mode}`, `${family === 'tdes' ? 'des' : 'aes'}.decrypt_${family}_${of}`, { ...args, data: hex(blocks) }, sameBytes(decrypt(cipher, blocks, mode, start))),
    ];
  }));
  return [
    row('CVV', 'cvv.generate_cvv', { cvk: hex(key), pan, expiry, service_code: serviceCode }, same(cardVerificationValue(key, { pan, expiry, serviceCode }, 3))),
    row('PVV', 'pin.generate_visa_pvv', { pvk: hex(long), pvki: String(keyIndex), pin: visaPin, pan }, same(pinVerificationValue(long, keyIndex, visaPin, pan))),
    row('IBM 3624 PIN', 'pin.generate_ibm3624_pin', { ...ibm, offset: pin }, same(pinFromOffset(long, method, pin))),
    row('IBM 3624 offset', 'pin.generate_ibm3624_offset', { ...ibm, pin }, same(offsetOfPin(long, method, pin))),
    row('a PIN block of format 4 from there', 'pinblock.encipher_pinblock_iso_4', { key: hex(aesKey), pin, pan },
      opened(block => openPinBlock(aes(aesKey), 'ISO_FORMAT_4', block, pan), pin)),
    row('a PIN block of format 4 from here', 'pinblock.decipher_pinblock_iso_4',
      { key: hex(aesKey), pin_block: hex(sealPinBlock(aes(aesKey), 'ISO_FORMAT_4', pin, pan, size => iv.subarray(0, size))), pan }, same(pin)),
    row('ISO 9797-1 algorithm 1 with zeros', 'mac.generate_cbc_mac', { key: hex(long), data: hex(message), padding: 1 }, sameBytes(cbcMac(long, padWithZeros(message)))),
    row('ISO 9797-1 algorithm 1 with a one', 'mac.generate_cbc_mac', { key: hex(long), data: hex(message), padding: 2 }, sameBytes(cbcMac(long, padWithOne(message)))),
    row('ISO 9797-1 algorithm 3', 'mac.generate_retail_mac', { key1: hex(key.subarray(0, 8)), key2: hex(key.subarray(8)), data: hex(message), padding: 1 }, sameBytes(retailMac(key, padWithZeros(message)))),
    ...pinBlockRows,
    ...modeRows,
  ];
}

function pyemv(given: Inputs): Exchange[] {
  const { key, pan, psn, atc, unpredictableNumber, message, cryptogram, responseCode, cardStatusUpdate, proprietary, pin, currentPin } = given;
  const card = { pan, panSequenceNumber: psn };
  const row = (name: string, of: string, args: object, agree: Exchange['agree']): Exchange =>
    ({ name, call: { function: `pyemv.${of}`, arguments: args as Record<string, unknown> }, agree });
  const forChip = (type: string, how: Parameters<typeof encryptForChip>[2]): Exchange =>
    row(`encryption for a chip, ${type}`, 'sm.encrypt_command_data', { sk_smc: hex(key), command_data: hex(message), encryption_type: { name: `pyemv.sm.EncryptionType.${type}` } },
      sameBytes(encryptForChip(key, message, how)));
  return [
    row('card key, option A', 'kd.derive_icc_mk_a', { iss_mk: hex(key), pan, psn }, sameBytes(cardMasterKey(key, card, 'EMV_OPTION_A'))),
    row('card key, option B', 'kd.derive_icc_mk_b', { iss_mk: hex(key), pan, psn }, sameBytes(cardMasterKey(key, card, 'EMV_OPTION_B'))),
    row('common session key', 'kd.derive_common_sk', { icc_mk: hex(key), r: hex(counterData(atc)) }, sameBytes(commonSessionKey(key, counterData(atc)))),
    row('Mastercard session key', 'kd.derive_common_sk', { icc_mk: hex(key), r: hex(Buffer.concat([atc, Buffer.alloc(2), unpredictableNumber])) },
      sameBytes(mastercardSessionKey(key, atc, unpredictableNumber))),
    row('EMV 2000 session key', 'kd.derive_emv2000_tree_sk', { icc_mk: hex(key), atc: hex(atc) }, sameBytes(emv2000SessionKey(key, atc))),
    row('Visa key for secure messaging', 'kd.derive_visa_sm_sk', { icc_mk: hex(key), atc: hex(atc) }, sameBytes(visaSecureMessagingKey(key, atc))),
    row('ARQC', 'ac.generate_ac', { sk_ac: hex(key), data: hex(message) }, sameBytes(applicationCryptogram(key, padWithOne(message)))),
    row('ARPC, method 1', 'ac.generate_arpc_1', { sk_ac: hex(key), arqc: hex(cryptogram), arpc_rc: hex(responseCode) }, sameBytes(responseCryptogram1(key, cryptogram, responseCode))),
    row('ARPC, method 2', 'ac.generate_arpc_2', { sk_ac: hex(key), arqc: hex(cryptogram), csu: hex(cardStatusUpdate), prop_auth_data: hex(proprietary) },
      sameBytes(responseCryptogram2(key, cryptogram, cardStatusUpdate, proprietary))),
    row('CVC3', 'cvv.generate_cvc3', { icc_cvc3: hex(key), track_template: hex(message), atc: hex(atc), un: hex(unpredictableNumber) },
      value => [String(value).padStart(5, '0'), cardVerificationCode3(key, message, unpredictableNumber, atc, 5)]),
    row('MAC of a command', 'sm.generate_command_mac', { sk_smi: hex(key), command: hex(message) }, sameBytes(commandMac(key, message))),
    row('Visa PIN block', 'sm.format_vis_pin_block', { icc_mk_ac: hex(key), pin }, sameBytes(visaPinBlock(key, pin))),
    row('Visa PIN block with the current PIN', 'sm.format_vis_pin_block', { icc_mk_ac: hex(key), pin, current_pin: currentPin }, sameBytes(visaPinBlock(key, pin, currentPin))),
    forChip('VISA', { mode: 'ECB', lengthInFront: true, padding: 'always' }),
    forChip('MASTERCARD', { mode: 'CBC', lengthInFront: false, padding: 'if needed' }),
    forChip('EMV', { mode: 'CBC', lengthInFront: false, padding: 'always' }),
  ];
}

function others({ key, ksn, message, hash }: Inputs): Exchange[] {
  const initial = initialKey(key, ksn);
  const variants = { pin_key: 'PIN', mac_request_key: 'MAC_REQUEST', mac_response_key: 'MAC_RESPONSE', data_request_key: 'DATA_REQUEST', data_response_key: 'DATA_RESPONSE' } as const;
  const row = (name: string, of: string, args: object, ours: Buffer): Exchange =>
    ({ name, call: { function: of, arguments: args as Record<string, unknown> }, agree: sameBytes(ours) });
  return [
    row('DUKPT initial key', 'pydukpt._core.derive_ipek', { bdk: hex(key), ksn: hex(ksn) }, initial),
    row('DUKPT transaction key', 'pydukpt._core.derive_key', { ipek: hex(initial), ksn: hex(ksn) }, transactionKey(initial, ksn)),
    ...Object.entries(variants).map(([of, variant]) => row(`DUKPT ${variant} key`, `pydukpt._core.${of}`, { key: hex(key) }, variantKey(key, variant))),
    row('HMAC', 'hmac.digest', { key: hex(key), msg: hex(message), digest: hash.toLowerCase() }, hashMac(key, hash, message)),
  ];
}

test(`psec, pyemv and pydukpt agree on ${RUNS} random inputs of every function`, async () => {
  const exchanges = fc.sample(INPUTS, { seed: SEED, numRuns: RUNS }).flatMap(given => [...psec(given), ...pyemv(given), ...others(given)]);
  const judgements = await judge(exchanges.map(({ call }) => call));
  const differences = exchanges.flatMap(({ name, agree }, index) => {
    const { value, error } = judgements[index];
    const [theirs, ours] = error === undefined ? agree(value) : [error, undefined];
    return theirs === ours ? [] : [{ name, theirs, ours }];
  });
  expect(differences.slice(0, 5)).toEqual([]);
  expect(exchanges.length).toBe(RUNS * (9 + 6 + 8 + 16 + 8));
}, 15 * 60_000);
