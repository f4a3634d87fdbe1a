import { CheckedEmulator, PRIMARY } from '../checked-emulator';
import { DATA_PLANE_SWITCHES } from '../switches';
import { KEY_ATTRIBUTES, KeyName } from './test-keys';

const PAN = '4111111111111111';
const EXPIRY = '0128';

interface Case {
  readonly look: (emulator: CheckedEmulator) => Promise<unknown>;
  readonly sees?: Record<string, unknown>;
}

async function make(emulator: CheckedEmulator, name: KeyName, more: object = {}): Promise<string> {
  return (await emulator.createKey({ KeyAttributes: KEY_ATTRIBUTES[name], ...more })).KeyArn;
}

const run = async (emulator: CheckedEmulator, operation: string, input: object): Promise<Record<string, string>> =>
  emulator.call<Record<string, string>>(operation, input, { region: PRIMARY });

const outcome = async (emulator: CheckedEmulator, operation: string, input: object): Promise<unknown> =>
  await emulator.errorOf(operation, input) ?? 'accepted';

const iso0 = { IsoFormat0: { PrimaryAccountNumber: PAN } };

async function pinBlock(emulator: CheckedEmulator, pek: string, format: string): Promise<{ block: string; pvv: string; pvk: string }> {
  const pvk = await make(emulator, 'visaPvk');
  const { EncryptedPinBlock, PinData } = await run(emulator, 'GeneratePinData', {
    GenerationKeyIdentifier: pvk,
    EncryptionKeyIdentifier: pek,
    PrimaryAccountNumber: PAN,
    PinBlockFormat: format,
    GenerationAttributes: { VisaPin: { PinVerificationKeyIndex: 1 } },
  });
  return { block: EncryptedPinBlock, pvv: (PinData as unknown as { VerificationValue: string }).VerificationValue, pvk };
}

async function mac(emulator: CheckedEmulator, name: KeyName, attributes: object, message: string, more: object = {}): Promise<string> {
  const KeyIdentifier = await make(emulator, name);
  return (await run(emulator, 'GenerateMac', { KeyIdentifier, MessageData: message, GenerationAttributes: attributes, ...more })).Mac;
}

/** For every switch of the data plane. */
export const DATA_PLANE_SWITCH_CASES: Readonly<Record<keyof typeof DATA_PLANE_SWITCHES, Case>> = {
  unusableKey: {
    look: async emulator => {
      const attributes = { CardVerificationValue2: { CardExpiryDate: EXPIRY } };
      const input = async (more: object): Promise<object> =>
        ({ KeyIdentifier: await make(emulator, 'cvk', more), PrimaryAccountNumber: PAN, GenerationAttributes: attributes });
      const pending = await input({}) as { KeyIdentifier: string };
      await emulator.change('DeleteKey', { KeyIdentifier: pending.KeyIdentifier });
      return [await outcome(emulator, 'GenerateCardValidationData', await input({ Enabled: false })), await outcome(emulator, 'GenerateCardValidationData', pending)];
    },
    sees: Object.fromEntries(DATA_PLANE_SWITCHES.unusableKey.variants.map(name => [name, [name, name]])),
  },
  isoMacLength: {
    look: async emulator => {
      const macs = [
        await mac(emulator, 'algorithm1', { Algorithm: 'ISO9797_ALGORITHM1' }, '00'.repeat(8)),
        await mac(emulator, 'algorithm3', { Algorithm: 'ISO9797_ALGORITHM3' }, '00'.repeat(8)),
      ];
      return macs.map(({ length }) => length / 2);
    },
    sees: { 4: [4, 4], 8: [8, 8] },
  },
  isoMacPadding: {
    look: async emulator => {
      const KeyIdentifier = await make(emulator, 'algorithm3');
      const input = (message: string): object => ({ KeyIdentifier, MessageData: message, GenerationAttributes: { Algorithm: 'ISO9797_ALGORITHM3' } });
      const answer = await outcome(emulator, 'GenerateMac', input('0102'));
      if (answer !== 'accepted') return answer;
      const [short, padded] = [await run(emulator, 'GenerateMac', input('0102')), await run(emulator, 'GenerateMac', input('0102'.padEnd(16, '0')))];
      return short.Mac === padded.Mac ? 'zeros' : 'something else';
    },
  },
  macLengthUnit: {
    look: async emulator => (await mac(emulator, 'cmac', { Algorithm: 'CMAC' }, '00'.repeat(16), { MacLength: 8 })).length,
    sees: { bytes: 16, digits: 8 },
  },
  emvMacPadding: {
    look: async emulator => {
      const KeyIdentifier = await make(emulator, 'integrity');
      const EmvMac = {
        MajorKeyDerivationMode: 'EMV_OPTION_A',
        PrimaryAccountNumber: PAN,
        PanSequenceNumber: '00',
        SessionKeyDerivationMode: 'EMV_COMMON_SESSION_KEY',
        SessionKeyDerivationValue: { ApplicationCryptogram: '0123456789ABCDEF' },
      };
      const of = async (message: string): Promise<string> =>
        (await run(emulator, 'GenerateMac', { KeyIdentifier, MessageData: message, GenerationAttributes: { EmvMac } })).Mac;
      return await of('84240000') === await of('8424000000000000') ? 'METHOD_1' : 'METHOD_2';
    },
  },
  panInIsoFormat4: {
    look: async emulator => {
      const pek = await make(emulator, 'aesPek');
      const { block, pvk, pvv } = await pinBlock(emulator, pek, 'ISO_FORMAT_4');
      // The same PAN but for its first digit: the PVV takes the last twelve.
      return await outcome(emulator, 'VerifyPinData', {
        VerificationKeyIdentifier: pvk,
        EncryptionKeyIdentifier: pek,
        EncryptedPinBlock: block,
        PinBlockFormat: 'ISO_FORMAT_4',
        PrimaryAccountNumber: `5${PAN.slice(1)}`,
        VerificationAttributes: { VisaPin: { PinVerificationKeyIndex: 1, VerificationValue: pvv } },
      }) === 'accepted' ? 'RIGHTMOST_12' : 'WHOLE';
    },
  },
  malformedPinBlock: {
    look: async emulator => {
      const pek = await make(emulator, 'pek');
      const input = {
        VerificationKeyIdentifier: await make(emulator, 'visaPvk'),
        EncryptionKeyIdentifier: pek,
        PinBlockFormat: 'ISO_FORMAT_0',
        PrimaryAccountNumber: PAN,
        VerificationAttributes: { VisaPin: { PinVerificationKeyIndex: 1, VerificationValue: '0000' } },
      };
      // One random block in thousands looks like a PIN: three do not.
      const answers = [];
      for (const block of ['0'.repeat(16), '1'.repeat(16), 'F'.repeat(16)]) answers.push(await outcome(emulator, 'VerifyPinData', { ...input, EncryptedPinBlock: block }));
      return answers.find(answer => answer === 'ValidationException') ?? answers[0];
    },
  },
  visaPinUnderDukpt: {
    look: async emulator => {
      const pek = await make(emulator, 'pek');
      const bdk = await make(emulator, 'bdk');
      const { block, pvk, pvv } = await pinBlock(emulator, pek, 'ISO_FORMAT_0');
      const KeySerialNumber = 'FFFF9876543210E00001';
      const { PinBlock } = await run(emulator, 'TranslatePinData', {
        IncomingKeyIdentifier: pek,
        OutgoingKeyIdentifier: bdk,
        IncomingTranslationAttributes: iso0,
        OutgoingTranslationAttributes: iso0,
        EncryptedPinBlock: block,
        OutgoingDukptAttributes: { KeySerialNumber },
      });
      return outcome(emulator, 'VerifyPinData', {
        VerificationKeyIdentifier: pvk,
        EncryptionKeyIdentifier: bdk,
        EncryptedPinBlock: PinBlock,
        PinBlockFormat: 'ISO_FORMAT_0',
        PrimaryAccountNumber: PAN,
        DukptAttributes: { KeySerialNumber, DukptDerivationType: 'TDES_2KEY' },
        VerificationAttributes: { VisaPin: { PinVerificationKeyIndex: 1, VerificationValue: pvv } },
      });
    },
    sees: { verified: 'accepted' },
  },
  unpaddedTransactionData: {
    look: async emulator => outcome(emulator, 'GenerateAuthRequestCryptogram', {
      KeyIdentifier: await make(emulator, 'cryptograms'),
      TransactionData: '010203',
      MajorKeyDerivationMode: 'EMV_OPTION_A',
      SessionKeyDerivationAttributes: { Visa: { PrimaryAccountNumber: PAN, PanSequenceNumber: '00' } },
    }),
    sees: { zeros: 'accepted' },
  },
  counterInDynamicValue: {
    look: async emulator => {
      const KeyIdentifier = await make(emulator, 'otherEmv');
      const of = async (counter: string): Promise<string> => (await run(emulator, 'GenerateCardValidationData', {
        KeyIdentifier,
        PrimaryAccountNumber: PAN,
        ValidationDataLength: 5,
        GenerationAttributes: {
          DynamicCardVerificationValue: { PanSequenceNumber: '00', CardExpiryDate: EXPIRY, ServiceCode: '201', ApplicationTransactionCounter: counter },
        },
      })).ValidationData;
      // Ten thousand more end in the same four decimal digits.
      return await of('0001') === await of('2711') ? 'decimal' : 'hexadecimal';
    },
  },
  paddingOfSymmetricData: {
    look: async emulator => outcome(emulator, 'EncryptData', {
      KeyIdentifier: await make(emulator, 'data'),
      PlainText: '00'.repeat(8),
      EncryptionAttributes: { Symmetric: { Mode: 'ECB', PaddingType: 'PKCS1' } },
    }),
    sees: { ignored: 'accepted' },
  },
  rsaPaddingByDefault: {
    look: async emulator => {
      const KeyIdentifier = await make(emulator, 'rsa');
      const { CipherText } = await run(emulator, 'EncryptData', { KeyIdentifier, PlainText: '0102', EncryptionAttributes: { Asymmetric: {} } });
      const answers = await Promise.all(DATA_PLANE_SWITCHES.rsaPaddingByDefault.variants.map(async PaddingType =>
        [PaddingType, await run(emulator, 'DecryptData', { KeyIdentifier, CipherText, DecryptionAttributes: { Asymmetric: { PaddingType } } })
          .then(({ PlainText }) => PlainText, (error: Error) => error.name)] as const));
      // With a wrong PKCS #1 padding, OpenSSL decrypts to something random instead of failing.
      return answers.find(([, answer]) => answer === '0102')![0];
    },
  },
  dukptModeByDefault: {
    look: async emulator => {
      const { CipherText } = await run(emulator, 'EncryptData', {
        KeyIdentifier: await make(emulator, 'bdk'),
        PlainText: '00'.repeat(16),
        EncryptionAttributes: { Dukpt: { KeySerialNumber: 'FFFF9876543210E00001' } },
      });
      return CipherText.slice(0, 16) === CipherText.slice(16) ? 'ECB' : 'CBC';
    },
  },
  dukptVariantByDefault: {
    look: async emulator => {
      const KeyIdentifier = await make(emulator, 'aesBdk');
      const of = async (more: object): Promise<string> => (await run(emulator, 'EncryptData', {
        KeyIdentifier,
        PlainText: '00'.repeat(16),
        EncryptionAttributes: { Dukpt: { KeySerialNumber: '123456789012345600000001', ...more } },
      })).CipherText;
      return await of({}) === await of({ DukptKeyVariant: 'REQUEST' }) ? 'REQUEST' : 'BIDIRECTIONAL';
    },
  },
  checkValueOfWrappedKey: {
    look: async emulator => {
      const kek = await emulator.createKey({ KeyAttributes: KEY_ATTRIBUTES.kek });
      const { WrappedKey } = await emulator.call<{ WrappedKey: { KeyMaterial: string } }>('ExportKey', {
        ExportKeyIdentifier: await make(emulator, 'data'),
        KeyMaterial: { Tr31KeyBlock: { WrappingKeyIdentifier: kek.KeyArn } },
      }, { region: PRIMARY });
      const { KeyCheckValue } = await run(emulator, 'EncryptData', {
        KeyIdentifier: kek.KeyArn,
        PlainText: '00'.repeat(8),
        EncryptionAttributes: { Symmetric: { Mode: 'ECB' } },
        WrappedKey: { WrappedKeyMaterial: { Tr31KeyBlock: WrappedKey.KeyMaterial } },
      });
      return KeyCheckValue === kek.KeyCheckValue ? 'WRAPPING' : 'WRAPPED';
    },
  },
};
