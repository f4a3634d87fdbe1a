import { OurProvider } from './our-provider';
import { accountOf } from './simulation';

export interface OneKey {
  /** From CloudFormation's call to the first request of the service. */
  readonly firstRequestSeconds: number;
  /** From the moment in which every Region is SYNCHRONIZED to the answer. */
  readonly answerDelaySeconds: number;
  /** Of the provider's table. */
  readonly writes: ReadonlyArray<{ readonly what: string; readonly bytes: number }>;
}

/** The creation of a single key in two replica Regions, and of nothing else. */
export async function createOne(replicationSeconds: number): Promise<OneKey> {
  const account = accountOf({ regions: 2, replicationSeconds });
  const provider = new OurProvider(account, account.replicaRegions, 0);
  let answeredAt: number | undefined;
  provider.create(0, success => {
    if (!success) { throw new Error('the key was not created'); }
    answeredAt = account.seconds;
  });
  await account.until(() => answeredAt !== undefined && provider.isIdle);
  const { firstRequestSeconds } = account;
  return { firstRequestSeconds, answerDelaySeconds: answeredAt! - firstRequestSeconds - replicationSeconds, writes: provider.table.writes };
}
