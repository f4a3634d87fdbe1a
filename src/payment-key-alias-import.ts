import { KeyReference } from 'aws-cdk-lib/aws-paymentcryptography';
import { ArnFormat, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { IPaymentKey } from './payment-key';
import { PaymentKeyBase } from './payment-key-base';
import { GrantTarget } from './payment-key-grants';
import { checkAliasName } from './private/alias-name';
import { PaymentKeyError } from './private/errors';
import { expectText } from './private/expected';
import { KeyTraits } from './private/grant-operations';
import { checkRegionOfAnyPartition, regionCannotBeToken, warnOfUnknownRegion } from './private/regions';

/** What is known of every key that an alias may belong to. */
export interface KnownOfAlias {
  readonly traits: KeyTraits;
  /** Where the alias is, besides the own Region. */
  readonly replicationRegions: readonly string[];
}

/**
 * The key behind an alias. Which one that is, only the service knows, and it may change.
 *
 * @internal
 */
export class KeyBehindAlias extends PaymentKeyBase {
  private readonly first: KeyBehindAlias;

  constructor(scope: Construct, id: string, private readonly aliasName: string, region?: string, private readonly known?: KnownOfAlias) {
    super(scope, id, { region });
    checkAliasName(this.node.path, aliasName);
    this.first = scope instanceof KeyBehindAlias ? scope : this;
  }

  public get keyArn(): string { throw this.notKnown('keyArn'); }

  public get keyId(): string { throw this.notKnown('keyId'); }

  public override get keyRef(): KeyReference {
    return { keyIdentifier: this.arn(this.aliasName, ArnFormat.NO_RESOURCE_NAME) };
  }

  public override replica(region: string): IPaymentKey {
    expectText(this.node.path, 'region', region);
    if (Token.isUnresolved(region)) { throw regionCannotBeToken(this.node.path); }
    if (region === this.first.env.region) { return this.first; }
    checkRegionOfAnyPartition(this.node.path, region);
    const id = `Replica-${region}`;
    const before = this.first.node.tryFindChild(id) as KeyBehindAlias | undefined;
    if (before) { return before; }
    warnOfUnknownRegion(this.first, region);
    return new KeyBehindAlias(this.first, id, this.aliasName, region, this.known && { ...this.known, replicationRegions: [] });
  }

  /**
   * @internal
   */
  public _replicationRegions(): undefined {
    return undefined;
  }

  /**
   * Where the alias is, as far as that is known.
   *
   * @internal
   */
  public override _regions(): readonly string[] | undefined {
    return this.known && [this.env.region, ...this.known.replicationRegions];
  }

  /**
   * An ARN of an alias in a policy means the alias, not its key (User Guide, "About aliases"), so the condition names it.
   *
   * @internal
   */
  public override _grantTarget(): GrantTarget {
    const regions = this._regions();
    const arnIn = (region: string) => this.arn('key', ArnFormat.SLASH_RESOURCE_NAME, '*', region);
    const primaryArn = arnIn(this.env.region);
    const conditions = { 'ForAnyValue:StringEquals': { 'payment-cryptography:ResourceAliases': this.aliasName } };
    return {
      arns: regions?.map(arnIn) ?? [primaryArn], arnIn, regions, primaryArn, traits: this.known?.traits ?? {}, aliasName: this.aliasName, conditions,
    };
  }

  private arn(resource: string, arnFormat: ArnFormat, resourceName?: string, region = this.env.region): string {
    const { account } = this.env;
    return Stack.of(this).formatArn({ service: 'payment-cryptography', region, account, resource, resourceName, arnFormat });
  }

  private notKnown(property: string): PaymentKeyError {
    return new PaymentKeyError('KeyBehindAliasNotKnown',
      `${this.node.path}: ${property} is not known of a key that was imported by its alias '${this.aliasName}'. `
      + 'Use keyRef.keyIdentifier, the ARN of the alias, which the service takes in place of a key\'s, or import the key with fromKeyArn');
  }
}
