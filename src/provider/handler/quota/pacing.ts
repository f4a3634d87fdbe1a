/** How fast a stack sends its requests to one Region, and how it slows down. Times in milliseconds. */
export interface Pacing {
  /** Between tickets at the full pace. */
  readonly fullPace: number;
  /** The distance between tickets grows by this factor when a request was throttled. */
  readonly slower: number;
  readonly largestDistance: number;
  /** A slow pace recovers: the distance halves in this time. */
  readonly halvedAfter: number;
  /** Not in steps smaller than this factor, since each is a write. */
  readonly smallestRecovery: number;
  /** Tickets before the throttled one that may be under way, and be throttled too. They get new times, and the service's bucket fills meanwhile. */
  readonly underWay: number;
}

const FULL_PACE = 250;

/**
 * Four requests a second at the full pace: a fifth of the quota of five is left to others. The rest is chosen by
 * measurement (`npm run bench -- pacing`): three stacks of 333 keys and a client that asks once a second share the quota.
 * The worst of five runs:
 *
 *                              time over its floor   what the other client gets through
 *   as it is here                             1.40                                  97%
 *   distance halved in 10 s                   1.27                                  82%
 *   distance halved in 90 s                   1.51                                  98%
 *   slower by 1.1                             1.25                                  87%
 */
export const PACING: Pacing = {
  fullPace: FULL_PACE,
  slower: 1.5,
  largestDistance: 16 * FULL_PACE,
  halvedAfter: 50_000,
  smallestRecovery: 0.9,
  underWay: 3,
};
