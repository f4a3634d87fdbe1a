import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, CfnParameter, RemovalPolicy, Stack } from 'aws-cdk-lib/core';
import { KeyBlock, KeyMaterial, MultiRegionPaymentKey, PaymentKeyAlgorithm, PaymentKeyRotation, PaymentKeyRotationProps, PaymentKeySpec } from '../src';

const ENV = { account: '111122223333', region: 'us-east-1' };
const BASE: PaymentKeyRotationProps = {
  spec: PaymentKeySpec.pinEncryption(), replicationRegions: ['us-west-2'], aliasName: 'alias/zpk', versions: ['2025', '2026', '2027'], current: '2026',
};

const stackIn = () => new Stack(new App(), 'Payments', { env: ENV });
function declare(props: Partial<PaymentKeyRotationProps> = {}, stack = stackIn()) {
  const rotation = new PaymentKeyRotation(stack, 'Zpk', { ...BASE, ...props });
  return { stack, rotation };
}
const templateOf = (stack: Stack): Record<string, any> => Template.fromStack(stack).toJSON().Resources;
const ofType = (stack: Stack, type: string) => Object.entries(templateOf(stack)).filter(([, { Type }]) => Type === type);
const keys = (stack: Stack) => ofType(stack, 'Custom::MultiRegionPaymentKey');
interface AliasIn {
  readonly id: string;
  readonly version: string;
  readonly Regions: string[];
  readonly DeletionPolicy: string;
  readonly DependsOn?: string[];
}
const aliases = (stack: Stack): Record<string, AliasIn> => Object.fromEntries(ofType(stack, 'Custom::RegionalPaymentKeyAlias')
  .map(([id, { Properties: { AliasName, KeyArn, Regions }, DeletionPolicy, DependsOn }]) =>
    [AliasName, { id, version: /Version(\d{4})/.exec(KeyArn['Fn::GetAtt'][0])![1], Regions, DeletionPolicy, DependsOn }]));
const versionsOf = (stack: Stack) => Object.fromEntries(Object.entries(aliases(stack)).map(([name, { version }]) => [name, version]));
const errorOf = (act: () => unknown): Error => {
  try { act(); } catch (error) { return error as Error; }
  throw new Error('nothing was thrown');
};

describe('aliases', () => {
  test.each<[string, readonly string[], Record<string, string>]>([
    ['2025', ['2025'], { 'alias/zpk': '2025' }],
    ['2025', ['2025', '2026'], { 'alias/zpk': '2025', 'alias/zpk-next': '2026' }],
    ['2026', ['2025', '2026'], { 'alias/zpk-previous': '2025', 'alias/zpk': '2026' }],
    ['2026', ['2025', '2026', '2027'], { 'alias/zpk-previous': '2025', 'alias/zpk': '2026', 'alias/zpk-next': '2027' }],
    ['2026', ['2024', '2025', '2026', '2027', '2028'], { 'alias/zpk-previous': '2025', 'alias/zpk': '2026', 'alias/zpk-next': '2027' }],
  ])('while %s is current of %j', (current, versions, expected) => {
    expect(versionsOf(declare({ current, versions: [...versions] }).stack)).toEqual(expected);
  });

  test('are in each Region, and move one after the other, the previous one first', () => {
    const { 'alias/zpk-previous': previous, 'alias/zpk': current, 'alias/zpk-next': next } = aliases(declare().stack);
    for (const { Regions } of [previous, current, next]) { expect(Regions).toEqual(['us-east-1', 'us-west-2']); }
    expect(current.DependsOn).toContain(previous.id);
    expect(next.DependsOn).toContain(current.id);
    expect(previous.DependsOn ?? []).not.toContain(current.id);
  });

  test('of the next and the previous version go when there is none; that of the current one stays as long as its keys', () => {
    const policies = (removalPolicy?: RemovalPolicy) =>
      Object.fromEntries(Object.entries(aliases(declare({ removalPolicy }).stack)).map(([name, { DeletionPolicy }]) => [name, DeletionPolicy]));
    expect(policies()).toEqual({ 'alias/zpk-previous': 'Delete', 'alias/zpk': 'RetainExceptOnCreate', 'alias/zpk-next': 'Delete' });
    expect(policies(RemovalPolicy.RETAIN)).toEqual({ 'alias/zpk-previous': 'Delete', 'alias/zpk': 'Retain', 'alias/zpk-next': 'Delete' });
  });

  test('stay the same resources when another version becomes current, and no key changes', () => {
    const [before, after] = [declare().stack, declare({ current: '2027', versions: ['2025', '2026', '2027', '2028'] }).stack];
    expect(aliases(after)['alias/zpk'].id).toBe(aliases(before)['alias/zpk'].id);
    expect(aliases(after)['alias/zpk-next'].id).toBe(aliases(before)['alias/zpk-next'].id);
    const declared = (stack: Stack) =>
      Object.fromEntries(keys(stack).map(([id, { Properties, DeletionPolicy }]) => [id, { Properties, DeletionPolicy }]));
    const [was, is] = [declared(before), declared(after)];
    expect(is).toMatchObject(was);
    expect(Object.keys(is)).toHaveLength(4);
  });
});

describe('versions', () => {
  test('are keys of one kind', () => {
    const spec = PaymentKeySpec.cardVerification({ algorithm: PaymentKeyAlgorithm.TDES_3KEY });
    const { stack } = declare({ spec, removalPolicy: RemovalPolicy.RETAIN });
    expect(keys(stack)).toHaveLength(3);
    for (const [, { Properties, DeletionPolicy }] of keys(stack)) {
      expect(Properties).toMatchObject({ KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyAlgorithm: 'TDES_3KEY', ReplicationRegions: ['us-west-2'] });
      expect(DeletionPolicy).toBe('Retain');
    }
  });

  test('are known by name', () => {
    const { rotation } = declare();
    expect([rotation.previous, rotation.current, rotation.next]).toEqual(['2025', '2026', '2027'].map(version => rotation.version(version)));
    expect(rotation.current).toBeInstanceOf(MultiRegionPaymentKey);
    const alone = declare({ versions: ['2026'] }).rotation;
    expect([alone.previous, alone.next]).toEqual([undefined, undefined]);
  });

  test('may be imported, compared and disabled, each by itself', () => {
    const stack = stackIn();
    const secret = Secret.fromSecretCompleteArn(stack, 'Secret', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:zpk-AbCdEf');
    const material = KeyMaterial.tr31({
      wrappingKey: MultiRegionPaymentKey.fromAliasName(stack, 'Kek', 'alias/kek'), keyBlock: KeyBlock.fromSecret(secret, { versionId: 'v'.repeat(32) }),
    });
    declare({ versionOptions: { 2025: { enabled: false }, 2027: { material, expectedKeyCheckValue: '08D7B4' } } }, stack);
    const of = (version: string) => keys(stack).find(([id]) => id.includes(`Version${version}`))![1].Properties;
    expect(['2025', '2026', '2027'].map(version => of(version).Enabled)).toEqual([false, undefined, undefined]);
    expect([of('2026').Material, of('2027').Material.Method, of('2027').ExpectedKeyCheckValue]).toEqual([undefined, 'TR31', '08D7B4']);
  });

  test('may be called like members of every object', () => {
    const { rotation } = declare({ versions: ['constructor', 'toString', '__proto__'], current: 'toString' });
    expect([rotation.previous, rotation.next]).toEqual([rotation.version('constructor'), rotation.version('__proto__')]);
  });
});

describe('grants', () => {
  const statements = (stack: Stack) => ofType(stack, 'AWS::IAM::Policy').flatMap(([, { Properties: { PolicyDocument } }]) => PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().includes('payment-cryptography:TranslatePinData'));

  test('on the key behind the alias follow the alias, whichever version is current', () => {
    const granted = (current: string) => {
      const { stack, rotation } = declare({ current });
      const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      [rotation.keyBehindAlias, rotation.keyBehindPreviousAlias, rotation.keyBehindNextAlias].forEach(key => key.grants.translatePinData(role));
      return statements(stack);
    };
    expect(granted('2026')).toEqual(['alias/zpk', 'alias/zpk-previous', 'alias/zpk-next'].map(alias => expect.objectContaining({
      Condition: { 'ForAnyValue:StringEquals': { 'payment-cryptography:ResourceAliases': alias } },
      Resource: ['us-east-1', 'us-west-2'].map(region => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:payment-cryptography:${region}:111122223333:key/*`]] })),
    })));
    expect(granted('2027')).toEqual(granted('2026'));
  });

  test('are refused where no version could be used so', () => {
    const { stack, rotation } = declare();
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    expect(errorOf(() => rotation.keyBehindAlias.grants.generateCardValidationData(role)).name).toBe('OperationNotAllowedByKeyUsage');
    expect(errorOf(() => rotation.keyBehindAlias.replica('us-west-2').grants.generateCardValidationData(role)).name).toBe('OperationNotAllowedByKeyUsage');
  });

  test('on one version are for the ceremony', () => {
    const { stack, rotation } = declare();
    rotation.next!.grants.exportKey(new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
    expect(JSON.stringify(ofType(stack, 'AWS::IAM::Policy').map(([, { Properties }]) => Properties))).toMatch(/payment-cryptography:ExportKey.*ZpkVersion2027/);
  });
});

describe('refused are', () => {
  test.each<[string, Partial<PaymentKeyRotationProps>, string, string]>([
    ['no versions', { versions: [] }, 'NoVersions', "Name at least one, for example '2026'"],
    ['the name of a version with a space', { versions: ['2026', 'next year'] }, 'InvalidVersion', "'next year' is not the name of a version"],
    ['a name that is too long', { versions: ['2026', 'v'.repeat(65)] }, 'InvalidVersion', 'Expected 1 to 64 letters'],
    ['a token as a version', { versions: ['2026', new CfnParameter(stackIn(), 'Version').valueAsString] }, 'InvalidVersion', 'a token is not the name of a version'],
    ['a version twice', { versions: ['2025', '2026', '2025'] }, 'VersionDeclaredTwice', "'2025' twice"],
    ['a current version that is not listed', { current: '2028' }, 'CurrentVersionNotDeclared', "current is '2028', but versions are 2025, 2026, 2027"],
    ['the current version taken off the list', { versions: ['2025', '2027'] }, 'CurrentVersionNotDeclared', 'stays in the list until another one has been made current'],
    ['options of a version that is not listed', { versionOptions: { 2024: { enabled: false } } }, 'VersionNotDeclared', "there is no version '2024'"],
    ['a current version that is disabled', { versionOptions: { 2026: { enabled: false } } }, 'CurrentVersionDisabled', 'Make another version current first'],
    ['an alias whose longest name is too long', { aliasName: `alias/${'a'.repeat(245)}` }, 'InvalidAliasName', '256 characters at most'],
    ['a name that is none of an alias', { aliasName: 'zpk' }, 'InvalidAliasName', 'zpk-previous'],
    ['a list that is none', { versions: '2026' as any }, 'InvalidProperty', "versions must be a list of names, but is the string '2026'"],
  ])('%s', (_, props, name, says) => {
    const { name: given, message } = errorOf(() => declare(props));
    expect([given, message.startsWith(`${name}: Payments/Zpk: `)]).toEqual([name, true]);
    expect(message).toContain(says);
  });

  test('a version that is not there', () => {
    const { name, message } = errorOf(() => declare().rotation.version('2024'));
    expect([name, message]).toEqual(['VersionNotDeclared', "VersionNotDeclared: Payments/Zpk: there is no version '2024'. Versions are 2025, 2026, 2027"]);
  });
});

test.each([['2025', 1], ['2026', 0], ['2024', 0]])('with %s disabled, %i warnings that the former version was disabled too early', (version, count) => {
  const { stack } = declare({ versions: ['2024', '2025', '2026'], current: version === '2026' ? '2025' : '2026', versionOptions: { [version]: { enabled: false } } });
  expect(Annotations.fromStack(stack).findWarning('/Payments/Zpk', Match.stringLikeRegexp('previousVersionDisabled'))).toHaveLength(count);
});

test('options of a version may be left empty by programs', () => {
  expect(keys(declare({ versionOptions: { 2026: null as any } }).stack)).toHaveLength(3);
});

test.each<[RemovalPolicy | undefined, string, number]>([
  [RemovalPolicy.DESTROY, '2025', 1], [RemovalPolicy.DESTROY, '2026', 0], [undefined, '2025', 0],
])('with %s, and %s current, %d warnings of keys that nothing overlaps', (removalPolicy, current, count) => {
  const { stack } = declare({ removalPolicy, current });
  expect(Annotations.fromStack(stack).findWarning('/Payments/Zpk', Match.stringLikeRegexp('rotationWithoutPrevious'))).toHaveLength(count);
});
