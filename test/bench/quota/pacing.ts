import { Crowd, Outcome, simulateQueue } from './queueing';
import { Pacing, PACING } from '../../../src/provider/handler/quota/pacing';
import { table } from '../table';
import { Topic } from '../topic';

/*
 * What the constants of the rate limiter (src/provider/handler/quota/pacing.ts) were chosen by: each is varied alone, in
 * circumstances that differ in how many share the quota, and in how many requests the service's bucket holds.
 */

const TWO_REQUESTS = { requestsPerClient: 2, secondsBetween: 2, concurrency: Infinity } as const;
const CIRCUMSTANCES: ReadonlyArray<readonly [string, Omit<Crowd, 'seed' | 'pacing'>]> = [
  ['1 stack of 200', { ...TWO_REQUESTS, stacks: 1, clientsPerStack: 200, burst: 5 }],
  ['3 stacks of 333', { ...TWO_REQUESTS, stacks: 3, clientsPerStack: 333, burst: 5 }],
  ['10 stacks of 60', { ...TWO_REQUESTS, stacks: 10, clientsPerStack: 60, burst: 5 }],
  ['3 stacks, burst of 10', { ...TWO_REQUESTS, stacks: 3, clientsPerStack: 333, burst: 10 }],
  ['1 stack, burst of 1', { ...TWO_REQUESTS, stacks: 1, clientsPerStack: 200, burst: 1 }],
];

const VARIANTS: ReadonlyArray<readonly [string, Partial<Pacing>]> = [
  ['as it is', {}],
  ['slower by 1.1', { slower: 1.1 }],
  ['slower by 2', { slower: 2 }],
  ['halved after 10 s', { halvedAfter: 10_000 }],
  ['halved after 25 s', { halvedAfter: 25_000 }],
  ['halved after 90 s', { halvedAfter: 90_000 }],
  ['at most 4-fold', { largestDistance: 4 * PACING.fullPace }],
  ['at most 8-fold', { largestDistance: 8 * PACING.fullPace }],
  ['none under way', { underWay: 0 }],
  ['8 under way', { underWay: 8 }],
];

export async function pacing(quick: boolean): Promise<Topic> {
  const seeds = quick ? [1] : [1, 2, 3, 4, 5];
  const figures = [];
  for (const [variant, changed] of VARIANTS) {
    for (const [circumstances, crowd] of CIRCUMSTANCES) {
      const outcomes: Outcome[] = [];
      for (const seed of seeds) { outcomes.push(await simulateQueue({ ...crowd, seed, pacing: { ...PACING, ...changed } })); }
      figures.push({ variant, circumstances, ...worst(outcomes) });
    }
  }
  const head = ['', 'of whom', 'x floor', 'throttled', 'others', 'most in a second', 'writes'];
  return {
    title: 'Constants of the rate limiter (virtual time; the worst of all runs; throttled and writes per request)',
    text: `${table(head, figures.map(({ variant, circumstances, timeOverFloor, throttledPerRequest, othersShare, mostInOneSecond, writesPerRequest }) => [
      variant, circumstances, timeOverFloor.toFixed(2), throttledPerRequest.toFixed(2), `${(100 * othersShare).toFixed(0)}%`, String(mostInOneSecond), writesPerRequest.toFixed(2),
    ]))}`,
    figures,
  };
}

function worst(outcomes: readonly Outcome[]): Omit<Outcome, 'seconds'> {
  const most = (figure: (outcome: Outcome) => number) => Math.max(...outcomes.map(figure));
  return {
    timeOverFloor: most(({ timeOverFloor }) => timeOverFloor),
    throttledPerRequest: most(({ throttledPerRequest }) => throttledPerRequest),
    othersShare: -most(({ othersShare }) => -othersShare),
    mostInOneSecond: most(({ mostInOneSecond }) => mostInOneSecond),
    writesPerRequest: most(({ writesPerRequest }) => writesPerRequest),
  };
}
