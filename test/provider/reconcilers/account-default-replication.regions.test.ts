import { Attached } from './attached';
import { REGION, Turns } from './turns';
import { AccountDefaultReplicationProperties } from '../../../src/provider/contract/account-default-replication';
import { accountDefaultReplicationReconciler, DefaultsCheckpoint } from '../../../src/provider/handler/reconcilers/account-default-replication';
import { effects, EmulatorOptions } from '../../emulator';

const ID = `account-default-replication/${REGION}`;

let turns: Turns;
let defaults: Attached<AccountDefaultReplicationProperties, DefaultsCheckpoint>;
afterEach(() => turns.close());

/** An account in which others enabled these Regions. */
const begin = async (theirs: string[] = [], options: EmulatorOptions = {}) => {
  turns = await Turns.start(options);
  defaults = new Attached(turns, accountDefaultReplicationReconciler);
  if (theirs.length > 0) { await byOthers('Enable', ...theirs); }
};
const byOthers = async (what: 'Enable' | 'Disable', ...ReplicationRegions: string[]) => {
  await turns.byHand(`${what}DefaultKeyReplicationRegions`, { ReplicationRegions });
  turns.takeRequests();
};
const enabled = async (region = REGION): Promise<string[]> =>
  (await turns.byHand('GetDefaultKeyReplicationRegions', {}, region)).EnabledReplicationRegions.sort();
const owned = () => turns.owned.get(ID) ?? [];
const create = (...Regions: string[]) => defaults.create({ Regions });
const update = (before: string[], after: string[], circumstances = {}) => defaults.update(ID, { Regions: before }, { Regions: after }, circumstances);
const remove = (Regions: string[], circumstances = {}) => defaults.remove(ID, { Regions }, circumstances);

test('what is missing is enabled in the own Region alone, with one look, and the answer is believed', async () => {
  await begin(['sa-east-1']);
  expect(await create('us-west-2', 'sa-east-1', 'eu-west-1')).toMatchObject({ kind: 'done', physicalId: ID, turns: 1, calls: 1 });
  expect(turns.takeRequests()).toEqual([`GetDefaultKeyReplicationRegions ${REGION}`, `EnableDefaultKeyReplicationRegions ${REGION}`]);
  expect(await enabled()).toEqual(['eu-west-1', 'sa-east-1', 'us-west-2']);
  expect(await enabled('us-west-2')).toEqual([]);
  expect(owned()).toEqual(['us-west-2', 'eu-west-1']);
});

test('only what was enabled here is disabled', async () => {
  await begin(['sa-east-1']);
  await create('us-west-2', 'sa-east-1');
  expect(await update(['us-west-2', 'sa-east-1'], ['eu-west-1']))
    .toMatchObject({ kind: 'done', calls: 2, notes: ['left as they are, since this resource did not add them: sa-east-1'] });
  expect([await enabled(), owned()]).toEqual([['eu-west-1', 'sa-east-1'], ['eu-west-1']]);
  await byOthers('Enable', 'eu-west-2');
  expect(await remove(['eu-west-1'])).toMatchObject({ kind: 'done', physicalId: ID, calls: 1 });
  expect([await enabled(), owned()]).toEqual([['eu-west-2', 'sa-east-1'], []]);
});

test('an update to none and back', async () => {
  await begin();
  await create('us-west-2');
  expect((await update(['us-west-2'], [])).kind).toBe('done');
  expect([await enabled(), owned()]).toEqual([[], []]);
  expect((await update([], ['us-west-2'])).kind).toBe('done');
  expect([await enabled(), owned()]).toEqual([['us-west-2'], ['us-west-2']]);
});

test.each(['unchanged', 'ValidationException', 'ResourceNotFoundException'] as const)(
  'a Region that others disabled is enabled again, and is no obstacle, where the service says %s', async disableAbsentDefaultRegion => {
    await begin([], { switches: { disableAbsentDefaultRegion } });
    await create('us-west-2', 'eu-west-1');
    await byOthers('Disable', 'us-west-2');
    expect((await update(['us-west-2', 'eu-west-1'], ['us-west-2', 'eu-west-1', 'eu-west-2'])).kind).toBe('done');
    await byOthers('Disable', 'eu-west-1');
    expect((await update(['us-west-2', 'eu-west-1', 'eu-west-2'], ['us-west-2'])).kind).toBe('done');
    // Somebody is a moment faster than the deletion.
    turns.emulator.faults.add({ operation: 'DisableDefaultKeyReplicationRegions', times: 1, effect: effects.notFound() });
    expect((await remove(['us-west-2'])).kind).toBe('done');
    expect([await enabled(), owned()]).toEqual([[], []]);
  });

test.each([[[REGION], /regions names us-east-1, the key's own Region/], [['us-west-2', 'us-west-2'], /regions names us-west-2 twice/]])(
  '%j is refused', async (Regions, reason) => {
    await begin();
    expect(defaults.refuse({ Regions })).toMatch(reason);
    expect(defaults.refuse({ Regions: ['us-west-2'] })).toBeUndefined();
  });

describe('a failure', () => {
  test('of a creation leaves nothing behind', async () => {
    await begin(['sa-east-1']);
    turns.emulator.faults.add({ operation: 'EnableDefaultKeyReplicationRegions', effect: effects.accessDenied() });
    const ended = await create('us-west-2', 'sa-east-1');
    expect(ended).toMatchObject({ kind: 'failed', reason: expect.stringContaining('AccessDeniedException'), rollback: { kind: 'done' } });
    expect(ended.rollback!.checkpoint.made).toBeUndefined();
    expect([await enabled(), owned()]).toEqual([['sa-east-1'], []]);
  });

  test('of an update because of a Region that the service does not know leaves what was there before', async () => {
    await begin();
    await create('us-west-2');
    expect(await update(['us-west-2'], ['us-west-2', 'xx-nowhere-1'])).toMatchObject({ kind: 'failed', rollback: { kind: 'done' } });
    expect([await enabled(), owned()]).toEqual([['us-west-2'], ['us-west-2']]);
  });

  test('that cannot be rolled back is reported, with the command', async () => {
    await begin();
    turns.emulator.faults.add({ operation: 'EnableDefaultKeyReplicationRegions', effect: effects.responseLost() });
    const wasEnabled = () => turns.emulator.log.entries.some(({ operation }) => operation === 'EnableDefaultKeyReplicationRegions');
    turns.emulator.faults.add({ operation: 'GetDefaultKeyReplicationRegions', when: wasEnabled, effect: effects.accessDenied() });
    const { rollback } = await create('us-west-2');
    expect(rollback!.kind).toBe('failed');
    expect(defaults.leftBehind({ Regions: ['us-west-2'] }, rollback!)).toBe('this request may have added us-west-2 to the account\'s default replication Regions '
      + 'in us-east-1. If nobody needs that: aws payment-cryptography disable-default-key-replication-regions --region us-east-1 --replication-regions us-west-2');
  });
});

test.each([
  ['EnableDefaultKeyReplicationRegions', effects.responseLost()], ['EnableDefaultKeyReplicationRegions', effects.requestLost()],
  ['EnableDefaultKeyReplicationRegions', effects.throttle()], ['DisableDefaultKeyReplicationRegions', effects.responseLost()],
  ['DisableDefaultKeyReplicationRegions', { kind: 'error', type: 'ConflictException' }], ['GetDefaultKeyReplicationRegions', effects.throttle()],
] as const)('a fault of %s by %j is made up for', async (operation, effect) => {
  await begin(['sa-east-1']);
  for (const request of [() => create('us-west-2'), () => update(['us-west-2'], ['eu-west-1']), () => remove(['eu-west-1'])]) {
    turns.emulator.faults.add({ operation, times: 1, effect });
    expect((await request()).kind).toBe('done');
  }
  turns.emulator.faults.clear();
  expect([await enabled(), owned()]).toEqual([['sa-east-1'], []]);
});

describe('defaults of which the ledger knows nothing', () => {
  beforeEach(async () => {
    await begin(['sa-east-1']);
    await create('us-west-2');
  });

  test('stay when their resource is deleted, and are reported', async () => {
    expect(await remove(['us-west-2'], { isKnown: false })).toMatchObject({
      kind: 'done',
      calls: 0,
      leftBehind: expect.stringContaining(
        'us-west-2 may have been added to the account\'s default replication Regions in us-east-1 by this resource'),
    });
    expect(await enabled()).toEqual(['sa-east-1', 'us-west-2']);
  });

  test('stay when they are declared no more, and are reported', async () => {
    expect(await update(['us-west-2'], [], { isKnown: false })).toMatchObject({
      kind: 'done', calls: 0, leftBehind: expect.stringContaining('disable-default-key-replication-regions --region us-east-1 --replication-regions us-west-2'),
    });
  });
});
