import { KeyProperties } from '../../../../src/provider/contract/multi-region-payment-key';
import { LOGICAL_ID_TAG, REPLACES_TAG, STACK_ID_TAG } from '../../../../src/provider/contract/ownership-tags';
import { keyReconciler } from '../../../../src/provider/handler/reconcilers/key/reconciler';
import { Reversal } from '../../../../src/provider/handler/reconcilers/reconciler';
import { cvk } from '../keys';
import { Outcome, Turns } from '../turns';

type Declared = Partial<KeyProperties>;

const TRIPLE: Declared = { KeyAlgorithm: 'TDES_3KEY' };
const ECC: Declared = {
  KeyUsage: 'TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT',
  KeyClass: 'ASYMMETRIC_KEY_PAIR',
  KeyAlgorithm: 'ECC_NIST_P256',
  KeyModesOfUse: ['DeriveKey'],
  DeriveKeyUsage: 'TR31_P0_PIN_ENCRYPTION_KEY',
};

describe('an update that asks for what is immutable in the service', () => {
  let turns: Turns;
  let old: string;

  beforeEach(async () => {
    turns = await Turns.start();
    old = (await turns.reconcile(keyReconciler, { declared: cvk() })).physicalId!;
    turns.takeRequests();
  });
  afterEach(() => turns.close());

  const keyOf = (arn: string) => turns.keys().find(({ key }) => key.KeyArn === arn)!;
  const update = (physicalId: string, before: Declared, after: Declared, reversal?: Reversal): Promise<Outcome> =>
    turns.reconcile(keyReconciler, { physicalId, previous: cvk(before), declared: cvk(after), reversal });

  describe.each<[string, Declared, string]>([
    ['algorithm', TRIPLE, 'algorithm is TDES_2KEY, declared is TDES_3KEY'],
    ['modes of use', { KeyModesOfUse: ['Generate'] }, 'modesOfUse is Generate Verify, declared is Generate'],
    ['exportable', { Exportable: false }, 'exportable is true, declared is false'],
    ['usage', { KeyUsage: 'TR31_V2_VISA_PIN_VERIFICATION_KEY' }, 'usage is TR31_C0_CARD_VERIFICATION_KEY, declared is TR31_V2_VISA_PIN_VERIFICATION_KEY'],
    ['key check value algorithm', { KeyCheckValueAlgorithm: 'CMAC' }, 'keyCheckValueAlgorithm is ANSI_X9_24, declared is CMAC'],
  ])('%s', (_, after, difference) => {
    test('is refused before anything is made, and told what to do', async () => {
      const outcome = await update(old, {}, { ...after, Enabled: false });
      expect(outcome).toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringContaining(difference) });
      expect(outcome.reason).toContain('declare replaceable: true');
      expect(turns.keys()).toHaveLength(1);
    });

    test('makes another key when it may be replaced, and keeps the old one', async () => {
      const outcome = await update(old, {}, { ...after, Replaceable: true });
      expect(outcome).toMatchObject({ kind: 'done', calls: 1 });
      expect(outcome.physicalId).not.toBe(old);
      expect(keyOf(outcome.physicalId!).tags[REPLACES_TAG]).toBe(old);
      expect(keyOf(old).key.KeyState).toBe('CREATE_COMPLETE');
    });
  });

  test('names every difference', async () => {
    const { reason } = await update(old, {}, { ...TRIPLE, KeyModesOfUse: ['Generate'] });
    expect(reason).toContain('algorithm is TDES_2KEY, declared is TDES_3KEY; modesOfUse is Generate Verify, declared is Generate');
  });

  test('does not, when it only declares what the key is already, in another order or for the first time', async () => {
    for (const after of [{ KeyModesOfUse: ['Verify', 'Generate'] }, { KeyCheckValueAlgorithm: 'ANSI_X9_24' }]) {
      expect(await update(old, {}, after)).toMatchObject({ kind: 'done', physicalId: old, calls: 0 });
    }
  });

  test('a key that differs although the declaration did not change is not replaced, replaceable or not', async () => {
    const outcome = await update(old, { ...TRIPLE, Replaceable: true }, { ...TRIPLE, Replaceable: true, Enabled: false });
    expect(outcome).toMatchObject({ kind: 'failed', calls: 0 });
    expect(outcome.reason).toContain('although the declaration did not change: algorithm is TDES_2KEY, declared is TDES_3KEY');
  });

  test('a replacement that fails is taken away, and nothing else', async () => {
    turns.emulator.setReplicationOutcome('us-west-2', { kind: 'fails', message: 'no room' });
    const request = { physicalId: old, previous: cvk(), declared: cvk({ ...TRIPLE, Replaceable: true, ReplicationRegions: ['us-west-2'] }) };
    const failed = await turns.reconcile(keyReconciler, request);
    expect(failed).toMatchObject({ kind: 'failed', reason: expect.stringContaining('no room') });
    expect(await turns.rollBack(keyReconciler, request, failed)).toMatchObject({ kind: 'done', physicalId: old });
    expect(turns.keys().filter(({ key }) => key.KeyArn !== old).map(({ key }) => key.KeyState)).toEqual(['DELETE_PENDING']);
    expect(keyOf(old).key.KeyState).toBe('CREATE_COMPLETE');
  });

  describe('after a replacement', () => {
    let second: string;
    beforeEach(async () => {
      second = (await update(old, {}, { ...TRIPLE, Replaceable: true })).physicalId!;
      turns.takeRequests();
    });
    const back = (after: Declared = {}) => update(second, { ...TRIPLE, Replaceable: true }, after, { kind: 'ofReplacement', predecessor: old });

    test('its rollback returns the predecessor and creates nothing, although the old declaration does not say replaceable', async () => {
      expect(await back()).toMatchObject({ kind: 'done', physicalId: old, calls: 0, notes: [expect.stringContaining(`back to ${old}`)] });
    });

    test('its rollback brings the predecessor to what is declared', async () => {
      expect(await back({ Enabled: false })).toMatchObject({ kind: 'done', physicalId: old, calls: 1 });
      expect(keyOf(old).key.Enabled).toBe(false);
    });

    test('a later change back to what was declared before is refused, or makes a new key (L8)', async () => {
      expect(await update(second, TRIPLE, {})).toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringContaining('declare replaceable: true') });
      const { physicalId } = await update(second, TRIPLE, { Replaceable: true });
      expect([old, second]).not.toContain(physicalId);
    });

    test.each<[string, () => Promise<unknown>]>([
      ['pending deletion', () => turns.byHand('DeleteKey', { KeyIdentifier: old, DeleteKeyInDays: 3 })],
      ['of another stack by now', () => turns.byHand('TagResource', { ResourceArn: old, Tags: [{ Key: STACK_ID_TAG, Value: 'other' }] })],
    ])('a predecessor %s is not returned', async (_, happens) => {
      await happens();
      expect(await back()).toMatchObject({ kind: 'failed', calls: 0 });
      const { kind, physicalId } = await back({ Replaceable: true });
      expect(kind).toBe('done');
      expect([old, second]).not.toContain(physicalId);
    });

    test('a predecessor whose tags others took away is returned with its tags', async () => {
      await turns.byHand('UntagResource', { ResourceArn: old, TagKeys: [STACK_ID_TAG, LOGICAL_ID_TAG] });
      expect(await back()).toMatchObject({ kind: 'done', physicalId: old, calls: 1 });
      expect(keyOf(old).tags[LOGICAL_ID_TAG]).toBe('Cvk');
    });

    test.each<[string, object]>([
      ['', {}],
      [' even if the answer of CreateKey was lost', { cut: { at: 1, where: 'afterCall' } }],
      [' even if the tag index cannot be asked either', { cut: { at: 1, where: 'afterCall' }, isIndexGone: true }],
    ])('a predecessor that lives and is not what is declared is told of when another key is made,%s', async (_, { isIndexGone, ...more }: { isIndexGone?: boolean }) => {
      if (isIndexGone) { turns.emulator.faults.add({ operation: 'GetResources', effect: { kind: 'error', type: 'AccessDeniedException' } }); }
      const outcome = await turns.reconcile(keyReconciler, {
        physicalId: second,
        previous: cvk({ ...TRIPLE, Replaceable: true }),
        declared: cvk({ KeyModesOfUse: ['Generate'], Replaceable: true }),
        reversal: { kind: 'ofReplacement', predecessor: old },
        ...more,
      });
      expect(outcome).toMatchObject({ kind: 'done', leftBehind: expect.stringMatching(new RegExp(`^${old}, to which the rollback would have returned, .*delete-key`)) });
      expect([old, second]).not.toContain(outcome.physicalId);
    });

    test('a predecessor that is not what is declared now is not returned', async () => {
      expect(await back({ KeyModesOfUse: ['Generate'] })).toMatchObject({ kind: 'failed', calls: 0 });
    });
  });

  test('an ECC key is another one with another derived usage', async () => {
    const made = (await turns.reconcile(keyReconciler, { declared: cvk(ECC), logicalId: 'Ecc' })).physicalId!;
    const other = { ...ECC, DeriveKeyUsage: 'TR31_B0_BASE_DERIVATION_KEY' };
    const outcome = await turns.reconcile(keyReconciler, { physicalId: made, previous: cvk(ECC), declared: cvk(other), logicalId: 'Ecc' });
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('deriveKeyUsage is TR31_P0_PIN_ENCRYPTION_KEY, declared is TR31_B0_BASE_DERIVATION_KEY') });
  });
});
