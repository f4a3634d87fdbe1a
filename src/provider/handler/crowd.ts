import { executionsOf, isExecutionOf } from './admission';
import { ExecutionState } from './execution-state';
import { Ports } from './ports';
import { ServiceFault } from './service-fault';
import { share } from './spread';

/** What a stack allows itself of the service's quota of five requests a second, which is everybody's. */
const REQUESTS_PER_SECOND = 3;
/** Executions that are taken for granted when they cannot be counted: many others are counting then. */
const MANY = 300;

/** In which each of the requests of a stack has its turn. */
export interface Round {
  readonly seconds: number;
  readonly countedAt: string;
}

/** The later of two counts. */
export function later(one: Round, other?: Round): Round {
  return other && Date.parse(other.countedAt) > Date.parse(one.countedAt) ? other : one;
}

/** The requests of this stack that run at the same time, and what that means for this one. */
export interface Crowd {
  /** Seconds in which each of them has its turn. */
  readonly roundSeconds: number;
  /** Seconds until this one has it: those that began earlier come first. */
  readonly placeSeconds: number;
}

/** `undefined` when the executions cannot be listed, or the list lacks this one, which proves that it is not up to date. */
export async function crowdOf(state: ExecutionState, ports: Ports): Promise<Crowd | undefined> {
  try {
    const newestFirst = await executionsOf(state, ports).list('', false);
    const own = newestFirst.findIndex(isExecutionOf(state.request));
    return own === -1 ? undefined : crowd(newestFirst.length, newestFirst.length - 1 - own);
  } catch (fault) {
    if (!(fault instanceof ServiceFault)) { throw fault; }
    return undefined;
  }
}

/** For want of a better one. */
export function presumedCrowd({ request }: ExecutionState): Crowd {
  return crowd(MANY, MANY * share(request.RequestId));
}

function crowd(size: number, before: number): Crowd {
  return { roundSeconds: size === 1 ? 0 : Math.ceil(size / REQUESTS_PER_SECOND), placeSeconds: Math.round(before / REQUESTS_PER_SECOND) };
}
