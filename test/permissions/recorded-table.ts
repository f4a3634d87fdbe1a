import { IamRequest } from './iam-request';
import { dynamoDb } from '../../src/provider/handler/aws/dynamodb';
import { Ledger } from '../../src/provider/handler/ledger/port';
import { LimiterTable } from '../../src/provider/handler/quota/port';

/**
 * A table whose requests are also made through the handler's own adapter for DynamoDB, whose client goes nowhere: the
 * operations that IAM is asked about are read off the wire.
 */
export function recordedTable(table: Ledger & LimiterTable, arn: string, record: (request: IamRequest) => void): Ledger & LimiterTable {
  const [, , , region, account, resource] = arn.split(':');
  const requestHandler: any = {
    handle: async ({ headers, body }: { headers: Record<string, string>; body: string }) => {
      const { TableName } = JSON.parse(body);
      record({ action: `dynamodb:${headers['x-amz-target'].split('.').pop()}`, resource: `arn:aws:dynamodb:${region}:${account}:table/${TableName}`, context: {} });
      throw new Error('nothing is there');
    },
  };
  const { ledger, limiterTable } = dynamoDb({ requestHandler }, region, resource.split('/')[1]);
  const adapter = { ...ledger, ...limiterTable };
  const both = <K extends keyof typeof adapter>(operation: K) => async (...args: any[]): Promise<any> => {
    await (adapter[operation] as (...given: any[]) => Promise<unknown>)(...args).catch(() => undefined);
    return (table[operation] as (...given: any[]) => Promise<unknown>).apply(table, args);
  };
  return {
    read: both('read'),
    write: both('write'),
    readProperties: both('readProperties'),
    writeProperties: both('writeProperties'),
    draw: both('draw'),
    readLimiter: both('readLimiter'),
    anchor: both('anchor'),
  };
}
