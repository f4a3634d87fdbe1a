/** A program that sets AWS_ENDPOINT_URL sends every service here: what the AWS CLI makes of the answers. */
import { clientEnvironment, CommandResult, shell } from './clients';
import { pythonEnvironment, PythonEnvironment } from '../../python/environment';
import { EmulatorServer, startEmulatorServer } from '../server';

let python: PythonEnvironment;
let server: EmulatorServer;

beforeAll(async () => {
  [python, server] = await Promise.all([pythonEnvironment(), startEmulatorServer({ account: '444455556666' })]);
}, 15 * 60_000);
afterAll(async () => server.close());

async function aws(command: string): Promise<CommandResult> {
  const { AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY, AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API, ...env } = clientEnvironment(server.url);
  return shell(`aws ${command} --region us-east-1 --output json`, python, { ...env, AWS_ENDPOINT_URL: server.url });
}

test('the caller knows its account', async () => {
  expect(JSON.parse((await aws('sts get-caller-identity')).output)).toMatchObject({ Account: '444455556666', Arn: expect.stringContaining(':user/AKIACONFORMANCE') });
});

test('both services of Payment Cryptography are here', async () => {
  expect(JSON.parse((await aws('payment-cryptography list-keys')).output)).toEqual({ Keys: [] });
  const { errors } = await aws('payment-cryptography-data generate-mac --key-identifier alias/none --message-data 00 --generation-attributes Algorithm=CMAC');
  expect(errors).toContain('(ResourceNotFoundException)');
});

test.each([
  'sts get-session-token', 'cloudformation list-stacks', 'ec2 describe-vpcs', 'dynamodb list-tables', 'kms list-keys', 's3api list-buckets',
  'route53 list-hosted-zones', 'lambda list-functions',
])('%s fails with the sentence that helps', async command => {
  const { code, errors } = await aws(command);
  expect(code).not.toBe(0);
  expect(errors).toContain('(UnknownOperationException)');
  expect(errors).toContain('is not emulated');
  expect(errors).toContain('AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY');
});
