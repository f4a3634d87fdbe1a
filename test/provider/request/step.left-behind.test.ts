import { LOGICAL_ID_TAG, REPLACES_TAG } from '../../../src/provider/contract/ownership-tags';
import { effects } from '../../emulator';
import { CVK, World } from '../../lifecycle/world';

const INVENTED = 'payments-Cvk-1A2B3C4D5E6F';

/** CloudFormation deletes by an id that it made up: whose keys are there is only told, since any of them may be in use. */
describe('a delete that names no key', () => {
  let world: World;
  beforeEach(async () => { world = await World.start(); });
  afterEach(() => world.close());
  const retained = async (count: number) => {
    const arns: string[] = [];
    for (let made = 0; made < count; made += 1) { arns.push((await world.create()).PhysicalResourceId); }
    world.clock.advance(3600 * 2);
    world.logLines.length = 0;
    return arns;
  };
  const report = async () => {
    const { Status, Reason } = await world.remove(INVENTED);
    expect(Status).toBe('SUCCESS');
    const told = world.logLines.map(line => JSON.parse(line)).filter(({ code }) => code === 'LEFT_BEHIND').map(({ message }) => message as string);
    expect(told.every(message => Reason.includes(message))).toBe(true);
    return told.join('\n');
  };
  const named = (text: string) => [...text.matchAll(/arn:aws:payment-cryptography:[^ ]+:key\/[a-z0-9]+/g)].map(([arn]) => arn);

  test('names the keys of this resource that live, and says how to delete one', async () => {
    const [first, second] = await retained(2);
    await world.create({}, { logicalId: 'Other' });
    const text = await report();
    expect(named(text).sort()).toEqual([first, second].sort());
    expect(text).toContain('delete-key --region us-east-1 --key-identifier <ARN> --delete-key-in-days 3');
    expect(world.keys().map(({ key }) => key.KeyState)).toEqual(Array(3).fill('CREATE_COMPLETE'));
  });

  test('names three at most, since each costs a request', async () => {
    await retained(5);
    expect(named(await report())).toHaveLength(3);
  });

  test('does not name what is deleted already', async () => {
    const [first, second] = await retained(2);
    await world.emulator.call('DeleteKey', { KeyIdentifier: first }, { region: 'us-east-1' });
    expect(named(await report())).toEqual([second]);
  });

  test('does not name what the index still lists though it is gone', async () => {
    await retained(1);
    world.emulator.faults.add({ operation: 'GetKey', effect: effects.notFound() });
    expect(await report()).toBe('');
  });

  test('names what cannot be looked at', async () => {
    const [first] = await retained(1);
    world.emulator.faults.add({ operation: 'GetKey', effect: effects.accessDenied() });
    expect(named(await report())).toEqual([first]);
  });

  test('reports nothing when there is nothing', async () => {
    expect(await report()).toBe('');
  });

  test('says how to look when the index cannot be asked', async () => {
    await retained(1);
    world.emulator.faults.add({ operation: 'GetResources', effect: effects.accessDenied() });
    expect(await report()).toMatch(/^the tag index could not be asked .*: aws resourcegroupstaggingapi get-resources --region us-east-1 .*--tag-filters Key=\S+,Values=Cvk$/);
  });
});

describe('a rollback to the key that was replaced', () => {
  let world: World;
  beforeEach(async () => { world = await World.start(); });
  afterEach(() => world.close());

  test('tells that the replacement may stay', async () => {
    const { PhysicalResourceId: old } = await world.create();
    const { PhysicalResourceId: replacement } = await world.update(old, CVK, { KeyAlgorithm: 'TDES_3KEY' });
    await world.update(replacement, { KeyAlgorithm: 'TDES_3KEY' }, CVK);
    expect(world.logLines.join('\n')).toContain(`back to ${old}; what had replaced it, ${replacement}, stays if this resource's keys are retained`);
  });

  test('takes no key of another resource, whatever the tag of the replacement says', async () => {
    const { PhysicalResourceId: others } = await world.create({}, { logicalId: 'Other' });
    const { PhysicalResourceId: own } = await world.create({ KeyAlgorithm: 'TDES_3KEY' });
    const Tags = [{ Key: REPLACES_TAG, Value: others }];
    await world.emulator.call('TagResource', { ResourceArn: own, Tags }, { region: 'us-east-1' });
    const { Status, PhysicalResourceId } = await world.update(own, { KeyAlgorithm: 'TDES_3KEY' }, CVK);
    expect(Status).toBe('SUCCESS');
    expect([own, others]).not.toContain(PhysicalResourceId);
    expect(world.keys().find(({ key }) => key.KeyArn === PhysicalResourceId)!.tags[LOGICAL_ID_TAG]).toBe('Cvk');
  });
});
