import { Deployment } from './deployer';
import { OurProvider } from './our-provider';
import { accountOf, Result, resultOf, Scenario } from './simulation';

/** Whose it is, and its deletion. */
export const FEWEST_REQUESTS_PER_DELETION = 2;
/** Between the end of the creation and the deletion: nothing is left of what the one taught. */
const REST_SECONDS = 900;

export type DeletionScenario = Omit<Scenario, 'stacks'>;

/** The deletion of all keys of a stack, which were all created at the same time. */
export async function simulateDeletion({ keys, concurrency, ...rest }: DeletionScenario): Promise<Result> {
  const account = accountOf(rest);
  const provider = new OurProvider(account, account.replicaRegions, 0);
  const creation = new Deployment(keys, Infinity, provider.create);
  await account.until(() => creation.over);
  if (creation.failures > 0) { throw new Error(`${creation.failures} keys were not created, so they cannot be deleted`); }

  const created = account.seconds;
  await account.until(() => account.seconds >= created + REST_SECONDS);
  account.beginAnew();
  return resultOf(account, [new Deployment(keys, concurrency, provider.delete)], keys, FEWEST_REQUESTS_PER_DELETION);
}
