import { FaultKind, ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { Ticket } from '../../../src/provider/handler/ledger/item';
import { LimiterItem, LimiterTable } from '../../../src/provider/handler/quota/port';
import { Place, RateLimiter, rateLimiter } from '../../../src/provider/handler/quota/rate-limiter';
import { VirtualClock } from '../../emulator';
import { Timeline } from '../../lifecycle/timeline';
import { MemoryLedger, through } from '../ledger/memory-ledger';

export const REGION = 'us-east-1';
export const HOUR = 3_600_000;

/** One Region's queue in virtual time. Whoever asks it runs in a function of its own. */
export class Queue {
  readonly clock = new VirtualClock();
  readonly timeline = new Timeline<unknown>(this.clock);
  readonly memory = new MemoryLedger();
  /** Which method of the table fails, and how. */
  readonly faults = new Map<keyof LimiterTable, FaultKind>();
  /** Writes, and reads. */
  requests: string[] = [];

  readonly table: LimiterTable = through((method, act) => this.ask(method as keyof LimiterTable, act), this.memory);

  /** Until a request arrives at the table, and until its answer is back, in milliseconds. */
  latency: () => number = () => 0;

  get now(): number {
    return this.clock.now();
  }

  get item(): LimiterItem | undefined {
    return this.memory.limiters.get(REGION);
  }

  set item(item: LimiterItem | undefined) {
    if (item) { this.memory.limiters.set(REGION, item); } else { this.memory.limiters.delete(REGION); }
  }

  /** A function knows nothing of others but what stands in the table. */
  limiter(random = () => 0.5): RateLimiter {
    return rateLimiter(this.table, () => this.now, random);
  }

  pass(milliseconds: number): void {
    this.clock.advance(milliseconds / 1000);
  }

  /** Tickets that were drawn one after the other, at the same moment. */
  async drawn(count: number): Promise<Place[]> {
    const places: Place[] = [];
    for (let index = 0; index < count; index += 1) { places.push(await this.limiter().draw(REGION)); }
    return places;
  }

  /** What the tickets are worth now, each asked for by another function. */
  async places(tickets: readonly Ticket[]): Promise<Place[]> {
    const places: Place[] = [];
    for (const ticket of tickets) { places.push(await this.limiter().place(ticket)); }
    return places;
  }

  private async ask<T>(method: keyof LimiterTable, act: () => Promise<T>): Promise<T> {
    this.requests.push(method);
    await this.delay();
    const fault = this.faults.get(method);
    // Of an unknown outcome, the worse case for whoever comes next: it was executed.
    const answer = fault === undefined || fault === 'unknownOutcome' ? await act() : undefined;
    if (fault) { throw new ServiceFault(fault, 'dynamodb', 'UpdateItem', REGION, fault, ''); }
    await this.delay();
    return answer!;
  }

  private async delay(): Promise<void> {
    const milliseconds = this.latency();
    if (milliseconds > 0) { await this.timeline.sleep(milliseconds / 1000); }
  }
}

/** The most of these moments within any second. */
export function mostInOneSecond(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.max(...sorted.map((time, index) => sorted.slice(index).filter(later => later < time + 1000).length));
}

/** The smallest time between two neighbours. */
export function smallestDistance(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return Math.min(...sorted.slice(1).map((time, index) => time - sorted[index]));
}

export const dueTimes = (places: readonly Place[]): number[] => places.map(({ dueAt }) => dueAt);
