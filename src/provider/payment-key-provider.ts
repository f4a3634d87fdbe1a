import { Metric, MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnTable, ITableRef } from 'aws-cdk-lib/aws-dynamodb';
import { IRuleRef } from 'aws-cdk-lib/aws-events';
import { IRole, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnFunction, Function, IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, ILogGroup, LogGroup, MetricFilter, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine, DefinitionBody, IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Aws, CfnResource, Duration, IResolvable, RemovalPolicy, Size, Stack, Token, Tokenization } from 'aws-cdk-lib/core';
import { Construct, IConstruct } from 'constructs';
import { ACCEPTED } from './accepted-findings';
import { FUNCTION_TIMEOUT_SECONDS, serviceTimeoutInMinutes, STACK_ID_VARIABLE, TABLE_NAME_VARIABLE } from './contract/envelope';
import { LogCode } from './contract/log-codes';
import { allowInKeyPolicy, checkEncryptionKey } from './encryption';
import { FunctionPermissions } from './function-permissions';
import { lastResort } from './last-resort';
import { Network } from './network';
import { PaymentKeyProviderProps } from './payment-key-provider-props';
import { OnDemand } from './permissions';
import { acknowledgeExecutions, alwaysAllowed, executionsAllowed, functionRole, stateMachineRole, warnOfFixedRole } from './provider-roles';
import { requiredPolicy } from './required-policy';
import { stateMachineDefinition } from './state-machine';
import { acknowledge } from '../private/audit-findings';
import { PaymentKeyError } from '../private/errors';
import { CONSTRUCT, expect, Expectations, expectValue, KNOWN_FLAG, list, NUMBER, optional, oneOf, RECORD, SIZE, thing } from '../private/expected';
import { HandlerCode } from '../private/handler-code';
import { checkNodeRuntime, NEWEST_EVERYWHERE } from '../private/node-runtime';
import { ReadPermission } from '../private/wrapped-key-store';

/** Logical ids derive from it, and CloudFormation cannot change a deployed resource's service token: it stays for ever. */
const ID = 'PaymentKeyProvider';

/** Events that waited longer in Lambda's queue are dropped: no resource of CloudFormation waits for less. */
const OLDEST_EVENT = Duration.minutes(serviceTimeoutInMinutes(1));

/** What the metrics of a provider count: lines of its log with one of these codes. */
const METRICS = {
  LeftBehind: ['LEFT_BEHIND'],
  Failures: ['REQUEST_FAILED', 'EVENT_REFUSED', 'EXECUTION_FAILED'],
  Throttles: ['THROTTLED'],
} satisfies Record<string, LogCode[]>;

/** How `CustomResourceConfig` finds functions and log groups of custom resources. */
const RUNTIME_FAMILY = 'aws:cdk:is-custom-resource-handler-runtime-family';
const HANDLER_LOG_GROUP = 'aws:cdk:is-custom-resource-handler-logGroup';

/**
 * Where a function of the stack runs, as it was chosen.
 *
 * @internal
 */
export type FunctionSurroundings = Pick<PaymentKeyProviderProps, 'runtime' | 'vpc' | 'vpcSubnets' | 'securityGroups' | 'environment'>;

const PROPS: Expectations<keyof PaymentKeyProviderProps> = {
  logGroup: optional(thing('a LogGroup', 'logGroupArn')),
  logRetention: optional(oneOf('RetentionDays', RetentionDays)),
  runtime: optional(thing('a Runtime of aws-cdk-lib/aws-lambda', 'name', 'family')),
  memorySize: optional(SIZE),
  vpc: optional(thing('a Vpc', 'vpcId', 'isolatedSubnets')),
  vpcSubnets: optional({ what: 'a selection of subnets, for example { subnetType: SubnetType.PRIVATE_WITH_EGRESS }', is: value => typeof value === 'object' && value !== null }),
  securityGroups: optional(list('a list of security groups', thing('a security group', 'securityGroupId'))),
  environment: optional(RECORD),
  encryptionKey: optional(thing('a KMS key, for example a Key of aws-cdk-lib/aws-kms', 'keyArn', 'addToResourcePolicy')),
  role: optional(thing('a Role', 'roleName', 'roleArn', 'attachInlinePolicy')),
  stateMachineRole: optional(thing('a Role', 'roleName', 'roleArn', 'attachInlinePolicy')),
  controlPlaneEndpoints: optional(RECORD),
  tracing: optional(KNOWN_FLAG),
  reservedConcurrency: optional(NUMBER),
  deadLetterQueue: optional(thing('a Queue', 'queueArn', 'addToResourcePolicy')),
};

/**
 * What works for the payment keys of one stack: a Lambda function, the Step Functions state machine that calls it
 * step by step, their roles, the log group, and a DynamoDB table that knows which request is in charge of which key and
 * what it has called. Made by the first key of a stack.
 *
 * Its parts can be read, for example to set a permissions boundary on the roles with an aspect. Runtime, log
 * retention and removal policy also follow `CustomResourceConfig`.
 */
export class PaymentKeyProvider extends Construct {
  /**
   * The provider of the stack that holds a construct, made with default options if there is none yet. A nested
   * stack has its own.
   *
   * Throws:
   *
   * - `SeveralCopiesOfLibrary` when another version of this library has made the provider of the stack
   *
   * @param scope any construct in the stack
   */
  public static of(scope: IConstruct): PaymentKeyProvider {
    expectValue('PaymentKeyProvider.of', 'scope', scope, CONSTRUCT);
    const stack = Stack.of(scope);
    return providerIn(stack) ?? new PaymentKeyProvider(stack);
  }

  /**
   * The function, which CloudFormation, the state machine and EventBridge call.
   */
  public readonly handler: IFunction;

  /**
   * The role of the function.
   */
  public readonly role: IRole;

  /**
   * The state machine, with one execution for each request of CloudFormation.
   */
  public readonly stateMachine: IStateMachine;

  /**
   * The role of the state machine, which may only call the function.
   */
  public readonly stateMachineRole: IRole;

  /**
   * The rule that notices when an execution fails, so that CloudFormation gets an answer all the same.
   */
  public readonly lastResort: IRuleRef;

  /**
   * Where the function logs.
   */
  public readonly logGroup: ILogGroup;

  /**
   * The ledger: which request of CloudFormation is in charge of each resource, what it has called, and which Regions are the
   * resource's. Deleted with the stack.
   */
  public readonly table: ITableRef;

  /**
   * What the policy of `encryptionKey` must say besides who administers the key. It is added to it, unless the key is imported.
   */
  public readonly requiredKeyPolicy?: PolicyDocument;

  /**
   * The ARN of the ledger.
   *
   * @internal
   */
  public readonly _tableArn: string;

  /**
   * What encrypts the ledger, if it is a key of the user's.
   *
   * @internal
   */
  public readonly _encryptionKey?: IKey;

  /**
   * What names the provider in a custom resource: the ARN of its function.
   */
  public readonly serviceToken: string;

  /**
   * What custom resources say of the provider. References and not strings: there are as many as resources, and a reference in
   * a string takes long to find.
   *
   * @internal
   */
  public readonly _envelope: { readonly ServiceToken: IResolvable; readonly StateMachineArn: IResolvable };

  /**
   * What custom resources depend on. It depends on every part, so that the whole provider is there as long as they are.
   *
   * @internal
   */
  public readonly _complete: CfnResource;

  /**
   * What a second function of the stack has in common with this one: where it runs, and how it finds its way out.
   *
   * @internal
   */
  public readonly _surroundings: FunctionSurroundings;

  private readonly permissions: FunctionPermissions;
  private readonly network: Network;
  private readonly required: (documents: PolicyDocument[]) => PolicyDocument;
  private readonly ofStateMachine: PolicyDocument;
  /** Those whose control plane resources of the stack need. */
  private readonly regions = new Set<string>();

  /**
   * Configures the provider of a stack before its first key is declared.
   *
   * Throws:
   *
   * - `PaymentKeyProviderExists` when the stack has its provider already
   * - `SeveralCopiesOfLibrary` when another version of this library has made the provider of the stack
   * - `EncryptionKeyInOtherRegion` when `encryptionKey` is not in the Region of the stack
   * - `EncryptionKeyIsAlias` when `encryptionKey` is an alias
   * - `InvalidConcurrency` when `reservedConcurrency` is not a whole number of at least 1
   * - `InvalidDeadLetterQueue` when `deadLetterQueue` is a FIFO queue, or in another account or Region
   * - `InvalidEndpoint` when a value of `controlPlaneEndpoints` is not an HTTPS URL without a path
   * - `InvalidRegion` when a name in `controlPlaneEndpoints` is not that of a Region
   * - `LogRetentionWithoutOwnLogGroup` when both `logGroup` and `logRetention` are given
   * - `RoleInOtherAccount` when `role` or `stateMachineRole` is of another account than the stack
   * - `UnsupportedRuntime` when the runtime is not a Node.js one of at least version 20
   *
   * @param stack the stack, or any construct in it
   * @param props the options
   */
  constructor(stack: Construct, props: PaymentKeyProviderProps = {}) {
    expectValue('PaymentKeyProvider', 'stack', stack, CONSTRUCT);
    const scope = Stack.of(stack);
    if (providerIn(scope)) {
      throw new PaymentKeyError('PaymentKeyProviderExists',
        `${scope.node.path || scope.stackName} has its payment key provider already. Configure it before the first key is declared: `
        + 'new PaymentKeyProvider(stack, { … })');
    }
    super(scope, ID);
    expect(this.node.path, 'props', props, PROPS);
    check(this, props);
    this.network = new Network(this, props);

    this.logGroup = props.logGroup ?? ownLogGroup(this, props);
    const table = ledgerTable(this, props.encryptionKey);
    const always = alwaysAllowed(table.attrArn, this.logGroup.logGroupArn, props);
    const ofFunction = functionRole(this, always, this.logGroup.logGroupArn, props);
    const { runtime, vpc, vpcSubnets, securityGroups } = props;
    const environment = { ...props.environment, ...this.network.variables };
    this._surroundings = { runtime, vpc, vpcSubnets, securityGroups, environment };
    const handler = new Function(this, 'Function', {
      ...this._surroundings,
      runtime: runtime ?? NEWEST_EVERYWHERE,
      description: 'Payment keys of this stack: one step of their creation, update or deletion',
      code: new HandlerCode('provider/handler/index'),
      handler: 'index.handler',
      memorySize: (props.memorySize ?? Size.mebibytes(256)).toMebibytes(),
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
      maxEventAge: OLDEST_EVENT,
      role: ofFunction.role,
      logGroup: this.logGroup,
      environment: { ...environment, [STACK_ID_VARIABLE]: Aws.STACK_ID, [TABLE_NAME_VARIABLE]: table.ref },
      environmentEncryption: props.encryptionKey,
      reservedConcurrentExecutions: props.reservedConcurrency,
    });
    this.network.warnOfIgnoredProxy(handler.runtime.name, props.environment);
    handler.node.addMetadata(RUNTIME_FAMILY, handler.runtime.family);
    if (!props.runtime) { acknowledge(handler, ACCEPTED.newestRuntime); }
    if (!props.vpc) { acknowledge(handler, ACCEPTED.outsideVpc); }
    if (ofFunction.policy) { handler.node.addDependency(ofFunction.policy); }

    const ofStateMachine = stateMachineRole(this, handler.functionArn, props);
    const stateMachine = new StateMachine(this, 'StateMachine', {
      comment: 'Requests of CloudFormation for the payment keys of this stack, step by step',
      role: ofStateMachine.role,
      definitionBody: DefinitionBody.fromString(scope.toJsonString(stateMachineDefinition(handler.functionArn))),
    });
    acknowledge(stateMachine, ACCEPTED.stateMachine);
    if (!props.tracing) { acknowledge(stateMachine, ACCEPTED.withoutTracing); }
    if (ofStateMachine.policy) { stateMachine.node.addDependency(ofStateMachine.policy); }
    const cfnFunction = handler.node.defaultChild as CfnFunction;
    const cfnStateMachine = stateMachine.node.defaultChild as CfnStateMachine;
    encryptAndTrace(cfnFunction, cfnStateMachine, props);
    // Not in the role itself, since the state machine names the function, which names the role.
    this.permissions = new FunctionPermissions(this, ofFunction, always, executionsAllowed(cfnStateMachine, props.encryptionKey));
    if (props.encryptionKey) { acknowledgeExecutions(this.permissions.functionPolicy, cfnStateMachine); }

    const { rule, permission } = lastResort(this, handler.functionArn, stateMachine.stateMachineArn, props.deadLetterQueue);
    const ownGroup = props.logGroup ? undefined : this.logGroup.node.defaultChild as CfnResource;
    this.requiredKeyPolicy = props.encryptionKey && allowInKeyPolicy(this, props.encryptionKey, ownGroup?.logicalId);
    const parts = { table, logGroup: ownGroup, handler: cfnFunction, stateMachine: cfnStateMachine };
    this.required = documents => requiredPolicy(scope, documents, parts);
    this.ofStateMachine = ofStateMachine.document;
    warnOfFixedRole(this, ofFunction, 'role', () => this.requiredPolicy);
    warnOfFixedRole(this, ofStateMachine, 'stateMachineRole', () => this.requiredStateMachinePolicy);

    this.handler = handler;
    this.stateMachine = stateMachine;
    this.role = ofFunction.role;
    this.stateMachineRole = ofStateMachine.role;
    this.table = table;
    this._tableArn = table.attrArn;
    this._encryptionKey = props.encryptionKey;
    this.serviceToken = handler.functionArn;
    this.lastResort = rule;
    this._envelope = {
      ServiceToken: referenceIn(cfnFunction.attrArn),
      StateMachineArn: referenceIn(cfnStateMachine.ref),
    };
    // The policy of a fixed role is not there to be waited for.
    this._complete = ofFunction.kind === 'fixed' ? permission : this.permissions.functionPolicy;
    if (this._complete !== permission) { this._complete.addDependency(permission); }
    this._complete.addDependency(handler.node.findChild('EventInvokeConfig').node.defaultChild as CfnResource);
  }

  /**
   * What the function must be allowed for everything that the stack has declared by now, as one policy. Of what CloudFormation
   * makes up when it deploys, such as the id of the stack and the name of the table, it has patterns, so that the policy can be
   * attached to a role before the first deployment. Read it after the last key of the stack.
   */
  public get requiredPolicy(): PolicyDocument {
    return this.required(this.permissions.documents);
  }

  /**
   * What the state machine must be allowed, as `requiredPolicy` says it of the function.
   */
  public get requiredStateMachinePolicy(): PolicyDocument {
    return this.required([this.ofStateMachine]);
  }

  /**
   * How much the provider reports that may be left behind: something that still exists, or is still missing, although nothing
   * owns it. The log names each, and the command that looks or removes. An alarm belongs on it: threshold 1.
   *
   * The first call makes a metric filter of the log group.
   *
   * @param props what differs from the sum over five minutes
   */
  public metricLeftBehind(props?: MetricOptions): Metric {
    return this.metric('LeftBehind', props);
  }

  /**
   * How many requests of CloudFormation fail, for whatever reason. The log and the event of the stack say why.
   *
   * The first call makes a metric filter of the log group.
   *
   * @param props what differs from the sum over five minutes
   */
  public metricFailures(props?: MetricOptions): Metric {
    return this.metric('Failures', props);
  }

  /**
   * How many requests the service refuses because too many come in a second, which everybody in the account and Region
   * shares. They are made again later.
   *
   * The first call makes a metric filter of the log group.
   *
   * @param props what differs from the sum over five minutes
   */
  public metricThrottles(props?: MetricOptions): Metric {
    return this.metric('Throttles', props);
  }

  /**
   * Notes that a resource needs the control plane of a Region.
   *
   * @internal
   */
  public _reach(region: string): void {
    this.regions.add(region);
    this.network.reach(region);
  }

  /**
   * Lets every custom resource wait for something that the function needs to reach AWS.
   *
   * @internal
   */
  public _waitFor(...parts: CfnResource[]): void {
    parts.forEach(part => this._complete.addDependency(part));
  }

  /**
   * The Regions that resources of the stack need, besides its own, as far as they are declared by now.
   *
   * @internal
   */
  public _reachedRegions(): readonly string[] {
    // Besides that of a stack for any Region, no Region is a token.
    return [...this.regions].filter(region => region !== Stack.of(this).region && !Token.isUnresolved(region)).sort();
  }

  /**
   * The namespace of all metrics of the stack.
   *
   * @internal
   */
  public get _metricNamespace(): string {
    return `PaymentKeys/${Stack.of(this).stackName}`;
  }

  private metric(metricName: keyof typeof METRICS, props?: MetricOptions): Metric {
    const metricNamespace = this._metricNamespace;
    if (!this.node.tryFindChild(metricName)) {
      new MetricFilter(this, metricName, {
        logGroup: this.logGroup,
        filterPattern: FilterPattern.any(...METRICS[metricName].map(code => FilterPattern.stringValue('$.code', '=', code))),
        metricNamespace,
        metricName,
        metricValue: '1',
        unit: Unit.COUNT,
      });
    }
    return new Metric({ namespace: metricNamespace, metricName, statistic: 'Sum', unit: Unit.COUNT, ...props }).attachTo(this);
  }

  /**
   * Allows the function what a construct needs of it. Every custom resource waits for it.
   *
   * @internal
   */
  public _allow(which: OnDemand): void {
    this.permissions.allow(which);
  }

  /**
   * Whether constructs need that of the function, as far as they are declared by now.
   *
   * @internal
   */
  public _allows(which: OnDemand): boolean {
    return this.permissions.allows(which);
  }

  /**
   * Allows the function what a resource needs that works on a key of others.
   *
   * @internal
   */
  public _allowFor(resource: Construct, keyArn: string, ...which: OnDemand[]): void {
    this.permissions.allowFor(resource, keyArn, which);
  }

  /**
   * Allows the function to import a key, and to read what is wrapped for it.
   *
   * @internal
   */
  public _allowImport(resource: Construct, reading: readonly ReadPermission[]): void {
    this.permissions.allow('imports');
    if (reading.length > 0) { this.permissions.allowReading(resource, reading); }
  }
}

/** Another copy of the library has other permissions and another function, and knows nothing of what this one declared in the stack. */
function providerIn(stack: Stack): PaymentKeyProvider | undefined {
  const found = stack.node.tryFindChild(ID);
  if (found === undefined || found instanceof PaymentKeyProvider) { return found; }
  throw new PaymentKeyError('SeveralCopiesOfLibrary', `${found.node.path} was not made by this copy of cdk-multi-region-payment-keys, but a stack has one provider for all `
    + 'of its keys. Install one version of the library in the app: npm ls cdk-multi-region-payment-keys shows where others come from. If the construct is yours, give it another id');
}

/** Of Lambda's reserved concurrency. With 0, nothing would run. */
function checkConcurrency(path: string, reserved?: number): void {
  if (reserved === undefined || Token.isUnresolved(reserved) || Number.isInteger(reserved) && reserved >= 1) { return; }
  throw new PaymentKeyError('InvalidConcurrency', `${path}: reservedConcurrency must be a whole number of at least 1, but is ${reserved}: without any, the function would never run, and every `
    + 'deployment would wait until it times out. Leave it out, or reserve at least 1');
}

function check(provider: PaymentKeyProvider, props: PaymentKeyProviderProps): void {
  if (props.logGroup && props.logRetention !== undefined) {
    throw new PaymentKeyError('LogRetentionWithoutOwnLogGroup',
      `${provider.node.path}: logRetention is for the provider's own log group, but logGroup names another. Set the retention there`);
  }
  checkNodeRuntime(provider.node.path, props.runtime);
  checkEncryptionKey(provider, props.encryptionKey);
  checkConcurrency(provider.node.path, props.reservedConcurrency);
}

/** Kept when the stack goes: what a rollback could not take away is told in its lines, and afterwards nowhere else. */
function ownLogGroup(provider: PaymentKeyProvider, { logRetention = RetentionDays.SIX_MONTHS, encryptionKey }: PaymentKeyProviderProps): ILogGroup {
  const logGroup = new LogGroup(provider, 'LogGroup', { retention: logRetention, removalPolicy: RemovalPolicy.RETAIN, encryptionKey });
  logGroup.node.addMetadata(HANDLER_LOG_GROUP, true);
  if (!encryptionKey) { acknowledge(logGroup, ACCEPTED.ownLogGroup); }
  return logGroup;
}

/** As the provider's other parts: what the constructs of aws-cdk-lib offer for that would give the roles policies of their own. */
function encryptAndTrace(handler: CfnFunction, stateMachine: CfnStateMachine, { encryptionKey, tracing }: PaymentKeyProviderProps): void {
  if (encryptionKey) { stateMachine.encryptionConfiguration = { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: encryptionKey.keyArn }; }
  if (!tracing) { return; }
  handler.tracingConfig = { mode: 'Active' };
  stateMachine.tracingConfiguration = { enabled: true };
}

function referenceIn(text: string): IResolvable {
  return Tokenization.reverseCompleteString(text)!;
}

/** The one item that somebody could miss is gone with the stack: what is left of a key says itself whose it is. */
function ledgerTable(provider: PaymentKeyProvider, encryptionKey?: IKey): CfnTable {
  const table = new CfnTable(provider, 'Table', {
    keySchema: [{ attributeName: 'id', keyType: 'HASH' }],
    attributeDefinitions: [{ attributeName: 'id', attributeType: 'S' }],
    billingMode: 'PAY_PER_REQUEST',
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    sseSpecification: { sseEnabled: true, ...encryptionKey && { sseType: 'KMS', kmsMasterKeyId: encryptionKey.keyArn } },
    deletionProtectionEnabled: false,
  });
  table.applyRemovalPolicy(RemovalPolicy.DESTROY);
  return table;
}
