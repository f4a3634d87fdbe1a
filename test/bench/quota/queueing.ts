import { Ticket } from '../../../src/provider/handler/ledger/item';
import { Pacing } from '../../../src/provider/handler/quota/pacing';
import { LimiterTable } from '../../../src/provider/handler/quota/port';
import { Place, rateLimiter } from '../../../src/provider/handler/quota/rate-limiter';
import { VirtualClock } from '../../emulator';
import { RequestQuota } from '../../emulator/quota';
import { bytes } from '../../lifecycle/random';
import { Timeline } from '../../lifecycle/timeline';
import { MemoryLedger } from '../../provider/ledger/memory-ledger';

/*
 * The rate limiter alone, against the emulator's quota, in virtual time: clients that have nothing to do but to send
 * requests, in stacks that share one Region, beside another client that asks once a second and never repeats a request.
 * A client waits as the handler does: short waits in one piece, longer ones in whole seconds, and then it asks again.
 */

export interface Crowd {
  readonly stacks: number;
  readonly clientsPerStack: number;
  /** Requests of a client: one after the other, the next one so many seconds after the one before. */
  readonly requestsPerClient: number;
  readonly secondsBetween: number;
  /** Clients of a stack that are at work at the same time. */
  readonly concurrency: number;
  readonly burst: number;
  readonly seed: number;
  readonly pacing?: Pacing;
}

export interface Outcome {
  readonly seconds: number;
  /** Over what the quota alone takes for all the requests. */
  readonly timeOverFloor: number;
  readonly throttledPerRequest: number;
  readonly othersShare: number;
  readonly mostInOneSecond: number;
  /** Writes of the limiters' items per request. */
  readonly writesPerRequest: number;
}

const PER_SECOND = 5;
const REGION = 'us-east-1';
const TABLE_SECONDS = 0.02;
const INVOCATION_SECONDS = 0.1;
/** The service executes a request up to so long after it was sent. */
const EXECUTION_SECONDS = 0.3;
const LONGEST_SLEEP_SECONDS = 1.5;

export async function simulateQueue(
  { stacks, clientsPerStack, requestsPerClient, secondsBetween, concurrency, burst, seed, pacing }: Crowd,
): Promise<Outcome> {
  const clock = new VirtualClock();
  const timeline = new Timeline<unknown>(clock);
  const quota = new RequestQuota(PER_SECOND, burst);
  const random = randomOf(seed);
  const began = clock.now();
  let open = stacks * clientsPerStack;
  let throttled = 0;
  let writes = 0;
  const executed: number[] = [];
  const others = { sent: 0, executed: 0 };

  const service = async (): Promise<boolean> => {
    await timeline.sleep(random() * EXECUTION_SECONDS);
    const passes = quota.take(REGION, clock.now());
    if (passes) { executed.push(clock.now()); } else { throttled += 1; }
    await timeline.sleep(TABLE_SECONDS);
    return passes;
  };

  const other = (): void => {
    timeline.in(1, async () => other());
    timeline.in(random(), async () => {
      others.sent += 1;
      if (quota.take(REGION, clock.now())) { others.executed += 1; }
    });
  };

  const stack = (): void => {
    const memory = new MemoryLedger();
    const table = slow(memory, () => timeline.sleep(TABLE_SECONDS * (0.5 + random())), () => { writes += 1; });
    const limiter = rateLimiter(table, () => clock.now(), random, pacing);
    let begun = 0;

    const request = async (): Promise<void> => {
      let stored: Ticket | undefined;
      for (;;) {
        const place: Place = await (stored ? limiter.place(stored) : limiter.draw(REGION));
        stored = place.ticket;
        const seconds = (place.dueAt - clock.now()) / 1000;
        if (seconds > LONGEST_SLEEP_SECONDS) {
          await wait(place);
        } else {
          if (seconds > 0) { await timeline.sleep(seconds); }
          if (await service()) { return; }
          const next = await limiter.throttled(place);
          stored = next.ticket;
          await wait(next);
        }
      }
    };
    const wait = ({ askAgainAt }: Place) =>
      timeline.sleep(Math.max(0, Math.floor((askAgainAt - clock.now()) / 1000)) + INVOCATION_SECONDS * (0.5 + random()));

    const client = async (): Promise<void> => {
      begun += 1;
      await timeline.sleep(INVOCATION_SECONDS * random());
      for (let index = 0; index < requestsPerClient; index += 1) {
        if (index > 0) { await timeline.sleep(secondsBetween + random() * INVOCATION_SECONDS); }
        await request();
      }
      open -= 1;
      if (begun < clientsPerStack) { timeline.in(0, client); }
    };
    for (let index = 0; index < Math.min(concurrency, clientsPerStack); index += 1) { timeline.in(0, client); }
  };

  other();
  for (let index = 0; index < stacks; index += 1) { stack(); }
  while (open > 0) { await timeline.next(); }

  const seconds = (clock.now() - began) / 1000;
  const requests = stacks * clientsPerStack * requestsPerClient;
  return {
    seconds,
    timeOverFloor: (seconds - secondsBetween) / (requests / PER_SECOND),
    throttledPerRequest: throttled / requests,
    othersShare: others.executed / others.sent,
    mostInOneSecond: mostInOneSecond(executed),
    writesPerRequest: writes / requests,
  };
}

/** A table that takes its time. */
function slow(table: LimiterTable, takeTime: () => Promise<void>, written: () => void): LimiterTable {
  const timed = async <T>(act: () => Promise<T>): Promise<T> => {
    await takeTime();
    const answer = await act();
    await takeTime();
    return answer;
  };
  return {
    draw: (region, now) => { written(); return timed(() => table.draw(region, now)); },
    readLimiter: region => timed(() => table.readLimiter(region)),
    anchor: (region, anchor) => { written(); return timed(() => table.anchor(region, anchor)); },
  };
}

export function mostInOneSecond(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  let first = 0;
  return sorted.reduce((most, time, index) => {
    while (sorted[first] <= time - 1000) { first += 1; }
    return Math.max(most, index - first + 1);
  }, 0);
}

/** Between 0 and 1, always in the same order. */
function randomOf(seed: number): () => number {
  const source = bytes(seed);
  return () => source(4).readUInt32BE(0) / 2 ** 32;
}

