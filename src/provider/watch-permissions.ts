import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Aws } from 'aws-cdk-lib/core';
import { FINDING_EVENT_SOURCE } from './contract/finding-codes';
import { STACK_ID_TAG } from './contract/ownership-tags';
import { encryptionOfFunction } from './encryption';
import { OnDemand } from './permissions';
import { permissionToLog } from '../private/function-role';

const arn = (region: string, resource: string) => `arn:${Aws.PARTITION}:payment-cryptography:${region}:${Aws.ACCOUNT_ID}:${resource}/*`;

/** What a watch may ask of the service. None of it changes anything. */
interface Look {
  readonly sid: string;
  readonly action: string;
  readonly resources: readonly string[];
  /** Only in stacks with constructs that need it. */
  readonly onlyWith?: OnDemand;
  /** For an auditor: why `resources` are not named. */
  readonly why: string;
}

const LOOKS: readonly Look[] = [
  {
    sid: 'LookAtKeys',
    action: 'GetKey',
    resources: [arn('*', 'key')],
    why: 'GetKey shows the state of keys and replicas, in whichever Region is declared, and no key material.',
  },
  {
    sid: 'ReadTags',
    action: 'ListTagsForResource',
    resources: [arn('*', 'key')],
    why: 'ListTagsForResource shows whose a key is, and which tags it has in every Region.',
  },
  {
    // Operations on aliases are authorized for the key as well (Service Authorization Reference).
    sid: 'LookAtAliases',
    action: 'GetAlias',
    resources: [arn('*', 'alias'), arn('*', 'key')],
    onlyWith: 'aliases',
    why: 'GetAlias shows the key of an alias, in whichever Region is declared.',
  },
  {
    sid: 'ReadDefaults',
    action: 'GetDefaultKeyReplicationRegions',
    resources: ['*'],
    onlyWith: 'accountDefaults',
    why: 'The account\'s defaults are a setting and no resource.',
  },
];

const looksWith = (allows: (which: OnDemand) => boolean) => LOOKS.filter(({ onlyWith }) => onlyWith === undefined || allows(onlyWith));

/** Where what a watch needs stands. */
export interface WatchPermissions {
  readonly tableArn: string;
  /** What encrypts the table and the environment, if it is a key of the user's. */
  readonly encryptionKey?: IKey;
  /** What all its items begin with. */
  readonly itemPrefix: string;
  readonly logGroupArn: string;
  readonly eventBusArn: string;
  allows(which: OnDemand): boolean;
}

export function watchPolicy({ tableArn, encryptionKey, itemPrefix, logGroupArn, eventBusArn, allows }: WatchPermissions): PolicyDocument {
  const looks = looksWith(allows)
    .map(({ sid, action, resources }) => new PolicyStatement({ sid, actions: [`payment-cryptography:${action}`], resources: [...resources] }));
  return new PolicyDocument({
    statements: [
      ...looks,
      ...allows('resourcePolicies') ? [new PolicyStatement({
        sid: 'ReadResourcePoliciesOfOwnKeys',
        actions: ['payment-cryptography:GetResourcePolicy'],
        resources: [arn(Aws.REGION, 'key')],
        conditions: { StringEquals: { [`aws:ResourceTag/${STACK_ID_TAG}`]: Aws.STACK_ID } },
      })] : [],
      new PolicyStatement({ sid: 'ListResourcesOfStack', actions: ['cloudformation:ListStackResources'], resources: [Aws.STACK_ID] }),
      ...encryptionKey ? encryptionOfFunction(encryptionKey) : [],
      new PolicyStatement({ sid: 'ReadLedger', actions: ['dynamodb:GetItem'], resources: [tableArn] }),
      new PolicyStatement({
        sid: 'KeepOwnItem',
        actions: ['dynamodb:PutItem'],
        resources: [tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${itemPrefix}*`] } },
      }),
      new PolicyStatement({
        sid: 'TellFindings',
        actions: ['events:PutEvents'],
        resources: [eventBusArn],
        // One request has several events, each with its source.
        conditions: { 'ForAllValues:StringEquals': { 'events:source': FINDING_EVENT_SOURCE } },
      }),
      permissionToLog(logGroupArn),
    ],
  });
}

/** Why the policy names more than single resources, by resource. */
export function reasonsForWatchWildcards(logGroupArn: string, allows: (which: OnDemand) => boolean): Map<string, string> {
  const reasons = new Map([[logGroupArn, 'The streams of the log group of the provider.']]);
  const add = (resource: string, why: string) => reasons.set(resource, [reasons.get(resource) ?? [], why].flat().join(' '));
  looksWith(allows).forEach(({ resources, why }) => resources.forEach(resource => add(resource, why)));
  if (allows('resourcePolicies')) { add(arn(Aws.REGION, 'key'), 'GetResourcePolicy, of keys that bear the tag of this stack: their ids are chosen when they are created.'); }
  return reasons;
}
