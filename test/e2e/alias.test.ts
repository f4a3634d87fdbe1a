import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { MultiRegionPaymentKey, PaymentKeyAlgorithm, PaymentKeySpec, RegionalAlias, RegionalTags } from '../../src';
import { aliasByHand } from './engine/by-hand';
import { cardVerificationKey } from './engine/card-verification-key';
import { Session } from './engine/session';
import { replicaArn } from '../../src/provider/handler/control-plane/key-arn';
import { CARD_VERIFICATION } from '../emulator/checked-emulator';

const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1'];
const NONE = 'ResourceNotFoundException';

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 240_000);
afterEach(async () => session.clear());
afterAll(async () => session?.stop());

/** What GetAlias says in each Region. */
const seen = async (aliasName: string) => {
  const asked = REGIONS.map(async region => [region, await aliasByHand(session, region, aliasName)]);
  return Object.fromEntries(await Promise.all(asked));
};
const everywhere = (keyArn: string) => Object.fromEntries(REGIONS.map(region => [region, replicaArn(keyArn, region)]));
const nowhere = Object.fromEntries(REGIONS.map(region => [region, NONE]));

test('an alias is created, gets one more Region, is renamed and goes with the stack', async () => {
  const stack = session.stack('alias');
  const declare = (replicationRegions: string[], aliasName: string) => (scope: Stack) => {
    new RegionalAlias(scope, 'Alias', { aliasName, key: cardVerificationKey(scope, { replicationRegions }) });
  };
  const { status, outputs: { CvkArn } } = await stack.deploy(declare(['us-west-2'], 'alias/cvk'));
  expect(status).toBe('CREATE_COMPLETE');
  expect(await seen('alias/cvk')).toEqual({ ...everywhere(CvkArn), 'eu-west-1': NONE });

  expect((await stack.deploy(declare(['us-west-2', 'eu-west-1'], 'alias/cvk'))).status).toBe('UPDATE_COMPLETE');
  expect(await seen('alias/cvk')).toEqual(everywhere(CvkArn));

  expect((await stack.deploy(declare(['us-west-2', 'eu-west-1'], 'alias/card-verification'))).status).toBe('UPDATE_COMPLETE');
  expect([await seen('alias/card-verification'), await seen('alias/cvk')]).toEqual([everywhere(CvkArn), nowhere]);

  expect((await stack.deploy(declare(['us-west-2'], 'alias/card-verification'))).status).toBe('UPDATE_COMPLETE');
  expect(await seen('alias/card-verification')).toEqual({ ...everywhere(CvkArn), 'eu-west-1': NONE });

  await stack.destroy();
  expect(await seen('alias/card-verification')).toEqual(nowhere);
}, 120_000);

test('an alias moves to the key that replaces its key, and a replica\'s own goes with it', async () => {
  const stack = session.stack('moving');
  const deployed = (algorithm: PaymentKeyAlgorithm) => stack.deploy(scope => {
    const spec = PaymentKeySpec.cardVerification({ algorithm });
    const key = cardVerificationKey(scope, { replicationRegions: ['us-west-2', 'eu-west-1'], spec, replaceable: true });
    key.addAlias('alias/cvk');
    key.replica('eu-west-1').addAlias('alias/cvk-eu');
  });
  const former = (await deployed(PaymentKeyAlgorithm.TDES_2KEY)).outputs.CvkArn;
  const { status, outputs: { CvkArn } } = await deployed(PaymentKeyAlgorithm.TDES_3KEY);
  expect(status).toBe('UPDATE_COMPLETE');
  expect(CvkArn).not.toBe(former);
  expect(await seen('alias/cvk')).toEqual(everywhere(CvkArn));
  expect(await seen('alias/cvk-eu')).toEqual({ ...nowhere, 'eu-west-1': replicaArn(CvkArn, 'eu-west-1') });
  expect(session.requests('DeleteAlias')).toEqual([]);
});

test('an alias that is taken stays whose it is, and the stack rolls back', async () => {
  const stack = session.stack('taken');
  await session.emulator.call('CreateAlias', { AliasName: 'alias/cvk' }, { region: 'us-west-2' });
  const { status } = await stack.deploy(scope => {
    cardVerificationKey(scope).addAlias('alias/cvk', { regions: [Aws.REGION, 'us-west-2'] });
  });
  expect(status).toBe('ROLLBACK_COMPLETE');
  expect(await seen('alias/cvk')).toEqual({ ...nowhere, 'us-west-2': undefined });
});

test('tags are set on a key that others made, changed, and removed', async () => {
  const { Key: { KeyArn } } = await session.emulator.call<{ Key: { KeyArn: string } }>('CreateKey', {
    KeyAttributes: CARD_VERIFICATION,
    Exportable: true,
    ReplicationRegions: ['us-west-2'],
    Tags: [{ Key: 'owner', Value: 'them' }],
  }, { region: 'us-east-1' });
  const stack = session.stack('tags');
  const deployed = (tags: Record<string, string>) => stack.deploy(scope => {
    const key = MultiRegionPaymentKey.fromKeyArn(scope, 'Theirs', KeyArn);
    new RegionalTags(scope, 'Tags', { key, tags, regions: ['us-east-1', 'us-west-2'], removalPolicy: RemovalPolicy.DESTROY });
  });
  const both = () => ['us-east-1', 'us-west-2'].map(region => session.tags(region));
  expect((await deployed({ team: 'cards' })).status).toBe('CREATE_COMPLETE');
  expect(both()).toEqual([{ owner: 'them', team: 'cards' }, { team: 'cards' }]);
  expect((await deployed({ team: 'pins', stage: 'prod' })).status).toBe('UPDATE_COMPLETE');
  expect(both()).toEqual([{ owner: 'them', team: 'pins', stage: 'prod' }, { team: 'pins', stage: 'prod' }]);
  await stack.destroy();
  expect(both()).toEqual([{ owner: 'them' }, {}]);
});
