/**
 * What a public entry expects of each value, for callers whose language does not check types: plain JavaScript, or TypeScript with
 * `any`. A table for each entry, so that no value is passed on unchecked, and one text for all.
 */
import { Duration, Size, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { PaymentKeyError } from './errors';

/** One kind of value: how it is called in errors, and whether something is one. */
export interface Expected {
  readonly what: string;
  readonly is: (value: any) => boolean;
  /** Whether somebody may have put key material there instead, which no error may repeat. */
  readonly concealed?: boolean;
}

/** A value that may be left out. */
export interface Optional extends Expected {
  readonly optional: true;
}

/** What an entry expects: of each value by its name. */
export type Expectations<Names extends string = string> = Readonly<Record<Names, Expected>>;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const has = (...members: string[]) => (value: unknown) => isObject(value) && members.every(member => member in value);

export const TEXT: Expected = { what: 'a string', is: value => typeof value === 'string' };
export const CONSTRUCT: Expected = { what: 'a construct, for example this', is: has('node') };
/** As the service spells it. */
export const NAME: Expected = { what: 'a string that is not empty', is: value => typeof value === 'string' && value !== '' };
/** Decides the template, so that it must be known when that is made. */
export const KNOWN_FLAG: Expected = { what: 'true or false, and no token', is: value => typeof value === 'boolean' };
export const NUMBER: Expected = { what: 'a number', is: value => typeof value === 'number' || Token.isUnresolved(value) };
export const FLAG: Expected = { what: 'true or false', is: value => typeof value === 'boolean' || Token.isUnresolved(value) };
export const TEXTS: Expected = {
  what: 'a list of strings',
  is: value => Token.isUnresolved(value) || Array.isArray(value) && value.every(TEXT.is),
};
export const RECORD: Expected = {
  what: 'an object whose values are strings',
  is: value => Token.isUnresolved(value) || isObject(value) && !Array.isArray(value) && Object.values(value).every(TEXT.is),
};
/** Also those of another copy of aws-cdk-lib. */
export const DURATION: Expected = { what: 'a Duration, for example Duration.days(30)', is: value => value instanceof Duration || has('toMinutes', 'toDays')(value) };
export const SIZE: Expected = { what: 'a Size, for example Size.mebibytes(256)', is: value => value instanceof Size || has('toMebibytes')(value) };
export const KEY: Expected = { what: 'a payment key, a CfnKey or another IKeyRef', is: has('keyRef', 'node', 'env') };
export const GRANTEE: Expected = { what: 'somebody to grant to, for example a Role or a Function', is: has('grantPrincipal') };
export const STATEMENT: Expected = { what: 'a PolicyStatement', is: has('addActions', 'toStatementJson') };
export const ACTIONS: Expected = {
  what: "actions with their prefix, for example 'payment-cryptography:EncryptData'",
  is: value => Array.isArray(value) && value.length > 0
    && value.every(action => typeof action === 'string' && (action === '*' || action.includes(':') || Token.isUnresolved(action))),
};
export const POLICY_DOCUMENT: Expected = { what: 'a PolicyDocument', is: has('addStatements', 'toJSON') };

/** One of an enumeration of aws-cdk-lib. */
export function oneOf(name: string, all: object): Expected {
  return { what: `one of ${name}: ${Object.keys(all).filter(member => Number.isNaN(Number(member))).join(', ')}`, is: value => Object.values(all).includes(value) };
}

/** Whatever has these members: also what another copy of a library made. */
export function thing(what: string, ...members: string[]): Expected {
  return { what, is: has(...members) };
}

export function list(what: string, item: Expected): Expected {
  return { what, is: value => Array.isArray(value) && value.every(item.is) };
}

export function optional(expected: Expected): Optional {
  return { what: expected.what, is: value => value === undefined || expected.is(value), optional: true };
}

/** The same, for where somebody may put key material by mistake. */
export function concealed<T extends Expected>(expected: T): T {
  return { ...expected, concealed: true };
}

/**
 * Refuses values of a wrong type, by name.
 *
 * @throws InvalidProperty
 */
export function expect(path: string, entry: string, given: object | undefined, expectations: Expectations): void {
  if (!isObject(given) || Array.isArray(given)) {
    const tell = Object.values(expectations).some(expected => expected.concealed) ? kindOf : shown;
    throw new PaymentKeyError('InvalidProperty', `${path}: ${entry} must be an object, but is ${tell(given)}. Pass ${example(expectations)}`);
  }
  Object.entries(expectations).forEach(([name, expected]) => expectValue(path, name, (given as Record<string, unknown>)[name], expected));
}

/**
 * The place of a construct. Without one, or without an id, the framework's error would be one of the language.
 *
 * @param entry what is called, for the error
 * @throws InvalidProperty
 */
export function placed(entry: string, scope: Construct, id: string): Construct {
  expectValue(entry, 'scope', scope, CONSTRUCT);
  expectValue(`${entry} in ${scope.node.path || 'the app'}`, 'id', id, NAME);
  return scope;
}

/** @throws InvalidProperty */
export function expectText(path: string, name: string, value: unknown): void {
  expectValue(path, name, value, TEXT);
}

/** @throws InvalidProperty */
export function expectValue(path: string, name: string, value: unknown, expected: Expected): void {
  const { what, is } = expected;
  if (!is(value)) { throw new PaymentKeyError('InvalidProperty', `${path}: ${name} must be ${what}, but is ${(expected.concealed ? kindOf : shown)(value)}`); }
}

const example = (expectations: Expectations) => {
  const needed = Object.entries(expectations).filter(([, expected]) => !('optional' in expected)).map(([name]) => name);
  return needed.length > 0 ? `one with ${needed.join(', ')}` : 'one, which may be empty';
};

/** Short, and without what an object may hide. */
export function shown(value: unknown): string {
  if (typeof value === 'string') { return `the string '${value}'`; }
  if (typeof value === 'function') { return 'a function'; }
  if (Array.isArray(value)) { return `the list [${value.map(item => typeof item === 'string' ? `'${item}'` : shown(item)).join(', ')}]`; }
  if (isObject(value)) { return `an object of class ${value.constructor?.name ?? 'unknown'}`; }
  return String(value);
}

/** What it is, and nothing of what is in it. */
function kindOf(value: unknown): string {
  if (typeof value === 'string') { return 'a string'; }
  return Array.isArray(value) ? 'a list' : shown(value);
}
