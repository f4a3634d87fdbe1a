import { AliasProperties } from '../../../contract/regional-alias';
import { ControlPlane } from '../../control-plane/port';
import { replicaArn } from '../../key-arn';
import { parsePhysicalId } from '../../physical-id';
import { ifFound } from '../../service-fault';
import { change } from '../change';
import { claimId } from '../claim';
import { lookEverywhere, without } from '../everywhere';
import { refuseRegions } from '../refusal';
import { again, failed, Owner, Reconciler, Task, Turn } from '../turn';
import { AliasMemory, Target } from './memory';
import { claimOf, deleteCommand, droppedRegions, elsewhereText, heldClaim, Step, stepToHave, stepToLeave, updateCommand } from './next-step';

/** API: shape AliasName. */
const ALIAS_NAME = /^alias\/[a-zA-Z0-9/_-]{1,250}$/;
const SECONDS_BETWEEN_LOOKS = 1;

/**
 * An alias in some Regions. In each it is seen missing in one turn and made in a later one, so that what is made is known
 * for ours; what was there before a creation, or a renaming, is accepted if it belongs to the very key, but never deleted.
 *
 * An update that brings a Region has no place to remember what it finds there, so it finds nothing there, or fails. Only
 * the rollback of an update that failed takes what it finds for its own: that was not deleted yet.
 */
export const aliasReconciler: Reconciler<AliasProperties, AliasMemory> = { mindsReversal: true, refuse, mayReplace, present, absent, undo, traces };

function refuse(declared: AliasProperties, owner: Owner): string | undefined {
  return ALIAS_NAME.test(declared.AliasName)
    ? refuseRegions(declared, owner)
    : `aliasName must be alias/ and then letters, digits, /, _ or -, 256 characters at most, but is ${declared.AliasName}`;
}

function mayReplace(task: Task<AliasProperties>): boolean {
  return claimOf(task)?.name !== task.declared.AliasName;
}

async function present(task: Task<AliasProperties>, before: AliasMemory, plane: ControlPlane): Promise<Turn<AliasMemory>> {
  const { declared, physicalId } = task;
  if (physicalId !== undefined && !claimOf(task)) { return failed(before, `${physicalId} never became an alias, so it cannot be updated`); }
  const { seen, learnt, unread } = await lookEverywhere(
    [...declared.Regions, ...droppedRegions(task)], before.seen, region => look(region, declared.AliasName, plane));
  const looked: AliasMemory = { ...before, aliasName: declared.AliasName, seen };
  if (unread.length > 0) { return again(looked, SECONDS_BETWEEN_LOOKS, `GetAlias in ${unread.join(', ')}`); }
  const reasons = stepsLeft(task, looked).flatMap(({ step }) => step.kind === 'refuse' ? step.reason : []);
  if (reasons.length > 0) { return failed(looked, reasons.join('. ')); }
  const memory = learnt ? withIntentions(task, looked) : looked;
  const [next] = stepsLeft(task, memory);
  if (!next) { return done(task, memory); }
  return learnt ? again(memory, 0, textOf(next, declared)) : act(next, task, memory, plane);
}

interface RegionStep {
  readonly region: string;
  readonly step: Step;
}

/** What is left to do, deletions last. */
function stepsLeft(task: Task<AliasProperties>, memory: AliasMemory): RegionStep[] {
  const { settled = [] } = memory;
  return allSteps(task, memory).filter(({ region, step }) => step.kind !== 'nothing' && !settled.includes(region));
}

function allSteps(task: Task<AliasProperties>, { seen = {}, missing = [] }: AliasMemory): RegionStep[] {
  return [
    ...task.declared.Regions.map(region => ({ region, step: stepToHave(region, seen[region], task, missing) })),
    ...droppedRegions(task).map(region => ({ region, step: stepToLeave(region, seen[region], task) })),
  ];
}

/** Recorded before anything is done, so that it can be undone whatever becomes of the calls. */
function withIntentions(task: Task<AliasProperties>, memory: AliasMemory): AliasMemory {
  const left = stepsLeft(task, memory);
  const missing = [...new Set([...memory.missing ?? [], ...left.filter(({ step }) => step.kind === 'create').map(({ region }) => region)])];
  const moved = Object.fromEntries(left.flatMap(({ region, step }) => step.kind === 'move' && step.from ? [[region, step.from]] : []));
  const after = { ...memory, missing, moved: { ...memory.moved, ...moved } };
  return after.made || claimOf(task)?.name === task.declared.AliasName ? after : { ...after, made: newId(task, missing) };
}

/** A rollback that finds everything as it left it goes back under the very id that it had. */
function newId(task: Task<AliasProperties>, missing: readonly string[]): string {
  const { AliasName: name, Regions } = task.declared;
  const held = heldClaim(task);
  if (held && missing.length === 0) { return claimId(held)!; }
  const found = (held ? Regions.filter(region => held.found.includes(region)) : Regions).filter(region => !missing.includes(region));
  return claimId({ name, found, from: claimOf(task) })!;
}

function act({ region, step }: RegionStep, task: Task<AliasProperties>, memory: AliasMemory, plane: ControlPlane): Promise<Turn<AliasMemory>> {
  const { AliasName: name, KeyArn } = task.declared;
  const keyArn = replicaArn(KeyArn, region);
  const calls: Partial<Record<Step['kind'], () => Promise<void>>> = {
    create: () => plane.createAlias(name, keyArn),
    move: () => plane.updateAlias(name, keyArn),
    delete: () => ifFound(() => plane.deleteAlias(region, name)),
  };
  // A replica may take its time; any other refusal shows at the next look.
  const asIfUnseen: AliasMemory = { ...memory, seen: without(memory.seen, region) };
  return change(asIfUnseen, { what: textOf({ region, step }, task.declared), call: calls[step.kind]!, passing: ['conflict', 'notFound'] }, after => {
    const settled: AliasMemory = { ...after, seen: memory.seen, settled: [...after.settled ?? [], region] };
    const [next] = stepsLeft(task, settled);
    return next ? again(settled, 0, textOf(next, task.declared)) : done(task, settled);
  });
}

function textOf({ region, step }: RegionStep, { AliasName }: AliasProperties): string {
  const verbs: Partial<Record<Step['kind'], string>> = { create: 'created', move: 'moved', delete: 'deleted' };
  return `${AliasName} to be ${verbs[step.kind]} in ${region}`;
}

function done(task: Task<AliasProperties>, memory: AliasMemory): Turn<AliasMemory> {
  const { AliasName } = task.declared;
  const physicalId = memory.made ?? task.physicalId!;
  const { found } = claimOf({ ...task, physicalId })!;
  const notes = [
    ...found.map(region => `${AliasName} in ${region} was there before this resource, which will never delete it`),
    ...allSteps(task, memory).flatMap(({ step }) => step.kind === 'nothing' && step.note ? step.note : []),
  ];
  return { kind: 'done', memory, physicalId, attributes: { AliasName }, notes };
}

async function look(region: string, aliasName: string, plane: ControlPlane): Promise<Target> {
  return await ifFound(async () => await plane.getAlias(region, aliasName) ?? '') ?? null;
}

async function absent(task: Task<AliasProperties>, before: AliasMemory, plane: ControlPlane): Promise<Turn<AliasMemory>> {
  const { declared, physicalId = '' } = task;
  const gone = (memory: AliasMemory, notes?: string[], leftBehind?: string): Turn<AliasMemory> =>
    ({ kind: 'done', memory, physicalId, attributes: {}, notes, leftBehind: leftBehind || undefined });
  if (parsePhysicalId(physicalId).kind === 'nothingCreated') { return gone(before); }
  const claim = claimOf(task);
  const name = claim?.name ?? declared.AliasName;
  const regions = declared.Regions.filter(region => !claim?.found.includes(region));
  const { seen, unread } = await lookEverywhere(regions, before.seen, region => look(region, name, plane));
  const memory: AliasMemory = { ...before, seen };
  if (unread.length > 0) { return again(memory, SECONDS_BETWEEN_LOOKS, `GetAlias in ${unread.join(', ')}`); }
  const ofTheKey = regions.filter(region => seen[region] === replicaArn(declared.KeyArn, region));
  if (!claim) { return gone(memory, [], ofTheKey.map(region => unknownMakerText(region, name, declared.KeyArn)).join('. ')); }
  const next = ofTheKey.find(region => !memory.settled?.includes(region));
  if (next !== undefined) {
    const what = `${name} to be deleted in ${next}`;
    return change(memory, { what, call: () => ifFound(() => plane.deleteAlias(next, name)) }, after =>
      again({ ...after, settled: [...after.settled ?? [], next] }, 0, what));
  }
  const elsewhere = regions.filter(region => seen[region] && !ofTheKey.includes(region));
  const ofNoKey = regions.filter(region => seen[region] === '');
  return gone(memory, elsewhere.map(region => elsewhereText(region, seen[region]!, name)), ofNoKey.map(region =>
    `${name} in ${region} belongs to no key, so it may be another's. If nobody uses it: ${deleteCommand(region, name)}`).join('. '));
}

function unknownMakerText(region: string, name: string, keyArn: string): string {
  return `${name} in ${region} belongs to ${replicaArn(keyArn, region)}, and it is not known whether this resource made it. `
    + `If nobody uses it: ${deleteCommand(region, name)}`;
}

async function undo(task: Task<AliasProperties>, memory: AliasMemory, plane: ControlPlane): Promise<Turn<AliasMemory>> {
  const { AliasName: name, KeyArn } = task.declared;
  const { missing = [], moved = {}, settled = [], undone = [] } = memory;
  const region = [...missing, ...Object.keys(moved)].find(one => !undone.includes(one));
  if (region === undefined) {
    const after = { ...memory, made: undefined, missing: undefined, moved: undefined };
    return { kind: 'done', memory: after, physicalId: task.physicalId ?? '', attributes: {} };
  }
  const wanted = replicaArn(KeyArn, region);
  const created = missing.includes(region);
  const belongsTo = created && settled.includes(region) ? wanted : await look(region, name, plane);
  const what = `${name} to be as it was in ${region}`;
  const over = (after: AliasMemory) => again({ ...after, undone: [...undone, region] }, 0, what);
  // Soon after UpdateAlias either key may be seen.
  const undoable = created ? belongsTo === wanted : belongsTo === wanted || belongsTo === moved[region];
  if (!undoable) { return over(memory); }
  const call = () => ifFound(() => created ? plane.deleteAlias(region, name) : plane.updateAlias(name, moved[region]));
  return change(memory, { what, call }, over);
}

function traces(_: Owner, { aliasName, missing = [], moved = {} }: AliasMemory): string | undefined {
  return [
    ...missing.length > 0
      ? [`this request may have made ${aliasName} in ${missing.join(', ')}. Where nobody uses it: ${deleteCommand('<Region>', aliasName!)}`]
      : [],
    ...Object.entries(moved).map(([region, keyArn]) =>
      `this request may have moved ${aliasName} in ${region}. If it is to be as it was: ${updateCommand(region, aliasName!, keyArn)}`),
  ].join('. ') || undefined;
}
