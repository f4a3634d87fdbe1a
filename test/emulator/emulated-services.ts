import { Call } from './call';
import { ServiceError } from './errors';
import { readInput } from './input-constraints';
import { KeyInRegion } from './key-record';
import { model, modelOperation } from './model';
import { operations } from './operations';
import { Operations } from './operations/operation';
import { parameterOperations } from './parameter-store';
import { Protocol, PROTOCOLS } from './protocols';
import { QuotaName } from './quota';
import { taggingOperations } from './tagging-api';

/** A service as a request addresses it. */
export interface EmulatedService {
  readonly signingName: string;
  readonly protocol: Protocol;
  readonly operations: Operations;
  /** Which quota a request counts against. The key is the one that the request names, if it exists. */
  quota(operation: string, key: KeyInRegion | undefined): QuotaName | undefined;
  /** Whether the service has the operation, built here or not. */
  knows(operation: string): boolean;
  read(operation: string, input: unknown): unknown;
}

/** The services that are addressed by X-Amz-Target, by its first part. */
const SERVICES: Readonly<Record<string, EmulatedService>> = {
  [model.metadata.targetPrefix]: {
    signingName: model.metadata.signingName,
    protocol: PROTOCOLS.json10,
    operations,
    quota: () => 'control plane',
    knows: operation => modelOperation(operation) !== undefined,
    read: (operation, input) => readInput(modelOperation(operation)!.input.shape, input),
  },
  ResourceGroupsTaggingAPI_20170126: {
    signingName: 'tagging',
    protocol: PROTOCOLS.json11,
    operations: taggingOperations,
    quota: () => undefined,
    knows: operation => Object.hasOwn(taggingOperations, operation),
    read: (_operation, input) => input,
  },
  AmazonSSM: {
    signingName: 'ssm',
    protocol: PROTOCOLS.json11,
    operations: parameterOperations,
    quota: () => undefined,
    knows: operation => Object.hasOwn(parameterOperations, operation),
    read: (_operation, input) => input,
  },
};

export function targetFor(operation: string): string {
  return `${model.metadata.targetPrefix}.${operation}`;
}

/** What a target asks for, as far as it is known. */
export function targetCall(target: string | undefined, body: string | Uint8Array): Call {
  const [prefix, operation] = (target ?? '').split('.', 2);
  const service = Object.hasOwn(SERVICES, prefix) ? SERVICES[prefix] : undefined;
  return { protocol: service?.protocol ?? PROTOCOLS.json10, service, operation, input: () => parseJson(body) };
}

export function parseJson(body: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not valid JSON.');
  }
}
