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
 * measurement (`npm run bench -- pacing`), the worst of five runs: time over what the quota alone takes, and what another
 * client gets through that asks once a second.
 *
 *                             3 stacks of 333 keys   10 stacks of 60 keys
 *   as it is here                     1.42, 97%             1.48, 91%
 *   halved in 10 s                    1.24, 81%             1.19, 62%
 *   halved in 90 s                    1.52, 98%             1.54, 95%
 *   slower by 1.1                     1.29, 91%             1.39, 81%
 *   slower by 2                       1.60, 98%             1.48, 95%
 *   at most 4-fold                    1.36, 97%             1.21, 68%
 */
export const PACING: Pacing = {
  fullPace: FULL_PACE,
  slower: 1.5,
  largestDistance: 16 * FULL_PACE,
  halvedAfter: 50_000,
  smallestRecovery: 0.9,
  underWay: 3,
};
