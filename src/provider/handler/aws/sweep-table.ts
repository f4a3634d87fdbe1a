import { ClientConfig } from './client-config';
import { dynamoDbRequests } from './dynamodb-requests';
import { SWEEP_ID_PREFIX } from '../../contract/watch';
import { SweepState, SweepTable } from '../watch/sweep-state';

/*
 * The state of a watch in the provider's table in Amazon DynamoDB, under `watch/<its name>`: the revision, and the rest as JSON.
 * The prefix is what the permissions of the watch are limited to.
 */

export function sweepTable(config: ClientConfig, region: string, tableName: string): SweepTable {
  const { getItem, putItem } = dynamoDbRequests(config, region);
  const idOf = (name: string) => ({ S: SWEEP_ID_PREFIX + name });
  return {
    readSweep: async name => {
      const item = await getItem({ TableName: tableName, Key: { id: idOf(name) }, ConsistentRead: true });
      return item && 'S' in item.state ? JSON.parse(item.state.S) as SweepState : undefined;
    },
    writeSweep: async (name, state) => {
      const former = state.revision - 1;
      const written = await putItem({
        TableName: tableName,
        Item: { id: idOf(name), revision: { N: String(state.revision) }, state: { S: JSON.stringify(state) } },
        ...former === 0
          ? { ConditionExpression: 'attribute_not_exists(id)' }
          : { ConditionExpression: 'revision = :former', ExpressionAttributeValues: { ':former': { N: String(former) } } },
      });
      return written.kind === 'done';
    },
  };
}
