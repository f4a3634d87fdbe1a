import { IRole, Policy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Aws, Lazy, Stack, Token, TokenComparison, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ACCEPTED } from './accepted-findings';
import { encryptionOfExecutions, encryptionOfFunction } from './encryption';
import { PaymentKeyProviderProps } from './payment-key-provider-props';
import { permissions, reasonsForWildcards } from './permissions';
import { printed } from './required-policy';
import { ProviderRole, RolePolicy } from './role-policy';
import { acknowledge, acknowledgeWildcards } from '../private/audit-findings';
import { PaymentKeyError, WARNING } from '../private/errors';
import { managedPoliciesIn, permissionToLog } from '../private/function-role';

/*
 * The two roles of a provider. Each is one of three kinds:
 *
 *   own      made here, with what every stack needs inside of it
 *   given    a role of the user's, which gets inline policies beside those that it has
 *   fixed    a role of the user's that no stack may change. Its policies are declared all the same, but not rendered: they are
 *            what `requiredPolicy` says
 */

type RoleOption = 'role' | 'stateMachineRole';

/** For an auditor: X-Ray knows no resources (Service Authorization Reference). */
const WHY_ANY_TRACE = 'X-Ray knows no resources. It gets names and times.';
const WHY_ANY_INTERFACE = 'Network interfaces have no ARN before Lambda makes them.';

/** What AWSLambdaVPCAccessExecutionRole allows for networks (AWS Managed Policy Reference), for roles that may not bear it. */
const NETWORK_INTERFACES = [
  'ec2:AssignPrivateIpAddresses', 'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses',
];

/** What the function may do in every stack, whatever it declares. */
export function alwaysAllowed(tableArn: string, logGroupArn: string, { encryptionKey, tracing, vpc, role }: PaymentKeyProviderProps): PolicyDocument {
  return new PolicyDocument({
    statements: [
      ...permissions(),
      new PolicyStatement({ sid: 'KeepLedger', actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], resources: [tableArn] }),
      permissionToLog(logGroupArn),
      ...encryptionKey ? encryptionOfFunction(encryptionKey) : [],
      ...tracing ? [new PolicyStatement({ sid: 'Trace', actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], resources: ['*'] })] : [],
      ...vpc && role ? [new PolicyStatement({ sid: 'RunInVpc', actions: NETWORK_INTERFACES, resources: ['*'] })] : [],
    ],
  });
}

/** The role of the function, which may do what is always allowed as soon as the function is made. */
export function functionRole(
  provider: Construct, always: PolicyDocument, logGroupArn: string, props: PaymentKeyProviderProps,
): ProviderRole & { readonly policy?: RolePolicy } {
  const { role: given, vpc, tracing } = props;
  const acknowledged = (construct: Construct) => acknowledgeWildcards(construct, new Map([
    ...reasonsForWildcards(...tracing ? [WHY_ANY_TRACE] : [], ...vpc && given ? [WHY_ANY_INTERFACE] : []),
    [logGroupArn, 'The streams of the one log group that was given with the option logGroup of PaymentKeyProvider.'],
  ]));
  if (given) {
    const its: ProviderRole = { kind: kindOf(given, provider, 'role'), role: given };
    const policy = new RolePolicy(provider, 'AlwaysPolicy', its, always);
    acknowledged(policy);
    return { ...its, policy };
  }
  const role = new Role(provider, 'FunctionRole', {
    description: 'Creates, replicates, tags and deletes the payment keys of this stack',
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    managedPolicies: managedPoliciesIn(vpc),
    inlinePolicies: { Always: always },
  });
  // Not of the role as a whole: further policies would be under it.
  acknowledge(role.node.defaultChild!, ACCEPTED.policyOfOneRole);
  acknowledged(role.node.defaultChild as Construct);
  if (vpc) { acknowledge(role, ACCEPTED.insideVpc); }
  return { kind: 'own', role };
}

/** The role of the state machine, and what it may do. */
export function stateMachineRole(
  provider: Construct, functionArn: string, { stateMachineRole: given, encryptionKey, tracing }: PaymentKeyProviderProps,
): ProviderRole & { readonly document: PolicyDocument; readonly policy?: RolePolicy } {
  const document = new PolicyDocument({
    statements: [
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }),
      ...encryptionKey ? [encryptionOfExecutions(encryptionKey, futureStateMachineArn(provider), 'StringLike')] : [],
      ...tracing ? [new PolicyStatement({
        sid: 'Trace',
        actions: ['xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
        resources: ['*'],
      })] : [],
    ],
  });
  const acknowledgeTracing = (construct: Construct) => tracing && acknowledgeWildcards(construct, new Map([['*', WHY_ANY_TRACE]]));
  if (given) {
    const its: ProviderRole = { kind: kindOf(given, provider, 'stateMachineRole'), role: given };
    const policy = new RolePolicy(provider, 'StateMachinePolicy', its, document);
    acknowledgeTracing(policy);
    return { ...its, policy, document };
  }
  const role = new Role(provider, 'StateMachineRole', {
    description: 'Calls the function of the payment key provider',
    assumedBy: new ServicePrincipal('states.amazonaws.com'),
    inlinePolicies: { CallTheFunction: document },
  });
  // Not of the role as a whole: further policies would be under it.
  acknowledge(role.node.defaultChild!, ACCEPTED.policyOfOneRole);
  acknowledgeTracing(role.node.defaultChild as Construct);
  return { kind: 'own', role, document };
}

/** What the function may do with executions: to start them, and to describe them where events of EventBridge do not say their input. */
export function executionsAllowed(stateMachine: CfnStateMachine, encryptionKey?: IKey): PolicyStatement[] {
  return [
    new PolicyStatement({ sid: 'StartExecutions', actions: ['states:StartExecution'], resources: [stateMachine.ref] }),
    ...encryptionKey ? [
      new PolicyStatement({
        sid: 'DescribeExecutions',
        actions: ['states:DescribeExecution'],
        resources: [executionsOf(stateMachine)],
      }),
      encryptionOfExecutions(encryptionKey, stateMachine.ref, 'StringEquals'),
    ] : [],
  ];
}

function executionsOf(stateMachine: CfnStateMachine): string {
  return `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:execution:${stateMachine.attrName}:*`;
}

/** For an auditor: executions have no ARNs before they are started. */
export function acknowledgeExecutions(policy: Construct, stateMachine: CfnStateMachine): void {
  acknowledgeWildcards(policy, new Map([[executionsOf(stateMachine), 'The executions of the provider\'s own state machine, one for each request of CloudFormation.']]));
}

/** CloudFormation makes the name of a state machine of its logical id. Not a reference: the state machine names the role. */
function futureStateMachineArn(provider: Construct): string {
  const logicalId = Lazy.string({
    produce: () => Stack.of(provider).resolve((provider.node.findChild('StateMachine').node.defaultChild as CfnStateMachine).logicalId),
  });
  return `arn:${Aws.PARTITION}:states:${Aws.REGION}:${Aws.ACCOUNT_ID}:stateMachine:${logicalId}-*`;
}

/**
 * Whether policies of this stack can be attached to a role. `Role.fromRoleArn` hands out a role that takes every policy and passes it
 * over, if it must not change, so that only a try tells.
 */
function kindOf(role: IRole, provider: Construct, option: RoleOption): 'given' | 'fixed' {
  let attached = false;
  const { account, region } = Stack.of(provider);
  const its = role.principalAccount ?? role.env.account;
  if (Token.compareStrings(its, account) === TokenComparison.DIFFERENT) {
    throw new PaymentKeyError('RoleInOtherAccount', `${provider.node.path}: ${option} is ${role.node.path} of account ${its}, but the stack is in ${account}, and AWS gives a function or a state `
      + 'machine only roles of its own account. Pass a role of that account');
  }
  const probe = {
    // Of several policies with one name, a role refuses the second.
    policyName: `${option}-${provider.node.addr}`, document: new PolicyDocument(), env: { account, region }, attachToRole: () => { attached = true; },
  };
  role.attachInlinePolicy(probe as unknown as Policy);
  return attached ? 'given' : 'fixed';
}

/** What is said of a role that this stack must not change, and where else it stands. */
const NOT_ATTACHED: Readonly<Record<RoleOption, { readonly id: string; readonly member: string }>> = {
  role: { id: `${WARNING}rolePolicyNotAttached`, member: 'requiredPolicy' },
  stateMachineRole: { id: `${WARNING}stateMachineRolePolicyNotAttached`, member: 'requiredStateMachinePolicy' },
};

/** Prints what a role must be allowed that this stack must not change. Late, since what is declared decides. */
export function warnOfFixedRole(provider: Construct, { kind, role }: ProviderRole, option: RoleOption, required: () => PolicyDocument): void {
  if (kind !== 'fixed') { return; }
  const { id, member } = NOT_ATTACHED[option];
  const warn = () => {
    const stack = Stack.of(provider);
    Validations.of(provider).addWarning(id, `${option} is ${role.node.path}, which this stack must not change. Attach this policy to it before the deployment, which provider.${member} `
      + `says too, then acknowledge this warning: ${printed(stack, required())}`);
    return [];
  };
  provider.node.addValidation({ validate: warn });
}
