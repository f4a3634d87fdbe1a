import { LOGICAL_ID_TAG, OWNERSHIP_TAG_PREFIX, REQUEST_ID_TAG, STACK_ID_TAG } from '../../../../src/provider/contract/ownership-tags';
import { adoptedKeyReconciler } from '../../../../src/provider/handler/reconcilers/adopted-key/reconciler';
import { adopted, BY_HAND } from '../keys';
import { OTHER_STACK_ID, STACK_ID, Turns } from '../turns';

const policy = (role: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::111122223333:role/${role}` }, Action: 'payment-cryptography:*', Resource: '*' }] });
const [OURS, THEIRS] = ['ours', 'theirs'].map(policy);

describe('an adopted key', () => {
  let turns: Turns;
  let keyArn: string;

  beforeEach(async () => {
    turns = await Turns.start({ replicationOutcomes: { 'sa-east-1': { kind: 'fails', message: 'no room' } } });
    keyArn = (await turns.byHand('CreateKey', { ...BY_HAND, ReplicationRegions: ['us-west-2'] })).Key.KeyArn;
    turns.clock.advance(10);
    turns.takeRequests();
  });
  afterEach(() => turns.close());

  const tag = (stackId: string) =>
    turns.byHand('TagResource', { ResourceArn: keyArn, Tags: [{ Key: STACK_ID_TAG, Value: stackId }, { Key: LOGICAL_ID_TAG, Value: 'Theirs' }] });
  const ownership = () => Object.fromEntries(Object.entries(turns.keys()[0].tags).filter(([name]) => name.startsWith(OWNERSHIP_TAG_PREFIX)));
  const livePolicy = async () => (await turns.byHand('GetResourcePolicy', { ResourceArn: keyArn })).Policy;

  describe('whose adoption failed', () => {
    const failing = () => ({ declared: adopted(keyArn, { ReplicationRegions: ['eu-west-1', 'sa-east-1'], ResourcePolicy: OURS }) });

    test('gets back its tags, loses our policy, and keeps its replicas', async () => {
      const failed = await turns.reconcile(adoptedKeyReconciler, failing());
      expect(failed).toMatchObject({ kind: 'failed', reason: expect.stringContaining('sa-east-1 (no room)') });
      expect(await livePolicy()).toBe(OURS);
      const { kind, leftBehind } = await turns.rollBack(adoptedKeyReconciler, failing(), failed);
      expect(kind).toBe('done');
      expect(leftBehind).toContain(`replicas of ${keyArn} that this request added stay: eu-west-1, sa-east-1`);
      expect(leftBehind).toContain('remove-key-replication-regions --region us-east-1');
      expect(ownership()).toEqual({});
      expect(await livePolicy()).toBe('{}');
      expect(turns.keys()[0].key.KeyState).toBe('CREATE_COMPLETE');
      expect(Object.keys(turns.keys()[0].key.ReplicationStatus!).sort()).toEqual(['eu-west-1', 'sa-east-1', 'us-west-2']);
    });

    test('keeps the policy that others put in place of ours', async () => {
      const failed = await turns.reconcile(adoptedKeyReconciler, failing());
      await turns.byHand('PutResourcePolicy', { ResourceArn: keyArn, Policy: THEIRS });
      expect(await turns.rollBack(adoptedKeyReconciler, failing(), failed)).toMatchObject({ kind: 'done' });
      expect(await livePolicy()).toBe(THEIRS);
      expect(ownership()).toEqual({});
    });

    test('is left to another stack that adopted it meanwhile', async () => {
      const failed = await turns.reconcile(adoptedKeyReconciler, failing());
      await tag(OTHER_STACK_ID);
      expect(await turns.rollBack(adoptedKeyReconciler, failing(), failed)).toMatchObject({ kind: 'done', calls: 0 });
      expect(ownership()).toMatchObject({ [STACK_ID_TAG]: OTHER_STACK_ID });
    });

    // A part of them as well, from the request of another resource or of an older library.
    test.each<[string, Record<string, string>]>([
      ['none', {}],
      ['a stack', { [STACK_ID_TAG]: OTHER_STACK_ID }],
      ['a resource', { [LOGICAL_ID_TAG]: 'Theirs' }],
      ['both', { [STACK_ID_TAG]: OTHER_STACK_ID, [LOGICAL_ID_TAG]: 'Theirs' }],
      ['all, and a request', { [STACK_ID_TAG]: OTHER_STACK_ID, [LOGICAL_ID_TAG]: 'Theirs', [REQUEST_ID_TAG]: 'r-1' }],
      ['another resource of this stack', { [STACK_ID_TAG]: STACK_ID, [LOGICAL_ID_TAG]: 'Theirs' }],
    ])('has the tags that it had, none of ours: %s', async (_, before) => {
      if (Object.keys(before).length > 0) {
        await turns.byHand('TagResource', { ResourceArn: keyArn, Tags: Object.entries(before).map(([Key, Value]) => ({ Key, Value })) });
      }
      const failed = await turns.reconcile(adoptedKeyReconciler, failing());
      expect(ownership()).not.toEqual(before);
      turns.takeRequests();
      expect(await turns.rollBack(adoptedKeyReconciler, failing(), failed)).toMatchObject({ kind: 'done' });
      expect(ownership()).toEqual(before);
      // Whoever bears another stack's tag may not be untagged.
      const tagging = turns.takeRequests().map(request => request.split(' ')[0]).filter(operation => ['TagResource', 'UntagResource'].includes(operation));
      expect(tagging).toEqual([...tagging].sort().reverse());
    });

    test.each([1, 2])('is given back although the rollback is cut off at call %i', async at => {
      const failed = await turns.reconcile(adoptedKeyReconciler, failing());
      for (const where of ['beforeCall', 'afterCall'] as const) {
        expect(await turns.rollBack(adoptedKeyReconciler, { ...failing(), cut: { at, where } }, failed)).toMatchObject({ kind: 'done' });
        expect([ownership(), await livePolicy()]).toEqual([{}, '{}']);
      }
    });
  });

  test.each<[string, string]>([['another stack', OTHER_STACK_ID], ['another resource of this stack', STACK_ID]])(
    'that %s adopts while it is taken over is left to that', async (_, stackId) => {
      turns.emulator.setReplicationOutcome('eu-west-1', { kind: 'stays in progress' });
      const declared = adopted(keyArn, { ReplicationRegions: ['eu-west-1'], Enabled: false });
      const begun = await turns.reconcile(adoptedKeyReconciler, { declared, patience: 20 });
      expect(begun.kind).toBe('timedOut');
      await tag(stackId);
      const later = await turns.reconcile({ ...adoptedKeyReconciler, start: { ...begun.checkpoint, phase: 'reconciling' } as any }, { declared });
      expect(later).toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringContaining('was adopted by another') });
    });

  test('is refused to every kind of change once another stack adopted it', async () => {
    const before = { ReplicationRegions: ['us-west-2', 'eu-west-1'], Tags: { team: 'cards' }, ResourcePolicy: OURS };
    await turns.reconcile(adoptedKeyReconciler, { declared: adopted(keyArn, before) });
    await tag(OTHER_STACK_ID);
    for (const change of [
      { Enabled: false }, { ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: ['us-west-2', 'eu-west-1', 'eu-west-2'] },
      { Tags: {} }, { ResourcePolicy: THEIRS }, { ResourcePolicy: undefined },
    ]) {
      const outcome = await turns.reconcile(adoptedKeyReconciler, {
        physicalId: keyArn, previous: adopted(keyArn, before), declared: adopted(keyArn, { ...before, ...change }),
      });
      expect(outcome).toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringContaining(`was adopted by another stack since: ${OTHER_STACK_ID}`) });
    }
  });

  test('is not taken for ours by an update without an item in the ledger, unless its tags say so', async () => {
    const request = { isKnown: false, physicalId: keyArn, previous: adopted(keyArn), declared: adopted(keyArn, { Enabled: false }) };
    expect(await turns.reconcile(adoptedKeyReconciler, request)).toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringContaining('knows nothing of') });
    await turns.reconcile(adoptedKeyReconciler, { declared: adopted(keyArn) });
    expect(await turns.reconcile(adoptedKeyReconciler, request)).toMatchObject({ kind: 'done' });
  });

  test('is not deleted, nor its replicas, when it goes', async () => {
    await turns.reconcile(adoptedKeyReconciler, { declared: adopted(keyArn, { ReplicationRegions: ['us-west-2', 'eu-west-1'] }) });
    turns.takeRequests();
    expect(await turns.remove(adoptedKeyReconciler, { physicalId: keyArn, declared: adopted(keyArn) })).toMatchObject({ kind: 'done' });
    expect(turns.takeRequests()).toEqual(['ListTagsForResource us-east-1', 'UntagResource us-east-1']);
  });
});
