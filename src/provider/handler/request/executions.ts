/** The executions of the provider's state machine: the clocks of the requests. */
export interface Executions {
  /**
   * Starts an execution. The same name and input again, while that execution runs, is `started` too; `nameTaken` means that it has ended (API: StartExecution).
   *
   * @param name at most 80 characters
   * @param input names and seconds, no property and no URL: it stands in the history
   * @throws StartRefused when the service said that it started nothing, and would say so again
   * @throws ServiceFault when the same call may succeed later, or may have been executed
   */
  start(name: string, input: StepState): Promise<'started' | 'nameTaken'>;
  /** What an execution was started with, as JSON (API: DescribeExecution). */
  inputOf(executionArn: string): Promise<string>;
}

/** What goes round in the state machine: names and numbers only, so nothing in a history or an event is worth protecting. */
export interface StepState {
  /** The item of the ledger. */
  readonly item: string;
  /** The request that the execution works for. */
  readonly request: string;
  /** When even the last resort is due, should steps fail to run at all. Compared by the state machine. */
  readonly overdueAt: string;
  readonly turn: number;
  /** Seconds until the next step. */
  readonly waitSeconds: number;
  readonly next: 'step' | 'respond' | 'end';
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
