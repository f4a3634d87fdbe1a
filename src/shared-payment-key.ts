import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Token } from 'aws-cdk-lib/core';
import { PaymentKeyOperation } from './payment-key-operation';
import { PaymentKeyError } from './private/errors';
import { expect, Expectations, expectValue, GRANTEE, list, optional, TEXT, thing } from './private/expected';
import { mayBeKeyArn } from './private/key-arn';

/**
 * What an account knows of a key that another account shares with it.
 */
export interface SharedPaymentKeyAttributes {
  /**
   * The ARN of the primary, for use in its Region. An alias does not do: it is known in the account of the key only.
   *
   * @default - the key is used by the role only
   */
  readonly keyArn?: string;

  /**
   * What may be done with the key in the Region of the primary, at most what is shared. Only with `keyArn`: what the role may do, its own
   * account decides.
   *
   * @default - none
   */
  readonly operations?: PaymentKeyOperation[];

  /**
   * The ARN of the role in the account of the key that is assumed to use the key in the Regions of its replicas, or in every Region.
   *
   * @default - the key is used in the Region of the primary only
   */
  readonly roleArn?: string;
}

const ATTRIBUTES: Expectations<keyof SharedPaymentKeyAttributes> = {
  keyArn: optional(TEXT),
  operations: optional(list('a list of operations, for example [PaymentKeyOperation.VERIFY_CARD_VALIDATION_DATA]', thing('a PaymentKeyOperation', 'value'))),
  roleArn: optional(TEXT),
};

/** For errors. */
const ENTRY = 'SharedPaymentKey.fromAttributes';

/** IAM User Guide: IAM ARNs. */
const ROLE_ARN = /^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/**
 * A key of another account, as the account sees it that the key is shared with. It makes no resource: it says who may use the key.
 *
 * Access across accounts takes two: the account of the key lets another account in (`key.shareWith`), and that account allows its
 * own roles to use the key. This is the second half.
 */
export class SharedPaymentKey {
  /**
   * What is known of the key, as its account tells it.
   *
   * Throws:
   *
   * - `NothingShared` when neither the ARN of the key nor that of the role is given
   * - `InvalidKeyArn` when the ARN is not that of a payment key
   * - `InvalidRoleArn` when the ARN is not that of a role
   * - `NoOperations` when the ARN of the key is given without an operation, or operations without it
   *
   * @param attributes the ARNs, and the operations
   */
  public static fromAttributes(attributes: SharedPaymentKeyAttributes): SharedPaymentKey {
    expect(ENTRY, 'attributes', attributes, ATTRIBUTES);
    const { keyArn, operations = [], roleArn } = attributes;
    if (keyArn === undefined && roleArn === undefined) {
      throw new PaymentKeyError('NothingShared', `${ENTRY}: neither keyArn nor roleArn is given. Pass the one of the key, that of the role, or both, as the account of the key tells them`);
    }
    if (keyArn !== undefined && !mayBeKeyArn(keyArn)) {
      throw new PaymentKeyError('InvalidKeyArn', `${ENTRY}: '${keyArn}' is not the ARN of a payment key. Expected arn:aws:payment-cryptography:<Region>:<account>:key/<key id>. `
        + 'An alias is known in the account of the key only: use it by the role');
    }
    if (roleArn !== undefined && !Token.isUnresolved(roleArn) && !ROLE_ARN.test(roleArn)) {
      throw new PaymentKeyError('InvalidRoleArn', `${ENTRY}: '${roleArn}' is not the ARN of a role. Expected arn:aws:iam::<account>:role/<name>`);
    }
    if ((keyArn === undefined) !== (operations.length === 0)) {
      throw new PaymentKeyError('NoOperations', `${ENTRY}: ${keyArn === undefined ? 'operations are given without keyArn, but what the role may do is decided in the account of the key. Leave them out'
        : 'keyArn is given without operations. List at least one, for example PaymentKeyOperation.VERIFY_CARD_VALIDATION_DATA'}`);
    }
    return new SharedPaymentKey(keyArn, [...new Set(operations.map(({ value }) => value))], roleArn);
  }

  private constructor(
    private readonly keyArn: string | undefined, private readonly operations: string[], private readonly roleArn: string | undefined,
  ) {}

  /**
   * Allows to use the key: the operations on the primary, and to assume the role.
   *
   * API: AssumeRole.
   *
   * @param grantee who gets the permission, in the account that the key is shared with
   */
  public grantUse(grantee: IGrantable): Grant {
    expectValue('SharedPaymentKey.grantUse', 'grantee', grantee, GRANTEE);
    const grants = [
      ...this.keyArn === undefined ? [] : [{ actions: this.operations.map(name => `payment-cryptography:${name}`), resourceArns: [this.keyArn] }],
      ...this.roleArn === undefined ? [] : [{ actions: ['sts:AssumeRole'], resourceArns: [this.roleArn] }],
    ].map(({ actions, resourceArns }) => Grant.addToPrincipal({ grantee, actions, resourceArns }));
    return grants.reduce((all, grant) => all.combine(grant));
  }
}
