/**
 * Keys that come with a request: used once and never stored. The key that the request names unwraps them. A key block
 * of TR-31 needs a key encryption key, and a key that both sides derive needs a key pair for key agreement.
 */
import { AgreementInput, agreeWith } from '../agreed-keys';
import { invalid } from '../errors';
import { modesOf } from '../key-attributes';
import { keyCheckValue, keyCheckValueAlgorithms } from '../key-check-value';
import { KeyMaterial } from '../key-material';
import { arnOf } from '../key-record';
import { findKey } from '../lookup';
import { importTr31 } from '../operations/imports/key-blocks';
import { refusing } from '../refusals';
import { Context } from '../service';
import { KeyAlgorithm, KeyCheckValueAlgorithm } from '../shapes';
import { memberOf } from './union';
import { checkAlgorithm, checkAttributes, Requirement, usableKey, UsableKey } from './usable-key';

/** As a request carries it. */
export interface WrappedKey {
  /** A union. */
  readonly WrappedKeyMaterial: object;
  readonly KeyCheckValueAlgorithm?: KeyCheckValueAlgorithm;
}

interface Unwrapped {
  readonly material: KeyMaterial;
  readonly algorithm: KeyAlgorithm;
}

type Unwrap<Value> = (context: Context, identifier: string, value: Value, requirement: Requirement) => Unwrapped;

type DerivedKeyInput = Omit<AgreementInput, 'PrivateKeyIdentifier' | 'DeriveKeyAlgorithm' | 'DerivationData'> & {
  readonly KeyAlgorithm: KeyAlgorithm;
  readonly SharedInformation: string;
};

/** By member of WrappedKeyMaterial. */
const UNWRAPPINGS: Readonly<Record<string, Unwrap<never>>> = {
  Tr31KeyBlock: (context, identifier, block: string, requirement) => {
    const { attributes, material } = importTr31(context, { WrappingKeyIdentifier: identifier, WrappedKeyBlock: block });
    const algorithm = attributes.KeyAlgorithm;
    checkAttributes('The key in the key block', { usage: attributes.KeyUsage, algorithm, modes: modesOf(attributes) }, requirement);
    return { material, algorithm };
  },
  DiffieHellmanSymmetricKey: (context, identifier, { KeyAlgorithm: algorithm, SharedInformation, ...input }: DerivedKeyInput, requirement) => {
    checkAlgorithm('The derived key', algorithm, requirement);
    const exchange = { ...input, PrivateKeyIdentifier: identifier, DeriveKeyAlgorithm: algorithm, DerivationData: { SharedInformation } };
    const { secret } = agreeWith(context, exchange, requirement.usages);
    return { material: { secret }, algorithm };
  },
};

/** The check value of a key that the service does not keep. */
export function checkValueOf(material: KeyMaterial, algorithm: KeyAlgorithm, chosen?: KeyCheckValueAlgorithm): string {
  const [byDefault, ...others] = keyCheckValueAlgorithms(algorithm);
  if (chosen !== undefined && ![byDefault, ...others].includes(chosen)) {
    throw invalid(`KeyCheckValueAlgorithm ${chosen} is not valid for KeyAlgorithm ${algorithm}.`);
  }
  return keyCheckValue(material, algorithm, chosen ?? byDefault);
}

function unwrappedKey(context: Context, identifier: string, wrapped: WrappedKey, requirement: Requirement): UsableKey {
  const { name, value } = memberOf<never>(wrapped.WrappedKeyMaterial);
  const { material, algorithm } = refusing(() => UNWRAPPINGS[name](context, identifier, value, requirement));
  const wrapping = findKey(context, identifier);
  return {
    arn: arnOf(wrapping),
    keyCheckValue: context.service.options.switches.checkValueOfWrappedKey === 'WRAPPING'
      ? wrapping.record.keyCheckValue
      : checkValueOf(material, algorithm, wrapped.KeyCheckValueAlgorithm),
    algorithm,
    material,
  };
}

/** The key that an identifier names; with a wrapped key, the key inside it, which the named one unwraps. */
export function keyFor(context: Context, identifier: string, wrapped: WrappedKey | undefined, requirement: Requirement): UsableKey {
  return wrapped === undefined ? usableKey(context, identifier, requirement) : unwrappedKey(context, identifier, wrapped, requirement);
}
