import { randomBytes } from 'node:crypto';
import { Clock, systemClock } from './clock';
import { RandomBytes } from './key-material';
import { PAYMENT_CRYPTOGRAPHY_REGIONS } from './regions';
import { ReplicationOutcome } from './replication-outcome';
import { LogBounds } from './request-log';
import { resolveSwitches, Switches } from './switches';

/** What can be chosen about an emulator. Times are seconds. */
export interface EmulatorOptions {
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: 111122223333. */
  readonly account?: string;
  /** Control-plane requests per second and Region; Infinity for no limit. Default: 5. */
  readonly tps?: number;
  /** Control-plane requests that the quota lets through at once, after a while without any. Default: those of a second. */
  readonly burst?: number;
  /** Data-plane requests with symmetric keys, per second and Region. Default: 500. */
  readonly symmetricTps?: number;
  /** Data-plane requests with asymmetric keys, per second and Region. Default: 20. */
  readonly asymmetricTps?: number;
  /** Keys per Region. Default: 2,000. */
  readonly keyQuota?: number;
  /** Aliases per Region. Default: 2,000. */
  readonly aliasQuota?: number;
  /** From IN_PROGRESS to SYNCHRONIZED. Default: 2. */
  readonly replicationDelay?: number;
  /** From DELETE_IN_PROGRESS to gone. Default: the replication delay. */
  readonly replicaDeletionDelay?: number;
  /** After which the Resource Groups Tagging API sees a change; Infinity for never. Default: 2. */
  readonly tagIndexLag?: number;
  /** Regions of the service besides the published ones. */
  readonly moreRegions?: readonly string[];
  /** Regions that exist but are not enabled for the account. */
  readonly regionsNotEnabled?: readonly string[];
  /** How replication to a Region ends, where it does not simply succeed. */
  readonly replicationOutcomes?: Readonly<Record<string, ReplicationOutcome>>;
  readonly switches?: Partial<Switches>;
  /** How much the request log keeps. Default: 200,000 requests and 128 MiB, so that a test finds all of its requests. */
  readonly logBounds?: LogBounds;
  /** Default: cryptographically random. A test may seed it to repeat key ids and key check values. */
  readonly random?: RandomBytes;
}

export type ResolvedOptions = Required<Omit<EmulatorOptions, 'switches' | 'moreRegions'>> & {
  readonly switches: Switches;
  readonly regions: readonly string[];
};

export function resolveOptions(options: EmulatorOptions): ResolvedOptions {
  const replicationDelay = options.replicationDelay ?? 2;
  return {
    clock: options.clock ?? systemClock,
    account: options.account ?? '111122223333',
    tps: options.tps ?? 5,
    burst: options.burst ?? options.tps ?? 5,
    symmetricTps: options.symmetricTps ?? 500,
    asymmetricTps: options.asymmetricTps ?? 20,
    keyQuota: options.keyQuota ?? 2000,
    aliasQuota: options.aliasQuota ?? 2000,
    replicationDelay,
    replicaDeletionDelay: options.replicaDeletionDelay ?? replicationDelay,
    tagIndexLag: options.tagIndexLag ?? 2,
    regions: [...PAYMENT_CRYPTOGRAPHY_REGIONS, ...options.moreRegions ?? []],
    regionsNotEnabled: options.regionsNotEnabled ?? [],
    replicationOutcomes: options.replicationOutcomes ?? {},
    switches: resolveSwitches(options.switches),
    logBounds: options.logBounds ?? { entries: 200_000, bytes: 128 * 1024 * 1024 },
    random: options.random ?? randomBytes,
  };
}
