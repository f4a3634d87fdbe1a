import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { partition } from '@aws-sdk/util-endpoints';
import { Hash } from '@smithy/hash-node';
import { streamCollector } from '@smithy/node-http-handler';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { ClientConfig } from './client-config';
import { errorOf, jsonAnswer } from './json-protocol';
import { sent } from './sent';

/*
 * The three operations of Amazon DynamoDB that the ledger and the rate limiter need, typed by hand. The published client
 * would add 10 KB to the zipped handler. Signature, credentials and connections are those of the SDK's core, which the
 * other clients bring. Every request is made once: what repeats it knows what it wrote (ledger/commit.ts).
 */

/** So short that a write that is tried five times leaves the function half of its time. */
export const DYNAMODB_TIMEOUT_MS = 4_000;

export type Attribute = { readonly S: string } | { readonly N: string } | { readonly M: Attributes };
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

export function dynamoDbRequests({ requestHandler }: ClientConfig, region: string): DynamoDbRequests {
  const signer = new SignatureV4({ service: 'dynamodb', region, credentials: defaultProvider(), sha256: Hash.bind(null, 'sha256') });
  const url = endpoint(region);

  const request = (operation: string, input: object) => sent('dynamodb', operation, region, async () => {
    const { response } = await requestHandler.handle(await signer.sign(unsigned(url, operation, input)) as HttpRequest);
    const answer = jsonAnswer(response.statusCode, response.headers, Buffer.from(await streamCollector(response.body)).toString());
    if (answer.error && answer.error !== 'ConditionalCheckFailedException') { throw errorOf(answer); }
    return answer;
  });
  const conditional = async (operation: string, input: object): Promise<Conditional> => {
    const { error, body } = await request(operation, input);
    return error ? { kind: 'refused', current: body.Item } : { kind: 'done', before: body.Attributes };
  };

  return {
    getItem: async input => (await request('GetItem', input)).body.Item,
    putItem: input => conditional('PutItem', input),
    updateItem: input => conditional('UpdateItem', input),
  };
}

/** As the SDK's clients find it: from the environment, else that of the Region. */
function endpoint(region: string): URL {
  return new URL(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? process.env.AWS_ENDPOINT_URL ?? `https://dynamodb.${region}.${partition(region).dnsSuffix}`);
}

function unsigned({ protocol, hostname, port, host }: URL, operation: string, input: object): HttpRequest {
  const body = JSON.stringify(input);
  return new HttpRequest({
    method: 'POST',
    protocol,
    hostname,
    ...port ? { port: Number(port) } : {},
    path: '/',
    headers: {
      host,
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    },
    body,
  });
}
