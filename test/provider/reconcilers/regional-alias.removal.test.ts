import { ALIAS, AliasScene, BOTH } from './aliases';
import { effects } from '../../emulator';

describe('the removal of an alias', () => {
  let scene: AliasScene;
  beforeEach(async () => {
    scene = await AliasScene.start();
    await scene.alias.create({ ...scene.declared, Regions: [...BOTH, 'eu-west-1'] });
    scene.turns.takeRequests();
  });
  afterEach(() => scene.turns.close());
  const remove = () => scene.alias.remove(ALIAS, { ...scene.declared, Regions: [...BOTH, 'eu-west-1'] });

  test('deletes it in each Region, and it does not matter where it is gone', async () => {
    await scene.byOthers('DeleteAlias', 'us-west-2');
    const removed = await remove();
    expect(removed).toMatchObject({ kind: 'done', physicalId: ALIAS, calls: 2 });
    expect(removed.notes ?? []).toEqual([]);
    expect(scene.where()).toEqual({});
    expect(scene.turns.takeRequests()).toEqual([
      'GetAlias us-east-1', 'GetAlias us-west-2 !ResourceNotFoundException', 'GetAlias eu-west-1', 'DeleteAlias us-east-1', 'DeleteAlias eu-west-1',
    ]);
  });

  test.each([
    ['the answer is lost', effects.responseLost()], ['the request is lost', effects.requestLost()], ['it is throttled', effects.throttle()],
    ['others were faster', effects.notFound()], ['another change is under way', { kind: 'error', type: 'ConflictException' } as const],
  ])('although %s', async (_, effect) => {
    scene.turns.emulator.faults.add({ operation: 'DeleteAlias', times: 1, effect });
    expect((await remove()).kind).toBe('done');
    const stays = effect.kind === 'error' && effect.type === 'ResourceNotFoundException' ? scene.on(scene.keyArn, 'us-east-1') : {};
    expect(scene.where()).toEqual(stays);
  });

  test('leaves it where others moved it, and reports it where it belongs to no key', async () => {
    const other = await scene.newKey();
    await scene.byOthers('UpdateAlias', 'us-east-1', other);
    await scene.byOthers('UpdateAlias', 'us-west-2');
    expect(await remove()).toMatchObject({
      kind: 'done',
      notes: [`alias/cvk in us-east-1 stays, since it belongs to ${other}`],
      leftBehind: 'alias/cvk in us-west-2 belongs to no key, so it may be another\'s. If nobody uses it: '
        + 'aws payment-cryptography delete-alias --region us-west-2 --alias-name alias/cvk',
    });
    expect(scene.where()).toEqual({ ...scene.on(other, 'us-east-1'), 'us-west-2': 'none' });
  });

  test('that is denied for good fails', async () => {
    scene.turns.emulator.faults.add({ operation: 'DeleteAlias', effect: effects.accessDenied() });
    expect(await remove()).toMatchObject({ kind: 'failed', reason: expect.stringContaining('AccessDeniedException') });
  });
});
