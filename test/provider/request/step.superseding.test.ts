import { effects } from '../../emulator';
import { Declared, World } from '../../lifecycle/world';

/** CloudFormation gives a request up and sends the next one, while the execution of the first still runs. */
describe('superseding', () => {
  let world: World;
  beforeEach(async () => { world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } }); });
  afterEach(() => world.close());

  const INVENTED = 'payments-Cvk-1A2B3C4D5E6F';
  const begin = async (event: { RequestId: string }, until: () => boolean) => {
    await world.handler(event);
    while (!until()) { if (!await world.stateMachine.runNext()) { throw new Error('ended too early'); } }
  };
  const states = () => world.keys().map(({ key }) => key.KeyState);
  const statuses = () => world.stateMachine.executions.map(({ status }) => status);

  test('a cancelled creation is stopped, and its key deleted', async () => {
    await begin(world.event({}), () => world.keys().length === 1);
    expect((await world.remove(INVENTED)).Status).toBe('SUCCESS');
    expect(statuses()).toEqual(['ABORTED', 'SUCCEEDED']);
    expect(states()).toEqual(['DELETE_PENDING']);
    expect(world.answers.size).toBe(1);
  });

  test('a key that the last step of a stopped execution still makes is found and deleted', async () => {
    const event = world.event({});
    let late: (() => Promise<unknown>) | undefined;
    world.around = async (payload, run) => {
      if (!late && payload.state.request.RequestId === event.RequestId && payload.state.memory.outcomeUnknown) {
        late = run;
        throw new Error('its answer will come too late');
      }
      // One second after the sibling was stopped, its function is still at work.
      if (late && payload.state.superseded?.[0]?.phase === 'stopped') { await late(); late = async () => undefined; }
      return run();
    };
    await begin(event, () => late !== undefined);
    expect((await world.remove(INVENTED)).Status).toBe('SUCCESS');
    expect(states()).toEqual(['DELETE_PENDING']);
  });

  test('a stopped execution that was never about to create is not searched for', async () => {
    await begin(world.event({}), () => true);
    world.stateMachine.running[0].due = world.clock.now() + 600_000;
    await world.remove(INVENTED);
    expect(world.takeRequests()).toEqual(['GetResources us-east-1']);
  });

  test('a retained key of an earlier life of the resource is not touched', async () => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'synchronizes' });
    const retained = (await world.create()).PhysicalResourceId;
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'stays in progress' });
    await begin(world.event({}), () => world.keys().length === 2);
    await world.remove(INVENTED);
    expect(Object.fromEntries(world.keys().map(({ key }) => [key.KeyArn === retained, key.KeyState]))).toEqual({ true: 'CREATE_COMPLETE', false: 'DELETE_PENDING' });
  });

  test('the reverse of a cancelled update takes away the replacement that it was making', async () => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'synchronizes' });
    const keyArn = (await world.create()).PhysicalResourceId;
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'stays in progress' });
    const other: Declared = { KeyAlgorithm: 'TDES_3KEY' };
    await begin(world.event(other, { type: 'Update', physicalId: keyArn, old: {} }), () => world.keys().length === 2);
    expect(await world.update(keyArn, other, {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: keyArn });
    expect(Object.fromEntries(world.keys().map(({ key }) => [key.KeyArn === keyArn, key.KeyState]))).toEqual({ true: 'CREATE_COMPLETE', false: 'DELETE_PENDING' });
  });

  test('an execution that has its answer is left alone: what it made may be in use', async () => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'synchronizes' });
    const keyArn = (await world.create()).PhysicalResourceId;
    const update = world.event({ KeyAlgorithm: 'TDES_3KEY' }, { type: 'Update', physicalId: keyArn, old: {} });
    await begin(update, () => world.stateMachine.running.some(({ data }) => data.answer));
    const cleanup = world.event({}, { type: 'Delete', physicalId: keyArn });
    await world.handler(cleanup);
    const slow = world.stateMachine.executions.find(({ data }) => data.answer)!;
    slow.due = world.clock.now() + 600_000;
    await world.answerTo(cleanup.RequestId);
    expect(slow.status).toBe('SUCCEEDED');
    const replacement = world.answers.get(update.RequestId)![0].PhysicalResourceId;
    expect(Object.fromEntries(world.keys().map(({ key }) => [key.KeyArn === replacement, key.KeyState]))).toEqual({ true: 'CREATE_COMPLETE', false: 'DELETE_PENDING' });
  });

  test('a cancelled creation that ends before it can be stopped is undone too', async () => {
    const creation = world.event({ WaitForReplication: false });
    const removal = world.event({}, { type: 'Delete', physicalId: INVENTED });
    await world.handler(creation);
    await world.handler(removal);
    world.clock.advance(0.05);
    world.stateMachine.running[1].due += 1000;
    await world.answerTo(creation.RequestId);
    await world.answerTo(removal.RequestId);
    expect(states()).toEqual(['DELETE_PENDING']);
  });

  test('a retained key whose creation still repeats its answer is not touched', async () => {
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'synchronizes' });
    const first = world.event({});
    await begin(first, () => world.stateMachine.running.some(({ data }) => data.answer));
    const repeating = world.stateMachine.running[0];
    repeating.due = world.clock.now() + 600_000;
    const [{ key }] = world.keys();
    world.emulator.setReplicationOutcome('us-west-2', { kind: 'stays in progress' });
    world.clock.advance(60);
    await begin(world.event({}), () => world.keys().length === 2);
    const removal = world.event({}, { type: 'Delete', physicalId: INVENTED });
    await world.handler(removal);
    while (!world.answers.has(removal.RequestId)) { await world.stateMachine.runNext(); }
    expect(Object.fromEntries(world.keys().map(one => [one.key.KeyArn === key.KeyArn, one.key.KeyState]))).toEqual({ true: 'CREATE_COMPLETE', false: 'DELETE_PENDING' });
  });

  test('a creation that ended before the delete began is only told: its answer may have been taken', async () => {
    const { PhysicalResourceId } = await world.create({ WaitForReplication: false });
    world.clock.advance(60);
    expect((await world.remove(INVENTED)).Status).toBe('SUCCESS');
    expect(states()).toEqual(['CREATE_COMPLETE']);
    expect(world.logLines.filter(line => line.includes('LEFT_BEHIND')).join('\n')).toContain(PhysicalResourceId);
  });

  test('a cancelled creation that is not listed yet is waited for', async () => {
    world.executionListLagSeconds = 15;
    await begin(world.event({}), () => world.keys().length === 1);
    expect((await world.remove(INVENTED)).Status).toBe('SUCCESS');
    expect(statuses()).toEqual(['ABORTED', 'SUCCEEDED']);
    expect(states()).toEqual(['DELETE_PENDING']);
  });

  test('a delete has time for it, however short the declared time-out', async () => {
    world.emulator.faults.add({ operation: 'GetResources', effect: effects.internalServerError() });
    const event = world.event({ ReplicationTimeoutInMinutes: 1 });
    world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.responseLost() });
    await begin(event, () => world.keys().length === 1);
    expect((await world.remove(INVENTED, { ReplicationTimeoutInMinutes: 1 })).Status).toBe('SUCCESS');
    expect(states()).toEqual(['DELETE_PENDING']);
  });

  test('what could not be undone in time is reported with the execution that made it', async () => {
    await begin(world.event({}), () => world.keys().length === 1);
    const [{ key }] = world.keys();
    world.emulator.faults.add({ operation: 'DeleteKey', effect: effects.throttle() });
    const answer = await world.remove(INVENTED);
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: INVENTED });
    expect(answer.Reason).toContain(`this request made ${key.KeyArn}. If nobody uses it: aws payment-cryptography delete-key`);
    expect(world.logLines.join('\n')).toContain('LEFT_BEHIND');
  });

  test('an execution that began after the request is not its predecessor', async () => {
    const removal = world.event({}, { type: 'Delete', physicalId: INVENTED });
    await world.handler(removal);
    world.clock.advance(20);
    await world.handler(world.event({}));
    const younger = world.stateMachine.running[1];
    while (!world.answers.has(removal.RequestId)) { await world.stateMachine.runNext(); }
    expect(younger.status).toBe('RUNNING');
  });

  test('a creation that starts after the delete, but was sent before it, is undone', async () => {
    const sent = <E extends { ResponseURL: string }>(event: E, second: string) => ({ ...event, ResponseURL: `${event.ResponseURL}&X-Amz-Date=20260101T0000${second}Z` });
    world.clock.advance(10);
    world.executionListLagSeconds = 1;
    const creation = sent(world.event({ WaitForReplication: false }), '00');
    const removal = sent(world.event({}, { type: 'Delete', physicalId: INVENTED }), '01');
    await world.handler(removal);
    world.clock.advance(0.05);
    await world.handler(creation);
    world.stateMachine.running[1].due -= 1000;
    world.stateMachine.running[0].due += 1000;
    await world.answerTo(removal.RequestId);
    expect(states()).toEqual(['DELETE_PENDING']);
  });

  test('a creation that may have been answered is told of although another delete came between', async () => {
    world.emulator.faults.add({ operation: 'GetResources', effect: effects.internalServerError() });
    const creation = world.event({ WaitForReplication: false });
    await world.handler(creation);
    await world.handler(world.event({}, { type: 'Delete', physicalId: INVENTED }));
    world.stateMachine.running[1].due += 600_000;
    const removal = world.event({}, { type: 'Delete', physicalId: INVENTED });
    await world.handler(removal);
    world.stateMachine.running[2].due += 1000;
    world.clock.advance(0.05);
    const { PhysicalResourceId } = await world.answerTo(creation.RequestId);
    await world.answerTo(removal.RequestId);
    expect(states()).toEqual(['CREATE_COMPLETE']);
    expect(world.logLines.filter(line => line.includes('LEFT_BEHIND')).join('\n')).toContain(PhysicalResourceId);
  });

  test('the executions of other resources run on', async () => {
    await begin(world.event({}, { logicalId: 'Other' }), () => world.keys().length === 1);
    const other = world.stateMachine.running[0];
    const removal = world.event({}, { type: 'Delete', physicalId: INVENTED });
    await world.handler(removal);
    while (!world.answers.has(removal.RequestId)) { await world.stateMachine.runNext(); }
    expect(other.status).toBe('RUNNING');
    expect(states()).toEqual(['CREATE_COMPLETE']);
  });

  test('a fault while superseding is waited out', async () => {
    await begin(world.event({}), () => world.keys().length === 1);
    world.emulator.faults.add({ operation: 'DeleteKey', times: 3, effect: effects.throttle() });
    expect((await world.remove(INVENTED)).Status).toBe('SUCCESS');
    expect(states()).toEqual(['DELETE_PENDING']);
  });
});
