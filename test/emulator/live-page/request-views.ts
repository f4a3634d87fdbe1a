/** What the live page shows of requests. Values come from redacted entries only. */
import { modelOperation, model, signingNameOf } from '../model';
import { redacted } from '../redaction';
import { RequestLogEntry } from '../request-log';
import { onlyLooks } from '../state-file';

/** A request that was to change something, on the timeline. */
export interface ChangeRequest {
  readonly number: number;
  readonly time: number;
  readonly region: string;
  readonly operation: string;
  /** Of the key that it names or made. */
  readonly keyId?: string;
  /** What it was about, besides the key: `alias/cvk`, `2 tags`. */
  readonly about?: string;
  readonly error?: string;
}

export interface FailedRequest {
  readonly number: number;
  readonly time: number;
  readonly region?: string;
  readonly service?: string;
  readonly operation?: string;
  readonly keyId?: string;
  readonly error: string;
  readonly message?: string;
}

/** Control-plane requests of one second in one Region. */
export interface SecondOfRequests {
  readonly second: number;
  readonly region: string;
  readonly answered: number;
  readonly throttled: number;
}

const LONGEST_TEXT = 300;
const THROTTLED = 'ThrottlingException';

type Members = Readonly<Record<string, unknown>>;

const membersOf = (value: unknown): Members => typeof value === 'object' && value !== null ? value as Members : {};

const textIn = (value: unknown): string | undefined => typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : undefined;

const countIn = (value: unknown, of: string): string | undefined =>
  Array.isArray(value) ? `${value.length} ${of}${value.length === 1 ? '' : 's'}` : undefined;

const regionsIn = (value: unknown): string | undefined =>
  Array.isArray(value) ? value.filter(each => typeof each === 'string').join(', ').slice(0, LONGEST_TEXT) : undefined;

/** By a member of the input; the first that a request has says what it was about. */
const ABOUT: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  AliasName: textIn,
  ReplicationRegions: regionsIn,
  TagKeys: value => countIn(value, 'tag'),
  Tags: value => countIn(value, 'tag'),
};

function aboutOf(input: Members): string | undefined {
  const member = Object.keys(ABOUT).find(name => input[name] !== undefined);
  return member && ABOUT[member](input[member]);
}

const keyIdIn = (arn: unknown): string | undefined => typeof arn === 'string' ? /:key\/([^/]+)$/.exec(arn)?.[1] : undefined;

const isControlPlane = ({ service, operation }: RequestLogEntry): boolean =>
  service === signingNameOf(model) && operation !== undefined && modelOperation(operation) !== undefined;

/** Why a request has no output; nothing when it has one. */
const errorOf = ({ error, status }: RequestLogEntry): string | undefined => error ?? (status === undefined ? 'connection lost' : undefined);

/** Nothing for a request that only looks, or is for another service. */
export function changeRequest(entry: RequestLogEntry): ChangeRequest | undefined {
  const { number, time, region, operation, keyArn } = entry;
  if (!isControlPlane(entry) || onlyLooks(operation!) || region === undefined) return undefined;
  const { input, output } = redacted(entry);
  const keyId = keyIdIn(keyArn) ?? keyIdIn(membersOf(membersOf(output).Key).KeyArn);
  return { number, time, region, operation: operation!, keyId, about: aboutOf(membersOf(input)), error: errorOf(entry) };
}

/** Nothing for a request that succeeded. */
export function failedRequest(entry: RequestLogEntry): FailedRequest | undefined {
  const { number, time, region, service, operation, keyArn } = entry;
  const error = errorOf(entry);
  if (error === undefined) return undefined;
  // A resource that is not found is named, without a message.
  const { message, Message, ResourceId } = membersOf(redacted(entry).output);
  const told = [message, Message, ResourceId].map(textIn).find(text => text !== undefined);
  return { number, time, region, service, operation, keyId: keyIdIn(keyArn), error, message: told };
}

/** How many requests came in each second and Region, whatever order they are in. Requests of the data plane have quotas of their own. */
export function secondsOfRequests(entries: readonly RequestLogEntry[]): SecondOfRequests[] {
  const seconds = new Map<string, SecondOfRequests>();
  for (const entry of entries) {
    if (!isControlPlane(entry) || entry.region === undefined) continue;
    const second = Math.floor(entry.time / 1000);
    const place = `${second} ${entry.region}`;
    const { answered, throttled } = seconds.get(place) ?? { answered: 0, throttled: 0 };
    const isThrottled = entry.error === THROTTLED;
    seconds.set(place, { second, region: entry.region, answered: answered + (isThrottled ? 0 : 1), throttled: throttled + (isThrottled ? 1 : 0) });
  }
  return [...seconds.values()];
}
