import { helpText, parseCommandLine } from './command-line';
import { NOT_EMULATED, UNPROVEN } from './data-plane/not-emulated';
import { UsageError } from './flags';
import { dataPlaneModel, model } from './model';
import { operations } from './operations';
import { resolveOptions } from './options';
import { runProgram } from './run-program';
import { startEmulatorServer } from './server';
import { SWITCHES } from './switches';

test('without options the defaults hold', () => {
  const { server, ...rest } = parseCommandLine([]);
  expect(rest).toEqual({ help: false, log: false, logFile: undefined });
  expect(server.port).toBe(4700);
  expect(resolveOptions(server)).toMatchObject({ tps: 5, account: '111122223333', replicationDelay: 2, tagIndexLag: 2, keyQuota: 2000 });
});

test('every option reaches the emulator', () => {
  const { server, log, logFile } = parseCommandLine([
    '--port', '0', '--account', '444455556666', '--tps', '0', '--symmetric-tps', '50', '--asymmetric-tps', '0', '--replication-delay', '0.5', '--deletion-delay', '3', '--tag-index-lag', 'never',
    '--key-quota', '7', '--alias-quota', '8', '--fail-region', 'us-west-2:no: room', '--fail-region', 'eu-west-1', '--region', 'xx-new-1',
    '--switch', 'deleteOnReplica=deleted', '--log', '--log-file', 'x.log', '--log-entries', '9', '--host', '0.0.0.0', '--state', 's',
  ]);
  expect([log, logFile, server.port, server.host, server.stateFile]).toEqual([true, 'x.log', 0, '0.0.0.0', 's']);
  expect(resolveOptions(server)).toMatchObject({
    account: '444455556666',
    tps: Infinity,
    symmetricTps: 50,
    asymmetricTps: Infinity,
    replicationDelay: 0.5,
    replicaDeletionDelay: 3,
    tagIndexLag: Infinity,
    keyQuota: 7,
    aliasQuota: 8,
    replicationOutcomes: { 'us-west-2': { kind: 'fails', message: 'no: room' }, 'eu-west-1': { kind: 'fails' } },
    regions: expect.arrayContaining(['us-east-1', 'xx-new-1']),
    logBounds: expect.objectContaining({ entries: 9 }),
    switches: expect.objectContaining({ deleteOnReplica: 'deleted' }),
  });
});

test.each([
  [['--port', 'x'], /--port must be a whole number from 0 to 65535, not "x"/],
  [['--port', '70000'], /--port/],
  [['--tps=-1'], /--tps/],
  [['--replication-delay', ''], /--replication-delay/],
  [['--account', '1'], /twelve digits/],
  [['--host', 'moon'], /IP address/],
  [['--fail-region', 'moon'], /name of a Region/],
  [['--switch', 'deleteOnReplica'], /no variant/],
  [['--switch', 'x=y'], /no switch "x"/],
  [['--nothing'], /nothing/],
  [['stray'], /stray/],
])('%j is an error that says why', (args, message) => {
  expect(() => parseCommandLine(args)).toThrow(UsageError);
  expect(() => parseCommandLine(args)).toThrow(message);
});

test('help lists every switch and variant', () => {
  for (const [name, { variants }] of Object.entries(SWITCHES)) expect(helpText()).toContain(`${name}: ${variants.join(' | ')}`);
});

test('help lists every operation that is here, every page, and what is missing', () => {
  const help = helpText();
  for (const name of Object.keys(operations)) expect(help).toContain(name);
  for (const name of [...Object.keys(model.operations), ...Object.keys(dataPlaneModel.operations)]) expect(help).toContain(name);
  for (const option of [...Object.keys(NOT_EMULATED), ...Object.keys(UNPROVEN)]) expect(help).toContain(option);
  expect(help).toContain('POST /_emulator/clock');
});

test('more than loopback prints what it exposes', async () => {
  const { errors } = await runProgram(['--port', '0', '--host', '0.0.0.0'], (printed, stop) => { if (printed.includes('emulator:')) stop(); });
  expect(errors).toContain('Listening on 0.0.0.0: whoever reaches this machine can use and export every key');
});

test('a log file that cannot be written any more is said once, and changes no answer', async () => {
  let answers: Promise<number[]> | undefined;
  const { errors, code } = await runProgram(['--port', '0', '--log-file', '/dev/full'], (printed, stop) => {
    const url = /http:\S+/.exec(printed)?.[0];
    if (url === undefined || answers !== undefined) return;
    const ask = async (): Promise<number> => (await fetch(url, { method: 'POST', body: '{}' })).status;
    answers = Promise.all([ask(), ask(), ask()]);
    void answers.finally(stop);
  });
  expect(await answers).toEqual([400, 400, 400]);
  expect(errors.match(/--log-file cannot be written/g)).toHaveLength(1);
  expect(code).toBe(0);
});

test('the program starts, prints where it is, answers, and ends at a signal', async () => {
  let health: Promise<Response> | undefined;
  const { code, output } = await runProgram(['--port', '0'], (printed, stop) => {
    const url = /http:\S+/.exec(printed)?.[0];
    if (url === undefined || !printed.includes('create-key') || health !== undefined) return;
    health = fetch(`${url}/_emulator/health`);
    void health.finally(stop);
  });
  expect((await health)?.status).toBe(200);
  expect(code).toBe(0);
  expect(output).toContain('AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY=http://127.0.0.1:');
});

test('bad options and a taken port end it with a sentence', async () => {
  const taken = await startEmulatorServer();
  const [bad, busy] = await Promise.all([runProgram(['--tps', 'fast']), runProgram(['--port', String(taken.port)])]);
  await taken.close();
  expect([bad.code, bad.errors]).toEqual([2, '--tps must be a whole number from 0, not "fast". See --help.\n']);
  expect([busy.code, busy.errors]).toEqual([1, `The emulator cannot start: Port ${taken.port} is taken. Choose another with --port.\n`]);
});
