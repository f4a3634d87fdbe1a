import { KeyMaterial } from '../../../contract/key-material';
import { DELETION_WINDOW, KeyProperties } from '../../../contract/multi-region-payment-key';
import { LOGICAL_ID_TAG, MATERIAL_TAG, REPLACES_TAG, REQUEST_ID_TAG, STACK_ID_TAG } from '../../../contract/ownership-tags';
import { ifFound, orOtherwise, ServiceFault } from '../../control-plane/fault';
import { Key, KeyCreation, KeyTraits } from '../../control-plane/port';
import { secondsSince } from '../change';
import { approvalText, goneText, isDeleted, look, SECONDS_THAT_PROVE_ABSENCE } from '../looking';
import { ownershipOf, Tags } from '../ownership';
import { parsePhysicalId } from '../physical-id';
import { again, ControlPlane, failed, LostCreation, Owner, Reconciler, Task, Turn } from '../reconciler';
import { regionsProblem } from '../replication';
import { expectationProblem } from './check-value';
import { CreationCheckpoint, KeyCheckpoint, KeyOrigin, ManagedCheckpoint } from './checkpoint';
import { deleteCommand, scheduleDeletion } from './deletion';
import { afterChange, managed, observe, proceed, reconcileManaged } from './managed-key';
import { materialDifferences, materialId } from './material/identity';
import { ADVICE, readMaterial } from './material/import';
import { unknownKeyText } from './plan';
import { policyProblem } from './resource-policy';
import { searchByRequest } from './search';
import { asksForAnother, declaredTraits, traitDifferences } from './traits';

/*
 * The life of a key that this library makes.
 *
 * A creation calls CreateKey once, or ImportKey with what material/import.ts reads (rule L5: they have no client token). If its
 * answer was lost, the key is looked for by the tag of the request (search.ts). From then on the key is brought to what is
 * declared (managed-key.ts).
 *
 * An update first decides which key it is about. If the declaration asks for what is immutable in the service, that is
 *   - the predecessor, when the update takes back a replacement and the predecessor still lives;
 *   - a new key, when the declaration says `Replaceable`;
 *   - none: the update is refused before anything is changed.
 *
 * A removal reads whose the key is and calls DeleteKey. A rollback deletes the key that the failed request made, and
 * nothing else: what it changed on a key that was there, CloudFormation changes back with the update that follows.
 *
 * For example, a key with one replication Region: CreateKey; looks at the replica; GetKey; done.
 */

const SECONDS_BETWEEN_IMPORTS = 5;

type Plane = ControlPlane<KeyCheckpoint>;
type KeyTurn = Turn<KeyCheckpoint>;
type KeyTask = Task<KeyProperties>;

export const keyReconciler: Reconciler<KeyProperties, KeyCheckpoint> = {
  start: { phase: 'deciding' },
  refuse,
  reconcile,
  remove,
  rollBack,
  leftBehind: ({ owner, lostCreation }, { made }) => leftBehindBy(made, owner, lostCreation),
};

function refuse(declared: KeyProperties, owner: Owner): string | undefined {
  const regions = declared.ReplicationRegions ?? [];
  return expectationProblem(declared) ?? regionsProblem('replicationRegions', regions, owner.region)
    ?? (regions.length > 0 && !declared.Exportable
      ? 'replicationRegions needs exportable: true, because only exportable keys replicate. List no Regions, or make the key exportable'
      : policyProblem(declared));
}

async function reconcile(task: KeyTask, checkpoint: KeyCheckpoint, plane: Plane): Promise<KeyTurn> {
  switch (checkpoint.phase) {
    case 'deciding': return task.physicalId === undefined || task.lostCreation ? create(task, checkpoint, plane) : identify(task, task.physicalId, checkpoint, plane);
    case 'creating':
    case 'scanning': return create(task, checkpoint, plane);
    default: return reconcileManaged(task, checkpoint, plane);
  }
}

async function create(task: KeyTask, checkpoint: CreationCheckpoint, plane: Plane): Promise<KeyTurn> {
  const { owner: { region }, lostCreation, declared, now } = task;
  const { forsaken } = checkpoint;
  const operation = declared.Material ? 'ImportKey' : 'CreateKey';
  if (!lostCreation) {
    return declared.Material ? importKey(task, declared.Material, checkpoint, plane)
      : begin(task, await plane.intending({ phase: 'creating', forsaken }).createKey(region, creation(task)), forsaken);
  }
  const search = await searchByRequest(region, lostCreation, soughtTraits(declared), checkpoint, plane, now);
  switch (search.kind) {
    case 'found': return again({ ...reconciling(task, search.keyArn, { kind: 'made' }), forsaken }, 0, `${search.keyArn}, which ${operation} made although its answer was lost`);
    case 'notYet': return again(search.checkpoint, search.inSeconds, `the outcome of ${operation}, whose answer was lost`);
    case 'exhausted': return failed(checkpoint, `the answer of ${operation} was lost, and no key that this request made was found. `
      + `${operation} was not called again, so that no second key is made. Deploy again to try anew`);
  }
}

/** A key block decides what the key becomes, so the key that was lost may be another one than declared. */
function soughtTraits(declared: KeyProperties): KeyTraits | undefined {
  return declared.Material ? undefined : declaredTraits(declared);
}

/** The turn that reads the wrapped key is the one that sends it. */
async function importKey(task: KeyTask, material: KeyMaterial, checkpoint: CreationCheckpoint, plane: Plane): Promise<KeyTurn> {
  const { owner: { region, logicalId }, declared, now } = task;
  const { forsaken } = checkpoint;
  const notImported = (reason: string) => failed(checkpoint, `${logicalId} was not imported: ${reason}`);
  const read = await readMaterial(material, declared, plane, now);
  if (read.kind === 'refused') { return notImported(read.reason); }
  const requesterComment = material.Method === 'ROOT_CERTIFICATE' ? material.RequesterComment : undefined;
  let key: Key;
  try {
    key = await plane.intending({ phase: 'creating', forsaken }).importKey(region, { ...creation(task), material: read.value, requesterComment });
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || !['invalid', 'notFound'].includes(fault.kind)) { throw fault; }
    const { refused = { what: 'the import', since: now.toISOString() } } = checkpoint;
    // A wrapping key or authority that was made a moment ago may not be known yet. Nothing was executed.
    return fault.kind === 'notFound' && secondsSince(refused.since, now) < SECONDS_THAT_PROVE_ABSENCE
      ? again<KeyCheckpoint>({ ...checkpoint, refused }, SECONDS_BETWEEN_IMPORTS, `the import of ${logicalId} (${fault.message})`)
      : notImported(`${fault.message}. ${ADVICE[material.Method]}`);
  }
  return key.approvalSession === undefined ? begin(task, key, forsaken)
    : failed(reconciling(task, key.keyArn, { kind: 'made' }), approvalText(key.keyArn, key.approvalSession));
}

/** The work on a new key. */
function begin(task: KeyTask, key: Key, forsaken: string | undefined): KeyTurn {
  return afterChange(task, { ...reconciling(task, key.keyArn, { kind: 'made' }), forsaken }, { key, ...task.declared.ResourcePolicy ? { policy: { live: undefined } } : {} });
}

function creation({ declared, owner, physicalId }: KeyTask): KeyCreation {
  return {
    ...declaredTraits(declared),
    enabled: declared.Enabled,
    keyCheckValueAlgorithm: declared.KeyCheckValueAlgorithm,
    deriveKeyUsage: declared.DeriveKeyUsage,
    replicationRegions: declared.ReplicationRegions,
    tags: new Map([
      ...Object.entries(declared.Tags),
      [STACK_ID_TAG, owner.stackId],
      [LOGICAL_ID_TAG, owner.logicalId],
      [REQUEST_ID_TAG, owner.requestId],
      ...physicalId === undefined ? [] : [[REPLACES_TAG, physicalId] as const],
      ...declared.Material ? [[MATERIAL_TAG, materialId(declared.Material)] as const] : [],
    ]),
  };
}

function reconciling(task: KeyTask, keyArn: string, origin: KeyOrigin, notes: readonly string[] = []): ManagedCheckpoint {
  return { ...managed(task, keyArn, origin, notes), phase: 'reconciling' };
}

/** Which key an update is about. */
async function identify(task: KeyTask, physicalId: string, checkpoint: CreationCheckpoint, plane: Plane): Promise<KeyTurn> {
  if (parsePhysicalId(physicalId).kind !== 'key') { return failed(checkpoint, `${physicalId} never became a key, so it cannot be updated`); }
  const { declared, previous, reversal, now } = task;
  const seen = await look<KeyCheckpoint>(physicalId, checkpoint, plane, now);
  if (seen.kind === 'uncertain') { return seen.turn; }
  if (seen.kind === 'absent') { return failed(checkpoint, goneText(physicalId)); }
  const differences = [...traitDifferences(seen.key, declared), ...await differencesOfMaterial(task, seen.key, plane)];
  if (differences.length === 0) { return goOn(task, seen.key, plane); }
  const texts = differences.join('; ');
  if (!asksForAnother(declared, previous)) {
    return failed(checkpoint, `${physicalId} is not what is declared, although the declaration did not change: ${texts}. `
      + 'Nothing was made in its place. Declare it as it is, or declare a new key under a new construct id');
  }
  const predecessor = reversal.kind === 'ofReplacement' ? await lookAtPredecessor(task, reversal.predecessor, checkpoint, plane) : { kind: 'none' } as const;
  switch (predecessor.kind) {
    case 'turn': return predecessor.turn;
    case 'asDeclared': {
      const { key } = predecessor;
      return goOn(task, key, plane, [`back to ${key.keyArn}; what had replaced it, ${physicalId}, stays if this resource's keys are retained`]);
    }
  }
  const forsaken = predecessor.kind === 'another' ? predecessor.keyArn : undefined;
  return declared.Replaceable ? create(task, { ...checkpoint, forsaken }, plane) : failed(checkpoint,
    `${physicalId} cannot become what is declared: ${texts}. The service cannot change that. A new key has other material, and what was encrypted, derived `
    + 'or verified with this one no longer works. So nothing was changed. Declare the key as it is; or declare the new key under a new construct id, beside this one; '
    + 'or, to have this one replaced, declare replaceable: true');
}

/** The tags are asked for only if there is an import on either side. */
async function differencesOfMaterial({ declared, previous, reversal }: KeyTask, key: Key, plane: Plane): Promise<readonly string[]> {
  if (!declared.Material && key.origin !== 'EXTERNAL') { return []; }
  return materialDifferences(key, await plane.listTags(key.keyArn), declared, reversal.kind === 'none' ? previous : undefined);
}

async function goOn(task: KeyTask, key: Key, plane: Plane, notes?: readonly string[]): Promise<KeyTurn> {
  const checkpoint = reconciling(task, key.keyArn, { kind: 'found' }, notes);
  return proceed(task, checkpoint, await observe(task, checkpoint, plane, key), plane);
}

/** What became of the key that the update to be taken back replaced. That it was ours, the ledger knows (L8). */
type Predecessor =
  | { readonly kind: 'asDeclared'; readonly key: Key }
  /** It lives, is nobody else's, and is not what is declared now. */
  | { readonly kind: 'another'; readonly keyArn: string }
  /** It is gone or going, or has another owner. */
  | { readonly kind: 'none' }
  | { readonly kind: 'turn'; readonly turn: KeyTurn };

async function lookAtPredecessor(task: KeyTask, keyArn: string, checkpoint: CreationCheckpoint, plane: Plane): Promise<Predecessor> {
  const seen = await look<KeyCheckpoint>(keyArn, checkpoint, plane, task.now);
  if (seen.kind === 'uncertain') { return { kind: 'turn', turn: seen.turn }; }
  if (seen.kind === 'absent' || isDeleted(seen.key) || ownershipOf(await plane.listTags(keyArn), task.owner).kind === 'anothers') { return { kind: 'none' }; }
  const differences = [...traitDifferences(seen.key, task.declared), ...await differencesOfMaterial(task, seen.key, plane)];
  return differences.length === 0 ? { kind: 'asDeclared', key: seen.key } : { kind: 'another', keyArn };
}

async function remove(task: KeyTask, checkpoint: KeyCheckpoint, plane: Plane): Promise<KeyTurn> {
  const id = parsePhysicalId(task.physicalId!);
  switch (id.kind) {
    case 'key': return removeKey(task, id.keyArn, checkpoint, plane);
    // Only without an item in the ledger: otherwise, what the lost request made was rolled back before this request began.
    case 'outcomeUnknown': return rollBack({ ...task, lostCreation: { since: new Date(0), requestId: id.requestId } }, checkpoint, plane);
    case 'nothingCreated': return removed(task, checkpoint);
    case 'other':
    case 'invented': return removed(task, checkpoint, task.isKnown ? undefined : await keysOfResource(task, plane));
  }
}

/**
 * Neither the ledger nor CloudFormation knows a key of this resource. What the tag index knows of is told, never deleted:
 * it may have been retained. An empty index is believed, since nothing is made before the ledger has an item.
 */
async function keysOfResource({ owner: { region, stackId, logicalId } }: KeyTask, plane: Plane): Promise<string | undefined> {
  const unknown = 'the provider\'s table knows nothing of this resource, and CloudFormation does not know its id. ';
  const find = `Look for them: ${findCommand(region, LOGICAL_ID_TAG, logicalId)}`;
  return orOtherwise<string | undefined>(async () => {
    const living: string[] = [];
    for (const keyArn of await plane.findKeysByTags(region, new Map([[STACK_ID_TAG, stackId], [LOGICAL_ID_TAG, logicalId]]))) {
      const key = await ifFound(() => plane.getKey(keyArn));
      if (key && !isDeleted(key)) { living.push(keyArn); }
    }
    return living.length === 0 ? undefined : `${unknown}By their tags, these are its keys, perhaps retained on purpose: ${living.join(', ')}. ${find}`;
  }, () => `${unknown}Keys of it may be there, perhaps on purpose. ${find}`);
}

async function removeKey(task: KeyTask, keyArn: string, checkpoint: KeyCheckpoint, plane: Plane): Promise<KeyTurn> {
  const { tags, leftBehind } = await takenOverBy(keyArn, task, plane);
  // It has an owner who knows of it, so nothing is left behind.
  if (leftBehind) { return { kind: 'done', checkpoint, physicalId: keyArn, attributes: {}, notes: [leftBehind] }; }
  if (tags && !task.isKnown && ownershipOf(tags, task.owner).kind === 'nobodys') {
    return removed(task, checkpoint, `${unknownKeyText(keyArn)}. If nobody uses it: ${deleteCommand(keyArn)}`);
  }
  const deletion = await scheduleDeletion(keyArn, task.declared.DeletionWindowInDays, checkpoint, plane, task.now);
  switch (deletion.kind) {
    case 'turn': return deletion.turn;
    case 'deleted': return removed(task, checkpoint);
    case 'awaitsApproval': return removed(task, checkpoint, approvalText(keyArn, deletion.session));
    case 'absent': return removed(task, checkpoint, deletion.isCertain ? undefined
      : `GetKey found no ${keyArn}, but DeleteKey did not say so: it was denied, as it is for a key that is gone, or refused. Should the key be there after all: ${deleteCommand(keyArn)}`);
  }
}

/** Another resource may have adopted the key since: in the same deployment, by a template that declares it no longer as made here but as adopted. */
async function takenOverBy(keyArn: string, { owner }: KeyTask, plane: Plane): Promise<{ readonly tags?: Tags; readonly leftBehind?: string }> {
  const tags = await ifFound(() => plane.listTags(keyArn));
  const ownership = ownershipOf(tags ?? new Map(), owner);
  return {
    tags,
    leftBehind: ownership.kind === 'anothers'
      ? `${keyArn} was taken over by ${ownership.logicalId} of the stack ${ownership.stackId}, so it stays. If nobody uses it: ${deleteCommand(keyArn)}`
      : undefined,
  };
}

async function rollBack(task: KeyTask, checkpoint: KeyCheckpoint, plane: Plane): Promise<KeyTurn> {
  const { owner, lostCreation, declared, now } = task;
  const { made } = checkpoint;
  if (made !== undefined) {
    const foreign = await takenOverBy(made, task, plane);
    if (foreign.leftBehind) { return removed(task, checkpoint, foreign.leftBehind); }
    const deletion = await scheduleDeletion(made, DELETION_WINDOW.least, checkpoint, plane, now);
    if (deletion.kind === 'turn') { return deletion.turn; }
    if (deletion.kind === 'awaitsApproval') { return removed(task, checkpoint, approvalText(made, deletion.session)); }
    return removed(task, checkpoint, deletion.kind === 'absent' ? leftBehindBy(made, owner) : undefined);
  }
  if (!lostCreation || !isCreation(checkpoint)) { return removed(task, checkpoint); }
  const search = await searchByRequest(owner.region, lostCreation, soughtTraits(declared), checkpoint, plane, now);
  switch (search.kind) {
    case 'found': return again({ ...checkpoint, made: search.keyArn }, 0, `deletion of ${search.keyArn}`);
    case 'notYet': return again(search.checkpoint, search.inSeconds, 'a key that the failed request may have made');
    case 'exhausted': return removed(task, checkpoint, leftBehindBy(undefined, owner, lostCreation));
  }
}

function isCreation(checkpoint: KeyCheckpoint): checkpoint is CreationCheckpoint {
  return !('keyArn' in checkpoint);
}

function removed({ physicalId = '' }: KeyTask, checkpoint: KeyCheckpoint, leftBehind?: string): KeyTurn {
  return { kind: 'done', checkpoint, physicalId, attributes: {}, ...leftBehind === undefined ? {} : { leftBehind } };
}

function leftBehindBy(made: string | undefined, { region, requestId }: Owner, lostCreation?: LostCreation): string | undefined {
  if (made !== undefined) { return `request ${requestId} made ${made}. If nobody uses it: ${deleteCommand(made)}`; }
  return lostCreation && `request ${lostCreation.requestId ?? requestId} may have made a key that was not found. `
    + `Look for it, and delete it if it is there: ${findCommand(region, REQUEST_ID_TAG, lostCreation.requestId)}`;
}

function findCommand(region: string, tag: string, value: string): string {
  return `aws resourcegroupstaggingapi get-resources --region ${region} --resource-type-filters payment-cryptography --tag-filters Key=${tag},Values=${value}`;
}
