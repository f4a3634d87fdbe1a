import { BOTH, TAGS, TagsScene } from './tag-sets';
import { effects } from '../../emulator';

const OF_FAILURE = { reversal: { kind: 'ofFailure' } } as const;

describe('an update of tags', () => {
  let scene: TagsScene;
  let id: string;
  beforeEach(async () => {
    scene = await TagsScene.start();
    id = await scene.created();
  });
  afterEach(() => scene.turns.close());
  const update = (declared: typeof scene.declared, circumstances = {}) => scene.tags.update(id, scene.declared, declared, circumstances);

  test('to nothing new takes one look in each Region, and writes nothing', async () => {
    expect(await update(scene.declared)).toMatchObject({ kind: 'done', physicalId: id, turns: 1, calls: 0 });
    expect(scene.turns.takeRequests()).toEqual(['ListTagsForResource us-east-1', 'ListTagsForResource us-west-2']);
  });

  test('in value and keys, and back: what is set comes before what is taken away', async () => {
    const next = scene.declare({ team: 'pins', stage: 'prod' });
    expect(await update(next)).toMatchObject({ kind: 'done', physicalId: id });
    expect(scene.there()).toEqual({ 'us-east-1': { team: 'pins', stage: 'prod' }, 'us-west-2': { team: 'pins', stage: 'prod' } });
    expect(scene.turns.takeRequests().slice(2)).toEqual(['TagResource us-east-1', 'TagResource us-west-2', 'UntagResource us-east-1', 'UntagResource us-west-2']);
    expect((await scene.tags.update(id, next, scene.declared)).kind).toBe('done');
    expect(scene.there()).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
  });

  test.each([
    ['the answer is lost', effects.responseLost()], ['the request is lost', effects.requestLost()], ['it is throttled', effects.throttle()],
    ['another change is under way', { kind: 'error', type: 'ConflictException' } as const],
  ])('although %s, at each of its calls', async (_, effect) => {
    scene.turns.emulator.faults.add({ operation: ['TagResource', 'UntagResource'], region: 'us-east-1', times: 1, effect });
    scene.turns.emulator.faults.add({ operation: 'UntagResource', region: 'us-west-2', times: 1, effect });
    expect((await update(scene.declare({ team: 'pins', stage: 'prod' }))).kind).toBe('done');
    expect(scene.there()).toEqual({ 'us-east-1': { team: 'pins', stage: 'prod' }, 'us-west-2': { team: 'pins', stage: 'prod' } });
  });

  test('leaves what others changed since when it is declared no more', async () => {
    await scene.byOthers('us-west-2', { cost: 'theirs' });
    await update(scene.declare({ team: 'cards' }));
    expect(scene.there()).toEqual({ 'us-east-1': { team: 'cards' }, 'us-west-2': { team: 'cards', cost: 'theirs' } });
  });

  test('to fewer that fails, and is rolled back, leaves them the resource\'s own', async () => {
    const fewer = scene.declare({ team: 'cards' });
    const denied = scene.turns.emulator.faults.add({ operation: 'UntagResource', region: 'us-west-2', effect: effects.accessDenied() });
    expect((await update(fewer)).kind).toBe('failed');
    denied.remove();
    expect((await scene.tags.update(id, fewer, scene.declared, OF_FAILURE)).kind).toBe('done');
    expect(scene.there()).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
    await scene.tags.remove(id, scene.declared);
    expect(scene.there()).toEqual({});
  });

  test('that fails takes back what was set, and changes back what was changed', async () => {
    scene.turns.emulator.faults.add({ operation: 'TagResource', region: 'us-west-2', effect: effects.accessDenied() });
    expect(await update(scene.declare({ team: 'pins', stage: 'prod', cost: '42' }))).toMatchObject({ kind: 'failed', rollback: { kind: 'done' } });
    expect(scene.there()).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
  });

  test('that fails leaves what others changed meanwhile', async () => {
    scene.turns.emulator.faults.add({ operation: 'TagResource', region: 'us-west-2', effect: effects.accessDenied() });
    const updated = update(scene.declare({ team: 'pins', stage: 'prod', cost: '42' }));
    while (scene.there()['us-east-1'].team !== 'pins') { await new Promise(setImmediate); }
    await scene.byOthers('us-east-1', { team: 'theirs', stage: 'theirs' });
    expect((await updated).rollback!.kind).toBe('done');
    expect(scene.there()['us-east-1']).toEqual({ team: 'theirs', stage: 'theirs', cost: '42' });
  });

  test('in Regions sets them in the new one and removes them in the former', async () => {
    const next = scene.declare(TAGS, ['us-east-1', 'eu-west-1']);
    expect((await update(next)).kind).toBe('done');
    expect(scene.there()).toEqual({ 'us-east-1': TAGS, 'eu-west-1': TAGS });
    expect((await scene.tags.update(id, next, scene.declared)).kind).toBe('done');
    expect(scene.there()).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
  });

  test('away from a Region that has no replica any more', async () => {
    await scene.turns.byHand('RemoveKeyReplicationRegions', { KeyIdentifier: scene.keyArn, ReplicationRegions: ['us-west-2'] });
    scene.turns.clock.advance(10);
    expect((await update(scene.declare(TAGS, ['us-east-1']))).kind).toBe('done');
  });

  test('to another key makes another resource; a rollback returns to the old one under its old id', async () => {
    const other = await scene.newKey();
    const next = scene.declare(TAGS, BOTH, other);
    const ended = await update(next);
    expect(ended).toMatchObject({ kind: 'done', physicalId: `tags/${other.split('/')[1]}/${ended.requestId}` });
    expect(scene.there(other)).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
    const back = await scene.tags.update(ended.physicalId!, next, scene.declared, { reversal: { kind: 'ofReplacement', predecessor: id } });
    expect(back).toMatchObject({ kind: 'done', physicalId: id, calls: 0 });
    await scene.tags.remove(ended.physicalId!, next);
    expect([scene.there(), scene.there(other)]).toEqual([{ 'us-east-1': TAGS, 'us-west-2': TAGS }, {}]);
    await scene.tags.remove(id, scene.declared);
    expect(scene.there()).toEqual({});
  });

  test('of an id that is none of tags is refused', async () => {
    expect(await scene.tags.update('payments-Tags-1A2B3C', scene.declared, scene.declared))
      .toMatchObject({ kind: 'failed', reason: 'payments-Tags-1A2B3C never became tags, so it cannot be updated' });
  });
});
