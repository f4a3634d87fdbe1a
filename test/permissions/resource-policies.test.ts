import { AccountRootPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { DEPLOYMENT } from './deployment';
import { iamRequests } from './iam-request';
import { Policies } from './policies';
import { providerPolicies } from './provider-policies';
import { deniedRequests, unusedGrants } from './usage';
import { MultiRegionPaymentKey, PaymentKeySpec } from '../../src';
import { RequestLogEntry } from '../emulator';
import { ACCOUNT, Declared, REGION, World } from '../lifecycle/world';

const POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/x` }, Action: '*', Resource: '*' }] });
const WITH: Declared = { ResourcePolicy: POLICY };

const withPolicies = new Policies(providerPolicies(DEPLOYMENT, stack => {
  new MultiRegionPaymentKey(stack, 'WithPolicy', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [] })
    .addToResourcePolicy(new PolicyStatement({ actions: ['payment-cryptography:EncryptData'], principals: [new AccountRootPrincipal()], resources: ['*'] }));
}).function, ACCOUNT, REGION);
const without = new Policies(providerPolicies(DEPLOYMENT).function, ACCOUNT, REGION);

describe('the resource policy of a key of the stack', () => {
  let entries: RequestLogEntry[];
  beforeAll(async () => {
    const world = await World.start();
    const { PhysicalResourceId, Status } = await world.create(WITH);
    const changed = await world.update(PhysicalResourceId, WITH, { ResourcePolicy: POLICY.replace('role/x', 'role/y') });
    const removed = await world.update(PhysicalResourceId, { ResourcePolicy: POLICY.replace('role/x', 'role/y') }, {});
    await world.close();
    expect([Status, changed.Status, removed.Status]).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
    entries = world.emulator.log.entries.filter(({ accessKeyId }) => accessKeyId === 'AKIATEST');
  });

  test('needs nothing that is denied in a stack that declares one', async () => {
    expect(await deniedRequests(entries, withPolicies)).toEqual([]);
  });

  test('needs all that is granted for it', async () => {
    const requests = (await Promise.all(entries.map(entry => iamRequests(entry, ACCOUNT)))).flat();
    expect((await unusedGrants(requests, withPolicies)).filter(grant => grant.startsWith('SetResourcePoliciesOfOwnKeys '))).toEqual([]);
    expect(withPolicies.statements.map(({ Sid }) => Sid)).toContain('SetResourcePoliciesOfOwnKeys');
  });

  test('is out of reach in a stack that declares none', async () => {
    const operations = entries.filter(({ operation }) => operation?.endsWith('ResourcePolicy'));
    expect(new Set(operations.map(({ operation }) => operation))).toEqual(new Set(['GetResourcePolicy', 'PutResourcePolicy', 'DeleteResourcePolicy']));
    expect(await deniedRequests(operations, without)).toHaveLength(3);
  });
});
