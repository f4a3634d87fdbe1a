import {
  CfnVPCEndpoint, GatewayVpcEndpoint, GatewayVpcEndpointAwsService, IGatewayVpcEndpoint, IInterfaceVpcEndpoint, InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService, ISecurityGroup, IVpc, SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyDocument, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { Aws, CfnResource, Lazy, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { PaymentKeyGrants } from './payment-key-grants';
import { acknowledge } from './private/audit-findings';
import { PaymentKeyError } from './private/errors';
import { expect, Expectations, FLAG, KEY, list, optional, placed, thing } from './private/expected';
import { isKeyArn } from './private/key-arn';
import { ACCEPTED } from './provider/accepted-findings';
import { PaymentKeyProvider } from './provider/payment-key-provider';

/** What a provider's function needs besides the control plane, through interface endpoints of their own. */
const OF_PROVIDER = {
  StateMachine: InterfaceVpcEndpointAwsService.STEP_FUNCTIONS,
  Tagging: InterfaceVpcEndpointAwsService.TAGGING,
};
const OF_IMPORTS = {
  SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
  ParameterStore: InterfaceVpcEndpointAwsService.SSM,
};
/** DynamoDB has the ledger; CloudFormation gets its answers in Amazon S3. */
const GATEWAYS = {
  Ledger: GatewayVpcEndpointAwsService.DYNAMODB,
  Answers: GatewayVpcEndpointAwsService.S3,
};

/**
 * What endpoints a VPC gets.
 */
export interface PaymentKeyEndpointsProps {
  /**
   * The VPC.
   */
  readonly vpc: IVpc;

  /**
   * The subnets in which the interface endpoints have their addresses.
   *
   * @default - private subnets, as of every interface endpoint
   */
  readonly subnets?: SubnetSelection;

  /**
   * The security groups of the interface endpoints. They must let HTTPS in from whoever uses the service.
   *
   * @default - one of its own for each endpoint, which lets HTTPS in from the VPC
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * The keys that are used through the endpoints, by whoever they are granted to. Only what `key.grants` of these keys allow, also
   * later, passes the endpoints of the service, and besides it the function of `provider`.
   *
   * @default - whatever the policies of the account's principals allow
   */
  readonly keys?: IKeyRef[];

  /**
   * The provider whose function runs in the VPC. The VPC gets what that needs besides: endpoints of Step Functions and of the
   * Resource Groups Tagging API, and gateways to DynamoDB, for the ledger, and to Amazon S3, for the answers to CloudFormation.
   * Keys of its stack wait until all are there.
   *
   * @default - none: only the two endpoints of AWS Payment Cryptography
   */
  readonly provider?: PaymentKeyProvider;

  /**
   * Whether the stack of `provider` imports keys, so that the VPC needs endpoints of Secrets Manager and Systems Manager too.
   *
   * @default false
   */
  readonly imports?: boolean;

  /**
   * Whether to make the gateways to DynamoDB and Amazon S3 that `provider` needs. A route table takes only one to each of them.
   *
   * @default true
   */
  readonly gateways?: boolean;
}

const PROPS: Expectations<keyof PaymentKeyEndpointsProps> = {
  vpc: thing('a Vpc', 'vpcId', 'isolatedSubnets'),
  subnets: optional({
    what: 'a selection of subnets, for example { subnetType: SubnetType.PRIVATE_ISOLATED }', is: value => typeof value === 'object' && value !== null,
  }),
  securityGroups: optional(list('a list of security groups', thing('a security group', 'securityGroupId'))),
  keys: optional(list('a list of payment keys', KEY)),
  provider: optional(thing('a PaymentKeyProvider', 'handler', 'stateMachine')),
  imports: optional(FLAG),
  gateways: optional(FLAG),
};

/**
 * The ways from a VPC to AWS Payment Cryptography that do not leave AWS: interface endpoints of both planes, with a policy that follows
 * from the grants of keys. For a VPC in which a provider's function runs, also what that needs besides.
 *
 * Interface endpoints reach only their own Region. In isolated subnets, keys, their replication, and aliases and tags of primaries
 * work with these endpoints; aliases and tags of replicas only with a way to the control planes of their Regions
 * (`controlPlaneEndpoints` of `PaymentKeyProvider`).
 */
export class PaymentKeyEndpoints extends Construct {
  /**
   * The endpoint of the control plane, by which keys are managed.
   */
  public readonly controlPlane: IInterfaceVpcEndpoint;

  /**
   * The endpoint of the data plane, by which keys are used.
   */
  public readonly dataPlane: IInterfaceVpcEndpoint;

  /**
   * The other interface endpoints, which only `provider` needs.
   */
  public readonly providerEndpoints: IInterfaceVpcEndpoint[];

  /**
   * The gateways to DynamoDB and Amazon S3, which only `provider` needs.
   */
  public readonly gateways: IGatewayVpcEndpoint[];

  /**
   * Throws:
   *
   * - `EndpointsWithoutProvider` when `imports` or `gateways` is true, but there is no `provider`
   *
   * @param scope where in the construct tree
   * @param id which of the scope's children
   * @param props the VPC, and what uses the service in it
   */
  constructor(scope: Construct, id: string, props: PaymentKeyEndpointsProps) {
    super(placed(new.target.name, scope, id), id);
    expect(this.node.path, 'props', props, PROPS);
    const { vpc, provider, keys } = props;
    if (!provider && (props.imports || props.gateways)) {
      throw new PaymentKeyError('EndpointsWithoutProvider', `${this.node.path}: ${props.imports ? 'imports' : 'gateways'} is for the function of a provider, but provider is not given. `
        + 'Pass provider: PaymentKeyProvider.of(stack), or leave it out');
    }
    this.controlPlane = this.reach('ControlPlane', InterfaceVpcEndpointAwsService.PAYMENT_CRYPTOGRAPHY_CONTROLPLANE, props);
    this.dataPlane = this.reach('DataPlane', InterfaceVpcEndpointAwsService.PAYMENT_CRYPTOGRAPHY_DATAPLANE, props);
    limit(this.controlPlane, () => [...provider ? [managementPolicy(this, provider)] : [], ...usePolicy(this, keys, provider !== undefined)]);
    limit(this.dataPlane, () => usePolicy(this, keys, false));
    const others: Record<string, InterfaceVpcEndpointAwsService> = provider ? { ...OF_PROVIDER, ...props.imports && OF_IMPORTS } : {};
    this.providerEndpoints = Object.entries(others).map(([name, service]) => this.reach(name, service, props));
    const gateways: Record<string, GatewayVpcEndpointAwsService> = provider && (props.gateways ?? true) ? GATEWAYS : {};
    this.gateways = Object.entries(gateways).map(([name, service]) => new GatewayVpcEndpoint(this, name, { vpc, service }));
    provider?._waitFor(...[this.controlPlane, ...this.providerEndpoints, ...this.gateways].map(({ node }) => node.defaultChild as CfnResource));
  }

  private reach(
    id: string, service: InterfaceVpcEndpointAwsService, { vpc, subnets, securityGroups }: PaymentKeyEndpointsProps,
  ): InterfaceVpcEndpoint {
    // What groups of the user's let in is up to the user.
    const endpoint = new InterfaceVpcEndpoint(this, id, { vpc, service, subnets, securityGroups, open: !securityGroups });
    if (!securityGroups) { acknowledge(endpoint, ACCEPTED.endpointOpenToVpc); }
    return endpoint;
  }
}

/** Late, since grants may still come. */
function limit({ node }: IInterfaceVpcEndpoint, statements: () => PolicyStatement[]): void {
  (node.defaultChild as CfnVPCEndpoint).policyDocument = Lazy.any({ produce: () => new PolicyDocument({ statements: statements() }) });
}

const OWN_ACCOUNT = { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID } };

/**
 * What passes for whoever uses keys. A key of a template has no ARN before it is made, and is made through these endpoints: all keys
 * of the account stand for it.
 */
function usePolicy(endpoints: Construct, keys: IKeyRef[] | undefined, hasMore: boolean): PolicyStatement[] {
  if (!keys) { return [statement('UseOfTheService', ['payment-cryptography:*'], ['*'], OWN_ACCOUNT)]; }
  const statements = keys.flatMap((key, index) => {
    const actions = actionsOf(key);
    return actions.length === 0 ? [] : [statement(`UseOfKey${index}`, actions, [arnOf(endpoints, key)], OWN_ACCOUNT)];
  });
  // Without any statement there would be no policy, and everything would pass.
  return statements.length > 0 || hasMore ? statements : [new PolicyStatement({ sid: 'NothingIsGranted', effect: Effect.DENY, principals: [new StarPrincipal()], actions: ['*'], resources: ['*'] })];
}

/** What is granted; of keys that keep no account of their grants, such as native ones, everything. */
function actionsOf(key: IKeyRef): string[] {
  const { grants } = key as { readonly grants?: unknown };
  return grants instanceof PaymentKeyGrants ? PaymentKeyGrants._granted(grants) : ['payment-cryptography:*'];
}

/** What passes for the function of a provider. */
function managementPolicy(endpoints: Construct, provider: PaymentKeyProvider): PolicyStatement {
  // A reference from another stack to the role would close a circle if that stack's function is in this stack's VPC.
  const conditions = Stack.of(endpoints) === Stack.of(provider) ? { ArnEquals: { 'aws:PrincipalArn': provider.role.roleArn } } : OWN_ACCOUNT;
  return statement('ManagementByTheProvider', ['payment-cryptography:*'], ['*'], conditions);
}

function statement(sid: string, actions: string[], resources: string[], conditions: Record<string, unknown>): PolicyStatement {
  return new PolicyStatement({ sid, principals: [new StarPrincipal()], actions, resources, conditions: conditions as any });
}

function arnOf(endpoints: Construct, key: IKeyRef): string {
  const { keyIdentifier } = key.keyRef;
  const { partition, region, account } = Stack.of(endpoints);
  if (Token.isUnresolved(keyIdentifier) || !isKeyArn(keyIdentifier)) { return `arn:${partition}:payment-cryptography:${region}:${account}:key/*`; }
  // Endpoints reach only their own Region, where a replica has the same id.
  return keyIdentifier.split(':').map((part, index) => index === 3 ? region : part).join(':');
}
