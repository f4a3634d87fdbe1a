import { X509Certificate } from 'node:crypto';
import { CheckedEmulator, PRIMARY, REPLICA } from './checked-emulator';
import { attributesOf, importKey, parameters, Partner } from './exchange-fixtures';
import { judge } from './judge';

const DAY = 24 * 60 * 60;

interface ImportParameters {
  readonly ImportToken: string;
  readonly WrappingKeyCertificate: string;
  readonly WrappingKeyCertificateChain: string;
  readonly ParametersValidUntilTimestamp: number;
}

const IMPORT = { KeyMaterialType: 'KEY_CRYPTOGRAM', WrappingKeyAlgorithm: 'RSA_2048' };

const importParameters = async (emulator: CheckedEmulator, more: object = {}, region = PRIMARY): Promise<ImportParameters> =>
  emulator.call<ImportParameters & Record<string, unknown>>('GetParametersForImport', { ...IMPORT, ...more }, { region });

const read = (wire: string): X509Certificate => new X509Certificate(Buffer.from(wire, 'base64'));

test('parameters have a certificate that the chain signed, and are valid for thirty days', async () => {
  const emulator = new CheckedEmulator();
  const given = await importParameters(emulator);
  const [leaf, root] = [read(given.WrappingKeyCertificate), read(given.WrappingKeyCertificateChain)];
  expect([leaf.checkIssued(root), leaf.verify(root.publicKey), root.ca, leaf.ca]).toEqual([true, true, true, false]);
  expect(leaf.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
  expect(given.ParametersValidUntilTimestamp).toBe(emulator.clock.now() / 1000 + 30 * DAY);
  expect(Date.parse(leaf.validTo)).toBe(given.ParametersValidUntilTimestamp * 1000);
});

test('a token is given again when the caller asks for it, while seven days are left', async () => {
  const emulator = new CheckedEmulator();
  const again = async (more: object = {}, region?: string): Promise<string> =>
    (await importParameters(emulator, { ReuseLastGeneratedToken: true, ...more }, region)).ImportToken;
  const first = await again();
  expect(await again()).toBe(first);
  expect(await again({ ReuseLastGeneratedToken: false })).not.toBe(first);
  const newest = await again();
  expect(newest).not.toBe(first);
  expect(await again({ KeyMaterialType: 'TR34_KEY_BLOCK' })).not.toBe(newest);
  expect(await again({}, REPLICA)).not.toBe(newest);
  emulator.clock.advance(23 * DAY);
  expect(await again()).toBe(newest);
  emulator.clock.advance(1);
  expect(await again()).not.toBe(newest);
});

test.each<[string, object, string]>([
  ['GetParametersForImport', { KeyMaterialType: 'TR31_KEY_BLOCK', WrappingKeyAlgorithm: 'RSA_2048' }, 'ValidationException'],
  ['GetParametersForImport', { KeyMaterialType: 'KEY_CRYPTOGRAM', WrappingKeyAlgorithm: 'ECC_NIST_P256' }, 'ValidationException'],
  ['GetParametersForExport', { KeyMaterialType: 'KEY_CRYPTOGRAM', SigningKeyAlgorithm: 'RSA_2048' }, 'ValidationException'],
  ['GetParametersForExport', { KeyMaterialType: 'TR34_KEY_BLOCK', SigningKeyAlgorithm: 'TDES_2KEY' }, 'ValidationException'],
])('%s %j: %s', async (operation, input, error) => {
  expect(await new CheckedEmulator().errorOf(operation, input)).toBe(error);
});

describe('the certificate of a key pair', () => {
  const KEY_PAIR = { KeyAttributes: attributesOf('TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', 'ECC_NIST_P256', 'DeriveKey') };

  interface Certificates {
    readonly KeyCertificate: string;
    readonly KeyCertificateChain: string;
  }

  const certificates = async (emulator: CheckedEmulator, KeyIdentifier: string): Promise<Certificates> =>
    parameters<Certificates>(emulator, 'GetPublicKeyCertificate', { KeyIdentifier });

  test('is valid for ninety days and is given out while thirty are left', async () => {
    const emulator = new CheckedEmulator();
    const { KeyArn } = await emulator.createKey(KEY_PAIR);
    const first = await certificates(emulator, KeyArn);
    const [leaf, root] = [read(first.KeyCertificate), read(first.KeyCertificateChain)];
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(Date.parse(leaf.validTo)).toBe(emulator.clock.now() + 90 * DAY * 1000);
    emulator.clock.advance(60 * DAY);
    expect(await certificates(emulator, KeyArn)).toEqual(first);
    emulator.clock.advance(1);
    expect((await certificates(emulator, KeyArn)).KeyCertificate).not.toBe(first.KeyCertificate);
  });

  test('that was imported is given out as it came', async () => {
    const emulator = new CheckedEmulator();
    const partner = new Partner({ authority: 'ECC_NIST_P256', leaf: 'ECC_NIST_P256', now: emulator.clock.now() });
    const { KeyArn } = await importKey(emulator, partner.rootMaterial);
    expect(Buffer.from((await certificates(emulator, KeyArn)).KeyCertificate, 'base64').toString()).toBe(partner.authorityPem);
  });

  test('can be asked for elsewhere, with a request that the key signs', async () => {
    const emulator = new CheckedEmulator();
    const { KeyArn: KeyIdentifier } = await emulator.createKey(KEY_PAIR);
    const input = { KeyIdentifier, SigningAlgorithm: 'SHA224', CertificateSubject: { CommonName: 'keys.example', Country: 'CH' } };
    const { CertificateSigningRequest } = await parameters<{ CertificateSigningRequest: string }>(emulator, 'GetCertificateSigningRequest', input);
    const pem = Buffer.from(CertificateSigningRequest, 'base64').toString();
    const key = read((await certificates(emulator, KeyIdentifier)).KeyCertificate).publicKey.export({ type: 'spki', format: 'der' }).toString('hex');
    const [{ value }] = await judge([{ function: 'exchange_judge.read_request', arguments: { pem } }]);
    expect(value).toEqual({ valid: true, hash: 'sha224', subject: [['2.5.4.6', 'CH'], ['2.5.4.3', 'keys.example']], key });
    expect(await emulator.errorOf('GetCertificateSigningRequest', { ...input, KeyIdentifier: (await emulator.createKey()).KeyArn })).toBe('ValidationException');
  }, 15 * 60_000);
});
