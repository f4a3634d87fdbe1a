import { Arn, ArnFormat, Duration, ITaggableV2, RemovalPolicy, TagManager, TagType, Token, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { PaymentKeyError } from './errors';
import { IPaymentKey, PaymentKeyAttributes } from './payment-key';
import { ImportedPaymentKey, PaymentKeyBase } from './payment-key-base';
import { KeyCheckValueAlgorithm } from './payment-key-check-value-algorithm';
import { PaymentKeySpec } from './payment-key-spec';
import { PaymentKeyUsage } from './payment-key-usage';
import {
  DELETION_WINDOW, KeyAttributes, keyProperties, KeyProperties, MULTI_REGION_PAYMENT_KEY,
} from './provider/contract/multi-region-payment-key';
import { providerResource } from './provider-resource';
import { checkReplicationRegion, isServiceRegion, regionCannotBeToken } from './regions';
import { tagErrors } from './tags';
import { replicationTimeoutInMinutes, whole } from './whole-duration';

/** API: shape KeyArn of AWS Payment Cryptography. */
const KEY_ARN = /^arn:aws:payment-cryptography:[a-z]{2}-[a-z]{1,16}-[0-9]+:[0-9]{12}:key\/[0-9a-zA-Z]{16,64}$/;

/** Prefix of the ids of warnings, which can be acknowledged and stay the same over releases. */
const WARNING = 'cdk-multi-region-payment-keys:';

/**
 * What a key is declared with.
 */
export interface MultiRegionPaymentKeyProps {
  /**
   * What kind of key: usage, algorithm and modes of use. A change replaces the key with one of other material.
   */
  readonly spec: PaymentKeySpec;

  /**
   * The Regions that get a replica, besides the key's own. The deployment is complete when the key is SYNCHRONIZED
   * in each of them.
   *
   * A Region taken off the list loses its replica at once; put back on, it gets the same key again. Regions that
   * others added to the key stay. An empty list means nowhere, whatever the account's default replication Regions
   * say.
   *
   * @default - the account's default replication Regions at creation; afterwards this library leaves them alone
   */
  readonly replicationRegions?: string[];

  /**
   * Whether the key can be used, in every Region. A disabled key goes on replicating.
   *
   * API: StartKeyUsage, StopKeyUsage.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Whether the key can be exported. Only exportable keys replicate. A change replaces the key.
   *
   * @default true
   */
  readonly exportable?: boolean;

  /**
   * How the key check value is computed. A change replaces the key.
   *
   * @default - chosen by the service: ANSI_X9_24 for TDES, CMAC for AES, HMAC for HMAC keys
   */
  readonly keyCheckValueAlgorithm?: KeyCheckValueAlgorithm;

  /**
   * The usage of the symmetric keys that are derived with this key. Only for key agreement (key usage K3). A change
   * replaces the key.
   *
   * @default - none
   */
  readonly deriveKeyUsage?: PaymentKeyUsage;

  /**
   * How long a deleted key can be restored, in whole days from 3 to 180. Its replicas are deleted at once, whatever
   * the window, and restoring does not bring them back.
   *
   * API: DeleteKey, `DeleteKeyInDays`.
   *
   * @default Duration.days(7)
   */
  readonly deletionWindow?: Duration;

  /**
   * What becomes of the key when it is taken out of the stack or replaced. With `DESTROY` its deletion is scheduled.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether the deployment waits until the key is SYNCHRONIZED in every Region of `replicationRegions`, and fails if
   * it becomes FAILED in one. When it does not wait, tags reach only the replicas that are there already.
   *
   * @default true
   */
  readonly waitForReplication?: boolean;

  /**
   * How long the deployment waits for the key, in whole minutes from 1 to 55. Creation, update and deletion share
   * it, and so does waiting for the service's quota.
   *
   * @default Duration.minutes(30)
   */
  readonly replicationTimeout?: Duration;
}

/**
 * A key of AWS Payment Cryptography that is usable in every Region it names when the deployment is complete.
 *
 * Tags set with `Tags.of(key)` reach the primary and its replicas: those in the Regions of `replicationRegions`, or
 * without such a list those that are there already.
 */
export class MultiRegionPaymentKey extends PaymentKeyBase implements ITaggableV2 {
  /**
   * A key that something else made, by its ARN.
   *
   * @param scope the scope of the reference
   * @param id its id in that scope
   * @param keyArn the ARN of the primary
   * @throws InvalidKeyArn when it is not the ARN of a payment key
   */
  public static fromKeyArn(scope: Construct, id: string, keyArn: string): IPaymentKey {
    if (!Token.isUnresolved(keyArn) && !KEY_ARN.test(keyArn)) {
      throw new PaymentKeyError('InvalidKeyArn', `${scope.node.path}/${id}: '${keyArn}' is not the ARN of a payment key. `
        + 'Expected arn:aws:payment-cryptography:<Region>:<account>:key/<key id>');
    }
    const { resourceName, region, account } = Arn.split(keyArn, ArnFormat.SLASH_RESOURCE_NAME);
    return new ImportedPaymentKey(scope, id, { keyId: resourceName!, region, account }, keyArn);
  }

  /**
   * A key that something else made, by what is known of it.
   *
   * @param scope the scope of the reference
   * @param id its id in that scope
   * @param attributes what is known of the key
   * @throws RegionCannotBeToken when the list of replication Regions is not known when the template is made
   */
  public static fromKeyAttributes(scope: Construct, id: string, attributes: PaymentKeyAttributes): IPaymentKey {
    return new ImportedPaymentKey(scope, id, attributes);
  }

  /**
   * The ARN of the primary.
   *
   * @attribute
   */
  public readonly keyArn: string;

  /**
   * The id of the key, the same in every Region.
   *
   * @attribute
   */
  public readonly keyId: string;

  /**
   * The key check value: hexadecimal digits by which holders of a key see that they hold the same one.
   *
   * @attribute
   */
  public readonly keyCheckValue: string;

  /**
   * How the key check value was computed: ANSI_X9_24, CMAC, HMAC or SHA_1.
   *
   * @attribute
   */
  public readonly keyCheckValueAlgorithm: string;

  /**
   * Where the material comes from: AWS_PAYMENT_CRYPTOGRAPHY when the service generated it, EXTERNAL when it was imported.
   *
   * @attribute
   */
  public readonly keyOrigin: string;

  /**
   * The tags of the key. Use `Tags.of(key)`.
   */
  public readonly cdkTagManager: TagManager;

  private readonly regions: string[] | undefined;
  private readonly removalPolicy: RemovalPolicy;
  private readonly exportable: boolean;

  /**
   * Declares a key.
   *
   * @param scope where the key is declared
   * @param id its id in that scope. A new id means a new key
   * @param props what it is declared with
   * @throws RegionCannotBeToken when a replication Region is not known when the template is made
   * @throws InvalidRegion when a replication Region is not the name of a Region
   * @throws OwnRegionInReplicationRegions when the key's own Region is among the replication Regions
   * @throws DuplicateReplicationRegion when a replication Region is listed twice
   * @throws ExportableNeededForReplication when a key that is not exportable has replication Regions
   * @throws InvalidDeletionWindow when the deletion window is not 3 to 180 whole days
   * @throws InvalidReplicationTimeout when the replication timeout is not 1 to 55 whole minutes
   * @throws RemovalPolicyNotSupported when the removal policy is SNAPSHOT
   * @throws DeriveKeyUsageNotAllowed when `deriveKeyUsage` is given for a usage other than K3, or names one that cannot be derived
   */
  constructor(scope: Construct, id: string, props: MultiRegionPaymentKeyProps) {
    super(scope, id);
    const declared = declaration(this, props);
    if (Token.isUnresolved(props.replicationRegions)) { throw regionCannotBeToken(this.node.path); }
    this.removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
    this.exportable = declared.Exportable;
    this.regions = props.replicationRegions && [];
    props.replicationRegions?.forEach(region => this.addReplicationRegion(region));
    props.spec._cautions.forEach(caution => this.warn(caution.id, caution.message));
    if (!Token.isUnresolved(this.env.region)) { this.warnOfUnknownRegion(this.env.region); }

    this.cdkTagManager = new TagManager(TagType.KEY_VALUE, MULTI_REGION_PAYMENT_KEY);
    this.node.addValidation({ validate: () => tagErrors(this.node.path, this.cdkTagManager.tagValues()) });

    const resource = providerResource(this, {
      type: MULTI_REGION_PAYMENT_KEY,
      properties: keyProperties,
      declared: () => ({ ...declared, ReplicationRegions: this.regions, Tags: this.cdkTagManager.tagValues() }),
      timeoutInMinutes: declared.ReplicationTimeoutInMinutes,
      removalPolicy: this.removalPolicy,
    });

    const attribute = (name: keyof KeyAttributes) => resource.getAttString(name);
    this.keyArn = attribute('KeyArn');
    this.keyId = attribute('KeyId');
    this.keyCheckValue = attribute('KeyCheckValue');
    this.keyCheckValueAlgorithm = attribute('KeyCheckValueAlgorithm');
    this.keyOrigin = attribute('KeyOrigin');
  }

  /**
   * Adds a Region to those that get a replica.
   *
   * @param region the Region, for example `eu-west-1`
   * @throws RegionCannotBeToken when the Region is not known when the template is made
   * @throws InvalidRegion when it is not the name of a Region
   * @throws OwnRegionInReplicationRegions when it is the key's own Region
   * @throws DuplicateReplicationRegion when it is listed already
   * @throws ExportableNeededForReplication when the key is not exportable
   * @throws ReplicationRegionsNotDeclared when the key was declared without a list of replication Regions
   */
  public addReplicationRegion(region: string): void {
    if (!this.regions) {
      throw new PaymentKeyError('ReplicationRegionsNotDeclared', `${this.node.path}: the key was declared without replicationRegions, so the account's `
        + 'defaults decide. Declare it with replicationRegions, an empty list if need be, and then add Regions');
    }
    checkReplicationRegion(this.node.path, region, this.env.region, this.regions);
    if (!this.exportable) {
      throw new PaymentKeyError('ExportableNeededForReplication',
        `${this.node.path}: only exportable keys replicate, but exportable is false and '${region}' is to get a replica. Leave out one of them`);
    }
    this.regions.push(region);
    this.warnOfUnknownRegion(region);
  }

  /**
   * @internal
   */
  public _replicationRegions(): readonly string[] | undefined {
    return this.regions;
  }

  /**
   * What becomes of the key, and of aliases and tags that are declared through it.
   *
   * @internal
   */
  public _removalPolicy(): RemovalPolicy {
    return this.removalPolicy;
  }

  private warnOfUnknownRegion(region: string): void {
    if (!isServiceRegion(region)) {
      this.warn(`unknownRegion-${region}`, `this version does not know AWS Payment Cryptography in '${region}'. If it is there, acknowledge this warning`);
    }
  }

  private warn(id: string, message: string): void {
    Validations.of(this).addWarning(WARNING + id, message);
  }
}

/** Everything that does not change after construction, checked. */
function declaration(key: MultiRegionPaymentKey, props: MultiRegionPaymentKeyProps): Omit<KeyProperties, 'ReplicationRegions' | 'Tags'> {
  const { usage, algorithm, modesOfUse } = props.spec;
  checkDeriveKeyUsage(key, usage, props.deriveKeyUsage);
  return {
    KeyUsage: usage.value,
    KeyClass: algorithm._keyClass,
    KeyAlgorithm: algorithm.value,
    KeyModesOfUse: [...modesOfUse.modes],
    Exportable: props.exportable ?? true,
    Enabled: props.enabled ?? true,
    KeyCheckValueAlgorithm: props.keyCheckValueAlgorithm?.value,
    DeriveKeyUsage: props.deriveKeyUsage?.value,
    DeletionWindowInDays: whole(key.node.path, 'InvalidDeletionWindow', 'deletionWindow', 'days', DELETION_WINDOW, props.deletionWindow),
    WaitForReplication: props.waitForReplication ?? true,
    ReplicationTimeoutInMinutes: replicationTimeoutInMinutes(key.node.path, props.replicationTimeout),
  };
}

/** Usages of keys that ECDH cannot derive (API: DeriveKeyUsage, which lacks them). */
const NOT_DERIVABLE = [
  PaymentKeyUsage.TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION, PaymentKeyUsage.TR31_K2_TR34_ASYMMETRIC_KEY,
  PaymentKeyUsage.TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT, PaymentKeyUsage.TR31_M0_ISO_16609_MAC_KEY,
  PaymentKeyUsage.TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE,
].map(usage => usage.value);

function checkDeriveKeyUsage(key: MultiRegionPaymentKey, usage: PaymentKeyUsage, derived: PaymentKeyUsage | undefined): void {
  if (derived === undefined) { return; }
  const agreement = PaymentKeyUsage.TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT.value;
  if (usage.value !== agreement) {
    throw new PaymentKeyError('DeriveKeyUsageNotAllowed', `${key.node.path}: deriveKeyUsage is only for keys of usage ${agreement}, but this one is ${usage.value}. Leave it out`);
  }
  if (NOT_DERIVABLE.includes(derived.value)) {
    throw new PaymentKeyError('DeriveKeyUsageNotAllowed', `${key.node.path}: no key of usage ${derived.value} can be derived. Name a usage of symmetric keys`);
  }
}
