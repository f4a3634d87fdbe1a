import { KeyReference } from 'aws-cdk-lib/aws-paymentcryptography';
import { ArnFormat, Resource, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { PaymentKeyError } from './errors';
import { IPaymentKey, PaymentKeyAttributes } from './payment-key';
import { regionCannotBeToken } from './regions';

/**
 * What all payment keys have in common.
 *
 * @internal
 */
export abstract class PaymentKeyBase extends Resource implements IPaymentKey {
  public abstract readonly keyArn: string;
  public abstract readonly keyId: string;

  public get keyRef(): KeyReference {
    return { keyIdentifier: this.keyArn };
  }

  public keyArnIn(region: string): string {
    return Stack.of(this).formatArn({
      service: 'payment-cryptography',
      region,
      account: this.env.account,
      resource: 'key',
      resourceName: this.keyId,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }

  public replica(region: string): IPaymentKey {
    if (Token.isUnresolved(region)) { throw regionCannotBeToken(this.node.path); }
    if (region === this.env.region) { return this; }
    const regions = this._replicationRegions();
    if (regions && !regions.includes(region)) {
      throw new PaymentKeyError('ReplicaNotDeclared', `${this.node.path}: the key has no replica in '${region}'. `
        + `It is replicated to ${regions.length > 0 ? regions.join(', ') : 'no Region'}. Add the Region to replicationRegions first`);
    }
    const id = `Replica-${region}`;
    return this.node.tryFindChild(id) as ReplicaKey | undefined
      ?? new ReplicaKey(this, id, region);
  }

  /**
   * Where the key is replicated; `undefined` while nobody knows.
   *
   * @internal
   */
  public abstract _replicationRegions(): readonly string[] | undefined;
}

/** A replica as its own Region knows it. The primary stays in charge of everything but use, alias and tags. */
class ReplicaKey extends PaymentKeyBase {
  public readonly keyArn: string;
  public readonly keyId: string;

  constructor(private readonly primary: PaymentKeyBase, id: string, region: string) {
    super(primary, id, { region, account: primary.env.account });
    this.keyArn = primary.keyArnIn(region);
    this.keyId = primary.keyId;
  }

  public replica(region: string): IPaymentKey {
    return this.primary.replica(region);
  }

  /**
   * @internal
   */
  public _replicationRegions(): readonly string[] | undefined {
    return this.primary._replicationRegions();
  }
}

/**
 * A key that something else made.
 *
 * @internal
 */
export class ImportedPaymentKey extends PaymentKeyBase {
  public readonly keyArn: string;
  public readonly keyId: string;

  /** `keyArn` is kept as it was given, if it was. */
  constructor(scope: Construct, id: string, private readonly attributes: PaymentKeyAttributes, keyArn?: string) {
    super(scope, id, { region: attributes.region, account: attributes.account });
    if (Token.isUnresolved(attributes.replicationRegions)) { throw regionCannotBeToken(this.node.path); }
    this.keyId = attributes.keyId;
    this.keyArn = keyArn ?? this.keyArnIn(this.env.region);
  }

  /**
   * @internal
   */
  public _replicationRegions(): readonly string[] | undefined {
    return this.attributes.replicationRegions;
  }
}
