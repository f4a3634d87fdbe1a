import { randomUUID } from 'crypto';
import { StateMachine } from './state-machine';
import { KeyProperties, keyProperties, MULTI_REGION_PAYMENT_KEY } from '../../src/provider/contract/multi-region-payment-key';
import { agent, clientConfig } from '../../src/provider/handler/aws/client-config';
import { paymentCryptography } from '../../src/provider/handler/aws/payment-cryptography';
import { wrappedKeys } from '../../src/provider/handler/aws/wrapped-keys';
import { handlerFor } from '../../src/provider/handler/handler';
import { StartRefused } from '../../src/provider/handler/request/executions';
import { jsonLog } from '../../src/provider/handler/request/log';
import { Ports } from '../../src/provider/handler/request/ports';
import { stateMachineDefinition } from '../../src/provider/state-machine';
import { EmulatorOptions, EmulatorServer, startEmulatorServer, VirtualClock } from '../emulator';
import { MemoryLedger } from '../provider/ledger/memory-ledger';

export const ACCOUNT = '111122223333';
export const REGION = 'us-east-1';
export const STACK_ID = `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/payments/7d1a2c30-0000-11f1-8000-0123456789ab`;

/** What CloudFormation is answered, parsed, and the very text. */
export interface Answer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason: string;
  readonly PhysicalResourceId: string;
  readonly RequestId: string;
  readonly Data: Record<string, string>;
  readonly body: string;
}

export type Declared = Partial<KeyProperties>;

/** The blog's card verification key. */
export const CVK: Declared = {
  KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY',
  KeyClass: 'SYMMETRIC_KEY',
  KeyAlgorithm: 'TDES_2KEY',
  KeyModesOfUse: ['Generate', 'Verify'],
  ReplicationRegions: ['us-west-2'],
};

const DEFAULTS: Pick<KeyProperties, 'Exportable' | 'Enabled' | 'Tags' | 'DeletionWindowInDays' | 'WaitForReplication' | 'ReplicationTimeoutInMinutes'> =
  keyProperties.decode({ KeyUsage: '-', KeyClass: '-', KeyAlgorithm: '-', KeyModesOfUse: [] }, '');

export interface RequestOptions {
  readonly logicalId?: string;
  readonly requestId?: string;
  readonly type?: 'Create' | 'Update' | 'Delete';
  readonly physicalId?: string;
  readonly old?: Declared;
}

/**
 * The handler, the state machine and the emulator in virtual time: what CloudFormation would send goes in, what it
 * would be answered comes out. The handler's requests go over HTTP, through the SDK, to the emulator's server.
 */
export class World {
  static async start(options: EmulatorOptions = {}): Promise<World> {
    const clock = new VirtualClock();
    const server = await startEmulatorServer({ account: ACCOUNT, clock, ...options });
    return new World(server, clock);
  }

  readonly answers = new Map<string, Answer[]>();
  /** Whether events about executions tell their input, as they do unless a customer managed key encrypts the state machine. */
  eventsTellInput = true;
  readonly logLines: string[] = [];
  readonly stateMachine: StateMachine;
  readonly ports: Ports;
  readonly handler: (event: any) => Promise<unknown>;
  /** Thrown by StartExecution while it is set. */
  startFault: StartRefused | Error | undefined;
  readonly ledger: MemoryLedger;
  /** How often the place for answers refuses. */
  answersRefused = 0;

  private constructor(readonly server: EmulatorServer, readonly clock: VirtualClock) {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY: server.url,
      AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API: server.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url,
      AWS_ENDPOINT_URL_SSM: server.url,
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    this.ledger = new MemoryLedger();
    this.ports = {
      service: paymentCryptography(clientConfig()),
      wrappedKeys: wrappedKeys(clientConfig(), REGION),
      ledger: this.ledger,
      limiterTable: this.ledger,
      executions: () => ({
        start: async (name, state) => {
          if (this.startFault) { throw this.startFault; }
          // No two executions start in the same instant.
          this.clock.advance(0.001);
          return this.stateMachine.start(name, state) ? 'started' : 'nameTaken';
        },
        inputOf: async arn => this.stateMachine.executions.find(execution => execution.arn === arn)!.input,
      }),
      putAnswer: async (url, body) => this.take(url, body),
      now: () => new Date(clock.now()),
      pause: async seconds => clock.advance(seconds),
      log: jsonLog(line => this.logLines.push(line)),
      stackId: STACK_ID,
    };
    this.handler = handlerFor(this.ports);
    this.stateMachine = new StateMachine(
      stateMachineDefinition('arn:aws:lambda:::function:handler') as any, clock,
      payload => this.around(payload, () => this.handler(payload)),
      async ended => {
        if (ended.status !== 'SUCCEEDED') {
          await this.handler({
            source: 'aws.states',
            detail: {
              executionArn: ended.arn,
              stateMachineArn: this.stateMachine.arn,
              status: ended.status,
              ...this.eventsTellInput && { input: ended.input },
            },
          });
        }
      },
    );
  }

  /** Called around every step and delivery; throw to interrupt, before or after `run`. */
  around: (payload: any, run: () => Promise<unknown>) => Promise<unknown> = (_, run) => run();

  get emulator() {
    return this.server.emulator;
  }

  /** `Operation Region` of every request since the last call, with `!Error` behind refused ones. */
  takeRequests(): string[] {
    const entries = this.emulator.log.entries.map(({ operation, region, error }) => `${operation} ${region}${error ? ` !${error}` : ''}`);
    this.emulator.log.clear();
    return entries;
  }

  keys(region = REGION) {
    return this.emulator.snapshot(region).keys;
  }

  event(declared: Declared, options: RequestOptions = {}) {
    const requestId = options.requestId ?? randomUUID();
    return {
      RequestType: options.type ?? 'Create',
      RequestId: requestId,
      ResponseURL: `https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/${requestId}?X-Amz-Signature=secret`,
      ResourceType: MULTI_REGION_PAYMENT_KEY,
      LogicalResourceId: options.logicalId ?? 'Cvk',
      StackId: STACK_ID,
      ...(options.physicalId === undefined ? {} : { PhysicalResourceId: options.physicalId }),
      ResourceProperties: this.properties(declared),
      ...(options.old === undefined ? {} : { OldResourceProperties: this.properties(options.old) }),
    };
  }

  /** As the construct writes them and CloudFormation passes them on: every primitive a string. */
  properties(declared: Declared): Record<string, unknown> {
    return stringified({
      ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:handler',
      ServiceTimeout: '2100',
      StateMachineArn: this.stateMachine.arn,
      ...keyProperties.encode({ ...DEFAULTS, ...CVK, ...declared } as KeyProperties) as object,
    });
  }

  create(declared: Declared = {}, options: RequestOptions = {}): Promise<Answer> {
    return this.request(this.event(declared, options));
  }

  update(physicalId: string, old: Declared, declared: Declared, options: RequestOptions = {}): Promise<Answer> {
    return this.request(this.event(declared, { ...options, type: 'Update', physicalId, old }));
  }

  remove(physicalId: string, declared: Declared = {}, options: RequestOptions = {}): Promise<Answer> {
    return this.request(this.event(declared, { ...options, type: 'Delete', physicalId }));
  }

  /** Delivers an event and lets time pass until it is answered. */
  async request(event: { RequestId: string }): Promise<Answer> {
    await this.handler(event);
    return this.answerTo(event.RequestId);
  }

  async answerTo(requestId: string): Promise<Answer> {
    while (!this.answers.has(requestId)) {
      if (!await this.stateMachine.runNext()) { throw new Error(`request ${requestId} was never answered`); }
    }
    await this.settle();
    return this.answers.get(requestId)![0];
  }

  /** Runs what still runs. */
  async settle(): Promise<void> {
    while (await this.stateMachine.runNext()) { /* until nothing is left */ }
  }

  async close(): Promise<void> {
    await this.server.close();
    agent.destroy();
  }

  private take(url: string, body: string): void {
    if (this.answersRefused > 0) {
      this.answersRefused -= 1;
      throw new Error('CloudFormation refused the answer with HTTP 503');
    }
    const requestId = new URL(url).pathname.slice(1);
    this.answers.set(requestId, [...this.answers.get(requestId) ?? [], { ...JSON.parse(body), body }]);
  }
}

export function stringified(value: any): any {
  if (Array.isArray(value)) { return value.map(stringified); }
  return value !== null && typeof value === 'object'
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, stringified(member)]))
    : String(value);
}
