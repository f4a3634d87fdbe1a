import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { CfnResource, Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { ManagedKey, ManagedPaymentKey } from './managed-payment-key';
import { declaredBefore } from './private/declared-once';
import { PaymentKeyError } from './private/errors';
import { DURATION, expect, Expectations, FLAG, KEY, oneOf, optional, POLICY_DOCUMENT, TEXT, TEXTS } from './private/expected';
import { arnOfForeignKey, declarerOf, identityOf, isExportable } from './private/foreign-key';
import { expectedKeyCheckValueText } from './private/key-check-value';
import { replicationTimeoutInMinutes } from './private/whole-duration';
import { ADOPTED_PAYMENT_KEY, adoptedKeyProperties } from './provider/contract/adopted-payment-key';
import { PaymentKeyProvider } from './provider/payment-key-provider';

/**
 * What a key is adopted with.
 */
export interface AdoptedPaymentKeyProps {
  /**
   * The key, for example `MultiRegionPaymentKey.fromKeyArn(…)`: the primary, in the account and Region of the stack. One
   * that another resource of a template still manages should be taken out of that first, and kept.
   *
   * Another key here means that the stack leaves the first one as it is and adopts the other.
   */
  readonly key: IKeyRef;

  /**
   * Whether a key in DELETE_PENDING is restored. Restoring brings back no replicas: those of `replicationRegions` are
   * made anew.
   *
   * API: RestoreKey.
   *
   * @default false
   */
  readonly restoreIfPending?: boolean;

  /**
   * The Regions that the key must have a replica in, besides its own. The deployment is complete when the key is
   * SYNCHRONIZED in each of them.
   *
   * A Region taken off the list loses its replica if this library made that. Replicas that others made stay, and so do
   * those that a former stack made in Regions which this list did not name when the key was adopted. An empty list asks
   * for none, and takes none away.
   *
   * @default - the Regions stay as they are
   */
  readonly replicationRegions?: string[];

  /**
   * Whether the key can be used, in every Region.
   *
   * API: StartKeyUsage, StopKeyUsage.
   *
   * @default - as it is
   */
  readonly enabled?: boolean;

  /**
   * The key check value that the key must have, 4 to 16 hexadecimal digits; fewer than the key has are compared with its
   * first ones. If it has another one, it is another key than the one that is meant: the deployment fails before anything
   * is changed.
   *
   * @default - whichever it has
   */
  readonly expectedKeyCheckValue?: string;

  /**
   * Who may use the primary, besides those whom identity policies allow it. Replicas have no resource policy. A policy
   * that the key has already is not overwritten: the deployment fails unless it is the very same one.
   *
   * At most 20,480 characters; `Resource` is `*`, the key itself.
   *
   * API: PutResourcePolicy.
   *
   * @default - the key keeps the policy that it has
   */
  readonly resourcePolicy?: PolicyDocument;

  /**
   * Whether the deployment waits until the key is SYNCHRONIZED in every Region of `replicationRegions`, and fails if
   * it becomes FAILED in one. When it does not wait, tags reach only the replicas that are there already.
   *
   * @default true
   */
  readonly waitForReplication?: boolean;

  /**
   * How long the deployment waits for the key, in whole minutes from 1 to 55.
   *
   * @default Duration.minutes(30)
   */
  readonly replicationTimeout?: Duration;

  /**
   * What becomes of aliases and tags that are declared through the key when they are taken out of the stack. The key
   * itself always stays: only `RETAIN` and `RETAIN_ON_UPDATE_OR_DELETE` are allowed.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

const PROPS: Expectations<keyof AdoptedPaymentKeyProps> = {
  key: KEY,
  restoreIfPending: optional(FLAG),
  replicationRegions: optional(TEXTS),
  enabled: optional(FLAG),
  expectedKeyCheckValue: optional(TEXT),
  resourcePolicy: optional(POLICY_DOCUMENT),
  waitForReplication: optional(FLAG),
  replicationTimeout: optional(DURATION),
  removalPolicy: optional(oneOf('RemovalPolicy', RemovalPolicy)),
};

/**
 * A key that was there before its stack, taken over by it: `MultiRegionPaymentKey.adopt`.
 *
 * It is never deleted by the stack, whatever fails or is taken out of it. Should the adoption fail, the key gets back
 * the tags by which this library knows the owner of a key, and loses the resource policy that it was given. What else was
 * done stays: that it was restored, enabled or disabled, replicas and tags.
 *
 * @resource AWS::PaymentCryptography::Key
 */
@propertyInjectable
export class AdoptedPaymentKey extends ManagedPaymentKey {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region-payment-keys.AdoptedPaymentKey';

  /**
   * Adopts a key.
   *
   * Throws:
   *
   * - `InvalidKeyArn` when the key is known by something else than the ARN of a payment key, for example an alias
   * - `KeyManagedAlready` when this library manages the key in the app already
   * - `KeyInOtherEnvironment` when the key is known to be in another account or Region than the stack
   * - `RemovalPolicyNotSupported` when the removal policy is DESTROY or SNAPSHOT
   * - `RegionCannotBeToken` when a replication Region is not known when the template is made
   * - `FunctionRoleFull` at synthesis, when the keys of the stack take more room than the inline policies of a role have
   * - `InvalidRegion` when a replication Region is not the name of a Region
   * - `OwnRegionInReplicationRegions` when the key's own Region is among the replication Regions
   * - `DuplicateReplicationRegion` when a replication Region is listed twice
   * - `ExportableNeededForReplication` when a native key that is not exportable has replication Regions
   * - `InvalidKeyCheckValue` when the expected key check value is not 4 to 16 hexadecimal digits
   * - `InvalidReplicationTimeout` when the replication timeout is not 1 to 55 whole minutes
   * - `TagNotAllowed` when the template is made with a tag that the service or this library refuses
   * - `TooManyTags` when the template is made with more tags than a key can have
   * - `InvalidResourcePolicy` when the template is made with a resource policy that is not one
   * - `InvalidProperty` when a property is of a wrong type, as it may be in languages that do not check types
   *
   * @param scope where the key is declared
   * @param id its id in that scope
   * @param props what it is adopted with
   */
  constructor(scope: Construct, id: string, props: AdoptedPaymentKeyProps) {
    super(scope, id, path => kindOf(Stack.of(scope), path, props));
    const { key, restoreIfPending } = props;
    const keyArn = this._knownArn!;
    const [other] = declaredBefore(this, identityOf(key));
    if (other !== undefined) {
      throw new PaymentKeyError('KeyManagedAlready', `${this.node.path}: ${other.node.path} adopts or replicates the key already: two would each undo what the other declares. Declare it once`);
    }
    PaymentKeyProvider.of(this)._allowFor(this._resource, keyArn, 'adoption', ...restoreIfPending ? ['restoration' as const] : []);
    const declarer = declarerOf(key);
    if (CfnResource.isCfnResource(declarer)) {
      this._warn('adoptedKeyOfTemplate', `${declarer.node.path} declares the key, and goes on doing so: its deletion policy decides whether the key is deleted, and both set `
        + 'its tags. To replicate a key that stays where it is, use KeyReplication. If it is meant, acknowledge this warning');
    }
  }

  /**
   * @internal
   */
  protected override _checkRemovalPolicy(policy: RemovalPolicy): void {
    checkKept(this.node.path, this._knownArn!, this.stack.region, policy);
  }
}

/** @throws RemovalPolicyNotSupported */
function checkKept(path: string, keyArn: string, region: string, policy: RemovalPolicy): void {
  if (policy === RemovalPolicy.RETAIN || policy === RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE) { return; }
  const shown = (value: string, placeholder: string) => Token.isUnresolved(value) ? placeholder : value;
  throw new PaymentKeyError('RemovalPolicyNotSupported', `${path}: a stack never deletes a key that it adopted, but removalPolicy is ${policy}. Choose `
    + 'RETAIN_ON_UPDATE_OR_DELETE or RETAIN; and to delete the key, take it out of the stack, then: '
    + `aws payment-cryptography delete-key --key-identifier ${shown(keyArn, '<ARN>')} --region ${shown(region, '<Region>')}`);
}

function kindOf(stack: Stack, path: string, props: AdoptedPaymentKeyProps): ManagedKey<typeof adoptedKeyProperties.fields> {
  expect(path, 'props', props, PROPS);
  const { key, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } = props;
  const keyArn = arnOfForeignKey(path, stack, key, {
    verb: 'Adopt',
    instead: 'Use that one, or take it out of its stack, which keeps the key, and adopt it by its ARN',
  });
  checkKept(path, keyArn, stack.region, removalPolicy);
  return {
    type: ADOPTED_PAYMENT_KEY,
    properties: adoptedKeyProperties,
    declared: {
      KeyArn: keyArn,
      RestoreIfPending: props.restoreIfPending ?? false,
      Enabled: props.enabled,
      ExpectedKeyCheckValue: expectedKeyCheckValueText(path, props.expectedKeyCheckValue),
      WaitForReplication: props.waitForReplication ?? true,
      ReplicationTimeoutInMinutes: replicationTimeoutInMinutes(path, props.replicationTimeout),
    },
    removalPolicy,
    neverDeleted: true,
    exportable: isExportable(declarerOf(key)),
    replicationRegions: props.replicationRegions,
    resourcePolicy: props.resourcePolicy,
    knownArn: keyArn,
  };
}
