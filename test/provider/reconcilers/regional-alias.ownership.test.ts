import { ALIAS, AliasScene, BOTH } from './aliases';
import { inRegion } from './attached';
import { STACK_ID } from './turns';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../src/provider/contract/ownership-tags';
import { effects } from '../../emulator';

describe('an alias that is there before its resource', () => {
  let scene: AliasScene;
  afterEach(() => scene.turns.close());

  test('and belongs to the very key is accepted, named in the id, and never deleted', async () => {
    scene = await AliasScene.start();
    await scene.byOthers('CreateAlias', 'us-west-2', scene.keyArn);
    const ended = await scene.alias.create(scene.declared);
    expect(ended).toMatchObject({
      kind: 'done', physicalId: 'alias/cvk?found=us-west-2', notes: ['alias/cvk in us-west-2 was there before this resource, which will never delete it'],
    });
    scene.turns.takeRequests();
    expect((await scene.alias.remove(ended.physicalId!, scene.declared)).kind).toBe('done');
    expect(scene.where()).toEqual(scene.on(scene.keyArn, 'us-west-2'));
    expect(scene.turns.takeRequests()).toEqual(['GetAlias us-east-1', 'DeleteAlias us-east-1']);
  });

  test.each(['another key', 'no key'])('and belongs to %s is refused before anything is made', async whose => {
    scene = await AliasScene.start();
    const other = await scene.newKey();
    await scene.byOthers('CreateAlias', 'us-west-2', whose === 'no key' ? undefined : other);
    const ended = await scene.alias.create(scene.declared);
    expect(ended).toMatchObject({ kind: 'failed', calls: 0, rollback: { kind: 'done', calls: 0 } });
    expect(ended.reason).toBe(`alias/cvk is taken in us-west-2: it belongs to ${whose === 'no key' ? whose : inRegion(other, 'us-west-2')}, `
      + `not to ${inRegion(scene.keyArn, 'us-west-2')}, and was left as it is. Choose another name. Or, if nobody uses it, delete it and deploy again: `
      + 'aws payment-cryptography delete-alias --region us-west-2 --alias-name alias/cvk');
    expect(scene.turns.takeRequests()).toEqual([
      'GetAlias us-east-1 !ResourceNotFoundException', 'GetAlias us-west-2', ...whose === 'no key' ? [] : ['ListTagsForResource us-east-1'],
    ]);
  });

  const FORMER_STACK = 'arn:aws:cloudformation:us-east-1:111122223333:stack/payments/former';
  const taken = async (stackId: string) => {
    const other = await scene.newKey();
    const Tags = Object.entries({ [STACK_ID_TAG]: stackId, [LOGICAL_ID_TAG]: 'CvkFE11DF36' }).map(([Key, Value]) => ({ Key, Value }));
    await scene.turns.byHand('TagResource', { ResourceArn: other, Tags });
    await scene.byOthers('CreateAlias', 'us-west-2', other);
    return { other, reason: (await scene.alias.create(scene.declared)).reason! };
  };

  test('and belongs to the key that a deleted stack retained: adopt is offered, and never to delete the alias', async () => {
    scene = await AliasScene.start();
    const { other, reason } = await taken(FORMER_STACK);
    expect(reason).toContain(`made or adopted by CvkFE11DF36 of the stack ${FORMER_STACK}`);
    expect(reason).toContain(`MultiRegionPaymentKey.adopt(scope, id, { key: MultiRegionPaymentKey.fromKeyArn(scope, id, '${other}') })`);
    expect(reason).not.toContain('delete');
  });

  test('and belongs to a key of this very stack: to keep the logical id is offered, and never to delete the alias', async () => {
    scene = await AliasScene.start();
    const { reason } = await taken(STACK_ID);
    expect(reason).toContain('That is the key of CvkFE11DF36 in this stack. If you renamed or moved its construct, keep its logical id');
    expect(reason).toContain("overrideLogicalId('CvkFE11DF36')");
    expect(reason).not.toContain('delete');
  });

  test('and belongs to a key whose tags cannot be read is refused all the same', async () => {
    scene = await AliasScene.start();
    scene.turns.emulator.faults.add({ operation: 'ListTagsForResource', effect: effects.accessDenied() });
    const { reason } = await taken(FORMER_STACK);
    expect(reason).toContain('alias/cvk is taken in us-west-2');
    expect(reason).not.toContain('CvkFE11DF36');
  });

  /** Somebody else is faster: between the look and the call in us-west-2. */
  const overtaken = async (keyArn: string) => {
    scene.turns.emulator.faults.add({ operation: 'CreateAlias', region: 'us-west-2', times: 1, effect: { kind: 'error', type: 'ConflictException' } });
    const created = scene.alias.create(scene.declared);
    const faults = scene.turns.emulator.log;
    while (!faults.entries.some(({ operation, region }) => operation === 'CreateAlias' && region === 'us-west-2')) { await new Promise(setImmediate); }
    await scene.byOthers('CreateAlias', 'us-west-2', keyArn);
    return created;
  };

  test('since a moment ago, on another key, is refused; what was made elsewhere is taken back', async () => {
    scene = await AliasScene.start();
    const other = await scene.newKey();
    const ended = await overtaken(other);
    expect(ended).toMatchObject({ kind: 'failed', reason: expect.stringContaining('alias/cvk is taken in us-west-2'), rollback: { kind: 'done' } });
    expect(scene.where()).toEqual(scene.on(other, 'us-west-2'));
  });

  test('since a moment ago, on the very key, is somebody else\'s, because the service refused the call', async () => {
    scene = await AliasScene.start();
    const ended = await overtaken(scene.keyArn);
    expect(ended).toMatchObject({ kind: 'done', physicalId: 'alias/cvk?found=us-west-2' });
    await scene.alias.remove(ended.physicalId!, scene.declared);
    expect(scene.where()).toEqual(scene.on(scene.keyArn, 'us-west-2'));
  });
});

describe('an alias of which the ledger knows nothing', () => {
  let scene: AliasScene;
  beforeEach(async () => {
    scene = await AliasScene.start();
    await scene.alias.create(scene.declared);
    scene.turns.takeRequests();
  });
  afterEach(() => scene.turns.close());

  test('stays when its resource is deleted, and is reported in each Region with the command', async () => {
    const removed = await scene.alias.remove(ALIAS, scene.declared, { isKnown: false });
    expect(removed).toMatchObject({ kind: 'done', calls: 0 });
    for (const region of BOTH) {
      expect(removed.leftBehind).toContain(`alias/cvk in ${region} belongs to ${inRegion(scene.keyArn, region)}, and it is not known whether this resource made it`);
      expect(removed.leftBehind).toContain(`aws payment-cryptography delete-alias --region ${region} --alias-name alias/cvk`);
    }
    expect(scene.where()).toEqual(scene.on(scene.keyArn, ...BOTH));
  });

  test('stays in a Region that an update leaves, and is reported', async () => {
    const ended = await scene.alias.update(ALIAS, scene.declared, { ...scene.declared, Regions: ['us-east-1'] }, { isKnown: false });
    expect(ended).toMatchObject({ kind: 'done', calls: 0, leftBehind: expect.stringContaining('delete-alias --region us-west-2') });
    expect(scene.where()).toEqual(scene.on(scene.keyArn, ...BOTH));
  });

  test('is not moved to another key: that is refused with the command, and done once it was moved by hand', async () => {
    const next = { ...scene.declared, KeyArn: await scene.newKey() };
    const ended = await scene.alias.update(ALIAS, scene.declared, next, { isKnown: false });
    expect(ended).toMatchObject({ kind: 'failed', calls: 0 });
    for (const region of BOTH) {
      expect(ended.reason).toContain(`aws payment-cryptography update-alias --region ${region} --alias-name alias/cvk --key-arn ${inRegion(next.KeyArn, region)}; then deploy again`);
      await scene.byOthers('UpdateAlias', region, next.KeyArn);
    }
    expect(await scene.alias.update(ALIAS, scene.declared, next, { isKnown: false })).toMatchObject({ kind: 'done', calls: 0 });
  });

  test('is made where it is missing', async () => {
    await scene.byOthers('DeleteAlias', 'us-west-2');
    expect(await scene.alias.update(ALIAS, scene.declared, scene.declared, { isKnown: false })).toMatchObject({ kind: 'done', calls: 1 });
    expect(scene.where()).toEqual(scene.on(scene.keyArn, ...BOTH));
  });

  test('that a request of unknown id may have made stays, too', async () => {
    const removed = await scene.alias.remove('payments-Alias-1A2B3C', scene.declared, { isKnown: false });
    expect(removed).toMatchObject({ kind: 'done', calls: 0, leftBehind: expect.stringContaining('delete-alias --region us-east-1') });
  });
});

test('of an alias that became nobody\'s in the middle of its request, the rollback tells', async () => {
  const scene = await AliasScene.start();
  scene.turns.emulator.faults.add({ operation: 'CreateAlias', region: 'us-west-2', effect: effects.accessDenied() });
  const created = scene.alias.create(scene.declared);
  while (!('us-east-1' in scene.where())) { await new Promise(setImmediate); }
  await scene.byOthers('UpdateAlias', 'us-east-1');
  const { rollback } = await created;
  expect(rollback).toMatchObject({ kind: 'done', leftBehind: expect.stringContaining('alias/cvk in us-east-1 belongs to no key, so it may be another\'s') });
  await scene.turns.close();
});
