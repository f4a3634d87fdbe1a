import { isDeleted, look, Looking, stateTurn } from './looking';
import {
  addedText, changeRegions, doneWithRegions, ownedRegionsWork, OwnedRegionsWork, RegionHolder, RegionLook, removeOwnedRegions,
  rollBackRegions, Starting,
} from './owned-regions';
import { again, ControlPlane, failed, Owner, Reconciler, Task, Turn } from './reconciler';
import { primaryProblem } from './refusal';
import {
  InRegions, lookAtReplicas, primaryLook, regionsProblem, removalCommand, ReplicaLook, ReplicationWait, secondsUntilLook, waitText,
} from './replication';
import { KeyReplicationProperties } from '../../contract/key-replication';
import { STACK_ID_TAG } from '../../contract/ownership-tags';
import { Key } from '../control-plane/port';

/*
 * The replication of a key that something else made: Regions are added, waited for, and taken away if they were added
 * here (owned-regions.ts). On another key this is another resource, with another physical id.
 *
 *   changing      look at the primary -> one change, or the wait, or done
 *   replicating   look at the replicas in their own Regions; once they are there, as above
 */

export type ReplicationCheckpoint = Starting | Working;

type Working = OwnedRegionsWork & Looking & (
  | { readonly phase: 'changing' }
  | { readonly phase: 'replicating'; readonly wait: ReplicationWait });

type ReplicationTask = Task<KeyReplicationProperties>;
type Plane = ControlPlane<Working>;

/** How the replicas were looked at in this turn, and how they were waited for before. */
interface Awaited {
  readonly wait: ReplicationWait;
  readonly replicas: ReplicaLook;
}

const PREFIX = 'replication/';

export const keyReplicationReconciler: Reconciler<KeyReplicationProperties, ReplicationCheckpoint> = {
  start: { phase: 'starting' },
  refuse,
  reconcile,
  remove: (task, before, plane: Plane) => {
    const physicalId = task.physicalId!;
    const holder = { ...holderOf(keyOf(task), task), physicalId };
    return removeOwnedRegions(holder, task.declared.ReplicationRegions, task, begun(task, before, physicalId), plane);
  },
  rollBack: (task, before, plane: Plane) => rollBackRegions(holderOf(task.declared.KeyArn, task), task, begun(task, before), plane),
  leftBehind: (task, checkpoint) => addedText(begun(task, checkpoint), holderOf(task.declared.KeyArn, task)),
};

function refuse({ KeyArn, ReplicationRegions }: KeyReplicationProperties, owner: Owner): string | undefined {
  return primaryProblem(KeyArn, owner, {
    notAnArn: `key is to be replicated, but ${KeyArn} is not the ARN of a payment key`,
    instead: 'Replicate it from a stack',
  }) ?? regionsProblem('replicationRegions', ReplicationRegions, owner.region);
}

async function reconcile(task: ReplicationTask, before: ReplicationCheckpoint, plane: Plane): Promise<Turn<ReplicationCheckpoint>> {
  const { declared: { KeyArn, ReplicationRegions: regions, WaitForReplication: retriesFailed }, now, owner } = task;
  const known = begun(task, before);
  let awaited: Awaited | undefined;
  if (known.phase === 'replicating') {
    const { wait } = known;
    const replicas = await lookAtReplicas(KeyArn, known, wait, plane, now, owner.requestId);
    if (replicas === 'absent') { return again(known, secondsUntilLook(known.since, now), waitText(regions, wait)); }
    awaited = { wait, replicas };
  }
  const seen = await look(KeyArn, known, plane, now);
  switch (seen.kind) {
    case 'uncertain': return seen.turn;
    case 'absent': return failed(known, `${KeyArn} does not exist, so it cannot be replicated`);
    case 'found': {
      const checkpoint = changing(known);
      const reason = unfit(regions, seen.key);
      return stateTurn(checkpoint, seen.key)
        ?? (reason ? failed(checkpoint, reason) : undefined)
        ?? changeRegions(holderOf(KeyArn, task), { regions, retriesFailed }, now, checkpoint, seen.key, plane, (after, there) =>
          settle(task, after, there, after.since === checkpoint.since ? awaited : undefined));
    }
  }
}

function begun(task: ReplicationTask, checkpoint: ReplicationCheckpoint, physicalId = PREFIX + task.declared.KeyArn): Working {
  return checkpoint.phase === 'starting' ? { phase: 'changing', ...ownedRegionsWork(task, physicalId) } : checkpoint;
}

/** Without what belongs to another phase. */
function changing(known: Working): Working {
  const { missing, ...checkpoint } = known;
  if (checkpoint.phase === 'changing') { return checkpoint; }
  const { wait, ...others } = checkpoint;
  return { ...others, phase: 'changing' };
}

function unfit(regions: readonly string[], { keyArn, primaryRegion, exportable }: Key): string | undefined {
  if (primaryRegion !== undefined) {
    return `${keyArn} is a replica, which cannot be replicated. Replicate its primary, from a stack in ${primaryRegion}`;
  }
  return exportable || regions.length === 0 ? undefined
    : `${keyArn} is not exportable, and only exportable keys replicate. That cannot be changed: make another key`;
}

/** Nothing is to be changed. */
function settle(task: ReplicationTask, checkpoint: Working, there: InRegions, awaited: Awaited | undefined): Turn<Working> {
  const { declared: { KeyArn, ReplicationRegions: regions, WaitForReplication }, previous, now } = task;
  const seen = WaitForReplication ? primaryLook(regions, there, checkpoint, now, awaited) : undefined;
  switch (seen?.kind) {
    case 'failed': return failed(checkpoint, seen.reason);
    case 'waiting': return again({ ...checkpoint, phase: 'replicating', wait: seen.wait }, seen.inSeconds, seen.waitingFor);
    default: {
      const former = previous?.KeyArn === KeyArn ? previous.ReplicationRegions : [];
      return doneWithRegions(holderOf(KeyArn, task), regions, former, task, checkpoint, there);
    }
  }
}

/** An update to another key leaves the old one to the delete that follows, which names it; an id that CloudFormation made up names none. */
function keyOf({ physicalId, declared }: ReplicationTask): string {
  return physicalId?.startsWith(PREFIX) ? physicalId.slice(PREFIX.length) : declared.KeyArn;
}

function holderOf(keyArn: string, { owner, now }: ReplicationTask): RegionHolder<Working> {
  return {
    physicalId: PREFIX + keyArn,
    text: keyArn,
    removalCommand: regions => removalCommand(keyArn, regions),
    look: (checkpoint, plane) => regionLook(keyArn, checkpoint, plane, now),
    keeper: async plane => {
      const stack = (await plane.listTags(keyArn)).get(STACK_ID_TAG);
      return stack === owner.stackId ? undefined : stack;
    },
    add: (changes, regions) => changes.addKeyReplicationRegions(keyArn, regions),
    remove: (changes, regions) => changes.removeKeyReplicationRegions(keyArn, regions),
  };
}

async function regionLook(keyArn: string, checkpoint: Working, plane: Plane, now: Date): Promise<RegionLook<Working>> {
  const seen = await look(keyArn, checkpoint, plane, now);
  if (seen.kind === 'uncertain') { return seen; }
  // What is deleted has lost its replicas already.
  return seen.kind === 'absent' || isDeleted(seen.key) ? { kind: 'absent' } : { kind: 'there', there: seen.key, checkpoint: changing(checkpoint) };
}
