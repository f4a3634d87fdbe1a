import { CfnOutput, Stack } from 'aws-cdk-lib';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { byHand } from './engine/by-hand';
import { ACCOUNT } from './engine/local-engine';
import { PRIMARY, Session } from './engine/session';
import { AdoptedPaymentKeyProps, MultiRegionPaymentKey } from '../../src';
import { CARD_VERIFICATION } from '../emulator/checked-emulator';

let session: Session;
beforeAll(async () => { session = await Session.start({ replicaDeletionDelay: 2 }); }, 120_000);
afterEach(async () => session.clear());
afterAll(async () => session?.stop());

/** By hand, with the AWS CLI. */
const aws = (operation: string, input: object) => byHand(session, operation, input);

const createByHand = async (): Promise<string> => (await aws('CreateKey', {
  KeyAttributes: CARD_VERIFICATION,
  Exportable: true,
})).Key.KeyArn;

const adopted = (stack: Stack, keyArn: string, props: Partial<AdoptedPaymentKeyProps> = {}) => {
  const key = MultiRegionPaymentKey.adopt(stack, 'Adopted', { key: MultiRegionPaymentKey.fromKeyArn(stack, 'ByHand', keyArn), ...props });
  new CfnOutput(stack, 'Arn', { value: key.keyArn });
  new CfnOutput(stack, 'KeyCheckValue', { value: key.keyCheckValue });
  return key;
};
const SYNCHRONIZED = { Status: 'SYNCHRONIZED' };

test('a key made by hand is adopted and replicated, deleted by hand and restored, and outlives the stack', async () => {
  const keyArn = await createByHand();
  const stack = session.stack('adopting');
  const { status, outputs } = await stack.deploy(scope => adopted(scope, keyArn, { replicationRegions: ['us-west-2'] }));
  expect(status).toBe('CREATE_COMPLETE');
  expect(outputs).toEqual({ Arn: keyArn, KeyCheckValue: session.key(keyArn)!.KeyCheckValue });
  expect(session.key(keyArn)!.ReplicationStatus).toEqual({ 'us-west-2': SYNCHRONIZED });
  expect(session.tags(PRIMARY)['cdk-multi-region-payment-keys:stack-id']).toBe(stack.deployed.stackId);

  await aws('DeleteKey', { KeyIdentifier: keyArn, DeleteKeyInDays: 3 });
  const restored = await stack.deploy(scope => adopted(scope, keyArn, { replicationRegions: ['us-west-2', 'eu-west-1'], restoreIfPending: true }));
  expect(restored.status).toBe('UPDATE_COMPLETE');
  expect((await aws('GetKey', { KeyIdentifier: keyArn })).Key).toMatchObject({
    KeyState: 'CREATE_COMPLETE', ReplicationStatus: { 'us-west-2': SYNCHRONIZED, 'eu-west-1': SYNCHRONIZED },
  });

  expect((await stack.destroy())?.status).toBe('DELETE_COMPLETE');
  expect(session.key(keyArn)).toMatchObject({ KeyState: 'CREATE_COMPLETE', ReplicationStatus: { 'us-west-2': SYNCHRONIZED } });

  // The main case of recovery: the stack is gone, its key was retained.
  const next = session.stack('adopting-again');
  expect((await next.deploy(scope => adopted(scope, keyArn, { replicationRegions: ['us-west-2'] }))).status).toBe('CREATE_COMPLETE');
  expect(session.tags(PRIMARY)['cdk-multi-region-payment-keys:stack-id']).toBe(next.deployed.stackId);
  expect(Object.keys(session.key(keyArn)!.ReplicationStatus!).sort()).toEqual(['eu-west-1', 'us-west-2']);
  const takenOver = `${keyArn} was taken over from Adopted`;
  expect(await session.engine.functionLogWith(takenOver)).toContain(takenOver);
  expect(session.requests('DeleteKey')).toHaveLength(1);
});

test('an adoption that fails is rolled back, and the key is as it was', async () => {
  const keyArn = await createByHand();
  session.emulator.setReplicationOutcome('us-west-2', { kind: 'fails', message: 'no room' });
  const { status } = await session.stack('failing').deploy(scope => adopted(scope, keyArn, { replicationRegions: ['us-west-2'] }));
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(session.key(keyArn)!.KeyState).toBe('CREATE_COMPLETE');
  expect(session.tags(PRIMARY)).toEqual({});
  // Only the primary tells of a failure, and is asked after 45 s; then the Region is tried once more, 30 s later.
}, 400_000);

test('a resource policy is put, changed and taken away', async () => {
  const keyArn = await createByHand();
  const stack = session.stack('policies');
  const deployed = async (...actions: string[]) => {
    const { status } = await stack.deploy(scope => {
      const key = adopted(scope, keyArn);
      actions.forEach(action => key.addToResourcePolicy(new PolicyStatement({
        principals: [new AccountPrincipal(ACCOUNT)], actions: [`payment-cryptography:${action}`], resources: ['*'],
      })));
    });
    const policy = JSON.parse((await aws('GetResourcePolicy', { ResourceArn: keyArn })).Policy);
    return { status, actions: policy.Statement?.map(({ Action }: { Action: string }) => Action) };
  };
  expect(await deployed('GenerateMac')).toEqual({ status: 'CREATE_COMPLETE', actions: ['payment-cryptography:GenerateMac'] });
  expect(await deployed('VerifyMac', 'GetKey')).toEqual({ status: 'UPDATE_COMPLETE', actions: ['payment-cryptography:VerifyMac', 'payment-cryptography:GetKey'] });
  expect(await deployed()).toEqual({ status: 'UPDATE_COMPLETE', actions: undefined });
});
