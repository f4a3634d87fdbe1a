import { Account, REQUEST_SECONDS } from './account';
import { Begin, Deployer } from './deployer';
import { keyProperties, MULTI_REGION_PAYMENT_KEY } from '../../../src/provider/contract/multi-region-payment-key';
import { ExecutionState } from '../../../src/provider/handler/execution-state';
import { Executions } from '../../../src/provider/handler/executions/port';
import { handlerFor } from '../../../src/provider/handler/handler';
import { jsonLog } from '../../../src/provider/handler/log';
import { ServiceFault } from '../../../src/provider/handler/service-fault';
import { stateMachineDefinition } from '../../../src/provider/state-machine';
import { requestIds } from '../../lifecycle/random';
import { Definition } from '../../lifecycle/state-language';
import { asListed, StateMachine } from '../../lifecycle/state-machine';
import { plane } from '../../lifecycle/transport';
import { ACCOUNT, CVK, REGION, stringified } from '../../lifecycle/world';

/** Until a warm function begins. */
const INVOCATION_SECONDS = 0.05;
/** After which a started execution is listed. */
const LIST_LAG_SECONDS = 1;

type Answer = Readonly<Record<'Status' | 'PhysicalResourceId', string>>;

/** This library: the real handler under the real state machine, in virtual time. */
export class OurProvider implements Deployer {
  private readonly stateMachine: StateMachine;
  /** A function does one thing at a time. */
  private readonly idle: Array<(event: any) => Promise<unknown>> = [];
  private readonly coldStart: () => (event: any) => Promise<unknown>;
  private readonly waiting = new Map<string, (answer: Answer) => void>();
  private readonly keyArns: string[] = [];
  private readonly stackId: string;
  private readonly requestId: () => string;

  constructor(private readonly account: Account, private readonly replicaRegions: readonly string[], stack: number) {
    const { timeline, clock } = account;
    this.stackId = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/payments-${stack}/7d1a2c30-0000-11f1-8000-0123456789ab`;
    this.requestId = requestIds(stack);
    this.coldStart = () => handlerFor({
      plane,
      executions: () => this.executions(),
      putAnswer: async (url, body) => this.take(url, body),
      now: () => new Date(timeline.now()),
      pause: seconds => timeline.sleep(seconds),
      log: jsonLog(() => undefined),
      stackId: this.stackId,
    });
    const definition = stateMachineDefinition('arn:aws:lambda:::function:handler') as Definition;
    this.stateMachine = new StateMachine(definition, clock, payload => this.invoke(payload));
    timeline.addSource({ due: () => this.stateMachine.next?.due, run: () => this.stateMachine.runState(this.stateMachine.next!) });
  }

  readonly create: Begin = (index, ended) => this.send(index, { RequestType: 'Create' }, ({ Status, PhysicalResourceId }) => {
    this.keyArns[index] = PhysicalResourceId;
    ended(Status === 'SUCCESS');
  });

  /** Of a key that was created. */
  readonly delete: Begin = (index, ended) =>
    this.send(index, { RequestType: 'Delete', PhysicalResourceId: this.keyArns[index] }, ({ Status }) => ended(Status === 'SUCCESS'));

  private send(index: number, request: object, answered: (answer: Answer) => void): void {
    const requestId = this.requestId();
    this.waiting.set(requestId, answered);
    const event = {
      ...request,
      RequestId: requestId,
      ResponseURL: `https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/${requestId}?X-Amz-Signature=secret`,
      ResourceType: MULTI_REGION_PAYMENT_KEY,
      LogicalResourceId: `Key${index}`,
      StackId: this.stackId,
      ResourceProperties: stringified({
        ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:handler',
        StateMachineArn: this.stateMachine.arn,
        ...keyProperties.encode({ ...keyProperties.decode(stringified({ ...CVK, ReplicationRegions: this.replicaRegions }), '') }) as object,
      }),
    };
    this.account.timeline.in(0, () => this.invoke(event));
  }

  private async invoke(payload: unknown): Promise<unknown> {
    await this.account.timeline.sleep(INVOCATION_SECONDS);
    const handler = this.account.placement === 'any' ? this.anyIdle() : this.idle.pop();
    const called = handler ?? this.coldStart();
    try {
      return await called(payload);
    } finally {
      this.idle.push(called);
    }
  }

  private anyIdle(): ((event: any) => Promise<unknown>) | undefined {
    return this.idle.splice(Math.floor(this.account.chance() * this.idle.length), 1)[0];
  }

  private take(url: string, body: string): void {
    const requestId = new URL(url).pathname.slice(1);
    this.waiting.get(requestId)!(JSON.parse(body) as Answer);
  }

  private executions(): Executions {
    const { stateMachine, account: { timeline } } = this;
    const asked = () => timeline.sleep(REQUEST_SECONDS);
    return {
      start: async (name, state) => {
        await asked();
        stateMachine.start(name, state);
      },
      list: async (prefix, endedToo) => {
        await asked();
        if (!this.account.lists.take(REGION, timeline.now())) { throw new ServiceFault('throttled', 'ListExecutions', REGION, 'ThrottlingException', 'Rate exceeded'); }
        return stateMachine.list(prefix, endedToo)
          .filter(({ startedAt }) => timeline.now() - startedAt >= LIST_LAG_SECONDS * 1000)
          .map(asListed);
      },
      stop: async arn => {
        await asked();
        stateMachine.stop(stateMachine.find(arn));
      },
      lastState: async arn => {
        await asked();
        return JSON.parse(stateMachine.find(arn).history.at(-1)!) as ExecutionState;
      },
    };
  }
}
