/** How fast a stack sends its requests to one Region, and how it slows down. Times in milliseconds. */
export interface Pacing {
  /** Between tickets at the full pace. */
  readonly fullPace: number;
  /** The distance grows by this factor when a request was throttled. */
  readonly slower: number;
  readonly largestDistance: number;
  /** A slow pace recovers: the distance halves in this time. */
  readonly halvedAfter: number;
  /** Not in steps smaller than this factor, since each is a write. */
  readonly smallestRecovery: number;
  /** Nobody is sent for so long after a request was throttled: the service's bucket fills. */
  readonly pause: number;
  /** Tickets before the throttled one that may be under way, and be throttled too. */
  readonly underWay: number;
}

/** Four requests a second at the full pace: a fifth of the quota of five is left to others. */
export const PACING: Pacing = {
  fullPace: 250,
  slower: 1.5,
  largestDistance: 16 * 250,
  halvedAfter: 40_000,
  smallestRecovery: 0.9,
  pause: 500,
  underWay: 4,
};
