import { REGIONAL_ALIAS } from '../../../src/provider/contract/regional-alias';
import { World } from '../../lifecycle/world';

/** A name that was given up and deleted, and is declared once more: the Delete of its first life says nothing of its second. */
describe('what comes back under a physical id that it had before', () => {
  let world: World;
  beforeEach(async () => { world = await World.start(); });
  afterEach(() => world.close());

  test('is returned to by a rollback as what it is, not as something found there', async () => {
    const { PhysicalResourceId: KeyArn } = await world.create();
    const properties = (name: string) => ({ ...world.properties({}), AliasName: `alias/${name}`, KeyArn, Regions: ['us-east-1'] });
    const request = (type: 'Create' | 'Update' | 'Delete', name: string, physicalId?: string, former?: string) => {
      world.clock.advance(60);
      const event = {
        ...world.event({}, { type, physicalId, logicalId: 'Alias' }),
        ResourceType: REGIONAL_ALIAS,
        ResourceProperties: properties(name),
        ...former === undefined ? {} : { OldResourceProperties: properties(former) },
      };
      return world.request(event);
    };
    const first = (await request('Create', 'one')).PhysicalResourceId;
    const second = (await request('Update', 'two', first, 'one')).PhysicalResourceId;
    expect((await request('Delete', 'one', first)).Status).toBe('SUCCESS');
    const back = (await request('Update', 'one', second, 'two')).PhysicalResourceId;
    expect((await request('Delete', 'two', second)).Status).toBe('SUCCESS');
    const forth = await request('Update', 'two', back, 'one');
    expect(forth).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/two' });
    expect(await request('Update', 'one', 'alias/two', 'two')).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/one' });
    expect((await request('Delete', 'two', 'alias/two')).Status).toBe('SUCCESS');
    expect((await request('Delete', 'one', 'alias/one')).Status).toBe('SUCCESS');
    expect(world.emulator.snapshot('us-east-1').aliases).toEqual({});
  });
});
