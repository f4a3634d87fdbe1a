/**
 * The service as the reconcilers see it: the primary through its own Region, replicas through theirs.
 * Every method is one request; none repeats itself. Each throws `ServiceFault`, nothing else.
 */
export interface ControlPlane {
  createKey(region: string, creation: KeyCreation): Promise<Key>;
  getKey(keyArn: string): Promise<Key>;
  deleteKey(keyArn: string, windowInDays: number): Promise<Key>;
  restoreKey(keyArn: string): Promise<Key>;
  startKeyUsage(keyArn: string): Promise<Key>;
  stopKeyUsage(keyArn: string): Promise<Key>;
  addKeyReplicationRegions(keyArn: string, regions: string[]): Promise<Key>;
  removeKeyReplicationRegions(keyArn: string, regions: string[]): Promise<Key>;
  listTags(keyArn: string): Promise<Record<string, string>>;
  tagKey(keyArn: string, tags: Record<string, string>): Promise<void>;
  untagKey(keyArn: string, tagKeys: string[]): Promise<void>;
  listKeys(region: string, nextToken?: string): Promise<KeyPage>;
  /** The ARN of the key that the alias belongs to, or `undefined` when it belongs to none. */
  getAlias(region: string, aliasName: string): Promise<string | undefined>;
  createAlias(aliasName: string, keyArn: string): Promise<void>;
  updateAlias(aliasName: string, keyArn: string): Promise<void>;
  deleteAlias(region: string, aliasName: string): Promise<void>;
  getDefaultReplicationRegions(region: string): Promise<string[]>;
  enableDefaultReplicationRegions(region: string, regions: readonly string[]): Promise<string[]>;
  disableDefaultReplicationRegions(region: string, regions: readonly string[]): Promise<string[]>;
  /** The policy as JSON; `undefined` when the key has none. */
  getResourcePolicy(keyArn: string): Promise<string | undefined>;
  putResourcePolicy(keyArn: string, policy: string): Promise<void>;
  deleteResourcePolicy(keyArn: string): Promise<void>;
  /** What a resource of ours remembers that cannot be tagged (Systems Manager Parameter Store). */
  readRecord(region: string, name: string): Promise<StoredRecord>;
  /** The values that it had, the latest last. */
  readRecordHistory(region: string, name: string): Promise<string[]>;
  writeRecord(region: string, name: string, value: string): Promise<void>;
  /** Asks the tag index, which does not count against the service's quota and may lag behind. */
  findKeysByTags(region: string, tags: Record<string, string>): Promise<string[]>;
}

/** What cannot be changed once a key exists (API: KeyAttributes, "immutable"). */
export interface KeyTraits {
  readonly usage: string;
  readonly keyClass: string;
  readonly algorithm: string;
  readonly modesOfUse: readonly string[];
  readonly exportable: boolean;
}

export interface KeyCreation extends KeyTraits {
  readonly enabled: boolean;
  readonly keyCheckValueAlgorithm?: string;
  readonly deriveKeyUsage?: string;
  /** Absent leaves the choice to the account's default replication Regions; empty means none. */
  readonly replicationRegions?: readonly string[];
  readonly tags: Record<string, string>;
}

export interface KeySummary extends KeyTraits {
  readonly keyArn: string;
  readonly state: string;
}

export interface Key extends KeySummary {
  readonly enabled: boolean;
  readonly keyCheckValue: string;
  readonly keyCheckValueAlgorithm: string;
  readonly origin: string;
  readonly deriveKeyUsage?: string;
  /** By replication Region; empty for a key that is not replicated. */
  readonly replication: Record<string, Replication>;
  readonly usesDefaultReplicationRegions: boolean;
  /** Only of a replica: where its primary is. */
  readonly primaryRegion?: string;
}

export interface Replication {
  /** IN_PROGRESS, SYNCHRONIZED, FAILED or DELETE_IN_PROGRESS (API: ReplicationStatusType). */
  readonly status: string;
  readonly message?: string;
}

export interface StoredRecord {
  readonly value: string;
  /** 1 as it was made; each write adds one, whatever it writes. */
  readonly version: number;
}

export interface KeyPage {
  readonly keys: KeySummary[];
  readonly nextToken?: string;
}
