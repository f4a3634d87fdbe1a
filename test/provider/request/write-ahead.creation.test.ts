import { OWNERSHIP_TAG_PREFIX, REQUEST_ID_TAG } from '../../../src/provider/contract/ownership-tags';
import { effects } from '../../emulator';
import { TaskError } from '../../lifecycle/state-machine';
import { CVK, World } from '../../lifecycle/world';

/** CreateKey has no client token: whatever happens around that one call, a request makes at most one key. */
describe('write ahead', () => {
  let world: World;
  afterEach(() => world.close());

  const creations = () => world.emulator.log.entries.filter(({ operation, executed }) => operation === 'CreateKey' && executed).length;

  /** Interrupts the step that calls CreateKey, before or after it did. */
  const interruptCreation = (when: 'before' | 'after', error: Error) => {
    let done = false;
    world.around = async (payload, run) => {
      const attempts = !done && payload.state.memory.outcomeUnknown && !payload.state.memory.search;
      if (!attempts) { return run(); }
      done = true;
      if (when === 'after') { await run(); }
      throw error;
    };
  };

  test('the intention is in the execution before CreateKey is called', async () => {
    world = await World.start();
    const memories: unknown[] = [];
    world.around = async (payload, run) => {
      const before = creations();
      const result = await run();
      if (creations() > before) { memories.push(payload.state.memory); }
      return result;
    };
    await world.create();
    expect(memories).toEqual([{ outcomeUnknown: true }]);
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

  test('a step that Step Functions was denied did not run, whatever it calls that', async () => {
    world = await World.start();
    interruptCreation('before', new TaskError('Lambda.AWSLambdaException', 'not authorized (Service: AWSLambda; Status Code: 403; Error Code: AccessDeniedException)'));
    expect((await world.create()).Status).toBe('SUCCESS');
    expect(creations()).toBe(1);
  });

  test('a request that never arrived is not repeated either, since nobody knows', async () => {
    world = await World.start();
    world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.requestLost() });
    const answer = await world.create();
    expect(answer.Status).toBe('FAILED');
    expect(answer.Reason).toContain('the answer of CreateKey was lost');
    expect(answer.PhysicalResourceId).toMatch(/^outcome-unknown\//);
    expect(world.logLines.join('\n')).toContain('LEFT_BEHIND');
    expect(world.keys()).toHaveLength(0);
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
    interruptCreation(when, new TaskError('Lambda.Unknown'));
    expect((await world.create()).Status).toBe(status);
    expect(creations()).toBe(keys);
    expect(world.keys()).toHaveLength(keys);
  });

  test('an error that proves that the function did not run repeats the step', async () => {
    world = await World.start();
    interruptCreation('before', new TaskError('Lambda.TooManyRequestsException'));
    expect((await world.create()).Status).toBe('SUCCESS');
    expect(creations()).toBe(1);
  });

  test('throttled means not executed: tried again, ever more rarely', async () => {
    world = await World.start();
    world.emulator.faults.add({ operation: 'CreateKey', times: 4, effect: effects.throttle() });
    expect((await world.create()).Status).toBe('SUCCESS');
    expect(world.takeRequests()).toEqual([...Array(4).fill('CreateKey us-east-1 !ThrottlingException'), 'CreateKey us-east-1', 'GetKey us-west-2', 'GetKey us-east-1']);
  });

  test('one delivery twice is one execution', async () => {
    world = await World.start();
    const event = world.event(CVK);
    await world.handler(event);
    await world.handler(event);
    await world.answerTo(event.RequestId);
    await world.handler(event);
    await world.settle();
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
