/** How fast the emulator answers, and what it occupies: 50 clients, a CVV2, a TR-31 import, and reads while RSA keys are made. */
import { Ask, Latencies, load } from './load';
import { ServerProcess, startServerProcess } from './server-process';
import { KEY_ATTRIBUTES, KeyName } from '../../emulator/data-plane/test-keys';
import { authorization, controlPlane } from '../../emulator/http-client';
import { table } from '../table';
import { Topic } from '../topic';

const REGION = 'us-east-1';
const CLIENTS = 50;
/** Seconds of each load, requests of the search for growth. */
const SHORT = { seconds: 4, requests: 40_000, imports: 200 };
const LONG = { seconds: 60, requests: 1_000_000, imports: 2_000 };

const signed = { authorization: authorization(REGION, 'payment-cryptography') };

const control = (operation: string, input: object): Ask => ({
  path: '/',
  headers: { ...signed, 'x-amz-target': `PaymentCryptographyControlPlane.${operation}` },
  body: JSON.stringify(input),
});

const data = (path: string, input: object): Ask => ({ path, headers: signed, body: JSON.stringify(input) });

async function call(url: string, operation: string, input: object): Promise<Record<string, any>> {
  const { status, body } = await controlPlane(url, operation, JSON.stringify(input), REGION);
  if (status !== 200) { throw new Error(`${operation}: ${JSON.stringify(body)}`); }
  return body;
}

async function createKey(url: string, name: KeyName): Promise<string> {
  return (await call(url, 'CreateKey', { KeyAttributes: KEY_ATTRIBUTES[name], Exportable: true })).Key.KeyArn as string;
}

/** What is asked: reading a key, a CVV2, and the import of a key that was exported before. */
async function asks(url: string): Promise<Record<'GetKey' | 'CVV2' | 'TR-31 import', Ask>> {
  const cvk = await createKey(url, 'cvk');
  const kek = await createKey(url, 'kek');
  const exported = await call(url, 'ExportKey', { ExportKeyIdentifier: cvk, KeyMaterial: { Tr31KeyBlock: { WrappingKeyIdentifier: kek } } });
  return {
    'GetKey': control('GetKey', { KeyIdentifier: cvk }),
    'CVV2': data('/cardvalidationdata/generate', {
      KeyIdentifier: cvk, PrimaryAccountNumber: '4123456789012345', GenerationAttributes: { CardVerificationValue2: { CardExpiryDate: '1230' } },
    }),
    'TR-31 import': control('ImportKey', {
      Enabled: true,
      KeyMaterial: { Tr31KeyBlock: { WrappingKeyIdentifier: kek, WrappedKeyBlock: exported.WrappedKey.KeyMaterial } },
    }),
  };
}

/** Reads while four clients make RSA keys of 4,096 bits. */
async function whileKeyPairsAreMade({ url }: ServerProcess, ask: Ask, seconds: number): Promise<Latencies> {
  const attributes = { ...KEY_ATTRIBUTES.rsa, KeyAlgorithm: 'RSA_4096' };
  const creations = load(url, control('CreateKey', { KeyAttributes: attributes, Exportable: true }), { clients: 4, until: { seconds } });
  const [reads] = await Promise.all([load(url, ask, { clients: 1, until: { seconds } }), creations]);
  return reads;
}

const milliseconds = (value: number): string => value.toFixed(2);

export async function emulator(long: boolean): Promise<Topic> {
  const { seconds, requests, imports } = long ? LONG : SHORT;
  const server = await startServerProcess(['--tps', '0', '--symmetric-tps', '0', '--asymmetric-tps', '0', '--key-quota', '1000000']);
  try {
    const { url } = server;
    const ask = await asks(url);
    const atOnce = { clients: CLIENTS, until: { seconds } };
    const loads: Record<string, Latencies> = {
      [`GetKey, ${CLIENTS} clients`]: await load(url, ask.GetKey, atOnce),
      [`CVV2, ${CLIENTS} clients`]: await load(url, ask.CVV2, atOnce),
      'CVV2, one client': await load(url, ask.CVV2, { clients: 1, until: { seconds } }),
      'TR-31 import, one client': await load(url, ask['TR-31 import'], { clients: 1, until: { requests: imports } }),
      'GetKey, one client, while RSA keys are made': await whileKeyPairsAreMade(server, ask.GetKey, seconds),
    };
    const quarters = [server.memoryMegabytes()];
    for (let quarter = 0; quarter < 4; quarter += 1) {
      await load(url, ask.CVV2, { clients: CLIENTS, until: { requests: requests / 4 } });
      quarters.push(server.memoryMegabytes());
    }
    return {
      title: 'The emulator over HTTP, in a process of its own',
      text: `${table(['', 'requests', 'per second', 'median ms', 'p99 ms'], Object.entries(loads).map(([name, { requests: count, perSecond, median, p99 }]) =>
        [name, String(count), perSecond.toFixed(0), milliseconds(median), milliseconds(p99)]))}\n`
        + `Memory before, and after each quarter of ${requests} more requests: ${quarters.map(size => size.toFixed(0)).join(', ')} MB.`,
      figures: { loads, memoryMegabytes: quarters },
    };
  } finally {
    await server.close();
  }
}
