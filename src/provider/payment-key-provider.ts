import * as path from 'path';
import { Metric, MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { IRule, Rule } from 'aws-cdk-lib/aws-events';
import { IRole, ManagedPolicy, Policy, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPermission, Code, determineLatestNodeRuntime, Function, IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, ILogGroup, LogGroup, MetricFilter, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { ArnFormat, Aws, Duration, RemovalPolicy, Size, Stack, Token, TokenComparison, Validations } from 'aws-cdk-lib/core';
import { Construct, DependencyGroup, IConstruct } from 'constructs';
import { ACCEPTED } from './accepted-findings';
import { OnDemandPolicy } from './on-demand-policy';
import { acknowledge, acknowledgeWildcards } from '../private/audit-findings';
import { PaymentKeyError, WARNING } from '../private/errors';
import { expect, Expectations, list, optional, oneOf, RECORD, SIZE, thing } from '../private/expected';
import { LogCode } from './contract/log-codes';
import { FUNCTION_TIMEOUT_SECONDS, STACK_ID_VARIABLE } from './contract/envelope';
import { OnDemand, permissions, reasonsForWildcards } from './permissions';
import { stateMachineDefinition } from './state-machine';

/** Logical ids derive from it, and CloudFormation cannot change a deployed resource's service token: it stays for ever. */
const ID = 'PaymentKeyProvider';

/** What the function is bundled for. */
const OLDEST_NODE = 20;

/** Events that waited longer in Lambda's queue are dropped: what CloudFormation gave up must not create a key hours later. */
const OLDEST_EVENT = Duration.minutes(5);

/** Each of two ARNs, of 150 characters at most (IAM quota: 6,144 characters in a managed policy). */
const RESOURCES_IN_A_POLICY = 15;

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
   * @default - a log group of its own, deleted with the stack
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
   * @default - the newest Node.js runtime of the stack's Region
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
   * Functions and the Resource Groups Tagging API, with `KeyReplication` and `AccountDefaultReplication` to Systems
   * Manager, and to the control plane of AWS Payment Cryptography in the own Region and in every replication Region.
   * Interface endpoints reach only the own Region, so replicas call for a NAT or a proxy.
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

const PROPS: Expectations<keyof PaymentKeyProviderProps> = {
  logGroup: optional(thing('a LogGroup', 'logGroupArn')),
  logRetention: optional(oneOf('RetentionDays', RetentionDays)),
  runtime: optional(thing('a Runtime of aws-cdk-lib/aws-lambda', 'name', 'family')),
  memorySize: optional(SIZE),
  vpc: optional(thing('a Vpc', 'vpcId', 'isolatedSubnets')),
  vpcSubnets: optional({ what: 'a selection of subnets, for example { subnetType: SubnetType.PRIVATE_WITH_EGRESS }', is: value => typeof value === 'object' }),
  securityGroups: optional(list('a list of security groups', thing('a security group', 'securityGroupId'))),
  environment: optional(RECORD),
};

/**
 * What works for the payment keys of one stack: a Lambda function, the Step Functions state machine that calls it
 * turn by turn, their roles and their log group. Made by the first key of a stack.
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
  public readonly lastResort: IRule;

  /**
   * Where the function logs.
   */
  public readonly logGroup: ILogGroup;

  /**
   * What names the provider in a custom resource: the ARN of its function.
   */
  public readonly serviceToken: string;

  /**
   * Every part, directly or through what it depends on. Custom resources depend on it, so that the whole provider
   * is there as long as they are.
   *
   * @internal
   */
  public readonly _complete: DependencyGroup;

  private readonly isolated: boolean;
  private onDemand?: OnDemandPolicy;
  private resourcesWithKeys = 0;

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
    const functionRole = new Role(this, 'FunctionRole', {
      description: 'Creates, replicates, tags and deletes the payment keys of this stack',
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: props.vpc ? [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole')] : undefined,
    });
    const handler = new Function(this, 'Function', {
      description: 'Payment keys of this stack: one turn of their creation, update or deletion',
      code: Code.fromAsset(path.join(__dirname, '..', '..', 'lib', 'assets', 'provider', 'handler', 'index')),
      handler: 'index.handler',
      runtime: props.runtime ?? determineLatestNodeRuntime(this),
      memorySize: (props.memorySize ?? Size.mebibytes(256)).toMebibytes(),
      timeout: Duration.seconds(FUNCTION_TIMEOUT_SECONDS),
      maxEventAge: OLDEST_EVENT,
      role: functionRole,
      logGroup: this.logGroup,
      vpc: props.vpc,
      vpcSubnets: props.vpcSubnets,
      securityGroups: props.securityGroups,
      environment: { ...props.environment, [STACK_ID_VARIABLE]: Aws.STACK_ID },
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
      comment: 'Requests of CloudFormation for the payment keys of this stack, turn by turn',
      role: this.stateMachineRole,
      definitionBody: DefinitionBody.fromString(scope.toJsonString(stateMachineDefinition(handler.functionArn))),
    });
    acknowledge(stateMachine, ACCEPTED.stateMachine);
    const always = functionPolicy(this, functionRole, stateMachine, this.logGroup);

    this.lastResort = new Rule(this, 'LastResort', {
      description: 'Answers CloudFormation for executions that could not',
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['FAILED', 'TIMED_OUT'], stateMachineArn: [stateMachine.stateMachineArn] },
      },
      targets: [{ bind: () => ({ arn: handler.functionArn }) }],
    });
    const permission = new CfnPermission(this, 'LastResortPermission', {
      action: 'lambda:InvokeFunction',
      functionName: handler.functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: this.lastResort.ruleArn,
    });

    this.handler = handler;
    this.stateMachine = stateMachine;
    this.role = functionRole;
    this.serviceToken = handler.functionArn;
    this._complete = new DependencyGroup(always, permission, handler.node.findChild('EventInvokeConfig'));
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
    if (!this.isolated || Token.compareStrings(region, Stack.of(this).region) !== TokenComparison.DIFFERENT) { return; }
    Validations.of(this).addWarning(`${WARNING}isolatedSubnets-${region}`, `the function runs in isolated subnets, which have a way to AWS only by interface endpoints, and those reach `
      + `the own Region alone, but a resource of the stack needs the control plane in ${region}: its deployment waits until it times out. Choose subnets with egress `
      + '(SubnetType.PRIVATE_WITH_EGRESS), or give the function a proxy (environment: HTTPS_PROXY) and acknowledge this warning');
  }

  private metric(metricName: keyof typeof METRICS, props?: MetricOptions): Metric {
    const metricNamespace = `PaymentKeys/${Stack.of(this).stackName}`;
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
   * Allows the function what a construct needs of it, once, or once for each ARN. Every custom resource waits for it, so the
   * ARNs are of what depends on none.
   *
   * @internal
   */
  public _allow(which: OnDemand, ...arns: string[]): void {
    if (!this.onDemand) {
      this.onDemand = new OnDemandPolicy(this, 'OnDemandPolicy', this.role);
      this._complete.add(this.onDemand);
    }
    this.onDemand.allow(which, ...arns);
  }

  /**
   * Allows the function what a resource needs that works on a key of others. It waits for that alone, and only it does: the
   * key may depend on any other resource.
   *
   * @internal
   */
  public _allowFor(resource: IConstruct, arns: Partial<Record<OnDemand, string>>): void {
    const id = `KeysPolicy${Math.floor(this.resourcesWithKeys++ / RESOURCES_IN_A_POLICY) + 1}`;
    const policy = this.node.tryFindChild(id) as OnDemandPolicy | undefined ?? new OnDemandPolicy(this, id, this.role);
    Object.entries(arns).forEach(([which, arn]) => policy.allow(which as OnDemand, arn));
    resource.node.addDependency(policy);
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

/** `undefined` while it is not known, and of other runtimes. */
function nodeVersion(runtime: string): number | undefined {
  const [, version] = /^nodejs(\d+)\./.exec(Token.isUnresolved(runtime) ? '' : runtime) ?? [];
  return version === undefined ? undefined : Number(version);
}

function check(provider: PaymentKeyProvider, props: PaymentKeyProviderProps): void {
  if (props.logGroup && props.logRetention !== undefined) {
    throw new PaymentKeyError('LogRetentionWithoutOwnLogGroup',
      `${provider.node.path}: logRetention is for the provider's own log group, but logGroup names another. Set the retention there`);
  }
  if (props.runtime && !Token.isUnresolved(props.runtime.name) && !((nodeVersion(props.runtime.name) ?? 0) >= OLDEST_NODE)) {
    throw new PaymentKeyError('UnsupportedRuntime',
      `${provider.node.path}: the function needs a Node.js runtime of version ${OLDEST_NODE} or newer, but got ${props.runtime.name}. Choose one, or leave runtime out`);
  }
}

function ownLogGroup(provider: PaymentKeyProvider, retention: RetentionDays = RetentionDays.SIX_MONTHS): ILogGroup {
  const logGroup = new LogGroup(provider, 'LogGroup', { retention, removalPolicy: RemovalPolicy.DESTROY });
  logGroup.node.addMetadata(HANDLER_LOG_GROUP, true);
  acknowledge(logGroup, ACCEPTED.ownLogGroup);
  return logGroup;
}

/** Apart from the role, since it names the state machine, which names the function, which names the role. */
function functionPolicy(provider: PaymentKeyProvider, role: IRole, stateMachine: StateMachine, logGroup: ILogGroup): Policy {
  const executions = Stack.of(provider).formatArn({
    service: 'states',
    resource: 'execution',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    resourceName: `${stateMachine.stateMachineName}:*`,
  });
  const policy = new Policy(provider, 'FunctionPolicy', {
    roles: [role],
    statements: [
      ...permissions(),
      new PolicyStatement({
        sid: 'RunExecutions',
        actions: ['states:StartExecution', 'states:ListExecutions'],
        resources: [stateMachine.stateMachineArn],
      }),
      new PolicyStatement({ sid: 'EndExecutions', actions: ['states:StopExecution', 'states:GetExecutionHistory'], resources: [executions] }),
      new PolicyStatement({
        sid: 'Log',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    ],
  });
  acknowledge(policy, ACCEPTED.policyOfOneRole);
  acknowledgeWildcards(policy, new Map([
    ...reasonsForWildcards(),
    [executions, 'Executions of this stack\'s own state machine, which get their names when they are started.'],
    [logGroup.logGroupArn, 'The streams of the one log group that was given with the option logGroup of PaymentKeyProvider.'],
  ]));
  return policy;
}
