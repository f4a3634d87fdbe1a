import { SwitchName, SWITCHES, Switches } from '../../../emulator/switches';
import { Declared, World } from '../../../lifecycle/world';

/** Switches of operations that this library does not call yet. */
const NOT_MET: SwitchName[] = ['disableAbsentDefaultRegion', 'changeOnReplica', 'deleteOnReplica', 'absentResourcePolicy',
  'policyForEverybodyUnderConditions', 'createAliasWithoutKey', 'aliasesOfDeletedKey', 'aliasesOfRemovedReplica'];

const variants = Object.entries(SWITCHES)
  .filter(([name]) => !NOT_MET.includes(name as SwitchName))
  .flatMap(([name, { variants: all }]) => all.map(variant => ({ name, variant })));

/** Nobody could confirm these behaviours: whichever is real, a key has to live through all of its life. */
describe.each(variants)('where $name is $variant', ({ name, variant }) => {
  let world: World;
  beforeEach(async () => {
    world = await World.start({ switches: { [name]: variant } as Partial<Switches>, replicaDeletionDelay: 9 });
    await world.emulator.call('EnableDefaultKeyReplicationRegions', { ReplicationRegions: ['sa-east-1'] }, { region: 'us-east-1' });
  });
  afterEach(() => world.close());

  test('a key is created, changed in every way, replaced and deleted', async () => {
    const declarations: Declared[] = [
      { Tags: { team: 'cards' }, ReplicationRegions: ['us-west-2', 'eu-west-1'] },
      { Tags: { team: 'acquiring' }, ReplicationRegions: ['eu-west-1', 'eu-west-2'] },
      { ReplicationRegions: ['us-west-2'], Enabled: false },
      { ReplicationRegions: [] },
      { ReplicationRegions: ['us-west-2'] },
      { ReplicationRegions: ['us-west-2'], KeyAlgorithm: 'TDES_3KEY', Replaceable: true },
      { ReplicationRegions: undefined, KeyAlgorithm: 'TDES_3KEY' },
    ];
    let { PhysicalResourceId: id, ...created } = await world.create(declarations[0]);
    expect(created).toMatchObject({ Status: 'SUCCESS' });
    for (const [index, declared] of declarations.slice(1).entries()) {
      const answer = await world.update(id, declarations[index], declared);
      expect(answer).toMatchObject({ Status: 'SUCCESS' });
      id = answer.PhysicalResourceId;
      const key = world.keys().find(candidate => candidate.key.KeyArn === id)!.key;
      expect(key.Enabled).toBe(declared.Enabled ?? true);
      for (const region of declared.ReplicationRegions ?? []) { expect(key.ReplicationStatus![region].Status).toBe('SYNCHRONIZED'); }
    }
    expect(world.keys()).toHaveLength(2);
    expect((await world.remove(id)).Status).toBe('SUCCESS');
    expect(world.keys().filter(({ key }) => key.KeyState === 'CREATE_COMPLETE')).toHaveLength(1);
  });
});
