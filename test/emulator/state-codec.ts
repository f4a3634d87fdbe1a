/**
 * The memory of the service as JSON, and back.
 *
 * What JSON does not have is an object with the member `$`, which says what it is: maps, bytes, keys. Anything else that is no
 * plain object is refused, so that nothing is saved that could not be restored.
 */
import { createPrivateKey, createPublicKey, KeyObject } from 'node:crypto';

interface Tagged {
  readonly $: string;
  readonly value: unknown;
}

const tagged = ($: string, value: unknown): Tagged => ({ $, value });

function encodeKey(key: KeyObject): Tagged {
  if (key.type === 'private') return tagged('private key', key.export({ type: 'pkcs8', format: 'der' }).toString('base64'));
  if (key.type === 'public') return tagged('public key', key.export({ type: 'spki', format: 'der' }).toString('base64'));
  throw new Error('A secret KeyObject cannot be saved.');
}

/** Of no class: its prototype is the last one, though perhaps that of another realm. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function encode(value: unknown): unknown {
  if (value === Infinity) return tagged('infinity', null);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${value} cannot be saved.`);
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') throw new Error(`A ${typeof value} cannot be saved.`);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(encode);
  if (value instanceof Map) return tagged('map', [...value].map(([key, member]) => [encode(key), encode(member)]));
  if (value instanceof Uint8Array) return tagged('bytes', Buffer.from(value).toString('base64'));
  if (value instanceof KeyObject) return encodeKey(value);
  if (!isPlain(value)) throw new Error(`A ${value.constructor.name} cannot be saved.`);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  // Somebody's member may be called $, too.
  if (Object.hasOwn(value, '$')) return tagged('object', members.map(([name, member]) => [name, encode(member)]));
  return Object.fromEntries(members.map(([name, member]) => [name, encode(member)]));
}

const base64 = (value: unknown): Buffer => Buffer.from(value as string, 'base64');

const entries = (value: unknown): Array<[unknown, unknown]> => (value as unknown[][]).map(([key, member]) => [decode(key), decode(member)]);

const DECODERS: Readonly<Record<string, (value: unknown) => unknown>> = {
  'infinity': () => Infinity,
  'map': value => new Map(entries(value)),
  'object': value => Object.fromEntries(entries(value)),
  'bytes': base64,
  'private key': value => createPrivateKey({ key: base64(value), format: 'der', type: 'pkcs8' }),
  'public key': value => createPublicKey({ key: base64(value), format: 'der', type: 'spki' }),
};

export function decode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(decode);
  const { $: kind, value: inner } = value as Tagged;
  if (kind === undefined) return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, decode(member)]));
  if (!Object.hasOwn(DECODERS, kind)) throw new Error(`There is no ${kind}.`);
  return DECODERS[kind](inner);
}
