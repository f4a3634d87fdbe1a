/** What a page was asked is wrong; the message says what would be right. */
export class PageError extends Error {}

/** Reads a value, or says what it must be. */
export type Reader<T> = (value: unknown, name: string) => T;

const must = (fits: boolean, name: string, be: string): void => {
  if (!fits) throw new PageError(`${name} must be ${be}.`);
};

export const text: Reader<string> = (value, name) => {
  must(typeof value === 'string', name, 'a string');
  return value as string;
};

export const yesOrNo: Reader<boolean> = (value, name) => {
  must(typeof value === 'boolean', name, 'true or false');
  return value as boolean;
};

export const positive: Reader<number> = (value, name) => {
  must(typeof value === 'number' && Number.isFinite(value) && value >= 0, name, 'a number from 0');
  return value as number;
};

export const textOrTexts: Reader<string | string[]> = (value, name) => {
  must(typeof value === 'string' || (Array.isArray(value) && value.every(element => typeof element === 'string')), name, 'a string or a list of strings');
  return value as string | string[];
};

export const oneOf = <const T extends string>(values: readonly T[]): Reader<T> => (value, name) => {
  must((values as readonly unknown[]).includes(value), name, `one of ${values.join(', ')}`);
  return value as T;
};

export const optional = <T>(reader: Reader<T>): Reader<T | undefined> => (value, name) => value === undefined ? undefined : reader(value, name);

type Read<M> = { -readonly [N in keyof M]: M[N] extends Reader<infer T> ? T : never };

/** An object with these members and no others. Members that are absent stay absent. */
export const object = <const M extends Readonly<Record<string, Reader<unknown>>>>(members: M): Reader<Read<M>> => (value, name) => {
  must(typeof value === 'object' && value !== null && !Array.isArray(value), name, `an object with ${Object.keys(members).join(', ')}`);
  const given = new Map(Object.entries(value as object));
  const unknown = [...given.keys()].filter(member => !Object.hasOwn(members, member));
  must(unknown.length === 0, name, `an object with ${Object.keys(members).join(', ')}, and has ${unknown.join(', ')}`);
  return Object.fromEntries(Object.entries(members)
    .map(([member, reader]) => [member, reader(given.get(member), `${name}.${member}`)])
    .filter(([, read]) => read !== undefined)) as Read<M>;
};

type Kinds = Readonly<Record<string, Readonly<Record<string, Reader<unknown>>>>>;

/** An object whose `kind` says which other members it has. */
export const byKind = <const K extends Kinds>(kinds: K): Reader<{ [N in keyof K]: { kind: N } & Read<K[N]> }[keyof K]> => (value, name) => {
  const kind = oneOf(Object.keys(kinds))((value as { kind?: unknown } | null)?.kind, `${name}.kind`);
  return object({ kind: text, ...kinds[kind] })(value, name) as { [N in keyof K]: { kind: N } & Read<K[N]> }[keyof K];
};

/** A body of JSON; an empty one is an object without members. */
export function bodyAs<T>(reader: Reader<T>, body: Uint8Array): T {
  let value: unknown;
  try {
    value = body.length === 0 ? {} : JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw new PageError('The body must be JSON.');
  }
  return reader(value, 'The body');
}
