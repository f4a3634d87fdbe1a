import { Emulator, Key } from '../emulator';
import { attachedOf } from './attached';
import { Declaration } from './declarations';
import { Answer, REGION } from './world';

/** Whose requests are the provider's. */
export const OUR_ACCESS_KEY = 'AKIALIFECYCLE';

/** What CloudFormation asks, as far as it makes a difference to the life of a key. */
export const EVENT_KINDS = [
  'Create', 'Update', 'Replacement', 'Reverse update', 'Delete', 'Delete of an invented id', 'Delete of a marker', 'Last resort',
] as const;
export type EventKind = typeof EVENT_KINDS[number];

export const KEY_STATES = ['no key', 'replicating', 'usable', 'deleted'] as const;
export type KeyState = typeof KEY_STATES[number];

/** One request of CloudFormation, and what became of it. */
export interface Sent {
  readonly kind: EventKind;
  readonly event: any;
  readonly requestId: string;
  readonly logicalId: string;
  readonly declaration: Declaration;
  readonly previous?: Declaration;
  readonly sentAt: number;
  readonly deadline: number;
  /** Every body put to its URL, taken or not. */
  readonly bodies: string[];
  /** Whether CloudFormation's bucket ever took one. */
  delivered?: boolean;
  /** The one that CloudFormation took. */
  answer?: Answer;
  answeredAt?: number;
  givenUp?: 'timed out' | 'cancelled';
  /** When a SUCCESS was made up, whether CloudFormation took it or not. */
  succeededAt?: number;
  /** What the service had when the answer was made up; absent without answer. */
  atAnswer?: KeyNow;
  /** Of a resource that makes no key: how the service differed from the declaration when the answer was made up. */
  differencesAtAnswer?: string[];
  /** An update before it failed and was not reversed: what the key has of that one, nobody knows. */
  fromHalfway?: boolean;
  /** The key as the provider last saw it. */
  lastSeen?: Key;
  /** The network between the function and CloudFormation was cut on purpose: nobody can answer then. */
  unanswerable?: boolean;
  /** Its execution ended and EventBridge did not tell: only another delivery of the event can have it answered. */
  forgotten?: boolean;
}

export interface KeyNow {
  readonly key: Key;
  readonly tags: Readonly<Record<string, string>>;
  readonly policy?: string;
  readonly replicas: Readonly<Record<string, { readonly key: Key; readonly tags: Readonly<Record<string, string>> }>>;
}

export interface Strike {
  readonly fault: string;
  readonly event: EventKind;
  /** Of the key; of a resource that makes none, its type. */
  readonly state: KeyState | string;
  readonly requestId: string;
  readonly logicalId: string;
  /** At which call of an import. */
  readonly importCall?: ImportCall;
}

/** The calls by which a key is imported. */
export const IMPORT_CALLS = ['the reading', 'ImportKey'] as const;
export type ImportCall = typeof IMPORT_CALLS[number];

/** A request to the service that changed something, and for which request of CloudFormation that was. */
export interface Deed {
  readonly requestId: string;
  readonly operation: string;
  readonly time: number;
}

/** A request to one of the services that keep wrapped keys. */
export interface Reading {
  readonly requestId: string;
  readonly time: number;
  /** What was asked for, as the service spells it. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Whether the step could know that the request rolls back, itself or what it inherited, or is answered. */
  readonly duringRollback: boolean;
  /** Whether the step could know that the request had sent ImportKey, and was not told that it was refused. */
  readonly afterImport: boolean;
}

export const READS_OF_WRAPPED_KEYS: ReadonlySet<string> = new Set(['GetSecretValue', 'GetParameter']);

/** Operations that make a key. */
export const CREATIONS = ['CreateKey', 'ImportKey'] as const;

/** Operations that change nothing. */
export const LOOKS: ReadonlySet<string> = new Set([
  'GetKey', 'ListTagsForResource', 'ListKeys', 'GetResources', 'GetAlias', 'GetDefaultKeyReplicationRegions', 'GetResourcePolicy',
  'GetSecretValue', 'GetParameter',
]);

/** Everything that a run wrote down, for the invariants to judge. */
export class Notebook {
  readonly sent = new Map<string, Sent>();
  readonly strikes: Strike[] = [];
  readonly deeds: Deed[] = [];
  readonly logLines: string[] = [];
  readonly readings: Reading[] = [];
  /** When a request sent ImportKey, and was not told that it was refused. */
  readonly importedAt = new Map<string, number>();
  /** When the item said for the first time that a request is not working any more. */
  readonly ceasedAt = new Map<string, number>();
  /** Looks at every item before it is written, in lives that have something to hide. */
  watchItem: ((json: string) => void) | undefined;
  /** What the items told that were written. */
  readonly toldByItems = new Set<string>();
  /** When the ledger lost the item of a logical id, the last time. */
  readonly lostAt = new Map<string, number>();
  /** What was seen to be wrong at once: invariant, and what happened. */
  readonly violations: Array<readonly [invariant: string, what: string]> = [];

  constructor(private readonly emulator: Emulator) {}

  /** Whether the ledger has lost what this request was: another delivery of it would be a new request. */
  isForgotten({ logicalId, sentAt }: Sent): boolean {
    return sentAt < (this.lostAt.get(logicalId) ?? 0);
  }

  strike(fault: string, event: EventKind, requestId: string, importCall?: ImportCall): void {
    const { logicalId } = this.sent.get(requestId)!;
    this.strikes.push({ fault, event, requestId, logicalId, state: this.stateOf(requestId), importCall });
  }

  /** The state of the key that a request is about, or the type of the resource if it makes no key. */
  stateOf(requestId: string): KeyState | string {
    const request = this.sent.get(requestId)!;
    return attachedOf(request.declaration.type)?.type ?? this.keyState(request);
  }

  /** Remembers what the service had when an answer was made up. */
  answerMade(sent: Sent, { Status, PhysicalResourceId }: Answer, now: number): void {
    if (Status !== 'SUCCESS' || sent.event.RequestType === 'Delete') { return; }
    sent.succeededAt ??= now;
    sent.differencesAtAnswer = attachedOf(sent.declaration.type)?.differences(sent, this.emulator);
    sent.atAnswer = this.keyNow(PhysicalResourceId);
    const seen = this.emulator.log.entries.filter(({ output, accessKeyId }) =>
      (output as any)?.Key?.KeyArn === PhysicalResourceId && accessKeyId === OUR_ACCESS_KEY).at(-1);
    sent.lastSeen = (seen?.output as { Key: Key } | undefined)?.Key;
  }

  /** The key that a request made, or is about. */
  keyOf({ requestId, event }: Sent, tag: string): Key | undefined {
    const { keys } = this.emulator.snapshot(REGION);
    return (keys.find(({ tags }) => tags[tag] === requestId)
      ?? keys.find(({ key }) => key.KeyArn === event.PhysicalResourceId))?.key;
  }

  keyNow(keyArn: string): KeyNow | undefined {
    const found = this.emulator.snapshot(REGION).keys.find(({ key }) => key.KeyArn === keyArn);
    if (!found) { return undefined; }
    const keyId = keyArn.split('/')[1];
    const replicas = Object.keys(found.key.ReplicationStatus ?? {}).flatMap(region => {
      const replica = this.emulator.snapshot(region).keys.find(({ key }) => key.KeyArn.endsWith(`/${keyId}`));
      return replica ? [[region, replica] as const] : [];
    });
    return { key: found.key, tags: found.tags, policy: found.policy, replicas: Object.fromEntries(replicas) };
  }

  /** Requests of CloudFormation, oldest first. */
  get requests(): Sent[] {
    return [...this.sent.values()];
  }

  private keyState(request: Sent): KeyState {
    const key = this.keyOf(request, 'cdk-multi-region-payment-keys:request-id');
    if (!key) { return 'no key'; }
    if (key.KeyState !== 'CREATE_COMPLETE') { return 'deleted'; }
    return Object.values(key.ReplicationStatus ?? {}).every(({ Status }) => Status === 'SYNCHRONIZED') ? 'usable' : 'replicating';
  }
}
