import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { IRole, ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { App, Stack } from 'aws-cdk-lib/core';
import { AccountDefaultReplication, MultiRegionPaymentKey, PaymentKeyProvider, PaymentKeyProviderProps, PaymentKeySpec } from '../src';

const ENV = { account: '111122223333', region: 'us-east-1' };
const ROLE_ARN = 'arn:aws:iam::111122223333:role/payments/PaymentAdminRole';

function scene(props: (stack: Stack) => PaymentKeyProviderProps, stackProps: object = { env: ENV }) {
  const stack = new Stack(new App(), 'Payments', stackProps);
  const provider = new PaymentKeyProvider(stack, props(stack));
  new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] }).addAlias('alias/cvk');
  return { stack, provider, template: Template.fromStack(stack) };
}
const policies = (template: Template): Array<[id: string, properties: any]> =>
  Object.entries<any>(template.findResources('AWS::IAM::Policy')).map(([id, { Properties }]) => [id, Properties]);
const sidsOf = (document: any): string[] => document.Statement.map(({ Sid }: any) => Sid);
const warnings = (stack: Stack, id: string) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(id)).map(({ entry }) => entry.data as string);
const byName = (stack: Stack): IRole => Role.fromRoleName(stack, 'Role', 'PaymentAdminRole');
const fixed = (stack: Stack): IRole => Role.fromRoleArn(stack, 'Role', ROLE_ARN, { mutable: false });
const OWN_IDS = ['PaymentKeyProviderFunctionRole042943DB', 'PaymentKeyProviderStateMachineRoleA99A329C'];

describe.each<[string, (stack: Stack) => IRole, unknown]>([
  ['imported by its name', byName, 'PaymentAdminRole'],
  ['imported by its ARN', stack => Role.fromRoleArn(stack, 'Role', ROLE_ARN), 'PaymentAdminRole'],
  ['of the same stack', stack => new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }), { Ref: 'Role1ABCC5F0' }],
])('a role %s', (_, role, name) => {
  const { template, stack } = scene(at => ({ role: role(at) }));

  test('is that of the function', () => {
    expect(JSON.stringify(Object.values(template.findResources('AWS::Lambda::Function'))[0].Properties.Role)).toMatch(/PaymentAdminRole|Role1ABCC5F0/);
    expect(Object.keys(template.toJSON().Resources)).not.toContain(OWN_IDS[0]);
  });

  test('gets every permission, in policies that are attached to it', () => {
    expect(policies(template).map(([, { Roles }]) => Roles)).toEqual([[name], [name]]);
    expect(policies(template).flatMap(([, { PolicyDocument }]) => sidsOf(PolicyDocument))).toEqual(expect.arrayContaining(['CreateOwnKeys', 'KeepLedger', 'Log', 'StartExecutions', 'SetAliases']));
    expect(warnings(stack, 'NotAttached')).toEqual([]);
  });

  test('has them before the function is made, and keys wait for all', () => {
    const { Resources } = template.toJSON();
    const [always, ofFunction] = policies(template).map(([id]) => id).sort();
    expect(Object.values<any>(Resources).find(({ Type }) => Type === 'AWS::Lambda::Function').DependsOn).toContain(always);
    expect(Resources.Cvk14B72062.DependsOn).toContain(ofFunction);
  });

  test('is not filled twice under one name by two stacks', () => {
    const [[, { PolicyName }]] = policies(template);
    expect(PolicyName).toEqual({ 'Fn::Join': ['', [expect.stringMatching(/^.{1,64}$/), { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] }]] });
  });
});

test('both roles may be one', () => {
  const { template } = scene(stack => { const role = byName(stack); return { role, stateMachineRole: role }; });
  template.resourceCountIs('AWS::IAM::Role', 0);
  expect(policies(template).flatMap(([, { PolicyDocument }]) => sidsOf(PolicyDocument)).length).toBeGreaterThan(10);
  expect(new Set(policies(template).map(([, { PolicyName }]) => JSON.stringify(PolicyName))).size).toBe(3);
});

test('a role of the state machine\'s alone leaves that of the function as it is', () => {
  const { template } = scene(stack => ({ stateMachineRole: byName(stack) }));
  expect(Object.keys(template.findResources('AWS::IAM::Role'))).toEqual([OWN_IDS[0]]);
  const [[id, { PolicyDocument }]] = policies(template).filter(([its]) => its.includes('StateMachine'));
  expect(PolicyDocument.Statement.map(({ Action }: any) => Action)).toEqual(['lambda:InvokeFunction']);
  expect(Object.values<any>(template.findResources('AWS::StepFunctions::StateMachine'))[0].DependsOn).toContain(id);
});

test('a role in a VPC may make network interfaces, without a managed policy', () => {
  const { template, stack } = scene(at => ({ role: byName(at), vpc: new Vpc(at, 'Vpc') }));
  expect(policies(template).flatMap(([, { PolicyDocument }]) => sidsOf(PolicyDocument))).toContain('RunInVpc');
  expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('IRoleCantBeUsedWithIManagedPolicy'))).toEqual([]);
});

describe.each<[string, (stack: Stack) => IRole]>([
  ['that must not change', fixed],
  ['without policy updates', stack => new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }).withoutPolicyUpdates()],
])('a role %s', (_, role) => {
  const { template, stack, provider } = scene(at => ({ role: role(at) }));

  test('is not changed', () => {
    expect(policies(template)).toEqual([]);
  });

  test('draws a warning that prints what it needs', () => {
    const [text, ...others] = warnings(stack, 'rolePolicyNotAttached');
    expect(others).toEqual([]);
    const printed = JSON.parse(/(\{"Statement.*\})/.exec(text)![1]);
    expect(sidsOf(printed)).toEqual(sidsOf(stack.resolve(provider.requiredPolicy)));
    expect(sidsOf(printed)).toEqual(expect.arrayContaining(['CreateOwnKeys', 'KeepLedger', 'StartExecutions', 'SetAliases']));
  });

  test('leaves keys waiting for the rest of the provider', () => {
    const { Resources } = template.toJSON();
    expect(Resources.Cvk14B72062.DependsOn).toEqual(['PaymentKeyProviderLastResortPermission2FEF824B']);
    expect(Resources.PaymentKeyProviderLastResortPermission2FEF824B.DependsOn).toEqual(['PaymentKeyProviderFunctionEventInvokeConfigA32147C1']);
  });
});

describe('requiredPolicy', () => {
  const policyOf = (stack: Stack, provider: PaymentKeyProvider) => JSON.stringify(stack.resolve(provider.requiredPolicy));

  test('names what CloudFormation makes up by patterns, and refers to nothing', () => {
    const { stack, provider } = scene(at => ({ role: fixed(at) }));
    const text = policyOf(stack, provider);
    expect(text).not.toMatch(/"(Ref|Fn::GetAtt)":"(?!AWS::)/);
    for (const pattern of [
      'arn:${P}:cloudformation:us-east-1:111122223333:stack/Payments/*', 'arn:${P}:dynamodb:us-east-1:111122223333:table/Payments-PaymentKeyProviderTableBAE535BE-*',
      'arn:${P}:logs:us-east-1:111122223333:log-group:Payments-PaymentKeyProviderLogGroup8CBDE8D2-*',
      'arn:${P}:states:us-east-1:111122223333:stateMachine:PaymentKeyProviderStateMachineC2908462-*',
    ]) {
      expect(text).toContain(pattern.split('${P}')[1]);
    }
  });

  test('compares with a pattern only by operators that know patterns', () => {
    const { stack, provider } = scene(at => ({ role: fixed(at) }));
    for (const { Condition = {} } of stack.resolve(provider.requiredPolicy).Statement) {
      for (const [operator, values] of Object.entries<any>(Condition)) {
        if (JSON.stringify(values).includes('*')) { expect(operator).toMatch(/^StringLike(IfExists)?$/); }
      }
    }
  });

  test('grows with what is declared', () => {
    const { stack, provider } = scene(at => ({ role: fixed(at) }));
    expect(policyOf(stack, provider)).not.toContain('SetAccountDefaults');
    new AccountDefaultReplication(stack, 'Defaults', { regions: ['us-west-2'] });
    expect(policyOf(stack, provider)).toContain('SetAccountDefaults');
  });

  test('can be attached in another stack of the app', () => {
    const stack = new Stack(new App(), 'Payments', { env: ENV });
    const provider = new PaymentKeyProvider(stack, { role: fixed(stack) });
    const roles = new Stack(stack.node.root as App, 'Roles', { env: ENV });
    new ManagedPolicy(roles, 'Policy', { document: provider.requiredPolicy });
    expect(JSON.stringify(Template.fromStack(roles).toJSON())).not.toContain('Fn::ImportValue');
  });

  test('of the state machine names the function however its name is cut', () => {
    const { stack, provider } = scene(at => ({ stateMachineRole: fixed(at) }));
    const [{ Resource }] = stack.resolve(provider.requiredStateMachinePolicy).Statement;
    expect(JSON.stringify(Resource)).toContain(':lambda:us-east-1:111122223333:function:*PaymentKeyProviderFunc*');
    expect(warnings(stack, 'stateMachineRolePolicyNotAttached')).toHaveLength(1);
  });

  test('says the same of roles of the provider\'s own', () => {
    const [own, given] = [scene(() => ({})), scene(at => ({ role: fixed(at) }))].map(({ stack, provider }) => policyOf(stack, provider));
    expect(own).toBe(given);
  });

  test('of a stack that knows neither account nor Region leaves them to the deployment', () => {
    const { stack, provider } = scene(at => ({ role: Role.fromRoleName(at, 'Role', 'x', { mutable: false }) }), {});
    expect(policyOf(stack, provider)).toContain('{"Ref":"AWS::Region"}');
    expect(warnings(stack, 'rolePolicyNotAttached')[0]).toContain(':${AWS::Region}:${AWS::AccountId}:key/*');
  });
});
