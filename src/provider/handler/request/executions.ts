/** The executions of the provider's state machine: the clocks of the requests. */
export interface Executions {
  /**
   * Starts an execution. A name is taken as long as the state machine remembers the execution that has it, running or ended.
   *
   * @param name at most 80 characters
   * @param input names and seconds, no property and no URL: it stands in the history
   * @throws StartRefused when the service said that it started nothing, and would say so again
   * @throws ServiceFault when the same call may succeed later, or may have been executed
   */
  start(name: string, input: object): Promise<'started' | 'nameTaken'>;
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
