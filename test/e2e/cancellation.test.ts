import { CfnResource } from 'aws-cdk-lib';
import { cardVerificationKey } from './engine/card-verification-key';
import { deletionWindow, PRIMARY, Session } from './engine/session';

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 120_000);
afterEach(async () => {
  await session.engine.setWaitScale(1);
  await session.clear();
});
afterAll(async () => session?.stop());

test('a creation that CloudFormation gave up is stopped by its deletion, and what it made is taken away', async () => {
  session.emulator.setReplicationOutcome('us-west-2', { kind: 'stays in progress' });
  const outcome = session.stack('given-up').deploy(scope => {
    const resource = cardVerificationKey(scope).node.defaultChild as CfnResource;
    resource.addPropertyOverride('ServiceTimeout', 6);
  });
  while (session.requests('GetKey').length === 0) await new Promise(resolve => setTimeout(resolve, 50));
  // The deletion waits a minute for the last step of the creation to end.
  await session.engine.setWaitScale(0.02);
  // From here on the creation looks too often for the quota, which belongs to its deletion as well.
  expect((await outcome).status).toBe('ROLLBACK_COMPLETE');
  const { keys } = session.emulator.snapshot(PRIMARY);
  expect(keys.map(({ key }) => key.KeyState)).toEqual(['DELETE_PENDING']);
  expect(deletionWindow(keys[0].key)).toBeCloseTo(3, 2);
  expect(session.requests('CreateKey')).toHaveLength(1);
}, 60_000);
