import { FaultKind, ServiceFault } from '../../provider/handler/control-plane/fault';

/*
 * How fast a run sends its requests to one Region's control plane. The quota of five requests a second is everybody's, and a
 * deployment takes four of them: an inventory takes the fifth, and less as soon as the service throttles (additive increase,
 * multiplicative decrease).
 *
 *   at first, and at most   one request a second
 *   throttled               half as many from now on, down to one in 16 seconds; the request is made again
 *   answered                a 32nd of a request a second more
 *
 * For example, a deployment of 400 keys begins: two of the inventory's requests are throttled, and it goes on with one request in
 * 4 seconds. It is back at one a second 24 answers after the last throttling.
 */

const FASTEST_PER_SECOND = 1;
const SLOWEST_PER_SECOND = 1 / 16;
const DECREASE = 1 / 2;
const INCREASE_PER_SECOND = 1 / 32;

/** A request of which nobody knows whether it was answered is made again so often. It changes nothing. */
const MOST_ATTEMPTS = 4;
const UNANSWERED: ReadonlySet<FaultKind> = new Set(['unreachable', 'unknownOutcome']);

/** The invocation has no time left for another request. What was read so far is kept; the next invocation goes on. */
export class OutOfTime extends Error {}

/** Sends a request in its turn, and again until it is answered. Throws `OutOfTime`, or the `ServiceFault` that it ends with. */
export type Paced = <T>(request: () => Promise<T>) => Promise<T>;

export interface Clock {
  now(): number;
  pause(milliseconds: number): Promise<void>;
}

/** @param deadline in milliseconds since 1970: no request is sent later */
export function paced({ now, pause }: Clock, deadline: number): Paced {
  let perSecond = FASTEST_PER_SECOND;
  let nextAt = now();

  const turn = async () => {
    if (Math.max(now(), nextAt) >= deadline) { throw new OutOfTime(); }
    if (nextAt > now()) { await pause(nextAt - now()); }
    nextAt = now() + 1000 / perSecond;
  };

  return async request => {
    for (let unanswered = 0; ;) {
      await turn();
      try {
        const answer = await request();
        perSecond = Math.min(FASTEST_PER_SECOND, perSecond + INCREASE_PER_SECOND);
        return answer;
      } catch (fault) {
        if (!(fault instanceof ServiceFault)) { throw fault; }
        if (fault.kind === 'throttled') {
          perSecond = Math.max(SLOWEST_PER_SECOND, perSecond * DECREASE);
          nextAt = now() + 1000 / perSecond;
          continue;
        }
        unanswered += 1;
        if (!UNANSWERED.has(fault.kind) || unanswered === MOST_ATTEMPTS) { throw fault; }
      }
    }
  };
}
