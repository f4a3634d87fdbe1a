import { ServiceFault } from '../control-plane/fault';
import { LOOKS, mapped } from '../control-plane/operations';
import { Looks } from '../control-plane/port';
import { anchorOf, timeOf } from '../quota/anchoring';
import { PACING } from '../quota/pacing';
import { LimiterItem, LimiterTable } from '../quota/port';

/*
 * Looks of the lowest priority. The rate limiter of a stack leaves a fifth of the quota of each Region to others (quota/pacing.ts);
 * a watch takes half of that fifth, and nothing while the stack's own requests are in the queue. So it draws no ticket, which
 * would move requests of a deployment behind it: it only reads where the queue stands, before each look.
 *
 * For example, a deployment draws a ticket for us-east-1 every 250 ms for two minutes. A watch that begins meanwhile reads the
 * limiter's item every 5 s, and makes its first look there 5 s after the last ticket was due.
 */

const SECONDS_BETWEEN_LOOKS = 2;
/** How long after the last request of the stack its queue counts as idle. */
const SECONDS_UNTIL_IDLE = 5;
/** The service throttles because of others in the account: they come first, too. */
const SECONDS_AFTER_THROTTLING = 15;
const MOST_TRIES = 4;

/** The time of the function is over before the look could be made. */
export class TimeIsOver extends Error {
  constructor() {
    super('no time is left for another look');
  }
}

export interface Clock {
  now(): Date;
  pause(seconds: number): Promise<void>;
}

/** @param until when the function's time for looks is over; a look that would come later throws `TimeIsOver` */
export function backgroundLooks(looks: Looks, limiters: Pick<LimiterTable, 'readLimiter'>, clock: Clock, until: Date): Looks {
  const lastLooks = new Map<string, number>();
  /** Regions whose last look was not answered, however often it was tried. Each look there would take minutes, and keep those in other Regions waiting. */
  const silent = new Set<string | undefined>();

  const pauseUntil = async (time: number): Promise<void> => {
    if (time > until.getTime()) { throw new TimeIsOver(); }
    const seconds = (time - clock.now().getTime()) / 1000;
    if (seconds > 0) { await clock.pause(seconds); }
  };

  const turnIn = async (region: string): Promise<void> => {
    await pauseUntil((lastLooks.get(region) ?? 0) + SECONDS_BETWEEN_LOOKS * 1000);
    while (isBusy(await limiterOf(region, limiters), clock.now().getTime())) { await pauseUntil(clock.now().getTime() + SECONDS_UNTIL_IDLE * 1000); }
    if (clock.now() > until) { throw new TimeIsOver(); }
    lastLooks.set(region, clock.now().getTime());
  };

  const look = async <N extends keyof Looks>(name: N, args: Parameters<Looks[N]>): Promise<unknown> => {
    const region = LOOKS[name].region?.(...args);
    for (let tries = 1; ; tries += 1) {
      if (region !== undefined) { await turnIn(region); }
      try {
        const answer = await (looks[name] as (...of: unknown[]) => Promise<unknown>)(...args);
        silent.delete(region);
        return answer;
      } catch (fault) {
        if (!(fault instanceof ServiceFault) || !['throttled', 'unreachable', 'unknownOutcome'].includes(fault.kind)) { throw fault; }
        if (tries === MOST_TRIES || silent.has(region)) {
          silent.add(region);
          throw fault;
        }
        await pauseUntil(clock.now().getTime() + SECONDS_AFTER_THROTTLING * tries * 1000);
      }
    }
  };

  return mapped(LOOKS, name => (...args: any) => look(name, args)) as unknown as Looks;
}

/** A table that cannot be read keeps nobody from looking: the pace alone leaves room for others. */
async function limiterOf(region: string, limiters: Pick<LimiterTable, 'readLimiter'>): Promise<LimiterItem | undefined> {
  try {
    return await limiters.readLimiter(region);
  } catch (fault) {
    if (!(fault instanceof ServiceFault)) { throw fault; }
    return undefined;
  }
}

/** Whether requests of the stack wait, or were sent a moment ago. */
function isBusy(item: LimiterItem | undefined, at: number): boolean {
  if (!item) { return false; }
  const lastDue = Math.max(item.drawnAt, timeOf(item.drawn, anchorOf(item, PACING)));
  return at < lastDue + SECONDS_UNTIL_IDLE * 1000;
}
