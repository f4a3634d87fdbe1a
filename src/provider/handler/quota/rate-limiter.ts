import { anchorAtDraw, anchorAtFasterPace, anchorAtSlowerPace, anchorOf, isGone, timeOf } from './anchoring';
import { Pacing, PACING } from './pacing';
import { Anchor, LimiterTable } from './port';
import { ServiceFault } from '../control-plane/fault';
import { Ticket } from '../ledger/item';

/*
 * The rate limiter of one Region's control plane (L12): which request is sent when, so that a stack leaves room for
 * others in the service's quota, and its requests take turns in the order in which they came.
 *
 * A request draws a ticket, which is a number. The item of the Region has an anchor: one ticket, its time, and the
 * distance between tickets. From these follows when every other ticket is due, so a new anchor moves everybody who waits.
 * Each anchor has an epoch and is set only in place of the one before it: of several who want to move it, one does.
 *
 *   drawn after an idle time    due at once, without an anchor: a key alone costs one write for each request
 *   drawn while others wait     due in its turn
 *   drawn while nobody waits,
 *   but right after another     anchors itself one distance behind the ticket before it
 *   throttled                   anchors itself a moment later, with a larger distance (multiplicative decrease)
 *   due at a slow pace          anchors itself where it is, with a smaller distance
 *   late, lost, or hours ahead  another ticket is drawn, at the end of the queue
 *
 * For example, three keys that are created at the same time, after an idle hour:
 *   Key1 draws ticket 41. Ticket 40 is an hour old, so CreateKey is sent at once, at 0 ms.
 *   Key2 draws ticket 42, 2 ms later: it anchors { ticket 42, time 250 ms, distance 250 ms }, and is sent at 250 ms.
 *   Key3 draws ticket 43, 4 ms later, and is due at 500 ms. If it wants to anchor too, it loses, and follows Key2's anchor.
 *
 * Tickets that were drawn together are never due together, whoever anchors first. A ticket that nobody uses, because its
 * function died, costs its own time and nothing else. If the table cannot be reached, the request waits for some
 * seconds, asks once more, and is sent without a place: the limiter never stops a request for good.
 */

/** Shorter waits are not worth a step of their own. Milliseconds, as all times here. */
const SHORTEST_WAIT_TO_ASK_AGAIN = 1_000;
/** Instead of a place in the queue, if the table cannot be reached. Between these, by chance. */
const WAIT_WITHOUT_PLACE = { shortest: 1_000, longest: 10_000 };
/** Another request can anchor first so often, and then this one is sent anyway. */
const MOST_DRAWS = 5;
/** The ticket of a request that is not in the queue, since the table could not be reached. */
const NO_NUMBER = 0;

/** A place in the queue, as it is now. Times are in milliseconds since 1970. */
export interface Place {
  readonly ticket: Ticket;
  /** When the request may be sent. */
  readonly dueAt: number;
  /** When to ask again, if the request does not wait for `dueAt` in one piece: it is not due before, however the pace recovers. */
  readonly askAgainAt: number;
  /** From what this follows. */
  readonly anchor: Anchor;
}

/** A table that cannot be reached slows nobody down: no method throws `ServiceFault`. */
export interface RateLimiter {
  /** The last place in the queue of the Region's control plane. One write, seldom two. */
  draw(region: string): Promise<Place>;
  /** The place of a ticket that was drawn earlier, or the last place if that one is gone. One read, seldom a write. */
  place(ticket: Ticket): Promise<Place>;
  /** The service throttled a request that was sent in this place: everybody slows down, and the request keeps its turn. One write. */
  throttled(place: Place): Promise<Place>;
}

/** @param random between 0 and 1, not the same for requests that wait for the same table */
export function rateLimiter(
  table: LimiterTable, now: () => number, random: () => number = Math.random, pacing: Pacing = PACING,
): RateLimiter {
  const placeOf = (ticket: Ticket, anchor: Anchor, at: number): Place => {
    const dueAt = Math.max(at, timeOf(ticket.number, anchor));
    const soonest = (dueAt - at) * pacing.fullPace / anchor.distance;
    return { ticket, dueAt, askAgainAt: Math.min(dueAt, at + Math.max(SHORTEST_WAIT_TO_ASK_AGAIN, soonest)), anchor };
  };

  const draw = async (region: string): Promise<Place> => {
    for (let draws = 1; ; draws += 1) {
      // Whether the queue was idle is judged by when the ticket was asked for, as the draw before it was noted: by the time
      // of a slow answer, everybody who waited for one would be the first after an idle time.
      const askedAt = now();
      const { ticket: number, before } = await table.draw(region, askedAt);
      const ticket = { region, number };
      const wanted = anchorAtDraw(number, before, askedAt, pacing);
      if (!wanted) { return placeOf(ticket, anchorOf(before, pacing), now()); }
      const anchor = await table.anchor(region, wanted) ?? anchorOf(undefined, pacing);
      // Who anchored instead did not count on the tickets before theirs: they would all be due at once.
      if (timeOf(number, anchor) >= wanted.time || draws === MOST_DRAWS) { return placeOf(ticket, anchor, now()); }
    }
  };

  const place = async (ticket: Ticket): Promise<Place> => {
    const { region, number } = ticket;
    const item = await table.readLimiter(region);
    const at = now();
    const before = anchorOf(item, pacing);
    if (number > (item?.drawn ?? 0) || isGone(number, before, at)) { return draw(region); }
    const wanted = anchorAtFasterPace(number, before, at, pacing);
    const anchor = wanted ? await table.anchor(region, wanted) : before;
    return !anchor || isGone(number, anchor, at) ? draw(region) : placeOf(ticket, anchor, at);
  };

  const throttled = async ({ ticket, anchor: before }: Place): Promise<Place> => {
    const at = now();
    const anchor = await table.anchor(ticket.region, anchorAtSlowerPace(ticket.number, before, at, pacing));
    return !anchor || timeOf(ticket.number, anchor) <= at ? draw(ticket.region) : placeOf(ticket, anchor, at);
  };

  const without = (ticket: Ticket, wait: number): Place => {
    const dueAt = now() + wait;
    return { ticket, dueAt, askAgainAt: dueAt, anchor: anchorOf(undefined, pacing) };
  };
  const someSeconds = () => WAIT_WITHOUT_PLACE.shortest + random() * (WAIT_WITHOUT_PLACE.longest - WAIT_WITHOUT_PLACE.shortest);
  const unnumbered = (region: string): Ticket => ({ region, number: NO_NUMBER });

  return {
    draw: region => orElse(draw(region), () => without(unnumbered(region), someSeconds())),
    place: ticket => orElse(ticket.number === NO_NUMBER ? draw(ticket.region) : place(ticket), () => without(ticket, 0)),
    throttled: one => orElse(one.ticket.number === NO_NUMBER ? draw(one.ticket.region) : throttled(one), () => without(one.ticket, someSeconds())),
  };
}

async function orElse(answer: Promise<Place>, instead: () => Place): Promise<Place> {
  try {
    return await answer;
  } catch (fault) {
    if (!(fault instanceof ServiceFault)) { throw fault; }
    return instead();
  }
}
