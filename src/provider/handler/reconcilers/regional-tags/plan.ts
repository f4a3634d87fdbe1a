import { STACK_ID_TAG } from '../../../contract/ownership-tags';
import { TagsProperties } from '../../../contract/regional-tags';
import { parseKeyArn } from '../../key-arn';
import { parsePhysicalId } from '../../physical-id';
import { Claim, parseClaim } from '../claim';
import { Task } from '../turn';
import { Plan } from './memory';

/** Tags that were there before the resource stand in its id like this. */
export const mark = (region: string, key: string) => `${region}:${encodeURIComponent(key)}`;

const prefix = (keyArn: string) => `tags/${parseKeyArn(keyArn)?.keyId}/`;

export const nameOf = (keyArn: string, requestId: string) => prefix(keyArn) + requestId;

/** What the physical id says; `undefined` when it names no tags. */
export function claimOf({ physicalId = '' }: Task<TagsProperties>): Claim | undefined {
  return parsePhysicalId(physicalId).kind === 'other' && physicalId.startsWith('tags/') ? parseClaim(physicalId) : undefined;
}

/** Whether the resource has its tags on the declared key already. */
export function isOnKey(claim: Claim | undefined, { declared }: Task<TagsProperties>): boolean {
  return claim?.name.startsWith(prefix(declared.KeyArn)) ?? false;
}

/** The claim under which the tags of the declared key are held: the resource's own, or the one it replaced (a rollback). */
export function heldClaim(task: Task<TagsProperties>): Claim | undefined {
  const claim = claimOf(task);
  return [claim, claim?.from].find(one => isOnKey(one, task));
}

/** Regions that an update leaves. */
export function droppedRegions(task: Task<TagsProperties>): string[] {
  return isOnKey(claimOf(task), task) && !task.reverses ? task.previous?.Regions.filter(region => !task.declared.Regions.includes(region)) ?? [] : [];
}

/** What is to be done about the tags that the key has in a Region. */
export function planFor(region: string, live: Readonly<Record<string, string>>, task: Task<TagsProperties>): Plan {
  const { reverses } = task;
  const declared = task.declared.Regions.includes(region) ? task.declared.Tags : {};
  const before = ownTags(region, task);
  const there = Object.keys(declared).filter(key => key in live);
  const same = there.filter(key => live[key] === declared[key]);
  const differing = there.filter(key => live[key] !== declared[key]);
  const keeper = keeperOf(live, task);
  const plan: Plan = {
    add: Object.keys(declared).filter(key => !(key in live)),
    same,
    change: differing.filter(key => key in before),
    taken: [...differing.filter(key => !(key in before)), ...same.filter(key => !mayBeFound(region, key, task))],
    unset: Object.keys(before).filter(key => !keeper && !reverses && !(key in declared) && live[key] === before[key]),
  };
  return keeper && plan.add.length + plan.change.length > 0 ? { ...plan, keeper } : plan;
}

/** The other stack of this library whose key it is: only that one is permitted to change the tags of the primary. */
export function keeperOf({ [STACK_ID_TAG]: stack }: Readonly<Record<string, string>>, { owner }: Task<TagsProperties>): string | undefined {
  return stack === owner.stackId ? undefined : stack;
}

/** Unlike a new id, that of the resource as it is cannot tell that a tag was found, unless it does already. */
function mayBeFound(region: string, key: string, task: Task<TagsProperties>): boolean {
  const { previous, reverses } = task;
  const claim = claimOf(task);
  return !isOnKey(claim, task) || !previous || Boolean(reverses) || claim!.found.includes(mark(region, key))
    || (previous.Regions.includes(region) && key in previous.Tags);
}

/** What an update may change or take away. */
function ownTags(region: string, task: Task<TagsProperties>): Record<string, string> {
  const claim = claimOf(task);
  return isOnKey(claim, task) && task.previous?.Regions.includes(region) ? notFound(task.previous.Tags, region, claim!) : {};
}

export function notFound(tags: Readonly<Record<string, string>>, region: string, { found }: Claim): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !found.includes(mark(region, key))));
}

export function picked(tags: Readonly<Record<string, string>>, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map(key => [key, tags[key]]));
}
