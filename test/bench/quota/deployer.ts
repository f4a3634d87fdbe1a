/** Begins with one key; `ended` is called once, when CloudFormation or whoever waits for it would know. */
export type Begin = (index: number, ended: (success: boolean) => void) => void;

/** Somebody who deploys one stack of keys. */
export interface Deployer {
  readonly create: Begin;
}

/** Keys of a stack, of which CloudFormation works at so many at the same time. */
export class Deployment {
  private begun = 0;
  private ended = 0;
  failures = 0;

  constructor(private readonly keys: number, concurrency: number, private readonly begin: Begin) {
    for (let index = 0; index < Math.min(keys, concurrency); index += 1) { this.next(); }
  }

  get over(): boolean {
    return this.ended === this.keys;
  }

  private next(): void {
    if (this.begun === this.keys) { return; }
    const index = this.begun;
    this.begun += 1;
    this.begin(index, success => {
      this.ended += 1;
      if (!success) { this.failures += 1; }
      this.next();
    });
  }
}
