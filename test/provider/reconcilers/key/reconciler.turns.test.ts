import { keyReconciler } from '../../../../src/provider/handler/reconcilers/key/reconciler';
import { cvk } from '../keys';
import { REGION, STACK_ID, Turns } from '../turns';

let turns: Turns;

afterEach(() => turns?.close());

async function start(options?: Parameters<typeof Turns.start>[0]) {
  turns = await Turns.start(options);
  return turns;
}

describe('the creation of a key', () => {
  test('with one replication Region needs two requests in the primary', async () => {
    await start({ replicationDelay: 5 });
    const outcome = await turns.reconcile(keyReconciler, { declared: cvk({ ReplicationRegions: ['us-west-2'] }) });
    expect(outcome).toMatchObject({ kind: 'done', calls: 1, writesWithoutCall: 0 });
    expect(outcome.physicalId).toBe(outcome.attributes!.KeyArn);
    const requests = turns.takeRequests();
    expect(requests.filter(request => request.endsWith(REGION))).toEqual([`CreateKey ${REGION}`, `GetKey ${REGION}`]);
    expect(turns.keys()[0]).toMatchObject({ tags: { 'cdk-multi-region-payment-keys:stack-id': STACK_ID, 'cdk-multi-region-payment-keys:logical-id': 'Cvk' } });
    expect(turns.owned.get(outcome.physicalId!)).toEqual(['us-west-2']);
  });

  test('without Regions is complete with the answer of CreateKey', async () => {
    await start();
    const outcome = await turns.reconcile(keyReconciler, { declared: cvk({ ReplicationRegions: [] }) });
    expect(outcome).toMatchObject({ kind: 'done', calls: 1, looks: 0, turns: 1 });
  });

  test('answers at most 1 s after a short replication', async () => {
    await start({ replicationDelay: 6.5 });
    const began = turns.clock.now();
    await turns.reconcile(keyReconciler, { declared: cvk({ ReplicationRegions: ['us-west-2'] }) });
    expect((turns.clock.now() - began) / 1000).toBeLessThanOrEqual(7.5);
  });

  test('looks ever more rarely, and only at the replicas, until they are there', async () => {
    await start({ replicationDelay: 30 });
    const outcome = await turns.reconcile(keyReconciler, { declared: cvk({ ReplicationRegions: ['us-west-2', 'eu-west-1'] }) });
    expect(outcome).toMatchObject({ kind: 'done', writesWithoutCall: 0 });
    const requests = turns.takeRequests();
    expect(requests.filter(request => request.endsWith(REGION))).toEqual([`CreateKey ${REGION}`, `GetKey ${REGION}`]);
    expect(requests.length).toBeLessThan(30);
  });

  test('does not wait if it is not to', async () => {
    await start({ replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } });
    const outcome = await turns.reconcile(keyReconciler, { declared: cvk({ ReplicationRegions: ['us-west-2'], WaitForReplication: false }) });
    expect(outcome).toMatchObject({ kind: 'done', turns: 1 });
  });

  test('tags primary and replicas, and puts the resource policy', async () => {
    await start();
    const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Action: 'payment-cryptography:GetKey', Resource: '*' }] });
    const outcome = await turns.reconcile(keyReconciler, {
      declared: cvk({ ReplicationRegions: ['us-west-2'], Tags: { team: 'cards', constructor: 'x' }, ResourcePolicy: policy }),
    });
    expect(outcome.kind).toBe('done');
    expect(turns.keys()[0]).toMatchObject({ tags: { team: 'cards', constructor: 'x' } });
    expect(turns.keys('us-west-2')[0].tags).toEqual({ team: 'cards', constructor: 'x' });
    expect(await turns.byHand('GetResourcePolicy', { ResourceArn: outcome.physicalId })).toMatchObject({ Policy: policy });
  });

  test('works with any number of Regions', async () => {
    const regions = Array.from({ length: 24 }, (_, index) => `xx-test-${index + 1}`);
    await start({ moreRegions: regions });
    const outcome = await turns.reconcile(keyReconciler, { declared: cvk({ ReplicationRegions: regions }) });
    expect(outcome.kind).toBe('done');
    expect(turns.owned.get(outcome.physicalId!)).toEqual(regions);
  });

  test('finds the key whose CreateKey was cut off after the service executed it', async () => {
    await start();
    const outcome = await turns.reconcile(keyReconciler, { declared: cvk({ ReplicationRegions: ['us-west-2'] }), cut: { at: 1, where: 'afterCall' } });
    expect(outcome).toMatchObject({ kind: 'done', calls: 1 });
    expect(turns.keys()).toHaveLength(1);
  });

  test('never calls CreateKey again when it was cut off before it', async () => {
    await start();
    const request = { declared: cvk({ ReplicationRegions: ['us-west-2'] }), cut: { at: 1, where: 'beforeCall' as const } };
    const began = turns.clock.now();
    const failed = await turns.reconcile(keyReconciler, request);
    expect(failed).toMatchObject({ kind: 'failed', calls: 1, reason: expect.stringContaining('the answer of CreateKey was lost') });
    expect((turns.clock.now() - began) / 1000).toBeGreaterThanOrEqual(300);
    expect(await turns.rollBack(keyReconciler, request, failed)).toMatchObject({ kind: 'done', leftBehind: expect.stringContaining(failed.requestId) });
    expect(turns.keys()).toHaveLength(0);
  });

  test('finds, key by key, what the tag index does not know', async () => {
    await start({ tagIndexLag: Infinity });
    for (let index = 0; index < 3; index += 1) { await turns.reconcile(keyReconciler, { declared: cvk({ ReplicationRegions: [] }), logicalId: `Other${index}` }); }
    const outcome = await turns.reconcile(keyReconciler, { declared: cvk({ ReplicationRegions: [] }), cut: { at: 1, where: 'afterCall' } });
    expect(outcome).toMatchObject({ kind: 'done', calls: 1 });
    expect(turns.keys()).toHaveLength(4);
    expect(turns.keys().find(({ key }) => key.KeyArn === outcome.physicalId)!.tags).toMatchObject({ 'cdk-multi-region-payment-keys:logical-id': 'Cvk' });
  });

  test('the key that a failed creation made is deleted with the shortest window', async () => {
    await start({ replicationOutcomes: { 'us-west-2': { kind: 'fails', message: 'no permission' } } });
    const request = { declared: cvk({ ReplicationRegions: ['us-west-2'] }) };
    const failed = await turns.reconcile(keyReconciler, request);
    expect(failed).toMatchObject({ kind: 'failed', reason: expect.stringContaining('us-west-2 (no permission)') });
    expect(turns.takeRequests().filter(entry => /Regions/.test(entry))).toEqual([`RemoveKeyReplicationRegions ${REGION}`, `AddKeyReplicationRegions ${REGION}`]);
    expect(await turns.rollBack(keyReconciler, request, failed)).toMatchObject({ kind: 'done' });
    expect(turns.keys()[0].key.KeyState).toBe('DELETE_PENDING');
  });
});
