import { readFileSync } from 'fs';
import { join } from 'path';
import { App, Stack } from 'aws-cdk-lib/core';
import { MultiRegionPaymentKey } from '../src';
import { PaymentKeyAlgorithm } from '../src/payment-key-algorithm';
import { KeyCheckValueAlgorithm } from '../src/payment-key-check-value-algorithm';
import { PaymentKeyModesOfUse, PaymentKeyModesOfUseOptions } from '../src/payment-key-modes-of-use';
import { PaymentKeySpec, PaymentKeySpecOptions } from '../src/payment-key-spec';
import { PaymentKeyUsage } from '../src/payment-key-usage';

const { shapes } = JSON.parse(readFileSync(join(__dirname, 'emulator', 'payment-cryptography.model.json'), 'utf8'));

const USAGES: string[] = shapes.KeyUsage.enum;
const ALGORITHMS: string[] = shapes.KeyAlgorithm.enum;
const FLAGS = ['encrypt', 'decrypt', 'wrap', 'unwrap', 'generate', 'sign', 'verify', 'deriveKey', 'noRestrictions'] as const;

/** Every non-empty set of the nine modes, as the flags that make it. */
const ALL_MODES = FLAGS.reduce<(typeof FLAGS)[number][][]>((sets, flag) => [...sets, ...sets.map((set) => [...set, flag])], [[]]).slice(1);

// payment-cryptography.md 3.1, first letters: Encrypt Decrypt Wrap Unwrap Generate Sign Verify, X for DeriveKey, N for NoRestrictions
const DK = 'X N';
const GV = 'G V GV N';
const ED = 'EDWU EW DU N';
const EDA = 'EDWU EW DU';
const LETTERS = 'EDWUGSVXN';

/** `!` after an algorithm: created, but no operation accepts it. `?`: not published. */
const PUBLISHED: Record<string, { algorithms: string; modes: string }> = {
  TR31_B0_BASE_DERIVATION_KEY: { algorithms: 'TDES_2KEY TDES_3KEY! AES_128 AES_192 AES_256', modes: DK },
  TR31_C0_CARD_VERIFICATION_KEY: { algorithms: 'TDES_2KEY TDES_3KEY AES_128! AES_192! AES_256!', modes: GV },
  TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY: { algorithms: 'TDES_2KEY TDES_3KEY AES_128 AES_192 AES_256', modes: ED },
  TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS: { algorithms: 'TDES_2KEY TDES_3KEY! AES_128! AES_192! AES_256!', modes: DK },
  TR31_E1_EMV_MKEY_CONFIDENTIALITY: { algorithms: 'TDES_2KEY TDES_3KEY AES_128! AES_192! AES_256!', modes: DK },
  TR31_E2_EMV_MKEY_INTEGRITY: { algorithms: 'TDES_2KEY TDES_3KEY AES_128! AES_192! AES_256!', modes: DK },
  TR31_E4_EMV_MKEY_DYNAMIC_NUMBERS: { algorithms: 'TDES_2KEY TDES_3KEY AES_128! AES_192! AES_256!', modes: DK },
  TR31_E5_EMV_MKEY_CARD_PERSONALIZATION: { algorithms: 'TDES_2KEY TDES_3KEY AES_128! AES_192! AES_256!', modes: DK },
  TR31_E6_EMV_MKEY_OTHER: { algorithms: 'TDES_2KEY TDES_3KEY AES_128! AES_192! AES_256!', modes: DK },
  TR31_K0_KEY_ENCRYPTION_KEY: { algorithms: 'TDES_2KEY TDES_3KEY AES_128 AES_192 AES_256', modes: ED },
  TR31_K1_KEY_BLOCK_PROTECTION_KEY: { algorithms: 'TDES_2KEY TDES_3KEY AES_128 AES_192 AES_256', modes: ED },
  TR31_M1_ISO_9797_1_MAC_KEY: { algorithms: 'TDES_2KEY TDES_3KEY', modes: GV },
  TR31_M3_ISO_9797_3_MAC_KEY: { algorithms: 'TDES_2KEY TDES_3KEY', modes: GV },
  TR31_M6_ISO_9797_5_CMAC_KEY: { algorithms: 'TDES_2KEY TDES_3KEY AES_128 AES_192 AES_256', modes: GV },
  TR31_M7_HMAC_KEY: { algorithms: 'TDES_2KEY TDES_3KEY AES_128 AES_192 AES_256 HMAC_SHA224 HMAC_SHA256 HMAC_SHA384 HMAC_SHA512', modes: GV },
  TR31_P0_PIN_ENCRYPTION_KEY: { algorithms: 'TDES_2KEY TDES_3KEY AES_128 AES_192 AES_256', modes: ED },
  TR31_V1_IBM3624_PIN_VERIFICATION_KEY: { algorithms: 'TDES_2KEY TDES_3KEY AES_128 AES_192 AES_256', modes: GV },
  TR31_V2_VISA_PIN_VERIFICATION_KEY: { algorithms: 'TDES_2KEY TDES_3KEY AES_128 AES_192 AES_256', modes: GV },
  TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION: { algorithms: 'RSA_2048 RSA_3072 RSA_4096', modes: EDA },
  TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE: { algorithms: 'RSA_2048 RSA_3072 RSA_4096 ECC_NIST_P256? ECC_NIST_P384? ECC_NIST_P521?', modes: 'S V' },
  TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT: { algorithms: 'ECC_NIST_P256 ECC_NIST_P384 ECC_NIST_P521', modes: 'X' },
  TR31_K2_TR34_ASYMMETRIC_KEY: { algorithms: 'RSA_2048 RSA_3072 RSA_4096', modes: `X ${EDA}` },
};
/** What the service creates for these is published only in part; nothing is refused. */
const OPEN = ['TR31_M0_ISO_16609_MAC_KEY', 'TR31_P1_PIN_GENERATION_KEY'];

const MARKS: Record<string, string[]> = { '!': ['keyNotUsableInOperations'], '?': ['unpublishedKeyCombination'] };

const modesOf = (flags: readonly (keyof PaymentKeyModesOfUseOptions)[]) =>
  PaymentKeyModesOfUse.of(Object.fromEntries(flags.map((flag) => [flag, true])));

const lettersOf = (flags: readonly (typeof FLAGS)[number][]) => flags.map((flag) => LETTERS[FLAGS.indexOf(flag)]).join('');

const specOf = (usage: string, algorithm: string, modesOfUse: PaymentKeyModesOfUse) =>
  PaymentKeySpec.of({ usage: PaymentKeyUsage.of(usage), algorithm: PaymentKeyAlgorithm.of(algorithm), modesOfUse });

const cautionIds = (spec: PaymentKeySpec) => spec._cautions.map(({ id }) => id);

/** `accepted`, with the cautions, or the name of the error that a key made from it throws. */
function outcome(make: () => PaymentKeySpec): string {
  const spec = make();
  return spec._problems[0]?.name ?? ['accepted', ...cautionIds(spec)].join(' ');
}

/** What the service surely refuses is refused where there is a path to name. */
const declare = (spec: PaymentKeySpec) => new MultiRegionPaymentKey(new Stack(new App(), 'Payments'), 'Key', { spec });

function errorOf(make: () => unknown): Error {
  try {
    make();
  } catch (e) {
    return e as Error;
  }
  throw new Error('nothing was thrown');
}

function membersOf(type: object): Record<string, string> {
  return Object.fromEntries(Object.entries(type)
    .filter(([, member]) => member.constructor === type)
    .map(([name, member]) => [name, member.value]));
}

describe('names', () => {
  test.each([
    ['PaymentKeyUsage', PaymentKeyUsage, 'KeyUsage', 24],
    ['PaymentKeyAlgorithm', PaymentKeyAlgorithm, 'KeyAlgorithm', 15],
    ['KeyCheckValueAlgorithm', KeyCheckValueAlgorithm, 'KeyCheckValueAlgorithm', 4],
  ])('%s has every value of the service, named alike, and no other', (_, type, shape, count) => {
    const values: string[] = shapes[shape].enum;
    expect(values).toHaveLength(count);
    expect(membersOf(type)).toEqual(Object.fromEntries(values.map((value) => [value, value])));
  });

  test.each([
    ['PaymentKeyUsage', PaymentKeyUsage],
    ['PaymentKeyAlgorithm', PaymentKeyAlgorithm],
    ['KeyCheckValueAlgorithm', KeyCheckValueAlgorithm],
  ])('%s.of takes what the service adds later, and prints it', (_, type) => {
    expect(type.of('ADDED_LATER').value).toBe('ADDED_LATER');
    expect(`${type.of('ADDED_LATER')}`).toBe('ADDED_LATER');
  });
});

describe('algorithms', () => {
  test.each(ALGORITHMS)('%s has the key class and the check value algorithm of its family', (name) => {
    const algorithm = PaymentKeyAlgorithm.of(name);
    const pair = /^(RSA|ECC)_/.test(name);
    expect(algorithm.asymmetric).toBe(pair);
    expect(algorithm._keyClass).toBe(pair ? 'ASYMMETRIC_KEY_PAIR' : 'SYMMETRIC_KEY');
    expect(algorithm._keyCheckValueAlgorithms![0].value).toBe(
      { TDES: 'ANSI_X9_24', AES: 'CMAC', HMAC: 'HMAC', RSA: 'SHA_1', ECC: 'SHA_1' }[name.split('_')[0]],
    );
  });

  test.each([
    ['RSA_8192', undefined, true],
    ['AES_512', undefined, false],
    ['ML_KEM_768', undefined, false],
    ['ML_KEM_768', true, true],
    ['RSA_8192', true, true],
  ])('%s with asymmetric: %s is a pair: %s', (name, asymmetric, expected) => {
    expect(PaymentKeyAlgorithm.of(name, { asymmetric }).asymmetric).toBe(expected);
  });

  test('nothing is guessed about the check value of an unknown family', () => {
    expect(PaymentKeyAlgorithm.of('ML_KEM_768', { asymmetric: true })._keyCheckValueAlgorithms).toBeUndefined();
  });

  test.each([['RSA_2048', false], ['AES_128', true]])('%s cannot be asymmetric: %s', (name, asymmetric) => {
    const algorithm = PaymentKeyAlgorithm.of(name, { asymmetric });
    const error = errorOf(() => declare(PaymentKeySpec.dataEncryption({ algorithm })));
    expect(error.name).toBe('KeyClassContradictsAlgorithm');
    expect(error.message).toContain(`${name}: got asymmetric: ${asymmetric}, expected ${!asymmetric}`);
  });
});

describe('modes of use', () => {
  test('are those of the service, in one order', () => {
    const { modes } = PaymentKeyModesOfUse.of({
      noRestrictions: true, deriveKey: true, verify: true, sign: true, generate: true, unwrap: true, wrap: true, decrypt: true, encrypt: true,
    });
    expect(modes).toEqual(['Encrypt', 'Decrypt', 'Wrap', 'Unwrap', 'Generate', 'Sign', 'Verify', 'DeriveKey', 'NoRestrictions']);
    expect([...modes].sort()).toEqual(Object.keys(shapes.KeyModesOfUse.members).sort());
  });

  test.each(FLAGS)('%s alone is that mode', (flag) => {
    expect(modesOf([flag]).modes.map((mode) => mode.toLowerCase())).toEqual([flag.toLowerCase()]);
  });

  test('false is as good as absent', () => {
    expect(PaymentKeyModesOfUse.of({ encrypt: false, verify: true }).modes).toEqual(['Verify']);
  });

  test('named sets', () => {
    const sets = Object.entries(PaymentKeyModesOfUse).filter(([, member]) => member instanceof PaymentKeyModesOfUse);
    expect(Object.fromEntries(sets.map(([name, set]) => [name, `${set}`]))).toEqual({
      ENCRYPT_DECRYPT_WRAP_UNWRAP: 'Encrypt+Decrypt+Wrap+Unwrap',
      ENCRYPT_WRAP: 'Encrypt+Wrap',
      DECRYPT_UNWRAP: 'Decrypt+Unwrap',
      GENERATE_AND_VERIFY: 'Generate+Verify',
      GENERATE_ONLY: 'Generate',
      VERIFY_ONLY: 'Verify',
      SIGN: 'Sign',
      DERIVE_KEY: 'DeriveKey',
      NO_RESTRICTIONS: 'NoRestrictions',
    });
  });

  test('cannot be changed afterwards', () => {
    expect(() => PaymentKeyModesOfUse.SIGN.modes.push('Verify')).toThrow(TypeError);
    expect(PaymentKeyModesOfUse.SIGN.modes).toEqual(['Sign']);
  });

  test.each([[{}], [{ sign: false }]])('none is refused: %j', (options) => {
    const modesOfUse = PaymentKeyModesOfUse.of(options);
    const error = errorOf(() => declare(PaymentKeySpec.dataEncryption({ modesOfUse })));
    expect(error.name).toBe('NoModesOfUse');
    expect(error.message).toContain('noRestrictions');
  });
});

describe('combinations', () => {
  test('there are 511 sets of modes to try', () => {
    expect(new Set(ALL_MODES.map(lettersOf)).size).toBe(511);
  });

  test('the table here covers every usage', () => {
    expect([...Object.keys(PUBLISHED), ...OPEN].sort()).toEqual([...USAGES].sort());
  });

  test.each(Object.entries(PUBLISHED))('%s: exactly the published ones of all 15 algorithms and 511 sets of modes', (usage, { algorithms, modes }) => {
    const marks = new Map(algorithms.split(' ').map((entry) => [entry.replace(/\W/, ''), MARKS[entry.slice(-1)] ?? []]));
    const sets = new Set(modes.split(' '));
    const wrong = ALGORITHMS.flatMap((algorithm) => ALL_MODES.map((flags) => {
      const expected = !marks.has(algorithm) ? 'AlgorithmNotAllowedForUsage'
        : !sets.has(lettersOf(flags)) ? 'ModesOfUseNotAllowedForUsage'
          : ['accepted', ...marks.get(algorithm)!].join(' ');
      const actual = outcome(() => specOf(usage, algorithm, modesOf(flags)));
      return actual === expected ? [] : [`${algorithm} ${lettersOf(flags)}: ${actual}, expected ${expected}`];
    })).flat();
    expect(wrong).toEqual([]);
  });

  test.each(OPEN)('%s: nothing is refused', (usage) => {
    for (const algorithm of ALGORITHMS) {
      for (const flags of ALL_MODES) {
        expect(outcome(() => specOf(usage, algorithm, modesOf(flags)))).toMatch(/^accepted/);
      }
    }
  });

  test.each([
    ['TR31_M0_ISO_16609_MAC_KEY', 'TDES_2KEY', PaymentKeyModesOfUse.GENERATE_ONLY, []],
    ['TR31_M0_ISO_16609_MAC_KEY', 'TDES_3KEY', PaymentKeyModesOfUse.VERIFY_ONLY, []],
    ['TR31_M0_ISO_16609_MAC_KEY', 'TDES_3KEY', PaymentKeyModesOfUse.NO_RESTRICTIONS, ['unpublishedKeyCombination']],
    ['TR31_M0_ISO_16609_MAC_KEY', 'AES_128', PaymentKeyModesOfUse.GENERATE_ONLY, ['unpublishedKeyCombination']],
    ['TR31_P1_PIN_GENERATION_KEY', 'TDES_3KEY', PaymentKeyModesOfUse.ENCRYPT_DECRYPT_WRAP_UNWRAP, ['keyNotUsableInOperations']],
    ['TR31_P1_PIN_GENERATION_KEY', 'TDES_3KEY', PaymentKeyModesOfUse.GENERATE_ONLY, ['unpublishedKeyCombination', 'keyNotUsableInOperations']],
    ['TR31_Z9_ADDED_LATER', 'TDES_2KEY', PaymentKeyModesOfUse.SIGN, ['unknownKeyUsage']],
    ['TR31_C0_CARD_VERIFICATION_KEY', 'AES_512', PaymentKeyModesOfUse.SIGN, ['unknownKeyAlgorithm']],
    ['TR31_Z9_ADDED_LATER', 'AES_512', PaymentKeyModesOfUse.SIGN, ['unknownKeyUsage', 'unknownKeyAlgorithm']],
  ])('%s with %s and %s is accepted with %j', (usage, algorithm, modesOfUse, expected) => {
    expect(cautionIds(specOf(usage, algorithm, modesOfUse))).toEqual(expected);
  });

  test('a refused algorithm: what was given, what is allowed, what to do', () => {
    const { message } = errorOf(() => declare(PaymentKeySpec.cmac({ algorithm: PaymentKeyAlgorithm.RSA_2048 })));
    expect(message).toBe('AlgorithmNotAllowedForUsage: Payments/Key: key usage TR31_M6_ISO_9797_5_CMAC_KEY: got algorithm RSA_2048, expected one of TDES_2KEY, TDES_3KEY, AES_128, AES_192, AES_256. Choose one of these, or the usage that the algorithm is for');
  });

  test('refused modes: what was given, what is allowed, what to do', () => {
    const { message } = errorOf(() => declare(PaymentKeySpec.cardVerification({ modesOfUse: PaymentKeyModesOfUse.ENCRYPT_WRAP })));
    expect(message).toBe('ModesOfUseNotAllowedForUsage: Payments/Key: key usage TR31_C0_CARD_VERIFICATION_KEY: got modes of use Encrypt+Wrap, expected exactly one of these sets: Generate+Verify, Generate, Verify, NoRestrictions. Choose one of these, or the usage that the modes are for');
  });

  test('cautions name the combination and what would be better', () => {
    const messages = [
      PaymentKeySpec.cardVerification({ algorithm: PaymentKeyAlgorithm.AES_128 }),
      PaymentKeySpec.pinGeneration(),
      PaymentKeySpec.digitalSignature({ algorithm: PaymentKeyAlgorithm.ECC_NIST_P521 }),
    ].map((spec) => spec._cautions[0].message);
    expect(messages).toEqual([
      'the service creates a key of usage TR31_C0_CARD_VERIFICATION_KEY with AES_128, but no cryptographic operation accepts it today. Usable: TDES_2KEY, TDES_3KEY.',
      'the service creates a key of usage TR31_P1_PIN_GENERATION_KEY with TDES_3KEY, but no cryptographic operation accepts it today. No algorithm makes this usage usable.',
      'the service does not publish key usage TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE with ECC_NIST_P521 and Sign, and may refuse to create the key. Published: RSA_2048, RSA_3072, RSA_4096 with one of the sets Sign, Verify.',
    ]);
  });
});

describe('presets', () => {
  const PRESETS: Record<string, string> = {
    baseDerivation: 'TR31_B0_BASE_DERIVATION_KEY/AES_128/DeriveKey',
    cardVerification: 'TR31_C0_CARD_VERIFICATION_KEY/TDES_2KEY/Generate+Verify',
    dataEncryption: 'TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY/AES_256/Encrypt+Decrypt+Wrap+Unwrap',
    asymmetricDataEncryption: 'TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION/RSA_3072/Encrypt+Decrypt+Wrap+Unwrap',
    publicKeyEncryption: 'TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION/RSA_3072/Encrypt+Wrap',
    emvApplicationCryptograms: 'TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS/TDES_2KEY/DeriveKey',
    emvConfidentiality: 'TR31_E1_EMV_MKEY_CONFIDENTIALITY/TDES_2KEY/DeriveKey',
    emvIntegrity: 'TR31_E2_EMV_MKEY_INTEGRITY/TDES_2KEY/DeriveKey',
    emvDynamicNumbers: 'TR31_E4_EMV_MKEY_DYNAMIC_NUMBERS/TDES_2KEY/DeriveKey',
    emvCardPersonalization: 'TR31_E5_EMV_MKEY_CARD_PERSONALIZATION/TDES_2KEY/DeriveKey',
    emvOther: 'TR31_E6_EMV_MKEY_OTHER/TDES_2KEY/DeriveKey',
    keyEncryption: 'TR31_K0_KEY_ENCRYPTION_KEY/AES_256/Encrypt+Decrypt+Wrap+Unwrap',
    keyBlockProtection: 'TR31_K1_KEY_BLOCK_PROTECTION_KEY/AES_256/Encrypt+Decrypt+Wrap+Unwrap',
    tr34: 'TR31_K2_TR34_ASYMMETRIC_KEY/RSA_2048/Encrypt+Decrypt+Wrap+Unwrap',
    keyAgreement: 'TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT/ECC_NIST_P521/DeriveKey',
    macIso16609: 'TR31_M0_ISO_16609_MAC_KEY/TDES_2KEY/Generate+Verify',
    macIso9797Algorithm1: 'TR31_M1_ISO_9797_1_MAC_KEY/TDES_2KEY/Generate+Verify',
    macIso9797Algorithm3: 'TR31_M3_ISO_9797_3_MAC_KEY/TDES_2KEY/Generate+Verify',
    cmac: 'TR31_M6_ISO_9797_5_CMAC_KEY/AES_256/Generate+Verify',
    hmac: 'TR31_M7_HMAC_KEY/HMAC_SHA256/Generate+Verify',
    pinEncryption: 'TR31_P0_PIN_ENCRYPTION_KEY/TDES_3KEY/Encrypt+Decrypt+Wrap+Unwrap',
    pinGeneration: 'TR31_P1_PIN_GENERATION_KEY/TDES_3KEY/Encrypt+Decrypt+Wrap+Unwrap',
    digitalSignature: 'TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE/RSA_3072/Sign',
    signatureVerification: 'TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE/RSA_3072/Verify',
    ibm3624PinVerification: 'TR31_V1_IBM3624_PIN_VERIFICATION_KEY/TDES_3KEY/Generate+Verify',
    visaPinVerification: 'TR31_V2_VISA_PIN_VERIFICATION_KEY/TDES_2KEY/Generate+Verify',
  };
  const presets = PaymentKeySpec as unknown as Record<string, (options?: PaymentKeySpecOptions) => PaymentKeySpec>;

  test('there is one for each usage, and each is listed here', () => {
    const names = Object.getOwnPropertyNames(PaymentKeySpec).filter((name) => typeof presets[name] === 'function');
    expect(names.filter((name) => name !== 'of').sort()).toEqual(Object.keys(PRESETS).sort());
    expect([...new Set(Object.values(PRESETS).map((spec) => spec.split('/')[0]))].sort()).toEqual([...USAGES].sort());
  });

  test.each(Object.entries(PRESETS))('%s is %s', (name, expected) => {
    expect(`${presets[name]()}`).toBe(expected);
  });

  test.each(Object.keys(PRESETS))('%s is free of cautions, unless it says so', (name) => {
    expect(cautionIds(presets[name]())).toEqual(name === 'pinGeneration' ? ['keyNotUsableInOperations'] : []);
  });

  test.each(Object.keys(PRESETS))('%s takes another algorithm or other modes', (name) => {
    const unknown = PaymentKeyAlgorithm.of('ADDED_LATER');
    const preset = presets[name]();
    const algorithm = presets[name]({ algorithm: unknown });
    expect(`${algorithm}`).toBe(`${preset.usage}/ADDED_LATER/${preset.modesOfUse}`);
    const both = presets[name]({ algorithm: unknown, modesOfUse: PaymentKeyModesOfUse.NO_RESTRICTIONS });
    expect(`${both}`).toBe(`${preset.usage}/ADDED_LATER/NoRestrictions`);
  });

  test('an override is checked like anything else', () => {
    expect(outcome(() => PaymentKeySpec.hmac({ algorithm: PaymentKeyAlgorithm.RSA_2048 }))).toBe('AlgorithmNotAllowedForUsage');
    expect(outcome(() => PaymentKeySpec.hmac({ modesOfUse: PaymentKeyModesOfUse.SIGN }))).toBe('ModesOfUseNotAllowedForUsage');
  });
});
