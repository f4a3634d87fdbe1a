import { IKey } from 'aws-cdk-lib/aws-kms';
import { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { CfnParameter, IParameter, ParameterType } from 'aws-cdk-lib/aws-ssm';
import { ArnFormat, IResource, Stack, Token, TokenComparison, Tokenization } from 'aws-cdk-lib/core';
import { KeyProblem } from './key-problem';
import { mayBeAKey, WrappedKeyReference } from '../provider/contract/key-material';

/*
 * Where wrapped keys are kept. The template has a reference to one version of a secret or parameter; the function reads it when it
 * imports the key, and may read nothing else.
 */
export interface WrappedKeyStore {
  readonly reference: WrappedKeyReference;
  /** What is wrong with it, for a key in this stack. */
  problems(stack: Stack): KeyProblem[];
  /** What the function must be allowed to do to read it. */
  permissions(): ReadPermission[];
}

/** One action on one resource. Those of several wrapped keys become one statement where nothing but the lists in it differs. */
export interface ReadPermission {
  readonly kind: ReadKind;
  readonly resource: string;
  /** The value of the condition that narrows this kind, if it has one: the id of a version, or the name of an alias. */
  readonly only?: string;
}

/** What reading takes: the service that keeps the wrapped key, and KMS behind it, whose key is known by its ARN or by its alias. */
export type ReadKind = 'secret' | 'parameter' | 'keyOfSecret' | 'keyOfParameter' | 'aliasOfSecret' | 'aliasOfParameter';

/** API of Secrets Manager: ClientRequestToken, which becomes the VersionId. */
const VERSION_ID = { least: 32, most: 64 };

/** In place of the six characters that Secrets Manager adds to the name of a secret. */
const ANY_SUFFIX = '-??????';

export function secretStore(secret: ISecret, versionId: string, field: string | undefined): WrappedKeyStore {
  return {
    reference: { Service: 'SECRETS_MANAGER', SecretArn: arnOfSecret(secret), VersionId: versionId, Field: field },
    problems: stack => [
      ...versionProblem(secret, versionId),
      ...fieldProblem(field),
      // The function asks the Secrets Manager of its own Region. A secret of another account has a policy for it, which its owner writes.
      ...elsewhere(secret, stack, 'secret', 'Region'),
    ],
    permissions: () => [
      { kind: 'secret', resource: secret.secretFullArn ?? arnOfSecret(secret) + ANY_SUFFIX, only: versionId },
      ...decryption(secret.encryptionKey, 'Secret'),
    ],
  };
}

export function secureStringStore(parameter: IParameter, version: number, field: string | undefined): WrappedKeyStore {
  return {
    reference: { Service: 'PARAMETER_STORE', ParameterName: parameter.parameterName, Version: Tokenization.stringifyNumber(version), Field: field },
    problems: stack => [
      ...numberProblem(parameter, version),
      ...fieldProblem(field),
      ...secureProblem(parameter),
      // By its name, a parameter is found only where the function is.
      ...elsewhere(parameter, stack, 'parameter', 'account and Region'),
    ],
    permissions: () => [
      { kind: 'parameter', resource: parameter.parameterArn },
      // All that have one; the interface does not say so.
      ...decryption((parameter as IParameter & { encryptionKey?: IKey }).encryptionKey, 'Parameter'),
    ],
  };
}

/** Of a secret that is known by its name alone, without the suffix. */
function arnOfSecret(secret: ISecret): string {
  const { secretArn } = secret;
  return Token.isUnresolved(secretArn) || secretArn.startsWith('arn:')
    ? secretArn
    : Stack.of(secret).formatArn({ service: 'secretsmanager', resource: 'secret', resourceName: secretArn, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

function versionProblem(secret: ISecret, versionId: string): KeyProblem[] {
  const hasLength = versionId.length >= VERSION_ID.least && versionId.length <= VERSION_ID.most;
  if (Token.isUnresolved(versionId) || (hasLength && !/\s/.test(versionId))) { return []; }
  const id = Token.isUnresolved(secret.secretArn) ? '<secret>' : secret.secretArn;
  // Something as long as a wrapped key is not repeated: it may be one.
  const given = versionId.length > VERSION_ID.most ? `a string of ${versionId.length} characters` : hasLength ? 'a string with white space in it' : `'${versionId}'`;
  return [{
    name: 'InvalidKeyBlockVersion',
    message: `versionId must be the id of a version of the secret, ${VERSION_ID.least} to ${VERSION_ID.most} characters, but is ${given}. A staging label such as AWSCURRENT does not do: it moves from `
      + 'one version to another, and the key that was imported would not be the one that the label names. The id is in the answer of put-secret-value, and in: '
      + `aws secretsmanager list-secret-version-ids --region ${regionText(secret)} --secret-id ${id}`,
  }];
}

function regionText({ env: { region } }: IResource): string {
  return Token.isUnresolved(region) ? '<region>' : region;
}

/** What was written there by mistake would stand in the template, and in every error about it. */
function fieldProblem(field: string | undefined): KeyProblem[] {
  return field === undefined || Token.isUnresolved(field) || !mayBeAKey(field) ? [] : [{
    name: 'InvalidKeyBlockField',
    message: `field must be the name of a member of the JSON object, but is a string of ${field.length} characters that may be a key or a key block, and is not repeated here. `
      + 'If it is one, take it out of the app and its history; a key in the clear is disclosed and has to be replaced. Otherwise give the member a shorter name, in words',
  }];
}

function numberProblem(parameter: IParameter, version: number): KeyProblem[] {
  return Token.isUnresolved(version) || (Number.isInteger(version) && version >= 1) ? [] : [{
    name: 'InvalidKeyBlockVersion',
    message: `version must be the number of a version of the parameter, 1 or greater, but is ${version}. It is in the answer of put-parameter, and in: `
      + `aws ssm get-parameter-history --region ${regionText(parameter)} --name ${Token.isUnresolved(parameter.parameterName) ? '<name>' : parameter.parameterName}`,
  }];
}

function secureProblem(parameter: IParameter): KeyProblem[] {
  const { parameterName, parameterType } = parameter;
  const isDeclared = CfnParameter.isCfnParameter(parameter.node.defaultChild);
  if (!isDeclared && (Token.isUnresolved(parameterType) || parameterType === ParameterType.SECURE_STRING)) { return []; }
  const what = isDeclared ? `${parameter.node.path} is declared in a template, which shows its value` : `'${parameterName}' is a ${parameterType}`;
  return [{
    name: 'ParameterNotSecure',
    message: `a wrapped key is kept in a parameter of type SecureString, but ${what}. Store it with aws ssm put-parameter --type SecureString, and name it by StringParameter.fromSecureStringParameterAttributes`,
  }];
}

function elsewhere({ env }: IResource, stack: Stack, what: string, needed: 'Region' | 'account and Region'): KeyProblem[] {
  const differs = (its: string, ours: string) => Token.compareStrings(its, ours) === TokenComparison.DIFFERENT;
  if (!differs(env.region, stack.region) && !(needed !== 'Region' && differs(env.account, stack.account))) { return []; }
  return [{
    name: 'KeyBlockInOtherEnvironment',
    message: `the ${what} is in ${env.account}/${env.region}, but the stack in ${stack.account}/${stack.region}. Keep the wrapped key in the ${needed} of the stack`,
  }];
}

/**
 * The key that protects a secret or parameter, as far as this is the function's to be allowed: keys of CDK leave it to policies of the
 * account, and other keys to a policy of their own. Without one, AWS's own key allows everybody in the account.
 */
function decryption(key: IKey | undefined, of: 'Secret' | 'Parameter'): ReadPermission[] {
  if (key === undefined) { return []; }
  if (!('aliasName' in key)) { return [{ kind: `keyOf${of}`, resource: key.keyArn }]; }
  const anyKey = Stack.of(key).formatArn({ service: 'kms', region: key.env.region, account: key.env.account, resource: 'key', resourceName: '*' });
  return [{ kind: `aliasOf${of}`, resource: anyKey, only: key.aliasName as string }];
}
