import { RemovalPolicy, Resource } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { declaredBefore } from './private/declared-once';
import { PaymentKeyError } from './private/errors';
import { expect, Expectations, oneOf, optional, placed, TEXTS } from './private/expected';
import { checkedReplicationRegions } from './private/regions';
import {
  ACCOUNT_DEFAULT_REPLICATION, ACCOUNT_DEFAULT_REPLICATION_MINUTES, accountDefaultReplicationProperties,
} from './provider/contract/account-default-replication';
import { PaymentKeyProvider } from './provider/payment-key-provider';
import { ProviderResource } from './provider/provider-resource';

/**
 * What an account's default replication Regions are declared with.
 */
export interface AccountDefaultReplicationProps {
  /**
   * The Regions to which keys are replicated that are created without saying where, besides the Region of the stack,
   * in which they are created. Those that are enabled already are accepted, and stay when this resource goes.
   *
   * A Region taken off the list is disabled if this resource enabled it. An empty list asks for none.
   *
   * API: EnableDefaultKeyReplicationRegions, DisableDefaultKeyReplicationRegions.
   */
  readonly regions: string[];

  /**
   * What becomes of the Regions that this resource enabled when it is taken out of the stack. With `DESTROY` they are
   * disabled; keys that were replicated by then keep their replicas.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

const PROPS: Expectations<keyof AccountDefaultReplicationProps> = {
  regions: TEXTS,
  removalPolicy: optional(oneOf('RemovalPolicy', RemovalPolicy)),
};

/**
 * The default replication Regions of the account, for keys created in the Region of the stack.
 *
 * There is one such setting in each Region of an account, shared by everybody. It decides about keys that are created
 * from then on, exportable ones without replication Regions of their own; those that exist keep their Regions,
 * whatever is enabled or disabled here.
 *
 * Missing Regions are enabled, others stay, and only what this resource enabled itself, which the
 * provider's table remembers, is disabled by it again. Two stacks that declare the defaults of the same account and
 * Region therefore get the union of both lists, but a Region that both name belongs to the first: when the first
 * goes, or no longer names it, it is disabled although the second still names it, until the second one is updated.
 * Declare the defaults of a Region in one stack. Under a new construct id it is another resource too: deploy the first one
 * with `RETAIN` before it is moved.
 *
 * @resource AWS::CloudFormation::CustomResource
 */
@propertyInjectable
export class AccountDefaultReplication extends Resource {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region-payment-keys.AccountDefaultReplication';

  /**
   * The Regions that are enabled.
   */
  public readonly regions: string[];

  /**
   * Declares the default replication Regions.
   *
   * Throws:
   *
   * - `AccountDefaultReplicationExists` when the stack declares them already
   * - `RegionCannotBeToken` when a Region is not known when the template is made
   * - `InvalidRegion` when one is not the name of a Region
   * - `OwnRegionInReplicationRegions` when the stack's own Region is among them
   * - `DuplicateReplicationRegion` when a Region is listed twice
   * - `RemovalPolicyNotSupported` when the removal policy is SNAPSHOT
   * - `InvalidProperty` when a property is of a wrong type, as it may be in languages that do not check types
   *
   * @param scope where they are declared
   * @param id the id in that scope
   * @param props what they are declared with
   */
  constructor(scope: Construct, id: string, props: AccountDefaultReplicationProps) {
    super(placed(new.target.name, scope, id), id);
    expect(this.node.path, 'props', props, PROPS);
    this.regions = checkedReplicationRegions(this, props.regions, "the stack's");
    const [other] = declaredBefore(this, ACCOUNT_DEFAULT_REPLICATION);
    if (other !== undefined) {
      throw new PaymentKeyError('AccountDefaultReplicationExists', `${this.node.path}: ${other.node.path} declares the default replication Regions of this account and Region already. `
        + 'List all Regions there');
    }
    PaymentKeyProvider.of(this)._allow('accountDefaults');
    new ProviderResource(this, {
      type: ACCOUNT_DEFAULT_REPLICATION,
      properties: accountDefaultReplicationProperties,
      declared: { Regions: this.regions },
      timeoutInMinutes: ACCOUNT_DEFAULT_REPLICATION_MINUTES,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.DESTROY,
    });
  }
}
