import { constants, publicEncrypt, X509Certificate } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { ACCESS_KEY_OF_OTHERS } from './others';
import { bytes } from './random';
import { ACCOUNT, REGION } from './world';
import { KeyMaterial, WrappedKeyReference } from '../../src/provider/contract/key-material';
import { KeyProperties } from '../../src/provider/contract/multi-region-payment-key';
import { Emulator, VirtualClock } from '../emulator';
import { encryptionKey } from '../emulator/exchange-fixtures';
import { parseKeyBlock, sealKeyBlock } from '../emulator/key-block';
import { keyCheckValue, keyCheckValueAlgorithms } from '../emulator/key-check-value';
import { KeyAlgorithm, KeyCheckValueAlgorithm } from '../emulator/shapes';

/*
 * What key custodians prepared before a life with imports begins: two wrapping keys with the same material in the service, and
 * key blocks under it in Secrets Manager and Parameter Store, a few for each kind of key that a declaration may ask for.
 *
 * All lives of a process begin with the same store. It is prepared once, in an emulator of its own, and restored in theirs:
 * a ceremony takes longer than a life.
 */

/** Specs of key blocks: how TR-31 spells what is declared. */
const SPECS = [
  { name: 'cvk', KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyAlgorithm: 'TDES_2KEY', usage: 'C0', algorithm: 'T', mode: 'C', size: 16 },
  { name: 'cvk3', KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyAlgorithm: 'TDES_3KEY', usage: 'C0', algorithm: 'T', mode: 'C', size: 24 },
  { name: 'data', KeyUsage: 'TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY', KeyAlgorithm: 'AES_128', usage: 'D0', algorithm: 'A', mode: 'N', size: 16 },
] as const;

/** Of the same material: a block can be imported under either, and under the alias of the first. */
const WRAPPING_KEYS = ['kek', 'kek-again'] as const;
const ALIAS = 'alias/kek';

const FIELD = 'zmk';

interface Place {
  readonly service: WrappedKeyReference['Service'];
  readonly version: number;
  readonly field?: string;
}

/** Where blocks are kept under each name. Every one is another key; some differ in nothing but their version. */
const PLACES: readonly Place[] = [
  { service: 'SECRETS_MANAGER', version: 1 },
  { service: 'SECRETS_MANAGER', version: 2 },
  { service: 'SECRETS_MANAGER', version: 3, field: FIELD },
  { service: 'PARAMETER_STORE', version: 1 },
  { service: 'PARAMETER_STORE', version: 2 },
  { service: 'PARAMETER_STORE', version: 3, field: FIELD },
];
/** Bytes, a member and versions that are not there: from these, nothing can be imported. */
const WRONG_PLACES: readonly Place[] = [
  { service: 'SECRETS_MANAGER', version: 4 },
  { service: 'SECRETS_MANAGER', version: 3, field: 'zpk' },
  { service: 'SECRETS_MANAGER', version: 9 },
  { service: 'PARAMETER_STORE', version: 9 },
];

const versionId = (number: number) => `00000000-0000-4000-8000-00000000000${number}`;
/** No key here has it. */
const WRONG_CHECK_VALUE = '000000';

const material = bytes(31);
const PROTECTION = material(16);
const CLEAR_KEYS: ReadonlyMap<string, readonly Buffer[]> = new Map(SPECS.map(({ name, size }) => [name, PLACES.map(() => material(size))]));

interface Kept {
  /** Of the secret; with a slash before it, of the parameter. */
  readonly name: string;
  readonly spec: typeof SPECS[number];
  readonly isExportable: boolean;
  /** One for each place. */
  readonly blocks: readonly string[];
}

const protectionCheckValue = keyCheckValue({ secret: PROTECTION }, 'AES_128', 'CMAC');
const KEPT: readonly Kept[] = SPECS.flatMap(spec => [true, false].map((isExportable): Kept => {
  const { usage, algorithm, mode } = spec;
  const header = { version: 'D', usage, algorithm, mode, keyVersion: '00', exportability: isExportable ? 'E' : 'N' } as const;
  return {
    name: `${spec.name}-${header.exportability}`,
    spec,
    isExportable,
    // Of every other block the header says the check value of its protection key, and an import asks the service for that of the wrapping key.
    blocks: CLEAR_KEYS.get(spec.name)!.map((key, number) => sealKeyBlock(
      { ...header, optionalBlocks: new Map(number % 2 === 0 ? [] : [['KP', `01${protectionCheckValue}`]]) }, key, PROTECTION, material)),
  };
}));

/** What a template says of the material of a key. */
export interface MaterialChoice {
  /** Absent: the service generates it. */
  readonly place?: Place;
  readonly wrappingKey: typeof WRAPPING_KEYS[number] | typeof ALIAS;
  readonly expected: 'nothing' | 'the check value' | 'another check value';
}

export const materialChoices: fc.Arbitrary<MaterialChoice> = fc.record({
  place: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...PLACES) },
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...WRONG_PLACES) },
  ),
  wrappingKey: fc.constantFrom(...WRAPPING_KEYS, ALIAS),
  expected: fc.oneof(
    { weight: 6, arbitrary: fc.constant<MaterialChoice['expected']>('nothing') },
    { weight: 6, arbitrary: fc.constant<MaterialChoice['expected']>('the check value') },
    { weight: 1, arbitrary: fc.constant<MaterialChoice['expected']>('another check value') },
  ),
});

/** The declaration with this material. There are blocks of symmetric keys only: of anything else, the service generates the material. */
export function withMaterial(declared: KeyProperties, { place, wrappingKey, expected }: MaterialChoice): KeyProperties {
  const kept = KEPT.find(({ spec, isExportable }) =>
    spec.KeyUsage === declared.KeyUsage && spec.KeyAlgorithm === declared.KeyAlgorithm && isExportable === declared.Exportable);
  const Material: KeyMaterial | undefined = kept && place && { Method: 'TR31', WrappingKey: wrappingKey, WrappedKey: reference(kept.name, place) };
  return expecting({ ...declared, Material }, expected);
}

/** Another wrapping key, and all else as it was. */
export function underAnother(declared: KeyProperties, WrappingKey: MaterialChoice['wrappingKey']): KeyProperties {
  const { Material } = declared;
  return Material?.Method === 'TR31' ? { ...declared, Material: { ...Material, WrappingKey } } : declared;
}

export function expecting(declared: KeyProperties, expected: MaterialChoice['expected']): KeyProperties {
  const known = declaredCheckValue(declared);
  const ExpectedKeyCheckValue = expected === 'another check value' ? WRONG_CHECK_VALUE : expected === 'the check value' ? known : undefined;
  return { ...declared, ExpectedKeyCheckValue };
}

function reference(name: string, { service, version, field }: Place): WrappedKeyReference {
  return service === 'SECRETS_MANAGER' ? { Service: service, SecretArn: name, VersionId: versionId(version), Field: field }
    : { Service: service, ParameterName: `/${name}`, Version: String(version), Field: field };
}

/** The check value of the key that the declaration imports; absent if it imports none, or names no block that can be imported. */
export function declaredCheckValue({ Material, KeyAlgorithm: declared, KeyCheckValueAlgorithm: asked }: KeyProperties): string | undefined {
  if (Material?.Method !== 'TR31') { return undefined; }
  const { WrappedKey } = Material;
  const name = WrappedKey.Service === 'SECRETS_MANAGER' ? WrappedKey.SecretArn.replace(/^arn:.*:secret:(.*)-\w{6}$/, '$1') : WrappedKey.ParameterName.slice(1);
  const named = WrappedKey.Service === 'SECRETS_MANAGER' ? { ...WrappedKey, SecretArn: name } : WrappedKey;
  const secret = CLEAR_KEYS.get(name.split('-')[0])?.[PLACES.findIndex(place => isDeepStrictEqual(reference(name, place), named))];
  const algorithm = declared as KeyAlgorithm;
  return secret && keyCheckValue({ secret }, algorithm, asked as KeyCheckValueAlgorithm | undefined ?? keyCheckValueAlgorithms(algorithm)[0]);
}

/** A declaration names secrets and wrapping keys; the template has their ARNs. */
type Arns = ReadonlyMap<string, string>;

let store: Promise<{ readonly saved: unknown; readonly arns: Arns }> | undefined;

async function prepare(): Promise<{ readonly saved: unknown; readonly arns: Arns }> {
  const emulator = new Emulator({ account: ACCOUNT, clock: new VirtualClock(), random: material });
  const call = (operation: string, input: object) => emulator.call<any>(operation, input, { region: REGION, accessKeyId: ACCESS_KEY_OF_OTHERS });
  const arns = new Map<string, string>();
  const { ImportToken, WrappingKeyCertificate } = await call('GetParametersForImport', { KeyMaterialType: 'KEY_CRYPTOGRAM', WrappingKeyAlgorithm: 'RSA_3072' });
  const { publicKey } = new X509Certificate(Buffer.from(WrappingKeyCertificate, 'base64'));
  const encrypted = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' }, PROTECTION);
  const WrappedKeyCryptogram = encrypted.toString('hex').toUpperCase();
  for (const name of WRAPPING_KEYS) {
    const { Key: { KeyArn } } = await call('ImportKey', {
      KeyMaterial: { KeyCryptogram: { KeyAttributes: encryptionKey('AES_128'), Exportable: false, ImportToken, WrappedKeyCryptogram } },
    });
    arns.set(name, KeyArn);
  }
  const [first] = WRAPPING_KEYS;
  await call('CreateAlias', { AliasName: ALIAS, KeyArn: arns.get(first) });
  arns.set(ALIAS, arns.get(first)!.replace(/key\/\w+$/, ALIAS));
  for (const { name, blocks } of KEPT) {
    const secret = { name, region: REGION };
    PLACES.forEach(({ service, version, field }, number) => {
      // An editor leaves a line break behind.
      const text = field === undefined ? `${blocks[number]}\n` : JSON.stringify({ [field]: blocks[number] });
      if (service === 'SECRETS_MANAGER') {
        arns.set(name, emulator.putSecret({ ...secret, versionId: versionId(version), string: text }).arn);
      } else {
        emulator.putSecureString({ name: `/${name}`, region: REGION, value: text });
      }
    });
    emulator.putSecret({ ...secret, versionId: versionId(4), binary: Buffer.from(blocks[0]) });
  }
  return { saved: emulator.save(), arns };
}

/** What custodians do while the stack lives: the function has read what it needs, or has not. */
export const CUSTODIAN_DEEDS = ['delete the secrets', 'restore the secrets', 'label another version', 'store another version', 'delete the parameters'] as const;
export type CustodianDeed = typeof CUSTODIAN_DEEDS[number];

/** Those who keep the wrapped keys of one life. */
export class Custodians {
  static async of(emulator: Emulator): Promise<Custodians> {
    const { saved, arns } = await (store ??= prepare());
    emulator.restore(saved);
    return new Custodians(emulator, arns);
  }

  /** Whether an import that was possible may be impossible by now. */
  haveTakenAway = false;

  private constructor(private readonly emulator: Emulator, private readonly arns: Arns) {}

  get wrappingKeys(): readonly string[] {
    return WRAPPING_KEYS.map(name => this.arns.get(name)!);
  }

  /** As the template has it. */
  written(declared: KeyProperties): KeyProperties {
    const { Material } = declared;
    if (Material?.Method !== 'TR31') { return declared; }
    const { WrappingKey, WrappedKey } = Material;
    const arn = (name: string) => this.arns.get(name) ?? name;
    return {
      ...declared,
      Material: {
        ...Material,
        WrappingKey: arn(WrappingKey),
        WrappedKey: WrappedKey.Service === 'SECRETS_MANAGER' ? { ...WrappedKey, SecretArn: arn(WrappedKey.SecretArn) } : WrappedKey,
      },
    };
  }

  async do(deed: CustodianDeed): Promise<void> {
    this.haveTakenAway ||= deed.startsWith('delete');
    for (const { name } of KEPT) {
      switch (deed) {
        case 'delete the secrets': await this.ask('secretsmanager.DeleteSecret', { SecretId: name, RecoveryWindowInDays: 7 }); break;
        case 'restore the secrets': await this.ask('secretsmanager.RestoreSecret', { SecretId: name }); break;
        case 'label another version': await this.ask('secretsmanager.UpdateSecretVersionStage', {
          SecretId: name, VersionStage: 'AWSCURRENT', RemoveFromVersionId: versionId(4), MoveToVersionId: versionId(1),
        }); break;
        case 'store another version': await this.ask('secretsmanager.PutSecretValue', {
          SecretId: name, SecretString: 'something else', ClientRequestToken: versionId(5),
        }); break;
        case 'delete the parameters': await this.ask('AmazonSSM.DeleteParameter', { Name: `/${name}` });
      }
    }
  }

  /** What was done before cannot be done again; then nothing happens. */
  private async ask(target: string, input: object): Promise<void> {
    await this.emulator.handle({ target, region: REGION, body: JSON.stringify(input), accessKeyId: ACCESS_KEY_OF_OTHERS });
  }
}

/** So many characters of a key in a row are no coincidence. */
const LONGEST_COINCIDENCE = 15;
const HEXADECIMAL = new RegExp(`[0-9A-Fa-f]{${LONGEST_COINCIDENCE + 1},}`, 'g');

const windows = (text: string) => Array.from(
  { length: Math.max(0, text.length - LONGEST_COINCIDENCE) }, (_, at) => text.slice(at, at + LONGEST_COINCIDENCE + 1));

interface Material {
  readonly what: string;
  readonly bytes: Buffer;
}

const ALL_MATERIAL: readonly Material[] = [
  { what: 'the wrapping key', bytes: PROTECTION },
  ...[...CLEAR_KEYS].flatMap(([name, keys]) => keys.map((key, number) => ({ what: `key ${number} of ${name}`, bytes: key }))),
  ...KEPT.flatMap(({ name, blocks }) => blocks.map((block, number) =>
    ({ what: `block ${number} of ${name}`, bytes: Buffer.from(parseKeyBlock(block).bodyText, 'hex') }))),
];
const BY_WINDOW: ReadonlyMap<string, string> = new Map(ALL_MATERIAL.flatMap(({ what, bytes: all }) =>
  windows(all.toString('hex').toUpperCase()).map(part => [part, what] as const)));
const IN_BASE64 = ALL_MATERIAL.map(one => [one.bytes.toString('base64').replace(/=+$/, ''), one.what] as const);

/**
 * Which keys and wrapped keys stand in a text, in whole or in part. The headers of key blocks are public. Only what looks like
 * hexadecimal is compared part by part, since most of what a life writes down does not.
 */
export function materialIn(text: string): ReadonlySet<string> {
  const parts = (text.match(HEXADECIMAL) ?? []).flatMap(run => windows(run.toUpperCase())).flatMap(part => BY_WINDOW.get(part) ?? []);
  return new Set([...parts, ...IN_BASE64.flatMap(([encoded, what]) => text.includes(encoded) ? [what] : [])]);
}
