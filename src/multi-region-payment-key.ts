import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Arn, ArnFormat, Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { AdoptedPaymentKey, AdoptedPaymentKeyProps } from './adopted-payment-key';
import { KeyMaterial } from './key-material';
import { ManagedKey, ManagedPaymentKey } from './managed-payment-key';
import { IPaymentKey, PaymentKeyAttributes } from './payment-key';
import { PaymentKeyAlgorithm } from './payment-key-algorithm';
import { KeyBehindAlias } from './payment-key-alias-import';
import { ImportedPaymentKey } from './payment-key-base';
import { KeyCheckValueAlgorithm } from './payment-key-check-value-algorithm';
import { PaymentKeySpec } from './payment-key-spec';
import { PaymentKeyUsage } from './payment-key-usage';
import { PaymentKeyError } from './private/errors';
import { concealed, DURATION, expect, Expectations, expectText, FLAG, oneOf, optional, placed, POLICY_DOCUMENT, TEXT, TEXTS, thing } from './private/expected';
import { KeyTraits } from './private/grant-operations';
import { isKeyId, mayBeKeyArn } from './private/key-arn';
import { expectedKeyCheckValueText } from './private/key-check-value';
import { isOwnKey } from './private/own-key';
import { checkRegionOfAnyPartition, checkRegionOfReplica, regionCannotBeToken } from './private/regions';
import { replicationTimeoutInMinutes, whole } from './private/whole-duration';
import { DELETION_WINDOW, keyProperties, MULTI_REGION_PAYMENT_KEY } from './provider/contract/multi-region-payment-key';
import { PaymentKeyProvider } from './provider/payment-key-provider';

/**
 * What a key is declared with.
 */
export interface MultiRegionPaymentKeyProps {
  /**
   * What kind of key: usage, algorithm and modes of use. The service cannot change them: see `replaceable`.
   */
  readonly spec: PaymentKeySpec;

  /**
   * Where the material comes from: a key that was made elsewhere is imported, once, when the key is created.
   *
   * What comes wrapped is neither in the template nor in any output, log or event: the template names one version of a
   * secret or parameter, and the provider's function reads it in the moment of the import. Another version is another key:
   * see `replaceable`.
   *
   * For `tr31`, `tr34` and `ecdhTr31`, what is wrapped says itself what kind of key it is: `spec` and `exportable` are
   * compared with it before anything is imported. For the others, they decide.
   *
   * Each wrapped key takes some of the room that IAM gives the inline policies of a role, 10,240 characters. A stack has room
   * for about 40 keys whose secrets are known by their ARNs, 25 if each secret has a KMS key of its own, or seven whose secrets
   * the same template makes. Fields of one secret take the room of one key. With more the synthesis fails (FunctionRoleFull).
   *
   * API: ImportKey, `KeyMaterial`.
   *
   * @default - the service generates it
   */
  readonly material?: KeyMaterial;

  /**
   * The key check value that the key must have, 4 to 16 hexadecimal digits; fewer than the key has are compared with its
   * first ones. It is how both parties make sure that they hold the same key. An imported key that has another one is
   * deleted, and the deployment fails; a key that was there before stays as it is, and the deployment fails.
   *
   * Of a generated key it is known only once the key is there: from then on it makes sure that it stays the same key.
   *
   * @default - whichever it has
   */
  readonly expectedKeyCheckValue?: string;

  /**
   * Whether a change of `spec`, `exportable`, `keyCheckValueAlgorithm`, `deriveKeyUsage` or `material` makes another key.
   *
   * The service cannot change these of a key. The other key has other material, and so another id: what was encrypted,
   * derived or verified with the first one does not work with it. Without `replaceable` such a change is therefore refused
   * when it is deployed, before anything is made, and the text names each difference. With it the aliases of this library
   * move to the new key without a gap, and `removalPolicy` decides what becomes of the first.
   *
   * Where `cdk diff` asks CloudFormation, it writes "may cause replacement" beside every change of the key, of its tags or
   * Regions as well: CloudFormation knows of no property of a custom resource whether it replaces. Only a change of the
   * properties named above does, and only with `replaceable`.
   *
   * @default false
   */
  readonly replaceable?: boolean;

  /**
   * The Regions that get a replica, besides the key's own. The deployment is complete when the key is SYNCHRONIZED
   * in each of them.
   *
   * A Region taken off the list loses its replica at once, if this resource added it; put back on, it gets the same
   * key again. Regions that others added stay, and so do those that the key had before the list named them. An empty
   * list means nowhere, whatever the account's default replication Regions say.
   *
   * @default - the account's default replication Regions at creation; afterwards this library leaves them alone
   */
  readonly replicationRegions?: string[];

  /**
   * Whether the key can be used, in every Region. A disabled key goes on replicating.
   *
   * API: StartKeyUsage, StopKeyUsage.
   *
   * @default true
   */
  readonly enabled?: boolean;

  /**
   * Whether the key can be exported. Only exportable keys replicate. The service cannot change it: see `replaceable`.
   *
   * @default true
   */
  readonly exportable?: boolean;

  /**
   * How the key check value is computed. The service cannot change it: see `replaceable`.
   *
   * @default - chosen by the service: ANSI_X9_24 for TDES, CMAC for AES, HMAC for HMAC, SHA_1 for RSA and ECC
   */
  readonly keyCheckValueAlgorithm?: KeyCheckValueAlgorithm;

  /**
   * The usage of the symmetric keys that are derived with this key. Only for key agreement (key usage K3). The service
   * cannot change it: see `replaceable`.
   *
   * @default - none
   */
  readonly deriveKeyUsage?: PaymentKeyUsage;

  /**
   * How long a deleted key can be restored, in whole days from 3 to 180. Its replicas are deleted at once, whatever
   * the window, and restoring does not bring them back.
   *
   * API: DeleteKey, `DeleteKeyInDays`.
   *
   * @default Duration.days(7)
   */
  readonly deletionWindow?: Duration;

  /**
   * What becomes of the key when it is taken out of the stack, when it is replaced, and when the stack is deleted. With
   * `DESTROY` its deletion is scheduled; otherwise it stays.
   *
   * A key that a failed deployment made is different. If the key itself could not be created or replicated, its deletion
   * is scheduled with the shortest window, whatever the policy. If something else in the deployment failed, its deletion is
   * scheduled with `deletionWindow`; only with `RETAIN` it stays.
   *
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Who may use the primary, besides those whom identity policies allow it. Replicas have no resource policy.
   *
   * At most 20,480 characters; `Resource` is `*`, the key itself. A policy that others put on the key before is not
   * overwritten: the deployment fails unless it is the very same one.
   *
   * API: PutResourcePolicy.
   *
   * @default - none of the stack's; one that others put on the key stays
   */
  readonly resourcePolicy?: PolicyDocument;

  /**
   * Whether the deployment waits until the key is SYNCHRONIZED in every Region of `replicationRegions`, and fails if
   * it becomes FAILED in one. When it does not wait, tags reach only the replicas that are there already.
   *
   * @default true
   */
  readonly waitForReplication?: boolean;

  /**
   * How long the deployment waits for the key, in whole minutes from 1 to 55. Creation, update and deletion share
   * it, and so does waiting for the service's quota.
   *
   * @default Duration.minutes(30)
   */
  readonly replicationTimeout?: Duration;
}

const PROPS: Expectations<keyof MultiRegionPaymentKeyProps> = {
  spec: thing('a PaymentKeySpec, for example PaymentKeySpec.cardVerification()', 'usage', 'algorithm', 'modesOfUse', '_problems'),
  material: concealed(optional(thing('a KeyMaterial, for example KeyMaterial.tr31({ … })', '_written', '_problems', '_permissions'))),
  expectedKeyCheckValue: optional(TEXT),
  replaceable: optional(FLAG),
  replicationRegions: optional(TEXTS),
  enabled: optional(FLAG),
  exportable: optional(FLAG),
  keyCheckValueAlgorithm: optional(thing('a KeyCheckValueAlgorithm, for example KeyCheckValueAlgorithm.CMAC', 'value')),
  deriveKeyUsage: optional(thing('a PaymentKeyUsage, for example PaymentKeyUsage.TR31_C0_CARD_VERIFICATION_KEY', 'value')),
  deletionWindow: optional(DURATION),
  removalPolicy: optional(oneOf('RemovalPolicy', RemovalPolicy)),
  resourcePolicy: optional(POLICY_DOCUMENT),
  waitForReplication: optional(FLAG),
  replicationTimeout: optional(DURATION),
};

const ATTRIBUTES: Expectations<keyof PaymentKeyAttributes> = {
  keyId: TEXT, region: optional(TEXT), account: optional(TEXT), replicationRegions: optional(TEXTS),
};

/** API: accounts of AWS. */
const ACCOUNT = /^[0-9]{12}$/;

/**
 * A key of AWS Payment Cryptography that is usable in every Region it names when the deployment is complete.
 *
 * Tags set with `Tags.of(key)` reach the primary and its replicas: those in the Regions of `replicationRegions`, or
 * without such a list those that are there already.
 *
 * @resource AWS::PaymentCryptography::Key
 */
@propertyInjectable
export class MultiRegionPaymentKey extends ManagedPaymentKey {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region-payment-keys.MultiRegionPaymentKey';

  /**
   * Whether something is a key of this library, of this copy or another: declared, adopted, imported or a replica. A native
   * `CfnKey` is none.
   *
   * @param x what is asked about
   */
  public static isPaymentKey(x: any): x is IPaymentKey {
    return isOwnKey(x);
  }

  /**
   * Takes over a key that exists: made in the console, by the CLI, by another stack that is gone or gave it up, or one
   * that a stack of this library retained. Restores it if asked, tags it as the stack's, and replicates it.
   *
   * The stack never deletes the key. A key that bears the tags of another stack of this library is taken over, and the
   * log names that stack.
   *
   * Throws:
   *
   * - `InvalidKeyArn` when the key is known by something else than the ARN of a payment key, for example an alias
   * - `KeyManagedAlready` when this library manages the key in the app already
   * - `KeyInOtherEnvironment` when the key is known to be in another account or Region than the stack
   * - `RemovalPolicyNotSupported` when the removal policy is DESTROY or SNAPSHOT
   *
   * @param scope where the key is declared
   * @param id its id in that scope
   * @param props the key, and what it is adopted with
   */
  public static adopt(scope: Construct, id: string, props: AdoptedPaymentKeyProps): AdoptedPaymentKey {
    placed('MultiRegionPaymentKey.adopt', scope, id);
    return new AdoptedPaymentKey(scope, id, props);
  }

  /**
   * A key that something else made, by its ARN.
   *
   * Throws:
   *
   * - `InvalidKeyArn` when it is not the ARN of a payment key
   *
   * @param scope the scope of the reference
   * @param id its id in that scope
   * @param keyArn the ARN of the primary
   */
  public static fromKeyArn(scope: Construct, id: string, keyArn: string): IPaymentKey {
    placed('MultiRegionPaymentKey.fromKeyArn', scope, id);
    expectText(`${scope.node.path}/${id}`, 'keyArn', keyArn);
    if (!mayBeKeyArn(keyArn)) {
      throw new PaymentKeyError('InvalidKeyArn', `${scope.node.path}/${id}: '${keyArn}' is not the ARN of a payment key. `
        + 'Expected arn:aws:payment-cryptography:<Region>:<account>:key/<key id>');
    }
    const { resourceName, region, account } = Arn.split(keyArn, ArnFormat.SLASH_RESOURCE_NAME);
    return new ImportedPaymentKey(scope, id, { keyId: resourceName!, region, account }, keyArn);
  }

  /**
   * A key that something else made, by what is known of it.
   *
   * Throws:
   *
   * - `InvalidKeyId` when the id is not that of a payment key
   * - `InvalidRegion` when a Region is not the name of one
   * - `OwnRegionInReplicationRegions` when the Region of the primary is among the replication Regions
   * - `DuplicateReplicationRegion` when a replication Region is listed twice
   * - `InvalidAccount` when the account is not the id of one
   * - `RegionCannotBeToken` when the list of replication Regions is not known when the template is made
   *
   * @param scope the scope of the reference
   * @param id its id in that scope
   * @param attributes what is known of the key
   */
  public static fromKeyAttributes(scope: Construct, id: string, attributes: PaymentKeyAttributes): IPaymentKey {
    placed('MultiRegionPaymentKey.fromKeyAttributes', scope, id);
    checkAttributes(`${scope.node.path}/${id}`, Stack.of(scope).region, attributes);
    return new ImportedPaymentKey(scope, id, attributes);
  }

  /**
   * The key behind an alias of this account, in the Region of the stack. A stack in the Region of a replica uses a key
   * in this way without a reference to the stack that declares it.
   *
   * `keyRef.keyIdentifier` is the ARN of the alias, which the service takes in place of a key's. Its `keyArn` and `keyId`
   * are not known: reading them throws KeyBehindAliasNotKnown. Grants reach every key of the Region that bears the alias,
   * so who may set aliases decides which.
   *
   * API: KeyIdentifier; IAM condition key payment-cryptography:ResourceAliases.
   *
   * Throws:
   *
   * - `InvalidAliasName` when it is not the name of an alias
   *
   * @param scope the scope of the reference
   * @param id its id in that scope
   * @param aliasName the name of the alias, for example `alias/card-verification`: 7 to 256 characters; after `alias/`
   *   letters, digits, `/`, `_` and `-`
   */
  public static fromAliasName(scope: Construct, id: string, aliasName: string): IPaymentKey {
    placed('MultiRegionPaymentKey.fromAliasName', scope, id);
    expectText(`${scope.node.path}/${id}`, 'aliasName', aliasName);
    return new KeyBehindAlias(scope, id, aliasName);
  }

  private readonly spec: PaymentKeySpec;

  /**
   * Declares a key.
   *
   * Throws:
   *
   * - `RegionCannotBeToken` when a replication Region is not known when the template is made
   * - `InvalidRegion` when a replication Region is not the name of a Region
   * - `OwnRegionInReplicationRegions` when the key's own Region is among the replication Regions
   * - `DuplicateReplicationRegion` when a replication Region is listed twice
   * - `ExportableNeededForReplication` when a key that is not exportable has replication Regions
   * - `InvalidDeletionWindow` when the deletion window is not 3 to 180 whole days
   * - `InvalidReplicationTimeout` when the replication timeout is not 1 to 55 whole minutes
   * - `RemovalPolicyNotSupported` when the removal policy is SNAPSHOT
   * - `InvalidProperty` when a property is of a wrong type, as it may be in languages that do not check types
   * - `AlgorithmNotAllowedForUsage` when the usage of the spec does not allow its algorithm
   * - `ModesOfUseNotAllowedForUsage` when the usage of the spec does not allow its set of modes
   * - `NoModesOfUse` when the spec has no mode of use
   * - `KeyClassContradictsAlgorithm` when the algorithm of the spec was given an `asymmetric` that contradicts its name
   * - `CheckValueAlgorithmNotAllowed` when keys of the algorithm have no such key check value
   * - `DeriveKeyUsageNotAllowed` when `deriveKeyUsage` is given for a usage other than K3, names one that cannot be derived, or
   *   is given with `material`
   * - `InvalidKeyCheckValue` when the expected key check value is not 4 to 16 hexadecimal digits
   * - `MaterialContradictsSpec` when the material cannot bring a key of the usage, algorithm or modes of use of the spec
   * - `InvalidKeyBlockVersion` when a wrapped key is named by a staging label, or by something else than a version
   * - `InvalidKeyBlockField` when the name of the member that holds a wrapped key looks like a key
   * - `ParameterNotSecure` when a wrapped key is in a parameter that is not a SecureString
   * - `KeyBlockInOtherEnvironment` when a wrapped key is kept in another Region than the stack's, or a parameter in another account
   * - `KeyInOtherEnvironment` when a key that the import needs is known to be in another Region than the stack
   * - `InvalidCertificate` when a certificate is not exactly one in PEM
   * - `WrappingKeyIncomplete` when a wrapping key of TR-34 comes without its certificate, or the certificate without the key
   * - `DeriveKeyAlgorithmNotAllowed` when the key that ECDH derives would be asymmetric
   * - `InvalidSharedInformation` when the shared information of ECDH is not 2 to 2048 hexadecimal digits, in pairs
   * - `InvalidRequesterComment` when the comment for those who approve is too long
   * - `FunctionRoleFull` at synthesis, when the keys of the stack take more room than the inline policies of a role have
   * - `TagNotAllowed` when the template is made with a tag that the service or this library refuses
   * - `TooManyTags` when the template is made with more tags than a key can have
   * - `InvalidResourcePolicy` when the template is made with a resource policy that is not one
   *
   * @param scope where the key is declared
   * @param id its id in that scope. A new id means a new key
   * @param props what it is declared with
   */
  constructor(scope: Construct, id: string, props: MultiRegionPaymentKeyProps) {
    super(scope, id, path => kindOf(path, Stack.of(scope), props));
    const { spec, material } = props;
    this.spec = spec;
    spec._cautions.forEach(caution => this._warn(caution.id, caution.message));
    if (material) { PaymentKeyProvider.of(this)._allowImport(this._resource, material._permissions()); }
    if (material && !material._isAuthenticated && props.expectedKeyCheckValue === undefined) {
      this._warn('importWithoutCheckValue', 'nothing proves that the key which comes is the one that was sent, or what it is for, since this method of import authenticates neither. '
        + 'Pass expectedKeyCheckValue, as the sender told it on another way');
    }
  }

  /**
   * @internal
   */
  public override _traits(): KeyTraits {
    return { usage: this.spec.usage.value, modesOfUse: this.spec.modesOfUse.modes, exportable: this._isExportable() };
  }
}

/** What is concrete and cannot be right would fail at the first use. */
function checkAttributes(path: string, ownRegion: string, attributes: PaymentKeyAttributes): void {
  expect(path, 'attributes', attributes, ATTRIBUTES);
  const { keyId, region, account, replicationRegions = [] } = attributes;
  if (!Token.isUnresolved(keyId) && !isKeyId(keyId)) {
    throw new PaymentKeyError('InvalidKeyId', `${path}: '${keyId}' is not the id of a payment key. Expected 16 to 64 letters and digits, the last part of its ARN; `
      + 'of a key whose ARN or alias is known: MultiRegionPaymentKey.fromKeyArn, fromAliasName');
  }
  if (account !== undefined && !Token.isUnresolved(account) && !ACCOUNT.test(account)) {
    throw new PaymentKeyError('InvalidAccount', `${path}: '${account}' is not the id of an account. Expected 12 digits, for example '111122223333'`);
  }
  if (region !== undefined && !Token.isUnresolved(region)) { checkRegionOfAnyPartition(path, region); }
  if (Token.isUnresolved(replicationRegions)) { throw regionCannotBeToken(path); }
  replicationRegions.forEach((name, index) => checkRegionOfReplica(path, name, region ?? ownRegion, replicationRegions.slice(0, index)));
}

function kindOf(path: string, stack: Stack, props: MultiRegionPaymentKeyProps): ManagedKey<typeof keyProperties.fields> {
  expect(path, 'props', props, PROPS);
  const declared = declaration(path, stack, props);
  return {
    type: MULTI_REGION_PAYMENT_KEY,
    properties: keyProperties,
    declared,
    removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    exportable: declared.Exportable,
    replicationRegions: props.replicationRegions,
    resourcePolicy: props.resourcePolicy,
  };
}

/** Everything that does not change after construction, checked. */
function declaration(path: string, stack: Stack, props: MultiRegionPaymentKeyProps): ManagedKey<typeof keyProperties.fields>['declared'] {
  const { spec, material, keyCheckValueAlgorithm } = props;
  const { usage, algorithm, modesOfUse } = spec;
  const [problem] = [...spec._problems, ...material?._problems(stack, { usage, algorithm, modesOfUse, exportable: props.exportable }) ?? []];
  if (problem) { throw new PaymentKeyError(problem.name, `${path}: ${problem.message}`); }
  checkDeriveKeyUsage(path, usage, props.deriveKeyUsage, material);
  checkKeyCheckValueAlgorithm(path, algorithm, keyCheckValueAlgorithm);
  return {
    KeyUsage: usage.value,
    KeyClass: material?._keyClass ?? algorithm._keyClass,
    KeyAlgorithm: algorithm.value,
    KeyModesOfUse: [...modesOfUse.modes],
    Exportable: props.exportable ?? true,
    Enabled: props.enabled ?? true,
    KeyCheckValueAlgorithm: keyCheckValueAlgorithm?.value,
    DeriveKeyUsage: props.deriveKeyUsage?.value,
    Material: material?._written,
    ExpectedKeyCheckValue: expectedKeyCheckValueText(path, props.expectedKeyCheckValue),
    Replaceable: props.replaceable ?? false,
    DeletionWindowInDays: whole(path, 'InvalidDeletionWindow', 'deletionWindow', 'days', DELETION_WINDOW, props.deletionWindow),
    WaitForReplication: props.waitForReplication ?? true,
    ReplicationTimeoutInMinutes: replicationTimeoutInMinutes(path, props.replicationTimeout),
  };
}

/** Usages of keys that ECDH cannot derive (API: DeriveKeyUsage, which lacks them). */
const NOT_DERIVABLE = [
  PaymentKeyUsage.TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION, PaymentKeyUsage.TR31_K2_TR34_ASYMMETRIC_KEY,
  PaymentKeyUsage.TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT, PaymentKeyUsage.TR31_M0_ISO_16609_MAC_KEY,
  PaymentKeyUsage.TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE,
].map(usage => usage.value);

function checkDeriveKeyUsage(path: string, usage: PaymentKeyUsage, derived: PaymentKeyUsage | undefined, material: KeyMaterial | undefined): void {
  if (derived === undefined) { return; }
  if (material) {
    throw new PaymentKeyError('DeriveKeyUsageNotAllowed', `${path}: deriveKeyUsage is ${derived}, but the service takes none for imported keys. Leave it out, or leave out material`);
  }
  const agreement = PaymentKeyUsage.TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT.value;
  if (usage.value !== agreement) {
    throw new PaymentKeyError('DeriveKeyUsageNotAllowed', `${path}: deriveKeyUsage is only for keys of usage ${agreement}, but this one is ${usage.value}. Leave it out`);
  }
  if (NOT_DERIVABLE.includes(derived.value)) {
    throw new PaymentKeyError('DeriveKeyUsageNotAllowed', `${path}: no key of usage ${derived.value} can be derived. Name a usage of symmetric keys`);
  }
}

/** Of an algorithm that this version does not know, the service judges. */
function checkKeyCheckValueAlgorithm(path: string, algorithm: PaymentKeyAlgorithm, given: KeyCheckValueAlgorithm | undefined): void {
  const allowed = algorithm._keyCheckValueAlgorithms?.map(({ value }) => value);
  if (given === undefined || allowed === undefined || Token.isUnresolved(given.value) || allowed.includes(given.value)) { return; }
  throw new PaymentKeyError('CheckValueAlgorithmNotAllowed', `${path}: keyCheckValueAlgorithm is ${given}, but keys of algorithm ${algorithm} have a check value by `
    + `${allowed.join(' or ')}. Leave it out, which means ${allowed[0]}${allowed.length > 1 ? ', or choose one of these' : ''}`);
}
