interface Entry {
  readonly time: number;
  readonly action: (time: number) => void;
}

/**
 * What the service does later, by itself. Nothing here has a timer: whoever looks
 * at the service first runs what is due, each entry as of its own time.
 */
export class Agenda {
  private entries: Entry[] = [];

  at(time: number, action: (time: number) => void): void {
    let index = this.entries.length;
    while (index > 0 && this.entries[index - 1].time > time) index -= 1;
    this.entries.splice(index, 0, { time, action });
  }

  runUntil(now: number): void {
    while (this.entries.length > 0 && this.entries[0].time <= now) {
      const { time, action } = this.entries.shift()!;
      action(time);
    }
  }

  /** When the service next does something by itself. */
  next(): number | undefined {
    return this.entries[0]?.time;
  }

  clear(): void {
    this.entries = [];
  }
}
