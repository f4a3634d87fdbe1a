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
 * key, with other material: only a difference that was seen counts, not one that the service does not report
 * or spells in another way (it prints SHA-1 for SHA_1).
 */
export function canBecome(key: Key, declared: KeyProperties): boolean {
  return sameTraits(key, declaredTraits(declared))
    && [undefined, spelled(key.keyCheckValueAlgorithm)].includes(spelled(declared.KeyCheckValueAlgorithm))
    && [undefined, declared.DeriveKeyUsage].includes(key.deriveKeyUsage);
}

/** Whether the template asks for another key than before. If not, a key that differs was not made different by the template. */
export function asksForAnother(declared: KeyProperties, previous: KeyProperties | undefined): boolean {
  return previous === undefined
    || !sameTraits(declaredTraits(declared), declaredTraits(previous))
    || declared.KeyCheckValueAlgorithm !== previous.KeyCheckValueAlgorithm
    || declared.DeriveKeyUsage !== previous.DeriveKeyUsage;
}

/** The first difference that people can act on. */
export function differenceText(key: Key, declared: KeyProperties): string {
  const live = { usage: key.usage, algorithm: key.algorithm, modesOfUse: key.modesOfUse.join(' '), exportable: String(key.exportable) };
  const { usage, algorithm, modesOfUse, exportable } = declaredTraits(declared);
  const asked: Record<string, string> = { usage, algorithm, modesOfUse: modesOfUse.join(' '), exportable: String(exportable) };
  return Object.entries(live).filter(([name, value]) => asked[name] !== value).map(([name, value]) => `${name} is ${value}, declared is ${asked[name]}`).join('; ');
}

const spelled = (algorithm: string | undefined) => algorithm?.replace('-', '_');
