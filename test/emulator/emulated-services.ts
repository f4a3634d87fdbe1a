import { readInput } from './input-constraints';
import { model, modelOperation } from './model';
import { operations } from './operations';
import { Operation, Operations } from './operations/operation';
import { parameterOperations } from './parameter-store';
import { taggingOperations } from './tagging-api';

/** A service as a request addresses it. */
export interface EmulatedService {
  readonly signingName: string;
  readonly contentType: string;
  readonly operations: Operations;
  /** Whether its requests count against the control plane's quota. */
  readonly metered: boolean;
  /** Whether the service has the operation, built here or not. */
  knows(operation: string): boolean;
  read(operation: string, input: unknown): unknown;
}

/** By the first part of X-Amz-Target. */
const SERVICES: Readonly<Record<string, EmulatedService>> = {
  [model.metadata.targetPrefix]: {
    signingName: model.metadata.signingName,
    contentType: 'application/x-amz-json-1.0',
    operations,
    metered: true,
    knows: operation => modelOperation(operation) !== undefined,
    read: (operation, input) => readInput(modelOperation(operation)!.input.shape, input),
  },
  ResourceGroupsTaggingAPI_20170126: {
    signingName: 'tagging',
    contentType: 'application/x-amz-json-1.1',
    operations: taggingOperations,
    metered: false,
    knows: operation => Object.hasOwn(taggingOperations, operation),
    read: (_operation, input) => input,
  },
  AmazonSSM: {
    signingName: 'ssm',
    contentType: 'application/x-amz-json-1.1',
    operations: parameterOperations,
    metered: false,
    knows: operation => Object.hasOwn(parameterOperations, operation),
    read: (_operation, input) => input,
  },
};

export function targetFor(operation: string): string {
  return `${model.metadata.targetPrefix}.${operation}`;
}

/** The service and operation a target names, as far as they are known. */
export function resolveTarget(target: string | undefined): { service?: EmulatedService; operation?: string; run?: Operation } {
  const [prefix, operation] = (target ?? '').split('.', 2);
  if (!Object.hasOwn(SERVICES, prefix)) return {};
  const service = SERVICES[prefix];
  if (operation === undefined || !service.knows(operation)) return { service };
  return { service, operation, run: Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined };
}
