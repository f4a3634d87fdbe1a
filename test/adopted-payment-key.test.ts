import { Annotations as Warnings, Match, Template } from 'aws-cdk-lib/assertions';
import { AccountPrincipal, AnyPrincipal, ArnPrincipal, Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { App, Aws, Duration, RemovalPolicy, Stack, Tags, Validations } from 'aws-cdk-lib/core';
import { AdoptedPaymentKey, AdoptedPaymentKeyProps, MultiRegionPaymentKey, PaymentKeySpec } from '../src';

const TYPE = 'Custom::AdoptedPaymentKey';
const ENV = { account: '111122223333', region: 'us-east-1' };
const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/abcdefghijklmnop';

const stackIn = (env?: { account: string; region: string }) => new Stack(new App(), 'Payments', { env });
function adopt(props: Partial<AdoptedPaymentKeyProps> = {}, stack = stackIn(ENV)) {
  const key = MultiRegionPaymentKey.adopt(stack, 'Adopted', { key: MultiRegionPaymentKey.fromKeyArn(stack, 'Key', ARN), ...props });
  return { stack, key };
}
const nativeKey = (stack: Stack, exportable: boolean) => new CfnKey(stack, 'Native', {
  exportable, keyAttributes: { keyAlgorithm: 'AES_128', keyClass: 'SYMMETRIC_KEY', keyModesOfUse: {}, keyUsage: 'TR31_M6_ISO_9797_5_CMAC_KEY' },
});
const resourceOf = (stack: Stack, type = TYPE) => Object.values(Template.fromStack(stack).findResources(type))[0];
const statements = (stack: Stack): any[] => Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
  .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
const sids = (stack: Stack) => statements(stack).map(({ Sid }) => Sid);
const warnings = (stack: Stack) => Warnings.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));
const errorOf = (act: () => unknown): Error => {
  try { act(); } catch (error) { return error as Error; }
  throw new Error('nothing was thrown');
};

describe('an adopted key', () => {
  test('says what is declared, and no default', () => {
    const { stack, key } = adopt();
    expect(key).toBeInstanceOf(AdoptedPaymentKey);
    expect(resourceOf(stack).Properties).toEqual({
      ServiceToken: expect.anything(), ServiceTimeout: '2100', StateMachineArn: expect.anything(), KeyArn: ARN,
    });
  });

  test('says everything that differs from the defaults', () => {
    const { stack, key } = adopt({
      restoreIfPending: true, enabled: true, replicationRegions: ['us-west-2'], waitForReplication: false, replicationTimeout: Duration.minutes(55),
    });
    key.addReplicationRegion('eu-west-1');
    Tags.of(key).add('team', 'cards');
    expect(resourceOf(stack).Properties).toMatchObject({
      ServiceTimeout: '3600',
      RestoreIfPending: true,
      Enabled: true,
      ReplicationRegions: ['us-west-2', 'eu-west-1'],
      Tags: [{ Key: 'team', Value: 'cards' }],
      WaitForReplication: false,
      ReplicationTimeoutInMinutes: 55,
    });
  });

  test('says the key check value that it must have, in upper case', () => {
    expect(resourceOf(adopt({ expectedKeyCheckValue: '08d7b4' }).stack).Properties.ExpectedKeyCheckValue).toBe('08D7B4');
    const { name, message } = errorOf(() => adopt({ expectedKeyCheckValue: '08:D7:B4' }));
    expect(name).toBe('InvalidKeyCheckValue');
    expect(message).toContain("Payments/Adopted: expectedKeyCheckValue must be 4 to 16 hexadecimal digits, but is '08:D7:B4'");
  });

  test.each([undefined, RemovalPolicy.RETAIN, RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE])('is never to be deleted, not by a rollback either: %s', removalPolicy => {
    expect(resourceOf(adopt({ removalPolicy }).stack)).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  test('has attributes, replicas, grants and events like any other', () => {
    const { stack, key } = adopt({ replicationRegions: ['us-west-2'] });
    expect([key.keyArn, key.keyId, key.keyCheckValue, key.keyCheckValueAlgorithm, key.keyOrigin].map(value => stack.resolve(value)['Fn::GetAtt'][1]))
      .toEqual(['KeyArn', 'KeyId', 'KeyCheckValue', 'KeyCheckValueAlgorithm', 'KeyOrigin']);
    expect(key.replica('us-west-2').env.region).toBe('us-west-2');
    expect(errorOf(() => key.replica('eu-west-1')).name).toBe('ReplicaNotDeclared');
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
    key.grants.verifyCardValidationData(role);
    expect(statements(stack)).toContainEqual(expect.objectContaining({ Action: 'payment-cryptography:VerifyCardValidationData' }));
  });

  test('without a list of Regions may have a replica anywhere, but none can be added', () => {
    const { key } = adopt();
    expect(key.replica('eu-west-1').env.region).toBe('eu-west-1');
    expect(errorOf(() => key.addReplicationRegion('eu-west-1')).name).toBe('ReplicationRegionsNotDeclared');
  });

  test('costs two permissions on exactly that key, a third one to restore it', () => {
    const adoption = { Sid: 'AdoptKeys', Effect: 'Allow', Action: ['payment-cryptography:TagResource', 'payment-cryptography:GetResourcePolicy'], Resource: [ARN] };
    expect(statements(adopt().stack)).toContainEqual(adoption);
    expect(sids(adopt().stack)).not.toContain('RestoreKeysToAdopt');
    expect(statements(adopt({ restoreIfPending: true }).stack))
      .toContainEqual({ Sid: 'RestoreKeysToAdopt', Effect: 'Allow', Action: 'payment-cryptography:RestoreKey', Resource: [ARN] });
  });

  test('in a stack without environment, by a token', () => {
    const stack = stackIn();
    const arn = `arn:aws:payment-cryptography:${Aws.REGION}:${Aws.ACCOUNT_ID}:key/abcdefghijklmnop`;
    adopt({ key: MultiRegionPaymentKey.fromKeyAttributes(stack, 'ByAttributes', { keyId: 'abcdefghijklmnop' }) }, stack);
    MultiRegionPaymentKey.adopt(stack, 'Second', { key: MultiRegionPaymentKey.fromKeyArn(stack, 'SecondKey', arn) });
    Template.fromStack(stack).resourceCountIs(TYPE, 2);
  });

  test('that a template declares is warned about', () => {
    const stack = stackIn(ENV);
    adopt({ key: nativeKey(stack, true) }, stack);
    expect(resourceOf(stack).Properties.KeyArn).toEqual({ Ref: 'Native' });
    expect(warnings(stack)).toEqual([expect.stringContaining('Payments/Native declares the key, and goes on doing so')]);
  });
});

describe('refused when the template is made', () => {
  test.each<[string, (stack: Stack) => Partial<AdoptedPaymentKeyProps>, string]>([
    ['KeyManagedAlready', stack => ({ key: new MultiRegionPaymentKey(stack, 'Own', { spec: PaymentKeySpec.cmac() }) }), 'Payments/Own manages the key already'],
    ['KeyManagedAlready', stack => ({ key: adopt({}, new Stack(stack.node.root, 'Other', { env: ENV })).key }), 'Other/Adopted manages the key already'],
    ['KeyInOtherEnvironment', stack => ({ key: MultiRegionPaymentKey.fromKeyArn(stack, 'Far', ARN.replace('us-east-1', 'eu-west-1')) }), 'is in 111122223333/eu-west-1'],
    ['KeyInOtherEnvironment', stack => ({ key: MultiRegionPaymentKey.fromKeyArn(stack, 'Far', ARN.replace('111122223333', '999999999999')) }), 'is in 999999999999'],
    ['InvalidKeyArn', stack => ({ key: MultiRegionPaymentKey.fromAliasName(stack, 'Alias', 'alias/cvk') }), 'by its ARN, not by an alias'],
    ['RemovalPolicyNotSupported', () => ({ removalPolicy: RemovalPolicy.DESTROY }), 'aws payment-cryptography delete-key'],
    ['RemovalPolicyNotSupported', () => ({ removalPolicy: RemovalPolicy.SNAPSHOT }), 'removalPolicy is snapshot'],
    ['OwnRegionInReplicationRegions', () => ({ replicationRegions: ['us-east-1'] }), "'us-east-1' is the key's own Region"],
    ['ExportableNeededForReplication', stack => ({ key: nativeKey(stack, false), replicationRegions: ['us-west-2'] }), "'us-west-2' is to get a replica"],
    ['RegionCannotBeToken', () => ({ replicationRegions: [Aws.REGION] }), 'must be known'],
    ['InvalidReplicationTimeout', () => ({ replicationTimeout: Duration.minutes(56) }), 'but is 56 minutes'],
  ])('%s', (name, props, message) => {
    const stack = stackIn(ENV);
    const error = errorOf(() => adopt(props(stack), stack));
    expect(error).toMatchObject({ name, message: expect.stringContaining(message) });
    expect(error.message).toMatch(/^\w+: Payments\/Adopted: /);
  });

  test('a tag of ours', () => {
    const { stack, key } = adopt();
    Tags.of(key).add('cdk-multi-region-payment-keys:stack-id', 'x');
    expect(errorOf(() => Template.fromStack(stack)).message).toContain('TagNotAllowed: Payments/Adopted');
  });
});

describe('a resource policy', () => {
  const OWN = 'Custom::MultiRegionPaymentKey';
  const allow = (more = {}) => new PolicyStatement({
    principals: [new ArnPrincipal('arn:aws:iam::444455556666:role/terminal')], actions: ['payment-cryptography:GenerateMac'], resources: ['*'], ...more,
  });
  const own = (props = {}) => {
    const stack = stackIn(ENV);
    return { stack, key: new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cmac(), replicationRegions: [], ...props }) };
  };

  test('stands in the template as text, statements of both ways in it; without one there is neither property nor permission', () => {
    const { stack, key } = own({ resourcePolicy: new PolicyDocument({ statements: [allow({ sid: 'Given' })] }) });
    expect(key.addToResourcePolicy(allow({ sid: 'Added' }))).toMatchObject({ statementAdded: true, policyDependable: key.node.defaultChild });
    const text = resourceOf(stack, OWN).Properties.ResourcePolicy;
    expect(JSON.parse(text).Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual(['Given', 'Added']);
    expect(sids(stack)).toContain('SetResourcePoliciesOfOwnKeys');
    const without = own();
    expect(resourceOf(without.stack, OWN).Properties).not.toHaveProperty('ResourcePolicy');
    expect(sids(without.stack)).not.toContain('SetResourcePoliciesOfOwnKeys');
  });

  test('of an adopted key too', () => {
    const { stack } = adopt({ resourcePolicy: new PolicyDocument({ statements: [allow({ resources: [ARN] })] }) });
    expect(JSON.parse(resourceOf(stack).Properties.ResourcePolicy).Statement[0].Resource).toBe(ARN);
  });

  test('may name roles of the stack', () => {
    const { stack, key } = own();
    key.addToResourcePolicy(allow({ principals: [new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') })] }));
    expect(resourceOf(stack, OWN).Properties.ResourcePolicy['Fn::Join'][1]).toContainEqual({ 'Fn::GetAtt': ['Role1ABCC5F0', 'Arn'] });
  });

  test('without statements is none', () => {
    expect(resourceOf(own({ resourcePolicy: new PolicyDocument() }).stack, OWN).Properties).not.toHaveProperty('ResourcePolicy');
  });

  test.each<[string, (key: MultiRegionPaymentKey) => PolicyStatement, string]>([
    ['no principal', () => new PolicyStatement({ actions: ['x:y'], resources: ['*'] }), 'must specify at least one IAM principal'],
    ['no resource', () => allow({ resources: [] }), 'a statement has no resources. Write'],
    ['resources that it excepts', () => allow({ resources: [], notResources: ['*'], effect: Effect.DENY }), 'a statement has not resources'],
    ['the key itself by its attribute', key => allow({ resources: [key.keyArn] }), "a statement names the key's own ARN"],
    ['the key itself by its id', key => allow({ resources: [key.keyArnIn('us-east-1')] }), "a statement names the key's own ARN"],
    ['another resource', () => allow({ resources: ['arn:aws:s3:::bucket'] }), "a statement names the resource 'arn:aws:s3:::bucket'"],
    ['too many characters', () => allow({ conditions: { StringEquals: { 'aws:x': 'v'.repeat(20_480) } } }), 'but at most 20480 are allowed'],
    ['too many characters beside a token', () => allow({ conditions: { StringEquals: { 'aws:x': 'v'.repeat(20_480) + Aws.PARTITION } } }), 'but at most 20480 are allowed'],
  ])('is refused with %s', (_, statement, message) => {
    const { stack, key } = own();
    key.addToResourcePolicy(statement(key));
    expect(errorOf(() => Template.fromStack(stack)).message).toMatch(/InvalidResourcePolicy: Payments\/Cvk: /);
    expect(errorOf(() => Template.fromStack(stack)).message).toContain(message);
  });

  test('is refused when it names another key than the adopted one; tokens and, on keys to be made, ARNs of keys pass', () => {
    const { stack, key } = adopt();
    key.addToResourcePolicy(allow({ resources: [ARN.replace('abcd', 'bcde')] }));
    expect(errorOf(() => Template.fromStack(stack)).message).toContain('a statement names the resource');
    const passing = own();
    passing.key.addToResourcePolicy(allow({ resources: [ARN, `arn:${Aws.PARTITION}:payment-cryptography:us-east-1:111122223333:key/abcdefghijklmnop`] }));
    expect(() => Template.fromStack(passing.stack)).not.toThrow();
  });

  test('is warned about once when the key has replicas, whichever came first', () => {
    const message = expect.stringContaining('resource policies do not replicate');
    const first = own({ resourcePolicy: new PolicyDocument({ statements: [allow({ principals: [new AccountPrincipal('444455556666')] })] }) });
    expect(warnings(first.stack)).toEqual([]);
    const late = own({ resourcePolicy: new PolicyDocument({ statements: [allow()] }) });
    late.key.addReplicationRegion('us-west-2');
    late.key.addReplicationRegion('eu-west-1');
    late.key.addToResourcePolicy(allow());
    expect(warnings(late.stack)).toEqual([message]);
    const quiet = own({ replicationRegions: ['us-west-2'] });
    quiet.key.addToResourcePolicy(allow({ principals: [new AnyPrincipal()], effect: Effect.DENY }));
    Validations.of(quiet.key).acknowledge({ id: 'cdk-multi-region-payment-keys:resourcePolicyNotReplicated', reason: 'primary only' });
    expect(warnings(quiet.stack)).toEqual([]);
  });
});
