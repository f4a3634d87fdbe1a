import { ChildProcess, spawn } from 'node:child_process';
import * as path from 'node:path';
import { loopbackEnvironment, pythonEnvironment } from '../../python/environment';

/** What one Region said of an alias while it was asked. */
export interface Polled {
  readonly polls: number;
  /** ARNs of keys, or names of errors, without repetitions. */
  readonly seen: ReadonlyArray<string | null>;
}

/** Asks for an alias by the SDK of the AWS CLI, twenty times a second in each Region. */
export class AliasPoller {
  /** Returns once each Region has answered. */
  static async start(url: string, aliasName: string, regions: readonly string[]): Promise<AliasPoller> {
    const { python } = await pythonEnvironment();
    const env = loopbackEnvironment({ AWS_ACCESS_KEY_ID: 'AKIAPOLLER', AWS_SECRET_ACCESS_KEY: 'any' });
    const poller = new AliasPoller(spawn(python, [path.join(__dirname, 'alias_poller.py'), url, aliasName, ...regions], { env }));
    await poller.ready;
    return poller;
  }

  private output = '';
  private errors = '';
  private readonly ready: Promise<void>;
  private readonly ended: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    this.ended = new Promise(resolve => child.on('close', resolve));
    this.ready = new Promise((resolve, reject) => {
      child.stdout!.on('data', chunk => {
        this.output += chunk;
        if (this.output.startsWith('ready\n')) resolve();
      });
      child.stderr!.on('data', chunk => this.errors += chunk);
      void this.ended.then(() => reject(new Error(`The poller ended: ${this.errors}`)));
    });
  }

  async stop(): Promise<Record<string, Polled>> {
    this.child.stdin!.end();
    if (await this.ended !== 0) throw new Error(`The poller failed: ${this.errors}`);
    return JSON.parse(this.output.slice('ready\n'.length));
  }
}
