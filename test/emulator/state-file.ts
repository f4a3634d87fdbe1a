/**
 * The service in a file, so that it survives a restart.
 *
 * The file has two lines: what it is, with a checksum, and the content. It is written beside itself, forced to the disk and then
 * renamed, so that at any moment there is either the old state or the new one, whole. A request that changed something is
 * answered after its change is in the file. Requests that come while it is being written share the next write.
 *
 * A file that is not what this emulator wrote is refused, and left as it is, also when somebody else writes it meanwhile: of two
 * emulators with one file, neither takes the keys of the other. Its mode is 0600: it has all key material in it.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { ShiftedClock } from './clock';
import { Emulator } from './emulator';
import { RequestLogEntry } from './request-log';

const FORMAT = 'state of the AWS Payment Cryptography emulator';
/** 2: parameters have versions of their own. */
const VERSION = 2;

/** Operations that change nothing, of both planes and of the services beside them. In doubt, an operation changes something. */
const LOOKS = /^(Get(?!Parameters|PublicKeyCertificate)|List|Describe|Generate|Verify|Encrypt|Decrypt|ReEncrypt|Translate)/;

/** Whether an operation is one that changes nothing. */
export const onlyLooks = (operation: string): boolean => LOOKS.test(operation);

/** Whether a request may have changed what is to be kept. */
export const mayHaveChanged = ({ executed, operation }: RequestLogEntry): boolean => executed && !onlyLooks(operation ?? '');

/** The file cannot be used; the message is a sentence for the one who named it. */
export class StateFileError extends Error {
  constructor(file: string, problem: string) {
    super(`${file} ${problem} It was left as it is. Move it away, or name another file with --state.`);
  }
}

interface Header {
  readonly format: string;
  readonly version: number;
  readonly sha256: string;
}

interface Content {
  readonly account: string;
  /** How far the emulator's clock is ahead of the machine's. */
  readonly aheadMilliseconds: number;
  readonly service: unknown;
}

const checksum = (text: string): string => createHash('sha256').update(text).digest('hex');

function parsed<T>(text: string): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function readContent(file: string, text: string): Content {
  if (text === '') throw new StateFileError(file, 'is empty.');
  const [first, second = '', ...more] = text.split('\n');
  const header = parsed<Header>(first);
  if (header?.format !== FORMAT) throw new StateFileError(file, 'is no state of this emulator.');
  if (header.version !== VERSION) throw new StateFileError(file, `has version ${header.version}, and this emulator reads version ${VERSION}.`);
  if (checksum(second) !== header.sha256 || more.join('') !== '') throw new StateFileError(file, 'is damaged: its content does not fit its checksum.');
  return JSON.parse(second) as Content;
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StateFileError(file, `cannot be read: ${(error as Error).message}.`);
  }
}

/** Another one after each write, by whomever; nothing when there is no file. */
async function writtenAs(file: string): Promise<string | undefined> {
  const stat = await fs.stat(file).catch(() => undefined);
  return stat && `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}

/** Where a process writes what will be the file. */
const besideOf = (file: string, pid: number): string => `${file}.${pid}.tmp`;

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Removes what emulators that were killed left beside the file: it has key material in it, and nobody reads it. */
async function removeLeftovers(file: string): Promise<void> {
  const [directory, base] = [path.dirname(file), path.basename(file)];
  for (const name of await fs.readdir(directory)) {
    const pid = Number(/\.(\d+)\.tmp$/.exec(name)?.[1]);
    if (name === besideOf(base, pid) && !isRunning(pid)) await fs.rm(path.join(directory, name), { force: true });
  }
}

/** The whole text at once, or nothing of it. */
async function replaceFile(file: string, text: string): Promise<void> {
  const beside = besideOf(file, process.pid);
  try {
    const handle = await fs.open(beside, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await fs.rename(beside, file);
  } catch (error) {
    await fs.rm(beside, { force: true });
    throw error;
  }
  // The new name must survive a loss of power, too.
  const directory = await fs.open(path.dirname(file), 'r');
  await directory.sync().finally(async () => directory.close());
}

export class StateFile {
  /** Brings the emulator to the state in the file, if there is one, and writes the file for the first time. */
  static async open(named: string, emulator: Emulator, complain: (sentence: string) => void): Promise<StateFile> {
    // What a link leads to is replaced, not the link.
    const file = await fs.realpath(named).catch(() => path.resolve(named));
    const text = await textOf(file);
    if (text !== undefined) restore(file, readContent(file, text), emulator);
    const state = new StateFile(file, emulator, complain);
    state.lastWrite = await writtenAs(file);
    try {
      await state.write();
      await removeLeftovers(file);
    } catch (error) {
      throw new StateFileError(named, `cannot be written: ${(error as Error).message}.`);
    }
    emulator.log.listen(entry => { if (mayHaveChanged(entry)) state.noteChange(); });
    return state;
  }

  private changed = false;
  private failing = false;
  private lastWrite?: string;
  private writing: Promise<void> = Promise.resolve();
  private waiting?: Promise<void>;

  private constructor(
    private readonly file: string,
    private readonly emulator: Emulator,
    private readonly complain: (sentence: string) => void,
  ) {}

  noteChange(): void {
    this.changed = true;
  }

  /** Resolves when everything that changed until now is in the file, or when it is said that it is not. */
  async save(): Promise<void> {
    if (!this.changed) return this.waiting ?? this.writing;
    this.waiting ??= this.writeNext();
    return this.waiting;
  }

  /** For the end: time has passed, and may have changed something. */
  async saveLast(): Promise<void> {
    this.noteChange();
    await this.save();
  }

  private async writeNext(): Promise<void> {
    await this.writing;
    this.waiting = undefined;
    this.changed = false;
    this.writing = this.write().then(
      () => { this.failing = false; },
      error => {
        this.changed = true;
        if (!this.failing) this.complain(`--state cannot be written, so what changes now is lost at the end: ${(error as Error).message}`);
        this.failing = true;
      },
    );
    await this.writing;
  }

  private async write(): Promise<void> {
    const { clock, account } = this.emulator.options;
    const aheadMilliseconds = clock instanceof ShiftedClock ? clock.aheadMilliseconds : 0;
    const content: Content = { account, aheadMilliseconds, service: this.emulator.save() };
    const text = JSON.stringify(content);
    const header: Header = { format: FORMAT, version: VERSION, sha256: checksum(text) };
    const present = await writtenAs(this.file);
    if (present !== undefined && present !== this.lastWrite) throw new Error(`somebody else has written ${this.file}: is another emulator using it?`);
    await replaceFile(this.file, `${JSON.stringify(header)}\n${text}\n`);
    this.lastWrite = await writtenAs(this.file);
  }
}

function restore(file: string, { account, aheadMilliseconds, service }: Content, emulator: Emulator): void {
  const { options } = emulator;
  if (account !== options.account) {
    throw new StateFileError(file, `is the state of account ${account}, and this emulator is for ${options.account}: see --account.`);
  }
  try {
    emulator.restore(service);
  } catch (error) {
    throw new StateFileError(file, `cannot be understood: ${(error as Error).message}.`);
  }
  if (options.clock instanceof ShiftedClock) options.clock.aheadMilliseconds = aheadMilliseconds;
}
