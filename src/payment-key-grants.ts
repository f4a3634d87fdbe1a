import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnKey, IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { Arn, ArnFormat, Stack, Token, TokenComparison, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { PaymentKeyModesOfUse, PaymentKeyModesOfUseOptions } from './payment-key-modes-of-use';
import { acknowledgeWildcards } from './private/audit-findings';
import { PaymentKeyError, WARNING } from './private/errors';
import { ACTIONS, expectValue, GRANTEE, KEY } from './private/expected';
import { checkApiOperation, checkOperation, KeyTraits, operation, OperationName } from './private/grant-operations';

/**
 * What a grant is about.
 *
 * @internal
 */
export interface GrantTarget {
  /** The ARNs that requests for the key are authorized under, in all its Regions. */
  readonly arns: readonly string[];
  /** That of one Region; only the Region in it differs. */
  readonly arnIn: (region: string) => string;
  /** Where the key is, its own Region first; `undefined` while nobody knows. */
  readonly regions?: readonly string[];
  /** The alias that stands for the key, if nothing else is known of it. */
  readonly aliasName?: string;
  /** That of the primary; absent where only a replica is known. */
  readonly primaryArn?: string;
  readonly traits: KeyTraits;
  readonly conditions?: Record<string, Record<string, unknown>>;
}

/**
 * Who may do what with a key. Each method allows exactly the operations that it names, in the identity policy of the
 * grantee.
 *
 * `key.grants` reaches the key in each of its Regions: its own, and those it is replicated to, also those added later.
 * When these are not known, because the account's defaults decide or the key was imported without them, it reaches the
 * key in every Region. `key.replica(region).grants` reaches it in that Region only. Where an alias stands for the key,
 * they reach the keys of that Region that bear the alias.
 *
 * IAM asks about each key of a request under the same action: an operation on two keys needs its grant on both.
 * A grantee in another account needs a resource policy on the key besides, which a replica cannot have, so granting to one
 * draws the warning `cdk-multi-region-payment-keys:grantToOtherAccount`: use `key.shareWith` and `SharedPaymentKey` instead.
 *
 * API: Service Authorization Reference, "Actions, resources, and condition keys for AWS Payment Cryptography".
 */
export class PaymentKeyGrants {
  /**
   * The grants of a key, also of a native one (`CfnKey`).
   *
   * A native key is reached in its own Region and the `replicationRegions` it has when the grant is made; in every Region
   * when it does not list any, since then the account's defaults decide. Any other `IKeyRef` is reached in every Region.
   *
   * @param key the key
   */
  public static fromKey(key: IKeyRef): PaymentKeyGrants {
    expectValue('PaymentKeyGrants.fromKey', 'key', key, KEY);
    const { grants } = key as { readonly grants?: unknown };
    return grants instanceof PaymentKeyGrants ? grants : new PaymentKeyGrants(key, () => targetOf(key));
  }

  /**
   * @internal
   */
  public static _of(key: IKeyRef, target: () => GrantTarget): PaymentKeyGrants {
    return new PaymentKeyGrants(key, target);
  }

  /**
   * The actions that were granted by now, with their prefix.
   *
   * @internal
   */
  public static _granted({ granted }: PaymentKeyGrants): string[] {
    return [...granted].sort();
  }

  private readonly granted = new Set<string>();
  private readonly followers: (() => void)[] = [];

  private constructor(private readonly key: IKeyRef, private readonly target: () => GrantTarget) {}

  /**
   * Allows actions that have no method here. Whether they fit the key is not checked.
   *
   * @param grantee who gets the permission
   * @param actions the actions with their prefix, for example `payment-cryptography:GenerateAs2805KekValidation`
   */
  public actions(grantee: IGrantable, ...actions: string[]): Grant {
    expectValue(this.key.node.path, 'actions', actions, ACTIONS);
    return this.add(grantee, actions, () => this.target().arns);
  }

  /**
   * Allows to encrypt data.
   *
   * The key is a data encryption key (usages D0, D1) with mode Encrypt, a base derivation key (B0) or an EMV issuer
   * master key (E1, E6); or, when the request brings a wrapped key or agrees on one, the key that protects it (K0, K1,
   * K3).
   *
   * API: EncryptData.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use do not allow it
   *
   * @param grantee who gets the permission
   */
  public encryptData(grantee: IGrantable): Grant {
    return this.grant('encryptData', grantee);
  }

  /**
   * Allows to decrypt data.
   *
   * The key is a data encryption key (usages D0, D1) with mode Decrypt, a base derivation key (B0) or an EMV issuer
   * master key (E1, E6); or, when the request brings a wrapped key or agrees on one, the key that protects it (K0, K1,
   * K3).
   *
   * API: DecryptData.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use do not allow it
   *
   * @param grantee who gets the permission
   */
  public decryptData(grantee: IGrantable): Grant {
    return this.grant('decryptData', grantee);
  }

  /**
   * Allows to translate encrypted data from one key to another.
   *
   * Two keys need this grant, the incoming and the outgoing one; IAM does not tell the sides apart. Each is a data
   * encryption key (usages D0, D1) or a base derivation key (B0), or the key that protects a key in the request (K0,
   * K1, K3).
   *
   * API: ReEncryptData.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use allow neither side
   *
   * @param grantee who gets the permission
   */
  public reEncryptData(grantee: IGrantable): Grant {
    return this.grant('reEncryptData', grantee);
  }

  /**
   * Allows to generate message authentication codes (MAC).
   *
   * The key is a MAC key (usages M0, M1, M3, M6, M7) with mode Generate, a base derivation key (B0) or an EMV issuer
   * master key (E2).
   *
   * API: GenerateMac.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use do not allow it
   *
   * @param grantee who gets the permission
   */
  public generateMac(grantee: IGrantable): Grant {
    return this.grant('generateMac', grantee);
  }

  /**
   * Allows to verify message authentication codes (MAC).
   *
   * The key is a MAC key (usages M0, M1, M3, M6, M7) with mode Verify, a base derivation key (B0) or an EMV issuer
   * master key (E2).
   *
   * API: VerifyMac.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use do not allow it
   *
   * @param grantee who gets the permission
   */
  public verifyMac(grantee: IGrantable): Grant {
    return this.grant('verifyMac', grantee);
  }

  /**
   * Allows to generate the issuer script that changes the PIN in an EMV card.
   *
   * Every key of the request needs this grant: the PIN encryption keys (usage P0), the issuer master keys for integrity
   * (E2) and confidentiality (E1) and, where the card scheme asks for it, the one for cryptograms (E0).
   *
   * API: GenerateMacEmvPinChange.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use do not allow it
   *
   * @param grantee who gets the permission
   */
  public generateMacEmvPinChange(grantee: IGrantable): Grant {
    return this.grant('generateMacEmvPinChange', grantee);
  }

  /**
   * Allows to generate card verification values: CVV, CVV2, iCVV, CSC, CAVV, dCVV and their like.
   *
   * The key is a card verification key (usage C0) with mode Generate, or an EMV issuer master key (E4, E6).
   *
   * API: GenerateCardValidationData.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use do not allow it
   *
   * @param grantee who gets the permission
   */
  public generateCardValidationData(grantee: IGrantable): Grant {
    return this.grant('generateCardValidationData', grantee);
  }

  /**
   * Allows to verify card verification values: CVV, CVV2, iCVV, CSC, CAVV, dCVV and their like.
   *
   * The key is a card verification key (usage C0) with mode Verify, or an EMV issuer master key (E4, E6).
   *
   * API: VerifyCardValidationData.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use do not allow it
   *
   * @param grantee who gets the permission
   */
  public verifyCardValidationData(grantee: IGrantable): Grant {
    return this.grant('verifyCardValidationData', grantee);
  }

  /**
   * Allows to generate PINs, PIN verification values and PIN offsets.
   *
   * Two keys need this grant: the PIN verification key (usages V1, V2) with mode Generate, and the PIN encryption key
   * (P0) that protects the PIN block, or the key that protects such a key in the request (K0, K1, K3).
   *
   * API: GeneratePinData.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use allow it neither role
   *
   * @param grantee who gets the permission
   */
  public generatePinData(grantee: IGrantable): Grant {
    return this.grant('generatePinData', grantee);
  }

  /**
   * Allows to verify PINs.
   *
   * Two keys need this grant: the PIN verification key (usages V1, V2) with mode Verify, and the PIN encryption key (P0)
   * with mode Decrypt or base derivation key (B0) that protects the PIN block, or the key that protects such a key in
   * the request (K0, K1, K3).
   *
   * API: VerifyPinData.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use allow it neither role
   *
   * @param grantee who gets the permission
   */
  public verifyPinData(grantee: IGrantable): Grant {
    return this.grant('verifyPinData', grantee);
  }

  /**
   * Allows to translate PIN blocks from one key to another.
   *
   * Two keys need this grant, the incoming and the outgoing one; IAM does not tell the sides apart. Each is a PIN
   * encryption key (usage P0) or a base derivation key (B0), or the key that protects such a key in the request (K0, K1,
   * K3).
   *
   * API: TranslatePinData.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use allow neither side
   *
   * @param grantee who gets the permission
   */
  public translatePinData(grantee: IGrantable): Grant {
    return this.grant('translatePinData', grantee);
  }

  /**
   * Allows to generate authorization request cryptograms (ARQC) as an EMV card does, to test what verifies them.
   *
   * The key is an EMV issuer master key for cryptograms (usage E0).
   *
   * API: GenerateAuthRequestCryptogram.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use do not allow it
   *
   * @param grantee who gets the permission
   */
  public generateAuthRequestCryptogram(grantee: IGrantable): Grant {
    return this.grant('generateAuthRequestCryptogram', grantee);
  }

  /**
   * Allows to verify the authorization request cryptograms (ARQC) of EMV cards, and to answer them (ARPC).
   *
   * The key is an EMV issuer master key for cryptograms (usage E0).
   *
   * API: VerifyAuthRequestCryptogram.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use do not allow it
   *
   * @param grantee who gets the permission
   */
  public verifyAuthRequestCryptogram(grantee: IGrantable): Grant {
    return this.grant('verifyAuthRequestCryptogram', grantee);
  }

  /**
   * Allows to translate a wrapped key, which is not imported, from one wrapping key to another.
   *
   * Two keys need this grant: the key agreement key (usage K3) of the incoming side, and the key encryption key (K0, K1)
   * with mode Wrap of the outgoing side.
   *
   * API: TranslateKeyMaterial.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key's usage and modes of use allow neither side
   *
   * @param grantee who gets the permission
   */
  public translateKeyMaterial(grantee: IGrantable): Grant {
    return this.grant('translateKeyMaterial', grantee);
  }

  /**
   * Allows to export the key, wrapped, and to protect the export of other keys with it.
   *
   * Each key of the request needs this grant: the one that leaves, and those that protect it (key encryption keys K0 and
   * K1 with mode Wrap, key agreement keys K3, TR-34 keys K2, signing keys S0). Its parameters for TR-34
   * (GetParametersForExport) belong to no key and are not part of it.
   *
   * API: ExportKey.
   *
   * Throws:
   *
   * - `KeyNotExportable` when the key is not exportable, and cannot protect the export of others
   *
   * @param grantee who gets the permission
   */
  public exportKey(grantee: IGrantable): Grant {
    return this.grant('exportKey', grantee);
  }

  /**
   * Allows to get the certificate of the public half of a key pair (usages D1, K2, K3, S0).
   *
   * API: GetPublicKeyCertificate.
   *
   * Throws:
   *
   * - `OperationNotAllowedByKeyUsage` when the key is not a key pair
   *
   * @param grantee who gets the permission
   */
  public getPublicKeyCertificate(grantee: IGrantable): Grant {
    return this.grant('getPublicKeyCertificate', grantee);
  }

  /**
   * Allows to read what the key is, its state and its tags. Aliases are resources of their own and not part of it.
   *
   * API: GetKey, ListTagsForResource.
   *
   * @param grantee who gets the permission
   */
  public readMetadata(grantee: IGrantable): Grant {
    return this.grant('readMetadata', grantee);
  }

  /**
   * Allows to run the key: read what it is, disable and enable it in all its Regions, and cancel a scheduled deletion.
   *
   * It allows neither to use or export the key, nor to destroy it or a replica, nor to change its tags or its resource
   * policy, either of which can decide who may use it. Adding replication Regions needs a permission that reaches beyond
   * one key (CreateKey in the new Region); declare them with the key instead. All this happens in the primary's Region.
   *
   * API: GetKey, ListTagsForResource, GetResourcePolicy, StartKeyUsage, StopKeyUsage, RestoreKey.
   *
   * Throws:
   *
   * - `OperationOnlyOnPrimary` when it is asked of a replica
   *
   * @param grantee who gets the permission
   */
  public administer(grantee: IGrantable): Grant {
    return this.grant('administer', grantee);
  }

  /**
   * Refuses operations, by the names of the API, that the service surely refuses with the key.
   *
   * @internal
   */
  public _checkOperations(operations: readonly string[]): void {
    operations.forEach(name => checkApiOperation(this.key.node.path, name, this.target().traits));
  }

  /**
   * Allows operations by the names of the API: in the Regions named, which may become more, or else wherever the key is.
   *
   * @internal
   */
  public _operations(grantee: IGrantable, operations: readonly string[], regions?: () => readonly string[]): Grant {
    this._checkOperations(operations);
    const actions = operations.map(name => `payment-cryptography:${name}`);
    return this.add(grantee, actions, () => regions ? regions().map(this.target().arnIn) : this.target().arns);
  }

  /**
   * Extends what was granted to the Regions that the key has now. Statements cannot hold a lazy list: when policies are
   * minimized, it would be merged with other resources, and lists of tokens cannot be joined.
   *
   * @internal
   */
  public _reachNewRegions(): void {
    this.followers.forEach(follow => follow());
  }

  /**
   * Tells of each Region that the key gets later.
   *
   * @internal
   */
  public _followRegions(follow: () => void): void {
    this.followers.push(follow);
  }

  /**
   * What the grants are about.
   *
   * @internal
   */
  public _target(): GrantTarget {
    return this.target();
  }

  private grant(name: OperationName, grantee: IGrantable): Grant {
    const { path } = this.key.node;
    const { primaryArn, traits } = this.target();
    checkOperation(path, name, traits);
    const { actions, primaryOnly } = operation(name);
    const prefixed = actions.map(action => `payment-cryptography:${action}`);
    if (!primaryOnly) { return this.add(grantee, prefixed, () => this.target().arns); }
    if (!primaryArn) {
      throw new PaymentKeyError('OperationOnlyOnPrimary',
        `${path}: ${name} is not possible on a replica, which the service administers through its primary. `
        + 'Grant it on the primary; readMetadata is possible on a replica');
    }
    return this.add(grantee, prefixed, () => [primaryArn]);
  }

  private add(grantee: IGrantable, actions: string[], arns: () => readonly string[]): Grant {
    expectValue(this.key.node.path, 'grantee', grantee, GRANTEE);
    const { principalAccount } = grantee.grantPrincipal;
    const { account } = this.key.env;
    if (principalAccount && Token.compareStrings(principalAccount, account) === TokenComparison.DIFFERENT) {
      Validations.of(this.key).addWarning(`${WARNING}grantToOtherAccount`, `a grantee is in account ${principalAccount}, the key in ${account}. `
        + 'The grant is only half of what it needs: share the key with that account (shareWith), which lets it use the primary '
        + 'by a resource policy, and the replicas, which cannot have one, by a role. Then acknowledge this warning');
    }
    const grant = Grant.addToPrincipal({ grantee, actions, resourceArns: [...arns()], conditions: this.target().conditions });
    this._followRegions(() => grant.principalStatements.forEach(statement => statement.addResources(...arns())));
    actions.forEach(action => this.granted.add(action));
    this.acknowledgeWildcards(grantee, arns());
    return grant;
  }

  private acknowledgeWildcards({ grantPrincipal }: IGrantable, arns: readonly string[]): void {
    const wide = arns.filter(arn => arn.includes('*'));
    if (wide.length === 0 || !Construct.isConstruct(grantPrincipal)) { return; }
    const { path } = this.key.node;
    const reason = this.target().conditions
      ? `A grant of ${path}: only on the keys that bear its alias, whichever these are.`
      : `A grant of ${path}, whose Regions are not known here. It names the key, and the Regions if replicationRegions is given.`;
    const acknowledgeNow = () => acknowledgeWildcards(grantPrincipal, new Map(wide.map(arn => [arn, reason])));
    if (Stack.of(grantPrincipal) === Stack.of(this.key)) { return acknowledgeNow(); }
    // How references between stacks are written is known once the template is made.
    grantPrincipal.node.addValidation({
      validate: () => {
        acknowledgeNow();
        return [];
      },
    });
  }
}

/** What a reference tells; the template does not say more. */
function targetOf(key: IKeyRef): GrantTarget {
  const { keyIdentifier } = key.keyRef;
  const inRegion = (region: string) => {
    const { resourceName, partition, account } = Arn.split(keyIdentifier, ArnFormat.SLASH_RESOURCE_NAME);
    return Arn.format({ service: 'payment-cryptography', resource: 'key', resourceName, partition, account, region }, Stack.of(key));
  };
  const native = CfnKey.isCfnKey(key) ? key : undefined;
  const replicas = Token.isUnresolved(native?.replicationRegions) ? undefined : native?.replicationRegions;
  return {
    arns: replicas ? [keyIdentifier, ...replicas.map(inRegion)] : [inRegion('*')],
    arnIn: region => region === key.env.region ? keyIdentifier : inRegion(region),
    regions: replicas && [key.env.region, ...replicas],
    primaryArn: keyIdentifier,
    traits: native ? traitsOf(native) : {},
  };
}

function traitsOf({ keyAttributes, exportable }: CfnKey): KeyTraits {
  if (Token.isUnresolved(keyAttributes)) { return {}; }
  const { keyUsage, keyModesOfUse } = keyAttributes as CfnKey.KeyAttributesProperty;
  const flags = Token.isUnresolved(keyModesOfUse) ? [] : Object.values(keyModesOfUse);
  const modesKnown = flags.includes(true) && !flags.some(flag => Token.isUnresolved(flag));
  return {
    usage: keyUsage,
    modesOfUse: modesKnown ? PaymentKeyModesOfUse.of(keyModesOfUse as PaymentKeyModesOfUseOptions).modes : undefined,
    exportable: Token.isUnresolved(exportable) ? undefined : exportable as boolean,
  };
}
