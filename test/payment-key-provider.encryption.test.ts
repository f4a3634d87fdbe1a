import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { App, NestedStack, Stack } from 'aws-cdk-lib/core';
import { MultiRegionPaymentKey, PaymentKeyProvider, PaymentKeyProviderProps, PaymentKeySpec, PaymentKeyWatch } from '../src';

const ENV = { account: '111122223333', region: 'us-east-1' };
const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
const KEY = { 'Fn::GetAtt': ['KmsKey46693ADD', 'Arn'] };

interface Scene {
  readonly stack: Stack;
  readonly template: Template;
  readonly provider: PaymentKeyProvider;
}

function scene(props: (stack: Stack) => PaymentKeyProviderProps, scope: (stack: Stack) => Stack = stack => stack): Scene {
  const stack = new Stack(new App(), 'Payments', { env: ENV });
  const options = props(stack);
  const its = scope(stack);
  const provider = new PaymentKeyProvider(its, options);
  new MultiRegionPaymentKey(its, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] });
  return { stack: its, template: Template.fromStack(its), provider };
}
const ownKey = (stack: Stack) => ({ encryptionKey: new Key(stack, 'KmsKey') });
const only = (template: Template, type: string): any => Object.values(template.findResources(type))[0];
const keyStatements = (template: Template): any[] => only(template, 'AWS::KMS::Key').Properties.KeyPolicy.Statement;

describe('encryptionKey', () => {
  const { template } = scene(ownKey);

  test.each<[string, string, object]>([
    ['the ledger', 'AWS::DynamoDB::Table', { SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY } }],
    ['the log group', 'AWS::Logs::LogGroup', { KmsKeyId: KEY }],
    ['the environment', 'AWS::Lambda::Function', { KmsKeyArn: KEY }],
    ['definition and histories', 'AWS::StepFunctions::StateMachine', { EncryptionConfiguration: { Type: 'CUSTOMER_MANAGED_KMS_KEY', KmsKeyId: KEY } }],
  ])('encrypts %s', (_, type, properties) => {
    template.hasResourceProperties(type, properties);
  });

  test('makes no resource of its own', () => {
    const types = (of: Template) => Object.values<any>(of.toJSON().Resources).map(({ Type }) => Type).filter(type => type !== 'AWS::KMS::Key').sort();
    expect(types(template)).toEqual(types(scene(() => ({})).template));
  });

  test('lets CloudWatch Logs use the key for the provider\'s log group, and leaves the rest to IAM', () => {
    const [, ...added] = keyStatements(template);
    expect(added.map(({ Sid }: any) => Sid)).toEqual(['EncryptLogOfPaymentKeyProvider', 'LeavePaymentKeyProviderToIam', 'LeaveGrantsOfPaymentKeyProviderToIam']);
    expect(added[0]).toMatchObject({
      Principal: { Service: { 'Fn::Join': ['', ['logs.', { Ref: 'AWS::Region' }, '.amazonaws.com']] } },
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': { 'Fn::Join': ['', expect.arrayContaining([':log-group:*PaymentKeyProviderLogGroup8CBDE8D2*'])] } } },
    });
    expect(added[2]).toMatchObject({ Action: 'kms:CreateGrant', Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } } });
  });

  test('of several stacks has their statements once', () => {
    const app = new App();
    const key = new Key(new Stack(app, 'Keys', { env: ENV }), 'KmsKey');
    for (const name of ['One', 'Two']) { new PaymentKeyProvider(new Stack(app, name, { env: ENV }), { encryptionKey: key }); }
    expect(keyStatements(Template.fromStack(key.stack))).toHaveLength(4);
  });

  test('may be in the stack around a nested one', () => {
    const { template: nested } = scene(ownKey, stack => new NestedStack(stack, 'Nested'));
    expect(JSON.stringify(only(nested, 'AWS::DynamoDB::Table').Properties.SSESpecification)).toContain('KmsKey');
  });

  test('has a policy of the user\'s that stays', () => {
    const policy = new PolicyDocument({ statements: [new PolicyStatement({ sid: 'Theirs', actions: ['kms:*'], principals: [new ServicePrincipal('x.amazonaws.com')], resources: ['*'] })] });
    const { template: its } = scene(stack => ({ encryptionKey: new Key(stack, 'KmsKey', { policy }) }));
    expect(keyStatements(its).map(({ Sid }: any) => Sid)).toEqual(expect.arrayContaining(['Theirs', 'LeavePaymentKeyProviderToIam']));
  });

  test('does not decide over a log group of the user\'s', () => {
    const { template: its } = scene(stack => ({ ...ownKey(stack), logGroup: new LogGroup(stack, 'Theirs') }));
    expect(only(its, 'AWS::Logs::LogGroup').Properties.KmsKeyId).toBeUndefined();
    expect(JSON.stringify(keyStatements(its))).not.toContain('logs.');
  });

  test('makes no circle with the roles, whose policies name what it encrypts', () => {
    const references = [...JSON.stringify(template.toJSON().Resources.KmsKey46693ADD).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"([^"]+)"/g)].map(([, id]) => id);
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter(id => !id.startsWith('AWS::'))).toEqual([]);
  });
});

describe('an imported encryptionKey', () => {
  const imported = scene(stack => ({ encryptionKey: Key.fromKeyArn(stack, 'KmsKey', KEY_ARN) }));

  test('is used all the same', () => {
    imported.template.hasResourceProperties('AWS::Lambda::Function', { KmsKeyArn: KEY_ARN });
  });

  test('draws a warning that prints the statements it must have', () => {
    const [{ entry }] = Annotations.fromStack(imported.stack).findWarning('*', Match.stringLikeRegexp('encryptionKeyPolicyNotChanged'));
    const [, printed] = /(\{.*\})/.exec(entry.data as string)!;
    expect(JSON.parse(printed).Statement).toEqual(imported.provider.requiredKeyPolicy!.toJSON().Statement.map(() => expect.objectContaining({ Resource: '*' })));
    expect(JSON.parse(printed).Statement[0].Principal).toEqual({ Service: 'logs.${AWS::Region}.amazonaws.com' });
  });

  test('draws none if the app makes the key', () => {
    expect(Annotations.fromStack(scene(ownKey).stack).findWarning('*', Match.stringLikeRegexp('encryptionKeyPolicyNotChanged'))).toEqual([]);
  });
});

test('without encryptionKey nothing of it is there', () => {
  const { template, provider } = scene(() => ({}));
  expect(JSON.stringify(template.toJSON())).not.toMatch(/kms:|Kms|DescribeExecution/);
  expect(provider.requiredKeyPolicy).toBeUndefined();
});

test('roles of the user\'s get the permissions for it too', () => {
  const { template } = scene(stack => ({ ...ownKey(stack), role: Role.fromRoleName(stack, 'Role', 'payments'), stateMachineRole: Role.fromRoleName(stack, 'States', 'states') }));
  const sids = Object.values<any>(template.findResources('AWS::IAM::Policy')).flatMap(({ Properties: { PolicyDocument: { Statement } } }) => Statement.map(({ Sid }: any) => Sid));
  expect(sids).toEqual(expect.arrayContaining(['UseEncryptedLedger', 'DecryptEnvironment', 'DescribeExecutions', 'UseEncryptedExecutions']));
  expect(sids.filter(sid => sid === 'UseEncryptedExecutions')).toHaveLength(2);
});

test('a watch keeps its environment under the key too, and may read the encrypted ledger', () => {
  const stack = new Stack(new App(), 'Payments', { env: ENV });
  new PaymentKeyProvider(stack, { ...ownKey(stack), controlPlaneEndpoints: { 'us-west-2': 'https://vpce-0123.example' } });
  new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] });
  new PaymentKeyWatch(stack, 'Watch');
  const template = Template.fromStack(stack);
  const functions = Object.values<any>(template.findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties);
  expect(functions.map(({ KmsKeyArn }) => KmsKeyArn)).toEqual([KEY, KEY]);
  expect(functions.map(({ Environment: { Variables } }) => Variables.CONTROL_PLANE_ENDPOINTS)).toEqual(Array(2).fill('{"us-west-2":"https://vpce-0123.example"}'));
  const [watching] = Object.values<any>(template.findResources('AWS::IAM::Role')).map(({ Properties }) => Properties.Policies).filter(([{ PolicyName }]) => PolicyName === 'Watch');
  expect(watching[0].PolicyDocument.Statement.map(({ Sid }: any) => Sid)).toEqual(expect.arrayContaining(['UseEncryptedLedger', 'DecryptEnvironment', 'ReadLedger']));
});
