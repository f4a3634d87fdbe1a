import { COMBINATIONS, keyAttributesProblem } from './key-attributes';
import { model } from './model';
import { KeyAttributes, ModeOfUse } from './shapes';

const attributes = (KeyUsage: string, KeyAlgorithm: string, modes: ModeOfUse[], KeyClass = 'SYMMETRIC_KEY'): KeyAttributes =>
  ({ KeyUsage, KeyAlgorithm, KeyClass, KeyModesOfUse: Object.fromEntries(modes.map(mode => [mode, true])) }) as KeyAttributes;

const CVK = 'TR31_C0_CARD_VERIFICATION_KEY';
const S0 = 'TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE';
const K2 = 'TR31_K2_TR34_ASYMMETRIC_KEY';

test('every usage of the model has its row', () => {
  expect(Object.keys(COMBINATIONS).sort()).toEqual([...model.shapes.KeyUsage.enum!].sort());
});

test.each<[string, KeyAttributes]>([
  ['two modes', attributes(CVK, 'TDES_2KEY', ['Verify', 'Generate'])],
  ['no restrictions', attributes(CVK, 'AES_256', ['NoRestrictions'])],
  ['four modes', attributes('TR31_P0_PIN_ENCRYPTION_KEY', 'AES_128', ['Encrypt', 'Decrypt', 'Wrap', 'Unwrap'])],
  ['an HMAC key', attributes('TR31_M7_HMAC_KEY', 'HMAC_SHA512', ['Generate', 'Verify'])],
  ['a signing key pair', attributes(S0, 'RSA_4096', ['Sign'], 'ASYMMETRIC_KEY_PAIR')],
  ['a key agreement pair', attributes('TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', 'ECC_NIST_P521', ['DeriveKey'], 'ASYMMETRIC_KEY_PAIR')],
  ['a TR-34 pair that derives', attributes(K2, 'RSA_2048', ['DeriveKey'], 'ASYMMETRIC_KEY_PAIR')],
  ['a TR-34 pair that unwraps', attributes(K2, 'RSA_2048', ['Decrypt', 'Unwrap'], 'ASYMMETRIC_KEY_PAIR')],
  ['a usage without published modes', attributes('TR31_P1_PIN_GENERATION_KEY', 'TDES_3KEY', ['Encrypt', 'Generate'])],
  ['another one', attributes('TR31_M0_ISO_16609_MAC_KEY', 'TDES_3KEY', ['Generate', 'Verify'])],
])('%s: accepted', (_title, given) => {
  expect(keyAttributesProblem(given)).toBeUndefined();
});

test.each<[string, KeyAttributes, RegExp]>([
  ['no mode', attributes(CVK, 'TDES_2KEY', []), /at least one mode/],
  ['a mode of another usage', attributes(CVK, 'TDES_2KEY', ['Encrypt']), /Encrypt are not valid/],
  ['one mode of four missing', attributes('TR31_P0_PIN_ENCRYPTION_KEY', 'AES_128', ['Encrypt', 'Decrypt', 'Wrap']), /not valid/],
  ['a mode too many', attributes(CVK, 'TDES_2KEY', ['Generate', 'NoRestrictions']), /not valid/],
  ['a signing pair that also verifies', attributes(S0, 'RSA_2048', ['Sign', 'Verify'], 'ASYMMETRIC_KEY_PAIR'), /not valid/],
  ['a public key operation without restrictions', attributes('TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION', 'RSA_2048', ['NoRestrictions'], 'ASYMMETRIC_KEY_PAIR'), /not valid/],
  ['an algorithm of another usage', attributes('TR31_M1_ISO_9797_1_MAC_KEY', 'AES_128', ['Generate']), /AES_128 is not valid/],
  ['a key pair for a symmetric usage', attributes(CVK, 'RSA_2048', ['Generate'], 'ASYMMETRIC_KEY_PAIR'), /RSA_2048 is not valid/],
  ['a class that does not fit', attributes(CVK, 'TDES_2KEY', ['Generate'], 'ASYMMETRIC_KEY_PAIR'), /KeyClass/],
  ['a public key, which only an import makes', attributes(S0, 'RSA_2048', ['Verify'], 'PUBLIC_KEY'), /KeyClass/],
])('%s: refused', (_title, given, message) => {
  expect(keyAttributesProblem(given)).toMatch(message);
});
