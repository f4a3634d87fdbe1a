/** To forget one thing at a time would move all others each time. */
const FORGOTTEN_SHARE = 0.1;

export type Numbered<T> = T & { readonly number: number };

/** The last so many things, each with a number that no thing before it had. */
export class RecentList<T extends object> {
  private kept: Array<Numbered<T>> = [];
  private count = 0;

  constructor(private readonly most: number) {}

  /** The number of the last thing; 0: there was none. */
  get last(): number {
    return this.count;
  }

  add(thing: T): void {
    this.count += 1;
    this.kept.push({ ...thing, number: this.count });
    if (this.kept.length > this.most) this.kept.splice(0, Math.ceil(this.most * FORGOTTEN_SHARE));
  }

  /** Those that came after the one with this number, at most so many, the newest. */
  after(number: number, most: number = this.most): ReadonlyArray<Numbered<T>> {
    const came = Math.min(this.count - number, most, this.kept.length);
    return came > 0 ? this.kept.slice(-came) : [];
  }

  /** Forgets everything. Numbers go on. */
  clear(): void {
    this.kept = [];
  }
}
