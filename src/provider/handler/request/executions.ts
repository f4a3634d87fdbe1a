import { ExecutionState } from '../execution-state';

export interface Execution {
  readonly arn: string;
  readonly startedAt: Date;
  readonly running: boolean;
  /** Ended by itself: no step of it can still be at work. */
  readonly succeeded: boolean;
  readonly endedAt?: Date;
}

/** The executions of one state machine. */
export interface Executions {
  /** Starts an execution; one of that name that exists already, running or ended, is the same request delivered twice. */
  start(name: string, state: ExecutionState): Promise<void>;
  /**
   * Executions whose name begins so, newest first: those that run, and if `endedToo` those that began within the last
   * hour. Eventually consistent.
   */
  list(prefix: string, endedToo: boolean): Promise<Execution[]>;
  stop(executionArn: string, why: string): Promise<void>;
  /** The newest state that the execution's history holds. */
  lastState(executionArn: string): Promise<ExecutionState | undefined>;
}

/** The service said that it started nothing, and would say so again. */
export class StartRefused extends Error {
  constructor(
    message: string,
    /** Refused for lack of permission, which fresh permissions may still bring. */
    readonly denied: boolean,
  ) {
    super(message);
    this.name = 'StartRefused';
  }
}
