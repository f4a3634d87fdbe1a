/**
 * Values of the shapes of a model: mostly what the model allows, so that requests come past the checks of their form, and
 * sometimes something else in the place of one member.
 */
import * as fc from 'fast-check';
import { fullPattern, Model, Shape } from '../model';

/** What exists in the emulator, and so is worth naming. */
export interface Existing {
  readonly keyArns: readonly string[];
  readonly aliases: readonly string[];
  readonly regions: readonly string[];
}

const DIGITS = '0123456789';
const HEX = `${DIGITS}ABCDEF`;
const LONGEST = 64;

const textOf = (characters: string) => ({ min, max }: Bounds): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: min, maxLength: max });

interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Texts of many kinds; a shape gets those that fit its pattern. */
const TEXTS: ReadonlyArray<(bounds: Bounds, existing: Existing) => fc.Arbitrary<string>> = [
  textOf(DIGITS),
  textOf(HEX),
  textOf(HEX.toLowerCase()),
  textOf(`${HEX}GHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz`),
  // Whole bytes, and whole blocks.
  ...[2, 4, 16, 20, 24, 32, 48, 64].map(size => () => textOf(HEX)({ min: size, max: size })),
  (_, { keyArns }) => fc.constantFrom(...keyArns),
  (_, { aliases }) => fc.constantFrom(...aliases),
  () => textOf(DIGITS)({ min: 1, max: 12 }).map(name => `alias/${name}`),
  (_, { regions }) => fc.constantFrom(...regions),
  () => fc.constantFrom('first', 'second').map(team => `arn:aws:mpa:us-east-1:111122223333:approval-team/${team}`),
  () => fc.constant('somebody@example.com'),
  () => fc.constant(JSON.stringify({ Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] })),
  bounds => fc.string({ minLength: bounds.min, maxLength: bounds.max }),
];

function text(shape: Shape, existing: Existing): fc.Arbitrary<string> {
  if (shape.enum !== undefined) return fc.constantFrom(...shape.enum);
  const min = Math.min(shape.min ?? 0, LONGEST);
  const bounds = { min, max: Math.max(min, Math.min(shape.max ?? LONGEST, LONGEST)) };
  // A name of anything but a key that exists leads to one answer only.
  if (shape.pattern?.includes(':key/')) {
    return fc.oneof(
      { weight: 12, arbitrary: fc.noBias(fc.constantFrom(...existing.keyArns)) }, { weight: 1, arbitrary: fc.constantFrom(...existing.aliases, 'alias/none') },
    );
  }
  const pattern = new RegExp(shape.pattern === undefined ? '' : fullPattern(shape.pattern));
  const fits = (value: string): boolean => pattern.test(value) && value.length >= min && value.length <= (shape.max ?? Infinity);
  // To filter what seldom fits would take forever.
  const fitting = TEXTS.map(make => make(bounds, existing))
    .filter(arbitrary => fc.sample(arbitrary, { seed: 1, numRuns: 20 }).filter(fits).length > 5)
    .map(arbitrary => arbitrary.filter(fits));
  return fc.oneof(...fitting.length > 0 ? fitting : [fc.string()]);
}

const ARBITRARIES: Record<Shape['type'], (shape: Shape, of: (name: string) => fc.Arbitrary<unknown>, existing: Existing) => fc.Arbitrary<unknown>> = {
  structure: ({ members = {}, required = [], union }, of) => {
    const names = Object.keys(members);
    if (union) return fc.oneof(...names.map(name => of(members[name].shape).map(value => ({ [name]: value }))));
    return fc.record(Object.fromEntries(names.map(name => [name, of(members[name].shape)])), { requiredKeys: [...required] });
  },
  list: ({ member }, of) => fc.array(of(member!.shape), { maxLength: 3 }),
  map: ({ key, value }, of) => fc.dictionary(of(key!.shape) as fc.Arbitrary<string>, of(value!.shape), { maxKeys: 3 }),
  string: (shape, _, existing) => text(shape, existing),
  boolean: () => fc.boolean(),
  blob: () => fc.uint8Array({ maxLength: 100 }).map(bytes => Buffer.from(bytes).toString('base64')),
  integer: ({ min = 0, max = 1000 }) => fc.integer({ min, max }),
  long: ({ min = 0, max = 1000 }) => fc.integer({ min, max }),
  timestamp: () => fc.integer({ min: 0, max: 4e9 }),
};

/** Values of any shape of a model. */
export function valuesOf(model: Model, existing: Existing): (shape: string) => fc.Arbitrary<unknown> {
  const made = new Map<string, fc.Arbitrary<unknown>>();
  const of = (name: string): fc.Arbitrary<unknown> => {
    if (!made.has(name)) made.set(name, ARBITRARIES[model.shapes[name].type](model.shapes[name], of, existing));
    return made.get(name)!;
  };
  return of;
}

const DEEP = JSON.parse('['.repeat(3000) + ']'.repeat(3000)) as unknown;

/** What belongs nowhere. */
const STRANGE: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(), fc.constant('x'.repeat(100_000)), fc.constant(DEEP), fc.constantFrom('', '\0', '\ud800', '__proto__', 1e308, -0, null),
);

/** Now and then, something strange in the place of one member. */
export function withStrangeMembers(values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const changed = fc.tuple(values, STRANGE, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }))
    .map(([value, strange, path]) => replacing(value, path, strange));
  return fc.oneof({ weight: 4, arbitrary: values }, { weight: 1, arbitrary: changed });
}

function replacing(value: unknown, [first, ...rest]: readonly number[], strange: unknown): unknown {
  const members = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  if (first === undefined || members.length === 0) return strange;
  const [name, member] = members[first % members.length];
  const replaced = replacing(member, rest, strange);
  if (Array.isArray(value)) return value.map((each: unknown, index) => index === Number(name) ? replaced : each);
  return { ...value as object, [name]: replaced };
}
