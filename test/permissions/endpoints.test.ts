import { Template } from 'aws-cdk-lib/assertions';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { App, Stack } from 'aws-cdk-lib/core';
import { DEPLOYMENT } from './deployment';
import { IamRequest } from './iam-request';
import { References, resolved } from './intrinsics';
import { Policies, Statement } from './policies';
import { policiesIn } from './provider-policies';
import { recordedScenarios } from './recorded-scenarios';
import { denied } from './usage';
import { MultiRegionPaymentKey, PaymentKeyEndpoints, PaymentKeyProvider, PaymentKeySpec } from '../../src';
import { ACCOUNT, REGION } from '../lifecycle/world';

const FUNCTION_ROLE = `arn:aws:iam::${ACCOUNT}:role/payments-PaymentKeyProviderFunctionRole042943DB-AbCdEfGhIjKl`;
const OTHER_ROLE = `arn:aws:iam::${ACCOUNT}:role/other`;
const KEY = `arn:aws:payment-cryptography:${REGION}:${ACCOUNT}:key/aaaaaaaaaaaaaaaa`;
const REFERENCES: References = {
  'AWS::Partition': 'aws', 'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT, 'PaymentKeyProviderFunctionRole042943DB.Arn': FUNCTION_ROLE,
};
/** Whatever the own policies of a role are, the endpoint decides. */
const ANYTHING: Statement[] = [{ Sid: 'Anything', Effect: 'Allow', Action: '*', Resource: '*' }];

const stack = new Stack(new App(), 'Payments');
const vpc = new Vpc(stack, 'Vpc', { natGateways: 0, subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }] });
const provider = new PaymentKeyProvider(stack, { role: Role.fromRoleArn(stack, 'Role', FUNCTION_ROLE), vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } });
const key = new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] });
key.grants.verifyCardValidationData(new Role(stack, 'User', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
new PaymentKeyEndpoints(stack, 'Endpoints', { vpc, provider, keys: [key] });
const template = Template.fromStack(stack).toJSON();

function policyOf(plane: 'controlplane' | 'dataplane'): object {
  const endpoints = Object.values<any>(template.Resources).filter(({ Type }) => Type === 'AWS::EC2::VPCEndpoint').map(({ Properties }) => Properties);
  return resolved(endpoints.find(({ ServiceName }) => JSON.stringify(ServiceName).includes(plane)).PolicyDocument, REFERENCES);
}
const through = (plane: 'controlplane' | 'dataplane', principalArn: string, statements = ANYTHING) =>
  new Policies(statements, ACCOUNT, REGION, { principalArn, endpointPolicy: policyOf(plane) });
const use = (operation: string, resource = KEY): IamRequest => ({ action: `payment-cryptography:${operation}`, resource, context: {} });

test('all that the function asks for in its own Region passes the endpoint of the control plane', async () => {
  const own = (await recordedScenarios()).filter(({ action, context }) =>
    action.startsWith('payment-cryptography:') && context['aws:RequestedRegion'] === REGION && context['aws:ViaAWSService'] === 'false');
  expect(own.length).toBeGreaterThan(20);
  const statements = policiesIn(template, DEPLOYMENT, REFERENCES).function;
  expect(await denied(own, through('controlplane', FUNCTION_ROLE, statements))).toEqual([]);
  expect(await denied(own, through('controlplane', OTHER_ROLE))).toHaveLength(new Set(own.map(({ action, resource, context }) => JSON.stringify([action, resource, context]))).size);
});

test.each<[string, IamRequest, string, boolean]>([
  ['what is granted', use('VerifyCardValidationData'), OTHER_ROLE, true],
  ['what is not granted', use('GenerateCardValidationData'), OTHER_ROLE, false],
  ['another operation of the plane', use('DecryptData'), OTHER_ROLE, false],
  ['a key of another account', use('VerifyCardValidationData', KEY.replace(ACCOUNT, '999999999999')), OTHER_ROLE, false],
  ['a role of another account', use('VerifyCardValidationData'), OTHER_ROLE.replace(ACCOUNT, '999999999999'), false],
  ['the function', use('DecryptData'), FUNCTION_ROLE, false],
])('%s, through the endpoint of the data plane', async (_, request, principalArn, allowed) => {
  expect((await through('dataplane', principalArn).verdict(request)).allowed).toBe(allowed);
});
