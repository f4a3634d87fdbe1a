import { again, Checkpoint, ControlPlane, Turn } from './reconciler';
import { FaultKind, ServiceFault } from '../control-plane/fault';
import { Changes } from '../control-plane/port';

/*
 * One mutating call. What was looked at may be out of date, and another change may be under way, so a refusal that this
 * explains leads to another look, ever more rarely. A conflict ends by itself and is waited for until the deadline. Any
 * other such refusal is believed once it has been repeated for a while.
 *
 * For example, AddKeyReplicationRegions is refused with ConflictException while the service still deletes the former
 * replica. The turn ends `again` in 5 s, then 5 s, 10 s, 20 s, up to a minute.
 */

const SECONDS_OF_DISBELIEF = 15;
const SHORTEST_PAUSE_SECONDS = 5;
const LONGEST_PAUSE_SECONDS = 60;

export interface Refusable {
  /** The change that the service has refused since then. */
  readonly refused?: { readonly what: string; readonly since: string };
}

export interface Change<C extends Checkpoint & Refusable, A> {
  /** What is waited for, for people. */
  readonly what: string;
  /** From what the next turn starts if this one never comes back. */
  readonly intent: C;
  /** From what the next turn starts if the service refuses, and so has done nothing: what it was before, if that is not what is intended. */
  readonly ifRefused?: C;
  /** Refusals that pass by themselves, however long that takes. */
  readonly passing?: readonly FaultKind[];
  readonly now: Date;
  call(changes: Changes): Promise<A>;
}

/** Makes the call, and goes on with its answer. */
export async function change<C extends Checkpoint & Refusable, A>(
  plane: ControlPlane<C>, { what, intent, ifRefused = intent, passing = ['conflict'], now, call }: Change<C, A>, afterwards: (answer: A) => Turn<C> | Promise<Turn<C>>,
): Promise<Turn<C>> {
  let answer: A;
  try {
    answer = await call(plane.intending(intent));
  } catch (fault) {
    if (!(fault instanceof ServiceFault)) { throw fault; }
    const since = intent.refused?.what === what ? intent.refused.since : now.toISOString();
    const seconds = secondsSince(since, now);
    const passes = passing.includes(fault.kind);
    const perhapsOutOfDate = fault.kind === 'invalid' || fault.kind === 'notFound';
    if (!passes && !(perhapsOutOfDate && seconds < SECONDS_OF_DISBELIEF)) { throw fault; }
    const pause = Math.min(LONGEST_PAUSE_SECONDS, Math.max(SHORTEST_PAUSE_SECONDS, Math.floor(seconds)));
    const waitingFor = passes ? `${what}, which the service refuses for now (${fault.message})` : what;
    return again({ ...ifRefused, refused: { what, since } }, pause, waitingFor, fault);
  }
  return afterwards(answer);
}

/** What a checkpoint is once a change was made: nothing is refused any more. */
export function withoutRefusal<C extends Refusable>({ refused, ...checkpoint }: C): Omit<C, 'refused'> {
  return checkpoint;
}

export function secondsSince(since: string, now: Date): number {
  return (now.getTime() - Date.parse(since)) / 1000;
}
