import * as fc from 'fast-check';
import { CARD_VERIFICATION } from './checked-emulator';
import { ServiceError } from './errors';
import { readInput } from './input-constraints';
import { fullPattern, model } from './model';

const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/abcdefghij234567';

function refusal(shape: string, input: unknown): [string, string] | undefined {
  try {
    readInput(shape, input);
    return undefined;
  } catch (error) {
    const { type, message } = error as ServiceError;
    return [type, message];
  }
}

const VALIDATION = 'ValidationException';
const SERIALIZATION = 'SerializationException';

test.each<[string, string, unknown, string | undefined, RegExp?]>([
  ['a required member is missing', 'GetKeyInput', {}, VALIDATION, /'keyIdentifier' .* must not be null/],
  ['a required member is null', 'GetKeyInput', { KeyIdentifier: null }, VALIDATION, /must not be null/],
  ['the input is no structure', 'GetKeyInput', [], SERIALIZATION],
  ['the input is null', 'GetKeyInput', null, SERIALIZATION],
  ['a string is a number', 'GetKeyInput', { KeyIdentifier: 7 }, SERIALIZATION],
  ['a boolean is a string', 'CreateKeyInput', { KeyAttributes: CARD_VERIFICATION, Exportable: 'true' }, SERIALIZATION],
  ['a list is a structure', 'EnableDefaultKeyReplicationRegionsInput', { ReplicationRegions: {} }, SERIALIZATION],
  ['an integer has a fraction', 'DeleteKeyInput', { KeyIdentifier: ARN, DeleteKeyInDays: 3.5 }, SERIALIZATION],
  ['an integer is too small', 'DeleteKeyInput', { KeyIdentifier: ARN, DeleteKeyInDays: 2 }, VALIDATION, /greater than or equal to 3/],
  ['an integer is too large', 'DeleteKeyInput', { KeyIdentifier: ARN, DeleteKeyInDays: 181 }, VALIDATION, /less than or equal to 180/],
  ['an integer fits', 'DeleteKeyInput', { KeyIdentifier: ARN, DeleteKeyInDays: 180 }, undefined],
  ['a key id is bare', 'GetKeyInput', { KeyIdentifier: 'abcdefghij234567' }, VALIDATION, /regular expression/],
  ['a pattern matches in part only', 'GetKeyInput', { KeyIdentifier: `${ARN} ` }, VALIDATION, /regular expression/],
  ['an alias name fits', 'GetKeyInput', { KeyIdentifier: 'alias/cvk' }, undefined],
  ['an alias ARN fits', 'GetKeyInput', { KeyIdentifier: ARN.replace(/key.*/, 'alias/a/b_c-1') }, undefined],
  ['a string is too short', 'GetAliasInput', { AliasName: 'alias/' }, VALIDATION, /length greater than or equal to 7/],
  ['a string is too long', 'GetAliasInput', { AliasName: `alias/${'x'.repeat(251)}` }, VALIDATION, /length less than or equal to 256/],
  ['length counts characters, not code units', 'UntagResourceInput', { ResourceArn: ARN, TagKeys: ['😀'.repeat(128)] }, undefined],
  ['a list element is too short', 'UntagResourceInput', { ResourceArn: ARN, TagKeys: [''] }, VALIDATION, /'tagKeys.1.member'/],
  ['a list is too long', 'UntagResourceInput', { ResourceArn: ARN, TagKeys: Array(201).fill('a') }, VALIDATION, /less than or equal to 200/],
  ['an enum value is unknown', 'ListKeysInput', { KeyState: 'GONE' }, VALIDATION, /enum value set/],
  ['a nested member is wrong', 'CreateKeyInput', { Exportable: true, KeyAttributes: { ...CARD_VERIFICATION, KeyUsage: 'X' } }, VALIDATION, /'keyAttributes.keyUsage'/],
  ['a Region is none', 'EnableDefaultKeyReplicationRegionsInput', { ReplicationRegions: ['us-gov-west-1'] }, VALIDATION, /regular expression/],
  ['a union has two members', 'ImportKeyInput', { KeyMaterial: { RootCertificatePublicKey: {}, Tr31KeyBlock: {} } }, SERIALIZATION],
  ['a union has none', 'ImportKeyInput', { KeyMaterial: {} }, SERIALIZATION],
])('%s', (_title, shape, input, expected, message = /(?:)/) => {
  const [type, text] = refusal(shape, input) ?? [];
  expect(type).toBe(expected);
  expect(text ?? '').toMatch(message);
});

test('all violations are reported together', () => {
  expect(refusal('CreateAliasInput', { KeyArn: 'x' })?.[1]).toMatch(/^3 validation errors detected: /);
});

test('members the model does not know are dropped', () => {
  const input = JSON.parse('{"AliasName":"alias/a","__proto__":{"KeyArn":"x"},"toString":1}') as object;
  expect(readInput('CreateAliasInput', input)).toEqual({ AliasName: 'alias/a' });
});

test('a sensitive value is not repeated', () => {
  const block = { WrappingKeyIdentifier: ARN, WrappedKeyBlock: 'D0112P0TE00E0000secret' };
  const [, message] = refusal('ImportKeyInput', { KeyMaterial: { Tr31KeyBlock: block } })!;
  expect(message).toContain('wrappedKeyBlock');
  expect(message).not.toContain('secret');
});

test('every pattern of the model is one JavaScript can read', () => {
  const patterns = Object.values(model.shapes).map(shape => shape.pattern).filter(pattern => pattern !== undefined);
  expect(patterns.length).toBeGreaterThan(20);
  patterns.forEach(pattern => expect(() => new RegExp(fullPattern(pattern))).not.toThrow());
});

test('any JSON is either refused by a ServiceError or read', () => {
  const shapes = Object.values(model.operations).map(operation => operation.input.shape);
  fc.assert(fc.property(fc.constantFrom(...shapes), fc.jsonValue({ maxDepth: 6 }), (shape, value) => {
    try {
      readInput(shape, value);
    } catch (error) {
      expect(error).toBeInstanceOf(ServiceError);
    }
  }), { numRuns: 500 });
});
