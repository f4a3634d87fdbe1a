import { ALIAS, AliasScene, BOTH } from './aliases';
import { inRegion } from './attached';
import { effects } from '../../emulator';

const THREE = [...BOTH, 'eu-west-1'];
const OF_FAILURE = { reversal: { kind: 'ofFailure' } } as const;

describe('an update of an alias', () => {
  let scene: AliasScene;
  afterEach(() => scene.turns.close());
  const created = async (...regions: string[]) => {
    scene = await AliasScene.start();
    const declared = { ...scene.declared, Regions: regions.length > 0 ? regions : BOTH };
    const { physicalId } = await scene.alias.create(declared);
    scene.turns.takeRequests();
    return { declared, id: physicalId! };
  };

  test('to nothing new takes one look in each Region, and writes nothing', async () => {
    const { declared, id } = await created();
    expect(await scene.alias.update(id, declared, declared)).toMatchObject({ kind: 'done', physicalId: ALIAS, turns: 1, calls: 0 });
    expect(scene.turns.takeRequests()).toEqual(['GetAlias us-east-1', 'GetAlias us-west-2']);
  });

  describe('to another key', () => {
    test('moves it in each Region, so that there is no moment without it', async () => {
      const { declared, id } = await created();
      const next = { ...declared, KeyArn: await scene.newKey() };
      expect(await scene.alias.update(id, declared, next)).toMatchObject({ kind: 'done', physicalId: ALIAS });
      expect(scene.where()).toEqual(scene.on(next.KeyArn, ...BOTH));
      expect(scene.turns.takeRequests()).toEqual(['GetAlias us-east-1', 'GetAlias us-west-2', 'UpdateAlias us-east-1', 'UpdateAlias us-west-2']);
    });

    test.each([
      ['the answer is lost', effects.responseLost()], ['the request is lost', effects.requestLost()], ['it is throttled', effects.throttle()],
      ['another change is under way', { kind: 'error', type: 'ConflictException' } as const],
    ])('although %s', async (_, effect) => {
      const { declared, id } = await created();
      const next = { ...declared, KeyArn: await scene.newKey() };
      scene.turns.emulator.faults.add({ operation: 'UpdateAlias', times: 1, effect });
      expect((await scene.alias.update(id, declared, next)).kind).toBe('done');
      expect(scene.where()).toEqual(scene.on(next.KeyArn, ...BOTH));
    });

    test('that fails in one Region moves it back in the other', async () => {
      const { declared, id } = await created();
      const next = { ...declared, KeyArn: await scene.newKey() };
      scene.turns.emulator.faults.add({ operation: 'UpdateAlias', region: 'us-west-2', effect: effects.accessDenied() });
      expect(await scene.alias.update(id, declared, next)).toMatchObject({ kind: 'failed', rollback: { kind: 'done' } });
      expect(scene.where()).toEqual(scene.on(scene.keyArn, ...BOTH));
    });

    test('and back moves it although it seems to be there already: GetAlias may still name the key of before', async () => {
      const { declared, id } = await created();
      const next = { ...declared, KeyArn: await scene.newKey() };
      expect((await scene.alias.update(id, next, declared, OF_FAILURE)).kind).toBe('done');
      expect(scene.turns.takeRequests().filter(request => request.startsWith('UpdateAlias'))).toHaveLength(2);
    });

    test('whose rollback is forbidden names the key that it belonged to', async () => {
      const { declared, id } = await created();
      const next = { ...declared, KeyArn: await scene.newKey() };
      scene.turns.emulator.faults.add({ operation: 'UpdateAlias', region: 'us-west-2', effect: effects.accessDenied() });
      const moved = scene.alias.update(id, declared, next);
      while (scene.where()['us-east-1'] === scene.keyArn.split('/')[1]) { await new Promise(setImmediate); }
      scene.turns.emulator.faults.add({ operation: 'UpdateAlias', effect: effects.accessDenied() });
      const { rollback } = await moved;
      expect(rollback!.kind).toBe('failed');
      expect(scene.alias.leftBehind(next, rollback!)).toContain('this request may have moved alias/cvk in us-east-1. If it is to be as it was: '
        + `aws payment-cryptography update-alias --region us-east-1 --alias-name alias/cvk --key-arn ${scene.keyArn}`);
    });

    test('fails where others moved it, before anything is moved, and its rollback leaves it', async () => {
      const { declared, id } = await created();
      const other = await scene.newKey();
      const next = { ...declared, KeyArn: await scene.newKey() };
      await scene.byOthers('UpdateAlias', 'us-west-2', other);
      const ended = await scene.alias.update(id, declared, next);
      expect(ended).toMatchObject({ kind: 'failed', calls: 0 });
      expect(ended.reason).toBe(`alias/cvk in us-west-2 was moved to ${inRegion(other, 'us-west-2')} by others, and was left as it is. `
        + `If it is to belong to ${inRegion(next.KeyArn, 'us-west-2')} again, move it and deploy again: aws payment-cryptography update-alias `
        + `--region us-west-2 --alias-name alias/cvk --key-arn ${inRegion(next.KeyArn, 'us-west-2')}`);
      expect(scene.where()).toEqual({ ...scene.on(scene.keyArn, 'us-east-1'), ...scene.on(other, 'us-west-2') });
    });

    test('makes it where it vanished between look and move', async () => {
      const { declared, id } = await created();
      const next = { ...declared, KeyArn: await scene.newKey() };
      const moved = scene.alias.update(id, declared, next);
      while (scene.where()['us-east-1'] === scene.keyArn.split('/')[1]) { await new Promise(setImmediate); }
      await scene.byOthers('DeleteAlias', 'us-west-2');
      expect((await moved).kind).toBe('done');
      expect(scene.where()).toEqual(scene.on(next.KeyArn, ...BOTH));
    });
  });

  test('makes it again where it vanished, and assigns it again where it belongs to no key any more', async () => {
    const { declared, id } = await created();
    await scene.byOthers('DeleteAlias', 'us-west-2');
    await scene.byOthers('UpdateAlias', 'us-east-1');
    expect((await scene.alias.update(id, declared, declared)).kind).toBe('done');
    expect(scene.where()).toEqual(scene.on(scene.keyArn, ...BOTH));
  });

  test('to one more Region, and back', async () => {
    const { declared, id } = await created();
    const more = { ...declared, Regions: THREE };
    expect((await scene.alias.update(id, declared, more)).kind).toBe('done');
    expect(scene.where()).toEqual(scene.on(scene.keyArn, ...THREE));
    scene.turns.takeRequests();
    expect((await scene.alias.update(id, more, declared)).kind).toBe('done');
    expect(scene.where()).toEqual(scene.on(scene.keyArn, ...BOTH));
    expect(scene.turns.takeRequests()).toEqual(['GetAlias us-east-1', 'GetAlias us-west-2', 'GetAlias eu-west-1', 'DeleteAlias eu-west-1']);
  });

  test.each(['the very key', 'another key', 'no key'])('to one more Region, where others made one for %s, fails, and no rollback takes it', async whose => {
    const { declared, id } = await created();
    const theirs = { 'the very key': scene.keyArn, 'another key': await scene.newKey(), 'no key': undefined }[whose];
    await scene.byOthers('CreateAlias', 'eu-west-1', theirs);
    const more = { ...declared, Regions: THREE };
    const ended = await scene.alias.update(id, declared, more);
    expect(ended).toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringContaining('delete-alias --region eu-west-1 --alias-name alias/cvk') });
    expect((await scene.alias.update(id, more, declared, OF_FAILURE)).kind).toBe('done');
    expect(scene.where()).toEqual({ ...scene.on(scene.keyArn, ...BOTH), 'eu-west-1': theirs ? theirs.split('/')[1] : 'none' });
  });

  test('to one more Region, where it was found when the resource was created, accepts it again', async () => {
    scene = await AliasScene.start();
    await scene.byOthers('CreateAlias', 'eu-west-1', scene.keyArn);
    const more = { ...scene.declared, Regions: THREE };
    const { physicalId: id } = await scene.alias.create(more);
    await scene.alias.update(id!, more, scene.declared);
    expect(await scene.alias.update(id!, scene.declared, more)).toMatchObject({ kind: 'done', physicalId: id });
    await scene.alias.remove(id!, more);
    expect(scene.where()).toEqual(scene.on(scene.keyArn, 'eu-west-1'));
  });

  test('to fewer Regions that fails, and is rolled back, leaves it the resource\'s own', async () => {
    const { declared, id } = await created();
    const fewer = { ...declared, Regions: ['us-east-1'] };
    const denied = scene.turns.emulator.faults.add({ operation: 'DeleteAlias', effect: effects.accessDenied() });
    expect((await scene.alias.update(id, declared, fewer)).kind).toBe('failed');
    denied.remove();
    expect(await scene.alias.update(id, fewer, declared, OF_FAILURE)).toMatchObject({ kind: 'done', physicalId: ALIAS });
    await scene.alias.remove(id, declared);
    expect(scene.where()).toEqual({});
  });

  test('to fewer Regions leaves what was found there, and what others moved', async () => {
    scene = await AliasScene.start();
    const other = await scene.newKey();
    await scene.byOthers('CreateAlias', 'us-west-2', scene.keyArn);
    const three = { ...scene.declared, Regions: THREE };
    const { physicalId: id } = await scene.alias.create(three);
    await scene.byOthers('UpdateAlias', 'eu-west-1', other);
    const ended = await scene.alias.update(id!, three, { ...scene.declared, Regions: ['us-east-1'] });
    expect(ended).toMatchObject({ kind: 'done', physicalId: id, calls: 0 });
    expect(ended.notes).toContain(`alias/cvk in eu-west-1 stays, since it belongs to ${inRegion(other, 'eu-west-1')}`);
    expect(scene.where()).toEqual({ ...scene.on(scene.keyArn, ...BOTH), ...scene.on(other, 'eu-west-1') });
  });

  test.each(['unassigned', 'deleted', 'kept'] as const)('to fewer Regions, after the replica went, where the service leaves aliases %s', async aliasesOfRemovedReplica => {
    scene = await AliasScene.start({ switches: { aliasesOfRemovedReplica } });
    await scene.alias.create(scene.declared);
    await scene.turns.byHand('RemoveKeyReplicationRegions', { KeyIdentifier: scene.keyArn, ReplicationRegions: ['us-west-2'] });
    scene.turns.clock.advance(10);
    expect((await scene.alias.update(ALIAS, scene.declared, { ...scene.declared, Regions: ['us-east-1'] })).kind).toBe('done');
    expect(scene.where()).toEqual(scene.on(scene.keyArn, 'us-east-1'));
  });

  test('of an id that is no alias is refused', async () => {
    const { declared } = await created();
    expect(await scene.alias.update('payments-Alias-1A2B3C', declared, declared))
      .toMatchObject({ kind: 'failed', reason: 'payments-Alias-1A2B3C never became an alias, so it cannot be updated' });
  });
});

describe('a renaming', () => {
  const NEW = 'alias/new';
  let scene: AliasScene;
  beforeEach(async () => {
    scene = await AliasScene.start();
    await scene.alias.create(scene.declared);
  });
  afterEach(() => scene.turns.close());
  const rename = () => scene.alias.update(ALIAS, scene.declared, { ...scene.declared, AliasName: NEW });
  const renameBack = (id: string, predecessor?: string) => scene.alias.update(id, { ...scene.declared, AliasName: NEW }, scene.declared,
    predecessor === undefined ? {} : { reversal: { kind: 'ofReplacement', predecessor } });

  test('makes another alias: the old one goes only with the Delete that follows', async () => {
    expect(await rename()).toMatchObject({ kind: 'done', physicalId: NEW, attributes: { AliasName: NEW } });
    expect([scene.where(), scene.where(NEW)]).toEqual([scene.on(scene.keyArn, ...BOTH), scene.on(scene.keyArn, ...BOTH)]);
    await scene.alias.remove(ALIAS, scene.declared);
    expect([scene.where(), scene.where(NEW)]).toEqual([{}, scene.on(scene.keyArn, ...BOTH)]);
  });

  test('that is rolled back returns to the old alias, under its old id', async () => {
    await rename();
    expect(await renameBack(NEW, ALIAS)).toMatchObject({ kind: 'done', physicalId: ALIAS, calls: 0 });
    await scene.alias.remove(NEW, { ...scene.declared, AliasName: NEW });
    await scene.alias.remove(ALIAS, scene.declared);
    expect([scene.where(), scene.where(NEW)]).toEqual([{}, {}]);
  });

  test('that is rolled back still leaves alone what the old alias had found', async () => {
    await scene.alias.remove(ALIAS, scene.declared);
    await scene.byOthers('CreateAlias', 'us-west-2', scene.keyArn);
    const { physicalId } = await scene.alias.create(scene.declared);
    await scene.alias.update(physicalId!, scene.declared, { ...scene.declared, AliasName: NEW });
    expect(await renameBack(NEW, physicalId)).toMatchObject({ kind: 'done', physicalId });
  });

  test('back that is no rollback finds the old alias, if it is still there', async () => {
    await rename();
    expect(await renameBack(NEW)).toMatchObject({ kind: 'done', physicalId: 'alias/cvk?found=us-east-1,us-west-2' });
  });

  test('to a name that is taken fails, and what was made is taken back', async () => {
    await scene.byOthers('CreateAlias', 'us-west-2', undefined, NEW);
    expect(await rename()).toMatchObject({ kind: 'failed', rollback: { kind: 'done' } });
    expect([scene.where(), scene.where(NEW)]).toEqual([scene.on(scene.keyArn, ...BOTH), { 'us-west-2': 'none' }]);
  });

  test('to a name that is there is accepted, and never deleted', async () => {
    await scene.byOthers('CreateAlias', 'us-west-2', scene.keyArn, NEW);
    expect(await rename()).toMatchObject({ kind: 'done', physicalId: 'alias/new?found=us-west-2' });
    await scene.alias.remove('alias/new?found=us-west-2', { ...scene.declared, AliasName: NEW });
    expect(scene.where(NEW)).toEqual(scene.on(scene.keyArn, 'us-west-2'));
  });
});
