import { Pacing } from './pacing';
import { Anchor, LimiterItem } from './port';

/** Where tickets are in time, and where a new anchor goes. Calls nothing. Times in milliseconds since 1970. */

/** A place is kept for so long. Who comes later queues again, or else all whom one outage held up would be sent at once. */
const PLACE_IS_KEPT = 2_000;
/** No honest queue is as long: requests have deadlines. */
const TOO_FAR = 3_600_000;
/** A ticket that is due within this time may set the faster pace, since all before it have been sent. */
const SOON = 2_000;

/** Of an item that nobody anchored yet, or that is not there: every ticket was due long ago. */
export function anchorOf(item: LimiterItem | undefined, { fullPace }: Pacing): Anchor {
  return item?.anchor ?? { epoch: 0, ticket: 0, time: 0, distance: fullPace, distanceChangedAt: 0 };
}

export function timeOf(number: number, { ticket, time, distance }: Anchor): number {
  return time + (number - ticket) * distance;
}

/** Whether the place of this ticket has passed, or will never come. Who anchored did not count on tickets before the anchor's. */
export function isGone(number: number, anchor: Anchor, at: number): boolean {
  const time = timeOf(number, anchor);
  return time < at - (number < anchor.ticket ? 0 : PLACE_IS_KEPT) || time > at + TOO_FAR;
}

/**
 * The anchor that a ticket needs when it is drawn. `undefined` if it has its time from the one that is there, or is the
 * first after an idle time: then it is due at once.
 */
export function anchorAtDraw(number: number, before: LimiterItem | undefined, at: number, pacing: Pacing): Anchor | undefined {
  const anchor = anchorOf(before, pacing);
  const time = timeOf(number, anchor);
  if (time > at + TOO_FAR) { return after(anchor, number, at, pacing.fullPace, at); }
  if (time >= at) { return undefined; }
  const distance = recovered(anchor, at, pacing);
  const free = Math.min(before?.drawnAt ?? -Infinity, at) + distance;
  return free <= at ? undefined : after(anchor, number, free, distance, at);
}

/**
 * The anchor that lets the pace recover: it keeps the time of a ticket that is due soon, so that those behind it come closer.
 * `undefined` if the ticket is not due soon, or there is too little to recover.
 */
export function anchorAtFasterPace(number: number, anchor: Anchor, at: number, pacing: Pacing): Anchor | undefined {
  const time = timeOf(number, anchor);
  const distance = recovered(anchor, at, pacing);
  const isWorthIt = distance <= anchor.distance * pacing.smallestRecovery || distance === pacing.fullPace;
  if (time > at + SOON || distance === anchor.distance || !isWorthIt) { return undefined; }
  // Those right before it may be somewhat late, and keep their places too.
  const late = Math.ceil(PLACE_IS_KEPT / distance);
  return after(anchor, number - late, time - late * distance, distance, at);
}

/** The anchor after the request with this ticket was throttled. Those before it that may be throttled too keep their order. */
export function anchorAtSlowerPace(number: number, anchor: Anchor, at: number, { slower, largestDistance, underWay }: Pacing): Anchor {
  return after(anchor, number - underWay, at, Math.min(largestDistance, anchor.distance * slower), at);
}

function after({ epoch }: Anchor, ticket: number, time: number, distance: number, at: number): Anchor {
  return { epoch: epoch + 1, ticket, time, distance, distanceChangedAt: at };
}

/** The distance that is enough by now. */
function recovered({ distance, distanceChangedAt }: Anchor, at: number, { fullPace, halvedAfter }: Pacing): number {
  return Math.max(fullPace, distance * 2 ** (Math.min(0, distanceChangedAt - at) / halvedAfter));
}
