import { change, Refusable, withoutRefusal } from './change';
import { again, Checkpoint, ControlPlane, failed, OwnedRegions, Task, Turn } from './reconciler';
import { InRegions, nextRegionStep, ownedAtTheEnd, regionDifferences, RegionStep, regionWork, RegionWork, statusIn } from './replication';
import { Changes } from '../control-plane/port';

/*
 * Regions that are ours: this resource added them to a key, or to an account's defaults, so it may take them away again.
 * Whatever else is there is somebody else's and stays.
 *
 * The ledger keeps which they are when a request is over, and `checkpoint.owned` is what the request in charge makes of
 * them. A Region is seen absent, becomes ours with the intent of the call that adds it, and ceases to be ours after the
 * call that removes it. A call that the service refused leaves it whose it was: others may have added it meanwhile.
 *
 *   reconcile   look -> add or remove (one call a turn; its answer is the next look) -> `settle`, which waits or is done
 *   remove      look -> remove all that is ours -> done
 *   roll back   look -> remove what this request added -> done
 *
 * For example, others have us-west-2, and us-west-2 and eu-west-1 are declared:
 *   intent of AddKeyReplicationRegions   { owned: [eu-west-1] }
 *   rollback, or Delete                  RemoveKeyReplicationRegions eu-west-1, then { owned: [] }; us-west-2 stays
 */

/** Before the first look, nothing is known. */
export interface Starting extends Checkpoint {
  readonly phase: 'starting';
}

export interface OwnedRegionsWork extends RegionWork, Refusable {
  /** The Regions that were ours before this request. A rollback leaves them. */
  readonly ownedBefore: readonly string[];
  readonly owned: OwnedRegions;
}

export type RegionLook<C extends Checkpoint> =
  | { readonly kind: 'there'; readonly there: InRegions; readonly checkpoint: C }
  /** What had the Regions is gone, and they are gone with it. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'uncertain'; readonly turn: Turn<C> };

/** What has Regions of which some are ours. */
export interface RegionHolder<C extends Checkpoint> {
  readonly physicalId: string;
  /** For people. */
  readonly text: string;
  /** The command that removes Regions, for people. */
  removalCommand(regions: readonly string[]): string;
  look(checkpoint: C, plane: ControlPlane<C>): Promise<RegionLook<C>>;
  /** The other stack whose business the Regions are by now, for people. Asked before a change. */
  keeper(plane: ControlPlane<C>): Promise<string | undefined>;
  /** Both answer with the Regions as they are afterwards. */
  add(changes: Changes, regions: readonly string[]): Promise<InRegions>;
  remove(changes: Changes, regions: readonly string[]): Promise<InRegions>;
}

/** What is declared, and whether a Region whose replication FAILED gets a second try. */
export interface RegionDeclaration {
  readonly regions: readonly string[];
  readonly retriesFailed: boolean;
}

/** Where the work of a request on the Regions of this physical id begins. */
export function ownedRegionsWork(task: Task<unknown>, physicalId: string): OwnedRegionsWork {
  const ownedBefore = task.ownedRegions(physicalId);
  return { ...regionWork({ physicalId, regions: ownedBefore }, task.now), ownedBefore };
}

/**
 * Makes the next call that the Regions need, or waits before it.
 *
 * @param settle the turn of Regions on which nothing is to be changed
 */
export async function changeRegions<C extends OwnedRegionsWork>(
  holder: RegionHolder<C>, { regions: declared, retriesFailed }: RegionDeclaration, now: Date, before: C, there: InRegions,
  plane: ControlPlane<C>, settle: (checkpoint: C, there: InRegions) => Turn<C>,
): Promise<Turn<C>> {
  const checkpoint = withoutRemoved(before, declared, there);
  const next = (known: C, present: InRegions) =>
    nextRegionStep({ declared, there: present, removable: known.owned.regions, retriesFailed, now }, known);
  const step = next(checkpoint, there);
  if (!step) { return settle(checkpoint, there); }
  if (step.kind === 'wait') { return again(checkpoint, step.inSeconds, step.waitingFor); }
  const keeper = await holder.keeper(plane);
  if (keeper !== undefined) { return failed(checkpoint, keptText(holder, keeper)); }
  const { kind, regions } = step;
  const intent: C = { ...checkpoint, ...step.intent, ...kind === 'add' ? { made: holder.physicalId } : {} };
  return change(plane, {
    what: whatOf(holder, step),
    intent,
    ifRefused: checkpoint,
    // Not documented by AWS: how the service refuses to add a Region whose former replica it is still deleting.
    passing: kind === 'add' && regionDifferences(regions, there).leaving.length > 0 ? ['conflict', 'invalid'] : ['conflict'],
    now,
    call: changes => holder[kind](changes, regions),
  }, present => {
    const fact = withoutRefusal({ ...intent, ...step.fact }) as C;
    const following = next(fact, present);
    if (!following) { return settle(fact, present); }
    return following.kind === 'wait' ? again(fact, following.inSeconds, following.waitingFor) : again(fact, 0, whatOf(holder, following));
  });
}

/** All is as declared. */
export function doneWithRegions<C extends OwnedRegionsWork>(
  holder: RegionHolder<C>, declared: readonly string[], previous: readonly string[], task: Task<unknown>, checkpoint: C, there: InRegions,
): Turn<C> {
  const { surplus } = regionDifferences(declared, there);
  const known = { ...checkpoint, owned: ownedAtTheEnd(checkpoint.owned, declared) };
  const unowned = [...new Set([...declared, ...previous])].filter(region => !checkpoint.owned.regions.includes(region));
  return {
    kind: 'done',
    checkpoint: known,
    physicalId: holder.physicalId,
    attributes: {},
    notes: surplus.length > 0 ? [`left as they are, since this resource did not add them: ${surplus.join(', ')}`] : [],
    leftBehind: task.isKnown ? undefined : unknownOwnerText(holder, unowned, there),
  };
}

/** Takes away all that is ours. Of what the ledger has lost, nothing is (L11). */
export async function removeOwnedRegions<C extends OwnedRegionsWork>(
  holder: RegionHolder<C>, declared: readonly string[], task: Task<unknown>, checkpoint: C, plane: ControlPlane<C>,
): Promise<Turn<C>> {
  const { owned } = checkpoint;
  if (task.isKnown) { return removeRegions(holder, owned.regions, task, checkpoint, plane); }
  const seen = await holder.look(checkpoint, plane);
  switch (seen.kind) {
    case 'uncertain': return seen.turn;
    case 'absent': return gone(holder, checkpoint, []);
    case 'there': return { ...gone(holder, checkpoint, []), leftBehind: unknownOwnerText(holder, declared, seen.there) };
  }
}

/** Takes away what the request that left this checkpoint added, and nothing else. */
export async function rollBackRegions<C extends OwnedRegionsWork>(
  holder: RegionHolder<C>, task: Task<unknown>, checkpoint: C, plane: ControlPlane<C>,
): Promise<Turn<C>> {
  const turn = await removeRegions(holder, addedRegions(checkpoint), task, checkpoint, plane);
  if (turn.kind !== 'done') { return turn; }
  const { made, ...nothingMade } = turn.checkpoint;
  return { ...turn, checkpoint: nothingMade as C };
}

/** What a request that left this checkpoint may have added, for people. */
export function addedText(checkpoint: OwnedRegionsWork, { text, removalCommand }: Pick<RegionHolder<any>, 'text' | 'removalCommand'>): string | undefined {
  const added = addedRegions(checkpoint);
  return added.length === 0 ? undefined
    : `this request may have added ${added.join(', ')} to ${text}. If nobody needs that: ${removalCommand(added)}`;
}

/** Takes away those Regions that are there; none of them is ours any more afterwards. */
async function removeRegions<C extends OwnedRegionsWork>(
  holder: RegionHolder<C>, regions: readonly string[], { now }: Task<unknown>, before: C, plane: ControlPlane<C>,
): Promise<Turn<C>> {
  if (before.owned.regions.length === 0) { return gone(holder, before, regions); }
  const seen = await holder.look(before, plane);
  if (seen.kind === 'uncertain') { return seen.turn; }
  if (seen.kind === 'absent') { return gone(holder, before, regions); }
  // A removal whose answer was lost shows only now.
  const checkpoint = withoutRemoved(seen.checkpoint, regions, seen.there);
  const present = regions.filter(region => isThere(region, seen.there));
  if (present.length === 0) { return gone(holder, checkpoint, regions); }
  const keeper = await holder.keeper(plane);
  if (keeper !== undefined) { return { ...gone(holder, checkpoint, regions), notes: [`${present.join(', ')} stay: ${keptText(holder, keeper)}`] }; }
  return change(plane, {
    what: whatOf(holder, { kind: 'remove', regions: present }),
    intent: checkpoint,
    now,
    call: changes => holder.remove(changes, present),
  }, () => gone(holder, checkpoint, regions));
}

function gone<C extends OwnedRegionsWork>({ physicalId }: RegionHolder<C>, checkpoint: C, regions: readonly string[]): Extract<Turn<C>, { kind: 'done' }> {
  const { owned } = checkpoint;
  return {
    kind: 'done',
    checkpoint: { ...withoutRefusal(checkpoint) as C, owned: { ...owned, regions: owned.regions.filter(region => !regions.includes(region)) } },
    physicalId,
    attributes: {},
  };
}

/** What is not declared and not there any more was removed, by others or by a call whose answer was lost. */
function withoutRemoved<C extends OwnedRegionsWork>(checkpoint: C, declared: readonly string[], there: InRegions): C {
  const { owned } = checkpoint;
  const regions = owned.regions.filter(region => declared.includes(region) || isThere(region, there));
  return regions.length === owned.regions.length ? checkpoint : { ...checkpoint, owned: { ...owned, regions } };
}

function addedRegions({ owned, ownedBefore }: OwnedRegionsWork): string[] {
  return owned.regions.filter(region => !ownedBefore.includes(region));
}

function whatOf({ text }: RegionHolder<any>, { kind, regions }: Pick<Exclude<RegionStep, { kind: 'wait' }>, 'kind' | 'regions'>): string {
  return `${text} to ${kind === 'add' ? 'get' : 'lose'} ${regions.join(', ')}`;
}

function keptText({ text }: RegionHolder<any>, keeper: string): string {
  return `${text} belongs to the stack ${keeper} by now, which alone adds and removes its Regions. Declare them there`;
}

function unknownOwnerText({ text, removalCommand }: RegionHolder<any>, regions: readonly string[], there: InRegions): string | undefined {
  const present = regions.filter(region => isThere(region, there));
  return present.length === 0 ? undefined
    : `${present.join(', ')} may have been added to ${text} by this resource. The provider's table has lost what is this resource's, so they stay. `
      + `If nobody needs them: ${removalCommand(present)}`;
}

function isThere(region: string, there: InRegions): boolean {
  return ![undefined, 'DELETE_IN_PROGRESS'].includes(statusIn(region, there));
}
