import { CfnVPCEndpoint, IVpc } from 'aws-cdk-lib/aws-ec2';
import { Resource, Stack, Token, TokenComparison, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { CONTROL_PLANE_ENDPOINTS_VARIABLE } from './contract/envelope';
import { PaymentKeyProviderProps } from './payment-key-provider-props';
import { PaymentKeyError, WARNING } from '../private/errors';
import { nodeVersion } from '../private/node-runtime';
import { checkRegionName } from '../private/regions';

/** The first that takes `proxyEnv`, by which the function obeys the environment. */
const OLDEST_NODE_WITH_PROXY = 22;
const PROXY_VARIABLE = /^https?_proxy$/i;

/** Without these, no request of CloudFormation gets an answer: docs/networks.md. As the names of endpoints end. */
const NEEDED_SERVICES = ['dynamodb', 'payment-cryptography.controlplane', 's3', 'states'];

/** Without a path: requests have their own. Whatever is a token is not known before the deployment. */
const ENDPOINT = /^https:\/\/[^/?#\s]+$/;

/** The ways that the function has to AWS, as far as they are known when the template is made. */
export class Network {
  private readonly isolated: boolean;
  private readonly endpoints: Readonly<Record<string, string>>;

  constructor(private readonly provider: Construct, props: PaymentKeyProviderProps) {
    this.isolated = isIsolated(props);
    this.endpoints = props.controlPlaneEndpoints ?? {};
    Object.entries(this.endpoints).forEach(([region, url]) => this.check(region, url));
    const { vpc } = props;
    // Late, since endpoints may still come; of a VPC that the app does not make, nobody knows which it has.
    if (vpc && this.isolated && Resource.isOwnedResource(vpc)) { provider.node.addValidation({ validate: () => this.warnOfMissingEndpoints(vpc) }); }
  }

  /** What the function is told of them; nothing, if there is nothing to say. */
  get variables(): Record<string, string> {
    if (Object.keys(this.endpoints).length === 0) { return {}; }
    return { [CONTROL_PLANE_ENDPOINTS_VARIABLE]: Stack.of(this.provider).toJsonString(this.endpoints) };
  }

  /** Notes that a resource needs the control plane of a Region, and warns if there is no way to it. */
  reach(region: string): void {
    const isOther = Token.compareStrings(region, Stack.of(this.provider).region) === TokenComparison.DIFFERENT;
    if (!this.isolated || !isOther || Object.hasOwn(this.endpoints, region)) { return; }
    Validations.of(this.provider).addWarning(`${WARNING}isolatedSubnets-${region}`, 'the function runs in isolated subnets, which have a way to AWS only by interface endpoints, and those reach '
      + `the own Region alone, but a resource of the stack needs the control plane in ${region}. Keys, their replication, and everything in the own Region work without a way there; aliases and tags `
      + `in ${region} do not: their deployment waits until it times out. Name an endpoint that the function reaches by peering (controlPlaneEndpoints), choose subnets with egress `
      + '(SubnetType.PRIVATE_WITH_EGRESS), or give the function a proxy (environment: HTTPS_PROXY) and acknowledge this warning');
  }

  warnOfIgnoredProxy(runtime: string, environment: Record<string, string> = {}): void {
    const proxy = Object.keys(environment).find(name => PROXY_VARIABLE.test(name));
    const version = nodeVersion(runtime);
    if (proxy === undefined || version === undefined || version >= OLDEST_NODE_WITH_PROXY) { return; }
    Validations.of(this.provider).addWarning(`${WARNING}proxyIgnored`, `environment names a proxy, ${proxy}, but on the runtime ${runtime} the function does not obey it: without another way out, its `
      + `deployments wait until they time out. Choose a runtime for Node.js ${OLDEST_NODE_WITH_PROXY} or newer, or leave runtime out; if the function has another way out, acknowledge this warning`);
  }

  private warnOfMissingEndpoints(vpc: IVpc): string[] {
    const stack = Stack.of(vpc);
    const its = vpc.node.root.node.findAll().filter(one => one instanceof CfnVPCEndpoint)
      .filter(({ vpcId }) => JSON.stringify(stack.resolve(vpcId)) === JSON.stringify(stack.resolve(vpc.vpcId)))
      .map(({ serviceName }) => JSON.stringify(stack.resolve(serviceName)));
    const missing = NEEDED_SERVICES.filter(service => !its.some(name => name.includes(`.${service}"`)));
    if (missing.length > 0) {
      Validations.of(this.provider).addWarning(`${WARNING}vpcWithoutEndpoints`, `the function runs in isolated subnets of ${vpc.node.path}, which has no endpoint of ${missing.join(', ')}: `
        + 'the function could not even answer, and every deployment would wait until it times out. Add PaymentKeyEndpoints with provider, or the endpoints themselves; if the function has another '
        + 'way, acknowledge this warning');
    }
    return [];
  }

  private check(region: string, url: string): void {
    const { path } = this.provider.node;
    checkRegionName(path, region);
    if (!Token.isUnresolved(url) && !ENDPOINT.test(url) || Token.isUnresolved(url) && !/^(https:\/\/)?\$\{Token/.test(url)) {
      throw new PaymentKeyError('InvalidEndpoint', `${path}: '${url}' in controlPlaneEndpoints is not an HTTPS URL without a path. Write it like `
        + `'https://vpce-0123.controlplane.payment-cryptography.${region}.vpce.amazonaws.com'`);
    }
  }
}

/** Whether the function has no way out of its VPC but interface endpoints. */
function isIsolated({ vpc, vpcSubnets, environment = {} }: PaymentKeyProviderProps): boolean {
  if (!vpc || Object.keys(environment).some(name => PROXY_VARIABLE.test(name))) { return false; }
  // As the Function of aws-cdk-lib chooses them.
  const { subnetIds } = vpc.selectSubnets(vpcSubnets);
  const isolated = new Set(vpc.isolatedSubnets.map(({ subnetId }) => subnetId));
  return subnetIds.length > 0 && subnetIds.every(id => isolated.has(id));
}
