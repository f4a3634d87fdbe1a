import { effects, EmulatorOptions } from '../../../emulator';
import { World } from '../../../lifecycle/world';

/** Regions that come and go while others do, or while the service has not finished with them. */
describe('a change of Regions', () => {
  let world: World;
  let keyArn: string;
  afterEach(() => world.close());
  const made = async (ReplicationRegions: string[], options: EmulatorOptions = {}) => {
    world = await World.start(options);
    keyArn = (await world.create({ ReplicationRegions })).PhysicalResourceId;
  };
  const update = (before: string[], after: string[]) => world.update(keyArn, { ReplicationRegions: before }, { ReplicationRegions: after });
  const regions = () => Object.fromEntries(
    Object.entries(world.keys()[0].key.ReplicationStatus ?? {}).map(([region, { Status }]) => [region, Status]));
  const owned = async () => [...(await world.ledger.read('Cvk'))!.owned.find(({ physicalId }) => physicalId === keyArn)?.regions ?? []].sort();

  test('that brings one Region and brings back another makes both ours', async () => {
    await made(['us-west-2'], { replicaDeletionDelay: 20 });
    await update(['us-west-2'], []);
    expect((await update([], ['us-west-2', 'eu-west-1'])).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'us-west-2': 'SYNCHRONIZED', 'eu-west-1': 'SYNCHRONIZED' });
    expect(await owned()).toEqual(['eu-west-1', 'us-west-2']);
  });

  test('to none leaves a replica that others made', async () => {
    await made(['us-west-2']);
    await world.emulator.call('AddKeyReplicationRegions', { KeyIdentifier: keyArn, ReplicationRegions: ['eu-west-1'] }, { region: 'us-east-1' });
    world.clock.advance(10);
    expect((await update(['us-west-2'], [])).Status).toBe('SUCCESS');
    world.clock.advance(10);
    expect(regions()).toEqual({ 'eu-west-1': 'SYNCHRONIZED' });
  });

  test('that brings a Region back does so even where the service keeps the entry of its former replica', async () => {
    await made(['us-west-2'], { switches: { removedRegionEntry: 'stays' } });
    await update(['us-west-2'], []);
    expect((await update([], ['us-west-2'])).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'us-west-2': 'SYNCHRONIZED' });
  });

  test.each(['ConflictException', 'ValidationException'] as const)('that brings a Region back outlasts %s while its former replica is deleted', async type => {
    await made(['us-west-2'], { replicaDeletionDelay: 400 });
    await update(['us-west-2'], []);
    world.emulator.faults.add({ operation: 'AddKeyReplicationRegions', forSeconds: 390, effect: { kind: 'error', type } });
    expect((await update([], ['us-west-2'])).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'us-west-2': 'SYNCHRONIZED' });
  });

  test('looks often again after it was made, however long it was waited for', async () => {
    await made(['us-west-2'], { replicaDeletionDelay: 300 });
    await update(['us-west-2'], []);
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'synchronizes', delay: 9 });
    world.takeRequests();
    expect((await update([], ['us-west-2'])).Status).toBe('SUCCESS');
    const added = world.emulator.log.entries.map(({ operation }) => operation).lastIndexOf('AddKeyReplicationRegions');
    const [change, ...looks] = world.emulator.log.entries.slice(added).map(({ time }) => time / 1000);
    expect(looks.map(time => Math.round(time - change))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 9]);
  });

  test('that others make while a key is created is made good, and both stay ours', async () => {
    world = await World.start();
    const event = world.event({ ReplicationRegions: ['us-west-2', 'eu-west-1'] });
    await world.handler(event);
    while (world.keys().length === 0) { await world.stateMachine.runNext(); }
    keyArn = world.keys()[0].key.KeyArn;
    await world.emulator.call('RemoveKeyReplicationRegions', { KeyIdentifier: keyArn, ReplicationRegions: ['eu-west-1'] }, { region: 'us-east-1' });
    world.clock.advance(10);
    expect((await world.answerTo(event.RequestId)).Status).toBe('SUCCESS');
    expect(regions()).toEqual({ 'us-west-2': 'SYNCHRONIZED', 'eu-west-1': 'SYNCHRONIZED' });
    expect(await owned()).toEqual(['eu-west-1', 'us-west-2']);
  });

  test('follows every list, and a Region that others added is never ours', async () => {
    await made(['us-west-2', 'eu-west-1']);
    expect(await owned()).toEqual(['eu-west-1', 'us-west-2']);
    await update(['us-west-2', 'eu-west-1'], ['eu-west-1', 'eu-west-2']);
    expect(await owned()).toEqual(['eu-west-1', 'eu-west-2']);
    await update(['eu-west-1', 'eu-west-2'], []);
    expect(await owned()).toEqual([]);
    world.clock.advance(10);
    await world.emulator.call('AddKeyReplicationRegions', { KeyIdentifier: keyArn, ReplicationRegions: ['eu-west-1'] }, { region: 'us-east-1' });
    await update([], ['eu-west-1', 'us-west-2']);
    expect(await owned()).toEqual(['us-west-2']);
    await update(['eu-west-1', 'us-west-2'], []);
    world.clock.advance(10);
    expect(regions()).toEqual({ 'eu-west-1': 'SYNCHRONIZED' });
  });

  test('outlasts the first seconds of a role that is not known in the new Region yet', async () => {
    await made(['us-west-2']);
    world.emulator.setReplicationOutcome('eu-west-1', { kind: 'fails', message: 'not permitted' });
    const event = world.event({ ReplicationRegions: ['us-west-2', 'eu-west-1'] }, { type: 'Update', physicalId: keyArn, old: { ReplicationRegions: ['us-west-2'] } });
    await world.handler(event);
    while (regions()['eu-west-1'] !== 'FAILED') { await world.stateMachine.runNext(); }
    world.emulator.setReplicationOutcome('eu-west-1', { kind: 'synchronizes' });
    expect(await world.answerTo(event.RequestId)).toMatchObject({ Status: 'SUCCESS' });
    expect(regions()).toEqual({ 'us-west-2': 'SYNCHRONIZED', 'eu-west-1': 'SYNCHRONIZED' });
  });

  test('forgets a failure that it mended', async () => {
    await made(['us-west-2']);
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'fails' });
    world.emulator.setReplicationOutcome('eu-west-1', { kind: 'fails and recovers', delay: 2, recoversAfter: 1 });
    expect((await update(['us-west-2'], ['us-west-2', 'eu-west-1'])).Status).toBe('SUCCESS');
  });

  test('that is refused in one Region after another waits for each', async () => {
    await made(['us-west-2']);
    world.emulator.faults.add({ operation: 'AddKeyReplicationRegions', times: 1, effect: effects.throttle() });
    world.emulator.faults.add({ operation: 'RemoveKeyReplicationRegions', times: 1, effect: effects.throttle() });
    expect((await update(['us-west-2'], ['eu-west-1', 'eu-west-2'])).Status).toBe('SUCCESS');
    world.clock.advance(10);
    expect(regions()).toEqual({ 'eu-west-1': 'SYNCHRONIZED', 'eu-west-2': 'SYNCHRONIZED' });
    expect(await owned()).toEqual(['eu-west-1', 'eu-west-2']);
  });
});
