import * as fc from 'fast-check';
import { Existing, valuesOf, withStrangeMembers } from './values';
import { KEY_ATTRIBUTES, KeyName } from '../data-plane/test-keys';
import { authorization } from '../http-client';
import { dataPlaneModel, model, ModelOperation } from '../model';

export const PLANES = ['control', 'data'] as const;
export type Plane = (typeof PLANES)[number];

export interface FuzzedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const printable = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map(code => String.fromCharCode(code)), maxLength: 60 });

/** What a path can have, percent-encoded wrongly as well. */
const segment = fc.oneof(printable.map(encodeURIComponent), fc.constantFrom('', '%', '%ff', '..', '%2F', '?', 'keys'));

const signed = ({ regions }: Existing): fc.Arbitrary<string> => fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...regions).map(region => authorization(region, 'payment-cryptography')) },
  { weight: 1, arbitrary: fc.constantFrom('tagging', 'ssm', 'sts', 's3', 'kms').map(service => authorization('us-east-1', service)) },
  { weight: 1, arbitrary: printable },
);

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

/** Any bytes and any JSON, where an operation or anything else is addressed. */
const bodies: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.jsonValue().map(json),
  fc.constantFrom('', '{', '[]', 'null', '"', '{"__proto__":{}}').map(text => Buffer.from(text)),
);

interface Address {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

const controlAddress = (operation: string): Address => ({
  method: 'POST',
  path: '/',
  headers: { 'x-amz-target': `${model.metadata.targetPrefix}.${operation}`, 'content-type': 'application/x-amz-json-1.0' },
});

const wellFormed = (text: string): string => Buffer.from(text).toString();

/** The members that stand in the path go there. */
function dataAddress({ http: { method, requestUri } }: ModelOperation, input: unknown): Address {
  const members = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  const path = requestUri.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(wellFormed(String(members[name] ?? '')).slice(0, 4000)));
  return { method, path, headers: { 'content-type': 'application/json' } };
}

function modelTyped(plane: Plane, existing: Existing): fc.Arbitrary<{ address: Address; body: Uint8Array }> {
  const of = plane === 'control' ? model : dataPlaneModel;
  const values = (operation: ModelOperation, keyArns: readonly string[]): fc.Arbitrary<unknown> =>
    valuesOf(of, { ...existing, keyArns })(operation.input.shape);
  return fc.oneof(...Object.values(of.operations).map(operation => {
    const suitable = fc.oneof(
      { weight: 3, arbitrary: values(operation, suitableKeys(operation.name, existing)) },
      { weight: 1, arbitrary: values(operation, existing.keyArns) },
    );
    return withStrangeMembers(suitable).map(input => ({
      address: plane === 'control' ? controlAddress(operation.name) : dataAddress(operation, input),
      body: json(input),
    }));
  }));
}

/** Keys that an operation can use: with any other, it ends at the first check. */
const SUITABLE: ReadonlyArray<readonly [RegExp, readonly KeyName[]]> = [
  [/CardValidation/, ['cvk', 'otherEmv', 'dynamicNumbers']],
  [/Mac(EmvPinChange)?$/, ['integrity', 'confidentiality', 'pek', 'algorithm1', 'algorithm3', 'cmac', 'hmac', 'bdk']],
  [/cryptData$/i, ['data', 'aesData', 'freeData', 'rsa', 'bdk', 'aesBdk']],
  [/PinData$/, ['pek', 'aesPek', 'visaPvk', 'ibmPvk', 'bdk']],
  [/AuthRequestCryptogram$/, ['cryptograms']],
  [/Key|As2805/, ['kek', 'nodeKek', 'agreement', 'cvk']],
];

function suitableKeys(operation: string, { keyArns }: Existing): readonly string[] {
  const names = SUITABLE.find(([operations]) => operations.test(operation))?.[1] ?? [];
  const arns = Object.keys(KEY_ATTRIBUTES).flatMap((name, index) => names.includes(name as KeyName) ? [keyArns[index]] : []);
  return arns.length > 0 ? arns : keyArns;
}

function anyAddress(plane: Plane): fc.Arbitrary<Address> {
  if (plane === 'control') {
    const name = fc.oneof(fc.constantFrom(...Object.keys(model.operations)), printable);
    const header = fc.oneof(name.map(operation => `${model.metadata.targetPrefix}.${operation}`), printable);
    return header.map(target => ({ method: 'POST', path: '/', headers: { 'x-amz-target': target } }));
  }
  const known = fc.constantFrom(...Object.values(dataPlaneModel.operations).map(({ http }) => http.requestUri.replaceAll(/[{}]/g, '')));
  const path = fc.oneof(known, fc.array(segment, { maxLength: 5 }).map(segments => `/${segments.join('/')}`));
  return fc.record({ method: fc.constantFrom('POST', 'POST', 'GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS'), path, headers: fc.constant({}) });
}

/** Requests for a plane: three of four with inputs that the model allows, or nearly. */
export function fuzzedRequests(plane: Plane, existing: Existing): fc.Arbitrary<FuzzedRequest> {
  const raw = fc.record({ address: anyAddress(plane), body: bodies, contentType: printable })
    .map(({ address, body, contentType }) => ({ address: { ...address, headers: { 'content-type': contentType, ...address.headers } }, body }));
  const either = fc.oneof({ weight: 3, arbitrary: modelTyped(plane, existing) }, { weight: 1, arbitrary: raw });
  return fc.tuple(either, signed(existing)).map(([{ address, body }, signature]) =>
    ({ ...address, headers: { ...address.headers, authorization: signature.trim() }, body }));
}
