import { Tags } from 'aws-cdk-lib';
import { cardVerificationKey } from './engine/card-verification-key';
import { Session } from './engine/session';
import { replicaArn } from '../../src/provider/handler/control-plane/key-arn';

let session: Session;
beforeAll(async () => { session = await Session.start({ replicaDeletionDelay: 5 }); }, 120_000);
afterEach(async () => session.clear());
afterAll(async () => session?.stop());

test('Regions come and go, and the key stays', async () => {
  const stack = session.stack('regions');
  const { outputs } = await stack.deploy(scope => cardVerificationKey(scope));
  const deployedTo = async (...replicationRegions: string[]) => {
    const { status } = await stack.deploy(scope => cardVerificationKey(scope, { replicationRegions }));
    return { status, regions: session.key(outputs.CvkArn)!.ReplicationStatus };
  };
  const synchronized = { Status: 'SYNCHRONIZED' };

  // One added, one removed: its replica is on its way out when the deployment is complete.
  expect(await deployedTo('eu-west-1')).toEqual({
    status: 'UPDATE_COMPLETE',
    regions: { 'eu-west-1': synchronized, 'us-west-2': { Status: 'DELETE_IN_PROGRESS' } },
  });
  // The removed one added again at once: the deployment waits until its former replica is gone.
  expect(await deployedTo('eu-west-1', 'us-west-2')).toEqual({
    status: 'UPDATE_COMPLETE',
    regions: { 'eu-west-1': synchronized, 'us-west-2': synchronized },
  });
  expect(session.key(replicaArn(outputs.CvkArn, 'us-west-2'))?.KeyCheckValue).toBe(session.key(outputs.CvkArn)?.KeyCheckValue);
  expect(session.requests('CreateKey')).toHaveLength(1);
});

test('tags reach the primary and its replicas', async () => {
  const stack = session.stack('tags');
  const tagged = (tags: Record<string, string>) => stack.deploy(scope => {
    const key = cardVerificationKey(scope);
    Object.entries(tags).forEach(([name, value]) => Tags.of(key).add(name, value));
  });
  await tagged({ team: 'cards', stage: 'test' });
  const { status } = await tagged({ team: 'issuing' });
  expect(status).toBe('UPDATE_COMPLETE');
  const { team, stage, ...ownership } = session.tags('us-east-1');
  expect({ team, stage }).toEqual({ team: 'issuing' });
  expect(Object.keys(ownership).sort()).toEqual(['logical-id', 'request-id', 'stack-id'].map(name => `cdk-multi-region-payment-keys:${name}`));
  expect(session.tags('us-west-2')).toEqual({ team: 'issuing' });
});

test('a key is disabled and enabled everywhere', async () => {
  const stack = session.stack('usage');
  const enabled = async (value: boolean) => {
    const { status, outputs } = await stack.deploy(scope => cardVerificationKey(scope, { enabled: value }));
    const arns = [outputs.CvkArn, replicaArn(outputs.CvkArn, 'us-west-2')];
    return { status, enabled: arns.map(arn => session.key(arn)?.Enabled) };
  };
  await enabled(true);
  expect(await enabled(false)).toEqual({ status: 'UPDATE_COMPLETE', enabled: [false, false] });
  expect(await enabled(true)).toEqual({ status: 'UPDATE_COMPLETE', enabled: [true, true] });
});
