import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role } from 'aws-cdk-lib/aws-iam';
import { App, Stack } from 'aws-cdk-lib/core';
import { DEPLOYMENT } from './deployment';
import { IamRequest } from './iam-request';
import { resolved } from './intrinsics';
import { Policies, Statement } from './policies';
import { recordedScenarios } from './recorded-scenarios';
import { denied, unusedGrants } from './usage';
import { MultiRegionPaymentKey, PaymentKeyProvider, PaymentKeySpec } from '../../src';
import { ACCOUNT, REGION } from '../lifecycle/world';

const REFERENCES = { 'AWS::Partition': 'aws', 'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT };
/** As CloudFormation names what has no name of its own. */
const NAMES: ReadonlyArray<readonly [given: string, byCloudFormation: string]> = [
  [DEPLOYMENT.tableArn, DEPLOYMENT.tableArn.replace('payment-keys', 'payments-PaymentKeyProviderTableBAE535BE-1AB2CD3EF4GH')],
  [DEPLOYMENT.stateMachineArn, DEPLOYMENT.stateMachineArn.replace('payment-keys', 'PaymentKeyProviderStateMachineC2908462-AbCdEfGhIjKl')],
];
const LOG_STREAM = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:payments-PaymentKeyProviderLogGroup8CBDE8D2-AbCdEfGhIjKl:log-stream:2026/01/01/[$LATEST]0123`;
const LOGGING: IamRequest[] = ['logs:CreateLogStream', 'logs:PutLogEvents'].map(action => ({ action, resource: LOG_STREAM, context: {} }));
/** What Lambda asks with the function's permissions before it runs it in a VPC, and AWS X-Ray of whoever is traced. */
const INTERFACE = `arn:aws:ec2:${REGION}:${ACCOUNT}:network-interface/eni-0123456789abcdef0`;
const OF_OPTIONS: IamRequest[] = [
  ...['AssignPrivateIpAddresses', 'CreateNetworkInterface', 'DeleteNetworkInterface', 'UnassignPrivateIpAddresses'].map(action => ({ action: `ec2:${action}`, resource: INTERFACE, context: {} })),
  ...['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments'].map(action => ({ action, resource: '*', context: {} })),
];

/** The name of a function is cut to 64 characters, with whatever name its stack has. */
const FUNCTIONS = [
  'payments-PaymentKeyProviderFunctionF97B0E29-AbCdEfGhIjKl', 'payments-of-the-cards-te-PaymentKeyProviderFunctionF-AbCdEfGhIjKl',
].map(name => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`);

function provider(options: (stack: Stack) => object = () => ({})): { stack: Stack; provider: PaymentKeyProvider } {
  const stack = new Stack(new App(), 'Payments', { stackName: DEPLOYMENT.stackId.split('/')[1] });
  const its = new PaymentKeyProvider(stack, { role: Role.fromRoleName(stack, 'Role', 'PaymentAdminRole', { mutable: false }), ...options(stack) });
  new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] });
  return { stack, provider: its };
}
const policiesIn = (stack: Stack, document: object) =>
  new Policies(resolved<{ Statement: Statement[] }>(stack.resolve(document), REFERENCES).Statement, ACCOUNT, REGION);

describe('the policy that a role needs which the stack must not change', () => {
  const { stack, provider: its } = provider();
  const policies = policiesIn(stack, its.requiredPolicy);
  let requests: IamRequest[];

  beforeAll(async () => {
    const named = (resource: string) => NAMES.reduce((arn, [given, byCloudFormation]) => arn.replace(given, byCloudFormation), resource);
    requests = [...(await recordedScenarios()).map(request => ({ ...request, resource: named(request.resource) })), ...LOGGING];
  });

  test('allows all that the function asks for', async () => {
    expect(await denied(requests, policies)).toEqual([]);
  });

  test('allows nothing that it does not ask for', async () => {
    expect(await unusedGrants(requests, policies)).toEqual([]);
  });

  test('ends at the stack, the table, the log group and the state machine', async () => {
    for (const request of requests.filter(({ action }) => /^(dynamodb|states|logs):/.test(action))) {
      expect((await policies.verdict({ ...request, resource: request.resource.replace('PaymentKeyProvider', 'Other') })).allowed).toBe(false);
    }
    const creation = requests.find(({ action, context }) => action.endsWith(':CreateKey') && context['aws:ViaAWSService'] === 'false')!;
    const ofOthers = JSON.parse(JSON.stringify(creation.context).replace('stack/', 'stack/other-'));
    expect((await policies.verdict(creation)).allowed).toBe(true);
    expect((await policies.verdict({ ...creation, context: ofOthers })).allowed).toBe(false);
  });

  test('allows what a VPC and traces need, only with these options', async () => {
    const { stack: other, provider: traced } = provider(at => ({ vpc: new Vpc(at, 'Vpc'), tracing: true }));
    const more = policiesIn(other, traced.requiredPolicy);
    expect(await denied([...requests, ...OF_OPTIONS], more)).toEqual([]);
    expect(await unusedGrants([...requests, ...OF_OPTIONS], more)).toEqual([]);
    expect(await denied(OF_OPTIONS, policies)).toHaveLength(OF_OPTIONS.length);
  });
});

test.each(FUNCTIONS)('the policy of the state machine allows to invoke %s', async functionArn => {
  const { stack, provider: its } = provider();
  const policies = policiesIn(stack, its.requiredStateMachinePolicy);
  const invocation = { action: 'lambda:InvokeFunction', resource: functionArn, context: {} };
  expect((await policies.verdict(invocation)).allowed).toBe(true);
  expect((await policies.verdict({ ...invocation, resource: functionArn.replace('PaymentKeyProvider', 'Other') })).allowed).toBe(false);
});
