import { IGrantable, IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { Stack, Token, Validations } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct, Dependable, IConstruct } from 'constructs';
import { PaymentKeyGrants } from './payment-key-grants';
import { PaymentKeyOperation } from './payment-key-operation';
import { ConsumerRole } from './private/consumer-role';
import { PaymentKeyError, WARNING } from './private/errors';
import { expect, Expectations, expectValue, GRANTEE, KEY, KNOWN_FLAG, list, optional, placed, TEXT, TEXTS, thing } from './private/expected';
import { checkedRegions, regionsOf } from './private/key-in-regions';
import { isKeyWithPolicy } from './private/resource-policy';
import { checkShareable } from './private/shareable-operations';
import { isOtherAccount, ShareablePrincipal, shareablePrincipal } from './private/shareable-principal';

/**
 * How a key is shared.
 */
export interface PaymentKeyShareOptions {
  /**
   * The operations that the other account may do with the key, and no others. An operation on two keys is shared on both.
   */
  readonly operations: PaymentKeyOperation[];

  /**
   * The Regions in which the key is shared, all of them Regions of the key.
   *
   * @default - all Regions of the key, also those added later
   */
  readonly regions?: string[];

  /**
   * Whether the role is the only way, in every Region, and the key gets no resource policy. The other account then assumes the role
   * for the primary as well, and can name the key by its alias, since the role is in the key's account. It is also the way to share a
   * key whose resource policy this app does not manage: an imported one, a native one, one behind an alias.
   *
   * @default false
   */
  readonly roleOnly?: boolean;

  /**
   * The role by which the key is used where no resource policy can be. It is in the key's account, and its trust policy, which stays as
   * it is, lets the principal in. One that several stacks share lets an operation use keys of all of them.
   *
   * @default - one role for each principal and stack, made when it is first needed
   */
  readonly role?: IRole;

  /**
   * What the other account must say when it assumes the role: 2 to 1,224 letters, digits and `+=,.@:/-_`. It is for a third party that works
   * for several customers, and keeps one of them from naming the role of another. It is no secret. It has no effect on the resource policy.
   *
   * API: AssumeRole, `ExternalId`.
   *
   * @default - none
   */
  readonly externalId?: string;
}

/**
 * Which key is shared, with whom, and how.
 */
export interface PaymentKeyShareProps extends PaymentKeyShareOptions {
  /**
   * The key. Without `roleOnly` it is one that this library manages in the app.
   */
  readonly key: IKeyRef;

  /**
   * Who uses the key: `AccountPrincipal`, `OrganizationPrincipal`, `ArnPrincipal` of a role or user, or a role of the app that has a name;
   * each also under conditions. It is not in the key's account.
   *
   * A role or user that does not exist yet cannot be named in a policy: the deployment would fail. An account can, and the condition
   * `aws:PrincipalArn` narrows it down to its roles.
   */
  readonly principal: IGrantable;
}

const OPTIONS: Expectations<keyof PaymentKeyShareOptions> = {
  operations: list('a list of operations, for example [PaymentKeyOperation.VERIFY_CARD_VALIDATION_DATA]', thing('a PaymentKeyOperation', 'value')),
  regions: optional(TEXTS),
  // Decides which resources there are.
  roleOnly: optional(KNOWN_FLAG),
  role: optional(thing('a Role', 'roleArn', 'grantPrincipal')),
  externalId: optional(TEXT),
};
const PROPS: Expectations<keyof PaymentKeyShareProps> = { ...OPTIONS, key: KEY, principal: GRANTEE };

/** API: AssumeRole, `ExternalId`. */
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;

/**
 * A key that another account may use: `key.shareWith(principal, { operations })`.
 *
 * The resource policy of the key lets the principal use the primary. Replicas cannot have one, so in their Regions the principal
 * assumes a role in the key's account, which may do the same operations with the key there. It is made when the key has a replica.
 *
 * This is one half. The other account allows the same in its own policies: `SharedPaymentKey`.
 */
@propertyInjectable
export class PaymentKeyShare extends Construct {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region-payment-keys.PaymentKeyShare';

  /**
   * A share in a key. Its id follows from the principal, so that it stays when others come or go.
   *
   * @internal
   */
  public static _of(key: IKeyRef & Construct, principal: IGrantable, options: PaymentKeyShareOptions): PaymentKeyShare {
    const { path } = key.node;
    expectValue(path, 'principal', principal, GRANTEE);
    expect(path, 'options', options, OPTIONS);
    const known = shareablePrincipal(path, Stack.of(key), key.env.account, principal.grantPrincipal);
    const id = `Share-${known.id}`;
    if (key.node.tryFindChild(id)) {
      throw new PaymentKeyError('ShareDeclaredTwice', `${path}: the key is shared with ${known.name} already. Name all operations in one call, `
        + 'or declare another: new PaymentKeyShare(scope, id, { key, principal, operations })');
    }
    return new PaymentKeyShare(key, id, { ...options, key, principal });
  }

  private readonly key: IKeyRef;
  private readonly principal: ShareablePrincipal;
  private readonly operations: string[];
  private readonly givenRole?: IRole;
  private readonly externalId?: string;
  /** Where the role is the way; `undefined` for every Region that the grants of the key reach. */
  private readonly regionsOfRole: () => readonly string[] | undefined;
  private consumerRole?: IRole;

  /**
   * Shares a key.
   *
   * Throws:
   *
   * - `NoOperations` when the list of operations is empty
   * - `OperationNotShareable` when an operation manages keys instead of using them
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use do not allow an operation
   * - `KeyNotExportable` when ExportKey is shared of a key that is not exportable, and cannot protect the export of others
   * - `InvalidPrincipal` when the principal is a service, an identity provider or everybody, or is named with wildcards
   * - `PrincipalInOwnAccount` when the principal is in the key's account
   * - `ResourcePolicyNotManaged` when the app does not manage the resource policy of the key, and `roleOnly` is not set
   * - `KeyInOtherEnvironment` when the key is known to be in another account than the stack
   * - `RoleInOtherAccount` when the role is known to be in another account than the key
   * - `InvalidExternalId` when the external id is not one, is given with `role`, or is not that of the other keys that the stack
   *   shares with the principal
   * - `NoRegions` when the list of Regions is empty
   * - `DuplicateRegion` when a Region is listed twice
   * - `InvalidRegion` when a Region is not the name of one
   * - `RegionCannotBeToken` when a Region is not known when the template is made
   * - `ReplicaNotDeclared` when the template is made, and the key is not in a Region that is listed
   * - `InvalidProperty` when a property is of a wrong type, as it may be in languages that do not check types
   *
   * @param scope where it is declared, in a stack of the key's account
   * @param id its id in that scope
   * @param props which key is shared, with whom, and how
   */
  constructor(scope: Construct, id: string, props: PaymentKeyShareProps) {
    super(placed(new.target.name, scope, id), id);
    const { path } = this.node;
    expect(path, 'props', props, PROPS);
    const { key, roleOnly = false } = props;
    this.key = key;
    this.operations = [...new Set(props.operations.map(({ value }) => value))];
    this.givenRole = props.role;
    this.externalId = props.externalId;
    checkShareable(path, this.operations);
    PaymentKeyGrants.fromKey(key)._checkOperations(this.operations);
    checkAccounts(path, Stack.of(this), props);
    checkExternalId(path, props);
    this.principal = shareablePrincipal(path, Stack.of(this), key.env.account, props.principal.grantPrincipal);
    const named = props.regions && checkedRegions(this, key, props.regions);

    const own = key.env.region;
    const regions = () => named ?? regionsOf(key);
    const byPolicy = !roleOnly && (named?.includes(own) ?? true);
    this.regionsOfRole = () => byPolicy ? regions()?.filter(region => region !== own) : named;
    if (byPolicy) { this.letIntoPrimary(); }
    this.letIntoReplicas();
    PaymentKeyGrants.fromKey(key)._followRegions(() => this.letIntoReplicas());
    // Not the policy of the role: it names other keys as well, and one of these may be what depends on this share.
    const roots = () => [this, this.consumerRole?.node.defaultChild, byPolicy ? key : undefined].filter(root => root !== undefined) as IConstruct[];
    Dependable.implement(this, { get dependencyRoots() { return roots(); } });
  }

  /**
   * The role that the other account assumes in the Regions of the replicas, or in all with `roleOnly`. There is none while the key is
   * shared in the Region of the primary only; it comes with the first replica.
   */
  public get role(): IRole | undefined {
    return this.consumerRole;
  }

  private letIntoPrimary(): void {
    const { path } = this.node;
    if (!isKeyWithPolicy(this.key)) { throw policyNotManaged(path, this.key); }
    this.key._share(new PolicyStatement({
      principals: [this.principal.principal], actions: this.operations.map(name => `payment-cryptography:${name}`), resources: ['*'],
    }));
    if (!this.principal.isNarrowedEverybody) { return; }
    Validations.of(this).addWarning(`${WARNING}organizationInResourcePolicy`, 'the resource policy lets in everybody who meets its condition, such as an organization. AWS does not document whether AWS '
      + 'Payment Cryptography counts that as public. If the deployment fails because the policy would let everybody in, set roleOnly, or name accounts. Otherwise acknowledge this warning');
  }

  /** Once the key is in a Region where only a role leads to it. Later Regions the grant follows by itself. */
  private letIntoReplicas(): void {
    if (this.consumerRole || this.regionsOfRole()?.length === 0) { return; }
    const { path } = this.node;
    const role = this.givenRole ?? ConsumerRole.of(path, Stack.of(this), this.principal, this.externalId).role;
    this.consumerRole = role;
    const isKnown = this.regionsOfRole() !== undefined;
    PaymentKeyGrants.fromKey(this.key)._operations(role, this.operations, isKnown ? () => this.regionsOfRole()! : undefined).assertSuccess();
  }
}

function policyNotManaged(path: string, key: IKeyRef): PaymentKeyError {
  return new PaymentKeyError('ResourcePolicyNotManaged', `${path}: the app does not manage the resource policy of ${key.node.path}, so it cannot let another account in. Share the key where it is `
    + 'declared, or MultiRegionPaymentKey.adopt it; of a replica, share the primary, with the Region in regions. Or set roleOnly, which needs no resource policy');
}

/** A role works in its own account, and what it may do stands beside it. */
function checkAccounts(path: string, stack: Stack, { key, role }: PaymentKeyShareProps): void {
  const { account } = key.env;
  if (isOtherAccount(account, stack.account)) {
    throw new PaymentKeyError('KeyInOtherEnvironment', `${path}: the key is in account ${account}, but the stack in ${stack.account}. Share it in a stack of the key's account. `
      + 'What the other account needs in its own stacks: SharedPaymentKey.fromAttributes');
  }
  if (role && isOtherAccount(role.env.account, account)) {
    throw new PaymentKeyError('RoleInOtherAccount', `${path}: role is in account ${role.env.account}, but the key in ${account}, whose roles alone reach replicas. `
      + 'Pass a role of that account, which the other one assumes, or leave role out');
  }
}

function checkExternalId(path: string, { externalId, role }: PaymentKeyShareOptions): void {
  if (externalId === undefined) { return; }
  if (role) {
    throw new PaymentKeyError('InvalidExternalId', `${path}: externalId is given with role, whose trust policy stays as it is. Leave it out, and declare it there: `
      + 'new Role(scope, id, { assumedBy, externalIds })');
  }
  if (!Token.isUnresolved(externalId) && !EXTERNAL_ID.test(externalId)) {
    throw new PaymentKeyError('InvalidExternalId', `${path}: '${externalId}' is not an external id. Expected 2 to 1224 letters, digits and any of + = , . @ : / - _`);
  }
}
