import { effects, EmulatorOptions } from '../../../emulator';
import { World } from '../../../lifecycle/world';

/** Tags do not replicate: the handler sets them in each Region, once the replica is there. */
describe('tags of replicas', () => {
  let world: World;
  afterEach(() => world.close());
  const TAGS = { team: 'cards' };
  const created = async (options: EmulatorOptions, prepare: () => void = () => undefined) => {
    world = await World.start(options);
    prepare();
    return world.create({ Tags: TAGS, ReplicationRegions: ['us-west-2', 'eu-west-1'] });
  };
  const tagsIn = (region: string) => world.keys(region)[0].tags;

  test.each(['ListTagsForResource', 'TagResource'])('wait for a Region where %s does not know the replica yet', async operation => {
    const answer = await created({}, () => world.emulator.faults.add({ operation, region: 'us-west-2', times: 2, effect: effects.notFound() }));
    expect(answer.Status).toBe('SUCCESS');
    expect([tagsIn('us-west-2'), tagsIn('eu-west-1')]).toEqual([TAGS, TAGS]);
  });

  test('are given up where the service refuses them, and the log says so', async () => {
    const answer = await created({}, () => world.emulator.faults.add({
      operation: 'TagResource', region: 'us-west-2', effect: { kind: 'error', type: 'ValidationException', message: 'read-only' },
    }));
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    expect([tagsIn('us-west-2'), tagsIn('eu-west-1')]).toEqual([{}, TAGS]);
    expect(world.logLines.join('\n')).toContain(
      'the replica in us-west-2 stays without tags, which the service refused: TagResource in us-west-2: ValidationException: read-only');
  });

  test('fail the request where they are forbidden', async () => {
    const answer = await created({}, () => world.emulator.faults.add({ operation: 'TagResource', region: 'us-west-2', effect: effects.accessDenied('not you') }));
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: 'TagResource in us-west-2: AccessDeniedException: not you' });
  });

  test('that are there already are not set again', async () => {
    const { PhysicalResourceId } = await created({});
    world.takeRequests();
    await world.update(PhysicalResourceId, { Tags: TAGS, ReplicationRegions: ['us-west-2', 'eu-west-1'] }, { Tags: TAGS, ReplicationRegions: ['us-west-2', 'eu-west-1'] });
    expect(world.takeRequests()).toEqual([
      'GetKey us-east-1', 'ListTagsForResource us-east-1', 'ListTagsForResource us-west-2', 'ListTagsForResource eu-west-1',
    ]);
  });

  test('are set and taken away in two requests, one a turn', async () => {
    const { PhysicalResourceId } = await created({});
    world.takeRequests();
    const declared = { Tags: { stage: 'prod' }, ReplicationRegions: ['us-west-2'] };
    await world.update(PhysicalResourceId, { Tags: TAGS, ReplicationRegions: ['us-west-2'] }, declared);
    expect(tagsIn('us-west-2')).toEqual({ stage: 'prod' });
    expect(world.takeRequests().filter(request => /[Tt]ag.*us-west-2/.test(request))).toEqual([
      'ListTagsForResource us-west-2', 'TagResource us-west-2', 'ListTagsForResource us-west-2', 'UntagResource us-west-2',
    ]);
  });

  test('that are only taken away cost no request to set any', async () => {
    const { PhysicalResourceId } = await created({});
    world.takeRequests();
    await world.update(PhysicalResourceId, { Tags: TAGS, ReplicationRegions: ['us-west-2', 'eu-west-1'] }, { ReplicationRegions: ['us-west-2', 'eu-west-1'] });
    expect([tagsIn('us-west-2'), tagsIn('eu-west-1')]).toEqual([{}, {}]);
    expect(world.takeRequests()).toEqual([
      'GetKey us-east-1', 'ListTagsForResource us-east-1', 'UntagResource us-east-1',
      'ListTagsForResource us-west-2', 'UntagResource us-west-2', 'ListTagsForResource eu-west-1', 'UntagResource eu-west-1',
    ]);
  });

  test('wait for no Region that is not waited for', async () => {
    world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } });
    expect((await world.create({ Tags: TAGS, ReplicationRegions: ['us-west-2'], WaitForReplication: false })).Status).toBe('SUCCESS');
    expect(world.takeRequests()).toEqual(['CreateKey us-east-1']);
  });
});
