import { Readable } from 'stream';
import { IamRequest } from './iam-request';
import { dynamoDb } from '../../src/provider/handler/aws/dynamodb';
import { eventBus } from '../../src/provider/handler/aws/event-bus';
import { stackResources } from '../../src/provider/handler/aws/stack-resources';
import { sweepTable } from '../../src/provider/handler/aws/sweep-table';
import { WatchPorts } from '../../src/provider/handler/watch/ports';
import { StackResource } from '../../src/provider/handler/watch/watched-resource';

/*
 * The ports of a watch, each through the handler's own adapter: what IAM is asked about is read off the wire. The table's answers
 * come from the table in memory; CloudFormation and EventBridge answer as they do.
 */

interface Wire {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
type Recording = (request: IamRequest) => void;

/** A client that records a request, and has it answered. */
const client = (answered: (wire: Wire) => string) => ({
  requestHandler: {
    handle: async (wire: Wire) => ({ response: { statusCode: 200, headers: {}, body: Readable.from([Buffer.from(answered(wire))]) } }),
    metadata: { handlerProtocol: 'http/1.1' },
  } as any,
});
const operationOf = ({ headers }: Wire) => headers['x-amz-target'].split('.').pop()!;

/** @param ports what answers in their place */
export function recordedWatch(ports: WatchPorts, arns: { readonly table: string; readonly eventBus: string }, record: Recording): WatchPorts {
  const [, , , region, account, resource] = arns.table.split(':');
  const ofTable = client(wire => {
    const { TableName, Key, Item } = JSON.parse(wire.body);
    const LeadingKeys = [(Key ?? Item).id.S];
    const ofThisTable = `arn:aws:dynamodb:${region}:${account}:table/${TableName}`;
    record({ action: `dynamodb:${operationOf(wire)}`, resource: ofThisTable, context: { 'dynamodb:LeadingKeys': LeadingKeys } });
    return '{}';
  });
  const tableName = resource.split('/')[1];
  const { ledger, limiterTable } = dynamoDb(ofTable, region, tableName);
  const sweeps = sweepTable(ofTable, region, tableName);
  const asked = <A extends unknown[], T>(ask: (...args: A) => Promise<unknown>, answer: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      await ask(...args);
      return answer(...args);
    };
  return {
    ...ports,
    ledger: {
      read: asked(ledger.read, id => ports.ledger.read(id)),
      readProperties: asked(ledger.readProperties, id => ports.ledger.readProperties(id)),
    },
    limiterTable: { readLimiter: asked(limiterTable.readLimiter, of => ports.limiterTable.readLimiter(of)) },
    sweepTable: {
      readSweep: asked(sweeps.readSweep, id => ports.sweepTable.readSweep(id)),
      writeSweep: asked(sweeps.writeSweep, (id, state) => ports.sweepTable.writeSweep(id, state)),
    },
    stackResources: async () => {
      const there = await ports.stackResources();
      return stackResources(client(({ body }) => {
        const asks = new URLSearchParams(body);
        record({ action: `cloudformation:${asks.get('Action')}`, resource: asks.get('StackName')!, context: {} });
        return listed(there);
      }), region, ports.stackId)();
    },
    publish: async events => {
      await eventBus(client(wire => {
        const { Entries } = JSON.parse(wire.body);
        const sources: string[] = Entries.map(({ Source }: { Source: string }) => Source);
        for (const { EventBusName } of Entries) {
          record({ action: `events:${operationOf(wire)}`, resource: EventBusName, context: { 'events:source': sources } });
        }
        return JSON.stringify({ FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: '1' })) });
      }), region, arns.eventBus)(events);
      await ports.publish(events);
    },
  };
}

/** As CloudFormation answers ListStackResources. */
function listed(resources: readonly StackResource[]): string {
  const members = resources.map(({ logicalId, physicalId, type }) => '<member>'
    + `<LogicalResourceId>${logicalId}</LogicalResourceId><PhysicalResourceId>${physicalId}</PhysicalResourceId><ResourceType>${type}</ResourceType>`
    + '<ResourceStatus>CREATE_COMPLETE</ResourceStatus></member>').join('');
  return `<ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><ListStackResourcesResult><StackResourceSummaries>${members}`
    + '</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>';
}
