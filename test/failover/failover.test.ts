/** The function of docs/failover.md, as it stands there, with the app that binds it, while the Region of the primary is cut off. */
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import * as path from 'node:path';
import * as ts from 'typescript';
import { BoundFunction, documentedFunctions } from './bound-function';
import { documentedProgram } from './documented-program';
import { Event, Program, PROGRAMS, Start, Surroundings } from './programs';
import { VirtualClock } from '../emulator/clock';
import { KEY_ATTRIBUTES } from '../emulator/data-plane/test-keys';
import { effects, FaultEffect } from '../emulator/faults';
import { EmulatorServer, startEmulatorServer } from '../emulator/server';
import { Key } from '../emulator/shapes';
import { ROOT } from '../packages/places';
import { IamRequest, iamRequests } from '../permissions/iam-request';
import { Policies } from '../permissions/policies';
import { deniedRequests, unusedGrants } from '../permissions/usage';
import { pythonEnvironment } from '../python/environment';

const [PRIMARY, REPLICA] = ['us-east-1', 'us-west-2'];
const VERIFIED = { output: { verified: true }, log: [] };
const CARD = { pan: '4111111111111111', expiry: '0128' };

let functions: Readonly<Record<string, BoundFunction>>;
let server: EmulatorServer;
let clock: VirtualClock;
let keyArn: string;
let event: Event;
let program: Program | undefined;

beforeAll(async () => {
  functions = documentedFunctions();
  await pythonEnvironment();
}, 15 * 60_000);

beforeEach(async () => {
  clock = new VirtualClock();
  server = await startEmulatorServer({ clock, tps: Infinity });
  const call = async <T>(operation: string, input: object, region = PRIMARY) => server.emulator.call<T>(operation, input, { region });
  const { Key: key } = await call<{ Key: Key }>('CreateKey', { KeyAttributes: KEY_ATTRIBUTES.cvk, Exportable: true, ReplicationRegions: [REPLICA] });
  clock.advance(2);
  keyArn = key.KeyArn;
  for (const region of [PRIMARY, REPLICA]) {
    await call('CreateAlias', { AliasName: 'alias/cvk', KeyArn: keyArn.replace(PRIMARY, region) }, region);
  }
  // In the Region of the primary, while it was still there.
  const { ValidationData: cvv2 } = await call<{ ValidationData: string }>('GenerateCardValidationData', {
    KeyIdentifier: 'alias/cvk', PrimaryAccountNumber: CARD.pan, GenerationAttributes: { CardVerificationValue2: { CardExpiryDate: CARD.expiry } },
  });
  event = { ...CARD, cvv2 };
  server.emulator.log.clear();
});

afterEach(async () => {
  program?.close();
  program = undefined;
  await server.close();
});

/** The function in the primary's Region, or in another one. */
async function start(begin: Start, more: Partial<Surroundings> = {}, region = PRIMARY): Promise<Program> {
  const endpoints = { [PRIMARY]: server.url, [REPLICA]: server.url };
  program = await begin({ environment: functions[region].environment, ...more, endpoints: { ...endpoints, ...more.endpoints } });
  return program;
}
const cutOff = (effect: FaultEffect, region: string | string[] = PRIMARY) => server.emulator.faults.add({ operation: 'VerifyCardValidationData', region, effect });
/** The Regions that were asked, in this order. */
const asked = () => server.emulator.log.entries.map(({ region }) => region);
const wrong = (cvv2: string) => `${cvv2.startsWith('0') ? '1' : '0'}${cvv2.slice(1)}`;

/** Where nothing listens. */
async function closedPort(): Promise<string> {
  const listening = createServer();
  await new Promise<void>(resolve => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  await new Promise(resolve => listening.close(resolve));
  return `http://127.0.0.1:${port}`;
}

describe.each(Object.entries(PROGRAMS))('in %s', (_, begin) => {
  test('the own Region is asked while it answers', async () => {
    const { call } = await start(begin);
    expect(await call(event)).toEqual(VERIFIED);
    expect(await call({ ...event, cvv2: wrong(event.cvv2) })).toMatchObject({ error: expect.stringContaining('VerificationFailedException') });
    expect(asked()).toEqual([PRIMARY, PRIMARY]);
  });

  test('in the Region of the replica, that is the replica', async () => {
    const { call } = await start(begin, {}, REPLICA);
    expect(await call(event)).toEqual(VERIFIED);
    expect(asked()).toEqual([REPLICA]);
  });

  test.each<[string, () => FaultEffect, attempts: number]>([
    ['the connection is lost', effects.requestLost, 2],
    ['the answer is lost', effects.responseLost, 2],
    ['the service has a fault', effects.internalServerError, 2],
    ['the service is not available', effects.serviceUnavailable, 2],
    ['requests are throttled, and the retry of the SDK too', effects.throttle, 2],
  ])('a CVV2 that the primary generated is verified at the replica when %s', async (_name, effect, attempts) => {
    const { call } = await start(begin);
    cutOff(effect());
    const { output, log } = await call(event);
    expect(output).toEqual(VERIFIED.output);
    expect(asked()).toEqual([...Array<string>(attempts).fill(PRIMARY), REPLICA]);
    expect(log.map(line => JSON.parse(line)))
      .toEqual([expect.objectContaining({ level: 'WARN', code: 'REGION_FAILED', region: PRIMARY, error: expect.stringMatching(/^\w+$/) })]);
    expect(log.join()).not.toMatch(new RegExp(`${CARD.pan}|${event.cvv2}`));
    // At the replica the wrong value is as wrong.
    expect(await call({ ...event, cvv2: wrong(event.cvv2) })).toMatchObject({ error: expect.stringContaining('VerificationFailedException') });
    expect(asked().slice(attempts + 1)).toEqual([REPLICA]);
  });

  test('the replica is asked when nothing listens in the Region of the primary', async () => {
    const { call } = await start(begin, { endpoints: { [PRIMARY]: await closedPort() } });
    const { output, log } = await call(event);
    expect(output).toEqual(VERIFIED.output);
    expect(asked()).toEqual([REPLICA]);
    expect(log.map(line => JSON.parse(line))).toEqual([expect.objectContaining({ code: 'REGION_FAILED', region: PRIMARY })]);
  });

  test('the replica is asked when something before the primary answers that it is down', async () => {
    const proxy = createServer((_request, response) => response.writeHead(503, { 'content-type': 'text/html' }).end('<h1>Service Unavailable</h1>'));
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const { call } = await start(begin, { endpoints: { [PRIMARY]: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` } });
      expect(await call(event)).toEqual({ output: VERIFIED.output, log: [expect.stringContaining('REGION_FAILED')] });
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  test('the replica is asked when the primary keeps silent, within the time that is documented', async () => {
    const silent = createServer(() => {});
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    try {
      const { call } = await start(begin, { endpoints: { [PRIMARY]: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` } });
      const begun = Date.now();
      expect(await call(event)).toMatchObject({ output: VERIFIED.output });
      const seconds = (Date.now() - begun) / 1000;
      // Two attempts of a second each, what lies between them, and what a busy machine takes. By default the SDKs wait for minutes.
      expect(seconds).toBeGreaterThan(1.9);
      expect(seconds).toBeLessThan(10);
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  test('the own Region is asked first where the template could not know it', async () => {
    const { call } = await start(begin, { environment: { ...functions[PRIMARY].environment, CVK_REGIONS: `${REPLICA},${PRIMARY}` } });
    expect(await call(event)).toEqual(VERIFIED);
    expect(asked()).toEqual([PRIMARY]);
  });

  test('each Region is asked for its own key where the ARNs are listed', async () => {
    const { call } = await start(begin, { environment: { ...functions[PRIMARY].environment, CVK_IDENTIFIERS: `${keyArn},${keyArn.replace(PRIMARY, REPLICA)}` } });
    expect(await call(event)).toEqual(VERIFIED);
    cutOff(effects.requestLost());
    expect(await call(event)).toMatchObject({ output: VERIFIED.output });
    expect(server.emulator.log.entries.map(({ input }) => (input as { KeyIdentifier: string }).KeyIdentifier.split(':')[3])).toEqual([PRIMARY, PRIMARY, PRIMARY, REPLICA]);
  });

  test('with two keys, only the Regions that have both are asked', async () => {
    const environment = { ...functions[PRIMARY].environment, PEK_REGIONS: `eu-west-1,${REPLICA}`, PEK_IDENTIFIERS: 'alias/pek,alias/pek' };
    const { call } = await start(begin, { environment, prefixes: ['CVK', 'PEK'] });
    expect(await call(event)).toEqual(VERIFIED);
    expect(asked()).toEqual([REPLICA]);
  });

  test('once is enough when the retry of the SDK helps', async () => {
    const { call } = await start(begin);
    server.emulator.faults.add({ region: PRIMARY, times: 1, effect: effects.internalServerError() });
    expect(await call(event)).toEqual(VERIFIED);
    expect(asked()).toEqual([PRIMARY, PRIMARY]);
  });

  test('a Region that failed is left alone for a while, then asked first again', async () => {
    const { call } = await start(begin, { avoidedSeconds: 1 });
    const fault = cutOff(effects.internalServerError());
    expect(await call(event)).toMatchObject({ output: VERIFIED.output });
    fault.remove();
    expect(await call(event)).toEqual(VERIFIED);
    expect(asked()).toEqual([PRIMARY, PRIMARY, REPLICA, REPLICA]);
    await new Promise(resolve => setTimeout(resolve, 1_100));
    expect(await call(event)).toEqual(VERIFIED);
    expect(asked().slice(4)).toEqual([PRIMARY]);
  });

  test('when every Region fails, each was asked, and the error is told; a Region that is left alone is asked as the last', async () => {
    const { call } = await start(begin);
    const fault = cutOff(effects.internalServerError(), [PRIMARY, REPLICA]);
    const { error, log } = await call(event);
    expect(error).toContain('InternalServerException');
    expect(asked()).toEqual([PRIMARY, PRIMARY, REPLICA, REPLICA]);
    expect(log).toHaveLength(2);
    fault.remove();
    expect(await call(event)).toEqual(VERIFIED);
    expect(asked().slice(4)).toEqual([PRIMARY]);
  });

  test.each<[string, () => FaultEffect]>([
    ['AccessDeniedException', effects.accessDenied],
    ['ResourceNotFoundException', effects.notFound],
    ['ValidationException', () => ({ kind: 'error', type: 'ValidationException', message: 'not valid' })],
  ])('%s is the same everywhere: no other Region is asked', async (name, effect) => {
    const { call } = await start(begin);
    cutOff(effect());
    expect(await call(event)).toEqual({ error: expect.stringContaining(name), log: [] });
    expect(asked()).toEqual([PRIMARY]);
  });

  test('the function may make each request that it makes, and nothing else', async () => {
    const { call } = await start(begin);
    const { policies } = functions[PRIMARY];
    expect(await call(event)).toEqual(VERIFIED);
    cutOff(effects.requestLost());
    expect(await call(event)).toMatchObject({ output: VERIFIED.output });
    const { entries } = server.emulator.log;
    expect(new Set(asked())).toEqual(new Set([PRIMARY, REPLICA]));
    const requests = (await Promise.all(entries.map(async entry => iamRequests(entry, policies.account)))).flat().map(behindAlias);
    expect(await denied(requests, policies)).toEqual([]);
    expect(await unusedGrants(requests, policies)).toEqual([]);
    // Each Region of each statement is needed too.
    for (const narrowed of withoutOneResource(policies)) { expect(await denied(requests, narrowed)).not.toEqual([]); }
    // Nobody reaches a key that does not bear the alias.
    expect(await deniedRequests(entries, policies)).not.toEqual([]);
  });
});

test('the program in TypeScript has no errors of types', () => {
  const name = path.join(__dirname, 'program.ts');
  const code = documentedProgram('typescript').replace("'@aws-sdk/client-payment-cryptography-data'", "'./data-plane-client'");
  const { config } = ts.readConfigFile(path.join(ROOT, 'tsconfig.dev.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ROOT);
  const host = ts.createCompilerHost({});
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = file => file === name ? code : readFile(file);
  host.fileExists = file => file === name || fileExists(file);
  host.getSourceFile = (file, version) => file === name ? ts.createSourceFile(name, code, version) : getSourceFile(file, version);
  const compiled = ts.createProgram([name], { ...options, noEmit: true, skipLibCheck: true }, host);
  const source = compiled.getSourceFile(name)!;
  const problems = [...compiled.getSyntacticDiagnostics(source), ...compiled.getSemanticDiagnostics(source)];
  expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
}, 120_000);

/** The key bears the alias by which it was asked for. */
const behindAlias = (request: IamRequest): IamRequest => ({ ...request, context: { ...request.context, 'payment-cryptography:ResourceAliases': ['alias/cvk'] } });

async function denied(requests: readonly IamRequest[], policies: Policies): Promise<string[]> {
  const verdicts = await Promise.all(requests.map(async request => ({ request, verdict: await policies.verdict(request) })));
  return verdicts.filter(({ verdict }) => !verdict.allowed).map(({ request }) => `${request.action} on ${request.resource}`);
}

function withoutOneResource({ statements, account, region }: Policies): Policies[] {
  return statements.flatMap(statement => [statement.Resource].flat().map(resource => {
    const narrowed = { ...statement, Resource: [statement.Resource].flat().filter(other => other !== resource) };
    return new Policies(statements.map(one => one === statement ? narrowed : one), account, region);
  }));
}
