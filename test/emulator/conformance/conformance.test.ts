import { PythonEnvironment, pythonEnvironment } from '../../python/environment';
import { PRIMARY } from '../checked-emulator';
import { VirtualClock } from '../clock';
import { ErrorType } from '../errors';
import { effects, FaultEffect } from '../faults';
import { model } from '../model';
import { operations } from '../operations';
import { EmulatorOptions } from '../options';
import { responseProblems } from '../response-schema';
import { EmulatorServer, startEmulatorServer } from '../server';
import { Boto3, clientEnvironment, commandFor, Result, shell } from './clients';
import { FAILURES, OwnError } from './failures';
import { Fixture, SUCCESSES } from './successes';

const OPERATIONS = Object.keys(operations);

let python: PythonEnvironment;
let clock: VirtualClock;
let open: EmulatorServer;
let full: EmulatorServer;
let hasty: EmulatorServer;
let boto3: Boto3;
let boto3WhenFull: Boto3;
let boto3InHaste: Boto3;
let fixture: Fixture;
const problems: string[] = [];

async function start(options: EmulatorOptions): Promise<EmulatorServer> {
  const server = await startEmulatorServer({ clock, tps: Infinity, tagIndexLag: 0, ...options });
  server.emulator.log.listen(entry => problems.push(...responseProblems(entry)));
  return server;
}

beforeAll(async () => {
  python = await pythonEnvironment();
  clock = new VirtualClock();
  open = await start({});
  full = await start({ keyQuota: 0, aliasQuota: 0 });
  hasty = await start({ tps: 1 });
  [boto3, boto3WhenFull, boto3InHaste] = [open, full, hasty].map(({ url }) => new Boto3(python, clientEnvironment(url)));
  fixture = new Fixture(open.emulator, seconds => clock.advance(seconds));
}, 15 * 60_000);

afterAll(async () => {
  [boto3, boto3WhenFull, boto3InHaste].forEach(client => client?.close());
  await Promise.all([open, full, hasty].map(async server => server?.close()));
});

afterEach(() => expect(problems.splice(0)).toEqual([]));

test('every operation of the model is built and has its rows', () => {
  expect([...OPERATIONS].sort()).toEqual(Object.keys(model.operations).sort());
  expect(Object.keys(SUCCESSES).sort()).toEqual([...OPERATIONS].sort());
  expect(Object.keys(FAILURES).sort()).toEqual([...OPERATIONS].sort());
});

describe('boto3', () => {
  test.each(OPERATIONS)('%s succeeds', async operation => {
    const { input, region = PRIMARY, output } = await SUCCESSES[operation](fixture);
    expect(await boto3.call({ operation, input, region })).toEqual({ output });
  });

  test('timestamps are times', async () => {
    const KeyIdentifier = await fixture.key();
    const { output } = await boto3.call({ operation: 'GetKey', input: { KeyIdentifier }, region: PRIMARY });
    expect(output).toMatchObject({ Key: { CreateTimestamp: { timestamp: clock.now() / 1000 } } });
  });

  test('its paginators fetch every page', async () => {
    const region = 'sa-east-1';
    for (let count = 0; count < 7; count += 1) {
      await open.emulator.call('CreateAlias', { AliasName: `alias/page-${count}` }, { region });
    }
    const { output } = await boto3.call({ operation: 'ListAliases', input: {}, region }, { PageSize: 3 });
    expect(output!.Aliases).toHaveLength(7);
    expect(open.emulator.log.entries.filter(entry => entry.operation === 'ListAliases' && entry.region === region)).toHaveLength(3);
  });

  test('finds keys by tag', async () => {
    const Tags = [{ Key: 'found', Value: 'yes' }];
    const ResourceARN = await fixture.key({ Tags });
    const input = { TagFilters: [{ Key: 'found', Values: ['yes'] }], ResourceTypeFilters: ['payment-cryptography:key'] };
    const { output } = await boto3.call({ service: 'resourcegroupstaggingapi', operation: 'GetResources', input, region: PRIMARY });
    expect(output!.ResourceTagMappingList).toEqual([{ ResourceARN, Tags }]);
  });

  test('sees a lost response as a closed connection', async () => {
    const fault = open.emulator.faults.add({ operation: 'ListKeys', effect: effects.responseLost() });
    const { error } = await boto3.call({ operation: 'ListKeys', input: {}, region: PRIMARY });
    fault.remove();
    expect(error!.class).toBe('ConnectionClosedError');
  });
});

const listed = (operation: string): ErrorType[] => model.operations[operation].errors.map(error => error.shape as ErrorType);
const cells = OPERATIONS.flatMap(operation => listed(operation).map(error => ({ operation, error, own: FAILURES[operation]?.[error as OwnError] })));
const [outOfReach, reachable] = [true, false].map(unreachable => cells.filter(({ own }) => (typeof own === 'string') === unreachable));

/** Only ever raised: a reason must not take the place of a provocation unnoticed. */
const REACHABLE = 187;

const BY_FAULT: Partial<Record<ErrorType, FaultEffect>> = {
  AccessDeniedException: effects.accessDenied(),
  InternalServerException: effects.internalServerError(),
  ServiceUnavailableException: effects.serviceUnavailable(),
};

async function provokeByFault(operation: string, effect: FaultEffect): Promise<Result> {
  const { input, region = PRIMARY } = await SUCCESSES[operation](fixture);
  const fault = open.emulator.faults.add({ operation, effect });
  const result = await boto3.call({ operation, input, region });
  fault.remove();
  return result;
}

/** The first of two calls at the same moment takes the only token. */
async function provokeThrottling(operation: string): Promise<Result> {
  const { input, region = PRIMARY } = await SUCCESSES[operation](fixture);
  clock.advance(1);
  await boto3InHaste.call({ operation, input, region });
  return boto3InHaste.call({ operation, input, region });
}

/** Which errors come only when a quota of the account is used up. */
const NEEDS_FULL_ACCOUNT = ['CreateKey', 'CreateAlias', 'ImportKey'];

async function provoke(operation: string, error: ErrorType): Promise<Result> {
  const effect = BY_FAULT[error];
  if (effect !== undefined) return provokeByFault(operation, effect);
  if (error === 'ThrottlingException') return provokeThrottling(operation);
  const provocation = FAILURES[operation][error as OwnError];
  if (typeof provocation !== 'function') throw new Error(`The table has a hole: ${operation} × ${error}`);
  const client = error === 'ServiceQuotaExceededException' && NEEDS_FULL_ACCOUNT.includes(operation) ? boto3WhenFull : boto3;
  return client.call({ operation, input: await provocation(fixture), region: PRIMARY });
}

describe('errors in boto3', () => {
  test.each(reachable)('$operation × $error', async ({ operation, error }) => {
    const result = await provoke(operation, error);
    expect(result.error).toMatchObject({
      class: error,
      code: error,
      status: error === 'InternalServerException' || error === 'ServiceUnavailableException' ? 500 : 400,
      message: error === 'ResourceNotFoundException' ? '' : expect.stringMatching(/./),
      resourceId: error === 'ResourceNotFoundException' ? expect.stringMatching(/absent|abcdefghij234567|IMPORT_ROOT_PUBLIC_KEY_CERTIFICATE/) : null,
    });
  });

  test('any other error is out of reach for a reason', () => {
    expect(outOfReach.filter(({ own }) => own === '')).toEqual([]);
    expect([reachable.length, outOfReach.length]).toEqual([REACHABLE, cells.length - REACHABLE]);
  });

  test('the table has no row the model does not list', () => {
    for (const [operation, failures] of Object.entries(FAILURES)) {
      const surplus = Object.entries(failures).filter(([error, cell]) => typeof cell !== 'string' && !listed(operation).includes(error as ErrorType));
      expect([operation, surplus]).toEqual([operation, []]);
    }
  });
});

describe('the AWS CLI', () => {
  test.each(OPERATIONS)('%s succeeds', async operation => {
    const { input, region = PRIMARY, output } = await SUCCESSES[operation](fixture);
    const result = await shell(commandFor({ operation, input, region }), python, clientEnvironment(open.url));
    expect(result).toMatchObject({ code: 0, errors: '' });
    expect(JSON.parse(result.output || '{}')).toEqual(output);
  });

  test('prints errors by name', async () => {
    const env = clientEnvironment(open.url);
    const get = async (identifier: string): Promise<string> =>
      (await shell(`aws payment-cryptography get-key --region us-east-1 --key-identifier ${identifier}`, python, env)).errors;
    expect(await get('alias/nothing')).toContain('(ResourceNotFoundException) when calling the GetKey operation');
    expect(await get('abcdefghij234567')).toContain("(ValidationException) when calling the GetKey operation: 1 validation error detected: Value 'abcdefghij234567' at 'keyIdentifier'");
  });
});
