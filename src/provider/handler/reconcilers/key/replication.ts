import { KeyProperties } from '../../../contract/multi-region-payment-key';
import { Key } from '../../control-plane/port';

export interface RegionDifferences {
  readonly missing: string[];
  /** Declared, but still being deleted: can be added only when that has ended. */
  readonly leaving: string[];
  /** On the key, but not declared. */
  readonly surplus: string[];
}

/** How the declared Regions differ from those of the key as it is. No list leaves them alone. */
export function regionDifferences(declared: KeyProperties, key: Key): RegionDifferences {
  const regions = declared.ReplicationRegions;
  if (regions === undefined) { return { missing: [], leaving: [], surplus: [] }; }
  const isLeaving = (region: string) => key.replication[region]?.status === 'DELETE_IN_PROGRESS';
  return {
    missing: regions.filter(region => !(region in key.replication)),
    leaving: regions.filter(isLeaving),
    surplus: Object.keys(key.replication).filter(region => !regions.includes(region) && !isLeaving(region)),
  };
}

/** An empty list means nowhere, whatever the account's defaults gave; otherwise only what is ours is taken away. */
export function removable(surplus: readonly string[], owned: readonly string[], declared: KeyProperties, key: Key, made: boolean): string[] {
  const givenByDefault = declared.ReplicationRegions?.length === 0 && (made || key.usesDefaultReplicationRegions);
  return surplus.filter(region => givenByDefault || owned.includes(region));
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
