import { secondsSince } from './change';
import { Checkpoint, OwnedRegions } from './reconciler';
import { orOtherwise } from '../control-plane/fault';
import { regionOf, replicaArn } from '../control-plane/key-arn';
import { Key, Looks } from '../control-plane/port';

/*
 * The replication Regions of a key (or the default Regions of an account), and the wait until they are SYNCHRONIZED.
 *
 * `nextRegionStep` compares what is declared with what is there and says what comes next: take away what is ours and not
 * declared, add what is missing, wait for what is being deleted. It also says what the checkpoint must hold before the
 * call (`intent`) and after it (`fact`): a Region is ours from before it is added, when it was seen absent, until after
 * it is removed. So neither what others made is taken for ours, nor ours for theirs.
 *
 * A replica that turns FAILED is removed and added once more, because the permissions of a fresh role take a moment to
 * work in another Region. Then FAILED is final.
 *
 * The wait spares the primary's quota: replicas are looked at in their own Regions, ever more rarely, and the primary is
 * asked once they are there. For example, one Region that takes 5 s: looks at the replica 1, 2, 3, 4 and 5 s after CreateKey,
 * and one at the primary. A look that finds nothing new leaves the checkpoint as it was.
 */

const SHORTEST_PAUSE_SECONDS = 1;
const LONGEST_PAUSE_SECONDS = 30;
/** Nobody knows whether the entry of a removed Region vanishes, so after this time the Region is added again all the same. */
const SECONDS_BEFORE_ADDING_ANYWAY = 15;
/** The permissions of a fresh role were seen to work everywhere after about 20 s. */
const SECONDS_BEFORE_SECOND_TRY = 30;
/** Only the primary tells of a failure, so it is asked when the wait has become so many times as long as it was then. */
const PRIMARY_AGAIN_AFTER = 3;
/** The first time as if it had been asked after so many seconds: most replicas are there by three times as many. */
const FIRST_WAIT_FOR_PRIMARY_SECONDS = 15;

/** Whatever has Regions: a key, or an account's defaults. */
export type InRegions = Pick<Key, 'replication'>;

/** What a request knows of its own work on Regions. */
export interface RegionWork extends Checkpoint {
  /** When this request last changed the Regions, or else first looked at them. */
  readonly since: string;
  readonly secondTries: readonly SecondTry[];
  readonly owned: OwnedRegions;
}

/** A Region whose replication FAILED, and how far it was removed and added again. */
export interface SecondTry {
  readonly region: string;
  readonly since: string;
  /** `removing` and `added` are written before their calls, `removed` after its call. */
  readonly stage: 'removing' | 'removed' | 'added';
}

export interface RegionDifferences {
  readonly missing: readonly string[];
  /** Declared, but still being deleted. */
  readonly leaving: readonly string[];
  /** There, but not declared. */
  readonly surplus: readonly string[];
}

export type RegionStep =
  | { readonly kind: 'add' | 'remove'; readonly regions: readonly string[]; readonly intent: RegionWork; readonly fact: RegionWork }
  | { readonly kind: 'wait'; readonly inSeconds: number; readonly waitingFor: string };

export interface RegionTask {
  /** Absent leaves the Regions alone. */
  readonly declared?: readonly string[];
  readonly there: InRegions;
  /** What may be taken away of what is there and not declared. */
  readonly removable: readonly string[];
  /** False where FAILED is nobody's business. */
  readonly retriesFailed: boolean;
  readonly now: Date;
}

/** The beginning of the work on Regions of which these are ours. */
export function regionWork(owned: OwnedRegions, now: Date): RegionWork {
  return { since: now.toISOString(), secondTries: [], owned };
}

/** How the declared Regions differ from those that are there. */
export function regionDifferences(declared: readonly string[] | undefined, there: InRegions): RegionDifferences {
  if (declared === undefined) { return { missing: [], leaving: [], surplus: [] }; }
  return {
    missing: declared.filter(region => statusIn(region, there) === undefined),
    leaving: declared.filter(region => statusIn(region, there) === 'DELETE_IN_PROGRESS'),
    surplus: there.replication.filter(({ region, status }) => !declared.includes(region) && status !== 'DELETE_IN_PROGRESS').map(({ region }) => region),
  };
}

/** What comes next for the Regions; `undefined` when they are what is declared, as far as a call can make them so. */
export function nextRegionStep({ declared, there, removable, retriesFailed, now }: RegionTask, work: RegionWork): RegionStep | undefined {
  const { missing, leaving, surplus } = regionDifferences(declared, there);
  const remove = surplus.filter(region => removable.includes(region));
  if (remove.length > 0) { return removal(remove, work, now); }
  // A replica that others made is not ours to remove, not even to add it again.
  const mayBeRetried = (region: string) => work.owned.regions.includes(region) && stageOf(region, work) !== 'added';
  const failing = retriesFailed ? regionsIn('FAILED', declared ?? [], there).filter(mayBeRetried) : [];
  const failed = failing.filter(region => stageOf(region, work) !== 'removed');
  if (failed.length > 0) { return firstHalfOfSecondTry(failed, work, now); }
  const wanted = [...missing, ...leaving, ...failing];
  // Apart, because the refusal of a Region is believed only if no former replica is being deleted there.
  const readyOf = (regions: readonly string[]) => regions.filter(region => isReady(region, missing.includes(region), work, now));
  const ready = [readyOf(missing), readyOf(wanted)].find(regions => regions.length > 0);
  if (ready) { return addition(ready, work, now); }
  const again = wanted.filter(region => stageOf(region, work) !== undefined);
  return wanted.length === 0 ? undefined : {
    kind: 'wait',
    inSeconds: secondsUntilLook(work.since, now),
    waitingFor: again.length > 0
      ? `${again.join(', ')}, where replication FAILED and is tried once more`
      : `${wanted.join(', ')}, where the former replica is still being deleted`,
  };
}

/** The Regions that are ours when the work is over: what was ours or was added, as far as it is still declared. */
export function ownedAtTheEnd({ physicalId, regions }: OwnedRegions, declared: readonly string[] | undefined): OwnedRegions {
  return { physicalId, regions: regions.filter(region => declared?.includes(region) ?? true) };
}

function removal(regions: readonly string[], work: RegionWork, now: Date): RegionStep {
  const { physicalId, regions: before } = work.owned;
  return {
    kind: 'remove',
    regions,
    intent: work,
    fact: { ...work, since: now.toISOString(), owned: { physicalId, regions: before.filter(region => !regions.includes(region)) } },
  };
}

function firstHalfOfSecondTry(regions: readonly string[], work: RegionWork, now: Date): RegionStep {
  return { kind: 'remove', regions, intent: at('removing', regions, work, now), fact: at('removed', regions, work, now) };
}

function addition(regions: readonly string[], work: RegionWork, now: Date): RegionStep {
  const { physicalId, regions: before } = work.owned;
  const again = regions.filter(region => stageOf(region, work) !== undefined);
  const after = { ...at('added', again, work, now), owned: { physicalId, regions: [...new Set([...before, ...regions])] } };
  return { kind: 'add', regions, intent: after, fact: { ...after, since: now.toISOString() } };
}

function at(stage: SecondTry['stage'], regions: readonly string[], work: RegionWork, now: Date): RegionWork {
  const others = work.secondTries.filter(({ region }) => !regions.includes(region));
  return { ...work, secondTries: [...others, ...regions.map(region => ({ region, since: now.toISOString(), stage }))] };
}

function stageOf(region: string, { secondTries }: RegionWork): SecondTry['stage'] | undefined {
  return secondTries.find(one => one.region === region)?.stage;
}

function isReady(region: string, isMissing: boolean, { since, secondTries }: RegionWork, now: Date): boolean {
  const second = secondTries.find(one => one.region === region && one.stage !== 'added');
  if (second) { return secondsSince(second.since, now) >= SECONDS_BEFORE_SECOND_TRY; }
  return isMissing || secondsSince(since, now) >= SECONDS_BEFORE_ADDING_ANYWAY;
}

/** What a request knows while it waits for replicas. */
export interface ReplicationWait {
  /** When the primary was looked at last. */
  readonly primaryAt: string;
  /** Regions whose replica is looked at before the primary; none once only the primary can tell more. */
  readonly awaited: readonly string[];
}

/** What a look at the primary says: all is SYNCHRONIZED, or how to wait, or why waiting is in vain. */
export type PrimaryLook =
  | { readonly kind: 'synchronized' }
  | { readonly kind: 'waiting'; readonly wait: ReplicationWait; readonly inSeconds: number; readonly waitingFor: string }
  | { readonly kind: 'failed'; readonly reason: string };

export type ReplicaLook =
  /** A replica is not there, so the primary cannot tell more than it did. */
  | 'absent'
  /** All awaited replicas are there, so only the primary can tell more. */
  | 'present'
  /** It is time to ask the primary anyway. */
  | 'notAsked';

/**
 * What a look at the primary says of the wait.
 *
 * @param before the wait so far, and what its replicas told in this turn; absent when the wait begins
 */
export function primaryLook(
  declared: readonly string[], key: InRegions, work: RegionWork, now: Date,
  before?: { readonly wait: ReplicationWait; readonly replicas: ReplicaLook },
): PrimaryLook {
  const failing = regionsIn('FAILED', declared, key);
  if (failing.length > 0) { return { kind: 'failed', reason: failureText(failing, key, work) }; }
  if (regionsIn('SYNCHRONIZED', declared, key).length === declared.length) { return { kind: 'synchronized' }; }
  const onlyPrimaryTells = before?.replicas === 'present';
  return {
    kind: 'waiting',
    wait: onlyPrimaryTells && before.wait.awaited.length === 0
      ? before.wait
      : { primaryAt: now.toISOString(), awaited: onlyPrimaryTells ? [] : regionsIn('IN_PROGRESS', declared, key) },
    inSeconds: secondsUntilLook(work.since, now),
    waitingFor: `replication: ${replicationStates(declared, key)}`,
  };
}

/**
 * Looks at the awaited replicas, one after the other, until one is not there.
 *
 * @param spread a text that differs from request to request, so that not all ask the same Region first
 */
export async function lookAtReplicas(
  keyArn: string, { since }: RegionWork, { primaryAt, awaited }: ReplicationWait, plane: Pick<Looks, 'getKey'>, now: Date, spread: string,
): Promise<ReplicaLook> {
  const waitedAtPrimary = Math.max(FIRST_WAIT_FOR_PRIMARY_SECONDS, secondsSince(since, new Date(primaryAt)));
  if (awaited.length > 0 && secondsSince(since, now) >= waitedAtPrimary * PRIMARY_AGAIN_AFTER) { return 'notAsked'; }
  const first = [...spread].reduce((sum, character) => sum + character.charCodeAt(0), 0) % Math.max(1, awaited.length);
  for (const region of [...awaited.slice(first), ...awaited.slice(0, first)]) {
    if (!await mayBeThere(replicaArn(keyArn, region), plane)) { return 'absent'; }
  }
  return 'present';
}

/** What is waited for while a replica is not there, for people. */
export function waitText(declared: readonly string[], { awaited }: ReplicationWait): string {
  return `replication: ${declared.map(region => `${region} ${awaited.includes(region) ? 'IN_PROGRESS' : 'SYNCHRONIZED'}`).join(', ')}`;
}

/** A replica that cannot be looked at, for whatever reason, is left to the primary to tell of. */
async function mayBeThere(arn: string, plane: Pick<Looks, 'getKey'>): Promise<boolean> {
  return orOtherwise(async () => (await plane.getKey(arn)).state === 'CREATE_COMPLETE', ({ kind }) => kind !== 'notFound');
}

/** An eighth of what was waited for so far, so that the answer comes soon after the end. */
export function secondsUntilLook(since: string, now: Date): number {
  return Math.min(LONGEST_PAUSE_SECONDS, Math.max(SHORTEST_PAUSE_SECONDS, Math.floor(secondsSince(since, now) / 8)));
}

/** The declared Regions and their states, for people: `us-west-2 IN_PROGRESS, eu-west-1 SYNCHRONIZED`. */
export function replicationStates(regions: readonly string[], there: InRegions): string {
  return regions.map(region => `${region} ${statusIn(region, there) ?? 'not replicated'}`).join(', ');
}

export function regionsIn(status: string, regions: readonly string[], there: InRegions): string[] {
  return regions.filter(region => statusIn(region, there) === status);
}

export function statusIn(region: string, { replication }: InRegions): string | undefined {
  return replication.find(one => one.region === region)?.status;
}

/** What is wrong with a list of Regions that the template could not know. */
export function regionsProblem(property: string, regions: readonly string[], ownRegion: string): string | undefined {
  if (regions.includes(ownRegion)) { return `${property} names ${ownRegion}, the key's own Region. List only the Regions that get a replica`; }
  return repeatedRegions(property, regions);
}

export function repeatedRegions(property: string, regions: readonly string[]): string | undefined {
  const twice = regions.filter((region, index) => regions.indexOf(region) !== index);
  return twice.length > 0 ? `${property} names ${twice.join(', ')} twice. List each Region once` : undefined;
}

/** The command that takes replicas away, for people. */
export function removalCommand(keyArn: string, regions: readonly string[]): string {
  return `aws payment-cryptography remove-key-replication-regions --region ${regionOf(keyArn)} `
    + `--key-identifier ${keyArn} --replication-regions ${regions.join(' ')}`;
}

function failureText(regions: readonly string[], { replication }: InRegions, work: RegionWork): string {
  const details = replication.filter(({ region }) => regions.includes(region))
    .map(({ region, message }) => `${region} (${message ?? 'the service gives no reason'})`).join(', ');
  const again = regions.every(region => stageOf(region, work) === 'added') ? ', also when the Region was removed and added again' : '';
  return `replication FAILED in ${details}${again}. The role of the provider's function needs `
    + 'payment-cryptography:CreateKey there, unrestricted by service control policies, and the account must have the Region enabled. Then deploy again';
}
