import { CreateKeyCommand, GetKeyCommand, ListKeysCommand, PaymentCryptographyClient } from '@aws-sdk/client-payment-cryptography';
import { CARD_VERIFICATION, PRIMARY } from '../checked-emulator';
import { effects } from '../faults';
import { responseProblems } from '../response-schema';
import { EmulatorServer, startEmulatorServer } from '../server';

let server: EmulatorServer;
let client: PaymentCryptographyClient;
const problems: string[] = [];

beforeEach(async () => {
  server = await startEmulatorServer({ tps: Infinity });
  server.emulator.log.listen(entry => problems.push(...responseProblems(entry)));
  client = new PaymentCryptographyClient({
    endpoint: server.url,
    region: PRIMARY,
    credentials: { accessKeyId: 'AKIAANY', secretAccessKey: 'any' },
  });
});

afterEach(async () => {
  client.destroy();
  await server.close();
  expect(problems.splice(0)).toEqual([]);
});

const create = new CreateKeyCommand({ KeyAttributes: CARD_VERIFICATION, Exportable: true });

test('reads keys and their dates', async () => {
  const { Key: created } = await client.send(create);
  const { Key: key } = await client.send(new GetKeyCommand({ KeyIdentifier: created!.KeyArn }));
  expect(key).toEqual(created);
  expect(key!.CreateTimestamp).toBeInstanceOf(Date);
  expect(key!.KeyAttributes!.KeyModesOfUse).toMatchObject({ Generate: true, NoRestrictions: false });
});

test('tells errors apart by name', async () => {
  const get = async (KeyIdentifier: string): Promise<unknown> => client.send(new GetKeyCommand({ KeyIdentifier }));
  await expect(get('alias/nothing')).rejects.toMatchObject({ name: 'ResourceNotFoundException', ResourceId: 'alias/nothing' });
  await expect(get('nothing')).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringContaining('keyIdentifier') });
});

test('tries again when it is throttled', async () => {
  server.emulator.faults.add({ operation: 'ListKeys', times: 2, effect: effects.throttle() });
  await expect(client.send(new ListKeysCommand({}))).resolves.toMatchObject({ Keys: [] });
  expect(server.emulator.log.entries.map(entry => entry.error)).toEqual(['ThrottlingException', 'ThrottlingException', undefined]);
});

test('creates three keys for one command when every response is lost', async () => {
  server.emulator.faults.add({ operation: 'CreateKey', effect: effects.responseLost() });
  await expect(client.send(create)).rejects.toThrow('socket hang up');
  expect(server.emulator.snapshot(PRIMARY).keys).toHaveLength(3);
});
