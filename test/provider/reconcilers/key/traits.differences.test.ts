import { KeyProperties } from '../../../../src/provider/contract/multi-region-payment-key';
import { Key } from '../../../../src/provider/handler/control-plane/port';
import { asksForAnother, traitDifferences } from '../../../../src/provider/handler/reconcilers/key/traits';

const DECLARED = {
  KeyUsage: 'C0', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: ['Generate', 'Verify'], Exportable: true,
} as Partial<KeyProperties> as KeyProperties;
const LIVE = {
  usage: 'C0', keyClass: 'SYMMETRIC_KEY', algorithm: 'TDES_2KEY', modesOfUse: ['Verify', 'Generate'], exportable: true, keyCheckValueAlgorithm: 'ANSI_X9_24',
} as Partial<Key> as Key;

/** What cannot be changed in the service, and what can: the declared difference, the same on a live key, and how it is told. */
const IMMUTABLE: Array<[string, Partial<KeyProperties>, Partial<Key>, string]> = [
  ['usage', { KeyUsage: 'P0' }, { usage: 'P0' }, 'usage is C0, declared is P0'],
  ['algorithm', { KeyAlgorithm: 'AES_128' }, { algorithm: 'AES_128' }, 'algorithm is TDES_2KEY, declared is AES_128'],
  ['modes of use', { KeyModesOfUse: ['Generate'] }, { modesOfUse: ['Generate'] }, 'modesOfUse is Generate Verify, declared is Generate'],
  ['exportable', { Exportable: false }, { exportable: false }, 'exportable is true, declared is false'],
  ['class', { KeyClass: 'PRIVATE_KEY' }, { keyClass: 'PRIVATE_KEY' }, 'class is SYMMETRIC_KEY, declared is PRIVATE_KEY'],
];

const canBecome = (key: Key, declared: KeyProperties) => traitDifferences(key, declared).length === 0;

describe('whether a key can be what is declared', () => {
  test('it can when it is that already, in whatever order its modes are', () => {
    expect(canBecome(LIVE, DECLARED)).toBe(true);
  });

  test.each(IMMUTABLE)('%s cannot be changed', (_, declared, live) => {
    expect(canBecome(LIVE, { ...DECLARED, ...declared })).toBe(false);
    expect(canBecome({ ...LIVE, ...live }, { ...DECLARED, ...declared })).toBe(true);
  });

  test.each<[string, string, string | undefined, boolean]>([
    ['the declared one', 'CMAC', 'CMAC', true],
    ['another one', 'CMAC', 'ANSI_X9_24', false],
    ['one that was not declared', 'CMAC', undefined, true],
    ['the declared one in another spelling', 'SHA-1', 'SHA_1', true],
  ])('with %s as key check value algorithm: %s, declared %s', (_, live, declared, can) => {
    expect(canBecome({ ...LIVE, keyCheckValueAlgorithm: live }, { ...DECLARED, KeyCheckValueAlgorithm: declared })).toBe(can);
  });

  test.each<[string, string | undefined, string | undefined, boolean]>([
    ['the declared usage', 'P0', 'P0', true],
    ['another usage', 'P0', 'B0', false],
    ['a usage that is not declared', 'P0', undefined, false],
    ['a usage that the service does not report', undefined, 'P0', true],
  ])('that derives %s: %s, declared %s', (_, live, declared, can) => {
    expect(canBecome({ ...LIVE, deriveKeyUsage: live }, { ...DECLARED, DeriveKeyUsage: declared })).toBe(can);
  });
});

describe('whether a template asks for another key', () => {
  test('it does not when nothing changed, or only what can be changed', () => {
    expect(asksForAnother(DECLARED, DECLARED)).toBe(false);
    expect(asksForAnother({ ...DECLARED, Enabled: false, KeyModesOfUse: ['Verify', 'Generate'], ReplicationRegions: ['us-west-2'] }, DECLARED)).toBe(false);
  });

  test.each(IMMUTABLE)('it does with another %s', (_, declared) => {
    expect(asksForAnother({ ...DECLARED, ...declared }, DECLARED)).toBe(true);
    expect(asksForAnother(DECLARED, { ...DECLARED, ...declared })).toBe(true);
  });

  test.each<[Partial<KeyProperties>]>([[{ KeyCheckValueAlgorithm: 'CMAC' }], [{ DeriveKeyUsage: 'P0' }]])('it does with another %j, and with none', declared => {
    expect(asksForAnother({ ...DECLARED, ...declared }, DECLARED)).toBe(true);
    expect(asksForAnother(DECLARED, { ...DECLARED, ...declared })).toBe(true);
    expect(asksForAnother({ ...DECLARED, ...declared }, { ...DECLARED, ...declared })).toBe(false);
  });

  test('it may, when what it asked for before cannot be read', () => {
    expect(asksForAnother(DECLARED, undefined)).toBe(true);
  });
});

describe('how a difference is told', () => {
  test.each(IMMUTABLE.filter(([,,, told]) => told !== ''))('%s', (_, declared, __, told) => {
    expect(traitDifferences({ ...LIVE, modesOfUse: ['Verify', 'Generate'] }, { ...DECLARED, KeyModesOfUse: ['Verify', 'Generate'], ...declared })).toEqual([told]);
  });

  test('several at once', () => {
    expect(traitDifferences(LIVE, { ...DECLARED, KeyModesOfUse: ['Verify', 'Generate'], KeyUsage: 'P0', Exportable: false }))
      .toEqual(['usage is C0, declared is P0', 'exportable is true, declared is false']);
  });
});
