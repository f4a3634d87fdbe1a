import { FinalFailure } from './final-failure';
import { finish, Outcome } from './finish';
import { begin, Beginning, checkedPlan } from './plan';
import { InventoryPorts } from './ports';
import { readRegion } from './read-region';
import { WorkFiles } from './work-files';
import { ServiceFault } from '../../provider/handler/control-plane/fault';
import { BEGIN_TASK, FINISH_TASK, InventoryTask, MOST_RETRIES, READ_REGION_TASK } from '../contract/tasks';

/*
 * An inventory: every key of the account in some Regions, as a table in a bucket.
 *
 *   begin        writes down which Regions the run reads
 *   readRegion   reads one Region as far as one invocation comes, and again until it is done; Regions at the same time
 *   finish       makes the files
 *
 * A task may be cut off anywhere and made again, by the state machine's retries or by a redrive: what was kept stays, and what was
 * not is read again. What cannot be read fails the run: there is no inventory that lacks something, because without its summary
 * a run is not complete.
 */

/** What a task needs besides its work: to write down what it read, and to answer. */
const RESERVE_MS = 60_000;

type Answer = Beginning | { readonly done: boolean } | Outcome;

/** @param remainingMs how long the invocation may still run */
export function inventoryHandler(ports: InventoryPorts): (task: InventoryTask, remainingMs: number) => Promise<Answer> {
  return async (task, remainingMs) => {
    try {
      return await perform(ports, task, ports.now() + remainingMs - RESERVE_MS);
    } catch (error) {
      throw told(ports, task, error as Error);
    }
  };
}

async function perform(ports: InventoryPorts, task: InventoryTask, deadline: number): Promise<Answer> {
  switch (task?.task) {
    case BEGIN_TASK: return begin(ports, task.execution, task.startedAt);
    case READ_REGION_TASK: {
      const work = new WorkFiles(ports.files, task.run);
      await checkedPlan(ports, work, task.run);
      return readRegion(ports, work, task.region, deadline);
    }
    case FINISH_TASK: return finish(ports, new WorkFiles(ports.files, task.run), task.run);
    default: throw new FinalFailure('this is not a task of the state machine of an inventory. Start an execution of that instead');
  }
}

/** What the state machine is to see of an error: whether it may repeat the task. Only the last one is told as a failure of the run. */
function told({ log }: InventoryPorts, given: InventoryTask | undefined, error: Error): Error {
  const { task, attempt = 0, ...facts } = given ?? {} as Partial<InventoryTask>;
  const isFinal = error instanceof FinalFailure || error instanceof ServiceFault && !error.mayPassLater || attempt >= MOST_RETRIES;
  const message = explained(error);
  if (!isFinal) {
    log('INFO', undefined, `${task} is made again: ${message}`, { attempt, ...facts });
    return error;
  }
  log('ERROR', 'INVENTORY_FAILED', message, { task: `${task}`, ...facts });
  return new FinalFailure(message);
}

/** With what can be done about it. */
function explained(error: Error): string {
  if (!(error instanceof ServiceFault) || error.kind !== 'accessDenied') { return error.message; }
  return `${error.message}. Nothing was left out instead. Look for a service control policy, a permissions boundary, a bucket policy, or a Region that the account has not enabled`;
}
