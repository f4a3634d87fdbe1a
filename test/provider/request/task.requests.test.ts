import { OpenCall } from '../../../src/provider/handler/ledger/item';
import { lostCreation, refuse, taskOf } from '../../../src/provider/handler/request/task';
import { KEY, newRequest, OTHER_KEY, taken } from '../ledger/events';
import { MemoryLedger } from '../ledger/memory-ledger';

const DECLARED = {
  StateMachineArn: 'arn', KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: ['Generate', 'Verify'],
};
const STACK_ID = newRequest({ type: 'Create', id: 'r' }).event.StackId;
const NOW = new Date('2026-11-28T12:00:00Z');

describe('a request as its reconciler is asked', () => {
  test('knows its owner by the stack, the logical id and the request', async () => {
    const item = taken(undefined, { type: 'Create', id: 'r-1', at: 0, declared: DECLARED });
    const { task } = await taskOf(item, item.request, STACK_ID, new MemoryLedger(), NOW);
    expect(task).toMatchObject({ owner: { region: 'us-east-1', stackId: STACK_ID, logicalId: 'Cvk', requestId: 'r-1' }, isKnown: true, reversal: { kind: 'none' } });
    expect(task.physicalId).toBeUndefined();
    expect(task.declared.KeyAlgorithm).toBe('TDES_2KEY');
  });

  test('has former properties, unless those were refused', async () => {
    const of = async (former: object) => {
      const item = taken(undefined, { type: 'Update', id: 'u', physicalId: KEY, at: 0, declared: DECLARED, former });
      return (await taskOf(item, item.request, STACK_ID, new MemoryLedger(), NOW)).task.previous;
    };
    expect((await of({ ...DECLARED, KeyAlgorithm: 'AES_128' })).KeyAlgorithm).toBe('AES_128');
    expect(await of({ ...DECLARED, DeletionWindowInDays: 'never' })).toBeUndefined();
  });

  test('reads properties that stand in an item of their own, and says when they are lost', async () => {
    const ledger = new MemoryLedger();
    const item = taken(undefined, { type: 'Create', id: 'r', at: 0 });
    const stored = { ...item.request, properties: { kind: 'stored' as const, id: 'Cvk/properties/r', digests: item.request.properties.digests } };
    await expect(taskOf(item, stored, STACK_ID, ledger, NOW)).rejects.toThrow('the ledger lost Cvk/properties/r');
    await ledger.writeProperties('Cvk/properties/r', JSON.stringify({ declared: DECLARED }));
    expect((await taskOf(item, stored, STACK_ID, ledger, NOW)).task.declared.KeyClass).toBe('SYMMETRIC_KEY');
  });
});

describe('L5: a lost creation', () => {
  const since = '2026-11-28T12:00:00.000Z';
  const call = (operation: string): OpenCall => ({ id: 'c', operation, region: 'us-east-1', since, outcome: 'unknown', wasFirstTouch: false });
  const record = (calls: readonly OpenCall[], checkpoint = {}) => ({ ...taken(undefined, { type: 'Create', id: 'r', at: 0 }).request, calls, checkpoint });

  test('is an open CreateKey whose key was not found yet', () => {
    expect(lostCreation(record([call('TagResource'), call('CreateKey')]))).toEqual({ since: new Date(since), requestId: 'r' });
    expect(lostCreation(record([call('CreateKey')], { made: KEY }))).toBeUndefined();
    expect(lostCreation(record([call('TagResource')]))).toBeUndefined();
    expect(lostCreation(record([]))).toBeUndefined();
  });
});

describe('refused before it takes charge', () => {
  const event = (rest: object) => ({ ...newRequest({ type: 'Update', id: 'u', physicalId: KEY, declared: DECLARED }).event, ...rest });

  test('not a request of this account and Region', () => {
    expect(refuse(event({})).type).toBeDefined();
  });

  test.each([
    ['another account', { PhysicalResourceId: OTHER_KEY.replace('111122223333', '444455556666') }, 'is not of this stack\'s account'],
    ['another Region', { PhysicalResourceId: OTHER_KEY.replace('us-east-1', 'eu-west-1') }, 'is not of this stack\'s account'],
    ['an unknown type', { ResourceType: 'Custom::Other' }, 'does not know the resource type Custom::Other'],
    ['a member of every object as type', { ResourceType: 'constructor' }, 'does not know the resource type constructor'],
    ['unreadable properties', { ResourceProperties: { ...DECLARED, DeletionWindowInDays: 'never' } }, 'DeletionWindowInDays'],
    ['its own Region among the replication Regions', { ResourceProperties: { ...DECLARED, ReplicationRegions: ['us-east-1'] } }, 'the key\'s own Region'],
  ])('%s', (_, rest, text) => {
    expect(() => refuse(event(rest))).toThrow(text);
  });

  test('a Delete is not refused for what was declared', () => {
    expect(() => refuse(event({ RequestType: 'Delete', ResourceProperties: { ...DECLARED, ReplicationRegions: ['us-east-1'] } }))).not.toThrow();
  });
});
