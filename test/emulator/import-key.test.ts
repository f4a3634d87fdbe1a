import { publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { toWire } from './certificates/certificate';
import { CARD_VERIFICATION, CheckedEmulator, PRIMARY, REPLICA } from './checked-emulator';
import {
  attributesOf, BOTH_WAYS, encryptionKey, exportKey, importKey, parameters, Partner, rootAttributes, rootMaterial,
} from './exchange-fixtures';
import { Hex, hex, judge } from './judge';
import { KeyBlockHeader, sealKeyBlock } from './key-block';
import { agreeOnKey } from './key-exchange/key-agreement';
import { sealTr34 } from './key-exchange/tr34';
import { Key, KeyAlgorithm, KeyAttributes } from './shapes';
import vectors from './vectors.json';
import { partyOf } from './wrapping-keys';

const SECRET = Buffer.from('79ADAEF3212AADCE312ACE422ACCFEFB', 'hex');
const WORKING_KEY = Buffer.from('8A8349794C9EE9A4C2927098F249FED6', 'hex');

interface Parameters {
  readonly ImportToken: string;
  readonly WrappingKeyCertificate: string;
}

const importParameters = async (emulator: CheckedEmulator, type: string, algorithm: KeyAlgorithm = 'RSA_2048'): Promise<Parameters> =>
  parameters(emulator, 'GetParametersForImport', { KeyMaterialType: type, WrappingKeyAlgorithm: algorithm });

const certificateIn = (wire: string): X509Certificate => new X509Certificate(Buffer.from(wire, 'base64'));

async function rsaCryptogram(emulator: CheckedEmulator, secret: Buffer, attributes: KeyAttributes, more: object = {}): Promise<object> {
  // Smaller keys are made faster, and will do for TDES.
  const algorithm = attributes.KeyAlgorithm.startsWith('TDES_') ? 'RSA_2048' : 'RSA_3072';
  const { ImportToken, WrappingKeyCertificate } = await importParameters(emulator, 'KEY_CRYPTOGRAM', algorithm);
  const cryptogram = publicEncrypt({ key: certificateIn(WrappingKeyCertificate).publicKey, oaepHash: 'sha256' }, secret);
  const WrappedKeyCryptogram = cryptogram.toString('hex').toUpperCase();
  return { KeyCryptogram: { KeyAttributes: attributes, Exportable: true, ImportToken, WrappedKeyCryptogram, ...more } };
}

/** A key encryption key whose bytes are known here. */
const knownKey = async (emulator: CheckedEmulator, attributes: KeyAttributes = encryptionKey('TDES_2KEY')): Promise<Key> =>
  importKey(emulator, await rsaCryptogram(emulator, SECRET, attributes));

const HEADER: KeyBlockHeader =
  { version: 'B', usage: 'C0', algorithm: 'T', mode: 'C', keyVersion: '00', exportability: 'E', optionalBlocks: new Map() };

const block = (header: Partial<KeyBlockHeader> = {}, key: Buffer = WORKING_KEY, protection: Buffer = SECRET): string =>
  sealKeyBlock({ ...HEADER, ...header }, key, protection, randomBytes);

const tr31 = ({ KeyArn }: Key, WrappedKeyBlock: string): object => ({ Tr31KeyBlock: { WrappingKeyIdentifier: KeyArn, WrappedKeyBlock } });

/** The message of the ValidationException, or what happened instead. */
async function refusal(emulator: CheckedEmulator, KeyMaterial: object, more: object = {}): Promise<string> {
  return emulator.call('ImportKey', { KeyMaterial, ...more }, { region: PRIMARY })
    .then(() => 'accepted', (error: Error) => error.name === 'ValidationException' ? error.message : error.name);
}

describe('a TR-31 key block', () => {
  let emulator: CheckedEmulator;
  let wrapping: Key;

  beforeAll(async () => {
    emulator = new CheckedEmulator();
    wrapping = await knownKey(emulator);
  });

  test.each<[string, Partial<KeyBlockHeader>, Buffer, object]>([
    ['C0', {}, WORKING_KEY, { KeyAttributes: { KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: { Generate: true, Verify: true } } }],
    ['B0', { usage: 'B0', mode: 'X', exportability: 'S' }, WORKING_KEY, { Exportable: true, KeyAttributes: { KeyModesOfUse: { DeriveKey: true, Generate: false } } }],
    ['P0 not exportable', { usage: 'P0', mode: 'B', exportability: 'N' }, Buffer.alloc(24, 1), { Exportable: false, KeyAttributes: { KeyAlgorithm: 'TDES_3KEY' } }],
    ['D0 encrypt', { usage: 'D0', mode: 'E', algorithm: 'A' }, Buffer.alloc(24), { KeyAttributes: { KeyAlgorithm: 'AES_192', KeyModesOfUse: { Encrypt: true, Wrap: true, Decrypt: false } } }],
    ['K0 decrypt', { usage: 'K0', mode: 'D', algorithm: 'A' }, Buffer.alloc(32), { KeyCheckValueAlgorithm: 'CMAC', KeyAttributes: { KeyAlgorithm: 'AES_256', KeyModesOfUse: { Decrypt: true, Unwrap: true } } }],
    ['V2 generate', { usage: 'V2', mode: 'G' }, WORKING_KEY, { KeyAttributes: { KeyModesOfUse: { Generate: true, Verify: false } } }],
    ['V1 verify', { usage: 'V1', mode: 'V' }, WORKING_KEY, { KeyAttributes: { KeyModesOfUse: { Generate: false, Verify: true } } }],
    ['D0 without restrictions', { usage: 'D0', mode: 'N' }, WORKING_KEY, { KeyAttributes: { KeyModesOfUse: { NoRestrictions: true } } }],
    ['an HMAC key', { usage: 'M7', algorithm: 'H', optionalBlocks: new Map([['HM', '22']]) }, Buffer.alloc(48), { KeyCheckValueAlgorithm: 'HMAC', KeyAttributes: { KeyAlgorithm: 'HMAC_SHA384' } }],
    ['version A', { version: 'A' }, WORKING_KEY, { Exportable: true }],
    ['version C', { version: 'C' }, WORKING_KEY, { Exportable: true }],
  ])('gives %s its attributes', async (_title, header, key, expected) => {
    const imported = await importKey(emulator, tr31(wrapping, block(header, key)));
    expect(imported).toMatchObject({ ...expected, KeyOrigin: 'EXTERNAL', KeyState: 'CREATE_COMPLETE' });
  });

  test.each<[string, RegExp, Partial<KeyBlockHeader>, Buffer]>([
    ['a usage the service does not have', /Key usage B1 of the key block is not supported/, { usage: 'B1' }, WORKING_KEY],
    ['another one', /Key usage E3 /, { usage: 'E3', mode: 'X' }, WORKING_KEY],
    ['a mode the service does not have', /Mode of use S /, { mode: 'S' }, WORKING_KEY],
    ['a mode that contradicts the usage', /KeyModesOfUse Encrypt, Decrypt, Wrap, Unwrap are not valid/, { mode: 'B' }, WORKING_KEY],
    ['an algorithm that contradicts the usage', /KeyAlgorithm AES_128 is not valid for KeyUsage TR31_M1/, { usage: 'M1', algorithm: 'A' }, WORKING_KEY],
    ['an algorithm the service does not have', /Algorithm R /, { algorithm: 'R' }, WORKING_KEY],
    ['a single length TDES key', /A key of 64 bits is not valid/, {}, Buffer.alloc(8)],
    ['an HMAC key without its hash', /optional block HM/, { usage: 'M7', algorithm: 'H' }, Buffer.alloc(32)],
    ['a component of a key', /Key version c2 of the key block says that it holds a component of a key/, { keyVersion: 'c2' }, WORKING_KEY],
    ['an exportability the service does not have', /Exportability X /, { exportability: 'X' }, WORKING_KEY],
  ])('with %s is refused', async (_title, message, header, key) => {
    expect(await refusal(emulator, tr31(wrapping, block(header, key)))).toMatch(message);
  });

  test.each<[string, RegExp, (whole: string) => string]>([
    ['changed', /was changed, or it was made under another protection key/, whole => whole.replace('C0TC00E', 'C0TC00N')],
    ['cut off', /says that it has 96 characters, and has 64/, whole => whole.slice(0, 64)],
    ['with the prefix of an HSM', /version A, B, C or D/, whole => `S${whole}`],
    ['of version D under a TDES key', /version D needs a protection key of 128, 192, 256 bits|was changed/, () => block({ version: 'D' }, WORKING_KEY, Buffer.alloc(16))],
  ])('that is %s is refused', async (_title, message, change) => {
    expect(await refusal(emulator, tr31(wrapping, change(block())))).toMatch(message);
  });

  test('with punctuation is refused by the model', async () => {
    expect(await refusal(emulator, tr31(wrapping, block({ optionalBlocks: new Map([['TS', '2026-11-28T05:00:00Z']]) })))).toMatch(/regular expression pattern/);
  });

  test.each(vectors.filter(vector => vector.source.startsWith('recorded run') && vector.kind === 'tr31-unwrap'))('$name', async vector => {
    const { kbpk, keyBlock } = vector.inputs as { kbpk: string; keyBlock: string };
    expect(kbpk).toBe(SECRET.toString('hex').toUpperCase());
    const { KeyCheckValue } = await importKey(emulator, tr31(wrapping, keyBlock));
    const [{ value }] = await judge([{ function: 'psec.des.generate_kcv', arguments: { key: { hex: vector.expected }, length: 3 } }]);
    expect(KeyCheckValue).toBe((value as Hex).hex);
  }, 15 * 60_000);

  test('200 made by psec have psec\'s check value, and what is exported again opens in psec', async () => {
    const keys = fc.sample(fc.constantFrom(16, 24).chain(size => fc.uint8Array({ minLength: size, maxLength: size })), { seed: 13, numRuns: 200 })
      .map(array => Buffer.from(array));
    const made = await judge(keys.flatMap(key => [
      { function: 'psec.tr31.wrap', arguments: { kbpk: hex(SECRET), header: 'B0000D0TB00E0000', key: hex(key) } },
      { function: 'psec.des.generate_kcv', arguments: { key: hex(key), length: 3 } },
    ]));
    const strong = await importKey(emulator, tr31(wrapping, block({ usage: 'K1', mode: 'B', algorithm: 'A' }, Buffer.alloc(32, 7))));
    const exported: string[] = [];
    for (const [index] of keys.entries()) {
      const { KeyArn, KeyCheckValue } = await importKey(emulator, tr31(wrapping, made[2 * index].value as string));
      expect(KeyCheckValue).toBe((made[2 * index + 1].value as Hex).hex);
      exported.push((await exportKey(emulator, KeyArn, { Tr31KeyBlock: { WrappingKeyIdentifier: strong.KeyArn } })).KeyMaterial);
    }
    const opened = await judge(exported.map(key_block => ({ function: 'psec.tr31.unwrap', arguments: { kbpk: hex(Buffer.alloc(32, 7)), key_block } })));
    expect(opened.map(({ value }) => (value as [string, Hex])[1].hex)).toEqual(keys.map(key => key.toString('hex').toUpperCase()));
  }, 15 * 60_000);
});

describe('the wrapping key', () => {
  test.each<[string, RegExp, object, (emulator: CheckedEmulator, arn: string) => Promise<unknown>]>([
    ['that only wraps', /do not have Unwrap/, encryptionKey('TDES_2KEY', 'Encrypt', 'Wrap'), async () => {}],
    ['of another usage', /KeyUsage TR31_D0_\w+ of .* is not one of TR31_K0/, attributesOf('TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY', 'TDES_2KEY', ...BOTH_WAYS), async () => {}],
    ['that is disabled', /is disabled/, encryptionKey('TDES_2KEY'), async (emulator, arn) => emulator.change('StopKeyUsage', { KeyIdentifier: arn })],
    ['that is about to be deleted', /not in CREATE_COMPLETE/, encryptionKey('TDES_2KEY'), async (emulator, arn) => emulator.change('DeleteKey', { KeyIdentifier: arn })],
  ])('%s is refused', async (_title, message, attributes, change) => {
    const emulator = new CheckedEmulator();
    const wrapping = await knownKey(emulator, attributes as KeyAttributes);
    await change(emulator, wrapping.KeyArn);
    expect(await refusal(emulator, tr31(wrapping, block()))).toMatch(message);
  });

  test('that unwraps only, or has no restrictions, will do', async () => {
    const emulator = new CheckedEmulator();
    for (const attributes of [encryptionKey('TDES_2KEY', 'Decrypt', 'Unwrap'), encryptionKey('TDES_2KEY', 'NoRestrictions')]) {
      expect(await refusal(emulator, tr31(await knownKey(emulator, attributes), block()))).toBe('accepted');
    }
  });

  test('can be named by its alias', async () => {
    const emulator = new CheckedEmulator();
    const { KeyArn } = await knownKey(emulator);
    await emulator.call('CreateAlias', { AliasName: 'alias/kek', KeyArn }, { region: PRIMARY });
    expect(await refusal(emulator, { Tr31KeyBlock: { WrappingKeyIdentifier: 'alias/kek', WrappedKeyBlock: block() } })).toBe('accepted');
  });
});

describe('an RSA cryptogram', () => {
  test.each<[string, RegExp, KeyAttributes, object]>([
    ['of another size', /contains 128 bits, but a key of TDES_3KEY has 192/, encryptionKey('TDES_3KEY'), {}],
    ['of an algorithm too strong', /AES_256 cannot be imported as an RSA cryptogram/, encryptionKey('AES_256'), {}],
    ['by another hash', /cannot be decrypted with the key of the import token and RSA_OAEP_SHA_512/, encryptionKey('TDES_2KEY'), { WrappingSpec: 'RSA_OAEP_SHA_512' }],
    ['of nonsense', /cannot be decrypted/, encryptionKey('TDES_2KEY'), { WrappedKeyCryptogram: 'AB'.repeat(256) }],
    ['with attributes that contradict each other', /are not valid for KeyUsage/, { ...CARD_VERIFICATION, KeyModesOfUse: { Encrypt: true } }, {}],
    ['of a key of the size that is asked for', /^accepted$/, encryptionKey('AES_128'), {}],
  ])('%s', async (_title, message, attributes, more) => {
    const emulator = new CheckedEmulator();
    expect(await refusal(emulator, await rsaCryptogram(emulator, SECRET, attributes, more))).toMatch(message);
  });

  test('of an AES key needs a token of 3,072 bits', async () => {
    const emulator = new CheckedEmulator();
    const { ImportToken, WrappingKeyCertificate } = await importParameters(emulator, 'KEY_CRYPTOGRAM', 'RSA_2048');
    const key = certificateIn(WrappingKeyCertificate).publicKey;
    const WrappedKeyCryptogram = publicEncrypt({ key, oaepHash: 'sha256' }, SECRET).toString('hex').toUpperCase();
    const cryptogram = { Exportable: true, ImportToken, WrappedKeyCryptogram };
    expect(await refusal(emulator, { KeyCryptogram: { ...cryptogram, KeyAttributes: encryptionKey('AES_128') } })).toMatch(/RSA_2048 is weaker than the key of AES_128/);
    expect(await refusal(emulator, { KeyCryptogram: { ...cryptogram, KeyAttributes: encryptionKey('TDES_2KEY') } })).toBe('accepted');
  });

  test('has a check value by the algorithm that is asked for', async () => {
    const emulator = new CheckedEmulator();
    const material = await rsaCryptogram(emulator, SECRET, encryptionKey('AES_128'));
    const values = [];
    for (const KeyCheckValueAlgorithm of ['ANSI_X9_24', 'CMAC', undefined]) {
      values.push((await importKey(emulator, material, { KeyCheckValueAlgorithm })).KeyCheckValue);
    }
    expect(values[0]).not.toBe(values[1]);
    expect(values[2]).toBe(values[1]);
    expect(await refusal(emulator, material, { KeyCheckValueAlgorithm: 'HMAC' })).toMatch(/KeyCheckValueAlgorithm HMAC is not valid/);
  });
});

describe('a token', () => {
  test.each<[string, RegExp, (emulator: CheckedEmulator) => Promise<string>]>([
    ['that does not exist', /is no import token of this account in us-east-1/, async () => 'import-token-abcdefghij234567'],
    ['of an export', /satisfy regular expression pattern/, async emulator =>
      (await parameters<{ ExportToken: string }>(emulator, 'GetParametersForExport', { KeyMaterialType: 'TR34_KEY_BLOCK', SigningKeyAlgorithm: 'RSA_2048' })).ExportToken],
    ['of TR-34', /is for TR34_KEY_BLOCK, not for KEY_CRYPTOGRAM/, async emulator => (await importParameters(emulator, 'TR34_KEY_BLOCK')).ImportToken],
    ['of another Region', /is no import token of this account in us-east-1/, async emulator =>
      (await emulator.call<Parameters>('GetParametersForImport', { KeyMaterialType: 'KEY_CRYPTOGRAM', WrappingKeyAlgorithm: 'RSA_2048' }, { region: REPLICA })).ImportToken],
  ])('%s is refused', async (_title, message, tokenOf) => {
    const emulator = new CheckedEmulator();
    const ImportToken = await tokenOf(emulator);
    expect(await refusal(emulator, await rsaCryptogram(emulator, SECRET, encryptionKey('TDES_2KEY'), { ImportToken }))).toMatch(message);
  });

  test('serves several keys for thirty days', async () => {
    const emulator = new CheckedEmulator();
    const material = await rsaCryptogram(emulator, SECRET, encryptionKey('TDES_2KEY'));
    emulator.clock.advance(30 * 24 * 60 * 60);
    expect([await refusal(emulator, material), await refusal(emulator, material)]).toEqual(['accepted', 'accepted']);
    emulator.clock.advance(1);
    expect(await refusal(emulator, material)).toMatch(/has expired on 2026-01-31/);
  });
});

describe('certificates', () => {
  const DAY = 24 * 60 * 60 * 1000;
  const now = new CheckedEmulator().clock.now();
  const partner = new Partner({ authority: 'RSA_2048', leaf: 'RSA_2048', now });
  const curve = new Partner({ authority: 'ECC_NIST_P256', leaf: 'ECC_NIST_P384', now });

  test('of a root have a check value and are exportable', async () => {
    const root = await importKey(new CheckedEmulator(), partner.rootMaterial, { KeyCheckValueAlgorithm: 'ANSI_X9_24', Tags: [] });
    expect(root).toMatchObject({ KeyAttributes: { KeyClass: 'PUBLIC_KEY' }, KeyCheckValueAlgorithm: 'SHA_1', KeyOrigin: 'EXTERNAL' });
    expect(root.KeyCheckValue).toMatch(/^[0-9A-F]{8}$/);
  });

  test.each<[string, RegExp, object]>([
    ['is no base64 of PEM', /not the base64 encoding of a certificate in PEM/, rootMaterial('AAAA', 'RSA_2048')],
    ['is PEM without base64', /not the base64 encoding/, rootMaterial(partner.authorityPem, 'RSA_2048')],
    ['is no certificate inside', /not an X.509 certificate with a key/, rootMaterial(toWire('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'), 'RSA_2048')],
    ['is two certificates', /has 2 certificates/, rootMaterial(toWire(partner.pem + partner.authorityPem), 'RSA_2048')],
    ['is of another algorithm', /has a key of RSA_2048, not of RSA_4096/, rootMaterial(toWire(partner.authorityPem), 'RSA_4096')],
    ['is of a leaf', /not self-signed/, rootMaterial(partner.wire, 'RSA_2048')],
    ['has expired', /has expired on 2025-12-31/, new Partner({ authority: 'RSA_2048', leaf: 'RSA_2048', now, validTo: now - DAY }).rootMaterial],
    ['is not valid yet', /is not valid before 2026-01-02/, new Partner({ authority: 'RSA_2048', leaf: 'RSA_2048', now, validFrom: now + DAY }).rootMaterial],
    ['is said to be a key pair', /KeyClass of an imported certificate is PUBLIC_KEY/,
      { RootCertificatePublicKey: { KeyAttributes: { ...rootAttributes('RSA_2048'), KeyClass: 'ASYMMETRIC_KEY_PAIR' }, PublicKeyCertificate: toWire(partner.authorityPem) } }],
    ['is said to sign', /are Verify for a public key, not Sign/,
      { RootCertificatePublicKey: { KeyAttributes: { ...rootAttributes('RSA_2048'), KeyModesOfUse: { Sign: true } }, PublicKeyCertificate: toWire(partner.authorityPem) } }],
  ])('a root that %s is refused', async (_title, message, material) => {
    expect(await refusal(new CheckedEmulator(), material)).toMatch(message);
  });

  const trusted = (CertificateAuthorityPublicKeyIdentifier: string, PublicKeyCertificate: string, attributes: object = {}): object => ({
    TrustedCertificatePublicKey: {
      CertificateAuthorityPublicKeyIdentifier,
      PublicKeyCertificate,
      KeyAttributes: { ...attributesOf('TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION', 'RSA_2048', 'Encrypt', 'Wrap'), KeyClass: 'PUBLIC_KEY', ...attributes },
    },
  });

  test('that a root signed are trusted', async () => {
    const emulator = new CheckedEmulator();
    const { KeyArn } = await importKey(emulator, partner.rootMaterial);
    expect(await importKey(emulator, trusted(KeyArn, partner.wire))).toMatchObject({ KeyAttributes: { KeyClass: 'PUBLIC_KEY', KeyModesOfUse: { Encrypt: true } } });
    expect(await refusal(emulator, trusted(KeyArn, curve.wire))).toMatch(/not signed by the certificate authority given/);
    expect(await refusal(emulator, trusted(KeyArn, partner.wire, { KeyUsage: 'TR31_K2_TR34_ASYMMETRIC_KEY' }))).toMatch(/KeyUsage of this certificate is one of/);
    expect(await refusal(emulator, trusted((await emulator.createKey()).KeyArn, partner.wire))).toMatch(/not the imported certificate of a certificate authority/);
  });

  test('that name another authority are refused, though the key of the one given signed them', async () => {
    const emulator = new CheckedEmulator();
    const { KeyArn } = await importKey(emulator, partner.rootMaterial);
    const renamed = new Partner({ authority: 'RSA_2048', leaf: 'RSA_2048', now, issuerName: parts => parts.slice(1) });
    expect(await refusal(emulator, trusted(KeyArn, renamed.wire))).toMatch(/not signed by the certificate authority given/);
  });

  test('are of no use when that of their authority has expired', async () => {
    const emulator = new CheckedEmulator();
    const { KeyArn } = await importKey(emulator, partner.rootMaterial);
    emulator.clock.advance(61 * DAY / 1000);
    const later = new Partner({ authority: 'RSA_2048', leaf: 'RSA_2048', now: emulator.clock.now() });
    expect(await refusal(emulator, trusted(KeyArn, later.wire))).toMatch(/The certificate of arn:.* has expired on/);
  });

  test('of curves and of other kinds of keys cannot sign TR-34', async () => {
    const emulator = new CheckedEmulator();
    const signing = new Partner({ authority: 'ECC_NIST_P256', leaf: 'ECC_NIST_P256', now: emulator.clock.now() });
    const { KeyArn } = await importKey(emulator, signing.rootMaterial);
    const { ImportToken } = await importParameters(emulator, 'TR34_KEY_BLOCK');
    expect(await refusal(emulator, {
      Tr34KeyBlock: {
        CertificateAuthorityPublicKeyIdentifier: KeyArn,
        SigningKeyCertificate: signing.wire,
        WrappedKeyBlock: '3003020101',
        KeyBlockFormat: 'X9_TR34_2012',
        RandomNonce: '0123456789ABCDEF',
        ImportToken,
      },
    })).toMatch(/SigningKeyCertificate has no RSA key/);
  });

  test('are refused when their key is stronger than that of their authority', async () => {
    const emulator = new CheckedEmulator();
    const { KeyArn } = await importKey(emulator, curve.rootMaterial);
    expect(await refusal(emulator, trusted(KeyArn, curve.wire))).toMatch(/ECC_NIST_P384, which is stronger than ECC_NIST_P256/);
  });
});

describe('a TR-34 key block', () => {
  const nonce = Buffer.from('0123456789ABCDEF', 'hex');

  async function tr34(emulator: CheckedEmulator, more: object = {}, header = 'D9999K0TB00E0000'): Promise<object> {
    const partner = new Partner({ authority: 'RSA_2048', leaf: 'RSA_2048', now: emulator.clock.now() });
    const { KeyArn } = await importKey(emulator, partner.rootMaterial);
    const { ImportToken, WrappingKeyCertificate } = await importParameters(emulator, 'TR34_KEY_BLOCK');
    const token = sealTr34({
      content: { header, key: WORKING_KEY },
      sender: { ...partyOf(partner.certificate), privateKey: partner.keys.privateKey },
      receiver: partyOf(certificateIn(WrappingKeyCertificate)),
      nonce,
      cipher: 'TDES',
      random: randomBytes,
    });
    return {
      Tr34KeyBlock: {
        CertificateAuthorityPublicKeyIdentifier: KeyArn,
        SigningKeyCertificate: partner.wire,
        WrappedKeyBlock: token.toString('hex').toUpperCase(),
        KeyBlockFormat: 'X9_TR34_2012',
        RandomNonce: nonce.toString('hex'),
        ImportToken,
        ...more,
      },
    };
  }

  test('takes attributes from its header, whose version and length say nothing', async () => {
    const emulator = new CheckedEmulator();
    expect(await importKey(emulator, await tr34(emulator))).toMatchObject({
      KeyCheckValue: '9C8552', Exportable: true, KeyAttributes: { KeyUsage: 'TR31_K0_KEY_ENCRYPTION_KEY', KeyAlgorithm: 'TDES_2KEY' },
    });
  });

  test.each<[string, RegExp, object]>([
    ['another nonce', /another random nonce/, { RandomNonce: '0000000000000000' }],
    ['no nonce', /RandomNonce is missing/, { RandomNonce: undefined }],
    ['neither token nor key', /either ImportToken or WrappingKeyIdentifier/, { ImportToken: undefined }],
    ['token and key', /either ImportToken or WrappingKeyIdentifier/, { WrappingKeyIdentifier: 'alias/any' }],
    ['a key without certificate', /needs WrappingKeyCertificate/, { ImportToken: undefined, WrappingKeyIdentifier: 'alias/any' }],
    ['something else', /not built as X9 TR-34 2012 asks/, { WrappedKeyBlock: '3003020101' }],
    ['a signing certificate of somebody else', /not signed by the certificate authority given/,
      { SigningKeyCertificate: new Partner({ authority: 'RSA_2048', leaf: 'RSA_2048', now: Date.UTC(2026, 0, 1), name: 'other' }).wire }],
  ])('with %s is refused', async (_title, message, more) => {
    const emulator = new CheckedEmulator();
    expect(await refusal(emulator, await tr34(emulator, more))).toMatch(message);
  });

  test('with a header that is none is refused', async () => {
    const emulator = new CheckedEmulator();
    expect(await refusal(emulator, await tr34(emulator, {}, 'D9999K0'))).toMatch(/not a header/);
  });

  test('can be made for a key pair of the account', async () => {
    const emulator = new CheckedEmulator();
    const partner = new Partner({ authority: 'RSA_2048', leaf: 'RSA_2048', now: emulator.clock.now() });
    const root = await importKey(emulator, partner.rootMaterial);
    const own = await emulator.createKey({ KeyAttributes: attributesOf('TR31_K2_TR34_ASYMMETRIC_KEY', 'RSA_3072', ...BOTH_WAYS) });
    const { KeyCertificate } = await parameters<{ KeyCertificate: string }>(emulator, 'GetPublicKeyCertificate', { KeyIdentifier: own.KeyArn });
    const token = sealTr34({
      content: { header: 'B0016C0TC00E0000', key: WORKING_KEY },
      sender: { ...partyOf(partner.certificate), privateKey: partner.keys.privateKey },
      receiver: partyOf(certificateIn(KeyCertificate)),
      nonce,
      cipher: 'AES_128',
      random: randomBytes,
    });
    const material = {
      CertificateAuthorityPublicKeyIdentifier: root.KeyArn,
      SigningKeyCertificate: partner.wire,
      WrappedKeyBlock: token.toString('hex').toUpperCase(),
      KeyBlockFormat: 'X9_TR34_2012',
      RandomNonce: nonce.toString('hex'),
      WrappingKeyIdentifier: own.KeyArn,
      WrappingKeyCertificate: KeyCertificate,
    };
    expect(await importKey(emulator, { Tr34KeyBlock: material })).toMatchObject({ KeyCheckValue: '9C8552' });
    expect(await refusal(emulator, { Tr34KeyBlock: { ...material, WrappingKeyCertificate: partner.wire } })).toMatch(/is not a certificate of arn:/);
  });
});

describe('an ECDH key block', () => {
  interface Parties {
    /** Of the other side. */
    readonly leaf?: KeyAlgorithm;
    /** Of the own key pair. */
    readonly keyMore?: object;
  }

  async function agreed(emulator: CheckedEmulator, more: object = {}, { leaf = 'ECC_NIST_P256', keyMore = {} }: Parties = {}): Promise<object> {
    const partner = new Partner({ authority: 'ECC_NIST_P384', leaf, now: emulator.clock.now() });
    const root = await importKey(emulator, partner.rootMaterial);
    const own = await emulator.createKey({ KeyAttributes: attributesOf('TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', 'ECC_NIST_P256', 'DeriveKey'), ...keyMore });
    const { KeyCertificate } = await parameters<{ KeyCertificate: string }>(emulator, 'GetPublicKeyCertificate', { KeyIdentifier: own.KeyArn });
    const shared = Buffer.from('C0FFEE', 'hex');
    const secret = leaf === 'ECC_NIST_P256'
      ? agreeOnKey(partner.keys.privateKey, certificateIn(KeyCertificate).publicKey, { function: 'NIST_SP800', hash: 'SHA_512', sharedInformation: shared, size: 16 })
      : Buffer.alloc(16);
    return {
      DiffieHellmanTr31KeyBlock: {
        PrivateKeyIdentifier: own.KeyArn,
        CertificateAuthorityPublicKeyIdentifier: root.KeyArn,
        PublicKeyCertificate: partner.wire,
        DeriveKeyAlgorithm: 'AES_128',
        KeyDerivationFunction: 'NIST_SP800',
        KeyDerivationHashAlgorithm: 'SHA_512',
        DerivationData: { SharedInformation: 'c0ffee' },
        WrappedKeyBlock: block({ version: 'D' }, WORKING_KEY, secret),
        ...more,
      },
    };
  }

  test('opens with the key both sides derive', async () => {
    const emulator = new CheckedEmulator();
    expect(await importKey(emulator, await agreed(emulator))).toMatchObject({ KeyCheckValue: '9C8552' });
  });

  test.each<[string, RegExp, object, Parties]>([
    ['other shared information', /was changed, or it was made under another protection key/, { DerivationData: { SharedInformation: 'C0FFED' } }, {}],
    ['the other function', /was changed/, { KeyDerivationFunction: 'ANSI_X963' }, {}],
    ['a key of another curve', /has a key of ECC_NIST_P384, and .* is of ECC_NIST_P256/, {}, { leaf: 'ECC_NIST_P384' }],
    ['an algorithm that protects nothing', /DeriveKeyAlgorithm HMAC_SHA256/, { DeriveKeyAlgorithm: 'HMAC_SHA256' }, {}],
    ['a key pair that derives PIN keys', /DeriveKeyUsage TR31_P0_PIN_ENCRYPTION_KEY of/, {}, { keyMore: { DeriveKeyUsage: 'TR31_P0_PIN_ENCRYPTION_KEY' } }],
  ])('with %s is refused', async (_title, message, more, parties) => {
    const emulator = new CheckedEmulator();
    expect(await refusal(emulator, await agreed(emulator, more, parties))).toMatch(message);
  });
});

describe('an AS 2805 cryptogram', () => {
  let cryptogram: string;

  // By the published sample program: the mask is the variant and C0 over the whole key, then TDES in CBC mode from zeros.
  const as2805 = async (emulator: CheckedEmulator, more: object = {}): Promise<object> => ({
    As2805KeyCryptogram: {
      As2805KeyVariant: 'PIN_ENCRYPTION_KEY_VARIANT_28',
      KeyModesOfUse: Object.fromEntries(BOTH_WAYS.map(mode => [mode, true])),
      KeyAlgorithm: 'TDES_2KEY',
      Exportable: true,
      WrappingKeyIdentifier: (await knownKey(emulator)).KeyArn,
      WrappedKeyCryptogram: cryptogram,
      ...more,
    },
  });

  const variant = Buffer.from('516D863309EA850E19EAE682020CD63B', 'hex');
  beforeAll(async () => {
    const [{ value }] = await judge([{ function: 'psec.des.encrypt_tdes_cbc', arguments: { key: hex(variant), iv: { hex: '0000000000000000' }, data: hex(WORKING_KEY) } }]);
    cryptogram = (value as Hex).hex;
  }, 15 * 60_000);

  test('becomes a key of the variant\'s usage', async () => {
    const emulator = new CheckedEmulator();
    expect(await importKey(emulator, await as2805(emulator))).toMatchObject({ KeyCheckValue: '9C8552', KeyAttributes: { KeyUsage: 'TR31_P0_PIN_ENCRYPTION_KEY' } });
  });

  test.each<[string, RegExp, object]>([
    ['of another size', /contains 128 bits, but a key of TDES_3KEY has 192/, { KeyAlgorithm: 'TDES_3KEY' }],
    ['of AES', /not of AES_128/, { KeyAlgorithm: 'AES_128' }],
    ['with modes that do not fit the variant', /are not valid for KeyUsage/, { KeyModesOfUse: { Generate: true } }],
  ])('%s is refused', async (_title, message, more) => {
    const emulator = new CheckedEmulator();
    expect(await refusal(emulator, await as2805(emulator, more))).toMatch(message);
  });
});

describe('every import', () => {
  test('can name replication Regions, unless its key is not exportable', async () => {
    const emulator = new CheckedEmulator();
    const wrapping = await knownKey(emulator);
    const { KeyArn } = await importKey(emulator, tr31(wrapping, block()), { ReplicationRegions: [REPLICA], Enabled: false, Tags: [{ Key: 'a', Value: 'b' }] });
    emulator.clock.advance(2);
    expect(await emulator.getKey(KeyArn)).toMatchObject({ Enabled: false, ReplicationStatus: { [REPLICA]: { Status: 'SYNCHRONIZED' } } });
    expect(await refusal(emulator, tr31(wrapping, block({ exportability: 'N' })), { ReplicationRegions: [REPLICA] })).toMatch(/Only exportable keys/);
    expect(emulator.snapshot(PRIMARY).keys).toHaveLength(2);
  });

  test('makes another key: the same block imported twice has one check value', async () => {
    const emulator = new CheckedEmulator();
    const material = tr31(await knownKey(emulator), block());
    const [first, second] = [await importKey(emulator, material), await importKey(emulator, material)];
    expect(first.KeyCheckValue).toBe(second.KeyCheckValue);
    expect(first.KeyArn).not.toBe(second.KeyArn);
  });

  test('that is refused says nothing of the key, and neither does the log', async () => {
    const emulator = new CheckedEmulator();
    const wrapping = await knownKey(emulator);
    const answers = [
      await refusal(emulator, tr31(wrapping, block({ mode: 'B' }))),
      await refusal(emulator, tr31(wrapping, block({ usage: 'B1' }))),
      await refusal(emulator, tr31(wrapping, block()), { ReplicationRegions: [PRIMARY] }),
      await refusal(emulator, await rsaCryptogram(emulator, WORKING_KEY, encryptionKey('TDES_3KEY'))),
    ];
    expect(answers.filter(answer => answer === 'accepted')).toEqual([]);
    const written = answers.join() + JSON.stringify(emulator.log.entries);
    for (const secret of [SECRET, WORKING_KEY]) {
      for (const form of [secret.toString('hex'), secret.toString('hex').toUpperCase(), secret.toString('base64')]) expect(written).not.toContain(form);
    }
  });
});

