import { KeyProperties } from '../../src/provider/contract/multi-region-payment-key';
import { REPLICATION_REGIONS_TAG } from '../../src/provider/contract/ownership-tags';
import { Key } from '../../src/provider/handler/control-plane/port';
import { ownedRegions, regionsTag, removable } from '../../src/provider/handler/reconcilers/key/region-ownership';
import { regionDifferences, replicationStates } from '../../src/provider/handler/reconcilers/replication';
import { World } from '../lifecycle/world';

const declared = (regions?: string[]) => ({ ReplicationRegions: regions }) as Partial<KeyProperties> as KeyProperties;
const key = (statuses: Record<string, string>, usesDefaultReplicationRegions = false) => ({
  replication: Object.fromEntries(Object.entries(statuses).map(([region, status]) => [region, { status }])), usesDefaultReplicationRegions,
}) as Partial<Key> as Key;

describe('the record of the Regions that a stack gave to a key', () => {
  test.each([[[]], [['us-west-2']], [['us-west-2', 'eu-west-1']]])('%j is read as it was written', regions => {
    expect(ownedRegions({ team: 'cards', ...regionsTag(regions) })).toEqual(regions);
  });

  test('is absent rather than empty, since the service takes no empty value', () => {
    expect(regionsTag([])).toEqual({});
    expect(regionsTag(['us-west-2', 'eu-west-1'])).toEqual({ [REPLICATION_REGIONS_TAG]: 'us-west-2 eu-west-1' });
  });
});

describe('how the declared Regions differ from those of the key', () => {
  const STATUSES = { a: 'SYNCHRONIZED', b: 'IN_PROGRESS', c: 'FAILED', d: 'DELETE_IN_PROGRESS', e: 'DELETE_IN_PROGRESS' };

  test('those that are there in any state are not missing; those being deleted are neither there nor surplus', () => {
    expect(regionDifferences(declared(['a', 'c', 'd', 'x']), key(STATUSES))).toEqual({ missing: ['x'], leaving: ['d'], surplus: ['b'] });
  });

  test('without a list there is nothing to differ', () => {
    expect(regionDifferences(declared(undefined), key(STATUSES))).toEqual({ missing: [], leaving: [], surplus: [] });
  });

  test('an empty list wants none', () => {
    expect(regionDifferences(declared([]), key(STATUSES))).toEqual({ missing: [], leaving: [], surplus: ['a', 'b', 'c'] });
  });

  test('is told Region by Region', () => {
    expect(replicationStates(['a', 'x', 'b'], key(STATUSES))).toBe('a SYNCHRONIZED, x not replicated, b IN_PROGRESS');
  });
});

describe('what may be taken away', () => {
  const SURPLUS = ['ours', 'theirs'];

  test.each<[string, string[] | undefined, boolean, boolean, string[]]>([
    ['a list', ['x'], false, false, ['ours']],
    ['a list on a key that this request made', ['x'], true, true, ['ours']],
    ['an empty list', [], false, false, ['ours']],
    ['an empty list on a key that the account\'s defaults replicated', [], false, true, SURPLUS],
    ['an empty list on a key that this request made', [], true, false, SURPLUS],
    ['no list', undefined, true, true, ['ours']],
  ])('under %s', (_, list, made, byDefault, taken) => {
    expect(removable(SURPLUS, ['ours', 'x'], declared(list), key({}, byDefault), made)).toEqual(taken);
  });
});

describe('the record on a key', () => {
  let world: World;
  afterEach(() => world.close());
  const record = () => world.keys()[0].tags[REPLICATION_REGIONS_TAG];
  const adding = (region: string) =>
    world.emulator.call('AddKeyReplicationRegions', { KeyIdentifier: world.keys()[0].key.KeyArn, ReplicationRegions: [region] }, { region: 'us-east-1' });

  test('is there from its creation, and follows every list', async () => {
    world = await World.start();
    const { PhysicalResourceId } = await world.create({ ReplicationRegions: ['us-west-2', 'eu-west-1'] });
    expect(record()).toBe('us-west-2 eu-west-1');
    await world.update(PhysicalResourceId, { ReplicationRegions: ['us-west-2', 'eu-west-1'] }, { ReplicationRegions: ['eu-west-1', 'eu-west-2'] });
    expect(record()).toBe('eu-west-1 eu-west-2');
    await world.update(PhysicalResourceId, { ReplicationRegions: ['eu-west-1', 'eu-west-2'] }, { ReplicationRegions: [] });
    expect(record()).toBeUndefined();
  });

  test.each([[undefined], [[]]])('is not there for a key that gave no Regions: %j', async ReplicationRegions => {
    world = await World.start();
    const { PhysicalResourceId } = await world.create({ ReplicationRegions });
    expect(record()).toBeUndefined();
    await adding('eu-west-1');
    await world.update(PhysicalResourceId, { ReplicationRegions }, { ReplicationRegions: ['us-west-2'] });
    expect(record()).toBe('us-west-2');
    expect(Object.keys(world.keys()[0].key.ReplicationStatus!).sort()).toEqual(['eu-west-1', 'us-west-2']);
  });
});
