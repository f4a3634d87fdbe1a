import { OWNERSHIP_TAG_PREFIX } from '../../../contract/ownership-tags';
import { TagsProperties } from '../../../contract/regional-tags';
import { ControlPlane } from '../../control-plane/port';
import { regionOf, replicaArn } from '../../key-arn';
import { parsePhysicalId } from '../../physical-id';
import { ifFound, ServiceFault } from '../../service-fault';
import { change } from '../change';
import { claimId } from '../claim';
import { lookEverywhere, Seen, without } from '../everywhere';
import { refuseRegions } from '../refusal';
import { again, failed, Owner, Reconciler, Task, Turn } from '../turn';
import { Plan, TagsMemory } from './memory';
import { claimOf, droppedRegions, heldClaim, isOnKey, keeperOf, mark, nameOf, notFound, picked, planFor } from './plan';

const SECONDS_BETWEEN_LOOKS = 1;
const SECONDS_UNTIL_REPLICA = 15;

/**
 * Tags on a key in some Regions. A tag that is there with another value is refused; one that a creation finds with the
 * very value is accepted, and neither changed nor removed later. An update has no place to remember what it finds, so it
 * fails, unless it is the rollback of one that failed: what that finds was not removed yet. On another key they are
 * another resource.
 */
export const tagsReconciler: Reconciler<TagsProperties, TagsMemory> = { mindsReversal: true, refuse, mayReplace, present, absent, undo, traces };

function refuse(declared: TagsProperties, owner: Owner): string | undefined {
  const keys = Object.keys(declared.Tags);
  const reserved = keys.filter(key => key.startsWith(OWNERSHIP_TAG_PREFIX));
  if (reserved.length > 0) { return `tag ${reserved.join(', ')} begins with ${OWNERSHIP_TAG_PREFIX}, by which the library knows its keys. Choose another key`; }
  return keys.length === 0 ? 'no tags are declared. Declare at least one' : refuseRegions(declared, owner);
}

function mayReplace(task: Task<TagsProperties>): boolean {
  return !isOnKey(claimOf(task), task);
}

async function present(task: Task<TagsProperties>, before: TagsMemory, plane: ControlPlane): Promise<Turn<TagsMemory>> {
  const { declared, physicalId } = task;
  if (physicalId !== undefined && !claimOf(task)) { return failed(before, `${physicalId} never became tags, so it cannot be updated`); }
  const { seen, learnt, unread } = await lookEverywhere([...declared.Regions, ...droppedRegions(task)], before.seen, async region => {
    const live = await look(region, task, plane);
    return live && planFor(region, live, task);
  });
  const looked: TagsMemory = { ...before, keyArn: declared.KeyArn, seen };
  if (unread.length > 0) { return again(looked, SECONDS_BETWEEN_LOOKS, `ListTagsForResource in ${unread.join(', ')}`); }
  const absentIn = declared.Regions.find(region => seen[region] === null);
  if (absentIn !== undefined) {
    return again({ ...looked, seen: without(seen, absentIn) }, SECONDS_UNTIL_REPLICA, `the key to be known in ${absentIn}`);
  }
  const taken = declared.Regions.flatMap(region => [
    ...seen[region]!.keeper ? [keptText(region, seen[region]!.keeper, declared)] : [],
    ...seen[region]!.taken.map(key => takenText(region, key, declared)),
  ]);
  if (taken.length > 0) { return failed(looked, taken.join('. ')); }
  const memory = learnt ? withClaim(task, looked) : looked;
  if (!memory) { return failed(looked, TOO_MANY); }
  const [next] = callsLeft(task, memory);
  if (!next) { return done(task, memory); }
  return learnt ? again(memory, 0, textOf(next, declared)) : act(next, task, memory, plane);
}

const TOO_MANY = 'too many of the tags are there already, so that the resource could not remember which are not its own. '
  + 'Take those that are there off the declaration';

interface Call {
  readonly region: string;
  readonly kind: 'set' | 'unset';
  readonly keys: readonly string[];
}

/** What is set comes first, then what is taken away. */
function callsLeft(task: Task<TagsProperties>, { seen, settled = [] }: TagsMemory): Call[] {
  const plans = [...task.declared.Regions, ...droppedRegions(task)].flatMap(region => seen![region] ? [{ region, plan: seen![region] }] : []);
  return [
    ...plans.map(({ region, plan }): Call => ({ region, kind: 'set', keys: [...plan.add, ...plan.change] })),
    ...plans.map(({ region, plan }): Call => ({ region, kind: 'unset', keys: plan.unset })),
  ].filter(({ region, kind, keys }) => keys.length > 0 && !settled.includes(`${kind} ${region}`));
}

/** Under which id the tags are held is decided before anything is changed; `undefined` when it would be too long. */
function withClaim(task: Task<TagsProperties>, memory: TagsMemory): TagsMemory | undefined {
  const begun: TagsMemory = { ...memory, begun: true };
  if (memory.made || isOnKey(claimOf(task), task)) { return begun; }
  const made = newId(task, memory.seen!);
  return made === undefined ? undefined : { ...begun, made };
}

/** A rollback that finds everything as it left it goes back under the very id that it had. */
function newId(task: Task<TagsProperties>, seen: Seen<Plan | null>): string | undefined {
  const { declared: { KeyArn, Regions }, owner } = task;
  const held = heldClaim(task);
  if (held && Regions.every(region => seen[region]!.add.length === 0)) { return claimId(held); }
  const same = Regions.flatMap(region => seen[region]!.same.map(key => mark(region, key)));
  return claimId({
    name: nameOf(KeyArn, owner.requestId),
    found: held ? same.filter(one => held.found.includes(one)) : same,
    from: claimOf(task),
  });
}

async function act(call: Call, task: Task<TagsProperties>, memory: TagsMemory, plane: ControlPlane): Promise<Turn<TagsMemory>> {
  const { region, kind, keys } = call;
  const arn = replicaArn(task.declared.KeyArn, region);
  const make = {
    set: () => plane.tagKey(arn, picked(task.declared.Tags, keys)),
    unset: () => ifFound(() => plane.untagKey(arn, [...keys])),
  };
  try {
    return await change(memory, { what: textOf(call, task.declared), call: make[kind], passing: ['conflict', 'notFound'] }, after => {
      const settled = { ...after, settled: [...after.settled ?? [], `${kind} ${region}`] };
      const [next] = callsLeft(task, settled);
      return next ? again(settled, 0, textOf(next, task.declared)) : done(task, settled);
    });
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || fault.kind !== 'invalid') { throw fault; }
    return failed(memory, `the tags of ${arn} cannot be changed: ${fault.message}. If that is because it is a replica, `
      + `list only the Region of the primary in regions${region === regionOf(task.declared.KeyArn) ? '' : `, without ${region}`}`);
  }
}

function textOf({ region, kind, keys }: Call, { KeyArn }: TagsProperties): string {
  return `${kind === 'set' ? 'tags' : 'the end of tags'} ${keys.join(', ')} of ${replicaArn(KeyArn, region)}`;
}

function keptText(region: string, stack: string, { KeyArn }: TagsProperties): string {
  return `${replicaArn(KeyArn, region)} belongs to the stack ${stack}, which alone sets its tags. Set them there, with Tags.of(key), `
    + 'or list only the Regions of its replicas here';
}

function takenText(region: string, key: string, { KeyArn }: TagsProperties): string {
  const arn = replicaArn(KeyArn, region);
  return `${arn} has a tag ${key} already, which this resource did not set and leaves as it is. Leave it off the declaration or, if nobody uses it, `
    + `remove it and deploy again: ${untagCommand(region, arn, [key])}`;
}

const untagCommand = (region: string, arn: string, keys: readonly string[]) =>
  `aws payment-cryptography untag-resource --region ${region} --resource-arn ${arn} --tag-keys ${keys.map(key => `'${key}'`).join(' ')}`;

function done(task: Task<TagsProperties>, memory: TagsMemory): Turn<TagsMemory> {
  return { kind: 'done', memory, physicalId: memory.made ?? task.physicalId!, attributes: {} };
}

/** `null` when the Region does not know the key. */
async function look(region: string, { declared }: Task<TagsProperties>, plane: ControlPlane): Promise<Record<string, string> | null> {
  return await ifFound(() => plane.listTags(replicaArn(declared.KeyArn, region))) ?? null;
}

/** One Region a turn. */
async function absent(task: Task<TagsProperties>, memory: TagsMemory, plane: ControlPlane): Promise<Turn<TagsMemory>> {
  const { declared: { KeyArn, Tags, Regions }, physicalId = '' } = task;
  const claim = claimOf(task);
  const region = Regions.find(one => !memory.settled?.includes(`unset ${one}`));
  const isCertain = claim !== undefined;
  if (region === undefined || parsePhysicalId(physicalId).kind === 'nothingCreated') {
    const { left = [] } = memory;
    return { kind: 'done', memory, physicalId, attributes: {}, ...left.length > 0 && (isCertain ? { notes: [...left] } : { leftBehind: left.join('. ') }) };
  }
  const arn = replicaArn(KeyArn, region);
  const ours = claim ? notFound(Tags, region, claim) : Tags;
  const live = await look(region, task, plane) ?? {};
  const keys = Object.keys(ours).filter(key => live[key] === ours[key]);
  const what = `tags of ${arn} to be removed`;
  const over = (after: TagsMemory, text?: string): Turn<TagsMemory> => again(
    { ...after, settled: [...after.settled ?? [], `unset ${region}`], left: [...after.left ?? [], ...text ? [text] : []] }, 0, what);
  if (keys.length === 0) { return over(memory); }
  const keeper = keeperOf(live, task);
  if (keeper) { return over(memory, `${arn} keeps the tags ${keys.join(', ')}, since it belongs to the stack ${keeper} by now`); }
  if (!isCertain) {
    return over(memory, `${arn} has the tags ${keys.join(', ')} as declared, and it is not known whether this resource set them. `
      + `If nobody uses them: ${untagCommand(region, arn, keys)}`);
  }
  try {
    return await change(memory, { what, call: () => ifFound(() => plane.untagKey(arn, keys)) }, over);
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || fault.kind !== 'invalid') { throw fault; }
    // The tags of a key whose deletion is scheduled cannot be changed, and go with it.
    return over({ ...memory, refused: undefined }, `${arn} keeps its tags, which cannot be changed: ${fault.message}`);
  }
}

async function undo(task: Task<TagsProperties>, memory: TagsMemory, plane: ControlPlane): Promise<Turn<TagsMemory>> {
  const { seen = {}, undone = [] } = memory;
  const region = changedRegions(memory).find(one => !undone.includes(one));
  if (region === undefined) {
    return { kind: 'done', memory: { ...memory, made: undefined, begun: undefined }, physicalId: task.physicalId ?? '', attributes: {} };
  }
  const { declared, previous } = task;
  const arn = replicaArn(declared.KeyArn, region);
  const live = await look(region, task, plane) ?? {};
  const asSet = (keys: readonly string[]) => keys.filter(key => live[key] === declared.Tags[key]);
  const { add, change: changed } = { add: asSet(seen[region]!.add), change: asSet(seen[region]!.change) };
  const what = `tags of ${arn} to be as they were`;
  const back = [
    ...add.length > 0 ? [() => plane.untagKey(arn, add)] : [],
    ...changed.length > 0 ? [() => plane.tagKey(arn, picked(previous!.Tags, changed))] : [],
  ];
  if (back.length === 0) { return again({ ...memory, undone: [...undone, region] }, 0, what); }
  // The next look tells whether more is left.
  return change(memory, { what, call: () => ifFound(back[0]) }, after => again(after, 0, what));
}

/** Where this request may have set tags. */
function changedRegions({ begun, seen = {} }: TagsMemory): string[] {
  return Object.keys(seen).filter(region => begun && seen[region] && seen[region].add.length + seen[region].change.length > 0);
}

function traces(_: Owner, memory: TagsMemory): string | undefined {
  const { keyArn = '', seen = {} } = memory;
  return changedRegions(memory).map(region => {
    const arn = replicaArn(keyArn, region);
    const { add, change: changed } = seen[region]!;
    return `this request may have set the tags ${[...add, ...changed].join(', ')} of ${arn}. `
      + `Those that nobody uses: ${untagCommand(region, arn, [...add, ...changed])}`;
  }).join('. ') || undefined;
}
