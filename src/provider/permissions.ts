import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Aws } from 'aws-cdk-lib/core';
import { STACK_ID_TAG } from './contract/ownership-tags';

const SERVICE = 'payment-cryptography';

/** One row of the permissions of the provider's function. */
interface Permission {
  readonly sid: string;
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: Record<string, Record<string, string>>;
}

/**
 * What the function may do, the same in every stack: permissions of single keys would race their own propagation.
 * Conditions on tags are defence in depth, not a boundary: whoever may tag keys may pass them.
 */
export function permissions(): PolicyStatement[] {
  const ours = { [`aws:ResourceTag/${STACK_ID_TAG}`]: Aws.STACK_ID };
  const keys = (region: string) => `arn:${Aws.PARTITION}:${SERVICE}:${region}:${Aws.ACCOUNT_ID}:key/*`;
  const table: Permission[] = [
    {
      sid: 'CreateOwnKeys',
      actions: ['CreateKey'],
      resources: ['*'],
      conditions: { StringEquals: { [`aws:RequestTag/${STACK_ID_TAG}`]: Aws.STACK_ID } },
    },
    {
      // The service creates replicas with the caller's permissions, and without tags.
      sid: 'ReplicateThroughTheService',
      actions: ['CreateKey'],
      resources: ['*'],
      conditions: { Bool: { 'aws:ViaAWSService': 'true' } },
    },
    {
      sid: 'ChangeOwnKeys',
      actions: ['DeleteKey', 'AddKeyReplicationRegions', 'RemoveKeyReplicationRegions', 'StartKeyUsage', 'StopKeyUsage'],
      resources: [keys(Aws.REGION)],
      conditions: { StringEquals: ours },
    },
    {
      // A key has no tags yet when CreateKey brings them, and replicas never have ours.
      sid: 'TagUnlessOwnedByOthers',
      actions: ['TagResource', 'UntagResource'],
      resources: [keys('*')],
      conditions: { StringEqualsIfExists: { ...ours, [`aws:RequestTag/${STACK_ID_TAG}`]: Aws.STACK_ID } },
    },
    {
      sid: 'LookAtKeys',
      actions: ['GetKey'],
      resources: [keys(Aws.REGION)],
    },
    {
      sid: 'ReadTagsOfKeysAndReplicas',
      actions: ['ListTagsForResource'],
      resources: [keys('*')],
    },
    {
      sid: 'FindKeys',
      actions: ['ListKeys'],
      resources: ['*'],
    },
  ];
  return [
    ...table.map(({ sid, actions, resources, conditions }) =>
      new PolicyStatement({ sid, actions: actions.map(action => `${SERVICE}:${action}`), resources, conditions })),
    new PolicyStatement({ sid: 'AskTheTagIndex', actions: ['tag:GetResources'], resources: ['*'] }),
  ];
}
