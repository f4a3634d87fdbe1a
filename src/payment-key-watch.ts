import { IWidget, Metric, MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, IEventBus, OnEventOptions, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { CfnRole, IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Function, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Aspects, Aws, Duration, Lazy, Size, Stack, Token, TokenComparison } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct, IConstruct } from 'constructs';
import { BEFORE_ALL_OTHERS } from './private/aspect-priority';
import { acknowledge, acknowledgeWildcards } from './private/audit-findings';
import { PaymentKeyError } from './private/errors';
import { CONSTRUCT, DURATION, expect, Expectations, expectValue, list, NAME, optional, placed, thing } from './private/expected';
import { managedPoliciesIn } from './private/function-role';
import { HandlerCode } from './private/handler-code';
import { NEWEST_EVERYWHERE } from './private/node-runtime';
import { watchName } from './private/watch-name';
import { watchWidgets } from './private/watch-widgets';
import { whole } from './private/whole-duration';
import { ACCEPTED } from './provider/accepted-findings';
import { STACK_ID_VARIABLE, TABLE_NAME_VARIABLE } from './provider/contract/envelope';
import { FINDING_DETAIL_TYPE, FINDING_EVENT_SOURCE, FINDING_RESOLVED_DETAIL_TYPE } from './provider/contract/finding-codes';
import {
  EVENT_BUS_VARIABLE, METRIC_NAMESPACE_VARIABLE, SWEEP_ID_PREFIX, WATCH_DIMENSION, WATCH_INTERVAL, WATCH_INTERVAL_VARIABLE, WATCH_NAME_VARIABLE,
  WATCH_SCOPE_VARIABLE, WATCH_TIMEOUT_MINUTES, WatchMetric, WatchScope,
} from './provider/contract/watch';
import { PaymentKeyProvider } from './provider/payment-key-provider';
import { OnDemand } from './provider/permissions';
import { reasonsForWatchWildcards, watchPolicy } from './provider/watch-permissions';
import { problemsOfWatched, watchedLogicalIds } from './provider/watched-resources';

/**
 * What a watch is declared with.
 */
export interface PaymentKeyWatchProps {
  /**
   * How much time is between the beginnings of two sweeps: 5 to 15 whole minutes, or a multiple of 15 minutes up to 24 hours. A sweep looks at every
   * watched resource once. It makes at most one request in two seconds in a Region, so a Region with hundreds of keys takes a
   * while: about 2 requests for each key in its own Region, and one in each Region for each alias, and for the tags of each replica.
   *
   * @default Duration.hours(1)
   */
  readonly interval?: Duration;

  /**
   * What is watched: keys, aliases, tags, replications and account defaults of this library, or constructs that hold them. They
   * must be in the stack of the watch.
   *
   * @default - everything in the stack that this library makes, also what is declared later
   */
  readonly resources?: IConstruct[];

  /**
   * Where findings are told, as events: a bus in the Region of the stack. The resource policy of one in another account must allow it.
   *
   * @default - the default event bus of the account in the Region of the stack
   */
  readonly eventBus?: IEventBus;
}

const PROPS: Expectations<keyof PaymentKeyWatchProps> = {
  interval: optional(DURATION),
  resources: optional(list('a list of constructs, for example [cvk]', CONSTRUCT)),
  eventBus: optional(thing('an EventBus', 'eventBusArn', 'eventBusName', 'env')),
};

const ON_EVENT: Expectations<'target'> = { target: optional(thing('a target of a rule, for example of aws-cdk-lib/aws-events-targets', 'bind')) };

/** The longest that the function sleeps: a sweep that is not over goes on then. */
const MOST_MINUTES_BETWEEN_WAKES = WATCH_TIMEOUT_MINUTES;

/**
 * Looks regularly whether the keys of a stack are still as declared: their state, their Regions, aliases, tags and resource policies,
 * and the account's defaults. CloudFormation looks at a key only while it deploys.
 *
 * What is compared, and how, is what the next deployment of each resource would do: the very code of a deployment runs, but every
 * change is reported instead of made. The role of the function may change nothing, either. What differs is looked at once more
 * after a minute before it counts, and what is being deployed is left out.
 *
 * A finding has a stable code, the resource, the Region, what is declared and what was found, and the command of the AWS CLI that
 * shows it. It is told three ways: as a line in the provider's log, with every sweep; as a metric; and as an event, when it is new
 * and when it is resolved. An event may come twice. The table of codes is in the documentation (docs/watch.md).
 *
 * A watch waits while deployments of its stack are under way, and takes at most a tenth of the service's quota besides. Each costs a function, its
 * role, a rule and a permission; there may be several, for example one for each team's keys.
 */
@propertyInjectable
export class PaymentKeyWatch extends Construct {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region-payment-keys.PaymentKeyWatch';

  /**
   * The function that looks.
   */
  public readonly handler: IFunction;

  /**
   * The role of the function, which may look, and change nothing of the service.
   */
  public readonly role: IRole;

  /**
   * Where findings are told.
   */
  public readonly eventBus: IEventBus;

  private readonly provider: PaymentKeyProvider;
  private readonly name: string;
  private readonly interval: Duration;

  /**
   * Declares a watch.
   *
   * Throws:
   *
   * - `EventBusInOtherEnvironment` when the event bus is in another Region, where PutEvents does not reach it
   * - `InvalidInterval` when the interval is not 5 to 15 whole minutes, or a multiple of 15 minutes up to 24 hours
   * - `NothingToWatch` when `resources` is empty or one of them holds nothing that this library makes; or, when the template is made, the stack has nothing
   * - `SeveralCopiesOfLibrary` when another version of this library has made the provider of the stack
   * - `TooManyWatched` when the template is made, and the names of `resources` take more than 8,192 characters
   * - `WatchedInOtherStack` when one of `resources` is not in the stack of the watch
   *
   * @param scope where it is declared
   * @param id its id in that scope
   * @param props what it is declared with
   */
  constructor(scope: Construct, id: string, props: PaymentKeyWatchProps = {}) {
    super(placed(new.target.name, scope, id), id);
    const { path } = this.node;
    expect(path, 'props', props, PROPS);
    this.interval = Duration.minutes(intervalInMinutes(path, props.interval));
    this.provider = PaymentKeyProvider.of(this);
    this.name = watchName(this);
    this.eventBus = props.eventBus ?? EventBus.fromEventBusName(this, 'DefaultBus', 'default');
    if (this.isBusInOther('region')) {
      throw new PaymentKeyError('EventBusInOtherEnvironment', `${path}: eventBus is in ${this.eventBus.env.region}, but the watch in ${Stack.of(this).region}. Pass a `
        + 'bus in the Region of the watch, and a rule on it that forwards to the other one');
    }
    const watched = props.resources && watchedLogicalIds(this, props.resources);

    this.role = this.lookingRole();
    const { environment, runtime, ...surroundings } = this.provider._surroundings;
    const handler = new Function(this, 'Function', {
      ...surroundings,
      runtime: runtime ?? NEWEST_EVERYWHERE,
      description: 'Looks whether the payment keys of this stack are as declared, and changes nothing',
      code: new HandlerCode('provider/handler/watch'),
      handler: 'index.handler',
      memorySize: Size.mebibytes(256).toMebibytes(),
      timeout: Duration.minutes(WATCH_TIMEOUT_MINUTES),
      role: this.role,
      logGroup: this.provider.logGroup,
      environmentEncryption: this.provider._encryptionKey,
      environment: {
        ...environment,
        [STACK_ID_VARIABLE]: Aws.STACK_ID,
        [TABLE_NAME_VARIABLE]: this.provider.table.tableRef.tableName,
        [WATCH_NAME_VARIABLE]: this.name,
        [WATCH_INTERVAL_VARIABLE]: String(this.interval.toSeconds()),
        [WATCH_SCOPE_VARIABLE]: (props.resources ? 'listed' : 'stack') satisfies WatchScope,
        [METRIC_NAMESPACE_VARIABLE]: this.provider._metricNamespace,
        [EVENT_BUS_VARIABLE]: this.eventBus.eventBusArn,
      },
    });
    if (!surroundings.vpc) { acknowledge(handler, ACCEPTED.watchOutsideVpc); }
    if (!runtime) { acknowledge(handler, ACCEPTED.newestRuntime); }
    this.handler = handler;
    new Rule(this, 'Schedule', {
      description: 'Wakes the watch of payment keys, which goes on with a sweep, begins one, or does nothing',
      schedule: Schedule.rate(Duration.minutes(Math.min(this.interval.toMinutes(), MOST_MINUTES_BETWEEN_WAKES))),
      targets: [new LambdaFunction(handler, watched && { event: RuleTargetInput.fromObject({ logicalIds: Lazy.list({ produce: watched }) }) })],
    });
    this.node.addValidation({ validate: () => problemsOfWatched(this, watched) });
  }

  /**
   * How many resources are not as declared, once in an interval. An alarm belongs on it: threshold 1, two evaluation periods.
   *
   * @param props what differs from the maximum over one interval
   */
  public metricOutOfSync(props?: MetricOptions): Metric {
    return this.metric('OutOfSync', props);
  }

  /**
   * How many resources could not be compared with their declaration, once in an interval: a permission or a Region is missing, or their
   * last deployment failed. Missing data says that the watch itself does not run.
   *
   * @param props what differs from the maximum over one interval
   */
  public metricNotWatched(props?: MetricOptions): Metric {
    return this.metric('NotWatched', props);
  }

  /**
   * A rule for each finding, when it is new. Its event has `detail.code`, `logicalId`, `resourceType`, `keyArn`, `region`, `subject`,
   * `declared`, `found`, `message` and `command`.
   *
   * Throws:
   *
   * - `EventBusInOtherEnvironment` when the event bus is in another account, where its rules are
   *
   * @param id the id of the rule, under the watch
   * @param options what the rule does, and further conditions, for example `{ eventPattern: { detail: { code: ['REPLICA_FAILED'] } } }`
   */
  public onFinding(id: string, options?: OnEventOptions): Rule {
    return this.rule(id, FINDING_DETAIL_TYPE, options);
  }

  /**
   * A rule for each finding that does not stand any more. Its event has `detail.code`, `logicalId`, `region`, `subject` and `since`.
   *
   * Throws:
   *
   * - `EventBusInOtherEnvironment` when the event bus is in another account, where its rules are
   *
   * @param id the id of the rule, under the watch
   * @param options what the rule does, and further conditions
   */
  public onFindingResolved(id: string, options?: OnEventOptions): Rule {
    return this.rule(id, FINDING_RESOLVED_DETAIL_TYPE, options);
  }

  /**
   * Widgets for a dashboard: how many resources are not as declared, the states of each key by Regions, and the findings that stand.
   */
  public widgets(): IWidget[] {
    return watchWidgets({
      stack: Stack.of(this),
      name: this.name,
      logGroup: this.provider.logGroup,
      outOfSync: this.metricOutOfSync(),
      notWatched: this.metricNotWatched(),
      replicationRegions: () => this.provider._reachedRegions(),
    });
  }

  /** What it may do follows from what is declared in the stack, which is known when the template is made. */
  private lookingRole(): Role {
    const { provider } = this;
    const allows = (which: OnDemand) => provider._allows(which);
    const role = new Role(this, 'Role', {
      description: 'Looks at the payment keys of this stack',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: managedPoliciesIn(provider._surroundings.vpc),
    });
    const resource = role.node.defaultChild as CfnRole;
    resource.policies = Lazy.any({
      produce: () => [{
        policyName: 'Watch',
        policyDocument: watchPolicy({
          tableArn: provider._tableArn,
          encryptionKey: provider._encryptionKey,
          itemPrefix: SWEEP_ID_PREFIX,
          logGroupArn: provider.logGroup.logGroupArn,
          eventBusArn: this.eventBus.eventBusArn,
          allows,
        }),
      }],
    });
    acknowledge(resource, ACCEPTED.policyOfOneRole);
    if (provider._surroundings.vpc) { acknowledge(role, ACCEPTED.insideVpc); }
    // Audits are aspects, too, and come later.
    let isAcknowledged = false;
    Aspects.of(this).add({
      visit: () => {
        if (!isAcknowledged) { acknowledgeWildcards(resource, reasonsForWatchWildcards(provider.logGroup.logGroupArn, allows)); }
        isAcknowledged = true;
      },
    }, { priority: BEFORE_ALL_OTHERS });
    return role;
  }

  private metric(metricName: WatchMetric, props?: MetricOptions): Metric {
    return new Metric({
      namespace: this.provider._metricNamespace,
      metricName,
      dimensionsMap: { [WATCH_DIMENSION]: this.name },
      statistic: 'Maximum',
      period: this.interval,
      unit: Unit.COUNT,
      ...props,
    }).attachTo(this);
  }

  private isBusInOther(place: 'account' | 'region'): boolean {
    return Token.compareStrings(this.eventBus.env[place], Stack.of(this)[place]) === TokenComparison.DIFFERENT;
  }

  private rule(id: string, detailType: string, given: OnEventOptions = {}): Rule {
    expectValue(this.node.path, 'id', id, NAME);
    expect(this.node.path, 'options', given, ON_EVENT);
    if (this.isBusInOther('account')) {
      throw new PaymentKeyError('EventBusInOtherEnvironment', `${this.node.path}: eventBus is in the account ${this.eventBus.env.account}, but the rule would be in `
        + `${Stack.of(this).account}. Make the rule in a stack in the account of the bus`);
    }
    const { target, ...options } = given;
    const rule = new Rule(this, id, { ...options, eventBus: this.eventBus });
    rule.addEventPattern({ source: [FINDING_EVENT_SOURCE], detailType: [detailType], detail: { stackId: [Aws.STACK_ID], watch: [this.name] } });
    rule.addTarget(target);
    return rule;
  }
}

/** Every wake is at the same distance from the one before, so that sweeps are, too. */
function intervalInMinutes(path: string, given: Duration | undefined): number {
  const minutes = whole(path, 'InvalidInterval', 'interval', 'minutes', WATCH_INTERVAL, given);
  if (minutes > MOST_MINUTES_BETWEEN_WAKES && minutes % MOST_MINUTES_BETWEEN_WAKES !== 0) {
    throw new PaymentKeyError('InvalidInterval', `${path}: interval must be ${WATCH_INTERVAL.least} to ${MOST_MINUTES_BETWEEN_WAKES} minutes, or a multiple of ${MOST_MINUTES_BETWEEN_WAKES} minutes `
      + `up to a day, but is ${minutes} minutes`);
  }
  return minutes;
}
