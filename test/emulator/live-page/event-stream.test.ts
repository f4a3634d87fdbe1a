/** A client that does not read what it is sent: nothing of the emulator grows because of it. */
import { EventClient, eventually, keysOf } from './event-client';
import { BEATS_UNTIL_END } from './event-stream';
import { CARD_VERIFICATION, PRIMARY } from '../checked-emulator';
import { EmulatorServer, startEmulatorServer } from '../server';
import { Key } from '../shapes';

const KEYS = 500;
const REGIONS = ['us-east-2', 'us-west-2', 'eu-west-1', 'eu-central-1'];
/** At most, with what a test writes into it. */
const BYTES_OF_A_KEY = 1600;

let server: EmulatorServer;
let clients: EventClient[];

beforeEach(async () => {
  clients = [];
  server = await startEmulatorServer({ tps: Infinity, replicationDelay: 1000 });
  for (let count = 0; count < KEYS; count += 1) await createKey({ ReplicationRegions: REGIONS });
});
afterEach(async () => {
  clients.forEach(client => client.close());
  await server.close();
});

const connect = async (): Promise<EventClient> => {
  const client = await EventClient.connect(server.url);
  clients.push(client);
  return client;
};

/** The id of a new key. */
async function createKey(more: object = {}): Promise<string> {
  const { Key: key } = await server.emulator.call<{ Key: Key }>('CreateKey', { KeyAttributes: CARD_VERIFICATION, Exportable: true, ...more }, { region: PRIMARY });
  return key.KeyArn.split('/')[1];
}

/** Changes every key, and tells it, so that the buffers of the kernel fill soon. */
function changeAllKeys(round: number): void {
  const { service } = server.emulator as unknown as { service: { keys: Map<string, { tags: Map<string, string> }> } };
  const { live } = server as unknown as { live: { publish: () => void } };
  service.keys.forEach(({ tags }) => tags.set('round', `round ${round}`.padStart(200, '.')));
  live.publish();
}

test('at most one message waits for it, and it is told everything when it reads again', async () => {
  const slow = await connect();
  await slow.next();
  slow.pause();
  let most = 0;
  for (let round = 1; round <= 60; round += 1) {
    changeAllKeys(round);
    await new Promise(resolve => setImmediate(resolve));
    most = Math.max(most, server.live.waitingBytes);
  }
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(KEYS * BYTES_OF_A_KEY);
  slow.resume();
  const { data } = await slow.next(event => event.event === 'snapshot' && keysOf(event)[0].regions[0].tags.round?.endsWith('round 60'));
  expect(data.keys).toHaveLength(KEYS);
  const id = await createKey();
  await slow.next(event => keysOf(event).some(key => key.id === id));
});

test('whoever reads nothing for some beats is disconnected, and others go on', async () => {
  const [slow, other] = [await connect(), await connect()];
  slow.pause();
  for (let round = 1; round <= 30; round += 1) {
    changeAllKeys(round);
    await other.next(event => keysOf(event).some(({ regions }) => regions[0].tags.round?.endsWith(`round ${round}`)));
  }
  const { streams } = server.live as unknown as { streams: Set<{ beat: () => void }> };
  for (let beat = 1; beat <= BEATS_UNTIL_END; beat += 1) {
    expect(server.live.openStreams).toBe(2);
    streams.forEach(stream => stream.beat());
  }
  await eventually(() => server.live.openStreams === 1);
  const id = await createKey();
  await other.next(event => keysOf(event).some(key => key.id === id));
});
