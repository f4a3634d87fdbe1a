import { Aws, App, Stack } from 'aws-cdk-lib/core';
import { MultiRegionPaymentKey } from '../src';

const ENV = { account: '111122223333', region: 'eu-west-1' };

function imported(aliasName = 'alias/cvk', env: { account?: string; region?: string } = ENV) {
  const stack = new Stack(new App(), 'Authorizer', { env });
  return { stack, key: MultiRegionPaymentKey.fromAliasName(stack, 'Cvk', aliasName) };
}

test('the ARN of the alias stands for the key', () => {
  const { stack, key } = imported();
  expect(stack.resolve(key.keyRef.keyIdentifier)).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':payment-cryptography:eu-west-1:111122223333:alias/cvk']] });
  expect(key.env).toEqual(ENV);
});

test('in a stack without environment, it is of whatever account and Region that is deployed to', () => {
  const { stack, key } = imported('alias/team/cvk', {});
  expect(stack.resolve(key.keyRef.keyIdentifier)).toEqual({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':payment-cryptography:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }, ':alias/team/cvk']],
  });
});

test.each([
  ['keyArn', (key: ReturnType<typeof imported>['key']) => key.keyArn, 'keyArn'],
  ['keyId', (key: ReturnType<typeof imported>['key']) => key.keyId, 'keyId'],
  ['keyArnIn', (key: ReturnType<typeof imported>['key']) => key.keyArnIn('us-west-2'), 'keyId'],
  ['onSynchronize', (key: ReturnType<typeof imported>['key']) => key.events.onSynchronize('Rule'), 'keyArn'],
])('%s is not known', (_, read, property) => {
  const { key } = imported();
  expect(() => read(key)).toThrow(expect.objectContaining({
    name: 'KeyBehindAliasNotKnown',
    message: `KeyBehindAliasNotKnown: Authorizer/Cvk: ${property} is not known of a key that was imported by its alias 'alias/cvk'. `
      + "Use keyRef.keyIdentifier, the ARN of the alias, which the service takes in place of a key's, or import the key with fromKeyArn",
  }));
});

test('replica is the same alias in another Region', () => {
  const { stack, key } = imported();
  const replica = key.replica('us-west-2');
  expect(replica.env).toEqual({ account: '111122223333', region: 'us-west-2' });
  expect(stack.resolve(replica.keyRef.keyIdentifier)['Fn::Join'][1][2]).toBe(':payment-cryptography:us-west-2:111122223333:alias/cvk');
  expect(key.replica('us-west-2')).toBe(replica);
  expect(replica.replica('us-west-2')).toBe(replica);
  expect(key.replica('eu-west-1')).toBe(key);
  expect(replica.replica('eu-west-1')).toBe(key);
  expect(replica.replica('us-east-1')).toBe(key.replica('us-east-1'));
  expect(() => key.replica(Aws.REGION)).toThrow(expect.objectContaining({ name: 'RegionCannotBeToken' }));
});

test('the name is checked', () => {
  expect(() => imported('cvk')).toThrow(expect.objectContaining({ name: 'InvalidAliasName', message: expect.stringMatching(/^InvalidAliasName: Authorizer\/Cvk: 'cvk' is not/) }));
});
