import { Emulator, startEmulatorServer, VirtualClock } from '../emulator';
import { Circumstances } from './circumstances';
import { CloudFormation } from './cloudformation';
import { NOT_ENABLED } from './declarations';
import { FaultPlan } from './faults';
import { Invocation } from './function';
import { LOOKS, Notebook, Sent } from './notebook';
import { Deed, Others } from './others';
import { Post } from './post';
import { Provider } from './provider';
import { bytes, requestIds } from './random';
import { Timeline } from './timeline';
import { connect, inProcess, overHttp } from './transport';
import { Variants } from './variants';
import { ACCOUNT, REGION } from './world';
import { LOGICAL_ID_TAG } from '../../src/provider/contract/ownership-tags';

/** What was sent at the end of a run, when all was well again. */
export interface Afterwards {
  readonly again: Sent;
  /** The first ones may repair what faults left, and tag replicas that nobody waited for. */
  readonly last: boolean;
  /** Mutating requests that it made. */
  readonly mutations: string[];
}

const DECLARATIONS = 3;
/** Enough for every replica to be there, also of a key that nobody waits for. */
const SECONDS_BETWEEN_DECLARATIONS = 60;

/** One run: a stack, the provider and the service, in virtual time. */
export class Run {
  static async begin(variants: Variants, seed: number, http: boolean): Promise<Run> {
    const clock = new VirtualClock();
    const { surroundings: { tagIndexLag, replicationDelay, quota, defaultReplicationRegions }, switches } = variants;
    const options = {
      account: ACCOUNT,
      clock,
      switches,
      random: bytes(seed),
      tagIndexLag: tagIndexLag === 'never' ? Infinity : Number(tagIndexLag),
      replicationDelay: Number(replicationDelay),
      tps: Number(quota),
      regionsNotEnabled: [NOT_ENABLED],
    };
    const server = http ? await startEmulatorServer(options) : undefined;
    const run = new Run(variants, seed, server?.emulator ?? new Emulator(options), clock, async () => server?.close());
    connect(run.provider.faulty(server ? overHttp(server.url) : inProcess(run.emulator)));
    if (defaultReplicationRegions !== 'none') {
      await run.emulator.call('EnableDefaultKeyReplicationRegions', { ReplicationRegions: [defaultReplicationRegions] }, { region: REGION });
    }
    return run;
  }

  readonly notebook: Notebook;
  readonly plan: FaultPlan;
  readonly circumstances: Circumstances;
  readonly post: Post;
  readonly provider: Provider;
  readonly cloudFormation: CloudFormation;
  readonly others: Others;
  readonly afterwards: Afterwards[] = [];
  /** What happened, for people. */
  readonly story: Array<readonly [time: number, what: string]> = [];
  readonly began: number;

  private constructor(
    readonly variants: Variants, seed: number, readonly emulator: Emulator, private readonly clock: VirtualClock, readonly close: () => Promise<void>,
  ) {
    this.began = clock.now();
    const timeline = new Timeline<Invocation>(clock);
    this.notebook = new Notebook(emulator);
    this.plan = new FaultPlan(() => clock.now());
    this.circumstances = new Circumstances(emulator, variants.surroundings);
    this.post = new Post(timeline, this.notebook, this.plan, requestIds(seed));
    const mailbox = (requestId: string, body: string) => this.post.take(requestId, body);
    this.provider = new Provider(timeline, emulator, this.notebook, this.plan, this.circumstances, mailbox);
    this.post.provider = this.provider;
    this.cloudFormation = new CloudFormation(this.post, variants.cloudFormation);
    this.others = new Others(emulator);
  }

  say(what: string): void {
    this.story.push([this.clock.now(), what]);
  }

  async othersDo(deed: Deed, logicalId: string): Promise<void> {
    await this.others.do(deed, this.cloudFormation.resources.get(logicalId)?.physicalId, { [LOGICAL_ID_TAG]: logicalId });
  }

  redeliver(back: number): void {
    const { requests } = this.notebook;
    const sent = requests.at(-1 - back % Math.max(1, requests.length));
    if (sent && !sent.unanswerable) { this.post.redeliver(sent); }
  }

  /** All is well again; every resource is declared again, some times. */
  async finish(): Promise<void> {
    this.plan.clear();
    await this.post.settle();
    this.circumstances.clear();
    await this.post.pass(120);
    this.say('all is well again');
    for (const [logicalId, { skipped, physicalId }] of this.cloudFormation.resources) {
      if (skipped || this.others.deletedKeys.has(physicalId)) { continue; }
      for (let turn = 0; turn < DECLARATIONS; turn += 1) {
        await this.post.pass(SECONDS_BETWEEN_DECLARATIONS);
        const before = this.emulator.log.entries.length;
        const again = await this.cloudFormation.sendAgain(logicalId);
        const mutations = this.emulator.log.entries.slice(before).filter(({ operation, executed }) => executed && !LOOKS.has(operation!));
        this.afterwards.push({ again, last: turn === DECLARATIONS - 1, mutations: mutations.map(({ operation, region }) => `${operation} ${region}`) });
      }
    }
    await this.post.settle();
  }
}
