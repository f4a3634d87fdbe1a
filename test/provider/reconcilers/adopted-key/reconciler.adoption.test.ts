import { ADOPTED_PAYMENT_KEY, AdoptedKeyProperties, adoptedKeyProperties } from '../../../../src/provider/contract/adopted-payment-key';
import { LOGICAL_ID_TAG, OWNERSHIP_TAG_PREFIX, REQUEST_ID_TAG, STACK_ID_TAG } from '../../../../src/provider/contract/ownership-tags';
import { effects, EmulatorOptions } from '../../../emulator';
import { TaskError } from '../../../lifecycle/state-machine';
import { Answer, CVK, REGION, STACK_ID, World } from '../../../lifecycle/world';
import { ResourceRequests } from '../../resource-requests';
import { foreignKey, regionsOf } from '../foreign-keys';

const OTHER_STACK = STACK_ID.replace('payments', 'former');
const INVENTED = 'payments-Adopted-1A2B3C4D5E6F';
const POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/terminal"},"Action":"payment-cryptography:*","Resource":"*"}]}';
const CVK_ATTRIBUTES = {
  KeyUsage: CVK.KeyUsage, KeyClass: CVK.KeyClass, KeyAlgorithm: CVK.KeyAlgorithm, KeyModesOfUse: { Generate: true, Verify: true },
};
const CHANGES = ['RestoreKey', 'AddKeyReplicationRegions', 'RemoveKeyReplicationRegions', 'StartKeyUsage', 'StopKeyUsage',
  'TagResource', 'UntagResource', 'PutResourcePolicy', 'DeleteResourcePolicy'];

let world: World;
let requests: ResourceRequests<typeof adoptedKeyProperties.fields>;
let keyArn: string;

const begin = async (regions: string[] = [], options: EmulatorOptions = {}, input = {}) => {
  world = await World.start(options);
  requests = new ResourceRequests(world, ADOPTED_PAYMENT_KEY, adoptedKeyProperties, 'Adopted');
  keyArn = await foreignKey(world, regions, input);
};
afterEach(() => world.close());

const declared = (more: Partial<AdoptedKeyProperties> = {}): AdoptedKeyProperties =>
  ({ ...adoptedKeyProperties.decode({ KeyArn: keyArn }, ''), ...more });
const adopt = (more: Partial<AdoptedKeyProperties> = {}, options = {}): Promise<Answer> => world.request(requests.event(declared(more), options));
const update = (old: Partial<AdoptedKeyProperties>, more: Partial<AdoptedKeyProperties>, id = keyArn): Promise<Answer> =>
  requests.update(id, declared(old), declared(more));
const call = (operation: string, input: object = {}) =>
  world.emulator.call<any>(operation, { KeyIdentifier: keyArn, ...input }, { region: REGION });
const tagsOf = (arn = keyArn) => world.keys().find(({ key }) => key.KeyArn === arn)!.tags;
const keyOf = (arn = keyArn) => world.keys().find(({ key }) => key.KeyArn === arn)!.key;
const tag = (tags: Record<string, string>) => world.emulator.call('TagResource', {
  ResourceArn: keyArn, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
}, { region: REGION });
const ownership = (arn = keyArn) => Object.fromEntries(Object.entries(tagsOf(arn)).filter(([name]) => name.startsWith(OWNERSHIP_TAG_PREFIX)));
const OURS = { [STACK_ID_TAG]: STACK_ID, [LOGICAL_ID_TAG]: 'Adopted' };
const FORMER = { [STACK_ID_TAG]: OTHER_STACK, [LOGICAL_ID_TAG]: 'Cvk', [REQUEST_ID_TAG]: 'r-1' };
const owned = async (arn = keyArn) => (await world.ledger.read('Adopted'))!.owned.find(({ physicalId }) => physicalId === arn)?.regions ?? [];
const changes = () => world.takeRequests().map(request => request.split(' ')[0]).filter(operation => CHANGES.includes(operation));
const log = () => world.logLines.join('\n');

describe('a key of nobody', () => {
  test('is tagged as ours, replicated, and answers with its attributes', async () => {
    await begin();
    world.takeRequests();
    const answer = await adopt({ ReplicationRegions: ['us-west-2'], Tags: { team: 'cards' } });
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: keyArn, Data: { KeyArn: keyArn, KeyId: keyArn.split('/')[1], KeyOrigin: 'AWS_PAYMENT_CRYPTOGRAPHY' } });
    expect(answer.Data.KeyCheckValue).toBe(keyOf().KeyCheckValue);
    expect(tagsOf()).toEqual({ ...OURS, team: 'cards' });
    expect(regionsOf(world, keyArn)).toEqual({ 'us-west-2': 'SYNCHRONIZED' });
    expect(world.keys('us-west-2')[0].tags).toEqual({ team: 'cards' });
    expect(changes()).toEqual(['TagResource', 'AddKeyReplicationRegions', 'TagResource']);
    expect(log()).not.toContain('taken over');
  });

  test('left as it is in all that is not declared', async () => {
    await begin(['eu-west-1'], {}, { Enabled: false });
    await tag({ theirs: 'x' });
    expect((await adopt()).Status).toBe('SUCCESS');
    expect(keyOf()).toMatchObject({ Enabled: false });
    expect(regionsOf(world, keyArn)).toEqual({ 'eu-west-1': 'SYNCHRONIZED' });
    expect(tagsOf()).toEqual({ ...OURS, theirs: 'x' });
  });

  test.each([[true, false], [false, true]])('enabled %s becomes %s', async (before, after) => {
    await begin([], {}, { Enabled: before });
    await adopt({ Enabled: after });
    expect(keyOf().Enabled).toBe(after);
  });

  test('keeps replicas that others made: under another list, an empty one, and when a list that named them no longer does', async () => {
    await begin(['eu-west-1', 'us-west-2']);
    await adopt({ ReplicationRegions: ['us-west-2'] });
    await update({ ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: [] });
    world.clock.advance(60);
    expect(regionsOf(world, keyArn)).toEqual({ 'eu-west-1': 'SYNCHRONIZED', 'us-west-2': 'SYNCHRONIZED' });
    expect(log()).toContain('left as they are, since this stack did not make them: eu-west-1 SYNCHRONIZED');
  });

  test('keeps what the account\'s defaults gave it, also under an empty list', async () => {
    await begin();
    await call('EnableDefaultKeyReplicationRegions', { ReplicationRegions: ['eu-west-1'] });
    keyArn = (await call('CreateKey', {
      KeyAttributes: CVK_ATTRIBUTES,
      Exportable: true,
    })).Key.KeyArn;
    world.clock.advance(10);
    expect(keyOf().UsingDefaultReplicationRegions).toBe(true);
    expect((await adopt({ ReplicationRegions: [] })).Status).toBe('SUCCESS');
    expect(regionsOf(world, keyArn)).toEqual({ 'eu-west-1': 'SYNCHRONIZED' });
  });

  test('loses a replica that the stack itself made', async () => {
    await begin();
    await adopt({ ReplicationRegions: ['us-west-2'] });
    await update({ ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: ['eu-west-1'] });
    world.clock.advance(60);
    expect(regionsOf(world, keyArn)).toEqual({ 'eu-west-1': 'SYNCHRONIZED' });
    expect(await owned()).toEqual(['eu-west-1']);
  });
});

describe('a key of a former stack', () => {
  test('is taken over, and the log names that stack; nothing finds it any more as made by the former request', async () => {
    await begin(['us-west-2', 'eu-west-1']);
    await tag(FORMER);
    expect((await adopt({ ReplicationRegions: ['us-west-2'] })).Status).toBe('SUCCESS');
    expect(ownership()).toEqual({ ...OURS });
    expect(log()).toContain(`${keyArn} was taken over from Cvk of the stack ${OTHER_STACK}`);
  });

  test('keeps replicas that the former stack made and this declaration never named; what it named is ours', async () => {
    await begin(['us-west-2', 'eu-west-1']);
    await tag(FORMER);
    await adopt({ ReplicationRegions: ['us-west-2'] });
    await update({ ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: [] });
    world.clock.advance(60);
    expect(regionsOf(world, keyArn)).toEqual({ 'eu-west-1': 'SYNCHRONIZED' });
  });

  test('without a list of Regions keeps them all, for good', async () => {
    await begin(['us-west-2', 'eu-west-1']);
    await tag(FORMER);
    await adopt();
    await update({}, { ReplicationRegions: ['us-west-2'] });
    await update({ ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: [] });
    world.clock.advance(60);
    expect(Object.keys(regionsOf(world, keyArn)).sort()).toEqual(['eu-west-1', 'us-west-2']);
  });

  test('retained by this library is taken over for real', async () => {
    await begin();
    keyArn = (await world.create({ ReplicationRegions: ['us-west-2'] })).PhysicalResourceId;
    expect((await adopt({ ReplicationRegions: ['us-west-2', 'eu-west-1'] })).Status).toBe('SUCCESS');
    expect(ownership()).toEqual({ ...OURS });
    expect(log()).toContain(`taken over from Cvk of the stack ${STACK_ID}`);
  });

  test('found after a lost CreateKey survives the late undoing of that request', async () => {
    await begin();
    world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.responseLost() });
    keyArn = (await world.create({}, { requestId: 'r-lost' })).PhysicalResourceId;
    await adopt();
    expect(await world.remove('outcome-unknown/r-lost')).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('was taken over by Adopted') });
    expect((await world.remove('outcome-unknown/r-lost')).Status).toBe('SUCCESS');
    expect(keyOf().KeyState).toBe('CREATE_COMPLETE');
  });
});

describe('a key pending deletion', () => {
  const pending = async (options: EmulatorOptions = {}) => {
    await begin(['us-west-2'], options);
    await tag(FORMER);
    await call('DeleteKey', { DeleteKeyInDays: 7 });
  };

  test('is refused unless restoring was asked for', async () => {
    await pending();
    const answer = await adopt();
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: `${keyArn} is DELETE_PENDING. To restore it, declare restoreIfPending: true` });
    expect(keyOf().KeyState).toBe('DELETE_PENDING');
    expect(answer.PhysicalResourceId).toMatch(/^nothing-created\//);
  });

  test.each([[0], [120]])('is restored and replicated anew, while the former replica takes %d seconds to go', async replicaDeletionDelay => {
    await pending({ replicaDeletionDelay });
    expect((await adopt({ RestoreIfPending: true, ReplicationRegions: ['us-west-2'] })).Status).toBe('SUCCESS');
    expect(keyOf().KeyState).toBe('CREATE_COMPLETE');
    expect(regionsOf(world, keyArn)).toEqual({ 'us-west-2': 'SYNCHRONIZED' });
  });

  test('is not restored when its check value is another than the expected one', async () => {
    await pending();
    const answer = await adopt({ RestoreIfPending: true, ExpectedKeyCheckValue: '000000' });
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('expectedKeyCheckValue is 000000') });
    expect(keyOf().KeyState).toBe('DELETE_PENDING');
  });

  test('is restored by an update as well', async () => {
    await begin();
    await adopt({ ReplicationRegions: ['us-west-2'] });
    await call('DeleteKey');
    expect((await update({ ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: ['us-west-2'], RestoreIfPending: true })).Status).toBe('SUCCESS');
    expect(regionsOf(world, keyArn)).toEqual({ 'us-west-2': 'SYNCHRONIZED' });
  });

  test('a restoration whose answer is lost is not tried against a living key', async () => {
    await pending();
    world.emulator.faults.add({ operation: 'RestoreKey', times: 1, effect: effects.responseLost() });
    world.takeRequests();
    expect((await adopt({ RestoreIfPending: true })).Status).toBe('SUCCESS');
    expect(changes().filter(operation => operation === 'RestoreKey')).toHaveLength(1);
  });
});

describe('refused', () => {
  test('a key that does not exist', async () => {
    await begin();
    keyArn = keyArn.replace(/.{4}$/, 'aaaa');
    const answer = await adopt();
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('does not exist') });
    expect((await requests.remove(answer.PhysicalResourceId, declared())).Status).toBe('SUCCESS');
  });

  test('a replica, though its ARN was made to look like that of a primary', async () => {
    await begin();
    keyArn = await (async () => {
      const { Key } = await world.emulator.call<any>('CreateKey', {
        KeyAttributes: CVK_ATTRIBUTES,
        Exportable: true,
        ReplicationRegions: [REGION],
      }, { region: 'eu-west-1' });
      world.clock.advance(10);
      return Key.KeyArn.replace('eu-west-1', REGION);
    })();
    world.takeRequests();
    expect(await adopt()).toMatchObject({ Status: 'FAILED', Reason: `${keyArn} is a replica. Adopt the key in a stack in eu-west-1, the Region of its primary` });
    expect(changes()).toEqual([]);
  });

  test.each<[string, (arn: string) => Partial<AdoptedKeyProperties>, string]>([
    ['a key of another account', arn => ({ KeyArn: arn.replace('111122223333', '999999999999') }), "is not of this stack's account 111122223333 and Region us-east-1"],
    ['a key of another Region', arn => ({ KeyArn: arn.replace('us-east-1', 'eu-west-1') }), "is not of this stack's account"],
    ['what is no key', () => ({ KeyArn: 'alias/cvk' }), 'alias/cvk is not the ARN of a payment key'],
    ['the own Region', () => ({ ReplicationRegions: [REGION] }), "names us-east-1, the key's own Region"],
    ['a Region twice', () => ({ ReplicationRegions: ['us-west-2', 'us-west-2'] }), 'twice'],
    ['a policy that is too long', () => ({ ResourcePolicy: 'x'.repeat(20_481) }), 'resourcePolicy has 20481 characters'],
  ])('%s, before anything is asked', async (_, more, reason) => {
    await begin();
    world.takeRequests();
    expect(await adopt(more(keyArn))).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(reason) });
    expect(world.takeRequests()).toEqual([]);
  });

  test('Regions for a key that is not exportable', async () => {
    await begin([], {}, { Exportable: false, ReplicationRegions: undefined });
    expect(await adopt({ ReplicationRegions: ['us-west-2'] })).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('only exportable keys replicate') });
    expect(ownership()).toEqual({});
  });

  test('an update after another stack adopted the key', async () => {
    await begin();
    await adopt();
    await tag({ [STACK_ID_TAG]: OTHER_STACK });
    expect(await update({}, { Enabled: false })).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(`was adopted by another stack since: ${OTHER_STACK}`) });
    expect(keyOf().Enabled).toBe(true);
    expect(ownership()[STACK_ID_TAG]).toBe(OTHER_STACK);
  });
});

describe('a failed adoption', () => {
  test('gives the key back to its former owner, deletes nothing, and reports the replicas it added', async () => {
    await begin(['us-west-2']);
    await tag({ ...FORMER, theirs: 'x' });
    world.emulator.setReplicationOutcome('sa-east-1', { kind: 'fails', message: 'no room' });
    const answer = await adopt({ ReplicationRegions: ['eu-west-2', 'sa-east-1'], Tags: { team: 'cards' } });
    expect(answer.Status).toBe('FAILED');
    expect(answer.PhysicalResourceId).toMatch(/^nothing-created\//);
    expect(answer.Reason).toContain('replication FAILED in sa-east-1 (no room)');
    expect(answer.Reason).toContain(`replicas of ${keyArn} that this request added stay: eu-west-2, sa-east-1`);
    expect(ownership()).toEqual(FORMER);
    expect(tagsOf().theirs).toBe('x');
    expect(keyOf().KeyState).toBe('CREATE_COMPLETE');
    expect(regionsOf(world, keyArn)).toMatchObject({ 'us-west-2': 'SYNCHRONIZED', 'eu-west-2': 'SYNCHRONIZED' });
    expect((await requests.remove(answer.PhysicalResourceId, declared())).Status).toBe('SUCCESS');
  });

  test('leaves no tags of ours on a key that had none', async () => {
    await begin();
    world.emulator.faults.add({ operation: 'StopKeyUsage', effect: effects.accessDenied() });
    expect((await adopt({ Enabled: false })).Status).toBe('FAILED');
    expect(ownership()).toEqual({});
  });

  test('that cannot be undone is reported with the command', async () => {
    await begin();
    world.emulator.faults.add({ operation: ['StopKeyUsage', 'UntagResource'], effect: effects.accessDenied() });
    const answer = await adopt({ Enabled: false });
    expect(answer.Reason).toContain(`aws payment-cryptography untag-resource --region us-east-1 --resource-arn ${keyArn}`);
    expect(log()).toContain('"code":"LEFT_BEHIND"');
  });

  test('is not what a failed update is: that leaves the key ours', async () => {
    await begin();
    await adopt();
    world.emulator.faults.add({ operation: 'StopKeyUsage', effect: effects.accessDenied() });
    const answer = await update({}, { Enabled: false });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).not.toContain('left behind');
    expect(ownership()).toEqual(OURS);
  });

  test('does not take back what another stack has adopted meanwhile', async () => {
    await begin();
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'fails' });
    let isTaken = false;
    world.around = async (_, run) => {
      if (!isTaken && ownership()[STACK_ID_TAG] === STACK_ID && regionsOf(world, keyArn)['us-west-2'] === 'FAILED') {
        isTaken = true;
        await tag({ [STACK_ID_TAG]: OTHER_STACK });
      }
      return run();
    };
    expect((await adopt({ ReplicationRegions: ['us-west-2'] })).Status).toBe('FAILED');
    expect(ownership()[STACK_ID_TAG]).toBe(OTHER_STACK);
  });

  test('whose creation CloudFormation gave up is undone by the delete that follows', async () => {
    await begin([], { replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } });
    await tag(FORMER);
    await world.handler(requests.event(declared({ ReplicationRegions: ['us-west-2'] })));
    while (!world.emulator.log.entries.some(({ operation }) => operation === 'AddKeyReplicationRegions')) { await world.stateMachine.runNext(); }
    world.clock.advance(30);
    const answer = await requests.remove(INVENTED, declared({ ReplicationRegions: ['us-west-2'] }));
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(`replicas of ${keyArn} that this request added stay: us-west-2`) });
    expect((await requests.remove(INVENTED, declared({ ReplicationRegions: ['us-west-2'] }))).Status).toBe('SUCCESS');
    expect(ownership()).toEqual({ ...FORMER });
    expect(keyOf().KeyState).toBe('CREATE_COMPLETE');
    expect(regionsOf(world, keyArn)).toEqual({ 'us-west-2': 'IN_PROGRESS' });
  });
});

describe('another key', () => {
  test('is adopted in place of the first, which stays as it is; and back', async () => {
    await begin(['eu-west-1']);
    const first = keyArn;
    const second = await foreignKey(world);
    await tag({ stage: 'prod' });
    const before = { KeyArn: first, Tags: { team: 'cards' }, ReplicationRegions: ['us-west-2'] };
    const after = { KeyArn: second, ReplicationRegions: ['us-west-2'] };
    await adopt(before);
    keyArn = second;
    await tag({ team: 'cards' });
    expect(await update(before, after, first)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: second });
    expect(tagsOf(second)).toEqual({ ...OURS, team: 'cards' });
    expect(tagsOf(first)).toMatchObject({ team: 'cards', stage: 'prod' });
    expect(await update(after, before, second)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: first });
    expect(ownership(first)).toEqual({ ...OURS });
    expect((await requests.remove(second, declared(after))).Status).toBe('SUCCESS');
    expect(ownership(second)).toEqual({});
    expect([first, second].map(arn => keyOf(arn).KeyState)).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE']);
  });

  test('that cannot be adopted leaves the first in place', async () => {
    await begin();
    const first = keyArn;
    const second = await foreignKey(world);
    await adopt();
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'fails' });
    const after = { KeyArn: second, ReplicationRegions: ['us-west-2'] };
    expect(await update({}, after, first)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: first });
    expect(await update(after, {}, first)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: first });
    expect(ownership(first)).toEqual(OURS);
    expect(ownership(second)).toEqual({});
  });
});

describe('a delete', () => {
  test('takes away the tags that name this resource, and nothing else', async () => {
    await begin();
    await adopt({ ReplicationRegions: ['us-west-2'], Tags: { team: 'cards' }, ResourcePolicy: POLICY });
    world.takeRequests();
    expect((await requests.remove(keyArn, declared())).Status).toBe('SUCCESS');
    expect(changes()).toEqual(['UntagResource']);
    expect(tagsOf()).toEqual({ team: 'cards' });
    expect(keyOf().KeyState).toBe('CREATE_COMPLETE');
    expect(regionsOf(world, keyArn)).toEqual({ 'us-west-2': 'SYNCHRONIZED' });
  });

  test.each([[{ [STACK_ID_TAG]: OTHER_STACK, [LOGICAL_ID_TAG]: 'Adopted' }], [{ [STACK_ID_TAG]: STACK_ID, [LOGICAL_ID_TAG]: 'Other' }]])('leaves the tags of others: %j', async theirs => {
    await begin();
    await tag(theirs);
    expect((await requests.remove(keyArn, declared())).Status).toBe('SUCCESS');
    expect(ownership()).toEqual(theirs);
  });

  test('of a key that is gone, or pending deletion, succeeds', async () => {
    await begin();
    await adopt();
    await call('DeleteKey');
    const answer = await requests.remove(keyArn, declared());
    expect(answer.Status).toBe('SUCCESS');
    expect(log()).toContain('untag-resource');
    const gone = keyArn.replace(/.{4}$/, 'aaaa');
    expect(await requests.remove(gone, declared({ KeyArn: gone }))).toMatchObject({ Status: 'SUCCESS', Reason: '' });
  });

  test('waits out the quota', async () => {
    await begin();
    await adopt();
    world.emulator.faults.add({ operation: 'UntagResource', times: 2, effect: effects.throttle() });
    expect((await requests.remove(keyArn, declared())).Status).toBe('SUCCESS');
    expect(ownership()).toEqual({});
  });

  test('with an id that CloudFormation invented, when nothing is known of the creation, frees the key', async () => {
    await begin();
    await tag(OURS);
    expect((await requests.remove(INVENTED, declared())).Status).toBe('SUCCESS');
    expect(ownership()).toEqual({});
  });
});

describe('whatever goes wrong on the way', () => {
  const EVERYTHING = { RestoreIfPending: true, ReplicationRegions: ['us-west-2', 'eu-west-1'], Enabled: false, Tags: { team: 'cards' }, ResourcePolicy: POLICY };
  const prepare = async () => {
    await begin(['us-west-2']);
    await tag(FORMER);
    await call('DeleteKey');
    world.takeRequests();
  };
  const expectAdopted = async () => {
    expect(tagsOf()).toEqual({ ...OURS, team: 'cards' });
    expect(keyOf()).toMatchObject({ Enabled: false, KeyState: 'CREATE_COMPLETE' });
    expect(regionsOf(world, keyArn)).toEqual({ 'us-west-2': 'SYNCHRONIZED', 'eu-west-1': 'SYNCHRONIZED' });
    expect((await world.emulator.call<any>('GetResourcePolicy', { ResourceArn: keyArn }, { region: REGION })).Policy).toBe(POLICY);
    expect(world.keys('eu-west-1')[0].tags).toEqual({ team: 'cards' });
  };

  test('lost answers are made up for by looking', async () => {
    await prepare();
    for (const operation of CHANGES) { world.emulator.faults.add({ operation, times: 1, effect: effects.responseLost() }); }
    expect((await adopt(EVERYTHING)).Status).toBe('SUCCESS');
    await expectAdopted();
  });

  test.each(['before', 'after'])('a turn cut off %s it ran is done again, whichever it is; none makes two changes', async when => {
    for (let cut = 0, turns = Infinity; cut < turns; cut += 1) {
      await prepare();
      let count = 0;
      world.around = async (payload, run) => {
        const isCut = payload.task === 'step' && count++ === cut;
        if (isCut && when === 'before') { throw new TaskError('Lambda.Unknown', 'killed'); }
        const made = world.emulator.log.entries.length;
        const result = await run();
        expect(world.emulator.log.entries.slice(made).filter(({ operation }) => CHANGES.includes(operation!)).length).toBeLessThan(2);
        if (isCut) { throw new TaskError('Lambda.Unknown', 'killed'); }
        return result;
      };
      expect((await adopt(EVERYTHING)).Status).toBe('SUCCESS');
      world.around = (_, run) => run();
      turns = count - 1;
      await expectAdopted();
      await world.close();
    }
    await begin();
  }, 120_000);

  test('a second delivery finds the first', async () => {
    await prepare();
    const event = requests.event(declared(EVERYTHING));
    await world.handler(event);
    await world.handler(event);
    expect((await world.answerTo(event.RequestId)).Status).toBe('SUCCESS');
    expect(changes().filter(operation => operation === 'RestoreKey')).toHaveLength(1);
  });

  test('the same declaration again changes nothing', async () => {
    await prepare();
    await adopt(EVERYTHING);
    world.takeRequests();
    expect((await update(EVERYTHING, EVERYTHING)).Status).toBe('SUCCESS');
    expect(changes()).toEqual([]);
  });

  test('tags that were lost are set again', async () => {
    await begin();
    await adopt();
    await world.emulator.call('UntagResource', { ResourceArn: keyArn, TagKeys: [STACK_ID_TAG] }, { region: REGION });
    expect((await update({}, { Enabled: false })).Status).toBe('SUCCESS');
    expect(ownership()).toEqual(OURS);
  });
});

describe('the resource that made a key which was adopted since', () => {
  beforeEach(async () => {
    await begin();
    keyArn = (await world.create({ ReplicationRegions: ['us-west-2'] })).PhysicalResourceId;
  });
  const adoptable = (regions?: string[]) => adopt({ ReplicationRegions: regions });

  test('leaves it when it goes, as under a new construct id in the same deployment, and says so', async () => {
    expect((await adoptable(['us-west-2'])).Status).toBe('SUCCESS');
    world.takeRequests();
    expect(await world.remove(keyArn)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: keyArn });
    expect(world.takeRequests()).toEqual(['ListTagsForResource us-east-1']);
    expect(keyOf().KeyState).toBe('CREATE_COMPLETE');
    expect(regionsOf(world, keyArn)).toEqual({ 'us-west-2': 'SYNCHRONIZED' });
    // It has an owner who knows of it.
    expect(log()).not.toContain('LEFT_BEHIND');
    expect(log()).toContain(`${keyArn} was taken over by Adopted of the stack ${STACK_ID}, so it stays`);
  });

  test('leaves it to another stack', async () => {
    await tag({ [STACK_ID_TAG]: OTHER_STACK });
    expect((await world.remove(keyArn)).Status).toBe('SUCCESS');
    expect(keyOf().KeyState).toBe('CREATE_COMPLETE');
    expect(log()).toContain(`${keyArn} was taken over by Cvk of the stack ${OTHER_STACK}, so it stays`);
  });

  test('deletes it when the adoption failed', async () => {
    world.emulator.setReplicationOutcome('eu-west-1', { kind: 'fails' });
    expect((await adoptable(['eu-west-1'])).Status).toBe('FAILED');
    expect((await world.remove(keyArn)).Status).toBe('SUCCESS');
    expect(keyOf().KeyState).toBe('DELETE_PENDING');
  });

  test('deletes it when somebody took its tags away', async () => {
    await world.emulator.call('UntagResource', { ResourceArn: keyArn, TagKeys: Object.keys(ownership()) }, { region: REGION });
    expect((await world.remove(keyArn)).Status).toBe('SUCCESS');
    expect(keyOf().KeyState).toBe('DELETE_PENDING');
  });
});
