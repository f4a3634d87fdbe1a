/** The shapes of the service that the emulator's code names. Inputs are checked against the model before they get these types. */

export type KeyAlgorithm =
  | 'TDES_2KEY' | 'TDES_3KEY' | 'AES_128' | 'AES_192' | 'AES_256'
  | 'HMAC_SHA224' | 'HMAC_SHA256' | 'HMAC_SHA384' | 'HMAC_SHA512'
  | 'RSA_2048' | 'RSA_3072' | 'RSA_4096'
  | 'ECC_NIST_P256' | 'ECC_NIST_P384' | 'ECC_NIST_P521';

export type KeyClass = 'SYMMETRIC_KEY' | 'ASYMMETRIC_KEY_PAIR' | 'PRIVATE_KEY' | 'PUBLIC_KEY';

export type KeyCheckValueAlgorithm = 'ANSI_X9_24' | 'CMAC' | 'HMAC' | 'SHA_1';

/** CREATE_FAILED is missing in the model, and described in the guide: a team refused the import. */
export type KeyState = 'CREATE_IN_PROGRESS' | 'CREATE_COMPLETE' | 'CREATE_FAILED' | 'DELETE_PENDING' | 'DELETE_COMPLETE';

export type KeyOrigin = 'EXTERNAL' | 'AWS_PAYMENT_CRYPTOGRAPHY';

export type KeyReplicationState = 'IN_PROGRESS' | 'DELETE_IN_PROGRESS' | 'FAILED' | 'SYNCHRONIZED';

/** In the order in which the service prints them. */
export const MODES_OF_USE = [
  'Encrypt', 'Decrypt', 'Wrap', 'Unwrap', 'Generate', 'Sign', 'Verify', 'DeriveKey', 'NoRestrictions',
] as const;

export type ModeOfUse = (typeof MODES_OF_USE)[number];

export interface KeyAttributes {
  readonly KeyUsage: string;
  readonly KeyClass: KeyClass;
  readonly KeyAlgorithm: KeyAlgorithm;
  readonly KeyModesOfUse: Partial<Record<ModeOfUse, boolean>>;
}

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface ReplicationStatus {
  readonly Status: KeyReplicationState;
  readonly StatusMessage?: string;
}

/** How far a team is with an approval. */
export interface MpaStatus {
  readonly MpaSessionArn: string;
  readonly Status: 'PENDING' | 'APPROVED' | 'FAILED' | 'CANCELLED';
  readonly InitiationDate: number;
  readonly StatusMessage?: string;
}

export interface Key {
  readonly KeyArn: string;
  readonly KeyAttributes: KeyAttributes;
  readonly KeyCheckValue: string;
  readonly KeyCheckValueAlgorithm: KeyCheckValueAlgorithm;
  readonly Enabled: boolean;
  readonly Exportable: boolean;
  readonly KeyState: KeyState;
  readonly KeyOrigin: KeyOrigin;
  /** Seconds since 1970, as in every timestamp here. */
  readonly CreateTimestamp: number;
  readonly UsageStartTimestamp?: number;
  readonly UsageStopTimestamp?: number;
  readonly DeletePendingTimestamp?: number;
  readonly DeleteTimestamp?: number;
  readonly DeriveKeyUsage?: string;
  readonly MultiRegionKeyType?: 'PRIMARY' | 'REPLICA';
  readonly PrimaryRegion?: string;
  readonly ReplicationStatus?: Record<string, ReplicationStatus>;
  readonly UsingDefaultReplicationRegions?: boolean;
  readonly MpaStatus?: MpaStatus;
}

export interface Alias {
  readonly AliasName: string;
  readonly KeyArn?: string;
}
