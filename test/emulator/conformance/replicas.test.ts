import { PythonEnvironment, pythonEnvironment } from '../../python/environment';
import { inRegion, PRIMARY } from '../checked-emulator';
import { VirtualClock } from '../clock';
import { KEY_ATTRIBUTES, KeyName } from '../data-plane/test-keys';
import { authorization, send } from '../http-client';
import { dataPlaneModel } from '../model';
import { EmulatorServer, startEmulatorServer } from '../server';
import { Key } from '../shapes';
import { Boto3, clientEnvironment } from './clients';

const REPLICA = 'eu-west-1';
const PAN = '4111111111111111';

type Answer = Record<string, string>;
type Client = (operation: string, input: object, region: string) => Promise<Answer>;

let python: PythonEnvironment;
let clock: VirtualClock;
let server: EmulatorServer;
let boto3: Boto3;

beforeAll(async () => {
  python = await pythonEnvironment();
  clock = new VirtualClock();
  server = await startEmulatorServer({ clock, tps: Infinity });
  boto3 = new Boto3(python, clientEnvironment(server.url));
}, 15 * 60_000);

afterAll(async () => {
  boto3?.close();
  await server?.close();
});

async function throughBoto3(operation: string, input: object, region: string): Promise<Answer> {
  const { output, error } = await boto3.call({ service: 'payment-cryptography-data', operation, input, region });
  if (error !== undefined) throw new Error(`${error.code}: ${error.message}`);
  return output as Answer;
}

/** As the SDK for JavaScript sends it: its client of the data plane is not on every registry. */
async function byHand(operation: string, input: object, region: string): Promise<Answer> {
  const { http: { method, requestUri } } = dataPlaneModel.operations[operation];
  const { status, headers, body } = await send(server.url, JSON.stringify(input), {
    'authorization': authorization(region, 'payment-cryptography'), 'content-type': 'application/json',
  }, method, requestUri);
  if (status !== 200) throw new Error(`${String(headers['x-amzn-errortype'])}: ${JSON.stringify(body)}`);
  return body as Answer;
}

async function replicatedKey(name: KeyName): Promise<string> {
  const input = { KeyAttributes: KEY_ATTRIBUTES[name], Exportable: true, ReplicationRegions: [REPLICA] };
  const { Key: key } = await server.emulator.call<{ Key: Key }>('CreateKey', input, { region: PRIMARY });
  clock.advance(2);
  return key.KeyArn;
}

describe.each<[string, Client]>([['boto3', throughBoto3], ['a request by hand', byHand]])('made in the primary Region, by %s', (_name, call) => {
  const wrong = (text: string): string => `${text.startsWith('0') ? '1' : '0'}${text.slice(1)}`;

  test('a CVV2 is verified with the replica', async () => {
    const arn = await replicatedKey('cvk');
    const card = { PrimaryAccountNumber: PAN };
    const attributes = { CardVerificationValue2: { CardExpiryDate: '0128' } };
    const { ValidationData } = await call('GenerateCardValidationData', { KeyIdentifier: arn, ...card, GenerationAttributes: attributes }, PRIMARY);
    const verify = async (value: string): Promise<Answer> =>
      call('VerifyCardValidationData', { KeyIdentifier: inRegion(arn, REPLICA), ...card, VerificationAttributes: attributes, ValidationData: value }, REPLICA);
    expect(await verify(ValidationData)).toMatchObject({ KeyArn: inRegion(arn, REPLICA) });
    await expect(verify(wrong(ValidationData))).rejects.toThrow('VerificationFailedException');
  });

  test('a MAC is verified with the replica', async () => {
    const arn = await replicatedKey('cmac');
    const message = { MessageData: '00'.repeat(20) };
    const { Mac } = await call('GenerateMac', { KeyIdentifier: arn, ...message, GenerationAttributes: { Algorithm: 'CMAC' } }, PRIMARY);
    const verify = async (value: string): Promise<Answer> =>
      call('VerifyMac', { KeyIdentifier: inRegion(arn, REPLICA), ...message, Mac: value, VerificationAttributes: { Algorithm: 'CMAC' } }, REPLICA);
    expect(await verify(Mac)).toMatchObject({ KeyArn: inRegion(arn, REPLICA) });
    await expect(verify(wrong(Mac))).rejects.toThrow('VerificationFailedException');
  });

  test('a PIN is translated, and its PVV verified, with the replicas', async () => {
    const [pvk, pek, bdk] = [await replicatedKey('visaPvk'), await replicatedKey('pek'), await replicatedKey('bdk')];
    const account = { IsoFormat0: { PrimaryAccountNumber: PAN } };
    const dukpt = { KeySerialNumber: 'FFFF9876543210E00001' };
    const { EncryptedPinBlock, PinData } = await call('GeneratePinData', {
      GenerationKeyIdentifier: pvk,
      EncryptionKeyIdentifier: pek,
      PrimaryAccountNumber: PAN,
      PinBlockFormat: 'ISO_FORMAT_0',
      GenerationAttributes: { VisaPin: { PinVerificationKeyIndex: 1 } },
    }, PRIMARY);
    // To a key of DUKPT in one Region, and back in the other.
    const there = await call('TranslatePinData', {
      IncomingKeyIdentifier: pek,
      OutgoingKeyIdentifier: bdk,
      IncomingTranslationAttributes: account,
      OutgoingTranslationAttributes: account,
      OutgoingDukptAttributes: dukpt,
      EncryptedPinBlock,
    }, PRIMARY);
    const back = await call('TranslatePinData', {
      IncomingKeyIdentifier: inRegion(bdk, REPLICA),
      OutgoingKeyIdentifier: inRegion(pek, REPLICA),
      IncomingTranslationAttributes: account,
      OutgoingTranslationAttributes: account,
      IncomingDukptAttributes: dukpt,
      EncryptedPinBlock: there.PinBlock,
    }, REPLICA);
    expect(back.PinBlock).toBe(EncryptedPinBlock);
    const { VerificationValue } = PinData as unknown as { VerificationValue: string };
    const verify = async (value: string): Promise<Answer> => call('VerifyPinData', {
      VerificationKeyIdentifier: inRegion(pvk, REPLICA),
      EncryptionKeyIdentifier: inRegion(pek, REPLICA),
      PrimaryAccountNumber: PAN,
      PinBlockFormat: 'ISO_FORMAT_0',
      EncryptedPinBlock: back.PinBlock,
      VerificationAttributes: { VisaPin: { PinVerificationKeyIndex: 1, VerificationValue: value } },
    }, REPLICA);
    expect(await verify(VerificationValue)).toMatchObject({ VerificationKeyArn: inRegion(pvk, REPLICA) });
    await expect(verify(wrong(VerificationValue))).rejects.toThrow('VerificationFailedException');
  });
});
