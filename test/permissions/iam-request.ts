import { isWildcardOnlyAction } from '@cloud-copilot/iam-simulate';
import { RequestLogEntry } from '../emulator';

/** A request as IAM sees it. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
}

interface Input {
  readonly KeyIdentifier?: string;
  readonly ResourceArn?: string;
  readonly AliasName?: string;
  readonly KeyArn?: string;
  readonly Tags?: ReadonlyArray<{ readonly Key: string; readonly Value: string }>;
  readonly TagKeys?: readonly string[];
  readonly ReplicationRegions?: readonly string[];
  readonly SecretId?: string;
  readonly VersionId?: string;
  /** Of a parameter, with the number of its version behind it. */
  readonly Name?: string;
  readonly KeyAttributes?: { readonly KeyUsage: string; readonly KeyClass: string; readonly KeyAlgorithm: string };
}

/** Signing names that differ from the prefix of the service's actions (Service Authorization Reference). */
const PREFIXES: Record<string, string> = { tagging: 'tag' };

/** A key that does not exist yet: who creates a key with tags must be allowed to tag any (User Guide: permissions for tags). */
const KEY_TO_BE = 'key/anykeyofthisregion';

/** Everything that IAM is asked when this request arrives, its own action first. */
export async function iamRequests(entry: RequestLogEntry, account: string): Promise<IamRequest[]> {
  const input = (entry.input ?? {}) as Input;
  const context = contextOf(entry, input);
  const prefix = PREFIXES[entry.service!] ?? entry.service!;
  const own = { action: `${prefix}:${entry.operation}`, resource: await resourceOf(entry, input, prefix, account), context };
  return [own, ...keyOfAlias(entry, input, own), ...taggingAtCreation(entry, input, own, account), ...forwardedCreations(entry, input)];
}

/** Actions without resource types are authorized for `*`; all others name the key. Refused requests count too: IAM comes first. */
async function resourceOf(entry: RequestLogEntry, input: Input, prefix: string, account: string): Promise<string> {
  if (await isWildcardOnlyAction(prefix, entry.operation!)) { return '*'; }
  if (input.AliasName !== undefined) { return `arn:aws:payment-cryptography:${entry.region}:${account}:${input.AliasName}`; }
  if (prefix === 'ssm') { return `arn:aws:ssm:${entry.region}:${account}:parameter/${input.Name!.replace(/^\/|:\d+$/g, '')}`; }
  // A secret may be asked for by a part of its ARN.
  if (input.SecretId !== undefined) { return (entry.output as { readonly ARN?: string } | undefined)?.ARN ?? input.SecretId; }
  const named = entry.keyArn ?? input.KeyIdentifier ?? input.ResourceArn;
  if (named === undefined) { throw new Error(`${entry.operation} names no key, so what IAM is asked about it is not known here`); }
  return named;
}

function contextOf({ region, tags }: RequestLogEntry, { Tags, TagKeys, KeyAttributes, VersionId }: Input): IamRequest['context'] {
  const keys = TagKeys ?? Tags?.map(({ Key }) => Key);
  return {
    'aws:RequestedRegion': region!,
    'aws:ViaAWSService': 'false',
    ...Object.fromEntries(Object.entries(tags ?? {}).map(([name, value]) => [`aws:ResourceTag/${name}`, value])),
    ...Object.fromEntries((Tags ?? []).map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value])),
    ...keys && { 'aws:TagKeys': [...keys] },
    ...VersionId !== undefined && { 'secretsmanager:VersionId': VersionId },
    ...KeyAttributes && {
      'payment-cryptography:KeyUsage': KeyAttributes.KeyUsage,
      'payment-cryptography:KeyClass': KeyAttributes.KeyClass,
      'payment-cryptography:KeyAlgorithm': KeyAttributes.KeyAlgorithm,
    },
  };
}

/** All operations on aliases but DeleteAlias are authorized for the key as well (Service Authorization Reference). */
function keyOfAlias({ operation, keyArn }: RequestLogEntry, { AliasName, KeyArn }: Input, own: IamRequest): IamRequest[] {
  const key = KeyArn ?? keyArn;
  return AliasName === undefined || key === undefined || operation === 'DeleteAlias' ? [] : [{ ...own, resource: key }];
}

function isCreation(operation: string | undefined): boolean {
  return operation === 'CreateKey' || operation === 'ImportKey';
}

function taggingAtCreation({ operation, region }: RequestLogEntry, { Tags }: Input, own: IamRequest, account: string): IamRequest[] {
  return isCreation(operation) && Tags?.length
    ? [{ ...own, action: 'payment-cryptography:TagResource', resource: `arn:aws:payment-cryptography:${region}:${account}:${KEY_TO_BE}` }]
    : [];
}

/**
 * The service calls CreateKey in each replica Region with the caller's permissions, and without tags (blog: CloudTrail events).
 * The emulator's log does not hold these calls, so they follow from what was asked, or from what the account's defaults gave.
 */
function forwardedCreations({ operation, executed, output, region }: RequestLogEntry, { ReplicationRegions = [] }: Input): IamRequest[] {
  if (!executed || !(isCreation(operation) || operation === 'AddKeyReplicationRegions')) { return []; }
  const given = isCreation(operation) ? Object.keys((output as any)?.Key?.ReplicationStatus ?? {}) : [];
  return [...new Set([...ReplicationRegions, ...given])].filter(replica => replica !== region).map(replica => ({
    action: 'payment-cryptography:CreateKey',
    resource: '*',
    context: {
      'aws:RequestedRegion': replica,
      'aws:ViaAWSService': 'true',
      'aws:CalledVia': ['payment-cryptography.amazonaws.com'],
    },
  }));
}
