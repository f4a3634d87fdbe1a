import { stackId } from './account';
import { CloudFormationServer } from './cloudformation-server';
import { stacksOf } from '../../src/inventory/handler/aws/stacks';
import { clientConfig } from '../../src/provider/handler/aws/client-config';
import { ServiceFault } from '../../src/provider/handler/control-plane/fault';

const STACK = stackId('payments');
let server: CloudFormationServer;
const stacks = () => stacksOf(clientConfig());

beforeEach(async () => {
  server = await CloudFormationServer.start();
  Object.assign(process.env, { AWS_ENDPOINT_URL_CLOUDFORMATION: server.url, AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'the-secret-access-key' });
});
afterEach(async () => {
  delete process.env.AWS_ENDPOINT_URL_CLOUDFORMATION;
  await server.close();
});

test.each(['CREATE_COMPLETE', 'UPDATE_ROLLBACK_FAILED', 'DELETE_FAILED', 'DELETE_IN_PROGRESS', 'REVIEW_IN_PROGRESS'])('a stack that is %s exists', async status => {
  server.stacks[STACK] = { status, resources: [] };
  expect(await stacks().describeStack(STACK)).toEqual({ stackName: 'payments' });
});

test('a stack that is deleted does not exist, whether CloudFormation remembers it or not', async () => {
  expect(await stacks().describeStack(STACK)).toBeUndefined();
  server.stacks[STACK] = { status: 'DELETE_COMPLETE', resources: [] };
  expect(await stacks().describeStack(STACK)).toBeUndefined();
});

test('what is deleted or was let stay is no resource of a stack any more, and what was never made has no id', async () => {
  const resource = (logicalId: string, status: string, physicalId: string | undefined = logicalId.toLowerCase()) => ({ type: 'T', logicalId, status, physicalId });
  server.stacks[STACK] = {
    status: 'CREATE_COMPLETE',
    resources: [resource('A', 'CREATE_COMPLETE'), resource('B', 'DELETE_SKIPPED'), resource('C', 'DELETE_COMPLETE'), resource('D', 'DELETE_FAILED'),
      { type: 'T', logicalId: 'E', status: 'CREATE_FAILED' }],
  };
  const found: unknown[] = [];
  let nextToken: string | undefined;
  do {
    const page = await stacks().listStackResources(STACK, nextToken);
    found.push(...page.resources);
    nextToken = page.nextToken;
  } while (nextToken);
  expect(found).toEqual([
    { type: 'T', logicalId: 'A', physicalId: 'a' }, { type: 'T', logicalId: 'D', physicalId: 'd' }, { type: 'T', logicalId: 'E', physicalId: '' },
  ]);
});

test('a stack that is deleted between two requests has no resources', async () => {
  expect(await stacks().listStackResources(STACK)).toEqual({ resources: [], nextToken: undefined });
});

test.each([
  [400, 'Throttling', 'throttled'],
  [403, 'AccessDenied', 'accessDenied'],
  [400, 'ValidationError', 'invalid'],
] as const)('HTTP %d %s is a fault, and no stack that does not exist', async (status, code, kind) => {
  server.refuse = () => ({ status, code });
  for (const act of [() => stacks().describeStack(STACK), () => stacks().listStackResources(STACK)]) {
    const fault = await act().catch(error => error);
    expect(fault).toBeInstanceOf(ServiceFault);
    expect(fault).toMatchObject({ kind, service: 'cloudformation', region: 'us-east-1' });
  }
  // Nobody repeats it out of turn.
  expect(server.requests).toHaveLength(2);
});
