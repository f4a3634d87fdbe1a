/** The command itself: what it prints, on which addresses it listens, and that nothing is left of it, however it ends. */
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { FREE_PORTS, Started, startLocal } from './start';
import { isRunning, listeningAddresses, processesAreVisible, processTree } from '../e2e/engine/processes';

const onLinux = processesAreVisible ? test : test.skip;
const LAST_LINE = 'Ctrl-C ends everything';
/** A command says that it runs. */
const RUNNING = 'echo running';

/** The processes of the stage, and the folder that the engine keeps its files in. */
function traces(local: Started): { tree: number[]; engine: number; scratch: string } {
  const tree = processTree(local.pid);
  const isEngine = (pid: number): boolean => fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('launcher.py');
  const engine = tree.find(isEngine)!;
  return { tree, engine, scratch: fs.readlinkSync(`/proc/${engine}/cwd`) };
}

/** Soon, since a process whose parent is gone is noted as ended by whoever takes its place. */
async function isGoneSoon(pids: readonly number[], scratch = ''): Promise<boolean> {
  for (let look = 0; look < 100; look += 1) {
    if (!pids.some(isRunning) && !fs.existsSync(scratch)) return true;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return false;
}

/** The variables that the printed commands set, by a shell. */
const exported = (output: string): Map<string, string> =>
  new Map([...output.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));

const ownEnds = test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const);

describe('held open', () => {
  ownEnds('it prints what to paste, listens on loopback only, and ends at %s with all that it started', async signal => {
    const local = startLocal([...FREE_PORTS, '--regions', 'eu-west-1,us-east-2', '--account', '444455556666']);
    const output = await local.shows(LAST_LINE);
    const variables = exported(output);
    const endpoints = ['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY'].map(name => new URL(variables.get(name)!));
    expect(Object.fromEntries(variables)).toMatchObject({ AWS_REGION: 'eu-west-1', CDK_DEFAULT_ACCOUNT: '444455556666', CDK_DEFAULT_REGION: 'eu-west-1' });
    expect(output).toContain('npx cdk deploy --all');
    expect(output).toContain('payment-cryptography list-keys --region eu-west-1');
    expect(output).toContain(`in a browser:  ${endpoints[1].origin}/\n`);
    expect((await fetch(endpoints[1])).headers.get('content-type')).toMatch(/^text\/html/);
    const { tree, scratch } = processesAreVisible ? traces(local) : { tree: [], scratch: '' };
    if (processesAreVisible) expect(listeningAddresses(tree).sort()).toEqual(endpoints.map(({ host }) => host).sort());
    local.send(signal);
    expect(await local.ended).toMatchObject({ code: 0, errors: expect.stringContaining('Ending.') });
    expect(await isGoneSoon(tree, scratch)).toBe(true);
  }, 60_000);

  onLinux.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('%s to npm ends it, though npm does not pass it on', async signal => {
    const local = startLocal(FREE_PORTS, {}, ['npm', 'run', 'local', '--']);
    await local.shows(LAST_LINE);
    const { tree, scratch } = traces(local);
    local.send(signal);
    expect(await isGoneSoon(tree, scratch)).toBe(true);
  }, 60_000);

  onLinux('an engine that dies ends the stage, with what it printed', async () => {
    const local = startLocal(FREE_PORTS);
    await local.shows(LAST_LINE);
    const { tree, engine, scratch } = traces(local);
    process.kill(engine, 'SIGKILL');
    const { code, errors } = await local.ended;
    expect(code).toBe(1);
    expect(errors).toContain('The local AWS engine ended (SIGKILL), and so does the stage');
    expect(await isGoneSoon(tree, scratch)).toBe(true);
  }, 60_000);
});

describe('before it is there', () => {
  test.each([['port', 'emulator-port'], ['emulator-port', 'port']])('a taken --%s is said at once, with what to do', async (taken, free) => {
    const other = net.createServer();
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as net.AddressInfo;
    const { code, output, errors } = await startLocal([`--${taken}`, String(port), `--${free}`, '0']).ended;
    other.close();
    expect([code, output]).toEqual([1, '']);
    expect(errors).toBe(`Port ${port} is taken, perhaps by another stage or emulator. End that, or choose another port with --${taken} (0 for any free one).\n`);
  }, 60_000);

  test('a wrong option is an error of use', async () => {
    expect(await startLocal(['--regions', 'Oregon']).ended)
      .toEqual({ code: 2, output: '', errors: '--regions needs the name of a Region, not "Oregon". See --help.\n' });
  }, 60_000);

  onLinux('interrupted while it starts, it says so and leaves nothing', async () => {
    const local = startLocal(FREE_PORTS);
    await local.shows('AWS Payment Cryptography');
    const tree = processTree(local.pid);
    local.send('SIGINT');
    expect(await local.ended).toMatchObject({ code: 130, output: '', errors: expect.stringContaining('Ending: SIGINT.') });
    expect(await isGoneSoon(tree)).toBe(true);
  }, 60_000);
});

describe('--exec', () => {
  test('runs a command in the folder of the user, with everything set, and ends with its exit code', async () => {
    const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'user-')));
    const command = 'pwd; echo $AWS_ENDPOINT_URL $AWS_REGION; echo [$AWS_PROFILE$AWS_ENDPOINT_URL_SSM]; exit 7';
    const elsewhere = { INIT_CWD: folder, AWS_PROFILE: 'production', AWS_ENDPOINT_URL_SSM: 'https://ssm.example.com', AWS_REGION: 'ap-south-1' };
    const { code, output } = await startLocal([...FREE_PORTS, '--exec', command], elsewhere).ended;
    fs.rmdirSync(folder);
    expect(code).toBe(7);
    expect(output).toMatch(new RegExp(`^${folder}\nhttp://127\\.0\\.0\\.1:\\d+ us-east-1\n\\[\\]\n$`));
  }, 60_000);

  test('what the printed commands set is what it sets', async () => {
    const local = startLocal(FREE_PORTS);
    const names = [...exported(await local.shows(LAST_LINE)).keys()];
    local.send('SIGTERM');
    await local.ended;
    const { output } = await startLocal([...FREE_PORTS, '--exec', 'env']).ended;
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter(name => !output.includes(`${name}=`))).toEqual([]);
  }, 60_000);

  onLinux('what the command left running ends with it', async () => {
    const { code, output } = await startLocal([...FREE_PORTS, '--exec', 'sleep 300 > /dev/null 2>&1 & echo $!']).ended;
    expect(code).toBe(0);
    expect(await isGoneSoon([Number(output)])).toBe(true);
  }, 60_000);

  onLinux('a signal ends the command and all below it', async () => {
    const local = startLocal([...FREE_PORTS, '--exec', `${RUNNING}; sh -c "sleep 300; true"; true`]);
    await local.shows('running');
    // The program, two shells, sleep, the engine.
    while (processTree(local.pid).length < 5) await new Promise(resolve => setTimeout(resolve, 20));
    const { tree, scratch } = traces(local);
    local.send('SIGTERM');
    expect((await local.ended).code).toBe(143);
    expect(await isGoneSoon(tree, scratch)).toBe(true);
  }, 60_000);

  onLinux('an engine that dies ends the command, and is the reason', async () => {
    const local = startLocal([...FREE_PORTS, '--exec', `${RUNNING}; sleep 300; true`]);
    await local.shows('running');
    const { tree, engine } = traces(local);
    process.kill(engine, 'SIGKILL');
    expect(await local.ended).toMatchObject({ code: 1, errors: expect.stringContaining('The local AWS engine ended (SIGKILL)') });
    expect(await isGoneSoon(tree)).toBe(true);
  }, 60_000);

  onLinux('a second Ctrl-C does not wait for a command that does not end', async () => {
    const local = startLocal([...FREE_PORTS, '--exec', `trap '' INT; ${RUNNING}; while true; do sleep 1; done`]);
    await local.shows('running');
    const { tree, scratch } = traces(local);
    local.send('SIGINT');
    // One Ctrl-C may arrive twice.
    local.send('SIGINT');
    await new Promise(resolve => setTimeout(resolve, 1_000));
    expect(isRunning(local.pid)).toBe(true);
    const begin = Date.now();
    local.send('SIGINT');
    expect(await local.ended).toMatchObject({ code: 130, errors: expect.stringContaining('Not waiting any longer.') });
    expect(Date.now() - begin).toBeLessThan(2_000);
    expect(await isGoneSoon(tree, scratch)).toBe(true);
  }, 60_000);
});

