import { ContractError, flag, integer, list, optional, struct, tags, text, withDefault } from '../../../src/provider/contract/codec';
import { KeyProperties, keyProperties } from '../../../src/provider/contract/multi-region-payment-key';
import * as ownershipTags from '../../../src/provider/contract/ownership-tags';

const LEAST: KeyProperties = keyProperties.decode({ KeyUsage: 'C0', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: ['Generate'] }, '');

const TR31 = {
  Method: 'TR31',
  WrappingKey: 'arn:kek',
  WrappedKey: { Service: 'SECRETS_MANAGER', SecretArn: 'arn:secret', VersionId: 'v', Field: 'zmk' },
};

/** As CloudFormation passes properties on: every primitive a string, and what is undefined left out. */
function throughCloudFormation(value: unknown): any {
  return JSON.parse(JSON.stringify(value), (_, member) => typeof member === 'object' ? member : String(member));
}

describe('the properties of a key', () => {
  test('a declaration of the least takes these defaults, and writes none of them', () => {
    expect(LEAST).toEqual({
      KeyUsage: 'C0',
      KeyClass: 'SYMMETRIC_KEY',
      KeyAlgorithm: 'TDES_2KEY',
      KeyModesOfUse: ['Generate'],
      Exportable: true,
      Enabled: true,
      KeyCheckValueAlgorithm: undefined,
      DeriveKeyUsage: undefined,
      Material: undefined,
      ExpectedKeyCheckValue: undefined,
      ReplicationRegions: undefined,
      Tags: {},
      Replaceable: false,
      DeletionWindowInDays: 7,
      WaitForReplication: true,
      ReplicationTimeoutInMinutes: 30,
    });
    expect(keyProperties.encode(LEAST)).toEqual({ KeyUsage: 'C0', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: ['Generate'] });
  });

  test.each<[keyof KeyProperties, unknown, unknown]>([
    ['Exportable', false, 'false'],
    ['Enabled', false, 'false'],
    ['KeyCheckValueAlgorithm', 'CMAC', 'CMAC'],
    ['DeriveKeyUsage', 'P0', 'P0'],
    ['Material', TR31, TR31],
    ['Material', { Method: 'ROOT_CERTIFICATE', Certificate: 'pem', RequesterComment: undefined }, { Method: 'ROOT_CERTIFICATE', Certificate: 'pem' }],
    ['ExpectedKeyCheckValue', '000000', '000000'],
    ['ReplicationRegions', ['us-west-2', 'eu-west-1'], ['us-west-2', 'eu-west-1']],
    ['ReplicationRegions', [], []],
    ['Tags', { team: 'cards', cost: '42' }, [{ Key: 'team', Value: 'cards' }, { Key: 'cost', Value: '42' }]],
    ['DeletionWindowInDays', 3, '3'],
    ['DeletionWindowInDays', 180, '180'],
    ['WaitForReplication', false, 'false'],
    ['ReplicationTimeoutInMinutes', 1, '1'],
    ['ReplicationTimeoutInMinutes', 55, '55'],
  ])('%s: %j survives the way through CloudFormation', (name, value, inTransit) => {
    const declared = { ...LEAST, [name]: value } as KeyProperties;
    const sent = throughCloudFormation(keyProperties.encode(declared));
    expect(sent[name]).toEqual(inTransit);
    expect(keyProperties.decode(sent, '')).toEqual(declared);
  });

  test.each<[keyof KeyProperties, unknown, string]>([
    ['DeletionWindowInDays', '181', 'a whole number from 3 to 180, but is "181"'],
    ['DeletionWindowInDays', '2', 'a whole number from 3 to 180, but is "2"'],
    ['ReplicationTimeoutInMinutes', '0', 'a whole number from 1 to 55, but is "0"'],
    ['ReplicationTimeoutInMinutes', '56', 'a whole number from 1 to 55, but is "56"'],
  ])('%s: %j is refused', (name, value, sentence) => {
    expect(() => keyProperties.decode({ ...throughCloudFormation(keyProperties.encode(LEAST)), [name]: value }, ''))
      .toThrow(new ContractError(name, sentence.split(', but is ')[0], value));
  });

  test.each<[string, object, string]>([
    ['an unknown method', { ...TR31, Method: 'TR35' }, 'property Material.Method must be TR31, TR34, RSA_CRYPTOGRAM, ECDH_TR31, AS2805, ROOT_CERTIFICATE, TRUSTED_CERTIFICATE, but is "TR35"'],
    ['a method that every object has', { ...TR31, Method: 'toString' }, 'property Material.Method must be TR31'],
    ['no method', {}, 'property Material.Method must be a non-empty string, but is missing'],
    ['a store that is none', { ...TR31, WrappedKey: { Service: 'S3' } }, 'property Material.WrappedKey.Service must be SECRETS_MANAGER, PARAMETER_STORE, but is "S3"'],
    ['no version', { ...TR31, WrappedKey: { Service: 'SECRETS_MANAGER', SecretArn: 'a' } }, 'property Material.WrappedKey.VersionId must be a non-empty string, but is missing'],
  ])('%s of material is refused', (_, Material, sentence) => {
    expect(() => keyProperties.decode({ ...keyProperties.encode(LEAST) as object, Material }, '')).toThrow(sentence);
  });

  test('what a later release adds is passed over', () => {
    expect(keyProperties.decode({ ...keyProperties.encode(LEAST) as object, ServiceToken: 'x', Later: ['y'] }, '')).toEqual(LEAST);
  });
});

describe('what cannot be read is refused by name', () => {
  const nested = struct({ outer: struct({ inner: list(struct({ leaf: flag })) }), least: optional(integer(1, 2)) });

  test.each<[string, () => unknown, string]>([
    ['an empty string', () => text.decode('', 'P'), 'property P must be a non-empty string, but is ""'],
    ['a number for a text', () => text.decode(1, 'P'), 'property P must be a non-empty string, but is 1'],
    ['nothing', () => text.decode(undefined, 'P'), 'property P must be a non-empty string, but is missing'],
    ['a flag in capitals', () => flag.decode('True', 'P'), 'property P must be "true" or "false", but is "True"'],
    ['a fraction', () => integer(1, 9).decode(1.5, 'P'), 'property P must be a whole number from 1 to 9, but is 1.5'],
    ['digits with a sign', () => integer(0, 9).decode('-1', 'P'), 'property P must be a whole number from 0 to 9, but is "-1"'],
    ['digits and more', () => integer(0, 9).decode('1x', 'P'), 'property P must be a whole number from 0 to 9, but is "1x"'],
    ['more and digits', () => integer(0, 9).decode('x1', 'P'), 'property P must be a whole number from 0 to 9, but is "x1"'],
    ['digits and a space', () => integer(0, 9).decode(' 1', 'P'), 'property P must be a whole number from 0 to 9, but is " 1"'],
    ['digits with an exponent', () => integer(0, 9).decode('1e0', 'P'), 'property P must be a whole number from 0 to 9, but is "1e0"'],
    ['a list for a number', () => integer(0, 9).decode(['1'], 'P'), 'property P must be a whole number from 0 to 9, but is ["1"]'],
    ['an empty number', () => integer(0, 9).decode('', 'P'), 'property P must be a whole number from 0 to 9, but is ""'],
    ['a list for an object', () => nested.decode([], 'P'), 'property P must be an object, but is []'],
    ['null for an object', () => nested.decode(null, 'P'), 'property P must be an object, but is null'],
    ['a string for an object', () => nested.decode('x', 'P'), 'property P must be an object, but is "x"'],
    ['an object for a list', () => list(text).decode({}, 'P'), 'property P must be a list, but is {}'],
    ['something deep inside', () => nested.decode({ outer: { inner: [{ leaf: true }, { leaf: 'no' }] } }, ''),
      'property outer.inner[1].leaf must be "true" or "false", but is "no"'],
    ['an optional that is there and wrong', () => nested.decode({ outer: { inner: [] }, least: '3' }, ''),
      'property least must be a whole number from 1 to 2, but is "3"'],
    ['a tag without key', () => tags.decode([{ Value: 'v' }], 'Tags'), 'property Tags[0].Key must be a non-empty string, but is missing'],
  ])('%s', (_, read, sentence) => {
    expect(read).toThrow(ContractError);
    expect(read).toThrow(expect.objectContaining({ name: 'ContractError', message: sentence }));
  });

  test('what is right is read, as a string or of its type already', () => {
    expect([flag.decode('true', ''), flag.decode(true, ''), flag.decode(false, ''), integer(1, 9).decode(9, ''), integer(1, 9).decode(1, '')]).toEqual([true, true, false, 9, 1]);
  });
});

describe('a default', () => {
  const codec = withDefault(list(text), ['a', 'b']);

  test('is what absence means', () => {
    expect(codec.decode(undefined, '')).toEqual(['a', 'b']);
  });

  test('is left out when it is declared, and only then', () => {
    expect(codec.encode(['a', 'b'])).toBeUndefined();
    expect(codec.encode(['b', 'a'])).toEqual(['b', 'a']);
    expect(codec.encode([])).toEqual([]);
  });
});

test('the tags that say whose a key is bear the names that keys in the field carry', () => {
  const { STACK_ID_TAG, LOGICAL_ID_TAG, REQUEST_ID_TAG, REPLACES_TAG, MATERIAL_TAG } = ownershipTags;
  expect([STACK_ID_TAG, LOGICAL_ID_TAG, REQUEST_ID_TAG, REPLACES_TAG, MATERIAL_TAG]).toEqual([
    'cdk-multi-region-payment-keys:stack-id', 'cdk-multi-region-payment-keys:logical-id', 'cdk-multi-region-payment-keys:request-id',
    'cdk-multi-region-payment-keys:replaces', 'cdk-multi-region-payment-keys:material',
  ]);
});
