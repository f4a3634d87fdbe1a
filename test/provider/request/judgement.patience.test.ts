import { effects } from '../../emulator';
import { World } from '../../lifecycle/world';

/** How long the handler waits for what takes its time, and how often it looks: everybody shares five requests a second. */
describe('waiting', () => {
  let world: World;
  afterEach(() => world.close());
  const secondsBetween = (operation: string, where?: string) => {
    const entries = world.emulator.log.entries.filter(entry => entry.operation === operation && (where ?? entry.region) === entry.region);
    const times = entries.map(({ time }) => time / 1000);
    return times.slice(1).map((time, index) => Math.round(time - times[index]));
  };

  test('for a replication looks ever more rarely, and never more rarely than every half minute', async () => {
    world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } });
    await world.create({ ReplicationTimeoutInMinutes: 5 });
    const looks = secondsBetween('GetKey').slice(0, -1);
    expect(looks).toEqual([...looks].sort((a, b) => a - b));
    expect([looks[0], looks[1], looks.at(-2), looks.at(-1)]).toEqual([1, 1, 30, 30]);
    expect(looks.length).toBeLessThan(50);
    // Hardly any of them spends the quota of the primary.
    expect(secondsBetween('GetKey', 'us-east-1').length).toBeLessThan(7);
  });

  test('begins anew after a change, whose effect may be quick', async () => {
    world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'synchronizes', delay: 60 }, 'eu-west-1': { kind: 'synchronizes', delay: 60 } } });
    const { PhysicalResourceId } = await world.create();
    world.takeRequests();
    expect((await world.update(PhysicalResourceId, {}, { ReplicationRegions: ['us-west-2', 'eu-west-1'] })).Status).toBe('SUCCESS');
    const added = world.emulator.log.entries.map(({ operation }) => operation).lastIndexOf('AddKeyReplicationRegions');
    const [change, ...looks] = world.emulator.log.entries.slice(added).map(({ time }) => time / 1000);
    expect(looks.slice(0, 3).map(time => Math.round(time - change))).toEqual([1, 2, 3]);
  });

  test('for a key in creation ends with its completion', async () => {
    world = await World.start();
    const { getKey } = world.ports.service;
    let looks = 0;
    Object.assign(world.ports.service, {
      getKey: async (keyArn: string) => {
        const key = await getKey(keyArn);
        if (keyArn.includes('us-west-2')) { return key; }
        looks += 1;
        return looks <= 3 ? { ...key, state: 'CREATE_IN_PROGRESS' } : key;
      },
    });
    expect((await world.create()).Status).toBe('SUCCESS');
    expect(secondsBetween('GetKey', 'us-east-1')).toEqual([5, 5, 5]);
    expect(world.logLines.join('\n')).toContain(`${world.keys()[0].key.KeyArn}, which is CREATE_IN_PROGRESS`);
  });

  test('for a key in creation ends with its failure', async () => {
    world = await World.start();
    const { getKey } = world.ports.service;
    Object.assign(world.ports.service, { getKey: async (keyArn: string) => ({ ...await getKey(keyArn), state: 'CREATE_FAILED' }) });
    const answer = await world.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toBe(`${answer.PhysicalResourceId} is CREATE_FAILED, so nothing can be done with it`);
  });

  test('for a key to be known is as long each time', async () => {
    world = await World.start();
    world.emulator.faults.add({ operation: 'GetKey', region: 'us-east-1', times: 5, effect: effects.notFound() });
    expect((await world.create()).Status).toBe('SUCCESS');
    expect(secondsBetween('GetKey', 'us-east-1')).toEqual([5, 5, 5, 5, 5]);
  });

  test('for a conflict to pass goes on until it has passed, ever more rarely, with up to a minute between the tries', async () => {
    world = await World.start();
    const { PhysicalResourceId } = await world.create();
    world.takeRequests();
    world.emulator.faults.add({ operation: 'StopKeyUsage', times: 6, effect: { kind: 'error', type: 'ConflictException', message: 'busy' } });
    expect((await world.update(PhysicalResourceId, {}, { Enabled: false })).Status).toBe('SUCCESS');
    const pauses = secondsBetween('StopKeyUsage');
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
    expect([pauses[0], pauses.at(-1)]).toEqual([6, 61]);
    expect(world.logLines.join('\n')).toContain('waiting for the key to be disabled, which the service refuses for now (StopKeyUsage in us-east-1: ConflictException: busy)');
  });

  test.each(['ValidationException', 'ResourceNotFoundException'] as const)('after %s is short, since what was looked at may be out of date', async type => {
    world = await World.start();
    const { PhysicalResourceId } = await world.create();
    world.takeRequests();
    world.emulator.faults.add({ operation: 'RemoveKeyReplicationRegions', times: 2, effect: { kind: 'error', type } });
    world.emulator.faults.add({ operation: 'AddKeyReplicationRegions', times: 2, effect: { kind: 'error', type } });
    expect((await world.update(PhysicalResourceId, { ReplicationRegions: ['us-west-2'] }, { ReplicationRegions: ['eu-west-1'] })).Status).toBe('SUCCESS');
    expect(secondsBetween('RemoveKeyReplicationRegions')).toEqual([6, 6]);
    expect(secondsBetween('AddKeyReplicationRegions').every(pause => pause <= 7)).toBe(true);
  });

  test.each(['ValidationException', 'ResourceNotFoundException'] as const)('after %s ends when it comes for a quarter of a minute', async type => {
    world = await World.start();
    const { PhysicalResourceId } = await world.create();
    world.takeRequests();
    world.emulator.faults.add({ operation: 'StopKeyUsage', effect: { kind: 'error', type } });
    expect((await world.update(PhysicalResourceId, {}, { Enabled: false })).Status).toBe('FAILED');
    expect(world.takeRequests().filter(request => request.startsWith('Stop'))).toHaveLength(4);
  });

  test('does not happen where the service says that its quota is spent', async () => {
    world = await World.start();
    const { PhysicalResourceId } = await world.create();
    world.takeRequests();
    world.emulator.faults.add({ operation: 'AddKeyReplicationRegions', effect: { kind: 'error', type: 'ServiceQuotaExceededException', message: 'full' } });
    const answer = await world.update(PhysicalResourceId, {}, { ReplicationRegions: ['us-west-2', 'eu-west-1'] });
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: 'AddKeyReplicationRegions in us-east-1: ServiceQuotaExceededException: full' });
    expect(world.takeRequests().filter(request => request.startsWith('Add'))).toHaveLength(1);
  });
});

describe('a replication that FAILED', () => {
  let world: World;
  afterEach(() => world.close());

  test('is told with its Regions, its reason, and what to do', async () => {
    world = await World.start({ replicationOutcomes: { 'eu-west-1': { kind: 'fails', message: 'no room' } } });
    const { Reason } = await world.create({ ReplicationRegions: ['us-west-2', 'eu-west-1'] });
    expect(Reason).toMatch(/^replication FAILED in eu-west-1 \(no room\), also when the Region was removed and added again\. The role of the provider's function needs payment-cryptography:CreateKey there/);
    expect(Reason).toMatch(/Then deploy again$/);
  });

  test('without a reason is told as such', async () => {
    world = await World.start({ switches: { failedStatusMessage: 'absent' }, replicationOutcomes: { 'us-west-2': { kind: 'fails' }, 'eu-west-1': { kind: 'fails' } } });
    const { Reason } = await world.create({ ReplicationRegions: ['us-west-2', 'eu-west-1'] });
    expect(Reason).toContain('FAILED in us-west-2 (the service gives no reason), eu-west-1 (the service gives no reason), also when');
  });

  test('in one look and in another Region in the next is not believed yet', async () => {
    world = await World.start({
      replicationOutcomes: {
        'us-west-2': { kind: 'fails and recovers', delay: 2, recoversAfter: 1 },
        'eu-west-1': { kind: 'fails and recovers', delay: 4, recoversAfter: 1 },
      },
    });
    expect((await world.create({ ReplicationRegions: ['us-west-2', 'eu-west-1'] })).Status).toBe('SUCCESS');
  });

  test('is not waited for, nor believed, when the declaration does not wait', async () => {
    world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'fails', delay: 0 } } });
    expect((await world.create({ WaitForReplication: false })).Status).toBe('SUCCESS');
  });
});
