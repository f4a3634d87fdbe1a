import { Account } from './account';
import { Deployer } from './deployer';
import { ServiceError } from '../../emulator/errors';
import { bytes } from '../../lifecycle/random';
import { CVK } from '../../lifecycle/world';

/** The SDK for JavaScript v3 in its standard mode, its default (@smithy/util-retry). */
const ATTEMPTS = 3;
const THROTTLED_DELAY_SECONDS = 0.5;
const LONGEST_DELAY_SECONDS = 20;

/** The CLI's process takes this long to start. */
const CLI_SECONDS = 0.6;
/** CDK's framework calls `isComplete` in a state machine, through a function of its own. */
const FRAMEWORK_HOP_SECONDS = 0.15;
/** `totalTimeout` of the framework by default. */
const FRAMEWORK_TIMEOUT_SECONDS = 1800;

interface KeyAnswer {
  readonly Key: { readonly KeyArn: string; readonly ReplicationStatus?: Readonly<Record<string, { readonly Status: string }>> };
}

abstract class Peer implements Deployer {
  private readonly random: () => number;

  constructor(protected readonly account: Account, private readonly replicaRegions: readonly string[], stack: number) {
    const source = bytes(1000 + stack);
    this.random = () => source(4).readUInt32BE(0) / 2 ** 32;
  }

  abstract create(index: number, ended: (success: boolean) => void): void;

  protected async createKey(): Promise<KeyAnswer> {
    const { KeyUsage, KeyClass, KeyAlgorithm, KeyModesOfUse } = CVK;
    return this.retried(() => this.account.call('CreateKey', {
      KeyAttributes: { KeyUsage, KeyClass, KeyAlgorithm, KeyModesOfUse: Object.fromEntries(KeyModesOfUse!.map(mode => [mode, true])) },
      Exportable: true,
      ReplicationRegions: this.replicaRegions,
    }));
  }

  protected async isComplete(keyArn: string): Promise<boolean> {
    const { Key: { ReplicationStatus = {} } } = await this.retried(() => this.account.call<KeyAnswer>('GetKey', { KeyIdentifier: keyArn }));
    return Object.values(ReplicationStatus).every(({ Status }) => Status === 'SYNCHRONIZED');
  }

  private async retried<T>(attempt: () => Promise<T>): Promise<T> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof ServiceError && error.type === 'ThrottlingException') || attempts === ATTEMPTS) { throw error; }
        await this.account.timeline.sleep(this.random() * Math.min(LONGEST_DELAY_SECONDS, 2 ** attempts * THROTTLED_DELAY_SECONDS));
      }
    }
  }
}

/** The plainest use of CDK's Provider framework: `onEvent` creates, `isComplete` looks at a fixed interval; what either throws is the end. */
export class ProviderFramework extends Peer {
  constructor(account: Account, replicaRegions: readonly string[], stack: number, private readonly intervalSeconds: number) {
    super(account, replicaRegions, stack);
  }

  create(_: number, ended: (success: boolean) => void): void {
    const { timeline } = this.account;
    timeline.in(0, async () => {
      try {
        await timeline.sleep(FRAMEWORK_HOP_SECONDS);
        const { Key: { KeyArn } } = await this.createKey();
        for (let waited = 0; waited < FRAMEWORK_TIMEOUT_SECONDS; waited += this.intervalSeconds) {
          await timeline.sleep(FRAMEWORK_HOP_SECONDS);
          if (await this.isComplete(KeyArn)) { return ended(true); }
          await timeline.sleep(this.intervalSeconds);
        }
        ended(false);
      } catch {
        ended(false);
      }
    });
  }
}

/** A script that creates one key after the other with the AWS CLI, and waits for each as the blog tells to: by looking again and again. */
export class ShellLoop extends Peer {
  private readonly queue: Array<() => Promise<void>> = [];
  private busy = false;

  constructor(account: Account, replicaRegions: readonly string[], stack: number, private readonly intervalSeconds: number) {
    super(account, replicaRegions, stack);
  }

  create(_: number, ended: (success: boolean) => void): void {
    this.queue.push(() => this.one(ended));
    if (!this.busy) { this.next(); }
  }

  private next(): void {
    const one = this.queue.shift();
    this.busy = one !== undefined;
    if (one) { this.account.timeline.in(0, one); }
  }

  private async one(ended: (success: boolean) => void): Promise<void> {
    const { timeline } = this.account;
    let success = true;
    try {
      await timeline.sleep(CLI_SECONDS);
      const { Key: { KeyArn } } = await this.createKey();
      for (;;) {
        await timeline.sleep(CLI_SECONDS);
        if (await this.isComplete(KeyArn)) { break; }
        await timeline.sleep(this.intervalSeconds);
      }
    } catch {
      success = false;
    }
    ended(success);
    this.next();
  }
}
