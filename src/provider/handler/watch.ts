import { CONTROL_PLANE_ENDPOINTS_VARIABLE, STACK_ID_VARIABLE, TABLE_NAME_VARIABLE } from '../contract/envelope';
import { EVENT_BUS_VARIABLE, METRIC_NAMESPACE_VARIABLE, WATCH_INTERVAL_VARIABLE, WATCH_NAME_VARIABLE, WATCH_SCOPE_VARIABLE, WatchScope } from '../contract/watch';
import { clientConfig } from './aws/client-config';
import { dynamoDb } from './aws/dynamodb';
import { DYNAMODB_TIMEOUT_MS } from './aws/dynamodb-requests';
import { eventBus } from './aws/event-bus';
import { paymentCryptography } from './aws/payment-cryptography';
import { stackResources } from './aws/stack-resources';
import { sweepTable } from './aws/sweep-table';
import { WatchOptions, WatchPorts } from './watch/ports';
import { sweep, SweepOutcome } from './watch/sweep';

/*
 * The function of a watch: what is composed of what. EventBridge calls it on a schedule, with the resources that it watches.
 */

/** What is left of the function's time when nothing may begin any more. */
const RESERVE_MS = 20_000;

const { AWS_REGION: region = '', [STACK_ID_VARIABLE]: stackId = '', [TABLE_NAME_VARIABLE]: tableName = '', [EVENT_BUS_VARIABLE]: bus = '' } = process.env;
const config = clientConfig();
const tableConfig = clientConfig(DYNAMODB_TIMEOUT_MS);
const { ledger, limiterTable } = dynamoDb(tableConfig, region, tableName);

const ports: WatchPorts = {
  looks: paymentCryptography(config, config, JSON.parse(process.env[CONTROL_PLANE_ENDPOINTS_VARIABLE] ?? '{}')),
  ledger,
  limiterTable,
  sweepTable: sweepTable(tableConfig, region, tableName),
  stackResources: stackResources(config, region, stackId),
  publish: eventBus(config, region, bus),
  now: () => new Date(),
  pause: seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000)),
  write: line => process.stdout.write(`${JSON.stringify(line)}\n`),
  stackId,
};

/** What the schedule sends. Not `resources`: without a list, it sends EventBridge's own event, whose `resources` is the ARN of the rule. */
interface Wake {
  readonly logicalIds?: readonly string[];
  /** Whether a sweep begins although the interval is not over: for who invokes the function by hand. */
  readonly now?: boolean;
}

/** What AWS Lambda says of an invocation. */
interface Context {
  getRemainingTimeInMillis(): number;
}

export async function handler({ logicalIds, now }: Wake, { getRemainingTimeInMillis }: Context): Promise<SweepOutcome> {
  const scope = process.env[WATCH_SCOPE_VARIABLE] as WatchScope;
  if (scope === 'listed' && !logicalIds) {
    throw new Error('This watch looks at certain resources only, which its rule names. Invoke it with the input of the rule: { "logicalIds": […], "now": true }');
  }
  const options: WatchOptions = {
    name: process.env[WATCH_NAME_VARIABLE] ?? '',
    intervalSeconds: now ? 0 : Number(process.env[WATCH_INTERVAL_VARIABLE]),
    metricNamespace: process.env[METRIC_NAMESPACE_VARIABLE] ?? '',
    ...logicalIds ? { resources: logicalIds } : {},
  };
  return sweep(options, ports, new Date(Date.now() + getRemainingTimeInMillis() - RESERVE_MS));
}
