import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { IParameter } from 'aws-cdk-lib/aws-ssm';
import { concealed, expect, Expectations, expectValue, NAME, NUMBER, optional, TEXT, thing } from './private/expected';
import { secretStore, secureStringStore, WrappedKeyStore } from './private/wrapped-key-store';

/**
 * Which version of a secret holds a wrapped key, and where in it.
 */
export interface SecretKeyBlockOptions {
  /**
   * The id of the version, 32 to 64 characters: it is in the answer of `aws secretsmanager put-secret-value`, and in that of
   * `aws secretsmanager list-secret-version-ids`. A staging label, such as AWSCURRENT, is refused: labels move, and the key
   * that was imported would not be the one that the label names.
   *
   * Another version means another key: see `replaceable` of the key.
   */
  readonly versionId: string;

  /**
   * The member of the JSON object in the secret that holds the wrapped key.
   *
   * @default - the whole secret is the wrapped key, or the JSON object that the method of import asks for
   */
  readonly field?: string;
}

/**
 * Which version of a parameter holds a wrapped key, and where in it.
 */
export interface SecureStringKeyBlockOptions {
  /**
   * The number of the version, 1 or greater: it is in the answer of `aws ssm put-parameter`.
   *
   * Another version means another key: see `replaceable` of the key.
   */
  readonly version: number;

  /**
   * The member of the JSON object in the parameter that holds the wrapped key.
   *
   * @default - the whole parameter is the wrapped key, or the JSON object that the method of import asks for
   */
  readonly field?: string;
}

/** Whoever has a key block at hand may put it in place of any of these, and no error may repeat it. */
const SECRET = concealed(thing('a Secret of aws-cdk-lib/aws-secretsmanager, for a wrapped key is never passed itself', 'secretArn', 'secretName', 'grantRead'));
const PARAMETER = concealed(thing('a parameter of aws-cdk-lib/aws-ssm, for example StringParameter.fromSecureStringParameterAttributes(…), for a wrapped key is never passed itself',
  'parameterArn', 'parameterName', 'parameterType'));
const FIELD = concealed(optional(NAME));
const SECRET_OPTIONS: Expectations<keyof SecretKeyBlockOptions> = { versionId: concealed(TEXT), field: FIELD };
const SECURE_STRING_OPTIONS: Expectations<keyof SecureStringKeyBlockOptions> = {
  version: concealed(NUMBER), field: FIELD,
};

/**
 * Where a wrapped key is kept: a key block or cryptogram that was made elsewhere, by an HSM or a partner.
 *
 * Only the reference is in the template. The provider's function reads the wrapped key in the moment in which it imports it, once,
 * and writes it nowhere; of a secret it is allowed to read exactly that version. Afterwards the secret may be deleted.
 */
export class KeyBlock {
  /**
   * A wrapped key in AWS Secrets Manager. The secret is in the Region of the key. One in another account needs a resource
   * policy and an encryption key which let the provider's function read it.
   *
   * If the secret is encrypted with a KMS key of your own, the secret should know it (`encryptionKey` of
   * `Secret.fromSecretAttributes`), so that the function is allowed to decrypt with it. The policy of that KMS key has to
   * leave such permissions to the account's IAM policies, as those of the CDK do.
   *
   * @param secret the secret
   * @param options the version, and where in it the wrapped key is
   */
  public static fromSecret(secret: ISecret, options: SecretKeyBlockOptions): KeyBlock {
    expectValue('KeyBlock.fromSecret', 'secret', secret, SECRET);
    expect('KeyBlock.fromSecret', 'options', options, SECRET_OPTIONS);
    return new KeyBlock(secretStore(secret, options.versionId, options.field));
  }

  /**
   * A wrapped key in a SecureString parameter of AWS Systems Manager, in the account and Region of the key:
   * `StringParameter.fromSecureStringParameterAttributes(…)`. Its standard tier holds 4 KB, so that the material of TR-34
   * may be too long for it.
   *
   * @param parameter the parameter, of type SecureString
   * @param options the version, and where in it the wrapped key is
   */
  public static fromSecureString(parameter: IParameter, options: SecureStringKeyBlockOptions): KeyBlock {
    expectValue('KeyBlock.fromSecureString', 'parameter', parameter, PARAMETER);
    expect('KeyBlock.fromSecureString', 'options', options, SECURE_STRING_OPTIONS);
    return new KeyBlock(secureStringStore(parameter, options.version, options.field));
  }

  /**
   * @internal
   */
  public readonly _store: WrappedKeyStore;

  private constructor(store: WrappedKeyStore) {
    this._store = store;
  }
}
