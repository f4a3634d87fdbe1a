import { FindingIdentity } from './finding';

/*
 * A sweep looks at every watched resource once. It may take longer than a function may run, so what it has come to stands in the
 * provider's table, in one item for each watch, and the next invocation goes on from there.
 */

export interface SweepState {
  /** One more with each write; 0 before the first. */
  readonly revision: number;
  /** When the sweep began that is under way or was made last, ISO 8601 as all times here. */
  readonly beganAt: string;
  /** Until when another invocation may be at work on it. */
  readonly leasedUntil: string;
  readonly progress: SweepProgress;
  /** What the last complete sweep found. */
  readonly standing: readonly StandingFinding[];
}

export type SweepProgress =
  | { readonly kind: 'complete' }
  | {
    readonly kind: 'underWay';
    /** Resources up to this logical id are done, in the order of their ids. */
    readonly after: string;
    readonly found: readonly StandingFinding[];
    readonly resources: number;
    readonly outOfSync: number;
    readonly notWatched: number;
  };

/** What is remembered of a finding: enough to tell whether it is new, and what is resolved. */
export interface StandingFinding extends FindingIdentity {
  readonly keyArn?: string;
  /** When it was first found. */
  readonly since: string;
}

/** The table, as far as a watch writes into it. Each method is one request and throws `ServiceFault`, nothing else. */
export interface SweepTable {
  readSweep(id: string): Promise<SweepState | undefined>;
  /** Writes the state if the table holds the revision before it, or none if that is 0. Answers whether it was written. */
  writeSweep(id: string, state: SweepState): Promise<boolean>;
}

const NEVER = new Date(0).toISOString();

export const FIRST_STATE: SweepState = { revision: 0, beganAt: NEVER, leasedUntil: NEVER, progress: { kind: 'complete' }, standing: [] };
