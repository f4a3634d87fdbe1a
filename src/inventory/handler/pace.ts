import { FaultKind, ServiceFault } from '../../provider/handler/control-plane/fault';

/*
 * How fast a run sends its requests to one Region's control plane. The quota of five requests a second is everybody's, and a
 * deployment by this library takes four of them. An inventory has time, so it takes the fifth only while nobody else does, and
 * otherwise steps back (additive increase, multiplicative decrease):
 *
 *   at first, and at most   one request a second
 *   throttled               one in 16 seconds from now on, and the request is made again
 *   answered                a hundredth of a request a second more, so that it is back at one a second after five minutes
 *
 * Chosen by measurement (`npm run bench -- inventory`, in virtual time): seconds that the creation of keys takes with an inventory
 * beside it. Nobody else asks, or another client does so once a second: then nothing of the quota is left, and whatever else is
 * asked slows the deployment. Three stacks ask for more than the quota by themselves, and the smallest change sets others back.
 *
 *                                    400 keys   and another client   600 in three stacks   and another client
 *   no inventory                        200            200                   255                   324
 *   as it is here                       200            223                   351                   336
 *   back after 100 seconds              200            236                   351                   414
 *   half as many, back after 20         200            284                   351                   402
 */

const FASTEST_PER_SECOND = 1;
const SLOWEST_PER_SECOND = 1 / 16;
const INCREASE_PER_SECOND = 1 / 100;

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
  // The invocation before may have sent its last request just now.
  let nextAt = now() + 1000 / FASTEST_PER_SECOND;

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
          perSecond = SLOWEST_PER_SECOND;
          nextAt = now() + 1000 / perSecond;
          continue;
        }
        unanswered += 1;
        if (!UNANSWERED.has(fault.kind) || unanswered === MOST_ATTEMPTS) { throw fault; }
      }
    }
  };
}
