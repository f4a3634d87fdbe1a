import { KeyAttributes, ManagedKeyProperties } from '../../../contract/multi-region-payment-key';
import { ControlPlane, Key } from '../../control-plane/port';
import { parseKeyArn, replicaArn } from '../../key-arn';
import { ServiceFault } from '../../service-fault';
import { change } from '../change';
import { look, stateTurn } from '../looking';
import { lookAtReplica, regionDifferences, regionsIn, replicationStates, waitForRegions } from '../replication';
import { again, failed, Task, Turn } from '../turn';
import { nextKeyChange, withOwnedRegions } from './key-changes';
import { KeyMemory } from './memory';
import { changeResourcePolicy, looksAtResourcePolicy } from './resource-policy';
import { changeTags, compareTags, hasTags, withTagged } from './tagging';

const SECONDS_BETWEEN_STATE_LOOKS = 5;
const SECONDS_AFTER_READING = 1;

/** The key as this very turn saw it already, and whether that was the answer of the turn's one mutating call. */
export interface Seen {
  readonly key: Key;
  readonly changed: boolean;
}

/** Brings a key that exists to what is declared, one mutating call a turn. */
export async function converge(task: Task<ManagedKeyProperties>, memory: KeyMemory, plane: ControlPlane, already?: Seen): Promise<Turn<KeyMemory>> {
  if (memory.tagging && !memory.complete) { return changeTags(memory, plane); }
  if (memory.complete) { return tagReplicas(task, memory, plane); }
  const keyArn = memory.keyArn!;
  const changed = already?.changed ?? false;
  const waiting = already ? undefined : await lookAtReplica(keyArn, memory, plane, task);
  if (waiting) { return waiting; }
  let key = already?.key;
  if (!key) {
    const seen = await look(keyArn, memory, plane);
    if ('turn' in seen) { return seen.turn; }
    if ('absent' in seen) {
      return memory.made === keyArn
        ? again(memory, SECONDS_BETWEEN_STATE_LOOKS, `GetKey to know ${keyArn}`)
        : failed(memory, goneText(keyArn));
    }
    ({ key, memory } = seen);
  }
  return stateTurn(memory, key)
    ?? await changeKey(task, memory, plane, key, changed)
    ?? await tagPrimary(task, memory, plane)
    ?? await changeResourcePolicy(task, memory, plane, changed)
    ?? waitForRegions(task.declared, memory, key, task.roundSeconds)
    ?? complete(task, memory, plane, key, changed);
}

export function goneText(keyArn: string): string {
  return `${keyArn} does not exist any more. Nothing was created in its place, because new key material would not match the old. `
    + 'To have a new key, declare it under a new construct id';
}

/** One change a turn: when this turn made its call already, the next one waits for the next turn. */
async function changeKey(
  task: Task<ManagedKeyProperties>, before: KeyMemory, plane: ControlPlane, key: Key, changed: boolean,
): Promise<Turn<KeyMemory> | undefined> {
  const memory = await withOwnedRegions(task, before, plane, key);
  const next = nextKeyChange(task, memory, plane, key);
  // What was read is remembered first: a turn that needs more requests than the quota gives it would never end.
  if (memory !== before) { return again(memory, SECONDS_AFTER_READING, next?.what ?? 'the rest of the declaration'); }
  if (!next) { return undefined; }
  if (changed) { return again(memory, 0, next.what); }
  return change(memory, next, after => again({ ...after, ...next.learnt }, next.secondsUntilLook, next.what));
}

/** A key that this request made got its tags with CreateKey. */
async function tagPrimary(task: Task<ManagedKeyProperties>, memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory> | undefined> {
  const keyArn = memory.keyArn!;
  if (memory.made === keyArn || !hasTags(task) || memory.tagged?.includes(keyArn)) { return undefined; }
  return await compareTags(keyArn, task, memory, plane)
    // What was read is remembered first, as above.
    ?? (looksAtResourcePolicy(task, memory) ? again(withTagged(memory, keyArn), SECONDS_AFTER_READING, 'the resource policy') : undefined);
}

async function complete(
  task: Task<ManagedKeyProperties>, memory: KeyMemory, plane: ControlPlane, key: Key, changed: boolean,
): Promise<Turn<KeyMemory>> {
  const foreign = regionDifferences(task.declared, key).surplus;
  const after: KeyMemory = {
    ...memory,
    complete: attributes(key),
    replicas: hasTags(task) ? regionsIn('SYNCHRONIZED', task.declared.ReplicationRegions ?? Object.keys(key.replication), key) : [],
    notes: [
      ...memory.notes ?? [],
      ...foreign.length > 0 ? [`left as they are, since this stack did not make them: ${replicationStates(foreign, key)}`] : [],
    ],
  };
  return changed && after.replicas!.length > 0 ? again(after, 0, 'tags of the replicas') : tagReplicas(task, after, plane);
}

/** Tags do not replicate; a replica can be tagged only in its own Region, and only once it is there. */
async function tagReplicas(task: Task<ManagedKeyProperties>, memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  for (const region of memory.replicas ?? []) {
    const arn = replicaArn(memory.keyArn!, region);
    if (memory.tagged?.includes(arn)) { continue; }
    try {
      const turn = memory.tagging ? await changeTags(memory, plane) : await compareTags(arn, task, memory, plane);
      if (turn) { return turn; }
    } catch (fault) {
      if (fault instanceof ServiceFault && fault.kind === 'notFound') {
        return again(memory, SECONDS_BETWEEN_STATE_LOOKS, `the replica to be known in ${region}`);
      }
      if (!(fault instanceof ServiceFault) || fault.kind !== 'invalid') { throw fault; }
      // Nobody could confirm that replicas take tags. A key without them is better than no key.
      memory = { ...memory, tagging: undefined, notes: [...memory.notes ?? [], `the replica in ${region} stays without tags, which the service refused: ${fault.message}`] };
    }
    memory = withTagged(memory, arn);
  }
  return { kind: 'done', memory, physicalId: memory.keyArn!, attributes: memory.complete!, notes: memory.notes };
}

function attributes(key: Key): KeyAttributes {
  return {
    KeyArn: key.keyArn,
    KeyId: parseKeyArn(key.keyArn)!.keyId,
    KeyCheckValue: key.keyCheckValue,
    KeyCheckValueAlgorithm: key.keyCheckValueAlgorithm,
    KeyOrigin: key.origin,
  };
}
