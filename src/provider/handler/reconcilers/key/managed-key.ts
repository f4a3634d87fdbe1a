import { KeyAttributes, ManagedKeyProperties } from '../../../contract/multi-region-payment-key';
import { STACK_ID_TAG } from '../../../contract/ownership-tags';
import { ifFound, ServiceFault } from '../../control-plane/fault';
import { parseKeyArn, replicaArn } from '../../control-plane/key-arn';
import { Key } from '../../control-plane/port';
import { change } from '../change';
import { goneText, look, stateTurn } from '../looking';
import { ownershipOf } from '../ownership';
import { again, ControlPlane, failed, Task, Turn } from '../reconciler';
import {
  lookAtReplicas, ownedAtTheEnd, primaryLook, regionDifferences, regionsIn, regionWork, ReplicaLook, replicationStates, secondsUntilLook, waitText,
} from '../replication';
import { KeyCheckpoint, KeyOrigin, ManagedCheckpoint, ManagedKey } from './checkpoint';
import { deleteCommand } from './deletion';
import { Observed, plan } from './plan';
import { concernsPolicy, publicPolicyText } from './resource-policy';
import { declaredTagChanges, hasTags } from './tags';

/*
 * Brings a key that exists to what is declared, whoever made it. Each turn observes the key, plans (plan.ts), and makes at
 * most one call:
 *
 *   reconciling      observe key, tags and policy -> plan -> one change; its answer is observed instead of another look
 *   replicating      look at the replicas in their own Regions; once they are there, observe the key and plan
 *   taggingReplicas  compare the tags of one replica after the other, one change a turn
 *
 * For example, an update that adds a Region: GetKey, ListTags, AddKeyReplicationRegions, whose answer says IN_PROGRESS; looks
 * at the replica, ever more rarely; GetKey, which says SYNCHRONIZED; done.
 */

type Plane = ControlPlane<KeyCheckpoint>;
type KeyTurn = Turn<KeyCheckpoint>;

const SECONDS_UNTIL_KNOWN = 5;

/** The beginning of the work on a key. */
export function managed(task: Task<ManagedKeyProperties>, keyArn: string, origin: KeyOrigin, notes: readonly string[] = []): ManagedKey {
  const regions = origin.kind === 'made' ? task.declared.ReplicationRegions ?? [] : task.ownedRegions(keyArn);
  return {
    keyArn,
    origin,
    putsPolicy: false,
    notes,
    ...regionWork({ physicalId: keyArn, regions }, task.now),
    ...origin.kind === 'made' ? { made: keyArn } : {},
  };
}

export async function reconcileManaged(task: Task<ManagedKeyProperties>, checkpoint: ManagedCheckpoint, plane: Plane): Promise<KeyTurn> {
  switch (checkpoint.phase) {
    case 'reconciling': return reconcilePrimary(task, checkpoint, plane);
    case 'replicating': {
      const { keyArn, wait } = checkpoint;
      const replicas = await lookAtReplicas(keyArn, checkpoint, wait, plane, task.now, task.owner.requestId);
      return replicas === 'absent'
        ? again(checkpoint, secondsUntilLook(checkpoint.since, task.now), waitText(task.declared.ReplicationRegions ?? [], wait))
        : reconcilePrimary(task, checkpoint, plane, replicas);
    }
    case 'taggingReplicas': return tagReplicas(task, checkpoint, plane);
  }
}

/** Back to the first phase, without what belongs to another phase or to a refusal. */
function reconciling({ keyArn, origin, putsPolicy, notes, since, secondTries, owned, made }: ManagedKey): ManagedCheckpoint {
  return { phase: 'reconciling', keyArn, origin, putsPolicy, notes, since, secondTries, owned, ...made === undefined ? {} : { made } };
}

/** Observes the primary, and goes on with what was seen. */
async function reconcilePrimary(
  task: Task<ManagedKeyProperties>, checkpoint: ManagedCheckpoint, plane: Plane, replicas?: ReplicaLook,
): Promise<KeyTurn> {
  const { keyArn, origin } = checkpoint;
  if (origin.kind === 'made') {
    const key = await ifFound(() => plane.getKey(keyArn));
    return key ? proceed(task, checkpoint, await observe(task, checkpoint, plane, key), plane, replicas)
      : again(checkpoint, SECONDS_UNTIL_KNOWN, `GetKey to know ${keyArn}`);
  }
  const seen = await look<ManagedCheckpoint>(keyArn, checkpoint, plane, task.now);
  switch (seen.kind) {
    case 'uncertain': return seen.turn;
    case 'absent': return failed(checkpoint, goneText(keyArn));
    case 'found': return proceed(task, seen.checkpoint, await observe(task, seen.checkpoint, plane, seen.key), plane, replicas);
  }
}

/**
 * Sees what may differ from the declaration. A new key got its tags with CreateKey, and has no policy. While replicas are
 * awaited, only the key itself matters. The policy of a key whose tags do not call it ours cannot be read: the tags come first.
 */
export async function observe(task: Task<ManagedKeyProperties>, checkpoint: ManagedCheckpoint, plane: Plane, key: Key): Promise<Observed> {
  const { keyArn, phase, origin, putsPolicy } = checkpoint;
  if (phase !== 'reconciling' || key.state !== 'CREATE_COMPLETE') { return { key }; }
  const isNew = origin.kind === 'made';
  const tags = isNew ? undefined : await plane.listTags(keyArn);
  const isReadable = !tags || origin.kind === 'takenOver' || ownershipOf(tags, task.owner).kind === 'ours';
  return {
    key,
    ...tags ? { tags } : {},
    ...concernsPolicy(task) && isReadable ? { policy: { live: isNew && !putsPolicy ? undefined : await plane.getResourcePolicy(keyArn) } } : {},
  };
}

/** Makes the next change, or waits, or completes. */
export async function proceed(
  task: Task<ManagedKeyProperties>, checkpoint: ManagedCheckpoint, observed: Observed, plane: Plane, replicas?: ReplicaLook,
): Promise<KeyTurn> {
  const planned = stateTurn(checkpoint, observed.key) ?? plan(task, checkpoint, observed);
  if (planned.kind !== 'change') { return settle(task, checkpoint, observed, planned, replicas) ?? tagReplicas(task, completed(task, checkpoint, observed.key), plane); }
  const { what, intent, fact, passing, call, seen } = planned.next;
  try {
    return await change(plane, { what, intent: { ...intent, phase: 'reconciling' }, ifRefused: { ...checkpoint, phase: 'reconciling' }, passing, now: task.now, call }, answer => {
      const { key, ...rest } = seen(observed);
      return afterChange(task, reconciling(fact), { ...rest, key: answer ?? key });
    });
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || fault.kind !== 'publicPolicy') { throw fault; }
    return failed(checkpoint, publicPolicyText(checkpoint.keyArn, fault.message));
  }
}

/** The end of a turn that made its call: the next change, if any, waits for the next turn. */
export function afterChange(task: Task<ManagedKeyProperties>, checkpoint: ManagedCheckpoint, observed: Observed): KeyTurn {
  const planned = stateTurn(checkpoint, observed.key) ?? plan(task, checkpoint, observed);
  if (planned.kind === 'change') { return again(checkpoint, 0, planned.next.what); }
  const isPolicyUnknown = observed.tags !== undefined && concernsPolicy(task) && !observed.policy;
  if (isPolicyUnknown && planned.kind !== 'refused') { return again(checkpoint, 0, `the resource policy of ${checkpoint.keyArn}`); }
  const settled = settle(task, checkpoint, observed, planned);
  if (settled) { return settled; }
  const after = completed(task, checkpoint, observed.key);
  return after.left.length > 0 ? again(after, 0, 'tags of the replicas') : done(after);
}

/** The turn of a key on which nothing is to be changed for now; `undefined` once all is as declared and every Region is SYNCHRONIZED. */
function settle(
  { declared: { ReplicationRegions: regions = [], WaitForReplication }, now }: Task<ManagedKeyProperties>, checkpoint: ManagedCheckpoint,
  { key }: Observed, planned: Exclude<ReturnType<typeof plan>, { kind: 'change' }> | KeyTurn, replicas?: ReplicaLook,
): KeyTurn | undefined {
  switch (planned.kind) {
    case 'refused': return failed(checkpoint, planned.reason);
    case 'wait': return again(checkpoint, planned.inSeconds, planned.waitingFor);
    case 'asDeclared': break;
    default: return planned;
  }
  if (!WaitForReplication) { return undefined; }
  const before = checkpoint.phase === 'replicating' && replicas ? { wait: checkpoint.wait, replicas } : undefined;
  const seen = primaryLook(regions, key, checkpoint, now, before);
  switch (seen.kind) {
    case 'synchronized': return undefined;
    case 'failed': return failed(checkpoint, seen.reason);
    case 'waiting': return again({ ...checkpoint, phase: 'replicating', wait: seen.wait }, seen.inSeconds, seen.waitingFor);
  }
}

type Completed = Extract<ManagedCheckpoint, { phase: 'taggingReplicas' }>;

function completed(task: Task<ManagedKeyProperties>, checkpoint: ManagedCheckpoint, key: Key): Completed {
  const { ReplicationRegions: regions } = task.declared;
  const { surplus } = regionDifferences(regions, key);
  const isInherited = checkpoint.origin.kind === 'takenOver' && checkpoint.origin.before.some(([name]) => name === STACK_ID_TAG);
  return {
    ...checkpoint,
    phase: 'taggingReplicas',
    attributes: attributesOf(key),
    left: hasTags(task) ? regionsIn('SYNCHRONIZED', regions ?? key.replication.map(({ region }) => region), key) : [],
    // The former owner's Regions are this resource's, as far as they are listed at the adoption. Nobody can tell which they were.
    owned: isInherited && regions ? { physicalId: key.keyArn, regions } : ownedAtTheEnd(checkpoint.owned, regions),
    notes: [
      ...checkpoint.notes,
      ...surplus.length > 0 ? [`left as they are, since this stack did not make them: ${replicationStates(surplus, key)}`] : [],
    ],
  };
}

/** Tags do not replicate; a replica can be tagged only in its own Region, and only once it is there. */
async function tagReplicas(task: Task<ManagedKeyProperties>, checkpoint: Completed, plane: Plane): Promise<KeyTurn> {
  const [region, ...others] = checkpoint.left;
  if (region === undefined) { return done(checkpoint); }
  const arn = replicaArn(checkpoint.keyArn, region);
  const after: Completed = { ...checkpoint, left: others };
  try {
    const { set, unset } = declaredTagChanges(task, await plane.listTags(arn));
    if (set.size + unset.length === 0) { return await tagReplicas(task, after, plane); }
    const changes = plane.intending(checkpoint);
    await (set.size > 0 ? changes.tagKey(arn, set) : changes.untagKey(arn, unset));
    return set.size > 0 && unset.length > 0 || others.length > 0
      ? again(set.size > 0 && unset.length > 0 ? checkpoint : after, 0, `tags of ${arn}`)
      : done(after);
  } catch (fault) {
    if (!(fault instanceof ServiceFault)) { throw fault; }
    switch (fault.kind) {
      case 'conflict':
      case 'notFound': return again(checkpoint, SECONDS_UNTIL_KNOWN, `the replica to be known in ${region}`);
      // Nobody could confirm that replicas take tags. A key without them is better than no key.
      case 'invalid': return again({
        ...after,
        untaggable: [...after.untaggable ?? [], region],
        notes: [...after.notes, `the replica in ${region} stays without tags, which the service refused: ${fault.message}`],
      }, 0, 'tags of the replicas');
      default: throw fault;
    }
  }
}

function done(checkpoint: Completed): KeyTurn {
  const { keyArn, attributes, notes, forsaken } = checkpoint;
  const leftBehind = forsaken && `${forsaken}, to which the rollback would have returned, is not what is declared now, so another key was made. If nobody uses it: ${deleteCommand(forsaken)}`;
  return { kind: 'done', checkpoint, physicalId: keyArn, attributes, notes, ...leftBehind ? { leftBehind } : {} };
}

function attributesOf(key: Key): KeyAttributes {
  return {
    KeyArn: key.keyArn,
    KeyId: parseKeyArn(key.keyArn)!.keyId,
    KeyCheckValue: key.keyCheckValue,
    KeyCheckValueAlgorithm: key.keyCheckValueAlgorithm,
    KeyOrigin: key.origin,
  };
}
