import { readFileSync } from 'fs';
import * as path from 'path';
import { Metric, MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { IRuleRef, OnEventOptions, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { Function, IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, ILogGroup, MetricFilter, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IBucket } from 'aws-cdk-lib/aws-s3';
import { DefinitionBody, IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Duration, Stack, Token } from 'aws-cdk-lib/core';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { INVENTORY_ACCEPTED } from './inventory/accepted-findings';
import {
  ACCOUNT_VARIABLE, BUCKET_OWNER_VARIABLE, BUCKET_VARIABLE, FUNCTION_TIMEOUT_SECONDS, PREFIX_VARIABLE, REGIONS_VARIABLE, VERSION_VARIABLE,
} from './inventory/contract/environment';
import { InventoryLogCode } from './inventory/contract/log-codes';
import { allowEncryption, inventoryLogGroup, inventoryRole, roleForOne, scheduleRule } from './inventory/parts';
import { inventoryRegions } from './inventory/regions';
import { inventoryDefinition } from './inventory/state-machine';
import { acknowledge } from './private/audit-findings';
import { PaymentKeyError } from './private/errors';
import { expect, Expectations, expectValue, NAME, oneOf, optional, placed, TEXT, TEXTS, thing } from './private/expected';
import { HandlerCode } from './private/handler-code';
import { checkNodeRuntime, NEWEST_EVERYWHERE } from './private/node-runtime';

const DEFAULT_PREFIX = 'payment-key-inventory';

/** What is safe in the name of an object, in the ARN of a policy and in an address. */
const PREFIX = /^[A-Za-z0-9](?:[A-Za-z0-9._-]|\/(?!\/|$)){0,199}$/;

/** Measured: the files of 16 Regions with 2,000 keys each, ten tags on every key, take 390 MB to make. */
const MEMORY_MEBIBYTES = 1024;

/**
 * What an inventory is declared with.
 */
export interface PaymentKeyInventoryProps {
  /**
   * Where the files are written. The encryption is that of the bucket, and how long the files stay is decided by its lifecycle
   * rules. Whoever can read it sees which keys there are, but no key material. If it is imported and encrypted with a KMS key, import
   * it with its `encryptionKey`; one in another account, import with its `account`, and allow `role` in its policy.
   */
  readonly bucket: IBucket;

  /**
   * When an inventory is made, in UTC. One of 2,000 keys in a Region takes about 70 minutes, one of 40,000 a day, which is the most.
   * Let a day lie between two: those that overlap take twice the part of the quota.
   *
   * @default - only when somebody starts an execution of `stateMachine`
   */
  readonly schedule?: Schedule;

  /**
   * The Regions whose keys are in the inventory: exactly these. List every Region that has keys: auditors want all of them, and of a
   * replica whose primary is elsewhere nobody can tell who declares it.
   *
   * @default - the Region of the stack
   */
  readonly regions?: string[];

  /**
   * What the names of all objects begin with, before a slash: 1 to 200 letters, digits, `.`, `_`, `-` and single slashes, of
   * which none is at the end.
   *
   * @default 'payment-key-inventory'
   */
  readonly prefix?: string;

  /**
   * Where the function logs.
   *
   * @default - a log group of its own
   */
  readonly logGroup?: ILogGroup;

  /**
   * How long the inventory's own log group keeps what is logged. Not together with `logGroup`.
   *
   * @default RetentionDays.SIX_MONTHS
   */
  readonly logRetention?: RetentionDays;

  /**
   * The runtime of the function, a Node.js one of at least version 20.
   *
   * @default Runtime.NODEJS_LATEST - the newest Node.js runtime that aws-cdk-lib knows to be there in all Regions
   */
  readonly runtime?: Runtime;
}

const PROPS: Expectations<keyof PaymentKeyInventoryProps> = {
  bucket: thing('a Bucket', 'bucketArn', 'bucketName'),
  schedule: optional(thing('a Schedule of aws-cdk-lib/aws-events, for example Schedule.cron({ day: \'1\', hour: \'3\', minute: \'0\' })', 'expressionString')),
  regions: optional(TEXTS),
  prefix: optional(TEXT),
  logGroup: optional(thing('a LogGroup', 'logGroupArn')),
  logRetention: optional(oneOf('RetentionDays', RetentionDays)),
  runtime: optional(thing('a Runtime of aws-cdk-lib/aws-lambda', 'name', 'family')),
};
const OPTIONS: Expectations<'target'> = { target: optional(thing('a target of a rule, for example of aws-cdk-lib/aws-events-targets', 'bind')) };

/** What the metrics say: a member of the line that ends an inventory. */
const METRICS = { Keys: 'keys', KeysDeclaredByNobody: 'declaredByNobody', RetainedKeysWithoutStack: 'retainedKeysWithoutStack' } as const;
const COMPLETED: InventoryLogCode = 'INVENTORY_COMPLETED';

const ENDS = { onCompleted: ['SUCCEEDED'], onFailed: ['FAILED', 'TIMED_OUT', 'ABORTED'] };

/**
 * The table that auditors ask for: every payment key of the account in some Regions, whoever made it, with usage, check
 * value, origin, state, Regions, aliases, tags, and who declares it.
 *
 * Each inventory is a folder below the prefix with `keys.csv`, `keys.jsonl` and `summary.json`, which has the SHA-256 of both
 * and is written last: a folder without it is not complete, and never will be. An inventory that cannot read something fails, and
 * leaves nothing out instead. The execution of the state machine can be redriven within a day; work files of one that is given up
 * stay in `.in-progress/` below the prefix, for which a lifecycle rule of a week is enough.
 *
 * It needs no key in its stack, and can change none. It takes a fifth of the quota of control-plane requests at most, and less as
 * soon as somebody else needs it.
 *
 * API: ListKeys, GetKey, ListAliases, ListTagsForResource.
 */
@propertyInjectable
export class PaymentKeyInventory extends Construct {
  /**
   * Uniquely identifies this class for property injection.
   */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-multi-region-payment-keys.PaymentKeyInventory';

  /**
   * The function, which the state machine calls.
   */
  public readonly handler: IFunction;

  /**
   * The role of the function, which can read keys, aliases, tags and stacks, and write below the prefix.
   */
  public readonly role: IRole;

  /**
   * The state machine. Each execution is an inventory; its input is not read.
   */
  public readonly stateMachine: IStateMachine;

  /**
   * The role of the state machine, which may only call the function.
   */
  public readonly stateMachineRole: IRole;

  /**
   * The rule that starts the state machine, if there is a schedule.
   */
  public readonly scheduleRule?: IRuleRef;

  /**
   * Where the function logs.
   */
  public readonly logGroup: ILogGroup;

  /**
   * The Regions whose keys are in the inventory.
   */
  public readonly regions: string[];

  /**
   * What the names of all objects begin with, before a slash.
   */
  public readonly prefix: string;

  /**
   * Declares an inventory.
   *
   * Throws:
   *
   * - `NoRegions` when the list of Regions is empty
   * - `InvalidRegion` when a Region is not the name of one
   * - `DuplicateRegion` when a Region is listed twice
   * - `RegionCannotBeToken` when a Region but the stack's own is not known when the template is made
   * - `InvalidInventoryPrefix` when the prefix is not 1 to 200 letters, digits, `.`, `_`, `-` and single slashes
   * - `LogRetentionWithoutOwnLogGroup` when both `logGroup` and `logRetention` are given
   * - `UnsupportedRuntime` when the runtime is not a Node.js one of at least version 20
   * - `InvalidProperty` when a property is of a wrong type, as it may be in languages that do not check types
   *
   * @param scope where it is declared
   * @param id its id in that scope
   * @param props what it is declared with
   */
  constructor(scope: Construct, id: string, props: PaymentKeyInventoryProps) {
    super(placed(new.target.name, scope, id), id);
    expect(this.node.path, 'props', props, PROPS);
    check(this, props);
    const stack = Stack.of(this);
    const { bucket, prefix = DEFAULT_PREFIX } = props;
    this.regions = [...inventoryRegions(this, props.regions)];
    this.prefix = prefix;
    this.logGroup = props.logGroup ?? inventoryLogGroup(this, props.logRetention);

    this.role = inventoryRole(this, { stack, regions: this.regions, bucketArn: bucket.bucketArn, prefix }, this.logGroup);
    if (bucket.encryptionKey) { allowEncryption(this.role, bucket.encryptionKey); }
    const handler = new Function(this, 'Function', {
      description: 'Inventory of payment keys: one task of it',
      code: new HandlerCode('inventory/handler/index'),
      handler: 'index.handler',
      runtime: props.runtime ?? NEWEST_EVERYWHERE,
      memorySize: MEMORY_MEBIBYTES,
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
      role: this.role,
      logGroup: this.logGroup,
      environment: {
        [BUCKET_VARIABLE]: bucket.bucketName,
        [BUCKET_OWNER_VARIABLE]: bucket.env.account,
        [PREFIX_VARIABLE]: prefix,
        [REGIONS_VARIABLE]: this.regions.join(','),
        [ACCOUNT_VARIABLE]: stack.account,
        [VERSION_VARIABLE]: libraryVersion(),
      },
    });
    if (!props.runtime) { acknowledge(handler, INVENTORY_ACCEPTED.newestRuntime); }
    acknowledge(handler, INVENTORY_ACCEPTED.outsideVpc);
    this.handler = handler;

    this.stateMachineRole = roleForOne(this, 'StateMachineRole', 'states', 'Calls the function of an inventory of payment keys', 'lambda:InvokeFunction', handler.functionArn);
    const stateMachine = new StateMachine(this, 'StateMachine', {
      comment: 'Inventories of payment keys',
      role: this.stateMachineRole,
      definitionBody: DefinitionBody.fromString(stack.toJsonString(inventoryDefinition(handler.functionArn))),
    });
    acknowledge(stateMachine, INVENTORY_ACCEPTED.stateMachine);
    this.stateMachine = stateMachine;
    this.scheduleRule = props.schedule && scheduleRule(this, props.schedule, stateMachine.stateMachineArn);
  }

  /**
   * How many keys there are: primaries, and keys of a single Region.
   *
   * The first call makes a metric filter of the log group.
   *
   * @param props what differs from the maximum over five minutes
   */
  public metricKeys(props?: MetricOptions): Metric {
    return this.metric('Keys', props);
  }

  /**
   * How many keys nobody declares: no stack made them, or the stack that did declares them no more.
   *
   * The first call makes a metric filter of the log group.
   *
   * @param props what differs from the maximum over five minutes
   */
  public metricKeysDeclaredByNobody(props?: MetricOptions): Metric {
    return this.metric('KeysDeclaredByNobody', props);
  }

  /**
   * How many keys a stack made and left behind: it was deleted, or does not declare them any more. They are billed in each of
   * their Regions. The log line `RETAINED_KEYS_WITHOUT_STACK` and the summary name them.
   *
   * The first call makes a metric filter of the log group. There is a data point for each inventory, so an alarm should ignore
   * missing data.
   *
   * @param props what differs from the maximum over five minutes
   */
  public metricRetainedKeysWithoutStack(props?: MetricOptions): Metric {
    return this.metric('RetainedKeysWithoutStack', props);
  }

  /**
   * A rule for inventories that are complete. The detail of the event has, in `output`, the folder of the files.
   *
   * @param id the id of the rule, under the inventory
   * @param options what the rule does, and further conditions
   */
  public onCompleted(id: string, options?: OnEventOptions): Rule {
    return this.onEnd('onCompleted', id, options);
  }

  /**
   * A rule for inventories that failed, for whatever reason. The log line `INVENTORY_FAILED` says why.
   *
   * @param id the id of the rule, under the inventory
   * @param options what the rule does, and further conditions
   */
  public onFailed(id: string, options?: OnEventOptions): Rule {
    return this.onEnd('onFailed', id, options);
  }

  private onEnd(end: keyof typeof ENDS, id: string, given: OnEventOptions = {}): Rule {
    expectValue(this.node.path, 'id', id, NAME);
    expect(this.node.path, 'options', given, OPTIONS);
    const { target, ...options } = given;
    const rule = new Rule(this, id, options);
    rule.addEventPattern({
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { status: ENDS[end], stateMachineArn: [this.stateMachine.stateMachineArn] },
    });
    rule.addTarget(target);
    return rule;
  }

  private metric(metricName: keyof typeof METRICS, props?: MetricOptions): Metric {
    const stack = Stack.of(this);
    // Several inventories of a stack have metrics of their own.
    const inStack = this.node.path.slice(stack.node.path.length).replace(/[^\w./#:-]/g, '-');
    const metricNamespace = `PaymentKeys/${stack.stackName}${inStack.replace(/^\/?/, '/')}`;
    if (!this.node.tryFindChild(metricName)) {
      new MetricFilter(this, metricName, {
        logGroup: this.logGroup,
        filterPattern: FilterPattern.stringValue('$.code', '=', COMPLETED),
        metricNamespace,
        metricName,
        metricValue: `$.${METRICS[metricName]}`,
        unit: Unit.COUNT,
      });
    }
    // The line of one inventory may stand twice in the log.
    return new Metric({ namespace: metricNamespace, metricName, statistic: 'Maximum', unit: Unit.COUNT, ...props }).attachTo(this);
  }
}

function check({ node }: Construct, { prefix = DEFAULT_PREFIX, logGroup, logRetention, runtime }: PaymentKeyInventoryProps): void {
  if (!Token.isUnresolved(prefix) && !PREFIX.test(prefix)) {
    throw new PaymentKeyError('InvalidInventoryPrefix', `${node.path}: '${prefix}' cannot be the prefix of an inventory. Expected 1 to 200 letters, digits, '.', '_', '-' and single slashes, `
      + `beginning with a letter or digit and without a slash at the end, for example '${DEFAULT_PREFIX}'`);
  }
  if (logGroup && logRetention !== undefined) {
    throw new PaymentKeyError('LogRetentionWithoutOwnLogGroup', `${node.path}: logRetention is for the inventory's own log group, but logGroup names another. Set the retention there`);
  }
  checkNodeRuntime(node.path, runtime);
}

/** What the summary of an inventory says that it was made by. */
function libraryVersion(): string {
  return JSON.parse(readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8')).version;
}
