import { ErrorType, ServiceError } from './errors';
import { Model, parameterStoreModel, secretsManagerModel } from './model';
import { xml } from './xml';

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
  write(body: object): string;
}

/** awsJson: the type of an error stands in its body. */
const json = (version: '1.0' | '1.1'): Protocol => ({
  contentType: `application/x-amz-json-${version}`,
  failure: error => ({ status: error.status, body: error.body() }),
  write: body => JSON.stringify(body),
});

/**
 * awsJson of a service whose errors have no namespace, and of which each has a message. Models spell that member in two ways, from
 * error to error.
 *
 * @param common how it is spelled in errors that the model does not list
 */
const plainJson = ({ shapes }: Model, common: 'Message' | 'message'): Protocol => ({
  ...json('1.1'),
  failure: ({ status, type, message }) => {
    const [member = common] = Object.keys(shapes[type]?.members ?? {});
    return { status, body: { __type: type, [member]: message } };
  },
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

const restStatus = (error: ServiceError): number => REST_STATUS[error.type] ?? error.status;

/** restJson1: the type of an error stands in a header, and statuses differ. */
const restJson: Protocol = {
  contentType: 'application/json',
  failure: error => {
    return { status: restStatus(error), headers: { 'x-amzn-errortype': error.type }, body: { ...restMessage(error), ...error.members } };
  },
  write: body => JSON.stringify(body),
};

/** Protocols of XML differ in what is around an error. */
const xmlProtocol = (contentType: string, status: (error: ServiceError) => number, around: (code: string, message: string) => object): Protocol => ({
  contentType,
  failure: error => ({ status: status(error), body: around(error.type, error.message) }),
  write: xml,
});

export const PROTOCOLS = {
  json10: json('1.0'),
  json11: json('1.1'),
  secretsManager: plainJson(secretsManagerModel, 'Message'),
  parameterStore: plainJson(parameterStoreModel, 'message'),
  restJson,
  query: xmlProtocol('text/xml', error => error.status, (Code, Message) => ({ ErrorResponse: { Error: { Type: 'Sender', Code, Message } } })),
  ec2Query: xmlProtocol('text/xml', error => error.status, (Code, Message) => ({ Response: { Errors: { Error: { Code, Message } } } })),
  restXml: xmlProtocol('application/xml', restStatus, (Code, Message) => ({ ErrorResponse: { Error: { Type: 'Sender', Code, Message } } })),
  s3: xmlProtocol('application/xml', restStatus, (Code, Message) => ({ Error: { Code, Message } })),
} as const;

/** An output or an error as bytes on the wire. */
export function httpAnswer(protocol: Protocol, output: object | ServiceError, requestId: string): HttpAnswer {
  const { status, headers, body } = output instanceof ServiceError ? protocol.failure(output) : { status: 200, headers: {}, body: output };
  return {
    status,
    headers: { 'content-type': protocol.contentType, 'x-amzn-requestid': requestId, ...headers },
    body: protocol.write(body),
  };
}
