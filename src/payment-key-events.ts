import { EventPattern, OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import { Stack, Token, TokenComparison, Validations } from 'aws-cdk-lib/core';
import { IPaymentKey } from './payment-key';
import { PaymentKeyError, WARNING } from './private/errors';

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
  if (Token.compareStrings(region, key.env.region) === TokenComparison.DIFFERENT) { throw eventsInOtherRegion(key); }
  const rule = new Rule(key, id, options);
  if (Token.isUnresolved(region) && !Token.isUnresolved(key.env.region)) {
    Validations.of(rule).addWarning(`${WARNING}eventsInOtherRegion`, `events about ${key.node.path} arise in ${key.env.region}, and reach this rule only if the stack is deployed there. `
      + 'Give the stack its Region, or acknowledge this warning');
  }
  rule.addEventPattern(EVENTS[event](key.keyArn));
  rule.addTarget(target);
  return rule;
}

/** EventBridge hands events to the rules of their own Region. */
export function eventsInOtherRegion({ node, env, stack: { region } }: IPaymentKey): PaymentKeyError {
  return new PaymentKeyError('EventsInOtherRegion',
    `${node.path}: events about this key arise in ${env.region}, but the rule would be in ${Token.isUnresolved(region) ? 'the Region of the primary' : region}. `
    + `Import the key in a stack in ${env.region} and make the rule there`);
}
