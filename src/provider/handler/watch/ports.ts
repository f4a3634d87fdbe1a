import { Finding } from './finding';
import { StandingFinding, SweepTable } from './sweep-state';
import { StackResource } from './watched-resource';
import { Looks } from '../control-plane/port';
import { Ledger } from '../ledger/port';
import { LimiterTable } from '../quota/port';

/** All that a watch touches outside itself. It has no way to change a key, an alias or a tag. */
export interface WatchPorts {
  readonly looks: Looks;
  readonly ledger: Pick<Ledger, 'read' | 'readProperties'>;
  readonly limiterTable: Pick<LimiterTable, 'readLimiter'>;
  readonly sweepTable: SweepTable;
  readonly now: () => Date;
  readonly pause: (seconds: number) => Promise<void>;
  /** One line of the log. */
  readonly write: (line: object) => void;
  readonly stackId: string;
  /** The resources of the stack that the provider makes, in a state that is not that of a deletion. */
  stackResources(): Promise<readonly StackResource[]>;
  /** Tells the event bus. */
  publish(events: readonly FindingEvent[]): Promise<void>;
}

export interface FindingEvent {
  readonly kind: 'found' | 'resolved';
  readonly time: Date;
  /** ARNs. */
  readonly resources: readonly string[];
  readonly detail: (Finding | StandingFinding) & FindingSource;
}

/** What the watch was declared with. */
export interface WatchOptions {
  /** The watch, as its item and its metrics call it. */
  readonly name: string;
  readonly intervalSeconds: number;
  /** Logical ids; absent for all resources of the stack. */
  readonly resources?: readonly string[];
  readonly metricNamespace: string;
}

/** Who found it. */
export interface FindingSource {
  readonly stackId: string;
  readonly watch: string;
}
