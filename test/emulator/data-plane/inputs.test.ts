import { DataPlaneEmulator, KeyName } from './test-keys';
import { ServiceError } from '../errors';

const PAN = '4111111111111111';
const KSN = 'FFFF9876543210E00001';
const data = (attributes: object, PlainText = '00'.repeat(16)): object => ({ PlainText, EncryptionAttributes: attributes });
const symmetric = (Mode: string, InitializationVector?: string): object => ({ Symmetric: { Mode, InitializationVector } });
const mac = (GenerationAttributes: object, MessageData: string, more: object = {}): object => ({ MessageData, GenerationAttributes, ...more });
const dukpt = { KeySerialNumber: KSN, DukptKeyVariant: 'REQUEST' };
const card = (attributes: object): object => ({ PrimaryAccountNumber: PAN, GenerationAttributes: attributes });

/** What passes the model and is refused by the operation. */
test.each<[KeyName, string, object, RegExp]>([
  ['data', 'EncryptData', data(symmetric('ECB'), '001122'), /whole blocks of 8 bytes/],
  ['aesData', 'EncryptData', data(symmetric('CBC'), '00'.repeat(8)), /whole blocks of 16 bytes/],
  ['aesData', 'EncryptData', data(symmetric('CBC', '00'.repeat(8))), /InitializationVector must have 16 bytes/],
  ['aesData', 'EncryptData', data(symmetric('CFB64')), /Mode CFB64 is not valid for AES/],
  ['data', 'EncryptData', data(symmetric('CFB128')), /Mode CFB128 is not valid for TDES/],
  ['rsa', 'EncryptData', data({ Asymmetric: { PaddingType: 'OAEP_SHA512' } }, '00'.repeat(200)), /too long/],
  ['bdk', 'EncryptData', data({ Dukpt: { KeySerialNumber: '123456789012345600000001' } }), /must have 16 or 20 hexadecimal digits/],
  ['aesBdk', 'EncryptData', data({ Dukpt: { KeySerialNumber: KSN } }), /must have 24 hexadecimal digits/],
  ['aesBdk', 'EncryptData', data({ Dukpt: { KeySerialNumber: '123456789012345600000001', DukptKeyDerivationType: 'AES_256' } }), /AES_256 cannot be derived/],
  ['cmac', 'GenerateMac', mac({ Algorithm: 'CMAC' }, '00'.repeat(7)), /8 bytes or more/],
  ['cmac', 'GenerateMac', mac({ Algorithm: 'CMAC' }, '00'.repeat(8), { MacLength: 17 }), /4 to 16 bytes/],
  ['algorithm3', 'GenerateMac', mac({ Algorithm: 'ISO9797_ALGORITHM3' }, '00'.repeat(8), { MacLength: 6 }), /4 or 8 bytes/],
  ['bdk', 'GenerateMac', mac({ DukptIso9797Algorithm3: dukpt }, '00'.repeat(9)), /whole blocks/],
  ['cmac', 'GenerateMac', mac({ Algorithm: 'AS2805_4_1' }, '00'.repeat(8)), /allowed are TR31_M0/],
  ['otherEmv', 'GenerateCardValidationData', card({ CardHolderVerificationValue: { UnpredictableNumber: '01', PanSequenceNumber: '00', ApplicationTransactionCounter: '01' } }), /CardHolderVerificationValue is not emulated/],
])('%s: %s refuses %j', async (name, operation, input, message) => {
  const emulator = new DataPlaneEmulator();
  const KeyIdentifier = await emulator.key(name);
  await expect(emulator.run(operation, { KeyIdentifier, ...input })).rejects.toMatchObject({ type: 'ValidationException', message: expect.stringMatching(message) });
});

test('what is not emulated in translations says so', async () => {
  const emulator = new DataPlaneEmulator();
  const pek = await emulator.key('pek');
  const translate = async (more: object): Promise<string> => emulator.run('TranslatePinData', {
    IncomingKeyIdentifier: pek,
    OutgoingKeyIdentifier: pek,
    EncryptedPinBlock: '0'.repeat(16),
    IncomingTranslationAttributes: { IsoFormat0: { PrimaryAccountNumber: PAN } },
    OutgoingTranslationAttributes: { IsoFormat0: { PrimaryAccountNumber: PAN } },
    ...more,
  }).then(() => 'accepted', (error: Error) => error.message);
  expect(await translate({ IncomingTranslationAttributes: { As2805Format0: { PrimaryAccountNumber: PAN } } })).toMatch(/As2805Format0 is not emulated/);
});

test('an error names the member, and never the value of a sensitive one', async () => {
  const emulator = new DataPlaneEmulator();
  const input = { KeyIdentifier: 'alias/none', PrimaryAccountNumber: '41111x11111111', GenerationAttributes: { CardVerificationValue2: { CardExpiryDate: '01x8' } } };
  const error = await emulator.run('GenerateCardValidationData', input).catch((refused: ServiceError) => refused) as ServiceError;
  expect(error.members.fieldList!.map(({ path }) => path)).toEqual(['primaryAccountNumber', 'generationAttributes.cardVerificationValue2.cardExpiryDate']);
  expect(JSON.stringify(error.members) + error.message).not.toMatch(/41111x|01x8/);
});

test.each(['ISO_FORMAT_0', 'ISO_FORMAT_3'])('a PIN in %s needs a PAN and a key of TDES', async format => {
  const emulator = new DataPlaneEmulator();
  const generate = async (pek: KeyName, more: object): Promise<unknown> => emulator.errorOf('GeneratePinData', {
    GenerationKeyIdentifier: await emulator.key('ibmPvk'),
    EncryptionKeyIdentifier: await emulator.key(pek),
    PinBlockFormat: format,
    GenerationAttributes: { Ibm3624NaturalPin: { DecimalizationTable: '0123456789012345', PinValidationData: '1234', PinValidationDataPadCharacter: 'F' } },
    ...more,
  });
  expect(await generate('pek', {})).toBe('ValidationException');
  expect(await generate('aesPek', { PrimaryAccountNumber: PAN })).toBe('ValidationException');
  expect(await generate('pek', { PrimaryAccountNumber: PAN })).toBeUndefined();
});

test.each([4, 5, 6, 9, 12])('a random PIN has %i digits if that is asked for', async length => {
  const emulator = new DataPlaneEmulator();
  const { PinData } = await emulator.run<{ PinData: { PinOffset: string } }>('GeneratePinData', {
    GenerationKeyIdentifier: await emulator.key('ibmPvk'),
    EncryptionKeyIdentifier: await emulator.key('pek'),
    PinBlockFormat: 'ISO_FORMAT_1',
    PinDataLength: length,
    GenerationAttributes: { Ibm3624RandomPin: { DecimalizationTable: '0123456789012345', PinValidationData: '1234', PinValidationDataPadCharacter: 'F' } },
  });
  expect(PinData.PinOffset).toHaveLength(length);
});
