import { filesIn } from './aws/files';
import { keysOf } from './aws/keys';
import { stacksOf } from './aws/stacks';
import { inventoryHandler } from './handler';
import { inventoryLog } from './log';
import { clientConfig } from '../../provider/handler/aws/client-config';
import { ACCOUNT_VARIABLE, BUCKET_OWNER_VARIABLE, BUCKET_VARIABLE, PREFIX_VARIABLE, REGIONS_VARIABLE, VERSION_VARIABLE } from '../contract/environment';
import { InventoryTask } from '../contract/tasks';

const config = clientConfig();
const variable = (name: string) => process.env[name] ?? '';
const [bucket, prefix] = [variable(BUCKET_VARIABLE), variable(PREFIX_VARIABLE)];

const perform = inventoryHandler({
  keys: keysOf(config),
  stacks: stacksOf(config),
  files: filesIn(config, variable('AWS_REGION'), { bucket, owner: variable(BUCKET_OWNER_VARIABLE), prefix }),
  settings: { bucket, prefix, account: variable(ACCOUNT_VARIABLE), regions: variable(REGIONS_VARIABLE).split(','), libraryVersion: variable(VERSION_VARIABLE) },
  log: inventoryLog(line => process.stdout.write(`${line}\n`)),
  now: () => Date.now(),
  pause: milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds)),
});

export const handler = (task: InventoryTask, context: { getRemainingTimeInMillis(): number }) => perform(task, context.getRemainingTimeInMillis());
