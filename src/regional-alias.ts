import { AliasReference, CfnAlias, IAliasRef, IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { Duration, RemovalPolicy, Resource } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { checkAliasName } from './private/alias-name';
import { declaredBefore } from './private/declared-once';
import { DURATION, expect, Expectations, KEY, oneOf, optional, placed, TEXT, TEXTS } from './private/expected';
import { keyInRegions, removalOf } from './private/key-in-regions';
import { AliasAttributes, aliasProperties, REGIONAL_ALIAS } from './provider/contract/regional-alias';
import { PaymentKeyProvider } from './provider/payment-key-provider';
import { ProviderResource } from './provider/provider-resource';

/**
 * What can be chosen of an alias that is declared through its key.
 */
export interface AddAliasOptions {
  /**
   * The Regions that get the alias. The deployment waits for the replica in each. A Region taken off the list loses the
   * alias, if it still belongs to the key. Names must be known when the template is made, except that of the own Region.
   *
   * @default - of a key of this library whose Regions are known, all of them, also those that are added later; of a replica,
   * its Region; of a native `CfnKey`, its own Region and its `replicationRegions`; of any other key, the Region of the stack
   */
  readonly regions?: string[];

  /**
   * What becomes of the alias when it is taken out of the stack or renamed. With `DESTROY` it is deleted in each Region
   * where it still belongs to the key and was not there before this resource.
   *
   * @default - that of the key if this library manages it, otherwise RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * How long the deployment waits for replicas, and for the service's quota, in whole minutes from 1 to 55.
   *
   * @default Duration.minutes(30)
   */
  readonly replicationTimeout?: Duration;
}

/**
 * What an alias is declared with.
 */
export interface RegionalAliasProps extends AddAliasOptions {
  /**
   * The name, which begins with `alias/`. It is free in every Region, or the deployment fails and leaves what is there.
   * With another name the new alias is made before the old one is deleted.
   *
   * API: CreateAlias, `AliasName`.
   */
  readonly aliasName: string;

  /**
   * The key: one of this library, a native `CfnKey`, or an imported one. With another key the alias moves to it, without
   * a moment in which there is none.
   */
  readonly key: IKeyRef;
}

const PROPS: Expectations<keyof RegionalAliasProps> = {
  aliasName: TEXT,
  key: KEY,
  regions: optional(TEXTS),
  removalPolicy: optional(oneOf('RemovalPolicy', RemovalPolicy)),
  replicationTimeout: optional(DURATION),
};

/**
 * An alias of a key in several Regions, from one stack: aliases do not replicate. It is one resource, however many Regions.
 *
 * An alias of that name that belongs to another key, or to none, is never taken: the deployment fails and names it. One that
 * belongs to this very key before the resource is created is accepted, and never deleted, though it moves with the resource
 * when that gets another key. In a Region that is added later it is refused, since it could not be told from the resource's own.
 *
 * Under a new construct id, or in another stack, it is another resource: the alias of the first one is there already when
 * the second one comes, so the second one does not own it, and with `DESTROY` it goes with the first. Deploy the first one
 * with `RETAIN` before it is moved.
 *
 * @resource AWS::PaymentCryptography::Alias
 */
@propertyInjectable
export class RegionalAlias extends Resource implements IAliasRef {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region-payment-keys.RegionalAlias';

  /**
   * The name of the alias, the same in every Region. Who uses it waits until the alias is there.
   *
   * @attribute
   */
  public readonly aliasName: string;

  /**
   * As it was declared, without waiting for anything.
   *
   * @internal
   */
  public readonly _aliasName: string;

  /**
   * The key as it was declared.
   *
   * @internal
   */
  public readonly _key: IKeyRef;

  /**
   * Where the alias is; more Regions may come until the template is made.
   *
   * @internal
   */
  public readonly _regions: () => readonly string[];

  /**
   * Declares an alias.
   *
   * Throws:
   *
   * - `InvalidAliasName` when the name is not that of an alias
   * - `RegionCannotBeToken` when a Region is not known when the template is made
   * - `InvalidRegion` when a Region is not the name of one
   * - `DuplicateRegion` when a Region is listed twice
   * - `NoRegions` when the list of Regions is empty
   * - `InvalidReplicationTimeout` when the replication timeout is not 1 to 55 whole minutes
   * - `RemovalPolicyNotSupported` when the removal policy is SNAPSHOT
   * - `KeyBehindAliasNotKnown` when the key was imported by an alias
   * - `AliasDeclaredTwice` when the template is made, and another resource declares the alias in one of its Regions
   * - `InvalidProperty` when a property is of a wrong type, as it may be in languages that do not check types
   *
   * @param scope where it is declared
   * @param id its id in that scope
   * @param props what it is declared with
   */
  constructor(scope: Construct, id: string, props: RegionalAliasProps) {
    super(placed(new.target.name, scope, id), id);
    expect(this.node.path, 'props', props, PROPS);
    checkAliasName(this.node.path, props.aliasName);
    const { KeyArn, regions, minutes } = keyInRegions(this, props);
    const resource = new ProviderResource(this, {
      type: REGIONAL_ALIAS,
      nativeType: CfnAlias.CFN_RESOURCE_TYPE_NAME,
      properties: aliasProperties,
      declared: { AliasName: props.aliasName, KeyArn, Regions: regions, ReplicationTimeoutInMinutes: minutes },
      timeoutInMinutes: minutes,
      removalPolicy: props.removalPolicy ?? removalOf(props.key) ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const provider = PaymentKeyProvider.of(this);
    provider._allow('aliases');
    regions().forEach(region => provider._reach(region));
    this._aliasName = props.aliasName;
    this.aliasName = resource.getAttString('AliasName' satisfies keyof AliasAttributes);
    this._regions = regions;
    this._key = props.key;
    const before = declaredBefore<RegionalAlias>(this, props.aliasName);
    this.node.addValidation({ validate: () => before.flatMap(other => this.declaredTwice(props.aliasName, other)) });
  }

  public get aliasRef(): AliasReference {
    return { aliasName: this.aliasName };
  }

  /** Two resources for one alias would take it from each other. */
  private declaredTwice(aliasName: string, other: RegionalAlias): string[] {
    return this._regions().filter(region => other._regions().includes(region)).map(region =>
      `AliasDeclaredTwice: ${this.node.path}: ${other.node.path} declares ${aliasName} in '${region}' already. Declare it in one of them, or under another name`);
  }
}
