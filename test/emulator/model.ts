import parameterStoreFile from './parameter-store.model.json';
import dataPlaneFile from './payment-cryptography-data.model.json';
import modelFile from './payment-cryptography.model.json';
import secretsManagerFile from './secrets-manager.model.json';

/** A shape of a service model, as far as the emulator reads it. */
export interface Shape {
  readonly type: 'structure' | 'list' | 'map' | 'string' | 'blob' | 'boolean' | 'integer' | 'long' | 'timestamp';
  readonly members?: Readonly<Record<string, { readonly shape: string; readonly location?: 'uri' }>>;
  readonly required?: readonly string[];
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly union?: boolean;
  readonly sensitive?: boolean;
  readonly exception?: boolean;
  /** Of an exception. */
  readonly error?: { readonly httpStatusCode: number };
}

export interface ModelOperation {
  readonly name: string;
  readonly http: { readonly method: string; readonly requestUri: string };
  readonly input: { readonly shape: string };
  readonly output: { readonly shape: string };
  readonly errors: ReadonlyArray<{ readonly shape: string }>;
}

export interface Model {
  /** Without a signing name, a service is signed for under the name of its endpoints. */
  readonly metadata: { readonly targetPrefix: string; readonly signingName?: string; readonly endpointPrefix: string };
  readonly operations: Readonly<Record<string, ModelOperation>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** What the guide describes and the model leaves out. */
const DESCRIBED: Readonly<Record<string, Partial<Shape>>> = {
  KeyState: { enum: [...modelFile.shapes.KeyState.enum, 'CREATE_FAILED'] },
  // Whether a value may be empty is a switch.
  TagValue: { min: 0 },
};

function withDescribed(given: Model): Model {
  const shapes = Object.entries(given.shapes).map(([name, shape]) => [name, { ...shape, ...DESCRIBED[name] }]);
  return { ...given, shapes: Object.fromEntries(shapes) as Model['shapes'] };
}

/** Of the control plane. */
export const model = withDescribed(modelFile as unknown as Model);

export const dataPlaneModel = dataPlaneFile as unknown as Model;

/** Of AWS Secrets Manager and of Systems Manager Parameter Store: only the operations that are emulated. */
export const secretsManagerModel = secretsManagerFile as unknown as Model;
export const parameterStoreModel = parameterStoreFile as unknown as Model;

export const MODELS: readonly Model[] = [model, dataPlaneModel, secretsManagerModel, parameterStoreModel];

export const signingNameOf = ({ metadata: { signingName, endpointPrefix } }: Model): string => signingName ?? endpointPrefix;

export function modelOperation(name: string): ModelOperation | undefined {
  return Object.hasOwn(model.operations, name) ? model.operations[name] : undefined;
}

/** An operation with the model it stands in. No name is in two models. */
export function modelOf(operation: string): { readonly model: Model; readonly operation: ModelOperation } | undefined {
  const found = MODELS.find(({ operations }) => Object.hasOwn(operations, operation));
  return found && { model: found, operation: found.operations[operation] };
}

/** The pattern of a shape as a source for RegExp that matches whole values only. */
export function fullPattern(pattern: string): string {
  // The model is written for Java: a possessive quantifier means nothing more here.
  return `^(?:${pattern.replace(/\}\+/g, '}')})$`;
}
