import { ourTags, stackId } from './account';
import { CloudFormationServer } from './cloudformation-server';
import { execute } from './execution';
import { FunctionProcess } from './function-process';
import { S3Server } from './s3-server';
import { EmulatorServer, startEmulatorServer } from '../emulator';

const PRIMARY = 'us-east-1';
const REPLICA = 'us-west-2';
const CVK = {
  KeyAttributes: { KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: { Generate: true, Verify: true } }, Exportable: true,
};

let service: EmulatorServer;
let s3: S3Server;
let cloudFormation: CloudFormationServer;
let fn: FunctionProcess;

beforeAll(async () => {
  service = await startEmulatorServer();
  s3 = await S3Server.start('evidence');
  cloudFormation = await CloudFormationServer.start();
  fn = new FunctionProcess({
    AWS_REGION: PRIMARY,
    AWS_ACCESS_KEY_ID: 'AKIATEST',
    AWS_SECRET_ACCESS_KEY: 'the-secret-access-key',
    AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY: service.url,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_CLOUDFORMATION: cloudFormation.url,
    BUCKET_NAME: 'evidence',
    BUCKET_OWNER: '111122223333',
    PREFIX: 'audit/keys',
    INVENTORY_REGIONS: `${PRIMARY},${REPLICA}`,
    ACCOUNT_ID: '111122223333',
    LIBRARY_VERSION: '1.2.3',
  });
});
afterAll(async () => {
  await fn.stop();
  await Promise.all([service.close(), s3.close(), cloudFormation.close()]);
});

/** The bundle that Lambda runs, over HTTP, in real time. */
test('the function makes an inventory of two keys in two Regions', async () => {
  const stack = stackId('payments');
  const call = <Output = any>(operation: string, input: object, region = PRIMARY) => service.emulator.call<Output>(operation, input, { region, accessKeyId: 'AKIASOMEBODY' });
  const tags = (values: Record<string, string>) => Object.entries(values).map(([Key, Value]) => ({ Key, Value }));
  const { Key: { KeyArn: declared } } = await call('CreateKey', { ...CVK, ReplicationRegions: [REPLICA], Tags: tags(ourTags(stack)) });
  const { Key: { KeyArn: left } } = await call('CreateKey', { ...CVK, Tags: tags(ourTags(stackId('gone'), 'Pek')) });
  await call('CreateAlias', { AliasName: 'alias/cvk', KeyArn: declared });
  (service.emulator.options.clock as any).advance(60);
  cloudFormation.stacks[stack] = {
    status: 'UPDATE_COMPLETE',
    resources: [
      { type: 'AWS::SNS::Topic', logicalId: 'Topic', status: 'CREATE_FAILED' },
      { type: 'Custom::MultiRegionPaymentKey', logicalId: 'Old', physicalId: left, status: 'DELETE_SKIPPED' },
      { type: 'Custom::MultiRegionPaymentKey', logicalId: 'Cvk', physicalId: declared, status: 'UPDATE_COMPLETE' },
    ],
  };
  cloudFormation.stacks[stackId('gone')] = { status: 'DELETE_COMPLETE', resources: [] };

  const end = await execute({
    startedAt: Date.now(),
    invoke: task => fn.invoke(task),
    inParallel: async acts => { await Promise.all(acts.map(act => act())); },
  });

  expect(end).toEqual({ status: 'SUCCEEDED', output: expect.objectContaining({ bucket: 'evidence', keys: 2, declaredByNobody: 1, retainedKeysWithoutStack: 1 }) });
  const { folder } = (end as any).output;
  expect(folder).toMatch(/^audit\/keys\/\d{4}-\d\d-\d\dT\d{6}Z-[0-9a-f]{8}$/);
  expect([...s3.objects].map(([name, { contentType }]) => [name, contentType])).toEqual([
    [`${folder}/keys.csv`, 'text/csv; charset=utf-8'], [`${folder}/keys.jsonl`, 'application/x-ndjson'], [`${folder}/summary.json`, 'application/json'],
  ]);
  const rows = s3.objects.get(`${folder}/keys.jsonl`)!.body.toString().trim().split('\n').map(line => JSON.parse(line));
  expect(new Map(rows.map(({ keyArn, ownership }) => [keyArn, ownership.kind]))).toEqual(new Map([[declared, 'declared'], [left, 'stackDeleted']]));
  expect(rows.find(({ keyArn }) => keyArn === declared).regions.map(({ region, aliases }: any) => [region, aliases])).toEqual([[PRIMARY, ['alias/cvk']], [REPLICA, []]]);

  // What the services received: only looks, and no object written over another.
  const asked = service.emulator.log.entries.filter(({ accessKeyId }) => accessKeyId === 'AKIATEST').map(({ region, operation }) => `${region} ${operation}`);
  expect(asked.sort()).toEqual([
    ...[PRIMARY, REPLICA].flatMap(region => [`${region} ListAliases`, `${region} ListKeys`]),
    ...[PRIMARY, PRIMARY, REPLICA].flatMap(region => [`${region} GetKey`, `${region} ListTagsForResource`]),
  ].sort());
  for (const { headers } of s3.requests.filter(({ method }) => method === 'PUT')) { expect(headers['if-none-match']).toBe('*'); }
  for (const { authorization } of cloudFormation.requests) { expect(authorization).toContain('/us-east-1/cloudformation/'); }
  expect(fn.lines.map(({ level, code }) => [level, code])).toEqual([['INFO', 'INVENTORY_COMPLETED'], ['WARN', 'RETAINED_KEYS_WITHOUT_STACK']]);
}, 60_000);

test('the function says what it is, when called by something else than its state machine', async () => {
  await expect(fn.invoke({})).rejects.toThrow('this is not a task of the state machine of an inventory');
});
