/** What the benchmark of real deployments relies on in the local engine, beside test/e2e/engine-matrix.test.ts. */
import { DeployedStack } from './engine/cloud-formation';
import { ScriptedEngine, startScriptedEngine } from './engine/scripted-engine';
import { Call } from './engine/scripted-function';

const REGION = 'us-east-1';

let scripted: ScriptedEngine;
beforeAll(async () => { scripted = await startScriptedEngine(REGION, { createAtOnce: true }); }, 120_000);
beforeEach(() => scripted.fn.reset());
afterAll(async () => scripted?.stop());

/** Custom resources, each after others. */
function template(resources: Record<string, string[]>): object {
  const Properties = { ServiceToken: scripted.functionArn, ServiceTimeout: 10, V: '1' };
  return { Resources: Object.fromEntries(Object.entries(resources).map(([id, DependsOn]) => [id, { Type: 'Custom::Thing', DependsOn, Properties }])) };
}

test('resources that wait for no other begin together, others after what they wait for', async () => {
  const { engine, fn } = scripted;
  let meet: () => void;
  const met = new Promise<void>(resolve => { meet = resolve; });
  fn.script = async ({ LogicalResourceId }) => {
    if (LogicalResourceId === 'B') { meet(); }
    // The first of them waits for the second.
    await met;
    return undefined;
  };
  expect((await new DeployedStack(engine, 'together', REGION).create(template({ A: [], B: [], C: ['A', 'B'] }))).status).toBe('CREATE_COMPLETE');
  expect(fn.requests().slice(0, 2).sort()).toEqual(['Create A V=1', 'Create B V=1']);
  expect(fn.requests().slice(2)).toEqual(['Create C V=1']);
});

test('after a failure nothing begins, and all that was begun is deleted', async () => {
  const { engine, fn } = scripted;
  fn.script = ({ RequestType, LogicalResourceId }: Call) => RequestType === 'Create' && LogicalResourceId === 'A'
    ? { answer: { Status: 'FAILED', PhysicalResourceId: 'A-failed', Reason: 'no' } }
    : undefined;
  expect((await new DeployedStack(engine, 'failing', REGION).create(template({ A: [], B: [], C: ['B'] }))).status).toBe('ROLLBACK_COMPLETE');
  expect(fn.requests().sort()).toEqual(['Create A V=1', 'Create B V=1', 'Delete A(A-failed) V=1', 'Delete B(B-1) V=1']);
  expect(engine.answers().filter(({ answer }) => answer.Status === 'FAILED')).toHaveLength(1);
});
