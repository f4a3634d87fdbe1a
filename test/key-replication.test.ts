import { Annotations as Warnings, Match, Template } from 'aws-cdk-lib/assertions';
import { CfnKey, IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { App, Aws, Duration, NestedStack, RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import { KeyReplication, KeyReplicationProps, MultiRegionPaymentKey, PaymentKeySpec } from '../src';

const TYPE = 'Custom::PaymentKeyReplication';
const ENV = { account: '111122223333', region: 'us-east-1' };
const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/kwapwa6qaifllw2h';

const stackIn = (env?: { account?: string; region?: string }) => new Stack(new App(), 'Payments', { env });
const imported = (stack: Stack, arn = ARN) => MultiRegionPaymentKey.fromKeyArn(stack, 'Imported', arn);
const native = (stack: Stack, replicationRegions?: string[]) => new CfnKey(stack, 'Native', {
  exportable: true,
  keyAttributes: {
    keyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', keyClass: 'SYMMETRIC_KEY', keyAlgorithm: 'TDES_2KEY', keyModesOfUse: { generate: true, verify: true },
  },
  replicationRegions,
});

function declare(
  props: Partial<KeyReplicationProps> = {}, keyIn: (stack: Stack) => IKeyRef = imported, env: { account?: string; region?: string } = ENV,
) {
  const stack = stackIn(env);
  const replication = new KeyReplication(stack, 'Replication', { key: keyIn(stack), replicationRegions: ['us-west-2'], ...props });
  return { stack, replication };
}
const resource = (stack: Stack) => Object.values(Template.fromStack(stack).findResources(TYPE))[0];
const nameOf = (act: () => unknown): string => {
  try { act(); } catch (error) { return (error as Error).name; }
  return 'nothing was thrown';
};

describe('the resource in the template', () => {
  test('says what is declared, and no default', () => {
    const { stack, replication } = declare({ replicationRegions: ['us-west-2', 'eu-west-1'] });
    expect(replication.replicationRegions).toEqual(['us-west-2', 'eu-west-1']);
    expect(resource(stack)).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    expect(resource(stack).Properties).toEqual({
      ServiceToken: expect.anything(),
      ServiceTimeout: '2100',
      StateMachineArn: expect.anything(),
      KeyArn: ARN,
      ReplicationRegions: ['us-west-2', 'eu-west-1'],
    });
  });

  test('says what differs from the defaults', () => {
    const { stack } = declare({
      replicationRegions: [], waitForReplication: false, replicationTimeout: Duration.minutes(55), removalPolicy: RemovalPolicy.DESTROY,
    });
    expect(resource(stack)).toMatchObject({
      DeletionPolicy: 'Delete',
      Properties: { ServiceTimeout: '3600', ReplicationRegions: [], WaitForReplication: false, ReplicationTimeoutInMinutes: 55 },
    });
  });

  test('names a native key by its Ref, and accepts an environment that is not known', () => {
    const { stack } = declare({}, native, {});
    expect(resource(stack).Properties.KeyArn).toEqual({ Ref: 'Native' });
  });

  test('may name a key of another stack', () => {
    const stack = stackIn(ENV);
    const other = new Stack(stack.node.root, 'Other', { env: ENV });
    new KeyReplication(other, 'Replication', { key: native(stack), replicationRegions: ['us-west-2'] });
    expect(resource(other).Properties.KeyArn).toEqual({ 'Fn::ImportValue': expect.stringContaining('Native') });
  });

  test('brings the permissions that it needs, for exactly that key', () => {
    const { stack } = declare({}, native);
    const statements = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    const forKey = statements.filter(({ Resource }) => JSON.stringify([Resource].flat()) === '[{"Ref":"Native"}]');
    expect(forKey.map(({ Action }) => Action)).toEqual([['payment-cryptography:AddKeyReplicationRegions', 'payment-cryptography:RemoveKeyReplicationRegions']]);
  });
});

describe('what is refused', () => {
  test.each<[string, Partial<KeyReplicationProps>]>([
    ['RegionCannotBeToken', { replicationRegions: [Aws.REGION] }],
    ['RegionCannotBeToken', { replicationRegions: Token.asList({ Ref: 'Regions' }) }],
    ['InvalidRegion', { replicationRegions: ['Oregon'] }],
    ['OwnRegionInReplicationRegions', { replicationRegions: ['us-east-1'] }],
    ['DuplicateReplicationRegion', { replicationRegions: ['us-west-2', 'us-west-2'] }],
    ['InvalidReplicationTimeout', { replicationTimeout: Duration.minutes(56) }],
    ['RemovalPolicyNotSupported', { removalPolicy: RemovalPolicy.SNAPSHOT }],
  ])('%s for %j', (name, props) => {
    expect(nameOf(() => declare(props))).toBe(name);
  });

  test.each<[string, string, (stack: Stack) => IKeyRef]>([
    ['KeyManagedAlready', 'a key of this library', stack => new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification() })],
    ['KeyManagedAlready', 'a replica of one', stack => new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification() }).replica('eu-west-1')],
    ['KeyManagedAlready', 'a key that was adopted', stack => MultiRegionPaymentKey.adopt(stack, 'Key', { key: imported(stack) })],
    ['InvalidKeyArn', 'an alias', stack => MultiRegionPaymentKey.fromAliasName(stack, 'Key', 'alias/cvk')],
    ['KeyInOtherEnvironment', 'a replica', stack => imported(stack).replica('eu-west-1')],
    ['KeyInOtherEnvironment', 'a key of another account', stack => imported(stack, ARN.replace('111122223333', '999999999999'))],
    ['KeyInOtherEnvironment', 'a native key of a stack elsewhere', stack => native(new Stack(stack.node.root as App, 'Other', { env: { ...ENV, region: 'eu-west-1' } }))],
  ])('%s for %s', (name, _, keyIn) => {
    expect(nameOf(() => declare({}, keyIn))).toBe(name);
  });

  test('Regions for a native key that is not exportable', () => {
    const notExportable = (stack: Stack) => Object.assign(native(stack), { exportable: false });
    expect(() => declare({}, notExportable)).toThrow(/^\w+: Payments\/Replication: only exportable keys replicate, but Payments\/Native is declared with exportable: false/);
    expect(nameOf(() => declare({ replicationRegions: [] }, notExportable))).toBe('nothing was thrown');
  });

  test('a replica of a key of this library in an environment that is not known', () => {
    const replica = (stack: Stack) => new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification() }).replica('eu-west-1');
    expect(nameOf(() => declare({}, replica, {}))).toBe('KeyManagedAlready');
  });

  test.each([['imported', imported], ['native', native]])('a second one for the same %s key in the stack, and it names the first', (_, keyIn) => {
    const stack = stackIn(ENV);
    const key = keyIn(stack);
    new KeyReplication(stack, 'First', { key, replicationRegions: ['us-west-2'] });
    expect(() => new KeyReplication(stack, 'Second', { key, replicationRegions: ['eu-west-1'] })).toThrow(/^\w+: Payments\/Second: Payments\/First replicates or adopts/);
    expect(nameOf(() => new KeyReplication(stack, 'Third', { key, replicationRegions: [] }))).toBe('KeyReplicatedAlready');
    new KeyReplication(new NestedStack(stack, 'Nested'), 'Replication', { key, replicationRegions: ['eu-west-1'] });
  });

  test('one for a key that the stack adopts by the same ARN, whichever comes first', () => {
    const adopted = stackIn(ENV);
    MultiRegionPaymentKey.adopt(adopted, 'Adopted', { key: imported(adopted) });
    const again = MultiRegionPaymentKey.fromKeyArn(adopted, 'Again', ARN);
    expect(nameOf(() => new KeyReplication(adopted, 'Replication', { key: again, replicationRegions: ['us-west-2'] }))).toBe('KeyReplicatedAlready');
    expect(() => MultiRegionPaymentKey.adopt(adopted, 'Twice', { key: again })).toThrow(/^\w+: Payments\/Twice: Payments\/Adopted adopts or replicates/);
    const { stack } = declare();
    expect(nameOf(() => MultiRegionPaymentKey.adopt(stack, 'Adopted', { key: MultiRegionPaymentKey.fromKeyArn(stack, 'Again', ARN) }))).toBe('KeyManagedAlready');
  });

  test('nothing about two keys', () => {
    const stack = stackIn(ENV);
    for (const key of [imported(stack), native(stack)]) { new KeyReplication(stack, `Of${key.node.id}`, { key, replicationRegions: ['us-west-2'] }); }
    Template.fromStack(stack).resourceCountIs(TYPE, 2);
  });
});

describe('what is warned of', () => {
  const warnings = (stack: Stack) => Warnings.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => entry.data as string);

  test('a native key that lists Regions itself', () => {
    const [warning, ...more] = warnings(declare({}, stack => native(stack, ['us-west-2'])).stack);
    expect(warning).toMatch(/Payments\/Native lists replicationRegions itself.*cdk-multi-region-payment-keys:nativeKeyListsRegions/);
    expect(more).toEqual([]);
  });

  test('a Region that this version does not know', () => {
    expect(warnings(declare({ replicationRegions: ['eu-north-1'] }).stack)).toEqual([expect.stringContaining('cdk-multi-region-payment-keys:unknownRegion-eu-north-1')]);
  });

  test('nothing else', () => {
    expect(warnings(declare({}, native).stack)).toEqual([]);
  });
});
