import { AliasProperties } from '../../../contract/regional-alias';
import { replicaArn } from '../../key-arn';
import { parsePhysicalId } from '../../physical-id';
import { Claim, parseClaim } from '../claim';
import { Task } from '../turn';
import { Target } from './memory';

/** What one Region needs, given whom the alias there belongs to. */
export type Step =
  | { readonly kind: 'create' }
  /** `from` is absent when it belongs to no key, or to the right one. */
  | { readonly kind: 'move'; readonly from?: string }
  | { readonly kind: 'delete' }
  | { readonly kind: 'nothing'; readonly note?: string }
  | { readonly kind: 'refuse'; readonly reason: string };

const NOTHING: Step = { kind: 'nothing' };

/** What the physical id says; `undefined` when it names no alias. */
export function claimOf({ physicalId = '' }: Task<AliasProperties>): Claim | undefined {
  return parsePhysicalId(physicalId).kind === 'other' && physicalId.startsWith('alias/') ? parseClaim(physicalId) : undefined;
}

/** The claim under which the alias of the declared name is held already: the resource's own, or the one it replaced (a rollback). */
export function heldClaim(task: Task<AliasProperties>): Claim | undefined {
  const claim = claimOf(task);
  return [claim, claim?.from].find(one => one?.name === task.declared.AliasName);
}

/** Regions that an update leaves, as far as the alias there is the resource's. */
export function droppedRegions(task: Task<AliasProperties>): string[] {
  const { declared, previous, reverses } = task;
  const claim = claimOf(task);
  return claim?.name === declared.AliasName && previous && !reverses
    ? previous.Regions.filter(region => !declared.Regions.includes(region) && !claim.found.includes(region))
    : [];
}

/** For a declared Region. `missing` are those where this request saw no alias. */
export function stepToHave(region: string, belongsTo: Target, task: Task<AliasProperties>, missing: readonly string[]): Step {
  const { declared, previous, reverses } = task;
  if (belongsTo === null) { return { kind: 'create' }; }
  const wanted = replicaArn(declared.KeyArn, region);
  const claim = claimOf(task);
  const sameName = claim?.name === declared.AliasName;
  if (!sameName || !previous?.Regions.includes(region)) {
    if (belongsTo !== wanted) { return { kind: 'refuse', reason: takenText(region, belongsTo, declared.AliasName, wanted) }; }
    // Unlike a new id, that of the resource as it is cannot tell that this one was found.
    return !sameName || !previous || reverses || claim.found.includes(region) || missing.includes(region)
      ? NOTHING
      : { kind: 'refuse', reason: foundText(region, declared.AliasName) };
  }
  const former = replicaArn(previous.KeyArn, region);
  if (belongsTo === wanted && wanted === former) { return NOTHING; }
  // Soon after UpdateAlias either key may be seen, so one that seems to be moved already is moved all the same.
  return [wanted, former, ''].includes(belongsTo)
    ? { kind: 'move', ...belongsTo !== '' && former !== wanted && { from: former } }
    : { kind: 'refuse', reason: movedText(region, belongsTo, declared.AliasName, wanted) };
}

/** For a Region that was left. A replica that is removed leaves its aliases without a key, so one of no key is the resource's, too. */
export function stepToLeave(region: string, belongsTo: Target, { declared, previous }: Task<AliasProperties>): Step {
  if (belongsTo === null) { return NOTHING; }
  const ours = ['', replicaArn(declared.KeyArn, region), replicaArn(previous!.KeyArn, region)];
  return ours.includes(belongsTo) ? { kind: 'delete' } : { kind: 'nothing', note: elsewhereText(region, belongsTo, declared.AliasName) };
}

export const deleteCommand = (region: string, aliasName: string) =>
  `aws payment-cryptography delete-alias --region ${region} --alias-name ${aliasName}`;
export const updateCommand = (region: string, aliasName: string, keyArn: string) =>
  `aws payment-cryptography update-alias --region ${region} --alias-name ${aliasName} --key-arn ${keyArn}`;

export function elsewhereText(region: string, belongsTo: string, aliasName: string): string {
  return `${aliasName} in ${region} stays, since it belongs to ${owner(belongsTo)}`;
}

function takenText(region: string, belongsTo: string, aliasName: string, wanted: string): string {
  return `${aliasName} is taken in ${region}: it belongs to ${owner(belongsTo)}, not to ${wanted}, and was left as it is. `
    + `Choose another name or, if nobody uses it, delete it and deploy again: ${deleteCommand(region, aliasName)}`;
}

function foundText(region: string, aliasName: string): string {
  return `${aliasName} is there in ${region} already and belongs to the key, but this resource did not make it, and could not tell it from its own later. `
    + `Leave the Region off the list, or delete it and deploy again: ${deleteCommand(region, aliasName)}`;
}

function movedText(region: string, belongsTo: string, aliasName: string, wanted: string): string {
  return `${aliasName} in ${region} was moved to ${owner(belongsTo)} by others, and was left as it is. `
    + `If it is to belong to ${wanted} again, move it and deploy again: ${updateCommand(region, aliasName, wanted)}`;
}

const owner = (belongsTo: string) => belongsTo === '' ? 'no key' : belongsTo;
