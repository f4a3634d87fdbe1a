import { KeyProperties } from '../../../../src/provider/contract/multi-region-payment-key';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../../../src/provider/contract/ownership-tags';
import { Key, Replication } from '../../../../src/provider/handler/control-plane/port';
import { ManagedKey } from '../../../../src/provider/handler/reconcilers/key/checkpoint';
import { Observed, plan } from '../../../../src/provider/handler/reconcilers/key/plan';
import { Task } from '../../../../src/provider/handler/reconcilers/reconciler';
import { cvk } from '../keys';

const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/abcdefghijklmnop';
const NOW = new Date('2026-11-28T12:00:00Z');
const OURS = new Map([[STACK_ID_TAG, 'stack-1'], [LOGICAL_ID_TAG, 'Cvk']]);

const task = (declared: Partial<KeyProperties>, rest: Partial<Task<KeyProperties>> = {}): Task<KeyProperties> => ({
  declared: cvk(declared),
  physicalId: ARN,
  owner: { region: 'us-east-1', stackId: 'stack-1', logicalId: 'Cvk', requestId: 'r' },
  reversal: { kind: 'none' },
  isKnown: true,
  now: NOW,
  ownedRegions: () => [],
  ...rest,
});

const known = (regions: readonly string[] = [], rest: Partial<ManagedKey> = {}): ManagedKey => ({
  keyArn: ARN, origin: { kind: 'found' }, putsPolicy: false, notes: [], since: NOW.toISOString(), secondTries: [], owned: { physicalId: ARN, regions }, ...rest,
});

const observed = (key: Partial<Key> = {}, rest: Partial<Observed> = {}): Observed => ({
  key: {
    keyArn: ARN,
    state: 'CREATE_COMPLETE',
    enabled: true,
    usage: 'TR31_C0_CARD_VERIFICATION_KEY',
    keyClass: 'SYMMETRIC_KEY',
    algorithm: 'TDES_2KEY',
    modesOfUse: ['Generate', 'Verify'],
    exportable: true,
    keyCheckValue: '08D7B4',
    keyCheckValueAlgorithm: 'ANSI_X9_24',
    origin: 'AWS_PAYMENT_CRYPTOGRAPHY',
    replication: [],
    usesDefaultReplicationRegions: false,
    ...key,
  } as Key,
  tags: OURS,
  ...rest,
});

const there = (...entries: Array<[region: string, status: string]>): { replication: Replication[] } =>
  ({ replication: entries.map(([region, status]) => ({ region, status })) });
const what = (...given: Parameters<typeof plan>) => {
  const planned = plan(...given);
  return planned.kind === 'change' ? planned.next.what : planned.kind;
};

describe('what comes next for a primary', () => {
  test('nothing, when it is as declared', () => {
    expect(what(task({}), known(), observed())).toBe('asDeclared');
  });

  test('tags first, then whether it is enabled, then its Regions, and its policy last', () => {
    const declared = { Tags: { team: 'cards' }, Enabled: false, ReplicationRegions: ['us-west-2'], ResourcePolicy: '{}' };
    const policy = { live: undefined };
    expect(what(task(declared), known(), observed({}, { policy }))).toBe(`tags of ${ARN}`);
    const tags = new Map([...OURS, ['team', 'cards']]);
    expect(what(task(declared), known(), observed({}, { tags, policy }))).toBe('the key to be disabled');
    expect(what(task(declared), known(), observed({ enabled: false }, { tags, policy }))).toBe('replication to us-west-2');
    const replicated = observed({ enabled: false, ...there(['us-west-2', 'IN_PROGRESS']) }, { tags, policy });
    expect(what(task(declared), known(), replicated)).toBe('the resource policy');
  });

  test('what is missing is set before what is too much is taken away', () => {
    const previous = cvk({ Tags: { old: '1' } });
    const tags = new Map([...OURS, ['old', '1']]);
    const planned = plan(task({ Tags: { fresh: '2' } }, { previous }), known(), observed({}, { tags }));
    expect(planned.kind === 'change' && [...planned.next.seen(observed({}, { tags })).tags!.keys()]).toEqual([...OURS.keys(), 'old', 'fresh']);
    expect(what(task({}, { previous }), known(), observed({}, { tags }))).toBe(`tags of ${ARN}`);
  });

  test('a Region of ours that is not declared goes; one of others, or of the account\'s defaults, stays', () => {
    const two = observed(there(['us-west-2', 'SYNCHRONIZED'], ['eu-west-1', 'SYNCHRONIZED']));
    expect(what(task({ ReplicationRegions: ['eu-west-1'] }), known(['us-west-2']), two)).toBe('removal from us-west-2');
    expect(what(task({ ReplicationRegions: ['eu-west-1'] }), known([]), two)).toBe('asDeclared');
    expect(what(task({}), known(['us-west-2']), two)).toBe('asDeclared');
  });

  test('an empty list means nowhere, for what the account\'s defaults gave, too', () => {
    const byDefault = observed({ usesDefaultReplicationRegions: true, ...there(['eu-west-1', 'SYNCHRONIZED']) });
    expect(what(task({ ReplicationRegions: [] }), known(), byDefault)).toBe('removal from eu-west-1');
    expect(what(task({ ReplicationRegions: [] }), known([], { origin: { kind: 'adopted' } }), byDefault)).toBe('asDeclared');
  });
});

describe('refused before the first change', () => {
  const declared = { Enabled: false };

  test('a key that another stack, or another resource of this one, took over', () => {
    const by = (stackId: string, logicalId: string) =>
      plan(task(declared), known(), observed({}, { tags: new Map([[STACK_ID_TAG, stackId], [LOGICAL_ID_TAG, logicalId]]) }));
    expect(by('stack-2', 'Cvk')).toMatchObject({ kind: 'refused', reason: expect.stringContaining('adopted by another stack since: stack-2') });
    expect(by('stack-1', 'Pek')).toMatchObject({ kind: 'refused', reason: expect.stringContaining('adopted by another resource since: Pek') });
  });

  test('L11: a key without tags, if the ledger does not know it either', () => {
    const tags = new Map<string, string>();
    expect(what(task(declared, { isKnown: false }), known(), observed({}, { tags }))).toBe('refused');
    expect(what(task(declared), known(), observed({}, { tags }))).toBe(`tags of ${ARN}`);
    expect(what(task(declared, { isKnown: false }), known([], { origin: { kind: 'takenOver', before: [] } }), observed({}, { tags }))).toBe(`tags of ${ARN}`);
  });

  test('a policy that others put there', () => {
    expect(what(task({ ...declared, ResourcePolicy: '{"a":1}' }), known(), observed({}, { policy: { live: '{"b":2}' } }))).toBe('refused');
  });
});
