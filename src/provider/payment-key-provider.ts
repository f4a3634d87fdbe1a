import { Metric, MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnTable, ITableRef } from 'aws-cdk-lib/aws-dynamodb';
import { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { CfnRule, IRuleRef } from 'aws-cdk-lib/aws-events';
import { IRole, ManagedPolicy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnFunction, CfnPermission, Function, IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, ILogGroup, LogGroup, MetricFilter, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnStateMachine, DefinitionBody, IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import {
  Aws, CfnResource, Duration, IResolvable, RemovalPolicy, Size, Stack, Token, TokenComparison, Tokenization, Validations,
} from 'aws-cdk-lib/core';
import { Construct, IConstruct } from 'constructs';
import { ACCEPTED } from './accepted-findings';
import { FUNCTION_TIMEOUT_SECONDS, serviceTimeoutInMinutes, STACK_ID_VARIABLE, TABLE_NAME_VARIABLE } from './contract/envelope';
import { LogCode } from './contract/log-codes';
import { FunctionPermissions } from './function-permissions';
import { OnDemand, permissions, reasonsForWildcards } from './permissions';
import { stateMachineDefinition } from './state-machine';
import { acknowledge, acknowledgeWildcards } from '../private/audit-findings';
import { PaymentKeyError, WARNING } from '../private/errors';
import { CONSTRUCT, expect, Expectations, expectValue, list, optional, oneOf, RECORD, SIZE, thing } from '../private/expected';
import { HandlerCode } from '../private/handler-code';
import { checkNodeRuntime, NEWEST_EVERYWHERE, nodeVersion } from '../private/node-runtime';
import { ReadPermission } from '../private/wrapped-key-store';

/** Logical ids derive from it, and CloudFormation cannot change a deployed resource's service token: it stays for ever. */
const ID = 'PaymentKeyProvider';

/** Events that waited longer in Lambda's queue are dropped: no resource of CloudFormation waits for less. */
const OLDEST_EVENT = Duration.minutes(serviceTimeoutInMinutes(1));

/** The first that takes `proxyEnv`, by which the function obeys the environment. */
const OLDEST_NODE_WITH_PROXY = 22;
const PROXY_VARIABLE = /^https?_proxy$/i;

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
 * What of a stack's provider can be chosen.
 */
export interface PaymentKeyProviderProps {
  /**
   * Where the function logs.
   *
   * @default - a log group of its own, kept when the stack is deleted: nothing else tells what a failed rollback left behind
   */
  readonly logGroup?: ILogGroup;

  /**
   * How long the provider's own log group keeps what is logged. Not together with `logGroup`.
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

  /**
   * The memory of the function, at least 128 MiB.
   *
   * @default Size.mebibytes(256)
   */
  readonly memorySize?: Size;

  /**
   * The VPC in which the function runs. Its subnets need a way to CloudFormation's bucket in Amazon S3, to Step
   * Functions, DynamoDB and the Resource Groups Tagging API, for imported keys to Secrets Manager or Systems Manager, and
   * to the control plane of AWS Payment Cryptography in the own Region and in every replication Region. Endpoints in the
   * VPC reach only the own Region, so replicas call for a NAT or a proxy.
   *
   * @default - the function runs outside any VPC
   */
  readonly vpc?: IVpc;

  /**
   * The subnets in which the function runs. Only with `vpc`.
   *
   * @default - private subnets, as Lambda's own default
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups of the function. Only with `vpc`.
   *
   * @default - one of its own, which lets everything out
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * Environment variables of the function, for example `HTTPS_PROXY` and `NO_PROXY`, which the function obeys on the
   * runtimes for Node.js 22 and newer. No secrets: the template shows them.
   *
   * @default - none besides the provider's own
   */
  readonly environment?: { [name: string]: string };
}

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
   * The ARN of the ledger.
   *
   * @internal
   */
  public readonly _tableArn: string;

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
  private readonly isolated: boolean;
  /** Those whose control plane resources of the stack need. */
  private readonly regions = new Set<string>();

  /**
   * Configures the provider of a stack before its first key is declared.
   *
   * Throws:
   *
   * - `PaymentKeyProviderExists` when the stack has its provider already
   * - `SeveralCopiesOfLibrary` when another version of this library has made the provider of the stack
   * - `LogRetentionWithoutOwnLogGroup` when both `logGroup` and `logRetention` are given
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
    this.isolated = isIsolated(props);

    this.logGroup = props.logGroup ?? ownLogGroup(this, props.logRetention);
    const table = ledgerTable(this);
    const always = alwaysAllowed(table, this.logGroup);
    const functionRole = new Role(this, 'FunctionRole', {
      description: 'Creates, replicates, tags and deletes the payment keys of this stack',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: props.vpc ? [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole')] : undefined,
      inlinePolicies: { Always: always },
    });
    acknowledgeAlwaysAllowed(functionRole, this.logGroup);
    const { runtime, vpc, vpcSubnets, securityGroups, environment } = props;
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
      role: functionRole,
      logGroup: this.logGroup,
      environment: { ...environment, [STACK_ID_VARIABLE]: Aws.STACK_ID, [TABLE_NAME_VARIABLE]: table.ref },
    });
    warnOfIgnoredProxy(this, handler.runtime.name, props.environment);
    handler.node.addMetadata(RUNTIME_FAMILY, handler.runtime.family);
    if (!props.runtime) { acknowledge(handler, ACCEPTED.newestRuntime); }
    if (props.vpc) { acknowledge(functionRole, ACCEPTED.insideVpc); } else { acknowledge(handler, ACCEPTED.outsideVpc); }

    this.stateMachineRole = new Role(this, 'StateMachineRole', {
      description: 'Calls the function of the payment key provider',
      assumedBy: new ServicePrincipal('states.amazonaws.com'),
      inlinePolicies: {
        CallTheFunction: new PolicyDocument({
          statements: [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [handler.functionArn] })],
        }),
      },
    });
    // Not of the role as a whole: further policies would be under it.
    acknowledge(this.stateMachineRole.node.defaultChild!, ACCEPTED.policyOfOneRole);
    const stateMachine = new StateMachine(this, 'StateMachine', {
      comment: 'Requests of CloudFormation for the payment keys of this stack, step by step',
      role: this.stateMachineRole,
      definitionBody: DefinitionBody.fromString(scope.toJsonString(stateMachineDefinition(handler.functionArn))),
    });
    acknowledge(stateMachine, ACCEPTED.stateMachine);
    // Not in the role itself, since the state machine names the function, which names the role.
    this.permissions = new FunctionPermissions(this, functionRole, always, new PolicyStatement({
      sid: 'StartExecutions', actions: ['states:StartExecution'], resources: [stateMachine.stateMachineArn],
    }));

    const lastResort = new CfnRule(this, 'LastResort', {
      description: 'Answers CloudFormation for executions that could not',
      eventPattern: {
        'source': ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        'detail': { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [stateMachine.stateMachineArn] },
      },
      targets: [{ id: 'Function', arn: handler.functionArn }],
    });
    const permission = new CfnPermission(this, 'LastResortPermission', {
      action: 'lambda:InvokeFunction',
      functionName: handler.functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: lastResort.attrArn,
    });

    this.handler = handler;
    this.stateMachine = stateMachine;
    this.role = functionRole;
    this.table = table;
    this._tableArn = table.attrArn;
    this.serviceToken = handler.functionArn;
    this.lastResort = lastResort;
    this._envelope = {
      ServiceToken: referenceIn((handler.node.defaultChild as CfnFunction).attrArn),
      StateMachineArn: referenceIn((stateMachine.node.defaultChild as CfnStateMachine).ref),
    };
    this._complete = this.permissions.functionPolicy;
    this._complete.addDependency(permission);
    this._complete.addDependency(handler.node.findChild('EventInvokeConfig').node.defaultChild as CfnResource);
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
    if (!this.isolated || Token.compareStrings(region, Stack.of(this).region) !== TokenComparison.DIFFERENT) { return; }
    Validations.of(this).addWarning(`${WARNING}isolatedSubnets-${region}`, 'the function runs in isolated subnets, which have a way to AWS only by interface endpoints, and those reach '
      + `the own Region alone, but a resource of the stack needs the control plane in ${region}: its deployment waits until it times out. Choose subnets with egress `
      + '(SubnetType.PRIVATE_WITH_EGRESS), or give the function a proxy (environment: HTTPS_PROXY) and acknowledge this warning');
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

/** Whether the function has no way out of its VPC but interface endpoints. */
function isIsolated({ vpc, vpcSubnets, environment = {} }: PaymentKeyProviderProps): boolean {
  if (!vpc || Object.keys(environment).some(name => PROXY_VARIABLE.test(name))) { return false; }
  // As the Function of aws-cdk-lib chooses them.
  const { subnetIds } = vpc.selectSubnets(vpcSubnets);
  const isolated = new Set(vpc.isolatedSubnets.map(({ subnetId }) => subnetId));
  return subnetIds.length > 0 && subnetIds.every(id => isolated.has(id));
}

function warnOfIgnoredProxy(provider: PaymentKeyProvider, runtime: string, environment: Record<string, string> = {}): void {
  const proxy = Object.keys(environment).find(name => PROXY_VARIABLE.test(name));
  const version = nodeVersion(runtime);
  if (proxy === undefined || version === undefined || version >= OLDEST_NODE_WITH_PROXY) { return; }
  Validations.of(provider).addWarning(`${WARNING}proxyIgnored`, `environment names a proxy, ${proxy}, but on the runtime ${runtime} the function does not obey it: without another way out, its `
    + `deployments wait until they time out. Choose a runtime for Node.js ${OLDEST_NODE_WITH_PROXY} or newer, or leave runtime out; if the function has another way out, acknowledge this warning`);
}

function check(provider: PaymentKeyProvider, props: PaymentKeyProviderProps): void {
  if (props.logGroup && props.logRetention !== undefined) {
    throw new PaymentKeyError('LogRetentionWithoutOwnLogGroup',
      `${provider.node.path}: logRetention is for the provider's own log group, but logGroup names another. Set the retention there`);
  }
  checkNodeRuntime(provider.node.path, props.runtime);
}

/** Kept when the stack goes: what a rollback could not take away is told in its lines, and afterwards nowhere else. */
function ownLogGroup(provider: PaymentKeyProvider, retention: RetentionDays = RetentionDays.SIX_MONTHS): ILogGroup {
  const logGroup = new LogGroup(provider, 'LogGroup', { retention, removalPolicy: RemovalPolicy.RETAIN });
  logGroup.node.addMetadata(HANDLER_LOG_GROUP, true);
  acknowledge(logGroup, ACCEPTED.ownLogGroup);
  return logGroup;
}

function referenceIn(text: string): IResolvable {
  return Tokenization.reverseCompleteString(text)!;
}

/** The one item that somebody could miss is gone with the stack: what is left of a key says itself whose it is. */
function ledgerTable(provider: PaymentKeyProvider): CfnTable {
  const table = new CfnTable(provider, 'Table', {
    keySchema: [{ attributeName: 'id', keyType: 'HASH' }],
    attributeDefinitions: [{ attributeName: 'id', attributeType: 'S' }],
    billingMode: 'PAY_PER_REQUEST',
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    sseSpecification: { sseEnabled: true },
    deletionProtectionEnabled: false,
  });
  table.applyRemovalPolicy(RemovalPolicy.DESTROY);
  return table;
}

function alwaysAllowed(table: CfnTable, logGroup: ILogGroup): PolicyDocument {
  return new PolicyDocument({
    statements: [
      ...permissions(),
      new PolicyStatement({ sid: 'KeepLedger', actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], resources: [table.attrArn] }),
      new PolicyStatement({ sid: 'Log', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] }),
    ],
  });
}

/** Not of the role as a whole: further policies would be under it. */
function acknowledgeAlwaysAllowed({ node: { defaultChild } }: Role, logGroup: ILogGroup): void {
  acknowledge(defaultChild!, ACCEPTED.policyOfOneRole);
  acknowledgeWildcards(defaultChild!, new Map([
    ...reasonsForWildcards(),
    [logGroup.logGroupArn, 'The streams of the one log group that was given with the option logGroup of PaymentKeyProvider.'],
  ]));
}
