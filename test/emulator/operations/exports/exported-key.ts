import { initialKey as aesInitialKey } from '../../cryptography/dukpt-aes';
import { initialKey as tdesInitialKey } from '../../cryptography/dukpt-tdes';
import { invalid } from '../../errors';
import { modesOf } from '../../key-attributes';
import { KeyBlockHeader, KeyBlockVersion, OptionalBlocks } from '../../key-block';
import { headerFromAttributes } from '../../key-block-attributes';
import { KeyRecord } from '../../key-record';
import { Context } from '../../service';
import { KeyAttributes, ModeOfUse } from '../../shapes';

/** What a request wants in the header of an exported key, where it is not to be that of the key. */
export interface KeyBlockHeaders {
  readonly KeyModesOfUse?: Partial<Record<ModeOfUse, boolean>>;
  readonly KeyExportability?: 'EXPORTABLE' | 'NON_EXPORTABLE' | 'SENSITIVE';
  readonly KeyVersion?: string;
  readonly OptionalBlocks?: Readonly<Record<string, string>>;
}

/** A key on its way out: what goes into the block, and what its header says without a request's wishes. */
export interface ExportedKey {
  readonly attributes: KeyAttributes;
  readonly secret: Buffer;
  readonly usageCode?: string;
  readonly exportability: string;
  readonly keyVersion: string;
  readonly optionalBlocks: OptionalBlocks;
}

export function keyToExport({ service }: Context, record: KeyRecord, secret: Buffer): ExportedKey {
  const { switches } = service.options;
  const { exportability = switches.exportabilityOfExportedKey, keyVersion = '00', optionalBlocks } = record.importedHeader ?? {};
  const kept = switches.optionalBlocksOnExport === 'kept' ? optionalBlocks : undefined;
  return { attributes: record.attributes, secret, exportability, keyVersion, optionalBlocks: kept ?? new Map() };
}

/** Of X9.143: the initial key of a DUKPT device. The API has no such usage, so no key of the service has it. */
const INITIAL_KEY_USAGE = 'B1';

/** The initial key that a device with this serial number gets from a base derivation key. */
export function dukptInitialKey(key: ExportedKey, keySerialNumber: string): ExportedKey {
  const { KeyUsage, KeyAlgorithm } = key.attributes;
  if (KeyUsage !== 'TR31_B0_BASE_DERIVATION_KEY') throw invalid(`ExportDukptInitialKey needs a base derivation key, not one of KeyUsage ${KeyUsage}.`);
  const family = KeyAlgorithm === 'TDES_2KEY'
    ? { digits: 20, derive: tdesInitialKey }
    : { digits: 24, derive: aesInitialKey };
  if (KeyAlgorithm === 'TDES_3KEY') throw invalid('A key of TDES_3KEY does not derive DUKPT initial keys.');
  if (keySerialNumber.length !== family.digits) {
    throw invalid(`The KeySerialNumber of a key of ${KeyAlgorithm} has ${family.digits} hexadecimal digits, not ${keySerialNumber.length}.`);
  }
  const attributes = { ...key.attributes, KeyModesOfUse: { DeriveKey: true } };
  return {
    attributes,
    secret: family.derive(key.secret, Buffer.from(keySerialNumber, 'hex')),
    usageCode: INITIAL_KEY_USAGE,
    // As in the guide's example B0096B1TX00S0000.
    exportability: 'S',
    keyVersion: '00',
    optionalBlocks: new Map(),
  };
}

/** From what may be exported freely to what may not. */
const EXPORTABILITIES = ['E', 'S', 'N'];
const EXPORTABILITY_CODES = { EXPORTABLE: 'E', SENSITIVE: 'S', NON_EXPORTABLE: 'N' } as const;

function narrowedExportability({ exportability }: ExportedKey, wanted: KeyBlockHeaders['KeyExportability']): string {
  if (wanted === undefined) return exportability;
  const code = EXPORTABILITY_CODES[wanted];
  if (EXPORTABILITIES.indexOf(code) < EXPORTABILITIES.indexOf(exportability)) {
    throw invalid(`KeyExportability ${wanted} is less restrictive than ${exportability} of the key.`);
  }
  return code;
}

function narrowedModes({ attributes }: ExportedKey, wanted: KeyBlockHeaders['KeyModesOfUse']): KeyAttributes {
  if (wanted === undefined) return attributes;
  const present = modesOf(attributes);
  const more = modesOf({ ...attributes, KeyModesOfUse: wanted }).filter(mode => !present.includes(mode));
  if (more.length > 0 && !present.includes('NoRestrictions')) throw invalid(`KeyModesOfUse ${more.join(', ')} are not modes of the key.`);
  return { ...attributes, KeyModesOfUse: wanted };
}

/** Written by whoever makes the block. */
const OWN_BLOCKS = ['HM', 'PB'];

function withBlocks({ optionalBlocks }: ExportedKey, wanted: KeyBlockHeaders['OptionalBlocks'] = {}): OptionalBlocks {
  const own = Object.keys(wanted).find(id => OWN_BLOCKS.includes(id));
  if (own !== undefined) throw invalid(`Optional block ${own} is added by the service.`);
  return new Map([...optionalBlocks, ...Object.entries(wanted)]);
}

/** The header under which a key leaves. A request may only make it more restrictive, and add to it. */
export function exportHeader(key: ExportedKey, version: KeyBlockVersion, wanted: KeyBlockHeaders = {}): KeyBlockHeader {
  const header = headerFromAttributes({
    version,
    attributes: narrowedModes(key, wanted.KeyModesOfUse),
    exportability: narrowedExportability(key, wanted.KeyExportability),
    keyVersion: wanted.KeyVersion ?? key.keyVersion,
    optionalBlocks: withBlocks(key, wanted.OptionalBlocks),
  });
  return { ...header, usage: key.usageCode ?? header.usage };
}
