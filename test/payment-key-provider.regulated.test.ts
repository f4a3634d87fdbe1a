import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { App, Fn, Stack } from 'aws-cdk-lib/core';
import { MultiRegionPaymentKey, PaymentKeyProvider, PaymentKeyProviderProps, PaymentKeySpec } from '../src';

const ENV = { account: '111122223333', region: 'us-east-1' };
const RULE = { 'Fn::GetAtt': ['PaymentKeyProviderLastResortBE3DEEED', 'Arn'] };

function scene(props: (stack: Stack) => PaymentKeyProviderProps) {
  const stack = new Stack(new App(), 'Payments', { env: ENV });
  new PaymentKeyProvider(stack, props(stack));
  new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2', 'eu-west-1'] });
  return { stack, template: Template.fromStack(stack) };
}
const only = (template: Template, type: string): any => Object.values<any>(template.findResources(type))[0].Properties;
const warnings = (stack: Stack, id: string) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp(id)).map(({ entry }) => entry.data as string);
const without = scene(() => ({})).template;

test('tracing turns X-Ray on for function and state machine, and lets their roles write traces', () => {
  const { template } = scene(() => ({ tracing: true }));
  expect(only(template, 'AWS::Lambda::Function').TracingConfig).toEqual({ Mode: 'Active' });
  expect(only(template, 'AWS::StepFunctions::StateMachine').TracingConfiguration).toEqual({ Enabled: true });
  const traces = Object.values<any>(template.findResources('AWS::IAM::Role')).map(({ Properties: { Policies } }) =>
    Policies[0].PolicyDocument.Statement.find(({ Sid }: any) => Sid === 'Trace'));
  expect(traces).toEqual([expect.objectContaining({ Resource: '*' }), expect.objectContaining({ Resource: '*' })]);
  expect(Object.keys(template.toJSON().Resources)).toEqual(Object.keys(without.toJSON().Resources));
});

test('reservedConcurrency is reserved', () => {
  expect(only(scene(() => ({ reservedConcurrency: 5 })).template, 'AWS::Lambda::Function').ReservedConcurrentExecutions).toBe(5);
});

test('none of it is there without the options', () => {
  expect(JSON.stringify(without.toJSON())).not.toMatch(/Tracing|xray|Reserved|DeadLetter|RetryPolicy|CONTROL_PLANE/);
});

describe('deadLetterQueue', () => {
  const { template } = scene(stack => ({ deadLetterQueue: new Queue(stack, 'Queue', { encryption: QueueEncryption.KMS, encryptionMasterKey: new Key(stack, 'Kms') }) }));

  test('gets what EventBridge could not deliver for as long as any resource waits', () => {
    const [{ DeadLetterConfig, RetryPolicy }] = only(template, 'AWS::Events::Rule').Targets;
    expect(DeadLetterConfig).toEqual({ Arn: { 'Fn::GetAtt': ['Queue4A7E3555', 'Arn'] } });
    expect(RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 3600 });
  });

  test('lets only the rule send, and EventBridge encrypt', () => {
    const { PolicyDocument } = only(template, 'AWS::SQS::QueuePolicy');
    expect(PolicyDocument.Statement).toEqual([expect.objectContaining({
      Action: 'sqs:SendMessage', Principal: { Service: 'events.amazonaws.com' }, Condition: { ArnEquals: { 'aws:SourceArn': RULE } },
    })]);
    expect(only(template, 'AWS::KMS::Key').KeyPolicy.Statement).toContainEqual(expect.objectContaining({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Principal: { Service: 'events.amazonaws.com' },
    }));
  });

  // These hold the pre-signed URL of the answer.
  test('gets no event of CloudFormation', () => {
    const { DeadLetterConfig, ...rest } = only(template, 'AWS::Lambda::Function');
    expect(DeadLetterConfig).toBeUndefined();
    expect(rest).toEqual(only(without, 'AWS::Lambda::Function'));
    expect(only(template, 'AWS::Lambda::EventInvokeConfig')).toEqual(only(without, 'AWS::Lambda::EventInvokeConfig'));
  });
});

describe('controlPlaneEndpoints', () => {
  const ENDPOINT = 'https://vpce-0123.controlplane.payment-cryptography.eu-west-1.vpce.amazonaws.com';
  const isolated = (stack: Stack) => ({
    vpc: new Vpc(stack, 'Vpc', { natGateways: 0, subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }] }),
    vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
  });
  const variable = (template: Template) => only(template, 'AWS::Lambda::Function').Environment.Variables.CONTROL_PLANE_ENDPOINTS;

  test('are told to the function', () => {
    expect(JSON.parse(variable(scene(() => ({ controlPlaneEndpoints: { 'eu-west-1': ENDPOINT } })).template))).toEqual({ 'eu-west-1': ENDPOINT });
  });

  test('may be references to endpoints of the template', () => {
    const { template } = scene(() => ({ controlPlaneEndpoints: { 'us-east-1': `https://${Fn.importValue('Endpoint')}` } }));
    expect(variable(template)).toEqual({ 'Fn::Join': ['', ['{"us-east-1":"https://', { 'Fn::ImportValue': 'Endpoint' }, '"}']] });
  });

  test('are a way to their Regions, and to no other', () => {
    const { stack } = scene(at => ({ ...isolated(at), controlPlaneEndpoints: { 'eu-west-1': ENDPOINT } }));
    expect(warnings(stack, 'isolatedSubnets').map(text => /control plane in ([\w-]+)/.exec(text)![1])).toEqual(['us-west-2']);
  });

  test('are not taken for members that every object has', () => {
    const stack = new Stack(new App(), 'Payments', { env: ENV });
    const provider = new PaymentKeyProvider(stack, { ...isolated(stack), controlPlaneEndpoints: { 'eu-west-1': ENDPOINT } });
    provider._reach('constructor');
    expect(warnings(stack, 'isolatedSubnets')).toHaveLength(1);
  });

  test.each(['eu-west-1', 'us-west-2'])('say at synthesis what works without a way to %s', region => {
    const [text] = warnings(scene(isolated).stack, `isolatedSubnets-${region}`);
    expect(text).toContain('Keys, their replication, and everything in the own Region work without a way there');
    expect(text).toContain(`aliases and tags in ${region} do not`);
  });
});
