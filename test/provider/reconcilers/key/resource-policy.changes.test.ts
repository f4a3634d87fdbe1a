import { ADOPTED_PAYMENT_KEY, adoptedKeyProperties } from '../../../../src/provider/contract/adopted-payment-key';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../../src/provider/contract/ownership-tags';
import { samePolicy } from '../../../../src/provider/handler/reconcilers/key/resource-policy';
import { effects, EmulatorOptions } from '../../../emulator';
import { CVK, Declared, REGION, World } from '../../../lifecycle/world';
import { ResourceRequests } from '../../resource-requests';
import { foreignKey } from '../foreign-keys';

const policy = (role: string) => JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::111122223333:role/${role}` }, Action: 'payment-cryptography:*', Resource: '*' }],
});
const [ONE, OTHER, THEIRS] = ['one', 'other', 'theirs'].map(policy);
/** The same, with its members in another order. */
const ONE_REORDERED = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(ONE)).reverse()));

describe('the resource policy of a key', () => {
  let world: World;
  let keyArn: string;
  const made = async (declared: Declared, options: EmulatorOptions = {}) => {
    world = await World.start(options);
    keyArn = (await world.create(declared)).PhysicalResourceId;
    world.takeRequests();
  };
  afterEach(() => world.close());
  const others = (operation: string, input: object = {}) =>
    world.emulator.call<any>(operation, { ResourceArn: keyArn, ...input }, { region: REGION });
  const live = async (): Promise<string> => (await others('GetResourcePolicy')).Policy;
  const update = (old: Declared, declared: Declared) => world.update(keyArn, old, declared);
  const about = () => world.takeRequests().filter(request => request.includes('ResourcePolicy'));

  test('is put once on a new key, without a look', async () => {
    world = await World.start();
    const answer = await world.create({ ResourcePolicy: ONE });
    expect(answer.Status).toBe('SUCCESS');
    expect(about()).toEqual(['PutResourcePolicy us-east-1']);
    keyArn = answer.PhysicalResourceId;
    expect(await live()).toBe(ONE);
  });

  test('is not put in the turn that makes the key', async () => {
    world = await World.start();
    const turns: string[][] = [];
    world.around = async (_, run) => {
      world.takeRequests();
      const result = await run();
      turns.push(world.takeRequests().filter(request => /^(Create|Put)/.test(request)));
      return result;
    };
    await world.create({ ReplicationRegions: [], ResourcePolicy: ONE });
    expect(turns.filter(({ length }) => length > 0)).toEqual([['CreateKey us-east-1'], ['PutResourcePolicy us-east-1']]);
  });

  test('of a key that is replaced by one without costs no request', async () => {
    await made({ ResourcePolicy: ONE });
    expect((await update({ ResourcePolicy: ONE }, { KeyAlgorithm: 'TDES_3KEY', Replaceable: true })).PhysicalResourceId).not.toBe(keyArn);
    expect(about()).toEqual([]);
    expect(await live()).toBe(ONE);
  });

  const tagsBecome = (tags: Record<string, string>, operation = 'TagResource') =>
    others(operation, operation === 'TagResource' ? { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } : { TagKeys: Object.keys(tags) });

  test('is not asked for when another stack adopted the key, which may not be read any more', async () => {
    await made({ ResourcePolicy: ONE });
    await tagsBecome({ [STACK_ID_TAG]: 'another', [LOGICAL_ID_TAG]: 'Theirs' });
    world.takeRequests();
    expect(await update({ ResourcePolicy: ONE }, { ResourcePolicy: OTHER })).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('adopted by another stack since') });
    expect(about()).toEqual([]);
  });

  test('of a key that lost its tags is asked for once it has them again', async () => {
    await made({ ResourcePolicy: ONE });
    await tagsBecome({ [STACK_ID_TAG]: '', [LOGICAL_ID_TAG]: '' }, 'UntagResource');
    world.takeRequests();
    expect((await update({ ResourcePolicy: ONE }, { ResourcePolicy: OTHER })).Status).toBe('SUCCESS');
    const requests = world.takeRequests().filter(request => /Tag|Policy/.test(request)).map(request => request.split(' ')[0]);
    expect(requests.indexOf('TagResource')).toBeLessThan(requests.indexOf('GetResourcePolicy'));
    expect(requests.filter(name => name.endsWith('ResourcePolicy'))).toEqual(['GetResourcePolicy', 'PutResourcePolicy']);
    expect(await live()).toBe(OTHER);
  });

  test('that was never declared costs no request', async () => {
    await made({});
    await update({}, { Enabled: false });
    expect(about()).toEqual([]);
  });

  test.each(['{}', 'ResourceNotFoundException'] as const)('comes, changes and goes where the service says %s for none', async absentResourcePolicy => {
    await made({}, { switches: { absentResourcePolicy } });
    expect((await update({}, { ResourcePolicy: ONE })).Status).toBe('SUCCESS');
    expect(await live()).toBe(ONE);
    expect((await update({ ResourcePolicy: ONE }, { ResourcePolicy: OTHER })).Status).toBe('SUCCESS');
    expect(await live()).toBe(OTHER);
    expect((await update({ ResourcePolicy: OTHER }, {})).Status).toBe('SUCCESS');
    await expect(live().catch(error => error.name)).resolves.toBe(absentResourcePolicy);
    expect((await update({ ResourcePolicy: OTHER }, {})).Status).toBe('SUCCESS');
  });

  test('in another order of members is the same', async () => {
    await made({ ResourcePolicy: ONE });
    await others('PutResourcePolicy', { Policy: ONE_REORDERED });
    world.takeRequests();
    expect((await update({ ResourcePolicy: ONE }, { ResourcePolicy: ONE, Enabled: false })).Status).toBe('SUCCESS');
    expect(about()).toEqual(['GetResourcePolicy us-east-1']);
    await update({ ResourcePolicy: ONE }, {});
    expect(await live()).toBe('{}');
  });

  test('that others changed is set right while it is declared', async () => {
    await made({ ResourcePolicy: ONE });
    await others('PutResourcePolicy', { Policy: THEIRS });
    await update({ ResourcePolicy: ONE }, { ResourcePolicy: ONE, Enabled: false });
    expect(await live()).toBe(ONE);
  });

  test('that others changed is not left in silence when it is declared no more', async () => {
    await made({ ResourcePolicy: ONE });
    await others('PutResourcePolicy', { Policy: THEIRS });
    world.takeRequests();
    expect(await update({ ResourcePolicy: ONE }, { Enabled: false })).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: keyArn,
      Reason: expect.stringContaining(`aws payment-cryptography delete-resource-policy --region us-east-1 --resource-arn ${keyArn}`),
    });
    expect(world.takeRequests()).toEqual(['GetKey us-east-1', 'ListTagsForResource us-east-1', 'GetResourcePolicy us-east-1']);
    expect(await live()).toBe(THEIRS);
    expect(await update({ Enabled: false }, { ResourcePolicy: ONE })).toMatchObject({ Status: 'SUCCESS' });
  });

  test('of others is not overwritten by the first that is declared, nor taken away by the rollback', async () => {
    await made({});
    await others('PutResourcePolicy', { Policy: THEIRS });
    const answer = await update({}, { ResourcePolicy: ONE });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: keyArn });
    expect(answer.Reason).toContain(`aws payment-cryptography delete-resource-policy --region us-east-1 --resource-arn ${keyArn}`);
    expect((await update({ ResourcePolicy: ONE }, {})).Status).toBe('SUCCESS');
    expect(await live()).toBe(THEIRS);
  });

  test.each([[{}, '{}'], [{ ResourcePolicy: ONE }, ONE]])('is as before after the rollback of a failed update: %j', async (before, expected) => {
    await made(before);
    world.emulator.setReplicationOutcome('eu-west-1', { kind: 'fails' });
    const after = { ResourcePolicy: OTHER, ReplicationRegions: ['us-west-2', 'eu-west-1'] };
    expect((await update(before, after)).Status).toBe('FAILED');
    expect(await live()).toBe(OTHER);
    expect((await update(after, before)).Status).toBe('SUCCESS');
    expect(await live()).toBe(expected);
  });

  test('that is public is refused at once, in so many words', async () => {
    await made({});
    const open = ONE.replace(/"AWS":"[^"]*"/, '"AWS":"*"');
    const answer = await update({}, { ResourcePolicy: open });
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/would let everybody in.*Name the principals.*PublicPolicyException/) });
    expect(about().filter(request => request.startsWith('Put'))).toEqual(['PutResourcePolicy us-east-1 !PublicPolicyException']);
  });

  test.each([['accepted', 'SUCCESS'], ['PublicPolicyException', 'FAILED']] as const)(
    'of an organization is put or refused, in so many words, where the service says %s', async (policyForEverybodyUnderConditions, Status) => {
      await made({}, { switches: { policyForEverybodyUnderConditions } });
      const ofOrganization = JSON.stringify({
        Statement: [{
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: 'payment-cryptography:VerifyMac',
          Resource: '*',
          Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' }, StringNotEquals: { 'aws:PrincipalAccount': ['111122223333'] } },
        }],
      });
      const answer = await update({}, { ResourcePolicy: ofOrganization });
      expect(answer).toMatchObject({ Status });
      expect(await live()).toBe(Status === 'SUCCESS' ? ofOrganization : '{}');
      if (Status === 'FAILED') { expect(answer.Reason).toMatch(/would let everybody in.*Name the principals/); }
    });

  test('that the service calls invalid at first, as for a role that is not known everywhere yet, is tried again', async () => {
    await made({});
    world.emulator.faults.add({ operation: 'PutResourcePolicy', times: 2, effect: { kind: 'error', type: 'ValidationException', message: 'Invalid principal' } });
    expect((await update({}, { ResourcePolicy: ONE })).Status).toBe('SUCCESS');
  });

  test('lost answers are made up for', async () => {
    await made({}, { switches: { absentResourcePolicy: 'ResourceNotFoundException' } });
    const lose = () => ['PutResourcePolicy', 'DeleteResourcePolicy'].forEach(operation => world.emulator.faults.add({ operation, times: 1, effect: effects.responseLost() }));
    lose();
    expect((await update({}, { ResourcePolicy: ONE })).Status).toBe('SUCCESS');
    expect(await live()).toBe(ONE);
    world.emulator.faults.add({ operation: 'DeleteResourcePolicy', effect: effects.notFound() });
    expect((await update({ ResourcePolicy: ONE }, {})).Status).toBe('SUCCESS');
  });

  test('of a replaced key is put on the new one, and comes back with the old', async () => {
    await made({ ResourcePolicy: ONE });
    const first = keyArn;
    const after = { KeyAlgorithm: 'TDES_3KEY', Replaceable: true, ResourcePolicy: OTHER };
    keyArn = (await update({ ResourcePolicy: ONE }, after)).PhysicalResourceId;
    expect(keyArn).not.toBe(first);
    expect(await live()).toBe(OTHER);
    expect((await update(after, { ...CVK, ResourcePolicy: ONE })).PhysicalResourceId).toBe(first);
    keyArn = first;
    expect(await live()).toBe(ONE);
  });

  test('is refused when it is too long, before anything is made', async () => {
    world = await World.start();
    expect(await world.create({ ResourcePolicy: 'x'.repeat(20_481) })).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('resourcePolicy has 20481 characters') });
    expect(world.keys()).toEqual([]);
  });
});

describe('the resource policy of an adopted key', () => {
  let world: World;
  let keyArn: string;
  let requests: ResourceRequests<typeof adoptedKeyProperties.fields>;
  beforeEach(async () => {
    world = await World.start();
    requests = new ResourceRequests(world, ADOPTED_PAYMENT_KEY, adoptedKeyProperties, 'Adopted');
    keyArn = await foreignKey(world);
  });
  afterEach(() => world.close());
  const declared = (ResourcePolicy: string | undefined, more = {}) => ({ ...adoptedKeyProperties.decode({ KeyArn: keyArn }, ''), ResourcePolicy, ...more });
  const others = (operation: string, input: object = {}) =>
    world.emulator.call<any>(operation, { ResourceArn: keyArn, ...input }, { region: REGION });
  const live = async () => (await others('GetResourcePolicy')).Policy;

  test('that others put there is not overwritten, and the key given back', async () => {
    await others('PutResourcePolicy', { Policy: THEIRS });
    expect(await requests.create(declared(ONE))).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('that this resource did not put there') });
    expect(await live()).toBe(THEIRS);
    expect(world.keys()[0].tags).toEqual({});
  });

  test('that is the very same is taken over', async () => {
    await others('PutResourcePolicy', { Policy: ONE_REORDERED });
    expect((await requests.create(declared(ONE))).Status).toBe('SUCCESS');
    expect((await requests.update(keyArn, declared(ONE), declared(OTHER))).Status).toBe('SUCCESS');
    expect(await live()).toBe(OTHER);
  });

  test('is left alone when none is declared', async () => {
    await others('PutResourcePolicy', { Policy: THEIRS });
    world.takeRequests();
    expect((await requests.create(declared(undefined))).Status).toBe('SUCCESS');
    expect(world.takeRequests().filter(request => request.includes('Policy'))).toEqual([]);
  });

  test.each([[0], [1]])('that a failed adoption put there goes with it, also when %d answers are lost', async times => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'fails' });
    for (const operation of ['PutResourcePolicy', 'DeleteResourcePolicy']) { world.emulator.faults.add({ operation, times, effect: effects.responseLost() }); }
    expect((await requests.create(declared(ONE, { ReplicationRegions: ['us-west-2'] }))).Status).toBe('FAILED');
    expect(await live()).toBe('{}');
    expect(world.keys()[0].tags).toEqual({});
  });

  test('whose answer is always lost is looked for, and found', async () => {
    world.emulator.faults.add({ operation: 'PutResourcePolicy', effect: effects.responseLost() });
    expect((await requests.create(declared(ONE))).Status).toBe('SUCCESS');
    expect(await live()).toBe(ONE);
  });
});

test.each<[string, string, boolean]>([
  [ONE, ONE_REORDERED, true], [ONE, OTHER, false], ['{"a":[1,2]}', '{"a":[2,1]}', false], ['{"a":[1,2]}', ' {"a": [1, 2]}', true],
  ['no JSON', 'no JSON', true], ['no JSON', '{}', false], ['{"a":null}', '{}', false],
])('%s and %s are the same policy: %s', (one, other, same) => {
  expect(samePolicy(one, other)).toBe(same);
});
