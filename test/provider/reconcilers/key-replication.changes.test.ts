import { foreignKey } from './attached';
import { IN_SYNC, REGION, ReplicationScene } from './replications';
import { effects } from '../../emulator';

let scene: ReplicationScene;
afterEach(() => scene.turns.close());
const create = (...regions: string[]) => scene.replication.create(scene.declare(regions));
const update = (before: string[], after: string[], circumstances = {}) =>
  scene.replication.update(scene.id, scene.declare(before), scene.declare(after), circumstances);

describe('the creation of a replication', () => {
  test('adds what is missing, and is done when it is SYNCHRONIZED', async () => {
    scene = await ReplicationScene.start();
    expect(await create('us-west-2', 'eu-west-1')).toMatchObject({ kind: 'done', physicalId: scene.id, calls: 1 });
    expect(scene.owned).toEqual(['us-west-2', 'eu-west-1']);
    expect(scene.turns.takeRequests().filter(request => request.endsWith(REGION))).toEqual([
      `GetKey ${REGION}`, `ListTagsForResource ${REGION}`, `AddKeyReplicationRegions ${REGION}`, `GetKey ${REGION}`,
    ]);
    expect(scene.regions()).toEqual(IN_SYNC('us-west-2', 'eu-west-1'));
  });

  test('waits at the replicas, ever more rarely, and a look that tells nothing new writes nothing', async () => {
    scene = await ReplicationScene.start([], { replicationDelay: 30 });
    expect(await create('us-west-2', 'eu-west-1')).toMatchObject({ kind: 'done', writesWithoutCall: 0 });
    const requests = scene.turns.takeRequests();
    expect(requests.filter(request => request === `GetKey ${REGION}`)).toHaveLength(2);
    expect(requests.length).toBeLessThan(30);
  });

  test('leaves alone what others have, says so, and calls nothing of it its own', async () => {
    scene = await ReplicationScene.start(['us-west-2', 'sa-east-1']);
    const ended = await create('us-west-2', 'eu-west-1');
    expect(ended).toMatchObject({ kind: 'done', notes: ['left as they are, since this resource did not add them: sa-east-1'] });
    expect(scene.owned).toEqual(['eu-west-1']);
  });

  test('that does not wait is done when the Regions are added', async () => {
    scene = await ReplicationScene.start([], { replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } });
    expect(await scene.replication.create(scene.declare(['us-west-2'], { WaitForReplication: false }))).toMatchObject({ kind: 'done', turns: 1 });
    expect(scene.regions()).toEqual({ 'us-west-2': 'IN_PROGRESS' });
  });

  test('waits for Regions of others, too', async () => {
    scene = await ReplicationScene.start([], { replicationOutcomes: { 'us-west-2': { kind: 'synchronizes', delay: 100 } } });
    await scene.byOthers('AddKeyReplicationRegions', 'us-west-2');
    expect(await create('us-west-2')).toMatchObject({ kind: 'done', calls: 0 });
    expect(scene.owned).toEqual([]);
  });

  test('waits for a key that GetKey does not know yet', async () => {
    scene = await ReplicationScene.start();
    scene.turns.emulator.faults.add({ operation: 'GetKey', times: 2, effect: effects.notFound() });
    expect((await create('us-west-2')).kind).toBe('done');
  });

  test('with no Regions changes nothing', async () => {
    scene = await ReplicationScene.start(['us-west-2']);
    expect(await create()).toMatchObject({ kind: 'done', calls: 0 });
  });

  test('with a Region that the service does not know fails, and owns nothing afterwards', async () => {
    scene = await ReplicationScene.start();
    expect(await create('us-west-2', 'xx-nowhere-1')).toMatchObject({ kind: 'failed', rollback: { kind: 'done' } });
    expect([scene.regions(), scene.owned]).toEqual([{}, []]);
  });
});

describe('a key that cannot be replicated', () => {
  const NO_SUCH_KEY = `arn:aws:payment-cryptography:${REGION}:111122223333:key/aaaaaaaaaaaaaaaa`;

  test.each<[string, object, RegExp]>([
    ['no ARN', { KeyArn: 'alias/cvk' }, /alias\/cvk is not the ARN of a payment key/],
    ['another Region', { KeyArn: NO_SUCH_KEY.replace(REGION, 'us-west-2') }, /is not of this stack's account 111122223333 and Region us-east-1\. Replicate it from/],
    ['another account', { KeyArn: NO_SUCH_KEY.replace('111122223333', '999999999999') }, /is not of this stack's account/],
    ['its own Region', { ReplicationRegions: [REGION] }, /replicationRegions names us-east-1, the key's own Region/],
    ['a Region twice', { ReplicationRegions: ['us-west-2', 'us-west-2'] }, /replicationRegions names us-west-2 twice/],
  ])('is refused for %s before anything is asked', async (_, wrong, reason) => {
    scene = await ReplicationScene.start();
    expect(scene.replication.refuse(scene.declare(['us-west-2'], wrong))).toMatch(reason);
    expect(scene.replication.refuse(scene.declare(['us-west-2']))).toBeUndefined();
  });

  test('because it does not exist', async () => {
    scene = await ReplicationScene.start();
    expect(await scene.replication.create(scene.declare(['us-west-2'], { KeyArn: NO_SUCH_KEY })))
      .toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringMatching(/aaaaaaaaaaaaaaaa does not exist, so it cannot be replicated/) });
  });

  test('because it is not exportable', async () => {
    scene = await ReplicationScene.start([], {}, { Exportable: false });
    expect(await create('us-west-2')).toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringMatching(/is not exportable, and only exportable keys replicate/) });
    expect((await create()).kind).toBe('done');
  });

  test('because it is DELETE_PENDING', async () => {
    scene = await ReplicationScene.start();
    await scene.turns.byHand('DeleteKey', { KeyIdentifier: scene.keyArn });
    expect(await create('us-west-2')).toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringMatching(/restore-key --region us-east-1 --key-identifier/) });
  });

  test('because it is a replica', async () => {
    scene = await ReplicationScene.start();
    const { Key } = await scene.turns.byHand('CreateKey', {
      KeyAttributes: { KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: { Generate: true } },
      Exportable: true,
      ReplicationRegions: [REGION],
    }, 'eu-west-1');
    scene.turns.clock.advance(10);
    expect(await scene.replication.create(scene.declare(['us-west-2'], { KeyArn: Key.KeyArn.replace('eu-west-1', REGION) })))
      .toMatchObject({ kind: 'failed', reason: expect.stringMatching(/is a replica, which cannot be replicated\. Replicate its primary, from a stack in eu-west-1/) });
  });
});

describe('an update of a replication', () => {
  test('adds and removes, one call a turn', async () => {
    scene = await ReplicationScene.start();
    await create('us-west-2', 'eu-west-1');
    expect(await update(['us-west-2', 'eu-west-1'], ['eu-west-1', 'eu-west-2'])).toMatchObject({ kind: 'done', calls: 2 });
    expect(scene.owned).toEqual(['eu-west-1', 'eu-west-2']);
    expect(scene.regions()).toEqual(IN_SYNC('eu-west-1', 'eu-west-2'));
  });

  test('that drops a Region of others leaves it', async () => {
    scene = await ReplicationScene.start(['us-west-2']);
    await create('us-west-2', 'eu-west-1');
    expect((await update(['us-west-2', 'eu-west-1'], [])).kind).toBe('done');
    expect(scene.regions()).toEqual(IN_SYNC('us-west-2'));
    expect(scene.owned).toEqual([]);
  });

  test('makes good what others took away', async () => {
    scene = await ReplicationScene.start();
    await create('us-west-2');
    await scene.byOthers('RemoveKeyReplicationRegions', 'us-west-2');
    expect((await update(['us-west-2'], ['us-west-2', 'eu-west-1'])).kind).toBe('done');
    expect(scene.regions()).toEqual(IN_SYNC('us-west-2', 'eu-west-1'));
  });

  test('brings a Region back even where the service calls that invalid while it deletes', async () => {
    scene = await ReplicationScene.start([], { switches: { removedRegionEntry: 'stays' }, replicaDeletionDelay: 60 });
    await create('us-west-2');
    await update(['us-west-2'], []);
    scene.turns.emulator.faults.add({ operation: 'AddKeyReplicationRegions', forSeconds: 60, effect: { kind: 'error', type: 'ValidationException', message: 'busy' } });
    expect((await update([], ['us-west-2'])).kind).toBe('done');
    expect(scene.regions()).toEqual(IN_SYNC('us-west-2'));
  });

  test.each(['vanishes', 'stays'] as const)('brings a Region back whose entry %s', async removedRegionEntry => {
    scene = await ReplicationScene.start([], { switches: { removedRegionEntry }, replicaDeletionDelay: 20 });
    await create('us-west-2');
    await update(['us-west-2'], []);
    expect(scene.owned).toEqual([]);
    expect((await update([], ['us-west-2'])).kind).toBe('done');
    expect(scene.regions()).toEqual(IN_SYNC('us-west-2'));
    expect(scene.owned).toEqual(['us-west-2']);
  });

  test('to another key makes another resource: the Delete that follows is about the old key alone', async () => {
    scene = await ReplicationScene.start();
    await create('us-west-2');
    const other = await foreignKey(scene.turns);
    const next = scene.declare(['us-west-2', 'eu-west-1'], { KeyArn: other });
    expect(await scene.replication.update(scene.id, scene.declare(['us-west-2']), next)).toMatchObject({ kind: 'done', physicalId: `replication/${other}` });
    expect((await scene.replication.remove(scene.id, scene.declare(['us-west-2']))).kind).toBe('done');
    expect(scene.regions()).toEqual({});
    expect(scene.regions(other)).toEqual(IN_SYNC('us-west-2', 'eu-west-1'));
    expect(scene.turns.owned.get(`replication/${other}`)).toEqual(['us-west-2', 'eu-west-1']);
  });

  test('to another key that fails takes back what it did there, and the old key keeps its Regions', async () => {
    scene = await ReplicationScene.start();
    await create('us-west-2');
    const other = await foreignKey(scene.turns);
    scene.turns.emulator.setReplicationOutcome('eu-west-1', { kind: 'fails' });
    const ended = await scene.replication.update(scene.id, scene.declare(['us-west-2']), scene.declare(['eu-west-1'], { KeyArn: other }));
    expect(ended).toMatchObject({ kind: 'failed', rollback: { kind: 'done' } });
    expect([scene.regions(), scene.regions(other), scene.owned]).toEqual([IN_SYNC('us-west-2'), {}, ['us-west-2']]);
  });
});

describe('a replica that FAILED', () => {
  test('is removed and added once, and then believed; the rollback takes away what the request added, and nothing else', async () => {
    scene = await ReplicationScene.start(['sa-east-1'], { replicationOutcomes: { 'eu-west-1': { kind: 'fails' } } });
    const ended = await create('us-west-2', 'eu-west-1', 'sa-east-1');
    expect(ended).toMatchObject({ kind: 'failed', calls: 3, reason: expect.stringMatching(/^replication FAILED in eu-west-1/), rollback: { kind: 'done' } });
    expect(ended.rollback!.checkpoint.made).toBeUndefined();
    expect(scene.changes()).toEqual([
      'AddKeyReplicationRegions us-east-1', 'RemoveKeyReplicationRegions us-east-1', 'AddKeyReplicationRegions us-east-1', 'RemoveKeyReplicationRegions us-east-1',
    ]);
    expect([scene.regions(), scene.owned]).toEqual([IN_SYNC('sa-east-1'), []]);
  });

  test('because the role was not known there yet is there after the second try', async () => {
    scene = await ReplicationScene.start([], { replicationOutcomes: { 'us-west-2': { kind: 'fails' } } });
    const created = create('us-west-2');
    const removals = () => scene.turns.emulator.log.entries.filter(({ operation }) => operation === 'RemoveKeyReplicationRegions').length;
    while (removals() === 0) { await new Promise(setImmediate); }
    scene.turns.emulator.setReplicationOutcome('us-west-2', { kind: 'synchronizes', delay: 2 });
    expect(await created).toMatchObject({ kind: 'done', calls: 3 });
    expect([scene.regions(), scene.owned]).toEqual([IN_SYNC('us-west-2'), ['us-west-2']]);
  });
});

describe('a fault', () => {
  test.each([
    ['AddKeyReplicationRegions', effects.responseLost()], ['AddKeyReplicationRegions', effects.requestLost()], ['AddKeyReplicationRegions', effects.throttle()],
    ['AddKeyReplicationRegions', effects.accessDenied()], ['AddKeyReplicationRegions', { kind: 'error', type: 'ConflictException' }],
    ['RemoveKeyReplicationRegions', effects.responseLost()], ['RemoveKeyReplicationRegions', effects.requestLost()], ['RemoveKeyReplicationRegions', effects.throttle()],
    ['RemoveKeyReplicationRegions', { kind: 'error', type: 'ConflictException' }], ['GetKey', effects.throttle()], ['ListTagsForResource', effects.throttle()],
  ] as const)('of %s by %j is made up for', async (operation, effect) => {
    scene = await ReplicationScene.start();
    const strike = () => scene.turns.emulator.faults.add({ operation, times: 1, effect });
    strike();
    expect((await create('us-west-2')).kind).toBe('done');
    strike();
    expect((await update(['us-west-2'], ['eu-west-1'])).kind).toBe('done');
    expect(scene.regions()).toEqual(IN_SYNC('eu-west-1'));
    strike();
    expect((await scene.replication.remove(scene.id, scene.declare(['eu-west-1']))).kind).toBe('done');
    expect([scene.regions(), scene.owned]).toEqual([{}, []]);
  });

  test('that cannot be rolled back is reported, with the command', async () => {
    scene = await ReplicationScene.start([], { replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } });
    scene.turns.emulator.faults.add({ operation: 'RemoveKeyReplicationRegions', effect: effects.accessDenied() });
    const { rollback } = await scene.replication.create(scene.declare(['us-west-2']), { patience: 60 });
    expect(rollback!.kind).toBe('failed');
    expect(rollback!.checkpoint.made).toBe(scene.id);
    expect(scene.replication.leftBehind(scene.declare(['us-west-2']), rollback!)).toBe(`this request may have added us-west-2 to ${scene.keyArn}. `
      + 'If nobody needs that: aws payment-cryptography remove-key-replication-regions --region us-east-1 '
      + `--key-identifier ${scene.keyArn} --replication-regions us-west-2`);
  });

  test('of an update leaves what was the resource\'s before', async () => {
    scene = await ReplicationScene.start();
    await create('us-west-2');
    scene.turns.emulator.setReplicationOutcome('eu-west-1', { kind: 'fails' });
    expect(await update(['us-west-2'], ['us-west-2', 'eu-west-1'])).toMatchObject({ kind: 'failed', rollback: { kind: 'done' } });
    expect([scene.regions(), scene.owned]).toEqual([IN_SYNC('us-west-2'), ['us-west-2']]);
  });
});
