/** No key material stands in any page, log, error or answer: looked for in hexadecimal and in base64. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { PRIMARY, REPLICA } from './checked-emulator';
import { KEY_ATTRIBUTES } from './data-plane/test-keys';
import { authorization, controlPlane, send, sendRaw } from './http-client';
import { KeyRecord } from './key-record';
import { EventClient } from './live-page/event-client';
import { appendingTo } from './request-file';
import { logLine } from './request-log';
import { EmulatorServer, startEmulatorServer } from './server';
import { Key } from './shapes';

const PAN = '4123456789012345';

let server: EmulatorServer;
let directory: string;
/** Everything that somebody may see: answers, pages, logs. */
let seen: string[];

beforeAll(async () => {
  server = await startEmulatorServer({ tps: Infinity, replicationDelay: 0 });
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'leaks-'));
  seen = [];
  server.emulator.log.listen(entry => seen.push(logLine(entry)));
  server.emulator.log.listen(appendingTo(path.join(directory, 'log'), sentence => { throw new Error(sentence); }));
  const control = async (operation: string, input: object): Promise<Record<string, unknown>> => {
    const { body } = await controlPlane(server.url, operation, JSON.stringify(input), PRIMARY);
    seen.push(JSON.stringify(body));
    return body;
  };
  const data = async (where: string, input: object): Promise<void> => {
    const { body } = await send(server.url, JSON.stringify(input), { authorization: authorization(PRIMARY, 'payment-cryptography') }, 'POST', where);
    seen.push(JSON.stringify(body));
  };
  const arns = new Map<string, string>();
  for (const [name, KeyAttributes] of Object.entries(KEY_ATTRIBUTES)) {
    const { Key: key } = await control('CreateKey', { KeyAttributes, Exportable: true, ReplicationRegions: [REPLICA] });
    arns.set(name, (key as Key).KeyArn);
  }
  const [cvk, kek] = ['cvk', 'kek'].map(name => arns.get(name)!);
  const exported = await control('ExportKey', { ExportKeyIdentifier: cvk, KeyMaterial: { Tr31KeyBlock: { WrappingKeyIdentifier: kek } } });
  const { KeyMaterial: block } = exported.WrappedKey as { KeyMaterial: string };
  // Once as it is, and once as the service refuses it.
  for (const WrappedKeyBlock of [block, block.replace(/.$/, last => last === '0' ? '1' : '0'), block.slice(0, -8)]) {
    await control('ImportKey', { KeyMaterial: { Tr31KeyBlock: { WrappingKeyIdentifier: kek, WrappedKeyBlock } } });
  }
  for (const KeyIdentifier of arns.values()) {
    const validation = { CardVerificationValue2: { CardExpiryDate: '1230' } };
    await data('/cardvalidationdata/generate', { KeyIdentifier, PrimaryAccountNumber: PAN, GenerationAttributes: validation });
    await data(`/keys/${encodeURIComponent(KeyIdentifier)}/encrypt`, { PlainText: '0011223344556677', EncryptionAttributes: { Symmetric: { Mode: 'ECB' } } });
  }
  for (const page of ['requests?limit=1000', 'state', 'faults', 'approvals']) {
    seen.push((await sendRaw(server.url, '', {}, 'GET', `/_emulator/${page}`)).text);
  }
  seen.push(await livePageSees());
  seen.push(fs.readFileSync(path.join(directory, 'log'), 'utf8'));
}, 60_000);

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true });
});

/** The snapshot that a live page gets. */
async function livePageSees(): Promise<string> {
  const client = await EventClient.connect(server.url);
  const { data } = await client.next();
  client.close();
  return JSON.stringify(data);
}

/** The material of every key; of a key pair, what makes its private key. */
function materials(): Buffer[] {
  const { service } = server.emulator as unknown as { service: { keys: Map<string, KeyRecord> } };
  return [...service.keys.values()].map(({ material: { secret, privateKey } }) =>
    secret ?? Buffer.from(privateKey!.export({ format: 'jwk' }).d!, 'base64url'));
}

test('in hexadecimal or base64, key material stands nowhere', () => {
  const everything = seen.join('\n');
  expect(everything).toContain('KeyCheckValue');
  expect(materials().length).toBeGreaterThan(Object.keys(KEY_ATTRIBUTES).length);
  for (const material of materials()) {
    // A part would be enough for whoever finds it.
    const [hex, base64] = [material.subarray(0, 12).toString('hex'), material.subarray(0, 12).toString('base64')];
    expect(everything.toLowerCase()).not.toContain(hex);
    expect(everything).not.toContain(base64);
    expect(everything).not.toContain(base64.replaceAll('+', '-').replaceAll('/', '_'));
  }
});

test('pages and log files show no key block, plaintext or PAN', () => {
  const shown = seen.slice(-6).join('\n');
  expect(shown).toContain('GenerateCardValidationData');
  for (const secret of [PAN, '0011223344556677', 'WrappedKeyBlock":"D']) expect(shown).not.toContain(secret);
});
