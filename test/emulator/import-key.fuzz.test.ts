/** What was valid before somebody changed some bytes of it is accepted or refused; the service never fails over it. */
import { randomBytes, X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { toWire } from './certificates/certificate';
import { CheckedEmulator } from './checked-emulator';
import { attributesOf, encryptionKey, exportKey, importKey, parameters, Partner, rootMaterial } from './exchange-fixtures';
import { sealTr34 } from './key-exchange/tr34';
import { partyOf } from './wrapping-keys';

interface Mutation {
  readonly changes: ReadonlyArray<readonly [number, number]>;
  /** How much of it stays, of 1,000 parts. */
  readonly kept: number;
}

const mutations: fc.Arbitrary<Mutation> = fc.record({
  changes: fc.array(fc.tuple(fc.nat(100_000), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 3 }),
  kept: fc.oneof({ weight: 9, arbitrary: fc.constant(1000) }, { weight: 1, arbitrary: fc.nat(1000) }),
});

function mutated(bytes: Buffer, { changes, kept }: Mutation): Buffer {
  const copy = Buffer.from(bytes);
  for (const [position, value] of changes) copy[position % copy.length] = value;
  return copy.subarray(0, Math.ceil(copy.length * kept / 1000));
}

const mutatedText = (text: string, mutation: Mutation): string =>
  mutated(Buffer.from(text), mutation).toString('latin1').replace(/[^0-9A-Za-z]/g, 'A').padEnd(56, '0');

const hexOf = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();

function mutatedCertificate(pem: string, mutation: Mutation): string {
  const base64 = mutated(new X509Certificate(pem).raw, mutation).toString('base64');
  return toWire(`-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`);
}

test('1,500 changes of key blocks and certificates', async () => {
  const emulator = new CheckedEmulator();
  const now = emulator.clock.now();
  const rsa = new Partner({ authority: 'RSA_2048', leaf: 'RSA_2048', now });
  const curve = new Partner({ authority: 'ECC_NIST_P256', leaf: 'ECC_NIST_P256', now });
  const [rsaRoot, curveRoot] = [await importKey(emulator, rsa.rootMaterial), await importKey(emulator, curve.rootMaterial)];
  const key = await emulator.createKey();
  const WrappingKeyIdentifier = (await emulator.createKey({ KeyAttributes: encryptionKey('AES_256') })).KeyArn;
  const pair = await emulator.createKey({ KeyAttributes: attributesOf('TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', 'ECC_NIST_P256', 'DeriveKey') });
  const block = (await exportKey(emulator, key.KeyArn, { Tr31KeyBlock: { WrappingKeyIdentifier } })).KeyMaterial;
  const { ImportToken, WrappingKeyCertificate } = await parameters<{ ImportToken: string; WrappingKeyCertificate: string }>(
    emulator, 'GetParametersForImport', { KeyMaterialType: 'TR34_KEY_BLOCK', WrappingKeyAlgorithm: 'RSA_2048' });
  const nonce = randomBytes(8);
  const token = sealTr34({
    content: { header: 'B0016C0TC00E0000', key: randomBytes(16) },
    sender: { ...partyOf(rsa.certificate), privateKey: rsa.keys.privateKey },
    receiver: partyOf(new X509Certificate(Buffer.from(WrappingKeyCertificate, 'base64'))),
    nonce,
    cipher: 'TDES',
    random: randomBytes,
  });
  const tr34 = {
    CertificateAuthorityPublicKeyIdentifier: rsaRoot.KeyArn,
    SigningKeyCertificate: rsa.wire,
    WrappedKeyBlock: hexOf(token),
    KeyBlockFormat: 'X9_TR34_2012',
    RandomNonce: hexOf(nonce),
    ImportToken,
  };
  const agreement = {
    PrivateKeyIdentifier: pair.KeyArn,
    CertificateAuthorityPublicKeyIdentifier: curveRoot.KeyArn,
    DeriveKeyAlgorithm: 'AES_128',
    KeyDerivationFunction: 'NIST_SP800',
    KeyDerivationHashAlgorithm: 'SHA_256',
    DerivationData: { SharedInformation: 'AB' },
  };
  const attempts: Array<(mutation: Mutation) => [string, object]> = [
    mutation => ['ImportKey', { KeyMaterial: { Tr31KeyBlock: { WrappingKeyIdentifier, WrappedKeyBlock: mutatedText(block, mutation) } } }],
    mutation => ['ImportKey', { KeyMaterial: { Tr34KeyBlock: { ...tr34, WrappedKeyBlock: hexOf(mutated(token, mutation)) || '00' } } }],
    mutation => ['ImportKey', { KeyMaterial: { Tr34KeyBlock: { ...tr34, SigningKeyCertificate: mutatedCertificate(rsa.pem, mutation) } } }],
    mutation => ['ImportKey', { KeyMaterial: rootMaterial(mutatedCertificate(rsa.authorityPem, mutation), 'RSA_2048') }],
    mutation => ['ImportKey', { KeyMaterial: rootMaterial(mutatedCertificate(curve.authorityPem, mutation), 'ECC_NIST_P256') }],
    mutation => ['ExportKey', {
      ExportKeyIdentifier: key.KeyArn,
      KeyMaterial: { DiffieHellmanTr31KeyBlock: { ...agreement, PublicKeyCertificate: mutatedCertificate(curve.pem, mutation) } },
    }],
  ];
  const outcomes = new Map<string, number>();
  for (const mutation of fc.sample(mutations, { seed: 131, numRuns: 250 })) {
    for (const attempt of attempts) {
      const outcome = await emulator.errorOf(...attempt(mutation)) ?? 'accepted';
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  }
  expect([...outcomes.keys()].sort()).toEqual(['ValidationException', 'accepted']);
  expect(outcomes.get('ValidationException')).toBeGreaterThan(1400);
}, 120_000);
