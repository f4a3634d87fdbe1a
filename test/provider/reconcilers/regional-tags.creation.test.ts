import { inRegion } from './attached';
import { BOTH, TAGS, TagsScene } from './tag-sets';
import { effects } from '../../emulator';

describe('the creation of tags', () => {
  let scene: TagsScene;
  afterEach(() => scene.turns.close());

  test('takes one look and one call in each Region', async () => {
    scene = await TagsScene.start();
    const ended = await scene.tags.create(scene.declared);
    expect(ended).toMatchObject({ kind: 'done', turns: 2, calls: 2, writesWithoutCall: 0 });
    expect(ended.physicalId).toBe(`tags/${scene.keyArn.split('/')[1]}/${ended.requestId}`);
    expect(scene.there()).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
    expect(scene.turns.takeRequests()).toEqual([
      'ListTagsForResource us-east-1', 'ListTagsForResource us-west-2', 'TagResource us-east-1', 'TagResource us-west-2',
    ]);
  });

  test('waits for the replica, and looks again everywhere when it is there', async () => {
    scene = await TagsScene.start({ replicationOutcomes: { 'sa-east-1': { kind: 'synchronizes', delay: 100 } } });
    await scene.turns.byHand('AddKeyReplicationRegions', { KeyIdentifier: scene.keyArn, ReplicationRegions: ['sa-east-1'] });
    const created = scene.tags.create(scene.declare(TAGS, ['us-east-1', 'sa-east-1']));
    await scene.byOthers('us-east-1', { team: 'theirs' });
    expect(await created).toMatchObject({ kind: 'failed', reason: expect.stringContaining(`${scene.keyArn} has a tag team already`) });
    expect(scene.there()).toEqual({ 'us-east-1': { team: 'theirs' } });
    await scene.created(scene.declare(TAGS, ['sa-east-1']));
    expect(scene.turns.keys('sa-east-1')[0].tags).toEqual(TAGS);
  });

  test('where the replica never comes ends with the deadline, and set nothing', async () => {
    scene = await TagsScene.start();
    const ended = await scene.tags.create(scene.declare(TAGS, ['us-east-1', 'sa-east-1']), { patience: 120 });
    expect(ended).toMatchObject({ kind: 'timedOut', reason: 'the key to be known in sa-east-1', calls: 0 });
    expect(scene.there()).toEqual({});
  });

  test.each([
    ['the answer is lost', effects.responseLost()],
    ['the service fails before it works', effects.internalServerError()],
    ['the request is lost', effects.requestLost()],
    ['it is throttled', effects.throttle()],
    ['it is denied at first', effects.accessDenied()],
    ['another change is under way', { kind: 'error', type: 'ConflictException' } as const],
    ['the Region does not know the key for a moment', effects.notFound()],
  ])('although %s', async (_, effect) => {
    scene = await TagsScene.start();
    scene.turns.emulator.faults.add({ operation: 'TagResource', times: 1, effect });
    const id = await scene.created();
    expect(scene.there()).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
    await scene.tags.remove(id, scene.declared);
    expect(scene.there()).toEqual({});
  });

  test('where the service takes none on replicas says so, and leaves nothing', async () => {
    scene = await TagsScene.start({ switches: { tagsOnReplica: 'ValidationException' } });
    const ended = await scene.tags.create(scene.declared);
    expect(ended).toMatchObject({ kind: 'failed', rollback: { kind: 'done' } });
    expect(ended.reason).toContain(`the tags of ${inRegion(scene.keyArn, 'us-west-2')} cannot be changed: TagResource in us-west-2: ValidationException`);
    expect(ended.reason).toContain('If that is because it is a replica, list only the Region of the primary in regions, without us-west-2');
    expect(scene.there()).toEqual({});
  });

  test('whose rollback is forbidden names what is left, and the Delete that follows takes it away', async () => {
    scene = await TagsScene.start();
    scene.turns.emulator.faults.add({ operation: 'TagResource', region: 'us-west-2', effect: effects.accessDenied() });
    const denied = scene.turns.emulator.faults.add({ operation: 'UntagResource', effect: effects.accessDenied() });
    const { rollback } = await scene.tags.create(scene.declared);
    expect(rollback!.kind).toBe('failed');
    expect(scene.tags.leftBehind(scene.declared, rollback!)).toContain(`this request may have set the tags team, cost of ${scene.keyArn}. Those that nobody uses: `
      + `aws payment-cryptography untag-resource --region us-east-1 --resource-arn ${scene.keyArn} --tag-keys 'team' 'cost'`);
    denied.remove();
    await scene.tags.remove(rollback!.checkpoint.made!, scene.declared);
    expect(scene.there()).toEqual({});
  });

  test.each<[string, Record<string, string>, string]>([
    ['none', {}, 'no tags are declared'],
    ['those of the library', { 'cdk-multi-region-payment-keys:stack-id': 'x' }, 'by which the library knows its keys'],
  ])('of %s is refused', async (_, tags, reason) => {
    scene = await TagsScene.start();
    expect(scene.tags.refuse(scene.declare(tags))).toContain(reason);
    expect(scene.tags.refuse(scene.declared)).toBeUndefined();
  });

  test('on another account\'s key is refused', async () => {
    scene = await TagsScene.start();
    expect(scene.tags.refuse(scene.declare(TAGS, BOTH, scene.keyArn.replace('111122223333', '444455556666')))).toContain('is not of this stack\'s account');
  });
});
