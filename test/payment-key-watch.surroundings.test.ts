import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { AccountRootPrincipal, ManagedPolicy, PermissionsBoundary, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { App, CfnResource, NestedStack, RemovalPolicies, Stack, Stage, Tags } from 'aws-cdk-lib/core';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { AccountDefaultReplication, MultiRegionPaymentKey, PaymentKeyProvider, PaymentKeyProviderProps, PaymentKeySpec, PaymentKeyWatch } from '../src';
import { SWEEP_ID_PREFIX } from '../src/provider/contract/watch';

/*
 * A watch in what surrounds it: the provider and its options, stacks of all kinds, aspects, other watches, flags of the CDK.
 */

const ENV = { account: '111122223333', region: 'us-east-1' };

function declare(stack: Stack, id = 'Watch') {
  if (!stack.node.tryFindChild('Cvk')) { new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] }); }
  return new PaymentKeyWatch(stack, id);
}
type Given = (stack: Stack) => PaymentKeyProviderProps | undefined;
function watched(provider: Given = () => undefined, { context = {}, env = ENV }: { context?: Record<string, unknown>; env?: object } = {}) {
  const stack = new Stack(new App({ context }), 'Payments', { env });
  const props = provider(stack);
  if (props) { new PaymentKeyProvider(stack, props); }
  return { stack, watch: declare(stack), key: stack.node.findChild('Cvk') as MultiRegionPaymentKey };
}

/** What stands in the template of each resource of a type under the watch, or under what else has this id. */
const ofType = (stack: Stack, type: string, id = 'Watch') =>
  Object.entries(Template.fromStack(stack).findResources(type)).filter(([logicalId]) => logicalId.startsWith(id)).map(([, resource]) => resource);
const only = <T>(all: readonly T[]): T => {
  expect(all).toHaveLength(1);
  return all[0];
};
const functionOf = (stack: Stack, id = 'Watch') => only(ofType(stack, 'AWS::Lambda::Function', id)).Properties;
const roleOf = (stack: Stack, id = 'Watch') => only(ofType(stack, 'AWS::IAM::Role', id)).Properties;
const statementsOf = (stack: Stack, id = 'Watch') => roleOf(stack, id).Policies[0].PolicyDocument.Statement;
const sidsOf = (stack: Stack) => statementsOf(stack).map(({ Sid }: { Sid: string }) => Sid);

describe('what its role may do', () => {
  const ALWAYS = ['LookAtKeys', 'ReadTags', 'ListResourcesOfStack', 'ReadLedger', 'KeepOwnItem', 'TellFindings', 'Log'];

  test.each<[string, (stack: Stack) => void, string[]]>([
    ['nothing but keys', () => undefined, []],
    ['an alias', stack => (stack.node.findChild('Cvk') as MultiRegionPaymentKey).addAlias('alias/cvk'), ['LookAtAliases']],
    ['account defaults', stack => new AccountDefaultReplication(stack, 'Defaults', { regions: ['us-west-2'] }), ['ReadDefaults']],
    ['a resource policy', stack => (stack.node.findChild('Cvk') as MultiRegionPaymentKey).addToResourcePolicy(new PolicyStatement({
      actions: ['payment-cryptography:EncryptData'], principals: [new AccountRootPrincipal()], resources: ['*'],
    })), ['ReadResourcePoliciesOfOwnKeys']],
  ])('follows what is declared, also after the watch: %s', (_, also, more) => {
    const { stack } = watched();
    also(stack);
    expect([...sidsOf(stack)].sort()).toEqual([...ALWAYS, ...more].sort());
  });

  test('changes nothing but its own item', () => {
    const { stack } = watched();
    (stack.node.findChild('Cvk') as MultiRegionPaymentKey).addAlias('alias/cvk');
    new AccountDefaultReplication(stack, 'Defaults', { regions: ['us-west-2'] });
    const actions: string[] = statementsOf(stack).flatMap(({ Action }: any) => Action);
    expect(actions.filter(action => !/:(Get|List)/.test(action)).sort()).toEqual(['dynamodb:PutItem', 'events:PutEvents', 'logs:CreateLogStream', 'logs:PutLogEvents']);
    expect(statementsOf(stack).find(({ Sid }: any) => Sid === 'KeepOwnItem').Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${SWEEP_ID_PREFIX}*`] } });
  });

  test('takes further permissions in a policy of their own', () => {
    const { stack, watch } = watched();
    watch.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
    expect(only(ofType(stack, 'AWS::IAM::Policy')).Properties.PolicyDocument.Statement).toEqual([{ Action: 's3:GetObject', Effect: 'Allow', Resource: '*' }]);
  });
});

describe('the provider of the stack', () => {
  test('in a VPC: the function of the watch runs there too, with a security group of its own unless one is given', () => {
    const vpcOf = (stack: Stack) => new Vpc(stack, 'Vpc');
    const { stack } = watched(its => ({ vpc: vpcOf(its), vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS } }));
    expect(functionOf(stack).VpcConfig.SubnetIds).toEqual(functionOf(stack, 'PaymentKeyProvider').VpcConfig.SubnetIds);
    expect(functionOf(stack).VpcConfig.SecurityGroupIds).toEqual([{ 'Fn::GetAtt': [expect.stringMatching(/^WatchFunctionSecurityGroup/), 'GroupId'] }]);
    expect(only(ofType(stack, 'AWS::EC2::SecurityGroup')).Properties.SecurityGroupEgress).toEqual([expect.objectContaining({ CidrIp: '0.0.0.0/0' })]);
    expect(JSON.stringify(roleOf(stack).ManagedPolicyArns)).toContain('service-role/AWSLambdaVPCAccessExecutionRole');

    const { stack: other } = watched(its => {
      const vpc = vpcOf(its);
      return { vpc, securityGroups: [new SecurityGroup(its, 'Given', { vpc })] };
    });
    expect(functionOf(other).VpcConfig).toEqual(functionOf(other, 'PaymentKeyProvider').VpcConfig);
    expect(ofType(other, 'AWS::EC2::SecurityGroup')).toEqual([]);
  });

  test('outside: without VPC, and without permissions for it', () => {
    const { stack } = watched();
    expect(functionOf(stack).VpcConfig).toBeUndefined();
    expect(roleOf(stack).ManagedPolicyArns).toBeUndefined();
  });

  test('with a proxy: the function of the watch obeys it too, and no variable of the environment takes the place of its own', () => {
    const { stack } = watched(() => ({ environment: { HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '169.254.169.254', WATCH_NAME: 'theirs', STACK_ID: 'theirs' } }));
    expect(functionOf(stack).Environment.Variables).toMatchObject({
      HTTPS_PROXY: 'http://proxy:3128', NO_PROXY: '169.254.169.254', WATCH_NAME: 'Watch', STACK_ID: { Ref: 'AWS::StackId' },
    });
  });

  test.each<[string, PaymentKeyProviderProps]>([['that was chosen', { runtime: Runtime.NODEJS_20_X }], ['that is the newest', {}]])('with a runtime %s: both functions have it', (_, props) => {
    const { stack } = watched(() => props);
    expect(functionOf(stack).Runtime).toBe(functionOf(stack, 'PaymentKeyProvider').Runtime);
    expect(functionOf(stack).Runtime).toBe((props.runtime ?? Runtime.NODEJS_LATEST).name);
  });

  test('with a log group that was given: the watch logs there, and may', () => {
    const { stack } = watched(its => ({ logGroup: new LogGroup(its, 'Logs') }));
    const [logicalId] = Object.keys(Template.fromStack(stack).findResources('AWS::Logs::LogGroup'));
    expect(functionOf(stack).LoggingConfig).toEqual({ LogGroup: { Ref: logicalId } });
    expect(statementsOf(stack).find(({ Sid }: any) => Sid === 'Log').Resource).toEqual({ 'Fn::GetAtt': [logicalId, 'Arn'] });
  });

  test('is made by a watch that is declared before the first key', () => {
    const stack = new Stack(new App(), 'Payments', { env: ENV });
    new PaymentKeyWatch(stack, 'Watch');
    const provider = PaymentKeyProvider.of(stack);
    declare(stack, 'Second');
    expect(PaymentKeyProvider.of(stack)).toBe(provider);
    expect(() => new PaymentKeyProvider(stack, {})).toThrow(/^PaymentKeyProviderExists: /);
  });
});

describe('a stack', () => {
  test('for any account and Region gets the same resources, and names its own place by references', () => {
    const { stack } = watched(undefined, { env: {} });
    expect(functionOf(stack).Environment.Variables.EVENT_BUS_ARN).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':event-bus/default']],
    });
    const ids = (env: object) => Object.keys(Template.fromStack(watched(undefined, { env }).stack).toJSON().Resources).sort();
    expect(ids({})).toEqual(ids(ENV));
  });

  test('that is nested has a watch of its own, on its own provider', () => {
    const stack = new Stack(new App(), 'Payments', { env: ENV });
    const nested = new NestedStack(stack, 'Nested');
    declare(stack);
    declare(nested);
    expect(functionOf(nested).Environment.Variables.TABLE_NAME).toEqual({ Ref: only(Object.keys(Template.fromStack(nested).findResources('AWS::DynamoDB::Table'))) });
    expect(functionOf(nested).Environment.Variables.STACK_ID).toEqual({ Ref: 'AWS::StackId' });
    // The name of a nested stack is only known when it is deployed.
    expect(JSON.stringify(functionOf(nested).Environment.Variables.METRIC_NAMESPACE)).toMatch(/PaymentKeys\/.*AWS::StackName/);
  });

  test('in a stage has the same watch as without', () => {
    const app = new App();
    const inStage = new Stack(new Stage(app, 'Production', { env: ENV }), 'Payments');
    const plain = new Stack(new App(), 'Payments', { env: ENV });
    [inStage, plain].forEach(stack => declare(stack));
    const variables = (stack: Stack) => functionOf(stack).Environment.Variables;
    expect(variables(inStage).WATCH_NAME).toBe('Watch');
    expect(variables(inStage).METRIC_NAMESPACE).toBe('PaymentKeys/Production-Payments');
    expect({ ...variables(inStage), METRIC_NAMESPACE: undefined }).toEqual({ ...variables(plain), METRIC_NAMESPACE: undefined });
  });

  test('has room for several watches, each with its item, its rule and its metrics', () => {
    const stack = new Stack(new App(), 'Payments', { env: ENV });
    const watches = ['One', 'Two', 'Three'].map(id => declare(stack, id));
    const variables = ['One', 'Two', 'Three'].map(id => functionOf(stack, id).Environment.Variables);
    expect(variables.map(({ WATCH_NAME }) => WATCH_NAME)).toEqual(['One', 'Two', 'Three']);
    expect(new Set(variables.map(({ TABLE_NAME }) => TABLE_NAME.Ref)).size).toBe(1);
    expect(new Set(watches.map(({ handler }) => handler)).size).toBe(3);
    const code = ['One', 'Two', 'Three'].map(id => functionOf(stack, id).Code.S3Key);
    expect(new Set(code).size).toBe(1);
  });

  test('with tags hands them to the watch, and the keys keep theirs', () => {
    const { stack } = watched();
    Tags.of(stack).add('team', 'cards');
    expect([functionOf(stack), roleOf(stack)].map(its => its.Tags)).toEqual([[{ Key: 'team', Value: 'cards' }], [{ Key: 'team', Value: 'cards' }]]);
  });
});

describe('what is applied to a stack', () => {
  test.each<[string, (stack: Stack, watch: PaymentKeyWatch) => PermissionsBoundary]>([
    ['the stack', stack => PermissionsBoundary.of(stack)], ['the watch', (_, watch) => PermissionsBoundary.of(watch)],
  ])('a permissions boundary of %s reaches the role', (_, of) => {
    const { stack, watch } = watched();
    of(stack, watch).apply(ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary'));
    expect(JSON.stringify(roleOf(stack).PermissionsBoundary)).toContain('policy/boundary');
    expect(sidsOf(stack)).toContain('LookAtKeys');
  });

  test.each<[string, (stack: Stack) => unknown, string]>([
    ['retain', stack => RemovalPolicies.of(stack).retain(), 'Retain'], ['destroy', stack => RemovalPolicies.of(stack).destroy(), 'Delete'],
  ])('removal policies (%s) reach what a watch makes, and nothing else about it changes', (_, apply, policy) => {
    const { stack } = watched();
    const { stack: plain } = watched();
    apply(stack);
    for (const type of ['AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Events::Rule', 'AWS::Lambda::Permission']) {
      const { DeletionPolicy, UpdateReplacePolicy: _replace, ...rest } = only(ofType(stack, type));
      expect(DeletionPolicy).toBe(policy);
      expect(rest).toEqual(only(ofType(plain, type)));
    }
  });

  test('flags of the CDK that new projects have: nothing is added to a stack, and the role may do the same', () => {
    const types = (stack: Stack) => Object.values(Template.fromStack(stack).toJSON().Resources as Record<string, any>).map(({ Type }) => Type).sort();
    const { stack } = watched(undefined, { context: CURRENTLY_RECOMMENDED_FLAGS });
    const { stack: plain } = watched();
    expect(types(stack)).toEqual(types(plain));
    // Some of them write the partition into ARNs.
    const inPartition = (statements: object) =>
      JSON.parse(JSON.stringify(statements).replace(/{"Fn::Join":\["",\["arn:",{"Ref":"AWS::Partition"},":(events:[^"]*)"\]\]}/, '"arn:aws:$1"'));
    expect(statementsOf(stack)).toEqual(inPartition(statementsOf(plain)));
  });

  test('property overrides reach the parts', () => {
    const { stack, watch } = watched();
    (watch.handler.node.defaultChild as CfnResource).addPropertyOverride('MemorySize', 512);
    expect(functionOf(stack).MemorySize).toBe(512);
  });
});
