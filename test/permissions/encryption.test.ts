import { runSimulation } from '@cloud-copilot/iam-simulate';
import { Template } from 'aws-cdk-lib/assertions';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { App, Stack } from 'aws-cdk-lib/core';
import { DEPLOYMENT } from './deployment';
import { IamRequest } from './iam-request';
import { resolved } from './intrinsics';
import { Policies, Statement } from './policies';
import { policiesIn, ProviderPolicies } from './provider-policies';
import { recordedScenarios } from './recorded-scenarios';
import { denied, unusedGrants } from './usage';
import { MultiRegionPaymentKey, PaymentKeyProvider, PaymentKeySpec } from '../../src';
import { ACCOUNT, REGION } from '../lifecycle/world';

const KMS_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0`;
/** As CloudFormation names a state machine: a permission of the role that it has before it has a name is for a pattern. */
const STATE_MACHINE = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:PaymentKeyProviderStateMachineC2908462-AbCdEfGhIjKl`;
const NAMED = { ...DEPLOYMENT, stateMachineArn: STATE_MACHINE };
const LOG_GROUP = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:Payments-PaymentKeyProviderLogGroup8CBDE8D2-AbCdEfGhIjKl`;

/** The simulator passes over encryption contexts. Another key stands for them here, in policies and requests alike, which compares the same. */
const simulable = <T>(value: T): T => JSON.parse(JSON.stringify(value).replace(/kms:EncryptionContext:aws:\w+:\w+/g, 'aws:SourceArn'));

const kms = (operation: string, context: IamRequest['context']): IamRequest => simulable({ action: `kms:${operation}`, resource: KMS_KEY, context });
const via = (service: string) => ({ 'kms:ViaService': `${service}.${REGION}.amazonaws.com` });
const ofStateMachine = (arn = STATE_MACHINE) => ({ 'kms:EncryptionContext:aws:states:stateMachineArn': arn });

/** What else is asked when the function asks a service that keeps something under the key: see src/provider/encryption.ts. */
const ASKED_BY: Readonly<Record<string, readonly IamRequest[]>> = {
  dynamodb: ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo']
    .map(operation => kms(operation, via('dynamodb'))),
  states: ['Decrypt', 'GenerateDataKey'].map(operation => kms(operation, ofStateMachine())),
};
const STARTING_THE_FUNCTION = [kms('Decrypt', { ...via('lambda'), 'kms:EncryptionContext:aws:lambda:FunctionArn': DEPLOYMENT.functionArn })];
const RUNNING_EXECUTIONS = ['Decrypt', 'GenerateDataKey'].map(operation => kms(operation, ofStateMachine()));

interface Synthesized extends ProviderPolicies {
  readonly keyPolicy: { readonly Statement: Statement[] };
}

function synthesized(policy?: PolicyDocument): Synthesized {
  const stack = new Stack(new App(), 'Payments');
  const key = new Key(stack, 'KmsKey', { policy });
  new PaymentKeyProvider(stack, { encryptionKey: key });
  new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] });
  const template = Template.fromStack(stack).toJSON();
  const keyId = stack.getLogicalId(key.node.defaultChild as never);
  const references = { [`${keyId}.Arn`]: KMS_KEY, 'AWS::Partition': 'aws', 'AWS::Region': REGION, 'AWS::AccountId': ACCOUNT };
  return simulable({ ...policiesIn(template, NAMED, references), keyPolicy: resolved(template.Resources[keyId].Properties.KeyPolicy, references) });
}

const STANDARD = synthesized();
/** A policy that leaves nothing to IAM but what the provider adds. */
const STRICT = synthesized(new PolicyDocument());

describe.each<[string, Synthesized]>([['the policy that CDK gives a key', STANDARD], ['a key policy of the provider\'s statements alone', STRICT]])('under %s', (_, its) => {
  const surroundings = { keyPolicy: its.keyPolicy };
  const ofFunction = new Policies(its.function, ACCOUNT, REGION, surroundings);
  const ofExecutions = new Policies(its.stateMachine, ACCOUNT, REGION, surroundings);
  let requests: IamRequest[];

  beforeAll(async () => {
    const asked = (await recordedScenarios(false)).map(request => ({
      ...request,
      resource: request.resource.replace(DEPLOYMENT.stateMachineArn, STATE_MACHINE)
        .replace(DEPLOYMENT.stateMachineArn.replace(':stateMachine:', ':execution:'), STATE_MACHINE.replace(':stateMachine:', ':execution:')),
    }));
    requests = [...asked, ...asked.flatMap(({ action }) => ASKED_BY[action.split(':')[0]] ?? []), ...STARTING_THE_FUNCTION];
  });

  test('nothing that the function asks for is denied', async () => {
    expect(requests.map(({ action }) => action)).toEqual(expect.arrayContaining(['states:StartExecution', 'states:DescribeExecution', 'dynamodb:PutItem', 'kms:Decrypt']));
    expect(await denied(requests, ofFunction)).toEqual([]);
  });

  test('nothing that it is granted with the key is unused', async () => {
    const grants = await unusedGrants(requests, ofFunction);
    expect(grants.filter(grant => /kms:|states:/.test(grant))).toEqual([]);
    expect(its.function.filter(({ Action }) => /kms:/.test(JSON.stringify(Action))).map(({ Sid }) => Sid).sort())
      .toEqual(['DecryptEnvironment', 'UseEncryptedExecutions', 'UseEncryptedLedger']);
  });

  test('executions may use it, and nothing else', async () => {
    expect(await denied(RUNNING_EXECUTIONS, ofExecutions)).toEqual([]);
    expect((await unusedGrants(RUNNING_EXECUTIONS, ofExecutions)).filter(grant => /kms:/.test(grant))).toEqual([]);
  });

  test.each<[string, () => Policies, IamRequest]>([
    ['decryption by itself', () => ofFunction, kms('Decrypt', {})],
    ['decryption through another service', () => ofFunction, kms('Decrypt', via('s3'))],
    ['decryption of another state machine\'s histories', () => ofFunction, kms('Decrypt', ofStateMachine(STATE_MACHINE.replace('AbCd', 'Other')))],
    ['decryption with another key', () => ofFunction, { ...kms('Decrypt', via('dynamodb')), resource: KMS_KEY.replace('0b1c', '0000') }],
    ['a grant of the key', () => ofFunction, kms('CreateGrant', { 'kms:GrantIsForAWSResource': 'true' })],
    ['the end of the key', () => ofFunction, kms('ScheduleKeyDeletion', {})],
    ['decryption of the ledger by executions', () => ofExecutions, kms('Decrypt', via('dynamodb'))],
    ['decryption of another state machine\'s histories by executions', () => ofExecutions, kms('Decrypt', ofStateMachine(STATE_MACHINE.replace('PaymentKey', 'Other')))],
  ])('%s is refused', async (__, policies, request) => {
    expect((await policies().verdict(request)).allowed).toBe(false);
  });

  const logs = async (operation: string, logGroup: string, region = REGION) => {
    const response = await runSimulation({
      request: {
        principal: `logs.${region}.amazonaws.com`,
        action: `kms:${operation}`,
        resource: { resource: KMS_KEY, accountId: ACCOUNT },
        contextVariables: simulable({ 'kms:EncryptionContext:aws:logs:arn': logGroup }),
      },
      resourcePolicy: { Version: '2012-10-17', ...its.keyPolicy },
      identityPolicies: [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    }, {});
    if (response.resultType !== 'single') { throw new Error(JSON.stringify(response)); }
    return response.overallResult === 'Allowed';
  };

  test.each(['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GenerateDataKey', 'DescribeKey'])('CloudWatch Logs may %s for the provider\'s log group alone', async operation => {
    expect(await logs(operation, LOG_GROUP)).toBe(true);
    expect(await logs(operation, LOG_GROUP.replace('PaymentKeyProvider', 'Other'))).toBe(false);
    expect(await logs(operation, LOG_GROUP, 'eu-west-1')).toBe(false);
  });
});

test('with a strict key policy, the deployer may make the grants that DynamoDB and Lambda need', async () => {
  const deployer = new Policies([{ Sid: 'Deploy', Effect: 'Allow', Action: 'kms:*', Resource: '*' }], ACCOUNT, REGION, { keyPolicy: STRICT.keyPolicy });
  expect((await deployer.verdict(kms('CreateGrant', { 'kms:GrantIsForAWSResource': 'true' }))).allowed).toBe(true);
  expect((await deployer.verdict(kms('CreateGrant', { 'kms:GrantIsForAWSResource': 'false' }))).allowed).toBe(false);
  expect((await deployer.verdict(kms('ScheduleKeyDeletion', {}))).allowed).toBe(false);
});
