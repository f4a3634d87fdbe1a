import { KeyProperties, ManagedKeyProperties } from '../../../contract/multi-region-payment-key';
import { FaultKind, ifFound } from '../../control-plane/fault';
import { Changes, Key } from '../../control-plane/port';
import { Ownership, ownershipOf, Tags } from '../ownership';
import { Task } from '../reconciler';
import { nextRegionStep, regionDifferences, RegionStep } from '../replication';
import { checkValueProblem } from './check-value';
import { ManagedKey } from './checkpoint';
import { policyStep } from './resource-policy';
import { primaryTagChanges } from './tags';
import { traitDifferences } from './traits';

/*
 * Compares a primary as it was observed with its declaration, and says what is to be done. Calls nothing.
 *
 * What must be refused is refused before the first change, so that a refused update has changed nothing: first of all a key
 * whose check value is another than the expected one. Tags come first,
 * because the permissions of all other changes follow from them; the resource policy comes last.
 */

/** What a turn saw of a primary. What is absent is not compared: it is known to be as declared, or cannot be read yet. */
export interface Observed {
  readonly key: Key;
  readonly tags?: Tags;
  readonly policy?: { readonly live: string | undefined };
}

export type Plan =
  | { readonly kind: 'asDeclared' }
  | { readonly kind: 'change'; readonly next: KeyChange }
  | { readonly kind: 'wait'; readonly inSeconds: number; readonly waitingFor: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** One call, and what is known before it is made (`intent`), and afterwards (`fact`, `seen`). A call that the service refused leaves all as it was. */
export interface KeyChange {
  readonly what: string;
  readonly intent: ManagedKey;
  readonly fact: ManagedKey;
  readonly passing?: readonly FaultKind[];
  /** Answers with the key, if the service does. */
  call(changes: Changes): Promise<Key | void>;
  seen(observed: Observed): Observed;
}

export function plan(task: Task<ManagedKeyProperties>, known: ManagedKey, observed: Observed): Plan {
  const { declared } = task;
  const reason = checkValueProblem(declared, observed.key) ?? importProblem(declared, known, observed.key)
    ?? ownershipProblem(task, known, observed) ?? policyProblem(task, known, observed);
  if (reason) { return { kind: 'refused', reason }; }
  const regions = regionStep(task, known, observed.key);
  const next = tagging(task, known, observed)
    ?? enablement(task, known, observed.key)
    ?? (regions && regions.kind !== 'wait' ? regionChange(known, observed.key, regions) : undefined)
    ?? policyChange(task, known, observed);
  if (next) { return { kind: 'change', next }; }
  return regions?.kind === 'wait' ? regions : { kind: 'asDeclared' };
}

/** What an import brought. The header of a key block does not tell the length of the key, and of other methods only the service sees what came. */
function importProblem(declared: ManagedKeyProperties, { keyArn, origin }: ManagedKey, key: Key): string | undefined {
  if (origin.kind !== 'made' || !isImported(declared)) { return undefined; }
  const differences = traitDifferences(key, declared);
  return differences.length === 0 ? undefined : `what was imported as ${keyArn} is not what is declared: ${differences.join('; ')}. The material decides that: `
    + 'declare the key as it came, or import other material';
}

function isImported(declared: ManagedKeyProperties): declared is KeyProperties {
  return declared.Material !== undefined;
}

/** Another resource may have adopted the key since. And of a key that the ledger has lost, only its own tags can say whose it is. */
function ownershipProblem({ owner, isKnown }: Task<ManagedKeyProperties>, { keyArn, origin }: ManagedKey, { tags }: Observed): string | undefined {
  if (!tags) { return undefined; }
  const ownership = ownershipOf(tags, owner);
  if (origin.kind === 'takenOver' && isSame(ownership, ownershipOf(new Map(origin.before), owner))) { return undefined; }
  if (ownership.kind === 'anothers') {
    const by = ownership.stackId === owner.stackId ? `resource since: ${ownership.logicalId}` : `stack since: ${ownership.stackId}`;
    return `${keyArn} was adopted by another ${by}. Nothing was changed. Take the key out of one of the two declarations`;
  }
  return ownership.kind === 'nobodys' && !isKnown && origin.kind !== 'takenOver' ? unknownKeyText(keyArn) : undefined;
}

function isSame(one: Ownership, other: Ownership): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** What to do about a key of which neither the ledger nor the key itself says whose it is. */
export function unknownKeyText(keyArn: string): string {
  return `the provider's table knows nothing of ${keyArn}, and its tags do not name this resource, so it was left as it is. `
    + `To take it over, declare MultiRegionPaymentKey.adopt of ${keyArn} under a new construct id`;
}

function policyProblem(task: Task<ManagedKeyProperties>, { keyArn, putsPolicy }: ManagedKey, { policy }: Observed): string | undefined {
  const step = policy && policyStep(task, keyArn, policy.live, putsPolicy);
  return step?.kind === 'refused' ? step.reason : undefined;
}

/** The call that sets what is missing, or else the one that takes away what is too much. */
function tagging(task: Task<ManagedKeyProperties>, known: ManagedKey, { tags: live }: Observed): KeyChange | undefined {
  if (!live) { return undefined; }
  const { keyArn, origin } = known;
  const { set, unset } = primaryTagChanges(task, live, origin.kind === 'takenOver');
  const common = { what: `tags of ${keyArn}`, intent: known, fact: known };
  if (set.size > 0) {
    return { ...common, call: changes => changes.tagKey(keyArn, set), seen: observed => ({ ...observed, tags: new Map([...live, ...set]) }) };
  }
  return unset.length === 0 ? undefined : {
    ...common,
    call: changes => changes.untagKey(keyArn, unset),
    seen: observed => ({ ...observed, tags: new Map([...live].filter(([name]) => !unset.includes(name))) }),
  };
}

function enablement({ declared: { Enabled }, now }: Task<ManagedKeyProperties>, known: ManagedKey, { keyArn, enabled }: Key): KeyChange | undefined {
  return Enabled === undefined || Enabled === enabled ? undefined : {
    what: Enabled ? 'the key to be enabled' : 'the key to be disabled',
    intent: known,
    fact: { ...known, since: now.toISOString() },
    call: changes => Enabled ? changes.startKeyUsage(keyArn) : changes.stopKeyUsage(keyArn),
    seen: observed => observed,
  };
}

function regionStep({ declared, now }: Task<ManagedKeyProperties>, known: ManagedKey, key: Key): RegionStep | undefined {
  const { ReplicationRegions: regions, WaitForReplication: retriesFailed } = declared;
  const { surplus } = regionDifferences(regions, key);
  // An empty list means nowhere, whatever the account's defaults gave. But what they gave a key before it was adopted is not ours.
  const givenByDefault = regions?.length === 0 && (known.origin.kind === 'made' || known.origin.kind === 'found' && key.usesDefaultReplicationRegions);
  const removable = givenByDefault ? surplus : known.owned.regions;
  return nextRegionStep({ declared: regions, there: key, removable, retriesFailed, now }, known);
}

function regionChange(known: ManagedKey, key: Key, step: Extract<RegionStep, { kind: 'add' | 'remove' }>): KeyChange {
  const { kind, regions, intent, fact } = step;
  const isLeaving = key.replication.some(({ region, status }) => status === 'DELETE_IN_PROGRESS' && regions.includes(region));
  const isAddition = kind === 'add';
  return {
    what: isAddition ? `replication to ${regions.join(', ')}` : `removal from ${regions.join(', ')}`,
    intent: { ...known, ...intent },
    fact: { ...known, ...fact },
    // Nobody knows how the service refuses to add a Region that it is still deleting.
    passing: isAddition && isLeaving ? ['conflict', 'invalid'] : undefined,
    call: changes => isAddition ? changes.addKeyReplicationRegions(key.keyArn, regions) : changes.removeKeyReplicationRegions(key.keyArn, regions),
    seen: observed => observed,
  };
}

function policyChange(task: Task<ManagedKeyProperties>, known: ManagedKey, { policy }: Observed): KeyChange | undefined {
  if (!policy) { return undefined; }
  const { keyArn } = known;
  const step = policyStep(task, keyArn, policy.live, known.putsPolicy);
  const what = 'the resource policy';
  const ours = { ...known, putsPolicy: true };
  switch (step.kind) {
    case 'put': return {
      what,
      intent: ours,
      fact: ours,
      call: changes => changes.putResourcePolicy(keyArn, step.policy),
      seen: observed => ({ ...observed, policy: { live: step.policy } }),
    };
    case 'delete': return {
      what,
      intent: known,
      fact: known,
      // Deleted by a call whose answer was lost, perhaps. Were it the key that is gone, the next look would say so.
      call: changes => ifFound(() => changes.deleteResourcePolicy(keyArn)),
      seen: observed => ({ ...observed, policy: { live: undefined } }),
    };
    default: return undefined;
  }
}
