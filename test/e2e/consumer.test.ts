import { App, DefaultStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { MultiRegionPaymentKey } from '../../src';
import { Policies, Statement } from '../permissions/policies';
import { aliasByHand } from './engine/by-hand';
import { cardVerificationKey } from './engine/card-verification-key';
import { DeployedStack } from './engine/cloud-formation';
import { ACCOUNT } from './engine/local-engine';
import { PRIMARY, Session } from './engine/session';
import { replicaArn } from '../../src/provider/handler/control-plane/key-arn';

const REPLICA = 'eu-west-1';

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 240_000);
afterEach(async () => session.clear());
afterAll(async () => session?.stop());

const role = (scope: Stack) => new Role(scope, 'Authorizer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });

/** The consumer's template, synthesized by itself: nothing of the key's stack is known to it but the alias. */
function consumer(): { Resources: Record<string, any> } {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'authorizer', {
    env: { account: ACCOUNT, region: REPLICA }, synthesizer: new DefaultStackSynthesizer({ generateBootstrapVersionRule: false }),
  });
  MultiRegionPaymentKey.fromAliasName(stack, 'Key', 'alias/cvk').grants.verifyCardValidationData(role(stack));
  return app.synth().getStackByName('authorizer').template;
}

test('a stack in another Region uses the key by its alias, and no reference crosses Regions', async () => {
  const { outputs: { CvkArn } } = await session.stack('payments').deploy(scope => {
    cardVerificationKey(scope, { replicationRegions: [REPLICA] }).addAlias('alias/cvk');
  });
  const template = consumer();
  const authorizer = new DeployedStack(session.engine, 'authorizer', REPLICA);
  expect((await authorizer.create(template)).status).toBe('CREATE_COMPLETE');

  expect(Object.values(template.Resources).map(({ Type }) => Type).sort()).toEqual(['AWS::IAM::Policy', 'AWS::IAM::Role']);
  expect(JSON.stringify(template)).not.toMatch(new RegExp(`${PRIMARY}|ImportValue|GetAtt|${CvkArn.split('/')[1]}`));
  const usable = await aliasByHand(session, REPLICA, 'alias/cvk');
  expect(usable).toBe(replicaArn(CvkArn, REPLICA));

  const statements = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::IAM::Policy').Properties.PolicyDocument.Statement as Statement[];
  const partition = JSON.parse(JSON.stringify(statements).replace(/\{"Fn::Join":\["",\["arn:",\{"Ref":"AWS::Partition"\},"([^"]*)"\]\]\}/g, '"arn:aws$1"'));
  const policies = new Policies(partition.map((one: Statement) => ({ ...one, Sid: 'Grant' })), ACCOUNT, REPLICA);
  const asked = (alias: string) => ({
    action: 'payment-cryptography:VerifyCardValidationData',
    resource: usable!,
    context: { 'payment-cryptography:ResourceAliases': [alias] },
  });
  expect((await policies.verdict(asked('alias/cvk'))).allowed).toBe(true);
  expect((await policies.verdict(asked('alias/another'))).allowed).toBe(false);
  await authorizer.delete();
}, 120_000);

test('grants and event rules come and go with their declarations', async () => {
  const stack = session.stack('granted');
  const declare = (all: boolean) => (scope: Stack) => {
    const key = cardVerificationKey(scope, { replicationRegions: ['us-west-2'] });
    const authorizer = role(scope);
    if (!all) { return; }
    key.grants.generateCardValidationData(authorizer);
    key.events.onSynchronize('Synchronized');
    key.events.onDeletionScheduled('DeletionScheduled');
  };
  const grantsAndRules = async () => (await stack.deployed.resources('AWS::Events::Rule', 'AWS::IAM::Policy'))
    .map(logicalId => logicalId.replace(/[0-9A-F]{8}$/, '')).filter(id => !id.startsWith('PaymentKeyProvider')).sort();
  expect((await stack.deploy(declare(true))).status).toBe('CREATE_COMPLETE');
  expect(await grantsAndRules()).toEqual(['AuthorizerDefaultPolicy', 'CvkDeletionScheduled', 'CvkSynchronized']);
  expect((await stack.deploy(declare(false))).status).toBe('UPDATE_COMPLETE');
  expect(await grantsAndRules()).toEqual([]);
}, 120_000);
