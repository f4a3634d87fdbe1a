/**
 * The data plane is restJson1: method and path name the operation, the path may hold members of the input, and the
 * rest of the input is the body. All of it stands in the model.
 */
import { OperationCall } from '../call';
import { EmulatedService, parseJson } from '../emulated-services';
import { ServiceError } from '../errors';
import { HttpRequest } from '../http-request';
import { readInput } from '../input-constraints';
import { isAsymmetric } from '../key-attributes';
import { dataPlaneModel, signingNameOf } from '../model';
import { PROTOCOLS } from '../protocols';
import { dataPlaneOperations } from './operations';

const DATA_PLANE: EmulatedService = {
  signingName: signingNameOf(dataPlaneModel),
  protocol: PROTOCOLS.restJson,
  operations: dataPlaneOperations,
  quota: (operation, key) => {
    // This operation names its key pair too deep in its input to be found.
    const withKeyPair = operation === 'TranslateKeyMaterial' || (key !== undefined && isAsymmetric(key.record.attributes.KeyAlgorithm));
    return withKeyPair ? 'data plane, asymmetric' : 'data plane, symmetric';
  },
  knows: operation => Object.hasOwn(dataPlaneModel.operations, operation),
  read: (operation, input) => readInput(dataPlaneModel.operations[operation].input.shape, input, dataPlaneModel),
};

/** What an operation is addressed by: `POST /keys/{KeyIdentifier}/encrypt`. */
interface Route {
  readonly operation: string;
  readonly method: string;
  readonly segments: readonly string[];
}

const ROUTES: readonly Route[] = Object.values(dataPlaneModel.operations).map(({ name, http: { method, requestUri } }) =>
  ({ operation: name, method, segments: requestUri.split('/') }));

/** The member that a segment of a route stands for; nothing for a segment that stands for itself. */
const labelOf = (segment: string): string | undefined => /^\{(.+)\}$/.exec(segment)?.[1];

function fits({ method, segments }: Route, request: HttpRequest): boolean {
  const given = request.path.split('/');
  return request.method === method && given.length === segments.length
    && segments.every((segment, index) => (labelOf(segment) === undefined ? given[index] === segment : given[index] !== ''));
}

/** The members of the input that stand in the path. */
function pathMembers({ segments }: Route, path: string): Record<string, string> {
  const given = path.split('/');
  const labels = segments.map((segment, index) => [labelOf(segment), given[index]] as const).filter(([label]) => label !== undefined);
  try {
    return Object.fromEntries(labels.map(([label, value]) => [label, decodeURIComponent(value)]));
  } catch {
    throw new ServiceError('SerializationException', 'The path is not percent-encoded UTF-8.');
  }
}

function inputOf(route: Route, { path, body }: HttpRequest): unknown {
  const members = pathMembers(route, path);
  const given = body.length === 0 ? {} : parseJson(body);
  // What is no structure is refused where inputs are read.
  return typeof given === 'object' && given !== null && !Array.isArray(given) ? { ...given, ...members } : given;
}

const callOf = (operation: string, input: () => unknown): OperationCall =>
  ({ kind: 'operation', protocol: DATA_PLANE.protocol, service: DATA_PLANE, operation, input });

/**
 * The operation of the data plane that a method and a path address; nothing when they address none.
 * Signature, Region, faults, quota, log and defects are the business of RequestHandling, as for every other service.
 */
export function dataPlaneCall(request: HttpRequest): OperationCall | undefined {
  const route = ROUTES.find(candidate => fits(candidate, request));
  return route && callOf(route.operation, () => inputOf(route, request));
}

/** A call of an operation by its name; nothing when it is none of the data plane. */
export function dataPlaneOperation(operation: string, input: object): OperationCall | undefined {
  return DATA_PLANE.knows(operation) ? callOf(operation, () => input) : undefined;
}
