/** Stacks by the SDK, which is quicker than the CLI: its own waiting asks every five seconds. */
import {
  Capability, CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStackEventsCommand, DescribeStackResourcesCommand,
  DescribeStacksCommand,
  Stack as StackDescription, StackEvent, UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { clientConfig } from './clients';
import { LocalEngine } from './local-engine';

export interface StackOutcome {
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** Of this operation only, oldest first. */
  readonly events: readonly StackEvent[];
}

const POLL_MS = 100;
const PATIENCE_MS = 240_000;
const CAPABILITIES: Capability[] = ['CAPABILITY_IAM'];

export class DeployedStack {
  private readonly client: CloudFormationClient;
  private readonly seen = new Set<string>();
  /** Known once the stack exists; a deleted stack is found by it only. */
  private id: string | undefined;

  constructor(engine: LocalEngine, readonly name: string, region: string) {
    this.client = new CloudFormationClient(clientConfig(engine, region));
  }

  /** The ARN, which CloudFormation calls the id. */
  get stackId(): string {
    return this.id!;
  }

  get exists(): boolean {
    return this.id !== undefined;
  }

  /** Logical ids of its resources of these types. */
  async resources(...types: string[]): Promise<string[]> {
    const { StackResources = [] } = await this.client.send(new DescribeStackResourcesCommand({ StackName: this.name }));
    return StackResources.filter(({ ResourceType }) => types.includes(ResourceType!)).map(({ LogicalResourceId }) => LogicalResourceId!);
  }

  async create(template: object): Promise<StackOutcome> {
    await this.begin(template);
    return this.settled();
  }

  /** Like `create`, without waiting for the end. */
  async begin(template: object, options: { disableRollback?: boolean } = {}): Promise<void> {
    const { StackId } = await this.client.send(new CreateStackCommand({
      StackName: this.name, TemplateBody: JSON.stringify(template), Capabilities: CAPABILITIES, DisableRollback: options.disableRollback,
    }));
    this.id = StackId;
  }

  async update(template: object): Promise<StackOutcome> {
    await this.client.send(new UpdateStackCommand({ StackName: this.name, TemplateBody: JSON.stringify(template), Capabilities: CAPABILITIES }));
    return this.settled();
  }

  async delete(options: { retain?: string[] } = {}): Promise<StackOutcome> {
    await this.client.send(new DeleteStackCommand({ StackName: this.id ?? this.name, RetainResources: options.retain }));
    const outcome = await this.settled();
    if (outcome.status === 'DELETE_COMPLETE') this.id = undefined;
    return outcome;
  }

  async settled(): Promise<StackOutcome> {
    const begin = Date.now();
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, POLL_MS));
      const stack = await this.describe();
      if (isFinal(stack.StackStatus!)) {
        const outputs = Object.fromEntries((stack.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
        return { status: stack.StackStatus!, outputs, events: await this.newEvents() };
      }
      if (Date.now() - begin > PATIENCE_MS) throw new Error(`Stack ${this.name} is still ${stack.StackStatus} after ${PATIENCE_MS / 1000} s`);
    }
  }

  private async describe(): Promise<StackDescription> {
    return (await this.client.send(new DescribeStacksCommand({ StackName: this.id ?? this.name }))).Stacks![0];
  }

  private async newEvents(): Promise<StackEvent[]> {
    const events: StackEvent[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.client.send(new DescribeStackEventsCommand({ StackName: this.id ?? this.name, NextToken }));
      events.push(...page.StackEvents ?? []);
      NextToken = page.NextToken;
    } while (NextToken);
    const fresh = events.reverse().filter(event => !this.seen.has(event.EventId!));
    fresh.forEach(event => this.seen.add(event.EventId!));
    return fresh;
  }
}

function isFinal(status: string): boolean {
  return /_(COMPLETE|FAILED)$/.test(status);
}

/** `LogicalId STATUS "reason"`, of the stack itself and of the resources whose logical id fits. */
export function eventLines(events: readonly StackEvent[], logicalId: RegExp = /./): string[] {
  return events
    .filter(event => event.PhysicalResourceId === event.StackId || logicalId.test(event.LogicalResourceId!))
    .map(event => `${event.PhysicalResourceId === event.StackId ? 'STACK' : event.LogicalResourceId} ${event.ResourceStatus}`
      + (event.ResourceStatusReason ? ` "${event.ResourceStatusReason}"` : ''));
}
