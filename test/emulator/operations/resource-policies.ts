import { invalid, notFound, ServiceError } from '../errors';
import { arnOf } from '../key-record';
import { findKey, findPrimary } from '../lookup';
import { Context } from '../service';
import { Operations } from './operation';

interface PolicyInput {
  readonly ResourceArn: string;
}

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

const listOf = (value: unknown): unknown[] => Array.isArray(value) ? value : [value];

function statementsOf(policy: string): Statement[] {
  let document: unknown;
  try {
    document = JSON.parse(policy);
  } catch {
    throw invalid('Policy is not valid JSON.');
  }
  const statements = listOf((document as { Statement?: unknown } | null)?.Statement);
  if (statements.some(statement => typeof statement !== 'object' || statement === null || Array.isArray(statement))) {
    throw invalid('Policy must have statements.');
  }
  return statements as Statement[];
}

function isPublic({ Effect, Principal, Condition }: Statement): boolean {
  const principals = typeof Principal === 'object' && Principal !== null ? Object.values(Principal).flatMap(listOf) : [Principal];
  return Effect === 'Allow' && Condition === undefined && principals.includes('*');
}

function putResourcePolicy(context: Context, input: PolicyInput & { readonly Policy: string }): object {
  const key = findPrimary(context, input.ResourceArn);
  const arn = arnOf(key);
  for (const statement of statementsOf(input.Policy)) {
    if (!['Allow', 'Deny'].includes(statement.Effect as string)) throw invalid('Each statement must have an Effect of Allow or Deny.');
    if (listOf(statement.Resource).some(resource => resource !== '*' && resource !== arn)) {
      throw invalid(`Resource must be "*" or ${arn}.`);
    }
    if (isPublic(statement)) throw new ServiceError('PublicPolicyException', 'The policy would give the public access to the key.');
  }
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
