import { AdoptedKeyProperties } from '../../../contract/adopted-payment-key';
import {
  LOGICAL_ID_TAG, OWNERSHIP_TAG_PREFIX, REPLACES_TAG, REPLICATION_REGIONS_TAG, REQUEST_ID_TAG, STACK_ID_TAG,
} from '../../../contract/ownership-tags';
import { ControlPlane } from '../../control-plane/port';
import { parseKeyArn } from '../../key-arn';
import { parsePhysicalId } from '../../physical-id';
import { FaultKind, ServiceFault } from '../../service-fault';
import { change } from '../change';
import { converge } from '../key/converge';
import { KeyMemory, Tagging } from '../key/memory';
import { ownedRegions, regionsTag } from '../key/region-ownership';
import { policyProblem, samePolicy } from '../key/resource-policy';
import { changeTags, difference, isEmpty, withTagged } from '../key/tagging';
import { look, stateTurn } from '../looking';
import { isOwned } from '../ownership';
import { primaryProblem } from '../refusal';
import { regionsProblem, removalCommand } from '../replication';
import { again, failed, Owner, Reconciler, Task, Turn } from '../turn';

const SECONDS_AFTER_RESTORING = 1;

/** What a release waits out; any other refusal ends it, since the key itself is not at stake. */
const PASSING: readonly FaultKind[] = ['throttled', 'unreachable', 'unknownOutcome'];

/**
 * A key that was there before its stack: taken over by tags that say whose it is, then brought to what is declared like
 * any other. Nothing here deletes a key or, but for Regions that the declaration itself named, a replica.
 */
export const adoptedKeyReconciler: Reconciler<AdoptedKeyProperties, KeyMemory> = { refuse, mayReplace, present, absent, undo, traces };

function refuse(declared: AdoptedKeyProperties, owner: Owner): string | undefined {
  const problem = primaryProblem(declared.KeyArn, owner, {
    notAnArn: `${declared.KeyArn} is not the ARN of a payment key. Expected arn:aws:payment-cryptography:<Region>:<account>:key/<key id>`,
    instead: 'Adopt a key in a stack',
  });
  return problem ?? regionsProblem('replicationRegions', declared.ReplicationRegions ?? [], owner.region) ?? policyProblem(declared);
}

function mayReplace({ declared, previous }: Task<AdoptedKeyProperties>): boolean {
  return declared.KeyArn !== previous?.KeyArn;
}

async function present(task: Task<AdoptedKeyProperties>, memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  // What was declared of another key was never on this one.
  const ofThisKey = task.previous?.KeyArn === task.declared.KeyArn ? task : { ...task, previous: undefined };
  return memory.keyArn ? converge(ofThisKey, memory, plane) : takeOver(ofThisKey, memory, plane);
}

/** Sees to it that the key can be changed, and decides by which tags it becomes this resource's. */
async function takeOver(task: Task<AdoptedKeyProperties>, before: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  const { KeyArn: keyArn, ReplicationRegions: regions = [], RestoreIfPending } = task.declared;
  const seen = await look(keyArn, before, plane);
  if ('turn' in seen) { return seen.turn; }
  if ('absent' in seen) { return failed(before, `${keyArn} does not exist, or does not any more. Only a key that exists, or is in DELETE_PENDING, can be adopted`); }
  const { key, memory } = seen;
  if (key.primaryRegion) {
    return failed(memory, `${keyArn} is a replica. Adopt the key in a stack in ${key.primaryRegion}, the Region of its primary`);
  }
  if (key.state === 'DELETE_PENDING') {
    const what = `${keyArn} to be restored`;
    return RestoreIfPending
      ? change(memory, { what, call: () => plane.restoreKey(keyArn) }, after => again(after, SECONDS_AFTER_RESTORING, what))
      : failed(memory, `${keyArn} is DELETE_PENDING. To restore it, declare restoreIfPending: true`);
  }
  const waiting = stateTurn(memory, key);
  if (waiting) { return waiting; }
  if (regions.length > 0 && !key.exportable) {
    return failed(memory, `only exportable keys replicate, and ${keyArn} is not. Leave out replicationRegions`);
  }
  return tagAsOurs(task, memory, await plane.listTags(keyArn));
}

function tagAsOurs(task: Task<AdoptedKeyProperties>, memory: KeyMemory, live: Record<string, string>): Turn<KeyMemory> {
  const { declared: { KeyArn: keyArn, ReplicationRegions: regions = [] }, owner, physicalId } = task;
  const users = difference(keyArn, task, live);
  const mine = { [STACK_ID_TAG]: owner.stackId, [LOGICAL_ID_TAG]: owner.logicalId };
  if (physicalId === keyArn) {
    const other = live[STACK_ID_TAG] ?? owner.stackId;
    return other !== owner.stackId
      ? failed(memory, `${keyArn} was adopted by another stack since: ${other}. Take it out of one of the two`)
      : tagged({ ...memory, adopted: {}, owned: ownedRegions(live) }, { ...users, set: { ...users.set, ...unlike(live, mine) } });
  }
  // What a former owner replicated is ours as far as this declaration names it. The rest stays, whatever becomes of the list.
  const owned = ownedRegions(live).filter(region => regions.includes(region));
  // Found by the request that once made it, the key would be deleted should that be undone late.
  const outdated = [REQUEST_ID_TAG, REPLACES_TAG, ...owned.length > 0 ? [] : [REPLICATION_REGIONS_TAG]].filter(tag => tag in live);
  const set = { ...users.set, ...unlike(live, { ...mine, ...regionsTag(owned) }) };
  const after: KeyMemory = { ...memory, adopted: { before: ownership(live) }, owned, notes: note(live, keyArn, owner) };
  return tagged(after, { keyArn, set, unset: [...users.unset, ...outdated] });
}

/** Ahead of the calls, so that they can be repeated, and undone. */
function tagged(memory: KeyMemory, tagging: Tagging): Turn<KeyMemory> {
  const { keyArn } = tagging;
  return isEmpty(tagging)
    ? again(withTagged({ ...memory, keyArn }, keyArn), 0, 'what else is declared')
    : again({ ...memory, keyArn, tagging }, 0, `tags of ${keyArn}`);
}

function note(live: Record<string, string>, keyArn: string, { stackId, logicalId }: Owner): string[] {
  const { [STACK_ID_TAG]: stack, [LOGICAL_ID_TAG]: resource } = live;
  return stack === undefined || (stack === stackId && resource === logicalId) ? [] : [`${keyArn} was taken over from ${resource} of the stack ${stack}`];
}

/** Takes away the resource policy that this request put where there was none, and gives back the ownership tags that the key had. All else stays. */
async function undo(task: Task<AdoptedKeyProperties>, memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  const { adopted: { before } = {}, keyArn = '' } = memory;
  const done: Turn<KeyMemory> = { kind: 'done', memory, physicalId: task.physicalId ?? '', attributes: {}, leftBehind: addedReplicas(memory) };
  if (!before) { return done; }
  if (memory.givingBack) { return memory.tagging ? changeTags(memory, plane) : done; }
  const live = await plane.listTags(keyArn);
  if (!isOwned(live, task.owner)) { return done; }
  if (memory.resourcePolicy === 'put' || memory.resourcePolicy === 'wasPut') { return withdrawPolicy(task, memory, plane); }
  const tagging = { keyArn, set: unlike(live, before), unset: Object.keys(ownership(live)).filter(tag => !(tag in before)) };
  return isEmpty(tagging) ? done : again({ ...memory, givingBack: true, tagging }, 0, `tags of ${keyArn} to be given back`);
}

/** While the key still bears our tags: without them, the permissions end. */
async function withdrawPolicy({ declared }: Task<AdoptedKeyProperties>, memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  const what = 'the resource policy to be taken away again';
  const live = await plane.getResourcePolicy(memory.keyArn!);
  return live !== undefined && samePolicy(live, declared.ResourcePolicy!)
    ? change(memory, { what, call: () => plane.deleteResourcePolicy(memory.keyArn!) }, after => again({ ...after, resourcePolicy: 'settled' }, 0, what))
    : again({ ...memory, resourcePolicy: 'settled' }, 0, what);
}

/** Takes away what says that the key is this resource's, and nothing else. A key that cannot be adopted for it is no reason to keep the stack. */
async function absent(task: Task<AdoptedKeyProperties>, memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  const id = parsePhysicalId(task.physicalId!);
  // Any other id is that of a creation of which CloudFormation never heard the end.
  const keyArn = id.kind === 'key' ? id.keyArn : task.declared.KeyArn;
  const done: Turn<KeyMemory> = { kind: 'done', memory, physicalId: task.physicalId!, attributes: {} };
  if (parseKeyArn(keyArn)?.region !== task.owner.region) { return done; }
  try {
    if (isOwned(await plane.listTags(keyArn), task.owner)) { await plane.untagKey(keyArn, [STACK_ID_TAG, LOGICAL_ID_TAG]); }
    return done;
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || PASSING.includes(fault.kind)) { throw fault; }
    return fault.kind === 'notFound' ? done : { ...done, leftBehind: tagsLeft(task.owner, keyArn, ` (${fault.message})`) };
  }
}

function traces(owner: Owner, memory: KeyMemory): string | undefined {
  if (!memory.adopted?.before) { return undefined; }
  return [tagsLeft(owner, memory.keyArn!), addedReplicas(memory)].filter(text => text !== undefined).join('. ');
}

function tagsLeft({ region }: Owner, keyArn: string, why = ''): string {
  return `${keyArn} may bear the tags of this stack${why}, which keeps nobody from adopting it. To take them away: aws payment-cryptography untag-resource `
    + `--region ${region} --resource-arn ${keyArn} --tag-keys ${STACK_ID_TAG} ${LOGICAL_ID_TAG}`;
}

function addedReplicas({ adopted, owned = [], keyArn = '' }: KeyMemory): string | undefined {
  const before = ownedRegions(adopted?.before ?? {});
  const added = adopted?.before ? owned.filter(replica => !before.includes(replica)) : [];
  return added.length === 0 ? undefined : `replicas of ${keyArn} that this request added stay: ${added.join(', ')}. Those that nobody uses: `
    + removalCommand(keyArn, ['<Regions>']);
}

/** The library's own tags among them. */
function ownership(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([name]) => name.startsWith(OWNERSHIP_TAG_PREFIX)));
}

/** Those that are not there yet, or with another value. */
function unlike(live: Record<string, string>, tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([name, value]) => live[name] !== value));
}
