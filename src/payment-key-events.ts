import { EventPattern, OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import { Stack, Token, TokenComparison } from 'aws-cdk-lib/core';
import { PaymentKeyError } from './errors';
import { IPaymentKey } from './payment-key';

const SOURCE = 'aws.payment-cryptography';
const EVENT_SOURCE = 'payment-cryptography.amazonaws.com';

/** Events as CloudTrail hands them to EventBridge, and where the ARN of the key stands in each. */
const EVENTS = {
  /** Blog: CloudTrail events of replication. */
  synchronize: (keyArn: string): EventPattern => ({
    source: [SOURCE],
    detailType: ['AWS Service Event via CloudTrail'],
    detail: { eventSource: [EVENT_SOURCE], eventName: ['SynchronizeMultiRegionKey'], serviceEventDetails: { keyArn: [keyArn] } },
  }),
  /** The request may name an alias; the answer names the key, and only if the request succeeded. */
  deletionScheduled: (keyArn: string): EventPattern => ({
    source: [SOURCE],
    detailType: ['AWS API Call via CloudTrail'],
    detail: { eventSource: [EVENT_SOURCE], eventName: ['DeleteKey'], responseElements: { key: { keyArn: [keyArn] } } },
  }),
};

/**
 * A rule for events about a key, under the key.
 *
 * @throws EventsInOtherRegion
 */
export function onKeyEvent(key: IPaymentKey, event: keyof typeof EVENTS, id: string, { target, ...options }: OnEventOptions = {}): Rule {
  const { region } = Stack.of(key);
  if (Token.compareStrings(region, key.env.region) === TokenComparison.DIFFERENT) {
    throw new PaymentKeyError('EventsInOtherRegion',
      `${key.node.path}: events about this key arise in ${key.env.region}, but the rule would be in ${region}. `
      + `Import the key in a stack in ${key.env.region} and make the rule there`);
  }
  const rule = new Rule(key, id, options);
  rule.addEventPattern(EVENTS[event](key.keyArn));
  rule.addTarget(target);
  return rule;
}
