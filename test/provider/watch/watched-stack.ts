import { ACCOUNT_DEFAULT_REPLICATION, accountDefaultReplicationProperties } from '../../../src/provider/contract/account-default-replication';
import { ADOPTED_PAYMENT_KEY, adoptedKeyProperties } from '../../../src/provider/contract/adopted-payment-key';
import { KEY_REPLICATION, keyReplicationProperties } from '../../../src/provider/contract/key-replication';
import { MULTI_REGION_PAYMENT_KEY } from '../../../src/provider/contract/multi-region-payment-key';
import { REGIONAL_ALIAS, aliasProperties } from '../../../src/provider/contract/regional-alias';
import { REGIONAL_TAGS, tagsProperties } from '../../../src/provider/contract/regional-tags';
import { Finding } from '../../../src/provider/handler/watch/finding';
import { FindingEvent, WatchOptions, WatchPorts } from '../../../src/provider/handler/watch/ports';
import { sweep, SweepOutcome } from '../../../src/provider/handler/watch/sweep';
import { SweepState, SweepTable } from '../../../src/provider/handler/watch/sweep-state';
import { StackResource } from '../../../src/provider/handler/watch/watched-resource';
import { EmulatorOptions } from '../../emulator';
import { Answer, Declared, REGION, STACK_ID, World } from '../../lifecycle/world';
import { ResourceRequests } from '../resource-requests';

export const HOUR = 3_600;
/** The longest that AWS Lambda lets a function run. */
export const INVOCATION_SECONDS = 900;

const CODECS: Readonly<Record<string, any>> = {
  [ADOPTED_PAYMENT_KEY]: adoptedKeyProperties,
  [KEY_REPLICATION]: keyReplicationProperties,
  [ACCOUNT_DEFAULT_REPLICATION]: accountDefaultReplicationProperties,
  [REGIONAL_ALIAS]: aliasProperties,
  [REGIONAL_TAGS]: tagsProperties,
};

/** The state of a watch in memory: what is written is copied, as by the table. */
export class MemorySweepTable implements SweepTable {
  readonly states = new Map<string, string>();

  async readSweep(id: string): Promise<SweepState | undefined> {
    const state = this.states.get(id);
    return state === undefined ? undefined : JSON.parse(state);
  }

  async writeSweep(id: string, state: SweepState): Promise<boolean> {
    if (((await this.readSweep(id))?.revision ?? 0) !== state.revision - 1) { return false; }
    this.states.set(id, JSON.stringify(state));
    return true;
  }
}

/** A stack that was deployed, and a watch of it, in virtual time. */
export class WatchedStack {
  static async start(options: EmulatorOptions = {}, watch: Partial<WatchOptions> = {}): Promise<WatchedStack> {
    return new WatchedStack(await World.start(options), { name: 'Watch', intervalSeconds: HOUR, metricNamespace: 'PaymentKeys/payments', ...watch });
  }

  readonly resources: StackResource[] = [];
  readonly events: FindingEvent[] = [];
  readonly lines: any[] = [];
  readonly sweepTable = new MemorySweepTable();
  readonly ports: WatchPorts;

  private constructor(readonly world: World, readonly options: WatchOptions) {
    this.ports = {
      looks: world.ports.service,
      ledger: world.ledger,
      limiterTable: world.ledger,
      sweepTable: this.sweepTable,
      stackResources: async () => [...this.resources],
      publish: async events => { this.events.push(...events); },
      now: () => new Date(world.clock.now()),
      pause: async seconds => world.clock.advance(seconds),
      write: line => { this.lines.push(JSON.parse(JSON.stringify(line))); },
      stackId: STACK_ID,
    };
  }

  /** A key, replicated to us-west-2. */
  async key(declared: Declared = {}, logicalId = 'Cvk'): Promise<string> {
    return this.there(logicalId, MULTI_REGION_PAYMENT_KEY, await this.world.create(declared, { logicalId }));
  }

  async attached(logicalId: string, type: string, declared: object): Promise<string> {
    const requests = new ResourceRequests<any>(this.world, type, CODECS[type], logicalId);
    return this.there(logicalId, type, await requests.create({ ReplicationTimeoutInMinutes: 30, ...declared }));
  }

  /** What somebody else does. */
  async byHand(operation: string, input: object, region = REGION): Promise<any> {
    this.world.clock.advance(1);
    return this.world.emulator.call(operation, input, { region, accessKeyId: 'AKIASOMEBODYELSE' });
  }

  /** Everything that was begun shows everywhere. */
  settle(): void {
    this.world.clock.advance(300);
    this.world.takeRequests();
  }

  /** One invocation; without a list of ports, as it is deployed. */
  async invoke(ports: Partial<WatchPorts> = {}, seconds = INVOCATION_SECONDS): Promise<SweepOutcome> {
    return sweep(this.options, { ...this.ports, ...ports }, new Date(this.world.clock.now() + seconds * 1000));
  }

  /** One whole sweep after an interval, and what it found. */
  async sweep(): Promise<Finding[]> {
    this.world.clock.advance(HOUR);
    this.lines.length = 0;
    this.events.length = 0;
    await this.invoke();
    return this.findings;
  }

  get findings(): Finding[] {
    return this.lines.filter(line => 'found' in line && line.level === 'WARN');
  }

  /** The line that tells what a sweep counted. */
  get counted(): any {
    return this.lines.find(({ code }) => code === 'SWEEP_COMPLETE');
  }

  close(): Promise<void> {
    return this.world.close();
  }

  private there(logicalId: string, type: string, { Status, Reason, PhysicalResourceId: physicalId }: Answer): string {
    if (Status !== 'SUCCESS') { throw new Error(`${logicalId} could not be deployed: ${Reason}`); }
    this.resources.push({ logicalId, type, physicalId });
    return physicalId;
  }
}
