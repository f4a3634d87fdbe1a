import { DryRun, PlannedChange, Seen } from './dry-run';
import { ServiceFault } from '../control-plane/fault';
import { Looks } from '../control-plane/port';
import { Checkpoint } from '../reconcilers/reconciler';
import { ReconcilerTask } from '../request/task';

/*
 * What the next deployment of a resource would do, although nothing is done: its reconciler takes all its turns over a dry run
 * (dry-run.ts). Waits pass at once, since only what was seen counts: a replica that is IN_PROGRESS stays so, and the comparison
 * ends with that wait.
 */

export interface Comparison {
  readonly changes: readonly PlannedChange[];
  readonly seen: Seen;
  readonly end: ComparisonEnd;
}

export type ComparisonEnd =
  /** After these changes, the resource would be as declared. */
  | { readonly kind: 'asDeclared' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'waiting'; readonly waitingFor: string }
  /** A look was not answered. */
  | { readonly kind: 'unseen'; readonly fault: ServiceFault };

/** Turns that wait for nothing are as many as changes; this is far more. */
const MOST_TURNS = 5_000;

export async function compare({ task, type }: ReconcilerTask, looks: Looks): Promise<Comparison> {
  const dryRun = new DryRun(looks);
  const plane = dryRun.plane();
  const comparison = (end: ComparisonEnd): Comparison => ({ changes: dryRun.changes, seen: dryRun.seen, end });
  const deadline = task.now.getTime() + type.timeoutInMinutes(task.declared) * 60_000;
  let checkpoint: Checkpoint = type.reconciler.start;
  let now = task.now.getTime();
  try {
    for (let turns = 1; ; turns += 1) {
      const turn = await type.reconciler.reconcile({ ...task, now: new Date(now) }, checkpoint, plane);
      switch (turn.kind) {
        case 'done': return comparison({ kind: 'asDeclared' });
        case 'failed': return comparison({ kind: 'refused', reason: turn.reason });
      }
      now += turn.inSeconds * 1000;
      if (now > deadline || turns === MOST_TURNS) { return comparison({ kind: 'waiting', waitingFor: turn.waitingFor }); }
      checkpoint = turn.checkpoint;
    }
  } catch (fault) {
    if (!(fault instanceof ServiceFault)) { throw fault; }
    return comparison({ kind: 'unseen', fault });
  }
}
