import { keyReconciler } from '../../../../src/provider/handler/reconcilers/key/reconciler';
import { encryptionKey } from '../../../emulator/exchange-fixtures';
import { hex, Hex, judge, JudgeCall } from '../../../emulator/judge';
import { KeyAlgorithm } from '../../../emulator/shapes';
import { cvk } from '../keys';
import { Turns } from '../turns';
import { CEREMONIES, Ceremony, kept, SHARED_KEY, wrappingKey, WORKING_KEY } from './ceremonies';

/*
 * That the key which came is the partner's: in every Region it makes the same card verification values and PIN blocks as psec,
 * which nobody here wrote, makes of the clear key.
 */

const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];
const EXPIRY = '0930';
const PIN = '4071';
const CARDS = ['4111111111111111', '5555555555554444', '343412341234123', '6011000990139424'];

let turns: Turns;
beforeEach(async () => { turns = await Turns.start(); });
afterEach(() => turns.close());

async function ask<T>(...calls: readonly JudgeCall[]): Promise<T[]> {
  const judgements = await judge(calls);
  expect(judgements.flatMap(({ error }) => error ?? [])).toEqual([]);
  return judgements.map(({ value }) => value as T);
}

const inRegion = (arn: string, region: string) => arn.replace(REGIONS[0], region);

async function imported({ declared }: Ceremony): Promise<string> {
  const outcome = await turns.reconcile(keyReconciler, { declared: { ...declared, ReplicationRegions: REGIONS.slice(1) } });
  expect(outcome).toMatchObject({ kind: 'done' });
  return outcome.attributes!.KeyArn;
}

const cardVerificationValues = (key: Buffer) => ask<string>(...CARDS.map(pan => ({
  function: 'psec.cvv.generate_cvv', arguments: { cvk: hex(key), pan, expiry: EXPIRY, service_code: '000' },
})));

/** The service's answer for each card, in each Region. */
const answers = (arn: string) => Promise.all(REGIONS.map(region => Promise.all(CARDS.map(async PrimaryAccountNumber => {
  const { ValidationData } = await turns.byHand('GenerateCardValidationData', {
    KeyIdentifier: inRegion(arn, region), PrimaryAccountNumber, GenerationAttributes: { CardVerificationValue2: { CardExpiryDate: EXPIRY } },
  }, region);
  return ValidationData;
}))));

/** Clear blocks of format 0 under a key. */
async function pinBlocks(key: Buffer): Promise<string[]> {
  const clear = await ask<Hex>(...CARDS.map(pan => ({ function: 'psec.pinblock.encode_pinblock_iso_0', arguments: { pin: PIN, pan } })));
  const encrypted = await ask<Hex>(...clear.map(data => ({ function: 'psec.des.encrypt_tdes_ecb', arguments: { key: hex(key), data } })));
  return encrypted.map(block => block.hex);
}

test.each(['TR31', 'TR34', 'RSA_CRYPTOGRAM', 'ECDH_TR31'] as const)('%s brings a key that makes the CVV2 of the clear key in every Region', async method => {
  const expected = await cardVerificationValues(WORKING_KEY);
  expect(new Set(expected).size).toBeGreaterThan(1);
  expect(await answers(await imported(await CEREMONIES[method](turns)))).toEqual(REGIONS.map(() => expected));
});

test('AS2805 brings a key that opens the PIN blocks of its node in every Region', async () => {
  const theirs = await imported(await CEREMONIES.AS2805(turns));
  const key = Buffer.from('2C8AF1D50B4E97634DA2B0C6E81F7593', 'hex');
  const ours = await imported(await CEREMONIES.AS2805(turns, { key }));
  const [received, passedOn] = [await pinBlocks(WORKING_KEY), await pinBlocks(key)];
  for (const region of REGIONS) {
    const translated = await Promise.all(CARDS.map(async (PrimaryAccountNumber, at) => {
      const account = { IsoFormat0: { PrimaryAccountNumber } };
      const { PinBlock } = await turns.byHand('TranslatePinData', {
        IncomingKeyIdentifier: inRegion(theirs, region),
        OutgoingKeyIdentifier: inRegion(ours, region),
        IncomingTranslationAttributes: account,
        OutgoingTranslationAttributes: account,
        EncryptedPinBlock: received[at],
      }, region);
      return PinBlock;
    }));
    expect([region, translated]).toEqual([region, passedOn]);
  }
});

const AES_KEY = Buffer.from('5C9D3A07E1B84F62902E6DD17A45C3FB', 'hex');
const TRIPLE_LENGTH = Buffer.from('7A3F1C94D2E05B681F8E40A6C97B2D3551C2E87F0934BA6D', 'hex');

describe('a key block that psec made', () => {
  test.each<[string, KeyAlgorithm, Buffer, string, Buffer]>([
    ['A', 'TDES_2KEY', SHARED_KEY, 'A0000C0TC00E0000', WORKING_KEY],
    ['B', 'TDES_2KEY', SHARED_KEY, 'B0000C0TC00E0000', WORKING_KEY],
    ['B, with the version of its key', 'TDES_2KEY', SHARED_KEY, 'B0000C0TC12S0000', WORKING_KEY],
    ['B, under a key of three parts', 'TDES_3KEY', TRIPLE_LENGTH, 'B0000C0TC00E0000', WORKING_KEY],
    ['C', 'TDES_2KEY', SHARED_KEY, 'C0000C0TC00E0000', WORKING_KEY],
    ['D', 'AES_128', AES_KEY, 'D0000C0TC00E0000', WORKING_KEY],
  ])('of version %s is imported, and makes the CVV2 of the clear key in every Region', async (_, algorithm, kbpk, header, key) => {
    const [block] = await ask<string>({ function: 'psec.tr31.wrap', arguments: { kbpk: hex(kbpk), header, key: hex(key) } });
    const WrappingKey = await wrappingKey(turns, encryptionKey(algorithm), kbpk);
    const declared = cvk({ Material: { Method: 'TR31', WrappingKey, WrappedKey: kept(turns, block) } });
    expect(await answers(await imported({ declared, stored: block }))).toEqual(await Promise.all(REGIONS.map(() => cardVerificationValues(key))));
  });
});
