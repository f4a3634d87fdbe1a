import { Annotations as Warnings, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { App, Aws, Duration, Lazy, RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import { MultiRegionPaymentKey, MultiRegionPaymentKeyProps, PaymentKeySpec, RegionalAlias, RegionalAliasProps } from '../src';

const TYPE = 'Custom::RegionalPaymentKeyAlias';
const ENV = { account: '111122223333', region: 'us-east-1' };
const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/abcdefghijklmnop';

const newStack = (env: { account?: string; region?: string } = ENV) => new Stack(new App(), 'Payments', { env });
const cvk = (stack: Stack, props: Partial<MultiRegionPaymentKeyProps> = {}) =>
  new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2', 'eu-west-1'], ...props });
const native = (stack: Stack, replicationRegions?: string[]) => new CfnKey(stack, 'Native', {
  exportable: true,
  keyAttributes: { keyAlgorithm: 'AES_128', keyClass: 'SYMMETRIC_KEY', keyModesOfUse: { generate: true }, keyUsage: 'TR31_M6_ISO_9797_5_CMAC_KEY' },
  replicationRegions,
});
const aliases = (stack: Stack): any[] => Object.values(Template.fromStack(stack).findResources(TYPE));
const properties = (stack: Stack) => aliases(stack)[0].Properties;
const errorOf = (act: () => unknown): Error => {
  try { act(); } catch (error) { return error as Error; }
  throw new Error('nothing was thrown');
};

describe('the resource in the template', () => {
  test('is one, with the Regions of the key, and no default', () => {
    const stack = newStack();
    cvk(stack).addAlias('alias/cvk');
    expect(aliases(stack)).toHaveLength(1);
    expect(properties(stack)).toEqual({
      ServiceToken: expect.anything(),
      ServiceTimeout: '2100',
      StateMachineArn: expect.anything(),
      AliasName: 'alias/cvk',
      KeyArn: { 'Fn::GetAtt': ['Cvk14B72062', 'KeyArn'] },
      Regions: ['us-east-1', 'us-west-2', 'eu-west-1'],
    });
  });

  test('has Regions that the key gets later', () => {
    const stack = newStack();
    const key = cvk(stack);
    key.addAlias('alias/cvk');
    key.addReplicationRegion('eu-west-2');
    expect(properties(stack).Regions).toEqual(['us-east-1', 'us-west-2', 'eu-west-1', 'eu-west-2']);
  });

  test('has the Regions named, and the timeout', () => {
    const stack = newStack();
    new RegionalAlias(stack, 'Alias', { aliasName: 'alias/cvk', key: cvk(stack), regions: ['eu-west-1'], replicationTimeout: Duration.minutes(5) });
    expect(properties(stack)).toMatchObject({ Regions: ['eu-west-1'], ReplicationTimeoutInMinutes: 5, ServiceTimeout: '900' });
  });

  test('of a replica is in its Region', () => {
    const stack = newStack();
    cvk(stack).replica('eu-west-1').addAlias('alias/cvk-eu');
    expect(properties(stack)).toMatchObject({ AliasName: 'alias/cvk-eu', Regions: ['eu-west-1'] });
  });

  test('of a key whose Regions the account decides is in the Region of the stack', () => {
    const stack = newStack();
    cvk(stack, { replicationRegions: undefined }).addAlias('alias/cvk');
    expect(properties(stack).Regions).toEqual(['us-east-1']);
  });

  test('of an imported key is where that is known to be, or in the Region of the stack', () => {
    const stack = newStack({ ...ENV, region: 'us-west-2' });
    MultiRegionPaymentKey.fromKeyArn(stack, 'ByArn', ARN).addAlias('alias/a');
    MultiRegionPaymentKey.fromKeyAttributes(stack, 'ByAttributes', { keyId: 'abcdefghijklmnop', region: 'us-east-1', replicationRegions: ['us-west-2'] }).addAlias('alias/b');
    expect(aliases(stack).map(({ Properties }) => Properties.Regions)).toEqual([['us-west-2'], ['us-east-1', 'us-west-2']]);
    expect(aliases(stack)[0].Properties.KeyArn).toBe(ARN);
  });

  test('of a native key is in its Region and in those of its replicas, as far as they are concrete', () => {
    const stack = newStack();
    new RegionalAlias(stack, 'Alias', { aliasName: 'alias/cmac', key: native(stack, ['us-west-2', Aws.REGION]) });
    expect(properties(stack)).toMatchObject({ KeyArn: { Ref: 'Native' }, Regions: ['us-east-1', 'us-west-2'] });
    const other = newStack();
    new RegionalAlias(other, 'Alias', { aliasName: 'alias/cmac', key: native(other, Token.asList(Lazy.any({ produce: () => [] }))) });
    expect(properties(other).Regions).toEqual(['us-east-1']);
  });

  test('in a stack without environment names the own Region by reference', () => {
    const stack = newStack({});
    const key = cvk(stack);
    key.addAlias('alias/cvk');
    key.addAlias('alias/other', { regions: [Aws.REGION, 'eu-west-1'] });
    expect(aliases(stack).map(({ Properties }) => Properties.Regions)).toEqual([
      [{ Ref: 'AWS::Region' }, 'us-west-2', 'eu-west-1'], [{ Ref: 'AWS::Region' }, 'eu-west-1'],
    ]);
  });

  test.each([
    [undefined, undefined, 'RetainExceptOnCreate'],
    [RemovalPolicy.DESTROY, undefined, 'Delete'],
    [RemovalPolicy.DESTROY, RemovalPolicy.RETAIN, 'Retain'],
  ])('with the removal policy %s of the key and its own %s', (ofKey, own, DeletionPolicy) => {
    const stack = newStack();
    const key = cvk(stack, { removalPolicy: ofKey });
    new RegionalAlias(stack, 'Alias', { aliasName: 'alias/a', key, removalPolicy: own });
    new RegionalAlias(stack, 'OfReplica', { aliasName: 'alias/b', key: key.replica('us-west-2'), removalPolicy: own });
    expect(aliases(stack).map(alias => alias.DeletionPolicy)).toEqual([DeletionPolicy, DeletionPolicy]);
  });

  test('of a key that is not managed here is retained', () => {
    const stack = newStack();
    new RegionalAlias(stack, 'Alias', { aliasName: 'alias/cmac', key: native(stack) });
    expect(aliases(stack)[0]).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
  });

  test('gives its name to who waits for it, and is an alias as the native one is', () => {
    const stack = newStack();
    const alias = cvk(stack).addAlias('alias/cvk');
    expect(stack.resolve(alias.aliasName)['Fn::GetAtt'][1]).toBe('AliasName');
    expect(alias.aliasRef.aliasName).toBe(alias.aliasName);
  });

  test('lets the function set aliases, in stacks that have some', () => {
    const without = newStack();
    cvk(without);
    const having = newStack();
    cvk(having).addAlias('alias/cvk');
    const permissions = (stack: Stack) => JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
    expect([permissions(without), permissions(having)].map(text => text.includes('payment-cryptography:CreateAlias'))).toEqual([false, true]);
  });
});

describe('refused', () => {
  const declare = (props: Partial<RegionalAliasProps>, env = ENV) => {
    const stack = newStack(env);
    return new RegionalAlias(stack, 'Alias', { aliasName: 'alias/cvk', key: cvk(stack), ...props });
  };
  test.each<[string, Partial<RegionalAliasProps>, string]>([
    ['InvalidAliasName', { aliasName: 'cvk' }, "'cvk' is not the name of an alias"],
    ['InvalidRegion', { regions: ['mars'] }, "'mars' is not the name of a Region"],
    ['RegionCannotBeToken', { regions: [Lazy.string({ produce: () => 'us-west-2' })] }, 'must be known'],
    ['RegionCannotBeToken', { regions: Token.asList(Lazy.any({ produce: () => [] })) }, 'must be known'],
    ['DuplicateRegion', { regions: ['us-west-2', 'us-west-2'] }, "'us-west-2' is listed twice"],
    ['NoRegions', { regions: [] }, 'regions names none'],
    ['InvalidReplicationTimeout', { replicationTimeout: Duration.minutes(56) }, 'must be 1 to 55 whole minutes'],
    ['RemovalPolicyNotSupported', { removalPolicy: RemovalPolicy.SNAPSHOT }, 'there are no snapshots'],
  ])('%s', (name, props, message) => {
    const error = errorOf(() => declare(props));
    expect(error.name).toBe(name);
    expect(error.message).toMatch(/^\w+: Payments\/Alias: /);
    expect(error.message).toContain(message);
  });

  test('a token as the name of an alias that is declared through its key', () => {
    const stack = newStack();
    expect(errorOf(() => cvk(stack).addAlias(Lazy.string({ produce: () => 'alias/x' }))).name).toBe('AliasNameCannotBeToken');
    expect(errorOf(() => cvk(newStack()).addAlias('x')).name).toBe('InvalidAliasName');
  });

  test('a key that was imported by an alias', () => {
    const stack = newStack();
    expect(errorOf(() => MultiRegionPaymentKey.fromAliasName(stack, 'Key', 'alias/old').addAlias('alias/new')).name).toBe('KeyBehindAliasNotKnown');
  });

  test('a Region where the key has no replica, unless it gets one later', () => {
    const stack = newStack();
    const key = cvk(stack);
    key.addAlias('alias/cvk', { regions: ['eu-west-2'] });
    expect(errorOf(() => Template.fromStack(stack)).message).toMatch(/ReplicaNotDeclared: Payments\/Cvk\/Alias-cvk: the key has no replica in 'eu-west-2'\. It is in us-east-1, us-west-2, eu-west-1/);
    key.addReplicationRegion('eu-west-2');
    expect(properties(stack).Regions).toEqual(['eu-west-2']);
  });

  test('the same alias twice in a Region; not in two', () => {
    const stack = newStack();
    const key = cvk(stack);
    key.replica('us-west-2').addAlias('alias/cvk');
    key.replica('eu-west-1').addAlias('alias/cvk');
    Template.fromStack(stack).resourceCountIs(TYPE, 2);
    const other = newStack();
    const twice = cvk(other);
    twice.addAlias('alias/cvk');
    twice.replica('us-west-2').addAlias('alias/cvk');
    expect(errorOf(() => Template.fromStack(other)).message)
      .toMatch(/AliasDeclaredTwice: Payments\/Cvk\/Replica-us-west-2\/Alias-cvk: Payments\/Cvk\/Alias-cvk declares alias\/cvk in 'us-west-2' already/);
  });
});

test('a Region that this version does not know is warned about', () => {
  const stack = newStack();
  new RegionalAlias(stack, 'Alias', { aliasName: 'alias/cmac', key: native(stack), regions: ['us-east-1', 'eu-north-1'] });
  expect(Warnings.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data)))
    .toEqual([expect.stringContaining("does not know AWS Payment Cryptography in 'eu-north-1'")]);
});
