import { ClientConfig } from './client-config';
import { Attributes, dynamoDbRequests } from './dynamodb-requests';
import { Item } from '../ledger/item';
import { Ledger } from '../ledger/port';
import { Anchor, LimiterItem, LimiterTable } from '../quota/port';

/*
 * The provider's table in Amazon DynamoDB. Its key is `id`; what an item is follows from it:
 *
 *   Cvk                  a resource: id, format, revision, writer, and the rest as JSON in `item`. What an operator looks for
 *                        stands beside it: logicalId, requestId, requestType, phase, deadline. These are never read back
 *   Cvk/properties/r1    properties of a request that are too large for its item: JSON in `properties`
 *   quota/us-east-1      the rate limiter of a Region: drawn, drawnAt, and the anchor as a map
 */

/** Milliseconds and counts: integers, which DynamoDB's decimal numbers hold exactly. */
const number = (value: number) => ({ N: String(value) });
const string = (value: string) => ({ S: value });

export function dynamoDb(config: ClientConfig, region: string, tableName: string): { readonly ledger: Ledger; readonly limiterTable: LimiterTable } {
  const { getItem, putItem, updateItem } = dynamoDbRequests(config, region);
  const read = (id: string) => getItem({ TableName: tableName, Key: { id: string(id) }, ConsistentRead: true });

  const ledger: Ledger = {
    read: async id => decodedItem(await read(id)),
    write: async item => {
      const former = item.revision - 1;
      const written = await putItem({
        TableName: tableName,
        Item: encodedItem(item),
        ...former === 0
          ? { ConditionExpression: 'attribute_not_exists(id)' }
          : { ConditionExpression: 'revision = :former', ExpressionAttributeValues: { ':former': number(former) } },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return written.kind === 'done' ? { kind: 'written' } : { kind: 'refused', current: decodedItem(written.current) };
    },
    readProperties: async id => textOf((await read(id))?.properties),
    writeProperties: async (id, json) => {
      await putItem({ TableName: tableName, Item: { id: string(id), properties: string(json) } });
    },
  };

  const limiterId = (of: string) => `quota/${of}`;
  const limiterTable: LimiterTable = {
    draw: async (of, now) => {
      const drawn = await updateItem({
        TableName: tableName,
        Key: { id: string(limiterId(of)) },
        UpdateExpression: 'ADD drawn :one SET drawnAt = :now',
        ExpressionAttributeValues: { ':one': number(1), ':now': number(now) },
        ReturnValues: 'ALL_OLD',
      });
      const before = drawn.kind === 'done' ? decodedLimiter(drawn.before) : undefined;
      return { ticket: (before?.drawn ?? 0) + 1, before };
    },
    readLimiter: async of => decodedLimiter(await read(limiterId(of))),
    anchor: async (of, anchor) => {
      const former = anchor.epoch - 1;
      const set = await updateItem({
        TableName: tableName,
        Key: { id: string(limiterId(of)) },
        UpdateExpression: 'SET anchor = :anchor, drawn = if_not_exists(drawn, :zero), drawnAt = if_not_exists(drawnAt, :zero)',
        ConditionExpression: former === 0 ? 'attribute_not_exists(anchor)' : 'anchor.epoch = :former',
        ExpressionAttributeValues: {
          ':anchor': { M: encodedAnchor(anchor) },
          ':zero': number(0),
          ...former === 0 ? {} : { ':former': number(former) },
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      return set.kind === 'done' ? anchor : decodedLimiter(set.current)?.anchor;
    },
  };
  return { ledger, limiterTable };
}

function encodedItem(item: Item): Attributes {
  const { id, format, revision, writer, ...rest } = item;
  const { requestId, type, phase, deadline } = item.request;
  return {
    id: string(id),
    format: number(format),
    revision: number(revision),
    writer: string(writer),
    logicalId: string(item.logicalId),
    requestId: string(requestId),
    requestType: string(type),
    phase: string(phase.kind === 'answered' ? phase.status : phase.kind),
    deadline: string(deadline),
    item: string(JSON.stringify(rest)),
  };
}

/** An item of another format is read as far as it goes: who takes charge looks at the format before anything else (L11). */
function decodedItem(attributes: Attributes | undefined): Item | undefined {
  return attributes && {
    ...JSON.parse(textOf(attributes.item) ?? '{}'),
    id: textOf(attributes.id),
    format: numberOf(attributes.format),
    revision: numberOf(attributes.revision),
    writer: textOf(attributes.writer),
  };
}

function decodedLimiter(attributes: Attributes | undefined): LimiterItem | undefined {
  const anchor = attributes?.anchor;
  return attributes && {
    drawn: numberOf(attributes.drawn),
    drawnAt: numberOf(attributes.drawnAt),
    ...anchor && 'M' in anchor ? { anchor: decodedAnchor(anchor.M) } : {},
  };
}

function encodedAnchor({ epoch, ticket, time, distance, distanceChangedAt }: Anchor): Attributes {
  return {
    epoch: number(epoch),
    ticket: number(ticket),
    time: number(time),
    distance: number(distance),
    distanceChangedAt: number(distanceChangedAt),
  };
}

function decodedAnchor({ epoch, ticket, time, distance, distanceChangedAt }: Attributes): Anchor {
  return {
    epoch: numberOf(epoch),
    ticket: numberOf(ticket),
    time: numberOf(time),
    distance: numberOf(distance),
    distanceChangedAt: numberOf(distanceChangedAt),
  };
}

function textOf(attribute: Attributes[string] | undefined): string | undefined {
  return attribute && 'S' in attribute ? attribute.S : undefined;
}

function numberOf(attribute: Attributes[string] | undefined): number {
  return attribute && 'N' in attribute ? Number(attribute.N) : NaN;
}
