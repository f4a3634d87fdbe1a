import { AddToResourcePolicyResult, IGrantable, IResourceWithPolicyV2, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { Aspects, CfnDeletionPolicy, ITaggableV2, RemovalPolicy, TagManager, TagType, Token, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { PaymentKeyBase } from './payment-key-base';
import { PaymentKeyShare, PaymentKeyShareOptions } from './payment-key-share';
import { BEFORE_ALL_OTHERS } from './private/aspect-priority';
import { PaymentKeyError, WARNING } from './private/errors';
import { expectText, expectValue, oneOf, placed, STATEMENT } from './private/expected';
import { RemovalOptions } from './private/own-key';
import { checkReplicationRegion, regionCannotBeToken, warnOfUnknownRegion } from './private/regions';
import { policyText, resourcePolicyErrors } from './private/resource-policy';
import { laterStackTags, stackTags, tagErrors } from './private/tags';
import { Codec, Decoded, Fields } from './provider/contract/codec';
import { KeyAttributes, ManagedKeyProperties } from './provider/contract/multi-region-payment-key';
import { PaymentKeyProvider } from './provider/payment-key-provider';
import { ProviderResource } from './provider/provider-resource';

/** What may still change after construction. */
type Changing = 'ReplicationRegions' | 'Tags' | 'ResourcePolicy';

/** What CloudFormation is told of aliases whose key it must never delete. */
const REMOVAL_WITHOUT_DELETION: Readonly<Record<string, RemovalOptions>> = {
  [RemovalPolicy.RETAIN]: { deletionPolicy: CfnDeletionPolicy.RETAIN, updateReplacePolicy: CfnDeletionPolicy.RETAIN },
  [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE]: {
    deletionPolicy: CfnDeletionPolicy.RETAIN_EXCEPT_ON_CREATE,
    updateReplacePolicy: CfnDeletionPolicy.RETAIN,
  },
};

/** As it is written in code. */
const constantOf = (policy: RemovalPolicy) => policy.toUpperCase().replace(/-/g, '_');

/** What a kind of key hands to the construct that all kinds share. */
export interface ManagedKey<F extends Fields> {
  readonly type: string;
  readonly properties: Codec<Decoded<F>> & { readonly fields: F };
  /** What does not change after construction, checked. */
  readonly declared: Omit<Decoded<F>, Changing> & { readonly ReplicationTimeoutInMinutes: number };
  readonly removalPolicy: RemovalPolicy;
  /** Whether CloudFormation must never delete the key, whatever the removal policy of what is declared through it. */
  readonly neverDeleted?: boolean;
  readonly exportable?: boolean;
  readonly replicationRegions?: string[];
  readonly resourcePolicy?: PolicyDocument;
  /** The ARN, if the key is there before the stack is. */
  readonly knownArn?: string;
}

/**
 * A key whose Regions, tags and resource policy the stack manages, whoever made it.
 *
 * @internal
 */
export abstract class ManagedPaymentKey extends PaymentKeyBase implements ITaggableV2, IResourceWithPolicyV2 {
  /**
   * The tags of the key. Use `Tags.of(key)`.
   */
  public readonly cdkTagManager: TagManager;

  /**
   * @internal
   */
  public override get _isManaged(): boolean {
    return true;
  }

  /**
   * @internal
   */
  public readonly _knownArn?: string;

  /**
   * @internal
   */
  protected readonly _resource: ProviderResource;

  private readonly regions: string[] | undefined;
  private removalPolicy: RemovalPolicy;
  /** That of the app's code, before its aspects. */
  private declaredRemovalPolicy?: RemovalPolicy;
  private readonly neverDeleted: boolean;
  private readonly tagsOfStack: Record<string, string>;
  private readonly exportable: boolean;
  private resourcePolicy: PolicyDocument | undefined;
  /** Whether something but shares, which reach replicas by a role, wrote the policy. */
  private policyIsForPrimaryOnly = false;

  /** @param kindOf what it is declared as, given its path for errors */
  constructor(scope: Construct, id: string, kindOf: (path: string) => ManagedKey<any>) {
    super(placed(new.target.name, scope, id), id);
    const kind = kindOf(this.node.path);
    const { declared, replicationRegions, removalPolicy } = kind;
    if (Token.isUnresolved(replicationRegions)) { throw regionCannotBeToken(this.node.path); }
    this.removalPolicy = removalPolicy;
    this.neverDeleted = kind.neverDeleted ?? false;
    this.exportable = kind.exportable ?? true;
    this._knownArn = kind.knownArn;
    this.regions = replicationRegions && [];
    replicationRegions?.forEach(region => this.addReplicationRegion(region));
    if (!Token.isUnresolved(this.env.region)) { warnOfUnknownRegion(this, this.env.region); }

    // Before any aspect adds to them.
    this.tagsOfStack = stackTags(this.stack);
    this.cdkTagManager = new TagManager(TagType.KEY_VALUE, CfnKey.CFN_RESOURCE_TYPE_NAME);
    this.node.addValidation({
      validate: () => {
        this.warnOfDeletion();
        return [...tagErrors(this.node.path, this._tags()), ...resourcePolicyErrors(this, this.resourcePolicy)];
      },
    });

    this._resource = new ProviderResource(this, {
      type: kind.type,
      nativeType: CfnKey.CFN_RESOURCE_TYPE_NAME,
      properties: kind.properties,
      declared: {
        ...declared,
        ReplicationRegions: () => this.regions,
        Tags: () => this._tags(),
        ResourcePolicy: () => policyText(this, this.resourcePolicy),
      } satisfies { [Property in Changing]: () => ManagedKeyProperties[Property] },
      timeoutInMinutes: declared.ReplicationTimeoutInMinutes,
      removalPolicy,
      neverDeleted: kind.neverDeleted,
    });
    Aspects.of(this).add({ visit: () => { this.declaredRemovalPolicy ??= this.removalPolicy; } }, { priority: BEFORE_ALL_OTHERS });
    if (kind.resourcePolicy) { this.declareResourcePolicy(kind.resourcePolicy); }
  }

  /**
   * The ARN of the primary.
   *
   * @attribute
   */
  public get keyArn(): string {
    return this.attribute('KeyArn');
  }

  /**
   * The id of the key, the same in every Region.
   *
   * @attribute
   */
  public get keyId(): string {
    return this.attribute('KeyId');
  }

  /**
   * The key check value: hexadecimal digits by which holders of a key see that they hold the same one.
   *
   * @attribute
   */
  public get keyCheckValue(): string {
    return this.attribute('KeyCheckValue');
  }

  /**
   * How the key check value was computed: ANSI_X9_24, CMAC, HMAC or SHA_1.
   *
   * @attribute
   */
  public get keyCheckValueAlgorithm(): string {
    return this.attribute('KeyCheckValueAlgorithm');
  }

  /**
   * Where the material comes from: AWS_PAYMENT_CRYPTOGRAPHY when the service generated it, EXTERNAL when it was imported.
   *
   * @attribute
   */
  public get keyOrigin(): string {
    return this.attribute('KeyOrigin');
  }

  /**
   * Adds a Region to those that get a replica.
   *
   * Throws:
   *
   * - `RegionCannotBeToken` when the Region is not known when the template is made
   * - `InvalidRegion` when it is not the name of a Region
   * - `OwnRegionInReplicationRegions` when it is the key's own Region
   * - `DuplicateReplicationRegion` when it is listed already
   * - `ExportableNeededForReplication` when the key is not exportable
   * - `ReplicationRegionsNotDeclared` when the key was declared without a list of replication Regions
   *
   * @param region the Region, for example `eu-west-1`
   */
  public addReplicationRegion(region: string): void {
    expectText(this.node.path, 'region', region);
    if (!this.regions) {
      throw new PaymentKeyError('ReplicationRegionsNotDeclared', `${this.node.path}: the key was declared without replicationRegions, so its `
        + 'Regions are not decided here. Declare it with replicationRegions, an empty list if need be, and then add Regions');
    }
    checkReplicationRegion(this.node.path, region, this.env.region, this.regions);
    if (!this.exportable) {
      throw new PaymentKeyError('ExportableNeededForReplication',
        `${this.node.path}: only exportable keys replicate, but exportable is false and '${region}' is to get a replica. Leave out one of them`);
    }
    this.regions.push(region);
    this.grants._reachNewRegions();
    warnOfUnknownRegion(this, region);
    PaymentKeyProvider.of(this)._reach(region);
    this.warnOfPolicyWithReplicas();
  }

  /**
   * Changes what becomes of the key when it is taken out of the stack or replaced, as `removalPolicy` says it, and of the
   * aliases that inherit it.
   *
   * Throws:
   *
   * - `RemovalPolicyNotSupported` when the policy is SNAPSHOT; of an adopted key, also when it is DESTROY
   *
   * @param policy the removal policy
   */
  public override applyRemovalPolicy(policy: RemovalPolicy): void {
    expectValue(this.node.path, 'policy', policy, oneOf('RemovalPolicy', RemovalPolicy));
    this._checkRemovalPolicy(policy);
    this.removalPolicy = policy;
    this._resource.applyRemovalPolicy(policy);
  }

  /**
   * Adds a statement to the resource policy of the primary. Replicas have none: nobody gets access to them by it.
   *
   * API: PutResourcePolicy.
   *
   * @param statement the statement, with `resources: ['*']`, which is the key itself
   */
  public addToResourcePolicy(statement: PolicyStatement): AddToResourcePolicyResult {
    expectValue(this.node.path, 'statement', statement, STATEMENT);
    if (!this.policyIsForPrimaryOnly) { this.declareResourcePolicy(this.resourcePolicy ?? new PolicyDocument()); }
    return this._share(statement);
  }

  /**
   * Lets another account use the key: the primary by its resource policy, and the replicas, which cannot have one, by a role that
   * is made for it. The other account allows the same in its own policies: `SharedPaymentKey`. What is wrong with the principal
   * or the options, `PaymentKeyShare` says.
   *
   * API: PutResourcePolicy; AssumeRole.
   *
   * Throws:
   *
   * - `ShareDeclaredTwice` when the key is shared with the principal already
   *
   * @param principal who uses the key, for example `new AccountPrincipal('444455556666')`
   * @param options the operations, and what else can be chosen
   */
  public shareWith(principal: IGrantable, options: PaymentKeyShareOptions): PaymentKeyShare {
    return PaymentKeyShare._of(this, principal, options);
  }

  /**
   * Adds a statement to the resource policy for somebody who reaches the replicas in another way.
   *
   * @internal
   */
  public _share(statement: PolicyStatement): AddToResourcePolicyResult {
    const policy = this.resourcePolicy ?? this.setResourcePolicy(new PolicyDocument());
    policy.addStatements(statement);
    return { statementAdded: true, policyDependable: this._resource };
  }

  /**
   * @internal
   */
  public _replicationRegions(): readonly string[] | undefined {
    return this.regions ?? (this.exportable ? undefined : []);
  }

  /**
   * Those of the key, and those that its stack was declared with.
   *
   * @internal
   */
  public override _tags(): Record<string, string> {
    return { ...this.tagsOfStack, ...laterStackTags(this.stack), ...this.cdkTagManager.tagValues() };
  }

  /**
   * @internal
   */
  protected _isExportable(): boolean {
    return this.exportable;
  }

  /**
   * @internal
   */
  public override _removal(): () => RemovalOptions {
    return () => this.neverDeleted ? REMOVAL_WITHOUT_DELETION[this.removalPolicy] : this._resource.cfnOptions;
  }

  /**
   * @internal
   */
  protected _warn(id: string, message: string): void {
    Validations.of(this).addWarning(WARNING + id, message);
  }

  /**
   * Refuses a policy that this kind of key cannot have.
   *
   * @internal
   */
  protected _checkRemovalPolicy(_policy: RemovalPolicy): void {}

  /** Guardrails of an app reach keys that nobody meant to be deleted. Asked after all aspects, whatever their priority. */
  private warnOfDeletion(): void {
    const { deletionPolicy, updateReplacePolicy } = this._resource.cfnOptions;
    const isDeleted = [deletionPolicy, updateReplacePolicy].includes(CfnDeletionPolicy.DELETE);
    const declared = this.declaredRemovalPolicy ?? this.removalPolicy;
    if (declared === RemovalPolicy.DESTROY || !isDeleted) { return; }
    this._warn('keyDestroyedByAspect', `the removal policy of the key is ${constantOf(declared)}, but an aspect, such as RemovalPolicies.of(…).destroy(), made it DESTROY: when the key `
      + 'is taken out of the stack or replaced, its deletion is scheduled, and its replicas stop at once. Exclude the key there '
      + `(excludeResourceTypes: ['${CfnKey.CFN_RESOURCE_TYPE_NAME}']), or give it removalPolicy DESTROY, or acknowledge this warning`);
  }

  private attribute(name: keyof KeyAttributes): string {
    return this._resource.getAttString(name);
  }

  private declareResourcePolicy(policy: PolicyDocument): void {
    this.policyIsForPrimaryOnly = true;
    this.setResourcePolicy(policy);
    this.warnOfPolicyWithReplicas();
  }

  private setResourcePolicy(policy: PolicyDocument): PolicyDocument {
    this.resourcePolicy = policy;
    PaymentKeyProvider.of(this)._allow('resourcePolicies');
    return policy;
  }

  private warnOfPolicyWithReplicas(): void {
    if (!this.policyIsForPrimaryOnly || !this.regions?.length) { return; }
    this._warn('resourcePolicyNotReplicated', 'resource policies do not replicate, and replicas cannot have any: the policy gives no access to the key in '
      + 'its replication Regions. If the primary is all that it is for, acknowledge this warning');
  }
}
