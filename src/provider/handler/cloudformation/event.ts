import { ContractError, optional, struct, text } from '../contract/codec';

/** What CloudFormation sends to a custom resource (CloudFormation User Guide: custom resource request objects). */
export interface Request {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly RequestId: string;
  readonly ResponseURL: string;
  readonly ResourceType: string;
  readonly LogicalResourceId: string;
  readonly StackId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: Record<string, unknown>;
  readonly OldResourceProperties?: Record<string, unknown>;
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
export type Addressee = Pick<Request, 'ResponseURL' | 'RequestId' | 'LogicalResourceId' | 'StackId' | 'PhysicalResourceId'>;

/** CloudFormation's buckets, one per Region and partition. */
const CLOUDFORMATION_HOST = /^cloudformation-custom-resource-response-[a-z0-9-]+\.s3([.-][a-z0-9-]+)?\.amazonaws\.com(\.cn)?$/;

export function parseAddressee(event: unknown, testOrigin: string | undefined): Addressee {
  let parsed: Addressee;
  try {
    parsed = addressee.decode(event, '');
  } catch (error) {
    throw new UnanswerableEvent(`this is not an event of CloudFormation: ${(error as Error).message}`);
  }
  if (!mayBeAnswered(parsed.ResponseURL, testOrigin)) {
    throw new UnanswerableEvent('the ResponseURL of this event is not one of CloudFormation, so it gets no answer. '
      + 'Only CloudFormation may call this function');
  }
  return parsed;
}

function mayBeAnswered(responseUrl: string, testOrigin: string | undefined): boolean {
  let url: URL;
  try { url = new URL(responseUrl); } catch { return false; }
  return (url.protocol === 'https:' && url.port === '' && url.username === '' && CLOUDFORMATION_HOST.test(url.hostname))
    || (testOrigin !== undefined && testOrigin.split(',').includes(url.origin));
}

const members = struct({ RequestType: text, ResourceType: text });

export function parseRequest(event: unknown, to: Addressee, stackId: string): Request {
  if (to.StackId !== stackId) {
    throw new RefusedRequest(`this provider serves the stack ${stackId}, not ${to.StackId}. Each stack has its own: PaymentKeyProvider.of(stack)`);
  }
  let envelopeMembers;
  try {
    envelopeMembers = members.decode(event, '');
  } catch (error) {
    throw refusal(error);
  }
  const { RequestType, ResourceType } = envelopeMembers;
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

function record(event: unknown, name: string): Record<string, unknown> | undefined {
  const value = (event as Record<string, unknown>)[name];
  if (value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))) {
    return value as Record<string, unknown> | undefined;
  }
  throw refusal(new ContractError(name, 'an object', value));
}

export function refusal(error: unknown): unknown {
  return error instanceof ContractError ? new RefusedRequest(error.message) : error;
}
