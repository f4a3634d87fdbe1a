import { execFileSync, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { announcedUrl } from '../announced-url';
import { buildPackage, COMMAND } from './build';
import { FREE_PORTS } from '../../local/start';
import { pythonEnvironment } from '../../python/environment';
import { CARD_VERIFICATION, PRIMARY } from '../checked-emulator';
import { authorization, controlPlane, send, sendRaw } from '../http-client';

let folder: string;
let command: string;

const npm = (args: string[]): void => { execFileSync('npm', args, { cwd: folder, stdio: 'pipe' }); };

/** As a user has it: installed into an empty folder, from the tarball alone. */
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'installed-'));
  const tarball = await buildPackage(path.join(folder, 'built'));
  fs.writeFileSync(path.join(folder, 'package.json'), '{"private": true}');
  npm(['install', '--offline', '--no-audit', '--no-fund', tarball]);
  fs.rmSync(path.join(folder, 'built'), { recursive: true });
  command = path.join(folder, 'node_modules', '.bin', COMMAND);
}, 120_000);

afterAll(() => fs.rmSync(folder, { recursive: true }));

test('nothing but the package is installed, and it says how it is called', () => {
  expect(fs.readdirSync(path.join(folder, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual([COMMAND]);
  const files = fs.readdirSync(path.join(folder, 'node_modules', COMMAND)).sort();
  expect(files).toEqual(['LICENSE', 'README.md', 'emulator.js', 'launcher.py', 'live-page.html', 'native_keys.py', 'package.json', 'requirements.txt']);
  expect(execFileSync(command, ['--help'], { encoding: 'utf8' })).toContain(`Usage: ${COMMAND} [options]`);
  expect(execFileSync(command, ['local', '--help'], { encoding: 'utf8' })).toContain(`Usage: ${COMMAND} local [options]`);
});

test('started in the empty folder, it serves both planes and the live page, and ends at SIGTERM', async () => {
  const child = spawn(command, ['--port', '0', '--state', 'state'], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>(resolve => child.on('close', resolve));
  const url = await announcedUrl(child);
  const created = await controlPlane(url, 'CreateKey', JSON.stringify({ KeyAttributes: CARD_VERIFICATION, Exportable: true }), PRIMARY);
  const { KeyArn } = created.body.Key as { KeyArn: string };
  const input = { KeyIdentifier: KeyArn, PrimaryAccountNumber: '4123456789012345', GenerationAttributes: { CardVerificationValue2: { CardExpiryDate: '1230' } } };
  expect(await send(url, JSON.stringify(input), { authorization: authorization(PRIMARY, 'payment-cryptography') }, 'POST', '/cardvalidationdata/generate'))
    .toMatchObject({ status: 200, body: { ValidationData: expect.stringMatching(/^\d{3}$/) } });
  expect(await controlPlane(url, 'GetParametersForImport', JSON.stringify({ KeyMaterialType: 'KEY_CRYPTOGRAM', WrappingKeyAlgorithm: 'RSA_2048' }), PRIMARY))
    .toMatchObject({ status: 200 });
  expect((await sendRaw(url, '', {}, 'GET', '/')).text).toContain('<title>AWS Payment Cryptography emulator</title>');
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(fs.readFileSync(path.join(folder, 'state'), 'utf8')).toContain(KeyArn.slice(-16));
}, 60_000);

test('`local` installs the engine into the package, and runs a command on the stage', async () => {
  const { aws } = await pythonEnvironment();
  const asked = `"${aws}" cloudformation describe-stacks --stack-name CDKToolkit --query "Stacks[].StackStatus" --output text`;
  const onStage = () => spawnSync(command, ['local', ...FREE_PORTS, '--regions', 'eu-west-1', '--exec', asked], {
    cwd: folder, encoding: 'utf8', env: { ...process.env, INIT_CWD: undefined },
  });
  const first = onStage();
  expect(first).toMatchObject({ status: 0, stdout: 'CREATE_COMPLETE\n' });
  expect(first.stderr).toMatch(/installing MiniStack, the local AWS engine/);
  expect(fs.existsSync(path.join(folder, 'node_modules', COMMAND, '.venv', 'bin', 'python'))).toBe(true);
  const second = onStage();
  expect(second).toMatchObject({ status: 0, stdout: 'CREATE_COMPLETE\n' });
  expect(second.stderr).not.toMatch(/installing/);
}, 300_000);
