import { Account, REQUEST_SECONDS } from './account';
import { Begin, Deployer } from './deployer';
import { keyProperties, MULTI_REGION_PAYMENT_KEY } from '../../../src/provider/contract/multi-region-payment-key';
import { handlerFor } from '../../../src/provider/handler/handler';
import { Executions } from '../../../src/provider/handler/request/executions';
import { jsonLog } from '../../../src/provider/handler/request/log';
import { stateMachineDefinition } from '../../../src/provider/state-machine';
import { requestIds } from '../../lifecycle/random';
import { Definition } from '../../lifecycle/state-language';
import { StateMachine } from '../../lifecycle/state-machine';
import { keptKeys, service } from '../../lifecycle/transport';
import { ACCOUNT, CVK, REGION, stringified } from '../../lifecycle/world';
import { MemoryLedger, through } from '../../provider/ledger/memory-ledger';

/** Until a warm function begins. */
const INVOCATION_SECONDS = 0.05;
/** A request of the table, in the same Region. */
const TABLE_SECONDS = 0.01;

type Answer = Readonly<Record<'Status' | 'PhysicalResourceId', string>>;

/** This library: the real handler under the real state machine, in virtual time. */
export class OurProvider implements Deployer {
  /** The provider's table. */
  readonly table = new MemoryLedger();
  private readonly stateMachine: StateMachine;
  /** Whichever function is called: it keeps nothing from one call to the next. */
  private readonly handler: (event: any) => Promise<unknown>;
  private readonly waiting = new Map<string, (answer: Answer) => void>();
  private readonly keyArns: string[] = [];
  private readonly stackId: string;
  private readonly requestId: () => string;

  constructor(private readonly account: Account, private readonly replicaRegions: readonly string[], stack: number) {
    const { timeline, clock } = account;
    this.stackId = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/payments-${stack}/7d1a2c30-0000-11f1-8000-0123456789ab`;
    this.requestId = requestIds(stack);
    const table = through(async (_, execute) => {
      await timeline.sleep(TABLE_SECONDS);
      return execute();
    }, this.table);
    this.handler = handlerFor({
      service,
      wrappedKeys: keptKeys,
      ledger: table,
      limiterTable: table,
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

  /** Whether every execution has ended. */
  get isIdle(): boolean {
    return this.stateMachine.running.length === 0;
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
    return this.handler(payload);
  }

  private take(url: string, body: string): void {
    const requestId = new URL(url).pathname.slice(1);
    this.waiting.get(requestId)!(JSON.parse(body) as Answer);
  }

  private executions(): Executions {
    return {
      start: async (name, state) => {
        await this.account.timeline.sleep(REQUEST_SECONDS);
        return this.stateMachine.start(name, state) ? 'started' : 'nameTaken';
      },
      inputOf: async arn => this.stateMachine.executions.find(execution => execution.arn === arn)!.input,
    };
  }
}
