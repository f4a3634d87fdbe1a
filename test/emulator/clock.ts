/** Where the emulator's time comes from. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Used by delay faults only: nothing the service does by itself waits. */
  sleep(milliseconds: number): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
};

/** Time that passes only when a test says so. */
export class VirtualClock implements Clock {
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
