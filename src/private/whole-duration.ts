import { Duration } from 'aws-cdk-lib/core';
import { PaymentKeyError } from './errors';
import { REPLICATION_TIMEOUT } from '../provider/contract/timeout';

interface Range {
  readonly least: number;
  readonly most: number;
  readonly standard: number;
}

/** How many whole days or minutes a property of a construct says. */
export function whole(
  path: string, error: string, property: string, unit: 'days' | 'minutes', { least, most, standard }: Range, given: Duration | undefined,
): number {
  if (given === undefined) { return standard; }
  if (given.isUnresolved()) { throw new PaymentKeyError(error, `${path}: ${property} must be known when the template is made, but is a token. Write a number of whole ${unit}`); }
  const inUnit = unit === 'days' ? given.toDays({ integral: false }) : given.toMinutes({ integral: false });
  if (!Number.isInteger(inUnit) || inUnit < least || inUnit > most) {
    throw new PaymentKeyError(error, `${path}: ${property} must be ${least} to ${most} whole ${unit}, but is ${given.toHumanString()}`);
  }
  return inUnit;
}

/** The property that all resources share which wait for replicas. */
export function replicationTimeoutInMinutes(path: string, given: Duration | undefined): number {
  return whole(path, 'InvalidReplicationTimeout', 'replicationTimeout', 'minutes', REPLICATION_TIMEOUT, given);
}
