import { Duration, RemovalPolicy, Token, Validations } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { KeyMaterial } from './key-material';
import { MultiRegionPaymentKey } from './multi-region-payment-key';
import { IPaymentKey } from './payment-key';
import { KeyBehindAlias } from './payment-key-alias-import';
import { KeyCheckValueAlgorithm } from './payment-key-check-value-algorithm';
import { PaymentKeySpec } from './payment-key-spec';
import { PaymentKeyUsage } from './payment-key-usage';
import { checkAliasName } from './private/alias-name';
import { PaymentKeyError, WARNING } from './private/errors';
import { expect, Expectations, expectText, list, NAME, optional, placed, TEXT, thing } from './private/expected';
import { RegionalAlias } from './regional-alias';

/**
 * What is special about one version of a key that is rotated.
 */
export interface PaymentKeyVersionOptions {
  /**
   * Where the material of this version comes from, if it was made elsewhere. It is decided in the deployment that adds the
   * version, and never again: if another key came, or the service made one already, add a version with another name.
   *
   * API: ImportKey, `KeyMaterial`.
   *
   * @default - the service generates it
   */
  readonly material?: KeyMaterial;

  /**
   * The key check value that this version must have, 4 to 16 hexadecimal digits, as the partner told it.
   *
   * @default - whichever it has
   */
  readonly expectedKeyCheckValue?: string;

  /**
   * Whether this version can be used, in every Region. A version that nobody needs any more can be disabled for a while
   * before it is taken off the list: whoever still uses it is noticed, and helped by one more deployment. The current
   * version cannot be disabled, and the one before it only in a later deployment than the one that made another current:
   * keys are changed before aliases move.
   *
   * API: StartKeyUsage, StopKeyUsage.
   *
   * @default true
   */
  readonly enabled?: boolean;
}

/**
 * What a key that is rotated is declared with.
 */
export interface PaymentKeyRotationProps {
  /**
   * What kind of key: usage, algorithm and modes of use, the same for every version.
   */
  readonly spec: PaymentKeySpec;

  /**
   * The alias of the current version, which begins with `alias/`. The version after it in the list has the same name with
   * `-next` behind it, the one before it with `-previous`; where there is none, there is no such alias.
   *
   * API: CreateAlias, `AliasName`.
   */
  readonly aliasName: string;

  /**
   * The versions, in the order in which they come into use: one key each. A version is called as you like, for example by
   * the year: 1 to 64 letters, digits, `.`, `_` and `-`. Under another name it is another key.
   *
   * A version that is added is made with the next deployment. `removalPolicy` decides what becomes of one that is taken off
   * the list; under the same name it would be another key later.
   */
  readonly versions: string[];

  /**
   * The version that the alias belongs to, one of `versions`.
   */
  readonly current: string;

  /**
   * What is special about a version, by its name.
   *
   * @default - the service generates each
   */
  readonly versionOptions?: { [version: string]: PaymentKeyVersionOptions };

  /**
   * The Regions that get a replica of each version, and each alias, besides the own Region.
   *
   * @default - the account's default replication Regions when a version is made; then the aliases are only in the own Region
   */
  readonly replicationRegions?: string[];

  /**
   * Whether the versions can be exported. Only exportable keys replicate, and only those can be handed to a partner.
   *
   * @default true
   */
  readonly exportable?: boolean;

  /**
   * How the key check value is computed.
   *
   * @default - chosen by the service: ANSI_X9_24 for TDES, CMAC for AES, HMAC for HMAC, SHA_1 for RSA and ECC
   */
  readonly keyCheckValueAlgorithm?: KeyCheckValueAlgorithm;

  /**
   * The usage of the symmetric keys that are derived with the key. Only for key agreement (key usage K3).
   *
   * @default - none
   */
  readonly deriveKeyUsage?: PaymentKeyUsage;

  /**
   * How long a deleted version can be restored, in whole days from 3 to 180.
   *
   * API: DeleteKey, `DeleteKeyInDays`.
   *
   * @default Duration.days(7)
   */
  readonly deletionWindow?: Duration;

  /**
   * What becomes of a version that is taken off the list, and of all of them when the rotation is taken out of the stack.
   * With `DESTROY` its deletion is scheduled; otherwise it stays. It is the policy of the alias of the current version, too;
   * `-next` and `-previous` always go, since they are made anew whenever there is such a version.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long the deployment waits for each version, and for its aliases, in whole minutes from 1 to 55.
   *
   * @default Duration.minutes(30)
   */
  readonly replicationTimeout?: Duration;
}

const OPTIONS_BY_VERSION = { what: 'an object with the options of each version', is: (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value) };
/** Keys and aliases check what is passed on to them. */
const PROPS: Expectations<'spec' | 'aliasName' | 'versions' | 'current' | 'versionOptions'> = {
  spec: thing('a PaymentKeySpec, for example PaymentKeySpec.pinEncryption()', 'usage', 'algorithm', 'modesOfUse', '_problems'),
  aliasName: TEXT,
  versions: list('a list of names', NAME),
  current: TEXT,
  versionOptions: optional(OPTIONS_BY_VERSION),
};

const VERSION = /^[A-Za-z0-9._-]{1,64}$/;

/**
 * A key that is rotated: its versions, one key each, and an alias that belongs to the current one, in every Region.
 *
 * There is no schedule, since a partner has to have the next version first. The declaration is the record of the ceremony:
 *
 * 1. Add a version to the end of the list, and deploy. It is a key that nobody uses yet, behind `<alias>-next`. Hand it to the
 *    partner, or import the one that the partner made.
 * 2. When both sides have it, make it `current`, and deploy. In each Region the alias moves in one step, and is never absent.
 *    `<alias>-previous` moves first, so that at any time one of the two belongs to what was current until then.
 *    For a while the service may use either version behind the alias (UpdateAlias is eventually consistent, and AWS does not say
 *    for how long), so both sides accept both, for a day rather than a minute.
 * 3. When nobody needs the former version any more, disable it for a while (`versionOptions`), then take it off the list.
 *
 * A rollback moves the aliases back, and so does whoever makes the former version current again. What was made in between
 * needs `<alias>-next` then. A key that exists already, such as one that a deleted stack retained, cannot become a version.
 */
@propertyInjectable
export class PaymentKeyRotation extends Construct {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region-payment-keys.PaymentKeyRotation';

  /**
   * The current version, the key of the alias.
   */
  public readonly current: MultiRegionPaymentKey;

  /**
   * The version after the current one, if there is one: what the partner is to get.
   */
  public readonly next?: MultiRegionPaymentKey;

  /**
   * The version before the current one, if there is one.
   */
  public readonly previous?: MultiRegionPaymentKey;

  /**
   * Whichever version the alias belongs to, in each Region. `keyRef.keyIdentifier` is the ARN of the alias. Grants on it
   * follow the alias, so that no policy changes when it moves.
   *
   * IAM condition key: payment-cryptography:ResourceAliases.
   */
  public readonly keyBehindAlias: IPaymentKey;

  /**
   * The same of `<alias>-previous`, for who verifies or decrypts what the previous version made, whether there is one now or not.
   */
  public readonly keyBehindPreviousAlias: IPaymentKey;

  /**
   * The same of `<alias>-next`, for the ceremony, whether there is such a version now or not.
   */
  public readonly keyBehindNextAlias: IPaymentKey;

  private readonly keys: ReadonlyMap<string, MultiRegionPaymentKey>;

  /**
   * Declares a key that is rotated. What is wrong with a version or an alias, its construct says.
   *
   * Throws:
   *
   * - `NoVersions` when the list of versions is empty
   * - `InvalidVersion` when the name of a version is not 1 to 64 letters, digits, `.`, `_` and `-`, or not known when the template is made
   * - `VersionDeclaredTwice` when a version is listed twice
   * - `CurrentVersionNotDeclared` when the current version is not one of the list
   * - `VersionNotDeclared` when there are options of a version that is not listed
   * - `CurrentVersionDisabled` when the current version is disabled
   * - `InvalidAliasName` when the name is not that of an alias
   * - `InvalidProperty` when a property is of a wrong type, as it may be in languages that do not check types
   *
   * @param scope where it is declared
   * @param id its id in that scope
   * @param props what it is declared with
   */
  constructor(scope: Construct, id: string, props: PaymentKeyRotationProps) {
    super(placed(new.target.name, scope, id), id);
    const { path } = this.node;
    expect(path, 'props', props, PROPS);
    const { versions, current, aliasName, removalPolicy, replicationTimeout } = props;
    // The longest of the three.
    checkAliasName(path, `${aliasName}${PREVIOUS}`);
    checkVersions(path, props);

    this.keys = new Map(versions.map(version => [version, this.declare(version, props)]));
    const at = versions.indexOf(current);
    this.current = this.version(current);
    this.previous = at === 0 ? undefined : this.version(versions[at - 1]);
    this.next = at === versions.length - 1 ? undefined : this.version(versions[at + 1]);
    const known = { traits: this.current._traits(), replicationRegions: props.replicationRegions ?? [] };
    const behind = (name: string, suffix: string) => new KeyBehindAlias(this, `KeyBehind${name}Alias`, aliasName + suffix, undefined, known);
    this.keyBehindAlias = behind('', '');
    this.keyBehindPreviousAlias = behind('Previous', PREVIOUS);
    this.keyBehindNextAlias = behind('Next', NEXT);

    // One after the other, so that at any time either the alias or `-previous` belongs to what was current.
    const passing = { removalPolicy: RemovalPolicy.DESTROY, replicationTimeout };
    const aliases = [
      this.previous && new RegionalAlias(this, 'PreviousAlias', { ...passing, aliasName: `${aliasName}${PREVIOUS}`, key: this.previous }),
      new RegionalAlias(this, 'Alias', { aliasName, key: this.current, removalPolicy, replicationTimeout }),
      this.next && new RegionalAlias(this, 'NextAlias', { ...passing, aliasName: `${aliasName}${NEXT}`, key: this.next }),
    ].flatMap(alias => alias ?? []);
    aliases.slice(1).forEach((alias, index) => alias.node.addDependency(aliases[index]));

    if (this.previous && optionsOf(versions[at - 1], props).enabled === false) {
      Validations.of(this).addWarning(`${WARNING}previousVersionDisabled`, `${versions[at - 1]} is disabled, and it is the version before ${current}. If this deployment makes ${current} current, nobody can `
        + `use ${aliasName} until the alias has moved, since keys are changed first: disable ${versions[at - 1]} in a later deployment. Otherwise acknowledge this warning`);
    }
    if (removalPolicy === RemovalPolicy.DESTROY && !this.previous) {
      Validations.of(this).addWarning(`${WARNING}rotationWithoutPrevious`, `${current} is the first of the versions, and the removal policy is DESTROY: if another one was current until now, its `
        + 'deletion is scheduled with this deployment, and nothing decrypts or verifies what it made. Leave it in the list for as long as that may be needed. Otherwise acknowledge this warning');
    }
  }

  /**
   * A version by its name.
   *
   * Throws:
   *
   * - `VersionNotDeclared` when it is not one of the list
   *
   * @param version the name, one of `versions`
   */
  public version(version: string): MultiRegionPaymentKey {
    expectText(this.node.path, 'version', version);
    const key = this.keys.get(version);
    if (!key) { throw notDeclared(this.node.path, version, [...this.keys.keys()]); }
    return key;
  }

  private declare(version: string, props: PaymentKeyRotationProps): MultiRegionPaymentKey {
    const { versions, current, aliasName, versionOptions, ...common } = props;
    return new MultiRegionPaymentKey(this, `Version-${version}`, { ...common, ...optionsOf(version, props) });
  }
}

const NEXT = '-next';
const PREVIOUS = '-previous';

/** By the names that users gave, whatever they are. */
function optionsOf(version: string, { versionOptions = {} }: PaymentKeyRotationProps): PaymentKeyVersionOptions {
  return Object.hasOwn(versionOptions, version) ? versionOptions[version] ?? {} : {};
}

function checkVersions(path: string, props: PaymentKeyRotationProps): void {
  const { versions, current, versionOptions = {} } = props;
  if (versions.length === 0) { throw new PaymentKeyError('NoVersions', `${path}: versions is empty. Name at least one, for example '2026'`); }
  const wrong = versions.find(version => Token.isUnresolved(version) || !VERSION.test(version));
  if (wrong !== undefined) {
    throw new PaymentKeyError('InvalidVersion', `${path}: ${Token.isUnresolved(wrong) ? 'a token' : `'${wrong}'`} is not the name of a version. `
      + "Expected 1 to 64 letters, digits, '.', '_' and '-', known when the template is made, for example '2026'");
  }
  const twice = versions.find((version, index) => versions.indexOf(version) !== index);
  if (twice !== undefined) { throw new PaymentKeyError('VersionDeclaredTwice', `${path}: versions lists '${twice}' twice. List each version once`); }
  if (!versions.includes(current)) {
    throw new PaymentKeyError('CurrentVersionNotDeclared', `${path}: current is '${current}', but versions are ${versions.join(', ')}. Make one of these current. `
      + 'The version that is in use now stays in the list until another one has been made current, and nobody needs it any more');
  }
  const unknown = Object.keys(versionOptions).find(version => !versions.includes(version));
  if (unknown !== undefined) { throw notDeclared(path, unknown, versions); }
  if (optionsOf(current, props).enabled === false) {
    throw new PaymentKeyError('CurrentVersionDisabled', `${path}: '${current}' is the current version, and disabled: nobody could use the alias. Make another version current first`);
  }
}

function notDeclared(path: string, version: string, versions: readonly string[]): PaymentKeyError {
  return new PaymentKeyError('VersionNotDeclared', `${path}: there is no version '${version}'. Versions are ${versions.join(', ')}`);
}
