/** A browser that a test drives by the Chrome DevTools Protocol, over a pipe: it needs no port, and ends when its pipe does. */
import { ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Writable } from 'node:stream';
import { Chromium } from './chromium';

/** Same pixels on every machine, nothing from outside this machine. The sandbox needs rights that root in a container lacks. */
const ARGUMENTS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', '--no-first-run', '--no-default-browser-check',
  '--disable-background-networking', '--disable-component-update', '--disable-default-apps', '--disable-extensions', '--disable-sync',
  '--disable-dev-shm-usage', '--force-color-profile=srgb', '--font-render-hinting=none', '--hide-scrollbars', '--no-proxy-server',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
];

export type Result = Record<string, any>;

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Result;
  readonly result?: Result;
  readonly error?: { readonly message: string };
}

interface Waiting {
  readonly method: string;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

export class Browser {
  static async launch({ program, environment }: Chromium): Promise<Browser> {
    const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'browser-'));
    const child = spawn(program, [...ARGUMENTS, `--user-data-dir=${profile}`], {
      env: { ...environment, HOME: profile, TZ: 'UTC' },
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    });
    const browser = new Browser(child, profile);
    await browser.send('Browser.getVersion');
    return browser;
  }

  private readonly waiting = new Map<number, Waiting>();
  private readonly events = new EventEmitter();
  private readonly ended: Promise<void>;
  private hasEnded = false;
  private count = 0;
  private pending = '';
  private errors = '';

  private constructor(private readonly child: ChildProcess, private readonly profile: string) {
    child.stderr!.on('data', chunk => this.errors = `${this.errors}${chunk}`.slice(-2000));
    child.stdio[4]!.on('data', chunk => this.receive(chunk));
    // A browser that died is told of by what waits for it.
    child.stdio[3]!.on('error', () => undefined);
    this.ended = new Promise(resolve => child.once('close', () => {
      this.hasEnded = true;
      this.waiting.forEach(({ method, reject }) => reject(new Error(`The browser ended during ${method}: ${this.errors}`)));
      resolve();
    }));
    child.once('error', error => this.waiting.forEach(({ reject }) => reject(error)));
  }

  /** A command; without a session, to the browser itself. */
  async send(method: string, params: object = {}, sessionId?: string): Promise<Result> {
    if (this.hasEnded) throw new Error(`The browser ended before ${method}: ${this.errors}`);
    this.count += 1;
    const id = this.count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { method, resolve, reject });
      (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  on(sessionId: string, listener: (method: string, params: Result) => void): void {
    this.events.on(sessionId, listener);
  }

  async close(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
    fs.rmSync(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  private receive(chunk: Buffer): void {
    const texts = `${this.pending}${chunk.toString('utf8')}`.split('\0');
    this.pending = texts.pop()!;
    texts.forEach(text => this.take(JSON.parse(text) as Message));
  }

  private take({ id, sessionId, method, params, result, error }: Message): void {
    if (id === undefined) {
      this.events.emit(sessionId ?? '', method, params);
      return;
    }
    const { resolve, reject, method: asked } = this.waiting.get(id)!;
    this.waiting.delete(id);
    if (error !== undefined) reject(new Error(`${asked}: ${error.message}`));
    else resolve(result!);
  }
}
