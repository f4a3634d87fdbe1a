import { again, failed, Memory, Turn } from './turn';
import { Key, Replication } from '../control-plane/port';

/** Seconds until the next look at a replication that takes its time; the last one repeats. */
const LOOKS = [2, 2, 2, 3, 3, 5, 5, 8, 8, 12, 15, 20, 30];
/** Looks at a replica that is being deleted, before adding its Region again is tried without waiting for the entry to vanish. */
const LOOKS_BEFORE_ADDING_ANYWAY = 6;

/** What a declaration says of Regions. No list leaves them alone. */
export interface DeclaredRegions {
  readonly ReplicationRegions?: readonly string[];
}

/** Whatever has Regions: a key, or an account's defaults. */
export type InRegions = Pick<Key, 'replication'>;

/** Memory of a reconciler that waits for replicas. */
export interface Waiting extends Memory {
  /** Looks at the replication so far: they grow rarer. */
  readonly looks?: number;
  /** Replication Regions that the last look saw FAILED. */
  readonly failing?: string[];
}

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
  const twice = regions.filter((region, index) => regions.indexOf(region) !== index);
  return twice.length > 0 ? `${property} names ${twice.join(', ')} twice. List each Region once` : undefined;
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
  declared: DeclaredRegions, { missing, leaving }: RegionDifferences, owned: readonly string[], remove: string[], { looks = 0 }: Waiting,
): RegionStep | undefined {
  if (remove.length > 0) { return { call: 'remove', regions: remove }; }
  const add = looks < LOOKS_BEFORE_ADDING_ANYWAY ? missing : [...missing, ...leaving];
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

/** Waits until the declared Regions are SYNCHRONIZED, or gives up; `undefined` when nothing is left to wait for. */
export function waitForRegions<M extends Waiting>(
  { ReplicationRegions: declared = [], WaitForReplication }: DeclaredRegions & { readonly WaitForReplication: boolean }, memory: M, key: InRegions,
): Turn<M> | undefined {
  const looks = memory.looks ?? 0;
  const next = (after: M, text: string) => again({ ...after, looks: looks + 1 }, LOOKS[Math.min(looks, LOOKS.length - 1)], text);
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
