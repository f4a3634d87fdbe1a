import { foreignKey, regionsOf } from './foreign-keys';
import { KEY_REPLICATION, keyReplicationProperties } from '../../../src/provider/contract/key-replication';
import { aliasProperties, REGIONAL_ALIAS } from '../../../src/provider/contract/regional-alias';
import { REGIONAL_TAGS, tagsProperties } from '../../../src/provider/contract/regional-tags';
import { effects } from '../../emulator';
import { World } from '../../lifecycle/world';
import { ResourceRequests } from '../resource-requests';

/** What CloudFormation gives up is rolled back before the next request looks, and only that. With the whole handler. */
describe('a request that CloudFormation gave up', () => {
  const BOTH = ['us-east-1', 'us-west-2'];
  let world: World;
  let keyArn: string;
  beforeEach(async () => {
    world = await World.start();
    keyArn = await foreignKey(world, ['us-west-2', 'eu-west-1']);
  });
  afterEach(() => world.close());
  const until = async (reached: () => boolean) => { while (!reached()) { await world.stateMachine.runNext(); } };
  const executed = (operation: string) => world.emulator.log.entries.filter(entry => entry.operation === operation && entry.executed).length;
  const aliases = (name = 'alias/cvk') => [...BOTH, 'eu-west-1'].filter(region => name in world.emulator.snapshot(region).aliases);
  const alias = () => new ResourceRequests(world, REGIONAL_ALIAS, aliasProperties, 'Alias');
  const declared = (more: object = {}) => ({ AliasName: 'alias/cvk', KeyArn: keyArn, Regions: BOTH, ReplicationTimeoutInMinutes: 30, ...more });

  test('the creation of an alias: what that made goes, what was there stays', async () => {
    await world.emulator.call('CreateAlias', { AliasName: 'alias/cvk', KeyArn: keyArn }, { region: 'us-east-1' });
    const three = declared({ Regions: [...BOTH, 'eu-west-1'] });
    world.emulator.faults.add({ operation: 'CreateAlias', region: 'eu-west-1', effect: effects.throttle() });
    await world.handler(alias().event(three));
    await until(() => executed('CreateAlias') === 2);
    expect((await alias().remove('payments-Alias-1A2B3C4D5E6F', three)).Status).toBe('SUCCESS');
    expect(aliases()).toEqual(['us-east-1']);
  });

  test('the renaming of an alias', async () => {
    await alias().create(declared());
    world.emulator.faults.add({ operation: 'CreateAlias', region: 'us-west-2', effect: effects.throttle() });
    const before = executed('CreateAlias');
    await world.handler(alias().event(declared({ AliasName: 'alias/new' }), { type: 'Update', physicalId: 'alias/cvk' }, declared()));
    await until(() => executed('CreateAlias') > before);
    expect(await alias().update('alias/cvk', declared({ AliasName: 'alias/new' }), declared())).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/cvk' });
    expect([aliases(), aliases('alias/new')]).toEqual([BOTH, []]);
  });

  test('the creation of tags: what that set goes, what was there stays', async () => {
    const tags = new ResourceRequests(world, REGIONAL_TAGS, tagsProperties, 'Tags');
    const wanted = { KeyArn: keyArn, Tags: { team: 'cards', cost: '42' }, Regions: BOTH, ReplicationTimeoutInMinutes: 30 };
    await world.emulator.call('TagResource', { ResourceArn: keyArn, Tags: [{ Key: 'team', Value: 'cards' }] }, { region: 'us-east-1' });
    world.emulator.faults.add({ operation: 'TagResource', region: 'us-west-2', effect: effects.throttle() });
    await world.handler(tags.event(wanted as any));
    await until(() => world.keys()[0].tags.cost !== undefined);
    expect((await tags.remove('payments-Tags-1A2B3C4D5E6F', wanted as any)).Status).toBe('SUCCESS');
    expect(world.keys()[0].tags).toEqual({ team: 'cards' });
  });

  test('the creation of a replication', async () => {
    const replication = new ResourceRequests(world, KEY_REPLICATION, keyReplicationProperties, 'Replication');
    world.emulator.setReplicationOutcome('sa-east-1', { kind: 'stays in progress' });
    const wanted = { KeyArn: keyArn, ReplicationRegions: ['sa-east-1', 'us-west-2'], WaitForReplication: true, ReplicationTimeoutInMinutes: 30 };
    await world.handler(replication.event(wanted));
    await until(() => 'sa-east-1' in regionsOf(world, keyArn));
    expect((await replication.remove('payments-Replication-1A2B3C4D5E6F', wanted)).Status).toBe('SUCCESS');
    world.clock.advance(60);
    expect(Object.keys(regionsOf(world, keyArn)).sort()).toEqual(['eu-west-1', 'us-west-2']);
  });
});
