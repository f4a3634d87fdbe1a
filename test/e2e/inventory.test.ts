import * as fs from 'node:fs';
import * as path from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DescribeExecutionCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { MultiRegionPaymentKey, PaymentKeyInventory, PaymentKeySpec } from '../../src';
import { clientConfig } from './engine/clients';
import { DeployedStack } from './engine/cloud-formation';
import { ACCOUNT } from './engine/local-engine';
import { publishAssets } from './engine/publish-assets';
import { PRIMARY, Session } from './engine/session';

const REGIONS = [PRIMARY, 'us-west-2'];

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 240_000);
afterAll(async () => session?.stop());

/** A stack of its own, without any key: it has no provider. */
async function deployInventory(): Promise<{ readonly stateMachineArn: string; readonly bucket: string }> {
  const outdir = fs.mkdtempSync(path.join(session.engine.scratch, 'assembly-'));
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'audit', { env: { account: ACCOUNT, region: PRIMARY } });
  const bucket = new Bucket(stack, 'Evidence', { bucketName: 'evidence' });
  const inventory = new PaymentKeyInventory(stack, 'Inventory', { bucket, regions: REGIONS });
  (inventory.handler.node.defaultChild as CfnFunction).addPropertyOverride('Environment.Variables.AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY', session.server.url);
  new CfnOutput(stack, 'StateMachineArn', { value: inventory.stateMachine.stateMachineArn });
  const assembly = app.synth();
  await publishAssets(session.engine, outdir, PRIMARY, new Set());
  const outcome = await new DeployedStack(session.engine, 'audit', PRIMARY).create(assembly.getStackByName('audit').template);
  expect(outcome.status).toBe('CREATE_COMPLETE');
  return { stateMachineArn: outcome.outputs.StateMachineArn, bucket: 'evidence' };
}

/** Starts an execution, waits for its end, and reads what it published. */
async function take(stateMachineArn: string, bucket: string): Promise<{ readonly rows: any[]; readonly summary: any; readonly names: string[] }> {
  const sfn = new SFNClient(clientConfig(session.engine, PRIMARY));
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input: '{}' }));
  let execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  while (execution.status === 'RUNNING') {
    await new Promise(resolve => setTimeout(resolve, 500));
    execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  }
  if (execution.status !== 'SUCCEEDED') { throw new Error(`${execution.error}: ${execution.cause}\n${session.engine.functionLog()}`); }
  const { folder } = JSON.parse(execution.output!);
  const s3 = new S3Client({ ...clientConfig(session.engine, PRIMARY), forcePathStyle: true });
  const text = async (name: string) => (await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${folder}/${name}` }))).Body!.transformToString();
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'payment-key-inventory/' }));
  return {
    rows: (await text('keys.jsonl')).trim().split('\n').map(line => JSON.parse(line)),
    summary: JSON.parse(await text('summary.json')),
    names: Contents.map(({ Key }) => Key!).filter(name => name.startsWith(`${folder}/`) || name.includes('.in-progress')).map(name => name.replace(`${folder}/`, '')),
  };
}

test('a key is declared as long as its stack is there, and afterwards retained without a stack', async () => {
  const payments = session.stack('payments');
  const { status, outputs } = await payments.deploy(stack => {
    const key = new MultiRegionPaymentKey(stack, 'Cvk', {
      spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'], removalPolicy: RemovalPolicy.RETAIN,
    });
    key.addAlias('alias/cvk');
    new CfnOutput(stack, 'KeyArn', { value: key.keyArn });
  });
  expect(status).toBe('CREATE_COMPLETE');
  const { stateMachineArn, bucket } = await deployInventory();

  const before = await take(stateMachineArn, bucket);
  expect(before.names.sort()).toEqual(['keys.csv', 'keys.jsonl', 'summary.json']);
  expect(before.rows).toMatchObject([{
    keyArn: outputs.KeyArn,
    role: 'PRIMARY',
    ownership: { kind: 'declared', stackName: 'payments', logicalId: expect.stringMatching(/^Cvk/) },
    declaredByNobody: 'no',
    regions: [{ region: PRIMARY, aliases: ['alias/cvk'] }, { region: 'us-west-2', replicationStatus: 'SYNCHRONIZED', aliases: ['alias/cvk'] }],
  }]);

  await payments.destroy();
  const after = await take(stateMachineArn, bucket);
  expect(after.rows).toMatchObject([{ keyArn: outputs.KeyArn, ownership: { kind: 'stackDeleted', stackName: 'payments' }, declaredByNobody: 'yes' }]);
  expect(after.summary.keys.retainedWithoutStack).toMatchObject([{ keyArn: outputs.KeyArn, stack: 'payments' }]);
  const lines = (await session.engine.functionLogWith('RETAINED_KEYS_WITHOUT_STACK')).split('\n').filter(line => line.includes('"code"'));
  expect(lines.filter(line => line.includes('RETAINED_KEYS_WITHOUT_STACK'))).toHaveLength(1);
}, 240_000);
