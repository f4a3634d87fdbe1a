import { CheckedEmulator, inRegion, PRIMARY, REPLICA } from './checked-emulator';
import { ConnectionLostError } from './errors';
import { effects, keyNotFoundAtFirst } from './faults';

const list = async (emulator: CheckedEmulator, region?: string): Promise<string | undefined> => emulator.errorOf('ListKeys', {}, region);

describe('the quota', () => {
  test('lets five requests through at once, then five each second, whatever they are', async () => {
    const emulator = new CheckedEmulator({ tps: 5 });
    const rush = async (count: number): Promise<number> => {
      const operations = ['ListKeys', 'ListAliases', 'GetDefaultKeyReplicationRegions'];
      const outcomes = [];
      for (let index = 0; index < count; index += 1) outcomes.push(await emulator.errorOf(operations[index % 3], {}));
      return outcomes.filter(error => error === undefined).length;
    };
    expect(await rush(20)).toBe(5);
    emulator.clock.advance(0.2);
    expect(await rush(20)).toBe(1);
    emulator.clock.advance(100);
    expect(await rush(20)).toBe(5);
  });

  test('is one per Region, and a throttled request does nothing', async () => {
    const emulator = new CheckedEmulator({ tps: 1 });
    await emulator.createKey();
    await expect(emulator.createKey()).rejects.toMatchObject({ type: 'ThrottlingException', status: 400 });
    expect(emulator.snapshot(PRIMARY).keys).toHaveLength(1);
    expect(await list(emulator, REPLICA)).toBeUndefined();
  });

  test('counts requests that turn out to be invalid', async () => {
    const emulator = new CheckedEmulator({ tps: 1 });
    expect(await emulator.errorOf('GetKey', {})).toBe('ValidationException');
    expect(await list(emulator)).toBe('ThrottlingException');
  });
});

describe('a fault', () => {
  test.each([
    [effects.throttle(), 'ThrottlingException'],
    [effects.accessDenied(), 'AccessDeniedException'],
    [effects.internalServerError(), 'InternalServerException'],
    [effects.serviceUnavailable(), 'ServiceUnavailableException'],
  ])('%j', async (effect, expected) => {
    const emulator = new CheckedEmulator();
    emulator.faults.add({ effect });
    expect(await list(emulator)).toBe(expected);
    expect(emulator.log.entries[0]).toMatchObject({ error: expected, executed: false });
  });

  test('strikes the operations and Regions it names, so many times, so long', async () => {
    const emulator = new CheckedEmulator();
    emulator.faults.add({ operation: ['ListKeys'], region: REPLICA, times: 2, effect: effects.throttle() });
    emulator.faults.add({ operation: 'ListAliases', forSeconds: 10, effect: effects.accessDenied() });
    expect(await list(emulator, PRIMARY)).toBeUndefined();
    expect([await list(emulator, REPLICA), await list(emulator, REPLICA), await list(emulator, REPLICA)])
      .toEqual(['ThrottlingException', 'ThrottlingException', undefined]);
    emulator.clock.advance(9);
    expect(await emulator.errorOf('ListAliases', {})).toBe('AccessDeniedException');
    emulator.clock.advance(1);
    expect(await emulator.errorOf('ListAliases', {})).toBeUndefined();
  });

  test('can look at the request, the key and its tags, and be removed', async () => {
    const emulator = new CheckedEmulator();
    const { KeyArn } = await emulator.createKey({ Tags: [{ Key: 'owner', Value: 'other' }] });
    const plain = await emulator.createKey();
    const fault = emulator.faults.add({ operation: 'StopKeyUsage', when: request => request.tags?.owner === 'other', effect: effects.accessDenied() });
    expect(await emulator.errorOf('StopKeyUsage', { KeyIdentifier: KeyArn })).toBe('AccessDeniedException');
    expect(await emulator.errorOf('StopKeyUsage', { KeyIdentifier: plain.KeyArn })).toBeUndefined();
    fault.remove();
    expect(await emulator.errorOf('StopKeyUsage', { KeyIdentifier: KeyArn })).toBeUndefined();
  });

  test('hides a new key for a while', async () => {
    const emulator = new CheckedEmulator();
    emulator.faults.add(keyNotFoundAtFirst(3));
    const { KeyArn } = await emulator.createKey();
    expect(await emulator.errorOf('GetKey', { KeyIdentifier: KeyArn })).toBe('ResourceNotFoundException');
    emulator.clock.advance(3);
    expect((await emulator.getKey(KeyArn)).KeyArn).toBe(KeyArn);
  });

  test('loses the response after the key was made, or the request before', async () => {
    const emulator = new CheckedEmulator();
    emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.requestLost() });
    emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.responseLost() });
    await expect(emulator.createKey()).rejects.toThrow(ConnectionLostError);
    expect(emulator.snapshot(PRIMARY).keys).toHaveLength(0);
    await expect(emulator.createKey()).rejects.toThrow(ConnectionLostError);
    expect(emulator.snapshot(PRIMARY).keys).toHaveLength(1);
    expect(emulator.log.entries.map(entry => [entry.status, entry.executed])).toEqual([[undefined, false], [undefined, true]]);
  });

  test('answers with a server error although the key was made', async () => {
    const emulator = new CheckedEmulator();
    emulator.faults.add({ effect: effects.internalServerError({ executed: true }) });
    await expect(emulator.createKey()).rejects.toMatchObject({ type: 'InternalServerException', status: 500 });
    expect(emulator.snapshot(PRIMARY).keys).toHaveLength(1);
  });

  test('delays a request, which then sees the service as it is by then', async () => {
    const emulator = new CheckedEmulator();
    const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
    emulator.faults.add({ region: REPLICA, effect: effects.delay(5) });
    const answer = emulator.getKey(inRegion(KeyArn, REPLICA));
    emulator.clock.advance(5);
    expect((await answer).MultiRegionKeyType).toBe('REPLICA');
    expect(emulator.log.entries.at(-1)).toMatchObject({ durationMilliseconds: 5000 });
  });
});

test('the log keeps input, key and the tags it had before', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey({ Tags: [{ Key: 'a', Value: '1' }] });
  const input = { ResourceArn: KeyArn, TagKeys: ['a'] };
  await emulator.call('UntagResource', input, { region: PRIMARY, accessKeyId: 'AKIASOMEBODY' });
  expect(emulator.log.entries.at(-1)).toEqual({
    number: 2,
    time: emulator.clock.now(),
    durationMilliseconds: 0,
    service: 'payment-cryptography',
    operation: 'UntagResource',
    region: PRIMARY,
    accessKeyId: 'AKIASOMEBODY',
    input,
    keyArn: KeyArn,
    tags: { a: '1' },
    status: 200,
    executed: true,
    output: {},
  });
});

test('a reset forgets everything but the options', async () => {
  const emulator = new CheckedEmulator({ tps: 1, replicationOutcomes: { [REPLICA]: { kind: 'fails' } } });
  await emulator.createKey();
  emulator.setReplicationOutcome(REPLICA, { kind: 'synchronizes' });
  emulator.faults.add({ effect: effects.throttle() });
  emulator.reset();
  expect(emulator.log.entries).toHaveLength(0);
  const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
  expect(emulator.nextEventTime()).toBe(emulator.clock.now() + 2000);
  emulator.clock.advance(2);
  expect((await emulator.getKey(KeyArn)).ReplicationStatus![REPLICA].Status).toBe('FAILED');
  expect(emulator.snapshot(PRIMARY).keys).toHaveLength(1);
});

test('the same random bytes make the same key', async () => {
  const random = (size: number): Buffer => Buffer.alloc(size, 7);
  const keys = [];
  for (let count = 0; count < 2; count += 1) keys.push(await new CheckedEmulator({ random }).createKey());
  expect(keys[0]).toEqual(keys[1]);
  expect(keys[0].KeyArn).toMatch(/key\/[a-z2-7]{16}$/);
});
