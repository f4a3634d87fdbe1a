import { LOGICAL_ID_TAG, REQUEST_ID_TAG, STACK_ID_TAG } from '../../../../src/provider/contract/ownership-tags';
import { STACK_ID, World } from '../../../lifecycle/world';

describe('creation', () => {
  let world: World;
  afterEach(() => world.close());

  test('creates once, looks at the primary once, and answers with the attributes', async () => {
    world = await World.start();
    const answer = await world.create();
    const [{ key }] = world.keys();
    expect(answer).toMatchObject({ Status: 'SUCCESS', Reason: '', PhysicalResourceId: key.KeyArn });
    expect(answer.Data).toEqual({
      KeyArn: key.KeyArn,
      KeyId: key.KeyArn.split('/')[1],
      KeyCheckValue: key.KeyCheckValue,
      KeyCheckValueAlgorithm: 'ANSI_X9_24',
      KeyOrigin: 'AWS_PAYMENT_CRYPTOGRAPHY',
    });
    expect(world.takeRequests()).toEqual(['CreateKey us-east-1', 'GetKey us-west-2 !ResourceNotFoundException', 'GetKey us-west-2', 'GetKey us-east-1']);
    expect(key.ReplicationStatus).toEqual({ 'us-west-2': { Status: 'SYNCHRONIZED' } });
  });

  test('tells the service exactly what is declared', async () => {
    world = await World.start();
    const event = world.event({ Tags: { team: 'cards' } });
    await world.request(event);
    expect(world.emulator.log.entries[0].input).toEqual({
      KeyAttributes: {
        KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY',
        KeyClass: 'SYMMETRIC_KEY',
        KeyAlgorithm: 'TDES_2KEY',
        KeyModesOfUse: { Generate: true, Verify: true },
      },
      Exportable: true,
      Enabled: true,
      ReplicationRegions: ['us-west-2'],
      Tags: [
        { Key: 'team', Value: 'cards' },
        { Key: STACK_ID_TAG, Value: STACK_ID },
        { Key: LOGICAL_ID_TAG, Value: 'Cvk' },
        { Key: REQUEST_ID_TAG, Value: event.RequestId },
      ],
    });
  });

  test('reads the strings that CloudFormation makes of booleans and numbers', async () => {
    world = await World.start();
    const answer = await world.create({ Enabled: false, Exportable: false, ReplicationRegions: undefined });
    expect(answer.Status).toBe('SUCCESS');
    expect(world.emulator.log.entries[0].input).toMatchObject({ Enabled: false, Exportable: false });
    expect(world.keys()[0].key).toMatchObject({ Enabled: false, Exportable: false });
  });

  test('waits for every Region, and says in between what it waits for', async () => {
    world = await World.start({ replicationOutcomes: { 'eu-west-1': { kind: 'synchronizes', delay: 40 } } });
    const answer = await world.create({ ReplicationRegions: ['us-west-2', 'eu-west-1'] });
    expect(answer.Status).toBe('SUCCESS');
    expect(world.keys()[0].key.ReplicationStatus).toEqual({
      'us-west-2': { Status: 'SYNCHRONIZED' }, 'eu-west-1': { Status: 'SYNCHRONIZED' },
    });
    expect(world.logLines.join('\n')).toContain('waiting for replication: us-west-2 IN_PROGRESS, eu-west-1 IN_PROGRESS');
  });

  test('does not wait when told not to', async () => {
    world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } });
    expect((await world.create({ WaitForReplication: false })).Status).toBe('SUCCESS');
    expect(world.takeRequests()).toEqual(['CreateKey us-east-1']);
  });

  test('tags the replicas in their own Regions', async () => {
    world = await World.start();
    await world.create({ Tags: { team: 'cards' }, ReplicationRegions: ['us-west-2', 'eu-west-1'] }, { requestId: 'a' });
    for (const region of ['us-west-2', 'eu-west-1']) { expect(world.keys(region)[0].tags).toEqual({ team: 'cards' }); }
    expect(world.takeRequests()).toEqual([
      'CreateKey us-east-1', 'GetKey eu-west-1 !ResourceNotFoundException', 'GetKey eu-west-1', 'GetKey us-west-2', 'GetKey us-east-1',
      'ListTagsForResource us-west-2', 'TagResource us-west-2',
      'ListTagsForResource eu-west-1', 'TagResource eu-west-1',
    ]);
  });

  test('is not irritated by a key that GetKey does not know at first', async () => {
    world = await World.start();
    world.emulator.faults.add({ operation: 'GetKey', when: ({ keyAgeSeconds }) => (keyAgeSeconds ?? 0) < 45, effect: { kind: 'error', type: 'ResourceNotFoundException' } });
    expect((await world.create()).Status).toBe('SUCCESS');
    expect(world.keys()).toHaveLength(1);
  });

  test('believes FAILED only at the second look', async () => {
    world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'fails and recovers', delay: 2, recoversAfter: 1 } } });
    expect((await world.create()).Status).toBe('SUCCESS');
  });
});

describe('replication Regions under account defaults', () => {
  let world: World;
  afterEach(() => world.close());
  beforeEach(async () => {
    world = await World.start();
    await world.emulator.call('EnableDefaultKeyReplicationRegions', { ReplicationRegions: ['eu-west-1'] }, { region: 'us-east-1' });
  });
  const regions = () => Object.keys(world.keys()[0].key.ReplicationStatus ?? {});

  test('absent: the defaults decide', async () => {
    await world.create({ ReplicationRegions: undefined });
    expect(regions()).toEqual(['eu-west-1']);
  });

  test('listed: the list decides', async () => {
    await world.create({ ReplicationRegions: ['us-west-2'] });
    expect(regions()).toEqual(['us-west-2']);
  });

  test('empty: nowhere', async () => {
    await world.create({ ReplicationRegions: [] });
    expect(regions()).toEqual([]);
  });
});

test('empty list where the service takes it for "the defaults": what the defaults gave is taken away', async () => {
  const world = await World.start({ switches: { emptyRegionsAtCreation: 'defaults' } });
  await world.emulator.call('EnableDefaultKeyReplicationRegions', { ReplicationRegions: ['eu-west-1'] }, { region: 'us-east-1' });
  expect((await world.create({ ReplicationRegions: [] })).Status).toBe('SUCCESS');
  world.clock.advance(60);
  expect(world.keys()[0].key.ReplicationStatus ?? {}).toEqual({});
  await world.close();
});
