import {
  addedText, changeRegions, doneWithRegions, ownedRegionsWork, OwnedRegionsWork, RegionHolder, removeOwnedRegions, rollBackRegions, Starting,
} from './owned-regions';
import { ControlPlane, Reconciler, Task } from './reconciler';
import { InRegions, regionsProblem } from './replication';
import { AccountDefaultReplicationProperties } from '../../contract/account-default-replication';

/*
 * The default replication Regions of an account in a Region: what is missing is enabled, and disabled if it was enabled
 * here (owned-regions.ts). A default Region is no replica, so there is nothing to wait for.
 */

export type DefaultsCheckpoint = Starting | Working;

interface Working extends OwnedRegionsWork {
  readonly phase: 'changing';
}

type Plane = ControlPlane<Working>;
type DefaultsTask = Task<AccountDefaultReplicationProperties>;

export const accountDefaultReplicationReconciler: Reconciler<AccountDefaultReplicationProperties, DefaultsCheckpoint> = {
  start: { phase: 'starting' },
  refuse: ({ Regions }, { region }) => regionsProblem('regions', Regions, region),
  reconcile: async (task, before, plane: Plane) => {
    const { declared: { Regions: regions }, previous, now } = task;
    const holder = holderOf(task);
    const checkpoint = begun(task, before);
    const there = inRegions(await plane.getDefaultReplicationRegions(task.owner.region));
    return changeRegions(holder, { regions, retriesFailed: false }, now, checkpoint, there, plane, (after, present) =>
      doneWithRegions(holder, regions, previous?.Regions ?? [], task, after, present));
  },
  remove: (task, before, plane: Plane) => removeOwnedRegions(
    { ...holderOf(task), physicalId: task.physicalId! }, task.declared.Regions, task, begun(task, before), plane),
  rollBack: (task, before, plane: Plane) => rollBackRegions(holderOf(task), task, begun(task, before), plane),
  leftBehind: (task, checkpoint) => addedText(begun(task, checkpoint), holderOf(task)),
};

function begun(task: DefaultsTask, checkpoint: DefaultsCheckpoint): Working {
  return checkpoint.phase === 'starting' ? { phase: 'changing', ...ownedRegionsWork(task, idOf(task)) } : checkpoint;
}

const idOf = ({ owner }: DefaultsTask) => `account-default-replication/${owner.region}`;

function holderOf(task: DefaultsTask): RegionHolder<Working> {
  const { region } = task.owner;
  return {
    physicalId: idOf(task),
    text: `the account's default replication Regions in ${region}`,
    removalCommand: regions =>
      `aws payment-cryptography disable-default-key-replication-regions --region ${region} --replication-regions ${regions.join(' ')}`,
    look: async (checkpoint, plane) => ({ kind: 'there', there: inRegions(await plane.getDefaultReplicationRegions(region)), checkpoint }),
    keeper: async () => undefined,
    add: async (changes, regions) => inRegions(await changes.enableDefaultReplicationRegions(region, regions)),
    remove: async (changes, regions) => inRegions(await changes.disableDefaultReplicationRegions(region, regions)),
  };
}

function inRegions(regions: readonly string[]): InRegions {
  return { replication: regions.map(region => ({ region, status: 'SYNCHRONIZED' })) };
}
