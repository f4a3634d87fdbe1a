import { Annotations as Warnings, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnKey, IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { App, Aspects, Aws, CfnResource, Duration, IPropertyInjector, Lazy, NestedStack, RemovalPolicy, Stack, Tag, Tags, Token, Validations } from 'aws-cdk-lib/core';
import {
  IPaymentKey, KeyCheckValueAlgorithm, MultiRegionPaymentKey, MultiRegionPaymentKeyProps, PaymentKeyAlgorithm, PaymentKeyModesOfUse,
  PaymentKeySpec, PaymentKeyUsage,
} from '../src';

const TYPE = 'Custom::MultiRegionPaymentKey';
const ENV = { account: '111122223333', region: 'us-east-1' };

function declare(props: Partial<MultiRegionPaymentKeyProps> = {}, env: { account?: string; region?: string } = ENV) {
  const stack = new Stack(new App(), 'Payments', { env });
  const key = new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), ...props });
  return { stack, key };
}
const properties = (stack: Stack) => Object.values(Template.fromStack(stack).findResources(TYPE)).map(({ Properties }) => Properties)[0];
const errorOf = (act: () => unknown): Error => {
  try { act(); } catch (error) { return error as Error; }
  throw new Error('nothing was thrown');
};

describe('the resource in the template', () => {
  test('says what is declared, and no default', () => {
    const { stack } = declare({ replicationRegions: ['us-west-2', 'eu-west-1'] });
    expect(properties(stack)).toEqual({
      ServiceToken: expect.anything(),
      ServiceTimeout: '2100',
      StateMachineArn: expect.anything(),
      KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY',
      KeyClass: 'SYMMETRIC_KEY',
      KeyAlgorithm: 'TDES_2KEY',
      KeyModesOfUse: ['Generate', 'Verify'],
      ReplicationRegions: ['us-west-2', 'eu-west-1'],
    });
  });

  test('says everything that differs from the defaults', () => {
    const { stack, key } = declare({
      spec: PaymentKeySpec.keyAgreement(),
      replicationRegions: [],
      enabled: false,
      exportable: false,
      keyCheckValueAlgorithm: KeyCheckValueAlgorithm.SHA_1,
      deriveKeyUsage: PaymentKeyUsage.TR31_P0_PIN_ENCRYPTION_KEY,
      deletionWindow: Duration.days(30),
      waitForReplication: false,
      replicationTimeout: Duration.minutes(55),
    });
    Tags.of(key).add('team', 'cards');
    expect(properties(stack)).toMatchObject({
      ServiceTimeout: '3600',
      KeyClass: 'ASYMMETRIC_KEY_PAIR',
      ReplicationRegions: [],
      Enabled: false,
      Exportable: false,
      KeyCheckValueAlgorithm: 'SHA_1',
      DeriveKeyUsage: 'TR31_P0_PIN_ENCRYPTION_KEY',
      DeletionWindowInDays: 30,
      WaitForReplication: false,
      ReplicationTimeoutInMinutes: 55,
      Tags: [{ Key: 'team', Value: 'cards' }],
    });
  });

  test('without a list of Regions has none', () => {
    expect(properties(declare().stack)).not.toHaveProperty('ReplicationRegions');
  });

  test.each([
    [undefined, 'RetainExceptOnCreate', 'Retain'],
    [RemovalPolicy.DESTROY, 'Delete', 'Delete'],
    [RemovalPolicy.RETAIN, 'Retain', 'Retain'],
  ])('with the removal policy %s', (removalPolicy, DeletionPolicy, UpdateReplacePolicy) => {
    Template.fromStack(declare({ removalPolicy }).stack).hasResource(TYPE, { DeletionPolicy, UpdateReplacePolicy });
  });

  test('whoever depends on a replica waits for the key, which is complete when its Regions are', () => {
    const { stack, key } = declare({ replicationRegions: ['us-west-2'] });
    const consumer = new CfnParameter(stack, 'Consumer', { type: 'String', value: 'x' });
    consumer.node.addDependency(key.replica('us-west-2'));
    Template.fromStack(stack).hasResource('AWS::SSM::Parameter', { DependsOn: [stack.getLogicalId(key.node.defaultChild as CfnResource)] });
  });

  test('a key with tags in all Regions is one resource; a second key adds one', () => {
    const { stack, key } = declare({ replicationRegions: ['us-west-2'] });
    Tags.of(key).add('team', 'cards');
    const before = Object.keys(Template.fromStack(stack).toJSON().Resources).length;
    const twin = declare({ replicationRegions: ['us-west-2'] });
    Tags.of(new MultiRegionPaymentKey(twin.stack, 'Second', { spec: PaymentKeySpec.pinEncryption(), replicationRegions: ['eu-west-1'] })).add('team', 'pins');
    expect(Object.keys(Template.fromStack(twin.stack).toJSON().Resources)).toHaveLength(before + 1);
  });

  test('tags of the stack and of aspects arrive, also late ones', () => {
    const { stack, key } = declare();
    Tags.of(stack).add('stage', 'prod');
    Aspects.of(stack).add(new Tag('owner', 'payments'));
    Tags.of(key).add('stage', 'test', { priority: 300 });
    expect(properties(stack).Tags).toEqual(expect.arrayContaining([{ Key: 'stage', Value: 'test' }, { Key: 'owner', Value: 'payments' }]));
  });

  test('in a stack without environment, and in a nested one', () => {
    const { stack } = declare({ replicationRegions: ['us-west-2'] }, {});
    const nested = new NestedStack(stack, 'Nested');
    new MultiRegionPaymentKey(nested, 'Key', { spec: PaymentKeySpec.cmac() });
    expect(properties(stack).ReplicationRegions).toEqual(['us-west-2']);
    Template.fromStack(nested).resourceCountIs('AWS::Lambda::Function', 1);
  });

  test('addReplicationRegion adds to the list', () => {
    const { stack, key } = declare({ replicationRegions: [] });
    key.addReplicationRegion('eu-west-1');
    expect(properties(stack).ReplicationRegions).toEqual(['eu-west-1']);
  });
});

describe('refused when the template is made', () => {
  test.each<[string, Partial<MultiRegionPaymentKeyProps>, string]>([
    ['InvalidRegion', { replicationRegions: ['mars'] }, "Payments/Cvk: 'mars' is not a Region"],
    ['InvalidRegion', { replicationRegions: ['us-gov-west-1'] }, "'us-gov-west-1' is not a Region"],
    ['RegionCannotBeToken', { replicationRegions: [Aws.REGION] }, 'must be known when the template is made'],
    ['RegionCannotBeToken', { replicationRegions: Token.asList(Lazy.any({ produce: () => [] })) }, 'must be known when the template is made'],
    ['OwnRegionInReplicationRegions', { replicationRegions: ['us-east-1'] }, "'us-east-1' is the key's own Region"],
    ['DuplicateReplicationRegion', { replicationRegions: ['us-west-2', 'us-west-2'] }, "'us-west-2' is listed twice"],
    ['ExportableNeededForReplication', { replicationRegions: ['us-west-2'], exportable: false }, 'only exportable keys replicate'],
    ['InvalidDeletionWindow', { deletionWindow: Duration.days(2) }, 'deletionWindow must be 3 to 180 whole days, but is 2 days'],
    ['InvalidDeletionWindow', { deletionWindow: Duration.days(181) }, 'but is 181 days'],
    ['InvalidDeletionWindow', { deletionWindow: Duration.hours(100) }, 'but is 4 days 4 hours'],
    ['InvalidReplicationTimeout', { replicationTimeout: Duration.minutes(56) }, 'replicationTimeout must be 1 to 55 whole minutes, but is 56 minutes'],
    ['RemovalPolicyNotSupported', { removalPolicy: RemovalPolicy.SNAPSHOT }, 'there are no snapshots of what this makes'],
    ['InvalidReplicationTimeout', { replicationTimeout: Duration.seconds(30) }, 'but is 30 seconds'],
    ['DeriveKeyUsageNotAllowed', { deriveKeyUsage: PaymentKeyUsage.TR31_P0_PIN_ENCRYPTION_KEY }, 'deriveKeyUsage is only for keys of usage'],
    ['DeriveKeyUsageNotAllowed', { spec: PaymentKeySpec.keyAgreement(), deriveKeyUsage: PaymentKeyUsage.TR31_M0_ISO_16609_MAC_KEY }, 'no key of usage TR31_M0'],
  ])('%s', (name, props, message) => {
    const error = errorOf(() => declare(props));
    expect(error.name).toBe(name);
    expect(error.message).toContain(message);
    expect(error.message).toMatch(/^\w+: Payments\/Cvk: /);
  });

  test('adding a Region twice, the own one, or to a key whose Regions the account decides', () => {
    const { key } = declare({ replicationRegions: ['us-west-2'] });
    expect(errorOf(() => key.addReplicationRegion('us-west-2')).name).toBe('DuplicateReplicationRegion');
    expect(errorOf(() => key.addReplicationRegion('us-east-1')).name).toBe('OwnRegionInReplicationRegions');
    expect(errorOf(() => declare().key.addReplicationRegion('us-west-2')).name).toBe('ReplicationRegionsNotDeclared');
    expect(errorOf(() => {
      const late = declare({ replicationRegions: [], exportable: false });
      late.key.addReplicationRegion('us-west-2');
    }).name).toBe('ExportableNeededForReplication');
  });

  test.each<[string, (key: MultiRegionPaymentKey) => void, string]>([
    ['aws:', key => Tags.of(key).add('AWS:x', 'y'), 'reserved for AWS'],
    ['our own prefix', key => Tags.of(key).add('cdk-multi-region-payment-keys:stack-id', 'y'), 'by which the library knows its keys'],
    ['a long key', key => Tags.of(key).add('k'.repeat(129), 'x'), 'is longer than 128 characters'],
    ['a long value', key => Tags.of(key).add('team', 'v'.repeat(257)), 'is longer than 256 characters'],
    ['an empty value', key => Tags.of(key).add('team', ''), 'has an empty value'],
  ])('tags with %s', (_, tag, message) => {
    const { stack, key } = declare();
    tag(key);
    expect(errorOf(() => Template.fromStack(stack)).message).toMatch(new RegExp(`TagNotAllowed: Payments/Cvk: .*${message}`));
  });

  test('more than 45 tags; 45 are fine', () => {
    const { stack, key } = declare();
    for (let i = 0; i < 45; i += 1) { Tags.of(key).add(`tag${i}`, 'x'); }
    expect(properties(stack).Tags).toHaveLength(45);
    const full = declare();
    for (let i = 0; i < 47; i += 1) { Tags.of(full.key).add(`tag${i}`, 'x'); }
    expect(errorOf(() => Template.fromStack(full.stack)).message).toMatch(/TooManyTags: Payments\/Cvk: .*Declare 45 at most/);
  });
});

describe('warned about', () => {
  const warnings = (stack: Stack) => Warnings.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));

  test('a Region that this version does not know, until it is acknowledged', () => {
    const { stack, key } = declare({ replicationRegions: ['eu-north-1'] });
    expect(warnings(stack)).toEqual([expect.stringContaining("does not know AWS Payment Cryptography in 'eu-north-1'")]);
    const quiet = declare({ replicationRegions: ['eu-north-1'] });
    Validations.of(quiet.key).acknowledge({ id: 'cdk-multi-region-payment-keys:unknownRegion-eu-north-1', reason: 'it is there' });
    expect(warnings(quiet.stack)).toEqual([]);
    void key;
  });

  test('a combination that no operation accepts', () => {
    expect(warnings(declare({ spec: PaymentKeySpec.cardVerification({ algorithm: PaymentKeyAlgorithm.AES_128 }) }).stack)).toHaveLength(1);
  });

  test('nothing, on a plain key', () => {
    expect(warnings(declare({ replicationRegions: ['us-west-2'] }).stack)).toEqual([]);
  });

  test('usages and algorithms of the future pass', () => {
    const { stack } = declare({
      spec: PaymentKeySpec.of({
        usage: PaymentKeyUsage.of('TR31_X9_SOMETHING_NEW'), algorithm: PaymentKeyAlgorithm.of('AES_512'), modesOfUse: PaymentKeyModesOfUse.ENCRYPT_WRAP,
      }),
    });
    expect(properties(stack)).toMatchObject({ KeyUsage: 'TR31_X9_SOMETHING_NEW', KeyAlgorithm: 'AES_512' });
    expect(warnings(stack).length).toBeGreaterThan(0);
  });
});

describe('the key in other Regions', () => {
  test('replica: the same key seen from there', () => {
    const { stack, key } = declare({ replicationRegions: ['us-west-2', 'eu-west-1'] });
    const replica = key.replica('us-west-2');
    expect(stack.resolve(replica.keyArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':payment-cryptography:us-west-2:111122223333:key/', { 'Fn::GetAtt': ['Cvk14B72062', 'KeyId'] }]],
    });
    expect(replica.env).toEqual({ account: '111122223333', region: 'us-west-2' });
    expect(replica.keyId).toBe(key.keyId);
    expect(key.replica('us-west-2')).toBe(replica);
    expect(replica.replica('us-east-1')).toBe(key);
    expect(replica.replica('eu-west-1').env.region).toBe('eu-west-1');
    expect(replica.keyArnIn('us-west-2')).toEqual(replica.keyArn);
  });

  test('replica: the own Region is the key itself', () => {
    const { key } = declare({ replicationRegions: [] });
    expect(key.replica('us-east-1')).toBe(key);
  });

  test('replica: refused where there is none, or where it cannot be known', () => {
    const { key } = declare({ replicationRegions: ['us-west-2'] });
    expect(errorOf(() => key.replica('eu-west-1'))).toMatchObject({ name: 'ReplicaNotDeclared', message: expect.stringContaining('It is replicated to us-west-2') });
    expect(errorOf(() => key.replica(Aws.REGION)).name).toBe('RegionCannotBeToken');
    expect(declare().key.replica('eu-west-1').env.region).toBe('eu-west-1');
  });

  test('replicas add no resource', () => {
    const { stack, key } = declare({ replicationRegions: ['us-west-2'] });
    key.replica('us-west-2');
    Template.fromStack(stack).resourceCountIs(TYPE, 1);
  });
});

describe('references', () => {
  const ARN = 'arn:aws:payment-cryptography:eu-west-1:444455556666:key/abcdefghijklmnop';
  const scope = () => new Stack(new App(), 'Consumer', { env: ENV });

  test('fromKeyArn takes what may be right, of whichever partition, and changes nothing in it', () => {
    const arn = 'arn:aws-us-gov:payment-cryptography:us-gov-west-1:444455556666:key/abcdefghijklmnop';
    const key = MultiRegionPaymentKey.fromKeyArn(scope(), 'Key', arn);
    expect([key.keyArn, key.keyRef.keyIdentifier, key.keyArnIn('us-gov-east-1')]).toEqual([arn, arn, arn.replace('west', 'east')]);
  });

  test.each([
    ['aws-us-gov', 'us-gov-west-1', 'us-gov-east-1'], ['aws-eusc', 'eusc-de-east-1', 'eusc-de-west-1'], ['aws-iso-b', 'us-isob-east-1', 'us-isob-west-1'],
  ])('of the partition %s: every way to name a key takes its Regions', (partition, region, other) => {
    const arn = `arn:${partition}:payment-cryptography:${region}:444455556666:key/abcdefghijklmnop`;
    expect(MultiRegionPaymentKey.fromKeyArn(scope(), 'Key', arn).keyArn).toBe(arn);
    const key = MultiRegionPaymentKey.fromKeyAttributes(scope(), 'Key', { keyId: 'abcdefghijklmnop', region, replicationRegions: [other] });
    expect(key.replica(other).env.region).toBe(other);
    key.addAlias('alias/cvk', { regions: [region, other] });
    expect(MultiRegionPaymentKey.fromAliasName(scope(), 'Key', 'alias/cvk').replica(other).env.region).toBe(other);
  });

  test.each([
    ['what the stack fills in', `arn:${Aws.PARTITION}:payment-cryptography:${Aws.REGION}:${Aws.ACCOUNT_ID}:key/abcdefghijklmnop`],
    ['a parameter at the end', `arn:aws:payment-cryptography:us-east-1:444455556666:key/${Token.asString({ Ref: 'Parameter' })}`],
    ['a parameter for all', Token.asString({ Ref: 'Parameter' })],
  ])('fromKeyArn takes an ARN with %s', (_, arn) => {
    expect(MultiRegionPaymentKey.fromKeyArn(scope(), 'Key', arn).keyArn).toBe(arn);
  });

  test('fromKeyArn', () => {
    const stack = scope();
    const key = MultiRegionPaymentKey.fromKeyArn(stack, 'Key', ARN);
    expect(key).toMatchObject({ keyId: 'abcdefghijklmnop', env: { account: '444455556666', region: 'eu-west-1' } });
    expect(key.keyArn).toBe(ARN);
    expect(key.keyArnIn('us-west-2')).toBe(ARN.replace('eu-west-1', 'us-west-2'));
    expect(key.replica('eu-west-1')).toBe(key);
    expect(key.replica('us-west-2').env.region).toBe('us-west-2');
  });

  test.each(['arn:aws:kms:eu-west-1:444455556666:key/x', 'arn:aws:payment-cryptography:eu-west-1:444455556666:alias/x', 'foo',
    `${'arn:aws:payment-cryptography:eu-west-1:444455556666:key/abcdefghijklmnop'}/x`, 'arn:aws:payment-cryptography:::key/abcdefghijklmnop'])('fromKeyArn refuses %s', arn => {
    expect(errorOf(() => MultiRegionPaymentKey.fromKeyArn(scope(), 'Key', arn)).name).toBe('InvalidKeyArn');
  });

  test('fromKeyAttributes', () => {
    const key = MultiRegionPaymentKey.fromKeyAttributes(scope(), 'Key', { keyId: 'abcdefghijklmnop', replicationRegions: ['us-west-2'] });
    expect(key.env).toEqual(ENV);
    expect(key.replica('us-west-2').keyId).toBe('abcdefghijklmnop');
    expect(errorOf(() => key.replica('eu-west-1')).name).toBe('ReplicaNotDeclared');
  });

  test('a key is an IKeyRef, as the native one is', () => {
    const { stack, key } = declare();
    const native = new CfnKey(stack, 'Native', { exportable: true, keyAttributes: { keyAlgorithm: 'AES_128', keyClass: 'SYMMETRIC_KEY', keyModesOfUse: {}, keyUsage: 'TR31_M6_ISO_9797_5_CMAC_KEY' } });
    const refs: IKeyRef[] = [key as IPaymentKey, native];
    expect(refs.map(ref => stack.resolve(ref.keyRef.keyIdentifier))).toEqual([{ 'Fn::GetAtt': ['Cvk14B72062', 'KeyArn'] }, { Ref: 'Native' }]);
  });

  test('attributes come from the resource', () => {
    const { stack, key } = declare();
    expect([key.keyArn, key.keyCheckValue, key.keyCheckValueAlgorithm, key.keyOrigin].map(value => stack.resolve(value)['Fn::GetAtt'][1]))
      .toEqual(['KeyArn', 'KeyCheckValue', 'KeyCheckValueAlgorithm', 'KeyOrigin']);
  });
});

describe('as constructs of the CDK', () => {
  test('isPaymentKey: whatever is a key of this library, however it came', () => {
    const { stack, key } = declare();
    const imported = MultiRegionPaymentKey.fromKeyAttributes(stack, 'Imported', { keyId: 'abcdefghijklmnop' });
    const adopted = MultiRegionPaymentKey.adopt(stack, 'Adopted', { key: imported });
    const behindAlias = MultiRegionPaymentKey.fromAliasName(stack, 'BehindAlias', 'alias/card-verification');
    for (const one of [key, imported, adopted, behindAlias, imported.replica('eu-west-1')]) { expect(MultiRegionPaymentKey.isPaymentKey(one)).toBe(true); }
    for (const other of [stack, {}, null, undefined, 'key']) { expect(MultiRegionPaymentKey.isPaymentKey(other)).toBe(false); }
  });

  test('property injectors see the properties first', () => {
    const injector: IPropertyInjector = {
      constructUniqueId: MultiRegionPaymentKey.PROPERTY_INJECTION_ID,
      inject: props => ({ ...props, replicationRegions: ['eu-west-1'] }),
    };
    const stack = new Stack(new App(), 'Payments', { env: ENV, propertyInjectors: [injector] });
    new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification() });
    expect(properties(stack).ReplicationRegions).toEqual(['eu-west-1']);
  });
});
