/**
 * AWS Payment Cryptography as the reconcilers see it: the primary through its own Region, replicas through theirs.
 * Every method is one request, or one for each page of a list, and none repeats itself. Each throws `ServiceFault`, nothing else.
 */
export type Service = Looks & Changes;

/** Requests that change nothing. */
export interface Looks {
  getKey(keyArn: string): Promise<Key>;
  listTags(keyArn: string): Promise<ReadonlyMap<string, string>>;
  listKeys(region: string, nextToken?: string): Promise<KeyPage>;
  /** The ARN of the key that the alias belongs to, or `undefined` when it belongs to none. */
  getAlias(region: string, aliasName: string): Promise<string | undefined>;
  getDefaultReplicationRegions(region: string): Promise<readonly string[]>;
  /** The policy as JSON; `undefined` when the key has none. */
  getResourcePolicy(keyArn: string): Promise<string | undefined>;
  /** Asks the tag index (Resource Groups Tagging API), which has a quota of its own and may lag behind. */
  findKeysByTags(region: string, tags: ReadonlyMap<string, string>): Promise<readonly string[]>;
}

/** Requests that change something. */
export interface Changes {
  createKey(region: string, creation: KeyCreation): Promise<Key>;
  /** What goes wrong is told without the material, which the service's messages may repeat. */
  importKey(region: string, creation: KeyImport): Promise<Key>;
  deleteKey(keyArn: string, windowInDays: number): Promise<Key>;
  restoreKey(keyArn: string): Promise<Key>;
  startKeyUsage(keyArn: string): Promise<Key>;
  stopKeyUsage(keyArn: string): Promise<Key>;
  addKeyReplicationRegions(keyArn: string, regions: readonly string[]): Promise<Key>;
  removeKeyReplicationRegions(keyArn: string, regions: readonly string[]): Promise<Key>;
  tagKey(keyArn: string, tags: ReadonlyMap<string, string>): Promise<void>;
  untagKey(keyArn: string, tagKeys: readonly string[]): Promise<void>;
  createAlias(aliasName: string, keyArn: string): Promise<void>;
  updateAlias(aliasName: string, keyArn: string): Promise<void>;
  deleteAlias(region: string, aliasName: string): Promise<void>;
  /** Both answer with the whole list as it is afterwards. */
  enableDefaultReplicationRegions(region: string, regions: readonly string[]): Promise<readonly string[]>;
  disableDefaultReplicationRegions(region: string, regions: readonly string[]): Promise<readonly string[]>;
  putResourcePolicy(keyArn: string, policy: string): Promise<void>;
  deleteResourcePolicy(keyArn: string): Promise<void>;
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
  readonly tags: ReadonlyMap<string, string>;
}

/** A key whose material comes from somewhere else. For a key block its header decides the traits, for others these do. */
export interface KeyImport extends KeyCreation {
  readonly material: ImportedMaterial;
  /** For the team that approves root certificates. */
  readonly requesterComment?: string;
}

/** The union ImportKeyMaterial (API: ImportKey). Certificates are PEM, keys are ARNs of keys or aliases. */
export type ImportedMaterial =
  | { readonly method: 'tr31'; readonly wrappingKey: string; readonly keyBlock: string }
  | {
    readonly method: 'tr34';
    readonly certificateAuthority: string;
    readonly signingKeyCertificate: string;
    readonly keyBlock: string;
    readonly randomNonce: string;
    /** For whom the sender encrypted: the holder of a token, or a key pair of the account. */
    readonly receiver: { readonly importToken: string } | { readonly wrappingKey: string; readonly certificate: string };
  }
  | { readonly method: 'rsaCryptogram'; readonly importToken: string; readonly cryptogram: string; readonly wrappingSpec: string }
  | {
    readonly method: 'ecdhTr31';
    readonly privateKey: string;
    readonly certificateAuthority: string;
    readonly publicKeyCertificate: string;
    readonly deriveKeyAlgorithm: string;
    readonly keyDerivationFunction: string;
    readonly keyDerivationHashAlgorithm: string;
    readonly sharedInformation: string;
    readonly keyBlock: string;
  }
  | { readonly method: 'as2805'; readonly keyVariant: string; readonly wrappingKey: string; readonly cryptogram: string }
  | { readonly method: 'rootCertificate'; readonly certificate: string }
  | { readonly method: 'trustedCertificate'; readonly certificate: string; readonly certificateAuthority: string };

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
  /** One entry for each replication Region; empty for a key that is not replicated. */
  readonly replication: readonly Replication[];
  readonly usesDefaultReplicationRegions: boolean;
  /** The session of the team that has to approve the key before it is made. */
  readonly approvalSession?: string;
  /** Only of a replica: where its primary is. */
  readonly primaryRegion?: string;
}

export interface Replication {
  readonly region: string;
  /** IN_PROGRESS, SYNCHRONIZED, FAILED or DELETE_IN_PROGRESS (API: ReplicationStatusType). */
  readonly status: string;
  readonly message?: string;
}

export interface KeyPage {
  readonly keys: readonly KeySummary[];
  readonly nextToken?: string;
}
