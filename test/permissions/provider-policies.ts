import { Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib/core';
import { References, resolved } from './intrinsics';
import { Statement } from './policies';
import { MultiRegionPaymentKey, PaymentKeyProvider, PaymentKeyProviderProps, PaymentKeySpec } from '../../src';

/** A deployed stack, as far as its policies name it. */
export interface Deployment {
  readonly stackId: string;
  readonly stateMachineArn: string;
  readonly functionArn: string;
  readonly logGroupArn: string;
  readonly tableArn: string;
}

/** Both roles of a stack's provider, with the statements that the synthesized template gives them. */
export interface ProviderPolicies {
  readonly function: Statement[];
  readonly stateMachine: Statement[];
}

/**
 * From a stack that knows neither its account nor its Region, so that nothing is concrete before its deployment.
 *
 * @param declare what else is in the stack; returns what its references stand for, if policies name any
 * @param configure the options of the provider
 */
export function providerPolicies(
  deployment: Deployment, declare: (stack: Stack) => References | void = () => {}, configure: (stack: Stack) => PaymentKeyProviderProps = () => ({}),
): ProviderPolicies {
  const stack = new Stack(new App(), 'Payments');
  new PaymentKeyProvider(stack, configure(stack));
  new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] });
  const references = declare(stack) ?? {};
  return policiesIn(Template.fromStack(stack).toJSON(), deployment, references);
}

/** The same of a template. */
export function policiesIn(template: any, deployment: Deployment, more: References = {}): ProviderPolicies {
  const { Resources } = template;
  const roleOf = (service: string) => Object.keys(Resources).find(id =>
    Resources[id].Type === 'AWS::IAM::Role' && JSON.stringify(Resources[id].Properties.AssumeRolePolicyDocument).includes(service));
  const statementsOf = (roleId: string | undefined) => statementsOfRole(roleId, template, deployment, more);
  return { function: statementsOf(roleOf('lambda.amazonaws.com')), stateMachine: statementsOf(roleOf('states.amazonaws.com')) };
}

/** What a template allows one of its roles; without an id, those of the user's, which are not in it. */
export function statementsOfRole(roleId: string | undefined, { Resources }: any, deployment: Deployment, more: References = {}): Statement[] {
  const idOf = (type: string) => Object.keys(Resources).find(id => Resources[id].Type === type);
  const [, partition, , region, account] = deployment.stackId.split(':');
  const stateMachine = idOf('AWS::StepFunctions::StateMachine')!;
  const references = {
    'AWS::Partition': partition,
    'AWS::Region': region,
    'AWS::AccountId': account,
    'AWS::StackId': deployment.stackId,
    [stateMachine]: deployment.stateMachineArn,
    [`${stateMachine}.Name`]: deployment.stateMachineArn.split(':').pop()!,
    [`${idOf('AWS::Lambda::Function')}.Arn`]: deployment.functionArn,
    [`${idOf('AWS::Logs::LogGroup')}.Arn`]: deployment.logGroupArn,
    [`${idOf('AWS::DynamoDB::Table')}.Arn`]: deployment.tableArn,
    ...more,
  };
  const attached = Object.values<any>(Resources)
    .filter(({ Type, Properties }) => Type === 'AWS::IAM::Policy' && Properties.Roles.some((role: any) => role.Ref === roleId))
    .map(({ Properties }) => Properties);
  const managed = Object.values<any>(Resources).flatMap(({ Properties }) => Properties?.ManagedPolicyArns ?? []);
  if (managed.length > 0) { throw new Error(`managed policies are not evaluated here: ${JSON.stringify(managed)}`); }
  const inside = roleId === undefined ? [] : Resources[roleId].Properties.Policies ?? [];
  return [...attached, ...inside].flatMap(({ PolicyName, PolicyDocument }) =>
    PolicyDocument.Statement.map((statement: object) => ({ Sid: JSON.stringify(PolicyName).replace(/\W/g, ''), ...resolved<object>(statement, references) })));
}
