import { Grant } from 'aws-cdk-lib/aws-iam';
import { Function } from 'aws-cdk-lib/aws-lambda';
import { IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { Lazy, Stack, Token, TokenComparison, Validations } from 'aws-cdk-lib/core';
import { Dependable } from 'constructs';
import { PaymentKeyGrants } from './payment-key-grants';
import { PaymentKeyOperation } from './payment-key-operation';
import { checkAliasName } from './private/alias-name';
import { declarersIn } from './private/declared-once';
import { PaymentKeyError, WARNING } from './private/errors';
import { expect, Expectations, expectValue, KEY, list, optional, TEXT, TEXTS, thing } from './private/expected';
import { identityOf } from './private/foreign-key';
import { variablesOf } from './private/function-environment';
import { checkedRegions } from './private/key-in-regions';
import { isManagedKey } from './private/own-key';
import { RegionalAlias } from './regional-alias';

/**
 * What a function is to do with a key, and how it is told.
 */
export interface PaymentKeyBindingOptions {
  /**
   * The operations that the function may use the key in, and no others.
   */
  readonly operations: PaymentKeyOperation[];

  /**
   * The Regions that the function may use the key in. Its own Region comes first if it is among them, the others follow as they
   * are listed. Names must be known when the template is made, except that of the own Region.
   *
   * @default - all Regions of the key, also those that are added later. Where these are not known, because the account's defaults
   * decide or the key was imported without them, the list is required
   */
  readonly regions?: string[];

  /**
   * The alias by which the function names the key, in each Region; it begins with `alias/`. The key can be replaced or rotated
   * behind it, without a change of the function.
   *
   * @default - of a key that is known by its alias alone, that alias; otherwise the function names the key by its ARN in each Region
   */
  readonly aliasName?: string;

  /**
   * What the names of the two variables begin with: `<prefix>_REGIONS` and `<prefix>_IDENTIFIERS`. A letter, then letters, digits
   * and `_`. Every key that one function uses needs its own, for example `CVK`.
   *
   * @default 'PAYMENT_KEY'
   */
  readonly environmentPrefix?: string;
}

const FUNCTION = thing('a Function that this app declares. An imported function, a version or an alias of one has no environment here: '
  + 'bind the Function itself where it is declared; of another app, grant with key.grants and set the variables there', 'addEnvironment', 'grantPrincipal', 'node');
const OPTIONS: Expectations<keyof PaymentKeyBindingOptions> = {
  operations: list('a list of PaymentKeyOperation, for example [PaymentKeyOperation.VERIFY_CARD_VALIDATION_DATA]', thing('a PaymentKeyOperation', 'value')),
  regions: optional(TEXTS),
  aliasName: optional(TEXT),
  environmentPrefix: optional(TEXT),
};

/** Service API of AWS Lambda: names of variables, of which this is the beginning. */
const PREFIX = /^[A-Za-z][A-Za-z0-9_]*$/;

/**
 * A key that a function uses in several Regions: `key.bind(function, { … })`.
 *
 * The function may use the key in the operations that are named, in each of the Regions. Two variables of its environment tell it
 * how, each a list with commas, in the order in which Regions are to be tried:
 *
 * - `<prefix>_REGIONS`: the Regions, its own first
 * - `<prefix>_IDENTIFIERS`: the `KeyIdentifier` for each of these Regions, the name of an alias or an ARN
 *
 * In a stack that may be deployed to any Region, the own one may stand elsewhere in the list; the function finds its name in
 * `AWS_REGION`. What a function does with them is its own code: docs/failover.md has it in Python and TypeScript.
 */
export class PaymentKeyBinding {
  /**
   * Binds a key to a function, also a native key (`CfnKey`).
   *
   * Throws:
   *
   * - `NoOperations` when no operation is named
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use do not allow one of them
   * - `RegionsNotKnown` when no Regions are named, and those of the key are not known
   * - `NoRegions` when the list of Regions is empty
   * - `RegionCannotBeToken` when a Region is not known when the template is made
   * - `InvalidRegion` when a Region is not the name of one
   * - `DuplicateRegion` when a Region is listed twice
   * - `ReplicaNotDeclared` when the template is made with a Region that is known not to have a replica
   * - `InvalidAliasName` when the name is not that of an alias
   * - `InvalidEnvironmentPrefix` when names of variables cannot begin so, or it is not known when the template is made
   * - `EnvironmentVariableTaken` when the function has one of the two variables already, or the template is made with another value
   * - `InvalidProperty` when a value is of a wrong type, as it may be in languages that do not check types, or a function is imported
   *
   * @param key the key
   * @param handler the function, which the app declares
   * @param options the operations, and what else can be chosen
   */
  public static fromKey(key: IKeyRef, handler: Function, options: PaymentKeyBindingOptions): PaymentKeyBinding {
    expectValue('PaymentKeyBinding.fromKey', 'key', key, KEY);
    return new PaymentKeyBinding(key, handler, options);
  }

  /**
   * The permissions that the function got.
   */
  public readonly grant: Grant;

  /**
   * The two variables that the function got, by their names. Regions that are added to the key later are in them when the template
   * is made.
   */
  public readonly environment: { [name: string]: string };

  private constructor(key: IKeyRef, handler: Function, options: PaymentKeyBindingOptions) {
    expectValue(key.node.path, 'handler', handler, FUNCTION);
    const path = `${handler.node.path}, bound to ${key.node.path}`;
    expect(path, 'options', options, OPTIONS);
    const { operations, environmentPrefix = 'PAYMENT_KEY' } = options;
    const names = operations.map(({ value }) => value);
    if (names.length === 0) { throw new PaymentKeyError('NoOperations', `${path}: operations names none. List what the function does with the key, for example PaymentKeyOperation.VERIFY_CARD_VALIDATION_DATA`); }
    checkPrefix(path, environmentPrefix);
    const variables = { regions: `${environmentPrefix}_REGIONS`, identifiers: `${environmentPrefix}_IDENTIFIERS` };
    checkFree(path, handler, Object.values(variables));

    const grants = PaymentKeyGrants.fromKey(key);
    const target = () => grants._target();
    const aliasName = options.aliasName ?? target().aliasName;
    if (aliasName !== undefined) { checkAliasName(path, aliasName); }
    const named = options.regions && checkedRegions(handler, key, options.regions, path);
    if (!named && !target().regions) {
      throw new PaymentKeyError('RegionsNotKnown', `${path}: in which Regions the key is, is not known here. List those that the function may use it in, for example `
        + `regions: ['us-east-1', 'us-west-2']${isManagedKey(key) ? ', or declare the key with replicationRegions' : ''}`);
    }
    const regions = () => ownFirst(named ?? target().regions!, Stack.of(handler).region);

    this.grant = grants._operations(handler, names, named && (() => named));
    const listed = (values: () => readonly string[]) => Lazy.uncachedString({ produce: () => values().join(',') });
    this.environment = {
      [variables.regions]: listed(regions),
      [variables.identifiers]: listed(() => regions().map(region => aliasName ?? target().arnIn(region))),
    };
    Object.entries(this.environment).forEach(([name, value]) => handler.addEnvironment(name, value));
    handler.node.addValidation({ validate: () => changed(path, handler, this.environment) });
    if (aliasName !== undefined && !Token.isUnresolved(aliasName)) { useAlias(key, handler, aliasName, regions); }
    if (isManagedKey(key)) { warnOfReference(key, handler); }
  }
}

function ownFirst(regions: readonly string[], own: string): string[] {
  return [...regions.filter(region => region === own), ...regions.filter(region => region !== own)];
}

function checkPrefix(path: string, prefix: string): void {
  if (!Token.isUnresolved(prefix) && PREFIX.test(prefix)) { return; }
  throw new PaymentKeyError('InvalidEnvironmentPrefix', `${path}: environmentPrefix is ${Token.isUnresolved(prefix) ? 'a token' : `'${prefix}'`}, but names of variables begin with a letter `
    + "and have letters, digits and '_' after it, known when the template is made, for example 'CVK'");
}

/** A second value would silently take the place of the first. */
function checkFree(path: string, handler: Function, names: readonly string[]): void {
  const taken = names.find(name => name in variablesOf(handler));
  if (taken === undefined) { return; }
  throw new PaymentKeyError('EnvironmentVariableTaken', `${path}: the function has the variable ${taken} already. Every key that one function uses needs a prefix of its `
    + "own, for example environmentPrefix: 'CVK'; all operations of one key stand in one binding");
}

function changed(path: string, handler: Function, environment: Readonly<Record<string, string>>): string[] {
  const variables = variablesOf(handler);
  return Object.entries(environment).filter(([name, value]) => variables[name] !== value).map(([name]) =>
    `EnvironmentVariableTaken: ${path}: ${name} was given another value after the binding. Pass another environmentPrefix, or leave the variable to the binding`);
}

/**
 * The function is not there before an alias that its own stack makes. Not so for other stacks: one in the Region of a replica is to
 * be deployed while that of the primary is down.
 */
function useAlias(key: IKeyRef, handler: Function, aliasName: string, regions: () => readonly string[]): void {
  const stack = Stack.of(handler);
  const aliases = {};
  // Some may be declared after this.
  Dependable.implement(aliases, { get dependencyRoots() { return [...declarersIn(stack, aliasName)]; } });
  // Not its role: the resource policy of the key may name that.
  handler.node.defaultChild!.node.addDependency(aliases);
  if (isManagedKey(key)) { warnOfAbsentAlias(key, handler, aliasName, regions); }
}

/** An alias of a key that the app declares is usually declared there too; otherwise its name may be misspelled. */
function warnOfAbsentAlias(key: IKeyRef, handler: Function, aliasName: string, regions: () => readonly string[]): void {
  handler.node.addValidation({
    validate: () => {
      const there = aliasesOf(key, aliasName).flatMap(alias => alias._regions());
      const absent = regions().filter(region => !there.includes(region));
      if (absent.length > 0) {
        Validations.of(handler).addWarning(`${WARNING}aliasNotDeclared`, `no construct of the app declares ${aliasName} of ${key.node.path} in ${absent.join(', ')}. There, requests of the function `
          + `would fail with ResourceNotFoundException, or reach another key: key.addAlias('${aliasName}'). If something else makes the alias, acknowledge this warning`);
      }
      return [];
    },
  });
}

/** What is in one Region and refers to another is deployed only while both are there. */
function warnOfReference(key: IKeyRef, handler: Function): void {
  const [its, ours] = [Stack.of(key).region, Stack.of(handler).region];
  if (Token.compareStrings(its, ours) !== TokenComparison.DIFFERENT) { return; }
  Validations.of(handler).addWarning(`${WARNING}bindingAcrossRegions`, `the function is in ${ours}, and refers to ${key.node.path} in a stack in ${its}, without which its own stack is not deployed. `
    + "Bind the key by its alias instead: MultiRegionPaymentKey.fromAliasName(this, 'Cvk', 'alias/cvk').bind(…) in the stack of the function. If it is meant, acknowledge this warning");
}

function aliasesOf(key: IKeyRef, aliasName: string): RegionalAlias[] {
  return key.node.root.node.findAll().filter(one => one instanceof RegionalAlias)
    .filter(alias => alias._aliasName === aliasName && identityOf(alias._key) === identityOf(key));
}
