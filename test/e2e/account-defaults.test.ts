import { Stack } from 'aws-cdk-lib';
import { byHand } from './engine/by-hand';
import { cardVerificationKey } from './engine/card-verification-key';
import { Session } from './engine/session';
import { AccountDefaultReplication } from '../../src';

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 120_000);
afterEach(async () => session.clear());
afterAll(async () => session?.stop());

const enabled = async (): Promise<string[]> => (await byHand(session, 'GetDefaultKeyReplicationRegions')).EnabledReplicationRegions.sort();
const defaults = (...regions: string[]) => (stack: Stack) => new AccountDefaultReplication(stack, 'Defaults', { regions });

test('default Regions come and go, those of others stay, and keys that are created in between keep their own', async () => {
  await byHand(session, 'EnableDefaultKeyReplicationRegions', { ReplicationRegions: ['sa-east-1'] });
  const stack = session.stack('defaults');
  expect((await stack.deploy(scope => { defaults('us-west-2', 'sa-east-1')(scope); })).status).toBe('CREATE_COMPLETE');
  expect(await enabled()).toEqual(['sa-east-1', 'us-west-2']);

  expect((await stack.deploy(scope => { defaults('eu-west-1')(scope); })).status).toBe('UPDATE_COMPLETE');
  expect(await enabled()).toEqual(['eu-west-1', 'sa-east-1']);

  const withKey = await stack.deploy(scope => cardVerificationKey(scope, { replicationRegions: undefined }).node.addDependency(defaults('eu-west-1')(scope)));
  expect(withKey.status).toBe('UPDATE_COMPLETE');

  // Taken out of the stack while a key stays in it.
  expect((await stack.deploy(scope => cardVerificationKey(scope, { replicationRegions: undefined }))).status).toBe('UPDATE_COMPLETE');
  expect(await enabled()).toEqual(['sa-east-1']);
  const { Key } = await byHand(session, 'GetKey', { KeyIdentifier: withKey.outputs.CvkArn });
  expect(Object.keys(Key.ReplicationStatus).sort()).toEqual(['eu-west-1', 'sa-east-1']);

  expect((await stack.destroy())?.status).toBe('DELETE_COMPLETE');
  expect(await enabled()).toEqual(['sa-east-1']);
});

test('a creation that fails leaves the defaults as they were', async () => {
  expect((await session.stack('failing').deploy(scope => { defaults('us-west-2', 'eu-north-1')(scope); })).status).toBe('ROLLBACK_COMPLETE');
  expect(await enabled()).toEqual([]);
});
