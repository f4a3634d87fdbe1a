import { PythonEnvironment, pythonEnvironment } from '../../python/environment';
import { PRIMARY } from '../checked-emulator';
import { VirtualClock } from '../clock';
import { ErrorType } from '../errors';
import { effects, FaultEffect } from '../faults';
import { dataPlaneModel } from '../model';
import { EmulatorOptions } from '../options';
import { responseProblems } from '../response-schema';
import { EmulatorServer, startEmulatorServer } from '../server';
import { Boto3, clientEnvironment, commandFor, Result, shell } from './clients';
import { DATA_PLANE_CALLS, DataPlaneCall, DataPlaneFixture, WRONG_VALUES } from './data-plane-calls';

const OPERATIONS = Object.keys(dataPlaneModel.operations);
const service = 'payment-cryptography-data';

let python: PythonEnvironment;
let clock: VirtualClock;
let open: EmulatorServer;
let hasty: EmulatorServer;
let boto3: Boto3;
let boto3InHaste: Boto3;
let fixture: DataPlaneFixture;
const problems: string[] = [];

async function start(options: EmulatorOptions): Promise<EmulatorServer> {
  const server = await startEmulatorServer({ clock, tps: Infinity, symmetricTps: Infinity, asymmetricTps: Infinity, ...options });
  server.emulator.log.listen(entry => problems.push(...responseProblems(entry)));
  return server;
}

beforeAll(async () => {
  python = await pythonEnvironment();
  clock = new VirtualClock();
  open = await start({});
  hasty = await start({ symmetricTps: 1, asymmetricTps: 1 });
  [boto3, boto3InHaste] = [open, hasty].map(({ url }) => new Boto3(python, clientEnvironment(url)));
  fixture = new DataPlaneFixture(open.emulator);
}, 15 * 60_000);

afterAll(async () => {
  [boto3, boto3InHaste].forEach(client => client?.close());
  await Promise.all([open, hasty].map(async server => server?.close()));
});

afterEach(() => expect(problems.splice(0)).toEqual([]));

test('every operation of the model has calls', () => {
  expect(Object.keys(DATA_PLANE_CALLS).sort()).toEqual([...OPERATIONS].sort());
});

const first = async (operation: string): Promise<DataPlaneCall> => Object.values(DATA_PLANE_CALLS[operation])[0](fixture);

describe('boto3', () => {
  const calls = Object.entries(DATA_PLANE_CALLS).flatMap(([operation, table]) =>
    Object.entries(table).map(([name, call]) => ({ operation, name, call })));

  test.each(calls)('$operation, $name', async ({ operation, call }) => {
    const { input, output } = await call(fixture);
    expect(await boto3.call({ service, operation, input, region: PRIMARY })).toEqual({ output });
  });

  test('an alias names a key in the path', async () => {
    const AliasName = 'alias/conformance/data_1';
    const KeyArn = await fixture.key('data');
    await fixture.run('CreateAlias', { AliasName, KeyArn });
    const input = { KeyIdentifier: AliasName, PlainText: '00'.repeat(8), EncryptionAttributes: { Symmetric: { Mode: 'ECB' } } };
    expect((await boto3.call({ service, operation: 'EncryptData', input, region: PRIMARY })).output).toMatchObject({ KeyArn });
  });
});

const STATUS: Partial<Record<ErrorType, number>> = {
  AccessDeniedException: 403, ResourceNotFoundException: 404, ThrottlingException: 429, InternalServerException: 500,
};

const BARE_KEY_ID = 'abcdefghij234567';
const ABSENT_KEY = `arn:aws:payment-cryptography:${PRIMARY}:111122223333:key/${BARE_KEY_ID}`;

/** The input with another key in place of every key. */
const withKeys = (input: object, identifier: string): object =>
  JSON.parse(JSON.stringify(input), (_name, value: unknown) => (typeof value === 'string' && value.startsWith('arn:') ? identifier : value)) as object;

async function provokeByFault(operation: string, effect: FaultEffect): Promise<Result> {
  const { input } = await first(operation);
  const fault = open.emulator.faults.add({ operation, effect });
  const result = await boto3.call({ service, operation, input, region: PRIMARY });
  fault.remove();
  return result;
}

/** For each error that the model lists. */
const PROVOCATIONS: Partial<Record<ErrorType, (operation: string) => Promise<Result>>> = {
  ValidationException: async operation =>
    boto3.call({ service, operation, input: withKeys((await first(operation)).input, BARE_KEY_ID), region: PRIMARY }),
  ResourceNotFoundException: async operation =>
    boto3.call({ service, operation, input: withKeys((await first(operation)).input, ABSENT_KEY), region: PRIMARY }),
  AccessDeniedException: async operation => provokeByFault(operation, effects.accessDenied()),
  InternalServerException: async operation => provokeByFault(operation, effects.internalServerError()),
  ThrottlingException: async operation => {
    const { input } = await first(operation);
    clock.advance(1);
    await boto3InHaste.call({ service, operation, input, region: PRIMARY });
    return boto3InHaste.call({ service, operation, input, region: PRIMARY });
  },
  VerificationFailedException: async operation => {
    const { input } = await first(operation);
    return boto3.call({ service, operation, input: WRONG_VALUES[operation].spoil(input as never), region: PRIMARY });
  },
};

describe('errors in boto3', () => {
  const cells = OPERATIONS.flatMap(operation =>
    dataPlaneModel.operations[operation].errors.map(({ shape }) => ({ operation, error: shape as ErrorType })));

  test('are all listed ones', () => expect(cells).toHaveLength(79));

  test.each(cells)('$operation × $error', async ({ operation, error }) => {
    const result = await PROVOCATIONS[error]!(operation);
    expect(result.error).toEqual({
      class: error,
      code: error,
      status: STATUS[error] ?? 400,
      message: error === 'ResourceNotFoundException' ? '' : expect.stringMatching(/./),
      resourceId: error === 'ResourceNotFoundException' ? ABSENT_KEY : null,
      reason: error === 'VerificationFailedException' ? WRONG_VALUES[operation].reason : null,
      fields: error === 'ValidationException'
        ? expect.arrayContaining([{ path: expect.stringMatching(/identifier$/i), message: expect.stringContaining(BARE_KEY_ID) }])
        : null,
    });
  });
});

describe('the AWS CLI', () => {
  test.each(OPERATIONS)('%s succeeds', async operation => {
    const { input, output } = await first(operation);
    const result = await shell(commandFor({ service, operation, input, region: PRIMARY }), python, clientEnvironment(open.url));
    expect(result).toMatchObject({ code: 0, errors: '' });
    expect(JSON.parse(result.output)).toEqual(output);
  });
});
