import { IN_SYNC, ReplicationScene } from './replications';
import { OTHER_STACK_ID } from './turns';
import { effects } from '../../emulator';

let scene: ReplicationScene;
afterEach(() => scene.turns.close());
const create = (...regions: string[]) => scene.replication.create(scene.declare(regions));
const remove = (regions: string[], circumstances = {}) => scene.replication.remove(scene.id, scene.declare(regions), circumstances);

describe('the removal of a replication', () => {
  test('takes away exactly what is ours', async () => {
    scene = await ReplicationScene.start(['sa-east-1']);
    await create('us-west-2', 'sa-east-1');
    await scene.byOthers('AddKeyReplicationRegions', 'eu-west-2');
    expect(await remove(['us-west-2', 'eu-west-2', 'sa-east-1'])).toMatchObject({ kind: 'done', physicalId: scene.id, calls: 1 });
    expect([scene.regions(), scene.owned]).toEqual([IN_SYNC('sa-east-1', 'eu-west-2'), []]);
  });

  test('of a key whose deletion is scheduled is a success without a call', async () => {
    scene = await ReplicationScene.start();
    await create('us-west-2');
    await scene.turns.byHand('DeleteKey', { KeyIdentifier: scene.keyArn });
    const removed = await remove(['us-west-2']);
    expect(removed).toMatchObject({ kind: 'done', calls: 0 });
    expect(removed.leftBehind).toBeUndefined();
    expect(scene.owned).toEqual([]);
  });

  test('of a key that is gone is a success without a call', async () => {
    scene = await ReplicationScene.start();
    await create('us-west-2');
    scene.turns.emulator.faults.add({ operation: 'GetKey', effect: effects.notFound() });
    expect(await remove(['us-west-2'])).toMatchObject({ kind: 'done', calls: 0 });
    expect(scene.owned).toEqual([]);
  });

  test('of a Region that others took away is a success, too', async () => {
    scene = await ReplicationScene.start();
    await create('us-west-2');
    await scene.byOthers('RemoveKeyReplicationRegions', 'us-west-2');
    expect(await remove(['us-west-2'])).toMatchObject({ kind: 'done', calls: 0 });
  });

  test('that owns nothing asks nothing', async () => {
    scene = await ReplicationScene.start(['us-west-2']);
    await create('us-west-2');
    scene.turns.takeRequests();
    expect((await remove(['us-west-2'])).kind).toBe('done');
    expect(scene.turns.takeRequests()).toEqual([]);
  });
});

describe('a replication of which the ledger knows nothing', () => {
  beforeEach(async () => {
    scene = await ReplicationScene.start(['sa-east-1']);
    await create('us-west-2', 'eu-west-1', 'sa-east-1');
    scene.turns.takeRequests();
  });

  test('takes nothing away when it is deleted, and reports what may be its own', async () => {
    const removed = await remove(['us-west-2', 'eu-west-1', 'sa-east-1'], { isKnown: false });
    expect(removed).toMatchObject({ kind: 'done', calls: 0 });
    expect(removed.leftBehind).toMatch(/^us-west-2, eu-west-1, sa-east-1 may have been added to arn:/);
    expect(removed.leftBehind).toContain('If nobody needs them: aws payment-cryptography remove-key-replication-regions --region us-east-1 '
      + `--key-identifier ${scene.keyArn} --replication-regions us-west-2 eu-west-1 sa-east-1`);
    expect(scene.regions()).toEqual(IN_SYNC('us-west-2', 'eu-west-1', 'sa-east-1'));
  });

  test('takes nothing away with an update, reports it, and calls only its own what it adds now', async () => {
    const before = scene.declare(['us-west-2', 'eu-west-1', 'sa-east-1']);
    const ended = await scene.replication.update(scene.id, before, scene.declare(['us-west-2', 'eu-west-2']), { isKnown: false });
    expect(ended).toMatchObject({ kind: 'done', calls: 1, leftBehind: expect.stringContaining('--replication-regions us-west-2 eu-west-1 sa-east-1') });
    expect([scene.regions(), scene.owned]).toEqual([IN_SYNC('us-west-2', 'eu-west-1', 'eu-west-2', 'sa-east-1'), ['eu-west-2']]);
  });
});

describe('a key of another stack of this library', () => {
  test('is not replicated: that is the other stack\'s business', async () => {
    scene = await ReplicationScene.start();
    await scene.adoptedByOthers();
    expect(await create('us-west-2')).toMatchObject({
      kind: 'failed', calls: 0, reason: `${scene.keyArn} belongs to the stack ${OTHER_STACK_ID} by now, which alone adds and removes its Regions. Declare them there`,
    });
  });

  test('that adopted it since keeps the Regions, with a note', async () => {
    scene = await ReplicationScene.start();
    await create('us-west-2');
    await scene.adoptedByOthers();
    expect(await scene.replication.update(scene.id, scene.declare(['us-west-2']), scene.declare([]))).toMatchObject({ kind: 'failed', calls: 0 });
    expect(await remove(['us-west-2'])).toMatchObject({ kind: 'done', calls: 0, notes: [expect.stringContaining(`us-west-2 stay: ${scene.keyArn} belongs to the stack ${OTHER_STACK_ID}`)] });
    expect([scene.regions(), scene.owned]).toEqual([IN_SYNC('us-west-2'), []]);
  });
});

test('a Region that others add while the service refuses ours is theirs', async () => {
  scene = await ReplicationScene.start();
  scene.turns.emulator.faults.add({ operation: 'AddKeyReplicationRegions', times: 1, effect: { kind: 'error', type: 'ConflictException' } });
  const created = create('us-west-2');
  while (!scene.turns.emulator.log.entries.some(({ operation }) => operation === 'AddKeyReplicationRegions')) { await new Promise(setImmediate); }
  await scene.byOthers('AddKeyReplicationRegions', 'us-west-2');
  expect((await created).kind).toBe('done');
  expect(scene.owned).toEqual([]);
  await remove(['us-west-2']);
  expect(scene.regions()).toEqual(IN_SYNC('us-west-2'));
});
