/** What a TR-31 header and the attributes of a key say of each other. */
import { invalid } from './errors';
import { modesOf } from './key-attributes';
import { HmacHash, hmacHashCode, hmacHashOf, KeyBlockHeader, KeyBlockVersion, OptionalBlocks } from './key-block';
import { model } from './model';
import { KeyAlgorithm, KeyAttributes, ModeOfUse } from './shapes';

/** KeyUsage by its two characters: C0 is TR31_C0_CARD_VERIFICATION_KEY. */
const USAGES = new Map(model.shapes.KeyUsage.enum!.map(usage => [usage.slice(5, 7), usage]));

const MODES: Readonly<Record<string, readonly ModeOfUse[]>> = {
  B: ['Encrypt', 'Decrypt', 'Wrap', 'Unwrap'],
  C: ['Generate', 'Verify'],
  D: ['Decrypt', 'Unwrap'],
  E: ['Encrypt', 'Wrap'],
  G: ['Generate'],
  N: ['NoRestrictions'],
  V: ['Verify'],
  X: ['DeriveKey'],
};

/** KeyAlgorithm by the size of the key in bytes. */
const SIZES: Readonly<Record<string, Readonly<Record<number, KeyAlgorithm>>>> = {
  T: { 16: 'TDES_2KEY', 24: 'TDES_3KEY' },
  A: { 16: 'AES_128', 24: 'AES_192', 32: 'AES_256' },
};

function usageOf({ usage }: KeyBlockHeader): string {
  const found = USAGES.get(usage);
  if (found === undefined) throw invalid(`Key usage ${usage} of the key block is not supported.`);
  return found;
}

function modesOfUse({ mode }: KeyBlockHeader): Partial<Record<ModeOfUse, boolean>> {
  if (!Object.hasOwn(MODES, mode)) throw invalid(`Mode of use ${mode} of the key block is not supported.`);
  return Object.fromEntries(MODES[mode].map(name => [name, true]));
}

function algorithmOf({ algorithm, optionalBlocks }: KeyBlockHeader, key: Buffer): KeyAlgorithm {
  if (algorithm === 'H') {
    const hash = hmacHashOf(optionalBlocks);
    if (hash === undefined) throw invalid('The key block of an HMAC key needs an optional block HM with a hash of 20, 21, 22 or 23.');
    return `HMAC_${hash}`;
  }
  if (!Object.hasOwn(SIZES, algorithm)) throw invalid(`Algorithm ${algorithm} of the key block is not supported.`);
  const found = SIZES[algorithm][key.length];
  if (found === undefined) throw invalid(`A key of ${key.length * 8} bits is not valid for algorithm ${algorithm} of the key block.`);
  return found;
}

/** The attributes of a key that came with a header. The service has no components: its model writes key versions without a small c. */
export function attributesFromHeader(header: KeyBlockHeader, key: Buffer): KeyAttributes {
  const { keyVersion } = header;
  if (keyVersion.startsWith('c')) throw invalid(`Key version ${keyVersion} of the key block says that it holds a component of a key. A whole key is needed.`);
  return {
    KeyUsage: usageOf(header),
    KeyClass: 'SYMMETRIC_KEY',
    KeyAlgorithm: algorithmOf(header, key),
    KeyModesOfUse: modesOfUse(header),
  };
}

export function isExportable({ exportability }: KeyBlockHeader): boolean {
  if (!/^[ENS]$/.test(exportability)) throw invalid(`Exportability ${exportability} of the key block is not supported.`);
  return exportability !== 'N';
}

function modeFromAttributes(attributes: KeyAttributes): string {
  const modes = modesOf(attributes);
  const found = Object.entries(MODES).find(([, set]) => set.length === modes.length && set.every(mode => modes.includes(mode)));
  if (found === undefined) throw invalid(`No TR-31 mode of use says ${modes.join(', ')}.`);
  return found[0];
}

const algorithmLetter = (algorithm: KeyAlgorithm): string => algorithm.charAt(0);

/** The version that suits a protection key. */
export const versionUnder = (protection: KeyAlgorithm): KeyBlockVersion => protection.startsWith('AES_') ? 'D' : 'B';

export interface HeaderContent {
  readonly version: KeyBlockVersion;
  readonly attributes: KeyAttributes;
  readonly exportability: string;
  readonly keyVersion: string;
  readonly optionalBlocks: OptionalBlocks;
}

/** The header of a key that leaves. */
export function headerFromAttributes({ attributes, optionalBlocks, ...fixed }: HeaderContent): KeyBlockHeader {
  const { KeyAlgorithm: algorithm, KeyUsage } = attributes;
  const hash = algorithm.startsWith('HMAC_') ? algorithm.slice('HMAC_'.length) as HmacHash : undefined;
  const hashBlock: Array<[string, string]> = hash === undefined ? [] : [['HM', hmacHashCode(hash)]];
  return {
    ...fixed,
    usage: KeyUsage.slice(5, 7),
    algorithm: algorithmLetter(algorithm),
    mode: modeFromAttributes(attributes),
    optionalBlocks: new Map([...hashBlock, ...[...optionalBlocks].filter(([id]) => id !== 'HM')]),
  };
}
