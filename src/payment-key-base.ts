import { Function } from 'aws-cdk-lib/aws-lambda';
import { KeyReference } from 'aws-cdk-lib/aws-paymentcryptography';
import { ArnFormat, Resource, ResourceProps, Stack, Token } from 'aws-cdk-lib/core';
import { Construct, Dependable, IConstruct } from 'constructs';
import { IPaymentKey, PaymentKeyAttributes } from './payment-key';
import { PaymentKeyBinding, PaymentKeyBindingOptions } from './payment-key-binding';
import { PaymentKeyEvents } from './payment-key-events';
import { GrantTarget, PaymentKeyGrants } from './payment-key-grants';
import { checkAliasName } from './private/alias-name';
import { PaymentKeyError } from './private/errors';
import { expect, expectText } from './private/expected';
import { KeyTraits } from './private/grant-operations';
import { markAsOwn, RemovalOptions } from './private/own-key';
import { checkRegionOfAnyPartition, regionCannotBeToken, warnOfUnknownRegion } from './private/regions';
import { AddAliasOptions, RegionalAlias } from './regional-alias';

/** In ARNs of policies. */
const ANY_REGION = '*';

/**
 * What all payment keys have in common.
 *
 * @internal
 */
export abstract class PaymentKeyBase extends Resource implements IPaymentKey {
  public abstract readonly keyArn: string;
  public abstract readonly keyId: string;
  public readonly grants = PaymentKeyGrants._of(this, () => this._grantTarget());
  public readonly events: PaymentKeyEvents = PaymentKeyEvents._of(this, { keyArn: () => this.keyArn });

  constructor(scope: Construct, id: string, props?: ResourceProps) {
    super(scope, id, props);
    markAsOwn(this);
  }

  public get keyRef(): KeyReference {
    return { keyIdentifier: this.keyArn };
  }

  public keyArnIn(region: string): string {
    expectText(this.node.path, 'region', region);
    if (!Token.isUnresolved(region)) { checkRegionOfAnyPartition(this.node.path, region); }
    return this.arnIn(region);
  }

  private arnIn(region: string): string {
    return Stack.of(this).formatArn({
      service: 'payment-cryptography',
      partition: this._partition(),
      region,
      account: this.env.account,
      resource: 'key',
      resourceName: this.keyId,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }

  public replica(region: string): IPaymentKey {
    expectText(this.node.path, 'region', region);
    if (Token.isUnresolved(region)) { throw regionCannotBeToken(this.node.path); }
    if (region === this.env.region) { return this; }
    const regions = this._replicationRegions();
    if (regions && !regions.includes(region)) {
      throw new PaymentKeyError('ReplicaNotDeclared', `${this.node.path}: the key has no replica in '${region}'. `
        + `It is replicated to ${regions.length > 0 ? regions.join(', ') : 'no Region'}. Add the Region to replicationRegions first`);
    }
    checkRegionOfAnyPartition(this.node.path, region);
    const id = `Replica-${region}`;
    const before = this.node.tryFindChild(id) as ReplicaKey | undefined;
    if (before) { return before; }
    if (!regions) { warnOfUnknownRegion(this, region); }
    return new ReplicaKey(this, id, region);
  }

  /**
   * @internal
   */
  public _grantTarget(): GrantTarget {
    const regions = this._regions();
    const arnIn = (region: string) => region === this.env.region ? this.keyArn : this.arnIn(region);
    return { arns: (regions ?? [ANY_REGION]).map(arnIn), arnIn, regions, primaryArn: this.keyArn, traits: this._traits() };
  }

  /**
   * The partition of the key; `undefined` for that of the stack.
   *
   * @internal
   */
  protected _partition(): string | undefined {
    return undefined;
  }

  /**
   * What is known of the key that decides how it can be used.
   *
   * @internal
   */
  public _traits(): KeyTraits {
    return {};
  }

  public bind(handler: Function, options: PaymentKeyBindingOptions): PaymentKeyBinding {
    return PaymentKeyBinding.fromKey(this, handler, options);
  }

  public addAlias(aliasName: string, options: AddAliasOptions = {}): RegionalAlias {
    expectText(this.node.path, 'aliasName', aliasName);
    if (Token.isUnresolved(aliasName)) {
      throw new PaymentKeyError('AliasNameCannotBeToken', `${this.node.path}: the name of an alias must be known when the template is made, but is a token. `
        + 'Write it down, or declare new RegionalAlias(scope, id, …)');
    }
    expect(this.node.path, 'options', options, {});
    checkAliasName(this.node.path, aliasName);
    const id = `Alias-${aliasName.slice('alias/'.length)}`;
    // As constructs keep ids: a slash separates them in paths.
    const other = this.node.tryFindChild(id.replace(/\//g, '--')) as RegionalAlias | undefined;
    if (other) { throw aliasDeclaredTwice(this.node.path, aliasName, other); }
    return new RegionalAlias(this, id, { ...options, aliasName, key: this });
  }

  /**
   * Whether a stack of the app manages the key.
   *
   * @internal
   */
  public get _isManaged(): boolean {
    return false;
  }

  /**
   * Those that the key is declared with.
   *
   * @internal
   */
  public _tags(): Record<string, string> {
    return {};
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

function aliasDeclaredTwice(path: string, aliasName: string, other: RegionalAlias): PaymentKeyError {
  return new PaymentKeyError('AliasDeclaredTwice', `${path}: ${other._aliasName === aliasName
    ? `${other.node.path} declares ${aliasName} already. Name all its Regions in one call: addAlias('${aliasName}', { regions: […] })`
    : `${aliasName} and ${other._aliasName} would have the same construct id, ${other.node.path}. Declare one of them with an id of its own: new RegionalAlias(scope, id, { key, aliasName: '${aliasName}' })`}`);
}

/** A replica as its own Region knows it. The primary stays in charge of everything but use, alias and tags. */
class ReplicaKey extends PaymentKeyBase {
  /**
   * @internal
   */
  public override get _isManaged(): boolean {
    return this.primary._isManaged;
  }

  public readonly keyArn: string;
  public readonly keyId: string;
  public override readonly events: PaymentKeyEvents;

  constructor(private readonly primary: PaymentKeyBase, id: string, region: string) {
    super(primary, id, { region, account: primary.env.account });
    this.events = PaymentKeyEvents._of(this, {
      keyArn: () => this.keyArn, primaryRegion: primary.env.region, isDeclared: () => !!this._replicationRegions()?.includes(region),
    });
    this.keyArn = primary.keyArnIn(region);
    this.keyId = primary.keyId;
    // A replica has no resource of its own: it is there when the resource of its key is complete.
    const roots = (): IConstruct[] => [...primary.node.defaultChild ? [primary.node.defaultChild] : [], this];
    Dependable.implement(this, { get dependencyRoots() { return roots(); } });
  }

  public replica(region: string): IPaymentKey {
    return this.primary.replica(region);
  }

  /**
   * @internal
   */
  public override _grantTarget(): GrantTarget {
    return { ...super._grantTarget(), primaryArn: undefined, traits: this.primary._traits() };
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
  /** Where the ARN says it. */
  private readonly partition?: string;

  /** `keyArn` is kept as it was given, if it was. */
  constructor(scope: Construct, id: string, private readonly attributes: PaymentKeyAttributes, keyArn?: string) {
    super(scope, id, { region: attributes.region, account: attributes.account });
    this.partition = keyArn !== undefined && !Token.isUnresolved(keyArn) ? keyArn.split(':')[1] : undefined;
    [attributes.region ?? [], attributes.replicationRegions ?? []].flat().forEach(region => warnOfUnknownRegion(this, region));
    this.keyId = attributes.keyId;
    this.keyArn = keyArn ?? this.keyArnIn(this.env.region);
  }

  /**
   * @internal
   */
  protected override _partition(): string | undefined {
    return this.partition;
  }

  /**
   * @internal
   */
  public _replicationRegions(): readonly string[] | undefined {
    return this.attributes.replicationRegions;
  }
}
