import { brotliCompressSync, brotliDecompressSync, constants } from 'zlib';
import { ClientConfig } from './client-config';
import { dynamoDbRequests } from './dynamodb-requests';
import { SWEEP_ID_PREFIX } from '../../contract/watch';
import { SweepState, SweepTable } from '../watch/sweep-state';

/*
 * The state of a watch in the provider's table in Amazon DynamoDB, under `watch/<its name>`: the revision, and the rest as
 * compressed JSON: an item may take 400 KB, and thousands of findings that differ by a Region or a tag are 20 times as long uncompressed.
 * The prefix is what the permissions of the watch are limited to.
 */

export function sweepTable(config: ClientConfig, region: string, tableName: string): SweepTable {
  const { getItem, putItem } = dynamoDbRequests(config, region);
  const idOf = (name: string) => ({ S: SWEEP_ID_PREFIX + name });
  return {
    readSweep: async name => {
      const item = await getItem({ TableName: tableName, Key: { id: idOf(name) }, ConsistentRead: true });
      return item && 'B' in item.state ? decompressed(item.state.B) : undefined;
    },
    writeSweep: async (name, state) => {
      const former = state.revision - 1;
      const written = await putItem({
        TableName: tableName,
        Item: { id: idOf(name), revision: { N: String(state.revision) }, state: { B: compressed(state) } },
        ...former === 0
          ? { ConditionExpression: 'attribute_not_exists(id)' }
          : { ConditionExpression: 'revision = :former', ExpressionAttributeValues: { ':former': { N: String(former) } } },
      });
      return written.kind === 'done';
    },
  };
}

/** What is found stands there twice, so the window is wide enough for both; the best quality would take seconds. */
const COMPRESSION = { params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS } };

/** Base64, as DynamoDB's protocol has binary values. */
function compressed(state: SweepState): string {
  return brotliCompressSync(JSON.stringify(state), COMPRESSION).toString('base64');
}

function decompressed(binary: string): SweepState {
  return JSON.parse(brotliDecompressSync(Buffer.from(binary, 'base64')).toString());
}
