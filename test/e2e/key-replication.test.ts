import { RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { byHand } from './engine/by-hand';
import { Session } from './engine/session';
import { KeyReplication, KeyReplicationProps, MultiRegionPaymentKey } from '../../src';
import { CARD_VERIFICATION } from '../emulator/checked-emulator';

let session: Session;
beforeAll(async () => { session = await Session.start({ replicaDeletionDelay: 1 }); }, 120_000);
afterEach(async () => session.clear());
afterAll(async () => session?.stop());

const createKey = async (ReplicationRegions: string[]): Promise<string> => (await byHand(session, 'CreateKey', {
  KeyAttributes: CARD_VERIFICATION,
  Exportable: true,
  ReplicationRegions,
})).Key.KeyArn;

const replication = (keyArn: string, replicationRegions: string[], props: Partial<KeyReplicationProps> = {}, team = 'cards') => (stack: Stack) => {
  Tags.of(stack).add('team', team);
  new KeyReplication(stack, 'Replication', {
    key: MultiRegionPaymentKey.fromKeyArn(stack, 'ByHand', keyArn), replicationRegions, removalPolicy: RemovalPolicy.DESTROY, ...props,
  });
};

/** Without the replicas that are on their way out. */
const regions = async (keyArn: string): Promise<Record<string, string>> => {
  const { ReplicationStatus = {} } = (await byHand(session, 'GetKey', { KeyIdentifier: keyArn })).Key;
  return Object.fromEntries(Object.entries<any>(ReplicationStatus).map(([region, { Status }]) => [region, Status]).filter(([, status]) => status !== 'DELETE_IN_PROGRESS'));
};
const SYNCHRONIZED = 'SYNCHRONIZED';

test('a key made by hand gets Regions, others, and in the end keeps those that it had', async () => {
  const keyArn = await createKey(['sa-east-1']);
  const stack = session.stack('replicating');
  expect((await stack.deploy(replication(keyArn, ['us-west-2', 'sa-east-1']))).status).toBe('CREATE_COMPLETE');
  expect(await regions(keyArn)).toEqual({ 'sa-east-1': SYNCHRONIZED, 'us-west-2': SYNCHRONIZED });
  const replica = keyArn.replace('us-east-1', 'us-west-2');
  expect((await byHand(session, 'GetKey', { KeyIdentifier: replica }, 'us-west-2')).Key).toMatchObject({ KeyArn: replica, MultiRegionKeyType: 'REPLICA' });

  // With other tags CloudFormation writes the record anew.
  expect((await stack.deploy(replication(keyArn, ['eu-west-1', 'sa-east-1'], {}, 'acquiring'))).status).toBe('UPDATE_COMPLETE');
  expect(await regions(keyArn)).toEqual({ 'sa-east-1': SYNCHRONIZED, 'eu-west-1': SYNCHRONIZED });

  expect((await stack.destroy())?.status).toBe('DELETE_COMPLETE');
  expect(await regions(keyArn)).toEqual({ 'sa-east-1': SYNCHRONIZED });
});

test('another key gets the Regions, and the first one loses what it got here', async () => {
  const [first, second] = [await createKey([]), await createKey(['us-west-2'])];
  const stack = session.stack('moving');
  await stack.deploy(replication(first, ['us-west-2']));
  expect((await stack.deploy(replication(second, ['us-west-2', 'eu-west-1']))).status).toBe('UPDATE_COMPLETE');
  expect(await regions(first)).toEqual({});
  expect(await regions(second)).toEqual({ 'us-west-2': SYNCHRONIZED, 'eu-west-1': SYNCHRONIZED });
  await stack.destroy();
  expect(await regions(second)).toEqual({ 'us-west-2': SYNCHRONIZED });
});

test('a creation that fails leaves the key as it was; what is retained stays', async () => {
  const keyArn = await createKey(['sa-east-1']);
  session.emulator.setReplicationOutcome('eu-west-1', { kind: 'fails' });
  const failing = session.stack('failing');
  expect((await failing.deploy(replication(keyArn, ['us-west-2', 'eu-west-1']))).status).toBe('ROLLBACK_COMPLETE');
  expect(await regions(keyArn)).toEqual({ 'sa-east-1': SYNCHRONIZED });

  // The former replica is on its way out, and waited for.
  const retaining = session.stack('retaining');
  expect((await retaining.deploy(replication(keyArn, ['us-west-2'], { removalPolicy: undefined }))).status).toBe('CREATE_COMPLETE');
  await retaining.destroy();
  expect(await regions(keyArn)).toEqual({ 'sa-east-1': SYNCHRONIZED, 'us-west-2': SYNCHRONIZED });
  // A FAILED Region is tried twice, and asked about 45 seconds after each try.
}, 400_000);
