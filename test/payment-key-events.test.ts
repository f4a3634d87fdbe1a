import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { App, Stack, Validations } from 'aws-cdk-lib/core';
import { IPaymentKey, MultiRegionPaymentKey, PaymentKeySpec } from '../src';

const PRIMARY_ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/abcdefghijklmnop';

function stackIn(region?: string) {
  return new Stack(new App(), 'Payments', { env: { account: '111122223333', region } });
}
const rules = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'))
  .map(({ Properties }) => Properties).filter(({ EventPattern }) => EventPattern.source[0] === 'aws.payment-cryptography');
const warnings = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));

test('onSynchronize: what CloudTrail logs of the key\'s synchronization', () => {
  const stack = stackIn('us-east-1');
  const key = new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['eu-west-1'] });
  key.events.onSynchronize('Synchronized', { target: new SnsTopic(new Topic(stack, 'Topic')), description: 'replication' });
  expect(rules(stack)).toEqual([expect.objectContaining({
    Description: 'replication',
    EventPattern: {
      'source': ['aws.payment-cryptography'],
      'detail-type': ['AWS Service Event via CloudTrail'],
      'detail': {
        eventSource: ['payment-cryptography.amazonaws.com'],
        eventName: ['SynchronizeMultiRegionKey'],
        serviceEventDetails: { keyArn: [{ 'Fn::GetAtt': ['Cvk14B72062', 'KeyArn'] }] },
      },
    },
    Targets: [expect.objectContaining({ Arn: { Ref: 'TopicBFC7AF6E' } })],
  })]);
});

test('onDeletionScheduled: DeleteKey that succeeded, whatever the request called the key', () => {
  const stack = stackIn('us-east-1');
  MultiRegionPaymentKey.fromKeyArn(stack, 'Key', PRIMARY_ARN).events.onDeletionScheduled('Deletion');
  expect(rules(stack)).toEqual([expect.objectContaining({
    EventPattern: {
      'source': ['aws.payment-cryptography'],
      'detail-type': ['AWS API Call via CloudTrail'],
      'detail': {
        eventSource: ['payment-cryptography.amazonaws.com'], eventName: ['DeleteKey'], responseElements: { key: { keyArn: [PRIMARY_ARN] } },
      },
    },
  })]);
});

test('further conditions are added', () => {
  const stack = stackIn('us-east-1');
  MultiRegionPaymentKey.fromKeyArn(stack, 'Key', PRIMARY_ARN).events.onSynchronize('Imports', {
    eventPattern: { detail: { serviceEventDetails: { replicationType: ['ImportKeyReplica'] } } },
  });
  expect(rules(stack)[0].EventPattern.detail.serviceEventDetails).toEqual({ keyArn: [PRIMARY_ARN], replicationType: ['ImportKeyReplica'] });
});

test('a replica is synchronized in its Region, under its ARN', () => {
  const stack = stackIn('eu-west-1');
  MultiRegionPaymentKey.fromKeyArn(stack, 'Key', PRIMARY_ARN).replica('eu-west-1').events.onSynchronize('Synchronized');
  expect(rules(stack)[0].EventPattern.detail.serviceEventDetails.keyArn).toEqual([PRIMARY_ARN.replace('us-east-1', 'eu-west-1')]);
});

test('a Region that is not known is not held against it', () => {
  const stack = stackIn();
  new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification() }).events.onDeletionScheduled('Deletion');
  expect(rules(stack)).toHaveLength(1);
  expect(warnings(stack)).toEqual([]);
});

describe('in a stack for any Region', () => {
  const declare = (replicationRegions?: string[]) => {
    const stack = stackIn();
    return { stack, key: new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions }) };
  };

  test('refused for a declared replica, which is in another Region than the stack', () => {
    const { key } = declare(['us-west-2']);
    expect(() => key.replica('us-west-2').events.onSynchronize('Rule')).toThrow(expect.objectContaining({
      name: 'EventsInOtherRegion',
      message: 'EventsInOtherRegion: Payments/Cvk/Replica-us-west-2: events about this key arise in us-west-2, but the rule would be in the Region of the primary. '
        + 'Import the key in a stack in us-west-2 and make the rule there',
    }));
    expect(() => key.replica('us-west-2').events.onDeletionScheduled('Rule')).toThrow(/in the Region of its primary, and nothing is logged/);
  });

  test.each<[string, (stack: Stack) => IPaymentKey]>([
    ['a key whose ARN is known', stack => MultiRegionPaymentKey.fromKeyArn(stack, 'Key', PRIMARY_ARN)],
    ['a replica that is not declared here', stack => new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cmac() }).replica('us-east-1')],
  ])('warned of for %s: the stack may be deployed there', (_, keyIn) => {
    const stack = stackIn();
    const rule = keyIn(stack).events.onSynchronize('Rule');
    expect(warnings(stack)).toEqual([expect.stringMatching(/^events about Payments\/Key\S* arise in us-east-1, and reach this rule only if .*eventsInOtherRegion/)]);
    Validations.of(rule).acknowledge({ id: 'cdk-multi-region-payment-keys:eventsInOtherRegion', reason: 'it is deployed there' });
    expect(warnings(stack)).toEqual([]);
  });
});

test('refused where no event arises', () => {
  const key = MultiRegionPaymentKey.fromKeyArn(stackIn('eu-west-1'), 'Key', PRIMARY_ARN);
  expect(() => key.events.onSynchronize('Rule')).toThrow(expect.objectContaining({
    name: 'EventsInOtherRegion',
    message: 'EventsInOtherRegion: Payments/Key: events about this key arise in us-east-1, but the rule would be in eu-west-1. Import the key in a stack in us-east-1 and make the rule there',
  }));
  expect(() => key.replica('eu-west-1').events.onDeletionScheduled('Rule')).toThrow(expect.objectContaining({
    name: 'EventsInOtherRegion',
    message: 'EventsInOtherRegion: Payments/Key/Replica-eu-west-1: the deletion of a key is scheduled in the Region of its primary, us-east-1, '
      + 'and nothing is logged in that of a replica. Make the rule there, on the primary',
  }));
});
