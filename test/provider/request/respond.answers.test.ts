import * as fc from 'fast-check';
import { answerBody } from '../../../src/provider/handler/cloudformation/answer';
import { World } from '../../lifecycle/world';

describe('answers', () => {
  let world: World;
  beforeEach(async () => { world = await World.start(); });
  afterEach(() => world.close());

  test('a repeated answer is the same to the byte', async () => {
    const event = world.event({});
    await world.request(event);
    await world.handler(event);
    await world.handler(event);
    const bodies = world.answers.get(event.RequestId)!.map(({ body }) => body);
    expect(bodies).toHaveLength(3);
    expect(new Set(bodies).size).toBe(1);
  });

  test('L7: an answer that another delivery of the event brings is known to be taken, so a Delete of an unknown id leaves the key', async () => {
    const event = world.event({});
    world.answersRefused = Infinity;
    await world.handler(event);
    while (world.ledger.items.get('Cvk')!.request.phase.kind !== 'answered') { await world.stateMachine.runNext(); }
    world.answersRefused = 0;
    await world.handler(event);
    expect(world.answers.get(event.RequestId)).toMatchObject([{ Status: 'SUCCESS' }]);
    expect(world.ledger.items.get('Cvk')!.request).toMatchObject({ phase: { deliveredAt: expect.any(String) } });
    expect(world.ledger.items.get('Cvk')!.request.responseUrl).toBeUndefined();

    world.clock.advance(120);
    await world.remove('payments-Cvk-1A2B3C4D5E6F');
    expect(world.keys().map(({ key }) => key.KeyState)).toEqual(['CREATE_COMPLETE']);
  });

  test('an answer that is refused for a while is delivered in the end', async () => {
    world.answersRefused = 5;
    expect((await world.create()).Status).toBe('SUCCESS');
  });

  test('L6: the answer is in the ledger before it is sent, and its URL goes with the delivery', async () => {
    const seen: unknown[] = [];
    const { putAnswer } = world.ports;
    Object.assign(world.ports, {
      putAnswer: (url: string, body: string) => {
        const { phase, responseUrl } = world.ledger.items.get('Cvk')!.request;
        seen.push({ kind: phase.kind, same: phase.kind === 'answered' && phase.body === body, url: responseUrl === url });
        return putAnswer(url, body);
      },
    });
    await world.create();
    expect(seen).toEqual([{ kind: 'answered', same: true, url: true }]);
    expect(JSON.stringify([...world.ledger.items.values()])).not.toMatch(/X-Amz-Signature|amazonaws\.com\//);
  });

  test('when even repeating does not help, the last resort repeats the very answer', async () => {
    const event = world.event({});
    world.answersRefused = Infinity;
    world.around = async (payload, run) => {
      if (payload.task === 'respond') { throw new Error('cannot respond'); }
      return run();
    };
    await world.handler(event);
    while (world.stateMachine.running[0]?.retries !== 6) { await world.stateMachine.runNext(); }
    world.answersRefused = 0;
    await world.answerTo(event.RequestId);
    expect(world.answers.get(event.RequestId)![0].body).toBe((world.ledger.items.get('Cvk')!.request.phase as any).body);
  });

  test('when steps stop running for good, the last resort says FAILED, with the key that was made', async () => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'stays in progress' });
    world.around = async (payload, run) => {
      if (payload.task === 'step' && world.keys().length === 1) { throw new Error('broken'); }
      return run();
    };
    const answer = await world.create();
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: world.keys()[0].key.KeyArn });
    expect(answer.Reason).toContain('execution ended FAILED');
    expect(answer.Reason).toContain(`request ${answer.RequestId} made ${world.keys()[0].key.KeyArn}`);
  });

  test('the command that finds what is left is told in full, however much the service has to say', async () => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'fails', message: 'no '.repeat(3000) });
    world.emulator.faults.add({ operation: 'DeleteKey', effect: { kind: 'error', type: 'ServiceQuotaExceededException' } });
    const answer = await world.create();
    expect(Buffer.byteLength(answer.body)).toBeLessThanOrEqual(4096);
    expect(answer.Reason).toContain(`--key-identifier ${world.keys()[0].key.KeyArn} --delete-key-in-days 3`);
  });

  test('neither the response URL nor a credential is logged', async () => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'fails' });
    await world.create();
    expect(world.logLines.length).toBeGreaterThan(3);
    expect(world.logLines.join('\n')).not.toMatch(/X-Amz-Signature|amazonaws\.com|ResponseURL/);
  });
});

describe('the body of an answer', () => {
  const to = { RequestId: 'r', LogicalResourceId: 'L', StackId: 's' };

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
    expect(JSON.parse(body).Reason).toMatch(/^May be left behind: é+…$/);
  });

  test('keeps a short reason as it is', () => {
    expect(JSON.parse(answerBody(to, { status: 'FAILED', reason: 'no "room"', physicalId: 'p' })).Reason).toBe('no "room"');
  });
});
