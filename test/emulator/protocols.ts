import { ErrorType, ServiceError } from './errors';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error as a protocol has it. */
export interface Failure {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

/** How the answers of a service are written. */
export interface Protocol {
  readonly contentType: string;
  failure(error: ServiceError): Failure;
}

/** awsJson: the type of an error stands in its body. */
const json = (version: '1.0' | '1.1'): Protocol => ({
  contentType: `application/x-amz-json-${version}`,
  failure: error => ({ status: error.status, body: error.body() }),
});

const REST_STATUS: Partial<Record<ErrorType, number>> = {
  AccessDeniedException: 403,
  IncompleteSignatureException: 403,
  InvalidSignatureException: 403,
  MissingAuthenticationTokenException: 403,
  UnrecognizedClientException: 403,
  ResourceNotFoundException: 404,
  UnknownOperationException: 404,
  ThrottlingException: 429,
};

/** The model of the data plane spells this member in two ways, and has none where something is not found. */
function restMessage({ type, message }: ServiceError): object {
  if (type === 'ResourceNotFoundException') return {};
  return type === 'ValidationException' ? { message } : { Message: message };
}

/** restJson1: the type of an error stands in a header, and statuses differ. */
const restJson: Protocol = {
  contentType: 'application/json',
  failure: error => {
    const status = REST_STATUS[error.type] ?? error.status;
    return { status, headers: { 'x-amzn-errortype': error.type }, body: { ...restMessage(error), ...error.members } };
  },
};

export const PROTOCOLS = { json10: json('1.0'), json11: json('1.1'), restJson } as const;

/** An output or an error as bytes on the wire. */
export function httpAnswer(protocol: Protocol, output: object | ServiceError, requestId: string): HttpAnswer {
  const { status, headers, body } = output instanceof ServiceError ? protocol.failure(output) : { status: 200, headers: {}, body: output };
  return {
    status,
    headers: { 'content-type': protocol.contentType, 'x-amzn-requestid': requestId, ...headers },
    body: JSON.stringify(body),
  };
}
