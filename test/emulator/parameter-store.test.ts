import { CheckedEmulator, PRIMARY, REPLICA } from './checked-emulator';
import { effects } from './faults';
import { redacted } from './redaction';

const request = async (emulator: CheckedEmulator, operation: string, input: object, region: string = PRIMARY): Promise<any> =>
  JSON.parse((await emulator.handle({ target: `AmazonSSM.${operation}`, region, body: JSON.stringify(input) })).body);

test('a parameter is made, read, overwritten, and remembers what it was, in its Region', async () => {
  const emulator = new CheckedEmulator();
  emulator.setParameter(PRIMARY, 'p', 'a');
  expect(await request(emulator, 'GetParameter', { Name: 'p' })).toMatchObject({ Parameter: { Name: 'p', Type: 'String', Value: 'a', Version: 1 } });
  expect(await request(emulator, 'PutParameter', { Name: 'p', Value: 'b', Overwrite: true })).toEqual({ Tier: 'Standard', Version: 2 });
  expect(emulator.parameter(PRIMARY, 'p')).toBe('b');
  expect(emulator.parameter(REPLICA, 'p')).toBeUndefined();
  expect((await request(emulator, 'GetParameter', { Name: 'p' }, REPLICA)).__type).toBe('ParameterNotFound');
  for (let count = 0; count < 60; count += 1) { await request(emulator, 'PutParameter', { Name: 'p', Value: `${count}`, Overwrite: true }); }
  const first = await request(emulator, 'GetParameterHistory', { Name: 'p' });
  const second = await request(emulator, 'GetParameterHistory', { Name: 'p', NextToken: first.NextToken });
  expect([...first.Parameters, ...second.Parameters].map(({ Value }) => Value).slice(0, 3)).toEqual(['a', 'b', '0']);
  expect([first.Parameters.length, second.Parameters.length, second.NextToken]).toEqual([50, 12, undefined]);
  emulator.setParameter(PRIMARY, 'p', undefined);
  expect((await request(emulator, 'GetParameterHistory', { Name: 'p' })).__type).toBe('ParameterNotFound');
});

test.each([
  [{ Name: 'p', Value: 'b' }, 'ParameterAlreadyExists'],
  [{ Name: 'p', Value: '', Overwrite: true }, 'ValidationException'],
  [{ Name: 'p', Value: 'b'.repeat(4097), Overwrite: true }, 'ValidationException'],
  [{ Value: 'b' }, 'ValidationException'],
  [{ Name: 'new', Value: 'b', Overwrite: true }, 'ValidationException'],
  [{ Name: 'new:1', Value: 'b', Type: 'String' }, 'ValidationException'],
  [{ Name: 'new', Value: 'b', Type: 'Secure' }, 'ValidationException'],
])('%j is refused', async (input, error) => {
  const emulator = new CheckedEmulator();
  emulator.setParameter(PRIMARY, 'p', 'a');
  expect((await request(emulator, 'PutParameter', input)).__type).toBe(error);
  expect(emulator.parameter(PRIMARY, 'p')).toBe('a');
});

test('a page that was not offered is refused', async () => {
  const emulator = new CheckedEmulator();
  emulator.setParameter(PRIMARY, 'p', 'a');
  expect((await request(emulator, 'GetParameterHistory', { Name: 'p', NextToken: 'x' })).__type).toBe('InvalidNextToken');
});

test('it does not count against the quota of the control plane', async () => {
  const emulator = new CheckedEmulator({ tps: 1 });
  for (let count = 0; count < 5; count += 1) { expect((await request(emulator, 'GetParameter', { Name: 'p' })).__type).toBe('ParameterNotFound'); }
  expect(await emulator.errorOf('ListKeys', {})).toBeUndefined();
});

describe('a SecureString', () => {
  const VALUE = 'B0096P0TE00S00004D8C5A2F7E19B03D6648F0A1C2E35B7D98';
  let emulator: CheckedEmulator;
  beforeEach(() => { emulator = new CheckedEmulator(); });

  test('is decrypted for whoever asks for that; anybody else gets a ciphertext that has nothing of it', async () => {
    expect(emulator.putSecureString({ name: '/keys/zmk', region: PRIMARY, value: VALUE })).toEqual({ version: 1 });
    const encrypted = (await request(emulator, 'GetParameter', { Name: '/keys/zmk' })).Parameter;
    expect(encrypted).toMatchObject({ Type: 'SecureString', Version: 1, ARN: 'arn:aws:ssm:us-east-1:111122223333:parameter/keys/zmk' });
    expect(encrypted.Value).toMatch(/^[A-Za-z0-9+/]{100,}=*$/);
    for (const text of [encrypted.Value, Buffer.from(encrypted.Value, 'base64').toString('latin1')]) { expect(text).not.toContain(VALUE.slice(16, 24)); }
    expect((await request(emulator, 'GetParameter', { Name: '/keys/zmk', WithDecryption: true })).Parameter.Value).toBe(VALUE);
    expect((await request(emulator, 'GetParameterHistory', { Name: '/keys/zmk' })).Parameters[0]).toMatchObject({ Value: encrypted.Value, KeyId: 'alias/aws/ssm' });
  });

  test('has versions, asked for by number behind the name or behind the ARN', async () => {
    await request(emulator, 'PutParameter', { Name: '/keys/zmk', Value: 'one', Type: 'SecureString' });
    await request(emulator, 'PutParameter', { Name: '/keys/zmk', Value: 'two', Overwrite: true });
    const read = async (Name: string): Promise<any> => request(emulator, 'GetParameter', { Name, WithDecryption: true });
    expect((await read('/keys/zmk')).Parameter).toMatchObject({ Value: 'two', Version: 2 });
    expect((await read('/keys/zmk:1')).Parameter).toMatchObject({ Name: '/keys/zmk', Value: 'one', Version: 1, Selector: ':1' });
    expect((await read('arn:aws:ssm:us-east-1:111122223333:parameter/keys/zmk:1')).Parameter.Value).toBe('one');
    expect(await read('/keys/zmk:3')).toEqual({
      __type: 'ParameterVersionNotFound', message: 'Systems Manager could not find version 3 of /keys/zmk. Verify the version and try again.',
    });
    expect((await read('/keys/zmk:label')).__type).toBe('ParameterVersionNotFound');
    expect((await read('/keys/other:1')).__type).toBe('ParameterNotFound');
    expect((await read('arn:aws:ssm:eu-west-1:111122223333:parameter/keys/zmk')).__type).toBe('ParameterNotFound');
  });

  test('keeps its last hundred versions', async () => {
    for (let count = 0; count < 101; count += 1) { emulator.putSecureString({ name: 'p', region: PRIMARY, value: `${count}` }); }
    expect((await request(emulator, 'GetParameter', { Name: 'p:1' })).__type).toBe('ParameterVersionNotFound');
    expect((await request(emulator, 'GetParameter', { Name: 'p:101', WithDecryption: true })).Parameter.Value).toBe('100');
  });

  test('of the advanced tier may have 8 KB', async () => {
    const put = async (length: number, Tier: string): Promise<any> => request(emulator, 'PutParameter', { Name: `p${length}`, Value: 'a'.repeat(length), Type: 'SecureString', Tier });
    expect((await put(4097, 'Standard')).__type).toBe('ValidationException');
    expect(await put(4097, 'Intelligent-Tiering')).toEqual({ Tier: 'Advanced', Version: 1 });
    expect(await put(8192, 'Advanced')).toEqual({ Tier: 'Advanced', Version: 1 });
    expect((await put(8193, 'Advanced')).__type).toBe('ValidationException');
  });

  test('cannot become a String, and can be deleted once', async () => {
    emulator.putSecureString({ name: 'p', region: PRIMARY, value: VALUE });
    expect((await request(emulator, 'PutParameter', { Name: 'p', Value: 'a', Type: 'String', Overwrite: true })).__type).toBe('HierarchyTypeMismatchException');
    expect(await request(emulator, 'DeleteParameter', { Name: 'p' })).toEqual({});
    expect((await request(emulator, 'DeleteParameter', { Name: 'p' })).__type).toBe('ParameterNotFound');
  });

  test('is not read when a fault strikes', async () => {
    emulator.putSecureString({ name: 'p', region: PRIMARY, value: VALUE });
    for (const [effect, name] of [[effects.kmsDenied(), 'AccessDeniedException'], [effects.parameterStoreError(), 'InternalServerError'], [effects.throttle(), 'ThrottlingException']] as const) {
      emulator.faults.add({ operation: 'GetParameter', times: 1, effect });
      expect((await request(emulator, 'GetParameter', { Name: 'p', WithDecryption: true })).__type).toBe(name);
    }
  });

  test('stands nowhere in the log as it is shown, and is in the state', async () => {
    await request(emulator, 'PutParameter', { Name: 'p', Value: VALUE, Type: 'SecureString' });
    await request(emulator, 'GetParameter', { Name: 'p', WithDecryption: true });
    await request(emulator, 'GetParameterHistory', { Name: 'p', WithDecryption: true });
    const shown = JSON.stringify(emulator.log.entries.map(redacted));
    expect(shown).not.toContain(VALUE.slice(16, 24));
    expect(shown.match(/"Value":"\*\*\*"/g)).toHaveLength(3);
    const other = new CheckedEmulator();
    other.restore(JSON.parse(JSON.stringify(emulator.save())));
    expect(other.parameter(PRIMARY, 'p')).toBe(VALUE);
  });
});
