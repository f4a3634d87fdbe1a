import { ArnPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import { DEPLOYMENT } from './deployment';
import { foreignKey } from './foreign-key';
import { IamRequest, iamRequests } from './iam-request';
import { Policies } from './policies';
import { providerPolicies } from './provider-policies';
import { deniedRequests, unusedGrants } from './usage';
import { AdoptedPaymentKeyProps, MultiRegionPaymentKey } from '../../src';
import { ADOPTED_PAYMENT_KEY, AdoptedKeyProperties, adoptedKeyProperties } from '../../src/provider/contract/adopted-payment-key';
import { LOGICAL_ID_TAG, REQUEST_ID_TAG, STACK_ID_TAG } from '../../src/provider/contract/ownership-tags';
import { RequestLogEntry } from '../emulator';
import { ACCOUNT, Answer, REGION, STACK_ID, World } from '../lifecycle/world';
import { ResourceRequests } from '../provider/resource-requests';

const OTHER_STACK = STACK_ID.replace('payments', 'others');
const POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/x` }, Action: '*', Resource: '*' }] });
const FORMER = { [STACK_ID_TAG]: OTHER_STACK, [LOGICAL_ID_TAG]: 'Cvk', [REQUEST_ID_TAG]: 'r' };

interface Scene {
  readonly world: World;
  readonly keyArn: string;
  readonly requests: ResourceRequests<typeof adoptedKeyProperties.fields>;
  declared(more?: Partial<AdoptedKeyProperties>): AdoptedKeyProperties;
  tag(tags: Record<string, string>): Promise<unknown>;
}

interface Scenario {
  readonly props?: Partial<AdoptedPaymentKeyProps>;
  readonly status?: Answer['Status'];
  run(scene: Scene): Promise<Answer>;
}

const WITH_POLICY = {
  resourcePolicy: new PolicyDocument({
    statements: [new PolicyStatement({ principals: [new ArnPrincipal(`arn:aws:iam::${ACCOUNT}:role/x`)], actions: ['payment-cryptography:EncryptData'], resources: ['*'] })],
  }),
};

const SCENARIOS: Record<string, Scenario> = {
  'a key of nobody, with all there is': {
    run: ({ requests, declared }) => requests.create(declared({ Tags: { team: 'cards' }, ReplicationRegions: ['us-west-2'], Enabled: false })),
  },
  'a key of another stack': {
    run: async ({ requests, declared, tag }) => {
      await tag(FORMER);
      return requests.create(declared({ ReplicationRegions: ['eu-west-1'] }));
    },
  },
  'a key of another stack, in vain': {
    status: 'FAILED',
    run: async ({ world, requests, declared, tag }) => {
      await tag({ [STACK_ID_TAG]: OTHER_STACK, [LOGICAL_ID_TAG]: 'Cvk' });
      world.emulator.setReplicationOutcome('eu-west-1', { kind: 'fails' });
      return requests.create(declared({ ReplicationRegions: ['eu-west-1'] }));
    },
  },
  'a key pending deletion': {
    props: { restoreIfPending: true },
    run: async ({ world, keyArn, requests, declared }) => {
      await world.emulator.call('DeleteKey', { KeyIdentifier: keyArn }, { region: REGION });
      return requests.create(declared({ RestoreIfPending: true }));
    },
  },
  'a release': {
    run: async ({ keyArn, requests, declared }) => {
      await requests.create(declared());
      return requests.remove(keyArn, declared());
    },
  },
  'a key that gets a resource policy': {
    props: WITH_POLICY,
    run: ({ requests, declared }) => requests.create(declared({ ResourcePolicy: POLICY })),
  },
  'a resource policy that comes, changes and goes': {
    props: WITH_POLICY,
    run: async ({ keyArn, requests, declared }) => {
      await requests.create(declared());
      await requests.update(keyArn, declared(), declared({ ResourcePolicy: POLICY }));
      return requests.update(keyArn, declared({ ResourcePolicy: POLICY }), declared());
    },
  },
};

const policiesFor = (declare: (stack: Stack) => void) => new Policies(providerPolicies(DEPLOYMENT, declare).function, ACCOUNT, REGION);
const adopting = (keyArn: string, props: Partial<AdoptedPaymentKeyProps> = {}, id = 'Adopted') => (stack: Stack) =>
  MultiRegionPaymentKey.adopt(stack, id, { key: MultiRegionPaymentKey.fromKeyArn(stack, `${id}Key`, keyArn), ...props });

describe('what the function asks for to adopt', () => {
  const seen: Array<{ keyArn: string; entries: RequestLogEntry[] }> = [];

  test.each(Object.entries(SCENARIOS))('%s, is allowed', async (_, { props, status = 'SUCCESS', run }) => {
    const world = await World.start();
    const keyArn = await foreignKey(world);
    const answer = await run({
      world,
      keyArn,
      requests: new ResourceRequests(world, ADOPTED_PAYMENT_KEY, adoptedKeyProperties, 'Adopted'),
      declared: (more = {}) => ({ ...adoptedKeyProperties.decode({ KeyArn: keyArn }, ''), ...more }),
      tag: tags => world.emulator.call('TagResource', { ResourceArn: keyArn, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }, { region: REGION }),
    });
    await world.close();
    expect(answer.Status).toBe(status);
    const entries = world.emulator.log.entries.filter(({ accessKeyId }) => accessKeyId === 'AKIATEST');
    seen.push({ keyArn, entries });
    expect(await deniedRequests(entries, policiesFor(adopting(keyArn, props)))).toEqual([]);
  });

  test('is all that it is granted for that', async () => {
    const requests = (await Promise.all(seen.flatMap(({ entries }) => entries.map(entry => iamRequests(entry, ACCOUNT))))).flat();
    const policies = policiesFor(stack => seen.forEach(({ keyArn }, index) =>
      adopting(keyArn, { restoreIfPending: true, ...WITH_POLICY }, `Adopted${index}`)(stack)));
    const unused = await unusedGrants(requests, policies);
    expect(unused.filter(grant => /^(AdoptKeys|RestoreKeysToAdopt) /.test(grant))).toEqual([]);
  }, 60_000);
});

describe('what it cannot do', () => {
  const KEY = `arn:aws:payment-cryptography:${REGION}:${ACCOUNT}:key/aaaaaaaaaaaaaaaa`;
  const ask = (operation: string, resource: string, stackId?: string): IamRequest => ({
    action: `payment-cryptography:${operation}`,
    resource,
    context: { 'aws:ViaAWSService': 'false', ...stackId && { [`aws:ResourceTag/${STACK_ID_TAG}`]: stackId } },
  });
  const allowed = async (request: IamRequest, props = {}) => (await policiesFor(adopting(KEY, props)).verdict(request)).allowed;

  test('TagResource on another key of another stack than the one to adopt', async () => {
    expect(await allowed(ask('TagResource', KEY, OTHER_STACK))).toBe(true);
    expect(await allowed(ask('TagResource', KEY.replace('key/a', 'key/b'), OTHER_STACK))).toBe(false);
  });

  test('UntagResource on the key to adopt, as long as it is another stack\'s', async () => {
    expect(await allowed(ask('UntagResource', KEY, OTHER_STACK))).toBe(false);
    expect(await allowed(ask('UntagResource', KEY, STACK_ID))).toBe(true);
  });

  test('RestoreKey unless it was asked for, and then on that key only', async () => {
    expect(await allowed(ask('RestoreKey', KEY))).toBe(false);
    expect(await allowed(ask('RestoreKey', KEY), { restoreIfPending: true })).toBe(true);
    expect(await allowed(ask('RestoreKey', KEY.replace('key/a', 'key/b'), STACK_ID), { restoreIfPending: true })).toBe(false);
  });

  test.each(['DeleteKey', 'AddKeyReplicationRegions', 'RemoveKeyReplicationRegions', 'StopKeyUsage'])('%s before the key bears our tag', async operation => {
    expect(await allowed(ask(operation, KEY))).toBe(false);
    expect(await allowed(ask(operation, KEY, OTHER_STACK))).toBe(false);
    expect(await allowed(ask(operation, KEY, STACK_ID))).toBe(true);
  });

  test.each(['PutResourcePolicy', 'DeleteResourcePolicy'])('%s on keys of others, or in stacks without resource policies', async operation => {
    expect(await allowed(ask(operation, KEY, STACK_ID), WITH_POLICY)).toBe(true);
    expect(await allowed(ask(operation, KEY, OTHER_STACK), WITH_POLICY)).toBe(false);
    expect(await allowed(ask(operation, KEY, STACK_ID))).toBe(false);
  });

  test('GetResourcePolicy on another key of others than the one to adopt', async () => {
    expect(await allowed(ask('GetResourcePolicy', KEY, OTHER_STACK))).toBe(true);
    expect(await allowed(ask('GetResourcePolicy', KEY.replace('key/a', 'key/b'), OTHER_STACK))).toBe(false);
  });
});
