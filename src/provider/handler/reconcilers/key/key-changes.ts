import { KeyMemory } from './memory';
import { ownedRegions, regionsTag } from './region-ownership';
import { RegionDifferences, regionDifferences, removable } from './replication';
import { KeyProperties } from '../../../contract/multi-region-payment-key';
import { REPLICATION_REGIONS_TAG } from '../../../contract/ownership-tags';
import { ControlPlane, Key } from '../../control-plane/port';
import { Task } from '../turn';
import { Change } from '../change';

/** Looks at a replica that is being deleted, before adding its Region again is tried without waiting for the entry to vanish. */
const LOOKS_BEFORE_ADDING_ANYWAY = 6;

/** One difference between the primary and its declaration, and the call that ends it. */
export interface KeyChange extends Change {
  readonly secondsUntilLook: number;
  /** What is known once the call was made. */
  readonly learnt?: Partial<KeyMemory>;
}

/** Reads which replicas are ours, before Regions are added or removed. */
export async function withOwnedRegions(task: Task<KeyProperties>, memory: KeyMemory, plane: ControlPlane, key: Key): Promise<KeyMemory> {
  const { missing, leaving, surplus } = regionDifferences(task.declared, key);
  return memory.owned || missing.length + leaving.length + surplus.length === 0
    ? memory
    : { ...memory, owned: ownedRegions(await plane.listTags(key.keyArn)) };
}

/** The next change that the primary needs; `undefined` when it is as declared. */
export function nextKeyChange(task: Task<KeyProperties>, memory: KeyMemory, plane: ControlPlane, key: Key): KeyChange | undefined {
  return enablement(task, plane, key) ?? regionChange(task, memory, plane, key);
}

function enablement({ declared }: Task<KeyProperties>, plane: ControlPlane, { keyArn, enabled }: Key): KeyChange | undefined {
  if (declared.Enabled === enabled) { return undefined; }
  return {
    what: declared.Enabled ? 'the key to be enabled' : 'the key to be disabled',
    call: () => declared.Enabled ? plane.startKeyUsage(keyArn) : plane.stopKeyUsage(keyArn),
    secondsUntilLook: 1,
  };
}

function regionChange({ declared }: Task<KeyProperties>, memory: KeyMemory, plane: ControlPlane, key: Key): KeyChange | undefined {
  const { keyArn } = key;
  const differences = regionDifferences(declared, key);
  const owned = memory.owned ?? [];
  const remove = removable(differences.surplus, owned, declared, key, memory.made === keyArn);
  if (remove.length > 0) {
    return {
      what: `removal from ${remove.join(', ')}`,
      call: () => plane.removeKeyReplicationRegions(keyArn, remove),
      secondsUntilLook: 1,
    };
  }
  const add = toAdd(differences, memory);
  return recording(keyArn, owned, [...owned.filter(region => declared.ReplicationRegions?.includes(region)), ...add], memory, plane)
    ?? (add.length === 0 ? undefined : {
      what: `replication to ${add.join(', ')}`,
      call: () => plane.addKeyReplicationRegions(keyArn, add),
      // Nobody knows how the service refuses to add a Region that it is still deleting.
      passing: differences.leaving.length > 0 ? ['conflict', 'invalid'] : undefined,
      secondsUntilLook: 2,
      learnt: { looks: 0, failing: undefined },
    });
}

function toAdd({ missing, leaving }: RegionDifferences, { looks = 0 }: KeyMemory): string[] {
  return looks < LOOKS_BEFORE_ADDING_ANYWAY ? missing : [...missing, ...leaving];
}

function recording(keyArn: string, owned: string[], regions: string[], memory: KeyMemory, plane: ControlPlane): KeyChange | undefined {
  const next = [...new Set(regions)];
  if (!memory.owned || (next.length === owned.length && next.every(region => owned.includes(region)))) { return undefined; }
  return {
    what: 'the replication Regions to be recorded on the key',
    call: () => next.length > 0 ? plane.tagKey(keyArn, regionsTag(next)) : plane.untagKey(keyArn, [REPLICATION_REGIONS_TAG]),
    secondsUntilLook: 0,
    learnt: { owned: next },
  };
}
