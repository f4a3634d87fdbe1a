import { Switches } from '../../../emulator/switches';
import { Declared, REGION, World } from '../../../lifecycle/world';
import { regionsOf } from '../foreign-keys';

/** `replicationRegions` of a key: absent, empty or listed, under account defaults. */
type Regions = string[] | undefined;

const DEFAULT = 'sa-east-1';
const LISTED = ['us-west-2', 'eu-west-1'];
const OTHERS = 'eu-west-2';

let world: World;
afterEach(() => world.close());

const begin = async (defaults: string[], switches: Partial<Switches> = {}) => {
  world = await World.start({ switches });
  if (defaults.length > 0) { await world.emulator.call('EnableDefaultKeyReplicationRegions', { ReplicationRegions: defaults }, { region: REGION }); }
};
const created = async (ReplicationRegions: Regions, rest: Declared = {}): Promise<string> => {
  const { Status, PhysicalResourceId } = await world.create({ ...rest, ReplicationRegions });
  expect(Status).toBe('SUCCESS');
  return PhysicalResourceId;
};
/** The update itself, and what becomes of the replicas a while later. */
const updated = async (keyArn: string, before: Regions, after: Regions): Promise<string[]> => {
  const answer = await world.update(keyArn, { ReplicationRegions: before }, { ReplicationRegions: after });
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: keyArn });
  return regions(keyArn);
};
const regions = (keyArn: string): string[] => {
  world.clock.advance(60);
  const all = regionsOf(world, keyArn);
  expect(Object.values(all).filter(status => status !== 'SYNCHRONIZED')).toEqual([]);
  return Object.keys(all).sort();
};
const sorted = (...lists: string[][]) => [...new Set(lists.flat())].sort();

/** Every pair of variants. */
const SWITCHES: Array<Partial<Switches>> = [
  { emptyRegionsAtCreation: 'none', usingDefaultsAfterChange: 'false', usingDefaultsOnPlainKey: 'false' },
  { emptyRegionsAtCreation: 'none', usingDefaultsAfterChange: 'kept', usingDefaultsOnPlainKey: 'absent' },
  { emptyRegionsAtCreation: 'defaults', usingDefaultsAfterChange: 'false', usingDefaultsOnPlainKey: 'absent' },
  { emptyRegionsAtCreation: 'defaults', usingDefaultsAfterChange: 'kept', usingDefaultsOnPlainKey: 'false' },
];

describe.each(SWITCHES)('where the service behaves like %j', switches => {
  describe.each([[[]], [[DEFAULT]]])('and the account\'s defaults are %j', defaults => {
    test.each<[Regions, string[]]>([[undefined, defaults], [[], []], [LISTED, sorted(LISTED)]])('a key declared with %j', async (declared, expected) => {
      await begin(defaults, switches);
      expect(regions(await created(declared))).toEqual(expected);
    });

    const there = (declared: Regions) => declared ?? defaults;
    const STATES: Regions[] = [undefined, [], LISTED, ['eu-west-1', 'ap-south-1']];
    const TRANSITIONS = STATES.flatMap(before => STATES.filter(after => after !== before).map(after => ({ before, after })));
    // A list takes away what the former one added and no more; none leaves all as it is; an empty one ends whatever the defaults gave.
    const expected = (before: Regions, after: Regions): string[] => {
      if (after === undefined) { return sorted(there(before)); }
      return after.length === 0 || before ? sorted(after) : sorted(after, defaults);
    };

    test.each(TRANSITIONS)('an update of $before to $after', async ({ before, after }) => {
      await begin(defaults, switches);
      const keyArn = await created(before);
      expect(await updated(keyArn, before, after)).toEqual(expected(before, after));
    });

    test.each(TRANSITIONS)('an update of $before to $after, and its rollback', async ({ before, after }) => {
      await begin(defaults, switches);
      const keyArn = await created(before);
      await updated(keyArn, before, after);
      const regionsAfter = await updated(keyArn, after, before);
      // Without a list there is nothing to go back to: what an empty one ended stays away, what a list added stays.
      if (before !== undefined) { expect(regionsAfter).toEqual(sorted(before)); } else { expect(regionsAfter).toEqual(expected(before, after)); }
    });

    test.each(TRANSITIONS)('an update of $before to $after leaves what others added', async ({ before, after }) => {
      await begin(defaults, switches);
      const keyArn = await created(before);
      await world.emulator.call('AddKeyReplicationRegions', { KeyIdentifier: keyArn, ReplicationRegions: [OTHERS] }, { region: REGION });
      world.clock.advance(60);
      world.logLines.length = 0;
      const left = await updated(keyArn, before, after);
      const usesDefaults = before === undefined && defaults.length > 0 && switches.usingDefaultsAfterChange === 'kept';
      // Where the flag outlives a change of others, the service says that the defaults gave all of them.
      if (after?.length === 0 && usesDefaults) { return; }
      expect(left).toContain(OTHERS);
      if (after) { expect(world.logLines.join()).toMatch(/left as they are, since this stack did not make them: .*eu-west-2 SYNCHRONIZED/); }
    });
  });

  test('defaults that change later change nothing about a key', async () => {
    await begin([DEFAULT], switches);
    const keyArns = [await created(undefined), await created([]), await created(LISTED)];
    await world.emulator.call('EnableDefaultKeyReplicationRegions', { ReplicationRegions: ['ap-south-1'] }, { region: REGION });
    await world.emulator.call('DisableDefaultKeyReplicationRegions', { ReplicationRegions: [DEFAULT] }, { region: REGION });
    for (const [index, declared] of [undefined, [], LISTED].entries()) {
      const { Status } = await world.update(keyArns[index], { ReplicationRegions: declared }, { ReplicationRegions: declared, Enabled: false });
      expect(Status).toBe('SUCCESS');
      expect(regions(keyArns[index])).toEqual(sorted([[DEFAULT], [], LISTED][index]));
    }
  });
});

describe.each(['ignored', 'ValidationException'] as const)('a key that is not exportable, where the defaults make the service say %s', defaultsOnNonExportableKey => {
  test.each<[Regions]>([[undefined], [[]]])('declared with %j', async declared => {
    await begin([DEFAULT], { defaultsOnNonExportableKey });
    const { Status } = await world.create({ Exportable: false, ReplicationRegions: declared });
    // What the service refuses fails; a list that says nowhere avoids it.
    expect(Status).toBe(declared === undefined && defaultsOnNonExportableKey === 'ValidationException' ? 'FAILED' : 'SUCCESS');
    for (const { key } of world.keys()) { expect(regions(key.KeyArn)).toEqual([]); }
  });
});

describe.each(['replicated', 'ignored'] as const)('an asymmetric key, which the defaults have %s', defaultsOnAsymmetricKey => {
  const ASYMMETRIC: Declared = {
    KeyUsage: 'TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE', KeyClass: 'ASYMMETRIC_KEY_PAIR', KeyAlgorithm: 'RSA_2048', KeyModesOfUse: ['Sign'],
  };

  test.each<[Regions, string[]]>([
    [undefined, defaultsOnAsymmetricKey === 'replicated' ? [DEFAULT] : []], [[], []], [LISTED, sorted(LISTED)],
  ])('declared with %j', async (declared, expected) => {
    await begin([DEFAULT], { defaultsOnAsymmetricKey });
    expect(regions(await created(declared, ASYMMETRIC))).toEqual(expected);
  });
});
