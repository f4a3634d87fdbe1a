import { STACK_ID_TAG } from '../../../../src/provider/contract/ownership-tags';
import { keyReconciler } from '../../../../src/provider/handler/reconcilers/key/reconciler';
import { effects } from '../../../emulator';
import { BY_HAND, cvk } from '../keys';
import { OTHER_STACK_ID, Turns } from '../turns';

const INVENTED = 'payments-Cvk-1A2B3C4D5E6F';

/** Of a resource without an item in the ledger, nothing is ours but a key whose own tags say so (L11). */
describe('without an item in the ledger', () => {
  let turns: Turns;
  let ours: string;
  let nobodys: string;

  beforeEach(async () => {
    turns = await Turns.start();
    ours = (await turns.reconcile(keyReconciler, { declared: cvk({ ReplicationRegions: ['us-west-2'] }), requestId: 'r-1' })).physicalId!;
    nobodys = (await turns.byHand('CreateKey', BY_HAND)).Key.KeyArn;
    turns.takeRequests();
  });
  afterEach(() => turns.close());

  const stateOf = (arn: string) => turns.keys().find(({ key }) => key.KeyArn === arn)!.key.KeyState;
  const lost = { isKnown: false };

  test('an update goes on with a key that bears our tags, and leaves its Regions', async () => {
    const outcome = await turns.reconcile(keyReconciler, { ...lost, physicalId: ours, previous: cvk({ ReplicationRegions: ['us-west-2'] }), declared: cvk({ ReplicationRegions: ['eu-west-1'], Enabled: false }) });
    expect(outcome).toMatchObject({ kind: 'done', notes: [expect.stringContaining('left as they are, since this stack did not make them: us-west-2')] });
    expect(turns.owned.get(ours)).toEqual(['eu-west-1']);
  });

  test('an update leaves a key of nobody, and advises to adopt it', async () => {
    expect(await turns.reconcile(keyReconciler, { ...lost, physicalId: nobodys, previous: cvk(), declared: cvk({ Enabled: false }) }))
      .toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringContaining(`MultiRegionPaymentKey.adopt of ${nobodys}`) });
  });

  test('a delete deletes a key that bears our tags', async () => {
    expect(await turns.remove(keyReconciler, { ...lost, physicalId: ours, declared: cvk() })).toMatchObject({ kind: 'done' });
    expect(stateOf(ours)).toBe('DELETE_PENDING');
  });

  test('a delete leaves a key of nobody, and tells how to adopt or delete it', async () => {
    const { leftBehind, calls } = await turns.remove(keyReconciler, { ...lost, physicalId: nobodys, declared: cvk() });
    expect(calls).toBe(0);
    expect(leftBehind).toContain(`MultiRegionPaymentKey.adopt of ${nobodys}`);
    expect(leftBehind).toContain(`aws payment-cryptography delete-key --region us-east-1 --key-identifier ${nobodys}`);
  });

  test.each([true, false])('a delete leaves a key of another stack, known or not (%s)', async isKnown => {
    await turns.byHand('TagResource', { ResourceArn: ours, Tags: [{ Key: STACK_ID_TAG, Value: OTHER_STACK_ID }] });
    expect(await turns.remove(keyReconciler, { isKnown, physicalId: ours, declared: cvk() }))
      .toMatchObject({ kind: 'done', calls: 0, notes: [expect.stringContaining(`was taken over by Cvk of the stack ${OTHER_STACK_ID}`)] });
    expect(stateOf(ours)).toBe('CREATE_COMPLETE');
  });

  test('a delete of an unknown outcome looks for the key of that request, and deletes it', async () => {
    expect(await turns.remove(keyReconciler, { ...lost, physicalId: 'outcome-unknown/r-1', declared: cvk({ ReplicationRegions: ['us-west-2'] }) })).toMatchObject({ kind: 'done' });
    expect([stateOf(ours), stateOf(nobodys)]).toEqual(['DELETE_PENDING', 'CREATE_COMPLETE']);
  });

  test('a delete of an unknown outcome whose key is not there says how to look for it', async () => {
    expect(await turns.remove(keyReconciler, { ...lost, physicalId: 'outcome-unknown/r-2', declared: cvk() }))
      .toMatchObject({ kind: 'done', calls: 0, leftBehind: expect.stringContaining('Values=r-2') });
  });

  describe('a delete of an invented id', () => {
    const remove = () => turns.remove(keyReconciler, { ...lost, physicalId: INVENTED, declared: cvk() });

    test('deletes nothing, and names the keys that bear the tags of the resource', async () => {
      turns.clock.advance(60);
      const { leftBehind } = await remove();
      expect(leftBehind).toContain(`perhaps retained on purpose: ${ours}. Look for them: aws resourcegroupstaggingapi get-resources --region us-east-1`);
      expect(leftBehind).toMatch(/logical-id,Values=Cvk$/);
      expect(turns.takeRequests()).toEqual(['GetResources us-east-1', 'GetKey us-east-1']);
      expect(stateOf(ours)).toBe('CREATE_COMPLETE');
    });

    test('reports nothing when no living key bears them', async () => {
      turns.clock.advance(60);
      await turns.byHand('DeleteKey', { KeyIdentifier: ours });
      const removed = await remove();
      expect(removed).toMatchObject({ kind: 'done', calls: 0 });
      expect(removed.leftBehind).toBeUndefined();
    });

    test('says how to look when the tag index cannot be asked', async () => {
      turns.emulator.faults.add({ operation: 'GetResources', effect: effects.accessDenied() });
      expect((await remove()).leftBehind).toContain('Keys of it may be there, perhaps on purpose. Look for them: aws resourcegroupstaggingapi');
      expect(stateOf(ours)).toBe('CREATE_COMPLETE');
    });
  });

  test('a delete of what was never created asks nothing', async () => {
    turns.takeRequests();
    expect(await turns.remove(keyReconciler, { ...lost, physicalId: 'nothing-created/r-1', declared: cvk() })).toMatchObject({ kind: 'done', calls: 0, looks: 0 });
  });
});
