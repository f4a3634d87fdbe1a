import { WrappedKeyReference } from '../../../../../src/provider/contract/key-material';
import { ServiceFault } from '../../../../../src/provider/handler/control-plane/fault';
import { WrappedKeys, WrappedKeyText } from '../../../../../src/provider/handler/control-plane/wrapped-keys';
import { readObject, readText } from '../../../../../src/provider/handler/reconcilers/key/material/wrapped-key';

const SECRET: WrappedKeyReference = { Service: 'SECRETS_MANAGER', SecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:zmk-AbCdEf', VersionId: 'v1', Field: undefined };
const PARAMETER: WrappedKeyReference = { Service: 'PARAMETER_STORE', ParameterName: '/zmk', Version: '3', Field: undefined };
const BLOCK = 'B0096K1TB00E0000D6B1A7E5';

function holding(read: WrappedKeyText | string): WrappedKeys {
  return { readWrappedKey: async () => typeof read === 'string' ? { kind: 'text', text: read } : read };
}
const fails = (kind: 'notFound' | 'accessDenied'): WrappedKeys => ({
  readWrappedKey: async () => { throw new ServiceFault(kind, 'secretsmanager', 'GetSecretValue', 'us-east-1', kind, 'no'); },
});

describe('a text', () => {
  test.each(['', '\n', '\r\n', ' '])('without %j behind it', async space => {
    expect(await readText(SECRET, holding(BLOCK + space))).toEqual({ kind: 'found', value: BLOCK });
  });

  test('in a member of an object, whatever its name', async () => {
    for (const Field of ['zmk', 'constructor', '__proto__', 'a.b']) {
      const text = `{${JSON.stringify(Field)}: ${JSON.stringify(`${BLOCK}\n`)}}`;
      expect(await readText({ ...SECRET, Field }, holding(text))).toEqual({ kind: 'found', value: BLOCK });
    }
  });

  test.each<[string, WrappedKeyReference, WrappedKeys, RegExp]>([
    ['that is not there', SECRET, fails('notFound'), /version v1 of the secret arn:.*: there is none/],
    ['that is not there, of a parameter', PARAMETER, fails('notFound'), /version 3 of the parameter \/zmk: there is none/],
    ['of bytes', SECRET, holding({ kind: 'binary' }), /stored as bytes.*--secret-string/],
    ['that is an object, without a field', SECRET, holding(`{"zmk":"${BLOCK}"}`), /is a JSON object.*Name it with field/],
    ['that is no object, with a field', { ...SECRET, Field: 'zmk' }, holding(BLOCK), /is not a JSON object, so it has no member zmk/],
    ['that is a list, with a field', { ...SECRET, Field: '0' }, holding(`["${BLOCK}"]`), /is not a JSON object/],
    ['in another member', { ...SECRET, Field: 'zmk' }, holding(`{"${BLOCK}":"x","ZMK":"${BLOCK}"}`), /without the member zmk/],
    ['of a member that every object has', { ...SECRET, Field: 'toString' }, holding(`{"zmk":"${BLOCK}"}`), /without the member toString/],
    ['that is a number', { ...SECRET, Field: 'zmk' }, holding('{"zmk":12345678}'), /its member zmk is not a text/],
    ['that is empty', SECRET, holding(' \n'), /it is empty/],
  ])('%s is refused, and not repeated', async (_, reference, store, expected) => {
    const read = await readText(reference, store);
    expect(read).toMatchObject({ kind: 'refused', reason: expect.stringMatching(expected) });
    expect(JSON.stringify(read)).not.toMatch(/K1TB00E|12345678/);
  });

  test.each([
    ['DecryptionFailure', SECRET, /aws kms cancel-key-deletion, aws kms enable-key$/],
    ['InvalidKeyId', PARAMETER, /aws kms enable-key$/],
    ['InvalidRequestException', SECRET, /after aws secretsmanager restore-secret$/],
    ['InvalidParameterException', SECRET, /Name its version by its id, not by a staging label$/],
    ['ValidationException', PARAMETER, /Name it by its name and the number of its version$/],
  ])('that %s keeps from being read: what to do', async (code, reference, advice) => {
    const store = { readWrappedKey: async () => { throw new ServiceFault('invalid', 'secretsmanager', 'GetSecretValue', 'us-east-1', code, 'no'); } };
    expect(await readText(reference, store)).toMatchObject({ kind: 'refused', reason: expect.stringMatching(advice) });
  });

  test('is not what a bug is', async () => {
    await expect(readText(SECRET, { readWrappedKey: async () => { throw new TypeError('x'); } })).rejects.toThrow(TypeError);
  });

  test('that may be read later is no refusal', async () => {
    await expect(readText(SECRET, fails('accessDenied'))).rejects.toThrow('GetSecretValue');
  });
});

test('an object may begin with the byte order mark of an editor', async () => {
  expect(await readText({ ...SECRET, Field: 'zmk' }, holding(`\uFEFF{"zmk":"${BLOCK}"}\n`))).toEqual({ kind: 'found', value: BLOCK });
});

describe('an object', () => {
  const members = ['wrappedKeyCryptogram', 'importToken'] as const;
  const read = (text: string, reference = SECRET) => readObject(reference, holding(text), members, ['parametersValidUntil']);

  test('with its members, and no others', async () => {
    expect(await read('{"wrappedKeyCryptogram":"AB\\n","importToken":"t","other":"x","parametersValidUntil":"2026"}'))
      .toEqual({ kind: 'found', value: { wrappedKeyCryptogram: 'AB', importToken: 't', parametersValidUntil: '2026' } });
  });

  test('inside of another one, as an object or as its text', async () => {
    const inner = { wrappedKeyCryptogram: 'AB', importToken: 't' };
    for (const zmk of [inner, JSON.stringify(inner)]) {
      expect(await read(JSON.stringify({ zmk }), { ...SECRET, Field: 'zmk' })).toEqual({ kind: 'found', value: inner });
    }
  });

  test.each([
    ['no object', 'ABCDEF01', /not a JSON object with the members wrappedKeyCryptogram, importToken/],
    ['a member less', '{"wrappedKeyCryptogram":"ABCDEF01"}', /its member importToken is missing/],
    ['a number', '{"wrappedKeyCryptogram":"ABCDEF01","importToken":1}', /its member importToken is not a text/],
    ['an empty member', '{"wrappedKeyCryptogram":" ","importToken":"t"}', /its member wrappedKeyCryptogram/],
  ])('%s is refused, and not repeated', async (_, text, expected) => {
    const outcome = await read(text);
    expect(outcome).toMatchObject({ kind: 'refused', reason: expect.stringMatching(expected) });
    expect(JSON.stringify(outcome)).not.toContain('ABCDEF01');
  });
});
