/** Secrets Manager and Parameter Store as a key custodian uses them: what the AWS CLI and boto3 make of the answers. */
import { Boto3, clientEnvironment, shell } from './clients';
import { pythonEnvironment, PythonEnvironment } from '../../python/environment';
import { PRIMARY } from '../checked-emulator';
import { VirtualClock } from '../clock';
import { effects } from '../faults';
import { responseProblems } from '../response-schema';
import { EmulatorServer, startEmulatorServer } from '../server';

const BUNDLE = '{"wrappedKeyBlock":"308204AC","signingKeyCertificate":"LS0t","randomNonce":"0A1B"}';
const BLOCK = 'B0096P0TE00S00004D8C5A2F7E19B03D6648F0A1C2E35B7D98';

let python: PythonEnvironment;
let server: EmulatorServer;
let boto3: Boto3;
const problems: string[] = [];

beforeAll(async () => {
  python = await pythonEnvironment();
  server = await startEmulatorServer({ clock: new VirtualClock() });
  server.emulator.log.listen(entry => problems.push(...responseProblems(entry)));
  boto3 = new Boto3(python, clientEnvironment(server.url));
}, 15 * 60_000);
afterAll(async () => {
  boto3?.close();
  await server?.close();
});
afterEach(() => expect(problems.splice(0)).toEqual([]));

async function aws(command: string): Promise<any> {
  const { code, output, errors } = await shell(`aws ${command} --region ${PRIMARY} --output json`, python, clientEnvironment(server.url));
  return code === 0 ? JSON.parse(output || '{}') : errors.trim();
}
const failed = (name: string, operation: string, message: string): string => `(${name}) when calling the ${operation} operation: ${message}`;

describe('the AWS CLI', () => {
  test('stores a wrapped key, tells its version, and reads exactly that version when there is another', async () => {
    const { ARN, VersionId } = await aws(`secretsmanager create-secret --name keys/zmk --secret-string '${BUNDLE}'`);
    await aws('secretsmanager put-secret-value --secret-id keys/zmk --secret-string other');
    expect((await aws(`secretsmanager get-secret-value --secret-id ${ARN} --version-id ${VersionId}`)).SecretString).toBe(BUNDLE);
    expect((await aws('secretsmanager get-secret-value --secret-id keys/zmk')).SecretString).toBe('other');
    const { Versions } = await aws('secretsmanager list-secret-version-ids --secret-id keys/zmk');
    expect(Versions).toContainEqual(expect.objectContaining({ VersionId, VersionStages: ['AWSPREVIOUS'] }));
    await aws(`secretsmanager update-secret-version-stage --secret-id keys/zmk --version-stage AWSCURRENT --move-to-version-id ${VersionId} `
      + `--remove-from-version-id ${Versions.find((version: any) => version.VersionId !== VersionId).VersionId}`);
    expect((await aws('secretsmanager get-secret-value --secret-id keys/zmk')).VersionId).toBe(VersionId);
    expect((await aws('secretsmanager describe-secret --secret-id keys/zmk')).VersionIdsToStages).toMatchObject({ [VersionId]: ['AWSCURRENT'] });
  }, 60_000);

  test('deletes a secret, sees that it is scheduled for deletion, and restores it', async () => {
    await aws(`secretsmanager create-secret --name keys/old --secret-string ${BLOCK}`);
    expect(await aws('secretsmanager delete-secret --secret-id keys/old --recovery-window-in-days 7')).toMatchObject({ Name: 'keys/old' });
    expect(await aws('secretsmanager get-secret-value --secret-id keys/old'))
      .toContain(failed('InvalidRequestException', 'GetSecretValue', 'You can\'t perform this operation on the secret because it was marked for deletion.'));
    await aws('secretsmanager restore-secret --secret-id keys/old');
    expect((await aws('secretsmanager get-secret-value --secret-id keys/old')).SecretString).toBe(BLOCK);
  }, 60_000);

  test('keeps a SecureString, and reads it by version', async () => {
    expect(await aws(`ssm put-parameter --name /keys/zmk --type SecureString --value ${BLOCK}`)).toEqual({ Tier: 'Standard', Version: 1 });
    await aws('ssm put-parameter --name /keys/zmk --overwrite --value other');
    expect((await aws('ssm get-parameter --name /keys/zmk:1 --with-decryption')).Parameter).toMatchObject({ Value: BLOCK, Selector: ':1' });
    expect((await aws('ssm get-parameter --name /keys/zmk')).Parameter.Value).not.toBe('other');
    expect(await aws('ssm get-parameter --name /keys/zmk:3'))
      .toContain(failed('ParameterVersionNotFound', 'GetParameter', 'Systems Manager could not find version 3 of /keys/zmk. Verify the version and try again.'));
    await aws('ssm delete-parameter --name /keys/zmk');
    expect(await aws('ssm get-parameter --name /keys/zmk')).toContain('(ParameterNotFound)');
  }, 60_000);
});

describe('boto3', () => {
  const ask = async (service: string, operation: string, input: object) => boto3.call({ service, operation, input, region: PRIMARY });

  test('reads what was put, with times as times', async () => {
    const { arn, versionId } = server.emulator.putSecret({ name: 'a', region: PRIMARY, string: BLOCK });
    const time = { timestamp: server.emulator.options.clock.now() / 1000 };
    expect((await ask('secretsmanager', 'GetSecretValue', { SecretId: arn, VersionId: versionId })).output)
      .toEqual({ ARN: arn, Name: 'a', VersionId: versionId, SecretString: BLOCK, VersionStages: ['AWSCURRENT'], CreatedDate: time });
    server.emulator.putSecureString({ name: 'a', region: PRIMARY, value: BLOCK });
    expect((await ask('ssm', 'GetParameter', { Name: 'a:1', WithDecryption: true })).output)
      .toMatchObject({ Parameter: { Value: BLOCK, Version: 1, LastModifiedDate: time } });
  });

  test.each<[string, string, object, string, number]>([
    ['secretsmanager', 'GetSecretValue', { SecretId: 'none' }, 'ResourceNotFoundException', 400],
    ['secretsmanager', 'CreateSecret', { Name: 'a' }, 'ResourceExistsException', 400],
    ['secretsmanager', 'DeleteSecret', { SecretId: 'a', RecoveryWindowInDays: 1 }, 'InvalidParameterException', 400],
    ['ssm', 'GetParameter', { Name: 'none' }, 'ParameterNotFound', 400],
    ['ssm', 'PutParameter', { Name: 'a', Value: 'b', Type: 'String' }, 'ParameterAlreadyExists', 400],
  ])('knows the error of %s %s %j by its class', async (service, operation, input, name, status) => {
    expect((await ask(service, operation, input)).error).toMatchObject({ class: name, code: name, status });
  });

  test('knows what only a fault provokes', async () => {
    for (const [effect, name, status] of [[effects.decryptionFailure(), 'DecryptionFailure', 400], [effects.internalServiceError(), 'InternalServiceError', 500]] as const) {
      server.emulator.faults.add({ operation: 'GetSecretValue', times: 1, effect });
      expect((await ask('secretsmanager', 'GetSecretValue', { SecretId: 'a' })).error).toMatchObject({ class: name, status });
    }
  });
});
