/**
 * How much of its own pace a stack keeps. Its requests take turns, so if they find the quota spent all the same, somebody
 * shares it who cannot be counted: other stacks, other clients. Executions and the warm function tell each other.
 */
export interface Pace {
  /** From 0 to 1. */
  readonly part: number;
  /** When that was true. */
  readonly at: string;
}

const SLOWEST = 1 / 16;
/** What was learnt grows old: the others may be done. */
const SECONDS_UNTIL_DOUBLED = 120;
/** A request that is throttled once in so many seconds is chance: turns are not that exact. */
const SECONDS_OF_CHANCE = 30;

/** Of nothing learnt, the whole pace. */
export function partAt(now: Date, pace?: Pace): number {
  return pace ? Math.min(1, pace.part * 2 ** (age(now, pace) / SECONDS_UNTIL_DOUBLED)) : 1;
}

/** After a request was throttled: half of it, if the request was in its turn, and not the first one for a while. */
export function slowedDown(now: Date, inTurn: boolean, pace?: Pace): Pace {
  const part = partAt(now, pace);
  const slow = inTurn && pace !== undefined && age(now, pace) <= SECONDS_OF_CHANCE;
  return { part: slow ? Math.max(SLOWEST, part / 2) : part, at: now.toISOString() };
}

/** The slower of two, of equals the later; none that tells nothing any more. */
export function slower(now: Date, ...paces: Array<Pace | undefined>): Pace | undefined {
  return paces
    .filter(pace => pace !== undefined)
    .filter(pace => partAt(now, pace) < 1 || age(now, pace) <= SECONDS_OF_CHANCE)
    .sort((one, other) => partAt(now, one) - partAt(now, other) || age(now, one) - age(now, other))[0];
}

function age(now: Date, { at }: Pace): number {
  return Math.max(0, (now.getTime() - Date.parse(at)) / 1000);
}
