import { ExecutionState } from '../execution-state';

/** The executions of one state machine. */
export interface Executions {
  /** Starts an execution; one of that name that exists already, running or ended, is the same request delivered twice. */
  start(name: string, state: ExecutionState): Promise<void>;
  /** ARNs of the running executions whose name begins so and that are not younger. Eventually consistent. */
  running(prefix: string, startedUntil: Date): Promise<string[]>;
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
