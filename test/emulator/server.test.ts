import * as fc from 'fast-check';
import { CARD_VERIFICATION, PRIMARY } from './checked-emulator';
import { effects } from './faults';
import { Answer, authorization, controlPlane, send as sendTo } from './http-client';
import { model } from './model';
import { operations } from './operations';
import { responseProblems } from './response-schema';
import { EmulatorServer, startEmulatorServer } from './server';

let server: EmulatorServer;
let problems: string[];

beforeEach(async () => {
  server = await startEmulatorServer({ tps: Infinity });
  problems = [];
  server.emulator.log.listen(entry => problems.push(...responseProblems(entry)));
});

afterEach(async () => {
  await server.close();
  expect(problems).toEqual([]);
});

const send = async (body: string | Uint8Array, headers: Record<string, string>, method?: string, path?: string): Promise<Answer> =>
  sendTo(server.url, body, headers, method, path);

const call = async (operation: string, body: string, region = PRIMARY): Promise<Answer> => controlPlane(server.url, operation, body, region);

const error = (type: string): object => ({ __type: expect.stringMatching(new RegExp(`#${type}$`)), Message: expect.any(String) });

test('Region and caller stand in the signature, many Regions on one port', async () => {
  const created = await call('CreateKey', JSON.stringify({ KeyAttributes: CARD_VERIFICATION, Exportable: true }), 'eu-west-3');
  expect(created.status).toBe(200);
  expect(created.headers).toMatchObject({ 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': expect.any(String) });
  const { KeyArn, CreateTimestamp } = created.body.Key as { KeyArn: string; CreateTimestamp: number };
  expect(KeyArn).toMatch(/^arn:aws:payment-cryptography:eu-west-3:111122223333:key\/[a-z2-7]{16}$/);
  expect(CreateTimestamp).toBeCloseTo(Date.now() / 1000, -2);
  expect(CreateTimestamp * 1000 % 1).toBeCloseTo(0, 3);
  expect(server.emulator.log.entries[0]).toMatchObject({ accessKeyId: 'AKIAANY', region: 'eu-west-3', operation: 'CreateKey' });
});

test('errors have the wire format of the service', async () => {
  expect(await call('GetKey', '{}')).toMatchObject({
    status: 400,
    body: { __type: 'com.amazonaws.paymentcryptography#ValidationException', Message: expect.any(String) },
  });
  const absent = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/aaaaaaaaaaaaaaaa';
  const { status, body } = await call('GetKey', JSON.stringify({ KeyIdentifier: absent }));
  expect([status, body]).toEqual([400, { __type: 'com.amazonaws.paymentcryptography#ResourceNotFoundException', ResourceId: absent }]);
  server.emulator.faults.add({ effect: effects.serviceUnavailable() });
  expect(await call('ListKeys', '{}')).toMatchObject({ status: 500, body: { __type: 'com.amazonaws.paymentcryptography#ServiceUnavailableException' } });
});

test.each<[string, string, Record<string, string>]>([
  ['MissingAuthenticationTokenException', '{}', { authorization: '' }],
  ['IncompleteSignatureException', '{}', { authorization: 'Bearer x' }],
  ['InvalidSignatureException', '{}', { authorization: authorization(PRIMARY, 'kms') }],
  ['UnrecognizedClientException', '{}', { authorization: authorization('us-gov-west-1', 'payment-cryptography') }],
  ['UnknownOperationException', '{}', { 'x-amz-target': 'PaymentCryptographyControlPlane.Nothing' }],
  ['UnknownOperationException', '{}', { 'x-amz-target': 'PaymentCryptographyControlPlane.toString' }],
  ['UnknownOperationException', '{}', { 'x-amz-target': 'constructor' }],
  ['UnknownOperationException', '{}', { 'x-amz-target': '' }],
  ['SerializationException', '', {}],
  ['SerializationException', '{', {}],
  ['SerializationException', '"\xff"', {}],
  ['SerializationException', '[]', {}],
])('%s for %j and %j', async (type, body, headers) => {
  const base = { 'x-amz-target': 'PaymentCryptographyControlPlane.GetKey', 'authorization': authorization(PRIMARY, 'payment-cryptography') };
  expect(await send(Buffer.from(body, 'latin1'), { ...base, ...headers })).toMatchObject({ status: 400, body: error(type) });
});

test.each([['GET', '/'], ['PUT', '/'], ['POST', '/nowhere'], ['POST', '//'], ['POST', '/keys/%E0%A4/x?a=b?c'], ['DELETE', '/keys']])('%s %s runs no operation', async (method, path) => {
  const body = JSON.stringify({ KeyAttributes: CARD_VERIFICATION, Exportable: true });
  const headers = { 'x-amz-target': 'PaymentCryptographyControlPlane.CreateKey', 'authorization': authorization(PRIMARY, 'payment-cryptography') };
  expect(await send(body, headers, method, path)).toMatchObject({ status: 404, headers: { 'x-amzn-errortype': 'UnknownOperationException' } });
  expect(server.emulator.snapshot(PRIMARY).keys).toEqual([]);
});

test('every operation of the control plane is built', () => {
  expect(Object.keys(operations).sort()).toEqual(Object.keys(model.operations).sort());
});

test('a lost response is a broken connection, and the key exists', async () => {
  server.emulator.faults.add({ operation: 'CreateKey', effect: effects.responseLost() });
  await expect(call('CreateKey', JSON.stringify({ KeyAttributes: CARD_VERIFICATION, Exportable: true }))).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(server.emulator.snapshot(PRIMARY).keys).toHaveLength(1);
});

test('a body beyond any request of the service is refused', async () => {
  expect(await send(Buffer.alloc(2 * 1024 * 1024), { authorization: authorization(PRIMARY, 'payment-cryptography') })).toMatchObject({ status: 413 });
});

test('a taken port rejects', async () => {
  await expect(startEmulatorServer({ port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('any bytes with any headers get an answer with a type', async () => {
  const name = fc.oneof(fc.constantFrom(...Object.keys(model.operations)), fc.string());
  const headerValue = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map(code => String.fromCharCode(code)), maxLength: 60 });
  const target = fc.oneof(name.map(operation => `PaymentCryptographyControlPlane.${operation.replace(/[^\x20-\x7e]/g, '')}`), headerValue);
  const body = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.jsonValue().map(value => JSON.stringify(value)), fc.constant('['.repeat(100_000)));
  const signature = fc.oneof(fc.constantFrom(authorization(PRIMARY, 'payment-cryptography'), authorization(PRIMARY, 'tagging')), headerValue);
  await fc.assert(fc.asyncProperty(target, body, signature, headerValue, async (xAmzTarget, bytes, authorizationHeader, other) => {
    const answer = await send(bytes, { 'x-amz-target': xAmzTarget, 'authorization': authorizationHeader, 'content-type': other });
    expect([200, 400]).toContain(answer.status);
    if (answer.status === 400) expect(answer.body).toMatchObject({ __type: expect.any(String) });
  }), { numRuns: 300 });
});
