import { ClientConfig } from './client-config';
import { JsonAnswer, successful } from './json-protocol';
import { jsonRequests, JsonService } from './json-requests';

/*
 * The three operations of Amazon DynamoDB that the ledger and the rate limiter need. What repeats a request knows what
 * it wrote (ledger/commit.ts).
 */

const DYNAMODB: JsonService = {
  name: 'dynamodb', target: 'DynamoDB_20120810', version: '1.0', endpointVariable: 'AWS_ENDPOINT_URL_DYNAMODB',
};

/** So short that a write that is tried five times leaves the function half of its time. */
export const DYNAMODB_TIMEOUT_MS = 4_000;

export type Attribute = { readonly S: string } | { readonly N: string } | { readonly B: string } | { readonly M: Attributes };
export type Attributes = Readonly<Record<string, Attribute>>;

interface Table {
  readonly TableName: string;
}

interface Condition {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Attributes;
  /** The item that the condition was not true of is answered, read consistently. */
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD';
}

export interface GetItem extends Table {
  readonly Key: Attributes;
  readonly ConsistentRead: true;
}

export interface PutItem extends Table, Condition {
  readonly Item: Attributes;
}

export interface UpdateItem extends Table, Condition {
  readonly Key: Attributes;
  readonly UpdateExpression: string;
  readonly ReturnValues?: 'ALL_OLD';
}

/** What a conditional request answers. A condition that is not true is an answer, not a fault. */
export type Conditional =
  /** `before` is the item as it was, if that was asked for and there was one. */
  | { readonly kind: 'done'; readonly before: Attributes | undefined }
  | { readonly kind: 'refused'; readonly current: Attributes | undefined };

export interface DynamoDbRequests {
  getItem(input: GetItem): Promise<Attributes | undefined>;
  putItem(input: PutItem): Promise<Conditional>;
  updateItem(input: UpdateItem): Promise<Conditional>;
}

export function dynamoDbRequests(config: ClientConfig, region: string): DynamoDbRequests {
  const request = jsonRequests(config, region, DYNAMODB);
  const conditional = (operation: string, input: object): Promise<Conditional> => request(operation, input, outcome);

  return {
    getItem: input => request('GetItem', input, answer => successful(answer).Item),
    putItem: input => conditional('PutItem', input),
    updateItem: input => conditional('UpdateItem', input),
  };
}

function outcome(answer: JsonAnswer): Conditional {
  return answer.error === 'ConditionalCheckFailedException'
    ? { kind: 'refused', current: answer.body.Item }
    : { kind: 'done', before: successful(answer).Attributes };
}
