import { effects } from '../../emulator';
import { Declared, World } from '../../lifecycle/world';

/** These lines stand in the log, and at the end of the answer when time runs out: what people read to find out what is stuck. */
describe('what is said to be waited for', () => {
  let world: World;
  afterEach(() => world.close());
  const said = () => {
    const texts = world.logLines.map(line => JSON.parse(line).message as string).filter(message => message.startsWith('waiting for '));
    world.logLines.length = 0;
    return texts.map(text => text.replace('waiting for ', '').replaceAll(world.keys()[0].key.KeyArn, '<key>'))
      .filter((text, index, all) => text !== all[index - 1]);
  };
  const WIDE: Declared = { Tags: { team: 'cards' }, ReplicationRegions: ['us-west-2', 'eu-west-1'] };

  test('while a key is made', async () => {
    world = await World.start();
    await world.create(WIDE);
    expect(said()).toEqual([
      'replication: us-west-2 IN_PROGRESS, eu-west-1 IN_PROGRESS',
      'tags of <key>'.replace('<key>', world.keys()[0].key.KeyArn.replace('us-east-1', 'us-west-2')),
    ]);
  });

  test('while a key is looked for', async () => {
    // Longer than the first look for it can be away.
    world = await World.start({ tagIndexLag: 20 });
    world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.internalServerError({ executed: true }) });
    await world.create({ ReplicationRegions: [] });
    expect(said()).toEqual([
      'the outcome of CreateKey, whose answer was lost',
      '<key>, which CreateKey made although its answer was lost',
    ]);
  });

  test('while everything changes', async () => {
    world = await World.start({ replicaDeletionDelay: 30 });
    const { PhysicalResourceId } = await world.create(WIDE);
    await world.update(PhysicalResourceId, WIDE, { ReplicationRegions: ['eu-west-1'], Enabled: false });
    said();
    await world.update(PhysicalResourceId, { ReplicationRegions: ['eu-west-1'], Enabled: false }, { ReplicationRegions: ['us-west-2', 'eu-west-2', 'sa-east-1'], Enabled: true });
    const texts = said();
    for (const text of [
      'removal from eu-west-1', 'replication to eu-west-2, sa-east-1',
      'us-west-2, where the former replica is still being deleted',
    ]) { expect(texts).toContain(text); }
  });

  test('while a replica is not known, and while a deletion is refused', async () => {
    world = await World.start();
    world.emulator.faults.add({ operation: 'TagResource', region: 'eu-west-1', times: 1, effect: effects.notFound() });
    world.emulator.faults.add({ operation: 'ListTagsForResource', region: 'us-west-2', times: 1, effect: effects.notFound() });
    const { PhysicalResourceId } = await world.create(WIDE);
    expect(said()).toContain('the replica to be known in us-west-2');
    world.emulator.faults.add({ operation: 'DeleteKey', times: 1, effect: { kind: 'error', type: 'ConflictException', message: 'busy' } });
    await world.remove(PhysicalResourceId);
    expect(said()).toContain('deletion of <key> (DeleteKey in us-east-1: ConflictException: busy)');
  });

  test('while GetKey does not know the key', async () => {
    world = await World.start();
    const { PhysicalResourceId } = await world.create({ ReplicationRegions: [] });
    world.emulator.faults.add({ operation: 'GetKey', times: 2, effect: effects.notFound() });
    await world.update(PhysicalResourceId, { ReplicationRegions: [] }, { ReplicationRegions: [], Enabled: false });
    expect(said()).toContain('GetKey to know <key>');
  });
});
