import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { cardVerificationKey } from './engine/card-verification-key';
import { deletionWindow, Session } from './engine/session';
import { replicaArn } from '../../src/provider/handler/control-plane/key-arn';

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 120_000);
afterEach(async () => session.clear());
afterAll(async () => session?.stop());

test('a key that the stack may destroy is scheduled for deletion, and its replicas go at once', async () => {
  const stack = session.stack('destroying');
  const { outputs } = await stack.deploy(scope => cardVerificationKey(scope, { deletionWindow: Duration.days(10) }));
  expect((await stack.destroy())?.status).toBe('DELETE_COMPLETE');
  expect(session.key(outputs.CvkArn)).toMatchObject({ KeyState: 'DELETE_PENDING' });
  expect(deletionWindow(session.key(outputs.CvkArn))).toBeCloseTo(10, 2);
  expect(session.key(replicaArn(outputs.CvkArn, 'us-west-2'))).toBeUndefined();
});

test('a retained key goes on as if nothing had happened', async () => {
  const stack = session.stack('retaining');
  const { outputs } = await stack.deploy(scope => cardVerificationKey(scope, { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE }));
  expect((await stack.destroy())?.status).toBe('DELETE_COMPLETE');
  expect(session.key(outputs.CvkArn)).toMatchObject({
    KeyState: 'CREATE_COMPLETE',
    ReplicationStatus: { 'us-west-2': { Status: 'SYNCHRONIZED' } },
  });
  expect(session.requests('DeleteKey')).toEqual([]);
});

test('a key taken out of the stack by an update is deleted in its cleanup', async () => {
  const stack = session.stack('shrinking');
  const { outputs } = await stack.deploy(scope => {
    cardVerificationKey(scope);
    cardVerificationKey(scope, {}, 'Other');
  });
  expect((await stack.deploy(scope => cardVerificationKey(scope))).status).toBe('UPDATE_COMPLETE');
  expect(session.key(outputs.CvkArn)!.KeyState).toBe('CREATE_COMPLETE');
  expect(session.key(outputs.OtherArn)!.KeyState).toBe('DELETE_PENDING');
});
