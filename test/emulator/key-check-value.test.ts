import { createCipheriv, createHash, createPublicKey, randomBytes } from 'node:crypto';
import { CheckedEmulator } from './checked-emulator';
import { cmac } from './cmac';
import { keyCheckValue, keyCheckValueAlgorithms } from './key-check-value';
import { generateKeyMaterial, withOddParity } from './key-material';
import { KeyAlgorithm, KeyCheckValueAlgorithm } from './shapes';

const AES = 'CMAC';
const TDES = 'ANSI_X9_24';

/** Published and independently computed values. */
test.each<[KeyAlgorithm, KeyCheckValueAlgorithm, string, string]>([
  ['TDES_2KEY', TDES, '0123456789ABCDEFFEDCBA9876543210', '08D7B4'],
  ['TDES_2KEY', TDES, '0123456789ABCDEF0123456789ABCDEF', 'D5D44F'],
  ['TDES_2KEY', TDES, '00'.repeat(16), '8CA64D'],
  ['TDES_3KEY', TDES, '0123456789ABCDEFFEDCBA98765432101122334455667788', '8BB7CF'],
  ['AES_128', AES, '00'.repeat(16), '763CBC'],
  ['AES_128', 'ANSI_X9_24', '00'.repeat(16), '66E94B'],
  ['AES_128', AES, '2b7e151628aed2a6abf7158809cf4f3c', '7AD386'],
  ['AES_192', AES, '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b', '3A072A'],
  ['AES_256', AES, '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4', '1A0B2D'],
  ['HMAC_SHA224', 'HMAC', '0b'.repeat(20), 'BA7D81'],
  ['HMAC_SHA256', 'HMAC', '0b'.repeat(20), '999A90'],
  ['HMAC_SHA384', 'HMAC', '0b'.repeat(20), 'AC1E68'],
  ['HMAC_SHA512', 'HMAC', '0b'.repeat(20), 'AD8DA3'],
])('%s %s of %s is %s', (algorithm, keyCheckValueAlgorithm, key, expected) => {
  expect(keyCheckValue({ secret: Buffer.from(key, 'hex') }, algorithm, keyCheckValueAlgorithm)).toBe(expected);
});

describe('CMAC', () => {
  const key = Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex');
  const aes = (block: Buffer): Buffer => createCipheriv('aes-128-ecb', key, null).setAutoPadding(false).update(block);
  const message = '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411';

  test.each([
    [0, 'bb1d6929e95937287fa37d129b756746'],
    [16, '070a16b46b4d4144f79bdd9dd04a287c'],
    [40, 'dfa66747de9ae63030ca32611497c827'],
  ])('of %i bytes is the one of RFC 4493', (length, expected) => {
    expect(cmac(aes, 16, Buffer.from(message, 'hex').subarray(0, length)).toString('hex')).toBe(expected);
  });

  test('of a TDES key is the one of NIST SP 800-38B', () => {
    const secret = Buffer.from('8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5', 'hex');
    const tdes = (block: Buffer): Buffer => createCipheriv('des-ede3', secret, null).setAutoPadding(false).update(block);
    expect(cmac(tdes, 8, Buffer.alloc(0)).toString('hex')).toBe('b7a688e122ffaf95');
  });
});

test('the bytes of a generated TDES key have odd parity', async () => {
  const { secret } = await generateKeyMaterial('TDES_3KEY', randomBytes);
  expect(secret).toHaveLength(24);
  expect([...secret!].every(byte => byte.toString(2).replaceAll('0', '').length % 2 === 1)).toBe(true);
  expect(withOddParity(Buffer.from('0022ff', 'hex')).toString('hex')).toBe('0123fe');
});

describe('of a key pair', () => {
  const sha1 = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex').slice(0, 8).toUpperCase();

  test('is the start of the SHA-1 of the public key', async () => {
    const material = await generateKeyMaterial('RSA_2048', randomBytes);
    const spki = material.publicKey!.export({ type: 'spki', format: 'der' });
    expect(keyCheckValue(material, 'RSA_2048', 'SHA_1')).toBe(sha1(spki));
    const pkcs1 = createPublicKey({ key: spki, format: 'der', type: 'spki' }).export({ type: 'pkcs1', format: 'der' });
    expect(keyCheckValue(material, 'RSA_2048', 'SHA_1', 'PKCS1')).toBe(sha1(pkcs1));
  });

  test('on a curve takes the bare point for PKCS1', async () => {
    const material = await generateKeyMaterial('ECC_NIST_P521', randomBytes);
    const spki = material.publicKey!.export({ type: 'spki', format: 'der' });
    // The point is the end of the SPKI structure: 04, x, y of 66 bytes each.
    expect(keyCheckValue(material, 'ECC_NIST_P521', 'SHA_1', 'PKCS1')).toBe(sha1(spki.subarray(-133)));
  });
});

test.each<[KeyAlgorithm, string, string[], KeyCheckValueAlgorithm, RegExp]>([
  ['TDES_3KEY', 'TR31_P0_PIN_ENCRYPTION_KEY', ['NoRestrictions'], 'ANSI_X9_24', /^[0-9A-F]{6}$/],
  ['AES_192', 'TR31_K1_KEY_BLOCK_PROTECTION_KEY', ['Encrypt', 'Wrap'], 'CMAC', /^[0-9A-F]{6}$/],
  ['HMAC_SHA384', 'TR31_M7_HMAC_KEY', ['Generate'], 'HMAC', /^[0-9A-F]{6}$/],
  ['RSA_2048', 'TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE', ['Sign'], 'SHA_1', /^[0-9A-F]{8}$/],
  ['ECC_NIST_P384', 'TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', ['DeriveKey'], 'SHA_1', /^[0-9A-F]{8}$/],
])('a new %s key has one of the default algorithm', async (algorithm, usage, modes, expected, pattern) => {
  const KeyClass = expected === 'SHA_1' ? 'ASYMMETRIC_KEY_PAIR' : 'SYMMETRIC_KEY';
  const KeyModesOfUse = Object.fromEntries(modes.map(mode => [mode, true]));
  const key = await new CheckedEmulator().createKey({ KeyAttributes: { KeyUsage: usage, KeyClass, KeyAlgorithm: algorithm, KeyModesOfUse } });
  expect(key.KeyCheckValueAlgorithm).toBe(expected);
  expect(key.KeyCheckValue).toMatch(pattern);
});

test('an algorithm that does not fit the key is refused', async () => {
  const emulator = new CheckedEmulator();
  expect(keyCheckValueAlgorithms('TDES_2KEY')).toEqual(['ANSI_X9_24', 'CMAC']);
  expect((await emulator.createKey({ KeyCheckValueAlgorithm: 'CMAC' })).KeyCheckValueAlgorithm).toBe('CMAC');
  await expect(emulator.createKey({ KeyCheckValueAlgorithm: 'HMAC' })).rejects.toMatchObject({ type: 'ValidationException' });
});
