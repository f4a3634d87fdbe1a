import vectors from '../vectors.json';
import { DataPlaneEmulator, KeyName } from './test-keys';

type Inputs = Readonly<Record<string, string>>;

interface Vector {
  readonly name: string;
  readonly kind: string;
  readonly inputs: Inputs;
  readonly expected: string;
}

const PAN = '4111111111111111';

const cardInput = ({ pan, expiry, serviceCode }: Inputs): object => ({
  PrimaryAccountNumber: pan,
  GenerationAttributes: serviceCode === '000'
    ? { CardVerificationValue2: { CardExpiryDate: expiry } }
    : { CardVerificationValue1: { CardExpiryDate: expiry, ServiceCode: serviceCode } },
});

const ibmAttributes = ({ decimalizationTable, validationData, pad }: Inputs): object =>
  ({ DecimalizationTable: decimalizationTable, PinValidationData: validationData, PinValidationDataPadCharacter: pad });

/** Format 0 of a PIN under a key of zeros and ones, for operations that take encrypted PINs only. */
async function encryptedPin(emulator: DataPlaneEmulator, pek: string, pin: string, pan: string): Promise<string> {
  const { EncryptedPinBlock } = await emulator.run('GeneratePinData', {
    GenerationKeyIdentifier: await emulator.key('ibmPvk2'),
    EncryptionKeyIdentifier: pek,
    PrimaryAccountNumber: pan,
    PinBlockFormat: 'ISO_FORMAT_0',
    PinDataLength: pin.length,
    // Whatever the natural PIN is, a table of zeros makes it zero, and the offset is the PIN.
    GenerationAttributes: {
      Ibm3624PinFromOffset: { DecimalizationTable: '0'.repeat(16), PinValidationData: '1234', PinValidationDataPadCharacter: 'F', PinOffset: pin },
    },
  });
  return EncryptedPinBlock;
}

type PinAttributes = (block: string) => object;

async function pinData(emulator: DataPlaneEmulator, pvk: string, pin: string, pan: string, of: PinAttributes): Promise<Record<string, string>> {
  const pek = await emulator.key('pek');
  const { PinData } = await emulator.run('GeneratePinData', {
    GenerationKeyIdentifier: pvk,
    EncryptionKeyIdentifier: pek,
    PrimaryAccountNumber: pan,
    PinBlockFormat: 'ISO_FORMAT_0',
    GenerationAttributes: of(await encryptedPin(emulator, pek, pin, pan)),
  });
  return PinData as unknown as Record<string, string>;
}

const MAC_KEYS: Readonly<Record<string, KeyName>> = {
  ISO9797_ALGORITHM1: 'algorithm1', ISO9797_ALGORITHM3: 'algorithm3', AES_128: 'cmac', AES_256: 'cmac256', TDES_2KEY: 'tdesCmac', TDES_3KEY: 'tdes3Cmac',
};

/** A vector as a request; the answer is the expected value. */
const REQUESTS: Readonly<Record<string, (emulator: DataPlaneEmulator, inputs: Inputs) => Promise<string>>> = {
  'cvv': async (emulator, inputs) => {
    const KeyIdentifier = await emulator.key('cvk', inputs.cvk);
    const { ValidationData } = await emulator.run('GenerateCardValidationData', { KeyIdentifier, ...cardInput(inputs) });
    return ValidationData;
  },
  'pvv': async (emulator, { pvk, pvki, pin, pan }) => {
    const key = await emulator.key('visaPvk', pvk);
    const data = await pinData(emulator, key, pin, pan, EncryptedPinBlock =>
      ({ VisaPinVerificationValue: { EncryptedPinBlock, PinVerificationKeyIndex: Number(pvki) } }));
    return data.VerificationValue;
  },
  'ibm3624-offset': async (emulator, inputs) => {
    const key = await emulator.key('ibmPvk2', inputs.pvk);
    const data = await pinData(emulator, key, inputs.pin, PAN, EncryptedPinBlock =>
      ({ Ibm3624PinOffset: { EncryptedPinBlock, ...ibmAttributes(inputs) } }));
    return data.PinOffset;
  },
  'mac': async (emulator, { algorithm, cipher, key, message }) => {
    const KeyIdentifier = await emulator.key(MAC_KEYS[cipher ?? algorithm], key);
    const { Mac } = await emulator.run('GenerateMac', { KeyIdentifier, MessageData: message, GenerationAttributes: { Algorithm: algorithm } });
    return Mac;
  },
  'encrypt': async (emulator, { key, mode, iv, plaintext }) => {
    const KeyIdentifier = await emulator.key('aesData', key);
    const Symmetric = { Mode: mode, ...iv && { InitializationVector: iv } };
    const { CipherText } = await emulator.run('EncryptData', { KeyIdentifier, PlainText: plaintext, EncryptionAttributes: { Symmetric } });
    return CipherText;
  },
  'dukpt-tdes-pinblock': async (emulator, { bdk, ksn }) => {
    const [pek, base] = [await emulator.key('pek'), await emulator.key('bdk', bdk)];
    // The clear block of every such vector is that of the PIN 1234.
    const account = { IsoFormat0: { PrimaryAccountNumber: '4012345678909' } };
    const { PinBlock } = await emulator.run('TranslatePinData', {
      IncomingKeyIdentifier: pek,
      OutgoingKeyIdentifier: base,
      IncomingTranslationAttributes: account,
      OutgoingTranslationAttributes: account,
      EncryptedPinBlock: await encryptedPin(emulator, pek, '1234', '4012345678909'),
      OutgoingDukptAttributes: { KeySerialNumber: ksn },
    });
    return PinBlock;
  },
  'dukpt-tdes-mac': async (emulator, { bdk, ksn, variant, message }) => {
    const KeyIdentifier = await emulator.key('bdk', bdk);
    const DukptIso9797Algorithm3 = { KeySerialNumber: ksn, DukptKeyVariant: variant };
    const padded = message.padEnd(Math.ceil(message.length / 16) * 16, '0');
    const { Mac } = await emulator.run('GenerateMac', { KeyIdentifier, MessageData: padded, GenerationAttributes: { DukptIso9797Algorithm3 } });
    return Mac;
  },
  'dukpt-tdes-encrypt': async (emulator, { bdk, ksn, variant, mode, iv, plaintext }) => {
    const KeyIdentifier = await emulator.key('bdk', bdk);
    const Dukpt = { KeySerialNumber: ksn, DukptKeyVariant: variant, Mode: mode, InitializationVector: iv };
    const { CipherText } = await emulator.run('EncryptData', { KeyIdentifier, PlainText: plaintext, EncryptionAttributes: { Dukpt } });
    return CipherText;
  },
};

/** What only a switch, or nothing, lets an answer show: whole MACs, padding by method 2, and messages and keys that the service does not take. */
function isAnswerable({ kind, inputs, expected }: Vector): boolean {
  if (!Object.hasOwn(REQUESTS, kind)) return false;
  if (kind !== 'mac') return true;
  if (inputs.algorithm.startsWith('HMAC')) return false;
  return Number(inputs.padding ?? 1) === 1 && expected.length >= 16 && inputs.message.length >= 16;
}

const ANSWERABLE = (vectors as unknown as Vector[]).filter(isAnswerable);

test.each(ANSWERABLE)('$kind: $name', async ({ kind, inputs, expected }) => {
  const emulator = new DataPlaneEmulator({ switches: { isoMacLength: kind === 'mac' ? '8' : '4' } });
  expect(await REQUESTS[kind](emulator, inputs)).toBe(expected.toUpperCase());
});

test('every kind of request has vectors', () => {
  expect(new Set(ANSWERABLE.map(({ kind }) => kind))).toEqual(new Set(Object.keys(REQUESTS)));
});
