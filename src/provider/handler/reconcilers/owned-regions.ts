import { Changes } from '../control-plane/port';
import { change, Refusable, withoutRefusal } from './change';
import { again, ControlPlane, OwnedRegions, Task, Turn } from './reconciler';
import { InRegions, nextRegionStep, regionDifferences, RegionTask, regionWork, RegionWork, statusIn } from './replication';

/*
 * Regions that are ours: added to a key, or to an account's defaults, by this resource, so that it may take them away
 * again. Whatever else is there is somebody else's and stays.
 *
 * The ledger keeps them when a request is over, and `checkpoint.owned` is what the request in charge makes of them. A
 * Region is seen absent, becomes ours with the intent of the call that adds it, and ceases to be ours after the call that
 * removes it. A call that the service refused leaves it whose it was: somebody else may have added it meanwhile.
 *
 * For example, others have us-west-2, and us-west-2 and eu-west-1 are declared:
 *   intent of AddKeyReplicationRegions  { owned: [eu-west-1] }
 *   its rollback, or the Delete         RemoveKeyReplicationRegions eu-west-1, then { owned: [] }; us-west-2 stays
 */

/** What has Regions of which some are ours. */
export interface RegionHolder {
  /** For people. */
  readonly text: string;
  /** Both answer with the Regions as they are afterwards. */
  add(changes: Changes, regions: readonly string[]): Promise<InRegions>;
  remove(changes: Changes, regions: readonly string[]): Promise<InRegions>;
  /** The command that removes them, for people. */
  removalCommand(regions: readonly string[]): string;
}

export interface OwnedRegionsWork extends RegionWork, Refusable {
  /** The Regions that were ours before this request. A rollback leaves them. */
  readonly ownedBefore: readonly string[];
}

/** Where a request begins that has the Regions of this physical id to see to. */
export function ownedRegionsWork(task: Task<unknown>, physicalId: string): OwnedRegionsWork {
  const ownedBefore = task.ownedRegions(physicalId);
  return { ...regionWork({ physicalId, regions: ownedBefore }, task.now), ownedBefore };
}

/** The call that the Regions need next, or the wait before it; `undefined` when there is none left. */
export async function regionTurn<C extends RegionWork & Refusable>(
  holder: RegionHolder, regionTask: RegionTask, checkpoint: C, plane: ControlPlane<C>, afterwards: (checkpoint: C, there: InRegions) => Turn<C>,
): Promise<Turn<C> | undefined> {
  const step = nextRegionStep(regionTask, checkpoint);
  if (!step) { return undefined; }
  if (step.kind === 'wait') { return again(checkpoint, step.inSeconds, step.waitingFor); }
  const { kind, regions } = step;
  const intent: C = { ...checkpoint, ...step.intent };
  return change(plane, {
    what: `${holder.text} to ${kind === 'add' ? 'get' : 'lose'} ${regions.join(', ')}`,
    intent,
    ifRefused: checkpoint,
    // Not documented by AWS: how the service refuses to add a Region whose former replica it is still deleting.
    passing: regionDifferences(regions, regionTask.there).leaving.length > 0 ? ['conflict', 'invalid'] : ['conflict'],
    now: regionTask.now,
    call: changes => holder[kind](changes, regions),
  }, there => afterwards({ ...withoutRefusal(intent), ...step.fact } as C, there));
}

/** What is there besides what is declared and ours, for people. */
export function foreignRegions(declared: readonly string[], there: InRegions): string[] {
  const { surplus } = regionDifferences(declared, there);
  return surplus.length > 0 ? [`left as they are, since this resource did not add them: ${surplus.join(', ')}`] : [];
}

/** Takes away those of `regions` that are there, and then calls none of them ours any more: all that is ours, or what a request added. */
export async function removeOwned<C extends OwnedRegionsWork>(
  holder: RegionHolder, regions: readonly string[], there: InRegions, checkpoint: C, now: Date, plane: ControlPlane<C>,
): Promise<Turn<C>> {
  const { physicalId, regions: owned } = checkpoint.owned;
  const none = (before: C): Turn<C> => ({
    kind: 'done',
    checkpoint: { ...before, owned: { physicalId, regions: owned.filter(region => !regions.includes(region)) } },
    physicalId,
    attributes: {},
  });
  const present = regions.filter(region => isThere(region, there));
  return present.length === 0 ? none(checkpoint) : change(plane, {
    what: `${holder.text} to lose ${present.join(', ')}`,
    intent: checkpoint,
    now,
    call: changes => holder.remove(changes, present),
  }, () => none(withoutRefusal(checkpoint) as C));
}

/** Regions that became ours with the request that left this checkpoint. */
export function addedRegions({ owned, ownedBefore }: OwnedRegionsWork): string[] {
  return owned.regions.filter(region => !ownedBefore.includes(region));
}

export function addedText(checkpoint: OwnedRegionsWork, { text, removalCommand }: RegionHolder): string | undefined {
  const added = addedRegions(checkpoint);
  return added.length === 0 ? undefined
    : `this request may have added ${added.join(', ')} to ${text}. If nobody needs that: ${removalCommand(added)}`;
}

/** The ledger lost what is ours, so nothing is taken away, and what is there may be ours (L11). */
export function unknownOwnerText(regions: readonly string[], there: InRegions, { text, removalCommand }: RegionHolder): string | undefined {
  const present = regions.filter(region => isThere(region, there));
  return present.length === 0 ? undefined
    : `${present.join(', ')} of ${text} may have been added by this resource. The ledger that knew was lost, so they stay. `
      + `If nobody needs them: ${removalCommand(present)}`;
}

function isThere(region: string, there: InRegions): boolean {
  return ![undefined, 'DELETE_IN_PROGRESS'].includes(statusIn(region, there));
}
