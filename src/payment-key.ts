import { Function } from 'aws-cdk-lib/aws-lambda';
import { IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { IResource } from 'aws-cdk-lib/core';
import { PaymentKeyBinding, PaymentKeyBindingOptions } from './payment-key-binding';
import { PaymentKeyEvents } from './payment-key-events';
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
   * Rules for what AWS CloudTrail tells of the key.
   */
  readonly events: PaymentKeyEvents;

  /**
   * The ARN of the key as another Region knows it: only the Region in it differs.
   *
   * Throws:
   *
   * - `InvalidRegion` when it is not the name of a Region
   *
   * @param region the Region, for example `eu-west-1`
   */
  keyArnIn(region: string): string;

  /**
   * The same key seen from another Region; in the primary's own Region, the key itself.
   *
   * Throws:
   *
   * - `RegionCannotBeToken` when the Region is not known when the template is made
   * - `InvalidRegion` when it is not the name of a Region
   * - `ReplicaNotDeclared` when the Region is known not to have a replica
   *
   * @param region the Region, for example `eu-west-1`
   */
  replica(region: string): IPaymentKey;

  /**
   * An alias of the key in all of its Regions, or in those named; on a replica, in its Region. It follows the removal
   * policy of the key, and goes where `addReplicationRegion` takes the key later.
   *
   * Throws:
   *
   * - `InvalidAliasName` when it is not the name of an alias
   * - `AliasNameCannotBeToken` when the name is not known when the template is made
   * - `RegionCannotBeToken` when a Region is not known when the template is made
   * - `InvalidRegion` when a Region is not the name of one
   * - `DuplicateRegion` when a Region is listed twice
   * - `NoRegions` when the list of Regions is empty
   * - `AliasDeclaredTwice` when an alias of the key has the name already, or one that meets it in the construct id
   * - `InvalidReplicationTimeout` when the replication timeout is not 1 to 55 whole minutes
   * - `RemovalPolicyNotSupported` when the removal policy is SNAPSHOT
   *
   * @param aliasName the name, which begins with `alias/`
   * @param options the Regions, and what else can be chosen
   */
  addAlias(aliasName: string, options?: AddAliasOptions): RegionalAlias;

  /**
   * Lets a function use the key in several Regions: grants the operations named there, and tells the function by two variables
   * of its environment where to try, and what names the key there. On a replica, in its Region only.
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
   * @param handler the function, which the app declares
   * @param options the operations, and what else can be chosen
   */
  bind(handler: Function, options: PaymentKeyBindingOptions): PaymentKeyBinding;
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
