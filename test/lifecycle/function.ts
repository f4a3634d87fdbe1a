import { Called, FaultPlan, Point } from './faults';
import { EventKind, ImportCall, Notebook } from './notebook';
import { TaskError } from './state-machine';
import { Timeline } from './timeline';
import { FUNCTION_TIMEOUT_SECONDS } from '../../src/provider/contract/envelope';

/** What every request costs in time, in seconds. */
const REQUEST_SECONDS = 0.05;
/** The clients' own time-out, in seconds. */
const CLIENT_TIMEOUT = 15;
/** Seconds after that until the service may still execute a request: a minute after it was sent, the provider believes what it sees. */
const LATEST_EXECUTION = 44;
/** The second run of a step begins while the first may be under way. */
const SECONDS_UNTIL_THE_TWIN = 0.01;

/** One run of the function. */
export interface Invocation {
  readonly event: EventKind;
  readonly requestId: string;
  /** Lambda's and EventBridge's last attempt meets no fault: after it nobody would try again. */
  readonly faultless: boolean;
  readonly beganAt: number;
  readonly kill: (error: Error) => void;
}

/** How a called party says no. */
export type Refusal = 'throttled' | 'server error' | 'server error after commit' | 'access denied' | 'KMS denied' | 'not decrypted' | 'start refused' | 'start denied' | 'answer refused';

export interface Call<T> {
  readonly to: Called;
  /** Whether it is one by which a key is imported. */
  readonly importCall?: ImportCall;
  execute(): Promise<T>;
  /** @param until when this refusal ends, if it lasts, in milliseconds */
  refuse(how: Refusal, until?: number): Promise<T>;
}

/** The Lambda function's surroundings: it can be killed at any point, and its calls can fail in any way. */
export class FunctionRuntime {
  constructor(
    private readonly timeline: Timeline<Invocation>,
    private readonly plan: FaultPlan,
    private readonly notebook: Notebook,
    private readonly handler: (payload: any) => Promise<unknown>,
  ) {}

  get current(): Invocation {
    return this.timeline.context!;
  }

  async invoke(payload: unknown, about: Pick<Invocation, 'event' | 'requestId' | 'faultless'> & { readonly step?: boolean }): Promise<unknown> {
    let kill!: (error: Error) => void;
    const killed = new Promise<never>((_, reject) => { kill = reject; });
    killed.catch(() => undefined);
    const invocation: Invocation = { ...about, beganAt: this.timeline.now(), kill };
    this.timeline.context = invocation;
    switch (this.strike('begin')) {
      case 'function did not run': throw new TaskError('Lambda.TooManyRequestsException');
      case 'killed between steps': throw new TaskError('Lambda.Unknown');
    }
    switch (about.step && this.strike('begin of a step')) {
      case 'execution ABORTED': throw new TaskError('ABORTED');
      // Its result is lost; what it did is not.
      case 'step run twice': this.timeline.in(SECONDS_UNTIL_THE_TWIN, () => this.invoke(payload, { ...about, step: false }).catch(() => undefined));
    }
    const result = await Promise.race([this.handler(payload), killed]);
    this.timeline.context = invocation;
    switch ((about.step ? this.strike('end of a step') : undefined) ?? this.strike('end')) {
      case 'killed after its end': throw new TaskError('Lambda.Unknown');
      // No wildcard catches this one, so that it ends the execution.
      case 'execution FAILED': throw new TaskError('States.DataLimitExceeded');
      case 'execution TIMED_OUT': throw new TaskError('TIMED_OUT');
      // Stopped by hand while the step ran.
      case 'execution ABORTED': throw new TaskError('ABORTED');
      case 'execution redriven': throw new TaskError('REDRIVEN');
    }
    return result;
  }

  /** A call of the function to somebody else, with whatever fault is due. */
  async call<T>(call: Call<T>): Promise<T> {
    this.timeline.clock.advance(REQUEST_SECONDS);
    if (this.secondsLeft() <= 0) { return this.kill(); }
    const armed = this.current.faultless ? undefined : this.plan.strike(call.to, this.current.event, this.state, call.importCall);
    if (armed) { this.note(armed.name, call.importCall); }
    switch (armed?.name) {
      case undefined: return call.execute();
      case 'killed before a request': return this.kill();
      case 'killed after a request':
        await call.execute();
        return this.kill();
      case 'request lost': throw new ConnectionLost();
      case 'response lost':
        await call.execute();
        throw new ConnectionLost();
      case 'slow': return this.slow(call, armed.seconds);
      case 'executed after the time-out':
        this.timeline.in(CLIENT_TIMEOUT + Math.min(armed.seconds, LATEST_EXECUTION), async () => { await call.execute().catch(() => undefined); });
        await this.sleep(CLIENT_TIMEOUT);
        throw new ConnectionLost();
      case 'answers never arrive': return call.refuse('answer refused', armed?.until);
      default: return call.refuse(armed!.name as Refusal);
    }
  }

  /** The function waits, for as long as it may run. */
  async sleep(seconds: number): Promise<void> {
    const left = this.secondsLeft();
    await this.timeline.sleep(Math.min(seconds, Math.max(0, left)));
    if (seconds >= left) { await this.kill(); }
  }

  note(fault: string, importCall?: ImportCall): void {
    this.notebook.strike(fault, this.current.event, this.current.requestId, importCall);
  }

  private async slow<T>(call: Call<T>, seconds: number): Promise<T> {
    const result = await call.execute();
    await this.sleep(Math.min(seconds, CLIENT_TIMEOUT));
    if (seconds >= CLIENT_TIMEOUT) { throw new ConnectionLost(); }
    return result;
  }

  private readonly state = () => this.notebook.stateOf(this.current.requestId);

  private strike(point: Point): string | undefined {
    if (this.current.faultless) { return undefined; }
    const name = this.plan.strike(point, this.current.event, this.state)?.name;
    if (name) { this.note(name); }
    return name;
  }

  private secondsLeft(): number {
    return FUNCTION_TIMEOUT_SECONDS - (this.timeline.now() - this.current.beganAt) / 1000;
  }

  /** Nothing that the function was about to do happens any more. */
  private kill(): Promise<never> {
    this.current.kill(new TaskError('Lambda.Unknown'));
    return new Promise(() => undefined);
  }
}

/** Under a name that the SDK gives to such errors. */
class ConnectionLost extends Error {
  constructor() {
    super('socket hang up');
    this.name = 'TimeoutError';
  }
}
