import { OWNERSHIP_TAG_PREFIX, REQUEST_ID_TAG } from '../../../src/provider/contract/ownership-tags';
import { effects } from '../../emulator';
import { TaskError } from '../../lifecycle/state-machine';
import { CVK, World } from '../../lifecycle/world';

/** L4, L5: CreateKey has no client token: whatever happens around that one call, a request makes at most one key. */
describe('write ahead', () => {
  let world: World;
  afterEach(() => world.close());

  const creations = () => world.emulator.log.entries.filter(({ operation, executed }) => operation === 'CreateKey' && executed).length;
  const marks = () => world.ledger.items.get('Cvk')!.request.calls.map(({ operation, outcome }) => `${operation} ${outcome}`);

  /** Kills the function around its CreateKey: the step never comes back. */
  const killCreation = (when: 'before' | 'after') => {
    const { createKey } = world.ports.service;
    let killed = false;
    Object.assign(world.ports.service, {
      createKey: async (...given: Parameters<typeof createKey>) => {
        if (killed) { return createKey(...given); }
        if (when === 'after') { await createKey(...given); }
        killed = true;
        return new Promise(() => undefined);
      },
    });
    world.around = async (_, run) => {
      const before = killed;
      const result = run();
      for (let count = 0; count < 500; count += 1) {
        const settled = await Promise.race([result.then(() => true), new Promise<false>(resolve => setTimeout(resolve, 2, false))]);
        if (settled) { return result; }
        if (killed && !before) { throw new TaskError('Lambda.Unknown'); }
      }
      return result;
    };
  };

  test('the mark, and what the turn intends, are in the ledger before CreateKey is called', async () => {
    world = await World.start();
    const seen: string[][] = [];
    const { createKey } = world.ports.service;
    Object.assign(world.ports.service, {
      createKey: (...given: Parameters<typeof createKey>) => {
        seen.push(marks());
        return createKey(...given);
      },
    });
    await world.create();
    expect(seen).toEqual([['CreateKey inFlight']]);
    expect(marks()).toEqual([]);
  });

  test('seven writes for a key that is created alone, none above 4 KB', async () => {
    world = await World.start({ replicationDelay: 1 });
    expect((await world.create()).Status).toBe('SUCCESS');
    const writes = world.ledger.writes.filter(({ what }) => what.startsWith('item') || what.includes('us-east-1'));
    expect(writes.map(({ what }) => what)).toEqual([
      'item Cvk', 'ticket us-east-1', 'item Cvk', 'item Cvk', 'ticket us-east-1', 'item Cvk', 'item Cvk',
    ]);
    expect(Math.max(...writes.map(({ bytes }) => bytes))).toBeLessThan(4_096);
  });

  test('a key whose answer was lost is found by its tag and adopted', async () => {
    world = await World.start();
    world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.responseLost() });
    const answer = await world.create();
    expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: world.keys()[0].key.KeyArn });
    expect(world.keys()).toHaveLength(1);
  });

  test('without the tag index, key by key', async () => {
    world = await World.start({ tagIndexLag: Infinity });
    for (let other = 0; other < 9; other += 1) { await otherKey(); world.clock.advance(1); }
    world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.internalServerError({ executed: true }) });
    const answer = await world.create();
    expect(answer.Status).toBe('SUCCESS');
    expect(world.keys().filter(({ tags }) => REQUEST_ID_TAG in tags)).toHaveLength(1);
  });

  test('where the tag index cannot be asked, key by key too', async () => {
    world = await World.start();
    world.emulator.faults.add({ operation: 'GetResources', effect: effects.accessDenied() });
    world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.responseLost() });
    expect((await world.create()).Status).toBe('SUCCESS');
    expect(world.keys()).toHaveLength(1);
  });

  test.each([
    'Lambda.TooManyRequestsException', 'Lambda.AccessDeniedException', 'Lambda.AWSLambdaException', 'Lambda.Unknown', 'States.TaskFailed',
  ])('a step that did not run, for two minutes, delays, and is not taken for a lost CreateKey: %s', async name => {
    world = await World.start();
    const until = world.clock.now() + 120_000;
    world.around = async (_, run) => {
      if (world.clock.now() < until) { throw new TaskError(name); }
      return run();
    };
    expect((await world.create()).Status).toBe('SUCCESS');
    expect(creations()).toBe(1);
    expect(world.takeRequests().some(request => request.startsWith('GetResources'))).toBe(false);
  });

  test('a request that never arrived is not repeated either, since nobody knows', async () => {
    world = await World.start();
    world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.requestLost() });
    const begun = world.clock.now();
    const answer = await world.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('CreateKey');
    expect(answer.PhysicalResourceId).toMatch(/^outcome-unknown\//);
    expect(world.clock.now() - begun).toBeGreaterThanOrEqual(300_000);
    expect(world.logLines.join('\n')).toContain('LEFT_BEHIND');
    expect(world.keys()).toHaveLength(0);
    const removal = await world.remove(answer.PhysicalResourceId);
    expect(['SUCCESS', 'FAILED']).toContain(removal.Status);
    expect((await world.remove(answer.PhysicalResourceId)).Status).toBe('SUCCESS');
  });

  test('what shows up only after the failure is deleted by the delete that follows', async () => {
    world = await World.start();
    world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.responseLost() });
    const hidden = [
      world.emulator.faults.add({ operation: 'GetResources', effect: effects.internalServerError() }),
      world.emulator.faults.add({ operation: 'ListKeys', effect: effects.internalServerError() }),
    ];
    const answer = await world.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.PhysicalResourceId).toMatch(/^outcome-unknown\//);
    hidden.forEach(fault => fault.remove());
    expect((await world.remove(answer.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(world.keys()[0].key.KeyState).toBe('DELETE_PENDING');
  });

  test.each([
    ['killed before the call', 'before', 'FAILED', 0],
    ['killed after the call', 'after', 'SUCCESS', 1],
  ] as const)('%s: at most one key', async (_, when, status, keys) => {
    world = await World.start();
    killCreation(when);
    expect((await world.create()).Status).toBe(status);
    expect(creations()).toBe(keys);
    expect(world.keys()).toHaveLength(keys);
  });

  test('throttled means not executed: tried again in its turn', async () => {
    world = await World.start();
    world.emulator.faults.add({ operation: 'CreateKey', times: 4, effect: effects.throttle() });
    expect((await world.create()).Status).toBe('SUCCESS');
    expect(world.takeRequests()).toEqual([...Array(4).fill('CreateKey us-east-1 !ThrottlingException'), 'CreateKey us-east-1', 'GetKey us-west-2 !ResourceNotFoundException', 'GetKey us-west-2', 'GetKey us-east-1']);
    expect(world.logLines.filter(line => line.includes('"code":"THROTTLED"'))).toHaveLength(4);
  });

  test('one delivery twice is one execution', async () => {
    world = await World.start();
    const event = world.event(CVK);
    await world.handler(event);
    await world.handler(event);
    await world.answerTo(event.RequestId);
    expect(world.stateMachine.executions).toHaveLength(1);
    expect(world.answers.get(event.RequestId)).toHaveLength(1);
    expect(world.keys()).toHaveLength(1);
  });

  test.each([
    ['ValidationException'],
    ['ServiceQuotaExceededException'],
  ] as const)('%s is final, and nothing is left', async type => {
    world = await World.start();
    world.emulator.faults.add({ operation: 'CreateKey', effect: { kind: 'error', type, message: 'because of this' } });
    const answer = await world.create();
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: `CreateKey in us-east-1: ${type}: because of this` });
    expect(answer.PhysicalResourceId).toMatch(/^nothing-created\//);
    world.takeRequests();
    expect((await world.remove(answer.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(world.takeRequests()).toEqual([]);
  });

  test('AccessDenied passes while permissions are fresh, and is final after two minutes', async () => {
    world = await World.start();
    world.emulator.faults.add({ operation: 'CreateKey', forSeconds: 90, effect: effects.accessDenied() });
    expect((await world.create()).Status).toBe('SUCCESS');
    world.emulator.faults.add({ operation: 'CreateKey', effect: effects.accessDenied('not you') });
    const before = world.clock.now();
    const answer = await world.create({}, { logicalId: 'Other' });
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: 'CreateKey in us-east-1: AccessDeniedException: not you' });
    expect(answer.PhysicalResourceId).toMatch(/^nothing-created\//);
    expect(world.clock.now() - before).toBeGreaterThanOrEqual(120_000);
    expect(world.clock.now() - before).toBeLessThan(180_000);
  });

  function otherKey() {
    return world.emulator.call('CreateKey', {
      KeyAttributes: {
        KeyUsage: CVK.KeyUsage, KeyClass: CVK.KeyClass, KeyAlgorithm: CVK.KeyAlgorithm, KeyModesOfUse: { Generate: true, Verify: true },
      },
      Exportable: true,
      Tags: [{ Key: `${OWNERSHIP_TAG_PREFIX}logical-id`, Value: 'Cvk' }],
    }, { region: 'us-east-1' });
  }
});
