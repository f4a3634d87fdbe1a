import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { App, Aspects, NestedStack, RemovalPolicy, Size, Stack } from 'aws-cdk-lib/core';
import { CustomResourceConfig } from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { MultiRegionPaymentKey, PaymentKeyProvider, PaymentKeyProviderProps, PaymentKeySpec } from '../src';

const ENV = { account: '111122223333', region: 'us-east-1' };
const newStack = () => new Stack(new App(), 'Payments', { env: ENV });

function synthesized(props?: PaymentKeyProviderProps, prepare: (stack: Stack) => void = () => undefined) {
  const stack = newStack();
  if (props) { new PaymentKeyProvider(stack, props); }
  new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] });
  prepare(stack);
  return Template.fromStack(stack);
}
/** What another copy of the library made has the id, but is of another class. */
function madeByAnotherCopy(stack: Stack): Stack {
  new Construct(stack, 'PaymentKeyProvider');
  return stack;
}
const fixedResources = (template: Template): Record<string, any> =>
  Object.fromEntries(Object.entries<any>(template.toJSON().Resources).filter(([, { Type }]) => Type !== 'Custom::MultiRegionPaymentKey'));

/** Released: CloudFormation lets no deployed resource change its service token, and renamed parts would be made anew. */
const LOGICAL_IDS = {
  PaymentKeyProviderLogGroup8CBDE8D2: 'AWS::Logs::LogGroup',
  PaymentKeyProviderFunctionRole042943DB: 'AWS::IAM::Role',
  PaymentKeyProviderFunctionF97B0E29: 'AWS::Lambda::Function',
  PaymentKeyProviderFunctionEventInvokeConfigA32147C1: 'AWS::Lambda::EventInvokeConfig',
  PaymentKeyProviderStateMachineRoleA99A329C: 'AWS::IAM::Role',
  PaymentKeyProviderStateMachineC2908462: 'AWS::StepFunctions::StateMachine',
  PaymentKeyProviderFunctionPolicy803453AC: 'AWS::IAM::Policy',
  PaymentKeyProviderLastResort91C99358: 'AWS::Events::Rule',
  PaymentKeyProviderLastResortPermission2FEF824B: 'AWS::Lambda::Permission',
};

describe('what a stack gets', () => {
  test('these resources under these logical ids, 10 at most, 2 roles, 1 function', () => {
    const fixed = fixedResources(synthesized());
    expect(Object.fromEntries(Object.entries(fixed).map(([id, { Type }]) => [id, Type]))).toEqual(LOGICAL_IDS);
    expect(Object.keys(fixed).length).toBeLessThanOrEqual(10);
  });

  test('the service token and the state machine that keys name', () => {
    synthesized().hasResourceProperties('Custom::MultiRegionPaymentKey', {
      ServiceToken: { 'Fn::GetAtt': ['PaymentKeyProviderFunctionF97B0E29', 'Arn'] },
      StateMachineArn: { Ref: 'PaymentKeyProviderStateMachineC2908462' },
    });
  });

  test('keys depend on every part, so that deletes still find them', () => {
    const { Resources } = synthesized().toJSON();
    const reached = new Set<string>();
    const visit = (id: string): void => {
      if (reached.has(id) || !Resources[id]) { return; }
      reached.add(id);
      [...JSON.stringify(Resources[id]).matchAll(/"(PaymentKeyProvider\w+)"/g)].forEach(([, referenced]) => visit(referenced));
    };
    visit('Cvk14B72062');
    expect(Object.keys(LOGICAL_IDS).filter(id => !reached.has(id))).toEqual([]);
  });

  test('one provider, however many keys; another one in a nested stack', () => {
    const stack = newStack();
    const nested = new NestedStack(stack, 'Nested');
    for (const scope of [stack, nested]) {
      for (const id of ['A', 'B']) { new MultiRegionPaymentKey(scope, id, { spec: PaymentKeySpec.cmac() }); }
    }
    for (const template of [Template.fromStack(stack), Template.fromStack(nested)]) { template.resourceCountIs('AWS::Lambda::Function', 1); }
  });

  test('no literal runtime: the newest of the Region', () => {
    const template = synthesized();
    expect(Object.values(template.findResources('AWS::Lambda::Function'))[0].Properties.Runtime).toMatch(/^nodejs\d\d\.x$/);
  });
});

describe('an upgrade', () => {
  /** What the first release wrote for its keys: a later one may write nothing else for the same declaration. */
  test('changes no property of a key', () => {
    synthesized().templateMatches({
      Resources: {
        Cvk14B72062: {
          Type: 'Custom::MultiRegionPaymentKey',
          Properties: {
            ServiceToken: { 'Fn::GetAtt': ['PaymentKeyProviderFunctionF97B0E29', 'Arn'] },
            ServiceTimeout: '2100',
            StateMachineArn: { Ref: 'PaymentKeyProviderStateMachineC2908462' },
            KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY',
            KeyClass: 'SYMMETRIC_KEY',
            KeyAlgorithm: 'TDES_2KEY',
            KeyModesOfUse: ['Generate', 'Verify'],
            ReplicationRegions: ['us-west-2'],
          },
        },
      },
    });
    expect(Object.keys(synthesized().toJSON().Resources.Cvk14B72062.Properties)).toHaveLength(8);
  });
});

describe('options', () => {
  const fn = (template: Template) => Object.values(template.findResources('AWS::Lambda::Function'))[0].Properties;

  test('environment, memory and runtime', () => {
    const template = synthesized({ environment: { HTTPS_PROXY: 'http://proxy:3128', STACK_ID: 'mine' }, memorySize: Size.mebibytes(512), runtime: Runtime.NODEJS_22_X });
    expect(fn(template)).toMatchObject({
      Environment: { Variables: { HTTPS_PROXY: 'http://proxy:3128', STACK_ID: { Ref: 'AWS::StackId' } } }, MemorySize: 512, Runtime: 'nodejs22.x',
    });
  });

  test('log retention of the own log group', () => {
    synthesized({ logRetention: RetentionDays.TEN_YEARS }).hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 3653 });
  });

  test('a log group of the user', () => {
    const stack = newStack();
    new PaymentKeyProvider(stack, { logGroup: LogGroup.fromLogGroupName(stack, 'Theirs', '/their/group') });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Logs::LogGroup', 0);
    expect(fn(template).LoggingConfig.LogGroup).toBe('/their/group');
  });

  test('a VPC', () => {
    const stack = newStack();
    const vpc = new Vpc(stack, 'Vpc');
    new PaymentKeyProvider(stack, { vpc, securityGroups: [new SecurityGroup(stack, 'Group', { vpc })] });
    const template = Template.fromStack(stack);
    expect(fn(template).VpcConfig.SubnetIds).toHaveLength(3);
    template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
    expect(JSON.stringify(template.findResources('AWS::IAM::Role'))).toContain('service-role/AWSLambdaVPCAccessExecutionRole');
  });

  test('a permissions boundary on both roles', () => {
    const template = synthesized(undefined, stack => {
      PermissionsBoundary.of(PaymentKeyProvider.of(stack)).apply(ManagedPolicy.fromManagedPolicyArn(stack, 'Boundary', 'arn:aws:iam::111122223333:policy/b'));
    });
    for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) { expect(Properties.PermissionsBoundary).toContain('policy/b'); }
  });

  test('parts can be read and changed by aspects', () => {
    const provider = PaymentKeyProvider.of(newStack());
    const parts = [provider.handler, provider.role, provider.stateMachine, provider.stateMachineRole, provider.lastResort, provider.logGroup];
    expect(parts.map(part => part.node.scope)).toEqual(Array(parts.length).fill(provider));
    Aspects.of(provider).add({ visit: () => undefined });
  });

  test('CustomResourceConfig is honoured', () => {
    const template = synthesized(undefined, stack => {
      CustomResourceConfig.of(stack).addLogRetentionLifetime(RetentionDays.ONE_DAY);
      CustomResourceConfig.of(stack).addRemovalPolicy(RemovalPolicy.RETAIN);
      CustomResourceConfig.of(stack).addLambdaRuntime(Runtime.NODEJS_24_X);
    });
    template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 1 }, DeletionPolicy: 'Retain' });
    expect(fn(template).Runtime).toBe('nodejs24.x');
    template.resourceCountIs('AWS::Logs::LogGroup', 1);
  });

  test.each<[string, (stack: Stack) => void]>([
    ['PaymentKeyProviderExists', stack => { PaymentKeyProvider.of(stack); new PaymentKeyProvider(stack); }],
    ['SeveralCopiesOfLibrary', stack => new MultiRegionPaymentKey(madeByAnotherCopy(stack), 'Cvk', { spec: PaymentKeySpec.cmac() })],
    ['SeveralCopiesOfLibrary', stack => new PaymentKeyProvider(madeByAnotherCopy(stack))],
    ['LogRetentionWithoutOwnLogGroup', stack => new PaymentKeyProvider(stack, { logGroup: new LogGroup(stack, 'L'), logRetention: RetentionDays.ONE_DAY })],
    ['UnsupportedRuntime', stack => new PaymentKeyProvider(stack, { runtime: Runtime.PYTHON_3_13 })],
    ['UnsupportedRuntime', stack => new PaymentKeyProvider(stack, { runtime: Runtime.NODEJS_18_X })],
  ])('%s is thrown by name', (name, act) => {
    let thrown: Error | undefined;
    try { act(newStack()); } catch (error) { thrown = error as Error; }
    expect(thrown?.name).toBe(name);
    expect(thrown?.message).toMatch(/^\w+: Payments/);
  });
});

describe('permissions', () => {
  const statements = (): any[] => Object.values(synthesized().findResources('AWS::IAM::Policy'))[0].Properties.PolicyDocument.Statement;

  test('are the same whatever keys a stack has', () => {
    const stack = newStack();
    for (const id of ['A', 'B', 'C']) { new MultiRegionPaymentKey(stack, id, { spec: PaymentKeySpec.cmac(), replicationRegions: ['eu-west-1'] }); }
    expect(Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))[0].Properties.PolicyDocument.Statement).toEqual(statements());
  });

  test('to destroy or change keys end at the stack\'s own tag', () => {
    const guarded = statements().filter(({ Action }) => [Action].flat().some((action: string) => /Delete|Replication|Usage/.test(action)));
    expect(guarded).toHaveLength(1);
    expect(guarded[0].Condition).toEqual({ StringEquals: { 'aws:ResourceTag/cdk-multi-region-payment-keys:stack-id': { Ref: 'AWS::StackId' } } });
    expect(guarded[0].Resource).not.toBe('*');
  });

  test('to create keys need the stack\'s tag in the request, unless the service replicates', () => {
    expect(statements().filter(({ Action }) => Action === 'payment-cryptography:CreateKey').map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'aws:RequestTag/cdk-multi-region-payment-keys:stack-id': { Ref: 'AWS::StackId' } } },
      { Bool: { 'aws:ViaAWSService': 'true' } },
    ]);
  });
});
