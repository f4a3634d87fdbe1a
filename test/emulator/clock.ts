/** Where the emulator's time comes from. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Used by delay faults only: nothing the service does by itself waits. */
  sleep(milliseconds: number): Promise<void>;
}

/** A clock that can be put forward. It never goes back: what has happened stays happened. */
export interface AdjustableClock extends Clock {
  advance(seconds: number): void;
}

export const isAdjustable = (clock: Clock): clock is AdjustableClock => 'advance' in clock;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
};

/** Time that passes only when a test says so. */
export class VirtualClock implements AdjustableClock {
  private sleepers: Array<{ until: number; wake: () => void }> = [];

  constructor(private time: number = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number): Promise<void> {
    await new Promise<void>(wake => this.sleepers.push({ until: this.time + milliseconds, wake }));
  }

  advance(seconds: number): void {
    this.time += seconds * 1000;
    const due = this.sleepers.filter(sleeper => sleeper.until <= this.time);
    this.sleepers = this.sleepers.filter(sleeper => sleeper.until > this.time);
    due.forEach(sleeper => sleeper.wake());
  }
}

/** Time that passes by itself, and faster when somebody says so. */
export class ShiftedClock implements AdjustableClock {
  private readonly sleepers = new Set<() => void>();

  /** How far this clock is ahead of the machine's. */
  constructor(public aheadMilliseconds = 0) {}

  now(): number {
    return systemClock.now() + this.aheadMilliseconds;
  }

  async sleep(milliseconds: number): Promise<void> {
    const until = this.now() + milliseconds;
    while (this.now() < until) await this.sleepUntilAdvanced(until - this.now());
  }

  advance(seconds: number): void {
    this.aheadMilliseconds += seconds * 1000;
    this.sleepers.forEach(wake => wake());
  }

  private async sleepUntilAdvanced(milliseconds: number): Promise<void> {
    await new Promise<void>(resolve => {
      const timer = setTimeout(done, milliseconds);
      const { sleepers } = this;
      sleepers.add(done);
      function done(): void {
        clearTimeout(timer);
        sleepers.delete(done);
        resolve();
      }
    });
  }
}
