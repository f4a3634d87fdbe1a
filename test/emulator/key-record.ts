import { keyArn } from './identifiers';
import { OptionalBlocks } from './key-block';
import { KeyMaterial } from './key-material';
import { KeyAttributes, KeyCheckValueAlgorithm, KeyOrigin, KeyReplicationState, KeyState, MpaStatus } from './shapes';

/** What Start- and StopKeyUsage change and replicas copy. Replaced as a whole, never changed in place. */
export interface Usage {
  readonly enabled: boolean;
  readonly startedAt?: number;
  readonly stoppedAt?: number;
}

/** A replication Region of a key, as its primary Region sees it. */
export interface Replica {
  readonly region: string;
  status: KeyReplicationState;
  statusMessage?: string;
  /** What the replica Region has of the key; nothing before the first synchronization and after deletion. */
  copy?: Usage;
  /** Another number after each change of course, so that what was scheduled before one is recognized as outdated. */
  course: number;
  readonly tags: Map<string, string>;
  /** When its deletion was completed; its entry may outlive it. */
  deletedAt?: number;
}

/** What an imported key block says of its key beyond the key's attributes. An export repeats it. */
export interface ImportedHeader {
  readonly exportability: string;
  readonly keyVersion: string;
  readonly optionalBlocks: OptionalBlocks;
}

/** A key in all its Regions. Times are milliseconds since 1970. */
export interface KeyRecord {
  readonly id: string;
  /** Grows with every key created: the order of lists. */
  readonly serial: number;
  readonly account: string;
  readonly primaryRegion: string;
  readonly attributes: KeyAttributes;
  readonly exportable: boolean;
  readonly origin: KeyOrigin;
  readonly material: KeyMaterial;
  readonly keyCheckValue: string;
  readonly keyCheckValueAlgorithm: KeyCheckValueAlgorithm;
  readonly deriveKeyUsage?: string;
  readonly createdAt: number;
  usage: Usage;
  state: KeyState;
  deletePendingUntil?: number;
  deletedAt?: number;
  usingDefaults: boolean;
  /** It has, or once had, replication Regions. */
  multiRegion: boolean;
  readonly replicas: Map<string, Replica>;
  readonly tags: Map<string, string>;
  policy?: string;
  /** Of a key that came in a key block. */
  readonly importedHeader?: ImportedHeader;
  /** Of a key whose import a team had to approve. */
  mpaStatus?: MpaStatus;
}

/** A key seen from one Region: the primary when there is no replica. */
export interface KeyInRegion {
  readonly record: KeyRecord;
  readonly region: string;
  readonly replica?: Replica;
}

export const arnOf = ({ record, region }: KeyInRegion): string => keyArn(region, record.account, record.id);

export const tagsOf = ({ record, replica }: KeyInRegion): Map<string, string> => replica?.tags ?? record.tags;
