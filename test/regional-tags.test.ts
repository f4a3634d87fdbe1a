import { Template } from 'aws-cdk-lib/assertions';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { App, Lazy, RemovalPolicy, Stack, StackProps, Tags } from 'aws-cdk-lib/core';
import { MultiRegionPaymentKey, PaymentKeySpec, RegionalTags, RegionalTagsProps } from '../src';

const TYPE = 'Custom::RegionalPaymentKeyTags';

const ENV = { account: '111122223333', region: 'us-east-1' };

function declare(props: Partial<RegionalTagsProps> = {}, stackProps: StackProps = { env: ENV }) {
  const stack = new Stack(new App(), 'Payments', stackProps);
  const key = new CfnKey(stack, 'Native', {
    exportable: true,
    keyAttributes: { keyAlgorithm: 'AES_128', keyClass: 'SYMMETRIC_KEY', keyModesOfUse: { generate: true }, keyUsage: 'TR31_M6_ISO_9797_5_CMAC_KEY' },
    replicationRegions: ['us-west-2'],
  });
  new RegionalTags(stack, 'Tags', { key, tags: { team: 'cards' }, ...props });
  return { stack, key };
}
const resource = (stack: Stack): any => Object.values(Template.fromStack(stack).findResources(TYPE))[0];
const errorOf = (act: () => unknown): Error => {
  try { act(); } catch (error) { return error as Error; }
  throw new Error('nothing was thrown');
};

test('is one resource with the Regions of the key, no default, and goes with the stack', () => {
  const { stack } = declare();
  expect(resource(stack)).toMatchObject({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  expect(resource(stack).Properties).toEqual({
    ServiceToken: expect.anything(),
    ServiceTimeout: '2100',
    StateMachineArn: expect.anything(),
    KeyArn: { Ref: 'Native' },
    Tags: [{ Key: 'team', Value: 'cards' }],
    Regions: ['us-east-1', 'us-west-2'],
  });
});

test('has the Regions named, and the removal policy', () => {
  const { stack } = declare({ regions: ['us-west-2'], removalPolicy: RemovalPolicy.RETAIN });
  expect(resource(stack)).toMatchObject({ DeletionPolicy: 'Retain', Properties: { Regions: ['us-west-2'] } });
});

test.each<[string, Partial<RegionalTagsProps>]>([
  ['NoTags', { tags: {} }],
  ['NoRegions', { regions: [] }],
  ['InvalidRegion', { regions: ['mars'] }],
  ['RegionCannotBeToken', { regions: [Lazy.string({ produce: () => 'us-west-2' })] }],
])('refused when it is declared: %s', (name, props) => {
  expect(errorOf(() => declare(props)).name).toBe(name);
});

test.each<[string, { [key: string]: string }]>([
  ['TagNotAllowed: Payments/Tags: .*reserved for AWS', { 'aws:x': 'y' }],
  ['TagNotAllowed: Payments/Tags: .*by which the library knows its keys', { 'cdk-multi-region-payment-keys:stack-id': 'y' }],
  ['TagNotAllowed: Payments/Tags: .*has an empty value', { team: '' }],
  ['TooManyTags: Payments/Tags: ', Object.fromEntries(Array.from({ length: 47 }, (_, index) => [`tag${index}`, 'x']))],
])('refused when the template is made: %s', (message, tags) => {
  expect(errorOf(() => Template.fromStack(declare({ tags }).stack)).message).toMatch(new RegExp(message));
});

describe.each<[string, StackProps]>([['this Region', { env: ENV }], ['any Region', {}]])('a tag that a native key sets on its primary, in a stack for %s', (_, stackProps) => {
  test.each(['pins', 'cards'])('refused on the primary, be it the same: %s', value => {
    const { stack, key } = declare({}, stackProps);
    Tags.of(key).add('team', value);
    expect(errorOf(() => Template.fromStack(stack)).message).toMatch(new RegExp(`TagDeclaredTwice: Payments/Tags: tag 'team' is 'cards' here, and '${value}' `
      + 'on Payments/Native itself. Declare it in one place, or list only the Regions of its replicas here'));
    const named = declare({ regions: [key.stack.region, 'us-west-2'] }, stackProps);
    Tags.of(named.key).add('team', value);
    expect(errorOf(() => Template.fromStack(named.stack)).message).toContain('TagDeclaredTwice');
  });

  test.each(['pins', 'cards'])('allowed on its replicas, which it does not reach: %s', value => {
    const { stack, key } = declare({ regions: ['us-west-2'] }, stackProps);
    Tags.of(key).add('team', value);
    expect(resource(stack).Properties.Regions).toEqual(['us-west-2']);
  });
});

test.each([
  ['the key', (key: MultiRegionPaymentKey) => key],
  ['its replica', (key: MultiRegionPaymentKey) => key.replica('eu-west-1')],
])('refused: a tag that a key of this library sets in all of its Regions itself, be it the same, on %s', (_, view) => {
  const { stack } = declare();
  const key = new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['eu-west-1'] });
  new RegionalTags(stack, 'More', { key: view(key), tags: { stage: 'prod' } });
  Tags.of(stack).add('stage', 'prod');
  expect(errorOf(() => Template.fromStack(stack)).message)
    .toMatch(/TagDeclaredTwice: Payments\/More: tag 'stage' is 'prod' here, and 'prod' on Payments\/Cvk itself/);
});

test('of a key of this library are in all of its Regions', () => {
  const { stack } = declare();
  const key = new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['eu-west-1'] });
  new RegionalTags(stack, 'More', { key, tags: { stage: 'prod' } });
  const all: any[] = Object.values(Template.fromStack(stack).findResources(TYPE));
  expect(all.map(({ Properties }) => Properties.Regions)).toContainEqual(['us-east-1', 'eu-west-1']);
});
