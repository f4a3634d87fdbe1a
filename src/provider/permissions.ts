import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Aws } from 'aws-cdk-lib/core';
import { STACK_ID_TAG } from './contract/ownership-tags';
import { ReadKind } from '../private/wrapped-key-store';

const SERVICE = 'payment-cryptography';

/** One row of the permissions of the provider's function. */
interface Permission {
  readonly sid: string;
  /** Prefix of the actions, if it is not the service's own. */
  readonly service?: string;
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: Record<string, Record<string, string>>;
  /** For an auditor: why some of `resources` are not named. */
  readonly why?: string;
}

const ours = { [`aws:ResourceTag/${STACK_ID_TAG}`]: Aws.STACK_ID };
const of = (resource: string) => (region: string) => `arn:${Aws.PARTITION}:${SERVICE}:${region}:${Aws.ACCOUNT_ID}:${resource}/*`;
const keys = of('key');
const aliases = of('alias');

/**
 * What the function may do, the same in every stack: permissions of single keys would race their own propagation.
 * Conditions on tags are defence in depth, not a boundary: whoever may tag keys may pass them.
 */
const ALWAYS: readonly Permission[] = [
  {
    sid: 'CreateOwnKeys',
    why: 'CreateKey knows no ARN before the key is there. The request must bear the tag of this stack.',
    actions: ['CreateKey'],
    resources: ['*'],
    conditions: { StringEquals: { [`aws:RequestTag/${STACK_ID_TAG}`]: Aws.STACK_ID } },
  },
  {
    // The service creates replicas with the caller's permissions, and without tags.
    sid: 'ReplicateThroughTheService',
    why: 'CreateKey for replicas, in whichever Region is declared: allowed only to the service itself on behalf of the function.',
    actions: ['CreateKey'],
    resources: ['*'],
    conditions: { Bool: { 'aws:ViaAWSService': 'true' } },
  },
  {
    sid: 'ChangeOwnKeys',
    why: 'The ids of keys are chosen when they are created. A key must bear the tag of this stack.',
    actions: ['DeleteKey', 'AddKeyReplicationRegions', 'RemoveKeyReplicationRegions', 'StartKeyUsage', 'StopKeyUsage'],
    resources: [keys(Aws.REGION)],
    conditions: { StringEquals: ours },
  },
  {
    // A key has no tags yet when CreateKey brings them, and replicas never have ours.
    sid: 'TagUnlessOwnedByOthers',
    why: 'Keys get their tags with CreateKey, before they have an id, and replicas theirs in every Region: not if they bear the tag of another stack.',
    actions: ['TagResource', 'UntagResource'],
    resources: [keys('*')],
    conditions: { StringEqualsIfExists: { ...ours, [`aws:RequestTag/${STACK_ID_TAG}`]: Aws.STACK_ID } },
  },
  {
    sid: 'LookAtKeys',
    why: 'GetKey, to see the state of keys and replicas in every Region. It shows no key material.',
    // Replicas are looked at in their own Regions, so that waiting does not spend the primary's quota.
    actions: ['GetKey'],
    resources: [keys('*')],
  },
  {
    sid: 'ReadTagsOfKeysAndReplicas',
    why: 'ListTagsForResource, to see whose a key is and which tags it has in every Region.',
    actions: ['ListTagsForResource'],
    resources: [keys('*')],
  },
  {
    sid: 'FindKeys',
    why: 'ListKeys knows no resources. It finds the key whose creation was not answered.',
    actions: ['ListKeys'],
    resources: ['*'],
  },
  {
    sid: 'AskTheTagIndex',
    why: 'tag:GetResources knows no resources. It finds the key whose creation was not answered.',
    service: 'tag',
    actions: ['GetResources'],
    resources: ['*'],
  },
];

/** What only stacks need that have certain constructs. Without `resources`, exactly those ARNs that the constructs name. */
const ON_DEMAND = {
  aliases: {
    sid: 'SetAliases',
    why: 'Aliases in every Region that is declared. The service cannot limit who sets which: aliases have no tags, and replicas not the tag of the stack.',
    actions: ['CreateAlias', 'UpdateAlias', 'DeleteAlias', 'GetAlias'],
    resources: [aliases('*'), keys('*')],
  },
  imports: {
    sid: 'ImportOwnKeys',
    why: 'ImportKey knows no ARN before the key is there. The request must bear the tag of this stack.',
    actions: ['ImportKey'],
    resources: ['*'],
    conditions: { StringEquals: { [`aws:RequestTag/${STACK_ID_TAG}`]: Aws.STACK_ID } },
  },
  resourcePolicies: {
    sid: 'SetResourcePoliciesOfOwnKeys',
    why: 'The ids of keys are chosen when they are created. A key must bear the tag of this stack.',
    actions: ['GetResourcePolicy', 'PutResourcePolicy', 'DeleteResourcePolicy'],
    resources: [keys(Aws.REGION)],
    conditions: { StringEquals: ours },
  },
  accountDefaults: {
    sid: 'SetAccountDefaults',
    why: 'The default replication Regions are a setting of the account in its Region and no resource.',
    actions: ['GetDefaultKeyReplicationRegions', 'EnableDefaultKeyReplicationRegions', 'DisableDefaultKeyReplicationRegions'],
    resources: ['*'],
  },
  replication: {
    sid: 'ReplicateKeysOfOthers',
    actions: ['AddKeyReplicationRegions', 'RemoveKeyReplicationRegions'],
  },
  adoption: {
    // Once they bear our tag, adopted keys are changed like any other. A policy that the key has already is never overwritten.
    sid: 'AdoptKeys',
    actions: ['TagResource', 'GetResourcePolicy'],
  },
  restoration: {
    sid: 'RestoreKeysToAdopt',
    actions: ['RestoreKey'],
  },
} satisfies Record<string, Omit<Permission, 'resources'> & Partial<Pick<Permission, 'resources'>>>;

export type OnDemand = keyof typeof ON_DEMAND;

interface Reading {
  readonly sid: string;
  readonly action: string;
  /** KMS keys are for the service that keeps what they protect, not for the function itself. */
  readonly via?: 'secretsmanager' | 'ssm';
  /** The condition that narrows it, by its operator and its key. */
  readonly only?: readonly [operator: string, key: string];
  readonly why?: string;
}

const ofVersions = ['StringEquals', 'secretsmanager:VersionId'] as const;
/** An ARN of an alias in a policy means the alias and not its key (KMS Developer Guide, "Use aliases to control access to KMS keys"). */
const ofAliases = ['ForAnyValue:StringEquals', 'kms:ResourceAliases'] as const;
const KNOWN_BY_ALIAS = 'The KMS key of a wrapped key is known by its alias alone, so that a condition names it, and not its ARN.';

/** What imports read: wrapped keys, and what their KMS keys protect. */
const READING: Readonly<Record<ReadKind, Reading>> = {
  secret: { sid: 'ReadSecrets', action: 'secretsmanager:GetSecretValue', only: ofVersions },
  keyOfSecret: { sid: 'DecryptSecrets', action: 'kms:Decrypt', via: 'secretsmanager' },
  aliasOfSecret: { sid: 'DecryptSecretsByAlias', action: 'kms:Decrypt', via: 'secretsmanager', only: ofAliases, why: KNOWN_BY_ALIAS },
  parameter: { sid: 'ReadParameters', action: 'ssm:GetParameter' },
  keyOfParameter: { sid: 'DecryptParameters', action: 'kms:Decrypt', via: 'ssm' },
  aliasOfParameter: { sid: 'DecryptParametersByAlias', action: 'kms:Decrypt', via: 'ssm', only: ofAliases, why: KNOWN_BY_ALIAS },
};

export function permissions(): PolicyStatement[] {
  return ALWAYS.map(statement);
}

/** @param named the ARNs that constructs name; a token, since more may come */
export function permissionOnDemand(which: OnDemand, named: string[]): PolicyStatement {
  return statement({ resources: named, ...ON_DEMAND[which] });
}

/**
 * One statement for all wrapped keys of a kind. It allows the cross product of its lists: each of these versions of each of these
 * secrets. That is no more than each version of its own secret, since the id of a version is unique: Secrets Manager makes a UUID
 * of it, and another secret has a version of the same id only if somebody stored it there with that id on purpose.
 *
 * @param region of the stack
 * @param only what the condition of this kind names; not asked for if the kind has none
 */
export function permissionToRead(kind: ReadKind, region: string, resources: string[], only: unknown): PolicyStatement {
  const { sid, action, via, only: narrowedBy } = READING[kind];
  const conditions = {
    ...via && { StringEquals: { 'kms:ViaService': `${via}.${region}.amazonaws.com` } },
    ...narrowedBy && { [narrowedBy[0]]: { [narrowedBy[1]]: only } },
  };
  return new PolicyStatement({ sid, actions: [action], resources, conditions });
}

/** Why reading of a kind names more than single resources. */
export function reasonToReadAny(kind: ReadKind): string | undefined {
  return READING[kind].why;
}

/** Why the permissions of every stack name more than single resources, by resource, and why further ones name all. */
export function reasonsForWildcards(...more: string[]): Map<string, string> {
  return reasonsOf([...ALWAYS, ...more.map(why => ({ why, resources: ['*'] }))]);
}

/** The same of a permission on demand. */
export function reasonsForWildcardsOf(which: OnDemand): Map<string, string> {
  return reasonsOf([ON_DEMAND[which]]);
}

function reasonsOf(rows: readonly Partial<Permission>[]): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const { why, resources } of rows) {
    if (why) { resources!.forEach(resource => reasons.set(resource, [reasons.get(resource) ?? [], why].flat().join(' '))); }
  }
  return reasons;
}

function statement({ sid, service = SERVICE, actions, resources, conditions }: Permission): PolicyStatement {
  return new PolicyStatement({ sid, actions: actions.map(action => `${service}:${action}`), resources, conditions });
}
