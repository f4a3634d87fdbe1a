/** Starts executions of the provider's state machine. */
export interface Executions {
  /**
   * Step Functions takes the same name and input again while that execution runs. `nameTaken` means that an execution of
   * this name has ended (API: StartExecution).
   */
  start(stateMachineArn: string, name: string, input: StepState): Promise<'started' | 'nameTaken'>;
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
