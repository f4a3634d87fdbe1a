import { constants, privateDecrypt, X509Certificate } from 'node:crypto';
import { CheckedEmulator, inRegion, REPLICA } from './checked-emulator';
import { attributesOf, BOTH_WAYS, encryptionKey, exportKey, importKey, parameters, Partner } from './exchange-fixtures';
import { parseKeyBlock } from './key-block';
import { keyCheckValue } from './key-check-value';
import { openTr34 } from './key-exchange/tr34';
import { Key, KeyAlgorithm } from './shapes';
import { partyOf } from './wrapping-keys';

const CARD_KEY = attributesOf('TR31_C0_CARD_VERIFICATION_KEY', 'TDES_2KEY', 'Generate', 'Verify');

let emulator: CheckedEmulator;
let wrapping: Key;
let root: Key;
let partner: Partner;

beforeAll(async () => {
  emulator = new CheckedEmulator();
  wrapping = await emulator.createKey({ KeyAttributes: encryptionKey('AES_256') });
  partner = new Partner({ authority: 'RSA_3072', leaf: 'RSA_3072', now: emulator.clock.now() });
  root = await importKey(emulator, partner.rootMaterial);
});

const tr31 = (more: object = {}): object => ({ Tr31KeyBlock: { WrappingKeyIdentifier: wrapping.KeyArn, ...more } });

/** The message of the ValidationException, or what happened instead. */
async function refusal(key: Key, KeyMaterial: object, ExportAttributes?: object): Promise<string> {
  return exportKey(emulator, key.KeyArn, KeyMaterial, ExportAttributes)
    .then(() => 'accepted', (error: Error) => error.name === 'ValidationException' ? error.message : error.name);
}

describe('the header of a key block', () => {
  test.each<[string, object, object, string]>([
    ['says what the key is', CARD_KEY, {}, '0112C0TC00E0000'],
    ['of an AES key', attributesOf('TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY', 'AES_128', 'Decrypt', 'Unwrap'), {}, '0144D0AD00E0000'],
    ['of a key without restrictions', attributesOf('TR31_P0_PIN_ENCRYPTION_KEY', 'TDES_3KEY', 'NoRestrictions'), {}, '0112P0TN00E0000'],
    ['of an HMAC key, with its hash', attributesOf('TR31_M7_HMAC_KEY', 'HMAC_SHA256', 'Generate'), {}, '0160M7HG00E0200HM0621PB0A000000'],
    ['less exportable', CARD_KEY, { KeyExportability: 'SENSITIVE' }, '0112C0TC00S0000'],
    ['not exportable', CARD_KEY, { KeyExportability: 'NON_EXPORTABLE' }, '0112C0TC00N0000'],
    ['with fewer modes', CARD_KEY, { KeyModesOfUse: { Verify: true } }, '0112C0TV00E0000'],
    ['with any modes for a key without restrictions', attributesOf('TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY', 'TDES_2KEY', 'NoRestrictions'),
      { KeyModesOfUse: { Encrypt: true, Wrap: true } }, '0112D0TE00E0000'],
    ['with a version and optional blocks', CARD_KEY, { KeyVersion: '7A', OptionalBlocks: { TS: '20261128T060000' } }, '0144C0TC7AE0200TS1320261128T060000PB0D000000000'],
  ])('%s', async (_title, KeyAttributes, KeyBlockHeaders, expected) => {
    const key = await emulator.createKey({ KeyAttributes });
    const { KeyMaterial, ...more } = await exportKey(emulator, key.KeyArn, tr31({ KeyBlockHeaders }));
    expect(parseKeyBlock(KeyMaterial).headerText).toBe(`D${expected}`);
    expect(more).toEqual({
      WrappingKeyArn: wrapping.KeyArn,
      WrappedKeyMaterialFormat: 'TR31_KEY_BLOCK',
      KeyCheckValue: key.KeyCheckValue,
      KeyCheckValueAlgorithm: key.KeyCheckValueAlgorithm,
    });
  });

  test.each<[string, RegExp, object]>([
    ['more modes', /KeyModesOfUse Encrypt are not modes of the key/, { KeyModesOfUse: { Generate: true, Encrypt: true } }],
    ['modes that TR-31 cannot say', /No TR-31 mode of use says/, { KeyModesOfUse: {} }],
    ['a block that is the service\'s own', /Optional block HM is added by the service/, { OptionalBlocks: { HM: '21' } }],
  ])('cannot have %s', async (_title, message, KeyBlockHeaders) => {
    expect(await refusal(await emulator.createKey({ KeyAttributes: CARD_KEY }), tr31({ KeyBlockHeaders }))).toMatch(message);
  });

  test('of an imported key stays as restricted as it was', async () => {
    const key = await emulator.createKey({ KeyAttributes: CARD_KEY });
    const { KeyMaterial } = await exportKey(emulator, key.KeyArn, tr31({ KeyBlockHeaders: { KeyExportability: 'SENSITIVE', KeyVersion: '01' } }));
    const imported = await importKey(emulator, { Tr31KeyBlock: { WrappingKeyIdentifier: wrapping.KeyArn, WrappedKeyBlock: KeyMaterial } });
    expect(parseKeyBlock((await exportKey(emulator, imported.KeyArn, tr31())).KeyMaterial).headerText).toBe('D0112C0TC01S0000');
    expect(await refusal(imported, tr31({ KeyBlockHeaders: { KeyExportability: 'EXPORTABLE' } }))).toMatch(/EXPORTABLE is less restrictive than S/);
  });
});

describe('a DUKPT initial key', () => {
  const baseKey = async (algorithm: KeyAlgorithm): Promise<Key> => emulator.createKey({ KeyAttributes: attributesOf('TR31_B0_BASE_DERIVATION_KEY', algorithm, 'DeriveKey') });

  test.each<[KeyAlgorithm, string, string]>([
    ['TDES_2KEY', 'FFFF9876543210E00000', 'D0112B1TX00S0000'],
    ['AES_128', '123456789012345600000001', 'D0144B1AX00S0000'],
  ])('of a %s key has its own usage and check value', async (algorithm, KeySerialNumber, header) => {
    const key = await baseKey(algorithm);
    const exported = await exportKey(emulator, key.KeyArn, tr31(), { ExportDukptInitialKey: { KeySerialNumber } });
    expect(parseKeyBlock(exported.KeyMaterial).headerText).toBe(header);
    expect(exported.KeyCheckValue).not.toBe(key.KeyCheckValue);
  });

  test.each<[string, KeyAlgorithm, string, RegExp]>([
    ['a serial number of another family', 'TDES_2KEY', '123456789012345600000001', /has 20 hexadecimal digits, not 24/],
    ['a base key of three keys', 'TDES_3KEY', 'FFFF9876543210E00000', /TDES_3KEY does not derive DUKPT initial keys/],
  ])('is refused for %s', async (_title, algorithm, KeySerialNumber, message) => {
    expect(await refusal(await baseKey(algorithm), tr31(), { ExportDukptInitialKey: { KeySerialNumber } })).toMatch(message);
  });

  test('is refused for another key', async () => {
    const key = await emulator.createKey({ KeyAttributes: CARD_KEY });
    expect(await refusal(key, tr31(), { ExportDukptInitialKey: { KeySerialNumber: 'FFFF9876543210E00000' } })).toMatch(/needs a base derivation key/);
  });
});

describe('strength', () => {
  const dataKey = async (algorithm: KeyAlgorithm): Promise<Key> =>
    emulator.createKey({ KeyAttributes: attributesOf('TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY', algorithm, ...BOTH_WAYS) });

  test.each<[KeyAlgorithm, KeyAlgorithm[]]>([
    ['TDES_2KEY', ['TDES_2KEY']],
    ['TDES_3KEY', ['TDES_2KEY', 'TDES_3KEY']],
    ['AES_128', ['TDES_2KEY', 'TDES_3KEY', 'AES_128']],
    ['AES_192', ['TDES_2KEY', 'TDES_3KEY', 'AES_128', 'AES_192']],
    ['AES_256', ['TDES_2KEY', 'TDES_3KEY', 'AES_128', 'AES_192', 'AES_256']],
  ])('%s wraps %j and nothing more', async (algorithm, wrapped) => {
    const { KeyArn } = await emulator.createKey({ KeyAttributes: encryptionKey(algorithm) });
    for (const other of ['TDES_2KEY', 'TDES_3KEY', 'AES_128', 'AES_192', 'AES_256'] as const) {
      const answer = await refusal(await dataKey(other), { Tr31KeyBlock: { WrappingKeyIdentifier: KeyArn } });
      expect([other, answer]).toEqual([other, wrapped.includes(other) ? 'accepted' : expect.stringContaining(`is weaker than the key of ${other}`)]);
    }
  });

  test.each<[KeyAlgorithm, KeyAlgorithm[]]>([['RSA_2048', ['TDES_3KEY']], ['RSA_3072', ['TDES_3KEY', 'AES_128']]])('%s wraps %j', async (leaf, wrapped) => {
    const other = new Partner({ authority: 'RSA_3072', leaf, now: emulator.clock.now() });
    const { KeyArn: CertificateAuthorityPublicKeyIdentifier } = await importKey(emulator, other.rootMaterial);
    const cryptogram = { CertificateAuthorityPublicKeyIdentifier, WrappingKeyCertificate: other.wire };
    for (const algorithm of ['TDES_3KEY', 'AES_128', 'AES_192'] as const) {
      const answer = await refusal(await dataKey(algorithm), { KeyCryptogram: cryptogram });
      expect([algorithm, answer === 'accepted']).toEqual([algorithm, wrapped.includes(algorithm)]);
    }
  });
});

test('an RSA cryptogram decrypts to a key of the check value', async () => {
  const key = await emulator.createKey({ KeyAttributes: CARD_KEY });
  const input = { CertificateAuthorityPublicKeyIdentifier: root.KeyArn, WrappingKeyCertificate: partner.wire, WrappingSpec: 'RSA_OAEP_SHA_512' };
  const exported = await exportKey(emulator, key.KeyArn, { KeyCryptogram: input });
  const oaep = { oaepHash: 'sha512', padding: constants.RSA_PKCS1_OAEP_PADDING };
  const secret = privateDecrypt({ key: partner.keys.privateKey, ...oaep }, Buffer.from(exported.KeyMaterial, 'hex'));
  expect(keyCheckValue({ secret }, 'TDES_2KEY', 'ANSI_X9_24')).toBe(key.KeyCheckValue);
  expect(exported).toMatchObject({ WrappingKeyArn: root.KeyArn, WrappedKeyMaterialFormat: 'KEY_CRYPTOGRAM', KeyCheckValue: key.KeyCheckValue });
});

test('a TR-34 key block can be signed by a key pair of the account', async () => {
  const key = await emulator.createKey({ KeyAttributes: CARD_KEY });
  const signing = await emulator.createKey({ KeyAttributes: attributesOf('TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE', 'RSA_2048', 'Sign') });
  const { KeyCertificate } = await parameters<{ KeyCertificate: string }>(emulator, 'GetPublicKeyCertificate', { KeyIdentifier: signing.KeyArn });
  const input = {
    CertificateAuthorityPublicKeyIdentifier: root.KeyArn,
    WrappingKeyCertificate: partner.wire,
    KeyBlockFormat: 'X9_TR34_2012',
    RandomNonce: '00112233445566778899AABBCCDDEEFF',
    SigningKeyIdentifier: signing.KeyArn,
    SigningKeyCertificate: KeyCertificate,
  };
  const { KeyMaterial } = await exportKey(emulator, key.KeyArn, { Tr34KeyBlock: input });
  const opened = openTr34({
    token: Buffer.from(KeyMaterial, 'hex'),
    sender: partyOf(new X509Certificate(Buffer.from(KeyCertificate, 'base64'))),
    receiver: { ...partyOf(partner.certificate), privateKey: partner.keys.privateKey },
    nonce: Buffer.from(input.RandomNonce, 'hex'),
  });
  expect(opened).toMatchObject({ header: 'B0016C0TC00E0000' });
  expect(await refusal(key, { Tr34KeyBlock: { ...input, RandomNonce: undefined } })).toMatch(/RandomNonce is missing/);
  expect(await refusal(key, { Tr34KeyBlock: { ...input, SigningKeyIdentifier: undefined } })).toMatch(/either ExportToken or SigningKeyIdentifier/);
  expect(await refusal(key, { Tr34KeyBlock: { ...input, SigningKeyCertificate: partner.wire } })).toMatch(/is not a certificate of/);
});

describe('what is refused', () => {
  test.each<[string, RegExp, object, object]>([
    ['a key that is not exportable', /is not exportable/, { KeyAttributes: CARD_KEY, Exportable: false }, {}],
    ['a key pair', /is not a symmetric key/, { KeyAttributes: attributesOf('TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', 'ECC_NIST_P256', 'DeriveKey') }, {}],
    ['a check value algorithm that does not fit', /KeyCheckValueAlgorithm HMAC is not valid/, { KeyAttributes: CARD_KEY }, { KeyCheckValueAlgorithm: 'HMAC' }],
  ])('%s', async (_title, message, input, attributes) => {
    expect(await refusal(await emulator.createKey(input), tr31(), attributes)).toMatch(message);
  });

  test('a wrapping key that only unwraps', async () => {
    const { KeyArn } = await emulator.createKey({ KeyAttributes: encryptionKey('AES_256', 'Decrypt', 'Unwrap') });
    expect(await refusal(wrapping, { Tr31KeyBlock: { WrappingKeyIdentifier: KeyArn } })).toMatch(/do not have Wrap/);
  });

  test('an AS 2805 variant for keys of another usage', async () => {
    const { KeyArn } = await emulator.createKey({ KeyAttributes: encryptionKey('TDES_2KEY') });
    const input = { WrappingKeyIdentifier: KeyArn, As2805KeyVariant: 'PIN_ENCRYPTION_KEY_VARIANT_28' };
    expect(await refusal(await emulator.createKey({ KeyAttributes: CARD_KEY }), { As2805KeyCryptogram: input })).toMatch(/is for keys of KeyUsage TR31_P0/);
  });
});

test('a replica exports what its primary does', async () => {
  const key = await emulator.createKey({ KeyAttributes: CARD_KEY, ReplicationRegions: [REPLICA] });
  const there = await emulator.createKey({ KeyAttributes: encryptionKey('AES_256') }, REPLICA);
  emulator.clock.advance(2);
  const exported = await exportKey(emulator, inRegion(key.KeyArn, REPLICA), { Tr31KeyBlock: { WrappingKeyIdentifier: there.KeyArn } });
  expect(exported.KeyCheckValue).toBe(key.KeyCheckValue);
});

