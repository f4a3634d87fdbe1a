import { Account } from './account';
import { Deployment } from './deployer';
import { OurProvider } from './our-provider';
import { accountOf, FEWEST_REQUESTS_PER_KEY, Result, resultOf, Scenario } from './simulation';
import { keysOf } from '../../../src/inventory/handler/aws/keys';
import { inventoryHandler } from '../../../src/inventory/handler/handler';
import { inventoryLog } from '../../../src/inventory/handler/log';
import { Emulator, VirtualClock } from '../../emulator';
import { execute, ExecutionEnd } from '../../inventory/execution';
import { MemoryFiles } from '../../inventory/memory-files';
import { MemoryStacks } from '../../inventory/memory-stacks';
import { bytes } from '../../lifecycle/random';
import { ACCOUNT, CVK, REGION } from '../../lifecycle/world';

export const INVENTORY_ACCESS_KEY = 'AKIAINVENTORY';
const INVOCATION_MS = 900_000;

/** What an account holds that had so many keys before, each in all replica Regions, as an emulator saves it. */
export async function filledAccount(keys: number, replicaRegions: readonly string[]): Promise<unknown> {
  const clock = new VirtualClock(Date.UTC(2025, 11, 1));
  const emulator = new Emulator({ account: ACCOUNT, clock, random: bytes(9), tps: Infinity, keyQuota: Infinity, aliasQuota: Infinity });
  const { KeyUsage, KeyClass, KeyAlgorithm, KeyModesOfUse } = CVK;
  for (let index = 0; index < keys; index += 1) {
    const { Key } = await emulator.call<{ Key: { KeyArn: string } }>('CreateKey', {
      KeyAttributes: { KeyUsage, KeyClass, KeyAlgorithm, KeyModesOfUse: Object.fromEntries(KeyModesOfUse!.map(mode => [mode, true])) },
      Exportable: true,
      ReplicationRegions: replicaRegions,
      Tags: [{ Key: 'number', Value: String(index) }],
    }, { region: REGION });
    await emulator.call('CreateAlias', { AliasName: `alias/key-${index}`, KeyArn: Key.KeyArn }, { region: REGION });
  }
  clock.advance(60);
  return emulator.save();
}

/** An inventory in the account's time: each Region is read by invocations of its own, and every request takes its time. */
export class InventoryRun {
  readonly files = new MemoryFiles();
  end?: ExecutionEnd;
  endedAt?: number;

  constructor(private readonly account: Account, regions: readonly string[]) {
    const { timeline } = account;
    const requestHandler: any = { handle: async (request: any) => ({ response: await account.carry(request) }) };
    const credentials = { accessKeyId: INVENTORY_ACCESS_KEY, secretAccessKey: 'the-secret-access-key' };
    const handler = inventoryHandler({
      keys: keysOf({ requestHandler, credentials } as any),
      stacks: new MemoryStacks(),
      files: this.files,
      settings: { account: ACCOUNT, regions, bucket: 'evidence', prefix: 'inventory', libraryVersion: '0.0.0' },
      log: inventoryLog(() => undefined),
      now: () => timeline.now(),
      pause: milliseconds => timeline.sleep(milliseconds / 1000),
    });
    timeline.in(0, async () => {
      this.end = await execute({
        startedAt: timeline.now(),
        invoke: task => handler(task, INVOCATION_MS),
        wait: seconds => timeline.sleep(seconds),
        inParallel: acts => this.atTheSameTime(acts),
      });
      this.endedAt = account.seconds;
    });
  }

  get over(): boolean {
    return this.end !== undefined;
  }

  /** The execution looks every second whether all have ended. */
  private async atTheSameTime(acts: ReadonlyArray<() => Promise<unknown>>): Promise<void> {
    const { timeline } = this.account;
    let running = acts.length;
    let failure: unknown;
    for (const act of acts) {
      timeline.in(0, async () => {
        await act().catch(error => { failure ??= error; });
        running -= 1;
      });
    }
    while (running > 0) { await timeline.sleep(1); }
    if (failure !== undefined) { throw failure; }
  }
}

export interface BesideInventory {
  readonly deployment: Result;
  readonly inventory?: InventoryRun;
  readonly account: Account;
}

/** Deployments in an account that is full of keys, while an inventory is made, or none. Everything of them has ended. */
export async function simulateBesideInventory(scenario: Scenario, saved: unknown, isBeside: boolean): Promise<BesideInventory> {
  const account = accountOf({ ...scenario, options: { keyQuota: Infinity, aliasQuota: Infinity, ...scenario.options } });
  account.emulator.restore(saved);
  const inventory = isBeside ? new InventoryRun(account, [REGION, ...account.replicaRegions]) : undefined;
  const { keys, stacks = 1, concurrency } = scenario;
  const deployments = Array.from({ length: stacks }, (_, stack) => {
    const provider = new OurProvider(account, account.replicaRegions, stack);
    return new Deployment(Math.floor((keys + stack) / stacks), concurrency, (index, ended) => provider.create(index, ended));
  });
  const deployment = await resultOf(account, deployments, keys, FEWEST_REQUESTS_PER_KEY);
  if (inventory) { await account.until(() => inventory.over); }
  return { deployment, inventory, account };
}
