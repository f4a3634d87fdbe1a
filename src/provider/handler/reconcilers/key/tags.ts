import { ManagedKeyProperties } from '../../../contract/multi-region-payment-key';
import { LOGICAL_ID_TAG, REPLACES_TAG, REQUEST_ID_TAG, STACK_ID_TAG } from '../../../contract/ownership-tags';
import { Tags } from '../ownership';
import { Task } from '../reconciler';

/*
 * How the tags of a primary or of a replica differ from what is declared. Tags do not replicate, so each Region is compared
 * on its own. What users name is a key of a Map, so that a tag may have the name of any member of an object.
 */

/** What is to be changed about the tags of a key. */
export interface TagChanges {
  readonly set: Tags;
  readonly unset: readonly string[];
}

/** Tags that others set stay, and so does a value that others set in place of ours since. */
export function declaredTagChanges({ declared, previous }: Task<ManagedKeyProperties>, live: Tags): TagChanges {
  const now = new Map(Object.entries(declared.Tags));
  const before = Object.entries(previous?.Tags ?? {});
  return {
    set: unlike(live, now),
    unset: before.filter(([name, value]) => !now.has(name) && live.get(name) === value).map(([name]) => name),
  };
}

/** As above for a primary, which also bears the tags that say whose it is. */
export function primaryTagChanges(task: Task<ManagedKeyProperties>, live: Tags, isTakenOver: boolean): TagChanges {
  const { set, unset } = declaredTagChanges(task, live);
  // Found by the request that once made it, the key would be deleted should that be rolled back late.
  const outdated = isTakenOver ? [REQUEST_ID_TAG, REPLACES_TAG].filter(name => live.has(name)) : [];
  const ours = new Map([[STACK_ID_TAG, task.owner.stackId], [LOGICAL_ID_TAG, task.owner.logicalId]]);
  return { set: new Map([...set, ...unlike(live, ours)]), unset: [...unset, ...outdated] };
}

/** Those that are not there yet, or have another value. */
export function unlike(live: Tags, tags: Tags): Tags {
  return new Map([...tags].filter(([name, value]) => live.get(name) !== value));
}

/** Whether tags are declared or were: replicas are spared a request otherwise. */
export function hasTags({ declared, previous }: Task<ManagedKeyProperties>): boolean {
  return Object.keys(declared.Tags).length + Object.keys(previous?.Tags ?? {}).length > 0;
}
