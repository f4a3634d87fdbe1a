import { Stack } from 'aws-cdk-lib/core';
import { DEPLOYMENT } from './deployment';
import { foreignKey } from './foreign-key';
import { IamRequest, iamRequests } from './iam-request';
import { Policies } from './policies';
import { providerPolicies } from './provider-policies';
import { deniedRequests, unusedGrants } from './usage';
import { AccountDefaultReplication, KeyReplication, MultiRegionPaymentKey } from '../../src';
import { ACCOUNT_DEFAULT_REPLICATION, accountDefaultReplicationProperties } from '../../src/provider/contract/account-default-replication';
import { KEY_REPLICATION, KeyReplicationProperties, keyReplicationProperties } from '../../src/provider/contract/key-replication';
import { effects } from '../emulator';
import { ACCOUNT, Answer, REGION, World } from '../lifecycle/world';
import { ResourceRequests } from '../provider/resource-requests';

const policiesOf = (declare: (stack: Stack) => void) => new Policies(providerPolicies(DEPLOYMENT, declare).function, ACCOUNT, REGION);

interface Scenario {
  readonly grants: RegExp;
  /** The answers, and what the stack declares. */
  run(world: World): Promise<{ answers: Answer[]; declare: (stack: Stack) => void }>;
}

const SCENARIOS: Record<string, Scenario> = {
  'the replication of a key of others': {
    grants: /^ReplicateKeysOfOthers /,
    run: async world => {
      const KeyArn = await foreignKey(world, ['sa-east-1']);
      const replication = new ResourceRequests(world, KEY_REPLICATION, keyReplicationProperties, 'Replication');
      const declared = (ReplicationRegions: string[]): KeyReplicationProperties =>
        ({ KeyArn, ReplicationRegions, WaitForReplication: true, ReplicationTimeoutInMinutes: 30 });
      const id = `replication/${KeyArn}`;
      const [before, after] = [declared(['us-west-2', 'sa-east-1']), declared(['eu-west-1'])];
      const answers = [await replication.create(before)];
      answers.push(await replication.update(id, before, after));
      answers.push(await replication.remove(id, after));
      const declare = (stack: Stack) => {
        new KeyReplication(stack, 'Replication', { key: MultiRegionPaymentKey.fromKeyArn(stack, 'Foreign', KeyArn), replicationRegions: ['us-west-2'] });
      };
      return { answers, declare };
    },
  },
  'the default Regions of an account': {
    grants: /^SetAccountDefaults /,
    run: async world => {
      const defaults = new ResourceRequests(world, ACCOUNT_DEFAULT_REPLICATION, accountDefaultReplicationProperties, 'Defaults');
      const id = `account-default-replication/${REGION}`;
      const answers = [await defaults.create({ Regions: ['us-west-2'] })];
      answers.push(await defaults.update(id, { Regions: ['us-west-2'] }, { Regions: ['eu-west-1'] }));
      world.emulator.faults.add({ operation: 'DisableDefaultKeyReplicationRegions', times: 1, effect: effects.throttle() });
      answers.push(await defaults.remove(id, { Regions: ['eu-west-1'] }));
      return { answers, declare: stack => { new AccountDefaultReplication(stack, 'Defaults', { regions: ['us-west-2'] }); } };
    },
  },
};

describe.each(Object.entries(SCENARIOS))('%s', (_, { run, grants }) => {
  let world: World;
  let policies: Policies;
  let answers: Answer[];

  beforeAll(async () => {
    world = await World.start();
    const done = await run(world);
    answers = done.answers;
    policies = policiesOf(done.declare);
    await world.close();
  });
  const entries = () => world.emulator.log.entries.filter(({ accessKeyId }) => accessKeyId === 'AKIATEST');

  test('asks for nothing that is denied', async () => {
    expect(answers.map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
    expect(await deniedRequests(entries(), policies)).toEqual([]);
  });

  test('needs all that it is granted', async () => {
    const requests: IamRequest[] = (await Promise.all(entries().map(entry => iamRequests(entry, ACCOUNT)))).flat();
    const needless = (await unusedGrants(requests, policies)).filter(grant => grants.test(grant));
    expect(policies.statements.map(({ Sid }) => `${Sid} `).filter(sid => grants.test(sid))).toHaveLength(1);
    expect(needless).toEqual([]);
  });

  test('is denied in a stack that does not declare it', async () => {
    const onDemand = entries().filter(({ operation }) => !['GetKey', 'ListTagsForResource'].includes(operation!));
    expect(await deniedRequests(onDemand, policiesOf(() => undefined))).toHaveLength(new Set(onDemand.map(({ operation }) => operation)).size);
  });

  test('reaches no other key', async () => {
    const other = `arn:aws:payment-cryptography:${REGION}:${ACCOUNT}:key/aaaaaaaaaaaaaaaa`;
    for (const operation of ['AddKeyReplicationRegions', 'RemoveKeyReplicationRegions']) {
      expect((await policies.verdict({ action: `payment-cryptography:${operation}`, resource: other, context: {} })).allowed).toBe(false);
    }
  });
});
