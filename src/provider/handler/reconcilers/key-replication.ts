import { isDeleted, look, stateTurn } from './looking';
import { addedTraces, afterInterruption, foreignNotes, Holder, RecordedMemory, recordTurn, regionTurn, removeRecorded, undoAdded } from './recorded-regions';
import { primaryProblem } from './refusal';
import { lookAtReplica, regionsProblem, removalCommand, waitForRegions } from './replication';
import { failed, Owner, Reconciler, Task, Turn } from './turn';
import { KeyReplicationProperties } from '../../contract/key-replication';
import { ControlPlane, Key } from '../control-plane/port';

type ReplicationTask = Task<KeyReplicationProperties>;

const PREFIX = 'replication/';

/** The replication of a key that something else made: Regions are added, and taken away if they were added here. */
export const keyReplicationReconciler: Reconciler<KeyReplicationProperties, RecordedMemory> = {
  refuse,
  mayReplace: ({ declared, previous }) => declared.KeyArn !== previous?.KeyArn,
  present,
  absent: (task, memory, plane) => removeRecorded({ ...holder(keyOf(task), task, plane), physicalId: task.physicalId! }, memory, plane),
  undo: (task, memory, plane) => undoAdded(holder(task.declared.KeyArn, task, plane), afterInterruption(memory, task.interrupted), plane),
  traces: (_, memory) => memory.made && addedTraces(memory, keyTexts(memory.made.slice(PREFIX.length))),
};

function refuse({ KeyArn, ReplicationRegions }: KeyReplicationProperties, owner: Owner): string | undefined {
  return primaryProblem(KeyArn, owner, {
    notAnArn: `key is to be replicated, but ${KeyArn} is not the ARN of a payment key`,
    instead: 'Replicate it from a stack',
  }) ?? regionsProblem('replicationRegions', ReplicationRegions, owner.region);
}

async function present(task: ReplicationTask, before: RecordedMemory, plane: ControlPlane): Promise<Turn<RecordedMemory>> {
  const memory = afterInterruption(before, task.interrupted);
  const { declared } = task;
  const ours = holder(declared.KeyArn, task, plane);
  const turn = await recordTurn(ours, memory, plane);
  if (turn) { return turn; }
  const waiting = await lookAtReplica(declared.KeyArn, memory, plane, task);
  if (waiting) { return waiting; }
  const seen = await look(declared.KeyArn, memory, plane);
  if ('turn' in seen) { return seen.turn; }
  if ('absent' in seen) { return failed(memory, `${declared.KeyArn} does not exist, so it cannot be replicated`); }
  const { key, memory: after } = seen;
  return stateTurn(after, key)
    ?? unfitTurn(declared, after, key)
    ?? await regionTurn(ours, declared, after, key)
    ?? waitForRegions(declared, after, key, task.roundSeconds)
    ?? { kind: 'done', memory: after, physicalId: ours.physicalId, attributes: {}, notes: foreignNotes(declared, key) };
}

function unfitTurn(
  { ReplicationRegions }: KeyReplicationProperties, memory: RecordedMemory, { keyArn, primaryRegion, exportable }: Key,
): Turn<RecordedMemory> | undefined {
  if (primaryRegion !== undefined) {
    return failed(memory, `${keyArn} is a replica, which cannot be replicated. Replicate its primary, from a stack in ${primaryRegion}`);
  }
  return exportable || ReplicationRegions.length === 0 ? undefined
    : failed(memory, `${keyArn} is not exportable, and only exportable keys replicate. That cannot be changed: make another key`);
}

/** An update to another key leaves the old one to the delete that follows, which names it; an id that CloudFormation made up names none. */
function keyOf({ physicalId, declared }: ReplicationTask): string {
  return physicalId?.startsWith(PREFIX) ? physicalId.slice(PREFIX.length) : declared.KeyArn;
}

function holder(keyArn: string, { declared, owner }: ReplicationTask, plane: ControlPlane): Holder<RecordedMemory> {
  return {
    ...keyTexts(keyArn),
    name: keyArn,
    physicalId: PREFIX + keyArn,
    region: owner.region,
    recordName: declared.Record,
    secondsUntilLook: 2,
    look: async memory => {
      const seen = await look(keyArn, memory, plane);
      if (!('key' in seen)) { return seen; }
      // What is deleted has lost its replicas already.
      return isDeleted(seen.key) ? { absent: true } : { there: seen.key, memory: seen.memory };
    },
    add: async regions => {
      await plane.addKeyReplicationRegions(keyArn, regions);
      return {};
    },
    remove: async regions => {
      await plane.removeKeyReplicationRegions(keyArn, regions);
      return {};
    },
  };
}

function keyTexts(keyArn: string): Pick<Holder<RecordedMemory>, 'text' | 'removal'> {
  return {
    text: keyArn,
    removal: regions => removalCommand(keyArn, regions),
  };
}
