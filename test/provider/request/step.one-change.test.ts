import { effects, EmulatorOptions } from '../../emulator';
import { CVK, Declared, World } from '../../lifecycle/world';

const CHANGES = ['CreateKey', 'DeleteKey', 'AddKeyReplicationRegions', 'RemoveKeyReplicationRegions', 'StartKeyUsage', 'StopKeyUsage', 'TagResource', 'UntagResource'];
const TAGS = { team: 'cards' };
const REPLACEABLE: Declared = { Replaceable: true };
const REPLACED: Declared = { ...REPLACEABLE, KeyAlgorithm: 'TDES_3KEY' };

/** What a turn did is recorded only at its end: two changes in one could not be told apart when it never comes back. */
describe('a turn makes one change at most', () => {
  const DEFAULTS: EmulatorOptions = { switches: { emptyRegionsAtCreation: 'defaults' } };
  const both = ['us-west-2', 'eu-west-1'];

  test.each<[string, EmulatorOptions, Declared[]]>([
    ['while a key is made, tagged and replicated', {}, [{ Tags: TAGS, ReplicationRegions: both }]],
    ['while what the account\'s defaults gave is taken away at once', DEFAULTS, [{ ReplicationRegions: [] }]],
    ['while everything changes', {}, [{ Tags: TAGS, ReplicationRegions: both }, { Tags: { stage: 'prod' }, ReplicationRegions: ['eu-west-2'], Enabled: false }]],
    ['while a replacement is made', {}, [REPLACEABLE, { ...REPLACED, Tags: TAGS }]],
    ['while a replacement is rolled back', {}, [REPLACEABLE, REPLACED, { ...REPLACEABLE, Tags: TAGS, Enabled: false }]],
  ])('%s', async (_, options, declarations) => {
    const world = await World.start(options);
    await world.emulator.call('EnableDefaultKeyReplicationRegions', { ReplicationRegions: ['sa-east-1'] }, { region: 'us-east-1' });
    const changes: string[][] = [];
    world.around = async (_payload, run) => {
      world.takeRequests();
      const result = await run();
      changes.push(world.emulator.log.entries.map(({ operation }) => operation!).filter(operation => CHANGES.includes(operation)));
      return result;
    };
    let id = (await world.create(declarations[0])).PhysicalResourceId;
    for (const [index, declared] of declarations.slice(1).entries()) {
      const answer = await world.update(id, declarations[index], declared);
      expect(answer.Status).toBe('SUCCESS');
      id = answer.PhysicalResourceId;
    }
    await world.remove(id);
    await world.close();
    expect(changes.flat().length).toBeGreaterThan(1);
    expect(changes.filter(ofTurn => ofTurn.length > 1)).toEqual([]);
  });
});

describe('a key that vanishes while it is updated', () => {
  test('is not waited for beyond a few looks, nor made anew', async () => {
    const world = await World.start();
    const { PhysicalResourceId: keyArn } = await world.create();
    world.takeRequests();
    world.emulator.faults.add({
      operation: 'GetKey',
      when: () => world.emulator.log.entries.some(({ operation }) => operation === 'StopKeyUsage'),
      effect: effects.notFound(),
    });
    const { Status, Reason } = await world.update(keyArn, CVK, { Enabled: false });
    expect({ Status, Reason }).toEqual({ Status: 'FAILED', Reason: expect.stringMatching(/^\S+ does not exist any more\. .* To have a new key, declare it under a new construct id$/) });
    const failed = world.emulator.log.entries.filter(({ error }) => error);
    // The replica is looked at for as long as any is waited for; the key itself only a few times.
    expect(failed.filter(({ region }) => region === 'us-east-1').map(({ keyArn: of }) => of)).toEqual(Array(4).fill(keyArn));
    expect(failed.every(({ operation }) => operation === 'GetKey')).toBe(true);
    expect(world.keys()).toHaveLength(1);
    await world.close();
  });
});
