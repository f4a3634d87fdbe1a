import { pagesHelp } from './pages';
import { CARD_VERIFICATION, PRIMARY, REPLICA } from '../checked-emulator';
import { Answer, controlPlane, send, sendRaw } from '../http-client';
import { EmulatorServer, startEmulatorServer } from '../server';

let server: EmulatorServer;

beforeEach(async () => { server = await startEmulatorServer({ tps: Infinity }); });
afterEach(async () => server.close());

const get = async (page: string): Promise<Answer> => send(server.url, '', {}, 'GET', `/_emulator/${page}`);
const post = async (page: string, body: object): Promise<Answer> => send(server.url, JSON.stringify(body), {}, 'POST', `/_emulator/${page}`);
const call = async (operation: string, input: object, region = PRIMARY): Promise<Answer> =>
  controlPlane(server.url, operation, JSON.stringify(input), region);

async function createKey(more: object = {}): Promise<string> {
  const { body } = await call('CreateKey', { KeyAttributes: CARD_VERIFICATION, Exportable: true, ...more });
  return (body.Key as { KeyArn: string }).KeyArn;
}

const getKey = async (arn: string): Promise<Record<string, unknown>> => (await call('GetKey', { KeyIdentifier: arn })).body.Key as Record<string, unknown>;

test('a key reaches DELETE_COMPLETE when the clock is put forward', async () => {
  const arn = await createKey();
  await call('DeleteKey', { KeyIdentifier: arn, DeleteKeyInDays: 180 });
  expect(await post('clock', { advance: 180 * 86_400 - 10 })).toMatchObject({ status: 200, body: { now: expect.stringMatching(/^\d{4}-/) } });
  expect(await getKey(arn)).toMatchObject({ KeyState: 'DELETE_PENDING' });
  await post('clock', { advance: 10 });
  expect(await getKey(arn)).toMatchObject({ KeyState: 'DELETE_COMPLETE' });
});

test('the clock can be set, and only goes forward', async () => {
  expect((await post('clock', { set: '2199-01-01T00:00:00Z' })).body.now).toMatch(/^2199-01-01T00:00:00/);
  expect((await get('clock')).body.now).toMatch(/^2199-01-01T00:00:0/);
  expect(await post('clock', { set: '2030-01-01T00:00:00Z' })).toMatchObject({ status: 400, body: { message: expect.stringContaining('only goes forward') } });
});

test('a replication fails, then recovers', async () => {
  await post('replication', { region: REPLICA, outcome: { kind: 'fails and recovers', delay: 5, message: 'No room.', recoversAfter: 60 } });
  const arn = await createKey({ ReplicationRegions: [REPLICA] });
  const status = async (): Promise<unknown> => (await getKey(arn)).ReplicationStatus;
  expect(await status()).toEqual({ [REPLICA]: { Status: 'IN_PROGRESS' } });
  await post('clock', { advance: 5 });
  expect(await status()).toEqual({ [REPLICA]: { Status: 'FAILED', StatusMessage: 'No room.' } });
  await post('clock', { advance: 60 });
  expect(await status()).toEqual({ [REPLICA]: { Status: 'SYNCHRONIZED' } });
});

test('a fault strikes as often as it says, can be looked at, and taken away', async () => {
  await post('faults', { operation: 'ListKeys', region: PRIMARY, times: 2, effect: { kind: 'error', type: 'ThrottlingException', message: 'Slow down' } });
  expect((await call('ListKeys', {})).body).toMatchObject({ Message: 'Slow down' });
  expect((await get('faults')).body).toMatchObject({ faults: [{ operation: 'ListKeys', times: 1 }] });
  expect((await call('ListKeys', {}, REPLICA)).status).toBe(200);
  expect((await send(server.url, '', {}, 'DELETE', '/_emulator/faults')).body).toEqual({ faults: [] });
  expect((await call('ListKeys', {})).status).toBe(200);
});

test('a lost answer leaves a key behind', async () => {
  await post('faults', { operation: 'CreateKey', effect: { kind: 'connection lost', executed: true } });
  await expect(createKey()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect((await get(`state?region=${PRIMARY}`)).body.keys).toHaveLength(1);
});

test('a team decides', async () => {
  const associate = async (team: string): Promise<Answer> => call('AssociateMpaTeam', {
    Action: 'IMPORT_ROOT_PUBLIC_KEY_CERTIFICATE', MpaTeamArn: `arn:aws:mpa:${PRIMARY}:111122223333:approval-team/${team}`,
  });
  await associate('first');
  await associate('second');
  const [{ arn: session }] = (await get('approvals')).body.approvals as Array<{ arn: string }>;
  expect(await post('approvals', { session, decision: 'approve' })).toMatchObject({ status: 200 });
  expect((await call('GetMpaTeamAssociation', { Action: 'IMPORT_ROOT_PUBLIC_KEY_CERTIFICATE' })).body.MpaTeamAssociation)
    .toMatchObject({ MpaTeamArn: expect.stringMatching(/second$/), AssociationState: 'ACTIVE' });
  expect(await post('approvals', { session, decision: 'deny' })).toMatchObject({ status: 400, body: { message: expect.stringContaining('There is no session') } });
});

test('the state is told by Region, where there is any', async () => {
  const KeyArn = await createKey();
  await call('CreateAlias', { AliasName: 'alias/a', KeyArn });
  await call('EnableDefaultKeyReplicationRegions', { ReplicationRegions: [REPLICA] }, 'eu-west-1');
  expect((await get('state')).body).toEqual({
    [PRIMARY]: { keys: [expect.objectContaining({ key: expect.objectContaining({ KeyArn }) })], aliases: { 'alias/a': expect.any(String) }, defaultReplicationRegions: [] },
    'eu-west-1': { keys: [], aliases: {}, defaultReplicationRegions: [REPLICA] },
  });
});

test('a reset leaves nothing', async () => {
  await createKey();
  expect((await post('reset', {})).status).toBe(200);
  expect((await get('state')).body).toEqual({});
  expect((await get('requests')).body).toEqual({ requests: [], forgotten: 0 });
});

test('a note stands on the timeline', async () => {
  expect(await post('notes', { text: 'cdk deploy' })).toMatchObject({ status: 200, body: { text: 'cdk deploy' } });
  expect(server.emulator.notes.after(0)).toEqual([{ number: 1, time: expect.any(Number), text: 'cdk deploy' }]);
});

test('an unknown page lists those that there are', async () => {
  const { status, body } = await get('x');
  expect(status).toBe(404);
  for (const [page] of pagesHelp()) expect(body.message).toContain(page);
});

test.each<[string, object, string]>([
  ['clock', {}, 'either advance, in seconds, or set'],
  ['clock', { advance: 1, set: 'x' }, 'either advance, in seconds, or set'],
  ['clock', { advance: -1 }, 'The body.advance must be a number from 0.'],
  ['clock', { advance: 1e12 }, 'must stay before 2200'],
  ['clock', { set: 'soon' }, 'set must be a time'],
  ['clock', { forward: 1 }, 'The body must be an object with advance, set, and has forward.'],
  ['clock', [], 'The body must be an object'],
  ['replication', { region: REPLICA, outcome: { kind: 'explodes' } }, 'The body.outcome.kind must be one of synchronizes, fails, stays in progress, fails and recovers.'],
  ['replication', { region: REPLICA, outcome: { kind: 'fails and recovers' } }, 'The body.outcome.recoversAfter must be a number from 0.'],
  ['replication', { outcome: { kind: 'fails' } }, 'The body.region must be a string.'],
  ['faults', { operation: 7, effect: { kind: 'delay', seconds: 1 } }, 'The body.operation must be a string or a list of strings.'],
  ['faults', { effect: { kind: 'error', type: 'Nothing' } }, 'The body.effect.type must be one of AccessDeniedException,'],
  ['faults', { operation: 'ListKey', effect: { kind: 'delay', seconds: 1 } }, 'There is no operation ListKey. There are: '],
  ['faults', { region: ['us-east-1', 'moon'], effect: { kind: 'delay', seconds: 1 } }, 'There is no Region moon.'],
  ['replication', { region: 'moon', outcome: { kind: 'fails' } }, 'There is no Region moon. There are: us-east-1,'],
  ['faults', {}, 'The body.effect.kind must be one of'],
  ['notes', { text: '' }, 'text must have 1 to 200 characters.'],
  ['notes', { text: 'x'.repeat(201) }, 'text must have 1 to 200 characters.'],
  ['notes', { text: 7 }, 'The body.text must be a string.'],
])('%s with %j is refused', async (page, body, message) => {
  expect(await post(page, body)).toMatchObject({ status: 400, body: { message: expect.stringContaining(message) } });
});

test('a body that is not JSON is refused', async () => {
  expect(await send(server.url, '{', {}, 'POST', '/_emulator/faults')).toMatchObject({ status: 400, body: { message: 'The body must be JSON.' } });
});

describe('a page of the web', () => {
  const reset = async (headers: Record<string, string>): Promise<number> => (await sendRaw(server.url, '', headers, 'POST', '/_emulator/reset')).status;

  test.each<[number, Record<string, string>]>([
    [403, { origin: 'https://shop.example' }],
    [403, { origin: 'null' }],
    [403, { origin: 'http://127.0.0.1:1' }],
    [403, { host: 'shop.example' }],
    [403, { host: 'shop.example:4700', origin: 'http://shop.example:4700' }],
    [403, { host: 'localhost.shop.example' }],
    [200, { host: 'localhost:4700' }],
    [200, { host: '[::1]:4700' }],
    [200, { host: 'localhost:4700', origin: 'http://localhost:4700' }],
    [403, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'empty' }],
    [403, { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    [200, { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' }],
  ])('%d for %j', async (status, headers) => {
    await createKey();
    expect(await reset(headers)).toBe(status);
    expect(server.emulator.snapshot(PRIMARY).keys).toHaveLength(status === 200 ? 0 : 1);
  });

  test.each<[number, Record<string, string>]>([
    [403, { origin: 'https://shop.example' }],
    [403, { origin: 'null' }],
    [403, { host: 'shop.example:4700', origin: 'http://shop.example:4700' }],
    [200, { host: 'localhost:4700', origin: 'http://localhost:4700' }],
    // No browser sends this: a name that somebody gave to this machine.
    [200, { host: 'payment-cryptography.example' }],
  ])('%d for an operation with %j', async (status, headers) => {
    const KeyIdentifier = await createKey();
    expect((await controlPlane(server.url, 'DeleteKey', JSON.stringify({ KeyIdentifier }), PRIMARY, headers)).status).toBe(status);
    const [{ key }] = server.emulator.snapshot(PRIMARY).keys;
    expect(key.KeyState).toBe(status === 200 ? 'DELETE_PENDING' : 'CREATE_COMPLETE');
  });

  test('reads nothing under a name of its own', async () => {
    expect(await send(server.url, '', { host: 'shop.example' }, 'GET', '/_emulator/requests')).toMatchObject({ status: 403 });
  });

  test.each([[200, '[::1]:4700'], [200, 'emulator:4700'], [200, 'host.docker.internal:4700'], [200, '192.0.2.7:4700'], [403, 'shop.example']])('%d for Host %s of a server that listens on all addresses', async (status, host) => {
    const open = await startEmulatorServer({ host: '0.0.0.0' });
    try {
      expect((await sendRaw(open.url, '', { host }, 'POST', '/_emulator/reset')).status).toBe(status);
    } finally {
      await open.close();
    }
  });
});
