import { ReplicationStep } from './replication-outcome';

/**
 * What the service does later, by itself. It is data and no function, so that it survives a restart: tasks.ts knows what to do.
 * What a task was for may be over when its time comes; it then does nothing.
 */
export type Task =
  | { readonly kind: 'replication step'; readonly keyId: string; readonly region: string; readonly course: number; readonly step: ReplicationStep }
  | { readonly kind: 'replica deletion'; readonly keyId: string; readonly region: string; readonly course: number }
  | { readonly kind: 'key deletion'; readonly keyId: string; readonly until: number }
  | { readonly kind: 'end of a session'; readonly arn: string };

export interface AgendaEntry {
  readonly time: number;
  readonly task: Task;
}

/** Tasks in the order of their times. Nothing here has a timer: whoever looks at the service first does what is due. */
export class Agenda {
  entries: AgendaEntry[] = [];

  at(time: number, task: Task): void {
    let index = this.entries.length;
    while (index > 0 && this.entries[index - 1].time > time) index -= 1;
    this.entries.splice(index, 0, { time, task });
  }

  /** The next entry that is due, which leaves the agenda. */
  takeDue(now: number): AgendaEntry | undefined {
    return this.entries.length > 0 && this.entries[0].time <= now ? this.entries.shift() : undefined;
  }

  /** When the service next does something by itself. */
  next(): number | undefined {
    return this.entries[0]?.time;
  }
}
