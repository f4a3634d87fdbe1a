import { Template } from 'aws-cdk-lib/assertions';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { App, NestedStack, Stack, Tags } from 'aws-cdk-lib/core';
import { MultiRegionPaymentKey, PaymentKeySpec, RegionalTags } from '../src';

const TYPE = 'Custom::MultiRegionPaymentKey';
const NATIVE = [CfnKey.CFN_RESOURCE_TYPE_NAME];

function declare(tags?: Record<string, string>) {
  const app = new App();
  const stack = new Stack(app, 'Payments', { env: { account: '111122223333', region: 'us-east-1' }, tags });
  return { app, stack, key: cvk(stack) };
}
const cvk = (stack: Stack, id = 'Key') => new MultiRegionPaymentKey(stack, id, { spec: PaymentKeySpec.cardVerification() });
const tagsIn = (stack: Stack) => Object.fromEntries(
  Object.values(Template.fromStack(stack).findResources(TYPE))[0].Properties.Tags
    ?.map(({ Key, Value }: { Key: string; Value: string }) => [Key, Value]) ?? []);
const errorsOf = (stack: Stack): string => {
  try { Template.fromStack(stack); } catch (error) { return (error as Error).message; }
  return 'no error';
};

describe('the tags of a stack', () => {
  test('reach the key, as CloudFormation gives them to a native one', () => {
    expect(tagsIn(declare({ 'cost-center': '42' }).stack)).toEqual({ 'cost-center': '42' });
  });

  test('reach the key also when they are set after it was declared', () => {
    const { stack } = declare({ team: 'all' });
    stack.tags.setTag('stage', 'prod');
    expect(tagsIn(stack)).toEqual({ team: 'all', stage: 'prod' });
  });

  test('that an aspect set, and not for keys, do not', () => {
    const { app, stack } = declare({ team: 'all' });
    Tags.of(stack).add('stage', 'prod', { excludeResourceTypes: NATIVE });
    Tags.of(app).add('owner', 'me', { includeResourceTypes: ['aws:cdk:stack'] });
    expect(tagsIn(stack)).toEqual({ team: 'all' });
  });

  test('give way to those of the key', () => {
    const { stack, key } = declare({ team: 'all', stage: 'prod' });
    Tags.of(key).add('team', 'cards');
    expect(tagsIn(stack)).toEqual({ team: 'cards', stage: 'prod' });
  });

  test('reach the keys of nested stacks', () => {
    const { stack } = declare({ team: 'all' });
    const nested = new NestedStack(stack, 'Nested');
    cvk(nested);
    expect(tagsIn(nested)).toEqual({ team: 'all' });
  });

  test('are part of what the key declares, so that they cannot be declared twice', () => {
    const { stack, key } = declare({ team: 'all' });
    new RegionalTags(stack, 'Tags', { key, tags: { team: 'cards' } });
    expect(errorsOf(stack)).toContain("tag 'team' is 'cards' here, and 'all' on Payments/Key itself");
  });
});

describe('Tags.of(app) with resource types', () => {
  test.each<[string, object, Record<string, string>]>([
    ['includes the native type', { includeResourceTypes: NATIVE }, { team: 'cards' }],
    ['includes others', { includeResourceTypes: ['AWS::S3::Bucket'] }, {}],
    ['excludes the native type', { excludeResourceTypes: NATIVE }, {}],
    ['excludes others', { excludeResourceTypes: ['AWS::S3::Bucket'] }, { team: 'cards' }],
  ])('%s', (_, options, expected) => {
    const { app, stack } = declare();
    Tags.of(app).add('team', 'cards', options);
    expect(tagsIn(stack)).toEqual(expected);
  });
});

describe('refused', () => {
  test.each([
    'cdk-multi-region-payment-keys:stack-id', 'CDK-Multi-Region-Payment-Keys:stack-id', 'CDK-MULTI-REGION-PAYMENT-KEYS:x', 'AWS:x', 'aws:x',
  ])('the reserved key %s', tag => {
    const { stack, key } = declare();
    Tags.of(key).add(tag, 'x');
    expect(errorsOf(stack)).toContain(`TagNotAllowed: Payments/Key: tag '${tag}' begins with`);
  });

  test('an empty key', () => {
    const { stack, key } = declare();
    Tags.of(key).add('', 'x');
    expect(errorsOf(stack)).toContain("TagNotAllowed: Payments/Key: the tag with the value 'x' has an empty key");
  });

  test('a tag of the stack that the service refuses', () => {
    expect(errorsOf(declare({ 'cost-center': '' }).stack)).toContain("tag 'cost-center' has an empty value");
  });
});

test('names of what every object has are tags like others', () => {
  const { stack, key } = declare();
  Tags.of(key).add('constructor', 'x');
  new RegionalTags(stack, 'Tags', { key, tags: { toString: 'y' } });
  expect(tagsIn(stack)).toEqual({ constructor: 'x' });
});
