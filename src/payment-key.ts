import { OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import { IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { IResource } from 'aws-cdk-lib/core';
import { PaymentKeyGrants } from './payment-key-grants';
import { AddAliasOptions, RegionalAlias } from './regional-alias';

/**
 * A key of AWS Payment Cryptography: declared here, made elsewhere, or a replica seen from its own Region.
 */
export interface IPaymentKey extends IResource, IKeyRef {
  /**
   * The ARN of the key in its Region.
   *
   * @attribute
   */
  readonly keyArn: string;

  /**
   * The id of the key, the last part of its ARN. It is the same in every Region.
   *
   * @attribute
   */
  readonly keyId: string;

  /**
   * Who may do what with the key, in every Region it is in. Those of a replica reach its Region only.
   */
  readonly grants: PaymentKeyGrants;

  /**
   * The ARN of the key as another Region knows it: only the Region in it differs.
   *
   * @param region the Region, for example `eu-west-1`
   */
  keyArnIn(region: string): string;

  /**
   * The same key seen from another Region; in the primary's own Region, the key itself.
   *
   * @param region the Region, for example `eu-west-1`
   * @throws RegionCannotBeToken when the Region is not known when the template is made
   * @throws ReplicaNotDeclared when the Region is known not to have a replica
   */
  replica(region: string): IPaymentKey;

  /**
   * An alias of the key in all of its Regions, or in those named; on a replica, in its Region. It follows the removal
   * policy of the key, and goes where `addReplicationRegion` takes the key later.
   *
   * @param aliasName the name, which begins with `alias/`
   * @param options the Regions
   * @throws InvalidAliasName when it is not the name of an alias
   * @throws AliasNameCannotBeToken when the name is not known when the template is made
   * @throws RegionCannotBeToken when a Region is not known when the template is made
   * @throws InvalidRegion when a Region is not the name of one
   * @throws DuplicateRegion when a Region is listed twice
   * @throws NoRegions when the list of Regions is empty
   */
  addAlias(aliasName: string, options?: AddAliasOptions): RegionalAlias;

  /**
   * A rule for each step by which the service synchronizes the key: an export and an import for each replica in the
   * primary's Region, an import in the replica's.
   *
   * The events need a trail in AWS CloudTrail that logs management events, and arrive at best effort. They do not tell
   * whether the step succeeded, nor that the key is SYNCHRONIZED in all its Regions: ask GetKey for that. They reach no
   * rule in another Region: for a replica, import the key in a stack in its Region. Where the Region of the stack is not
   * known, a warning says so.
   *
   * CloudTrail: SynchronizeMultiRegionKey.
   *
   * @param id the id of the rule, under the key
   * @param options what the rule does, and further conditions
   * @throws EventsInOtherRegion when the key is not in the Region of the stack
   */
  onSynchronize(id: string, options?: OnEventOptions): Rule;

  /**
   * A rule for the moment the deletion of the key is scheduled. Its replicas are deleted at once; until the deletion
   * window ends, RestoreKey brings back the primary. The service may log DeleteKey again when the window ends.
   *
   * The events need a trail in AWS CloudTrail that logs management events, and arrive at best effort.
   *
   * CloudTrail: DeleteKey.
   *
   * @param id the id of the rule, under the key
   * @param options what the rule does, and further conditions
   * @throws EventsInOtherRegion when the key is not in the Region of the stack, or is a replica
   */
  onDeletionScheduled(id: string, options?: OnEventOptions): Rule;
}

/**
 * What is known of a key that something else made.
 */
export interface PaymentKeyAttributes {
  /**
   * The id of the key, 16 to 64 letters and digits.
   */
  readonly keyId: string;

  /**
   * The Region of the primary.
   *
   * @default - the Region of the stack
   */
  readonly region?: string;

  /**
   * The account of the key.
   *
   * @default - the account of the stack
   */
  readonly account?: string;

  /**
   * Where the key is replicated.
   *
   * @default - not known, so that `replica` accepts any Region
   */
  readonly replicationRegions?: string[];
}
