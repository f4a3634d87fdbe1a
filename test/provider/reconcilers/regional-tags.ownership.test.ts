import { inRegion } from './attached';
import { BOTH, TAGS, TagsScene } from './tag-sets';
import { OTHER_STACK_ID } from './turns';
import { STACK_ID_TAG } from '../../../src/provider/contract/ownership-tags';
import { effects } from '../../emulator';

const OF_FAILURE = { reversal: { kind: 'ofFailure' } } as const;

describe('a tag that is there before its resource', () => {
  let scene: TagsScene;
  afterEach(() => scene.turns.close());

  test('with another value is refused before anything is set', async () => {
    scene = await TagsScene.start();
    await scene.byOthers('us-west-2', { team: 'pins' });
    const ended = await scene.tags.create(scene.declared);
    const arn = inRegion(scene.keyArn, 'us-west-2');
    expect(ended).toMatchObject({ kind: 'failed', calls: 0 });
    expect(ended.reason).toBe(`${arn} has a tag team already, which this resource did not set and leaves as it is. Leave it off the declaration or, if nobody `
      + `uses it, remove it and deploy again: aws payment-cryptography untag-resource --region us-west-2 --resource-arn ${arn} --tag-keys 'team'`);
    expect(scene.there()).toEqual({ 'us-west-2': { team: 'pins' } });
  });

  test('with other values in two Regions is told of both', async () => {
    scene = await TagsScene.start();
    for (const region of BOTH) { await scene.byOthers(region, { team: 'pins' }); }
    const { reason } = await scene.tags.create(scene.declared);
    expect(reason).toMatch(/^\S+ has a tag team already.*; also: \S+ has a tag team already/);
    expect(reason!.match(/has a tag team already/g)).toHaveLength(2);
  });

  test('with the very value is accepted, named in the id, and neither changed nor removed', async () => {
    scene = await TagsScene.start();
    await scene.byOthers('us-west-2', { team: 'cards', owner: 'them' });
    const id = await scene.created();
    expect(id).toMatch(/\?found=us-west-2:team$/);
    expect((await scene.tags.update(id, scene.declared, scene.declare({ team: 'pins' }))).reason!.match(/has a tag team already/g)).toHaveLength(1);
    const fewer = scene.declare({ cost: '42' });
    expect((await scene.tags.update(id, scene.declared, fewer)).kind).toBe('done');
    expect(scene.there()).toEqual({ 'us-east-1': { cost: '42' }, 'us-west-2': { team: 'cards', owner: 'them', cost: '42' } });
    await scene.tags.remove(id, scene.declared);
    expect(scene.there()).toEqual({ 'us-west-2': { team: 'cards', owner: 'them' } });
  });

  test('is refused when there are too many to remember', async () => {
    scene = await TagsScene.start();
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a:rather:long:key:${index}`, 'x']));
    await scene.byOthers('us-east-1', many);
    expect(await scene.tags.create(scene.declare({ ...many, ...TAGS }))).toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringContaining('is there already') });
    expect(scene.there()).toEqual({ 'us-east-1': many });
  });

  test.each(['prod', 'test'])('when an update declares it is refused, although its value is %s, and the rollback leaves it', async stage => {
    scene = await TagsScene.start();
    const id = await scene.created();
    await scene.byOthers('us-east-1', { stage });
    const more = scene.declare({ ...TAGS, stage: 'prod' });
    expect((await scene.tags.update(id, scene.declared, more)).reason).toContain('has a tag stage already, which this resource did not set');
    expect((await scene.tags.update(id, more, scene.declared, OF_FAILURE)).kind).toBe('done');
    expect(scene.there()).toEqual({ 'us-east-1': { ...TAGS, stage }, 'us-west-2': TAGS });
  });
});

describe.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('a tag with the key %s', key => {
  let scene: TagsScene;
  const named = (value: string) => Object.fromEntries([[key, value]]);
  beforeEach(async () => { scene = await TagsScene.start(); });
  afterEach(() => scene.turns.close());
  const live = (region: string) => new Map(Object.entries(scene.there()[region] ?? {})).get(key);

  test('is set, changed and removed like any other', async () => {
    const declared = scene.declare(named('ours'));
    const id = await scene.created(declared);
    expect(BOTH.map(live)).toEqual(['ours', 'ours']);
    const next = scene.declare(named('next'));
    expect((await scene.tags.update(id, declared, next)).kind).toBe('done');
    expect(BOTH.map(live)).toEqual(['next', 'next']);
    await scene.tags.remove(id, next);
    expect(BOTH.map(live)).toEqual([undefined, undefined]);
  });

  test('of others is neither overwritten nor removed', async () => {
    await scene.byOthers('us-east-1', named('theirs'));
    const ended = await scene.tags.create(scene.declare({ ...TAGS, ...named('ours') }));
    expect(ended).toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringContaining(`has a tag ${key} already`) });
    const id = await scene.created();
    expect((await scene.tags.update(id, scene.declared, scene.declare({ ...TAGS, ...named('ours') }))).reason).toContain(`has a tag ${key} already`);
    expect((await scene.tags.remove(id, scene.declared)).kind).toBe('done');
    expect(live('us-east-1')).toBe('theirs');
  });

  test('is taken back when the request fails', async () => {
    scene.turns.emulator.faults.add({ operation: 'TagResource', region: 'us-west-2', effect: effects.accessDenied() });
    expect((await scene.tags.create(scene.declare(named('ours')))).rollback!.kind).toBe('done');
    expect(live('us-east-1')).toBeUndefined();
  });
});

describe('tags on a key of another stack of this library', () => {
  let scene: TagsScene;
  beforeEach(async () => { scene = await TagsScene.start(); });
  afterEach(() => scene.turns.close());

  test('are refused on the primary before anything is set; on its replicas they are set', async () => {
    await scene.adoptedByOthers();
    const ended = await scene.tags.create(scene.declared);
    expect(ended).toMatchObject({ kind: 'failed', calls: 0 });
    expect(ended.reason).toContain(`${scene.keyArn} belongs to the stack ${OTHER_STACK_ID}, which alone sets its tags. Set them there, with Tags.of(key)`);
    await scene.created(scene.declare(TAGS, ['us-west-2']));
    expect(scene.there()).toEqual({ 'us-east-1': { [STACK_ID_TAG]: OTHER_STACK_ID }, 'us-west-2': TAGS });
  });

  test('that adopted it since stay on the primary, with a note; elsewhere they go, and an update goes on', async () => {
    const id = await scene.created();
    await scene.adoptedByOthers();
    const note = `${scene.keyArn} keeps the tags team, cost, since it belongs to the stack ${OTHER_STACK_ID} by now`;
    expect(await scene.tags.update(id, scene.declared, scene.declare(TAGS, ['us-west-2']))).toMatchObject({ kind: 'done', calls: 0, notes: [note] });
    expect(await scene.tags.remove(id, scene.declared)).toMatchObject({ kind: 'done', calls: 1, notes: [note] });
    expect(scene.there()).toEqual({ 'us-east-1': { ...TAGS, [STACK_ID_TAG]: OTHER_STACK_ID } });
  });

  test('that adopted it in the middle of the request stay, and are reported by the rollback', async () => {
    scene.turns.emulator.faults.add({ operation: 'TagResource', region: 'us-west-2', effect: effects.accessDenied() });
    const created = scene.tags.create(scene.declared);
    while (!('us-east-1' in scene.there())) { await new Promise(setImmediate); }
    await scene.adoptedByOthers();
    expect((await created).rollback).toMatchObject({ kind: 'done', calls: 0, leftBehind: expect.stringContaining('keeps the tags team, cost') });
  });
});

describe('tags of which the ledger knows nothing', () => {
  let scene: TagsScene;
  let id: string;
  beforeEach(async () => {
    scene = await TagsScene.start();
    id = await scene.created();
  });
  afterEach(() => scene.turns.close());

  test('stay when their resource is deleted, and are reported with the commands', async () => {
    const removed = await scene.tags.remove(id, scene.declared, { isKnown: false });
    expect(removed).toMatchObject({ kind: 'done', calls: 0 });
    for (const region of BOTH) {
      expect(removed.leftBehind).toContain(`${inRegion(scene.keyArn, region)} has the tags team, cost as declared, and it is not known whether this resource set them`);
      expect(removed.leftBehind).toContain(`untag-resource --region ${region} --resource-arn ${inRegion(scene.keyArn, region)} --tag-keys 'team' 'cost'`);
    }
  });

  test('stay when they are declared no more, and are reported', async () => {
    const ended = await scene.tags.update(id, scene.declared, scene.declare({ team: 'cards' }), { isKnown: false });
    expect(ended).toMatchObject({ kind: 'done', calls: 0, leftBehind: expect.stringContaining('--tag-keys \'cost\'') });
    expect(scene.there()).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
  });

  test('are not changed: that is refused', async () => {
    const ended = await scene.tags.update(id, scene.declared, scene.declare({ team: 'pins', cost: '42' }), { isKnown: false });
    expect(ended).toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringContaining('has a tag team already') });
  });
});
