import { converge, goneText } from './converge';
import { create, lookForIt, madeBy } from './creation';
import { scheduleDeletion } from './deletion';
import { KeyMemory } from './memory';
import { policyProblem } from './resource-policy';
import { BEGIN, indexed, searchByRequest } from './search';
import { asksForAnother, canBecome, declaredTraits, differenceText } from './traits';
import { DELETION_WINDOW, KeyProperties } from '../../../contract/multi-region-payment-key';
import { LOGICAL_ID_TAG, REPLACES_TAG, REQUEST_ID_TAG, STACK_ID_TAG } from '../../../contract/ownership-tags';
import { ControlPlane } from '../../control-plane/port';
import { parsePhysicalId } from '../../physical-id';
import { ifFound, ServiceFault } from '../../service-fault';
import { change } from '../change';
import { isDeleted, look } from '../looking';
import { isOwned } from '../ownership';
import { regionsProblem } from '../replication';
import { again, failed, Owner, Reconciler, Task, Turn } from '../turn';

/** Keys that a report names; each costs a request. */
const MOST_NAMED = 3;

/** The life of a key: what its declaration, its physical id and the live service ask for next. */
export const keyReconciler: Reconciler<KeyProperties, KeyMemory> = { refuse, mayReplace, present, absent, undo, traces };

function refuse(declared: KeyProperties, owner: Owner): string | undefined {
  const regions = declared.ReplicationRegions ?? [];
  return regionsProblem('replicationRegions', regions, owner.region)
    ?? (regions.length > 0 && !declared.Exportable
      ? 'replicationRegions needs exportable: true, because only exportable keys replicate. List no Regions, or make the key exportable'
      : policyProblem(declared));
}

function mayReplace({ declared, previous }: Task<KeyProperties>): boolean {
  return asksForAnother(declared, previous);
}

async function present(task: Task<KeyProperties>, memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  if (memory.keyArn) { return converge(task, memory, plane); }
  return memory.outcomeUnknown || task.physicalId === undefined
    ? create(task, memory, plane, (after, key) => converge(task, after, plane, { key, changed: true }))
    : identify(task, task.physicalId, memory, plane);
}

/** Which key an update is about: the one it has, the one that this replaced (a rollback), or one to be made. */
async function identify(
  task: Task<KeyProperties>, physicalId: string, memory: KeyMemory, plane: ControlPlane,
): Promise<Turn<KeyMemory>> {
  if (parsePhysicalId(physicalId).kind !== 'key') { return failed(memory, `${physicalId} never became a key, so it cannot be updated`); }
  if (memory.returning) { return goBack(memory.returning, physicalId, memory, plane); }
  if (memory.predecessor !== undefined) { return backTo(memory.predecessor, task, memory, plane); }
  const seen = await look(physicalId, memory, plane);
  if ('turn' in seen) { return seen.turn; }
  if ('absent' in seen) { return failed(memory, goneText(physicalId)); }
  if (canBecome(seen.key, task.declared)) {
    return converge(task, { ...seen.memory, keyArn: physicalId }, plane, { key: seen.key, changed: false });
  }
  if (!asksForAnother(task.declared, task.previous)) {
    return failed(memory, `${physicalId} is not what is declared, although the declaration did not change: ${differenceText(seen.key, task.declared)}. `
      + 'Nothing was made in its place. Declare it as it is, or declare a new key under a new construct id');
  }
  const predecessor = (await plane.listTags(physicalId))[REPLACES_TAG] ?? '';
  return again({ ...seen.memory, predecessor }, 0, 'the key that this one replaced');
}

/** The key that this one replaced, if it still lives, is ours, and is what is declared now (the update is a rollback); or else a new one. */
async function backTo(keyArn: string, task: Task<KeyProperties>, memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  const another = () => create(task, memory, plane, (after, key) => converge(task, after, plane, { key, changed: true }));
  if (keyArn === '') { return another(); }
  const seen = await look(keyArn, memory, plane);
  if ('turn' in seen) { return seen.turn; }
  if ('absent' in seen || isDeleted(seen.key) || !canBecome(seen.key, task.declared)) { return another(); }
  if (!isOwned(await plane.listTags(keyArn), task.owner)) { return another(); }
  return again({ ...seen.memory, returning: keyArn }, 0, `the way back to ${keyArn}`);
}

/** To go back is a replacement too, so its own rollback must find the way: the tag names the key that was left. */
function goBack(keyArn: string, physicalId: string, memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  const notes = [`back to ${keyArn}; what had replaced it, ${physicalId}, stays if this resource's keys are retained`];
  const what = `the way back to ${keyArn}`;
  const call = () => plane.tagKey(keyArn, { [REPLACES_TAG]: physicalId });
  return change(memory, { what, call }, after => again({ ...after, keyArn, notes }, 0, what));
}

async function absent(task: Task<KeyProperties>, memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  const id = parsePhysicalId(task.physicalId!);
  const done: Turn<KeyMemory> = { kind: 'done', memory, physicalId: task.physicalId!, attributes: {} };
  switch (id.kind) {
    case 'key': {
      if (!memory.isOurs) { return whoseItIs(id.keyArn, task, memory, plane); }
      const deletion = await scheduleDeletion(id.keyArn, task.declared.DeletionWindowInDays, memory, plane);
      if ('turn' in deletion) { return deletion.turn; }
      return 'absent' in deletion && deletion.denied
        ? {
          ...done,
          leftBehind: `GetKey found no ${id.keyArn}, and DeleteKey was denied, as it is for a key that is gone. `
          + `Should it be there after all: ${deleteCommand(task.owner.region, id.keyArn)}`,
        }
        : done;
    }
    case 'outcomeUnknown':
      return undo({ ...task, owner: { ...task.owner, requestId: id.requestId }, interrupted: false },
        memory.made ? memory : { ...memory, outcomeUnknown: true, search: memory.search ?? BEGIN }, plane);
    case 'other':
    case 'invented':
      return { ...done, leftBehind: await possiblyLeftBehind(task.owner, plane) };
    case 'nothingCreated':
      return done;
  }
}

/**
 * Another resource may have adopted the key since: in the same deployment, by a template that declares it no longer as made here
 * but as adopted. What bears nobody's tags is what CloudFormation says that it is.
 */
async function whoseItIs(keyArn: string, task: Task<KeyProperties>, memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  const { region, stackId, logicalId } = task.owner;
  const { [STACK_ID_TAG]: stack = stackId, [LOGICAL_ID_TAG]: resource = logicalId } = await ifFound(() => plane.listTags(keyArn)) ?? {};
  return stack === stackId && resource === logicalId
    ? again({ ...memory, isOurs: true }, 0, `deletion of ${keyArn}`)
    : {
      kind: 'done',
      memory,
      physicalId: keyArn,
      attributes: {},
      leftBehind: `${keyArn} was taken over by ${resource} of the stack ${stack}, so it stays. If nobody uses it: ${deleteCommand(region, keyArn)}`,
    };
}

/**
 * CloudFormation never learnt what the request made. What running executions made is undone by now; keys of
 * this resource that are still there may as well have been retained on purpose, so they are only named.
 */
async function possiblyLeftBehind({ region, stackId, logicalId }: Owner, plane: ControlPlane): Promise<string | undefined> {
  const found = await indexed(region, { [STACK_ID_TAG]: stackId, [LOGICAL_ID_TAG]: logicalId }, plane);
  if (!found) {
    return 'the tag index could not be asked whether keys of this resource are left. Look for them: '
      + findCommand(region, LOGICAL_ID_TAG, logicalId);
  }
  const living: string[] = [];
  for (const keyArn of found.slice(0, MOST_NAMED)) {
    if (await perhapsAlive(keyArn, plane)) { living.push(keyArn); }
  }
  return living.length === 0 ? undefined : `keys of this resource that are still there, perhaps on purpose: ${living.join(', ')}. `
    + `One that nobody uses: ${deleteCommand(region, '<ARN>')}`;
}

/** For a report only, so what cannot be looked at is named. */
async function perhapsAlive(keyArn: string, plane: ControlPlane): Promise<boolean> {
  try {
    return !isDeleted(await plane.getKey(keyArn));
  } catch (fault) {
    if (fault instanceof ServiceFault) { return fault.kind !== 'notFound'; }
    throw fault;
  }
}

async function undo(task: Task<KeyProperties>, memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  const done = (after: KeyMemory, leftBehind?: string): Turn<KeyMemory> =>
    ({ kind: 'done', memory: after, physicalId: task.physicalId ?? '', attributes: {}, leftBehind });
  if (memory.made) {
    const deletion = await scheduleDeletion(memory.made, DELETION_WINDOW.least, memory, plane);
    if ('turn' in deletion) { return deletion.turn; }
    return done(memory, 'absent' in deletion ? traces(task.owner, memory) : undefined);
  }
  if (!memory.outcomeUnknown) { return done(memory); }
  if (!memory.search) {
    // CreateKey was recorded but either never called, or refused in so many words, unless its turn never came back.
    return task.interrupted ? lookForIt(memory, 'the function was interrupted') : done({ ...memory, outcomeUnknown: false });
  }
  if (memory.search.exhausted) { return done(memory, traces(task.owner, memory)); }
  const turn = await searchByRequest(task.owner.region, task.owner.requestId, declaredTraits(task.declared), memory.search, plane);
  return 'found' in turn
    ? again(madeBy(task, memory, turn.found), 0, 'the key that was found')
    : again({ ...memory, search: turn.search }, turn.inSeconds, 'a key that the failed request may have made');
}

function traces({ region, requestId }: Owner, memory: KeyMemory): string | undefined {
  if (memory.made) {
    return `this request made ${memory.made}. If nobody uses it: ${deleteCommand(region, memory.made)}`;
  }
  return memory.outcomeUnknown
    ? `request ${requestId} may have made a key that was not found. Look for it, and delete it if it is there: ${findCommand(region, REQUEST_ID_TAG, requestId)}`
    : undefined;
}

function deleteCommand(region: string, keyArn: string): string {
  return `aws payment-cryptography delete-key --region ${region} --key-identifier ${keyArn} --delete-key-in-days ${DELETION_WINDOW.least}`;
}

function findCommand(region: string, tag: string, value: string): string {
  return `aws resourcegroupstaggingapi get-resources --region ${region} --resource-type-filters payment-cryptography `
    + `--tag-filters Key=${tag},Values=${value}`;
}
