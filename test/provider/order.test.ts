import { executionName, executionPrefix } from '../../src/provider/handler/admission';
import { ExecutionState } from '../../src/provider/handler/execution-state';
import { isOutOfDate } from '../../src/provider/handler/order';
import { Ports } from '../../src/provider/handler/ports';
import { Request } from '../../src/provider/handler/request';

const REQUEST = { RequestType: 'Create', RequestId: 'r', LogicalResourceId: 'L', ResourceProperties: { StateMachineArn: 'arn:machine' } } as Partial<Request> as Request;
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
const OWN = executionName(REQUEST);

/** Of a request sent at 100 that reached the state machine at 200, among executions whose requests were sent at these times. */
async function outOfDate(others: Array<number | 'own' | 'unknown' | 'undated'>, changes: Partial<ExecutionState> = {}, otherType = 'Create') {
  const asked: string[] = [];
  const executions = {
    list: async (prefix: string, endedToo: boolean) => {
      asked.push(`list ${prefix === executionPrefix(REQUEST)} ${endedToo}`);
      return others.map((other, index) => ({ arn: other === 'own' ? `x:${OWN}` : `x:${index}` }));
    },
    lastState: async (arn: string) => {
      asked.push(arn);
      const other = others[Number(arn.split(':')[1])];
      if (other === 'unknown') { return undefined; }
      return { request: { RequestType: otherType }, sentAt: typeof other === 'number' ? at(other) : undefined };
    },
  };
  const ports = { executions: () => executions } as Partial<Record<keyof Ports, unknown>> as Ports;
  const state = { request: REQUEST, sentAt: at(100), startedAt: at(200), ...changes } as Partial<ExecutionState> as ExecutionState;
  return { result: await isOutOfDate(state, ports), asked };
}

describe('a request that was delivered late', () => {
  test.each<[string, Array<number | 'own' | 'unknown' | 'undated'>, boolean]>([
    ['none', [], false],
    ['earlier ones', [50, 99], false],
    ['one of the same second', [100], false],
    ['a later one', [101], true],
    ['a later one behind earlier ones', [50, 'unknown', 'undated', 150], true],
    ['itself', ['own'], false],
    ['one without a history, and one without a date', ['unknown', 'undated'], false],
  ])('is out of date or not, among %s', async (_, others, expected) => {
    expect((await outOfDate(others)).result).toBe(expected);
  });

  test.each([
    ['Create', 'Create', false], ['Create', 'Update', true], ['Create', 'Delete', true],
    ['Update', 'Create', false], ['Update', 'Update', true], ['Update', 'Delete', true],
  ])('a %s and a %s of the same second: out of date %s', async (own, other, expected) => {
    const request = { ...REQUEST, RequestType: own } as Request;
    expect((await outOfDate([100], { request }, other)).result).toBe(expected);
    expect((await outOfDate([99], { request }, other)).result).toBe(false);
  });

  test('looks at executions that ended too, the five newest', async () => {
    const { asked, result } = await outOfDate([1, 2, 3, 4, 5, 150]);
    expect(result).toBe(false);
    expect(asked).toEqual(['list true true', 'x:0', 'x:1', 'x:2', 'x:3', 'x:4']);
  });

  test.each<[string, Partial<ExecutionState>]>([
    ['it came at once', { startedAt: at(104) }],
    ['nobody knows when it was sent', { sentAt: undefined }],
    ['that was asked before', { inOrder: true }],
  ])('asks nobody when %s', async (_, changes) => {
    expect(await outOfDate([150], changes)).toEqual({ result: false, asked: [] });
  });

  test('is late from five seconds on', async () => {
    expect((await outOfDate([150], { startedAt: at(105) })).result).toBe(true);
  });
});
