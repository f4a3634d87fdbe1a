import { again, failed, Memory, Task, Turn } from './turn';
import { ControlPlane, Key, Replication } from '../control-plane/port';
import { regionOf, replicaArn } from '../key-arn';
import { ServiceFault } from '../service-fault';
import { share } from '../spread';

const SHORTEST_PAUSE = 2;
const LONGEST_PAUSE = 30;
/** A replica that is being deleted for so many seconds is added again without waiting for its entry to vanish. */
const SECONDS_BEFORE_ADDING_ANYWAY = 15;
/** Only the primary tells of a failure, so it is looked at when the wait has become so many times as long. */
const PRIMARY_AGAIN_AFTER = 3;

/** What a declaration says of Regions. No list leaves them alone. */
export interface DeclaredRegions {
  readonly ReplicationRegions?: readonly string[];
}

/** Whatever has Regions: a key, or an account's defaults. */
export type InRegions = Pick<Key, 'replication'>;

/** Memory of a reconciler that waits for replicas. */
export interface Waiting extends Memory {
  /** Seconds since the last change of the replication: looks grow rarer. */
  readonly waited?: number;
  /** How long that was at the last look at the primary. */
  readonly waitedAtPrimary?: number;
  /** Regions in which a replica is awaited that was not seen yet. */
  readonly awaited?: string[];
  /** Regions whose replica cannot tell more than it did: only the primary can. */
  readonly asked?: string[];
  /** What the primary told last, for people. */
  readonly told?: string;
  /** Replication Regions that the last look saw FAILED. */
  readonly failing?: string[];
}

/** After a call that begins a replication, the wait for it begins anew. */
export const WAITING_ANEW: Waiting = { waited: 0, awaited: undefined, asked: undefined, failing: undefined };

export interface RegionDifferences {
  readonly missing: string[];
  /** Declared, but still being deleted: can be added only when that has ended. */
  readonly leaving: string[];
  /** There, but not declared. */
  readonly surplus: string[];
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

export const isLeaving = ({ status }: Replication) => status === 'DELETE_IN_PROGRESS';

/** How the declared Regions differ from those that are there. */
export function regionDifferences({ ReplicationRegions: regions }: DeclaredRegions, { replication }: InRegions): RegionDifferences {
  if (regions === undefined) { return { missing: [], leaving: [], surplus: [] }; }
  return {
    missing: regions.filter(region => !(region in replication)),
    leaving: regions.filter(region => region in replication && isLeaving(replication[region])),
    surplus: Object.keys(replication).filter(region => !regions.includes(region) && !isLeaving(replication[region])),
  };
}

/** One call that the Regions need. */
export interface RegionStep {
  readonly call: 'remove' | 'record' | 'add';
  /** Those to remove or to add; of the record, all that it is to hold. */
  readonly regions: string[];
}

/**
 * What comes next: first what goes, then the record, then what comes. So the record names a Region before it is added,
 * when it was seen absent, and until it is removed: neither what others made is taken for ours, nor ours for theirs.
 *
 * @param owned what the record holds
 * @param remove what may be taken away of what is there
 */
export function nextRegionStep(
  declared: DeclaredRegions, { missing, leaving }: RegionDifferences, owned: readonly string[], remove: string[], { waited = 0 }: Waiting,
): RegionStep | undefined {
  if (remove.length > 0) { return { call: 'remove', regions: remove }; }
  const add = waited < SECONDS_BEFORE_ADDING_ANYWAY ? missing : [...missing, ...leaving];
  const record = [...new Set([...owned.filter(region => declared.ReplicationRegions?.includes(region)), ...add])];
  if (record.length !== owned.length || record.some(region => !owned.includes(region))) { return { call: 'record', regions: record }; }
  return add.length > 0 ? { call: 'add', regions: add } : undefined;
}

/** The declared Regions and their states, for people: `us-west-2 IN_PROGRESS, eu-west-1 SYNCHRONIZED`. */
export function replicationStates(regions: readonly string[], { replication }: InRegions): string {
  return regions.map(region => `${region} ${replication[region]?.status ?? 'not replicated'}`).join(', ');
}

export function regionsIn(status: string, regions: readonly string[], { replication }: InRegions): string[] {
  return regions.filter(region => replication[region]?.status === status);
}

/**
 * Seconds until the next look: an eighth of what was waited for so far, so that the answer comes soon after the end. In a
 * crowd, the first look comes when all have begun, and the looks at replicas are spread over their Regions' quotas.
 */
export function secondsUntilLook(waited: number, roundSeconds: number, regions: number): number {
  const alone = Math.min(LONGEST_PAUSE, Math.max(SHORTEST_PAUSE, Math.floor(waited / 8)));
  return Math.max(alone, Math.ceil(waited === 0 ? roundSeconds : roundSeconds / regions));
}

/**
 * A look at a replica, which spares the primary's quota: only once it is there, the primary is asked. `undefined` when
 * the primary is to be asked now.
 */
export async function lookAtReplica<M extends Waiting>(
  keyArn: string, memory: M, plane: ControlPlane, { roundSeconds = 0, owner }: Task<unknown>,
): Promise<Turn<M> | undefined> {
  const { awaited = [], asked = [], waited = 0, waitedAtPrimary = 0, told = '' } = memory;
  if (awaited.length === 0 || waited > waitedAtPrimary * PRIMARY_AGAIN_AFTER) { return undefined; }
  const region = awaited[Math.floor(share(owner.requestId) * awaited.length)];
  const there = again({ ...memory, awaited: [], asked: [...asked, region] }, 0, told);
  try {
    if ((await plane.getKey(replicaArn(keyArn, region))).state === 'CREATE_COMPLETE') { return there; }
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || fault.kind === 'throttled') { throw fault; }
    if (fault.kind !== 'notFound') { return there; }
  }
  return pause(memory, roundSeconds, awaited.length, told);
}

function pause<M extends Waiting>(memory: M, roundSeconds: number, regions: number, text: string): Turn<M> {
  const { waited = 0 } = memory;
  const seconds = secondsUntilLook(waited, roundSeconds, regions);
  return again({ ...memory, waited: waited + seconds }, seconds, text);
}

/** Waits until the declared Regions are SYNCHRONIZED, or gives up; `undefined` when nothing is left to wait for. */
export function waitForRegions<M extends Waiting>(
  { ReplicationRegions: declared = [], WaitForReplication }: DeclaredRegions & { readonly WaitForReplication: boolean },
  memory: M, key: InRegions, roundSeconds = 0,
): Turn<M> | undefined {
  const next = (after: M, text: string) => {
    const { asked = [], waited = 0 } = after;
    const awaited = regionsIn('IN_PROGRESS', declared, key).filter(region => !asked.includes(region));
    const turn = pause({ ...after, awaited, told: text }, roundSeconds, 1, text);
    return { ...turn, memory: { ...turn.memory, waitedAtPrimary: waited || turn.memory.waited } };
  };
  const blocked = regionsIn('DELETE_IN_PROGRESS', declared, key);
  if (blocked.length > 0) { return next(memory, `${blocked.join(', ')}, where the former replica is still being deleted`); }
  if (!WaitForReplication) { return undefined; }
  const failing = regionsIn('FAILED', declared, key);
  const stillFailing = failing.filter(region => memory.failing?.includes(region));
  if (stillFailing.length > 0) { return failed(memory, failureText(stillFailing, key)); }
  if (regionsIn('SYNCHRONIZED', declared, key).length === declared.length) { return undefined; }
  // Nobody knows whether FAILED is final, so it is believed at the second look.
  return next({ ...memory, failing }, `replication: ${replicationStates(declared, key)}`);
}

function failureText(regions: readonly string[], { replication }: InRegions): string {
  const details = regions.map(region => `${region} (${replication[region]?.message ?? 'the service gives no reason'})`).join(', ');
  return `replication FAILED in ${details}. The role of the provider's function needs payment-cryptography:CreateKey in `
    + 'these Regions, unrestricted by service control policies, and the account must have them enabled. Then deploy again; '
    + 'on an existing key, first deploy without the Region, so that the service forgets its failure';
}
