import { CfnResource } from 'aws-cdk-lib';
import { PaymentKeyAlgorithm, PaymentKeySpec } from '../../src';
import { cardVerificationKey } from './engine/card-verification-key';
import { eventLines } from './engine/cloud-formation';
import { deletionWindow, PRIMARY, Session } from './engine/session';

/** A FAILED Region is tried twice, and asked about 45 seconds after each try. */
const WITH_FAILED_REGION_MS = 400_000;
const REASON = 'The account has not enabled this Region.';

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 120_000);
afterEach(async () => session.clear());
afterAll(async () => session?.stop());

test('a creation whose replication fails leaves a key in DELETE_PENDING with the shortest window', async () => {
  session.emulator.setReplicationOutcome('us-west-2', { kind: 'fails', message: REASON });
  const { status, events } = await session.stack('failing').deploy(scope => cardVerificationKey(scope));
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(eventLines(events, /^Cvk/).join('\n')).toMatch(new RegExp(`CREATE_FAILED "replication FAILED in us-west-2 \\(${REASON}\\)`));
  const { keys } = session.emulator.snapshot(PRIMARY);
  expect(keys).toHaveLength(1);
  expect(keys[0].key.KeyState).toBe('DELETE_PENDING');
  expect(deletionWindow(session.key(keys[0].key.KeyArn))).toBeCloseTo(3, 2);
}, WITH_FAILED_REGION_MS);

test('an update whose Region fails is rolled back to the Regions before', async () => {
  const stack = session.stack('returning');
  const { outputs } = await stack.deploy(scope => cardVerificationKey(scope));
  session.emulator.setReplicationOutcome('eu-west-1', { kind: 'fails', message: REASON });
  const { status, events } = await stack.deploy(scope => cardVerificationKey(scope, { replicationRegions: ['us-west-2', 'eu-west-1'] }));
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(eventLines(events, /^Cvk/).join('\n')).toMatch(new RegExp(`UPDATE_FAILED "replication FAILED in eu-west-1 \\(${REASON}\\)`));
  const { KeyState, ReplicationStatus } = session.key(outputs.CvkArn)!;
  expect(KeyState).toBe('CREATE_COMPLETE');
  expect(ReplicationStatus!['us-west-2']).toEqual({ Status: 'SYNCHRONIZED' });
  expect([undefined, 'DELETE_IN_PROGRESS']).toContain(ReplicationStatus!['eu-west-1']?.Status);
  expect(session.requests('CreateKey')).toHaveLength(1);
}, WITH_FAILED_REGION_MS);

test('a key created next to a resource that fails is taken away again', async () => {
  const { status } = await session.stack('neighbour').deploy(scope => {
    const key = cardVerificationKey(scope);
    failing(scope).node.addDependency(key);
  });
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(session.emulator.snapshot(PRIMARY).keys.map(({ key }) => key.KeyState)).toEqual(['DELETE_PENDING']);
});

test('a replacement next to a resource that fails is taken away, and the key it was to replace stays', async () => {
  const stack = session.stack('successor');
  const { outputs } = await stack.deploy(scope => cardVerificationKey(scope, { replaceable: true }));
  const { status } = await stack.deploy(scope => {
    const spec = PaymentKeySpec.cardVerification({ algorithm: PaymentKeyAlgorithm.TDES_3KEY });
    const key = cardVerificationKey(scope, { spec, replaceable: true });
    failing(scope).node.addDependency(key);
  });
  expect(status).toBe('UPDATE_ROLLBACK_COMPLETE');
  const states = session.emulator.snapshot(PRIMARY).keys.map(({ key }) => [key.KeyArn === outputs.CvkArn ? 'former' : 'latter', key.KeyState]);
  expect(Object.fromEntries(states)).toEqual({ former: 'CREATE_COMPLETE', latter: 'DELETE_PENDING' });
});

/** A custom resource without the function that it names. */
function failing(scope: ConstructorParameters<typeof CfnResource>[0]): CfnResource {
  const token = 'arn:aws:lambda:us-east-1:000000000000:function:missing';
  return new CfnResource(scope, 'Failing', { type: 'Custom::Failing', properties: { ServiceToken: token } });
}
