import { EventPattern, OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import { IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { Stack, Token, TokenComparison, Validations } from 'aws-cdk-lib/core';
import { PaymentKeyError, WARNING } from './private/errors';
import { expect, Expectations, expectValue, KEY, NAME, optional, thing } from './private/expected';

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

const OPTIONS: Expectations<'target'> = { target: optional(thing('a target of a rule, for example of aws-cdk-lib/aws-events-targets', 'bind')) };

/**
 * What events are about.
 *
 * @internal
 */
export interface EventSubject {
  /** As the key is known in its Region; a function, since that of a key behind an alias is known to nobody. */
  readonly keyArn: () => string;
  /** Of a replica, the Region of its primary. */
  readonly primaryRegion?: string;
  /** Of a replica, whether the key is declared to have it. */
  readonly isDeclared?: () => boolean;
}

/**
 * Rules for what AWS CloudTrail tells of a key.
 *
 * They need a trail that logs management events, and events arrive at best effort. EventBridge hands events to the rules
 * of their own Region: for a replica, import the key in a stack in its Region.
 */
export class PaymentKeyEvents {
  /**
   * The events of a key, also of a native one (`CfnKey`).
   *
   * @param key the key
   */
  public static fromKey(key: IKeyRef): PaymentKeyEvents {
    expectValue('PaymentKeyEvents.fromKey', 'key', key, KEY);
    const { events } = key as { readonly events?: unknown };
    return events instanceof PaymentKeyEvents ? events : new PaymentKeyEvents(key, { keyArn: () => key.keyRef.keyIdentifier });
  }

  /**
   * @internal
   */
  public static _of(key: IKeyRef, subject: EventSubject): PaymentKeyEvents {
    return new PaymentKeyEvents(key, subject);
  }

  private constructor(private readonly key: IKeyRef, private readonly subject: EventSubject) {}

  /**
   * A rule for each step by which the service synchronizes the key: an export and an import for each replica in the
   * primary's Region, an import in the replica's.
   *
   * The events do not tell whether the step succeeded, nor that the key is SYNCHRONIZED in all its Regions: ask GetKey for
   * that. Where the Region of the stack is not known, a warning says that the rule may be in another one.
   *
   * CloudTrail: SynchronizeMultiRegionKey.
   *
   * Throws:
   *
   * - `EventsInOtherRegion` when the key is not in the Region of the stack
   *
   * @param id the id of the rule, under the key
   * @param options what the rule does, and further conditions
   */
  public onSynchronize(id: string, options?: OnEventOptions): Rule {
    const { primaryRegion, isDeclared } = this.subject;
    // Whichever Region that of the primary is, a declared replica is in another.
    if (primaryRegion === Stack.of(this.key).region && isDeclared?.()) { throw this.inOtherRegion(); }
    return this.rule('synchronize', id, options);
  }

  /**
   * A rule for the moment the deletion of the key is scheduled. Its replicas are deleted at once; until the deletion
   * window ends, RestoreKey brings back the primary. The service may log DeleteKey again when the window ends.
   *
   * CloudTrail: DeleteKey.
   *
   * Throws:
   *
   * - `EventsInOtherRegion` when the key is not in the Region of the stack, or is a replica
   *
   * @param id the id of the rule, under the key
   * @param options what the rule does, and further conditions
   */
  public onDeletionScheduled(id: string, options?: OnEventOptions): Rule {
    const { primaryRegion } = this.subject;
    if (primaryRegion !== undefined) {
      throw new PaymentKeyError('EventsInOtherRegion', `${this.key.node.path}: the deletion of a key is scheduled in the Region of its primary`
        + `${Token.isUnresolved(primaryRegion) ? '' : `, ${primaryRegion}`}, and nothing is logged in that of a replica. Make the rule there, on the primary`);
    }
    return this.rule('deletionScheduled', id, options);
  }

  private rule(event: keyof typeof EVENTS, id: string, given: OnEventOptions = {}): Rule {
    const { node, env } = this.key;
    expectValue(node.path, 'id', id, NAME);
    expect(node.path, 'options', given, OPTIONS);
    const { target, ...options } = given;
    const { region } = Stack.of(this.key);
    if (Token.compareStrings(region, env.region) === TokenComparison.DIFFERENT) { throw this.inOtherRegion(); }
    const keyArn = this.subject.keyArn();
    const rule = new Rule(this.key, id, options);
    if (Token.isUnresolved(region) && !Token.isUnresolved(env.region)) {
      Validations.of(rule).addWarning(`${WARNING}eventsInOtherRegion`, `events about ${node.path} arise in ${env.region}, and reach this rule only if the stack is deployed there. `
        + 'Give the stack its Region, or acknowledge this warning');
    }
    rule.addEventPattern(EVENTS[event](keyArn));
    rule.addTarget(target);
    return rule;
  }

  private inOtherRegion(): PaymentKeyError {
    const { node, env } = this.key;
    const { region } = Stack.of(this.key);
    return new PaymentKeyError('EventsInOtherRegion',
      `${node.path}: events about this key arise in ${env.region}, but the rule would be in ${Token.isUnresolved(region) ? 'the Region of the primary' : region}. `
      + `Import the key in a stack in ${env.region} and make the rule there`);
  }
}
