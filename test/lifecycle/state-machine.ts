import { VirtualClock } from '../emulator';

/** A state of a definition, as far as this library's own definition uses the language. */
interface State {
  readonly Type: 'Task' | 'Choice' | 'Wait' | 'Fail';
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Parameters?: Record<string, unknown>;
  readonly ResultPath?: string | null;
  readonly Retry?: Retrier[];
  readonly Catch?: Array<{ ErrorEquals: string[]; ResultPath: string; Next: string }>;
  readonly Choices?: Choice[];
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Error?: string;
  readonly Cause?: string;
}

interface Retrier {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
}

interface Choice {
  readonly Variable: string;
  readonly Next: string;
  readonly IsPresent?: boolean;
  readonly NumericGreaterThan?: number;
  readonly TimestampGreaterThanPath?: string;
}

export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';

export interface Execution {
  readonly name: string;
  readonly arn: string;
  readonly input: string;
  status: ExecutionStatus;
  /** Inputs and outputs of states, oldest first, as JSON. */
  readonly history: string[];
  state: string;
  data: any;
  retries: number;
  /** When it does its next thing, in milliseconds. */
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
    private readonly definition: { StartAt: string; States: Record<string, State> },
    private readonly clock: VirtualClock,
    private readonly invoke: (payload: any) => Promise<unknown>,
    private readonly ended: (execution: Execution) => Promise<void> = async () => undefined,
    readonly arn: string = 'arn:aws:states:us-east-1:111122223333:stateMachine:payment-keys',
  ) {}

  /** False when the name is taken: Step Functions answers ExecutionAlreadyExists, or the running execution. */
  start(name: string, input: unknown): boolean {
    if (this.executions.some(execution => execution.name === name)) { return false; }
    const json = JSON.stringify(input);
    this.executions.push({
      name,
      arn: `${this.arn.replace(':stateMachine:', ':execution:')}:${name}`,
      input: json,
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

  /** Runs the next state that is due, after letting time pass until then. False when nothing runs. */
  async runNext(): Promise<boolean> {
    const [next] = this.running.sort((a, b) => a.due - b.due);
    if (!next) { return false; }
    if (next.due > this.clock.now()) { this.clock.advance((next.due - this.clock.now()) / 1000); }
    await this.runState(next);
    if (next.status === 'SUCCEEDED' || next.status === 'FAILED') { await this.ended(next); }
    return true;
  }

  private async runState(execution: Execution): Promise<void> {
    const state = this.definition.States[execution.state];
    execution.history.push(JSON.stringify(execution.data));
    switch (state.Type) {
      case 'Task': return this.runTask(execution, state);
      case 'Choice': return this.leave(execution, this.chosen(state, execution.data), execution.data);
      case 'Wait': {
        const seconds = state.Seconds ?? lookUp(execution.data, state.SecondsPath!);
        if (!Number.isInteger(seconds) || seconds < 0) { throw new Error(`a Wait of ${seconds} seconds`); }
        this.leave(execution, state.Next, execution.data);
        execution.due = this.clock.now() + seconds * 1000;
        return;
      }
      case 'Fail':
        execution.status = 'FAILED';
        return;
      default:
        throw new Error(`state type ${state.Type} is not interpreted`);
    }
  }

  private async runTask(execution: Execution, state: State): Promise<void> {
    const payload = Object.fromEntries(Object.entries(state.Parameters!).map(([key, value]) =>
      key.endsWith('.$') ? [key.slice(0, -2), lookUp(execution.data, String(value))] : [key, value]));
    let result: unknown;
    try {
      result = JSON.parse(JSON.stringify(await this.invoke(JSON.parse(JSON.stringify(payload))) ?? null));
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
    const matches = ({ ErrorEquals }: { ErrorEquals: string[] }) => ErrorEquals.includes(error.name) || ErrorEquals.includes('States.ALL');
    const retrier = state.Retry?.find(matches);
    if (retrier && execution.retries < retrier.MaxAttempts) {
      execution.due = this.clock.now() + retrier.IntervalSeconds * retrier.BackoffRate ** execution.retries * 1000;
      execution.retries += 1;
      return;
    }
    execution.retries = 0;
    const catcher = state.Catch?.find(matches);
    if (!catcher) {
      execution.status = 'FAILED';
      return;
    }
    const member = catcher.ResultPath.replace(/^\$\./, '');
    this.leave(execution, catcher.Next, { ...execution.data, [member]: { Error: error.name, Cause: error.message } });
  }

  private chosen(state: State, data: any): string {
    const applies = (choice: Choice): boolean => {
      const value = choice.Variable === '$$.State.EnteredTime' ? new Date(this.clock.now()).toISOString() : lookUp(data, choice.Variable);
      if (choice.IsPresent !== undefined) { return (value !== undefined) === choice.IsPresent; }
      if (choice.NumericGreaterThan !== undefined) { return value > choice.NumericGreaterThan; }
      if (choice.TimestampGreaterThanPath !== undefined) { return Date.parse(value) > Date.parse(lookUp(data, choice.TimestampGreaterThanPath)); }
      throw new Error(`a choice that is not interpreted: ${JSON.stringify(choice)}`);
    };
    return state.Choices!.find(applies)?.Next ?? state.Default!;
  }

  private leave(execution: Execution, next: string | undefined, data: unknown): void {
    execution.data = data;
    execution.history.push(JSON.stringify(data));
    if (next === undefined) { execution.status = 'SUCCEEDED'; } else { execution.state = next; }
  }
}

function lookUp(data: any, path: string): any {
  return path === '$' ? data : path.replace(/^\$\./, '').split('.').reduce((value, member) => value?.[member], data);
}
