import { Anchor, LimiterItem, LimiterTable } from './port';
import { ServiceFault } from '../control-plane/fault';
import { Ticket } from '../ledger/item';

/*
 * The rate limiter of one Region's control plane (L12): whose request is sent when, so that one stack leaves room for
 * others in the service's quota, and so that its requests take turns in the order in which they came.
 *
 * A request draws a ticket, which is a number. The item of the Region has an anchor: one ticket, its time, and the
 * distance between tickets. From these follows when every other ticket is due, so a new anchor moves everybody who waits.
 * Each anchor has an epoch and is set only in place of the one before it: of several who want to move it, one does.
 *
 *   drawn after an idle time    due at once: no anchor is needed, so a key alone costs one write for each request
 *   drawn while others wait     due in its turn
 *   drawn with nobody waiting,
 *   but right after another     anchors itself one distance behind the ticket before it
 *   throttled                   anchors itself a moment later, with a larger distance (multiplicative decrease)
 *   due at a slow pace          anchors itself where it is, with a smaller distance: nobody before it moves
 *   no longer of use            (late, lost, hours ahead) another ticket is drawn, at the end of the queue
 *
 * For example, three keys that are created at the same time, after an idle hour:
 *   Key1 draws ticket 41: the ticket before is an hour old, so CreateKey is sent at once, at 0 ms.
 *   Key2 draws ticket 42, 2 ms later: it anchors { ticket 42, time 250 ms, distance 250 ms }, and is sent at 250 ms.
 *   Key3 draws ticket 43, 4 ms later: due at 500 ms. If Key3 had wanted to anchor too, it would have lost, and followed Key2's.
 *
 * Guarantees: no two tickets that were drawn at the same time are due at the same time. A ticket that nobody uses (its
 * function died) costs its own time, nothing else. A table that cannot be reached delays a request by seconds, and then
 * the request is sent without a place.
 */

/** Between tickets at the full pace: 4 requests a second, which leaves a fifth of the quota of 5 to others. */
export const FULL_PACE_MS = 250;
const SLOWER = 1.5;
const SLOWEST_PACE_MS = 16 * FULL_PACE_MS;
/** A slow pace recovers: in this time the distance halves. */
const HALVED_AFTER_MS = 40_000;
/** Not in more steps than this, since each is a write. */
const SMALLEST_RECOVERY = 0.9;
/** Nobody is sent for so long after a request was throttled: the service's bucket fills. */
const PAUSE_MS = 500;
/** Tickets before the throttled one that may be under way, and be throttled too: they keep their order. */
const UNDER_WAY = 4;
/** A place is kept for so long. Who comes later queues again, or else all would be sent at once whom one outage held up. */
const KEPT_MS = 2_000;
/** Less than this ahead, a ticket's time is not moved by slower ones behind it: the time to anchor a faster pace. */
const SOON_MS = 2_000;
/** No honest queue is as long: a request has a deadline. */
const TOO_FAR_MS = 3_600_000;
const FEWEST_MS_UNTIL_ASKED_AGAIN = 1_000;
/** Instead of a place in the queue, if the table cannot be reached. */
const SHORTEST_WAIT_WITHOUT_PLACE_MS = 1_000;
const LONGEST_WAIT_WITHOUT_PLACE_MS = 10_000;
/** Others may always be faster, but not so often. */
const MOST_DRAWS = 5;

/** What a ticket without a number has: its request is not in the queue, since the table could not be reached. */
const NO_NUMBER = 0;

/** A place in the queue, as it is now. Times are in milliseconds since 1970. */
export interface Place {
  readonly ticket: Ticket;
  /** When the request may be sent. */
  readonly dueAt: number;
  /** When to ask for the place again, if the request cannot wait for `dueAt` in one piece: before this, it is not due however the pace recovers. */
  readonly askAgainAt: number;
  /** From what this follows. */
  readonly anchor: Anchor;
}

/** No method throws. */
export interface RateLimiter {
  /** The last place in the queue of the Region's control plane. One write, seldom two. */
  draw(region: string): Promise<Place>;
  /** The place of a ticket that was drawn earlier, or the last place if that one is gone. One read, seldom a write. */
  place(ticket: Ticket): Promise<Place>;
  /** The service throttled a request that was sent in this place: everybody slows down, and the request keeps its turn. One write. */
  throttled(place: Place): Promise<Place>;
}

/** Nobody ever waited: every ticket is due. */
const NO_ANCHOR: Anchor = { epoch: 0, ticket: 0, time: 0, distance: FULL_PACE_MS, distanceChangedAt: 0 };

/** @param random between 0 and 1, different for requests that wait for the same table */
export function rateLimiter(table: LimiterTable, now: () => number, random: () => number = Math.random): RateLimiter {
  const draw = async (region: string): Promise<Place> => {
    for (let draws = 1; ; draws += 1) {
      const { ticket: number, before } = await table.draw(region, now());
      const ticket = { region, number };
      const at = now();
      const wanted = anchorAtDraw(number, before, at);
      if (wanted === undefined) { return placeOf(ticket, before?.anchor ?? NO_ANCHOR, at); }
      const anchor = await table.anchor(region, wanted);
      // Whoever anchored instead knew nothing of this ticket if it came before theirs.
      if (anchor && (anchor.ticket === number || timeOf(number, anchor) >= at || draws === MOST_DRAWS)) { return placeOf(ticket, anchor, at); }
      if (draws === MOST_DRAWS) { return withoutPlace(region, waitWithoutPlace()); }
    }
  };

  const place = async (ticket: Ticket): Promise<Place> => {
    const { region, number } = ticket;
    const item = await table.readLimiter(region);
    const at = now();
    const before = item?.anchor ?? NO_ANCHOR;
    if (number > (item?.drawn ?? 0) || isGone(number, before, at)) { return draw(region); }
    const distance = recovered(before, at);
    if (timeOf(number, before) > at + SOON_MS || distance > before.distance * SMALLEST_RECOVERY) { return placeOf(ticket, before, at); }
    const anchor = await table.anchor(region, { epoch: before.epoch + 1, ticket: number, time: timeOf(number, before), distance, distanceChangedAt: at });
    return !anchor || isGone(number, anchor, at) ? draw(region) : placeOf(ticket, anchor, at);
  };

  const throttled = async ({ ticket, anchor: before }: Place): Promise<Place> => {
    const at = now();
    const anchor = await table.anchor(ticket.region, {
      epoch: before.epoch + 1,
      ticket: ticket.number - UNDER_WAY,
      time: at + PAUSE_MS,
      distance: Math.min(SLOWEST_PACE_MS, before.distance * SLOWER),
      distanceChangedAt: at,
    });
    return !anchor || timeOf(ticket.number, anchor) <= at ? draw(ticket.region) : placeOf(ticket, anchor, at);
  };

  /** Not for good: the next time it is due at once if the table still cannot be reached. */
  const withoutPlace = (region: string, wait: number): Place => {
    const dueAt = now() + wait;
    return { ticket: { region, number: NO_NUMBER }, dueAt, askAgainAt: dueAt, anchor: NO_ANCHOR };
  };
  const waitWithoutPlace = () =>
    SHORTEST_WAIT_WITHOUT_PLACE_MS + random() * (LONGEST_WAIT_WITHOUT_PLACE_MS - SHORTEST_WAIT_WITHOUT_PLACE_MS);

  return {
    draw: region => orElse(() => draw(region), () => withoutPlace(region, waitWithoutPlace())),
    place: ticket => ticket.number === NO_NUMBER
      ? orElse(() => draw(ticket.region), () => withoutPlace(ticket.region, 0))
      // It has waited for its place, which was known when it began to wait.
      : orElse(() => place(ticket), () => ({ ...withoutPlace(ticket.region, random() * SHORTEST_WAIT_WITHOUT_PLACE_MS), ticket })),
    throttled: ({ ticket, anchor, ...rest }) => ticket.number === NO_NUMBER
      ? orElse(() => draw(ticket.region), () => withoutPlace(ticket.region, waitWithoutPlace()))
      : orElse(() => throttled({ ticket, anchor, ...rest }), () => ({ ...withoutPlace(ticket.region, waitWithoutPlace()), ticket, anchor })),
  };
}

/** The anchor that a drawn ticket needs; `undefined` if its time follows from the one that is there, or it is the first after an idle time. */
function anchorAtDraw(number: number, before: LimiterItem | undefined, at: number): Anchor | undefined {
  const anchor = before?.anchor ?? NO_ANCHOR;
  const time = timeOf(number, anchor);
  const next = { epoch: anchor.epoch + 1, ticket: number, distanceChangedAt: at };
  if (time > at + TOO_FAR_MS) { return { ...next, time: at, distance: FULL_PACE_MS }; }
  if (time >= at) { return undefined; }
  const distance = recovered(anchor, at);
  const free = Math.min(before?.drawnAt ?? -Infinity, at) + distance;
  return free <= at ? undefined : { ...next, time: free, distance };
}

function timeOf(number: number, { ticket, time, distance }: Anchor): number {
  return time + (number - ticket) * distance;
}

/** Whether the place of this ticket has passed, or will never come. */
function isGone(number: number, anchor: Anchor, at: number): boolean {
  const time = timeOf(number, anchor);
  return time < at - KEPT_MS || time > at + TOO_FAR_MS;
}

/** The distance that is enough by now, if no request was throttled since. */
function recovered({ distance, distanceChangedAt }: Anchor, at: number): number {
  return Math.max(FULL_PACE_MS, distance * 2 ** (Math.min(0, distanceChangedAt - at) / HALVED_AFTER_MS));
}

function placeOf(ticket: Ticket, anchor: Anchor, at: number): Place {
  const dueAt = Math.max(at, timeOf(ticket.number, anchor));
  const soonest = (dueAt - at) * FULL_PACE_MS / anchor.distance;
  return { ticket, dueAt, askAgainAt: Math.min(dueAt, at + Math.max(FEWEST_MS_UNTIL_ASKED_AGAIN, soonest)), anchor };
}

async function orElse(ask: () => Promise<Place>, instead: () => Place): Promise<Place> {
  try {
    return await ask();
  } catch (fault) {
    if (!(fault instanceof ServiceFault)) { throw fault; }
    return instead();
  }
}
