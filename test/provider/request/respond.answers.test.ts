import * as fc from 'fast-check';
import { answerBody } from '../../../src/provider/handler/cloudformation/answer';
import { StartRefused } from '../../../src/provider/handler/request/executions';
import { World } from '../../lifecycle/world';

describe('answers', () => {
  let world: World;
  beforeEach(async () => { world = await World.start(); });
  afterEach(() => world.close());

  test('a repeated answer is the same to the byte', async () => {
    let deliveries = 0;
    world.around = async (payload, run) => {
      const result = await run();
      if (payload.task === 'respond') { deliveries += 1; if (deliveries < 3) { throw new Error('killed after its answer'); } }
      return result;
    };
    const event = world.event({});
    await world.request(event);
    const bodies = world.answers.get(event.RequestId)!.map(({ body }) => body);
    expect(bodies).toHaveLength(3);
    expect(new Set(bodies).size).toBe(1);
  });

  test('an answer that is refused for a while is delivered in the end', async () => {
    world.answersRefused = 5;
    expect((await world.create()).Status).toBe('SUCCESS');
  });

  test('when even repeating does not help, the last resort repeats the very answer', async () => {
    const event = world.event({});
    let first: string | undefined;
    world.around = async (payload, run) => {
      if (payload.task !== 'respond') { return run(); }
      first ??= payload.state.answer;
      throw new Error('cannot respond');
    };
    expect((await world.request(event)).body).toBe(first);
    expect(world.logLines.join('\n')).toContain('EXECUTION_FAILED');
  });

  test('when steps stop running for good, the last resort says FAILED, with the key that was made', async () => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'stays in progress' });
    world.around = async (payload, run) => {
      if (payload.task === 'step' && world.keys().length === 1 && payload.state.memory.made) { throw new Error('broken'); }
      return run();
    };
    const answer = await world.create();
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: world.keys()[0].key.KeyArn });
    expect(answer.Reason).toContain('execution ended FAILED');
    expect(answer.Reason).toContain(`this request made ${world.keys()[0].key.KeyArn}`);
  });

  test('the last resort of a failed update keeps the id and names the replacement', async () => {
    const keyArn = (await world.create()).PhysicalResourceId;
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'stays in progress' });
    world.around = async (payload, run) => {
      if (payload.task === 'step' && payload.state.memory.made) { throw new Error('broken'); }
      return run();
    };
    const answer = await world.update(keyArn, {}, { KeyAlgorithm: 'TDES_3KEY' });
    const replacement = world.keys().find(({ key }) => key.KeyArn !== keyArn)!.key.KeyArn;
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: keyArn });
    expect(answer.Reason).toContain(replacement);
  });

  test('a state machine that refuses to start is answered FAILED, and nothing was made', async () => {
    world.startFault = new StartRefused('the state machine could not be started: StateMachineDoesNotExist: gone', false);
    const event = world.event({});
    await world.handler(event);
    const [answer] = world.answers.get(event.RequestId)!;
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('StateMachineDoesNotExist') });
    expect(answer.PhysicalResourceId).toBe(`outcome-unknown/${event.RequestId}`);
    expect(world.takeRequests()).toEqual([]);
    const removal = world.event({}, { type: 'Delete', physicalId: answer.PhysicalResourceId });
    await world.handler(removal);
    expect(world.answers.get(removal.RequestId)![0].Status).toBe('SUCCESS');
  });

  test('a bug of ours before anything was begun is answered, not thrown', async () => {
    const event = world.event({});
    Object.assign(world.ports, { now: () => { throw new TypeError('x is undefined'); } });
    await world.handler(event);
    expect(world.answers.get(event.RequestId)![0]).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('internal error of cdk-multi-region-payment-keys') });
  });

  test('the command that finds what is left is told in full, however much the service has to say', async () => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'fails', message: 'no '.repeat(3000) });
    world.emulator.faults.add({ operation: 'DeleteKey', effect: { kind: 'error', type: 'ServiceQuotaExceededException' } });
    const answer = await world.create();
    expect(Buffer.byteLength(answer.body)).toBeLessThanOrEqual(4096);
    expect(answer.Reason).toContain(`--key-identifier ${world.keys()[0].key.KeyArn} --delete-key-in-days 3`);
  });

  test('what a second delivery starts after the first was refused is undone by the delete', async () => {
    const event = world.event({});
    world.startFault = new StartRefused('denied', false);
    await world.handler(event);
    const { PhysicalResourceId } = world.answers.get(event.RequestId)![0];
    world.startFault = undefined;
    await world.handler(event);
    await world.settle();
    expect(world.keys()).toHaveLength(1);
    expect((await world.remove(PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(world.keys()[0].key.KeyState).toBe('DELETE_PENDING');
  });

  test('permission to start that is fresh is waited for; one that never comes is answered', async () => {
    const event = world.event({});
    world.startFault = new StartRefused('denied', true);
    const begun = world.clock.now();
    await world.handler(event);
    expect(world.answers.get(event.RequestId)![0].Status).toBe('FAILED');
    expect(world.clock.now() - begun).toBeGreaterThanOrEqual(30_000);
    expect(world.clock.now() - begun).toBeLessThan(60_000);
  });

  test('an unknown outcome of starting is thrown, so that the event comes again', async () => {
    const event = world.event({});
    world.startFault = new Error('socket hang up');
    await expect(world.handler(event)).rejects.toThrow('socket hang up');
    world.startFault = undefined;
    expect((await world.request(event)).Status).toBe('SUCCESS');
  });

  test('neither the response URL nor a credential is logged', async () => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'fails' });
    await world.create();
    expect(world.logLines.length).toBeGreaterThan(3);
    expect(world.logLines.join('\n')).not.toMatch(/X-Amz-Signature|amazonaws\.com|ResponseURL/);
  });
});

describe('the body of an answer', () => {
  const to = { ResponseURL: '-', RequestId: 'r', LogicalResourceId: 'L', StackId: 's' };

  test('never exceeds 4,096 bytes of UTF-8, whatever the reason', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 9000, size: 'max' }), reason => {
      const body = answerBody(to, { status: 'FAILED', reason, physicalId: 'p' });
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
      const kept: string = JSON.parse(body).Reason;
      expect(reason.startsWith(kept.replace(/…$/, ''))).toBe(true);
    }), { numRuns: 200 });
  });

  test.each(['a', 'é', '💳', '\u0007', '"'])('of %j uses the room there is', character => {
    const body = answerBody(to, { status: 'FAILED', reason: character.repeat(5000), physicalId: 'p' });
    expect(Buffer.byteLength(body)).toBeGreaterThan(4080);
    expect(JSON.parse(body).Reason).toMatch(/…$/);
  });

  test('holds even more that is left behind than there is room for', () => {
    const body = answerBody(to, { status: 'FAILED', reason: 'why', leftBehind: 'é'.repeat(5000), physicalId: 'p' });
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
    expect(JSON.parse(body).Reason).toMatch(/^Beware: é+…$/);
  });

  test('keeps a short reason as it is', () => {
    expect(JSON.parse(answerBody(to, { status: 'FAILED', reason: 'no "room"', physicalId: 'p' })).Reason).toBe('no "room"');
  });
});
