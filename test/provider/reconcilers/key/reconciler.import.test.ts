import { randomBytes } from 'node:crypto';
import { KeyMaterial } from '../../../../src/provider/contract/key-material';
import { KeyProperties } from '../../../../src/provider/contract/multi-region-payment-key';
import { MATERIAL_TAG } from '../../../../src/provider/contract/ownership-tags';
import { keyReconciler } from '../../../../src/provider/handler/reconcilers/key/reconciler';
import { effects } from '../../../emulator';
import { cvk } from '../keys';
import { Cut, Outcome, REGION, Turns } from '../turns';
import { CEREMONIES, Ceremony, kept, keyBlock, wrappingKey, WORKING_KEY_CHECK_VALUE } from './ceremonies';

const METHODS = Object.keys(CEREMONIES) as Array<KeyMaterial['Method']>;
const isCertificate = (method: string) => method.endsWith('CERTIFICATE');

let turns: Turns;
let present: ReadonlySet<string>;
beforeEach(async () => { turns = await Turns.start(); });
afterEach(() => turns.close());

/** Performs a ceremony, and forgets what it asked. */
async function prepared(method: KeyMaterial['Method'], declared: Partial<KeyProperties> = {}): Promise<Ceremony> {
  const done = await CEREMONIES[method](turns);
  present = new Set(turns.keys().map(({ key }) => key.KeyArn));
  turns.takeRequests();
  return { ...done, declared: { ...done.declared, ...declared } };
}
const made = () => turns.keys().filter(({ key }) => !present.has(key.KeyArn));
const importOf = (declared: KeyProperties, cut?: Cut): Promise<Outcome> => turns.reconcile(keyReconciler, { declared, cut });
const tr31With = async (material: Partial<Extract<KeyMaterial, { Method: 'TR31' }>>, declared: Partial<KeyProperties> = {}) => {
  const before = await prepared('TR31', declared);
  return { ...before.declared, Material: { ...before.declared.Material, ...material } as KeyMaterial };
};

describe.each(METHODS)('%s', method => {
  test('becomes a key in every Region that is declared', async () => {
    const { declared } = await prepared(method, { ReplicationRegions: ['us-west-2', 'eu-west-1'], Tags: { team: 'cards' } });
    const outcome = await importOf(declared);
    expect(outcome).toMatchObject({
      // One for each replica: its tags.
      kind: 'done', calls: 3, attributes: { KeyOrigin: 'EXTERNAL', ...isCertificate(method) ? {} : { KeyCheckValue: WORKING_KEY_CHECK_VALUE } },
    });
    expect(made()).toHaveLength(1);
    expect(made()[0].tags).toMatchObject({ team: 'cards', [MATERIAL_TAG]: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(Object.values(made()[0].key.ReplicationStatus ?? {}).map(({ Status }: any) => Status)).toEqual(['SYNCHRONIZED', 'SYNCHRONIZED']);
  });

  test('is imported once, wherever the function dies', async () => {
    const cuts: Cut[] = [{ at: 1, where: 'beforeCall' }, { at: 1, where: 'afterCall' }, ...[1, 2, 3].map(at => ({ at, where: 'beforeLook' } as const))];
    for (const cut of cuts) {
      const { declared } = await prepared(method);
      const outcome = await importOf(declared, cut);
      const asked = turns.takeRequests().filter(request => request.startsWith('ImportKey'));
      expect([cut, asked.length]).toEqual([cut, cut.where === 'beforeCall' ? 0 : 1]);
      expect([cut, outcome.kind]).toEqual([cut, cut.where === 'beforeCall' ? 'failed' : 'done']);
      expect([cut, made().length]).toEqual([cut, asked.length]);
    }
  });

  test('is read and called for in the creation only', async () => {
    const { declared } = await prepared(method);
    const { physicalId } = await importOf(declared);
    turns.takeRequests();
    const again = await turns.reconcile(keyReconciler, { declared: { ...declared, Tags: { team: 'cards' } }, previous: declared, physicalId });
    expect(again).toMatchObject({ kind: 'done', physicalId });
    await turns.remove(keyReconciler, { declared, physicalId: physicalId! });
    expect(turns.takeRequests().filter(request => /ImportKey|GetSecretValue|GetParameter/.test(request))).toEqual([]);
    expect(made()[0].key.KeyState).toBe('DELETE_PENDING');
  });

  test('with another check value is taken away again', async () => {
    const { declared } = await prepared(method, { ExpectedKeyCheckValue: '000000' });
    const failed = await importOf(declared);
    expect(failed).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/has the key check value \w+ \(\w+\), but expectedKeyCheckValue is 000000/) });
    const rolledBack = await turns.rollBack(keyReconciler, { declared }, failed);
    expect([rolledBack.kind, rolledBack.leftBehind]).toEqual(['done', undefined]);
    expect(made().map(({ key }) => key.KeyState)).toEqual(['DELETE_PENDING']);
  });

  test('in another version is another key, and only if that is asked for', async () => {
    const first = await prepared(method);
    const { physicalId } = await importOf(first.declared);
    const other = (await prepared(method)).declared;
    const change = (Replaceable: boolean) => turns.reconcile(keyReconciler, {
      previous: first.declared, declared: { ...first.declared, Material: other.Material, Replaceable }, physicalId,
    });
    expect(await change(false)).toMatchObject({ kind: 'failed', calls: 0, reason: expect.stringContaining('its material was imported from another version') });
    const replaced = await change(true);
    expect(replaced).toMatchObject({ kind: 'done', calls: 1 });
    expect(replaced.physicalId).not.toBe(physicalId);
    const back = await turns.reconcile(keyReconciler, {
      previous: { ...first.declared, Material: other.Material }, declared: first.declared, physicalId: replaced.physicalId, reversal: { kind: 'ofReplacement', predecessor: physicalId! },
    });
    expect(back).toMatchObject({ kind: 'done', physicalId, calls: 0 });
  });
});

describe('between imported and generated material', () => {
  test('there is no way but another key', async () => {
    const { declared } = await prepared('TR31');
    const generated = { ...declared, Material: undefined };
    const imported = await importOf(declared);
    expect(await turns.reconcile(keyReconciler, { previous: declared, declared: generated, physicalId: imported.physicalId }))
      .toMatchObject({ kind: 'failed', reason: expect.stringContaining('its material was imported, declared is a generated one') });
    const created = await importOf(generated);
    expect(await turns.reconcile(keyReconciler, { previous: generated, declared, physicalId: created.physicalId }))
      .toMatchObject({ kind: 'failed', reason: expect.stringContaining('its material was generated, declared is an imported one') });
  });

  test('another wrapping key for the same version changes nothing', async () => {
    const { declared } = await prepared('TR31');
    const { physicalId } = await importOf(declared);
    const Material = { ...declared.Material, WrappingKey: await wrappingKey(turns) } as KeyMaterial;
    expect(await turns.reconcile(keyReconciler, { previous: declared, declared: { ...declared, Material }, physicalId })).toMatchObject({ kind: 'done', physicalId, calls: 0 });
  });

  test('a key whose tag others took away is judged by what was declared', async () => {
    const { declared } = await prepared('TR31');
    const { physicalId } = await importOf(declared);
    await turns.byHand('UntagResource', { ResourceArn: physicalId, TagKeys: [MATERIAL_TAG] });
    const Material = { ...declared.Material, WrappedKey: kept(turns, keyBlock()) } as KeyMaterial;
    expect(await turns.reconcile(keyReconciler, { previous: declared, declared: { ...declared, Material }, physicalId })).toMatchObject({ kind: 'failed', calls: 0 });
    expect(await turns.reconcile(keyReconciler, { previous: declared, declared, physicalId })).toMatchObject({ kind: 'done', physicalId });
  });
});

describe('the check value of the wrapping key', () => {
  test.each([['0079ADAE', false], ['00A1B2C3', true]])('in the block, %s', async (_, isOther) => {
    const WrappingKey = await wrappingKey(turns);
    const { Key: { KeyCheckValue } } = await turns.byHand('GetKey', { KeyIdentifier: WrappingKey });
    const declared = await tr31With({ WrappingKey, WrappedKey: kept(turns, keyBlock({ optionalBlocks: new Map([['KP', `00${isOther ? 'A1B2C3' : KeyCheckValue}`]]) })) });
    const outcome = await importOf(declared);
    expect(outcome).toMatchObject(isOther
      ? { kind: 'failed', calls: 0, reason: expect.stringContaining(`was wrapped with a key of check value A1B2C3, but ${WrappingKey} has ${KeyCheckValue}`) }
      : { kind: 'done', calls: 1 });
  });
});

test('a check value by another method than that of the wrapping key is no reason to refuse', async () => {
  const declared = await tr31With({ WrappedKey: kept(turns, keyBlock({ optionalBlocks: new Map([['KP', '01A1B2C3']]) })) });
  expect(await importOf(declared)).toMatchObject({ kind: 'done', calls: 1 });
});

test.each([8, 16])('a nonce of TR-34 has %i bytes', async bytes => {
  const { declared } = await CEREMONIES.TR34(turns, { nonce: randomBytes(bytes) });
  expect((await importOf(declared)).kind).toBe('done');
});

test('the wrapping key need not be ours to look at', async () => {
  const declared = await tr31With({ WrappedKey: kept(turns, keyBlock({ optionalBlocks: new Map([['KP', '00A1B2C3']]) })) });
  turns.emulator.faults.add({ operation: 'GetKey', times: 1, effect: { kind: 'error', type: 'AccessDeniedException' } });
  expect(await importOf(declared)).toMatchObject({ kind: 'done', calls: 1 });
});

describe('a refusal of the service', () => {
  test('that repeats the material is told without it', async () => {
    const block = keyBlock();
    const declared = await tr31With({ WrappedKey: kept(turns, block) });
    turns.emulator.faults.add({ operation: 'ImportKey', effect: { kind: 'error', type: 'ValidationException', message: `1 validation error detected: Value '${block}' failed` } });
    const { reason = '' } = await importOf(declared);
    expect(reason).toContain('repeats a part of the material');
    for (let at = 16; at + 8 <= block.length; at += 1) { expect(reason).not.toContain(block.slice(at, at + 8)); }
  });

  test('of a block under another key is told', async () => {
    const declared = await tr31With({ WrappedKey: kept(turns, keyBlock({}, Buffer.alloc(16, 3))) });
    expect(await importOf(declared)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('made under another protection key') });
    expect(made()).toEqual([]);
  });
});

test('an import that waits for a team fails at once, and names the session', async () => {
  await turns.byHand('AssociateMpaTeam', { Action: 'IMPORT_ROOT_PUBLIC_KEY_CERTIFICATE', MpaTeamArn: `arn:aws:mpa:${REGION}:111122223333:approval-team/keys` });
  const { declared } = await prepared('ROOT_CERTIFICATE');
  const Material = { ...declared.Material, RequesterComment: 'our new authority' } as KeyMaterial;
  const failed = await importOf({ ...declared, Material });
  expect(failed).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/waits for the approval of a team \(arn:aws:mpa:.*session.*MultiRegionPaymentKey.adopt/) });
  const { KeyArn } = made()[0].key;
  expect((failed.checkpoint as any).made).toBe(KeyArn);
  // Neither the rollback nor the Delete waits for the team, and both tell of the key that may yet come to be.
  const told = expect.stringMatching(new RegExp(`${KeyArn} waits for the approval .*session.*denied`));
  expect(await turns.rollBack(keyReconciler, { declared: { ...declared, Material } }, failed)).toMatchObject({ kind: 'done', leftBehind: told });
  expect(await turns.remove(keyReconciler, { declared, physicalId: KeyArn })).toMatchObject({ kind: 'done', leftBehind: told });
});

test('an import whose answer was lost, and that waits for a team, names the session too', async () => {
  await turns.byHand('AssociateMpaTeam', { Action: 'IMPORT_ROOT_PUBLIC_KEY_CERTIFICATE', MpaTeamArn: `arn:aws:mpa:${REGION}:111122223333:approval-team/keys` });
  const { declared } = await prepared('ROOT_CERTIFICATE');
  const Material = { ...declared.Material, RequesterComment: 'our new authority' } as KeyMaterial;
  expect(await importOf({ ...declared, Material }, { at: 1, where: 'afterCall' })).toMatchObject({ kind: 'failed', reason: expect.stringContaining(':session/') });
});

describe('what came is compared with what is declared', () => {
  test.each<[string, Partial<KeyProperties>]>([
    ['a key of another length', { KeyAlgorithm: 'TDES_3KEY' }],
  ])('%s is taken away again', async (_, traits) => {
    const { declared } = await prepared('TR31', traits);
    const failed = await importOf(declared);
    expect(failed).toMatchObject({ kind: 'failed', reason: expect.stringContaining('is not what is declared: algorithm is TDES_2KEY, declared is TDES_3KEY') });
    expect(await turns.rollBack(keyReconciler, { declared }, failed)).toMatchObject({ kind: 'done' });
    expect(made().map(({ key }) => key.KeyState)).toEqual(['DELETE_PENDING']);
  });

  test.each<[string, Partial<KeyProperties>, string]>([
    ['of another usage', { KeyUsage: 'TR31_V2_VISA_PIN_VERIFICATION_KEY' }, 'usage is TR31_C0'],
    ['that is exportable', { Exportable: false }, 'exportable is true, declared is false'],
  ])('of TR-34, a key %s', async (_, traits, text) => {
    const { declared } = await prepared('TR34', traits);
    expect(await importOf(declared)).toMatchObject({ kind: 'failed', reason: expect.stringContaining(text) });
  });

  test('and found after its answer was lost, whatever it is', async () => {
    const { declared } = await prepared('TR31', { KeyAlgorithm: 'TDES_3KEY' });
    turns.emulator.faults.add({ operation: 'GetResources', effect: { kind: 'error', type: 'AccessDeniedException' } });
    expect(await importOf(declared, { at: 1, where: 'afterCall' })).toMatchObject({ kind: 'failed', reason: expect.stringContaining('algorithm is TDES_2KEY') });
  });
});

test('a wrapping key that was made a moment ago is waited for, and no longer than others are', async () => {
  const { declared } = await prepared('TR31');
  const unknown = { operation: 'ImportKey', effect: { kind: 'error', type: 'ResourceNotFoundException' } } as const;
  turns.emulator.faults.add({ ...unknown, times: 3 });
  expect(await importOf(declared)).toMatchObject({ kind: 'done', calls: 4 });
  turns.emulator.faults.add(unknown);
  const begun = turns.clock.now();
  expect(await importOf(declared)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('Check that wrappingKey is the key') });
  expect(turns.clock.now() - begun).toBeLessThan(40_000);
});

test('a secret that may not be read is told of with what to do', async () => {
  const { declared } = await prepared('TR31');
  turns.emulator.faults.add({ operation: 'GetSecretValue', effect: { kind: 'error', type: 'AccessDeniedException', message: 'Access to KMS is not allowed' } });
  expect(await importOf(declared)).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/the wrapped key in version .* may not be read.*encryptionKey/) });
});

test.each(['0', '08 D7 B4', '08D7B4FB629D08850', 'KCV'])('an expected check value of %j is refused before anything is made', value => {
  expect(keyReconciler.refuse(cvk({ ExpectedKeyCheckValue: value }), { region: REGION, stackId: '', logicalId: 'Cvk', requestId: 'r' })).toMatch(/4 to 16 hexadecimal digits/);
});


/** The declaration may name the wrapping key by an alias (MultiRegionPaymentKey.fromAliasName). */
describe('under a wrapping key that is named by its alias', () => {
  const declaredUnderAlias = async (checkValue?: string) => {
    const WrappingKey = await wrappingKey(turns);
    const { Key: { KeyCheckValue } } = await turns.byHand('GetKey', { KeyIdentifier: WrappingKey });
    const declared = await tr31With({ WrappedKey: kept(turns, keyBlock({ optionalBlocks: new Map([['KP', `00${checkValue ?? KeyCheckValue}`]]) })) });
    await turns.byHand('CreateAlias', { AliasName: 'alias/partner-kek', KeyArn: WrappingKey });
    return { ...declared, Material: { ...declared.Material, WrappingKey: WrappingKey.replace(/key\/.*/, 'alias/partner-kek') } as KeyMaterial };
  };

  test('a block that says its check value is imported', async () => {
    expect(await importOf(await declaredUnderAlias())).toMatchObject({ kind: 'done' });
    expect(made()).toHaveLength(1);
  });

  test('a block that says another check value is refused', async () => {
    expect(await importOf(await declaredUnderAlias('ABCDEF'))).toMatchObject({ kind: 'failed', reason: expect.stringMatching(/was wrapped with a key of check value ABCDEF/) });
    expect(made()).toHaveLength(0);
  });

  test('that nobody may look at, the service judges alone', async () => {
    const declared = await declaredUnderAlias('ABCDEF');
    turns.emulator.faults.add({ operation: 'GetKey', times: 1, effect: effects.accessDenied() });
    expect(await importOf(declared)).toMatchObject({ kind: 'done' });
  });
});
