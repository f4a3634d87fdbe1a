import { KeyProperties } from '../../../contract/multi-region-payment-key';
import { Key } from '../../control-plane/port';
import { Task } from '../turn';

export interface RegionChanges {
  readonly add: string[];
  readonly remove: string[];
  /** Declared, but still being deleted: can be added only when that has ended. */
  readonly blocked: string[];
  /** On the key, but never named by this declaration: they stay. */
  readonly foreign: string[];
}

/**
 * What the declared Regions ask of the key as it is. No list leaves them alone; an empty list means nowhere,
 * whatever the account's defaults gave; otherwise only Regions that an earlier declaration named are taken away.
 */
export function regionChanges(task: Task<KeyProperties>, key: Key, madeByThisRequest: boolean): RegionChanges {
  const declared = task.declared.ReplicationRegions;
  if (declared === undefined) { return { add: [], remove: [], blocked: [], foreign: [] }; }
  const leaving = (region: string) => key.replication[region]?.status === 'DELETE_IN_PROGRESS';
  const surplus = Object.keys(key.replication).filter(region => !declared.includes(region) && !leaving(region));
  const ours = new Set(task.previous?.ReplicationRegions);
  const givenByDefault = declared.length === 0 && (madeByThisRequest || key.usesDefaultReplicationRegions);
  return {
    add: declared.filter(region => !(region in key.replication)),
    remove: surplus.filter(region => ours.has(region) || givenByDefault),
    blocked: declared.filter(leaving),
    foreign: surplus.filter(region => !ours.has(region) && !givenByDefault),
  };
}

/** The declared Regions and their states, for people: `us-west-2 IN_PROGRESS, eu-west-1 SYNCHRONIZED`. */
export function replicationStates(regions: readonly string[], key: Key): string {
  return regions.map(region => `${region} ${key.replication[region]?.status ?? 'not replicated'}`).join(', ');
}

export function regionsIn(status: string, regions: readonly string[], key: Key): string[] {
  return regions.filter(region => key.replication[region]?.status === status);
}

export function failureText(regions: readonly string[], key: Key): string {
  const details = regions.map(region => `${region} (${key.replication[region]?.message ?? 'the service gives no reason'})`).join(', ');
  return `replication FAILED in ${details}. The role of the provider's function needs payment-cryptography:CreateKey in `
    + 'these Regions, unrestricted by service control policies, and the account must have them enabled. Then deploy again; '
    + 'on an existing key, first deploy without the Region, so that the service forgets its failure';
}
