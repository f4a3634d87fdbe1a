import { CfnOutput, NestedStack, Tags } from 'aws-cdk-lib';
import { Key } from '../emulator';
import { cardVerificationKey } from './engine/card-verification-key';
import { PRIMARY, Session } from './engine/session';

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 120_000);
afterEach(async () => session.clear());
afterAll(async () => session?.stop());

test('the walkthrough\'s key is created once, and usable in both Regions when the stack is complete', async () => {
  const stack = session.stack('creation');
  const { status, outputs } = await stack.deploy(scope => {
    const key = cardVerificationKey(scope);
    Tags.of(key).add('team', 'cards');
    new CfnOutput(scope, 'KeyId', { value: key.keyId });
    new CfnOutput(scope, 'KeyCheckValue', { value: key.keyCheckValue });
    new CfnOutput(scope, 'KeyCheckValueAlgorithm', { value: key.keyCheckValueAlgorithm });
    new CfnOutput(scope, 'KeyOrigin', { value: key.keyOrigin });
    new CfnOutput(scope, 'ReplicaArn', { value: key.keyArnIn('us-west-2') });
  });
  expect(status).toBe('CREATE_COMPLETE');

  const [{ input }, ...more] = session.requests('CreateKey');
  expect(more).toEqual([]);
  const ours = (name: string) => `cdk-multi-region-payment-keys:${name}`;
  expect(input).toEqual({
    KeyAttributes: {
      KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY',
      KeyClass: 'SYMMETRIC_KEY',
      KeyAlgorithm: 'TDES_2KEY',
      KeyModesOfUse: { Generate: true, Verify: true },
    },
    Exportable: true,
    Enabled: true,
    ReplicationRegions: ['us-west-2'],
    Tags: [
      { Key: 'team', Value: 'cards' },
      { Key: ours('stack-id'), Value: stack.deployed.stackId },
      { Key: ours('logical-id'), Value: expect.stringMatching(/^Cvk/) },
      { Key: ours('request-id'), Value: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    ],
  });

  const getKey = async (KeyIdentifier: string, region: string) =>
    (await session.emulator.call<{ Key: Key }>('GetKey', { KeyIdentifier }, { region })).Key;
  const primary = await getKey(outputs.CvkArn, PRIMARY);
  expect(primary).toMatchObject({
    KeyArn: outputs.CvkArn,
    KeyState: 'CREATE_COMPLETE',
    Enabled: true,
    MultiRegionKeyType: 'PRIMARY',
    ReplicationStatus: { 'us-west-2': { Status: 'SYNCHRONIZED' } },
  });
  expect(await getKey(outputs.ReplicaArn, 'us-west-2')).toMatchObject({
    KeyArn: outputs.ReplicaArn,
    KeyState: 'CREATE_COMPLETE',
    KeyCheckValue: primary.KeyCheckValue,
    MultiRegionKeyType: 'REPLICA',
    PrimaryRegion: PRIMARY,
  });
  expect(outputs).toMatchObject({
    KeyId: primary.KeyArn.split('/')[1],
    KeyCheckValue: primary.KeyCheckValue,
    KeyCheckValueAlgorithm: 'ANSI_X9_24',
    KeyOrigin: 'AWS_PAYMENT_CRYPTOGRAPHY',
  });
  expect(session.tags('us-west-2')).toEqual({ team: 'cards' });

  // The place to answer to is a credential: it is logged nowhere.
  const log = await session.engine.functionLogWith('"message":"answered"');
  expect(log).toContain('"message":"answered"');
  expect(log).not.toContain(new URL(session.gate.origin).host);
});

test('two keys in a stack are two keys', async () => {
  const { status, outputs } = await session.stack('two').deploy(scope => {
    cardVerificationKey(scope);
    cardVerificationKey(scope, { replicationRegions: ['eu-west-1', 'us-west-2'] }, 'Other');
  });
  expect(status).toBe('CREATE_COMPLETE');
  expect(session.requests('CreateKey')).toHaveLength(2);
  expect(new Set([outputs.CvkArn, outputs.OtherArn]).size).toBe(2);
  expect(session.key(outputs.OtherArn)!.ReplicationStatus).toEqual({
    'eu-west-1': { Status: 'SYNCHRONIZED' },
    'us-west-2': { Status: 'SYNCHRONIZED' },
  });
});

test('a nested stack has its own provider', async () => {
  const { status } = await session.stack('nesting').deploy(scope => {
    const nested = new NestedStack(scope, 'Nested');
    cardVerificationKey(nested);
  });
  expect(status).toBe('CREATE_COMPLETE');
  const [{ key, tags }] = session.emulator.snapshot(PRIMARY).keys;
  expect(key.ReplicationStatus).toEqual({ 'us-west-2': { Status: 'SYNCHRONIZED' } });
  expect(tags['cdk-multi-region-payment-keys:stack-id']).toMatch(/stack\/nesting-Nested/);
});

test('a key that nobody waits for is complete at once', async () => {
  session.emulator.setReplicationOutcome('us-west-2', { kind: 'stays in progress' });
  const { status, outputs } = await session.stack('hasty').deploy(scope => cardVerificationKey(scope, { waitForReplication: false }));
  expect(status).toBe('CREATE_COMPLETE');
  expect(session.key(outputs.CvkArn)!.ReplicationStatus).toEqual({ 'us-west-2': { Status: 'IN_PROGRESS' } });
});
