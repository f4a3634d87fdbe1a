import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Aws, Stack } from 'aws-cdk-lib/core';
import { IN_PROGRESS_FOLDER, SUMMARY_FILE } from './contract/object-names';

/** One row of the permissions of the function of an inventory. */
interface Permission {
  readonly sid: string;
  readonly actions: string[];
  readonly resources: string[];
  readonly conditions?: Record<string, Record<string, unknown>>;
  /** For an auditor: why some of `resources` are not named. */
  readonly why: string;
}

export interface Reading {
  readonly stack: Stack;
  readonly regions: readonly string[];
  readonly bucketArn: string;
  readonly prefix: string;
}

/** What the function may do: look at keys and stacks in the Regions that are listed, and write below its prefix. It can change no key. */
function rows({ stack, regions, bucketArn, prefix }: Reading): readonly Permission[] {
  const everywhere = (service: string, resource: string) => regions.map(region => `arn:${Aws.PARTITION}:${service}:${region}:${stack.account}:${resource}/*`);
  const below = (...names: string[]) => [`${bucketArn}/${[prefix, ...names].join('/')}`];
  return [
    {
      sid: 'ListKeysAndAliases',
      why: 'ListKeys and ListAliases know no resources. Only in the Regions that are listed.',
      actions: ['payment-cryptography:ListKeys', 'payment-cryptography:ListAliases'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:RequestedRegion': [...regions] } },
    },
    {
      sid: 'LookAtKeys',
      why: 'An inventory looks at every key of the account in a Region, whoever made it. GetKey shows no key material.',
      actions: ['payment-cryptography:GetKey', 'payment-cryptography:ListTagsForResource'],
      resources: everywhere('payment-cryptography', 'key'),
    },
    {
      sid: 'LookAtStacks',
      why: 'Tags of keys name the stacks that made them, whichever these are. What is read of a stack is its state, and which of its resources are keys.',
      actions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
      resources: everywhere('cloudformation', 'stack'),
    },
    {
      sid: 'WriteFiles',
      why: 'The files of each inventory are in a folder of their own, below the prefix.',
      actions: ['s3:PutObject'],
      resources: below('*'),
    },
    {
      sid: 'KeepWorkFiles',
      why: 'What an inventory has read until it is complete, below the prefix.',
      actions: ['s3:GetObject', 's3:DeleteObject'],
      resources: below(IN_PROGRESS_FOLDER, '*'),
    },
    {
      sid: 'ReadSummaries',
      why: 'The summary of an inventory is read when its end is told. Each is in a folder of its own, below the prefix.',
      actions: ['s3:GetObject'],
      resources: below('*', SUMMARY_FILE),
    },
    {
      sid: 'ListFiles',
      why: '',
      actions: ['s3:ListBucket'],
      resources: [bucketArn],
      conditions: { StringLike: { 's3:prefix': `${prefix}/*` } },
    },
  ];
}

export function inventoryPermissions(reading: Reading): PolicyStatement[] {
  return rows(reading).map(({ sid, actions, resources, conditions }) => new PolicyStatement({ sid, actions, resources, conditions }));
}

/** Why the permissions name more than single resources, by resource. */
export function inventoryReasons(reading: Reading): Map<string, string> {
  return new Map(rows(reading).flatMap(({ why, resources }) => resources.map(resource => [resource, why] as const)));
}

/** What writing to and reading from a bucket needs of the KMS key that encrypts it. */
export const ENCRYPTION_ACTIONS = ['kms:GenerateDataKey', 'kms:Decrypt'];
