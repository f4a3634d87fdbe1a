/**
 * Keys as operations of the data plane use them: found by ARN or alias, in the primary Region and in those
 * of replicas alike, and refused unless they exist there, are enabled, and may be used for the operation.
 */
import { CipherKey } from '../cryptography/block-cipher';
import { invalid, ServiceError } from '../errors';
import { modesOf } from '../key-attributes';
import { cipherKeyOf } from '../key-cipher';
import { KeyMaterial } from '../key-material';
import { arnOf, KeyInRegion } from '../key-record';
import { findKey } from '../lookup';
import { Context } from '../service';
import { KeyAlgorithm, ModeOfUse } from '../shapes';

/** What an operation asks of a key. */
export interface Requirement {
  /** As the service names them, without what follows the code: `TR31_C0`. */
  readonly usages: readonly string[];
  readonly algorithms: readonly KeyAlgorithm[];
  readonly mode: ModeOfUse;
  /** NoRestrictions permits every mode, where this does not say otherwise. */
  readonly noRestrictions?: 'refused';
}

export interface UsableKey {
  readonly arn: string;
  readonly keyCheckValue: string;
  readonly algorithm: KeyAlgorithm;
  readonly material: KeyMaterial;
}

/** The secret of a symmetric key. */
export const secretOf = ({ material }: UsableKey): Buffer => material.secret!;

export const cipherOf = ({ material, algorithm }: UsableKey): CipherKey => cipherKeyOf(material, algorithm);

/** The key as most answers name it. */
export const named = ({ arn, keyCheckValue }: UsableKey): { KeyArn: string; KeyCheckValue: string } =>
  ({ KeyArn: arn, KeyCheckValue: keyCheckValue });

function unusable({ service }: Context, identifier: string, message: string): ServiceError {
  const { unusableKey: type } = service.options.switches;
  return new ServiceError(type, message, type === 'ResourceNotFoundException' ? { ResourceId: identifier } : {});
}

/** A replica has the state of its primary from the moment of its first synchronization. */
function checkState(context: Context, identifier: string, { record, replica, region }: KeyInRegion): void {
  const arn = arnOf({ record, region });
  const usage = replica === undefined ? record.usage : replica.copy;
  if (record.state !== 'CREATE_COMPLETE' || usage === undefined) throw unusable(context, identifier, `Key ${arn} is not in CREATE_COMPLETE state.`);
  if (!usage.enabled) throw unusable(context, identifier, `Key ${arn} is disabled.`);
}

export interface GivenAttributes {
  readonly usage: string;
  readonly algorithm: KeyAlgorithm;
  readonly modes: readonly ModeOfUse[];
}

export function checkAlgorithm(what: string, algorithm: KeyAlgorithm, { algorithms }: Requirement): void {
  if (!algorithms.includes(algorithm)) throw invalid(`${what} has KeyAlgorithm ${algorithm}, allowed are ${algorithms.join(', ')}.`);
}

/** Says of a key what does not fit, wherever it comes from. */
export function checkAttributes(what: string, given: GivenAttributes, requirement: Requirement): void {
  const { usages, mode, noRestrictions } = requirement;
  if (!usages.includes(given.usage.slice(0, 7))) {
    throw invalid(`KeyUsages not allowed: ${what} has KeyUsage ${given.usage}, allowed are ${usages.join(', ')}.`);
  }
  checkAlgorithm(what, given.algorithm, requirement);
  if (given.modes.includes('NoRestrictions') ? noRestrictions === 'refused' : !given.modes.includes(mode)) {
    throw invalid(`KeyUsages not allowed: ${what} must have mode of use ${mode}, it has ${given.modes.join(', ')}.`);
  }
}

export function usableKey(context: Context, identifier: string, requirement: Requirement): UsableKey {
  const key = findKey(context, identifier);
  checkState(context, identifier, key);
  const { attributes, material, keyCheckValue } = key.record;
  const arn = arnOf(key);
  checkAttributes(`Key ${arn}`, { usage: attributes.KeyUsage, algorithm: attributes.KeyAlgorithm, modes: modesOf(attributes) }, requirement);
  return { arn, keyCheckValue, algorithm: attributes.KeyAlgorithm, material };
}
