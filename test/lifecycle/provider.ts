import { HttpResponse } from '@smithy/protocol-http';
import { STEP_TASK } from '../../src/provider/contract/tasks';
import { stateMachineDefinition } from '../../src/provider/state-machine';
import { effects, Emulator, FaultEffect } from '../emulator';
import { Circumstances } from './circumstances';
import { FaultPlan } from './faults';
import { Call, FunctionRuntime, Invocation, Refusal } from './function';
import { EventKind, LOOKS, Notebook, Sent } from './notebook';
import { Definition } from './state-language';
import { asListed, Execution, StateMachine } from './state-machine';
import { Timeline } from './timeline';
import { plane, Transport } from './transport';
import { STACK_ID } from './world';
import { ExecutionState } from '../../src/provider/handler/execution-state';
import { Executions, StartRefused } from '../../src/provider/handler/executions/port';
import { handlerFor } from '../../src/provider/handler/handler';
import { jsonLog } from '../../src/provider/handler/log';
import { faultKind, ServiceFault } from '../../src/provider/handler/service-fault';

/** Lambda tries an asynchronous invocation that failed twice more (Lambda Developer Guide: asynchronous invocation). */
const SECONDS_BEFORE_RETRY = [60, 120];
/** EventBridge needs a moment. */
const SECONDS_UNTIL_LAST_RESORT = 1;

/** Takes an answer, and throws unless CloudFormation's bucket took it. */
export type Mailbox = (requestId: string, body: string) => void;

const NOT_STARTED = 'the state machine could not be started';

const SERVICE_EFFECTS: Partial<Record<Refusal, () => FaultEffect>> = {
  'throttled': effects.throttle,
  'server error': effects.internalServerError,
  'server error after commit': () => effects.internalServerError({ executed: true }),
  // A text as long as the service may ever send, to see that answers stay short.
  'access denied': () => effects.accessDenied(`User is not authorized: ${'é€💳'.repeat(900)}`),
};
const EXECUTION_ERRORS: Partial<Record<Refusal, string>> = {
  'throttled': 'ThrottlingException', 'server error': 'InternalServerError', 'access denied': 'AccessDeniedException',
};

/** The provider of one stack as it is deployed: the real handler and the real state machine, in virtual time. */
export class Provider {
  readonly stateMachine: StateMachine;
  private readonly runtime: FunctionRuntime;
  /** Requests answered FAILED because they could not be started: later deliveries of them fare no better. */
  private readonly refused = new Set<string>();

  constructor(
    private readonly timeline: Timeline<Invocation>,
    private readonly emulator: Emulator,
    private readonly notebook: Notebook,
    plan: FaultPlan,
    private readonly circumstances: Circumstances,
    private readonly mailbox: Mailbox,
  ) {
    this.runtime = new FunctionRuntime(timeline, plan, notebook, handlerFor({
      plane,
      executions: () => this.executions(),
      putAnswer: (url, body) => this.putAnswer(url, body),
      now: () => new Date(timeline.now()),
      pause: seconds => this.runtime.sleep(seconds),
      log: jsonLog(line => notebook.logLines.push(line)),
      stackId: STACK_ID,
    }));
    this.stateMachine = new StateMachine(
      stateMachineDefinition('arn:aws:lambda:::function:handler') as Definition,
      timeline.clock,
      payload => this.runTask(payload),
      execution => this.afterEnd(execution),
    );
    timeline.addSource({ due: () => this.stateMachine.next?.due, run: () => this.stateMachine.runState(this.stateMachine.next!) });
  }

  /** As Lambda does: at least once, and again when the function throws or dies. */
  deliver(sent: Sent, afterSeconds = 0): void {
    this.invokeLater(afterSeconds, sent.event, sent.kind, sent.requestId);
  }

  /** What the clients' requests go through on their way to the emulator. */
  faulty(transport: Transport): Transport {
    return async request => {
      const operation = request.headers['x-amz-target'].split('.')[1];
      const call: Call<HttpResponse> = {
        to: operation === 'GetResources' ? 'tag index' : 'service',
        execute: async () => {
          const response = await transport(request);
          this.noteDeed(operation, response.statusCode < 300);
          return response;
        },
        refuse: async how => {
          const armed = this.emulator.faults.add({ times: 1, effect: SERVICE_EFFECTS[how]!() });
          try { return await transport(request); } finally { armed.remove(); }
        },
      };
      const response = await this.runtime.call(call);
      this.circumstances.met(operation, request, this.emulator).forEach(name => this.runtime.note(name));
      return response;
    };
  }

  /** What is executed after its function gave up waiting is nobody's deed any more. */
  private noteDeed(operation: string, executed: boolean): void {
    const invocation = this.timeline.context;
    if (!invocation || !executed || LOOKS.has(operation)) { return; }
    this.notebook.deeds.push({ requestId: invocation.requestId, operation, time: this.timeline.now() });
  }

  private invokeLater(seconds: number, payload: unknown, event: EventKind, requestId: string, attempt = 0): void {
    this.timeline.in(seconds, async () => {
      try {
        await this.runtime.invoke(payload, { event, requestId, faultless: attempt === SECONDS_BEFORE_RETRY.length });
      } catch {
        if (attempt < SECONDS_BEFORE_RETRY.length) { this.invokeLater(SECONDS_BEFORE_RETRY[attempt], payload, event, requestId, attempt + 1); }
      }
    });
  }

  private async runTask(payload: any): Promise<unknown> {
    const sent = this.notebook.sent.get(payload.state.request.RequestId)!;
    try {
      const about = { event: sent.kind, requestId: sent.requestId, faultless: false, step: payload.task === STEP_TASK };
      const result = await this.runtime.invoke(payload, about) as ExecutionState | undefined;
      if (result?.answer && !payload.state.answer) { this.notebook.answerMade(sent, JSON.parse(result.answer)); }
      return result;
    } catch (error) {
      if ((error as Error).name === 'TIMED_OUT') {
        await this.stateMachine.end(this.stateMachine.executions.find(({ name }) => name.endsWith(sent.requestId))!, 'TIMED_OUT');
      }
      throw error;
    }
  }

  private async afterEnd({ arn, status, input }: Execution): Promise<void> {
    if (status !== 'FAILED' && status !== 'TIMED_OUT') { return; }
    const detail = { executionArn: arn, stateMachineArn: this.stateMachine.arn, status, input };
    const requestId = JSON.parse(input).request.RequestId as string;
    this.invokeLater(SECONDS_UNTIL_LAST_RESORT, { source: 'aws.states', detail }, 'Last resort', requestId);
  }

  private executions(): Executions {
    const { stateMachine, timeline } = this;
    return {
      // What was started once, Step Functions finds by its name.
      start: async (name, state) => stateMachine.executions.some(execution => execution.name === name) ? undefined : this.runtime.call({
        to: 'start',
        execute: async () => {
          if (this.refused.has(state.request.RequestId)) { throw new StartRefused(NOT_STARTED, false); }
          stateMachine.start(name, state);
        },
        refuse: async how => {
          throw new StartRefused(NOT_STARTED, how === 'start denied');
        },
      }),
      list: (prefix, endedToo) => this.askExecutions(async () => {
        const visible = stateMachine.list(prefix, endedToo);
        const listed = visible.filter(({ startedAt }) => startedAt + this.circumstances.executionListLag * 1000 <= timeline.now());
        if (listed.length < visible.length - 1) { this.runtime.note('executions listed late'); }
        return listed.map(asListed);
      }),
      stop: arn => this.askExecutions(async () => {
        stateMachine.stop(stateMachine.find(arn));
      }),
      lastState: arn => this.askExecutions(async () => JSON.parse(stateMachine.find(arn).history.at(-1)!) as ExecutionState),
    };
  }

  /** Errors as the adapter of Step Functions passes them on. */
  private async askExecutions<T>(execute: () => Promise<T>): Promise<T> {
    const fault = (name: string) => new ServiceFault(faultKind({ name }), 'Executions', 'us-east-1', name, '');
    try {
      return await this.runtime.call({ to: 'executions', execute, refuse: async how => { throw fault(EXECUTION_ERRORS[how]!); } });
    } catch (error) {
      throw error instanceof ServiceFault ? error : fault((error as Error).name);
    }
  }

  private async putAnswer(url: string, body: string): Promise<void> {
    const requestId = new URL(url).pathname.slice(1);
    if (body.includes(NOT_STARTED)) { this.refused.add(requestId); }
    const refused = async () => {
      this.notebook.sent.get(requestId)!.bodies.push(body);
      throw new Error('CloudFormation refused the answer with HTTP 503');
    };
    await this.runtime.call({ to: 'answer', execute: async () => this.mailbox(requestId, body), refuse: refused });
  }
}
