import { KeyMaterial } from '../../../../src/provider/contract/key-material';
import { KeyProperties } from '../../../../src/provider/contract/multi-region-payment-key';
import { keyReconciler } from '../../../../src/provider/handler/reconcilers/key/reconciler';
import { encryptionKey, Partner } from '../../../emulator/exchange-fixtures';
import { REGION, Turns } from '../turns';
import { CEREMONIES, kept, keptAsParameter, keyBlock, SHARED_KEY, wrappingKey, WORKING_KEY } from './ceremonies';

/*
 * What a custodian or a deployer may get wrong. Each is one sentence that names the cause and what to do, repeats nothing of
 * the material, and leaves no key behind.
 */

type Material<M> = Extract<KeyMaterial, { readonly Method: M }>;

let turns: Turns;
beforeEach(async () => { turns = await Turns.start(); });
afterEach(() => turns.close());

const SECRETS = [SHARED_KEY, WORKING_KEY].flatMap(key => [key.toString('hex'), key.toString('hex').toUpperCase(), key.toString('base64')]);

/** Imports what a ceremony prepared after somebody changed it, and returns why that failed. */
async function refused(method: KeyMaterial['Method'], change: (material: any, stored: string) => Promise<Partial<KeyProperties>> | Partial<KeyProperties>): Promise<string> {
  const { declared, stored } = await CEREMONIES[method](turns);
  const changed = await change(declared.Material, stored);
  const before = turns.keys().length;
  const outcome = await turns.reconcile(keyReconciler, { declared: { ...declared, ...changed } });
  expect([outcome.kind, turns.keys().length, outcome.checkpoint.made]).toEqual(['failed', before, undefined]);
  expect(outcome.reason).toMatch(/^Cvk was not imported: /);
  for (const secret of SECRETS) { expect(outcome.reason).not.toContain(secret); }
  const body = stored.slice(16).toLowerCase();
  for (let at = 0; at + 8 <= body.length; at += 1) { expect(outcome.reason!.toLowerCase()).not.toContain(body.slice(at, at + 8)); }
  return outcome.reason!;
}

const tr31 = (more: (material: Material<'TR31'>, stored: string) => object | Promise<object>) => async (material: Material<'TR31'>, stored: string) =>
  ({ Material: { ...material, ...await more(material, stored) } as KeyMaterial });
const storedInstead = (text: (block: string) => string, field?: string) =>
  tr31((_, block) => ({ WrappedKey: kept(turns, text(block), field) }));
const sealedInstead = (...header: Parameters<typeof keyBlock>) => storedInstead(() => keyBlock(...header));

describe('a key block of TR-31', () => {
  test.each<[string, (material: any, stored: string) => any, RegExp]>([
    ['with the S of a payShield', storedInstead(block => `S${block}`), /begins with the S that a payShield puts before.*Store it without this letter/],
    ['with the R of a payShield', storedInstead(block => `R${block}`), /begins with the R that a payShield/],
    ['with the commas of an Atalla', storedInstead(block => `${block.slice(0, 16)},${block.slice(16)}`), /Atalla separates by commas: take them out/],
    ['with a time stamp', sealedInstead({ optionalBlocks: new Map([['TS', '2026-11-28T05:00:00Z']]) }), /has punctuation by itself: export it without one/],
    ['with a line break inside', storedInstead(block => `${block.slice(0, 40)}\n${block.slice(40)}`), /white space in it. Store the block in one line/],
    ['cut off', storedInstead(block => block.slice(0, -1)), /says that it has 96 characters, and has 95/],
    ['that ends too late', storedInstead(block => `${block}0`), /says that it has 96 characters, and has 97/],
    ['in lower case', storedInstead(block => block.toLowerCase()), /does not begin with version A, B, C or D/],
    ['with lower case behind its header', storedInstead(block => block.slice(0, 16) + block.slice(16).toLowerCase()), /upper-case hexadecimal digits.*without a change of case/],
    ['of version E', storedInstead(block => block.replace('B', 'E')), /does not begin with version A, B, C or D/],
    ['of another usage', sealedInstead({ usage: 'P0', mode: 'B' }), /is of usage P0, but declared is TR31_C0_CARD_VERIFICATION_KEY/],
    ['of another mode', sealedInstead({ mode: 'V' }), /is of mode of use V, which is Verify, but declared is Generate and Verify/],
    ['of an algorithm that X9.143 does not have', sealedInstead({ algorithm: 'Z' }), /is of algorithm Z, but declared is TDES_2KEY/],
    ['of another algorithm', sealedInstead({ algorithm: 'A' }), /is of algorithm A, but declared is TDES_2KEY/],
    ['that is not exportable', sealedInstead({ exportability: 'N' }), /is not exportable \(N\), but declared is exportable: true/],
    ['of a component', sealedInstead({ keyVersion: 'c1' }), /holds a component of a key/],
    ['that was tampered with', storedInstead(block => block.slice(0, -1) + (block.endsWith('0') ? '1' : '0')), /was changed, or it was made under another protection key/],
    ['under another key', sealedInstead({}, Buffer.alloc(16, 5)), /was changed, or it was made under another protection key/],
    ['that says that it is under another key', sealedInstead({ optionalBlocks: new Map([['KP', '00ABCDEF']]) }), /was wrapped with a key of check value ABCDEF, but .* Name the key that it was wrapped with/],
    ['under a wrapping key that only wraps', tr31(async () => ({ WrappingKey: await wrappingKey(turns, encryptionKey('TDES_2KEY', 'Encrypt', 'Wrap')) })), /do not have Unwrap/],
    ['under a wrapping key that is gone', tr31(({ WrappingKey }) => ({ WrappingKey: WrappingKey.replace(/\w{4}$/, 'aaaa') })), /ImportKey in us-east-1: ResourceNotFoundException.*Check that wrappingKey is the key/],
    ['in an object, without a field', storedInstead(block => JSON.stringify({ zmk: block })), /is a JSON object.*Name it with field/],
    ['in no object, with a field', storedInstead(block => block, 'zmk'), /it is not a JSON object, so it has no member zmk/],
    ['in another member', storedInstead(block => JSON.stringify({ ZMK: block }), 'zmk'), /without the member zmk/],
    ['that is empty', storedInstead(() => ' '), /it is empty/],
    ['that is the key itself', storedInstead(() => WORKING_KEY.toString('hex')), /but 32 hexadecimal digits.*If it is the key itself, it is disclosed: delete it there, and replace the key everywhere/],
    ['that is the key itself, in upper case', storedInstead(() => WORKING_KEY.toString('hex').toUpperCase()), /but 32 hexadecimal digits/],
    ['in a member that is named like a block', storedInstead(block => JSON.stringify({ zmk: block }), keyBlock()), /without the member that field names/],
    ['in a member that is named like a key', storedInstead(block => JSON.stringify({ zmk: block }), WORKING_KEY.toString('hex')), /without the member that field names/],
    ['in an object with a comma too many', storedInstead(block => `{"zmk": "${block}",}`, 'zmk'), /it is not a JSON object, so it has no member zmk/],
    ['that is something else', storedInstead(() => 'correct horse battery staple'), /is no key block of TR-31/],
  ])('%s', async (_, change, expected) => {
    expect(await refused('TR31', change)).toMatch(expected);
  });

  test('of bytes', async () => {
    const { arn, versionId } = turns.emulator.putSecret({ name: 'bytes', region: REGION, binary: Buffer.from(keyBlock()) });
    expect(await refused('TR31', tr31(() => ({ WrappedKey: { Service: 'SECRETS_MANAGER', SecretArn: arn, VersionId: versionId } }))))
      .toMatch(/stored as bytes.*--secret-string/);
  });

  test.each<[string, (reference: any) => object, RegExp]>([
    ['a secret that is not there', reference => ({ ...reference, SecretArn: `${reference.SecretArn.slice(0, -6)}zzzzzz` }), /there is none. Check its name and version, letter by letter: aws secretsmanager list-secret-version-ids/],
    ['a version that is not there', reference => ({ ...reference, VersionId: '00000000-0000-0000-0000-000000000000' }), /there is none/],
    ['a staging label', reference => ({ ...reference, VersionId: 'AWSCURRENT' }), /GetSecretValue in us-east-1: /],
  ])('of %s', async (_, change, expected) => {
    expect(await refused('TR31', tr31(({ WrappedKey }) => ({ WrappedKey: change(WrappedKey) })))).toMatch(expected);
  });

  test('of a secret that is being deleted', async () => {
    expect(await refused('TR31', async material => {
      const body = JSON.stringify({ SecretId: material.WrappedKey.SecretArn });
      await turns.emulator.handle({ target: 'secretsmanager.DeleteSecret', region: REGION, body });
      return {};
    })).toMatch(/InvalidRequestException/);
  });

  test.each<[string, (reference: any) => object]>([
    ['a parameter that is not there', reference => ({ ...reference, ParameterName: '/none' })],
    ['a version of a parameter that is not there', reference => ({ ...reference, Version: '7' })],
  ])('of %s', async (_, change) => {
    expect(await refused('TR31', tr31((__, block) => ({ WrappedKey: change(keptAsParameter(turns, block)) })))).toMatch(/there is none/);
  });
});

test.each(['String', 'StringList'])('a key block in a parameter of type %s', async Type => {
  expect(await refused('TR31', tr31(async (_, block) => {
    await turns.emulator.handle({ target: 'AmazonSSM.PutParameter', region: REGION, body: JSON.stringify({ Name: '/open', Type, Value: block }) });
    return { WrappedKey: { Service: 'PARAMETER_STORE', ParameterName: '/open', Version: '1' } };
  }))).toMatch(/is no SecureString.*--type SecureString/);
});

describe('an RSA cryptogram', () => {
  const token = async () => (await turns.byHand('GetParametersForImport', { KeyMaterialType: 'KEY_CRYPTOGRAM', WrappingKeyAlgorithm: 'RSA_2048' })).ImportToken;
  const stored = (members: (cryptogram: string) => Promise<object> | object) => async (material: any, cryptogram: string) =>
    ({ Material: { ...material, WrappedKey: kept(turns, JSON.stringify(await members(cryptogram))) } });

  test.each<[string, (material: any, stored: string) => any, RegExp]>([
    ['without its token', stored(wrappedKeyCryptogram => ({ wrappedKeyCryptogram })), /its member importToken is missing. It needs wrappedKeyCryptogram, importToken/],
    ['without itself', stored(async () => ({ importToken: await token() })), /its member wrappedKeyCryptogram is missing/],
    ['with another token', stored(async wrappedKeyCryptogram => ({ wrappedKeyCryptogram, importToken: await token() })), /cannot be decrypted.*Check that the key was encrypted with the certificate that came with this import token/],
    ['with a foreign token', stored(wrappedKeyCryptogram => ({ wrappedKeyCryptogram, importToken: 'import-token-abcdefghij234567' })), /is no import token of this account/],
    ['with something else as its token', stored(wrappedKeyCryptogram => ({ wrappedKeyCryptogram, importToken: 'token' })), /its member importToken is no import token.*Store the one that get-parameters-for-import showed/],
    ['whose token expired, as the secret tells', stored(async wrappedKeyCryptogram => ({ wrappedKeyCryptogram, importToken: await token(), parametersValidUntil: '2025-01-01T00:00:00Z' })),
      /its import token expired at 2025-01-01T00:00:00.000Z. Ask for another one \(get-parameters-for-import\)/],
    ['whose token expired, in the seconds that the AWS CLI shows', stored(async wrappedKeyCryptogram => ({ wrappedKeyCryptogram, importToken: await token(), parametersValidUntil: 1735689600.426 })),
      /its import token expired at 2025-01-01T00:00:00.426Z/],
    ['whose token expired, in seconds as text', stored(async wrappedKeyCryptogram => ({ wrappedKeyCryptogram, importToken: await token(), parametersValidUntil: '1735689600' })),
      /its import token expired at 2025-01-01T00:00:00.000Z/],
    ['with a time that is neither', stored(async wrappedKeyCryptogram => ({ wrappedKeyCryptogram, importToken: await token(), parametersValidUntil: true })), /parametersValidUntil is no text/],
    ['that is the key itself', stored(async () => ({ wrappedKeyCryptogram: WORKING_KEY.toString('hex'), importToken: await token() })), /has 32 digits, and a cryptogram of RSA has 512, 768, 1024.*If it is the key itself, it is disclosed/],
    ['that was cut off', stored(async cryptogram => ({ wrappedKeyCryptogram: cryptogram.slice(2), importToken: await token() })), /has 510 digits/],
    ['with a time that is none', stored(async wrappedKeyCryptogram => ({ wrappedKeyCryptogram, importToken: await token(), parametersValidUntil: 'soon' })), /parametersValidUntil is no time/],
    ['in base64', stored(async hexadecimal => ({ wrappedKeyCryptogram: Buffer.from(hexadecimal, 'hex').toString('base64'), importToken: await token() })), /is not hexadecimal.*converted by xxd -p/],
    ['of half a byte', stored(async cryptogram => ({ wrappedKeyCryptogram: cryptogram.slice(1), importToken: await token() })), /is not hexadecimal/],
    ['that is no object', (material, cryptogram) => ({ Material: { ...material, WrappedKey: kept(turns, cryptogram) } }), /it is not a JSON object with the members wrappedKeyCryptogram, importToken.*a line end is written/],
    ['by another hash', material => ({ Material: { ...material, WrappingSpec: 'RSA_OAEP_SHA_512' } }), /cannot be decrypted with the key of the import token and RSA_OAEP_SHA_512/],
    ['of another length than declared', () => ({ KeyAlgorithm: 'TDES_3KEY' }), /contains 128 bits, but a key of TDES_3KEY has 192/],
  ])('%s', async (_, change, expected) => {
    expect(await refused('RSA_CRYPTOGRAM', change)).toMatch(expected);
  });

  test('whose token expired, as only the service knows', async () => {
    expect(await refused('RSA_CRYPTOGRAM', async (material, cryptogram) => {
      const changed = await stored(async wrappedKeyCryptogram => ({ wrappedKeyCryptogram, importToken: await token() }))(material, cryptogram);
      turns.clock.advance(31 * 24 * 60 * 60);
      return changed;
    })).toMatch(/has expired on/);
  });
});

describe('TR-34', () => {
  const nonce = '0123456789ABCDEF';
  const TOKEN = 'import-token-abcdefghij234567';
  const partner = () => new Partner({ authority: 'RSA_2048', leaf: 'RSA_2048', now: turns.clock.now() });
  const stored = (members: (block: string) => object) => (material: any, block: string) =>
    ({ Material: { ...material, WrappedKey: kept(turns, JSON.stringify(members(block))) } });

  test.each<[string, (material: any, stored: string) => any, RegExp]>([
    ['without a nonce', stored(wrappedKeyBlock => ({ wrappedKeyBlock, signingKeyCertificate: partner().pem, importToken: TOKEN })), /its member randomNonce is missing/],
    ['without a token', stored(wrappedKeyBlock => ({ wrappedKeyBlock, signingKeyCertificate: partner().pem, randomNonce: nonce })), /importToken is missing. Add the token.*or declare wrappingKey/],
    ['with a chain, root first', stored(wrappedKeyBlock => ({ wrappedKeyBlock, signingKeyCertificate: partner().authorityPem + partner().pem, randomNonce: nonce, importToken: TOKEN })),
      /holds 2 certificates, and the service takes one.*the leaf usually stands first/],
    ['with a private key', stored(wrappedKeyBlock => ({ wrappedKeyBlock, signingKeyCertificate: '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', randomNonce: nonce, importToken: TOKEN })), /holds a private key. Take it out/],
    ['with the key in place of the block', stored(() => ({ wrappedKeyBlock: WORKING_KEY.toString('hex'), signingKeyCertificate: partner().pem, randomNonce: nonce, importToken: TOKEN })), /is no token of TR-34.*If it is the key itself, it is disclosed/],
    ['with a nonce in words', stored(wrappedKeyBlock => ({ wrappedKeyBlock, signingKeyCertificate: partner().pem, randomNonce: 'random', importToken: TOKEN })), /its member randomNonce is not hexadecimal/],
    ['with a nonce that is too long', stored(wrappedKeyBlock => ({ wrappedKeyBlock, signingKeyCertificate: partner().pem, randomNonce: wrappedKeyBlock.slice(0, 64), importToken: TOKEN })), /randomNonce has 64 digits, and a nonce has 16 to 32/],
    ['with the key in place of the token', stored(wrappedKeyBlock => ({ wrappedKeyBlock, signingKeyCertificate: partner().pem, randomNonce: nonce, importToken: WORKING_KEY.toString('hex') })), /importToken is no import token/],
  ])('%s', async (_, change, expected) => {
    expect(await refused('TR34', change)).toMatch(expected);
  });
});

test('ECDH with a block that was cut off', async () => {
  expect(await refused('ECDH_TR31', (material, block) => ({ Material: { ...material, WrappedKey: kept(turns, block.slice(0, -1)) } }))).toMatch(/cut off or changed on its way/);
});

test('AS2805 with a cryptogram that is not hexadecimal', async () => {
  expect(await refused('AS2805', (material, cryptogram) => ({ Material: { ...material, WrappedKey: kept(turns, `${cryptogram.slice(0, 16)} ${cryptogram.slice(16)}`) } })))
    .toMatch(/is not hexadecimal: digits 0 to 9 and A to F/);
});

test.each([
  ['a chain', (pem: string) => pem + pem, /the certificate holds 2 certificates/],
  ['text', () => 'certificate', /the certificate is no certificate in PEM/],
])('a root certificate that is %s', async (_, change, expected) => {
  expect(await refused('ROOT_CERTIFICATE', material => ({ Material: { ...material, Certificate: change(material.Certificate) } }))).toMatch(expected);
});
