import { StackResource, StackResourcePage, Stacks } from '../../src/inventory/handler/ports';

/** Stacks that exist, with their resources, by their ids. Whatever is not here was deleted. */
export class MemoryStacks implements Stacks {
  readonly asked: string[] = [];

  constructor(private readonly stacks: Readonly<Record<string, readonly StackResource[]>> = {}, private readonly pageLength = 2) {}

  async describeStack(stackId: string): Promise<{ readonly stackName: string } | undefined> {
    this.asked.push(stackId);
    return stackId in this.stacks ? { stackName: stackId.split('/')[1] } : undefined;
  }

  async listStackResources(stackId: string, nextToken = '0'): Promise<StackResourcePage> {
    const from = Number(nextToken);
    const next = from + this.pageLength;
    const all = this.stacks[stackId] ?? [];
    return { resources: all.slice(from, next), ...next < all.length ? { nextToken: String(next) } : {} };
  }
}
