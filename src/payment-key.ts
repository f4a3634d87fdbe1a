import { IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { IResource } from 'aws-cdk-lib/core';

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
