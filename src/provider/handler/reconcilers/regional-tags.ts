import { Tags } from './ownership';
import { parsePhysicalId } from './physical-id';
import { parseProvenance, Provenance, provenanceId } from './provenance';
import { Owner, Task } from './reconciler';
import { refuseRegions } from './refusal';
import { Plan, regionalReconciler, RegionalType } from './regional';
import { OWNERSHIP_TAG_PREFIX, STACK_ID_TAG } from '../../contract/ownership-tags';
import { TagsProperties } from '../../contract/regional-tags';
import { ifFound } from '../control-plane/fault';
import { parseKeyArn, regionOf, replicaArn } from '../control-plane/key-arn';

/*
 * Tags on a key in some Regions, as plans for one Region each (regional.ts).
 *
 * A tag that is there with another value is refused. One that a creation finds with the very value is accepted, named in
 * the physical id, and neither changed nor removed later. An update keeps the physical id, so it cannot record what it
 * finds and is refused, unless it is the rollback of an update that failed: what that finds was not removed yet. On another
 * key the tags are another resource.
 *
 * Tag keys are chosen by users, so they are keys of Maps and items of lists, and never names of properties.
 */

/** One call. Only keys: values stand in the declaration. */
export type TagsStep =
  /** `added` are those that were not there, `changed` the resource's own with a value of before. */
  | { readonly kind: 'set'; readonly added: readonly string[]; readonly changed: readonly string[] }
  | { readonly kind: 'restore'; readonly keys: readonly string[] }
  | { readonly kind: 'unset'; readonly keys: readonly string[] };

/** `undefined` when the Region does not know the key. */
type Live = Tags | undefined;
type TagsTask = Task<TagsProperties>;
type TagsPlan = Plan<TagsStep>;

const NOTHING: TagsPlan = { steps: [] };

const tagsType: RegionalType<TagsProperties, Live, TagsStep> = {
  refuse,
  idProblem: task => ownProvenance(task) ? undefined : `${task.physicalId} never became tags, so it cannot be updated`,
  regions: (task, work) => work === 'removing' ? task.declared.Regions : [...task.declared.Regions, ...regionsToLeave(task)],
  look: (region, { declared }, plane) => ifFound(() => plane.listTags(replicaArn(declared.KeyArn, region))),
  awaited: (region, live, { declared }) => live || !declared.Regions.includes(region) ? undefined : `the key to be known in ${region}`,
  remaining,
  plan,
  removal,
  undo,
  takesAway: ({ kind }) => kind === 'unset',
  call: (step, region, { declared, previous }, changes) => {
    const arn = replicaArn(declared.KeyArn, region);
    switch (step.kind) {
      case 'set': return changes.tagKey(arn, picked(declared.Tags, [...step.added, ...step.changed]));
      case 'restore': return changes.tagKey(arn, picked(previous!.Tags, step.keys));
      case 'unset': return ifFound(() => changes.untagKey(arn, step.keys));
    }
  },
  textOf: (step, region, { declared }) =>
    `${step.kind === 'unset' ? 'the end of tags' : 'tags'} ${keysOf(step).join(', ')} of ${replicaArn(declared.KeyArn, region)}`,
  invalid: (region, { message }, { declared: { KeyArn } }) => ({
    reason: `the tags of ${replicaArn(KeyArn, region)} cannot be changed: ${message}. If that is because it is a replica, `
      + `list only the Region of the primary in regions${region === regionOf(KeyArn) ? '' : `, without ${region}`}`,
    // The tags of a key whose deletion is scheduled cannot be changed, and go with it.
    note: `${replicaArn(KeyArn, region)} keeps its tags, which cannot be changed: ${message}`,
  }),
  physicalId: (task, found) => isInPlace(task) ? task.physicalId : provenanceId({ name: predecessorProvenance(task)?.name ?? nameOf(task), found }),
  done: () => ({ attributes: {}, notes: [] }),
  madeText: (region, made, { declared: { KeyArn } }) => {
    const keys = [...new Set(made.flatMap(keysOf))];
    return `this request may have set the tags ${keys.join(', ')} of ${replicaArn(KeyArn, region)}. `
      + `Those that nobody uses: ${untagCommand(region, KeyArn, keys)}`;
  },
};

export const tagsReconciler = regionalReconciler(tagsType);

function refuse(declared: TagsProperties, owner: Owner): string | undefined {
  const keys = Object.keys(declared.Tags);
  const reserved = keys.filter(key => key.startsWith(OWNERSHIP_TAG_PREFIX));
  if (reserved.length > 0) { return `tag ${reserved.join(', ')} begins with ${OWNERSHIP_TAG_PREFIX}, by which the library knows its keys. Choose another key`; }
  return keys.length === 0 ? 'no tags are declared. Declare at least one' : refuseRegions(declared, owner);
}

const prefixOf = (keyArn: string) => `tags/${parseKeyArn(keyArn)?.keyId}/`;
const nameOf = ({ declared, owner }: TagsTask) => prefixOf(declared.KeyArn) + owner.requestId;
/** Tags that were there before the resource stand in its physical id like this. */
const foundMark = (region: string, key: string) => `${region}:${encodeURIComponent(key)}`;

function ownProvenance({ physicalId = '' }: TagsTask): Provenance | undefined {
  return parsePhysicalId(physicalId).kind === 'other' && physicalId.startsWith('tags/') ? parseProvenance(physicalId) : undefined;
}

function isInPlace(task: TagsTask): boolean {
  return ownProvenance(task)?.name.startsWith(prefixOf(task.declared.KeyArn)) ?? false;
}

/** What is known of the tags that a rollback returns to. */
function predecessorProvenance({ declared, reversal }: TagsTask): Provenance | undefined {
  const before = reversal.kind === 'ofReplacement' ? parseProvenance(reversal.predecessor) : undefined;
  return before?.name.startsWith(prefixOf(declared.KeyArn)) ? before : undefined;
}

/** Regions that an update leaves. */
function regionsToLeave(task: TagsTask): string[] {
  const { declared, previous, reversal } = task;
  return isInPlace(task) && reversal.kind === 'none' ? previous?.Regions.filter(region => !declared.Regions.includes(region)) ?? [] : [];
}

/** The tags of the resource in a Region, before an update. What was found there is not the resource's. */
function tagsBefore(region: string, task: TagsTask): Tags {
  return isInPlace(task) && task.previous?.Regions.includes(region) ? notFound(task.previous.Tags, region, ownProvenance(task)!) : new Map();
}

function notFound(tags: TagsProperties['Tags'], region: string, { found }: Provenance): Tags {
  return new Map(Object.entries(tags).filter(([key]) => !found.includes(foundMark(region, key))));
}

function remaining(live: Live, made: readonly TagsStep[]): readonly TagsStep[] {
  const isThere = (key: string) => live?.has(key) ?? false;
  return made.map(step => step.kind === 'set' ? { ...step, added: step.added.filter(isThere), changed: step.changed.filter(isThere) } : step)
    .filter(step => keysOf(step).length > 0);
}

function plan(region: string, live: Live, task: TagsTask, made: readonly TagsStep[]): TagsPlan {
  if (!live) { return NOTHING; }
  const { declared: { KeyArn, Regions, Tags: declaredTags }, reversal, isKnown } = task;
  const wanted: Tags = new Map(Regions.includes(region) ? Object.entries(declaredTags) : []);
  const before = tagsBefore(region, task);
  const addedHere = made.flatMap(step => step.kind === 'set' ? step.added : []);
  const added = [...wanted.keys()].filter(key => !live.has(key));
  const same = [...wanted.keys()].filter(key => live.has(key) && live.get(key) === wanted.get(key) && !addedHere.includes(key));
  const differing = [...wanted.keys()].filter(key => live.has(key) && live.get(key) !== wanted.get(key));
  const changed = differing.filter(key => isKnown && before.has(key));
  const taken = [...differing.filter(key => !changed.includes(key)), ...same.filter(key => !isAcceptable(region, key, task))];
  const keeper = keeperOf(live, task);
  const unset = [...before].filter(([key, value]) => !wanted.has(key) && live.get(key) === value && reversal.kind === 'none').map(([key]) => key);
  const arn = replicaArn(KeyArn, region);
  return {
    steps: [
      ...added.length + changed.length > 0 ? [{ kind: 'set' as const, added, changed }] : [],
      ...unset.length > 0 && !keeper && isKnown ? [{ kind: 'unset' as const, keys: unset }] : [],
    ],
    refusals: [
      ...keeper && added.length + changed.length > 0 ? [keptText(arn, keeper)] : [],
      ...taken.map(key => takenText(region, arn, key)),
    ],
    found: isInPlace(task) ? [] : foundMarks(region, same, task),
    notes: unset.length > 0 && keeper ? [staysText(arn, unset, keeper)] : [],
    leftBehind: unset.length > 0 && !keeper && !isKnown ? [unknownText(region, arn, unset)] : [],
  };
}

/** A rollback finds what it left: of the tags that are there, those are not the resource's that were not before. */
function foundMarks(region: string, same: readonly string[], task: TagsTask): string[] {
  const before = predecessorProvenance(task);
  return same.map(key => foundMark(region, key)).filter(mark => !before || before.found.includes(mark));
}

/** Whether a tag may be there already with the declared value. */
function isAcceptable(region: string, key: string, task: TagsTask): boolean {
  const { previous, reversal } = task;
  return !isInPlace(task) || !previous || reversal.kind !== 'none' || ownProvenance(task)!.found.includes(foundMark(region, key))
    || (previous.Regions.includes(region) && Object.hasOwn(previous.Tags, key));
}

/** The other stack of this library whose key it is: only that one is permitted to change the tags of the primary. */
function keeperOf(live: Tags, { owner }: TagsTask): string | undefined {
  const stack = live.get(STACK_ID_TAG);
  return stack === owner.stackId ? undefined : stack;
}

function removal(region: string, live: Live, task: TagsTask): TagsPlan {
  const { declared: { KeyArn, Tags: declaredTags }, isKnown } = task;
  const provenance = isInPlace(task) ? ownProvenance(task) : undefined;
  const ours = provenance ? notFound(declaredTags, region, provenance) : new Map(Object.entries(declaredTags));
  const keys = [...ours].filter(([key, value]) => live?.get(key) === value).map(([key]) => key);
  if (!live || keys.length === 0) { return NOTHING; }
  const arn = replicaArn(KeyArn, region);
  const keeper = keeperOf(live, task);
  if (keeper) { return { steps: [], notes: [staysText(arn, keys, keeper)] }; }
  return provenance && isKnown ? { steps: [{ kind: 'unset', keys }] } : { steps: [], leftBehind: [unknownText(region, arn, keys)] };
}

/** What others have changed since stays. */
function undo(region: string, live: Live, task: TagsTask, made: readonly TagsStep[]): TagsPlan {
  const { declared } = task;
  const wanted = new Map(Object.entries(declared.Tags));
  const sets = made.flatMap(step => step.kind === 'set' ? [step] : []);
  const asSet = (keys: readonly string[]) => [...new Set(keys)].filter(key => live?.has(key) && live.get(key) === wanted.get(key));
  const added = asSet(sets.flatMap(step => step.added));
  const changed = asSet(sets.flatMap(step => step.changed));
  if (!live || added.length + changed.length === 0) { return NOTHING; }
  const keeper = keeperOf(live, task);
  if (keeper) { return { steps: [], leftBehind: [staysText(replicaArn(declared.KeyArn, region), [...added, ...changed], keeper)] }; }
  return {
    steps: [
      ...added.length > 0 ? [{ kind: 'unset' as const, keys: added }] : [],
      ...changed.length > 0 ? [{ kind: 'restore' as const, keys: changed }] : [],
    ],
  };
}

function keysOf(step: TagsStep): readonly string[] {
  return step.kind === 'set' ? [...step.added, ...step.changed] : step.keys;
}

function picked(tags: TagsProperties['Tags'], keys: readonly string[]): Tags {
  return new Map(Object.entries(tags).filter(([key]) => keys.includes(key)));
}

function untagCommand(region: string, keyArn: string, keys: readonly string[]): string {
  return `aws payment-cryptography untag-resource --region ${region} --resource-arn ${replicaArn(keyArn, region)} `
    + `--tag-keys ${keys.map(key => `'${key}'`).join(' ')}`;
}

function keptText(arn: string, stack: string): string {
  return `${arn} belongs to the stack ${stack}, which alone sets its tags. Set them there, with Tags.of(key), or list only the Regions of its replicas here`;
}

function staysText(arn: string, keys: readonly string[], stack: string): string {
  return `${arn} keeps the tags ${keys.join(', ')}, since it belongs to the stack ${stack} by now`;
}

/** The ledger lost whose they are, so they stay as they are (L11). */
function unknownText(region: string, arn: string, keys: readonly string[]): string {
  return `${arn} has the tags ${keys.join(', ')} as declared, and it is not known whether this resource set them. `
    + `If nobody uses them: ${untagCommand(region, arn, keys)}`;
}

function takenText(region: string, arn: string, key: string): string {
  return `${arn} has a tag ${key} already, which this resource did not set and leaves as it is. Leave it off the declaration or, if nobody uses it, `
    + `remove it and deploy again: ${untagCommand(region, arn, [key])}`;
}
