import { Emulator, startEmulatorServer, VirtualClock } from '../emulator';
import { attachedOf } from './attached';
import { KEYS_OF_OTHERS, KeyName } from './attached/attached';
import { AttachedOthers } from './attached/deeds';
import { Circumstances } from './circumstances';
import { CloudFormation } from './cloudformation';
import { Custodians, materialIn } from './custodians';
import { Declaration, NOT_ENABLED } from './declarations';
import { FaultPlan } from './faults';
import { Invocation } from './function';
import type { RunKind } from './invariants';
import { LOOKS, Notebook, Sent } from './notebook';
import { ACCESS_KEY_OF_OTHERS, Deed, Others } from './others';
import { Post } from './post';
import { Provider } from './provider';
import { bytes, requestIds } from './random';
import { Timeline } from './timeline';
import { connect, inProcess, overHttp } from './transport';
import { Variants } from './variants';
import { ACCOUNT, REGION } from './world';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../src/provider/contract/ownership-tags';

/** What a life has besides its kind. */
export interface RunOptions {
  /** Whether it goes over HTTP. */
  readonly http?: boolean;
  /** Whether custodians left wrapped keys to be imported. */
  readonly imports?: boolean;
}

/** What was sent at the end of a run, when all was well again. */
export interface Afterwards {
  readonly again: Sent;
  /** The first ones may repair what faults left, and tag replicas that nobody waited for. */
  readonly last: boolean;
  /** Mutating requests that it made. */
  readonly mutations: string[];
}

/** The latest event, and Lambda's two further attempts. */
const SECONDS_OF_LATE_DELIVERIES = 600;
const DECLARATIONS = 3;
/** One run of so many replaces a key in the end, and goes back. */
const EVERY_RETURN = 4;
/** In one of as many, others replicate our keys before these are declared again. */
const SHARED = 1;
/** Until what was replaced has been cleaned up. */
const SECONDS_UNTIL_RETURN = 60;
/** Both for the same usage of a key. */
const ALGORITHMS = ['TDES_2KEY', 'TDES_3KEY'];
/** Enough for every replica to be there, also of a key that nobody waits for. */
const SECONDS_BETWEEN_DECLARATIONS = 60;

/** One run: a stack, the provider and the service, in virtual time. */
export class Run {
  static async begin(variants: Variants, seed: number, kind: RunKind, { http = false, imports = false }: RunOptions = {}): Promise<Run> {
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
    if (imports) { await run.prepareForImports(); }
    if (kind === 'attached') { await run.prepareForAttached(); }
    if (kind === 'keys' && defaultReplicationRegions !== 'none') {
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
  readonly attachedOthers: AttachedOthers;
  /** Of a life with imports. */
  custodians: Custodians | undefined;
  readonly afterwards: Afterwards[] = [];
  /** The replacement of a key and the way back, when all was well. */
  readonly thereAndBack: Sent[] = [];
  /** What happened, for people. */
  readonly story: Array<readonly [time: number, what: string]> = [];
  readonly began: number;

  private constructor(
    readonly variants: Variants, private readonly seed: number, readonly emulator: Emulator,
    readonly clock: VirtualClock, readonly close: () => Promise<void>,
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
    this.attachedOthers = new AttachedOthers(emulator, ACCESS_KEY_OF_OTHERS);
  }

  say(what: string): void {
    this.story.push([this.clock.now(), what]);
  }

  async othersDo(deed: Deed, logicalId: string): Promise<void> {
    await this.others.do(deed, this.cloudFormation.resources.get(logicalId)?.physicalId, { [LOGICAL_ID_TAG]: logicalId });
  }

  /** A declaration as the template has it: with the ARNs of the keys and secrets that it names. */
  written(declaration: Declaration): Declaration {
    if (this.custodians && declaration.declared.Material) { return { ...declaration, declared: this.custodians.written(declaration.declared) }; }
    const attached = attachedOf(declaration.type);
    if (!attached) { return declaration; }
    const { KeyArn, ...rest } = declaration.declared;
    return {
      ...declaration,
      declared: {
        ...rest,
        ...KeyArn && { KeyArn: this.attachedOthers.keys[KeyArn as KeyName] ?? KeyArn },
      },
    };
  }

  private async prepareForImports(): Promise<void> {
    this.custodians = await Custodians.of(this.emulator);
    this.notebook.watchItem = json => materialIn(json).forEach(what => this.notebook.toldByItems.add(what));
  }

  private async prepareForAttached(): Promise<void> {
    const names = [...Object.entries(KEYS_OF_OTHERS).map(([name, { replicated }]) => [name, replicated] as const), ['elsewhere', true] as const];
    // One a second: the quota is everybody's.
    for (const [name, replicated] of names) {
      await this.attachedOthers.prepare(name, replicated);
      await this.post.pass(1);
    }
    await this.post.pass(60);
  }

  /**
   * Restored from a backup, or deleted by hand: of what stood there, nobody knows any more (L11). Doubts that stand nowhere
   * else would be lost with it, so only an item without any is, when every delivery of its requests is over.
   */
  async loseItem(logicalId: string): Promise<void> {
    await this.post.pass(SECONDS_OF_LATE_DELIVERIES);
    const { items } = this.provider.table;
    const lost = [...items].filter(([id]) => id === logicalId || id.startsWith(`${logicalId}#`));
    const isAtRest = lost.every(([, { request: { phase, calls }, inherited }]) =>
      phase.kind === 'answered' && phase.isFinished && phase.deliveredAt !== undefined && calls.length === 0 && inherited.length === 0);
    if (!isAtRest) { return; }
    lost.forEach(([id]) => items.delete(id));
    this.notebook.lostAt.set(logicalId, this.clock.now());
  }

  redeliver(back: number): void {
    const { requests } = this.notebook;
    const sent = requests.at(-1 - back % Math.max(1, requests.length));
    if (sent && !sent.unanswerable) { this.post.redeliver(sent); }
  }

  /** Neither the ledger nor its tags call a key ours any more (L11). */
  private isNobodys(logicalId: string, physicalId: string): boolean {
    const tags = this.notebook.keyNow(physicalId)?.tags;
    return this.notebook.lostAt.has(logicalId) && tags !== undefined && !(STACK_ID_TAG in tags);
  }

  /** All is well again; every resource is declared again, some times. */
  async finish(): Promise<void> {
    this.plan.clear();
    await this.post.settle();
    this.circumstances.clear();
    await this.post.pass(120);
    this.say('all is well again');
    for (const [logicalId, { skipped, physicalId }] of this.cloudFormation.resources) {
      const isTakenAway = this.others.deletedKeys.has(physicalId) || this.others.adoptedKeys.has(physicalId) || this.isNobodys(logicalId, physicalId);
      if (skipped || isTakenAway || this.attachedOthers.disturbed.has(logicalId)) { continue; }
      if (this.seed % EVERY_RETURN === SHARED) { await this.othersDo('replicate our key', logicalId); }
      for (let turn = 0; turn < DECLARATIONS; turn += 1) {
        await this.post.pass(SECONDS_BETWEEN_DECLARATIONS);
        const before = this.emulator.log.entries.length;
        const again = await this.cloudFormation.sendAgain(logicalId);
        const mutations = this.emulator.log.entries.slice(before).filter(({ operation, executed }) => executed && !LOOKS.has(operation!));
        this.afterwards.push({ again, last: turn === DECLARATIONS - 1, mutations: mutations.map(({ operation, region }) => `${operation} ${region}`) });
      }
    }
    if (this.seed % EVERY_RETURN === 0) { await this.goThereAndBack(); }
    await this.post.settle();
  }

  /**
   * The key that is replaced first is being deleted by then, so the way back is a third key (L8). What was imported is
   * replaced by a key that the service generates, and imported again.
   */
  private async goThereAndBack(): Promise<void> {
    const isAsDeclared = (id: string) => this.afterwards.some(({ again, last }) => last && again.logicalId === id && again.answer?.Status === 'SUCCESS');
    const found = [...this.cloudFormation.resources].find(([logicalId, { declaration: { declared } }]) =>
      isAsDeclared(logicalId) && declared.Replaceable && declared.Exportable && ALGORITHMS.includes(declared.KeyAlgorithm)
      && !(declared.Material && this.custodians?.haveTakenAway));
    if (!found) { return; }
    const [logicalId, { declaration }] = found;
    const here: Declaration = { ...declaration, policy: 'DESTROY' };
    const KeyAlgorithm = ALGORITHMS.find(algorithm => algorithm !== declaration.declared.KeyAlgorithm);
    const sentBefore = this.notebook.requests.length;
    const there: Declaration = { ...here, declared: { ...here.declared, KeyAlgorithm, Material: undefined, ExpectedKeyCheckValue: undefined } };
    for (const to of [there, here]) {
      this.say(`there and back: ${logicalId} as ${to.declared.KeyAlgorithm}`);
      await this.cloudFormation.deploy([{ logicalId, to, replaces: true }]);
      await this.post.pass(SECONDS_UNTIL_RETURN);
    }
    this.thereAndBack.push(...this.notebook.requests.slice(sentBefore));
  }
}
