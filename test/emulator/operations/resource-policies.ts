import { invalid, notFound, ServiceError } from '../errors';
import { arnOf } from '../key-record';
import { findKey, findPrimary } from '../lookup';
import { Context } from '../service';
import { Operations } from './operation';

interface PolicyInput {
  readonly ResourceArn: string;
}

type Members = Readonly<Record<string, unknown>>;

const PRINCIPAL_TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'];
const ACTION = /^(\*|[a-z0-9-]+:[a-z*?]+)$/i;

const listOf = (value: unknown): unknown[] => Array.isArray(value) ? value : [value];

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

const areTexts = (values: unknown[]): values is string[] => values.length > 0 && values.every(value => typeof value === 'string' && value !== '');

function statementsOf(policy: string): Members[] {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    throw invalid('Policy is not valid JSON.');
  }
  const statements = isMembers(document) ? listOf(document.Statement) : [];
  if (statements.length === 0 || !statements.every(isMembers)) throw invalid('Policy must have statements.');
  return statements;
}

/** The principals of a statement: "*", or lists by type. */
function principalsOf(principal: unknown): string[] {
  if (principal === '*') return ['*'];
  if (isMembers(principal) && Object.keys(principal).every(type => PRINCIPAL_TYPES.includes(type))) {
    const principals = Object.values(principal).flatMap(listOf);
    if (areTexts(principals)) return principals;
  }
  throw invalid(`Each statement must have a Principal: "*", or ${PRINCIPAL_TYPES.join(', ')} with at least one name.`);
}

/** Exactly one of a member and its negation, as the grammar of policies wants it. */
function oneOf(statement: Members, member: 'Principal' | 'Action'): 'given' | 'negated' {
  const [given, negated] = [member, `Not${member}`].map(name => statement[name] !== undefined);
  if (given === negated) throw invalid(`Each statement must have either ${member} or Not${member}.`);
  return given ? 'given' : 'negated';
}

function checkActions(statement: Members): void {
  const actions = listOf(statement[oneOf(statement, 'Action') === 'given' ? 'Action' : 'NotAction']);
  if (!areTexts(actions) || !actions.every(action => ACTION.test(action))) {
    throw invalid('The Action of each statement must be "*" or like payment-cryptography:GetKey.');
  }
}

/** A condition that any request meets is none: without operators, keys or values, or with values that are all "*". */
function limits(condition: unknown): boolean {
  if (!isMembers(condition)) return false;
  return Object.values(condition).filter(isMembers).some(keys =>
    Object.values(keys).some(values => listOf(values).length > 0 && !listOf(values).includes('*')));
}

/** Whether a statement lets everybody in. Everybody but a few is the public, too. */
function isPublic(statement: Members, conditionsCount: boolean): boolean {
  const negated = oneOf(statement, 'Principal') === 'negated';
  const named = principalsOf(negated ? statement.NotPrincipal : statement.Principal);
  return statement.Effect === 'Allow' && !(conditionsCount && limits(statement.Condition)) && (negated || named.includes('*'));
}

function checkStatement(statement: Members, arn: string, conditionsCount: boolean): void {
  if (!['Allow', 'Deny'].includes(statement.Effect as string)) throw invalid('Each statement must have an Effect of Allow or Deny.');
  checkActions(statement);
  const resources = listOf(statement.Resource);
  if (resources.length === 0 || resources.some(resource => resource !== '*' && resource !== arn)) throw invalid(`Resource must be "*" or ${arn}.`);
  if (isPublic(statement, conditionsCount)) throw new ServiceError('PublicPolicyException', 'The policy would give the public access to the key.');
}

function putResourcePolicy(context: Context, input: PolicyInput & { readonly Policy: string }): object {
  const key = findPrimary(context, input.ResourceArn);
  const arn = arnOf(key);
  const conditionsCount = context.service.options.switches.policyForEverybodyUnderConditions === 'accepted';
  statementsOf(input.Policy).forEach(statement => checkStatement(statement, arn, conditionsCount));
  key.record.policy = input.Policy;
  return { ResourceArn: arn, Policy: input.Policy };
}

function getResourcePolicy(context: Context, { ResourceArn }: PolicyInput): object {
  const { record, replica } = findKey(context, ResourceArn);
  // Policies do not apply to replicas, so those have none.
  const policy = replica === undefined ? record.policy : undefined;
  const { absentResourcePolicy } = context.service.options.switches;
  if (policy === undefined && absentResourcePolicy === 'ResourceNotFoundException') throw notFound(ResourceArn);
  return { ResourceArn, Policy: policy ?? '{}' };
}

function deleteResourcePolicy(context: Context, { ResourceArn }: PolicyInput): object {
  findPrimary(context, ResourceArn).record.policy = undefined;
  return {};
}

export const resourcePolicyOperations: Operations = {
  PutResourcePolicy: putResourcePolicy,
  GetResourcePolicy: getResourcePolicy,
  DeleteResourcePolicy: deleteResourcePolicy,
};
