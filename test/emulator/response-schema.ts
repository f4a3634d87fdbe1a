import Ajv, { ValidateFunction } from 'ajv';
import { fullPattern, model, modelOperation, Shape } from './model';
import { RequestLogEntry } from './request-log';

type Schema = Record<string, unknown>;

const reference = (name: string): Schema => ({ $ref: `#/definitions/${name}` });

const SCHEMAS: Record<Shape['type'], (shape: Shape) => Schema> = {
  structure: shape => ({
    type: 'object',
    properties: Object.fromEntries(Object.entries(shape.members!).map(([name, member]) => [name, reference(member.shape)])),
    required: shape.required ?? [],
    additionalProperties: false,
  }),
  list: shape => ({ type: 'array', items: reference(shape.member!.shape), minItems: shape.min, maxItems: shape.max }),
  map: shape => ({ type: 'object', propertyNames: reference(shape.key!.shape), additionalProperties: reference(shape.value!.shape) }),
  string: shape => ({
    type: 'string',
    minLength: shape.min,
    maxLength: shape.max,
    pattern: shape.pattern && fullPattern(shape.pattern),
    enum: shape.enum,
  }),
  boolean: () => ({ type: 'boolean' }),
  integer: shape => ({ type: 'integer', minimum: shape.min, maximum: shape.max }),
  // Epoch seconds: milliseconds would lie in the far future.
  timestamp: () => ({ type: 'number', minimum: 1e9, maximum: 1e10 }),
};

/** A JSON schema of every shape of the model, strict: no member beyond the model's. */
function definitions(): Schema {
  const written = Object.entries(model.shapes).map(([name, shape]) => [name, SCHEMAS[shape.type](shape)]);
  return JSON.parse(JSON.stringify(Object.fromEntries(written))) as Schema;
}

const ajv = new Ajv({ allErrors: true, unicodeRegExp: false, allowMatchingProperties: true });
ajv.addSchema({ $id: 'model', definitions: definitions() });
const validators = new Map<string, ValidateFunction>();

function problems(shape: string, value: unknown): string[] {
  if (!validators.has(shape)) validators.set(shape, ajv.compile({ $ref: `model#/definitions/${shape}` }));
  const validate = validators.get(shape)!;
  return validate(value) ? [] : validate.errors!.map(error => `${shape}${error.instancePath} ${error.message}`);
}

/** Errors of the framework in front of every service: no model lists them. */
const FRAMEWORK_ERROR = /^com\.amazon\.coral\.service#[A-Z][A-Za-z]+Exception$/;
const SERVER_ERRORS = ['InternalServerException', 'ServiceUnavailableException'];

function errorProblems(operation: string, entry: RequestLogEntry): string[] {
  const { __type, ...members } = entry.output as { __type: string };
  if (FRAMEWORK_ERROR.test(__type)) return entry.status === 400 ? [] : [`${__type} with status ${entry.status}`];
  const name = __type.replace('com.amazonaws.paymentcryptography#', '');
  const expectedStatus = SERVER_ERRORS.includes(name) ? 500 : 400;
  return [
    ...entry.status === expectedStatus ? [] : [`${name} with status ${entry.status}`],
    ...modelOperation(operation)!.errors.some(error => error.shape === name) ? problems(name, members) : [`${operation} does not have ${name}`],
  ];
}

const TAGGING_SCHEMA = ajv.compile({
  type: 'object',
  properties: {
    PaginationToken: { type: 'string' },
    ResourceTagMappingList: {
      type: 'array',
      items: {
        type: 'object',
        properties: { ResourceARN: { $ref: 'model#/definitions/KeyArn' }, Tags: { $ref: 'model#/definitions/Tags' } },
        required: ['ResourceARN', 'Tags'],
        additionalProperties: false,
      },
    },
  },
  required: ['ResourceTagMappingList'],
  additionalProperties: false,
});

function taggingProblems({ status, output }: RequestLogEntry): string[] {
  if (status !== 200 || TAGGING_SCHEMA(output)) return [];
  return TAGGING_SCHEMA.errors!.map(error => `GetResources${error.instancePath} ${error.message}`);
}

/** What is wrong with the shape of an answer, judged by the service model. */
export function responseProblems(entry: RequestLogEntry): string[] {
  if (entry.defect !== undefined) return [entry.defect];
  if (entry.status === undefined || entry.operation === undefined) return [];
  if (entry.service === 'tagging') return taggingProblems(entry);
  const operation = modelOperation(entry.operation);
  if (operation === undefined) return [];
  return entry.status === 200 ? problems(operation.output.shape, entry.output) : errorProblems(entry.operation, entry);
}
