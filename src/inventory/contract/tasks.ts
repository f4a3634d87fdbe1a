/** What the state machine asks the function to do. */
export const BEGIN_TASK = 'begin';
export const READ_REGION_TASK = 'readRegion';
export const FINISH_TASK = 'finish';

/** Of a failure that no repetition mends: the state machine ends at once. */
export const FINAL_ERROR = 'InventoryFailed';

/** How often the state machine repeats a task that failed, after 5, 10, 20, 40, 80 and 160 seconds: for longer than fresh permissions take to work everywhere. */
export const MOST_RETRIES = 6;

/** The input of a task: what of the execution's context it needs, and names. */
export type InventoryTask =
  | { readonly task: typeof BEGIN_TASK; readonly attempt: number; readonly execution: string; readonly startedAt: string }
  | { readonly task: typeof READ_REGION_TASK; readonly attempt: number; readonly run: string; readonly region: string }
  | { readonly task: typeof FINISH_TASK; readonly attempt: number; readonly run: string };
