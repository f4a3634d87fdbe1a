import { accountDefaults, RECORD } from './recorded-resources';
import { effects, EmulatorOptions } from '../emulator';
import { REGION, World } from '../lifecycle/world';

const ID = `account-default-replication/${REGION}`;

let world: World;
let defaults: ReturnType<typeof accountDefaults>;
afterEach(() => world.close());

/** An account in which others enabled these Regions. */
const begin = async (theirs: string[] = [], options: EmulatorOptions = {}) => {
  world = await World.start(options);
  defaults = accountDefaults(world);
  if (theirs.length > 0) { await byOthers('Enable', ...theirs); }
  world.takeRequests();
};
const asked = <T extends object>(operation: string, input: object, region = REGION) => {
  // Others keep to the quota.
  world.clock.advance(1);
  return world.emulator.call<T>(operation, input, { region });
};
const byOthers = (what: 'Enable' | 'Disable', ...ReplicationRegions: string[]) => asked(`${what}DefaultKeyReplicationRegions`, { ReplicationRegions });
const enabled = async (region = REGION) =>
  (await asked<{ EnabledReplicationRegions: string[] }>('GetDefaultKeyReplicationRegions', {}, region)).EnabledReplicationRegions.sort();
const create = (...Regions: string[]) => defaults.create({ Regions });
const update = (before: string[], after: string[]) => defaults.update(ID, { Regions: before }, { Regions: after });
const remove = (...Regions: string[]) => defaults.remove(ID, { Regions });
const changes = () => world.emulator.log.entries.filter(({ accessKeyId, operation }) => accessKeyId === 'AKIATEST' && !operation!.startsWith('Get'))
  .map(({ operation, input }: any) => [operation, input.ReplicationRegions ?? JSON.parse(input.Value)]);

test('enables what is missing, after it was recorded, in the own Region alone, and believes the answer', async () => {
  await begin(['sa-east-1']);
  expect(await create('us-west-2', 'sa-east-1', 'eu-west-1')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: ID });
  expect(changes()).toEqual([
    ['PutParameter', { [REGION]: ['us-west-2', 'eu-west-1'] }],
    ['EnableDefaultKeyReplicationRegions', ['us-west-2', 'eu-west-1']],
  ]);
  expect(world.takeRequests().filter(request => request.startsWith('GetDefault'))).toEqual(Array(2).fill(`GetDefaultKeyReplicationRegions ${REGION}`));
  expect(await enabled()).toEqual(['eu-west-1', 'sa-east-1', 'us-west-2']);
  expect(await enabled('us-west-2')).toEqual([]);
});

test('disables only what it enabled', async () => {
  await begin(['sa-east-1']);
  await create('us-west-2', 'sa-east-1');
  expect((await update(['us-west-2', 'sa-east-1'], ['eu-west-1'])).Status).toBe('SUCCESS');
  expect(await enabled()).toEqual(['eu-west-1', 'sa-east-1']);
  expect(defaults.record).toEqual({ [REGION]: ['eu-west-1'] });
  await byOthers('Enable', 'eu-west-2');
  expect((await remove('eu-west-1')).Status).toBe('SUCCESS');
  expect(await enabled()).toEqual(['eu-west-2', 'sa-east-1']);
  expect(defaults.record).toEqual({});
  expect(world.logLines.join()).toContain('left as they are, since this resource did not add them: sa-east-1');
});

test('an update to none and back', async () => {
  await begin();
  await create('us-west-2');
  expect((await update(['us-west-2'], [])).Status).toBe('SUCCESS');
  expect(await enabled()).toEqual([]);
  expect((await update([], ['us-west-2'])).Status).toBe('SUCCESS');
  expect(await enabled()).toEqual(['us-west-2']);
});

test('of two, each takes away what it added itself: a Region that both name goes with the first', async () => {
  await begin();
  await create('us-west-2', 'eu-west-1');
  const ours = defaults.record;
  defaults.record = {};
  await create('us-west-2', 'eu-west-2');
  expect((await remove('us-west-2', 'eu-west-2')).Status).toBe('SUCCESS');
  expect(await enabled()).toEqual(['eu-west-1', 'us-west-2']);
  defaults.record = ours;
  expect((await remove('us-west-2', 'eu-west-1')).Status).toBe('SUCCESS');
  expect(await enabled()).toEqual([]);
});

test.each(['unchanged', 'ValidationException', 'ResourceNotFoundException'] as const)(
  'a Region that others disabled is enabled again, and is no obstacle, where the service says %s', async disableAbsentDefaultRegion => {
    await begin([], { switches: { disableAbsentDefaultRegion } });
    await create('us-west-2', 'eu-west-1');
    await byOthers('Disable', 'us-west-2');
    expect((await update(['us-west-2', 'eu-west-1'], ['us-west-2', 'eu-west-1', 'eu-west-2'])).Status).toBe('SUCCESS');
    expect(await enabled()).toEqual(['eu-west-1', 'eu-west-2', 'us-west-2']);
    await byOthers('Disable', 'eu-west-1');
    expect((await update(['us-west-2', 'eu-west-1', 'eu-west-2'], ['us-west-2'])).Status).toBe('SUCCESS');
    // Somebody is a moment faster than the deletion.
    world.emulator.faults.add({ operation: 'DisableDefaultKeyReplicationRegions', times: 1, effect: effects.notFound() });
    expect((await remove('us-west-2')).Status).toBe('SUCCESS');
    expect(await enabled()).toEqual([]);
  });

test.each([[[REGION], /regions names us-east-1, the key's own Region/], [['us-west-2', 'us-west-2'], /regions names us-west-2 twice/]])(
  '%j is refused before anything is asked', async (Regions, reason) => {
    await begin();
    expect(await defaults.create({ Regions })).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(reason) });
    expect(world.takeRequests()).toEqual([]);
  });

describe('a failure', () => {
  test('of a creation leaves nothing behind', async () => {
    await begin(['sa-east-1']);
    world.emulator.faults.add({ operation: 'EnableDefaultKeyReplicationRegions', effect: effects.accessDenied() });
    const { Status, Reason, PhysicalResourceId } = await create('us-west-2', 'sa-east-1');
    expect({ Status, Reason, PhysicalResourceId }).toEqual({ Status: 'FAILED', Reason: expect.stringContaining('AccessDeniedException'), PhysicalResourceId: ID });
    expect(defaults.record).toEqual({});
    expect((await remove('us-west-2', 'sa-east-1')).Status).toBe('SUCCESS');
    expect(await enabled()).toEqual(['sa-east-1']);
  });

  test('because of a Region that the service does not know is undone', async () => {
    await begin();
    await create('us-west-2');
    expect((await update(['us-west-2'], ['us-west-2', 'eu-north-1'])).Status).toBe('FAILED');
    expect((await update(['us-west-2', 'eu-north-1'], ['us-west-2'])).Status).toBe('SUCCESS');
    expect(await enabled()).toEqual(['us-west-2']);
    expect(defaults.record).toEqual({ [REGION]: ['us-west-2'] });
  });

  test('that cannot be undone is reported, with the command', async () => {
    await begin();
    world.emulator.faults.add({ operation: 'EnableDefaultKeyReplicationRegions', effect: effects.responseLost() });
    const wasEnabled = () => world.emulator.log.entries.some(({ operation }) => operation === 'EnableDefaultKeyReplicationRegions');
    world.emulator.faults.add({ operation: 'GetDefaultKeyReplicationRegions', when: wasEnabled, effect: effects.accessDenied() });
    const { Reason } = await create('us-west-2');
    expect(Reason).toContain('this request may have added us-west-2 to the account\'s default replication Regions in us-east-1. If nobody needs that: '
      + 'aws payment-cryptography disable-default-key-replication-regions --region us-east-1 --replication-regions us-west-2');
  });

  test('to read the record changes nothing', async () => {
    await begin();
    await create('us-west-2');
    world.emulator.setParameter(REGION, RECORD, '[');
    world.emulator.log.clear();
    expect((await update(['us-west-2'], [])).Status).toBe('FAILED');
    expect((await remove('us-west-2')).Status).toBe('FAILED');
    expect(changes()).toEqual([]);
  });

  test('to find the record at the deletion is reported', async () => {
    await begin();
    await create('us-west-2');
    world.emulator.setParameter(REGION, RECORD, undefined);
    const { Status, Reason } = await remove('us-west-2');
    expect({ Status, Reason }).toEqual({ Status: 'SUCCESS', Reason: expect.stringMatching(/Beware: .*disable-default-key-replication-regions --region us-east-1/) });
    expect(await enabled()).toEqual(['us-west-2']);
  });
});

describe('an interruption', () => {
  test.each(['before', 'after'] as const)('of every step %s its work changes nothing about the end', async when => {
    await begin(['sa-east-1']);
    const died = new Set<string>();
    world.around = async (payload, run) => {
      const { task, state } = payload;
      const step = JSON.stringify([state?.request?.RequestId, state?.memory]);
      if (task !== 'step' || died.has(step)) { return run(); }
      died.add(step);
      if (when === 'after') { await run(); }
      throw new Error('killed');
    };
    expect((await create('us-west-2', 'sa-east-1')).Status).toBe('SUCCESS');
    expect((await update(['us-west-2', 'sa-east-1'], ['eu-west-1'])).Status).toBe('SUCCESS');
    expect(await enabled()).toEqual(['eu-west-1', 'sa-east-1']);
    expect((await remove('eu-west-1')).Status).toBe('SUCCESS');
    expect(await enabled()).toEqual(['sa-east-1']);
  });

  test.each([
    ['EnableDefaultKeyReplicationRegions', effects.responseLost()], ['EnableDefaultKeyReplicationRegions', effects.throttle()],
    ['DisableDefaultKeyReplicationRegions', effects.responseLost()], ['PutParameter', effects.responseLost()],
    ['PutParameter', { kind: 'error', type: 'TooManyUpdates' }], ['GetDefaultKeyReplicationRegions', effects.throttle()],
  ] as const)('of %s by %j is made up for', async (operation, effect) => {
    await begin(['sa-east-1']);
    for (const request of [() => create('us-west-2'), () => update(['us-west-2'], ['eu-west-1']), () => remove('eu-west-1')]) {
      world.emulator.faults.add({ operation, times: 1, effect });
      expect((await request()).Status).toBe('SUCCESS');
    }
    world.emulator.faults.clear();
    expect(await enabled()).toEqual(['sa-east-1']);
    expect(defaults.record).toEqual({});
  });

  test('by CloudFormation, which gives the creation up, takes away what that enabled', async () => {
    await begin(['sa-east-1']);
    await world.handler(defaults.event({ Regions: ['us-west-2', 'sa-east-1'] }));
    while ((await enabled()).length < 2) { await world.stateMachine.runNext(); }
    world.clock.advance(5);
    const answer = await defaults.remove('payments-Defaults-1A2B3C4D5E6F', { Regions: ['us-west-2', 'sa-east-1'] });
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'payments-Defaults-1A2B3C4D5E6F' });
    expect(await enabled()).toEqual(['sa-east-1']);
  });
});
