import { effects } from '../../emulator';
import { World } from '../../lifecycle/world';

/** Turns of a key's life that are rare, and that must go well all the same. */
describe('odd turns', () => {
  let world: World;
  afterEach(() => world.close());
  const failing = () => world.ledger.items.get('Cvk')?.request.phase.kind === 'rollingBack';
  const ECHO = [{ region: 'us-west-2', status: 'SYNCHRONIZED' }];
  const REPLACEABLE = { Replaceable: true };
  const REPLACED = { ...REPLACEABLE, KeyAlgorithm: 'TDES_3KEY' };

  test('an update of what never became a key fails, and calls nothing', async () => {
    world = await World.start();
    for (const id of ['nothing-created/r', 'outcome-unknown/r', 'payments-Cvk-1A2B3C4D5E6F']) {
      expect(await world.update(id, {}, { Enabled: false })).toMatchObject({
        Status: 'FAILED', PhysicalResourceId: id, Reason: expect.stringContaining(`${id} never became a key, so it cannot be updated`),
      });
    }
    expect(world.takeRequests()).toEqual([]);
  });

  test('a replacement whose predecessor GetKey does not know for a moment is rolled back to it all the same', async () => {
    world = await World.start();
    const { PhysicalResourceId: old } = await world.create(REPLACEABLE);
    const { PhysicalResourceId: replacement } = await world.update(old, REPLACEABLE, REPLACED);
    world.emulator.faults.add({ operation: 'GetKey', when: ({ keyArn }) => keyArn === old, times: 3, effect: effects.notFound() });
    expect(await world.update(replacement, REPLACED, REPLACEABLE)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: old });
    expect(world.keys()).toHaveLength(2);
  });

  test('a rollback to a predecessor that is gone makes a key anew', async () => {
    world = await World.start();
    const { PhysicalResourceId: old } = await world.create(REPLACEABLE);
    const { PhysicalResourceId: replacement } = await world.update(old, REPLACEABLE, REPLACED);
    world.emulator.faults.add({ operation: 'GetKey', when: ({ keyArn }) => keyArn === old, effect: effects.notFound() });
    const { Status, PhysicalResourceId } = await world.update(replacement, REPLACED, REPLACEABLE);
    expect(Status).toBe('SUCCESS');
    expect([old, replacement]).not.toContain(PhysicalResourceId);
  });

  test('undoing goes on through what passes: a key not known yet, a conflict', async () => {
    world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'fails' } } });
    world.emulator.faults.add({ operation: 'DeleteKey', times: 2, effect: { kind: 'error', type: 'ConflictException' } });
    world.emulator.faults.add({ operation: 'GetKey', times: 2, when: failing, effect: effects.notFound() });
    expect((await world.create()).Reason).not.toContain('May be left behind');
    expect(world.keys()[0].key.KeyState).toBe('DELETE_PENDING');
  });

  test('undoing a key that the service never comes to know reports it', async () => {
    world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'fails' } } });
    for (const operation of ['GetKey', 'DeleteKey']) { world.emulator.faults.add({ operation, when: failing, effect: effects.notFound() }); }
    const { Reason, PhysicalResourceId, RequestId } = await world.create();
    expect(Reason).toContain(`May be left behind: request ${RequestId} made ${PhysicalResourceId}`);
    expect(world.logLines.filter(line => line.includes('LEFT_BEHIND'))).toHaveLength(1);
  });

  test('a key that is replicated as soon as it is created gets the tags of its replicas in turns of their own', async () => {
    world = await World.start({ replicationDelay: 0 });
    const { createKey } = world.ports.service;
    Object.assign(world.ports.service, {
      createKey: async (...given: Parameters<typeof createKey>) => ({ ...await createKey(...given), replication: ECHO }),
    });
    let mostChanges = 0;
    world.around = async (_, run) => {
      const before = world.emulator.log.entries.length;
      const result = await run();
      const changes = world.emulator.log.entries.slice(before).filter(({ operation }) => ['CreateKey', 'TagResource'].includes(operation!));
      mostChanges = Math.max(mostChanges, changes.length);
      return result;
    };
    expect((await world.create({ Tags: { team: 'cards' } })).Status).toBe('SUCCESS');
    expect(world.keys('us-west-2')[0].tags).toEqual({ team: 'cards' });
    expect(mostChanges).toBe(1);
    expect(world.logLines.join('\n')).toContain('waiting for tags of the replicas');
  });

  test('a bug in a change is not taken for a refusal of the service', async () => {
    world = await World.start();
    const { PhysicalResourceId } = await world.create();
    Object.assign(world.ports.service, { stopKeyUsage: async () => { throw new TypeError('x is not a function'); } });
    expect((await world.update(PhysicalResourceId, {}, { Enabled: false })).Reason).toContain('internal error of cdk-multi-region-payment-keys, please report it: TypeError');
  });

  test('a key that GetKey never comes to know is deleted by its id all the same, once DeleteKey is let through', async () => {
    world = await World.start();
    const { PhysicalResourceId } = await world.create();
    world.emulator.faults.add({ operation: 'GetKey', effect: effects.notFound() });
    world.emulator.faults.add({ operation: 'DeleteKey', times: 2, effect: effects.throttle() });
    expect((await world.remove(PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(world.keys()[0].key.KeyState).toBe('DELETE_PENDING');
  });

  test('a key that GetKey never comes to know, and that DeleteKey finds invalid, is not called deleted', async () => {
    world = await World.start();
    const { PhysicalResourceId } = await world.create();
    world.emulator.faults.add({ operation: 'GetKey', effect: effects.notFound() });
    world.emulator.faults.add({ operation: 'DeleteKey', effect: { kind: 'error', type: 'ValidationException', message: 'no' } });
    expect(await world.remove(PhysicalResourceId)).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(new RegExp(`May be left behind: GetKey found no ${PhysicalResourceId}, but DeleteKey did not say so: `
        + `.* Should the key be there after all: aws payment-cryptography delete-key --region us-east-1 --key-identifier ${PhysicalResourceId}`)),
    });
    expect((await world.remove(PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(world.keys()[0].key.KeyState).toBe('CREATE_COMPLETE');
  });
});
