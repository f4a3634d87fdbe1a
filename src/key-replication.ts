import { CfnKey, IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { Duration, RemovalPolicy, Resource, Stack, Validations } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { declaredBefore } from './private/declared-once';
import { PaymentKeyError, WARNING } from './private/errors';
import { DURATION, expect, Expectations, FLAG, KEY, oneOf, optional, placed, TEXTS } from './private/expected';
import { arnOfForeignKey, declarerOf, identityOf, isExportable } from './private/foreign-key';
import { checkedReplicationRegions } from './private/regions';
import { replicationTimeoutInMinutes } from './private/whole-duration';
import { KEY_REPLICATION, keyReplicationProperties } from './provider/contract/key-replication';
import { PaymentKeyProvider } from './provider/payment-key-provider';
import { ProviderResource } from './provider/provider-resource';

/**
 * What the replication of a key is declared with.
 */
export interface KeyReplicationProps {
  /**
   * The key, which something else made: a native `CfnKey`, another stack, the console. It is the primary, exportable,
   * and in the account and Region of the stack.
   *
   * Another key here adds the Regions to that one, and then, by the removal policy, takes them away from the first.
   */
  readonly key: IKeyRef;

  /**
   * The Regions that get a replica, besides the key's own. Those in which the key has one already are accepted, and
   * stay when this resource goes.
   *
   * A Region taken off the list loses its replica, at once, if this resource added it. An empty list asks for none.
   *
   * API: AddKeyReplicationRegions, RemoveKeyReplicationRegions.
   */
  readonly replicationRegions: string[];

  /**
   * Whether the deployment waits until the key is SYNCHRONIZED in every Region of `replicationRegions`, and fails if
   * it becomes FAILED in one.
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

  /**
   * What becomes of the replicas that this resource made when it is taken out of the stack, or gets another key. With
   * `DESTROY` they are deleted, and stop working at once.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

const PROPS: Expectations<keyof KeyReplicationProps> = {
  key: KEY,
  replicationRegions: TEXTS,
  waitForReplication: optional(FLAG),
  replicationTimeout: optional(DURATION),
  removalPolicy: optional(oneOf('RemovalPolicy', RemovalPolicy)),
};

/**
 * Replication Regions of a key that something else made.
 *
 * It adds the Regions that are missing, and the provider's table remembers which ones it added: no
 * others are ever taken away. A construct that needs a replica depends on this one: `consumer.node.addDependency(…)`.
 *
 * Under a new construct id it is another resource: what the first one added is there already when the second one comes,
 * so the second one does not own it, and with `DESTROY` it goes with the first.
 *
 * Each key takes some of the room that IAM gives the inline policies of a role, 10,240 characters: enough for about 30 keys
 * known by their ARNs, or 8 that are declared in a template. With more the synthesis fails (FunctionRoleFull).
 *
 * @resource AWS::CloudFormation::CustomResource
 */
@propertyInjectable
export class KeyReplication extends Resource {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region-payment-keys.KeyReplication';

  /**
   * The Regions that get a replica.
   */
  public readonly replicationRegions: string[];

  /**
   * Declares the replication of a key.
   *
   * Throws:
   *
   * - `InvalidKeyArn` when the key is known by something else than the ARN of a payment key, for example an alias
   * - `KeyManagedAlready` when this library manages the key in the app already
   * - `KeyInOtherEnvironment` when the key is known to be in another account or Region than the stack
   * - `KeyReplicatedAlready` when the stack replicates or adopts the key already, under its ARN
   * - `RegionCannotBeToken` when a replication Region is not known when the template is made
   * - `FunctionRoleFull` at synthesis, when the keys of the stack take more room than the inline policies of a role have
   * - `InvalidRegion` when a replication Region is not the name of a Region
   * - `OwnRegionInReplicationRegions` when the key's own Region is among the replication Regions
   * - `DuplicateReplicationRegion` when a replication Region is listed twice
   * - `ExportableNeededForReplication` when a native key that is not exportable has replication Regions
   * - `InvalidReplicationTimeout` when the replication timeout is not 1 to 55 whole minutes
   * - `RemovalPolicyNotSupported` when the removal policy is SNAPSHOT
   * - `InvalidProperty` when a property is of a wrong type, as it may be in languages that do not check types
   *
   * @param scope where it is declared
   * @param id its id in that scope
   * @param props what it is declared with
   */
  constructor(scope: Construct, id: string, props: KeyReplicationProps) {
    super(placed(new.target.name, scope, id), id);
    expect(this.node.path, 'props', props, PROPS);
    const { key, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } = props;
    const { path } = this.node;
    const KeyArn = arnOfForeignKey(path, Stack.of(this), key, {
      verb: 'Replicate',
      instead: 'List the Regions there: replicationRegions, addReplicationRegion',
    });
    const ReplicationTimeoutInMinutes = replicationTimeoutInMinutes(path, props.replicationTimeout);
    this.replicationRegions = checkedReplicationRegions(this, props.replicationRegions);
    const declarer = declarerOf(key);
    if (!isExportable(declarer) && this.replicationRegions.length > 0) {
      throw new PaymentKeyError('ExportableNeededForReplication',
        `${path}: only exportable keys replicate, but ${declarer.node.path} is declared with exportable: false. A change of that makes another key, with other material`);
    }
    const [other] = declaredBefore(this, identityOf(key));
    if (other !== undefined) {
      throw new PaymentKeyError('KeyReplicatedAlready', `${path}: ${other.node.path} replicates or adopts ${key.node.path} already. List all Regions there: two lists would each take for foreign what the other adds`);
    }
    if (CfnKey.isCfnKey(declarer) && declarer.replicationRegions !== undefined) {
      Validations.of(this).addWarning(`${WARNING}nativeKeyListsRegions`, `${declarer.node.path} lists replicationRegions itself, so that CloudFormation changes them as well, `
        + 'and may remove what this resource adds. List all Regions in one of the two. If it is meant, acknowledge this warning');
    }
    const resource = new ProviderResource(this, {
      type: KEY_REPLICATION,
      properties: keyReplicationProperties,
      declared: {
        KeyArn,
        ReplicationRegions: this.replicationRegions,
        WaitForReplication: props.waitForReplication ?? true,
        ReplicationTimeoutInMinutes,
      },
      timeoutInMinutes: ReplicationTimeoutInMinutes,
      removalPolicy,
    });
    this.replicationRegions.forEach(region => PaymentKeyProvider.of(this)._reach(region));
    PaymentKeyProvider.of(this)._allowFor(resource, KeyArn, 'replication');
  }
}
