import { Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { App, Aspects, Duration, NestedStack, RemovalPolicy, Size, Stack } from 'aws-cdk-lib/core';
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
  PaymentKeyProviderTableBAE535BE: 'AWS::DynamoDB::Table',
  PaymentKeyProviderFunctionRole042943DB: 'AWS::IAM::Role',
  PaymentKeyProviderFunctionF97B0E29: 'AWS::Lambda::Function',
  PaymentKeyProviderFunctionEventInvokeConfigA32147C1: 'AWS::Lambda::EventInvokeConfig',
  PaymentKeyProviderStateMachineRoleA99A329C: 'AWS::IAM::Role',
  PaymentKeyProviderStateMachineC2908462: 'AWS::StepFunctions::StateMachine',
  PaymentKeyProviderFunctionPolicy27EC5360: 'AWS::IAM::Policy',
  PaymentKeyProviderLastResortBE3DEEED: 'AWS::Events::Rule',
  PaymentKeyProviderLastResortPermission2FEF824B: 'AWS::Lambda::Permission',
};

describe('what a stack gets', () => {
  test('these resources under these logical ids, 10 at most, 2 roles, 1 function', () => {
    const fixed = fixedResources(synthesized());
    expect(Object.fromEntries(Object.entries(fixed).map(([id, { Type }]) => [id, Type]))).toEqual(LOGICAL_IDS);
    expect(Object.keys(fixed).length).toBeLessThanOrEqual(10);
  });

  test('the ledger: on demand, restorable, encrypted, deleted with the stack', () => {
    synthesized().hasResource('AWS::DynamoDB::Table', {
      Properties: {
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        DeletionProtectionEnabled: false,
      },
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
    });
    synthesized().hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { TABLE_NAME: { Ref: 'PaymentKeyProviderTableBAE535BE' } } } });
  });

  test('a log group that stays: after a rollback its lines are the only report of what was left behind', () => {
    synthesized().hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('events that wait in Lambda no longer than the shortest service timeout', () => {
    const template = synthesized(undefined, stack => {
      new MultiRegionPaymentKey(stack, 'Short', { spec: PaymentKeySpec.cmac(), replicationTimeout: Duration.minutes(1) });
    });
    const [{ Properties }] = Object.values(template.findResources('AWS::Lambda::EventInvokeConfig'));
    const timeouts = Object.values(template.findResources('Custom::MultiRegionPaymentKey')).map(key => Number(key.Properties.ServiceTimeout));
    expect(Properties.MaximumEventAgeInSeconds).toBe(Math.min(...timeouts));
  });

  test('the last resort, whichever way an execution ends without an answer', () => {
    synthesized().hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [{ Ref: 'PaymentKeyProviderStateMachineC2908462' }] } },
    });
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

  test('no literal runtime: the newest that aws-cdk-lib knows to be everywhere', () => {
    const template = synthesized();
    expect(Object.values(template.findResources('AWS::Lambda::Function'))[0].Properties.Runtime).toBe(Runtime.NODEJS_LATEST.name);
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
  const statementsIn = (template: Template): any[] =>
    template.findResources('AWS::IAM::Role').PaymentKeyProviderFunctionRole042943DB.Properties.Policies[0].PolicyDocument.Statement;
  const statements = () => statementsIn(synthesized());

  test('are the same whatever keys a stack has', () => {
    const stack = newStack();
    for (const id of ['A', 'B', 'C']) { new MultiRegionPaymentKey(stack, id, { spec: PaymentKeySpec.cmac(), replicationRegions: ['eu-west-1'] }); }
    expect(statementsIn(Template.fromStack(stack))).toEqual(statements());
    expect(Template.fromStack(stack).findResources('AWS::IAM::Policy')).toEqual(synthesized().findResources('AWS::IAM::Policy'));
  });

  test('to the ledger are to read and write items of that one table', () => {
    expect(statements().filter(({ Sid }) => Sid === 'KeepLedger')).toEqual([{
      Sid: 'KeepLedger',
      Effect: 'Allow',
      Action: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
      Resource: { 'Fn::GetAtt': ['PaymentKeyProviderTableBAE535BE', 'Arn'] },
    }]);
    expect(JSON.stringify(synthesized().toJSON())).not.toMatch(/dynamodb:(?!(GetItem|PutItem|UpdateItem)")/);
  });

  test('to run executions are to start them, and nothing else', () => {
    const [policy] = Object.values(synthesized().findResources('AWS::IAM::Policy'));
    expect(policy.Properties.PolicyDocument.Statement).toEqual([
      { Sid: 'StartExecutions', Effect: 'Allow', Action: 'states:StartExecution', Resource: { Ref: 'PaymentKeyProviderStateMachineC2908462' } },
    ]);
    expect(JSON.stringify(synthesized().toJSON())).not.toMatch(/states:(?!StartExecution")[A-Z]/);
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
