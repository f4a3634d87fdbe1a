import { KeyMemory } from './memory';
import { ownedRegions, regionsTag, removable } from './region-ownership';
import { ManagedKeyProperties } from '../../../contract/multi-region-payment-key';
import { REPLICATION_REGIONS_TAG } from '../../../contract/ownership-tags';
import { ControlPlane, Key } from '../../control-plane/port';
import { Change } from '../change';
import { nextRegionStep, regionDifferences, WAITING_ANEW } from '../replication';
import { Task } from '../turn';

/** One difference between the primary and its declaration, and the call that ends it. */
export interface KeyChange extends Change {
  readonly secondsUntilLook: number;
  /** What is known once the call was made. */
  readonly learnt?: Partial<KeyMemory>;
}

/** Reads which replicas are ours, before Regions are added or removed. */
export async function withOwnedRegions(task: Task<ManagedKeyProperties>, memory: KeyMemory, plane: ControlPlane, key: Key): Promise<KeyMemory> {
  const { missing, leaving, surplus } = regionDifferences(task.declared, key);
  return memory.owned || missing.length + leaving.length + surplus.length === 0
    ? memory
    : { ...memory, owned: ownedRegions(await plane.listTags(key.keyArn)) };
}

/** The next change that the primary needs; `undefined` when it is as declared. */
export function nextKeyChange(task: Task<ManagedKeyProperties>, memory: KeyMemory, plane: ControlPlane, key: Key): KeyChange | undefined {
  return enablement(task, plane, key) ?? regionChange(task, memory, plane, key);
}

function enablement({ declared }: Task<ManagedKeyProperties>, plane: ControlPlane, { keyArn, enabled }: Key): KeyChange | undefined {
  if (declared.Enabled === undefined || declared.Enabled === enabled) { return undefined; }
  return {
    what: declared.Enabled ? 'the key to be enabled' : 'the key to be disabled',
    call: () => declared.Enabled ? plane.startKeyUsage(keyArn) : plane.stopKeyUsage(keyArn),
    secondsUntilLook: 1,
  };
}

function regionChange({ declared }: Task<ManagedKeyProperties>, memory: KeyMemory, plane: ControlPlane, key: Key): KeyChange | undefined {
  const { keyArn } = key;
  const { owned = [] } = memory;
  const differences = regionDifferences(declared, key);
  const { surplus } = differences;
  // What the account's defaults gave a key before it was adopted is not ours.
  const remove = memory.adopted ? surplus.filter(region => owned.includes(region)) : removable(surplus, owned, declared, key, memory.made === keyArn);
  const step = nextRegionStep(declared, differences, owned, remove, memory);
  const regions = step?.regions ?? [];
  switch (step?.call) {
    case 'remove': return {
      what: `removal from ${regions.join(', ')}`,
      call: () => plane.removeKeyReplicationRegions(keyArn, regions),
      secondsUntilLook: 1,
    };
    case 'record': return {
      what: 'the replication Regions to be recorded on the key',
      call: () => regions.length > 0 ? plane.tagKey(keyArn, regionsTag(regions)) : plane.untagKey(keyArn, [REPLICATION_REGIONS_TAG]),
      secondsUntilLook: 0,
      learnt: { owned: regions },
    };
    case 'add': return {
      what: `replication to ${regions.join(', ')}`,
      call: () => plane.addKeyReplicationRegions(keyArn, regions),
      // Nobody knows how the service refuses to add a Region that it is still deleting.
      passing: differences.leaving.length > 0 ? ['conflict', 'invalid'] : undefined,
      secondsUntilLook: 2,
      learnt: WAITING_ANEW,
    };
    default: return undefined;
  }
}
