import { FaultKind, ServiceFault } from '../service-fault';
import { again, Memory, Turn } from './turn';

/** How often a change is refused before the refusal is believed; a conflict is only ever believed by the deadline. */
const MOST_REFUSALS = 3;
const FIRST_PAUSE_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 60;

/** Memory that counts refusals of one change in a row, perhaps because what was looked at is out of date. */
export interface Refusable extends Memory {
  readonly refused?: { readonly what: string; readonly times: number };
}

export interface Change {
  /** What is waited for, for people. */
  readonly what: string;
  /** Refusals that pass by themselves, however long that takes. */
  readonly passing?: readonly FaultKind[];
  call(): Promise<unknown>;
}

/**
 * Makes one mutating call. What was looked at may be out of date, and another change may be under way: a
 * refusal that this explains leads to another look, ever more rarely.
 */
export async function change<M extends Refusable>(
  memory: M, { what, call, passing = ['conflict'] }: Change, afterwards: (memory: M) => Turn<M>,
): Promise<Turn<M>> {
  try {
    await call();
  } catch (fault) {
    if (!(fault instanceof ServiceFault)) { throw fault; }
    const times = memory.refused?.what === what ? memory.refused.times + 1 : 1;
    const passes = passing.includes(fault.kind);
    const perhapsOutOfDate = fault.kind === 'invalid' || fault.kind === 'notFound';
    if (!passes && !(perhapsOutOfDate && times < MOST_REFUSALS)) { throw fault; }
    const pause = Math.min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** Math.min(times - 1, 10));
    return again({ ...memory, refused: { what, times } }, pause, passes ? `${what}, which the service refuses for now (${fault.message})` : what);
  }
  return afterwards({ ...memory, refused: undefined });
}
