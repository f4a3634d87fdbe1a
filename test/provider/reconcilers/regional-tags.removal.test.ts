import { BOTH, TAGS, TagsScene } from './tag-sets';
import { effects } from '../../emulator';

describe('the removal of tags', () => {
  let scene: TagsScene;
  let id: string;
  beforeEach(async () => {
    scene = await TagsScene.start();
    id = await scene.created(scene.declare(TAGS, [...BOTH, 'eu-west-1']));
  });
  afterEach(() => scene.turns.close());
  const remove = () => scene.tags.remove(id, scene.declare(TAGS, [...BOTH, 'eu-west-1']));

  test('takes those away that have the declared value, and it does not matter where the key is gone', async () => {
    await scene.byOthers('us-east-1', { team: 'theirs' });
    await scene.turns.byHand('RemoveKeyReplicationRegions', { KeyIdentifier: scene.keyArn, ReplicationRegions: ['eu-west-1'] });
    scene.turns.clock.advance(10);
    expect(await remove()).toMatchObject({ kind: 'done', physicalId: id });
    expect(scene.there()).toEqual({ 'us-east-1': { team: 'theirs' } });
  });

  test('from a key whose deletion is scheduled is no failure', async () => {
    await scene.turns.byHand('DeleteKey', { KeyIdentifier: scene.keyArn });
    const removed = await remove();
    expect(removed).toMatchObject({ kind: 'done', leftBehind: undefined });
    expect(removed.notes!.join()).toContain(`${scene.keyArn} keeps its tags, which cannot be changed`);
  });

  test.each([
    ['the answer is lost', effects.responseLost()], ['the request is lost', effects.requestLost()], ['it is throttled', effects.throttle()],
    ['another change is under way', { kind: 'error', type: 'ConflictException' } as const],
  ])('although %s', async (_, effect) => {
    scene.turns.emulator.faults.add({ operation: 'UntagResource', times: 2, effect });
    expect((await remove()).kind).toBe('done');
    expect(scene.there()).toEqual({});
  });
});
