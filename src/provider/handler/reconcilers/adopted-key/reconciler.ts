import { AdoptedKeyProperties } from '../../../contract/adopted-payment-key';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../contract/ownership-tags';
import { FaultKind, ServiceFault } from '../../control-plane/fault';
import { parseKeyArn, regionOf } from '../../control-plane/key-arn';
import { change } from '../change';
import { checkValueProblem, expectationProblem } from '../key/check-value';
import { KeyCheckpoint, KeyOrigin, ManagedCheckpoint } from '../key/checkpoint';
import { managed, observe, proceed, reconcileManaged } from '../key/managed-key';
import { policyProblem, samePolicy } from '../key/resource-policy';
import { unlike } from '../key/tags';
import { look, stateTurn } from '../looking';
import { ownershipOf, ownershipTags, Tags } from '../ownership';
import { parsePhysicalId } from '../physical-id';
import { again, ControlPlane, failed, Owner, Reconciler, Task, Turn } from '../reconciler';
import { primaryProblem } from '../refusal';
import { regionsProblem, removalCommand } from '../replication';

/*
 * A key that was there before its stack. A creation takes it over: it restores the key if it may, puts the tags on it that
 * say whose it is, and brings it to what is declared as any other key (key/managed-key.ts). The Regions that the
 * declaration lists are the stack's from then on.
 *
 * Nothing here deletes a key or, but for Regions that the declaration itself listed, a replica. A rollback gives back the
 * ownership tags that the key had, and takes away the resource policy that the request put there. A removal takes away the
 * ownership tags: the key stays.
 */

type Plane = ControlPlane<KeyCheckpoint>;
type KeyTurn = Turn<KeyCheckpoint>;
type AdoptionTask = Task<AdoptedKeyProperties>;

const SECONDS_AFTER_RESTORING = 1;

/** What a removal waits out. Any other refusal ends it, since the key itself is not at stake. */
const PASSING: readonly FaultKind[] = ['throttled', 'unreachable', 'unknownOutcome'];

export const adoptedKeyReconciler: Reconciler<AdoptedKeyProperties, KeyCheckpoint> = {
  start: { phase: 'deciding' }, refuse, reconcile, remove, rollBack, leftBehind,
};

function refuse(declared: AdoptedKeyProperties, owner: Owner): string | undefined {
  const problem = primaryProblem(declared.KeyArn, owner, {
    notAnArn: `${declared.KeyArn} is not the ARN of a payment key. Expected arn:aws:payment-cryptography:<Region>:<account>:key/<key id>`,
    instead: 'Adopt a key in a stack',
  });
  return problem ?? expectationProblem(declared) ?? regionsProblem('replicationRegions', declared.ReplicationRegions ?? [], owner.region) ?? policyProblem(declared);
}

async function reconcile(task: AdoptionTask, checkpoint: KeyCheckpoint, plane: Plane): Promise<KeyTurn> {
  // What was declared of another key was never on this one.
  const { previous, ...rest } = task;
  const ofThisKey = previous?.KeyArn === task.declared.KeyArn ? task : rest;
  return isManaged(checkpoint) ? reconcileManaged(ofThisKey, checkpoint, plane) : takeOver(ofThisKey, checkpoint, plane);
}

/** Sees to it that the key can be changed, and begins to. */
async function takeOver(task: AdoptionTask, checkpoint: KeyCheckpoint, plane: Plane): Promise<KeyTurn> {
  const { declared: { KeyArn: keyArn, ReplicationRegions: regions = [], RestoreIfPending }, physicalId, now } = task;
  const seen = await look(keyArn, checkpoint, plane, now);
  if (seen.kind === 'uncertain') { return seen.turn; }
  if (seen.kind === 'absent') {
    return failed(checkpoint, `${keyArn} does not exist, or does not any more. Only a key that exists, or is in DELETE_PENDING, can be adopted`);
  }
  const { key } = seen;
  if (key.primaryRegion) {
    return failed(checkpoint, `${keyArn} is a replica. Adopt the key in a stack in ${key.primaryRegion}, the Region of its primary`);
  }
  // Before it is restored, too: it may be on its way out for a reason.
  const otherKey = checkValueProblem(task.declared, key);
  if (otherKey) { return failed(checkpoint, otherKey); }
  if (key.state === 'DELETE_PENDING') {
    const what = `${keyArn} to be restored`;
    return RestoreIfPending
      ? change(plane, { what, intent: checkpoint, now, call: changes => changes.restoreKey(keyArn) },
        () => again(checkpoint, SECONDS_AFTER_RESTORING, what))
      : failed(checkpoint, `${keyArn} is DELETE_PENDING. To restore it, declare restoreIfPending: true`);
  }
  const waiting = stateTurn(checkpoint, key);
  if (waiting) { return waiting; }
  if (regions.length > 0 && !key.exportable) {
    return failed(checkpoint, `only exportable keys replicate, and ${keyArn} is not. Leave out replicationRegions`);
  }
  const live = await plane.listTags(keyArn);
  const origin: KeyOrigin = physicalId === keyArn ? { kind: 'adopted' } : { kind: 'takenOver', before: [...ownershipTags(live)] };
  const notes = origin.kind === 'adopted' ? [] : formerOwner(live, keyArn, task.owner);
  const adopting: ManagedCheckpoint = { ...managed(task, keyArn, origin, notes), phase: 'reconciling' };
  return proceed(task, adopting, await observe(task, adopting, plane, key), plane);
}

function formerOwner(live: Tags, keyArn: string, owner: Owner): string[] {
  const ownership = ownershipOf(live, owner);
  return ownership.kind === 'anothers' ? [`${keyArn} was taken over from ${ownership.logicalId} of the stack ${ownership.stackId}`] : [];
}

/** All that the request did and that is not taken away stays as it is. */
async function rollBack(task: AdoptionTask, checkpoint: KeyCheckpoint, plane: Plane): Promise<KeyTurn> {
  const before = takenOverFrom(checkpoint);
  const done: KeyTurn = { kind: 'done', checkpoint, physicalId: task.physicalId ?? '', attributes: {}, ...addedReplicas(checkpoint) };
  if (!before || !isManaged(checkpoint)) { return done; }
  const { keyArn, putsPolicy } = checkpoint;
  const live = await plane.listTags(keyArn);
  const isOurs = ownershipOf(live, task.owner).kind === 'ours';
  // Somebody else took it over since, or the tags that it had before are back.
  if (!isOurs && !isHalfGivenBack(live, before, task.owner)) { return done; }
  // While the key still bears our tags: without them, the permissions end.
  if (putsPolicy && isOurs) {
    const policy = await plane.getResourcePolicy(keyArn);
    if (policy !== undefined && samePolicy(policy, task.declared.ResourcePolicy!)) {
      const what = 'the resource policy to be taken away again';
      return change(plane, { what, intent: checkpoint, now: task.now, call: changes => changes.deleteResourcePolicy(keyArn) },
        () => again({ ...checkpoint, putsPolicy: false }, 0, what));
    }
  }
  const set = unlike(live, before);
  const unset = [...ownershipTags(live).keys()].filter(name => !before.has(name));
  if (set.size + unset.length === 0) { return done; }
  const what = `tags of ${keyArn} to be given back`;
  return change(plane, {
    what,
    intent: checkpoint,
    now: task.now,
    // Ours go first: once the key bears the tag of another stack, the permissions to untag it end.
    call: changes => unset.length > 0 ? changes.untagKey(keyArn, unset) : changes.tagKey(keyArn, set),
  }, () => again(checkpoint, 0, what));
}

/** Whether one of our two tags was taken away already, and the other is still ours. */
function isHalfGivenBack(live: Tags, before: Tags, { stackId, logicalId }: Owner): boolean {
  const differing = [[STACK_ID_TAG, stackId], [LOGICAL_ID_TAG, logicalId]].filter(([name]) => live.get(name) !== before.get(name));
  return differing.length > 0 && differing.every(([name, ours]) => live.get(name) === ours);
}

/** A key that cannot be asked about is no reason to keep the stack. */
async function remove(task: AdoptionTask, checkpoint: KeyCheckpoint, plane: Plane): Promise<KeyTurn> {
  const id = parsePhysicalId(task.physicalId!);
  // Any other id is that of a creation of which CloudFormation never heard the end.
  const keyArn = id.kind === 'key' ? id.keyArn : task.declared.KeyArn;
  const done: KeyTurn = { kind: 'done', checkpoint, physicalId: task.physicalId!, attributes: {} };
  if (parseKeyArn(keyArn)?.region !== task.owner.region) { return done; }
  try {
    if (ownershipOf(await plane.listTags(keyArn), task.owner).kind === 'ours') {
      await plane.intending(checkpoint).untagKey(keyArn, [STACK_ID_TAG, LOGICAL_ID_TAG]);
    }
    return done;
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || PASSING.includes(fault.kind)) { throw fault; }
    switch (fault.kind) {
      case 'notFound': return done;
      // A key in its deletion window keeps its tags.
      case 'invalid': return { ...done, notes: [tagsLeft(keyArn, ` (${fault.message})`)] };
      default: return { ...done, leftBehind: tagsLeft(keyArn, ` (${fault.message})`) };
    }
  }
}

function leftBehind(_: AdoptionTask, checkpoint: KeyCheckpoint): string | undefined {
  if (!takenOverFrom(checkpoint) || !isManaged(checkpoint)) { return undefined; }
  return [tagsLeft(checkpoint.keyArn), addedReplicas(checkpoint).leftBehind].filter(text => text !== undefined).join('. ');
}

function tagsLeft(keyArn: string, why = ''): string {
  return `${keyArn} may bear the tags of this stack${why}, which keeps nobody from adopting it. To take them away: aws payment-cryptography untag-resource `
    + `--region ${regionOf(keyArn)} --resource-arn ${keyArn} --tag-keys ${STACK_ID_TAG} ${LOGICAL_ID_TAG}`;
}

function addedReplicas(checkpoint: KeyCheckpoint): { readonly leftBehind?: string } {
  const { regions } = takenOverFrom(checkpoint) ? checkpoint.owned! : { regions: [] };
  return regions.length === 0 ? {} : {
    leftBehind: `replicas of ${checkpoint.owned!.physicalId} that this request added stay: ${regions.join(', ')}. Those that nobody uses: `
      + removalCommand(checkpoint.owned!.physicalId, ['<Regions>']),
  };
}

/** The ownership tags that the key had before this request took it over. */
function takenOverFrom(checkpoint: KeyCheckpoint): Tags | undefined {
  return isManaged(checkpoint) && checkpoint.origin.kind === 'takenOver' ? new Map(checkpoint.origin.before) : undefined;
}

function isManaged(checkpoint: KeyCheckpoint): checkpoint is ManagedCheckpoint {
  return 'keyArn' in checkpoint;
}
