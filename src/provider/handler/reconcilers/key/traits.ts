import { asksForOtherMaterial } from './material/identity';
import { KeyProperties } from '../../../contract/multi-region-payment-key';
import { Key, KeyTraits } from '../../control-plane/port';

/*
 * What is immutable in the service. A difference in it calls for another key, with other material.
 */

export function declaredTraits(declared: KeyProperties): KeyTraits {
  return {
    usage: declared.KeyUsage,
    keyClass: declared.KeyClass,
    algorithm: declared.KeyAlgorithm,
    modesOfUse: declared.KeyModesOfUse,
    exportable: declared.Exportable,
  };
}

export function sameTraits(one: KeyTraits, other: KeyTraits): boolean {
  return unequal(compared(one, other)).length === 0;
}

/**
 * How this key differs from what is declared, for people; empty if it can become what is declared. Only a difference that
 * was seen counts, not one that the service does not report or spells in another way (it prints SHA-1 for SHA_1).
 */
export function traitDifferences(key: Key, declared: KeyProperties): readonly string[] {
  const { keyCheckValueAlgorithm, deriveKeyUsage } = key;
  return unequal([
    ...compared(key, declaredTraits(declared)),
    ['keyCheckValueAlgorithm', spelled(keyCheckValueAlgorithm), spelled(declared.KeyCheckValueAlgorithm ?? keyCheckValueAlgorithm)],
    ['deriveKeyUsage', deriveKeyUsage, deriveKeyUsage && declared.DeriveKeyUsage],
  ]).map(([name, is, asked]) => `${name} is ${is}, declared is ${asked ?? 'none'}`);
}

/** Whether the template asks for another key than before. If not, a key that differs was not made different by the template. */
export function asksForAnother(declared: KeyProperties, previous: KeyProperties | undefined): boolean {
  return previous === undefined
    || !sameTraits(declaredTraits(declared), declaredTraits(previous))
    || declared.KeyCheckValueAlgorithm !== previous.KeyCheckValueAlgorithm
    || declared.DeriveKeyUsage !== previous.DeriveKeyUsage
    || asksForOtherMaterial(declared, previous);
}

/** What it is, as text, of the one and of the other. */
type Compared = ReadonlyArray<readonly [name: string, one: string | undefined, other: string | undefined]>;

function compared(one: KeyTraits, other: KeyTraits): Compared {
  return [
    ['usage', one.usage, other.usage],
    ['class', one.keyClass, other.keyClass],
    ['algorithm', one.algorithm, other.algorithm],
    ['modesOfUse', inOrder(one.modesOfUse), inOrder(other.modesOfUse)],
    // Public keys have no exportability of their own: only imports of wrapped keys are given one.
    ...one.keyClass === 'PUBLIC_KEY' ? [] : [['exportable', String(one.exportable), String(other.exportable)] as const],
  ];
}

function unequal(texts: Compared): Compared {
  return texts.filter(([, one, other]) => one !== other);
}

const inOrder = (modes: readonly string[]) => [...modes].sort().join(' ');
const spelled = (algorithm: string | undefined) => algorithm?.replace('-', '_');
