import { KeyProperties } from '../../../contract/multi-region-payment-key';
import { Key, KeyTraits } from '../../control-plane/port';

export function declaredTraits(declared: KeyProperties): KeyTraits {
  return {
    usage: declared.KeyUsage,
    keyClass: declared.KeyClass,
    algorithm: declared.KeyAlgorithm,
    modesOfUse: declared.KeyModesOfUse,
    exportable: declared.Exportable,
  };
}

export function sameTraits(a: KeyTraits, b: KeyTraits): boolean {
  return a.usage === b.usage && a.keyClass === b.keyClass && a.algorithm === b.algorithm && a.exportable === b.exportable
    && [...a.modesOfUse].sort().join() === [...b.modesOfUse].sort().join();
}

/**
 * Whether this key can be what is declared. What is immutable in the service and differs calls for another
 * key, with other material: only a difference that was seen counts, not one that the service does not report.
 */
export function canBecome(key: Key, declared: KeyProperties, previous: KeyProperties | undefined): boolean {
  return sameTraits(key, declaredTraits(declared))
    && (declared.KeyCheckValueAlgorithm ?? key.keyCheckValueAlgorithm) === key.keyCheckValueAlgorithm
    && (key.deriveKeyUsage ?? previous?.DeriveKeyUsage) === declared.DeriveKeyUsage;
}
