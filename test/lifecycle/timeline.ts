import { VirtualClock } from '../emulator';

/** Something that takes virtual time: while it sleeps, others go on. */
interface Activity<C> {
  context?: C;
  end?: Promise<unknown>;
}

interface Entry<C> {
  readonly time: number;
  /** A new activity, or one that wakes up. */
  readonly activity: Activity<C>;
  readonly go: () => Promise<unknown>;
}

/** Something due that is not an entry here, because it has its own list: the executions of a state machine. */
export interface Source {
  due(): number | undefined;
  run(): Promise<void>;
}

/**
 * What happens, in virtual time, one thing at a time. Activities overlap only where one sleeps, so that the
 * order of everything follows from the entries alone.
 */
export class Timeline<C> {
  private entries: Entry<C>[] = [];
  private running: Activity<C> | undefined;
  /** Ends the wait for the activity at work. */
  private pause?: () => void;

  constructor(readonly clock: VirtualClock, private readonly sources: Source[] = []) {}

  now(): number {
    return this.clock.now();
  }

  /** What the activity at work was told about itself. */
  get context(): C | undefined {
    return this.running?.context;
  }

  set context(context: C | undefined) {
    this.running!.context = context;
  }

  addSource(source: Source): void {
    this.sources.push(source);
  }

  in(seconds: number, action: () => Promise<unknown>): void {
    this.insert(seconds, {}, action);
  }

  /** The activity at work stops until then. */
  async sleep(seconds: number): Promise<void> {
    const activity = this.running!;
    await new Promise<void>(wake => {
      this.insert(seconds, activity, () => {
        wake();
        return activity.end!;
      });
      this.pause!();
    });
  }

  /** Does what is due next, until it ends or sleeps. False when nothing will ever happen. */
  async next(until = Infinity): Promise<boolean> {
    const entry = this.entries[0];
    const { source, due: sourceDue } = this.earliestSource();
    const time = Math.min(entry?.time ?? Infinity, sourceDue);
    if (time === Infinity || time > until) { return false; }
    if (time > this.now()) { this.clock.advance((time - this.now()) / 1000); }
    if (sourceDue <= time) {
      await this.run({}, () => source!.run());
    } else {
      this.entries.shift();
      await this.run(entry.activity, entry.go);
    }
    return true;
  }

  private async run(activity: Activity<C>, go: () => Promise<unknown>): Promise<void> {
    this.running = activity;
    const paused = new Promise<void>(resolve => { this.pause = resolve; });
    const end = go();
    activity.end ??= end;
    await Promise.race([end, paused]);
    this.running = undefined;
  }

  private earliestSource(): { readonly source?: Source; readonly due: number } {
    return this.sources.map(source => ({ source, due: source.due() ?? Infinity }))
      .reduce<{ readonly source?: Source; readonly due: number }>((earliest, one) => one.due < earliest.due ? one : earliest, { due: Infinity });
  }

  private insert(seconds: number, activity: Activity<C>, go: () => Promise<unknown>): void {
    const time = this.now() + seconds * 1000;
    const at = this.entries.findIndex(entry => entry.time > time);
    this.entries.splice(at === -1 ? this.entries.length : at, 0, { time, activity, go });
  }
}
