import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { App, CfnResource, Stack } from 'aws-cdk-lib/core';
import { MultiRegionPaymentKey, PaymentKeyEndpoints, PaymentKeyEndpointsProps, PaymentKeyProvider, PaymentKeySpec } from '../src';

const ENV = { account: '111122223333', region: 'us-east-1' };
const ARN = 'arn:aws:payment-cryptography:us-west-2:111122223333:key/kwapwa6qaifllw2h';

const isolatedVpc = (stack: Stack) => new Vpc(stack, 'Vpc', { natGateways: 0, subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }] });
const role = (stack: Stack, id = 'User') => new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

function scene(declare: (stack: Stack, vpc: Vpc) => Partial<PaymentKeyEndpointsProps> = () => ({}), after: (stack: Stack) => void = () => undefined) {
  const stack = new Stack(new App(), 'Payments', { env: ENV });
  const vpc = isolatedVpc(stack);
  const endpoints = new PaymentKeyEndpoints(stack, 'Endpoints', { vpc, ...declare(stack, vpc) });
  after(stack);
  return { stack, endpoints, template: Template.fromStack(stack) };
}
const provider = (stack: Stack, vpc: Vpc) => new PaymentKeyProvider(stack, { vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } });
const endpointsIn = (template: Template): Array<[id: string, service: string, properties: any]> =>
  Object.entries<any>(template.findResources('AWS::EC2::VPCEndpoint')).map(([id, { Properties }]) => [id, JSON.stringify(Properties.ServiceName), Properties]);
const services = (template: Template) => endpointsIn(template).map(([, name]) => /[.-]?(dynamodb|s3|states|tagging|secretsmanager|ssm|controlplane|dataplane)"/.exec(name)?.[1] ?? name).sort();
const statements = (template: Template, plane: 'controlplane' | 'dataplane'): any[] =>
  endpointsIn(template).find(([, name]) => name.includes(plane))![2].PolicyDocument.Statement;

describe('without a provider', () => {
  test('a VPC gets endpoints of both planes, with private names, in its isolated subnets', () => {
    const { template } = scene();
    expect(services(template)).toEqual(['controlplane', 'dataplane']);
    for (const [, , properties] of endpointsIn(template)) {
      expect(properties).toMatchObject({ VpcEndpointType: 'Interface', PrivateDnsEnabled: true });
      expect(properties.SubnetIds).toEqual(Array(3).fill({ Ref: expect.stringMatching(/^VpcisolatedSubnet/) }));
    }
  });

  test('they take what the account\'s policies allow, and nobody of another account', () => {
    const { template } = scene();
    for (const plane of ['controlplane', 'dataplane'] as const) {
      expect(statements(template, plane)).toEqual([expect.objectContaining({
        Effect: 'Allow', Action: 'payment-cryptography:*', Principal: '*', Condition: { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } },
      })]);
    }
  });
});

test('groups of the user\'s are not changed', () => {
  const { template } = scene((stack, vpc) => ({ securityGroups: [new SecurityGroup(stack, 'Group', { vpc })] }));
  template.resourceCountIs('AWS::EC2::SecurityGroup', 1);
  template.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: Match.absent() });
  scene().template.hasResourceProperties('AWS::EC2::SecurityGroup', { SecurityGroupIngress: [Match.objectLike({ FromPort: 443, ToPort: 443 })] });
});

describe('with the provider of a stack', () => {
  test.each<[string, Partial<PaymentKeyEndpointsProps>, string[]]>([
    ['whatever it needs', {}, ['controlplane', 'dataplane', 'dynamodb', 's3', 'states', 'tagging']],
    ['what imports need besides', { imports: true }, ['controlplane', 'dataplane', 'dynamodb', 's3', 'secretsmanager', 'ssm', 'states', 'tagging']],
    ['no gateways, if the VPC has them', { gateways: false }, ['controlplane', 'dataplane', 'states', 'tagging']],
  ])('a VPC gets %s', (_, props, expected) => {
    const { template, endpoints } = scene((stack, vpc) => ({ provider: provider(stack, vpc), ...props }));
    expect(services(template)).toEqual(expected);
    expect(endpoints.providerEndpoints.length + endpoints.gateways.length + 2).toBe(expected.length);
  });

  test('keys wait for each, declared before or after', () => {
    const spec = PaymentKeySpec.cardVerification();
    const key = (stack: Stack, id: string) => new MultiRegionPaymentKey(stack, id, { spec, replicationRegions: [] });
    const { template } = scene((stack, vpc) => {
      const its = provider(stack, vpc);
      key(stack, 'Before');
      return { provider: its, imports: true };
    }, stack => { key(stack, 'After'); });
    const { Resources } = template.toJSON();
    const reached = (id: string, seen = new Set<string>()): Set<string> => {
      if (seen.has(id) || !Resources[id]) { return seen; }
      seen.add(id);
      [Resources[id].DependsOn ?? []].flat().forEach((other: string) => reached(other, seen));
      return seen;
    };
    const awaited = endpointsIn(template).filter(([, name]) => !name.includes('dataplane')).map(([id]) => id);
    for (const id of Object.keys(template.findResources('Custom::MultiRegionPaymentKey'))) { expect([...reached(id)]).toEqual(expect.arrayContaining(awaited)); }
    expect(awaited).toHaveLength(7);
  });

  test('its function passes the control plane, and the data plane only if it is granted', () => {
    const { template } = scene((stack, vpc) => ({ provider: provider(stack, vpc), keys: [] }));
    expect(statements(template, 'controlplane')).toEqual([expect.objectContaining({
      Sid: 'ManagementByTheProvider',
      Action: 'payment-cryptography:*',
      Condition: { ArnEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['PaymentKeyProviderFunctionRole042943DB', 'Arn'] } } },
    })]);
    expect(statements(template, 'dataplane')).toEqual([expect.objectContaining({ Sid: 'NothingIsGranted', Effect: 'Deny', Action: '*' })]);
  });

  test('in another stack, closes no circle', () => {
    const app = new App();
    const network = new Stack(app, 'Network', { env: ENV });
    const vpc = isolatedVpc(network);
    const payments = new Stack(app, 'Payments', { env: ENV });
    const its = provider(payments, vpc);
    new MultiRegionPaymentKey(payments, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [] });
    new PaymentKeyEndpoints(network, 'Endpoints', { vpc, provider: its });
    expect(() => app.synth()).not.toThrow();
    expect(payments.dependencies).toContain(network);
  });
});

describe('the policy of keys', () => {
  const imported = (stack: Stack) => MultiRegionPaymentKey.fromKeyArn(stack, 'Imported', ARN);

  test('allows what is granted, also later, on the key in the Region of the endpoint', () => {
    const { template } = scene(stack => {
      const key = imported(stack);
      key.grants.encryptData(role(stack));
      return { keys: [key] };
    }, stack => { (stack.node.findChild('Imported') as ReturnType<typeof imported>).grants.decryptData(role(stack, 'Later')); });
    for (const plane of ['controlplane', 'dataplane'] as const) {
      expect(statements(template, plane)).toEqual([expect.objectContaining({
        Sid: 'UseOfKey0',
        Action: ['payment-cryptography:DecryptData', 'payment-cryptography:EncryptData'],
        Resource: ARN.replace('us-west-2', 'us-east-1'),
      })]);
    }
  });

  test('names all keys in place of one that is made through the endpoints, and waits for none', () => {
    const { template, stack } = scene((at, vpc) => {
      const its = provider(at, vpc);
      const key = new MultiRegionPaymentKey(at, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [] });
      key.grants.verifyCardValidationData(role(at));
      return { provider: its, keys: [key] };
    });
    const [{ Action, Resource }] = statements(template, 'dataplane');
    expect([Action, stack.resolve(Resource)]).toEqual(['payment-cryptography:VerifyCardValidationData', { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':payment-cryptography:us-east-1:111122223333:key/*']] }]);
    expect(JSON.stringify(endpointsIn(template))).not.toContain('KeyArn');
  });

  test('takes everything for a native key, whose grants nobody counts', () => {
    const { template } = scene(stack => ({
      keys: [new CfnKey(stack, 'Native', {
        exportable: true, keyAttributes: { keyUsage: 'TR31_B0_BASE_DERIVATION_KEY', keyClass: 'SYMMETRIC_KEY', keyAlgorithm: 'AES_128', keyModesOfUse: { deriveKey: true } },
      })],
    }));
    expect(statements(template, 'dataplane')[0].Action).toBe('payment-cryptography:*');
  });

  test('lets nothing pass while nothing is granted, since no policy at all would let everything', () => {
    const { template } = scene(stack => ({ keys: [imported(stack)] }));
    expect(statements(template, 'dataplane')).toEqual([expect.objectContaining({ Effect: 'Deny' })]);
  });
});

describe('a provider in isolated subnets', () => {
  const warned = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('vpcWithoutEndpoints')).map(({ entry }) => entry.data as string);

  test('is not warned of with endpoints, declared before or after', () => {
    expect(warned(scene((stack, vpc) => ({ provider: provider(stack, vpc) })).stack)).toEqual([]);
  });

  test('is warned of those that are missing', () => {
    const [text] = warned(scene((stack, vpc) => ({ provider: provider(stack, vpc), gateways: false })).stack);
    expect(text).toContain('has no endpoint of dynamodb, s3:');
  });

  test('is not helped by those of another VPC', () => {
    const stack = new Stack(new App(), 'Payments', { env: ENV });
    const its = provider(stack, isolatedVpc(stack));
    new PaymentKeyEndpoints(stack, 'Endpoints', { vpc: new Vpc(stack, 'Other'), provider: its });
    expect(warned(stack)).toHaveLength(1);
  });

  test('is not warned of in a VPC that the app does not make', () => {
    const stack = new Stack(new App(), 'Payments', { env: ENV });
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-0123456789abcdef0', availabilityZones: ['us-east-1a'], isolatedSubnetIds: ['subnet-0123456789abcdef0'] });
    new PaymentKeyProvider(stack, { vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } });
    expect(warned(stack)).toEqual([]);
  });
});

test('its parts can be changed by their L1', () => {
  const { endpoints } = scene();
  expect([endpoints.controlPlane, endpoints.dataPlane].every(({ node }) => CfnResource.isCfnResource(node.defaultChild!))).toBe(true);
});
