import { ExecutionState } from '../../../src/provider/handler/execution-state';
import { World } from '../../lifecycle/world';

/** EventBridge tells of an execution that ended without delivering its answer. */
describe('the last resort', () => {
  let world: World;
  beforeEach(async () => { world = await World.start(); });
  afterEach(() => world.close());
  const MADE = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/aaaaaaaaaaaaaaaa';
  const EXECUTION = 'arn:aws:states:us-east-1:111122223333:execution:payment-keys:x';

  /** The answer for an execution that ended with this state. */
  async function answered(state: Partial<ExecutionState>, lost = false) {
    const event = world.event({});
    const last = { request: event, memory: {}, turn: 3, ...state };
    Object.assign(world.ports, { executions: () => ({ lastState: async () => lost ? undefined : last }) });
    await world.handler({
      source: 'aws.states',
      detail: { executionArn: EXECUTION, stateMachineArn: 'arn:machine', status: 'TIMED_OUT', input: JSON.stringify(lost ? last : { request: 'not looked at' }) },
    });
    const [answer] = world.answers.get(event.RequestId)!;
    return { ...answer, requestId: event.RequestId };
  }
  const errors = () => world.logLines.map(line => JSON.parse(line)).filter(({ level }) => level === 'ERROR');

  test('says which execution ended how, and where to look', async () => {
    const { Status, Reason, PhysicalResourceId, requestId } = await answered({});
    expect({ Status, PhysicalResourceId }).toEqual({ Status: 'FAILED', PhysicalResourceId: `nothing-created/${requestId}` });
    expect(Reason).toBe(`The state machine's execution ended TIMED_OUT: ${EXECUTION}. Look at its history and at the log of the provider's function`);
    expect(errors()).toEqual([{ level: 'ERROR', code: 'EXECUTION_FAILED', message: `${EXECUTION} ended TIMED_OUT`, requestId, logicalId: 'Cvk' }]);
  });

  test('says first why the request had failed before', async () => {
    expect((await answered({ failure: 'no room' })).Reason).toMatch(/^no room\. Then the state machine's execution ended TIMED_OUT/);
  });

  test('reports a key that was made, and answers with its id', async () => {
    const { Reason, PhysicalResourceId, requestId } = await answered({ memory: { made: MADE } });
    expect(PhysicalResourceId).toBe(MADE);
    expect(Reason).toContain(`. Beware: this request made ${MADE}`);
    expect(errors()[1]).toEqual({ level: 'ERROR', code: 'LEFT_BEHIND', message: expect.stringContaining(`--key-identifier ${MADE}`), requestId, logicalId: 'Cvk' });
  });

  test('reports that a key may have been made', async () => {
    const { Reason, PhysicalResourceId, requestId } = await answered({ memory: { outcomeUnknown: true } });
    expect(PhysicalResourceId).toBe(`outcome-unknown/${requestId}`);
    expect(Reason).toContain(`Beware: request ${requestId} may have made a key`);
    expect(errors().map(({ code }) => code)).toEqual(['EXECUTION_FAILED', 'LEFT_BEHIND']);
  });

  test('repeats an answer that was there, and reports no key as left behind: CloudFormation learns of it', async () => {
    const { body } = await answered({ answer: '{"Status":"SUCCESS"}', memory: { made: MADE } });
    expect(body).toBe('{"Status":"SUCCESS"}');
    expect(errors().map(({ code }) => code)).toEqual(['EXECUTION_FAILED']);
  });

  test('finds its way from the execution\'s input when the history is lost', async () => {
    const { Status, requestId } = await answered({}, true);
    expect(Status).toBe('FAILED');
    expect(requestId).toBeDefined();
  });

  test('reports executions that it was to undo as well, whether it knew what they made or not', async () => {
    const before = { ...world.event({}), RequestId: 'before' };
    const known = { executionArn: `${EXECUTION}1`, phase: 'undoing' as const, request: before as any, memory: { made: MADE } };
    const unknown = { executionArn: `${EXECUTION}2`, phase: 'running' as const };
    const { Reason } = await answered({ superseded: [known, unknown], memory: {} });
    expect(Reason).toMatch(new RegExp(`Beware: this request made ${MADE}.*\\. what ${EXECUTION}2 made was not looked for$`));
  });

  test('needs to be told which execution ended', async () => {
    await expect(world.handler({ source: 'aws.states', detail: {} })).rejects.toThrow('property detail.executionArn must be a non-empty string, but is missing');
  });
});
