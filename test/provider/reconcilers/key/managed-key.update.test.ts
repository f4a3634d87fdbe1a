import { effects } from '../../../emulator';
import { Declared, World } from '../../../lifecycle/world';

describe('update in place', () => {
  let world: World;
  let keyArn: string;

  const made = async (declared: Declared, options = {}) => {
    world = await World.start(options);
    keyArn = (await world.create(declared)).PhysicalResourceId;
    world.takeRequests();
  };
  const update = (old: Declared, declared: Declared) => world.update(keyArn, old, declared);
  const primary = () => world.keys().find(({ key }) => key.KeyArn === keyArn)!;
  const replication = () => Object.fromEntries(Object.entries(primary().key.ReplicationStatus ?? {}).map(([region, { Status }]) => [region, Status]));
  afterEach(() => world.close());

  test('the same declaration again changes nothing', async () => {
    const declared = { Tags: { team: 'cards' }, ReplicationRegions: ['us-west-2'] };
    await made(declared);
    const answer = await update(declared, declared);
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: keyArn });
    expect(world.takeRequests()).toEqual(['GetKey us-east-1', 'ListTagsForResource us-east-1', 'ListTagsForResource us-west-2']);
  });

  test('adds and removes Regions', async () => {
    await made({ ReplicationRegions: ['us-west-2', 'eu-west-1'] });
    const answer = await update({ ReplicationRegions: ['us-west-2', 'eu-west-1'] }, { ReplicationRegions: ['eu-west-1', 'eu-west-2'] });
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: keyArn });
    world.clock.advance(60);
    expect(replication()).toEqual({ 'eu-west-1': 'SYNCHRONIZED', 'eu-west-2': 'SYNCHRONIZED' });
    expect(world.takeRequests()).toEqual([
      'GetKey us-east-1', 'ListTagsForResource us-east-1', 'RemoveKeyReplicationRegions us-east-1',
      'GetKey us-east-1', 'ListTagsForResource us-east-1', 'AddKeyReplicationRegions us-east-1',
      'GetKey eu-west-2 !ResourceNotFoundException', 'GetKey eu-west-2',
      'GetKey us-east-1',
    ]);
  });

  test('Regions that the declaration never named stay, and are told', async () => {
    await made({ ReplicationRegions: ['us-west-2'] });
    await world.emulator.call('AddKeyReplicationRegions', { KeyIdentifier: keyArn, ReplicationRegions: ['eu-west-1'] }, { region: 'us-east-1' });
    world.clock.advance(60);
    expect((await update({ ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: ['eu-west-2'] })).Status).toBe('SUCCESS');
    world.clock.advance(60);
    expect(replication()).toEqual({ 'eu-west-1': 'SYNCHRONIZED', 'eu-west-2': 'SYNCHRONIZED' });
    expect(world.logLines.join('\n')).toContain('did not make them: eu-west-1 SYNCHRONIZED');
  });

  test('the rollback of an update leaves a replica that the update found there', async () => {
    await made({ ReplicationRegions: ['us-west-2'] });
    await world.emulator.call('AddKeyReplicationRegions', { KeyIdentifier: keyArn, ReplicationRegions: ['eu-west-1'] }, { region: 'us-east-1' });
    world.clock.advance(60);
    world.emulator.setReplicationOutcome('eu-west-2', { kind: 'fails' });
    const wider = { ReplicationRegions: ['us-west-2', 'eu-west-1', 'eu-west-2'] };
    expect((await update({ ReplicationRegions: ['us-west-2'] }, wider)).Status).toBe('FAILED');
    expect((await update(wider, { ReplicationRegions: ['us-west-2'] })).Status).toBe('SUCCESS');
    world.clock.advance(60);
    expect(replication()).toEqual({ 'us-west-2': 'SYNCHRONIZED', 'eu-west-1': 'SYNCHRONIZED' });
  });

  test('the rollback of an update leaves a tag that others had set', async () => {
    await made({});
    await world.emulator.call('TagResource', { ResourceArn: keyArn, Tags: [{ Key: 'cost', Value: 'theirs' }] }, { region: 'us-east-1' });
    expect((await update({ Tags: { cost: 'ours' } }, {})).Status).toBe('SUCCESS');
    expect(primary().tags.cost).toBe('theirs');
  });

  test('a Region is added again even where the service calls that invalid while it deletes', async () => {
    await made({ ReplicationRegions: ['us-west-2'] }, { replicaDeletionDelay: 120 });
    await update({ ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: [] });
    world.emulator.faults.add({ operation: 'AddKeyReplicationRegions', forSeconds: 110, effect: { kind: 'error', type: 'ValidationException', message: 'busy' } });
    expect((await update({ ReplicationRegions: [] }, { ReplicationRegions: ['us-west-2'] })).Status).toBe('SUCCESS');
    expect(replication()).toEqual({ 'us-west-2': 'SYNCHRONIZED' });
  });

  test('a Region that the service refuses until the end fails with what it said', async () => {
    await made({ ReplicationRegions: ['us-west-2'] }, { replicaDeletionDelay: 600 });
    await update({ ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: [] });
    world.emulator.faults.add({ operation: 'AddKeyReplicationRegions', effect: { kind: 'error', type: 'ValidationException', message: 'busy' } });
    expect(await update({ ReplicationRegions: [] }, { ReplicationRegions: ['us-west-2'], ReplicationTimeoutInMinutes: 1 })).toMatchObject({
      Status: 'FAILED', Reason: expect.stringMatching(/^timed out, waiting for .*AddKeyReplicationRegions in us-east-1: ValidationException: busy/),
    });
  });

  test('a Region that is not enabled fails soon, even beside one whose former replica is still being deleted', async () => {
    await made({ ReplicationRegions: ['us-west-2'] }, { replicaDeletionDelay: 600, regionsNotEnabled: ['af-south-1'], switches: { regionNotEnabled: 'ValidationException' } });
    await update({ ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: [] });
    world.takeRequests();
    const answer = await update({ ReplicationRegions: [] }, { ReplicationRegions: ['us-west-2', 'af-south-1'] });
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/^AddKeyReplicationRegions in us-east-1: .*af-south-1 is not enabled/) });
    expect(world.takeRequests().filter(request => request.startsWith('Add')).length).toBeLessThan(5);
  });

  test('a Region added again waits until its former replica is gone', async () => {
    await made({ ReplicationRegions: ['us-west-2'] }, { replicaDeletionDelay: 9 });
    await update({ ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: [] });
    world.takeRequests();
    expect((await update({ ReplicationRegions: [] }, { ReplicationRegions: ['us-west-2'] })).Status).toBe('SUCCESS');
    expect(replication()).toEqual({ 'us-west-2': 'SYNCHRONIZED' });
    expect(world.takeRequests().filter(request => request.startsWith('Add'))).toEqual(['AddKeyReplicationRegions us-east-1']);
    expect(world.logLines.join('\n')).toContain('us-west-2, where the former replica is still being deleted');
  });

  test('a list taken away leaves the Regions as they are', async () => {
    await made({ ReplicationRegions: ['us-west-2'] });
    expect((await update({ ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: undefined })).Status).toBe('SUCCESS');
    expect(world.takeRequests()).toEqual(['GetKey us-east-1', 'ListTagsForResource us-east-1']);
    expect(replication()).toEqual({ 'us-west-2': 'SYNCHRONIZED' });
  });

  test('disables and enables', async () => {
    await made({});
    await update({}, { Enabled: false });
    expect(primary().key.Enabled).toBe(false);
    await update({ Enabled: false }, {});
    expect(primary().key.Enabled).toBe(true);
    expect(replication()).toEqual({ 'us-west-2': 'SYNCHRONIZED' });
  });

  test('tags: sets, overwrites, takes away its own, and leaves those of others', async () => {
    await made({ Tags: { team: 'cards', old: '1' } });
    for (const region of ['us-east-1', 'us-west-2']) {
      await world.emulator.call('TagResource', { ResourceArn: keyArn.replace('us-east-1', region), Tags: [{ Key: 'theirs', Value: 'x' }] }, { region });
    }
    await update({ Tags: { team: 'cards', old: '1' } }, { Tags: { team: 'acquiring', stage: 'prod' } });
    expect(primary().tags).toMatchObject({ team: 'acquiring', stage: 'prod', theirs: 'x' });
    expect(primary().tags).not.toHaveProperty('old');
    expect(world.keys('us-west-2')[0].tags).toEqual({ team: 'acquiring', stage: 'prod', theirs: 'x' });
  });

  test('a new Region gets the tags that the others have', async () => {
    await made({ Tags: { team: 'cards' } });
    await update({ Tags: { team: 'cards' } }, { Tags: { team: 'cards' }, ReplicationRegions: ['us-west-2', 'eu-west-1'] });
    expect(world.keys('eu-west-1')[0].tags).toEqual({ team: 'cards' });
  });

  test('a rollback of Regions finds the way back, whatever the failed update had done', async () => {
    await made({ ReplicationRegions: ['us-west-2'] });
    world.emulator.setReplicationOutcome('eu-west-1', { kind: 'fails', message: 'no room' });
    const failed = await update({ ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: ['eu-west-1'] });
    expect(failed).toMatchObject({ Status: 'FAILED', PhysicalResourceId: keyArn });
    expect(failed.Reason).toContain('replication FAILED in eu-west-1 (no room)');
    const reverse = await update({ ReplicationRegions: ['eu-west-1'] }, { ReplicationRegions: ['us-west-2'] });
    expect(reverse).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: keyArn });
    world.clock.advance(60);
    expect(replication()).toEqual({ 'us-west-2': 'SYNCHRONIZED' });
  });

  test('an update that was refused for its properties can be rolled back', async () => {
    await made({});
    const event = world.event({}, { type: 'Update', physicalId: keyArn, old: {} });
    const answer = await world.request({ ...event, OldResourceProperties: { ...event.OldResourceProperties, ReplicationRegions: 'us-west-2' } } as any);
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: keyArn });
  });

  test('a key that is gone is not made anew', async () => {
    await made({});
    const gone = keyArn.replace(/.{4}$/, 'aaaa');
    const answer = await world.update(gone, {}, { Enabled: false });
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: gone });
    expect(answer.Reason).toContain('does not exist any more');
    expect(world.keys()).toHaveLength(1);
  });

  test('a key pending deletion is not touched, and the answer says how to restore it', async () => {
    await made({});
    await world.emulator.call('DeleteKey', { KeyIdentifier: keyArn }, { region: 'us-east-1' });
    const answer = await update({}, { Enabled: false });
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain(`restore-key --region us-east-1 --key-identifier ${keyArn}`);
  });

  test('a conflict is waited out', async () => {
    await made({});
    world.emulator.faults.add({ operation: 'AddKeyReplicationRegions', forSeconds: 20, effect: { kind: 'error', type: 'ConflictException' } });
    expect((await update({}, { ReplicationRegions: ['us-west-2', 'eu-west-1'] })).Status).toBe('SUCCESS');
  });

  test('what the service calls invalid for 15 s fails', async () => {
    await made({});
    world.emulator.faults.add({ operation: 'AddKeyReplicationRegions', effect: { kind: 'error', type: 'ValidationException', message: 'never' } });
    const answer = await update({}, { ReplicationRegions: ['us-west-2', 'eu-west-1'] });
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: 'AddKeyReplicationRegions in us-east-1: ValidationException: never' });
    expect(world.takeRequests().filter(request => request.startsWith('Add'))).toHaveLength(4);
  });

  test('lost answers of changes are made up for by looking', async () => {
    await made({ Tags: { a: '1' } });
    for (const operation of ['StopKeyUsage', 'AddKeyReplicationRegions', 'RemoveKeyReplicationRegions', 'TagResource']) {
      world.emulator.faults.add({ operation, times: 1, effect: effects.responseLost() });
    }
    const declared = { Tags: { a: '2' }, Enabled: false, ReplicationRegions: ['eu-west-1'] };
    expect((await update({ Tags: { a: '1' } }, declared)).Status).toBe('SUCCESS');
    world.clock.advance(60);
    expect(primary()).toMatchObject({ key: { Enabled: false }, tags: { a: '2' } });
    expect(replication()).toEqual({ 'eu-west-1': 'SYNCHRONIZED' });
  });
});
