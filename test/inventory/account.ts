import { Readable } from 'stream';
import { HttpRequest, HttpResponse } from '@smithy/protocol-http';
import { execute, ExecutionEnd } from './execution';
import { MemoryFiles } from './memory-files';
import { MemoryStacks } from './memory-stacks';
import { keysOf } from '../../src/inventory/handler/aws/keys';
import { inventoryHandler } from '../../src/inventory/handler/handler';
import { inventoryLog } from '../../src/inventory/handler/log';
import { InventoryPorts } from '../../src/inventory/handler/ports';
import { InventoryRow } from '../../src/inventory/handler/rows';
import { Summary } from '../../src/inventory/handler/summary';
import { Emulator, EmulatorOptions, VirtualClock } from '../emulator';
import { bytes } from '../lifecycle/random';

export const ACCOUNT = '111122223333';
export const PRIMARY = 'us-east-1';
export const REPLICA = 'us-west-2';
/** How long Lambda lets the function run. */
export const INVOCATION_MS = 900_000;
/** The inventory's client, in the emulator's log. */
export const INVENTORY_ACCESS_KEY = 'AKIATEST';

Object.assign(process.env, { AWS_ACCESS_KEY_ID: INVENTORY_ACCESS_KEY, AWS_SECRET_ACCESS_KEY: 'the-secret-access-key' });

export const stackId = (name: string, region = PRIMARY, account = ACCOUNT) => `arn:aws:cloudformation:${region}:${account}:stack/${name}/7d1a2c30-0000-11f1-8000-0123456789ab`;
export const ourTags = (stack: string, logicalId = 'Cvk') => ({
  'cdk-multi-region-payment-keys:stack-id': stack, 'cdk-multi-region-payment-keys:logical-id': logicalId,
});

export interface KeyToCreate extends Record<string, unknown> {
  readonly region?: string;
  readonly tags?: Record<string, string>;
}

/** A time of its own in which an inventory runs: nothing takes time but waiting. */
export class InventoryAccount {
  readonly clock = new VirtualClock();
  readonly emulator: Emulator;
  readonly files = new MemoryFiles();
  readonly lines: any[] = [];
  stacks = new MemoryStacks();
  readonly ports: { -readonly [Port in keyof InventoryPorts]: InventoryPorts[Port] };

  constructor(readonly regions: readonly string[] = [PRIMARY, REPLICA], options: EmulatorOptions = {}) {
    this.emulator = new Emulator({ account: ACCOUNT, clock: this.clock, random: bytes(1), tps: Infinity, ...options });
    this.ports = {
      keys: keysOf({ requestHandler: { handle: async (request: HttpRequest) => ({ response: await this.answer(request) }) } as any }),
      stacks: {
        describeStack: id => this.stacks.describeStack(id),
        listStackResources: (id, token) => this.stacks.listStackResources(id, token),
      },
      files: this.files,
      settings: { account: ACCOUNT, regions, bucket: 'evidence', prefix: 'inventory', libraryVersion: '1.2.3' },
      log: inventoryLog(line => this.lines.push(JSON.parse(line))),
      now: () => this.clock.now(),
      pause: async milliseconds => this.clock.advance(milliseconds / 1000),
    };
  }

  async answer({ headers, body }: HttpRequest): Promise<HttpResponse> {
    const { status, headers: answered, body: text } = await this.emulator.handleSigned({
      target: headers['x-amz-target'], authorization: headers.authorization, body,
    });
    return new HttpResponse({ statusCode: status, headers: { ...answered }, body: Readable.from([Buffer.from(text)]) });
  }

  /** A request of somebody else. */
  async call<Output = any>(operation: string, input: object, region = PRIMARY): Promise<Output> {
    return this.emulator.call<Output>(operation, input, { region });
  }

  /** Everybody's key of verification values, but for what is said. */
  async createKey({ region = PRIMARY, tags = {}, ...more }: KeyToCreate = {}): Promise<string> {
    const { Key } = await this.call('CreateKey', {
      KeyAttributes: {
        KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: { Generate: true, Verify: true },
      },
      Exportable: true,
      Tags: Object.entries(tags).map(([name, value]) => ({ Key: name, Value: value })),
      ...more,
    }, region);
    return Key.KeyArn;
  }

  /** Begins now, and goes on until its end. */
  async take(name = 'execution', startedAt = this.clock.now()): Promise<ExecutionEnd> {
    const handler = inventoryHandler(this.ports);
    return execute({
      name,
      startedAt,
      invoke: payload => handler(payload, INVOCATION_MS),
      wait: async seconds => this.clock.advance(seconds),
    });
  }

  /** The files of the one inventory that there is, by their names. */
  published(): Record<string, string> {
    const complete = [...this.files.objects].filter(([name]) => !name.startsWith('.in-progress/'));
    return Object.fromEntries(complete.map(([name, text]) => [name.split('/')[1], text]));
  }

  rows(): InventoryRow[] {
    return this.published()['keys.jsonl'].split('\n').filter(line => line !== '').map(line => JSON.parse(line));
  }

  summary(): Summary {
    return JSON.parse(this.published()['summary.json']);
  }

  logged(code: string): any[] {
    return this.lines.filter(line => line.code === code);
  }
}
