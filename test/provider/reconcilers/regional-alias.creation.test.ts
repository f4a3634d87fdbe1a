import { ALIAS, AliasScene, BOTH } from './aliases';
import { foreignKey, inRegion } from './attached';
import { effects } from '../../emulator';

describe('the creation of an alias', () => {
  let scene: AliasScene;
  afterEach(() => scene.turns.close());

  test('takes one look and one call in each Region, and one turn for each call', async () => {
    scene = await AliasScene.start();
    const ended = await scene.alias.create(scene.declared);
    expect(ended).toMatchObject({ kind: 'done', physicalId: ALIAS, attributes: { AliasName: ALIAS }, notes: [], turns: 2, calls: 2, writesWithoutCall: 0 });
    expect(scene.where()).toEqual(scene.on(scene.keyArn, ...BOTH));
    expect(scene.turns.takeRequests()).toEqual([
      'GetAlias us-east-1 !ResourceNotFoundException', 'GetAlias us-west-2 !ResourceNotFoundException', 'CreateAlias us-east-1', 'CreateAlias us-west-2',
    ]);
  });

  test('for a key whose ARN is that of a replica works in the Region of the primary, too', async () => {
    scene = await AliasScene.start();
    expect((await scene.alias.create({ ...scene.declared, KeyArn: inRegion(scene.keyArn, 'eu-west-1') })).kind).toBe('done');
    expect(scene.where()).toEqual(scene.on(scene.keyArn, ...BOTH));
  });

  test('waits for the replica, ever more rarely', async () => {
    scene = await AliasScene.start({ replicationOutcomes: { 'sa-east-1': { kind: 'synchronizes', delay: 200 } } });
    await scene.turns.byHand('AddKeyReplicationRegions', { KeyIdentifier: scene.keyArn, ReplicationRegions: ['sa-east-1'] });
    expect((await scene.alias.create({ ...scene.declared, Regions: ['sa-east-1'] })).kind).toBe('done');
    expect(scene.turns.takeRequests().filter(request => request.startsWith('CreateAlias')).length).toBeLessThan(10);
  });

  test('where the replica never comes ends with the deadline, and leaves nothing', async () => {
    scene = await AliasScene.start();
    const declared = { ...scene.declared, Regions: ['us-east-1', 'sa-east-1'] };
    const ended = await scene.alias.create(declared, { patience: 120 });
    expect(ended).toMatchObject({ kind: 'timedOut', rollback: { kind: 'done' } });
    expect(ended.reason).toMatch(/^alias\/cvk to be created in sa-east-1, which the service refuses for now \(CreateAlias in sa-east-1: ResourceNotFoundException/);
    expect(ended.rollback!.checkpoint.made).toBeUndefined();
    expect(ended.rollback!.leftBehind).toBeUndefined();
    expect(scene.where()).toEqual({});
  });

  test.each([
    ['the answer is lost', effects.responseLost()],
    ['the service fails after it worked', effects.internalServerError({ executed: true })],
    ['the service fails before it works', effects.internalServerError()],
    ['the request is lost', effects.requestLost()],
    ['it is throttled', effects.throttle()],
    ['it is denied at first', effects.accessDenied()],
    ['another change is under way', { kind: 'error', type: 'ConflictException' } as const],
  ])('although %s: what is there after it was seen missing is its own', async (_, effect) => {
    scene = await AliasScene.start();
    scene.turns.emulator.faults.add({ operation: 'CreateAlias', times: 1, effect });
    expect(await scene.alias.create(scene.declared)).toMatchObject({ kind: 'done', physicalId: ALIAS });
    expect(scene.where()).toEqual(scene.on(scene.keyArn, ...BOTH));
    expect((await scene.alias.remove(ALIAS, scene.declared)).kind).toBe('done');
    expect(scene.where()).toEqual({});
  });

  test('where it stays forbidden fails, and what was made elsewhere is taken back', async () => {
    scene = await AliasScene.start();
    scene.turns.emulator.faults.add({ operation: 'CreateAlias', region: 'us-west-2', effect: effects.accessDenied('not you') });
    const ended = await scene.alias.create(scene.declared);
    expect(ended).toMatchObject({ kind: 'failed', reason: 'CreateAlias in us-west-2: AccessDeniedException: not you', rollback: { kind: 'done' } });
    expect(ended.rollback!.checkpoint.made).toBeUndefined();
    expect(scene.where()).toEqual({});
  });

  test('whose rollback is forbidden names what is left, Region by Region, and the Delete that follows takes it away', async () => {
    scene = await AliasScene.start();
    await scene.byOthers('CreateAlias', 'eu-west-1', scene.keyArn);
    const declared = { ...scene.declared, Regions: [...BOTH, 'eu-west-1'] };
    scene.turns.emulator.faults.add({ operation: 'CreateAlias', region: 'us-west-2', effect: effects.accessDenied() });
    const denied = scene.turns.emulator.faults.add({ operation: 'DeleteAlias', effect: effects.accessDenied() });
    const { rollback } = await scene.alias.create(declared);
    expect(rollback).toMatchObject({ kind: 'failed', checkpoint: { made: 'alias/cvk?found=eu-west-1' } });
    expect(scene.alias.leftBehind(declared, rollback!)).toBe('this request may have made alias/cvk in us-east-1. '
      + 'If nobody uses it: aws payment-cryptography delete-alias --region us-east-1 --alias-name alias/cvk');
    denied.remove();
    expect((await scene.alias.remove('alias/cvk?found=eu-west-1', declared)).kind).toBe('done');
    expect(scene.where()).toEqual(scene.on(scene.keyArn, 'eu-west-1'));
  });

  test.each<[string, object, string]>([
    ['that is no alias', { AliasName: 'cvk' }, 'aliasName must be alias/'],
    ['of what is no key', { KeyArn: 'alias/x' }, 'the key must be given by its ARN'],
    ['of another account\'s key', { KeyArn: 'arn:aws:payment-cryptography:us-east-1:444455556666:key/aaaaaaaaaaaaaaaa' }, 'is not of this stack\'s account 111122223333'],
    ['in a Region twice', { Regions: ['us-east-1', 'us-east-1'] }, 'regions names us-east-1 twice'],
    ['nowhere', { Regions: [] }, 'regions names none'],
  ])('%s is refused before anything is asked', async (_, wrong, reason) => {
    scene = await AliasScene.start();
    expect(scene.alias.refuse({ ...scene.declared, ...wrong })).toContain(reason);
    expect(scene.alias.refuse(scene.declared)).toBeUndefined();
  });
});

test('an alias on a key whose replica comes later is made once it is there', async () => {
  const scene = await AliasScene.start({ replicationDelay: 20 });
  const keyArn = await foreignKey(scene.turns, ['us-west-2']);
  expect((await scene.alias.create({ ...scene.declared, KeyArn: keyArn })).kind).toBe('done');
  expect(scene.where()).toEqual(scene.on(keyArn, ...BOTH));
  await scene.turns.close();
});
