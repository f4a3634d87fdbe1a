/* eslint-disable no-bitwise -- the one-way function is made by exclusive or */
import { DataPlaneEmulator, KEY_ATTRIBUTES } from './test-keys';
import { Hex, hex, judge } from '../judge';
import { unwrapUnderVariant, wrapUnderVariant } from '../key-exchange/as2805';
import { withOddParity } from '../key-material';

/** A node of an AS 2805 network outside the service, which psec calculates for, as samples of AWS do. */

const KEY = '0123456789ABCDEFFEDCBA9876543210';
const key = Buffer.from(KEY, 'hex');
/** A PIN encryption key of two keys of DES, as nodes have them. */
const PEK = { ...KEY_ATTRIBUTES.pek, KeyAlgorithm: 'TDES_2KEY' };
const account = { IsoFormat0: { PrimaryAccountNumber: '4242424242424242' } };
const CLEAR_BLOCK = '041010DBDBDBDBDB';

async function ask(name: string, args: Readonly<Record<string, unknown>>): Promise<Buffer> {
  const [{ value, error }] = await judge([{ function: `psec.${name}`, arguments: args }]);
  if (error !== undefined) throw new Error(error);
  return Buffer.from((value as Hex).hex, 'hex');
}

const cbc = async (data: Buffer, iv: Buffer): Promise<Buffer> => ask('des.encrypt_tdes_cbc', { key: hex(key), iv: hex(iv), data: hex(data) });

test('a PIN under a key of the transaction is translated', async () => {
  const emulator = new DataPlaneEmulator();
  const data = Buffer.from(`${'000438'.padEnd(16, '0')}${'000000000328'.padStart(16, '0')}`, 'hex');
  const encrypted = await cbc(data, (await cbc(data, Buffer.alloc(8))).subarray(-8));
  const pinKey = Buffer.from(encrypted.map((byte, index) => byte ^ data[index]));
  const block = await ask('des.encrypt_tdes_ecb', { key: hex(pinKey), data: { hex: CLEAR_BLOCK } });
  const translate = async (TransactionAmount: string): Promise<Record<string, string>> => emulator.run('TranslatePinData', {
    IncomingKeyIdentifier: await emulator.key('pek', KEY, { KeyAttributes: PEK }),
    OutgoingKeyIdentifier: await emulator.key('pek', KEY, { KeyAttributes: PEK }),
    IncomingTranslationAttributes: account,
    OutgoingTranslationAttributes: account,
    EncryptedPinBlock: block.toString('hex'),
    IncomingAs2805Attributes: { SystemTraceAuditNumber: '000438', TransactionAmount },
  });
  const { PinBlock } = await translate('000000000328');
  const opened = await ask('des.decrypt_tdes_ecb', { key: hex(key), data: { hex: PinBlock } });
  expect(opened.toString('hex').toUpperCase()).toBe(CLEAR_BLOCK);
  await expect(translate('000000000329')).rejects.toMatchObject({ type: 'ValidationException' });
}, 15 * 60_000);

test('a MAC of AS 2805.4.1 is the first half of a retail MAC', async () => {
  const emulator = new DataPlaneEmulator();
  const MessageData = '00112233445566778899';
  const { Mac } = await emulator.run('GenerateMac', {
    KeyIdentifier: await emulator.key('as2805Mac', KEY), MessageData, GenerationAttributes: { Algorithm: 'AS2805_4_1' },
  });
  const theirs = await ask('mac.generate_retail_mac', { key1: hex(key.subarray(0, 8)), key2: hex(key.subarray(8)), data: { hex: MessageData }, padding: 1 });
  expect(Mac).toBe(theirs.subarray(0, 4).toString('hex').toUpperCase());
}, 15 * 60_000);

test.each<[string, readonly [number, number], readonly [number, number]]>([
  ['VARIANT_MASK_82', [0x82, 0x82], [0x84, 0x84]],
  ['VARIANT_MASK_82C0', [0x82, 0xc0], [0x84, 0xc0]],
])('a node answers a request under %s as the service expects', async (RandomKeySendVariantMask, send, receive) => {
  const emulator = new DataPlaneEmulator();
  const input = { KeyIdentifier: await emulator.key('nodeKek', KEY), RandomKeySendVariantMask };
  const { RandomKeySend, RandomKeyReceive } = await emulator.run('GenerateAs2805KekValidation', {
    ...input, KekValidationType: { KekValidationRequest: { DeriveKeyAlgorithm: 'TDES_2KEY', RandomKeyMaxLength: 'BYTES_24' } },
  });
  const random = unwrapUnderVariant(Buffer.from(RandomKeySend, 'hex'), key, send);
  expect(random).toHaveLength(24);
  const answer = wrapUnderVariant(withOddParity(Buffer.from(random.map(byte => 255 - byte))), key, receive);
  expect(answer.toString('hex').toUpperCase()).toBe(RandomKeyReceive);
});
