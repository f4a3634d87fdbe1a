import { invalid } from '../errors';
import { keyCheckValue } from '../key-check-value';
import { arnOf, KeyInRegion } from '../key-record';
import { findKey, requireState, requireUsable } from '../lookup';
import { refusing } from '../refusals';
import { Context } from '../service';
import { KeyCheckValueAlgorithm } from '../shapes';
import { exportAs2805Cryptogram, exportRsaCryptogram } from './exports/cryptograms';
import { Export } from './exports/export';
import { dukptInitialKey, ExportedKey, keyToExport } from './exports/exported-key';
import { exportAgreedTr31, exportTr31, exportTr34 } from './exports/key-blocks';
import { checkKeyCheckValueAlgorithm } from './new-key';
import { Operations } from './operation';

interface ExportKeyInput {
  /** A union: it has one member. */
  readonly KeyMaterial: Readonly<Record<string, object>>;
  readonly ExportKeyIdentifier: string;
  readonly ExportAttributes?: {
    readonly KeyCheckValueAlgorithm?: KeyCheckValueAlgorithm;
    readonly ExportDukptInitialKey?: { readonly KeySerialNumber: string };
  };
}

const EXPORTS: Readonly<Record<string, Export>> = {
  Tr31KeyBlock: exportTr31,
  Tr34KeyBlock: exportTr34,
  KeyCryptogram: exportRsaCryptogram,
  DiffieHellmanTr31KeyBlock: exportAgreedTr31,
  As2805KeyCryptogram: exportAs2805Cryptogram,
};

function findExportable(context: Context, identifier: string): KeyInRegion {
  const { switches } = context.service.options;
  const key = findKey(context, identifier);
  if (key.replica !== undefined && switches.exportFromReplica !== 'accepted') throw invalid(`${arnOf(key)} is a replica. Export its primary.`);
  if (switches.exportOfDisabledKey === 'accepted') requireState(key, 'CREATE_COMPLETE');
  else requireUsable(key);
  if (!key.record.exportable) throw invalid(`Key ${arnOf(key)} is not exportable.`);
  return key;
}

function contentOf(context: Context, key: KeyInRegion, attributes: ExportKeyInput['ExportAttributes']): ExportedKey {
  const { secret } = key.record.material;
  if (secret === undefined) throw invalid(`${arnOf(key)} is not a symmetric key: only symmetric keys can be exported.`);
  const content = keyToExport(context, key.record, secret);
  const serialNumber = attributes?.ExportDukptInitialKey?.KeySerialNumber;
  return serialNumber === undefined ? content : dukptInitialKey(content, serialNumber);
}

function exportKey(context: Context, input: ExportKeyInput): object {
  const key = findExportable(context, input.ExportKeyIdentifier);
  const content = contentOf(context, key, input.ExportAttributes);
  const algorithm = input.ExportAttributes?.KeyCheckValueAlgorithm ?? key.record.keyCheckValueAlgorithm;
  checkKeyCheckValueAlgorithm(content.attributes, algorithm);
  const [[member, given]] = Object.entries(input.KeyMaterial);
  const wrapped = refusing(() => EXPORTS[member](context, content, given as never));
  return {
    WrappedKey: {
      ...wrapped,
      KeyCheckValue: keyCheckValue({ secret: content.secret }, content.attributes.KeyAlgorithm, algorithm),
      KeyCheckValueAlgorithm: algorithm,
    },
  };
}

export const exportKeyOperations: Operations = { ExportKey: exportKey };
