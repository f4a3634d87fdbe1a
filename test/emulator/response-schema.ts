import Ajv, { ValidateFunction } from 'ajv';
import { fullPattern, Model, MODELS, ModelOperation, modelOf, parameterStoreModel, secretsManagerModel, Shape } from './model';
import { RequestLogEntry } from './request-log';

type Schema = Record<string, unknown>;

const reference = (name: string): Schema => ({ $ref: `#/definitions/${name}` });

const wholeNumber = (shape: Shape): Schema => ({ type: 'integer', minimum: shape.min, maximum: shape.max });

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
  // In JSON, bytes are base64.
  blob: () => ({ type: 'string', contentEncoding: 'base64', minLength: 1 }),
  integer: wholeNumber,
  long: wholeNumber,
  // Epoch seconds: milliseconds would lie in the far future.
  timestamp: () => ({ type: 'number', minimum: 1e9, maximum: 1e10 }),
};

/** A JSON schema of every shape of a model, strict: no member beyond the model's. */
function definitions(of: Model): Schema {
  const written = Object.entries(of.shapes).map(([name, shape]) => [name, SCHEMAS[shape.type](shape)]);
  return JSON.parse(JSON.stringify(Object.fromEntries(written))) as Schema;
}

const ajv = new Ajv({ allErrors: true, unicodeRegExp: false, allowMatchingProperties: true });
const IDS = new Map(MODELS.map((of, index) => [of, index === 0 ? 'model' : `model-${index}`]));
IDS.forEach((id, of) => ajv.addSchema({ $id: id, definitions: definitions(of) }));
const validators = new Map<string, ValidateFunction>();

function problems(of: Model, shape: string, value: unknown): string[] {
  const schema = `${IDS.get(of)!}#/definitions/${shape}`;
  if (!validators.has(schema)) validators.set(schema, ajv.compile({ $ref: schema }));
  const validate = validators.get(schema)!;
  return validate(value) ? [] : validate.errors!.map(error => `${shape}${error.instancePath} ${error.message}`);
}

/** Errors of the framework in front of every service: no model lists them. */
const FRAMEWORK_ERRORS = /^(IncompleteSignature|InvalidSignature|MissingAuthenticationToken|Serialization|UnknownOperation|UnrecognizedClient)Exception$/;
const SERVER_ERRORS = ['InternalServerException', 'ServiceUnavailableException', 'InternalServiceError', 'InternalServerError'];

/** Errors that every service of AWS has (its pages "Common Errors"), and that not every model lists. */
const COMMON_ERRORS = /^(AccessDenied|Throttling|Validation)Exception$/;
const MODELS_WITHOUT_COMMON_ERRORS: readonly Model[] = [secretsManagerModel, parameterStoreModel];

function expectedStatus(of: Model, error: string): number {
  return of.shapes[error].error?.httpStatusCode ?? (SERVER_ERRORS.includes(error) ? 500 : 400);
}

function errorProblems(of: Model, operation: ModelOperation, { error, status, output }: RequestLogEntry): string[] {
  if (FRAMEWORK_ERRORS.test(error!)) return status! >= 400 && status! < 500 ? [] : [`${error} with status ${status}`];
  if (COMMON_ERRORS.test(error!) && MODELS_WITHOUT_COMMON_ERRORS.includes(of)) return status === 400 ? [] : [`${error} with status ${status}`];
  if (!operation.errors.some(({ shape }) => shape === error)) return [`${operation.name} does not have ${error}`];
  // In awsJson the name of the error is a member.
  const { __type, ...members } = JSON.parse(JSON.stringify(output)) as { __type?: string };
  return [
    ...status === expectedStatus(of, error!) ? [] : [`${error} with status ${status}`],
    ...problems(of, error!, members),
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
  const found = modelOf(entry.operation);
  if (found === undefined) return [];
  return entry.status === 200
    ? problems(found.model, found.operation.output.shape, entry.output)
    : errorProblems(found.model, found.operation, entry);
}
