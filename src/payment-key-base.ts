import { OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import { KeyReference } from 'aws-cdk-lib/aws-paymentcryptography';
import { ArnFormat, Resource, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { IPaymentKey, PaymentKeyAttributes } from './payment-key';
import { eventsInOtherRegion, onKeyEvent } from './payment-key-events';
import { GrantTarget, PaymentKeyGrants } from './payment-key-grants';
import { checkAliasName } from './private/alias-name';
import { PaymentKeyError } from './private/errors';
import { KeyTraits } from './private/grant-operations';
import { RemovalOptions } from './private/key-in-regions';
import { regionCannotBeToken } from './private/regions';
import { AddAliasOptions, RegionalAlias } from './regional-alias';

/**
 * What all payment keys have in common.
 *
 * @internal
 */
export abstract class PaymentKeyBase extends Resource implements IPaymentKey {
  public abstract readonly keyArn: string;
  public abstract readonly keyId: string;
  public readonly grants = PaymentKeyGrants._of(this, () => this._grantTarget());

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

  public onSynchronize(id: string, options?: OnEventOptions): Rule {
    return onKeyEvent(this, 'synchronize', id, options);
  }

  public onDeletionScheduled(id: string, options?: OnEventOptions): Rule {
    return onKeyEvent(this, 'deletionScheduled', id, options);
  }

  /**
   * @internal
   */
  public _grantTarget(): GrantTarget {
    const regions = this._replicationRegions();
    const arns = regions ? [this.keyArn, ...regions.map(region => this.keyArnIn(region))] : [this.keyArnIn('*')];
    return { arns, primaryArn: this.keyArn, traits: this._traits() };
  }

  /**
   * What is known of the key that decides how it can be used.
   *
   * @internal
   */
  public _traits(): KeyTraits {
    return {};
  }

  public addAlias(aliasName: string, options: AddAliasOptions = {}): RegionalAlias {
    if (Token.isUnresolved(aliasName)) {
      throw new PaymentKeyError('AliasNameCannotBeToken', `${this.node.path}: the name of an alias must be known when the template is made, but is a token. `
        + 'Write it down, or declare new RegionalAlias(scope, id, …)');
    }
    checkAliasName(this.node.path, aliasName);
    return new RegionalAlias(this, `Alias-${aliasName.slice('alias/'.length)}`, { ...options, aliasName, key: this });
  }

  /**
   * Where this is the key: everywhere, or for a replica its own Region; `undefined` while nobody knows.
   *
   * @internal
   */
  public _regions(): readonly string[] | undefined {
    const replicas = this._replicationRegions();
    return replicas && [this.env.region, ...replicas];
  }

  /**
   * What becomes of aliases that are declared through the key: the same as of the key. It may still change. `undefined` when
   * it is decided elsewhere.
   *
   * @internal
   */
  public _removal(): (() => RemovalOptions) | undefined {
    return undefined;
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

  public override onSynchronize(id: string, options?: OnEventOptions): Rule {
    // Whichever Region that of the primary is, a declared replica is in another.
    const isElsewhere = this.primary.env.region === this.stack.region && this._replicationRegions()?.includes(this.env.region);
    if (isElsewhere) { throw eventsInOtherRegion(this); }
    return super.onSynchronize(id, options);
  }

  public override onDeletionScheduled(): never {
    const { region } = this.primary.env;
    throw new PaymentKeyError('EventsInOtherRegion', `${this.node.path}: the deletion of a key is scheduled in the Region of its primary`
      + `${Token.isUnresolved(region) ? '' : `, ${region}`}, and nothing is logged in that of a replica. Make the rule there, on the primary`);
  }

  /**
   * @internal
   */
  public override _grantTarget(): GrantTarget {
    return { arns: [this.keyArn], traits: this.primary._traits() };
  }

  /**
   * @internal
   */
  public override _regions(): readonly string[] {
    return [this.env.region];
  }

  /**
   * @internal
   */
  public override _removal(): (() => RemovalOptions) | undefined {
    return this.primary._removal();
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
