import { ALIAS, AliasScene, BOTH } from './aliases';
import { Ended, expectTheSameEnd, Life } from './attached';
import { TAGS, TagsScene } from './tag-sets';
import { Outcome } from './turns';
import { effects } from '../../emulator';

/*
 * A request is cut off at each of its calls and looks in turn, and must come to the same end as if it had not been.
 */

const THREE = [...BOTH, 'eu-west-1'];

async function withAlias(run: (scene: AliasScene) => Promise<Ended | Outcome>): Promise<{ ended: Ended | Outcome; end: unknown }> {
  const scene = await AliasScene.start();
  try {
    const ended = await run(scene);
    const keys = Object.fromEntries(scene.turns.keys().map(({ key }, index) => [key.KeyArn.split('/')[1], `key ${index}`]));
    const where = [ALIAS, 'alias/new'].map(name => Object.entries(scene.where(name)).map(([region, key]) => `${region} ${keys[key] ?? key}`));
    return { ended, end: { kind: ended.kind, rollback: 'rollback' in ended ? ended.rollback?.kind : undefined, where, leftBehind: ended.leftBehind } };
  } finally {
    await scene.turns.close();
  }
}

async function withTags(run: (scene: TagsScene) => Promise<Ended | Outcome>): Promise<{ ended: Ended | Outcome; end: unknown }> {
  const scene = await TagsScene.start();
  try {
    const ended = await run(scene);
    return { ended, end: { kind: ended.kind, rollback: 'rollback' in ended ? ended.rollback?.kind : undefined, there: scene.there(), leftBehind: ended.leftBehind } };
  } finally {
    await scene.turns.close();
  }
}

const refuse = (scene: AliasScene | TagsScene, operation: string, region: string) =>
  scene.turns.emulator.faults.add({ operation, region, effect: { kind: 'error', type: 'ServiceQuotaExceededException' } });

const LIVES: Record<string, Life> = {
  'an alias that is created where one is there already': cuts => withAlias(async scene => {
    await scene.byOthers('CreateAlias', 'us-west-2', scene.keyArn);
    return scene.alias.create({ ...scene.declared, Regions: THREE }, cuts);
  }),
  'an alias whose creation fails': cuts => withAlias(async scene => {
    refuse(scene, 'CreateAlias', 'eu-west-1');
    return scene.alias.create({ ...scene.declared, Regions: THREE }, cuts);
  }),
  'an alias that moves, leaves a Region and comes to another': cuts => withAlias(async scene => {
    await scene.alias.create(scene.declared);
    return scene.alias.update(ALIAS, scene.declared, { ...scene.declared, KeyArn: await scene.newKey(), Regions: ['us-east-1', 'eu-west-1'] }, cuts);
  }),
  'an alias whose move fails': cuts => withAlias(async scene => {
    await scene.alias.create(scene.declared);
    refuse(scene, 'CreateAlias', 'eu-west-1');
    return scene.alias.update(ALIAS, scene.declared, { ...scene.declared, KeyArn: await scene.newKey(), Regions: THREE }, cuts);
  }),
  'an alias that is renamed in vain': cuts => withAlias(async scene => {
    await scene.alias.create(scene.declared);
    refuse(scene, 'CreateAlias', 'eu-west-1');
    return scene.alias.update(ALIAS, scene.declared, { ...scene.declared, AliasName: 'alias/new', Regions: THREE }, cuts);
  }),
  'an alias that is removed': cuts => withAlias(async scene => {
    await scene.alias.create({ ...scene.declared, Regions: THREE });
    await scene.byOthers('UpdateAlias', 'us-west-2');
    return scene.alias.remove(ALIAS, { ...scene.declared, Regions: THREE }, cuts);
  }),
  'tags that are created where one is there already': cuts => withTags(async scene => {
    await scene.byOthers('us-west-2', { team: 'cards', owner: 'them' });
    return scene.tags.create(scene.declare(TAGS, THREE), cuts);
  }),
  'tags whose creation fails': cuts => withTags(async scene => {
    refuse(scene, 'TagResource', 'eu-west-1');
    return scene.tags.create(scene.declare(TAGS, THREE), cuts);
  }),
  'tags that change, go and come': cuts => withTags(async scene => {
    const id = await scene.created();
    return scene.tags.update(id, scene.declared, scene.declare({ team: 'pins', stage: 'prod' }, ['us-east-1', 'eu-west-1']), cuts);
  }),
  'tags whose change fails': cuts => withTags(async scene => {
    const id = await scene.created();
    await scene.byOthers('us-east-1', { owner: 'them' });
    refuse(scene, 'TagResource', 'eu-west-1');
    return scene.tags.update(id, scene.declared, scene.declare({ team: 'pins', stage: 'prod' }, THREE), cuts);
  }),
  'tags that are removed': cuts => withTags(async scene => {
    const id = await scene.created();
    return scene.tags.remove(id, scene.declared, cuts);
  }),
};

test.each(Object.entries(LIVES))('%s, cut off anywhere, comes to the same end', (_, life) => expectTheSameEnd(life), 60_000);

test('a request whose every second answer is lost comes to its end', async () => {
  const { end } = await withAlias(async scene => {
    let count = 0;
    scene.turns.emulator.faults.add({
      operation: ['CreateAlias', 'UpdateAlias', 'DeleteAlias'], when: () => (count += 1) % 2 === 0, effect: effects.responseLost(),
    });
    await scene.alias.create(scene.declared);
    const next = { ...scene.declared, KeyArn: await scene.newKey(), Regions: ['us-east-1', 'eu-west-1'] };
    await scene.alias.update(ALIAS, scene.declared, next);
    return scene.alias.remove(ALIAS, next);
  });
  expect(end).toEqual({ kind: 'done', where: [[], []] });
});
