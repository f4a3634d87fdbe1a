import { createPublicKey, KeyObject } from 'node:crypto';
import { PRIMARY } from '../checked-emulator';
import { KEY_ATTRIBUTES, KeyName } from '../data-plane/test-keys';
import { Emulator } from '../emulator';
import { exportKey, importKey, Partner } from '../exchange-fixtures';
import { sealKeyBlock } from '../key-block';
import { agreeOnKey } from '../key-exchange/key-agreement';
import { Key } from '../shapes';

export const PAN = '4111111111111111';
const EXPIRY = '0128';
const KSN = 'FFFF9876543210E00001';
const AES_KSN = '123456789012345600000001';
const CARD = { PrimaryAccountNumber: PAN, PanSequenceNumber: '00' };
const CRYPTOGRAM = '0123456789ABCDEF';
const COUNTER = '001C';

type Answer = Record<string, string>;

/** Keys the calls need, made past the client that is being looked at, each once. */
export class DataPlaneFixture {
  private readonly keys = new Map<string, Promise<string>>();

  constructor(readonly emulator: Emulator) {}

  async key(name: KeyName): Promise<string> {
    if (!this.keys.has(name)) this.keys.set(name, this.newKey(name));
    return this.keys.get(name)!;
  }

  async newKey(name: KeyName, more: object = {}): Promise<string> {
    const input = { KeyAttributes: KEY_ATTRIBUTES[name], Exportable: true, ...more };
    return (await this.emulator.call<{ Key: Key }>('CreateKey', input, { region: PRIMARY })).Key.KeyArn;
  }

  async run<Output = Answer>(operation: string, input: object): Promise<Output> {
    return this.emulator.call<Output>(operation, input, { region: PRIMARY });
  }

  /** A PIN that nobody knows, and the value that verifies it. */
  async visaPin(format = 'ISO_FORMAT_0', pek: KeyName = 'pek'): Promise<{ block: string; value: string }> {
    const { EncryptedPinBlock, PinData } = await this.run<{ EncryptedPinBlock: string; PinData: { VerificationValue: string } }>('GeneratePinData', {
      GenerationKeyIdentifier: await this.key('visaPvk'),
      EncryptionKeyIdentifier: await this.key(pek),
      PrimaryAccountNumber: PAN,
      PinBlockFormat: format,
      GenerationAttributes: { VisaPin: { PinVerificationKeyIndex: 1 } },
    });
    return { block: EncryptedPinBlock, value: PinData.VerificationValue };
  }

  /** A key of the fixture in a key block. */
  async wrapped(name: KeyName): Promise<{ WrappedKeyMaterial: { Tr31KeyBlock: string } }> {
    const { KeyMaterial } = await exportKey(this.emulator, await this.key(name), { Tr31KeyBlock: { WrappingKeyIdentifier: await this.key('kek') } });
    return { WrappedKeyMaterial: { Tr31KeyBlock: KeyMaterial } };
  }

  /** A partner whose certificate authority the account knows. */
  async partner(): Promise<{ partner: Partner; authority: string }> {
    const partner = new Partner({ authority: 'ECC_NIST_P256', leaf: 'ECC_NIST_P256', now: this.emulator.options.clock.now() });
    return { partner, authority: (await importKey(this.emulator, partner.rootMaterial)).KeyArn };
  }
}

export interface DataPlaneCall {
  readonly input: object;
  /** What the output must match. */
  readonly output: object;
}

type Calls = Readonly<Record<string, (fixture: DataPlaneFixture) => Promise<DataPlaneCall>>>;

const hex = (min: number, max = min): unknown => expect.stringMatching(new RegExp(`^[0-9A-F]{${min},${max}}$`));
const digits = (count: number): unknown => expect.stringMatching(new RegExp(`^[0-9]{${count}}$`));
const by = (KeyArn: string, more: object = {}): object => ({ KeyArn, KeyCheckValue: hex(6, 8), ...more });

const cardCall = (key: KeyName, attributes: object, length = 3) => async (fixture: DataPlaneFixture): Promise<DataPlaneCall> => {
  const KeyIdentifier = await fixture.key(key);
  return {
    input: { KeyIdentifier, PrimaryAccountNumber: PAN, ValidationDataLength: length, GenerationAttributes: attributes },
    output: by(KeyIdentifier, { ValidationData: digits(length) }),
  };
};

const cardVerification = (key: KeyName, attributes: object) => async (fixture: DataPlaneFixture): Promise<DataPlaneCall> => {
  const KeyIdentifier = await fixture.key(key);
  const input = { KeyIdentifier, PrimaryAccountNumber: PAN };
  const { ValidationData } = await fixture.run('GenerateCardValidationData', { ...input, GenerationAttributes: attributes });
  return { input: { ...input, ValidationData, VerificationAttributes: attributes }, output: by(KeyIdentifier) };
};

const CARDS: Readonly<Record<string, [KeyName, object]>> = {
  CVV: ['cvk', { CardVerificationValue1: { CardExpiryDate: EXPIRY, ServiceCode: '201' } }],
  CVV2: ['cvk', { CardVerificationValue2: { CardExpiryDate: EXPIRY } }],
  CSC1: ['cvk', { AmexCardSecurityCodeVersion1: { CardExpiryDate: EXPIRY } }],
  CSC2: ['cvk', { AmexCardSecurityCodeVersion2: { CardExpiryDate: EXPIRY, ServiceCode: '702' } }],
  dCVV: ['otherEmv', { DynamicCardVerificationValue: { PanSequenceNumber: '00', CardExpiryDate: EXPIRY, ServiceCode: '201', ApplicationTransactionCounter: COUNTER } }],
  CVC3: ['dynamicNumbers', {
    DynamicCardVerificationCode: { UnpredictableNumber: '00000899', PanSequenceNumber: '00', ApplicationTransactionCounter: COUNTER, TrackData: `${PAN}D35121010000000000000F` },
  }],
};

const each = <T>(table: Readonly<Record<string, T>>, call: (value: T) => Calls[string]): Calls =>
  Object.fromEntries(Object.entries(table).map(([name, value]) => [name, call(value)]));

const dukpt = (KeySerialNumber: string): object => ({ KeySerialNumber, DukptKeyVariant: 'REQUEST' });

const EMV_MAC = { MajorKeyDerivationMode: 'EMV_OPTION_A', ...CARD, SessionKeyDerivationValue: { ApplicationTransactionCounter: COUNTER } };

/** Key, attributes and digits of a MAC. */
const MACS: Readonly<Record<string, [KeyName, object, number]>> = {
  'algorithm 1': ['algorithm1', { Algorithm: 'ISO9797_ALGORITHM1' }, 8],
  'algorithm 3': ['algorithm3', { Algorithm: 'ISO9797_ALGORITHM3' }, 8],
  'AS 2805.4.1': ['as2805Mac', { Algorithm: 'AS2805_4_1' }, 8],
  'CMAC': ['cmac', { Algorithm: 'CMAC' }, 32],
  'HMAC': ['hmac', { Algorithm: 'HMAC' }, 64],
  'HMAC_SHA256': ['hmac', { Algorithm: 'HMAC_SHA256' }, 64],
  'DUKPT algorithm 1': ['bdk', { DukptIso9797Algorithm1: dukpt(KSN) }, 8],
  'DUKPT algorithm 3': ['bdk', { DukptIso9797Algorithm3: dukpt(KSN) }, 8],
  'DUKPT CMAC': ['bdk', { DukptCmac: dukpt(KSN) }, 16],
  'DUKPT CMAC of AES': ['aesBdk', { DukptCmac: { ...dukpt(AES_KSN), DukptDerivationType: 'AES_128' } }, 32],
  ...Object.fromEntries(['EMV_COMMON_SESSION_KEY', 'EMV2000', 'AMEX', 'MASTERCARD_SESSION_KEY', 'VISA', 'UNION_PAY'].map(SessionKeyDerivationMode =>
    [`EMV, ${SessionKeyDerivationMode}`, ['integrity', { EmvMac: { ...EMV_MAC, SessionKeyDerivationMode } }, 16] as [KeyName, object, number]])),
};

const MESSAGE = '00112233445566778899AABBCCDDEEFF';

const macCall = ([key, attributes, length]: [KeyName, object, number]) => async (fixture: DataPlaneFixture): Promise<DataPlaneCall> => {
  const KeyIdentifier = await fixture.key(key);
  return { input: { KeyIdentifier, MessageData: MESSAGE, GenerationAttributes: attributes }, output: by(KeyIdentifier, { Mac: hex(length) }) };
};

const macVerification = ([key, attributes]: [KeyName, object, number]) => async (fixture: DataPlaneFixture): Promise<DataPlaneCall> => {
  const input = { KeyIdentifier: await fixture.key(key), MessageData: MESSAGE };
  const { Mac } = await fixture.run('GenerateMac', { ...input, GenerationAttributes: attributes });
  return { input: { ...input, Mac, VerificationAttributes: attributes }, output: by(input.KeyIdentifier) };
};

const symmetric = (Mode: string, more: object = {}): object => ({ Symmetric: { Mode, ...more } });

const ENCRYPTIONS: Readonly<Record<string, [KeyName, object]>> = {
  ...Object.fromEntries(['ECB', 'CBC', 'CFB', 'CFB1', 'CFB8', 'CFB64', 'OFB'].map(mode => [`TDES, ${mode}`, ['data', symmetric(mode)] as [KeyName, object]])),
  'AES, CBC': ['aesData', symmetric('CBC', { InitializationVector: MESSAGE })],
  'AES, CFB128': ['aesData', symmetric('CFB128')],
  ...Object.fromEntries(['PKCS1', 'OAEP_SHA1', 'OAEP_SHA256', 'OAEP_SHA512'].map(PaddingType =>
    [`RSA, ${PaddingType}`, ['rsa', { Asymmetric: { PaddingType } }] as [KeyName, object]])),
  'DUKPT': ['bdk', { Dukpt: dukpt(KSN) }],
  'DUKPT of AES': ['aesBdk', { Dukpt: { ...dukpt(AES_KSN), Mode: 'ECB', DukptKeyDerivationType: 'AES_128' } }],
  'EMV': ['confidentiality', { Emv: { MajorKeyDerivationMode: 'EMV_OPTION_B', ...CARD, SessionDerivationData: '001C000000000000' } }],
};

const encryptCall = ([key, attributes]: [KeyName, object]) => async (fixture: DataPlaneFixture): Promise<DataPlaneCall> => {
  const KeyIdentifier = await fixture.key(key);
  return { input: { KeyIdentifier, PlainText: MESSAGE, EncryptionAttributes: attributes }, output: by(KeyIdentifier, { CipherText: hex(32, 1024) }) };
};

const decryptCall = ([key, attributes]: [KeyName, object]) => async (fixture: DataPlaneFixture): Promise<DataPlaneCall> => {
  const KeyIdentifier = await fixture.key(key);
  const { CipherText } = await fixture.run('EncryptData', { KeyIdentifier, PlainText: MESSAGE, EncryptionAttributes: attributes });
  return { input: { KeyIdentifier, CipherText, DecryptionAttributes: attributes }, output: by(KeyIdentifier, { PlainText: MESSAGE }) };
};

const IBM = { DecimalizationTable: '0123456789012345', PinValidationDataPadCharacter: 'F', PinValidationData: PAN.slice(0, 12) };

/** Which key verifies, attributes, and what is answered. */
const PIN_GENERATIONS: Readonly<Record<string, [KeyName, (fixture: DataPlaneFixture) => Promise<object>, object]>> = {
  'Visa PIN': ['visaPvk', async () => ({ VisaPin: { PinVerificationKeyIndex: 1 } }), { VerificationValue: digits(4) }],
  'Visa PVV': ['visaPvk', async fixture => ({ VisaPinVerificationValue: { EncryptedPinBlock: (await fixture.visaPin()).block, PinVerificationKeyIndex: 1 } }), { VerificationValue: digits(4) }],
  'IBM offset': ['ibmPvk', async fixture => ({ Ibm3624PinOffset: { EncryptedPinBlock: (await fixture.visaPin()).block, ...IBM } }), { PinOffset: digits(4) }],
  'IBM natural PIN': ['ibmPvk', async () => ({ Ibm3624NaturalPin: IBM }), { PinOffset: '0000' }],
  'IBM random PIN': ['ibmPvk', async () => ({ Ibm3624RandomPin: IBM }), { PinOffset: digits(4) }],
  'IBM PIN from offset': ['ibmPvk', async () => ({ Ibm3624PinFromOffset: { ...IBM, PinOffset: '123456' } }), { PinOffset: '123456' }],
};

const pinCall = ([pvk, attributes, data]: (typeof PIN_GENERATIONS)[string]) => async (fixture: DataPlaneFixture): Promise<DataPlaneCall> => {
  const [GenerationKeyIdentifier, EncryptionKeyIdentifier] = [await fixture.key(pvk), await fixture.key('pek')];
  return {
    input: { GenerationKeyIdentifier, EncryptionKeyIdentifier, PrimaryAccountNumber: PAN, PinBlockFormat: 'ISO_FORMAT_0', GenerationAttributes: await attributes(fixture) },
    output: {
      GenerationKeyArn: GenerationKeyIdentifier,
      GenerationKeyCheckValue: hex(6),
      EncryptionKeyArn: EncryptionKeyIdentifier,
      EncryptionKeyCheckValue: hex(6),
      EncryptedPinBlock: hex(16),
      PinData: data,
    },
  };
};

async function pinVerification(fixture: DataPlaneFixture, format: string, pek: KeyName): Promise<DataPlaneCall> {
  const { block, value } = await fixture.visaPin(format, pek);
  const [VerificationKeyIdentifier, EncryptionKeyIdentifier] = [await fixture.key('visaPvk'), await fixture.key(pek)];
  return {
    input: {
      VerificationKeyIdentifier,
      EncryptionKeyIdentifier,
      PrimaryAccountNumber: PAN,
      PinBlockFormat: format,
      EncryptedPinBlock: block,
      VerificationAttributes: { VisaPin: { PinVerificationKeyIndex: 1, VerificationValue: value } },
    },
    output: {
      VerificationKeyArn: VerificationKeyIdentifier,
      VerificationKeyCheckValue: hex(6),
      EncryptionKeyArn: EncryptionKeyIdentifier,
      EncryptionKeyCheckValue: hex(6),
    },
  };
}

async function ibmVerification(fixture: DataPlaneFixture): Promise<DataPlaneCall> {
  const [VerificationKeyIdentifier, EncryptionKeyIdentifier] = [await fixture.key('ibmPvk'), await fixture.key('pek')];
  const { EncryptedPinBlock, PinData } = await fixture.run<{ EncryptedPinBlock: string; PinData: { PinOffset: string } }>('GeneratePinData', {
    GenerationKeyIdentifier: VerificationKeyIdentifier,
    EncryptionKeyIdentifier,
    PinDataLength: 6,
    PinBlockFormat: 'ISO_FORMAT_1',
    GenerationAttributes: { Ibm3624RandomPin: IBM },
  });
  const { output } = await pinVerification(fixture, 'ISO_FORMAT_0', 'pek');
  return {
    input: {
      VerificationKeyIdentifier,
      EncryptionKeyIdentifier,
      PinBlockFormat: 'ISO_FORMAT_1',
      PinDataLength: 6,
      EncryptedPinBlock,
      VerificationAttributes: { Ibm3624Pin: { ...IBM, PinOffset: PinData.PinOffset } },
    },
    output: { ...output, VerificationKeyArn: VerificationKeyIdentifier },
  };
}

const account = { PrimaryAccountNumber: PAN };

/** From format 0 under the PEK to another format under another key. */
const TRANSLATIONS: Readonly<Record<string, [KeyName, object, object]>> = {
  'to format 1': ['pek', { IsoFormat1: {} }, {}],
  'to format 3': ['pek', { IsoFormat3: account }, {}],
  'to format 4': ['aesPek', { IsoFormat4: account }, {}],
  'to DUKPT': ['bdk', { IsoFormat0: account }, { OutgoingDukptAttributes: { KeySerialNumber: KSN } }],
  'to DUKPT of AES': ['aesBdk', { IsoFormat4: account }, { OutgoingDukptAttributes: { KeySerialNumber: AES_KSN, DukptKeyDerivationType: 'AES_128' } }],
};

const translateCall = ([key, format, more]: [KeyName, object, object]) => async (fixture: DataPlaneFixture): Promise<DataPlaneCall> => {
  const OutgoingKeyIdentifier = await fixture.key(key);
  return {
    input: {
      IncomingKeyIdentifier: await fixture.key('pek'),
      OutgoingKeyIdentifier,
      EncryptedPinBlock: (await fixture.visaPin()).block,
      IncomingTranslationAttributes: { IsoFormat0: account },
      OutgoingTranslationAttributes: format,
      ...more,
    },
    output: by(OutgoingKeyIdentifier, { PinBlock: hex(16, 32) }),
  };
};

const SESSIONS: Readonly<Record<string, object>> = {
  EmvCommon: { EmvCommon: { ...CARD, ApplicationTransactionCounter: COUNTER } },
  Mastercard: { Mastercard: { ...CARD, ApplicationTransactionCounter: COUNTER, UnpredictableNumber: '00000899' } },
  Emv2000: { Emv2000: { ...CARD, ApplicationTransactionCounter: COUNTER } },
  Amex: { Amex: CARD },
  Visa: { Visa: CARD },
  UnionPay: { UnionPay: { ...CARD, ApplicationTransactionCounter: COUNTER } },
};

const cryptogramInput = async (fixture: DataPlaneFixture, session: object): Promise<{ KeyIdentifier: string }> =>
  ({ KeyIdentifier: await fixture.key('cryptograms'), ...{ TransactionData: MESSAGE, MajorKeyDerivationMode: 'EMV_OPTION_A', SessionKeyDerivationAttributes: session } });

const cryptogramCall = (session: object) => async (fixture: DataPlaneFixture): Promise<DataPlaneCall> => {
  const input = await cryptogramInput(fixture, session);
  return { input, output: by(input.KeyIdentifier, { AuthRequestCryptogram: hex(16) }) };
};

const cryptogramVerification = (session: object, response?: object, value?: unknown) => async (fixture: DataPlaneFixture): Promise<DataPlaneCall> => {
  const input = await cryptogramInput(fixture, session);
  const { AuthRequestCryptogram } = await fixture.run('GenerateAuthRequestCryptogram', input);
  return {
    input: { ...input, AuthRequestCryptogram, ...response && { AuthResponseAttributes: response } },
    output: by(input.KeyIdentifier, response && { AuthResponseValue: value }),
  };
};

const PIN_CHANGES: Readonly<Record<string, (fixture: DataPlaneFixture) => Promise<object>>> = {
  EmvCommon: async () => ({
    EmvCommon: { ...CARD, MajorKeyDerivationMode: 'EMV_OPTION_A', ApplicationCryptogram: CRYPTOGRAM, Mode: 'CBC', PinBlockPaddingType: 'NO_PADDING', PinBlockLengthPosition: 'NONE' },
  }),
  Mastercard: async () => ({ Mastercard: { ...CARD, MajorKeyDerivationMode: 'EMV_OPTION_A', ApplicationCryptogram: CRYPTOGRAM } }),
  Emv2000: async () => ({ Emv2000: { ...CARD, MajorKeyDerivationMode: 'EMV_OPTION_A', ApplicationTransactionCounter: COUNTER } }),
  Visa: async fixture => ({
    Visa: { ...CARD, MajorKeyDerivationMode: 'EMV_OPTION_A', ApplicationTransactionCounter: COUNTER, AuthorizationRequestKeyIdentifier: await fixture.key('cryptograms') },
  }),
  Amex: async fixture => ({
    Amex: {
      ...CARD,
      MajorKeyDerivationMode: 'EMV_OPTION_A',
      ApplicationTransactionCounter: COUNTER,
      AuthorizationRequestKeyIdentifier: await fixture.key('cryptograms'),
      CurrentPinAttributes: { CurrentPinPekIdentifier: await fixture.key('pek'), CurrentEncryptedPinBlock: (await fixture.visaPin()).block },
    },
  }),
};

const pinChangeCall = (derivation: (fixture: DataPlaneFixture) => Promise<object>) => async (fixture: DataPlaneFixture): Promise<DataPlaneCall> => {
  const [pek, integrity, confidentiality] = [await fixture.key('pek'), await fixture.key('integrity'), await fixture.key('confidentiality')];
  return {
    input: {
      NewPinPekIdentifier: pek,
      NewEncryptedPinBlock: (await fixture.visaPin()).block,
      PinBlockFormat: 'ISO_FORMAT_0',
      SecureMessagingIntegrityKeyIdentifier: integrity,
      SecureMessagingConfidentialityKeyIdentifier: confidentiality,
      MessageData: '8424000208000000',
      DerivationMethodAttributes: await derivation(fixture),
    },
    output: expect.objectContaining({
      NewPinPekArn: pek,
      SecureMessagingIntegrityKeyArn: integrity,
      SecureMessagingConfidentialityKeyArn: confidentiality,
      Mac: hex(16),
      EncryptedPinBlock: hex(16, 32),
    }) as object,
  };
};

const publicKeyOf = (certificate: string): KeyObject => createPublicKey(Buffer.from(certificate, 'base64'));

async function translateKeyMaterial(fixture: DataPlaneFixture): Promise<DataPlaneCall> {
  const { partner, authority } = await fixture.partner();
  const own = await fixture.key('agreement');
  const { KeyCertificate } = await fixture.run('GetPublicKeyCertificate', { KeyIdentifier: own });
  const shared = '0011';
  const protection = agreeOnKey(partner.keys.privateKey, publicKeyOf(KeyCertificate), {
    function: 'NIST_SP800', hash: 'SHA_256', sharedInformation: Buffer.from(shared, 'hex'), size: 16,
  });
  const header = { version: 'D', usage: 'P0', algorithm: 'T', mode: 'B', keyVersion: '00', exportability: 'E', optionalBlocks: new Map<string, string>() } as const;
  const WrappedKeyBlock = sealKeyBlock(header, Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex'), protection, size => Buffer.alloc(size, 1));
  return {
    input: {
      IncomingKeyMaterial: {
        DiffieHellmanTr31KeyBlock: {
          PrivateKeyIdentifier: own,
          CertificateAuthorityPublicKeyIdentifier: authority,
          PublicKeyCertificate: partner.wire,
          DeriveKeyAlgorithm: 'AES_128',
          KeyDerivationFunction: 'NIST_SP800',
          KeyDerivationHashAlgorithm: 'SHA_256',
          DerivationData: { SharedInformation: shared },
          WrappedKeyBlock,
        },
      },
      OutgoingKeyMaterial: { Tr31KeyBlock: { WrappingKeyIdentifier: await fixture.key('kek') } },
    },
    output: { WrappedKey: { WrappedKeyMaterial: expect.stringMatching(/^D\d{4}P0TB00E/), KeyCheckValue: '08D7B4', WrappedKeyMaterialFormat: 'TR31_KEY_BLOCK' } },
  };
}

async function kekValidation(fixture: DataPlaneFixture): Promise<DataPlaneCall> {
  const KeyIdentifier = await fixture.key('nodeKek');
  return {
    input: { KeyIdentifier, KekValidationType: { KekValidationRequest: { DeriveKeyAlgorithm: 'TDES_2KEY' } }, RandomKeySendVariantMask: 'VARIANT_MASK_82C0' },
    output: by(KeyIdentifier, { RandomKeySend: hex(32), RandomKeyReceive: hex(32) }),
  };
}

async function kekAnswer(fixture: DataPlaneFixture): Promise<DataPlaneCall> {
  const { input } = await kekValidation(fixture);
  const { RandomKeySend, RandomKeyReceive, KeyArn } = await fixture.run('GenerateAs2805KekValidation', input);
  const KekValidationType = { KekValidationResponse: { RandomKeySend } };
  return { input: { ...input, KekValidationType }, output: by(KeyArn, { RandomKeySend, RandomKeyReceive }) };
}

async function reEncrypt(fixture: DataPlaneFixture, more: (fixture: DataPlaneFixture) => Promise<object>): Promise<DataPlaneCall> {
  const IncomingKeyIdentifier = await fixture.key('data');
  const OutgoingKeyIdentifier = await fixture.key('aesData');
  const { CipherText } = await fixture.run('EncryptData', { KeyIdentifier: IncomingKeyIdentifier, PlainText: MESSAGE, EncryptionAttributes: symmetric('ECB') });
  const input = {
    IncomingKeyIdentifier, OutgoingKeyIdentifier, CipherText, IncomingEncryptionAttributes: symmetric('ECB'), OutgoingEncryptionAttributes: symmetric('CBC'), ...await more(fixture),
  };
  return { input, output: by(input.OutgoingKeyIdentifier, { CipherText: hex(32) }) };
}

async function encryptWithWrappedKey(fixture: DataPlaneFixture): Promise<DataPlaneCall> {
  const { input, output } = await encryptCall(['data', symmetric('ECB')])(fixture) as { input: object; output: object };
  const KeyIdentifier = await fixture.key('kek');
  return { input: { ...input, KeyIdentifier, WrappedKey: await fixture.wrapped('data') }, output: { ...output, KeyArn: KeyIdentifier } };
}

/** For every operation calls that succeed, by name. The AWS CLI makes the first of each. */
export const DATA_PLANE_CALLS: Readonly<Record<string, Calls>> = {
  GenerateCardValidationData: { ...each(CARDS, ([key, attributes]) => cardCall(key, attributes)), 'five digits': cardCall('cvk', CARDS.CVV2[1], 5) },
  VerifyCardValidationData: each(CARDS, ([key, attributes]) => cardVerification(key, attributes)),
  GenerateMac: each(MACS, macCall),
  VerifyMac: each(MACS, macVerification),
  EncryptData: { ...each(ENCRYPTIONS, encryptCall), 'wrapped key': encryptWithWrappedKey },
  DecryptData: each(ENCRYPTIONS, decryptCall),
  ReEncryptData: {
    'symmetric': async fixture => reEncrypt(fixture, async () => ({})),
    'to DUKPT': async fixture => reEncrypt(fixture, async () =>
      ({ OutgoingKeyIdentifier: await fixture.key('bdk'), OutgoingEncryptionAttributes: { Dukpt: dukpt(KSN) } })),
    'to a wrapped key': async fixture => reEncrypt(fixture, async () =>
      ({ OutgoingKeyIdentifier: await fixture.key('kek'), OutgoingWrappedKey: await fixture.wrapped('aesData') })),
  },
  GeneratePinData: each(PIN_GENERATIONS, pinCall),
  VerifyPinData: {
    'format 0': async fixture => pinVerification(fixture, 'ISO_FORMAT_0', 'pek'),
    'format 3': async fixture => pinVerification(fixture, 'ISO_FORMAT_3', 'pek'),
    'format 4': async fixture => pinVerification(fixture, 'ISO_FORMAT_4', 'aesPek'),
    'IBM 3624, format 1': ibmVerification,
  },
  TranslatePinData: each(TRANSLATIONS, translateCall),
  GenerateAuthRequestCryptogram: each(SESSIONS, cryptogramCall),
  VerifyAuthRequestCryptogram: {
    ...each(SESSIONS, session => cryptogramVerification(session)),
    'ARPC 1': cryptogramVerification(SESSIONS.EmvCommon, { ArpcMethod1: { AuthResponseCode: '0000' } }, hex(16)),
    'ARPC 2': cryptogramVerification(SESSIONS.EmvCommon, { ArpcMethod2: { CardStatusUpdate: '12345678', ProprietaryAuthenticationData: '0102' } }, hex(8)),
  },
  GenerateMacEmvPinChange: each(PIN_CHANGES, pinChangeCall),
  TranslateKeyMaterial: { 'from ECDH': translateKeyMaterial },
  GenerateAs2805KekValidation: { request: kekValidation, response: kekAnswer },
};

/** Of the four operations that verify: an input whose value is wrong. */
export const WRONG_VALUES: Readonly<Record<string, { readonly reason: string; readonly spoil: (input: never) => object }>> = {
  VerifyCardValidationData: { reason: 'INVALID_VALIDATION_DATA', spoil: (input: { ValidationData: string }) => ({ ...input, ValidationData: other(input.ValidationData) }) },
  VerifyMac: { reason: 'INVALID_MAC', spoil: (input: { Mac: string }) => ({ ...input, Mac: other(input.Mac) }) },
  VerifyPinData: {
    reason: 'INVALID_PIN',
    spoil: (input: { VerificationAttributes: { VisaPin: { VerificationValue: string } } }) => {
      const { VisaPin } = input.VerificationAttributes;
      return { ...input, VerificationAttributes: { VisaPin: { ...VisaPin, VerificationValue: other(VisaPin.VerificationValue) } } };
    },
  },
  VerifyAuthRequestCryptogram: {
    reason: 'INVALID_AUTH_REQUEST_CRYPTOGRAM',
    spoil: (input: { AuthRequestCryptogram: string }) => ({ ...input, AuthRequestCryptogram: other(input.AuthRequestCryptogram) }),
  },
};

/** The same text with another first digit. */
const other = (text: string): string => `${text.startsWith('0') ? '1' : '0'}${text.slice(1)}`;
