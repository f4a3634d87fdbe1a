import { foreignKey, keyReplication, RECORD, regionsOf } from './recorded-resources';
import { EMPTY_RECORD } from '../../src/provider/contract/record';
import { effects, EmulatorOptions } from '../emulator';
import { ACCOUNT, Answer, REGION, World } from '../lifecycle/world';

const SYNCHRONIZED = 'SYNCHRONIZED';
const NO_SUCH_KEY = `arn:aws:payment-cryptography:${REGION}:${ACCOUNT}:key/aaaaaaaaaaaaaaaa`;

let world: World;
let KeyArn: string;
let replication: ReturnType<typeof keyReplication>;
afterEach(() => world.close());

/** A key of others with these replicas of theirs. */
const begin = async (theirs: string[] = [], options: EmulatorOptions = {}, input: object = {}) => {
  world = await World.start(options);
  replication = keyReplication(world);
  KeyArn = await foreignKey(world, theirs, input);
  world.takeRequests();
};
const create = (...ReplicationRegions: string[]) => replication.create({ KeyArn, ReplicationRegions });
const update = (before: string[], after: string[]) =>
  replication.update(`replication/${KeyArn}`, { KeyArn, ReplicationRegions: before }, { KeyArn, ReplicationRegions: after });
const remove = (...ReplicationRegions: string[]) => replication.remove(`replication/${KeyArn}`, { KeyArn, ReplicationRegions });
const byOthers = (operation: 'AddKeyReplicationRegions' | 'RemoveKeyReplicationRegions', ...ReplicationRegions: string[]) =>
  world.emulator.call(operation, { KeyIdentifier: KeyArn, ReplicationRegions }, { region: REGION });
const regions = () => {
  world.clock.advance(30);
  return regionsOf(world, KeyArn);
};
const changes = () => world.emulator.log.entries.filter(({ accessKeyId }) => accessKeyId === 'AKIATEST')
  .filter(({ operation }) => !operation!.startsWith('Get')).map(({ operation, input }: any) => [operation, input.ReplicationRegions ?? JSON.parse(input.Value)]);

describe('a creation', () => {
  test('adds what is missing, after it was recorded, and waits until it is SYNCHRONIZED', async () => {
    await begin();
    expect(await create('us-west-2', 'eu-west-1')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `replication/${KeyArn}` });
    expect(regionsOf(world, KeyArn)).toEqual({ 'us-west-2': SYNCHRONIZED, 'eu-west-1': SYNCHRONIZED });
    expect(changes()).toEqual([
      ['PutParameter', { [KeyArn]: ['us-west-2', 'eu-west-1'] }],
      ['AddKeyReplicationRegions', ['us-west-2', 'eu-west-1']],
    ]);
  });

  test('needs few requests of the service', async () => {
    await begin();
    await create('us-west-2');
    expect(world.takeRequests().filter(request => !request.includes('Parameter'))).toEqual([
      'GetKey us-east-1', 'GetKey us-east-1', 'AddKeyReplicationRegions us-east-1', 'GetKey us-east-1',
    ]);
  });

  test('waits at the replica, and spares the quota of the primary', async () => {
    await begin([], { replicationDelay: 20 });
    await create('us-west-2');
    const requests = world.takeRequests().filter(request => !request.includes('Parameter'));
    const waiting = requests.slice(requests.indexOf('AddKeyReplicationRegions us-east-1') + 1);
    const looks = (region: string) => waiting.filter(request => request.startsWith(`GetKey ${region}`)).length;
    // At once, once the wait has become three times as long, since only the primary tells of a failure, and in the end.
    expect(looks('us-east-1')).toBe(3);
    expect(looks('us-west-2')).toBeGreaterThan(5);
    expect(waiting.slice(-2)).toEqual(['GetKey us-west-2', 'GetKey us-east-1']);
  });

  test('accepts Regions that are there already, and does not call them its own', async () => {
    await begin(['us-west-2']);
    expect((await create('us-west-2', 'eu-west-1')).Status).toBe('SUCCESS');
    expect(replication.record).toEqual({ [KeyArn]: ['eu-west-1'] });
    expect((await remove('us-west-2', 'eu-west-1')).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'us-west-2': SYNCHRONIZED });
  });

  test('leaves what others added, and says so', async () => {
    await begin(['sa-east-1']);
    expect((await create('us-west-2')).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'sa-east-1': SYNCHRONIZED, 'us-west-2': SYNCHRONIZED });
    expect(world.logLines.join()).toContain('left as they are, since this resource did not add them: sa-east-1');
  });

  test('that does not wait is done when the Regions are added', async () => {
    await begin([], { replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } });
    expect((await replication.create({ KeyArn, ReplicationRegions: ['us-west-2'], WaitForReplication: false })).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'us-west-2': 'IN_PROGRESS' });
  });

  test('waits for Regions of others too', async () => {
    await begin([], { replicationOutcomes: { 'us-west-2': { kind: 'synchronizes', delay: 100 } } });
    await byOthers('AddKeyReplicationRegions', 'us-west-2');
    expect((await create('us-west-2')).Status).toBe('SUCCESS');
    expect(regionsOf(world, KeyArn)).toEqual({ 'us-west-2': SYNCHRONIZED });
    expect(changes()).toEqual([]);
  });

  test('with no Regions changes nothing', async () => {
    await begin(['us-west-2'], {}, {});
    expect((await create()).Status).toBe('SUCCESS');
    expect(changes()).toEqual([]);
  });

  test('waits for a key that GetKey does not know yet', async () => {
    await begin();
    world.emulator.faults.add({ operation: 'GetKey', times: 2, effect: effects.notFound() });
    expect((await create('us-west-2')).Status).toBe('SUCCESS');
  });

  test('of a native key, as its Ref names it, reaches the service', async () => {
    // What its handlers call: CreateKey and TagResource, in the Region of its stack.
    await begin(['sa-east-1'], {}, { Tags: [{ Key: 'team', Value: 'cards' }] });
    expect((await create('us-west-2')).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'sa-east-1': SYNCHRONIZED, 'us-west-2': SYNCHRONIZED });
  });
});

describe('a key that cannot be replicated', () => {
  const refusal = async (answer: Promise<Answer>) => {
    const { Status, Reason, PhysicalResourceId } = await answer;
    expect({ Status, PhysicalResourceId }).toEqual({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created\//) });
    expect(changes()).toEqual([]);
    return Reason;
  };

  test.each<[string, Partial<{ KeyArn: string; ReplicationRegions: string[] }>, RegExp]>([
    ['no ARN', { KeyArn: 'alias/cvk' }, /alias\/cvk is not the ARN of a payment key/],
    ['another Region', { KeyArn: NO_SUCH_KEY.replace(REGION, 'us-west-2') }, /is not of this stack's account 111122223333 and Region us-east-1\. Replicate it from/],
    ['another account', { KeyArn: NO_SUCH_KEY.replace(ACCOUNT, '999999999999') }, /is not of this stack's account/],
    ['its own Region', { ReplicationRegions: [REGION] }, /replicationRegions names us-east-1, the key's own Region/],
    ['a Region twice', { ReplicationRegions: ['us-west-2', 'us-west-2'] }, /replicationRegions names us-west-2 twice/],
  ])('is refused for %s before anything is asked', async (_, declared, reason) => {
    await begin();
    expect(await refusal(replication.create({ KeyArn, ReplicationRegions: ['us-west-2'], ...declared }))).toMatch(reason);
    expect(world.takeRequests()).toEqual([]);
  });

  test('because it does not exist', async () => {
    await begin();
    expect(await refusal(replication.create({ KeyArn: NO_SUCH_KEY, ReplicationRegions: ['us-west-2'] }))).toMatch(/aaaaaaaaaaaaaaaa does not exist, so it cannot be replicated/);
  });

  test('because it is not exportable', async () => {
    await begin([], {}, { Exportable: false });
    expect(await refusal(create('us-west-2'))).toMatch(/is not exportable, and only exportable keys replicate/);
    expect((await create()).Status).toBe('SUCCESS');
  });

  test('because it is DELETE_PENDING', async () => {
    await begin();
    await world.emulator.call('DeleteKey', { KeyIdentifier: KeyArn }, { region: REGION });
    expect(await refusal(create('us-west-2'))).toMatch(/is DELETE_PENDING\. If it is still needed: aws payment-cryptography restore-key/);
  });

  test('because it is a replica', async () => {
    await begin();
    const { Key } = await world.emulator.call<any>('CreateKey', {
      KeyAttributes: { KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: { Generate: true } },
      Exportable: true,
      ReplicationRegions: [REGION],
    }, { region: 'eu-west-1' });
    world.clock.advance(10);
    const replica = Key.KeyArn.replace('eu-west-1', REGION);
    expect(await refusal(replication.create({ KeyArn: replica, ReplicationRegions: ['us-west-2'] })))
      .toMatch(/is a replica, which cannot be replicated\. Replicate its primary, from a stack in eu-west-1/);
  });
});

describe('an update', () => {
  test('adds and removes, and the record follows', async () => {
    await begin();
    await create('us-west-2', 'eu-west-1');
    expect((await update(['us-west-2', 'eu-west-1'], ['eu-west-1', 'eu-west-2'])).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'eu-west-1': SYNCHRONIZED, 'eu-west-2': SYNCHRONIZED });
    expect(replication.record).toEqual({ [KeyArn]: ['eu-west-1', 'eu-west-2'] });
  });

  test('that drops a Region of others leaves it', async () => {
    await begin(['us-west-2']);
    await create('us-west-2', 'eu-west-1');
    expect((await update(['us-west-2', 'eu-west-1'], [])).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'us-west-2': SYNCHRONIZED });
    expect(replication.record).toEqual({});
  });

  test('makes good what others took away', async () => {
    await begin();
    await create('us-west-2');
    await byOthers('RemoveKeyReplicationRegions', 'us-west-2');
    expect((await update(['us-west-2'], ['us-west-2', 'eu-west-1'])).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'us-west-2': SYNCHRONIZED, 'eu-west-1': SYNCHRONIZED });
  });

  test.each(['vanishes', 'stays'] as const)('brings a Region back whose entry %s', async removedRegionEntry => {
    await begin([], { switches: { removedRegionEntry }, replicaDeletionDelay: 20 });
    await create('us-west-2');
    await update(['us-west-2'], []);
    expect((await update([], ['us-west-2'])).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'us-west-2': SYNCHRONIZED });
    expect(replication.record).toEqual({ [KeyArn]: ['us-west-2'] });
  });

  test('to another key is a replacement: the delete that follows is about the old key alone', async () => {
    await begin();
    await create('us-west-2');
    const other = await foreignKey(world);
    const id = `replication/${KeyArn}`;
    const answer = await replication.update(id, { KeyArn, ReplicationRegions: ['us-west-2'] }, { KeyArn: other, ReplicationRegions: ['us-west-2', 'eu-west-1'] });
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: `replication/${other}` });
    expect(replication.record).toEqual({ [KeyArn]: ['us-west-2'], [other]: ['us-west-2', 'eu-west-1'] });
    expect((await remove('us-west-2')).Status).toBe('SUCCESS');
    expect(regions()).toEqual({});
    expect(regionsOf(world, other)).toEqual({ 'us-west-2': SYNCHRONIZED, 'eu-west-1': SYNCHRONIZED });
    expect(replication.record).toEqual({ [other]: ['us-west-2', 'eu-west-1'] });
  });

  test('to another key that fails undoes what it did there, and the old key keeps its Regions', async () => {
    await begin();
    await create('us-west-2');
    const other = await foreignKey(world);
    world.emulator.setReplicationOutcome('eu-west-1', { kind: 'fails' });
    const answer = await replication.update(`replication/${KeyArn}`, { KeyArn, ReplicationRegions: ['us-west-2'] }, { KeyArn: other, ReplicationRegions: ['eu-west-1'] });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: `replication/${KeyArn}` });
    expect(regions()).toEqual({ 'us-west-2': SYNCHRONIZED });
    expect(regionsOf(world, other)).toEqual({});
    expect(replication.record).toEqual({ [KeyArn]: ['us-west-2'] });
  });
});

describe('a failure', () => {
  test('takes away what the request added, and nothing else', async () => {
    await begin(['sa-east-1'], { replicationOutcomes: { 'eu-west-1': { kind: 'fails' } } });
    const { Status, Reason, PhysicalResourceId } = await create('us-west-2', 'eu-west-1', 'sa-east-1');
    expect({ Status, PhysicalResourceId }).toEqual({ Status: 'FAILED', PhysicalResourceId: `replication/${KeyArn}` });
    expect(Reason).toMatch(/replication FAILED in eu-west-1/);
    expect(Reason).not.toMatch(/Beware/);
    expect(regions()).toEqual({ 'sa-east-1': SYNCHRONIZED });
    expect(replication.record).toEqual({});
    world.emulator.log.clear();
    expect((await remove('us-west-2', 'eu-west-1')).Status).toBe('SUCCESS');
    expect(changes()).toEqual([]);
  });

  test('of an update is undone, and its rollback finds the Regions of before', async () => {
    await begin();
    await create('us-west-2');
    world.emulator.setReplicationOutcome('eu-west-1', { kind: 'fails' });
    expect((await update(['us-west-2'], ['eu-west-1'])).Status).toBe('FAILED');
    expect((await update(['eu-west-1'], ['us-west-2'])).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'us-west-2': SYNCHRONIZED });
    expect(replication.record).toEqual({ [KeyArn]: ['us-west-2'] });
  });

  test('for lack of permission is final only after two minutes', async () => {
    await begin();
    world.emulator.faults.add({ operation: 'AddKeyReplicationRegions', forSeconds: 100, effect: effects.accessDenied() });
    expect((await create('us-west-2')).Status).toBe('SUCCESS');
    world.emulator.faults.add({ operation: 'AddKeyReplicationRegions', effect: effects.accessDenied() });
    const { Status, Reason } = await update(['us-west-2'], ['us-west-2', 'eu-west-1']);
    expect({ Status, Reason }).toEqual({ Status: 'FAILED', Reason: expect.stringContaining('AccessDeniedException') });
    expect(replication.record).toEqual({ [KeyArn]: ['us-west-2'] });
  });

  test('that cannot be undone is reported, with the command', async () => {
    await begin([], { replicationOutcomes: { 'us-west-2': { kind: 'fails' } } });
    world.emulator.faults.add({ operation: 'RemoveKeyReplicationRegions', effect: effects.accessDenied() });
    const { Reason } = await create('us-west-2');
    expect(Reason).toContain(`this request may have added us-west-2 to ${KeyArn}. If nobody needs that: aws payment-cryptography `
      + `remove-key-replication-regions --region us-east-1 --key-identifier ${KeyArn} --replication-regions us-west-2`);
  });

  test('whose call may still be executed is looked at again before it is forgotten', async () => {
    await begin();
    world.emulator.faults.add({ operation: 'AddKeyReplicationRegions', effect: { kind: 'connection lost', executed: false } });
    const event = replication.event({ KeyArn, ReplicationRegions: ['us-west-2'], ReplicationTimeoutInMinutes: 1 });
    await world.handler(event);
    while (!world.logLines.some(line => line.includes('undoing, because'))) { await world.stateMachine.runNext(); }
    world.clock.advance(10);
    await byOthers('AddKeyReplicationRegions', 'us-west-2').catch(() => undefined);
    world.emulator.faults.clear();
    await byOthers('AddKeyReplicationRegions', 'us-west-2');
    expect((await world.answerTo(event.RequestId)).Status).toBe('FAILED');
    expect(regions()).toEqual({});
    expect(replication.record).toEqual({});
  });
});

describe('a deletion', () => {
  test('removes exactly what the record names', async () => {
    await begin(['sa-east-1']);
    await create('us-west-2');
    await byOthers('AddKeyReplicationRegions', 'eu-west-2');
    expect((await remove('us-west-2', 'eu-west-2', 'sa-east-1')).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'sa-east-1': SYNCHRONIZED, 'eu-west-2': SYNCHRONIZED });
    expect(replication.record).toEqual({});
  });

  test.each(['absent', 'pending deletion'])('of a key that is %s is a success', async state => {
    await begin();
    await create('us-west-2');
    if (state === 'absent') { world.emulator.faults.add({ operation: 'GetKey', effect: effects.notFound() }); } else { await world.emulator.call('DeleteKey', { KeyIdentifier: KeyArn }, { region: REGION }); }
    world.emulator.log.clear();
    expect(await remove('us-west-2')).toMatchObject({ Status: 'SUCCESS', Reason: '' });
    expect(changes()).toEqual([]);
  });

  test('whose record is gone takes nothing away, and says so', async () => {
    await begin();
    await create('us-west-2');
    world.emulator.setParameter(REGION, RECORD, undefined);
    const { Status, Reason } = await remove('us-west-2');
    expect(Status).toBe('SUCCESS');
    expect(Reason).toMatch(/Beware: the parameter CFN-Record-1A2B3C.* does not exist any more, so nothing was taken away .*--replication-regions <Region>/);
    expect(regions()).toEqual({ 'us-west-2': SYNCHRONIZED });
  });

  test('is possible for a Region that others took away', async () => {
    await begin();
    await create('us-west-2');
    await byOthers('RemoveKeyReplicationRegions', 'us-west-2');
    world.clock.advance(30);
    expect((await remove('us-west-2')).Status).toBe('SUCCESS');
  });
});

describe('a record', () => {
  test.each([['no JSON', 'x'], ['a list', '["us-west-2"]'], ['a Region too few', '{"k":[""]}'], ['null', 'null'], ['a text', '{"k":"us-west-2"}']])(
    'that cannot be read (%s) stops everything, and nothing is changed', async (_, value) => {
      await begin();
      await create('us-west-2');
      world.emulator.setParameter(REGION, RECORD, value);
      world.emulator.log.clear();
      for (const request of [() => update(['us-west-2'], ['eu-west-1']), () => remove('us-west-2')]) {
        expect(await request()).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/cannot be read: .*Nothing was changed/) });
      }
      expect(changes()).toEqual([]);
    });

  test('that is missing stops a creation and an update', async () => {
    await begin();
    world.emulator.setParameter(REGION, RECORD, undefined);
    expect(await create('us-west-2')).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/does not exist any more\. Nothing was changed/) });
    expect(changes()).toEqual([]);
  });

  test('that may not be written keeps the Region from being added', async () => {
    await begin();
    world.emulator.faults.add({ operation: 'PutParameter', effect: effects.accessDenied() });
    expect((await create('us-west-2')).Status).toBe('FAILED');
    expect(regions()).toEqual({});
  });

  test.each([2, 120])('that CloudFormation overwrote, as it does when only tags change, is found in its history: %d times', async count => {
    await begin(['sa-east-1']);
    await create('us-west-2');
    const overwritten = () => world.emulator.setParameter(REGION, RECORD, EMPTY_RECORD);
    for (let times = 0; times < count; times += 1) { overwritten(); }
    expect((await update(['us-west-2'], ['eu-west-1', 'sa-east-1'])).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'eu-west-1': SYNCHRONIZED, 'sa-east-1': SYNCHRONIZED });
    overwritten();
    expect((await remove('eu-west-1', 'sa-east-1')).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'sa-east-1': SYNCHRONIZED });
    overwritten();
    await byOthers('AddKeyReplicationRegions', 'us-west-2', 'eu-west-1');
    expect((await remove('us-west-2', 'eu-west-1')).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'sa-east-1': SYNCHRONIZED, 'us-west-2': SYNCHRONIZED, 'eu-west-1': SYNCHRONIZED });
  });

  test('that would grow too long forgets the oldest keys', async () => {
    await begin();
    const others = Array.from({ length: 39 }, (_, index) => [`${NO_SUCH_KEY}${index}`, ['us-west-2', 'eu-west-1']]);
    replication.record = Object.fromEntries(others);
    expect((await create('us-west-2')).Status).toBe('SUCCESS');
    const kept = Object.keys(replication.record as object);
    expect(kept.at(-1)).toBe(KeyArn);
    expect(kept.length).toBeGreaterThan(20);
    expect(kept).not.toContain(others[0][0]);
  });
});

describe('an interruption', () => {
  /** Every step of the function dies once, before or after its work. */
  const dying = (when: 'before' | 'after') => {
    const died = new Set<string>();
    world.around = async (payload, run) => {
      const { task, state } = payload;
      const step = JSON.stringify([state?.request?.RequestId, state?.memory, when]);
      if (task !== 'step' || died.has(step)) { return run(); }
      died.add(step);
      if (when === 'after') { await run(); }
      throw new Error('killed');
    };
  };

  test.each(['before', 'after'] as const)('of every step %s its work changes nothing about the end', async when => {
    await begin(['sa-east-1']);
    dying(when);
    expect((await create('us-west-2', 'eu-west-1')).Status).toBe('SUCCESS');
    expect((await update(['us-west-2', 'eu-west-1'], ['eu-west-1', 'sa-east-1'])).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'sa-east-1': SYNCHRONIZED, 'eu-west-1': SYNCHRONIZED });
    expect(replication.record).toEqual({ [KeyArn]: ['eu-west-1'] });
    expect((await remove('eu-west-1', 'sa-east-1')).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'sa-east-1': SYNCHRONIZED });
    expect(replication.record).toEqual({});
  });

  test.each(['before', 'after'] as const)('of every step %s its work changes nothing about the undoing', async when => {
    await begin(['sa-east-1'], { replicationOutcomes: { 'us-west-2': { kind: 'fails' } } });
    dying(when);
    expect((await create('us-west-2', 'sa-east-1')).Status).toBe('FAILED');
    expect(regions()).toEqual({ 'sa-east-1': SYNCHRONIZED });
    expect(replication.record).toEqual({});
  });

  test.each([
    ['AddKeyReplicationRegions', effects.responseLost()], ['AddKeyReplicationRegions', effects.throttle()], ['PutParameter', effects.responseLost()],
    ['PutParameter', { kind: 'error', type: 'TooManyUpdates' }], ['GetParameter', effects.throttle()], ['RemoveKeyReplicationRegions', effects.responseLost()],
    ['RemoveKeyReplicationRegions', effects.throttle()], ['GetKey', effects.throttle()],
  ] as const)('of %s by %j is made up for', async (operation, effect) => {
    await begin();
    const strike = () => world.emulator.faults.add({ operation, times: 1, effect });
    strike();
    expect((await create('us-west-2')).Status).toBe('SUCCESS');
    strike();
    expect((await update(['us-west-2'], ['eu-west-1'])).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'eu-west-1': SYNCHRONIZED });
    strike();
    expect((await remove('eu-west-1')).Status).toBe('SUCCESS');
    expect(regions()).toEqual({});
    expect(replication.record).toEqual({});
  });

  test('by a second delivery is none', async () => {
    await begin();
    const event = replication.event({ KeyArn, ReplicationRegions: ['us-west-2'] });
    await world.handler(event);
    await world.handler(event);
    expect((await world.answerTo(event.RequestId)).Status).toBe('SUCCESS');
    expect(changes()).toHaveLength(2);
  });

  test('by CloudFormation, which gives the creation up, takes away what that added', async () => {
    await begin(['sa-east-1'], { replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } });
    await world.handler(replication.event({ KeyArn, ReplicationRegions: ['us-west-2', 'sa-east-1'] }));
    while (!('us-west-2' in regionsOf(world, KeyArn))) { await world.stateMachine.runNext(); }
    world.clock.advance(30);
    const answer = await replication.remove('payments-Replication-1A2B3C4D5E6F', { KeyArn, ReplicationRegions: ['us-west-2', 'sa-east-1'] });
    expect(answer).toMatchObject({ Status: 'SUCCESS', Reason: '', PhysicalResourceId: 'payments-Replication-1A2B3C4D5E6F' });
    expect(regions()).toEqual({ 'sa-east-1': SYNCHRONIZED });
    expect(replication.record).toEqual({});
  });

  test('by CloudFormation just after the creation ended, too', async () => {
    await begin(['sa-east-1']);
    await create('us-west-2', 'sa-east-1');
    world.clock.advance(5);
    expect((await replication.remove('payments-Replication-1A2B3C4D5E6F', { KeyArn, ReplicationRegions: ['us-west-2', 'sa-east-1'] })).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'sa-east-1': SYNCHRONIZED });
  });
});

test('a turn makes one change at most', async () => {
  await begin();
  const ofTurns: number[] = [];
  world.around = async (_payload, run) => {
    const before = changes().length;
    const result = await run();
    ofTurns.push(changes().length - before);
    return result;
  };
  await create('us-west-2', 'eu-west-1');
  await update(['us-west-2', 'eu-west-1'], ['eu-west-1', 'eu-west-2']);
  await remove('eu-west-1', 'eu-west-2');
  expect(Math.max(...ofTurns)).toBe(1);
});
