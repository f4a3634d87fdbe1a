import { KeyCreation, KeyTraits } from '../control-plane/port';

/*
 * CreateKey as the API spells it, and what it shares with ImportKey.
 */

export function createKeyInput(creation: KeyCreation): object {
  return {
    KeyAttributes: keyAttributes(creation),
    Exportable: creation.exportable,
    Enabled: creation.enabled,
    KeyCheckValueAlgorithm: creation.keyCheckValueAlgorithm,
    DeriveKeyUsage: creation.deriveKeyUsage,
    ReplicationRegions: creation.replicationRegions,
    Tags: tagList(creation.tags),
  };
}

export function keyAttributes({ usage, keyClass, algorithm, modesOfUse }: KeyTraits) {
  return { KeyUsage: usage, KeyClass: keyClass, KeyAlgorithm: algorithm, KeyModesOfUse: Object.fromEntries(modesOfUse.map(mode => [mode, true])) };
}

export const tagList = (tags: ReadonlyMap<string, string>) => [...tags].map(([name, value]) => ({ Key: name, Value: value }));
