/**
 * Makes sure that `<project>/.venv` is a Python virtual environment with exactly
 * the packages of requirements.txt, and says where its programs are.
 */
import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

export interface PythonEnvironment {
  /** The environment's Python interpreter. */
  readonly python: string;
  /** The AWS CLI. */
  readonly aws: string;
}

const ROOT = path.resolve(__dirname, '..', '..');
const REQUIREMENTS = path.join(__dirname, 'requirements.txt');
const VENV = path.join(ROOT, '.venv');
const STAMP = path.join(VENV, '.stamp');
const LOCK = path.join(VENV, '.lock');
const PYTHON = path.join(VENV, 'bin', 'python');
const AWS = path.join(VENV, 'bin', 'aws');

const HEARTBEAT_MS = 2_000;
const STALE_MS = 60_000;
const PATIENCE_MS = 15 * 60_000;

const MINIMUM = '3.10';
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];

/**
 * The virtual environment of this project, installed first if it is missing or
 * does not fit requirements.txt. Safe to call from several processes at once.
 */
export async function pythonEnvironment(): Promise<PythonEnvironment> {
  if (isCurrent()) return { python: PYTHON, aws: AWS };
  fs.mkdirSync(VENV, { recursive: true });
  const release = await lock();
  try {
    if (!isCurrent()) await install();
  } finally {
    release();
  }
  return { python: PYTHON, aws: AWS };
}

/**
 * This process's environment for a child that talks to the loopback interface
 * only: without a certificate bundle, proxies, profiles or Python settings that
 * would lead it elsewhere. Values in `more` win; `undefined` removes a variable.
 */
export function loopbackEnvironment(more: Record<string, string | undefined> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^(AWS_(CA_BUNDLE|PROFILE|DEFAULT_PROFILE|SESSION_TOKEN|CONFIG_FILE|SHARED_CREDENTIALS_FILE)|(https?|all|no)_proxy|PYTHON(PATH|HOME))$/i.test(name)) {
      delete env[name];
    }
  }
  for (const [name, value] of Object.entries(more)) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return env;
}

/** What the stamp must hold. The folder is part of it: a virtual environment cannot be moved. */
function fingerprint(): string {
  return createHash('sha256').update(fs.readFileSync(REQUIREMENTS)).update('\0').update(VENV).digest('hex');
}

function isCurrent(): boolean {
  return read(STAMP) === fingerprint() && fs.existsSync(PYTHON) && fs.existsSync(AWS);
}

async function install(): Promise<void> {
  // What is installed anew is emptied first, and that may be the environment of another checkout.
  if (fs.realpathSync(VENV) !== path.join(fs.realpathSync(ROOT), '.venv')) throw new Error(`${VENV} is a link. Remove it: each checkout has an environment of its own`);
  const wanted = fingerprint();
  const python = await findPython();
  say(`installing the local AWS engine and the AWS CLI into ${VENV} (once; about 250 MB, up to a minute or two)`);
  const begin = Date.now();
  for (const entry of fs.readdirSync(VENV)) {
    if (!entry.startsWith('.lock')) fs.rmSync(path.join(VENV, entry), { recursive: true, force: true });
  }
  await must(python, ['-m', 'venv', VENV], `"${python} -m venv" failed`);
  say('virtual environment created, installing packages');
  await must(
    PYTHON,
    ['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', '--requirement', REQUIREMENTS],
    'pip could not install the packages of test/python/requirements.txt (it needs a Python package index)',
  );
  await must(PYTHON, ['-m', 'pip', 'check', '--disable-pip-version-check'], 'the installed Python packages do not fit together');
  fs.writeFileSync(STAMP, wanted);
  say(`done in ${Math.round((Date.now() - begin) / 1000)} s`);
}

/** The first interpreter that is new enough and can create virtual environments. */
export async function findPython(): Promise<string> {
  const probe = 'import sys; print("%d.%d" % sys.version_info[:2])\ntry:\n  import venv, ensurepip\n  print("venv")\nexcept ImportError: pass';
  const problems: string[] = [];
  for (const candidate of CANDIDATES) {
    const result = await run(candidate, ['-c', probe]);
    if (result.code !== 0) continue;
    const [version, venv] = result.output.trim().split(/\s+/);
    if (!isAtLeast(version, MINIMUM)) problems.push(`${candidate} is Python ${version}`);
    else if (venv !== 'venv') problems.push(`${candidate} (Python ${version}) lacks the venv module (on Debian and Ubuntu: apt install python${version}-venv)`);
    else return candidate;
  }
  throw new Error(
    `Python ${MINIMUM} or newer with the venv module is needed; `
    + (problems.length > 0 ? `${problems.join('; ')}. ` : 'no python3 was found on the PATH. ')
    + 'Install one and run the same command again.',
  );
}

function isAtLeast(version: string, minimum: string): boolean {
  const [major, minor] = version.split('.').map(Number);
  const [minMajor, minMinor] = minimum.split('.').map(Number);
  return major > minMajor || (major === minMajor && minor >= minMinor);
}

interface Lock {
  readonly token: string;
  readonly host: string;
  readonly pid: number;
}

/** Waits for the exclusive right to change the environment; the result gives it back. */
async function lock(): Promise<() => void> {
  const mine: Lock = { token: randomUUID(), host: os.hostname(), pid: process.pid };
  const begin = Date.now();
  let told = false;
  while (!create(LOCK, JSON.stringify(mine))) {
    removeIfStale();
    if (Date.now() - begin > PATIENCE_MS) {
      throw new Error(`Waited ${PATIENCE_MS / 60_000} minutes for another process to install ${VENV}. If none is running, delete that folder and try again.`);
    }
    if (!told && Date.now() - begin > 1_000) {
      told = true;
      say(`waiting for another process that is installing ${VENV}`);
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  const heartbeat = setInterval(() => {
    try {
      fs.utimesSync(LOCK, new Date(), new Date());
    } catch {
      // Somebody deleted the folder; the installation itself will say so.
    }
  }, HEARTBEAT_MS);
  return () => {
    clearInterval(heartbeat);
    if (parse(read(LOCK))?.token === mine.token) fs.rmSync(LOCK, { force: true });
  };
}

/** Removes a lock whose owner has died. Only one process can get to remove a given lock. */
function removeIfStale(): void {
  const text = read(LOCK);
  if (text === undefined) return;
  const owner = parse(text);
  const age = Date.now() - (fs.statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  const dead = owner !== undefined && owner.host === os.hostname() && !isAlive(owner.pid);
  if (!dead && age < STALE_MS) return;
  const claim = `${LOCK}.${owner?.token ?? 'unreadable'}`;
  if (!create(claim, '')) return;
  try {
    if (read(LOCK) === text) fs.rmSync(LOCK, { force: true });
  } finally {
    fs.rmSync(claim, { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Creates a file with its content in one step; false when it exists already. */
function create(file: string, content: string): boolean {
  const draft = `${VENV}/.lock-draft-${randomUUID()}`;
  fs.writeFileSync(draft, content);
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function parse(text: string | undefined): Lock | undefined {
  try {
    return text === undefined ? undefined : JSON.parse(text) as Lock;
  } catch {
    return undefined;
  }
}

function read(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function must(command: string, args: string[], failure: string): Promise<void> {
  const result = await run(command, args);
  if (result.code !== 0) {
    throw new Error(`${failure}:\n${result.output.trim().split('\n').slice(-15).join('\n')}`);
  }
}

function run(command: string, args: string[]): Promise<{ code: number; output: string }> {
  const env = { ...process.env };
  delete env.PYTHONPATH;
  delete env.PYTHONHOME;
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd: os.tmpdir(), env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', chunk => output += chunk);
    child.stderr.on('data', chunk => output += chunk);
    child.on('error', error => resolve({ code: -1, output: error.message }));
    child.on('close', code => resolve({ code: code ?? -1, output }));
  });
}

function say(message: string): void {
  process.stderr.write(`[python] ${message}\n`);
}
