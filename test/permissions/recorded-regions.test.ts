import { Stack } from 'aws-cdk-lib/core';
import { IamRequest, iamRequests } from './iam-request';
import { Policies } from './policies';
import { providerPolicies } from './provider-policies';
import { deniedRequests, unusedGrants } from './usage';
import { AccountDefaultReplication, KeyReplication, MultiRegionPaymentKey } from '../../src';
import { EMPTY_RECORD } from '../../src/provider/contract/record';
import { effects } from '../emulator';
import { ACCOUNT, Answer, REGION, STACK_ID, World } from '../lifecycle/world';
import { accountDefaults, foreignKey, keyReplication, RECORD } from '../provider/recorded-resources';

const policiesOf = (declare: (stack: Stack) => void) => new Policies(providerPolicies({
  stackId: STACK_ID,
  stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:payment-keys`,
  functionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:handler`,
  logGroupArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:payment-keys:*`,
  recordName: RECORD,
}, declare).function, ACCOUNT, REGION);

interface Scenario {
  readonly grants: RegExp;
  /** The answers, and what the stack declares. */
  run(world: World): Promise<{ answers: Answer[]; declare: (stack: Stack) => void }>;
}

const overwrite = (world: World) => world.emulator.setParameter(REGION, RECORD, EMPTY_RECORD);

const SCENARIOS: Record<string, Scenario> = {
  'the replication of a key of others': {
    grants: /^(ReplicateKeysOfOthers|KeepRecords) /,
    run: async world => {
      const KeyArn = await foreignKey(world, ['sa-east-1']);
      const replication = keyReplication(world);
      const id = `replication/${KeyArn}`;
      const [before, after] = [{ KeyArn, ReplicationRegions: ['us-west-2', 'sa-east-1'] }, { KeyArn, ReplicationRegions: ['eu-west-1'] }];
      const answers = [await replication.create(before)];
      overwrite(world);
      answers.push(await replication.update(id, before, after));
      answers.push(await replication.remove(id, after));
      const declare = (stack: Stack) => {
        new KeyReplication(stack, 'Replication', { key: MultiRegionPaymentKey.fromKeyArn(stack, 'Foreign', KeyArn), replicationRegions: ['us-west-2'] });
      };
      return { answers, declare };
    },
  },
  'the default Regions of an account': {
    grants: /^(SetAccountDefaults|KeepRecords) /,
    run: async world => {
      const defaults = accountDefaults(world);
      const id = `account-default-replication/${REGION}`;
      const answers = [await defaults.create({ Regions: ['us-west-2'] })];
      overwrite(world);
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
    expect(policies.statements.map(({ Sid }) => `${Sid} `).filter(sid => grants.test(sid))).toHaveLength(2);
    expect(needless).toEqual([]);
  });

  test('is denied in a stack that does not declare it', async () => {
    const onDemand = entries().filter(({ operation }) => operation !== 'GetKey');
    expect(await deniedRequests(onDemand, policiesOf(() => undefined))).toHaveLength(new Set(onDemand.map(({ operation }) => operation)).size);
  });

  test('reaches no other key and no other parameter', async () => {
    const others: IamRequest[] = [
      { action: 'ssm:PutParameter', resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/${RECORD}2`, context: {} },
      { action: 'ssm:GetParameter', resource: `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/other`, context: {} },
      { action: 'payment-cryptography:RemoveKeyReplicationRegions', resource: `arn:aws:payment-cryptography:${REGION}:${ACCOUNT}:key/aaaaaaaaaaaaaaaa`, context: {} },
    ];
    for (const request of others) { expect((await policies.verdict(request)).allowed).toBe(false); }
  });
});
