import { VirtualClock } from '../emulator';
import { applies, Context, Definition, filled, lookUp, names, notInterpreted, State } from './state-language';

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  readonly name: string;
  readonly arn: string;
  readonly input: string;
  readonly startedAt: number;
  endedAt?: number;
  status: ExecutionStatus;
  /** Inputs and outputs of states, oldest first, as JSON. */
  readonly history: string[];
  state: string;
  data: any;
  retries: number;
  /** When it does its next thing, in milliseconds; never, while a task of it is at work. */
  due: number;
}

/** The error that a task ends with, under the name that the definition sees. */
export class TaskError extends Error {
  constructor(name: string, message = name) {
    super(message);
    this.name = name;
  }
}

/**
 * Runs executions of one definition in virtual time, one state at a time, so that a test can stop between any two.
 * Interprets the part of Amazon States Language that the library's definition uses, and refuses anything else.
 */
export class StateMachine {
  readonly executions: Execution[] = [];

  constructor(
    private readonly definition: Definition,
    private readonly clock: VirtualClock,
    private readonly invoke: (payload: any) => Promise<unknown>,
    private readonly ended: (execution: Execution) => Promise<void> = async () => undefined,
    readonly arn: string = 'arn:aws:states:us-east-1:111122223333:stateMachine:payment-keys',
  ) {
    const problems = notInterpreted(definition);
    if (problems.length > 0) { throw new Error(`not interpreted: ${problems.join('; ')}`); }
  }

  /** False for ExecutionAlreadyExists: the name is taken by an execution that has ended, or has another input (API: StartExecution). */
  start(name: string, input: unknown): boolean {
    const json = JSON.stringify(input);
    const taken = this.executions.find(execution => execution.name === name);
    if (taken) { return taken.status === 'RUNNING' && taken.input === json; }
    this.executions.push({
      name,
      arn: `${this.arn.replace(':stateMachine:', ':execution:')}:${name}`,
      input: json,
      startedAt: this.clock.now(),
      status: 'RUNNING',
      history: [json],
      state: this.definition.StartAt,
      data: JSON.parse(json),
      retries: 0,
      due: this.clock.now(),
    });
    return true;
  }

  get running(): Execution[] {
    return this.executions.filter(({ status }) => status === 'RUNNING');
  }

  find(arn: string): Execution {
    const found = this.executions.find(execution => execution.arn === arn);
    if (!found) { throw new Error(`there is no execution ${arn}`); }
    return found;
  }

  /** The running execution whose turn it is next. */
  get next(): Execution | undefined {
    let next: Execution | undefined;
    for (const execution of this.executions) {
      if (execution.status === 'RUNNING' && execution.due < (next?.due ?? Infinity)) { next = execution; }
    }
    return next;
  }

  /** Runs the next state that is due, after letting time pass until then. False when nothing runs. */
  async runNext(): Promise<boolean> {
    const { next } = this;
    if (!next) { return false; }
    if (next.due > this.clock.now()) { this.clock.advance((next.due - this.clock.now()) / 1000); }
    await this.runState(next);
    return true;
  }

  /** Runs the state that an execution has come to. */
  async runState(execution: Execution): Promise<void> {
    await this.interpret(execution, this.definition.States[execution.state]);
    if (execution.status === 'SUCCEEDED' || execution.status === 'FAILED') { await this.ended(execution); }
  }

  /** Ends an execution: ABORTED as StopExecution does, otherwise as Step Functions itself would. */
  async end(execution: Execution, status: 'FAILED' | 'TIMED_OUT' | 'ABORTED'): Promise<void> {
    if (execution.status !== 'RUNNING') { return; }
    this.close(execution, status);
    await this.ended(execution);
  }

  /** Runs an ended execution on from the state that it had come to (API: RedriveExecution). False for one that succeeded. */
  redrive(execution: Execution): boolean {
    if (execution.status === 'RUNNING' || execution.status === 'SUCCEEDED') { return false; }
    Object.assign(execution, { status: 'RUNNING', endedAt: undefined, retries: 0, due: this.clock.now() });
    return true;
  }

  private async interpret(execution: Execution, state: State): Promise<void> {
    execution.history.push(JSON.stringify(execution.data));
    switch (state.Type) {
      case 'Task': return this.runTask(execution, state);
      case 'Choice': {
        const context = this.context(execution);
        const next = state.Choices!.find(choice => applies(choice, execution.data, context))?.Next ?? state.Default!;
        return this.leave(execution, next, execution.data);
      }
      case 'Wait': {
        const seconds = state.Seconds ?? lookUp(execution.data, state.SecondsPath!);
        if (!Number.isInteger(seconds) || seconds < 0) { throw new Error(`a Wait of ${seconds} seconds`); }
        this.leave(execution, state.Next, execution.data);
        execution.due = this.clock.now() + seconds * 1000;
        return;
      }
      case 'Fail': return this.close(execution, 'FAILED');
      case 'Succeed': return this.close(execution, 'SUCCEEDED');
    }
  }

  private context({ startedAt }: Execution): Context {
    return { '$$.State.EnteredTime': new Date(this.clock.now()).toISOString(), '$$.Execution.StartTime': new Date(startedAt).toISOString() };
  }

  private async runTask(execution: Execution, state: State): Promise<void> {
    const payload = JSON.parse(JSON.stringify(filled(state.Parameters!, execution.data, this.context(execution))));
    execution.due = Infinity;
    let result: unknown;
    try {
      result = JSON.parse(JSON.stringify(await this.invoke(payload) ?? null));
    } catch (error) {
      return this.recover(execution, state, error as Error);
    }
    // Stopped while the function ran: its result is lost.
    if (execution.status !== 'RUNNING') { return; }
    execution.retries = 0;
    this.leave(execution, state.Next, state.ResultPath === null ? execution.data : result);
  }

  private recover(execution: Execution, state: State, error: Error): void {
    if (execution.status !== 'RUNNING') { return; }
    execution.due = this.clock.now();
    const retrier = state.Retry?.find(({ ErrorEquals }) => names(ErrorEquals, error.name));
    if (retrier && execution.retries < retrier.MaxAttempts) {
      execution.due += retrier.IntervalSeconds * retrier.BackoffRate ** execution.retries * 1000;
      execution.retries += 1;
      return;
    }
    execution.retries = 0;
    const catcher = state.Catch?.find(({ ErrorEquals }) => names(ErrorEquals, error.name));
    if (!catcher) { return this.close(execution, 'FAILED'); }
    if (catcher.ResultPath === null) { return this.leave(execution, catcher.Next, execution.data); }
    const member = catcher.ResultPath.replace(/^\$\./, '');
    this.leave(execution, catcher.Next, { ...execution.data, [member]: { Error: error.name, Cause: error.message } });
  }

  private leave(execution: Execution, next: string | undefined, data: unknown): void {
    execution.data = data;
    execution.due = this.clock.now();
    execution.history.push(JSON.stringify(data));
    if (next === undefined) { this.close(execution, 'SUCCEEDED'); } else { execution.state = next; }
  }

  private close(execution: Execution, status: ExecutionStatus): void {
    execution.status = status;
    execution.endedAt = this.clock.now();
  }
}
