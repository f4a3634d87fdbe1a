/*
 * What a run has read, as it stands in the work files. Names and values are those of the API; times are ISO 8601 in UTC.
 */

export type MultiRegionRole = 'SINGLE_REGION' | 'PRIMARY' | 'REPLICA';

/** A key as GetKey tells of it in one Region. What is optional, certificates or younger keys lack. */
export interface ObservedKey {
  readonly keyArn: string;
  readonly state: string;
  readonly enabled: boolean;
  readonly usage: string;
  readonly keyClass: string;
  readonly algorithm: string;
  readonly modesOfUse: readonly string[];
  readonly deriveKeyUsage?: string;
  readonly exportable?: boolean;
  readonly origin: string;
  readonly keyCheckValue?: string;
  readonly keyCheckValueAlgorithm?: string;
  readonly createdAt: string;
  readonly usageStartedAt?: string;
  readonly usageStoppedAt?: string;
  readonly deletionScheduledFor?: string;
  readonly deletedAt?: string;
  readonly role: MultiRegionRole;
  /** Only of a replica. */
  readonly primaryRegion?: string;
  /** Only of a primary: each replication Region. */
  readonly replication: readonly ObservedReplication[];
}

export interface ObservedReplication {
  readonly region: string;
  /** API: KeyReplicationState. */
  readonly status: string;
  readonly message?: string;
}

export interface ObservedAlias {
  readonly aliasName: string;
  /** Absent while the alias belongs to no key. */
  readonly keyArn?: string;
}

export interface KeyPage {
  readonly keyArns: readonly string[];
  readonly nextToken?: string;
}

export interface AliasPage {
  readonly aliases: readonly ObservedAlias[];
  readonly nextToken?: string;
}

export interface TagPage {
  readonly tags: Tags;
  readonly nextToken?: string;
}

export type Tags = Readonly<Record<string, string>>;

/** What is in a Region at one moment: the run describes these keys, and no others. */
export interface Listing {
  readonly listedAt: string;
  readonly keyArns: readonly string[];
  readonly aliases: readonly ObservedAlias[];
}

/** What became of one key of a listing. */
export type Observation =
  | { readonly kind: 'described'; readonly observedAt: string; readonly key: ObservedKey; readonly tags: Tags }
  /** It was listed, and deleted before it was described. */
  | { readonly kind: 'disappeared'; readonly observedAt: string; readonly keyArn: string };

/** What became of a stack that tags of keys name. */
export type StackObservation =
  | { readonly kind: 'exists'; readonly stackId: string; readonly stackName: string; readonly keys: readonly DeclaredKey[] }
  | { readonly kind: 'deleted'; readonly stackId: string };

/** A resource of a stack that is a key. */
export interface DeclaredKey {
  readonly keyArn: string;
  readonly logicalId: string;
}
