import { EventKind, ImportCall } from './notebook';

/** What a call of the function goes to. */
export type Called = 'service' | 'tag index' | 'wrapped key' | 'start' | 'ledger' | 'answer';

/** Where a fault can strike: when an event is sent, when EventBridge tells of an execution that ended, when the function begins or ends, at a call that it makes. */
export type Point = 'sending' | 'rule' | 'begin' | 'begin of a step' | 'end' | 'end of a step' | Called;

const EVERY_CALL: readonly Point[] = ['service', 'tag index', 'wrapped key', 'start', 'ledger', 'answer'];

/** The faults that commands arm, and where they strike. `lasting`: for some seconds from the first strike on. */
export const FAULTS = {
  'delivered twice': { at: ['sending'] },
  'event late': { at: ['sending'] },
  'event lost': { at: ['sending'] },
  'event of the rule lost': { at: ['rule'] },
  'event of the rule twice': { at: ['rule'] },
  'event of the rule late': { at: ['rule'] },
  'function did not run': { at: ['begin'] },
  'killed between steps': { at: ['begin'] },
  /** Nobody promises that a step is run once. */
  'step run twice': { at: ['begin of a step'] },
  'killed before a request': { at: EVERY_CALL },
  'killed after a request': { at: EVERY_CALL },
  'killed after its end': { at: ['end'] },
  'request lost': { at: EVERY_CALL },
  'response lost': { at: EVERY_CALL },
  'throttled': { at: ['service', 'tag index', 'wrapped key', 'ledger'] },
  'server error': { at: ['service', 'tag index', 'wrapped key', 'ledger'] },
  'server error after commit': { at: ['service', 'ledger'] },
  'slow': { at: ['service', 'wrapped key', 'ledger'] },
  'executed after the time-out': { at: ['service', 'ledger'] },
  'access denied': { at: ['service', 'tag index', 'wrapped key', 'ledger'], lasting: true },
  'KMS denied': { at: ['wrapped key'], lasting: true },
  /** The KMS key is disabled, or another one than the wrapped key was encrypted with. */
  'not decrypted': { at: ['wrapped key'] },
  'start refused': { at: ['start'] },
  'start denied': { at: ['start'], lasting: true },
  'answer refused': { at: ['answer'] },
  'answers never arrive': { at: ['answer'], lasting: true },
  'execution FAILED': { at: ['end of a step'] },
  'execution TIMED_OUT': { at: ['end of a step'] },
  'execution ABORTED': { at: ['begin of a step', 'end of a step'] },
  'execution redriven': { at: ['end of a step'] },
} as const satisfies Record<string, { at: readonly Point[]; lasting?: boolean }>;
export type FaultName = keyof typeof FAULTS;

/** EventBridge is best effort. These strike where the last resort is called, and nowhere else. */
export const OF_THE_RULE: readonly FaultName[] = ['event of the rule lost', 'event of the rule twice', 'event of the rule late'];

/** These strike where a wrapped key is read, and nowhere else. */
export const OF_A_WRAPPED_KEY: readonly FaultName[] = ['KMS denied', 'not decrypted'];

/** The last resort asks the ledger and answers; it is nobody's step, starts nothing and never asks the service. */
export const NOT_OF_THE_LAST_RESORT: readonly FaultName[] = [
  'delivered twice', 'event late', 'event lost', 'start refused', 'start denied',
  'execution FAILED', 'execution TIMED_OUT', 'execution ABORTED', 'execution redriven', 'step run twice', ...OF_A_WRAPPED_KEY,
];

/** What is wrong around the function, noticed when a call meets it. */
export const CIRCUMSTANCES = [
  'GetKey not found at first', 'tag index lags', 'tag index never catches up',
  'Region FAILED', 'Region stays IN_PROGRESS', 'Region fails and recovers', 'access denied in a replica Region',
] as const;
export type Circumstance = typeof CIRCUMSTANCES[number];

export interface Armed {
  readonly name: FaultName;
  /** Absent: at any event. */
  readonly event?: EventKind;
  /** Absent: wherever it can strike. */
  readonly only?: Point;
  /** What the key is when it strikes, or the type of a resource that makes none. Absent: whatever it is. */
  readonly state?: string;
  /** Absent: at any call. */
  readonly call?: ImportCall;
  /** How many fitting points it lets pass. */
  readonly skip: number;
  readonly times: number;
  readonly seconds: number;
}

/** The faults that are armed, each until it has struck as often as it may. */
export class FaultPlan {
  /** How often each point was passed, since the first fault was armed or, without one, in all. */
  readonly met = new Map<Point, number>();
  private armed: Array<Armed & { skipped: number; struck: number; until?: number }> = [];

  constructor(private readonly now: () => number) {}

  arm(fault: Armed): void {
    if (this.armed.length === 0) { this.met.clear(); }
    this.armed.push({ ...fault, skipped: 0, struck: 0 });
  }

  clear(): void {
    this.armed = [];
  }

  /** @param state what the key of the request, or the type of a resource that makes none, is then */
  strike(point: Point, event: EventKind, state: () => string, call?: ImportCall): Armed & { readonly until?: number } | undefined {
    this.met.set(point, (this.met.get(point) ?? 0) + 1);
    return this.armed.find(fault => {
      const { at, lasting }: { at: readonly Point[]; lasting?: boolean } = FAULTS[fault.name];
      if (!at.includes(point) || (fault.only !== undefined && at.includes(fault.only) && fault.only !== point)) { return false; }
      if (fault.event !== undefined && fault.event !== event) { return false; }
      if (fault.call !== undefined && fault.call !== call) { return false; }
      // What lasts goes on when the state has changed.
      if (fault.state !== undefined && fault.until === undefined && fault.state !== state()) { return false; }
      if (fault.skipped < fault.skip) {
        fault.skipped += 1;
        return false;
      }
      if (lasting) {
        fault.until ??= this.now() + fault.seconds * 1000;
        return this.now() < fault.until;
      }
      if (fault.struck >= fault.times) { return false; }
      fault.struck += 1;
      return true;
    });
  }
}
