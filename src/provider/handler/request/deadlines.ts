import { LEAST_MINUTES_OF_DELETE } from '../../contract/envelope';

/*
 * The times of a request, from when CloudFormation sent it:
 *
 *   sent ------------------------ deadline ------- end of the rollback -- overdue -- CloudFormation's own timeout
 *   work: what is declared + 1 min      + 2 min                  + 0.5 min     (contract/envelope.ts: what is declared + 5 min)
 *
 * A Delete, and whoever has to roll back what an earlier request left, has at least twelve minutes for its work.
 */

const MINUTE_MS = 60_000;
const EXTRA_MINUTES = 1;
const EXTRA_MINUTES_OF_HEIR = 2;
const ROLLBACK_MS = 2 * MINUTE_MS;
const OVERDUE_MS = ROLLBACK_MS + MINUTE_MS / 2;

export function deadlineOf(sent: Date, minutes: number): Date {
  return new Date(sent.getTime() + (minutes + EXTRA_MINUTES) * MINUTE_MS);
}

/** Of a Delete, and of a request that inherits. */
export function deadlineOfHeir(sent: Date, minutes: number): Date {
  return new Date(sent.getTime() + (Math.max(minutes, LEAST_MINUTES_OF_DELETE) + EXTRA_MINUTES_OF_HEIR) * MINUTE_MS);
}

/** When the answer is due, whatever the rollback has come to. */
export function endOfRollback(deadline: string): number {
  return Date.parse(deadline) + ROLLBACK_MS;
}

export function overdueAt(deadline: string): string {
  return new Date(Date.parse(deadline) + OVERDUE_MS).toISOString();
}
