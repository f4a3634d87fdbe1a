import { filledAccount, INVENTORY_ACCESS_KEY, simulateBesideInventory } from './inventory';
import { Scenario } from './simulation';
import { table } from '../table';
import { Topic } from '../topic';

const REPLICA_REGIONS = ['us-west-2', 'eu-west-1'];
/** Keys that are there before, and in the inventory: more than can be read while the deployments last. */
const KEYS_BEFORE = 300;

const DEPLOYMENTS = [{ keys: 100, stacks: 1 }, { keys: 400, stacks: 1 }, { keys: 600, stacks: 3 }];

/** What an inventory costs deployments, where nobody else asks and where another client does so once a second. */
export async function besideInventory(quick: boolean): Promise<Topic> {
  const saved = await filledAccount(KEYS_BEFORE, REPLICA_REGIONS.slice(0, 1));
  const figures = [];
  for (const deployment of DEPLOYMENTS.slice(0, quick ? 1 : undefined)) {
    for (const others of [false, true]) {
      const scenario: Scenario = { ...deployment, regions: REPLICA_REGIONS.length, replicationSeconds: 2, concurrency: Infinity, others };
      const alone = await simulateBesideInventory(scenario, saved, false);
      const beside = await simulateBesideInventory(scenario, saved, true);
      const requests = beside.account.emulator.log.entries.filter(({ accessKeyId }) => accessKeyId === INVENTORY_ACCESS_KEY);
      figures.push({
        scenario,
        secondsAlone: alone.deployment.seconds,
        seconds: beside.deployment.seconds,
        throttledPerKeyAlone: alone.deployment.throttledPerKey,
        throttledPerKey: beside.deployment.throttledPerKey,
        failures: beside.deployment.failures,
        inventoryThrottled: requests.filter(({ error }) => error === 'ThrottlingException').length,
        inventoryRequests: requests.length,
      });
    }
  }
  const rows = figures.map(({ scenario: { keys, stacks, others }, ...one }) => [
    String(keys), String(stacks), others ? 'one a second' : 'nobody', one.secondsAlone.toFixed(0), one.seconds.toFixed(0),
    one.throttledPerKeyAlone.toFixed(3), one.throttledPerKey.toFixed(3), String(one.failures), `${one.inventoryThrottled} of ${one.inventoryRequests}`,
  ]);
  return {
    title: 'Deployments beside an inventory (virtual time; 2 replica Regions, replication of 2 s, all keys at once)',
    text: table(['keys', 'stacks', 'others', 's without', 's beside it', 'throttled without', 'beside it', 'failures', 'throttled of the inventory'], rows),
    figures,
  };
}
