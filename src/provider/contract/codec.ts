/**
 * How one value travels through a template. CloudFormation hands every primitive to a custom resource
 * as a string, so what is read is rarely of the type that was written.
 */
export interface Codec<T> {
  /** What stands in the template; `undefined` leaves the property out. */
  encode(value: T): unknown;
  /** Reads what CloudFormation made of it; `path` names the property in errors. */
  decode(raw: unknown, path: string): T;
}

/** A property that this contract cannot read. The message is meant for the user of the stack. */
export class ContractError extends Error {
  constructor(path: string, expected: string, got: unknown) {
    super(`property ${path} must be ${expected}, but is ${got === undefined ? 'missing' : JSON.stringify(got)}`);
    this.name = 'ContractError';
  }
}

export const text: Codec<string> = {
  encode: value => value,
  decode: (raw, path) => {
    if (typeof raw !== 'string' || raw === '') { throw new ContractError(path, 'a non-empty string', raw); }
    return raw;
  },
};

export const flag: Codec<boolean> = {
  encode: value => value,
  decode: (raw, path) => {
    if (raw === true || raw === 'true') { return true; }
    if (raw === false || raw === 'false') { return false; }
    throw new ContractError(path, '"true" or "false"', raw);
  },
};

export function integer(least: number, most: number): Codec<number> {
  return {
    encode: value => value,
    decode: (raw, path) => {
      const value = typeof raw === 'string' && /^\d+$/.test(raw) ? Number(raw) : raw;
      if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
        throw new ContractError(path, `a whole number from ${least} to ${most}`, raw);
      }
      return value;
    },
  };
}

export function list<T>(item: Codec<T>): Codec<T[]> {
  return {
    encode: values => values.map(value => item.encode(value)),
    decode: (raw, path) => {
      if (!Array.isArray(raw)) { throw new ContractError(path, 'a list', raw); }
      return raw.map((value, index) => item.decode(value, `${path}[${index}]`));
    },
  };
}

/** Absent stays absent: not to say something differs from every value that could be said. */
export function optional<T>(codec: Codec<T>): Codec<T | undefined> {
  return {
    encode: value => value === undefined ? undefined : codec.encode(value),
    decode: (raw, path) => raw === undefined ? undefined : codec.decode(raw, path),
  };
}

/** Left out of the template while it equals the default, so that a release with a new property updates nobody's resource. */
export function withDefault<T>(codec: Codec<T>, value: T): Codec<T> {
  const omitted = JSON.stringify(value);
  return {
    encode: given => JSON.stringify(given) === omitted ? undefined : codec.encode(given),
    decode: (raw, path) => raw === undefined ? value : codec.decode(raw, path),
  };
}

/** Tags as CloudFormation spells them, a list of `{ Key, Value }`; read as a record. */
export const tags: Codec<Record<string, string>> = {
  encode: value => Object.entries(value).map(([Key, Value]) => ({ Key, Value })),
  decode: (raw, path) => Object.fromEntries(list(struct({ Key: text, Value: text })).decode(raw, path)
    .map(tag => [tag.Key, tag.Value])),
};

/** One of several structs, told apart by the member `tag`. */
export function oneOf<T extends string, V extends Record<string, Codec<object>>>(tag: T, variants: V): Codec<OneOf<T, V>> {
  return {
    encode: ({ [tag]: variant, ...members }: any) => ({ [tag]: variant, ...variants[variant].encode(members) as object }),
    decode: (raw, path) => {
      const variant = struct({ [tag]: text }).decode(raw, path)[tag];
      if (!Object.hasOwn(variants, variant)) { throw new ContractError(`${path}.${tag}`, Object.keys(variants).join(', '), variant); }
      return { [tag]: variant, ...variants[variant].decode(raw, path) } as OneOf<T, V>;
    },
  };
}
export type OneOf<T extends string, V extends Record<string, Codec<object>>> =
  { [K in keyof V]: { readonly [M in T]: K } & (V[K] extends Codec<infer S> ? S : never) }[keyof V];

export type Fields = Record<string, Codec<any>>;
export type Decoded<F extends Fields> = { [K in keyof F]: F[K] extends Codec<infer T> ? T : never };

/** Members that it does not know are passed over: they may come from a later release. */
export function struct<F extends Fields>(fields: F): Codec<Decoded<F>> & { readonly fields: F } {
  return {
    fields,
    encode: value => Object.fromEntries(Object.entries(fields)
      .map(([name, codec]) => [name, codec.encode(value[name])])
      .filter(([, encoded]) => encoded !== undefined)),
    decode: (raw, path) => {
      if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) { throw new ContractError(path, 'an object', raw); }
      return Object.fromEntries(Object.entries(fields).map(([name, codec]) =>
        [name, codec.decode((raw as Record<string, unknown>)[name], path === '' ? name : `${path}.${name}`)])) as Decoded<F>;
    },
  };
}
