import { Tag } from './shapes';

interface Version {
  readonly since: number;
  /** Nothing: the resource is gone. */
  readonly tags?: readonly Tag[];
}

/** What the Resource Groups Tagging API knows: every change, seen after a lag. */
export class TagIndex {
  readonly histories = new Map<string, Version[]>();

  /** The lag in seconds; Infinity: the index never learns anything. */
  constructor(private readonly lag: number) {}

  record(arn: string, tags: ReadonlyMap<string, string>, time: number): void {
    // Resources that never had tags are unknown to that API.
    if (tags.size === 0 && !this.histories.has(arn)) return;
    this.append(arn, { since: time, tags: [...tags].map(([Key, Value]) => ({ Key, Value })) });
  }

  forget(arn: string, time: number): void {
    if (this.histories.has(arn)) this.append(arn, { since: time });
  }

  /** ARN and tags of all resources of a Region, as the index sees them now. */
  list(region: string, now: number): Array<{ arn: string; tags: readonly Tag[] }> {
    const horizon = now - this.lag * 1000;
    return [...this.histories]
      .filter(([arn]) => arn.split(':')[3] === region)
      .map(([arn, versions]) => ({ arn, tags: versions.filter(version => version.since <= horizon).at(-1)?.tags }))
      .filter((entry): entry is { arn: string; tags: readonly Tag[] } => entry.tags !== undefined)
      .sort((left, right) => left.arn < right.arn ? -1 : 1);
  }

  clear(): void {
    this.histories.clear();
  }

  private append(arn: string, version: Version): void {
    this.histories.set(arn, [...this.histories.get(arn) ?? [], version]);
  }
}
