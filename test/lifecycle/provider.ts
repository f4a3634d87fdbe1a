import { HttpResponse } from '@smithy/protocol-http';
import { STEP_TASK } from '../../src/provider/contract/tasks';
import { stateMachineDefinition } from '../../src/provider/state-machine';
import { effects, Emulator, FaultEffect } from '../emulator';
import { Circumstances } from './circumstances';
import { FaultPlan } from './faults';
import { Call, FunctionRuntime, Invocation, Refusal } from './function';
import { EventKind, LOOKS, Notebook, READS_OF_WRAPPED_KEYS, Sent } from './notebook';
import { Definition } from './state-language';
import { Execution, StateMachine } from './state-machine';
import { Timeline } from './timeline';
import { keptKeys, service, Transport } from './transport';
import { STACK_ID } from './world';
import { CalledService, faultKind, ServiceFault } from '../../src/provider/handler/control-plane/fault';
import { handlerFor } from '../../src/provider/handler/handler';
import { Item } from '../../src/provider/handler/ledger/item';
import { Written } from '../../src/provider/handler/ledger/port';
import { Executions, StartRefused, StepState } from '../../src/provider/handler/request/executions';
import { jsonLog } from '../../src/provider/handler/request/log';
import { MemoryLedger, through } from '../provider/ledger/memory-ledger';

/** Lambda tries an asynchronous invocation that failed twice more (Lambda Developer Guide: asynchronous invocation). */
const SECONDS_BEFORE_RETRY = [60, 120];
/** EventBridge needs a moment. */
const SECONDS_UNTIL_LAST_RESORT = 1;
/** Somebody redrives an execution after a while. */
const SECONDS_UNTIL_REDRIVEN = 30;

/** Until the state Respond and the last resort have repeated an answer as often as they do. */
const SECONDS_OF_ALL_DELIVERIES = 310;

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
const EFFECTS_OF_WRAPPED_KEYS: Readonly<Record<string, Partial<Record<Refusal, () => FaultEffect>>>> = {
  GetSecretValue: { ...SERVICE_EFFECTS, 'server error': effects.internalServiceError, 'KMS denied': effects.kmsDenied, 'not decrypted': effects.decryptionFailure },
  GetParameter: {
    ...SERVICE_EFFECTS,
    'server error': effects.parameterStoreError,
    'KMS denied': effects.kmsDenied,
    'not decrypted': () => ({ kind: 'error', type: 'InvalidKeyId' }),
  },
};
const LEDGER_ERRORS: Partial<Record<Refusal, string>> = {
  'throttled': 'ProvisionedThroughputExceededException', 'server error': 'InternalServerError', 'access denied': 'AccessDeniedException',
};

/** The provider of one stack as it is deployed: the real handler and the real state machine, in virtual time. */
export class Provider {
  readonly stateMachine: StateMachine;
  /** The table, without faults. */
  readonly table = new MemoryLedger();
  private readonly runtime: FunctionRuntime;

  constructor(
    private readonly timeline: Timeline<Invocation>,
    private readonly emulator: Emulator,
    private readonly notebook: Notebook,
    private readonly plan: FaultPlan,
    private readonly circumstances: Circumstances,
    private readonly mailbox: Mailbox,
  ) {
    const table = through((_, execute) => this.askTable(execute), this.table);
    this.runtime = new FunctionRuntime(timeline, plan, notebook, handlerFor({
      service,
      wrappedKeys: keptKeys,
      ledger: { ...table, write: item => this.askTable(() => this.write(item)) },
      limiterTable: table,
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
      const isReading = READS_OF_WRAPPED_KEYS.has(operation);
      if (isReading) { this.noteReading(JSON.parse(request.body)); }
      const call: Call<HttpResponse> = {
        to: operation === 'GetResources' ? 'tag index' : isReading ? 'wrapped key' : 'service',
        importCall: isReading ? 'the reading' : operation === 'ImportKey' ? operation : undefined,
        execute: async () => {
          const response = await transport(request);
          this.noteDeed(operation, response.statusCode < 300);
          return response;
        },
        refuse: async how => {
          const armed = this.emulator.faults.add({ times: 1, effect: (EFFECTS_OF_WRAPPED_KEYS[operation] ?? SERVICE_EFFECTS)[how]!() });
          try { return await transport(request); } finally { armed.remove(); }
        },
      };
      const { requestId } = this.runtime.current;
      if (operation === 'ImportKey') { this.notebook.importedAt.set(requestId, this.timeline.now()); }
      const response = await this.runtime.call(call);
      if (operation === 'ImportKey' && response.statusCode >= 400 && response.statusCode < 500) { this.notebook.importedAt.delete(requestId); }
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

  private noteReading(input: Record<string, unknown>): void {
    const { requestId, beganAt } = this.runtime.current;
    const { importedAt, ceasedAt, readings, sent } = this.notebook;
    // What another step or delivery does meanwhile, this one learns only with its next write.
    const isBefore = (time = Infinity) => time < beganAt;
    const item = this.table.items.get(sent.get(requestId)!.logicalId);
    const inherits = item?.request.requestId === requestId && item.inherited.length > 0;
    readings.push({
      requestId,
      time: this.timeline.now(),
      input,
      duringRollback: inherits || isBefore(ceasedAt.get(requestId)),
      afterImport: isBefore(importedAt.get(requestId)),
    });
  }

  private invokeLater(seconds: number, payload: unknown, event: EventKind, requestId: string, attempt = 0): void {
    this.timeline.in(seconds, async () => {
      if (this.notebook.isForgotten(this.notebook.sent.get(requestId)!)) { return; }
      try {
        await this.runtime.invoke(payload, { event, requestId, faultless: attempt === SECONDS_BEFORE_RETRY.length });
        if (event !== 'Last resort') { this.remembered(requestId); }
      } catch {
        if (attempt < SECONDS_BEFORE_RETRY.length) { this.invokeLater(SECONDS_BEFORE_RETRY[attempt], payload, event, requestId, attempt + 1); }
      }
    });
  }

  /** A delivery that went well starts another execution, if there is time for its answer. */
  private remembered(requestId: string): void {
    const sent = this.notebook.sent.get(requestId)!;
    if ((sent.deadline - this.timeline.now()) / 1000 > SECONDS_OF_ALL_DELIVERIES) { sent.forgotten = false; }
  }

  private async runTask(payload: { readonly task: string; readonly state: StepState }): Promise<unknown> {
    const sent = this.notebook.sent.get(payload.state.request)!;
    const about = { event: sent.kind, requestId: sent.requestId, faultless: false, step: payload.task === STEP_TASK };
    try {
      return await this.runtime.invoke(payload, about);
    } catch (error) {
      await this.endByHand((error as Error).name, sent.requestId);
      throw error;
    }
  }

  /** What others than the state machine itself may do to an execution (API: StopExecution, RedriveExecution). */
  private async endByHand(how: string, requestId: string): Promise<void> {
    const execution = this.stateMachine.running.find(({ name }) => name.includes(requestId));
    if (!execution) { return; }
    switch (how) {
      case 'TIMED_OUT':
      case 'ABORTED': return this.stateMachine.end(execution, how);
      case 'REDRIVEN':
        await this.stateMachine.end(execution, 'ABORTED');
        this.timeline.in(SECONDS_UNTIL_REDRIVEN, async () => { this.stateMachine.redrive(execution); });
    }
  }

  private async afterEnd({ arn, status, input }: Execution): Promise<void> {
    if (status === 'SUCCEEDED') { return; }
    const { request } = JSON.parse(input) as StepState;
    // Not documented by AWS for every case: half of the events tell no input.
    const tellsInput = request.charCodeAt(request.length - 1) % 2 === 0;
    const detail = { executionArn: arn, stateMachineArn: this.stateMachine.arn, status, ...tellsInput && { input } };
    const tell = (seconds: number) => this.invokeLater(seconds, { source: 'aws.states', detail }, 'Last resort', request);
    const armed = this.plan.strike('rule', 'Last resort', () => this.notebook.stateOf(request));
    if (armed) { this.notebook.strike(armed.name, 'Last resort', request); }
    switch (armed?.name) {
      case 'event of the rule lost':
        this.notebook.sent.get(request)!.forgotten = true;
        return;
      case 'event of the rule late': return tell(armed.seconds);
      case 'event of the rule twice': tell(armed.seconds);
    }
    tell(SECONDS_UNTIL_LAST_RESORT);
  }

  private executions(): Executions {
    return {
      start: async (name, input) => {
        try {
          return await this.runtime.call<'started' | 'nameTaken'>({
            to: 'start',
            execute: async () => this.stateMachine.start(name, input) ? 'started' : 'nameTaken',
            refuse: async how => {
              throw new StartRefused(NOT_STARTED, how === 'start denied');
            },
          });
        } catch (error) {
          throw error instanceof StartRefused ? error : serviceFault('states', 'StartExecution', (error as Error).name);
        }
      },
      inputOf: async arn => this.stateMachine.executions.find(execution => execution.arn === arn)!.input,
    };
  }

  private async write(item: Item): Promise<Written> {
    this.notebook.watchItem?.(JSON.stringify(item));
    const written = await this.table.write(item);
    if (written.kind === 'written') {
      this.noteCeased(item);
      this.noteAnswer(item);
    }
    return written;
  }

  private noteCeased({ request: { requestId, phase } }: Item): void {
    const { ceasedAt } = this.notebook;
    if (phase.kind !== 'working' && !ceasedAt.has(requestId)) { ceasedAt.set(requestId, this.timeline.now()); }
  }

  private noteAnswer({ request: { requestId, phase } }: Item): void {
    const sent = this.notebook.sent.get(requestId)!;
    if (phase.kind === 'answered' && phase.deliveredAt === undefined && !sent.atAnswer) { this.notebook.answerMade(sent, JSON.parse(phase.body), this.timeline.now()); }
  }

  /** Errors as the adapter of DynamoDB passes them on. */
  private async askTable<T>(execute: () => Promise<T>): Promise<T> {
    const fault = (name: string) => serviceFault('dynamodb', 'PutItem', name);
    const refuse = async (how: Refusal) => {
      if (how === 'server error after commit') { await execute(); }
      throw fault(LEDGER_ERRORS[how] ?? 'InternalServerError');
    };
    try {
      return await this.runtime.call({ to: 'ledger', execute, refuse });
    } catch (error) {
      throw error instanceof ServiceFault ? error : fault((error as Error).name);
    }
  }

  private async putAnswer(url: string, body: string): Promise<void> {
    const requestId = new URL(url).pathname.slice(1);
    const sent = this.notebook.sent.get(requestId)!;
    const refused = async (_: Refusal, until = 0) => {
      sent.bodies.push(body);
      // A place that takes nothing for as long as an answer is repeated, or until CloudFormation stops waiting, cannot be answered.
      const left = (sent.deadline - this.timeline.now()) / 1000;
      const outlasts = (until - this.timeline.now()) / 1000 > SECONDS_OF_ALL_DELIVERIES;
      if (left > 0 && (outlasts || left < SECONDS_OF_ALL_DELIVERIES)) { sent.unanswerable = true; }
      throw new Error('CloudFormation refused the answer with HTTP 503');
    };
    await this.runtime.call({ to: 'answer', execute: async () => this.mailbox(requestId, body), refuse: refused });
  }
}

/** As the adapters tell of an error of the SDK. */
function serviceFault(called: CalledService, operation: string, name: string): ServiceFault {
  return new ServiceFault(faultKind({ name }), called, operation, 'us-east-1', name, '');
}
