import { FieldProblem, invalid, ServiceError } from './errors';
import { fullPattern, Model, model as controlPlaneModel, Shape } from './model';

type Structure = Record<string, unknown>;

const patterns = new Map<string, RegExp>();

function matches(pattern: string, value: string): boolean {
  if (!patterns.has(pattern)) patterns.set(pattern, new RegExp(fullPattern(pattern)));
  return patterns.get(pattern)!.test(value);
}

/** A value in an error, shortened. Nobody's input may be so deep that there is no error. */
function shown(value: unknown): string {
  try {
    return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 400);
  } catch {
    return '...';
  }
}

/** Collects what the model forbids, and rebuilds the input without the members it does not know. */
class Reader {
  readonly violations: FieldProblem[] = [];

  constructor(private readonly model: Model) {}

  read(shapeName: string, value: unknown, path: string): unknown {
    const shape = this.model.shapes[shapeName];
    return READERS[shape.type](this, shape, value, path);
  }

  reject(shape: Shape, value: unknown, path: string, constraint: string): void {
    const printed = shape.sensitive ? '***' : shown(value);
    this.violations.push({ path, message: `Value '${printed}' at '${path}' failed to satisfy constraint: ${constraint}` });
  }

  checkSize(shape: Shape, size: number, value: unknown, path: string, what: string): void {
    if (shape.min !== undefined && size < shape.min) {
      this.reject(shape, value, path, `Member must have ${what} greater than or equal to ${shape.min}`);
    }
    if (shape.max !== undefined && size > shape.max) {
      this.reject(shape, value, path, `Member must have ${what} less than or equal to ${shape.max}`);
    }
  }
}

function expectType(fits: boolean, path: string, type: string): void {
  // The service's own framework refuses these before any validation.
  if (!fits) throw new ServiceError('SerializationException', `${path === '' ? 'The request' : `'${path}'`} must be a ${type}.`);
}

const isStructure = (value: unknown): value is Structure => typeof value === 'object' && value !== null && !Array.isArray(value);

const isPresent = (value: unknown): boolean => value !== undefined && value !== null;

const child = (path: string, name: string): string => {
  const printed = name.charAt(0).toLowerCase() + name.slice(1);
  return path === '' ? printed : `${path}.${printed}`;
};

type Read = (reader: Reader, shape: Shape, value: unknown, path: string) => unknown;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const wholeNumber: Read = (reader, shape, value, path) => {
  expectType(Number.isInteger(value), path, 'integer');
  reader.checkSize(shape, value as number, value, path, 'value');
  return value;
};

const READERS: Record<Shape['type'], Read> = {
  structure: (reader, shape, value, path) => {
    expectType(isStructure(value), path, 'structure');
    const given = value as Structure;
    const present = Object.keys(shape.members!).filter(name => Object.hasOwn(given, name) && isPresent(given[name]));
    for (const name of shape.required ?? []) {
      if (!present.includes(name)) reader.reject(shape, null, child(path, name), 'Member must not be null');
    }
    if (shape.union && present.length !== 1) {
      throw new ServiceError('SerializationException', `'${path}' must have exactly one member.`);
    }
    return Object.fromEntries(present.map(name => [name, reader.read(shape.members![name].shape, given[name], child(path, name))]));
  },
  list: (reader, shape, value, path) => {
    expectType(Array.isArray(value), path, 'list');
    const given = value as unknown[];
    reader.checkSize(shape, given.length, value, path, 'length');
    return given.map((element, index) => reader.read(shape.member!.shape, element, `${path}.${index + 1}.member`));
  },
  map: (reader, shape, value, path) => {
    expectType(isStructure(value), path, 'map');
    const given = Object.entries(value as Structure);
    reader.checkSize(shape, given.length, value, path, 'size');
    return Object.fromEntries(given.map(([key, element]) => [
      reader.read(shape.key!.shape, key, path),
      reader.read(shape.value!.shape, element, `${path}.${key}.member`),
    ]));
  },
  string: (reader, shape, value, path) => {
    expectType(typeof value === 'string', path, 'string');
    const given = value as string;
    reader.checkSize(shape, [...given].length, given, path, 'length');
    if (shape.pattern !== undefined && !matches(shape.pattern, given)) {
      reader.reject(shape, given, path, `Member must satisfy regular expression pattern: ${shape.pattern}`);
    }
    if (shape.enum !== undefined && !shape.enum.includes(given)) {
      reader.reject(shape, given, path, `Member must satisfy enum value set: [${shape.enum.join(', ')}]`);
    }
    return given;
  },
  boolean: (_reader, _shape, value, path) => {
    expectType(typeof value === 'boolean', path, 'boolean');
    return value;
  },
  blob: (reader, shape, value, path) => {
    expectType(typeof value === 'string' && BASE64.test(value), path, 'base64 text');
    reader.checkSize(shape, Buffer.from(value as string, 'base64').length, value, path, 'length');
    return value;
  },
  integer: wholeNumber,
  long: wholeNumber,
  timestamp: (_reader, _shape, value, path) => {
    expectType(typeof value === 'number', path, 'timestamp');
    return value;
  },
};

/** The input as the service sees it, or the error with which it answers: all constraints come from the model. */
export function readInput(shapeName: string, value: unknown, model: Model = controlPlaneModel): Structure {
  const reader = new Reader(model);
  const input = reader.read(shapeName, value, '') as Structure;
  const { violations } = reader;
  if (violations.length > 0) {
    const messages = violations.map(({ message }) => message).join('; ');
    throw invalid(`${violations.length} validation error${violations.length === 1 ? '' : 's'} detected: ${messages}`, violations);
  }
  return input;
}
