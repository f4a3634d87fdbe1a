/** What a program gets that sets AWS_ENDPOINT_URL, and so sends all its services here. */
import { PRIMARY } from './checked-emulator';
import { authorization, sendRaw, TextAnswer } from './http-client';
import { EmulatorServer, startEmulatorServer } from './server';

let server: EmulatorServer;

beforeAll(async () => { server = await startEmulatorServer({ account: '444455556666' }); });
afterAll(async () => server.close());

const FORM = 'application/x-www-form-urlencoded; charset=utf-8';

const ask = async (service: string, body: string, headers: Record<string, string>, method = 'POST', path = '/'): Promise<TextAnswer> =>
  sendRaw(server.url, body, { authorization: authorization(PRIMARY, service, 'AKIASOMEBODY'), ...headers }, method, path);

test('GetCallerIdentity names account and caller', async () => {
  const { status, headers, text } = await ask('sts', 'Action=GetCallerIdentity&Version=2011-06-15', { 'content-type': FORM });
  expect([status, headers['content-type']]).toEqual([200, 'text/xml']);
  expect(text).toContain('<Account>444455556666</Account>');
  expect(text).toContain('<Arn>arn:aws:iam::444455556666:user/AKIASOMEBODY</Arn>');
  expect(server.emulator.log.entries.at(-1)).toMatchObject({ service: 'sts', operation: 'GetCallerIdentity', executed: true });
});

test.each<[string, string, Record<string, string>, string, string, RegExp, string]>([
  ['sts', 'Action=AssumeRole', { 'content-type': FORM }, 'POST', '/', /^<\?xml.*<ErrorResponse><Error><Type>Sender<\/Type><Code>UnknownOperationException</s, 'AssumeRole'],
  ['cloudformation', 'Action=ListStacks', { 'content-type': FORM }, 'POST', '/', /^<\?xml.*<ErrorResponse><Error>/s, 'ListStacks'],
  ['ec2', 'Action=DescribeVpcs', { 'content-type': FORM }, 'POST', '/', /^<\?xml.*<Response><Errors><Error><Code>/s, 'DescribeVpcs'],
  ['dynamodb', '{}', { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'DynamoDB_20120810.ListTables' }, 'POST', '/', /^{"__type":"[^"]*UnknownOperationException"/, 'ListTables'],
  ['kms', '{}', { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.ListKeys' }, 'POST', '/', /^{"__type":"[^"]*UnknownOperationException"/, 'ListKeys'],
  ['s3', '', {}, 'GET', '/bucket/%3C&key', /^<\?xml.*<Error><Code>/s, 'GET /bucket/%3C&key'],
  ['route53', '', {}, 'GET', '/2013-04-01/hostedzone', /^<\?xml.*<ErrorResponse>/s, 'GET /2013-04-01/hostedzone'],
  ['lambda', '', {}, 'GET', '/2015-03-31/functions', /^{"Message":/, 'GET /2015-03-31/functions'],
])('%s is refused in its protocol, with the way out', async (service, body, headers, method, path, shape, operation) => {
  const answer = await ask(service, body, headers, method, path);
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(answer.text).toMatch(shape);
  expect(answer.text).toContain('is not emulated');
  expect(answer.text).toContain('AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY');
  expect(server.emulator.log.entries.at(-1)).toMatchObject({ service, operation, error: 'UnknownOperationException', executed: false });
});

test('nobody in particular is refused, whatever was sent', async () => {
  const { status, text } = await sendRaw(server.url, 'Action=GetCallerIdentity', { 'content-type': FORM });
  expect(status).toBe(400);
  expect(text).toContain('<Code>MissingAuthenticationTokenException</Code>');
});
