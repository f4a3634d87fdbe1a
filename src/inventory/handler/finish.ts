import { COLUMNS } from './columns';
import { csv } from './csv';
import { FinalFailure } from './final-failure';
import { stackIdsIn } from './ownership';
import { checkedPlan } from './plan';
import { InventoryPorts } from './ports';
import { inventoryRows, RegionReading } from './rows';
import { Summary, summaryOf } from './summary';
import { JSON_LINES_TYPE, JSON_TYPE, jsonLines, Plan, WorkFiles } from './work-files';
import { CSV_FILE, JSON_LINES_FILE, SUMMARY_FILE } from '../contract/object-names';

/*
 * Makes the files of a run from its work files: both tables, then the summary, then the work files go. Each is written as a
 * whole and only once, and follows from the work files alone. So whenever this is cut off and made again, the files are the same
 * to the byte, and the summary tells what is there. Once there is a summary, nothing is made any more: work files may be gone.
 */

/** What the execution ends with, and so what events about it tell. */
export interface Outcome {
  readonly bucket: string;
  readonly folder: string;
  readonly keys: number;
  readonly declaredByNobody: number;
  readonly retainedKeysWithoutStack: number;
}

/** A line of the log has room for more, but nobody reads more of a page. The summary has them all. */
const MOST_NAMED = 20;

export async function finish(ports: InventoryPorts, work: WorkFiles, run: string): Promise<Outcome> {
  const { files, settings } = ports;
  const summaryName = `${run}/${SUMMARY_FILE}`;
  if (!(await files.list(summaryName)).includes(summaryName)) { await publish(ports, work, run, summaryName); }
  const { keys } = JSON.parse(await files.read(summaryName)) as Summary;
  const outcome: Outcome = {
    bucket: settings.bucket,
    folder: `${settings.prefix}/${run}`,
    keys: keys.total,
    declaredByNobody: keys.declaredByNobody,
    retainedKeysWithoutStack: keys.retainedWithoutStack.length,
  };
  tell(ports, outcome, keys.retainedWithoutStack);
  await work.remove();
  return outcome;
}

async function publish(ports: InventoryPorts, work: WorkFiles, run: string, summaryName: string): Promise<void> {
  const { files } = ports;
  const plan = await checkedPlan(ports, work, run);
  const readings: RegionReading[] = [];
  for (const region of plan.regions) { readings.push(await readingOf(work, plan, region)); }
  const rows = inventoryRows(readings);
  const tables = { [CSV_FILE]: csv(COLUMNS, rows), [JSON_LINES_FILE]: jsonLines(rows) };
  await files.create(`${run}/${CSV_FILE}`, tables[CSV_FILE], 'text/csv; charset=utf-8');
  await files.create(`${run}/${JSON_LINES_FILE}`, tables[JSON_LINES_FILE], JSON_LINES_TYPE);
  await files.create(summaryName, `${JSON.stringify(summaryOf(plan, readings, rows, tables), null, 2)}\n`, JSON_TYPE);
}

async function readingOf(work: WorkFiles, plan: Plan, region: string): Promise<RegionReading> {
  const listing = await work.listing(region);
  const observations = await work.observations(region);
  const stacks = await work.stacks(region);
  // Somebody, or a lifecycle rule of the bucket, took work files away.
  if (observations.length !== listing?.keyArns.length || stacks.length !== stackIdsIn(observations, { account: plan.account, region }).length) {
    throw new FinalFailure(`work files of ${region} are missing in the run of ${plan.startedAt}. Start another inventory`);
  }
  return { region, listing, observations, stacks };
}

function tell({ log }: InventoryPorts, outcome: Outcome, retained: Summary['keys']['retainedWithoutStack']): void {
  const { bucket, folder, keys, declaredByNobody } = outcome;
  log('INFO', 'INVENTORY_COMPLETED', `${keys} keys, of which ${declaredByNobody} are declared by nobody: s3://${bucket}/${folder}/`, { ...outcome });
  if (retained.length === 0) { return; }
  const named = retained.slice(0, MOST_NAMED).map(({ keyArn, usage, state, stack, logicalId }) => `${keyArn} (${usage}, ${state}, made by ${logicalId} of stack ${stack})`);
  const more = retained.length > MOST_NAMED ? `, and ${retained.length - MOST_NAMED} more in s3://${bucket}/${folder}/${SUMMARY_FILE}` : '';
  log('WARN', 'RETAINED_KEYS_WITHOUT_STACK', `${retained.length} keys are retained without a stack, and billed: ${named.join('; ')}${more}`, { ...outcome });
}
