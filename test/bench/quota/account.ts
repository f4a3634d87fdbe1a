import { HttpRequest, HttpResponse } from '@smithy/protocol-http';
import { Emulator, EmulatorOptions, VirtualClock } from '../../emulator';
import { OUR_ACCESS_KEY } from '../../lifecycle/notebook';
import { bytes } from '../../lifecycle/random';
import { Timeline } from '../../lifecycle/timeline';
import { connect, inProcess } from '../../lifecycle/transport';
import { ACCOUNT, REGION } from '../../lifecycle/world';

/** Seconds that any request takes. The simulation's time passes in nothing else but requests, invocations and waits. */
export const REQUEST_SECONDS = 0.05;
const OTHER_ACCESS_KEY = 'AKIAOTHERCLIENT';

const SERVICE = 'payment-cryptography';

export interface RegionFigures {
  readonly executed: number;
  readonly throttled: number;
  /** The part of its requests that another client got through, 0 to 1. */
  readonly othersShare: number;
}

/** One account with its quotas, in virtual time: whoever deploys, and another client that never repeats a request. */
export class Account {
  readonly clock = new VirtualClock();
  readonly timeline = new Timeline<unknown>(this.clock);
  readonly emulator: Emulator;
  private readonly random = bytes(2);
  private began = this.clock.now();

  /** @param others whether another client asks once a second */
  constructor(readonly replicaRegions: readonly string[], options: EmulatorOptions, others = true) {
    this.emulator = new Emulator({ account: ACCOUNT, clock: this.clock, random: bytes(1), ...options });
    connect(request => this.carry(request));
    if (others) { [REGION, ...replicaRegions].forEach(region => this.otherClient(region)); }
  }

  get seconds(): number {
    return (this.clock.now() - this.began) / 1000;
  }

  get firstRequestSeconds(): number {
    return (this.emulator.log.entries.find(({ accessKeyId }) => accessKeyId === OUR_ACCESS_KEY)!.time - this.began) / 1000;
  }

  /** From 0 to 1, always in the same order. */
  chance(): number {
    return this.random(4).readUInt32BE(0) / 2 ** 32;
  }

  /** What happened so far counts no longer. */
  beginAnew(): void {
    this.emulator.log.clear();
    this.began = this.clock.now();
  }

  /** Carries a request of an SDK client, while everybody else goes on. */
  async carry(request: HttpRequest): Promise<HttpResponse> {
    await this.timeline.sleep(REQUEST_SECONDS);
    return inProcess(this.emulator)(request);
  }

  /** A request of somebody who needs no client of the SDK: the peers. */
  async call<Output>(operation: string, input: object, region = REGION): Promise<Output> {
    await this.timeline.sleep(REQUEST_SECONDS);
    return this.emulator.call<Output>(operation, input, { region, accessKeyId: OUR_ACCESS_KEY });
  }

  /** Lets time pass until it is over; throws when nothing more would happen. */
  async until(over: () => boolean): Promise<void> {
    while (!over()) {
      if (!await this.timeline.next()) { throw new Error('nothing will ever happen, and it is not over'); }
    }
  }

  figures(region: string): RegionFigures {
    const entries = this.emulator.log.entries.filter(entry => entry.region === region && entry.service === SERVICE);
    const ours = entries.filter(({ accessKeyId }) => accessKeyId === OUR_ACCESS_KEY);
    const others = entries.filter(({ accessKeyId }) => accessKeyId === OTHER_ACCESS_KEY);
    return {
      executed: ours.filter(({ error }) => error !== 'ThrottlingException').length,
      throttled: ours.filter(({ error }) => error === 'ThrottlingException').length,
      othersShare: others.filter(({ error }) => error !== 'ThrottlingException').length / others.length,
    };
  }

  /** One request at some moment of each second. */
  private otherClient(region: string): void {
    this.timeline.in(1, async () => this.otherClient(region));
    this.timeline.in(this.chance(), () => this.otherRequest(region));
  }

  private async otherRequest(region: string): Promise<void> {
    await this.emulator.call('ListKeys', { MaxResults: 1 }, { region, accessKeyId: OTHER_ACCESS_KEY }).catch(() => undefined);
  }
}
