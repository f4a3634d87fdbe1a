import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CARD_VERIFICATION, PRIMARY, REPLICA } from './checked-emulator';
import { Emulator } from './emulator';
import { Answer, controlPlane, send } from './http-client';
import { runProgram } from './run-program';
import { EmulatorServer, EmulatorServerOptions, startEmulatorServer } from './server';
import { Key } from './shapes';
import { decode, encode } from './state-codec';
import { mayHaveChanged } from './state-file';

let directory: string;
let file: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'state-'));
  file = path.join(directory, 'state');
});
afterEach(() => fs.rmSync(directory, { recursive: true }));

const start = async (options: EmulatorServerOptions = {}): Promise<EmulatorServer> =>
  startEmulatorServer({ tps: Infinity, stateFile: file, ...options });

/** Runs with a server that ends afterwards. */
async function withServer<T>(use: (server: EmulatorServer) => Promise<T>, options: EmulatorServerOptions = {}): Promise<T> {
  const server = await start(options);
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

const ask = async ({ url }: EmulatorServer, operation: string, input: object, region = PRIMARY): Promise<Answer> =>
  controlPlane(url, operation, JSON.stringify(input), region);

async function createKey(server: EmulatorServer, more: object = {}): Promise<Key> {
  return (await ask(server, 'CreateKey', { KeyAttributes: CARD_VERIFICATION, Exportable: true, ...more })).body.Key as unknown as Key;
}

test('everything survives a restart, what is under way too', async () => {
  const before = await withServer(async server => {
    const { KeyArn } = await createKey(server, { ReplicationRegions: [REPLICA], Tags: [{ Key: 'a', Value: '1' }, { Key: '$', Value: 'map' }] });
    await createKey(server, { KeyAttributes: { ...CARD_VERIFICATION, KeyUsage: 'TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', KeyClass: 'ASYMMETRIC_KEY_PAIR', KeyAlgorithm: 'ECC_NIST_P256', KeyModesOfUse: { DeriveKey: true } }, DeriveKeyUsage: 'TR31_K0_KEY_ENCRYPTION_KEY' });
    const { KeyArn: leaving } = await createKey(server);
    await ask(server, 'DeleteKey', { KeyIdentifier: leaving, DeleteKeyInDays: 3 });
    await ask(server, 'CreateAlias', { AliasName: 'alias/a', KeyArn });
    await ask(server, 'EnableDefaultKeyReplicationRegions', { ReplicationRegions: ['eu-west-1'] });
    return server.emulator.snapshot(PRIMARY);
  }, { replicationDelay: 3600 });
  expect(before.keys.map(({ key }) => [key.KeyState, key.ReplicationStatus])).toEqual([
    ['CREATE_COMPLETE', { [REPLICA]: { Status: 'IN_PROGRESS' } }], ['CREATE_COMPLETE', undefined], ['DELETE_PENDING', undefined],
  ]);
  await withServer(async server => {
    expect(server.emulator.snapshot(PRIMARY)).toEqual(before);
    await send(server.url, '{"advance": 3600}', {}, 'POST', '/_emulator/clock');
    expect(server.emulator.snapshot(PRIMARY).keys[0].key.ReplicationStatus).toEqual({ [REPLICA]: { Status: 'SYNCHRONIZED' } });
    expect(server.emulator.snapshot(REPLICA).keys).toHaveLength(1);
    await send(server.url, '{"advance": 260000}', {}, 'POST', '/_emulator/clock');
  });
  await withServer(async server => {
    expect(server.emulator.snapshot(PRIMARY).keys.map(({ key }) => key.KeyState)).toEqual(['CREATE_COMPLETE', 'CREATE_COMPLETE', 'DELETE_COMPLETE']);
    expect((await createKey(server)).KeyArn).not.toBe(before.keys[0].key.KeyArn);
  });
});

test('a key is in the file before its creation is answered, and a reader of the file finds it whole at any time', async () => {
  await withServer(async server => {
    const answers = Array.from({ length: 30 }, async () => {
      const { KeyArn } = await createKey(server);
      const copy = path.join(directory, `copy-${KeyArn.slice(-16)}`);
      fs.copyFileSync(file, copy);
      return { KeyArn, copy };
    });
    for (const { KeyArn, copy } of await Promise.all(answers)) {
      const restored = await start({ stateFile: copy });
      expect(restored.emulator.snapshot(PRIMARY).keys.map(({ key }) => key.KeyArn)).toContain(KeyArn);
      await restored.close();
    }
  });
  expect(fs.readdirSync(directory).filter(name => name.endsWith('.tmp'))).toEqual([]);
});

test('a key whose answer was lost is in the file', async () => {
  await withServer(async server => {
    await send(server.url, '{"effect": {"kind": "connection lost", "executed": true}}', {}, 'POST', '/_emulator/faults');
    await expect(createKey(server)).rejects.toMatchObject({ code: 'ECONNRESET' });
    const copy = path.join(directory, 'copy');
    fs.copyFileSync(file, copy);
    await withServer(async restored => expect(restored.emulator.snapshot(PRIMARY).keys).toHaveLength(1), { stateFile: copy });
  });
});

test('the program keeps its keys when it is killed', async () => {
  let created: Promise<Key> | undefined;
  await runProgram(['--port', '0', '--state', file], (printed, stop) => {
    const url = /http:\S+/.exec(printed)?.[0];
    if (url === undefined || created !== undefined) return;
    created = createKey({ url } as EmulatorServer);
    void created.finally(() => stop('SIGKILL'));
  });
  const { KeyArn, KeyCheckValue } = (await created)!;
  expect((fs.statSync(file).mode % 0o1000).toString(8)).toBe('600');
  await withServer(async server =>
    expect((await ask(server, 'GetKey', { KeyIdentifier: KeyArn })).body.Key).toMatchObject({ KeyCheckValue }));
});

test('what an emulator that was killed had half written is removed, of one that runs it is not', async () => {
  const dead = spawnSync(process.execPath, ['--version']).pid;
  const names = [dead, process.ppid].map(pid => `state.${pid}.tmp`);
  for (const name of names) fs.writeFileSync(path.join(directory, name), 'keys');
  await withServer(async () => expect(fs.readdirSync(directory).sort()).toEqual(['state', names[1]]));
});

describe('a file is refused and left as it is', () => {
  const saved = async (): Promise<string> => {
    await withServer(async server => createKey(server));
    return fs.readFileSync(file, 'utf8');
  };

  test.each<[string, (text: string) => string, RegExp]>([
    ['empty', () => '', /is empty/],
    ['of something else', () => '{"name": "package"}\n', /is no state of this emulator/],
    ['no text', () => '\0\xff', /is no state of this emulator/],
    ['cut off', text => text.slice(0, -100), /is damaged/],
    ['cut off after its first line', text => text.split('\n')[0], /is damaged/],
    ['changed in one character', text => text.replace('CREATE_COMPLETE', 'CREATE_COMPLETF'), /is damaged/],
    ['continued', text => `${text}more`, /is damaged/],
    ['of a later version', text => text.replace('"version":2', '"version":3'), /has version 3, and this emulator reads version 2/],
  ])('%s', async (_, change, message) => {
    fs.writeFileSync(file, change(await saved()));
    const before = fs.readFileSync(file);
    await expect(start()).rejects.toThrow(message);
    await expect(start()).rejects.toThrow('It was left as it is.');
    expect(fs.readFileSync(file)).toEqual(before);
  });

  test('of another account', async () => {
    await saved();
    await expect(start({ account: '999988887777' })).rejects.toThrow('is the state of account 111122223333, and this emulator is for 999988887777');
  });

  test('that fits its checksum, and means nothing', async () => {
    const [header, content] = (await saved()).split('\n').map(line => JSON.parse(line || '{}') as object);
    const text = JSON.stringify({ ...content, service: { keys: { $: 'nonsense' } } });
    fs.writeFileSync(file, `${JSON.stringify({ ...header, sha256: createHash('sha256').update(text).digest('hex') })}\n${text}\n`);
    await expect(start()).rejects.toThrow('cannot be understood: There is no nonsense.');
  });

  test('and the program says so in a sentence', async () => {
    fs.writeFileSync(file, 'mine');
    const { code, errors } = await runProgram(['--port', '0', '--state', file]);
    expect([code, errors]).toEqual([2, `${file} is no state of this emulator. It was left as it is. Move it away, or name another file with --state.\n`]);
  });
});

test('a place that cannot be written is known at once', async () => {
  await expect(start({ stateFile: path.join(directory, 'none', 'state') })).rejects.toThrow(/cannot be written/);
});

test('when the place cannot be written any more, requests are answered, and that is said once', async () => {
  const said: string[] = [];
  await withServer(async server => {
    fs.rmSync(directory, { recursive: true });
    await createKey(server);
    await createKey(server);
    expect(server.emulator.snapshot(PRIMARY).keys).toHaveLength(2);
    fs.mkdirSync(directory);
  }, { complain: sentence => said.push(sentence) });
  expect(said).toEqual([expect.stringMatching(/^--state cannot be written, so what changes now is lost/)]);
  await withServer(async server => expect(server.emulator.snapshot(PRIMARY).keys).toHaveLength(2));
});

test('of two emulators with one file, the first one to write keeps it', async () => {
  const said: string[] = [];
  await withServer(async first => {
    await withServer(async second => {
      await createKey(second);
      await createKey(first);
    });
  }, { complain: sentence => said.push(sentence) });
  expect(said).toEqual([expect.stringMatching(/somebody else has written .*: is another emulator using it\?$/)]);
  await withServer(async server => expect(server.emulator.snapshot(PRIMARY).keys).toHaveLength(1));
});

test('what an operation may have changed is saved, and what is only looked at is not', () => {
  const changed = (operation: string): boolean => mayHaveChanged({ number: 1, time: 0, durationMilliseconds: 0, executed: true, operation });
  expect(['CreateKey', 'ImportKey', 'ExportKey', 'GetParametersForImport', 'GetPublicKeyCertificate', 'TagResource', 'Something'].every(changed)).toBe(true);
  expect(['GetKey', 'ListKeys', 'GetParameter', 'VerifyMac', 'EncryptData', 'GetCallerIdentity'].some(changed)).toBe(false);
});

describe('the codec', () => {
  test('brings back what JSON does not have', () => {
    const value = {
      map: new Map<string, unknown>([['a', new Map([[1, Buffer.from('b')]])], ['__proto__', { x: 1 }]]),
      never: Infinity,
      named: { $: 'map', value: [] },
      list: [null, true, 'text', 1.5],
    };
    expect(decode(JSON.parse(JSON.stringify(encode(value))))).toEqual(value);
  });

  test.each([[new Date()], [new Set()], [() => 1], [NaN]])('refuses %p', value => {
    expect(() => encode({ value })).toThrow(/cannot be saved/);
  });

  test('knows every member of the service, so that no addition is forgotten', () => {
    const { service } = new Emulator() as unknown as { service: object };
    const saved = new Emulator().save() as object;
    expect(Object.keys(saved).sort()).toEqual(Object.keys(service).filter(name => !['options', 'faults', 'history'].includes(name)).sort());
  });
});
