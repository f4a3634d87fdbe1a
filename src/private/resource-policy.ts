import { AddToResourcePolicyResult, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { isKeyArn } from './key-arn';
import { LONGEST_RESOURCE_POLICY } from '../provider/contract/resource-policy';

/** The key to which a policy belongs. */
export interface PolicyOwner extends IConstruct {
  /** Its ARN as it was known before, if it was. */
  readonly _knownArn?: string;
}

/** A key whose resource policy this library manages. */
export interface KeyWithPolicy {
  _share(statement: PolicyStatement): AddToResourcePolicyResult;
}

/** Whether something is such a key, of this copy of the library or another. */
export function isKeyWithPolicy(x: object): x is KeyWithPolicy {
  return '_share' in x;
}

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: string | Readonly<Record<string, string | string[]>>;
  readonly NotPrincipal?: unknown;
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** As it stands in the template; `undefined` for none. */
export function policyText(scope: IConstruct, policy: PolicyDocument | undefined): string | undefined {
  return policy && !policy.isEmpty ? Stack.of(scope).toJsonString(policy) : undefined;
}

/** What is wrong with the resource policy of a key, each a sentence that begins with a stable name. */
export function resourcePolicyErrors(key: PolicyOwner, policy: PolicyDocument | undefined): string[] {
  if (!policy || policy.isEmpty) { return []; }
  const { Statement: statements } = policy.toJSON() as { readonly Statement: readonly Statement[] };
  const length = literalLength(Stack.of(key).resolve(policyText(key, policy)));
  return [
    ...policy.validateForResourcePolicy(),
    ...statements.flatMap(statement => [...resourceErrors(key, statement), ...actionErrors(statement), ...publicErrors(statement)]),
    ...length > LONGEST_RESOURCE_POLICY ? [`it has ${length} characters, but at most ${LONGEST_RESOURCE_POLICY} are allowed. Shorten it`] : [],
  ].map(error => `InvalidResourcePolicy: ${key.node.path}: the resource policy cannot be put on the key: ${error}`);
}

const ADVICE = "Write resources: ['*'], which is the key itself";

function resourceErrors(key: PolicyOwner, { Resource: resource, NotResource: except }: Statement): string[] {
  if (except !== undefined || resource === undefined) { return [`a statement has ${except === undefined ? 'no' : 'not'} resources. ${ADVICE}`]; }
  return [resource].flat().flatMap(named => resourceError(key, named));
}

const SERVICE_PREFIX = 'payment-cryptography:';

function actionErrors({ Action: actions = [] }: Statement): string[] {
  return [actions].flat().filter(action => !Token.isUnresolved(action) && action !== '*' && !action.toLowerCase().startsWith(SERVICE_PREFIX)).map(action =>
    `a statement names the action '${action}', which is not of AWS Payment Cryptography. Write actions that begin with ${SERVICE_PREFIX}, such as ${SERVICE_PREFIX}EncryptData`);
}

/** API: PublicPolicyException. A condition may narrow who that is, which only the service judges. */
function publicErrors({ Effect, Principal: principal, NotPrincipal: except, Condition: condition }: Statement): string[] {
  const named = typeof principal === 'object' ? Object.values(principal).flat() : [principal];
  if (Effect !== 'Allow' || condition !== undefined || !(except !== undefined || named.includes('*'))) { return []; }
  return [`a statement allows ${except === undefined ? 'everybody' : 'everybody but some'}, which the service refuses. Name accounts, roles or users as principals`];
}

/** User Guide: resource-based policies. */
function resourceError(key: PolicyOwner, resource: string): string[] {
  if (resource === '*') { return []; }
  // Its own attributes, whatever they are part of, would close a circle.
  const references = Tokenization.reverseString(resource).tokens.filter(token => Reference.isReference(token));
  if (references.some(({ target }) => target.node.scopes.includes(key))) { return [`a statement names the key's own ARN, on which the key would then depend. ${ADVICE}`]; }
  if (Token.isUnresolved(resource)) { return []; }
  const known = key._knownArn !== undefined && !Token.isUnresolved(key._knownArn) ? key._knownArn : undefined;
  return (known === undefined ? isKeyArn(resource) : resource === known) ? [] : [`a statement names the resource '${resource}'. ${ADVICE}`];
}

/** What CloudFormation fills in comes on top. */
function literalLength(text: unknown): number {
  if (typeof text === 'string') { return text.length; }
  const parts: unknown[] = (text as any)?.['Fn::Join']?.[1] ?? [];
  return parts.reduce<number>((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0);
}
