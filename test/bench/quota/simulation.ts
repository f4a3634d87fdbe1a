import { Account, RegionFigures } from './account';
import { Deployer, Deployment } from './deployer';
import { OurProvider } from './our-provider';
import { ProviderFramework, ShellLoop } from './peers';
import { EmulatorOptions } from '../../emulator';
import { REGION } from '../../lifecycle/world';

const REPLICA_REGIONS = ['us-west-2', 'eu-west-1', 'ap-northeast-1'];
const REQUESTS_PER_SECOND = 5;
/** Create it, and see once that it is complete. */
export const FEWEST_REQUESTS_PER_KEY = 2;

export const DEPLOYERS = {
  'this library': (account, regions, stack) => new OurProvider(account, regions, stack),
  'framework 5 s': (account, regions, stack) => new ProviderFramework(account, regions, stack, 5),
  'framework 10 s': (account, regions, stack) => new ProviderFramework(account, regions, stack, 10),
  'CLI loop 5 s': (account, regions, stack) => new ShellLoop(account, regions, stack, 5),
} satisfies Record<string, (account: Account, replicaRegions: readonly string[], stack: number) => Deployer>;
export type DeployerName = keyof typeof DEPLOYERS;

export interface Scenario {
  readonly keys: number;
  readonly stacks?: number;
  /** Replica Regions. */
  readonly regions: number;
  readonly replicationSeconds: number;
  /** Resources of a stack that CloudFormation works at, at the same time. */
  readonly concurrency: number;
  readonly options?: EmulatorOptions;
  /** Whether another client asks once a second. Default: true. */
  readonly others?: boolean;
}

export interface Result {
  readonly seconds: number;
  /** What the quota alone takes for the fewest requests that do. */
  readonly floorSeconds: number;
  /** Of requests in the primary, per key. */
  readonly executedPerKey: number;
  readonly throttledPerKey: number;
  readonly failures: number;
  /** Until the service gets the first request. */
  readonly firstRequestSeconds: number;
  readonly regions: Readonly<Record<string, RegionFigures>>;
}

export function accountOf({ regions, replicationSeconds, options, others }: Pick<Scenario, 'regions' | 'replicationSeconds' | 'options' | 'others'>): Account {
  return new Account(REPLICA_REGIONS.slice(0, regions), { replicationDelay: replicationSeconds, tps: REQUESTS_PER_SECOND, ...options }, others);
}

export async function simulate(
  name: DeployerName, { keys, stacks = 1, regions, replicationSeconds, concurrency, options }: Scenario,
): Promise<Result> {
  const account = accountOf({ regions, replicationSeconds, options });
  const share = (stack: number) => Math.floor((keys + stack) / stacks);
  const deployments = Array.from({ length: stacks }, (_, stack) => {
    const deployer = DEPLOYERS[name](account, account.replicaRegions, stack);
    return new Deployment(share(stack), concurrency, (index, ended) => deployer.create(index, ended));
  });
  return resultOf(account, deployments, keys, FEWEST_REQUESTS_PER_KEY);
}

/** Lets the deployments come to their end. */
export async function resultOf(account: Account, deployments: readonly Deployment[], keys: number, fewestRequestsPerKey: number): Promise<Result> {
  await account.until(() => deployments.every(({ over }) => over));
  const seconds = account.seconds;
  const figures = Object.fromEntries([REGION, ...account.replicaRegions].map(region => [region, account.figures(region)]));
  const { executed, throttled } = figures[REGION];
  return {
    seconds,
    floorSeconds: keys * fewestRequestsPerKey / REQUESTS_PER_SECOND,
    executedPerKey: executed / keys,
    throttledPerKey: throttled / keys,
    failures: deployments.reduce((sum, { failures }) => sum + failures, 0),
    firstRequestSeconds: account.firstRequestSeconds,
    regions: figures,
  };
}

/** The time beyond the replication itself, over what the quota alone takes for two requests a key. */
export function timeOverFloor({ replicationSeconds }: Scenario, { seconds, floorSeconds }: Result): number {
  return (seconds - replicationSeconds) / floorSeconds;
}
