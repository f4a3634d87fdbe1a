import { effects } from '../../../emulator';
import { World } from '../../../lifecycle/world';

const DAY = 86_400;

describe('deletion', () => {
  let world: World;
  let keyArn: string;

  beforeEach(async () => {
    world = await World.start();
    keyArn = (await world.create()).PhysicalResourceId;
    world.takeRequests();
  });
  afterEach(() => world.close());
  const key = () => world.keys()[0].key;
  const window = () => Math.round((key().DeletePendingTimestamp! - world.clock.now() / 1000) / DAY);

  test.each([[undefined, 7], [3, 3], [180, 180]])('with a window of %s days', async (declared, days) => {
    expect(await world.remove(keyArn, declared ? { DeletionWindowInDays: declared } : {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: keyArn });
    expect(key().KeyState).toBe('DELETE_PENDING');
    expect(window()).toBe(days);
    expect(world.keys('us-west-2')).toEqual([]);
    expect(world.takeRequests()).toEqual(['ListTagsForResource us-east-1', 'DeleteKey us-east-1']);
  });

  test('a key pending deletion is left at that', async () => {
    await world.remove(keyArn, { DeletionWindowInDays: 3 });
    expect((await world.remove(keyArn, { DeletionWindowInDays: 90 })).Status).toBe('SUCCESS');
    expect(window()).toBe(3);
  });

  test('a key that is not there is deleted already, once several looks agree', async () => {
    const other = keyArn.replace(/.{4}$/, 'aaaa');
    expect((await world.remove(other)).Status).toBe('SUCCESS');
    expect(world.takeRequests()).toEqual(Array(4).fill(['ListTagsForResource', 'DeleteKey', 'GetKey'].map(operation => `${operation} us-east-1 !ResourceNotFoundException`)).flat());
  });

  test('a key that GetKey does not know for a moment is deleted all the same', async () => {
    world.emulator.faults.add({ operation: 'GetKey', times: 2, effect: effects.notFound() });
    expect((await world.remove(keyArn)).Status).toBe('SUCCESS');
    expect(key().KeyState).toBe('DELETE_PENDING');
  });

  test('a key that GetKey does not know for long is deleted all the same', async () => {
    world.emulator.faults.add({ operation: 'GetKey', effect: effects.notFound() });
    expect((await world.remove(keyArn)).Status).toBe('SUCCESS');
    expect(key().KeyState).toBe('DELETE_PENDING');
  });

  test('a key that is not there has no tag, so that even its deletion is denied: that is told once, then success', async () => {
    const gone = keyArn.replace(/.{4}$/, 'aaaa');
    world.emulator.faults.add({ operation: 'DeleteKey', effect: effects.accessDenied() });
    expect((await world.remove(gone)).Status).toBe('FAILED');
    expect((await world.remove(gone)).Status).toBe('SUCCESS');
    expect(world.logLines.filter(line => line.includes('LEFT_BEHIND')).join('\n'))
      .toContain(`aws payment-cryptography delete-key --region us-east-1 --key-identifier ${gone} --delete-key-in-days 3`);
  });

  test('a key of which DeleteKey knows nothing either is not told of', async () => {
    expect((await world.remove(keyArn.replace(/.{4}$/, 'aaaa'))).Status).toBe('SUCCESS');
    expect(world.logLines.join('\n')).not.toContain('LEFT_BEHIND');
  });

  test('AccessDenied is not "not found": the deletion fails', async () => {
    world.emulator.faults.add({ operation: 'DeleteKey', effect: effects.accessDenied() });
    expect(await world.remove(keyArn)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: keyArn });
    expect(key().KeyState).toBe('CREATE_COMPLETE');
  });

  test('a lost answer is made up for by looking', async () => {
    world.emulator.faults.add({ operation: 'DeleteKey', times: 1, effect: effects.responseLost() });
    expect((await world.remove(keyArn)).Status).toBe('SUCCESS');
    expect(key().KeyState).toBe('DELETE_PENDING');
  });

  test('a key that somebody else deletes meanwhile', async () => {
    const { deleteKey } = world.ports.service;
    (world.ports.service as any).deleteKey = async (arn: string, days: number) => {
      if (key().KeyState === 'CREATE_COMPLETE') {
        await world.emulator.call('DeleteKey', { KeyIdentifier: arn, DeleteKeyInDays: 5 }, { region: 'us-east-1' });
      }
      return deleteKey(arn, days);
    };
    expect((await world.remove(keyArn)).Status).toBe('SUCCESS');
    expect(window()).toBe(5);
  });

  test('an id that CloudFormation invented deletes nothing of which the answer was taken, and tells of it once', async () => {
    world.clock.advance(60);
    expect(await world.remove('payments-Cvk-1A2B3C4D5E6F')).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(keyArn) });
    expect((await world.remove('payments-Cvk-1A2B3C4D5E6F')).Status).toBe('SUCCESS');
    expect(key().KeyState).toBe('CREATE_COMPLETE');
  });

  test('looks that find nothing count only in a row', async () => {
    world.emulator.faults.add({ operation: 'DeleteKey', times: 8, effect: { kind: 'error', type: 'ConflictException' } });
    let looks = 0;
    world.emulator.faults.add({ operation: 'GetKey', when: () => (looks += 1) % 2 === 1, effect: effects.notFound() });
    expect((await world.remove(keyArn)).Status).toBe('SUCCESS');
    expect(key().KeyState).toBe('DELETE_PENDING');
  });
});
