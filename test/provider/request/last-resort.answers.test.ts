import { World } from '../../lifecycle/world';

/** L10: EventBridge tells of an execution that ended without delivering its answer. */
describe.each([['with', true], ['without', false]])('the last resort, told %s the input of the execution', (_, eventsTellInput) => {
  let world: World;
  beforeEach(async () => {
    world = await World.start();
    world.eventsTellInput = eventsTellInput;
  });
  afterEach(() => world.close());
  const errors = () => world.logLines.map(line => JSON.parse(line)).filter(({ level }) => level === 'ERROR');
  const stuck = () => world.emulator.setReplicationOutcome('us-west-2', { kind: 'stays in progress' });
  const begun = async (event: { RequestId: string }, until: () => boolean) => {
    await world.handler(event);
    while (!until()) { if (!await world.stateMachine.runNext()) { throw new Error('ended too early'); } }
    return world.stateMachine.running.at(-1)!;
  };
  const answered = async (event: { RequestId: string }, until: () => boolean, status: 'FAILED' | 'TIMED_OUT' | 'ABORTED' = 'TIMED_OUT') => {
    const execution = await begun(event, until);
    await world.stateMachine.end(execution, status);
    return { answer: world.answers.get(event.RequestId)![0], execution };
  };

  test.each(['FAILED', 'TIMED_OUT', 'ABORTED'] as const)('says that the execution ended %s, and where to look', async status => {
    const event = world.event({});
    const { answer, execution } = await answered(event, () => true, status);
    expect(answer).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: `nothing-created/${event.RequestId}`,
      Reason: `the state machine's execution ended ${status}: ${execution.arn}. Look at its history and at the log of the provider's function`,
    });
    const about = { requestId: event.RequestId, logicalId: 'Cvk' };
    expect(errors()).toMatchObject([{ code: 'EXECUTION_FAILED', ...about }, { code: 'REQUEST_FAILED', ...about, requestType: 'Create' }]);
  });

  test('reports a key that was made, and answers with its id', async () => {
    stuck();
    const { answer } = await answered(world.event({}), () => world.keys().length === 1);
    const { KeyArn } = world.keys()[0].key;
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: KeyArn, Reason: expect.stringContaining(`. May be left behind: request ${answer.RequestId} made ${KeyArn}`) });
    expect(errors().find(({ code }) => code === 'LEFT_BEHIND').message).toContain(`--key-identifier ${KeyArn}`);
  });

  test('what was left unfinished is rolled back by the next request', async () => {
    stuck();
    const { answer } = await answered(world.event({}), () => world.keys().length === 1);
    expect((await world.remove(answer.PhysicalResourceId)).Status).toBe('SUCCESS');
    expect(world.keys()[0].key.KeyState).toBe('DELETE_PENDING');
  });

  test('of an update keeps the id, and names the replacement', async () => {
    const keyArn = (await world.create()).PhysicalResourceId;
    stuck();
    const update = world.event({ KeyAlgorithm: 'TDES_3KEY', Replaceable: true }, { type: 'Update', physicalId: keyArn, old: {} });
    const { answer } = await answered(update, () => world.keys().length === 2);
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: keyArn });
    expect(answer.Reason).toContain(world.keys().find(({ key }) => key.KeyArn !== keyArn)!.key.KeyArn);
  });

  test('repeats an answer that was not delivered, to the byte', async () => {
    world.answersRefused = 1_000;
    const event = world.event({});
    await begun(event, () => world.ledger.items.get('Cvk')!.request.phase.kind === 'answered');
    world.answersRefused = 0;
    const { phase } = world.ledger.items.get('Cvk')!.request;
    await world.stateMachine.end(world.stateMachine.running[0], 'FAILED');
    expect(world.answers.get(event.RequestId)!.map(({ body }) => body)).toEqual([(phase as { body: string }).body]);
    expect(errors()).toEqual([]);
  });

  test('says nothing of a request that is not in charge any more', async () => {
    const first = world.event({});
    const execution = await begun(first, () => true);
    await world.handler(world.event({}, { type: 'Delete', physicalId: 'payments-Cvk-1A2B3C4D5E6F' }));
    await world.stateMachine.end(execution, 'ABORTED');
    expect(world.answers.has(first.RequestId)).toBe(false);
    expect(errors()).toEqual([]);
  });

  test('says nothing of a request whose item is lost', async () => {
    const event = world.event({});
    const execution = await begun(event, () => true);
    world.ledger.items.clear();
    await world.stateMachine.end(execution, 'ABORTED');
    expect([world.answers.has(event.RequestId), errors()]).toEqual([false, []]);
  });

  test('a redriven execution of an answered request does nothing', async () => {
    stuck();
    const { execution } = await answered(world.event({}), () => world.keys().length === 1);
    world.takeRequests();
    world.stateMachine.redrive(execution);
    await world.settle();
    expect(world.takeRequests()).toEqual([]);
    expect(world.answers.size).toBe(1);
  });

  test('needs to be told which execution ended', async () => {
    await expect(world.handler({ source: 'aws.states', detail: {} })).rejects.toThrow('property detail.executionArn must be a non-empty string, but is missing');
  });
});
