import { effects } from '../../emulator';
import { TaskError } from '../../lifecycle/state-machine';
import { Declared, World } from '../../lifecycle/world';

/** L1: CloudFormation gives a request up and sends the next one, while the execution of the first still runs. */
describe('superseding', () => {
  let world: World;
  beforeEach(async () => { world = await World.start({ replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } }); });
  afterEach(() => world.close());

  const INVENTED = 'payments-Cvk-1A2B3C4D5E6F';
  const begin = async (event: { RequestId: string }, until: () => boolean) => {
    await world.handler(event);
    while (!until()) { if (!await world.stateMachine.runNext()) { throw new Error('ended too early'); } }
  };
  const synchronizes = () => world.emulator.setReplicationOutcome('us-west-2', { kind: 'synchronizes' });
  const sticks = () => world.emulator.setReplicationOutcome('us-west-2', { kind: 'stays in progress' });
  const states = () => world.keys().map(({ key }) => key.KeyState);
  const statesBy = (keyArn: string) => Object.fromEntries(world.keys().map(({ key }) => [key.KeyArn === keyArn, key.KeyState]));
  const leftBehind = () => world.logLines.filter(line => line.includes('LEFT_BEHIND')).join('\n');
  const OTHER: Declared = { KeyAlgorithm: 'TDES_3KEY', Replaceable: true };

  test('a cancelled creation is rolled back, and answered FAILED', async () => {
    const creation = world.event({});
    await begin(creation, () => world.keys().length === 1);
    expect((await world.remove(INVENTED)).Status).toBe('SUCCESS');
    expect(states()).toEqual(['DELETE_PENDING']);
    expect(world.answers.get(creation.RequestId)).toMatchObject([
      { Status: 'FAILED', Reason: expect.stringContaining('superseded by a later request'), PhysicalResourceId: world.keys()[0].key.KeyArn },
    ]);
  });

  test('no wait is needed while no call is under way', async () => {
    await begin(world.event({}), () => world.keys().length === 1);
    const begun = world.clock.now();
    await world.remove(INVENTED);
    expect(world.clock.now() - begun).toBeLessThan(5_000);
  });

  test('its execution ends by itself, and calls nothing more', async () => {
    await begin(world.event({}), () => world.keys().length === 1);
    await world.remove(INVENTED);
    world.takeRequests();
    await world.settle();
    expect(world.stateMachine.executions.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    expect(world.takeRequests()).toEqual([]);
  });

  test('a key that the last step of a given-up creation still makes is found and deleted', async () => {
    let late: (() => Promise<unknown>) | undefined;
    const { createKey } = world.ports.service;
    Object.assign(world.ports.service, {
      createKey: (...given: Parameters<typeof createKey>) => {
        late ??= () => createKey(...given);
        throw new TaskError('Lambda.Unknown', 'killed');
      },
    });
    await world.handler(world.event({}));
    world.around = async (_, run) => {
      const killed = late === undefined;
      const result = await run().catch(error => { throw error; });
      if (killed && late) { throw new TaskError('Lambda.Unknown'); }
      return result;
    };
    while (!late) { await world.stateMachine.runNext(); }
    const removal = world.event({}, { type: 'Delete', physicalId: INVENTED });
    await world.handler(removal);
    await late();
    expect((await world.answerTo(removal.RequestId)).Status).toBe('SUCCESS');
    expect(states()).toEqual(['DELETE_PENDING']);
  });

  test('a creation that never came to its call needs no search', async () => {
    await begin(world.event({}), () => true);
    world.stateMachine.running[0].due = world.clock.now() + 600_000;
    await world.remove(INVENTED);
    expect(world.takeRequests()).toEqual([]);
  });

  test('a retained key of an earlier life of the resource is not touched', async () => {
    synchronizes();
    const retained = (await world.create()).PhysicalResourceId;
    sticks();
    await begin(world.event({}), () => world.keys().length === 2);
    await world.remove(INVENTED);
    expect(statesBy(retained)).toEqual({ true: 'CREATE_COMPLETE', false: 'DELETE_PENDING' });
  });

  test('given up without a Delete, and created again: the first one is rolled back, and nothing of it is done beside the second', async () => {
    const first = world.event({ Tags: { team: 'cards' } });
    await begin(first, () => world.keys().length === 1);
    const [{ key }] = world.keys();
    synchronizes();
    const answer = await world.create({ Tags: { team: 'acquiring' } });
    expect(answer.Status).toBe('SUCCESS');
    await world.settle();
    expect(statesBy(key.KeyArn)).toEqual({ true: 'DELETE_PENDING', false: 'CREATE_COMPLETE' });
    expect(world.keys().find(one => one.key.KeyArn === answer.PhysicalResourceId)!.tags.team).toBe('acquiring');
  });

  test('the reverse of a cancelled update takes away the replacement that it was making', async () => {
    synchronizes();
    const keyArn = (await world.create()).PhysicalResourceId;
    sticks();
    await begin(world.event(OTHER, { type: 'Update', physicalId: keyArn, old: {} }), () => world.keys().length === 2);
    expect(await world.update(keyArn, OTHER, {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: keyArn });
    expect(statesBy(keyArn)).toEqual({ true: 'CREATE_COMPLETE', false: 'DELETE_PENDING' });
  });

  test('the Delete of what was replaced leaves the replacement alone, even while its answer is repeated', async () => {
    synchronizes();
    const keyArn = (await world.create()).PhysicalResourceId;
    world.answersRefused = 3;
    const update = world.event(OTHER, { type: 'Update', physicalId: keyArn, old: {} });
    await begin(update, () => world.ledger.items.get('Cvk')!.request.phase.kind === 'answered');
    const cleanup = world.event({}, { type: 'Delete', physicalId: keyArn });
    await world.handler(cleanup);
    expect((await world.answerTo(cleanup.RequestId)).Status).toBe('SUCCESS');
    expect(statesBy(keyArn)).toEqual({ true: 'DELETE_PENDING', false: 'CREATE_COMPLETE' });
    expect(world.answers.get(update.RequestId)![0].Status).toBe('SUCCESS');
  });

  test('L7: three seconds after an untaken SUCCESS, a Delete with an invented id deletes the key', async () => {
    await world.create({ WaitForReplication: false });
    world.clock.advance(3);
    expect((await world.remove(INVENTED)).Status).toBe('SUCCESS');
    expect(states()).toEqual(['DELETE_PENDING']);
  });

  test('L7: a minute after it, the key stays, since the answer may have been taken; the Delete fails once to tell so', async () => {
    const { PhysicalResourceId } = await world.create({ WaitForReplication: false });
    world.clock.advance(60);
    expect(await world.remove(INVENTED)).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(PhysicalResourceId) });
    expect(leftBehind()).toContain(PhysicalResourceId);
    expect((await world.remove(INVENTED)).Status).toBe('SUCCESS');
    expect(states()).toEqual(['CREATE_COMPLETE']);
  });

  test('a delete has time for it, however short the declared time-out', async () => {
    world.emulator.faults.add({ operation: 'GetResources', effect: effects.internalServerError() });
    world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.responseLost() });
    await begin(world.event({ ReplicationTimeoutInMinutes: 1 }), () => world.keys().length === 1);
    expect((await world.remove(INVENTED, { ReplicationTimeoutInMinutes: 1 })).Status).toBe('SUCCESS');
    expect(states()).toEqual(['DELETE_PENDING']);
  });

  test('what could not be rolled back in time is reported', async () => {
    await begin(world.event({}), () => world.keys().length === 1);
    const [{ key }] = world.keys();
    world.emulator.faults.add({ operation: 'DeleteKey', effect: effects.throttle() });
    const answer = await world.remove(INVENTED);
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: INVENTED });
    world.emulator.faults.clear();
    expect((await world.remove(INVENTED)).Status).toBe('SUCCESS');
    expect(statesBy(key.KeyArn)).toEqual({ true: 'DELETE_PENDING' });
  });

  test('L2: a creation that arrives after the Delete, but was sent before it, does nothing', async () => {
    const sent = <E extends { ResponseURL: string }>(event: E, second: string) => ({ ...event, ResponseURL: `${event.ResponseURL}&X-Amz-Date=20260101T0000${second}Z` });
    const creation = sent(world.event({}), '00');
    expect((await world.request(sent(world.event({}, { type: 'Delete', physicalId: INVENTED }), '01'))).Status).toBe('SUCCESS');
    await world.handler(creation);
    expect(world.answers.get(creation.RequestId)![0]).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('sent a later request') });
    expect(world.keys()).toEqual([]);
  });

  test('the requests of other resources go on', async () => {
    await begin(world.event({}, { logicalId: 'Other' }), () => world.keys().length === 1);
    const other = world.stateMachine.running[0];
    const removal = world.event({}, { type: 'Delete', physicalId: INVENTED });
    await world.handler(removal);
    while (!world.answers.has(removal.RequestId)) { await world.stateMachine.runNext(); }
    expect(other.status).toBe('RUNNING');
    expect(states()).toEqual(['CREATE_COMPLETE']);
  });

  test('a fault during the rollback is waited out', async () => {
    await begin(world.event({}), () => world.keys().length === 1);
    world.emulator.faults.add({ operation: 'DeleteKey', times: 3, effect: effects.throttle() });
    expect((await world.remove(INVENTED)).Status).toBe('SUCCESS');
    expect(states()).toEqual(['DELETE_PENDING']);
  });

  test('stopped during its step by hand, and redriven after its Delete: nothing is made again', async () => {
    await begin(world.event({}), () => world.keys().length === 1);
    const [creation] = world.stateMachine.executions;
    await world.stateMachine.end(creation, 'ABORTED');
    expect((await world.remove(world.keys()[0].key.KeyArn)).Status).toBe('SUCCESS');
    world.stateMachine.redrive(creation);
    await world.settle();
    expect(states()).toEqual(['DELETE_PENDING']);
  });
});

/** A rollback of what changed nothing succeeds, so that a refused change never ends in UPDATE_ROLLBACK_FAILED. */
describe('an update that changed nothing, taken back', () => {
  let world: World;
  beforeEach(async () => { world = await World.start(); });
  afterEach(() => world.close());

  test('succeeds although the key is in its deletion window', async () => {
    const { PhysicalResourceId, Data } = await world.create();
    await world.emulator.call('DeleteKey', { KeyIdentifier: PhysicalResourceId }, { region: 'us-east-1' });
    expect((await world.update(PhysicalResourceId, {}, { Enabled: false })).Status).toBe('FAILED');
    world.takeRequests();
    expect(await world.update(PhysicalResourceId, { Enabled: false }, {})).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId, Data });
    expect(world.takeRequests()).toEqual([]);
  });

  test('succeeds although the update was refused before it took charge', async () => {
    const { PhysicalResourceId } = await world.create();
    expect((await world.update(PhysicalResourceId, {}, { ReplicationRegions: ['us-east-1'] })).Status).toBe('FAILED');
    expect((await world.update(PhysicalResourceId, { ReplicationRegions: ['us-east-1'] }, {})).Status).toBe('SUCCESS');
  });

  test('repairs, if the update did change something', async () => {
    const { PhysicalResourceId } = await world.create();
    world.emulator.setReplicationOutcome('eu-west-1', { kind: 'fails' });
    const wider: Declared = { ReplicationRegions: ['us-west-2', 'eu-west-1'], Enabled: false };
    expect((await world.update(PhysicalResourceId, {}, wider)).Status).toBe('FAILED');
    expect((await world.update(PhysicalResourceId, wider, {})).Status).toBe('SUCCESS');
    expect(world.keys()[0].key).toMatchObject({ Enabled: true });
  });
});
