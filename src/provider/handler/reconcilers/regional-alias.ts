import { Tags } from './ownership';
import { parsePhysicalId } from './physical-id';
import { parseProvenance, Provenance, provenanceId } from './provenance';
import { Owner, Task } from './reconciler';
import { refuseRegions } from './refusal';
import { Plan, regionalReconciler, RegionalType } from './regional';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../contract/ownership-tags';
import { AliasProperties } from '../../contract/regional-alias';
import { ifFound, orOtherwise } from '../control-plane/fault';
import { replicaArn } from '../control-plane/key-arn';
import { Looks } from '../control-plane/port';

/*
 * An alias in some Regions, as plans for one Region each (regional.ts).
 *
 * What was there before a creation, or a renaming, is accepted if it belongs to the very key, and named in the physical
 * id, so that it is never deleted. An update keeps the physical id, so it cannot record that: in a Region that it brings
 * it finds nothing, or it is refused. Only the rollback of an update that failed takes what it finds for its own, because
 * that was not deleted yet.
 *
 * UpdateAlias is eventually consistent: soon after it, GetAlias may name either key. So an alias that seems to be moved
 * already is moved all the same.
 */

/** The ARN of the key that an alias belongs to; empty when it belongs to none, `null` when there is no such alias. */
type Target = string | null;

/** An alias as it was seen in a Region. */
interface SeenAlias {
  readonly target: Target;
  /** The resource that the key of the alias belongs to, if its tags say so. Looked up only where the alias is in the way. */
  readonly owner?: KeyOwner;
}

interface KeyOwner {
  readonly keyArn: string;
  readonly stackId: string;
  readonly logicalId: string;
}

/** One call. `from` is the key that a rollback moves the alias back to; absent when there is none. */
export type AliasStep =
  | { readonly kind: 'create' }
  | { readonly kind: 'move'; readonly to: string; readonly from?: string }
  | { readonly kind: 'delete' };

type AliasTask = Task<AliasProperties>;
type AliasPlan = Plan<AliasStep>;

/** API: shape AliasName. */
const ALIAS_NAME = /^alias\/[a-zA-Z0-9/_-]{1,250}$/;
const NOTHING: AliasPlan = { steps: [] };

const aliasType: RegionalType<AliasProperties, SeenAlias, AliasStep> = {
  refuse,
  idProblem: task => ownProvenance(task) ? undefined : `${task.physicalId} never became an alias, so it cannot be updated`,
  regions: (task, work) => work === 'removing' ? regionsToRemove(task) : [...task.declared.Regions, ...regionsToLeave(task)],
  look,
  awaited: () => undefined,
  remaining: ({ target }, made) => target === null ? [] : made,
  plan: (region, seen, task, made) => task.declared.Regions.includes(region)
    ? planToHave(region, seen, task, made)
    : planToLeave(region, seen.target, task),
  removal: (region, { target }, task) => removal(region, target, task),
  undo: (region, { target }, task, made) => undo(region, target, task, made),
  takesAway: ({ kind }) => kind === 'delete',
  call: (step, region, { declared: { AliasName, KeyArn } }, changes) => {
    switch (step.kind) {
      case 'create': return changes.createAlias(AliasName, replicaArn(KeyArn, region));
      case 'move': return changes.updateAlias(AliasName, step.to);
      case 'delete': return ifFound(() => changes.deleteAlias(region, AliasName));
    }
  },
  textOf: ({ kind }, region, { declared }) => `${declared.AliasName} to be ${kind}d in ${region}`,
  invalid: () => undefined,
  physicalId: (task, found) => isInPlace(task) ? task.physicalId : provenanceId({ name: task.declared.AliasName, found }),
  done: ({ declared: { AliasName } }, physicalId) => ({
    attributes: { AliasName },
    notes: parseProvenance(physicalId).found.map(region => `${AliasName} in ${region} was there before this resource, which will never delete it`),
  }),
  madeText,
};

export const aliasReconciler = regionalReconciler(aliasType);

function refuse(declared: AliasProperties, owner: Owner): string | undefined {
  return ALIAS_NAME.test(declared.AliasName)
    ? refuseRegions(declared, owner)
    : `aliasName must be alias/ and then letters, digits, /, _ or -, 256 characters at most, but is ${declared.AliasName}`;
}

async function look(region: string, task: AliasTask, plane: Looks): Promise<SeenAlias> {
  const { declared: { AliasName, KeyArn }, previous, owner } = task;
  const target = await ifFound(async () => await plane.getAlias(region, AliasName) ?? '') ?? null;
  const isExpected = !target || [KeyArn, previous?.KeyArn].some(keyArn => keyArn !== undefined && replicaArn(keyArn, region) === target);
  return isExpected ? { target } : { target, owner: await ownerOfKey(replicaArn(target, owner.region), plane) };
}

/** What a primary of this stack's Region says of its owner. Only an error text needs it, so nothing is waited for. */
async function ownerOfKey(keyArn: string, plane: Looks): Promise<KeyOwner | undefined> {
  const tags = await orOtherwise<Tags | undefined>(() => plane.listTags(keyArn), () => undefined);
  const [stackId, logicalId] = [STACK_ID_TAG, LOGICAL_ID_TAG].map(name => tags?.get(name));
  return stackId !== undefined && logicalId !== undefined ? { keyArn, stackId, logicalId } : undefined;
}

function ownProvenance({ physicalId = '' }: AliasTask): Provenance | undefined {
  return parsePhysicalId(physicalId).kind === 'other' && physicalId.startsWith('alias/') ? parseProvenance(physicalId) : undefined;
}

/** Whether the resource has the declared name already. Under another name it is another resource. */
function isInPlace(task: AliasTask): boolean {
  return ownProvenance(task)?.name === task.declared.AliasName;
}

/** What is known of the alias that a rollback returns to. */
function predecessorProvenance({ declared, reversal }: AliasTask): Provenance | undefined {
  const before = reversal.kind === 'ofReplacement' ? parseProvenance(reversal.predecessor) : undefined;
  return before?.name === declared.AliasName ? before : undefined;
}

/** Regions that an update leaves, as far as the alias there is the resource's. */
function regionsToLeave(task: AliasTask): string[] {
  const { declared, previous, reversal } = task;
  return isInPlace(task) && previous && reversal.kind === 'none'
    ? previous.Regions.filter(region => !declared.Regions.includes(region) && !ownProvenance(task)!.found.includes(region))
    : [];
}

function regionsToRemove(task: AliasTask): string[] {
  return task.declared.Regions.filter(region => !ownProvenance(task)?.found.includes(region));
}

function planToHave(region: string, seen: SeenAlias, task: AliasTask, made: readonly AliasStep[]): AliasPlan {
  const { target, owner } = seen;
  if (target === null) { return { steps: [{ kind: 'create' }] }; }
  const { declared, previous } = task;
  const wanted = replicaArn(declared.KeyArn, region);
  return isInPlace(task) && previous?.Regions.includes(region)
    ? planToMove(region, target, task, replicaArn(previous.KeyArn, region), wanted)
    : planToAccept(region, target, task, wanted, made, owner);
}

/** Where the alias was not the resource's before. */
function planToAccept(
  region: string, target: string, task: AliasTask, wanted: string, made: readonly AliasStep[], owner: KeyOwner | undefined,
): AliasPlan {
  const { declared: { AliasName }, previous, reversal } = task;
  if (target !== wanted) { return refusal(takenText(region, target, task, wanted, owner)); }
  if (made.some(({ kind }) => kind === 'create')) { return NOTHING; }
  if (!isInPlace(task)) {
    const before = predecessorProvenance(task);
    return before && !before.found.includes(region) ? NOTHING : { steps: [], found: [region] };
  }
  return !previous || reversal.kind !== 'none' || ownProvenance(task)!.found.includes(region) ? NOTHING : refusal(foundText(region, AliasName));
}

/** Where the alias is the resource's, on the key that it belonged to before. */
function planToMove(region: string, target: string, { declared: { AliasName }, isKnown }: AliasTask, former: string, wanted: string): AliasPlan {
  if (target === wanted && (wanted === former || !isKnown)) { return NOTHING; }
  if (![wanted, former, ''].includes(target)) { return refusal(movedText(region, target, AliasName, wanted)); }
  if (!isKnown) { return refusal(unknownText(region, target, AliasName, `To move it: ${updateCommand(region, AliasName, wanted)}; then deploy again`)); }
  return { steps: [{ kind: 'move', to: wanted, ...target !== '' && former !== wanted ? { from: former } : {} }] };
}

/** For a Region that was left. A replica that is removed leaves its aliases without a key, so one of no key is the resource's, too. */
function planToLeave(region: string, target: Target, { declared: { AliasName, KeyArn }, previous, isKnown }: AliasTask): AliasPlan {
  if (target === null) { return NOTHING; }
  if (!['', replicaArn(KeyArn, region), replicaArn(previous!.KeyArn, region)].includes(target)) {
    return { steps: [], notes: [elsewhereText(region, target, AliasName)] };
  }
  return isKnown ? { steps: [{ kind: 'delete' }] }
    : { steps: [], leftBehind: [unknownText(region, target, AliasName, `If nobody uses it: ${deleteCommand(region, AliasName)}`)] };
}

function removal(region: string, target: Target, task: AliasTask): AliasPlan {
  const { declared: { AliasName, KeyArn }, isKnown } = task;
  if (target === null) { return NOTHING; }
  if (target === '') { return { steps: [], leftBehind: [ofNoKeyText(region, AliasName)] }; }
  if (target !== replicaArn(KeyArn, region)) { return { steps: [], notes: [elsewhereText(region, target, AliasName)] }; }
  return isKnown && isInPlace(task) ? { steps: [{ kind: 'delete' }] }
    : { steps: [], leftBehind: [unknownText(region, target, AliasName, `If nobody uses it: ${deleteCommand(region, AliasName)}`)] };
}

/** Soon after UpdateAlias either key may be seen. */
function undo(region: string, target: Target, { declared: { AliasName, KeyArn } }: AliasTask, made: readonly AliasStep[]): AliasPlan {
  const wanted = replicaArn(KeyArn, region);
  const from = formerKey(made);
  if (from !== undefined) { return target !== null && [wanted, from, ''].includes(target) ? { steps: [{ kind: 'move', to: from }] } : NOTHING; }
  if (!made.some(({ kind }) => kind === 'create')) { return NOTHING; }
  return target === wanted ? { steps: [{ kind: 'delete' }] } : { steps: [], leftBehind: target === '' ? [ofNoKeyText(region, AliasName)] : [] };
}

/** The key that this request moved the alias away from. */
function formerKey(made: readonly AliasStep[]): string | undefined {
  return made.map(step => step.kind === 'move' ? step.from : undefined).find(from => from !== undefined);
}

function refusal(reason: string): AliasPlan {
  return { steps: [], refusals: [reason] };
}

const deleteCommand = (region: string, aliasName: string) =>
  `aws payment-cryptography delete-alias --region ${region} --alias-name ${aliasName}`;
const updateCommand = (region: string, aliasName: string, keyArn: string) =>
  `aws payment-cryptography update-alias --region ${region} --alias-name ${aliasName} --key-arn ${keyArn}`;
const keyText = (target: string) => target === '' ? 'no key' : target;

function madeText(region: string, made: readonly AliasStep[], { declared: { AliasName } }: AliasTask): string {
  const from = formerKey(made);
  return from === undefined
    ? `this request may have made ${AliasName} in ${region}. If nobody uses it: ${deleteCommand(region, AliasName)}`
    : `this request may have moved ${AliasName} in ${region}. If it is to be as it was: ${updateCommand(region, AliasName, from)}`;
}

function elsewhereText(region: string, target: string, aliasName: string): string {
  return `${aliasName} in ${region} stays, since it belongs to ${keyText(target)}`;
}

function ofNoKeyText(region: string, aliasName: string): string {
  return `${aliasName} in ${region} belongs to no key, so it may be another's. If nobody uses it: ${deleteCommand(region, aliasName)}`;
}

/** The ledger lost whose it is, so it stays as it is (L11). */
function unknownText(region: string, target: string, aliasName: string, advice: string): string {
  return `${aliasName} in ${region} belongs to ${keyText(target)}, and it is not known whether this resource made it, so it was left as it is. ${advice}`;
}

function takenText(region: string, target: string, task: AliasTask, wanted: string, owner?: KeyOwner): string {
  const { declared: { AliasName }, owner: { stackId } } = task;
  return `${AliasName} is taken in ${region}: it belongs to ${keyText(target)}, not to ${wanted}, and was left as it is. ${takenAdvice(region, AliasName, stackId, owner)}`;
}

/** Whoever deletes the alias of a living key, and deploys again, encrypts with other material. So that is advised last, or not at all. */
function takenAdvice(region: string, aliasName: string, stackId: string, owner: KeyOwner | undefined): string {
  const another = 'choose another name for this alias';
  if (!owner) { return `Choose another name. Or, if nobody uses it, delete it and deploy again: ${deleteCommand(region, aliasName)}`; }
  if (owner.stackId === stackId) {
    return `That is the key of ${owner.logicalId} in this stack. If you renamed or moved its construct, keep its logical id, so that the key stays the same: `
      + `(key.node.defaultChild as CfnResource).overrideLogicalId('${owner.logicalId}'). Otherwise ${another}`;
  }
  return `That key was made or adopted by ${owner.logicalId} of the stack ${owner.stackId}, as its tags say. If that stack is gone and its key was retained, `
    + `go on with the key instead of a new one: MultiRegionPaymentKey.adopt(scope, id, { key: MultiRegionPaymentKey.fromKeyArn(scope, id, '${owner.keyArn}') }). Otherwise ${another}`;
}

function foundText(region: string, aliasName: string): string {
  return `${aliasName} is there in ${region} already and belongs to the key, but this resource did not make it, and could not tell it from its own later. `
    + `Leave the Region off the list, or delete it and deploy again: ${deleteCommand(region, aliasName)}`;
}

function movedText(region: string, target: string, aliasName: string, wanted: string): string {
  return `${aliasName} in ${region} was moved to ${keyText(target)} by others, and was left as it is. `
    + `If it is to belong to ${wanted} again, move it and deploy again: ${updateCommand(region, aliasName, wanted)}`;
}
