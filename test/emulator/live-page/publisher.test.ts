import { EventClient, eventually, keysOf, LiveEvent } from './event-client';
import { KeyOverview } from './overview';
import { LivePublisher, MOST_STREAMS } from './publisher';
import { CARD_VERIFICATION, PRIMARY, REPLICA } from '../checked-emulator';
import { Emulator } from '../emulator';
import { controlPlane, send, sendRaw } from '../http-client';
import { EmulatorServer, startEmulatorServer } from '../server';
import { Key } from '../shapes';

let server: EmulatorServer;
let clients: EventClient[];

beforeEach(async () => {
  clients = [];
  server = await startEmulatorServer({ tps: Infinity, replicationDelay: 1000 });
});
afterEach(async () => {
  clients.forEach(client => client.close());
  await server.close();
});

const connect = async (headers: Record<string, string> = {}): Promise<EventClient> => {
  const client = await EventClient.connect(server.url, headers);
  clients.push(client);
  return client;
};

async function createKey(more: object = {}): Promise<Key> {
  const { Key: key } = await server.emulator.call<{ Key: Key }>('CreateKey', { KeyAttributes: CARD_VERIFICATION, Exportable: true, ...more }, { region: PRIMARY });
  return key;
}

const idOf = ({ KeyArn }: Key): string => KeyArn.split('/')[1];
const stateIn = (region: string) => (key: KeyOverview): string | undefined => key.regions.find(each => each.region === region)?.state;
const tells = (member: string) => ({ data }: LiveEvent): boolean => member in data;

test('a snapshot tells keys with their Regions, aliases and tags, and what happened before', async () => {
  const key = await createKey({ ReplicationRegions: [REPLICA], Tags: [{ Key: 'team', Value: 'cards' }] });
  await server.emulator.call('CreateAlias', { AliasName: 'alias/a', KeyArn: key.KeyArn }, { region: PRIMARY });
  await server.emulator.call('CreateAlias', { AliasName: 'alias/free' }, { region: REPLICA });
  await server.emulator.call('EnableDefaultKeyReplicationRegions', { ReplicationRegions: [REPLICA] }, { region: 'eu-west-1' });
  await expect(server.emulator.call('GetAlias', { AliasName: 'alias/none' }, { region: PRIMARY })).rejects.toThrow();
  server.emulator.note('begin');
  const { event, data } = await (await connect()).next();
  expect(event).toBe('snapshot');
  expect(data).toMatchObject({
    account: '111122223333',
    requestsPerSecond: null,
    keys: [{
      id: idOf(key),
      usage: 'TR31_C0_CARD_VERIFICATION_KEY',
      modesOfUse: ['Generate', 'Verify'],
      checkValue: key.KeyCheckValue,
      regions: [
        { region: PRIMARY, state: 'CREATE_COMPLETE', aliases: ['alias/a'], tags: { team: 'cards' } },
        { region: REPLICA, state: 'IN_PROGRESS', aliases: [], tags: {} },
      ],
    }],
    regions: [
      { region: REPLICA, aliasesWithoutKey: ['alias/free'], defaultReplicationRegions: [] },
      { region: 'eu-west-1', aliasesWithoutKey: [], defaultReplicationRegions: [REPLICA] },
    ],
    stateChanges: [
      { keyId: idOf(key), region: PRIMARY, state: 'CREATE_COMPLETE' },
      { keyId: idOf(key), region: REPLICA, state: 'IN_PROGRESS' },
    ],
    changeRequests: [
      { operation: 'CreateKey', keyId: idOf(key), about: REPLICA },
      { operation: 'CreateAlias', keyId: idOf(key), about: 'alias/a' },
      { operation: 'CreateAlias', about: 'alias/free' },
      { operation: 'EnableDefaultKeyReplicationRegions', about: REPLICA },
    ],
    failedRequests: [{ operation: 'GetAlias', error: 'ResourceNotFoundException', message: expect.stringContaining('alias/none') }],
    notes: [{ text: 'begin' }],
  });
  expect(data.seconds.reduce((sum: number, { answered }: { answered: number }) => sum + answered, 0)).toBe(5);
});

test('only what changed is told', async () => {
  const [first, second] = [await createKey({ ReplicationRegions: [REPLICA] }), await createKey()];
  const client = await connect();
  await client.next();
  await server.emulator.call('TagResource', { ResourceArn: second.KeyArn, Tags: [{ Key: 'a', Value: 'b' }] }, { region: PRIMARY });
  const tagged = await client.next();
  expect(tagged).toMatchObject({ event: 'changes', data: { keys: [{ id: idOf(second), regions: [{ tags: { a: 'b' } }] }], changeRequests: [{ operation: 'TagResource', about: '1 tag' }] } });
  expect(keysOf(tagged)).toHaveLength(1);
  expect(tagged.data).not.toHaveProperty('stateChanges');
  await server.emulator.call('AddKeyReplicationRegions', { KeyIdentifier: first.KeyArn, ReplicationRegions: ['eu-west-1'] }, { region: PRIMARY });
  const added = await client.next();
  expect(keysOf(added).map(stateIn('eu-west-1'))).toEqual(['IN_PROGRESS']);
  expect(added.data.stateChanges).toMatchObject([{ keyId: idOf(first), region: 'eu-west-1', state: 'IN_PROGRESS' }]);
});

test('what the service does by itself is told, as of its own time', async () => {
  server.emulator.setReplicationOutcome(REPLICA, { kind: 'synchronizes', delay: 0.3 });
  const key = await createKey({ ReplicationRegions: [REPLICA] });
  const client = await connect();
  expect(keysOf(await client.next()).map(stateIn(REPLICA))).toEqual(['IN_PROGRESS']);
  const { data } = await client.next(tells('keys'));
  expect(data.keys.map(stateIn(REPLICA))).toEqual(['SYNCHRONIZED']);
  const [{ time, state }] = data.stateChanges as Array<{ time: number; state: string }>;
  expect(state).toBe('SYNCHRONIZED');
  // Key creation and its timestamp are of one moment.
  expect(time - key.CreateTimestamp * 1000).toBeCloseTo(300, -1);
});

test('a change that no request and no history announces is told within a second', async () => {
  await createKey();
  const client = await connect();
  await client.next();
  const { service } = server.emulator as unknown as { service: { setDefaultRegionsIn: (region: string, regions: string[]) => void } };
  const begin = Date.now();
  service.setDefaultRegionsIn(PRIMARY, [REPLICA]);
  expect((await client.next()).data.regions).toEqual([{ region: PRIMARY, aliasesWithoutKey: [], defaultReplicationRegions: [REPLICA] }]);
  expect(Date.now() - begin).toBeLessThan(1000);
});

test('a clock that is put forward is told, with the keys that it takes away', async () => {
  await server.close();
  server = await startEmulatorServer({ tps: Infinity, switches: { deletedKey: 'ResourceNotFoundException' } });
  const key = await createKey();
  const client = await connect();
  const { data: { now } } = await client.next();
  await server.emulator.call('DeleteKey', { KeyIdentifier: key.KeyArn, DeleteKeyInDays: 3 }, { region: PRIMARY });
  expect(keysOf(await client.next()).map(stateIn(PRIMARY))).toEqual(['DELETE_PENDING']);
  await send(server.url, '{"advance": 259201}', {}, 'POST', '/_emulator/clock');
  const { data } = await client.next(tells('gone'));
  expect(data).toMatchObject({ gone: [idOf(key)], clockMoved: true, stateChanges: [{ state: 'DELETE_COMPLETE' }] });
  expect(data.now - now).toBeGreaterThan(259_200_000);
});

test('after a reset everything is told anew', async () => {
  await createKey();
  const client = await connect();
  await client.next();
  await send(server.url, '{}', {}, 'POST', '/_emulator/reset');
  const { event, data } = await client.next();
  expect(event).toBe('snapshot');
  expect(data).toMatchObject({ keys: [] });
  expect(data).not.toHaveProperty('stateChanges');
  const key = await createKey();
  expect(keysOf(await client.next()).map(({ id }) => id)).toEqual([idOf(key)]);
});

test('a second page joins with what is there now, and both are told the next change once', async () => {
  await createKey();
  const first = await connect();
  await first.next();
  const key = await createKey();
  const second = await connect();
  expect(keysOf(await second.next())).toHaveLength(2);
  expect(keysOf(await first.next()).map(({ id }) => id)).toEqual([idOf(key)]);
  await server.emulator.call('StopKeyUsage', { KeyIdentifier: key.KeyArn }, { region: PRIMARY });
  for (const client of [first, second]) {
    expect(await client.next()).toMatchObject({ data: { keys: [{ id: idOf(key), enabled: false }], changeRequests: [{ operation: 'StopKeyUsage' }] } });
  }
});

test('there are no more than so many streams at once, and a place is free again when one ends', async () => {
  for (let count = 0; count < MOST_STREAMS; count += 1) expect((await connect()).status).toBe(200);
  const refused = await connect();
  expect(refused.status).toBe(503);
  await refused.ended();
  clients[0].close();
  await eventually(() => server.live.openStreams < MOST_STREAMS);
  expect((await connect()).status).toBe(200);
});

test('nobody looks: no timer, nothing kept', async () => {
  await createKey();
  const client = await connect();
  await client.next();
  const inside = server.live as unknown as { timers: unknown[]; told?: unknown };
  expect(inside).toMatchObject({ timers: [expect.anything(), expect.anything()], told: expect.anything() });
  client.close();
  await eventually(() => server.live.openStreams === 0);
  expect(inside.timers).toEqual([]);
  expect(inside.told).toBeUndefined();
});

describe('a page of the web', () => {
  test.each<[number, Record<string, string>]>([
    [403, { origin: 'https://shop.example' }],
    [403, { origin: 'null' }],
    [403, { host: 'shop.example:4700', origin: 'http://shop.example:4700' }],
    [403, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'script' }],
    [403, { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }],
    [403, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    [200, { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
    [200, { 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
    [200, {}],
  ])('%d of the stream for %j', async (status, headers) => {
    const client = await connect(headers);
    expect(client.status).toBe(status);
    expect(server.live.openStreams).toBe(status === 200 ? 1 : 0);
  });

  test.each<[number, Record<string, string>]>([
    [403, { host: 'shop.example' }],
    [403, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    // A person follows a link to it.
    [200, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
  ])('%d of the page for %j', async (status, headers) => {
    const { status: got, headers: answered, text } = await sendRaw(server.url, '', headers, 'GET', '/');
    expect(got).toBe(status);
    if (status === 200) expect(answered['content-security-policy']).toMatch(/default-src 'none'; script-src 'sha256-[\w+/]+=*'; style-src 'sha256-/);
    expect(text.startsWith('<!doctype html>')).toBe(status === 200);
  });
});

test('the page has a length for HEAD, and a signed request for it is one for an operation', async () => {
  const { headers: { 'content-length': length }, text } = await sendRaw(server.url, '', {}, 'HEAD', '/');
  expect(text).toBe('');
  expect(Number(length)).toBeGreaterThan(10_000);
  expect(await controlPlane(server.url, 'ListKeys', '{}', PRIMARY)).toMatchObject({ status: 200 });
  const signed = { authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20261121/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00' };
  expect((await sendRaw(server.url, '', signed, 'GET', '/')).text).toContain('s3 is not emulated');
});

test('a server that is closed ends its streams', async () => {
  const client = await connect();
  await client.next();
  await server.close();
  await client.ended();
  server = await startEmulatorServer({});
});

test('a connection that is gone before it is served is not kept', () => {
  const live = new LivePublisher(new Emulator());
  live.connect({ destroyed: true } as never);
  expect(live.openStreams).toBe(0);
});
