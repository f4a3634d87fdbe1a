import { Comparison, ComparisonEnd } from './comparison';
import { LookAnswer, PlannedChange, Seen } from './dry-run';
import { Finding, identityOf } from './finding';
import { FindingCode } from '../../contract/finding-codes';
import { OWNERSHIP_TAG_PREFIX } from '../../contract/ownership-tags';
import { regionOf, replicaArn } from '../control-plane/key-arn';
import { Changes, Key } from '../control-plane/port';
import { isDeleted } from '../reconcilers/looking';
import { ownershipOf } from '../reconcilers/ownership';
import { Owner } from '../reconcilers/reconciler';
import { regionDifferences, regionsIn, statusIn } from '../reconcilers/replication';

/*
 * What a comparison found, by its codes. Whether something is found, the reconciler decides: by the change that it would make, or
 * by its refusal. Here, each planned change gets the code of what it would mend, and each refusal the code of what was seen that
 * explains it. `found` is always what the service answered, never the effect of a planned change.
 *
 * For example, StopKeyUsage by hand: the reconciler plans StartKeyUsage, so KEY_DISABLED is found.
 */

/** What the findings are about. */
export interface Subject {
  readonly logicalId: string;
  readonly resourceType: string;
  readonly owner: Owner;
  /** The primary, or for what goes with a key, the key as it is declared; absent for the account's defaults. */
  readonly keyArn?: string;
  /** Only of keys whose Regions the declaration lists. */
  readonly replicationRegions?: readonly string[];
  /** Whether the stack manages the key itself, and so answers for every Region that it is in. */
  readonly isOfKey: boolean;
  /** Regions whose replica takes no tags. */
  readonly untaggable: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly alias?: { readonly name: string; readonly regions: readonly string[] };
  readonly regions?: readonly string[];
}

/** Each finding once, in the order in which they were found. */
export function findingsOf(subject: Subject, { changes, seen, end }: Comparison): readonly Finding[] {
  const found = [
    ...changes.flatMap(change => ofChange(change, subject, seen)),
    ...ofEnd(end, subject, seen),
    ...ofRegions(subject, seen),
  ];
  return [...new Map(found.map(one => [identityOf(one), one] as const)).values()];
}

type Found = Omit<Finding, 'logicalId' | 'resourceType'>;

function finding({ logicalId, resourceType }: Subject, found: Found): Finding {
  return { ...found, logicalId, resourceType };
}

function ofChange({ name, args }: PlannedChange, subject: Subject, seen: Seen): Finding[] {
  const found = (OF_CHANGES[name] as (context: Context, ...of: unknown[]) => readonly Found[])({ subject, seen }, ...args);
  return found.map(one => finding(subject, one));
}

interface Context {
  readonly subject: Subject;
  readonly seen: Seen;
}

/** What each change would mend. */
const OF_CHANGES: { readonly [N in keyof Changes]: (context: Context, ...args: Parameters<Changes[N]>) => readonly Found[] } = {
  createKey: () => [],
  importKey: () => [],
  deleteKey: () => [],
  restoreKey: (_, keyArn) => [ofKey('KEY_PENDING_DELETION', keyArn, 'CREATE_COMPLETE', 'DELETE_PENDING')],
  startKeyUsage: (_, keyArn) => [ofKey('KEY_DISABLED', keyArn, 'enabled', 'disabled')],
  stopKeyUsage: (_, keyArn) => [ofKey('KEY_ENABLED', keyArn, 'disabled', 'enabled')],
  addKeyReplicationRegions: ({ seen }, keyArn, regions) => regions.map(region => ofReplica(keyArn, region, seen)),
  // One that FAILED is removed and added again; any other is removed because nobody declares it.
  removeKeyReplicationRegions: ({ seen }, keyArn, regions) => regions.map(region =>
    stateOfReplica(keyArn, region, seen) === 'FAILED' ? ofReplica(keyArn, region, seen) : ofUndeclared(keyArn, region, seen)),
  tagKey: ({ subject, seen }, keyArn, tags) => subject.untaggable.includes(regionOf(keyArn)) ? []
    : [...tags].flatMap(([name, value]) => ofTag(keyArn, name, value, seen)),
  untagKey: ({ seen }, keyArn, names) => names.flatMap(name => ofTag(keyArn, name, undefined, seen)),
  createAlias: (_, aliasName, keyArn) => [ofAlias('ALIAS_MISSING', aliasName, keyArn, 'no such alias')],
  updateAlias: ({ seen }, aliasName, keyArn) => [ofAlias('ALIAS_MOVED', aliasName, keyArn, targetText(valueOf(seen.alias(regionOf(keyArn), aliasName))))],
  // Only of a Region that a declaration leaves.
  deleteAlias: () => [],
  enableDefaultReplicationRegions: (context, region, regions) => regions.map(one => ofDefault(context, region, one, 'enabled')),
  disableDefaultReplicationRegions: (context, region, regions) => regions.map(one => ofDefault(context, region, one, 'not enabled')),
  putResourcePolicy: ({ seen }, keyArn) => [ofPolicy(keyArn, 'the declared policy', seen)],
  deleteResourcePolicy: ({ seen }, keyArn) => [ofPolicy(keyArn, 'no policy', seen)],
};

function ofEnd(end: ComparisonEnd, subject: Subject, seen: Seen): Finding[] {
  switch (end.kind) {
    case 'asDeclared': return [];
    case 'refused': return explained(REASONS_OF_REFUSALS, end.reason, subject, seen);
    case 'waiting': return explained(REASONS_OF_WAITS, `it would wait for ${end.waitingFor}`, subject, seen);
    case 'unseen': return [finding(subject, {
      code: 'NOT_WATCHED',
      region: end.fault.region || subject.owner.region,
      ...subject.keyArn === undefined ? {} : { keyArn: subject.keyArn },
      subject: end.fault.operation,
      declared: 'readable',
      found: end.fault.code,
      message: end.fault.message,
      command: commandFor(subject),
    })];
  }
}

type Reason = (subject: Subject, seen: Seen) => readonly Found[];

/** What was seen that may explain why a reconciler refuses; the first that finds something does. */
const REASONS_OF_REFUSALS: readonly Reason[] = [
  ({ keyArn }, seen) => ofKeyState(keyArn, seen),
  ({ keyArn, owner, isOfKey }, seen) => {
    const tags = keyArn === undefined ? undefined : valueOf(seen.tags(keyArn));
    const ownership = tags && ownershipOf(tags, owner);
    return keyArn !== undefined && isOfKey && ownership?.kind === 'anothers'
      ? [ofKey('OWNER_CHANGED', keyArn, `${owner.logicalId} of ${owner.stackId}`, `${ownership.logicalId} of ${ownership.stackId}`)] : [];
  },
  ({ keyArn, replicationRegions = [] }, seen) => keyArn === undefined ? [] : withStatus('FAILED', replicationRegions, keyArn, seen),
  ({ keyArn, alias }, seen) => keyArn === undefined || !alias ? [] : alias.regions.flatMap(region => {
    const target = seen.alias(region, alias.name);
    return target.kind === 'answer' && target.value !== replicaArn(keyArn, region)
      ? [ofAlias('ALIAS_MOVED', alias.name, replicaArn(keyArn, region), targetText(target.value))] : [];
  }),
  ({ keyArn, tags = {}, regions = [] }, seen) => keyArn === undefined ? [] : regions.flatMap(region =>
    Object.entries(tags).flatMap(([name, value]) => ofTag(replicaArn(keyArn, region), name, value, seen))),
];

const REASONS_OF_WAITS: readonly Reason[] = [
  ({ keyArn }, seen) => ofKeyState(keyArn, seen),
  ({ keyArn, replicationRegions = [] }, seen) => keyArn === undefined ? [] : withStatus('IN_PROGRESS', replicationRegions, keyArn, seen),
  // What goes with a key waits where the key is not known.
  ({ keyArn, regions = [] }, seen) => keyArn === undefined ? [] : regions.map(region => replicaArn(keyArn, region))
    .filter(arn => seen.tags(arn).kind === 'notFound')
    .map(arn => ({
      code: arn === keyArn ? 'KEY_MISSING' : 'REPLICA_MISSING', keyArn: arn, region: regionOf(arn), declared: 'a key with tags', found: 'no such key', command: getKey(arn),
    })),
];

function explained(reasons: readonly Reason[], message: string, subject: Subject, seen: Seen): Finding[] {
  const found = reasons.map(reason => reason(subject, seen)).find(some => some.length > 0) ?? [{
    code: 'NOT_AS_DECLARED' as const,
    region: subject.owner.region,
    ...subject.keyArn === undefined ? {} : { keyArn: subject.keyArn },
    declared: 'as in the template',
    found: 'otherwise',
    command: commandFor(subject),
  }];
  return found.map(one => finding(subject, { ...one, message }));
}

/** What a deployment leaves as it is, but notes: Regions that others added, and of a key that nobody waits for, those that FAILED. */
function ofRegions(subject: Subject, seen: Seen): Finding[] {
  const { keyArn, replicationRegions, isOfKey } = subject;
  const key = keyArn === undefined || !isOfKey ? undefined : valueOf(seen.key(keyArn));
  if (keyArn === undefined || !key || isDeleted(key)) { return []; }
  const { surplus } = regionDifferences(replicationRegions, key);
  return [
    ...surplus.map(region => ofUndeclared(keyArn, region, seen)),
    ...withStatus('FAILED', replicationRegions ?? key.replication.map(({ region }) => region), keyArn, seen),
  ].map(one => finding(subject, one));
}

function ofKeyState(keyArn: string | undefined, seen: Seen): Found[] {
  if (keyArn === undefined) { return []; }
  const key = seen.key(keyArn);
  if (key.kind === 'notFound' || key.kind === 'answer' && key.value.state === 'DELETE_COMPLETE') {
    return [ofKey('KEY_MISSING', keyArn, 'CREATE_COMPLETE', key.kind === 'answer' ? key.value.state : 'no such key')];
  }
  return key.kind === 'answer' && key.value.state === 'DELETE_PENDING' ? [ofKey('KEY_PENDING_DELETION', keyArn, 'CREATE_COMPLETE', key.value.state)] : [];
}

function withStatus(status: 'FAILED' | 'IN_PROGRESS', regions: readonly string[], keyArn: string, seen: Seen): Found[] {
  const key = valueOf(seen.key(keyArn));
  return key ? regionsIn(status, regions, key).map(region => ofReplica(keyArn, region, seen)) : [];
}

const CODES_OF_REPLICAS: Readonly<Record<string, FindingCode>> = { FAILED: 'REPLICA_FAILED', IN_PROGRESS: 'REPLICA_IN_PROGRESS' };

function ofReplica(keyArn: string, region: string, seen: Seen): Found {
  const state = stateOfReplica(keyArn, region, seen) ?? 'not replicated';
  const message = valueOf(seen.key(keyArn))?.replication.find(one => one.region === region)?.message;
  return {
    code: CODES_OF_REPLICAS[state] ?? 'REPLICA_MISSING', keyArn, region, declared: 'SYNCHRONIZED', found: state, ...message ? { message } : {}, command: getKey(keyArn),
  };
}

function ofUndeclared(keyArn: string, region: string, seen: Seen): Found {
  return { code: 'REPLICA_UNDECLARED', keyArn, region, declared: 'not replicated', found: stateOfReplica(keyArn, region, seen) ?? 'replicated', command: getKey(keyArn) };
}

function stateOfReplica(keyArn: string, region: string, seen: Seen): string | undefined {
  const key: Key | undefined = valueOf(seen.key(keyArn));
  return key && statusIn(region, key);
}

function ofKey(code: FindingCode, keyArn: string, declared: string, found: string): Found {
  return { code, keyArn, region: regionOf(keyArn), declared, found, command: getKey(keyArn) };
}

/** Nothing of a replica that is only planned: it would get its tags with the Region. */
function ofTag(keyArn: string, name: string, value: string | undefined, seen: Seen): Found[] {
  const live = valueOf(seen.tags(keyArn));
  if (!live || live.get(name) === value) { return []; }
  return [{
    code: name.startsWith(OWNERSHIP_TAG_PREFIX) ? 'OWNER_CHANGED' : 'TAG_CHANGED',
    keyArn,
    region: regionOf(keyArn),
    subject: name,
    declared: value ?? 'no such tag',
    found: live.get(name) ?? 'no such tag',
    command: `aws payment-cryptography list-tags-for-resource --region ${regionOf(keyArn)} --resource-arn ${keyArn}`,
  }];
}

function ofAlias(code: FindingCode, aliasName: string, keyArn: string, found: string): Found {
  const region = regionOf(keyArn);
  return {
    code, keyArn, region, subject: aliasName, declared: keyArn, found, command: `aws payment-cryptography get-alias --region ${region} --alias-name ${aliasName}`,
  };
}

function ofDefault({ seen }: Context, region: string, ofDefaults: string, declared: string): Found {
  const live = valueOf(seen.defaultReplicationRegions(region)) ?? [];
  return {
    code: 'DEFAULTS_CHANGED',
    region,
    subject: ofDefaults,
    declared: `${ofDefaults} ${declared}`,
    found: live.length > 0 ? `enabled: ${live.join(', ')}` : 'none enabled',
    command: `aws payment-cryptography get-default-key-replication-regions --region ${region}`,
  };
}

/** Policies are long, and name principals: the command shows them. */
function ofPolicy(keyArn: string, declared: string, seen: Seen): Found {
  return {
    code: 'POLICY_CHANGED',
    keyArn,
    region: regionOf(keyArn),
    declared,
    found: valueOf(seen.resourcePolicy(keyArn)) === undefined ? 'no policy' : 'another policy',
    command: `aws payment-cryptography get-resource-policy --region ${regionOf(keyArn)} --resource-arn ${keyArn}`,
  };
}

function getKey(keyArn: string): string {
  return `aws payment-cryptography get-key --region ${regionOf(keyArn)} --key-identifier ${keyArn}`;
}

function commandFor({ keyArn, owner: { region } }: Subject): string {
  return keyArn === undefined ? `aws payment-cryptography get-default-key-replication-regions --region ${region}` : getKey(keyArn);
}

const targetText = (target: string | undefined) => target ?? 'no key';

function valueOf<T>(answer: LookAnswer<T>): T | undefined {
  return answer.kind === 'answer' ? answer.value : undefined;
}
