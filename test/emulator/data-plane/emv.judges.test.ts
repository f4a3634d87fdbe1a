import { DataPlaneEmulator } from './test-keys';
import { padWithOne } from '../cryptography/message-authentication';
import { Hex, hex, judge } from '../judge';

/** How pyemv goes from an issuer's key to what the service answers, step by step. */

const IMK = '0123456789ABCDEFFEDCBA9876543210';
const PAN = '51234567890123456';
const PSN = '01';
const ATC = '001C';
const CARD = { PrimaryAccountNumber: PAN, PanSequenceNumber: PSN };
const ARQC = 'FA624250B008B59A';

const bytes = (text: string): Hex => ({ hex: text });

async function ask(name: string, args: Readonly<Record<string, unknown>>): Promise<string> {
  const [{ value, error }] = await judge([{ function: `pyemv.${name}`, arguments: args }]);
  if (error !== undefined) throw new Error(error);
  return typeof value === 'string' ? value : (value as Hex).hex;
}

const cardKey = async (option: 'a' | 'b'): Promise<Hex> => bytes(await ask(`kd.derive_icc_mk_${option}`, { iss_mk: bytes(IMK), pan: PAN, psn: PSN }));
const common = async (key: Hex, r: string): Promise<Hex> => bytes(await ask('kd.derive_common_sk', { icc_mk: key, r: bytes(r) }));

test.each(['a', 'b'] as const)('an authorization request cryptogram and its answers, option %s', async option => {
  const emulator = new DataPlaneEmulator();
  const transaction = '0000000017000000000000000124800000000001241103090038048';
  const data = Buffer.from(`${transaction}0`, 'hex');
  const input = {
    KeyIdentifier: await emulator.key('cryptograms', IMK),
    TransactionData: padWithOne(data).toString('hex'),
    MajorKeyDerivationMode: `EMV_OPTION_${option.toUpperCase()}`,
    SessionKeyDerivationAttributes: { EmvCommon: { ...CARD, ApplicationTransactionCounter: ATC } },
  };
  const session = await common(await cardKey(option), `${ATC}000000000000`);
  const { AuthRequestCryptogram } = await emulator.run('GenerateAuthRequestCryptogram', input);
  expect(AuthRequestCryptogram).toBe(await ask('ac.generate_ac', { sk_ac: session, data: hex(data) }));
  const response = async (AuthResponseAttributes: object): Promise<string> =>
    (await emulator.run('VerifyAuthRequestCryptogram', { ...input, AuthRequestCryptogram, AuthResponseAttributes })).AuthResponseValue;
  const arqc = bytes(AuthRequestCryptogram);
  expect(await response({ ArpcMethod1: { AuthResponseCode: '3030' } }))
    .toBe(await ask('ac.generate_arpc_1', { sk_ac: session, arqc, arpc_rc: bytes('3030') }));
  expect(await response({ ArpcMethod2: { CardStatusUpdate: '12345678', ProprietaryAuthenticationData: '0102' } }))
    .toBe(await ask('ac.generate_arpc_2', { sk_ac: session, arqc, csu: bytes('12345678'), prop_auth_data: bytes('0102') }));
}, 15 * 60_000);

test('a dynamic card verification code', async () => {
  const emulator = new DataPlaneEmulator();
  const TrackData = `${PAN}D35121010000000000000`;
  const track = TrackData.length % 2 === 0 ? TrackData : `${TrackData}F`;
  const { ValidationData } = await emulator.run('GenerateCardValidationData', {
    KeyIdentifier: await emulator.key('dynamicNumbers', IMK),
    PrimaryAccountNumber: PAN,
    ValidationDataLength: 5,
    GenerationAttributes: {
      DynamicCardVerificationCode: { UnpredictableNumber: '899', PanSequenceNumber: PSN, ApplicationTransactionCounter: '5E', TrackData: track },
    },
  });
  const theirs = await ask('cvv.generate_cvc3', { icc_cvc3: await cardKey('a'), track_template: bytes(track), atc: bytes('005E'), un: bytes('00000899') });
  expect(ValidationData).toBe(theirs.padStart(5, '0'));
}, 15 * 60_000);

test('data encrypted for a card', async () => {
  const emulator = new DataPlaneEmulator();
  const { CipherText } = await emulator.run('EncryptData', {
    KeyIdentifier: await emulator.key('confidentiality', IMK),
    PlainText: '00112233445566778899AABBCCDDEEFF',
    EncryptionAttributes: { Emv: { MajorKeyDerivationMode: 'EMV_OPTION_A', ...CARD, SessionDerivationData: ARQC, Mode: 'CBC' } },
  });
  const session = await common(await cardKey('a'), ARQC);
  expect(CipherText).toBe(await ask('tools.encrypt_tdes_cbc', { key: session, iv: bytes('00'.repeat(8)), data: bytes('00112233445566778899AABBCCDDEEFF') }));
}, 15 * 60_000);

test('a PIN change of Visa: the block under the confidentiality key, the MAC under the integrity key', async () => {
  const emulator = new DataPlaneEmulator();
  const pek = await emulator.key('pek');
  const offset = async (pin: string): Promise<string> => (await emulator.run('GeneratePinData', {
    GenerationKeyIdentifier: await emulator.key('ibmPvk'),
    EncryptionKeyIdentifier: pek,
    PrimaryAccountNumber: PAN,
    PinBlockFormat: 'ISO_FORMAT_0',
    // A table of zeros makes the natural PIN zero, so the offset is the PIN.
    GenerationAttributes: {
      Ibm3624PinFromOffset: { DecimalizationTable: '0'.repeat(16), PinValidationData: '1234', PinValidationDataPadCharacter: 'F', PinOffset: pin },
    },
  })).EncryptedPinBlock;
  const command = '8424000208';
  const answer = await emulator.run('GenerateMacEmvPinChange', {
    NewPinPekIdentifier: pek,
    NewEncryptedPinBlock: await offset('98765'),
    PinBlockFormat: 'ISO_FORMAT_0',
    SecureMessagingIntegrityKeyIdentifier: await emulator.key('integrity', IMK),
    SecureMessagingConfidentialityKeyIdentifier: await emulator.key('confidentiality', IMK),
    MessageData: `${command}000000`,
    DerivationMethodAttributes: {
      Visa: {
        MajorKeyDerivationMode: 'EMV_OPTION_A',
        ...CARD,
        ApplicationTransactionCounter: ATC,
        AuthorizationRequestKeyIdentifier: await emulator.key('cryptograms', IMK),
        CurrentPinAttributes: { CurrentPinPekIdentifier: pek, CurrentEncryptedPinBlock: await offset('1234') },
      },
    },
  });
  const card = await cardKey('a');
  const session = bytes(await ask('kd.derive_visa_sm_sk', { icc_mk: card, atc: bytes(ATC) }));
  const block = bytes(await ask('sm.format_vis_pin_block', { icc_mk_ac: card, pin: '98765', current_pin: '1234' }));
  const encrypted = await ask('sm.encrypt_command_data', { sk_smc: session, command_data: block, encryption_type: { name: 'pyemv.sm.EncryptionType.VISA' } });
  expect(answer.EncryptedPinBlock).toBe(encrypted);
  expect(answer.Mac).toBe(await ask('sm.generate_command_mac', { sk_smi: session, command: bytes(`${command}000000${encrypted}`) }));
}, 15 * 60_000);
