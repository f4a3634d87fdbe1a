import { ManagedKeyProperties } from '../../../contract/multi-region-payment-key';
import { REPLICATION_REGIONS_TAG } from '../../../contract/ownership-tags';
import { Key } from '../../control-plane/port';

/**
 * Which replicas are ours stands in a tag of the key: written before a Region is added, so that a replica that
 * others made is never taken for ours, not even by the rollback of an update that named its Region.
 */
export function regionsTag(regions: readonly string[]): Record<string, string> {
  return regions.length === 0 ? {} : { [REPLICATION_REGIONS_TAG]: regions.join(' ') };
}

export function ownedRegions(tags: Record<string, string>): string[] {
  return (tags[REPLICATION_REGIONS_TAG] ?? '').split(' ').filter(region => region !== '');
}

/** An empty list means nowhere, whatever the account's defaults gave; otherwise only what is ours is taken away. */
export function removable(surplus: readonly string[], owned: readonly string[], declared: ManagedKeyProperties, key: Key, made: boolean): string[] {
  const givenByDefault = declared.ReplicationRegions?.length === 0 && (made || key.usesDefaultReplicationRegions);
  return surplus.filter(region => givenByDefault || owned.includes(region));
}
