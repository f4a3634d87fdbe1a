import { Call } from './call';
import { ServiceError } from './errors';
import { readInput } from './input-constraints';
import { KeyInRegion } from './key-record';
import { Model, model, modelOperation, parameterStoreModel, secretsManagerModel, signingNameOf } from './model';
import { operations } from './operations';
import { Operations } from './operations/operation';
import { parameterOperations } from './parameter-store';
import { Protocol, PROTOCOLS } from './protocols';
import { QuotaName } from './quota';
import { secretOperations } from './secrets-manager/operations';
import { taggingOperations } from './tagging-api';
import { tokenOperations } from './token-service';

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

/** A service beside the two planes whose model is here. It has no quota. */
const beside = (of: Model, protocol: Protocol, built: Operations): EmulatedService => ({
  signingName: signingNameOf(of),
  protocol,
  operations: built,
  quota: () => undefined,
  knows: operation => Object.hasOwn(of.operations, operation),
  read: (operation, input) => readInput(of.operations[operation].input.shape, input, of),
});

/** The services that are addressed by X-Amz-Target, by its first part. */
const SERVICES: Readonly<Record<string, EmulatedService>> = {
  [model.metadata.targetPrefix]: {
    signingName: signingNameOf(model),
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
  [secretsManagerModel.metadata.targetPrefix]: beside(secretsManagerModel, PROTOCOLS.secretsManager, secretOperations),
  [parameterStoreModel.metadata.targetPrefix]: beside(parameterStoreModel, PROTOCOLS.parameterStore, parameterOperations),
};

/** The Security Token Service, which is addressed by a form. */
const TOKENS: EmulatedService = {
  signingName: 'sts',
  protocol: PROTOCOLS.query,
  operations: tokenOperations,
  quota: () => undefined,
  knows: operation => Object.hasOwn(tokenOperations, operation),
  read: (_operation, input) => input,
};

/** The sentence for a service that is not emulated. */
export const notEmulated = (service: string): string =>
  `${service} is not emulated: this is an emulator of AWS Payment Cryptography only. `
  + 'Set AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY and AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY_DATA to its address, and not AWS_ENDPOINT_URL.';

export function targetFor(operation: string): string {
  return `${model.metadata.targetPrefix}.${operation}`;
}

/** Whether X-Amz-Target names a service that is emulated, whether or not it has the operation. */
export const isTarget = (target: string | undefined): boolean => Object.hasOwn(SERVICES, (target ?? '').split('.', 1)[0]);

/** What X-Amz-Target asks for. */
export function targetCall(target: string | undefined, body: string | Uint8Array): Call {
  const [prefix, operation = ''] = (target ?? '').split('.', 2);
  if (!isTarget(target)) return { kind: 'strange', protocol: PROTOCOLS.json10, operation, message: `There is no operation ${target ?? ''}.` };
  const service = SERVICES[prefix];
  return { kind: 'operation', protocol: service.protocol, service, operation, input: () => parseJson(body) };
}

/** What a form of a query protocol asks the Security Token Service for. */
export function tokenCall(form: URLSearchParams): Call {
  const operation = form.get('Action') ?? '';
  if (!TOKENS.knows(operation)) {
    return { kind: 'strange', protocol: TOKENS.protocol, service: TOKENS.signingName, operation, message: notEmulated(`sts ${operation}`) };
  }
  return { kind: 'operation', protocol: TOKENS.protocol, service: TOKENS, operation, input: () => Object.fromEntries(form) };
}

/** Every signing name that somebody here answers to. */
export const SIGNING_NAMES: readonly string[] = [...Object.values(SERVICES), TOKENS].map(({ signingName }) => signingName);

/** The operations of the services beside the two planes. */
export const otherOperations = (): ReadonlyArray<readonly [string, Operations]> =>
  [...Object.values(SERVICES), TOKENS]
    .filter(({ operations: built }) => built !== operations)
    .map(({ signingName, operations: built }) => [signingName, built]);

export function parseJson(body: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw new ServiceError('SerializationException', 'The request body is not valid JSON.');
  }
}
