import { LOGICAL_ID_TAG, REPLACES_TAG, STACK_ID_TAG } from '../../../src/provider/contract/ownership-tags';
import { Declared, World } from '../../lifecycle/world';

const INVENTED = 'payments-Cvk-1A2B3C4D5E6F';

/** What cannot be accounted for is told in a reason that people see: a Delete fails once for it, and succeeds when sent again (L7, L11). */
describe('a delete that names no key, while the ledger is lost', () => {
  let world: World;
  beforeEach(async () => { world = await World.start(); });
  afterEach(() => world.close());
  const leftBehind = () => world.logLines.map(line => JSON.parse(line))
    .filter(({ code }) => code === 'LEFT_BEHIND').map(({ message }) => message as string);

  const createdAndLost = async () => {
    await world.create();
    // The tag index lags.
    world.clock.advance(60);
    world.ledger.items.clear();
  };

  test('fails once, and names the keys of this resource', async () => {
    await createdAndLost();
    const { Status, Reason, PhysicalResourceId } = await world.remove(INVENTED);
    expect({ Status, PhysicalResourceId }).toEqual({ Status: 'FAILED', PhysicalResourceId: INVENTED });
    expect(Reason).toContain('The Delete is done, but for what it may have left behind. Delete the stack again to go on. '
      + 'May be left behind: the provider\'s table knows nothing of this resource');
    expect(Reason).toContain('aws resourcegroupstaggingapi get-resources --region us-east-1 --resource-type-filters payment-cryptography '
      + `--tag-filters Key=${LOGICAL_ID_TAG},Values=Cvk`);
    expect(Reason).toContain(world.keys()[0].key.KeyArn);
    expect(leftBehind()).toHaveLength(1);
    expect(Reason).toContain(leftBehind()[0]);
  });

  test('succeeds when it is sent again, and touches no key', async () => {
    await createdAndLost();
    await world.remove(INVENTED);
    expect((await world.remove(INVENTED)).Status).toBe('SUCCESS');
    expect(world.keys().map(({ key }) => key.KeyState)).toEqual(['CREATE_COMPLETE']);
  });

  test('succeeds at once when no key bears the tags of this resource, and asks the tag index alone', async () => {
    world.takeRequests();
    expect((await world.remove(INVENTED)).Status).toBe('SUCCESS');
    expect(world.takeRequests()).toEqual(['GetResources us-east-1']);
    expect(leftBehind()).toEqual([]);
  });

  test('reports nothing where nothing was created', async () => {
    expect((await world.remove('nothing-created/r')).Status).toBe('SUCCESS');
    expect(leftBehind()).toEqual([]);
  });
});

describe('a delete of a key that bears no tags of ours, while the ledger is lost', () => {
  test('names it once, and touches it neither time', async () => {
    const world = await World.start();
    const { PhysicalResourceId: keyArn } = await world.create();
    await world.emulator.call('UntagResource', { ResourceArn: keyArn, TagKeys: [STACK_ID_TAG, LOGICAL_ID_TAG] }, { region: 'us-east-1' });
    world.ledger.items.clear();
    const { Status, Reason } = await world.remove(keyArn);
    expect(Status).toBe('FAILED');
    expect(Reason).toContain(`MultiRegionPaymentKey.adopt of ${keyArn}`);
    expect((await world.remove(keyArn)).Status).toBe('SUCCESS');
    expect(world.keys().map(({ key }) => key.KeyState)).toEqual(['CREATE_COMPLETE']);
    await world.close();
  });
});

describe('a delete that names no key, while the ledger knows one', () => {
  test('names it and its command once, and touches it neither time', async () => {
    const world = await World.start();
    const { PhysicalResourceId: living } = await world.create();
    world.clock.advance(3600 * 2);
    const { Status, Reason } = await world.remove(INVENTED);
    expect(Status).toBe('FAILED');
    expect(Reason).toContain(living);
    expect(Reason).toContain(`aws payment-cryptography delete-key --region us-east-1 --key-identifier ${living}`);
    expect((await world.remove(INVENTED)).Status).toBe('SUCCESS');
    expect(world.keys().map(({ key }) => key.KeyState)).toEqual(['CREATE_COMPLETE']);
    await world.close();
  });
});

describe('a rollback of a replacement', () => {
  test('takes no key of another resource, whatever the tag of the replacement says', async () => {
    const world = await World.start();
    const replaceable: Declared = { Replaceable: true };
    const other: Declared = { ...replaceable, KeyAlgorithm: 'TDES_3KEY' };
    const { PhysicalResourceId: others } = await world.create(replaceable, { logicalId: 'Other' });
    const { PhysicalResourceId: own } = await world.create(other);
    await world.emulator.call('TagResource', { ResourceArn: own, Tags: [{ Key: REPLACES_TAG, Value: others }] }, { region: 'us-east-1' });
    const { Status, PhysicalResourceId } = await world.update(own, other, replaceable);
    expect(Status).toBe('SUCCESS');
    expect([own, others]).not.toContain(PhysicalResourceId);
    expect(world.keys().find(({ key }) => key.KeyArn === PhysicalResourceId)!.tags[LOGICAL_ID_TAG]).toBe('Cvk');
    await world.close();
  });
});
