import { readFileSync } from 'fs';
import * as path from 'path';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import { DEPLOYMENT } from './deployment';
import { IamRequest } from './iam-request';
import { Policies } from './policies';
import { providerPolicies } from './provider-policies';
import { lockManagement, lockRoles, vpcEndpoint } from './published';
import { recordedScenarios } from './recorded-scenarios';
import { denied } from './usage';
import { PaymentKeyProviderProps } from '../../src';
import { ACCOUNT, REGION } from '../lifecycle/world';

const PAYMENT_ADMIN = `arn:aws:iam::${ACCOUNT}:role/PaymentAdminRole`;
/** As CloudFormation names a role that has no name of its own, cut to 64 characters. */
const OWN_ROLE = `arn:aws:iam::${ACCOUNT}:role/payments-of-the-cards-te-PaymentKeyProviderFunctionR-AbCdEfGhIjKl`;
const DOCUMENT = readFileSync(path.join(__dirname, '..', '..', 'docs', 'regulated-accounts.md'), 'utf8');

/** What the document offers in place of a published statement, by its Sid. */
const amended = (sid: string) => {
  const statements = [...DOCUMENT.matchAll(/```json\n([^]*?)```/g)].map(([, json]) => JSON.parse(json)).filter(({ Sid }) => Sid === sid);
  expect(statements).toHaveLength(1);
  return { Version: '2012-10-17', Statement: statements };
};

interface Setting {
  readonly principalArn: string;
  readonly configure?: (stack: Stack) => PaymentKeyProviderProps;
  /** The Regions whose control planes the function reaches by an interface endpoint. */
  readonly endpointsIn: readonly string[];
}

const REPLICAS = ['us-west-2', 'eu-west-1'];
const endpoints = Object.fromEntries(REPLICAS.map(region => [region, `https://vpce-0123.controlplane.payment-cryptography.${region}.vpce.amazonaws.com`]));

const WITHOUT_OPTIONS: Setting = { principalArn: OWN_ROLE, endpointsIn: [] };
const WITH_VPC: Setting = { principalArn: OWN_ROLE, configure: stack => ({ role: Role.fromRoleName(stack, 'Role', 'x'), vpc: new Vpc(stack, 'Vpc') }), endpointsIn: [REGION] };
const WITH_OPTIONS: Setting = {
  principalArn: PAYMENT_ADMIN,
  configure: stack => ({ role: Role.fromRoleName(stack, 'Role', 'PaymentAdminRole'), vpc: new Vpc(stack, 'Vpc'), controlPlaneEndpoints: endpoints }),
  endpointsIn: [REGION, ...REPLICAS],
};

let recorded: IamRequest[];
beforeAll(async () => { recorded = await recordedScenarios(); });

const isOfService = ({ context }: IamRequest) => context['aws:ViaAWSService'] === 'true';

/** As the requests arrive: AWS tells which endpoint they came through. What the service asks for the function comes through none. */
function arriving({ endpointsIn }: Setting): IamRequest[] {
  return recorded.map(request => {
    const region = request.context['aws:RequestedRegion'] as string | undefined;
    const throughEndpoint = request.action.startsWith('payment-cryptography:') && !isOfService(request) && endpointsIn.includes(region!);
    return throughEndpoint ? { ...request, context: { ...request.context, 'aws:SourceVpce': `vpce-${region}` } } : request;
  });
}

function policiesOf({ principalArn, configure }: Setting, serviceControlPolicies: Readonly<Record<string, object>>): Policies {
  const { function: statements } = providerPolicies(DEPLOYMENT, undefined, configure);
  return new Policies(statements, ACCOUNT, REGION, { principalArn, serviceControlPolicies });
}

/** The denied requests: operation, Region, and whether the service makes it for the function; with the statements that deny them. */
async function denials(setting: Setting, serviceControlPolicies: Readonly<Record<string, object>>): Promise<Record<string, string[]>> {
  const policies = policiesOf(setting, serviceControlPolicies);
  const found = new Map<string, Set<string>>();
  for (const request of arriving(setting)) {
    if ((await policies.verdict(request)).allowed) { continue; }
    const where = request.context['aws:RequestedRegion'] === REGION ? 'here' : 'elsewhere';
    const name = `${request.action.split(':')[1]} ${where}${isOfService(request) ? ', by the service' : ''}`;
    found.set(name, new Set([...found.get(name) ?? [], ...await policies.deniedBy(request)]));
  }
  return Object.fromEntries([...found].sort().map(([name, sids]) => [name, [...sids]]));
}

test('the scenarios have requests of each kind', () => {
  expect(recorded.length).toBeGreaterThan(100);
  expect(recorded.some(isOfService)).toBe(true);
  expect(new Set(recorded.filter(request => !isOfService(request)).map(({ context }) => context['aws:RequestedRegion']))).toEqual(new Set([undefined, REGION, ...REPLICAS]));
});

test.each<[string, Setting]>([['without options', WITHOUT_OPTIONS], ['with a role', WITH_OPTIONS]])('without service control policies nothing is denied: %s', async (_, setting) => {
  expect(await denied(arriving(setting), policiesOf(setting, {}))).toEqual([]);
});

describe('the published policy that lets one role manage keys', () => {
  test('denies nothing to a function with that role', async () => {
    expect(await denials(WITH_OPTIONS, { lockManagement })).toEqual({});
  });

  test('denies management to a function with a role of its own', async () => {
    const all = await denials(WITHOUT_OPTIONS, { lockManagement });
    expect(Object.keys(all)).toEqual(['CreateKey elsewhere, by the service', 'CreateKey here', 'DeleteKey here', 'StartKeyUsage here', 'StopKeyUsage here']);
    expect(new Set(Object.values(all).flat())).toEqual(new Set(['APCLimitKeyManagement']));
  });

  // Also what only aliases, imports and adoptions ask for.
  test.each([...lockManagement.Statement[0].Action])('decides about %s by the role alone', async action => {
    const [as, other] = [PAYMENT_ADMIN, OWN_ROLE].map(principalArn =>
      new Policies([{ Sid: 'Anything', Effect: 'Allow', Action: '*', Resource: '*' }], ACCOUNT, REGION, { principalArn, serviceControlPolicies: { lockManagement } }));
    const named = action.endsWith(':DeleteAlias') ? 'alias/cvk' : 'key/aaaaaaaaaaaaaaaa';
    const resource = /:(CreateKey|ImportKey)$/.test(action) ? '*' : `arn:aws:payment-cryptography:${REGION}:${ACCOUNT}:${named}`;
    const request = { action, resource, context: { 'aws:RequestedRegion': REGION, 'aws:ViaAWSService': 'false' } };
    expect((await as.verdict(request)).allowed).toBe(true);
    expect((await other.verdict(request)).allowed).toBe(false);
    expect(await other.deniedBy(request)).toEqual(['APCLimitKeyManagement']);
  });

  test('denies nothing as the document amends it', async () => {
    expect(await denials(WITHOUT_OPTIONS, { amended: amended('APCLimitKeyManagement') })).toEqual({});
    expect(await denials({ ...WITHOUT_OPTIONS, principalArn: `arn:aws:iam::${ACCOUNT}:role/other` }, { amended: amended('APCLimitKeyManagement') })).not.toEqual({});
  });
});

describe('the published policy that names the roles of the service', () => {
  test('denies nothing to a function with one of them', async () => {
    expect(await denials(WITH_OPTIONS, { lockRoles })).toEqual({});
  });

  test('denies everything of the service to another', async () => {
    const all = await denials(WITHOUT_OPTIONS, { lockRoles });
    expect(Object.keys(all)).toEqual(expect.arrayContaining(['CreateKey here', 'GetKey here', 'GetKey elsewhere', 'ListKeys here', 'TagResource elsewhere']));
    expect(Object.keys(all).filter(name => /Item|StartExecution|GetResources/.test(name))).toEqual([]);
    expect(new Set(Object.values(all).flat())).toEqual(new Set(['APCLimitToRoles']));
  });
});

describe('the published policy that demands a VPC endpoint', () => {
  test('denies none of the function\'s own requests, with an endpoint for each Region', async () => {
    const own = Object.entries(await denials(WITH_OPTIONS, { vpcEndpoint })).filter(([name]) => !name.endsWith('by the service'));
    expect(own).toEqual([]);
  });

  test('denies what the service asks for the function in Regions of replicas, which comes through no endpoint', async () => {
    expect(await denials(WITH_OPTIONS, { vpcEndpoint })).toEqual({ 'CreateKey elsewhere, by the service': ['NotVpcEndpointDeny'] });
  });

  test('denies requests in other Regions without an endpoint there', async () => {
    const all = await denials(WITH_VPC, { vpcEndpoint });
    expect(Object.keys(all)).toEqual(expect.arrayContaining(['GetKey elsewhere', 'TagResource elsewhere']));
    expect(Object.keys(all).filter(name => name.endsWith(' here'))).toEqual([]);
  });

  test('denies everything of the service without a VPC', async () => {
    const all = await denials(WITHOUT_OPTIONS, { vpcEndpoint });
    expect(Object.keys(all)).toEqual(expect.arrayContaining(['CreateKey here', 'GetKey here', 'GetKey elsewhere']));
    expect(new Set(Object.values(all).flat())).toEqual(new Set(['NotVpcEndpointDeny']));
  });

  test('denies nothing as the document amends it', async () => {
    expect(await denials(WITH_OPTIONS, { amended: amended('NotVpcEndpointDeny') })).toEqual({});
    const all = await denials(WITHOUT_OPTIONS, { amended: amended('NotVpcEndpointDeny') });
    expect(Object.keys(all)).toEqual(expect.arrayContaining(['CreateKey here', 'GetKey here']));
    expect(Object.keys(all)).not.toContain('CreateKey elsewhere, by the service');
  });
});

test('all published policies together deny nothing, the one about endpoints as amended', async () => {
  expect(await denials(WITH_OPTIONS, { lockManagement, lockRoles, vpcEndpoint: amended('NotVpcEndpointDeny') })).toEqual({});
});
