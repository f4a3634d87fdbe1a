/**
 * Makes sure that a folder is a Python virtual environment with the packages of a list, and says where its programs are.
 * In this project that folder is `.venv`, and the list requirements.txt.
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

/** A virtual environment: where it is, and what belongs into it. */
export interface PythonPlace {
  /** The folder of the virtual environment. What is in it is deleted before an installation. */
  readonly folder: string;
  /** The file that lists the packages. */
  readonly requirements: string;
  /** Their programs, by which one sees that they are there. */
  readonly programs: readonly string[];
  /** What is installed, and how much of it, for people. */
  readonly what: string;
}

const PROJECT: PythonPlace = {
  folder: path.resolve(__dirname, '..', '..', '.venv'),
  requirements: path.join(__dirname, 'requirements.txt'),
  programs: ['python', 'aws'],
  what: 'the local AWS engine and the AWS CLI, about 250 MB,',
};

const programIn = ({ folder }: PythonPlace, name: string): string => path.join(folder, 'bin', name);
const stampOf = ({ folder }: PythonPlace): string => path.join(folder, '.stamp');
const lockOf = ({ folder }: PythonPlace): string => path.join(folder, '.lock');

const HEARTBEAT_MS = 2_000;
const STALE_MS = 60_000;
const PATIENCE_MS = 15 * 60_000;

const MINIMUM = '3.10';
const CANDIDATES = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];

/** Where the AWS CLI of this project is, once the environment is installed. */
export const AWS_CLI = programIn(PROJECT, 'aws');

/** The virtual environment of this project, installed first if it is missing or does not fit requirements.txt. */
export async function pythonEnvironment(signal?: AbortSignal): Promise<PythonEnvironment> {
  return { python: await installed(PROJECT, signal), aws: AWS_CLI };
}

/**
 * The interpreter of a virtual environment, which is installed first if it is missing or does not fit its list. Safe to call from
 * several processes at once. An abort ends an installation, and the next call begins it anew.
 */
export async function installed(place: PythonPlace, signal?: AbortSignal): Promise<string> {
  const python = programIn(place, 'python');
  if (isCurrent(place)) return python;
  fs.mkdirSync(place.folder, { recursive: true });
  const release = await lock(place, signal);
  try {
    if (!isCurrent(place)) await install(place, signal);
  } finally {
    release();
  }
  return python;
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
function fingerprint({ requirements, folder }: PythonPlace): string {
  return createHash('sha256').update(fs.readFileSync(requirements)).update('\0').update(folder).digest('hex');
}

function isCurrent(place: PythonPlace): boolean {
  return read(stampOf(place)) === fingerprint(place) && place.programs.every(name => fs.existsSync(programIn(place, name)));
}

async function install(place: PythonPlace, signal?: AbortSignal): Promise<void> {
  const { folder, requirements, what } = place;
  // What is installed anew is emptied first, and that may be the environment of another checkout.
  if (fs.lstatSync(folder).isSymbolicLink()) throw new Error(`${folder} is a link. Remove it: each checkout has an environment of its own`);
  const wanted = fingerprint(place);
  const python = await findPython();
  say(`installing ${what} into ${folder} (once; up to a minute or two)`);
  const begin = Date.now();
  for (const entry of fs.readdirSync(folder)) {
    if (!entry.startsWith('.lock')) fs.rmSync(path.join(folder, entry), { recursive: true, force: true });
  }
  const pip = [programIn(place, 'python'), '-m', 'pip', '--disable-pip-version-check'] as const;
  await must([python, '-m', 'venv', folder], `"${python} -m venv" failed`, signal);
  say('virtual environment created, installing packages');
  await must(
    [...pip, 'install', '--quiet', '--no-input', '--requirement', requirements],
    `pip could not install the packages of ${requirements} (it needs a Python package index)`,
    signal,
  );
  await must([...pip, 'check'], 'the installed Python packages do not fit together', signal);
  fs.writeFileSync(stampOf(place), wanted);
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
async function lock(place: PythonPlace, signal?: AbortSignal): Promise<() => void> {
  const mine: Lock = { token: randomUUID(), host: os.hostname(), pid: process.pid };
  const begin = Date.now();
  let told = false;
  const file = lockOf(place);
  while (!create(file, JSON.stringify(mine))) {
    signal?.throwIfAborted();
    removeIfStale(file);
    if (Date.now() - begin > PATIENCE_MS) {
      throw new Error(`Waited ${PATIENCE_MS / 60_000} minutes for another process to install ${place.folder}. If none is running, delete that folder and try again.`);
    }
    if (!told && Date.now() - begin > 1_000) {
      told = true;
      say(`waiting for another process that is installing ${place.folder}`);
    }
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  const heartbeat = setInterval(() => {
    try {
      fs.utimesSync(file, new Date(), new Date());
    } catch {
      // Somebody deleted the folder; the installation itself will say so.
    }
  }, HEARTBEAT_MS);
  return () => {
    clearInterval(heartbeat);
    if (parse(read(file))?.token === mine.token) fs.rmSync(file, { force: true });
  };
}

/** Removes a lock whose owner has died. Only one process can get to remove a given lock. */
function removeIfStale(file: string): void {
  const text = read(file);
  if (text === undefined) return;
  const owner = parse(text);
  const age = Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  const dead = owner !== undefined && owner.host === os.hostname() && !isAlive(owner.pid);
  if (!dead && age < STALE_MS) return;
  const claim = `${file}.${owner?.token ?? 'unreadable'}`;
  if (!create(claim, '')) return;
  try {
    if (read(file) === text) fs.rmSync(file, { force: true });
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
  const draft = path.join(path.dirname(file), `.lock-draft-${randomUUID()}`);
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

async function must([program, ...args]: readonly string[], failure: string, signal?: AbortSignal): Promise<void> {
  const result = await run(program, args, signal);
  signal?.throwIfAborted();
  if (result.code !== 0) {
    throw new Error(`${failure}:\n${result.output.trim().split('\n').slice(-15).join('\n')}`);
  }
}

function run(command: string, args: readonly string[], signal?: AbortSignal): Promise<{ code: number; output: string }> {
  const env = { ...process.env };
  delete env.PYTHONPATH;
  delete env.PYTHONHOME;
  return new Promise(resolve => {
    // What can be aborted is a process group of its own: what the program has started ends with it.
    const child = spawn(command, args, { cwd: os.tmpdir(), env, stdio: ['ignore', 'pipe', 'pipe'], detached: signal !== undefined });
    const kill = (): void => {
      try { process.kill(-child.pid!, 'SIGKILL'); } catch { /* It has ended. */ }
    };
    signal?.addEventListener('abort', kill);
    if (signal?.aborted) kill();
    const end = (code: number): void => {
      signal?.removeEventListener('abort', kill);
      resolve({ code, output });
    };
    let output = '';
    child.stdout.on('data', chunk => output += chunk);
    child.stderr.on('data', chunk => output += chunk);
    child.on('error', error => {
      output = error.message;
      end(-1);
    });
    child.on('close', code => end(code ?? -1));
  });
}

function say(message: string): void {
  process.stderr.write(`[python] ${message}\n`);
}
