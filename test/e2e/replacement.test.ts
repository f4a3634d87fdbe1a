import { RemovalPolicy } from 'aws-cdk-lib';
import { PaymentKeyAlgorithm, PaymentKeySpec } from '../../src';
import { cardVerificationKey } from './engine/card-verification-key';
import { deletionWindow, PRIMARY, Session } from './engine/session';

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 120_000);
afterEach(async () => session.clear());
afterAll(async () => session?.stop());

/** Deploys the key, then the key with another algorithm: other material. */
async function replaced(name: string, removalPolicy: RemovalPolicy | undefined) {
  const stack = session.stack(name);
  const former = await stack.deploy(scope => cardVerificationKey(scope, { removalPolicy, replaceable: true }));
  const { status, outputs } = await stack.deploy(scope => cardVerificationKey(scope, {
    removalPolicy,
    replaceable: true,
    spec: PaymentKeySpec.cardVerification({ algorithm: PaymentKeyAlgorithm.TDES_3KEY }),
  }));
  expect(status).toBe('UPDATE_COMPLETE');
  expect(session.requests('CreateKey')).toHaveLength(2);
  return { former: former.outputs.CvkArn, latter: outputs.CvkArn };
}

test('a replaced key is retained by default, and its successor names it', async () => {
  const { former, latter } = await replaced('retaining', RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  expect(session.key(former)).toMatchObject({ KeyState: 'CREATE_COMPLETE', ReplicationStatus: { 'us-west-2': { Status: 'SYNCHRONIZED' } } });
  expect(session.key(latter)).toMatchObject({
    KeyAttributes: { KeyAlgorithm: 'TDES_3KEY' },
    ReplicationStatus: { 'us-west-2': { Status: 'SYNCHRONIZED' } },
  });
  const successor = session.emulator.snapshot(PRIMARY).keys.find(({ key }) => key.KeyArn === latter);
  expect(successor?.tags['cdk-multi-region-payment-keys:replaces']).toBe(former);
});

test('a replaced key is scheduled for deletion if the stack may destroy it', async () => {
  const { former, latter } = await replaced('destroying', RemovalPolicy.DESTROY);
  expect(session.key(former)).toMatchObject({ KeyState: 'DELETE_PENDING' });
  expect(session.key(latter)).toMatchObject({ KeyState: 'CREATE_COMPLETE' });
  expect(deletionWindow(session.key(former))).toBeCloseTo(7, 2);
});
