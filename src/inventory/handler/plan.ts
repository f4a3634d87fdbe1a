import { createHash } from 'crypto';
import { FinalFailure } from './final-failure';
import { InventoryPorts } from './ports';
import { Plan, WorkFiles } from './work-files';

/** What the state machine goes on with. */
export interface Beginning {
  /** The name of the run's folder. */
  readonly run: string;
  readonly regions: readonly string[];
}

/** Work files of another format are of another release of this library. */
export const FORMAT = 1;

/** What is read over a longer time says nothing of one moment. */
const LONGEST_RUN_MS = 24 * 60 * 60 * 1000;

export async function begin({ files, settings }: InventoryPorts, execution: string, startedAt: string): Promise<Beginning> {
  const run = runName(execution, startedAt);
  const { account, regions, libraryVersion } = settings;
  const plan = await new WorkFiles(files, run).createPlan({ format: FORMAT, execution, startedAt, account, regions, libraryVersion });
  return { run, regions: plan.regions };
}

/** The folder of a run: when it began, to the second, and something of its own, since two may begin at the same time. */
function runName(execution: string, startedAt: string): string {
  const second = startedAt.replace(/\.\d+Z$/, 'Z').replace(/:/g, '');
  return `${second}-${createHash('sha256').update(execution).digest('hex').slice(0, 8)}`;
}

/** The plan of a run that can be gone on with. */
export async function checkedPlan({ now, settings }: InventoryPorts, work: WorkFiles, run: string): Promise<Plan> {
  const plan = await work.plan();
  if (!plan) { throw new FinalFailure(`the work files of ${settings.prefix}/${run} are gone. Start another inventory`); }
  if (plan.format !== FORMAT || plan.libraryVersion !== settings.libraryVersion) {
    throw new FinalFailure(`this run was begun by version ${plan.libraryVersion} of the library, and now it is ${settings.libraryVersion}. Start another inventory`);
  }
  if (now() - Date.parse(plan.startedAt) > LONGEST_RUN_MS) {
    throw new FinalFailure(`this run was begun at ${plan.startedAt}, more than a day ago, so that it would not tell of one time. Start another inventory`);
  }
  return plan;
}
