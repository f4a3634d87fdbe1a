import { S3Server } from './s3-server';
import { filesIn } from '../../src/inventory/handler/aws/files';
import { clientConfig } from '../../src/provider/handler/aws/client-config';
import { ServiceFault } from '../../src/provider/handler/control-plane/fault';

let server: S3Server;
const files = () => filesIn(clientConfig(), 'us-east-1', { bucket: 'evidence', owner: '111122223333', prefix: 'inventory' });

beforeEach(async () => {
  server = await S3Server.start('evidence');
  Object.assign(process.env, { AWS_ENDPOINT_URL_S3: server.url, AWS_ACCESS_KEY_ID: 'AKIATEST', AWS_SECRET_ACCESS_KEY: 'the-secret-access-key', AWS_MAX_ATTEMPTS: '1' });
});
afterEach(async () => {
  delete process.env.AWS_ENDPOINT_URL_S3;
  delete process.env.AWS_MAX_ATTEMPTS;
  await server.close();
});

test('an object is written as it is, below the prefix, and read', async () => {
  await files().create('run/keys.csv', 'Schlüssel,鍵\r\n', 'text/csv; charset=utf-8');
  expect(server.objects.get('inventory/run/keys.csv')).toEqual({ body: Buffer.from('Schlüssel,鍵\r\n'), contentType: 'text/csv; charset=utf-8' });
  expect(await files().read('run/keys.csv')).toBe('Schlüssel,鍵\r\n');
});

test('an object that is there already stays as it is', async () => {
  await files().create('a', 'first', 'text/plain');
  await files().create('a', 'second', 'text/plain');
  expect(await files().read('a')).toBe('first');
});

test('names are listed over all pages, without the prefix, and removed', async () => {
  for (const name of ['run/1', 'run/2', 'run/3', 'run/4', 'run/5', 'other/1']) { await files().create(name, 'x', 'text/plain'); }
  expect(await files().list('run/')).toEqual(['run/1', 'run/2', 'run/3', 'run/4', 'run/5']);
  await files().remove(['run/1', 'run/2', 'run/3', 'run/4', 'run/5']);
  expect([...server.objects.keys()]).toEqual(['inventory/other/1']);
  server.requests.length = 0;
  await files().remove([]);
  expect(server.requests).toEqual([]);
});

test('each request says whose the bucket must be', async () => {
  await files().create('a', 'x', 'text/plain');
  await files().read('a');
  await files().list('a');
  await files().remove(['a']);
  expect(server.requests.map(({ method, headers }) => [method, headers['x-amz-expected-bucket-owner']]))
    .toEqual([['PUT', '111122223333'], ['GET', '111122223333'], ['GET', '111122223333'], ['POST', '111122223333']]);
});

test('a thousand objects are removed at a time', async () => {
  await files().remove(Array.from({ length: 1001 }, (_, index) => `run/${index}`));
  expect(server.requests).toHaveLength(2);
});

test.each([
  ['an object that is not there', 404, 'NoSuchKey', 'notFound'],
  ['a bucket that denies it', 403, 'AccessDenied', 'accessDenied'],
  ['a bucket that is asked too often', 503, 'SlowDown', 'throttled'],
  ['two who write at the same time', 409, 'ConditionalRequestConflict', 'unknownOutcome'],
] as const)('%s is a fault', async (_, status, code, kind) => {
  server.refuse = () => ({ status, code });
  for (const act of [() => files().read('a'), () => files().create('a', 'x', 'text/plain'), () => files().list('a'), () => files().remove(['a'])]) {
    const fault = await act().catch(error => error);
    expect(fault).toBeInstanceOf(ServiceFault);
    expect(fault).toMatchObject({ kind, service: 's3', code, region: 'us-east-1' });
  }
});
