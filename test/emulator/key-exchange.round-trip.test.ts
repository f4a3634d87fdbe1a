/** A key is made in one account, travels to another one and is replicated there: it has one check value everywhere. */
import { algorithmOf, readCertificate } from './certificates/certificate';
import { CheckedEmulator, inRegion, PRIMARY, REPLICA } from './checked-emulator';
import { attributesOf, encryptionKey, exportKey, importKey, parameters, rootMaterial } from './exchange-fixtures';
import { openKeyBlock } from './key-block';
import { Key, KeyAlgorithm } from './shapes';

const THIRD = 'eu-west-1';
const REPLICAS = { ReplicationRegions: [REPLICA, THIRD] };

interface Accounts {
  readonly sender: CheckedEmulator;
  readonly receiver: CheckedEmulator;
}

const accounts = (): Accounts => ({
  sender: new CheckedEmulator({ account: '111122223333' }),
  receiver: new CheckedEmulator({ account: '444455556666' }),
});

const rootOf = async (emulator: CheckedEmulator, chain: string): Promise<string> =>
  (await importKey(emulator, rootMaterial(chain, algorithmOf(readCertificate(chain, 'chain').publicKey)!))).KeyArn;

const CARD_KEY = attributesOf('TR31_C0_CARD_VERIFICATION_KEY', 'TDES_2KEY', 'Generate', 'Verify');
const PIN_KEY = attributesOf('TR31_P0_PIN_ENCRYPTION_KEY', 'TDES_3KEY', 'Encrypt', 'Decrypt', 'Wrap', 'Unwrap');
const KEK_AES_128 = encryptionKey('AES_128');

interface RsaParameters {
  readonly WrappingKeyCertificate: string;
  readonly WrappingKeyCertificateChain: string;
  readonly ImportToken: string;
}

async function byRsa({ sender, receiver }: Accounts, key: Key, algorithm: KeyAlgorithm = 'RSA_3072'): Promise<Key> {
  const given = await parameters<RsaParameters>(receiver, 'GetParametersForImport', { KeyMaterialType: 'KEY_CRYPTOGRAM', WrappingKeyAlgorithm: algorithm });
  const { KeyMaterial } = await exportKey(sender, key.KeyArn, {
    KeyCryptogram: {
      CertificateAuthorityPublicKeyIdentifier: await rootOf(sender, given.WrappingKeyCertificateChain),
      WrappingKeyCertificate: given.WrappingKeyCertificate,
      WrappingSpec: 'RSA_OAEP_SHA_512',
    },
  });
  const cryptogram = { KeyAttributes: key.KeyAttributes, Exportable: true, WrappedKeyCryptogram: KeyMaterial, ImportToken: given.ImportToken, WrappingSpec: 'RSA_OAEP_SHA_512' };
  return importKey(receiver, { KeyCryptogram: cryptogram }, REPLICAS);
}

/** Under a protection key that both accounts have: it travelled by RSA, or by ECDH where it is too strong for that. */
async function byTr31({ sender, receiver }: Accounts, key: Key, protection: KeyAlgorithm): Promise<Key> {
  const mine = await sender.createKey({ KeyAttributes: encryptionKey(protection) });
  const theirs = protection === 'AES_256' ? await byAgreement({ sender, receiver }, mine) : await byRsa({ sender, receiver }, mine);
  const { KeyMaterial } = await exportKey(sender, key.KeyArn, { Tr31KeyBlock: { WrappingKeyIdentifier: mine.KeyArn } });
  expect(KeyMaterial.charAt(0)).toBe(protection.startsWith('AES') ? 'D' : 'B');
  return importKey(receiver, { Tr31KeyBlock: { WrappingKeyIdentifier: theirs.KeyArn, WrappedKeyBlock: KeyMaterial } }, REPLICAS);
}

async function byTr34({ sender, receiver }: Accounts, key: Key): Promise<Key> {
  const given = await parameters<RsaParameters>(receiver, 'GetParametersForImport', { KeyMaterialType: 'TR34_KEY_BLOCK', WrappingKeyAlgorithm: 'RSA_3072' });
  const signing = await parameters<{ SigningKeyCertificate: string; SigningKeyCertificateChain: string; ExportToken: string }>(
    sender, 'GetParametersForExport', { KeyMaterialType: 'TR34_KEY_BLOCK', SigningKeyAlgorithm: 'RSA_2048' });
  const exchange = { KeyBlockFormat: 'X9_TR34_2012', RandomNonce: '0123456789ABCDEF' };
  const { KeyMaterial } = await exportKey(sender, key.KeyArn, {
    Tr34KeyBlock: {
      ...exchange,
      CertificateAuthorityPublicKeyIdentifier: await rootOf(sender, given.WrappingKeyCertificateChain),
      WrappingKeyCertificate: given.WrappingKeyCertificate,
      ExportToken: signing.ExportToken,
    },
  });
  return importKey(receiver, {
    Tr34KeyBlock: {
      ...exchange,
      CertificateAuthorityPublicKeyIdentifier: await rootOf(receiver, signing.SigningKeyCertificateChain),
      SigningKeyCertificate: signing.SigningKeyCertificate,
      WrappedKeyBlock: KeyMaterial,
      ImportToken: given.ImportToken,
    },
  }, REPLICAS);
}

interface Certificates {
  readonly KeyCertificate: string;
  readonly KeyCertificateChain: string;
}

async function byAgreement({ sender, receiver }: Accounts, key: Key): Promise<Key> {
  const pair = { KeyAttributes: attributesOf('TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', 'ECC_NIST_P521', 'DeriveKey'), DeriveKeyUsage: 'TR31_K1_KEY_BLOCK_PROTECTION_KEY' };
  const [mine, theirs] = [await sender.createKey(pair), await receiver.createKey(pair)];
  const certificates = async (emulator: CheckedEmulator, { KeyArn }: Key): Promise<Certificates> =>
    parameters<Certificates>(emulator, 'GetPublicKeyCertificate', { KeyIdentifier: KeyArn });
  const [ofMine, ofTheirs] = [await certificates(sender, mine), await certificates(receiver, theirs)];
  const agreement = {
    DeriveKeyAlgorithm: 'AES_256',
    KeyDerivationFunction: 'ANSI_X963',
    KeyDerivationHashAlgorithm: 'SHA_384',
    DerivationData: { SharedInformation: 'C0FFEE' },
  };
  const { KeyMaterial } = await exportKey(sender, key.KeyArn, {
    DiffieHellmanTr31KeyBlock: {
      ...agreement,
      PrivateKeyIdentifier: mine.KeyArn,
      CertificateAuthorityPublicKeyIdentifier: await rootOf(sender, ofTheirs.KeyCertificateChain),
      PublicKeyCertificate: ofTheirs.KeyCertificate,
    },
  });
  return importKey(receiver, {
    DiffieHellmanTr31KeyBlock: {
      ...agreement,
      PrivateKeyIdentifier: theirs.KeyArn,
      CertificateAuthorityPublicKeyIdentifier: await rootOf(receiver, ofMine.KeyCertificateChain),
      PublicKeyCertificate: ofMine.KeyCertificate,
      WrappedKeyBlock: KeyMaterial,
    },
  }, REPLICAS);
}

/** Material of a key, past what the service gives to anybody: to search for it. */
async function materialOf(emulator: CheckedEmulator, key: Key): Promise<Buffer> {
  const root = await emulator.createKey({ KeyAttributes: encryptionKey('AES_256') });
  const { KeyMaterial } = await exportKey(emulator, key.KeyArn, { Tr31KeyBlock: { WrappingKeyIdentifier: root.KeyArn } });
  const { material } = (emulator as unknown as { service: { keys: Map<string, { material: { secret: Buffer } }> } }).service.keys.get(root.KeyArn.split('/')[1])!;
  return openKeyBlock(KeyMaterial, material.secret).key;
}

test.each<[string, (both: Accounts, key: Key) => Promise<Key>, object]>([
  ['TR-31 version B', async (both, key) => byTr31(both, key, 'TDES_3KEY'), CARD_KEY],
  ['TR-31 version D', async (both, key) => byTr31(both, key, 'AES_128'), PIN_KEY],
  ['TR-31 version D, a key of 256 bits', async (both, key) => byTr31(both, key, 'AES_256'), attributesOf('TR31_B0_BASE_DERIVATION_KEY', 'AES_256', 'DeriveKey')],
  ['TR-31 version D, an HMAC key', async (both, key) => byTr31(both, key, 'AES_256'), attributesOf('TR31_M7_HMAC_KEY', 'HMAC_SHA512', 'Generate', 'Verify')],
  ['TR-34', byTr34, CARD_KEY],
  ['TR-34, an AES key', byTr34, KEK_AES_128],
  ['RSA', byRsa, CARD_KEY],
  ['RSA, an AES key', byRsa, KEK_AES_128],
  ['ECDH', byAgreement, encryptionKey('AES_256')],
])('%s', async (_title, travel, KeyAttributes) => {
  const both = accounts();
  const key = await both.sender.createKey({ KeyAttributes });
  const arrived = await travel(both, key);
  both.receiver.clock.advance(2);
  const copies = await Promise.all([PRIMARY, REPLICA, THIRD].map(async region => both.receiver.getKey(inRegion(arrived.KeyArn, region))));
  for (const copy of copies) {
    expect(copy).toMatchObject({
      KeyCheckValue: key.KeyCheckValue,
      KeyCheckValueAlgorithm: key.KeyCheckValueAlgorithm,
      KeyAttributes: key.KeyAttributes,
      KeyState: 'CREATE_COMPLETE',
      KeyOrigin: 'EXTERNAL',
      Exportable: true,
    });
  }
  expect(copies.map(copy => copy.MultiRegionKeyType)).toEqual(['PRIMARY', 'REPLICA', 'REPLICA']);
  expect(copies[0].KeyArn).toContain(':444455556666:');

  const [sent, received] = [await materialOf(both.sender, key), await materialOf(both.receiver, arrived)];
  expect(received).toEqual(sent);
  const written = [both.sender, both.receiver].map(emulator => JSON.stringify([emulator.log.entries, emulator.snapshot(PRIMARY)])).join('');
  for (const form of [sent.toString('hex'), sent.toString('hex').toUpperCase(), sent.toString('base64')]) {
    expect(written).not.toContain(form);
  }
});
