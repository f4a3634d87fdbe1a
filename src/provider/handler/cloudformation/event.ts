import { createHash } from 'crypto';
import { ContractError, optional, struct, text } from '../../contract/codec';

/** What CloudFormation sends to a custom resource (CloudFormation User Guide: custom resource request objects). */
export interface CloudFormationEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly ResponseURL: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  readonly StackId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Readonly<Record<string, unknown>>;
  readonly OldResourceProperties?: Readonly<Record<string, unknown>>;
}

/** An event that cannot be answered: it names no place, or no trusted place, to answer to. */
export class UnanswerableEvent extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnanswerableEvent';
  }
}

/** A request that is answered FAILED before anything was done. The message is meant for the user of the stack. */
export class RefusedRequest extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedRequest';
  }
}

const addressee = struct({ ResponseURL: text, RequestId: text, LogicalResourceId: text, StackId: text, PhysicalResourceId: optional(text) });

/** What an answer needs, which must be there before anything else can be said. */
export type Addressee = Pick<CloudFormationEvent, 'ResponseURL' | 'RequestId' | 'LogicalResourceId' | 'StackId' | 'PhysicalResourceId'>;

export function parseAddressee(event: unknown, testOrigin: string | undefined): Addressee {
  let parsed: Addressee;
  try {
    parsed = addressee.decode(event, '');
  } catch (error) {
    throw new UnanswerableEvent(`this is not an event of CloudFormation: ${(error as Error).message}`);
  }
  if (!mayBeAnswered(parsed, testOrigin)) {
    throw new UnanswerableEvent('the ResponseURL of this event is not one of CloudFormation in this Region, so it gets no answer. '
      + 'Only CloudFormation may call this function');
  }
  return parsed;
}

/**
 * CloudFormation's bucket of the stack's own Region: its name holds the Region without hyphens. Anybody may own a bucket
 * with the name of another Region, so a pattern for all Regions would let answers be sent to strangers.
 */
function mayBeAnswered({ ResponseURL, StackId }: Addressee, testOrigin: string | undefined): boolean {
  let url: URL;
  try { url = new URL(ResponseURL); } catch { return false; }
  if (testOrigin !== undefined && testOrigin.split(',').includes(url.origin)) { return true; }
  const [, partition, , region = ''] = StackId.split(':');
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const bucket = `cloudformation-custom-resource-response-${region.replace(/-/g, '')}`;
  const hosts = [`${bucket}.s3.${suffix}`, `${bucket}.s3.${region}.${suffix}`, `${bucket}.s3-${region}.${suffix}`, `${bucket}.s3.dualstack.${region}.${suffix}`];
  return region !== '' && url.protocol === 'https:' && url.port === '' && url.username === '' && hosts.includes(url.hostname);
}

const members = struct({ RequestType: text, ResourceType: text });

export function parseEvent(event: unknown, to: Addressee, stackId: string): CloudFormationEvent {
  if (to.StackId !== stackId) {
    throw new RefusedRequest(`this provider serves the stack ${stackId}, not ${to.StackId}. Each stack has its own: PaymentKeyProvider.of(stack)`);
  }
  const { RequestType, ResourceType } = decodedOrRefused(() => members.decode(event, ''));
  if (RequestType !== 'Create' && RequestType !== 'Update' && RequestType !== 'Delete') {
    throw new RefusedRequest(`RequestType must be Create, Update or Delete, but is ${JSON.stringify(RequestType)}`);
  }
  if (RequestType !== 'Create' && to.PhysicalResourceId === undefined) {
    throw new RefusedRequest(`a request to ${RequestType} must have a PhysicalResourceId`);
  }
  return {
    ...to,
    RequestType,
    ResourceType,
    ResourceProperties: record(event, 'ResourceProperties') ?? {},
    OldResourceProperties: record(event, 'OldResourceProperties'),
  };
}

function record(event: unknown, name: string): Readonly<Record<string, unknown>> | undefined {
  const value = (event as Record<string, unknown>)[name];
  if (value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))) {
    return value as Record<string, unknown> | undefined;
  }
  throw new RefusedRequest(new ContractError(name, 'an object', value).message);
}

export function decodedOrRefused<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw error instanceof ContractError ? new RefusedRequest(error.message) : error;
  }
}

/** Seconds for which CloudFormation's pre-signed URL is valid. */
const URL_SECONDS = 7_200;

/** When CloudFormation sent the request, by its own clock, if the URL tells: the date of its signature (L2). */
export function sentAt(responseUrl: string): Date | undefined {
  const { searchParams } = new URL(responseUrl);
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(searchParams.get('X-Amz-Date') ?? '') ?? [];
  if (year) { return new Date(Date.UTC(+year, +month - 1, +day, +hour, +minute, +second)); }
  const expires = searchParams.get('Expires') ?? '';
  return /^\d{9,11}$/.test(expires) ? new Date((Number(expires) - URL_SECONDS) * 1000) : undefined;
}

/** Equal for equal properties, in whatever order their members come. */
export function propertiesDigest(properties: Readonly<Record<string, unknown>>): string {
  return digest(JSON.stringify(properties, (_, value) => value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.entries(value as object).sort(([a], [b]) => a < b ? -1 : 1)
    : value));
}

export function digest(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 16);
}
