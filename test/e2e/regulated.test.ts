import { Stack } from 'aws-cdk-lib';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { cardVerificationKey } from './engine/card-verification-key';
import { eventLines } from './engine/cloud-formation';
import { accessKeyOf, PRIMARY, Session } from './engine/session';
import { PaymentKeyEndpoints, PaymentKeyProvider } from '../../src';
import { effects, FaultEffect } from '../emulator';

/** AccessDenied is believed after two minutes. */
const DENIED_MS = 300_000;

const ROLE = 'arn:aws:sts::000000000000:assumed-role/payments-Function/payments';
/** As IAM says who denies (IAM User Guide, "Troubleshoot access denied error messages"). */
const denied = (operation: string, why: string) =>
  effects.accessDenied(`User: ${ROLE} is not authorized to perform: payment-cryptography:${operation} on resource: * ${why}`);

interface Denial {
  readonly operation: string;
  readonly region: string;
  readonly effect: FaultEffect;
  readonly cause: string;
}

const DENIALS: Readonly<Record<string, Denial>> = {
  'service-control-policy': {
    operation: 'CreateKey',
    region: PRIMARY,
    effect: denied('CreateKey', 'with an explicit deny in a service control policy'),
    cause: 'a service control policy of the organization denies it to the role of the function',
  },
  'permissions-boundary': {
    operation: 'CreateKey',
    region: PRIMARY,
    effect: denied('CreateKey', 'because no permissions boundary allows the payment-cryptography:CreateKey action'),
    cause: 'the permissions boundary of the role of the function does not allow it',
  },
  'opt-in-region': {
    operation: 'CreateAlias',
    region: 'us-west-2',
    effect: { kind: 'error', type: 'UnrecognizedClientException', message: 'The security token included in the request is invalid.' },
    cause: 'the Region is an opt-in Region that the account has not enabled',
  },
};

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 120_000);
afterEach(async () => session.clear());
afterAll(async () => session?.stop());

/** In a stack of their own, as those of a security team. */
function securityRoles(scope: Stack): void {
  new Role(scope, 'Admin', { roleName: 'PaymentAdminRole', assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  new Role(scope, 'States', { roleName: 'PaymentStatesRole', assumedBy: new ServicePrincipal('states.amazonaws.com') });
}

test('a stack with a KMS key and roles of the user\'s makes a key, changes it, and goes', async () => {
  expect((await session.stack('security').deploy(securityRoles)).status).toBe('CREATE_COMPLETE');
  const stack = session.stack('regulated');
  const configure = (scope: Stack) => ({
    encryptionKey: new Key(scope, 'KmsKey'),
    role: Role.fromRoleName(scope, 'Role', 'PaymentAdminRole'),
    stateMachineRole: Role.fromRoleName(scope, 'StatesRole', 'PaymentStatesRole'),
    vpc: new Vpc(scope, 'Vpc', { natGateways: 0, subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }] }),
    vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
    tracing: true,
    reservedConcurrency: 5,
  });
  const declare = (more = {}) => (scope: Stack) => {
    const key = cardVerificationKey(scope, { replicationRegions: [], ...more });
    const vpc = scope.node.findChild('Vpc') as Vpc;
    // The engine does not know the range of a VPC, which the groups of endpoints name otherwise.
    const securityGroups = [new SecurityGroup(scope, 'EndpointGroup', { vpc })];
    new PaymentKeyEndpoints(scope, 'Endpoints', { vpc, securityGroups, provider: PaymentKeyProvider.of(scope), keys: [key] });
  };
  const { status, outputs, events } = await stack.deploy(declare(), configure);
  expect([status, eventLines(events, /./).filter(line => line.includes('FAILED'))]).toEqual(['CREATE_COMPLETE', []]);
  expect(session.key(outputs.CvkArn)!.KeyState).toBe('CREATE_COMPLETE');
  expect((await stack.deploy(declare({ enabled: false }), configure)).status).toBe('UPDATE_COMPLETE');
  expect(session.key(outputs.CvkArn)!.Enabled).toBe(false);
});

test('an answer names the likely cause of a denial', async () => {
  const answers = await Promise.all(Object.entries(DENIALS).map(async ([name, { operation, region, effect }]) => {
    session.emulator.faults.add({ operation, region, effect, when: ({ accessKeyId }) => accessKeyId === accessKeyOf(name) });
    const { status, events } = await session.stack(name).deploy(scope => { cardVerificationKey(scope).addAlias(`alias/${name}`); });
    return [name, status, eventLines(events, /^Cvk/).filter(line => line.includes('CREATE_FAILED')).join('\n')] as const;
  }));
  for (const [name, status, failed] of answers) {
    expect(status).toBe('ROLLBACK_COMPLETE');
    expect(failed).toContain(`Likely cause: ${DENIALS[name].cause}`);
  }
}, DENIED_MS);
