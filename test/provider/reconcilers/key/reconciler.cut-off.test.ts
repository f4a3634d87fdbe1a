import { KeyProperties } from '../../../../src/provider/contract/multi-region-payment-key';
import { keyReconciler } from '../../../../src/provider/handler/reconcilers/key/reconciler';
import { effects, FaultEffect } from '../../../emulator';
import { cvk } from '../keys';
import { Cut, Outcome, Turns, TurnsRequest } from '../turns';

/*
 * A request is cut off at each of its calls and looks, before and after, and refused or left without an answer in every
 * way. Whatever happens, it ends with the same key in the same state, or fails and leaves nothing behind untold.
 */

const policy = (role: string) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::111122223333:role/${role}` }, Action: 'payment-cryptography:*', Resource: '*' }] });
const BEFORE: Partial<KeyProperties> = { ReplicationRegions: ['us-west-2', 'eu-west-1'], Tags: { team: 'cards', stage: 'test' }, ResourcePolicy: policy('one') };
const AFTER: Partial<KeyProperties> = { ReplicationRegions: ['eu-west-1', 'eu-west-2'], Tags: { team: 'acquiring' }, Enabled: false, ResourcePolicy: policy('other') };

let turns: Turns;
afterEach(() => turns.close());

interface Kind {
  readonly name: string;
  /** What is there after the request. */
  readonly expected: Partial<KeyProperties>;
  /** What is there before it. */
  prepare(): Promise<TurnsRequest<KeyProperties>>;
  run(request: TurnsRequest<KeyProperties>): Promise<Outcome>;
}

const create = async (): Promise<string> => (await turns.reconcile(keyReconciler, { declared: cvk(BEFORE) })).physicalId!;

const KINDS: readonly Kind[] = [
  { name: 'creation', prepare: async () => ({ declared: cvk(BEFORE) }), run: request => turns.reconcile(keyReconciler, request), expected: BEFORE },
  {
    name: 'update',
    prepare: async () => ({ physicalId: await create(), previous: cvk(BEFORE), declared: cvk(AFTER) }),
    run: request => turns.reconcile(keyReconciler, request),
    expected: AFTER,
  },
];

/** The key that the outcome names is what is declared, and there is no other. */
async function expectDeclared({ physicalId }: Outcome, declared: Partial<KeyProperties>): Promise<void> {
  turns.emulator.faults.clear();
  turns.clock.advance(30);
  expect(turns.keys().map(({ key }) => key.KeyArn)).toEqual([physicalId]);
  const [{ key, tags }] = turns.keys();
  expect(key).toMatchObject({ Enabled: declared.Enabled ?? true, KeyState: 'CREATE_COMPLETE' });
  expect(Object.fromEntries(Object.entries(key.ReplicationStatus ?? {}).map(([region, { Status }]) => [region, Status])))
    .toEqual(Object.fromEntries(declared.ReplicationRegions!.map(region => [region, 'SYNCHRONIZED'])));
  expect(Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith('cdk-')))).toEqual(declared.Tags);
  for (const region of declared.ReplicationRegions!) { expect(turns.keys(region)[0].tags).toEqual(declared.Tags); }
  expect((await turns.byHand('GetResourcePolicy', { ResourceArn: physicalId })).Policy).toBe(declared.ResourcePolicy);
  expect([...turns.owned.get(physicalId!)!].sort()).toEqual([...declared.ReplicationRegions!].sort());
}

describe.each(KINDS)('$name', ({ prepare, run, expected }) => {
  test.each<Cut['where']>(['beforeCall', 'afterCall', 'beforeLook'])('cut off %s, at each in turn', async where => {
    turns = await Turns.start();
    const { calls, looks } = await run(await prepare());
    await turns.close();
    for (let at = 1; at <= (where === 'beforeLook' ? looks : calls); at += 1) {
      turns = await Turns.start();
      const request = { ...await prepare(), cut: { at, where } };
      const outcome = await run(request);
      if (outcome.kind === 'failed' && outcome.lostCreation) {
        // CreateKey was never sent, and is not sent again for this request.
        expect([where, at]).toEqual(['beforeCall', 1]);
        expect(await turns.rollBack(keyReconciler, request, outcome)).toMatchObject({ kind: 'done', leftBehind: expect.stringContaining(outcome.requestId) });
        expect(turns.keys()).toEqual([]);
      } else {
        expect([at, outcome]).toMatchObject([at, { kind: 'done' }]);
        await expectDeclared(outcome, expected);
      }
      await turns.close();
    }
    turns = await Turns.start();
  }, 60_000);

  const OPERATIONS = ['CreateKey', 'GetKey', 'ListTagsForResource', 'TagResource', 'UntagResource', 'StopKeyUsage', 'AddKeyReplicationRegions',
    'RemoveKeyReplicationRegions', 'GetResourcePolicy', 'PutResourcePolicy'];
  test.each<[string, FaultEffect, number]>([
    ['throttled', effects.throttle(), 3],
    ['denied for a moment', effects.accessDenied(), 3],
    ['lost on its way', effects.requestLost(), 1],
    ['lost on its way back', effects.responseLost(), 1],
    ['answered with a failure of the service, although executed', effects.internalServerError({ executed: true }), 1],
    ['answered with a failure of the service, and not executed', effects.serviceUnavailable(), 1],
  ])('each operation %s, in turn', async (_, effect, times) => {
    for (const operation of OPERATIONS) {
      turns = await Turns.start();
      const request = await prepare();
      // The service calls CreateKey in the replica Region as well, where a second denial is final.
      turns.emulator.faults.add({ operation, times: operation === 'CreateKey' ? 1 : times, effect });
      const outcome = await run(request);
      if (outcome.kind === 'failed') {
        expect([operation, outcome.lostCreation]).toEqual(['CreateKey', expect.anything()]);
        expect(turns.keys()).toEqual([]);
      } else {
        expect([operation, outcome]).toMatchObject([operation, { kind: 'done' }]);
        await expectDeclared(outcome, expected);
      }
      await turns.close();
    }
    turns = await Turns.start();
  }, 60_000);

  test('a final refusal of each change leaves nothing untold', async () => {
    for (const operation of OPERATIONS) {
      turns = await Turns.start();
      const request = await prepare();
      const before = turns.keys().length;
      turns.emulator.faults.add({ operation, effect: effects.accessDenied('never') });
      const outcome = await run(request);
      if (outcome.kind !== 'done') {
        expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/never|replication FAILED in/) });
        turns.emulator.faults.clear();
        expect(await turns.rollBack(keyReconciler, request, outcome)).toMatchObject({ kind: 'done' });
        expect(turns.keys().filter(({ key }) => key.KeyState === 'CREATE_COMPLETE')).toHaveLength(before);
      }
      await turns.close();
    }
    turns = await Turns.start();
  }, 60_000);
});

describe('deletion', () => {
  test.each<[string, FaultEffect, number]>([
    ['throttled', effects.throttle(), 3],
    ['denied for a moment', effects.accessDenied(), 3],
    ['lost on its way', effects.requestLost(), 1],
    ['lost on its way back', effects.responseLost(), 1],
    ['refused by a conflict', { kind: 'error', type: 'ConflictException' }, 3],
  ])('%s', async (_, effect, times) => {
    for (const operation of ['ListTagsForResource', 'DeleteKey']) {
      turns = await Turns.start();
      const physicalId = await create();
      turns.emulator.faults.add({ operation, times: operation === 'DeleteKey' ? times : Math.min(times, 1), effect });
      const outcome = await turns.remove(keyReconciler, { physicalId, declared: cvk(BEFORE) });
      if (effect.kind === 'error' && effect.type === 'ConflictException' && operation !== 'DeleteKey') {
        expect(outcome).toMatchObject({ kind: 'failed' });
      } else {
        expect(outcome).toMatchObject({ kind: 'done', physicalId });
        expect(outcome.leftBehind).toBeUndefined();
        expect(turns.keys().map(({ key }) => key.KeyState)).toEqual(['DELETE_PENDING']);
      }
      await turns.close();
    }
    turns = await Turns.start();
  });

  test.each<Cut['where']>(['beforeCall', 'afterCall', 'beforeLook'])('cut off %s', async where => {
    turns = await Turns.start();
    const physicalId = await create();
    expect(await turns.remove(keyReconciler, { physicalId, declared: cvk(BEFORE), cut: { at: 1, where } })).toMatchObject({ kind: 'done' });
    expect(turns.keys().map(({ key }) => key.KeyState)).toEqual(['DELETE_PENDING']);
  });
});
