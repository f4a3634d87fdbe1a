/** Imported keys as they are declared: each method of import in the template, what it needs, and what is refused. */
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { CfnKey, IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { App, CfnParameter, CfnResource, Stack } from 'aws-cdk-lib/core';
import {
  As2805KeyVariant, KeyBlock, KeyCheckValueAlgorithm, KeyDerivationFunction, KeyDerivationHashAlgorithm, KeyMaterial, MultiRegionPaymentKey,
  MultiRegionPaymentKeyProps, PaymentKeyAlgorithm, PaymentKeyModesOfUse, PaymentKeySpec, PaymentKeyUsage, WrappingSpec,
} from '../src';
import { Partner } from './emulator/exchange-fixtures';
import { keyMaterial } from '../src/provider/contract/key-material';

const ENV = { account: '111122223333', region: 'us-east-1' };
const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/';
const SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:keys-AbCdEf';
const VERSION_ID = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
const WRAPPED = { Service: 'SECRETS_MANAGER', SecretArn: SECRET, VersionId: VERSION_ID };
const PARTNER = new Partner({ authority: 'RSA_2048', leaf: 'ECC_NIST_P256', now: Date.now() });
const { authorityPem: ROOT, pem: LEAF } = PARTNER;
const RSA_2048 = { algorithm: PaymentKeyAlgorithm.RSA_2048 };

const stackIn = (env?: { account: string; region: string }) => new Stack(new App(), 'Payments', { env });
const key = (stack: Stack, name: string): IKeyRef =>
  stack.node.tryFindChild(name) as unknown as IKeyRef | undefined ?? MultiRegionPaymentKey.fromKeyArn(stack, name, ARN + name.padEnd(16, '0'));
const keyBlock = (stack: Stack) => KeyBlock.fromSecret(stack.node.tryFindChild('Secret') as Secret | undefined ?? Secret.fromSecretCompleteArn(stack, 'Secret', SECRET), { versionId: VERSION_ID });

type Props = Partial<MultiRegionPaymentKeyProps>;
type Make = (stack: Stack) => KeyMaterial;

function declare(make: Make, props: Props = {}, stack = stackIn(ENV)) {
  const imported = new MultiRegionPaymentKey(stack, 'Imported', { spec: PaymentKeySpec.pinEncryption(), material: make(stack), ...props });
  return { stack, imported };
}
const resources = (stack: Stack): Record<string, any> => Template.fromStack(stack).toJSON().Resources;
const resourceIn = (stack: Stack, type = 'Custom::MultiRegionPaymentKey') => Object.values(resources(stack)).find(({ Type }) => Type === type);
const propertiesIn = (stack: Stack) => resourceIn(stack).Properties;
const policiesIn = (stack: Stack) => Object.values(resources(stack)).filter(({ Type }) => Type === 'AWS::IAM::Policy').map(({ Properties }) => Properties.PolicyDocument.Statement).flat();
const errorOf = (act: () => unknown): Error => {
  try { act(); } catch (error) { return error as Error; }
  throw new Error('nothing was thrown');
};

const tr31: Make = stack => KeyMaterial.tr31({ wrappingKey: key(stack, 'kek'), keyBlock: keyBlock(stack) });
const tr34: Make = stack => KeyMaterial.tr34({ certificateAuthority: key(stack, 'root'), keyBlock: keyBlock(stack) });
const rsa = (props: object = {}): Make => stack => KeyMaterial.rsaCryptogram({ cryptogram: keyBlock(stack), ...props });
const ecdh = (props: object = {}): Make => stack => KeyMaterial.ecdhTr31({
  privateKey: key(stack, 'pair'),
  certificateAuthority: key(stack, 'root'),
  publicKeyCertificate: LEAF,
  keyBlock: keyBlock(stack),
  deriveKeyAlgorithm: PaymentKeyAlgorithm.AES_256,
  keyDerivationFunction: KeyDerivationFunction.NIST_SP800,
  keyDerivationHashAlgorithm: KeyDerivationHashAlgorithm.SHA_512,
  sharedInformation: '0123456789abcdef',
  ...props,
});
const as2805 = (keyVariant = As2805KeyVariant.PIN_ENCRYPTION_KEY_VARIANT_28): Make => stack =>
  KeyMaterial.as2805({ wrappingKey: key(stack, 'kek'), cryptogram: keyBlock(stack), keyVariant });
const root = (certificate = ROOT, requesterComment?: string): Make => () => KeyMaterial.rootCertificate({ certificate, requesterComment });
const trusted = (certificate = ROOT): Make => stack => KeyMaterial.trustedCertificate({ certificate, certificateAuthority: key(stack, 'root') });

const WRAPPED_METHODS: readonly [string, Make][] = [['tr31', tr31], ['tr34', tr34], ['rsaCryptogram', rsa()], ['ecdhTr31', ecdh()], ['as2805', as2805()]];
/** Each with what else a key of it needs. */
const METHODS: readonly [string, Make, Props][] = [
  ...WRAPPED_METHODS.map(([name, make]): [string, Make, Props] => [name, make, {}]),
  ['rootCertificate', root(), { spec: PaymentKeySpec.signatureVerification(RSA_2048) }],
  ['trustedCertificate', trusted(), { spec: PaymentKeySpec.publicKeyEncryption(RSA_2048) }],
];

describe('in the template', () => {
  const pem = (text: string) => text.trim() + '\n';

  const written: readonly [string, Make, object, Props?][] = [
    ['tr31', tr31, { Method: 'TR31', WrappingKey: `${ARN}kek0000000000000`, WrappedKey: WRAPPED }],
    ['tr34', tr34, { Method: 'TR34', CertificateAuthority: `${ARN}root000000000000`, WrappedKey: WRAPPED }],
    ['tr34 with a key pair of one\'s own', stack => KeyMaterial.tr34({ certificateAuthority: key(stack, 'root'), keyBlock: keyBlock(stack), wrappingKey: key(stack, 'pair'), wrappingKeyCertificate: LEAF }),
      { Method: 'TR34', CertificateAuthority: `${ARN}root000000000000`, WrappedKey: WRAPPED, WrappingKey: `${ARN}pair000000000000`, WrappingKeyCertificate: pem(LEAF) }],
    ['rsaCryptogram', rsa(), { Method: 'RSA_CRYPTOGRAM', WrappedKey: WRAPPED, WrappingSpec: 'RSA_OAEP_SHA_256' }],
    ['rsaCryptogram with another padding', rsa({ wrappingSpec: WrappingSpec.RSA_OAEP_SHA_512 }), { Method: 'RSA_CRYPTOGRAM', WrappedKey: WRAPPED, WrappingSpec: 'RSA_OAEP_SHA_512' }],
    ['ecdhTr31', ecdh(), {
      Method: 'ECDH_TR31',
      PrivateKey: `${ARN}pair000000000000`,
      CertificateAuthority: `${ARN}root000000000000`,
      PublicKeyCertificate: pem(LEAF),
      DeriveKeyAlgorithm: 'AES_256',
      KeyDerivationFunction: 'NIST_SP800',
      KeyDerivationHashAlgorithm: 'SHA_512',
      SharedInformation: '0123456789abcdef',
      WrappedKey: WRAPPED,
    }],
    ['as2805', as2805(), { Method: 'AS2805', WrappingKey: `${ARN}kek0000000000000`, KeyVariant: 'PIN_ENCRYPTION_KEY_VARIANT_28', WrappedKey: WRAPPED }],
    ['rootCertificate', root(), { Method: 'ROOT_CERTIFICATE', Certificate: pem(ROOT) }, { spec: PaymentKeySpec.signatureVerification(RSA_2048) }],
    ['rootCertificate with a comment', root(ROOT, 'as agreed'), { Method: 'ROOT_CERTIFICATE', Certificate: pem(ROOT), RequesterComment: 'as agreed' }, { spec: PaymentKeySpec.signatureVerification(RSA_2048) }],
    ['trustedCertificate', trusted(), { Method: 'TRUSTED_CERTIFICATE', Certificate: pem(ROOT), CertificateAuthority: `${ARN}root000000000000` }, { spec: PaymentKeySpec.publicKeyEncryption(RSA_2048) }],
  ];

  test.each(written.map(([name, make, expected, props = {}]) => [name, make, expected, props] as const))('%s stands as the contract reads it', (_, make, expected, props) => {
    const { Material } = propertiesIn(declare(make, props).stack);
    expect(Material).toEqual(expected);
    expect(keyMaterial.encode(keyMaterial.decode(Material, 'Material'))).toEqual(expected);
  });

  test('everything else of the key stands as it does without material', () => {
    const props: Props = { replicationRegions: ['us-west-2'], keyCheckValueAlgorithm: KeyCheckValueAlgorithm.CMAC, enabled: false };
    const { Material, ...others } = propertiesIn(declare(tr31, props).stack);
    const stack = stackIn(ENV);
    new MultiRegionPaymentKey(stack, 'Imported', { spec: PaymentKeySpec.pinEncryption(), ...props });
    expect(Material).toBeDefined();
    expect(others).toEqual(propertiesIn(stack));
  });

  test.each(METHODS)('the class of a key by %s is that of what comes', (name, make, props) => {
    expect(propertiesIn(declare(make, props).stack).KeyClass).toBe(name.endsWith('Certificate') ? 'PUBLIC_KEY' : 'SYMMETRIC_KEY');
  });

  test('a certificate may be a token, and is not judged then', () => {
    const stack = stackIn(ENV);
    const { valueAsString } = new CfnParameter(stack, 'Pem');
    declare(root(valueAsString), { spec: PaymentKeySpec.signatureVerification() }, stack);
    expect(propertiesIn(stack).Material.Certificate).toEqual({ Ref: 'Pem' });
  });

  test('line ends and white space around a certificate make no difference', () => {
    const spec = PaymentKeySpec.signatureVerification(RSA_2048);
    const of = (text: string) => propertiesIn(declare(root(text), { spec }).stack).Material.Certificate;
    expect(of(`\n ${ROOT.replace(/\n/g, '\r\n')}\r\n\r\n`)).toBe(of(ROOT));
  });

  test('values of the API that this version has no name for are written as they are', () => {
    const make = ecdh({ keyDerivationFunction: KeyDerivationFunction.of('LATER_1'), keyDerivationHashAlgorithm: KeyDerivationHashAlgorithm.of('LATER_2') });
    expect(propertiesIn(declare(make).stack).Material).toMatchObject({ KeyDerivationFunction: 'LATER_1', KeyDerivationHashAlgorithm: 'LATER_2' });
    expect(propertiesIn(declare(rsa({ wrappingSpec: WrappingSpec.of('LATER_3') })).stack).Material.WrappingSpec).toBe('LATER_3');
    expect(propertiesIn(declare(as2805(As2805KeyVariant.of('LATER_4'))).stack).Material.KeyVariant).toBe('LATER_4');
  });

  test('the names of values are those of the API', () => {
    const { shapes } = jest.requireActual('./emulator/payment-cryptography.model.json');
    const catalogues: [object, string][] = [
      [WrappingSpec, 'WrappingKeySpec'], [KeyDerivationFunction, 'KeyDerivationFunction'], [KeyDerivationHashAlgorithm, 'KeyDerivationHashAlgorithm'], [As2805KeyVariant, 'As2805KeyVariant'],
    ];
    for (const [catalogue, shape] of catalogues) {
      expect(Object.values(catalogue).map(String).sort()).toEqual([...shapes[shape].enum].sort());
      expect(Object.keys(catalogue)).toEqual(Object.values(catalogue).map(String));
    }
  });
});

describe('order', () => {
  test('a key waits for the keys that it is imported with', () => {
    const stack = stackIn(ENV);
    const kek = new MultiRegionPaymentKey(stack, 'Kek', { spec: PaymentKeySpec.keyBlockProtection() });
    const authority = new CfnKey(stack, 'Authority', {
      exportable: true, keyAttributes: { keyAlgorithm: 'RSA_2048', keyClass: 'ASYMMETRIC_KEY_PAIR', keyUsage: 'TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE', keyModesOfUse: { sign: true } },
    });
    const make: Make = () => KeyMaterial.ecdhTr31({
      privateKey: kek,
      certificateAuthority: authority,
      publicKeyCertificate: LEAF,
      keyBlock: keyBlock(stack),
      deriveKeyAlgorithm: PaymentKeyAlgorithm.AES_128,
      keyDerivationFunction: KeyDerivationFunction.ANSI_X963,
      keyDerivationHashAlgorithm: KeyDerivationHashAlgorithm.SHA_256,
      sharedInformation: 'AB',
    });
    const { imported } = declare(make, {}, stack);
    const { Material } = resources(stack)[stack.getLogicalId(imported.node.defaultChild as CfnResource)].Properties;
    expect(Material.PrivateKey).toEqual({ 'Fn::GetAtt': [stack.getLogicalId(kek.node.defaultChild as CfnResource), 'KeyArn'] });
    expect(Material.CertificateAuthority).toEqual({ Ref: 'Authority' });
  });

  test('a replica of a key may be what a key is imported with in its Region, and so may the key behind an alias', () => {
    const app = new App();
    const east = new Stack(app, 'East', { env: ENV, crossRegionReferences: true });
    const kek = new MultiRegionPaymentKey(east, 'Kek', { spec: PaymentKeySpec.keyBlockProtection(), replicationRegions: ['us-west-2'] });
    const west = new Stack(app, 'West', { env: { ...ENV, region: 'us-west-2' }, crossRegionReferences: true });
    const block = KeyBlock.fromSecret(Secret.fromSecretNameV2(west, 'Secret', 'zmk'), { versionId: VERSION_ID });
    const byAlias = MultiRegionPaymentKey.fromAliasName(west, 'ByAlias', 'alias/kek');
    for (const [id, wrappingKey] of [['ByReplica', kek.replica('us-west-2')], ['ByItsAlias', byAlias]] as const) {
      new MultiRegionPaymentKey(west, id, { spec: PaymentKeySpec.pinEncryption(), material: KeyMaterial.tr31({ wrappingKey, keyBlock: block }) });
    }
    expect(JSON.stringify(Object.values(resources(west)).filter(({ Type }) => Type === 'Custom::MultiRegionPaymentKey').map(({ Properties }) => Properties.Material.WrappingKey)))
      .toMatch(/us-west-2:111122223333:key\/.*us-west-2:111122223333:alias\/kek/);
    expect(west.dependencies.map(({ node }) => node.path)).toEqual(['East']);
  });
});

describe('permissions', () => {
  const ofImports = {
    Sid: 'ImportOwnKeys',
    Effect: 'Allow',
    Action: 'payment-cryptography:ImportKey',
    Resource: '*',
    Condition: { StringEquals: { 'aws:RequestTag/cdk-multi-region-payment-keys:stack-id': { Ref: 'AWS::StackId' } } },
  };
  const reading = (stack: Stack) => policiesIn(stack).filter(({ Action }) => Action === 'secretsmanager:GetSecretValue');

  test('a stack without imports has none of them', () => {
    const stack = stackIn(ENV);
    new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.pinEncryption(), expectedKeyCheckValue: '08D7B4' });
    expect(JSON.stringify(resources(stack))).not.toMatch(/ImportKey|secretsmanager|ssm:|kms:/);
  });

  test.each(METHODS)('of %s: to import, and to read what is wrapped', (name, make, props) => {
    const { stack } = declare(make, props);
    expect(policiesIn(stack)).toContainEqual(ofImports);
    expect(reading(stack)).toHaveLength(name.endsWith('Certificate') ? 0 : 1);
  });

  test('to import and to read are asked for once for all keys', () => {
    const { stack } = declare(tr31);
    new MultiRegionPaymentKey(stack, 'Second', { spec: PaymentKeySpec.pinEncryption(), material: tr31(stack) });
    expect(policiesIn(stack).filter(({ Sid }) => Sid === 'ImportOwnKeys')).toHaveLength(1);
    expect(reading(stack)).toHaveLength(1);
  });

  describe('that fit into the role of the function:', () => {
    const id = (index: number) => VERSION_ID.replace('0b1c', `${1000 + index}`);
    const secretOf = (stack: Stack, index: number, encryptionKey?: IKey) =>
      Secret.fromSecretAttributes(stack, `Secret${index}`, { secretCompleteArn: SECRET.replace('keys', `payments/key-${1000 + index}`), encryptionKey });
    const kmsKey = (stack: Stack, index: number) => Key.fromKeyArn(stack, `Kms${index}`, `arn:aws:kms:us-east-1:111122223333:key/${id(index)}`);
    const SOURCES: Record<string, [atLeast: number, (stack: Stack, index: number) => KeyBlock]> = {
      'secrets by their ARNs': [40, (stack, index) => KeyBlock.fromSecret(secretOf(stack, index), { versionId: id(index) })],
      'secrets by their ARNs, with one KMS key for all': [40, (stack, index) =>
        KeyBlock.fromSecret(secretOf(stack, index, stack.node.tryFindChild('Kms0') as unknown as IKey ?? kmsKey(stack, 0)), { versionId: id(index) })],
      'secrets by their ARNs, with a KMS key each': [25, (stack, index) => KeyBlock.fromSecret(secretOf(stack, index, kmsKey(stack, index)), { versionId: id(index) })],
      'secrets by their names': [35, (stack, index) => KeyBlock.fromSecret(Secret.fromSecretNameV2(stack, `Secret${index}`, `payments/key-${1000 + index}`), { versionId: id(index) })],
      'parameters': [60, (stack, index) => KeyBlock.fromSecureString(
        StringParameter.fromSecureStringParameterAttributes(stack, `Parameter${index}`, { parameterName: `/payments/key-${1000 + index}` }), { version: 1 })],
      'secrets of the same template': [7, (stack, index) => KeyBlock.fromSecret(new Secret(stack, `Secret${index}`), { versionId: id(index) })],
      'fields of one secret': [200, (stack, index) =>
        KeyBlock.fromSecret(stack.node.tryFindChild('Secret0') as unknown as ISecret ?? secretOf(stack, 0), { versionId: id(0), field: `key${index}` })],
    };
    const many = (all: number, block: (stack: Stack, index: number) => KeyBlock) => {
      const stack = stackIn(ENV);
      for (let index = 0; index < all; index += 1) {
        new MultiRegionPaymentKey(stack, `Key${index}`, {
          spec: PaymentKeySpec.pinEncryption(), material: KeyMaterial.tr31({ wrappingKey: key(stack, 'kek'), keyBlock: block(stack, index) }),
        });
      }
      return () => resources(stack);
    };

    test.each(Object.entries(SOURCES))('%s', (_, [atLeast, block]) => {
      expect(many(atLeast, block)).not.toThrow();
    });

    test.each(Object.entries(SOURCES).filter(([name]) => name !== 'fields of one secret'))('not a hundred %s, and the synthesis says so', (_, [, block]) => {
      expect(many(100, block)).toThrow(/FunctionRoleFull: .*Each key that is replicated, adopted or imported takes its part: declare some of them in another stack/);
    });
  });
});

describe('expectedKeyCheckValue', () => {
  const written = (expectedKeyCheckValue: string | undefined, make?: Make, stack = stackIn(ENV)) => {
    new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.pinEncryption(), material: make?.(stack), expectedKeyCheckValue });
    return propertiesIn(stack).ExpectedKeyCheckValue;
  };

  test.each(['08D7', '08D7B4', '08D7B4FB629D0885'])('%s stands in the template, of generated and imported keys', value => {
    expect([written(value), written(value, tr31), written(value.toLowerCase())]).toEqual([value, value, value]);
  });

  test.each(METHODS)('is missed by %s where nothing else proves what comes', (name, make, props) => {
    const warnings = (expectedKeyCheckValue?: string) =>
      Annotations.fromStack(declare(make, { ...props, expectedKeyCheckValue }).stack).findWarning('*', Match.stringLikeRegexp('importWithoutCheckValue'));
    expect([warnings().length, warnings('08D7B4').length]).toEqual([['rsaCryptogram', 'as2805'].includes(name) ? 1 : 0, 0]);
  });

  test('may be a token', () => {
    const stack = stackIn(ENV);
    expect(written(new CfnParameter(stack, 'Kcv').valueAsString, undefined, stack)).toEqual({ Ref: 'Kcv' });
  });

  test.each([['', "''"], ['08D', "'08D'"], ['08 D7 B4', "'08 D7 B4'"], ['08D7G4', "'08D7G4'"], ['08D7B4FB629D08850', 'a string of 17 characters']])('%j is refused', (value, given) => {
    const { name, message } = errorOf(() => written(value));
    expect(name).toBe('InvalidKeyCheckValue');
    expect(message).toBe(`InvalidKeyCheckValue: Payments/Key: expectedKeyCheckValue must be 4 to 16 hexadecimal digits, but is ${given}. Write the digits without spaces or other separators, for example '08D7B4'`);
  });
});

describe('refused are', () => {
  const {
    keyEncryption, pinEncryption, macIso16609, dataEncryption, hmac, digitalSignature, signatureVerification, publicKeyEncryption,
    asymmetricDataEncryption, tr34: keyPair, cardVerification,
  } = PaymentKeySpec;
  const tdes = { algorithm: PaymentKeyAlgorithm.TDES_2KEY };

  test.each<[string, Make, PaymentKeySpec, string]>([
    ...WRAPPED_METHODS.filter(([name]) => name !== 'as2805').map(([name, make]): [string, Make, PaymentKeySpec, string] =>
      [`a key pair by ${name}`, make, keyPair(), 'the spec has algorithm RSA_2048, but only symmetric keys come wrapped. Let the service make key pairs, and import public keys by']),
    ['AES_256 in an RSA cryptogram', rsa(), dataEncryption(), 'the spec has algorithm AES_256, but an RSA cryptogram can hold TDES_2KEY, TDES_3KEY or AES_128'],
    ['HMAC in an RSA cryptogram', rsa(), hmac(), 'the spec has algorithm HMAC_SHA256, but an RSA cryptogram can hold TDES_2KEY, TDES_3KEY or AES_128'],
    ['AES by AS 2805', as2805(As2805KeyVariant.DATA_ENCRYPTION_KEY_VARIANT_22), dataEncryption(), 'the spec has algorithm AES_256, but AS 2805 cryptograms hold TDES keys. Declare TDES_2KEY or TDES_3KEY'],
    ['another usage than that of the AS 2805 variant', as2805(), cardVerification(), 'the spec has usage TR31_C0_CARD_VERIFICATION_KEY, but a key under PIN_ENCRYPTION_KEY_VARIANT_28 becomes one of usage TR31_P0_PIN_ENCRYPTION_KEY'],
    ['a key pair by AS 2805', as2805(As2805KeyVariant.of('LATER')), keyPair(), 'only symmetric keys come wrapped'],
    ['a signing key as a root', root(), digitalSignature(RSA_2048), 'the spec is for TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE with Sign, but the public key of such a certificate is for TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE with Verify (PaymentKeySpec.signatureVerification())'],
    ['a root that encrypts', root(), publicKeyEncryption(RSA_2048), 'the spec is for TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION with Encrypt+Wrap'],
    ['a public key that decrypts', trusted(), asymmetricDataEncryption(RSA_2048), 'with Verify (PaymentKeySpec.signatureVerification()) or TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION with Encrypt+Wrap (PaymentKeySpec.publicKeyEncryption())'],
    ['a symmetric key from a certificate', trusted(), pinEncryption(), 'the spec is for TR31_P0_PIN_ENCRYPTION_KEY'],
    ['another algorithm than that of the root', root(), signatureVerification(), 'the spec has algorithm RSA_3072, but the public key of the certificate is RSA_2048. Declare that, for example PaymentKeySpec.signatureVerification({ algorithm: PaymentKeyAlgorithm.RSA_2048 })'],
    ['another algorithm than that of the leaf', trusted(LEAF), signatureVerification(), 'but the public key of the certificate is ECC_NIST_P256'],
  ])('specs of keys that the material cannot be: %s', (_, make, spec, says) => {
    const { name, message } = errorOf(() => declare(make, { spec }));
    expect(name).toBe('MaterialContradictsSpec');
    expect(message).toContain(`MaterialContradictsSpec: Payments/Imported: ${says.startsWith('the spec') ? says : ''}`);
    expect(message).toContain(says);
  });

  test('certificates whose key is not exportable', () => {
    const spec = signatureVerification(RSA_2048);
    for (const make of [root(), trusted()]) {
      expect(errorOf(() => declare(make, { spec, exportable: false })).message).toMatch(/^MaterialContradictsSpec: Payments\/Imported: exportable is false, but the material is a certificate/);
      expect(() => declare(make, { spec, exportable: true })).not.toThrow();
    }
  });

  test.each<[string, Make, PaymentKeySpec]>([
    ['a terminal major key', as2805(As2805KeyVariant.TERMINAL_MAJOR_KEY_VARIANT_00), keyEncryption(tdes)],
    ['a PIN encryption key', as2805(), pinEncryption()],
    ['a MAC key', as2805(As2805KeyVariant.MESSAGE_AUTHENTICATION_KEY_VARIANT_24), macIso16609()],
    ['a data encryption key', as2805(As2805KeyVariant.DATA_ENCRYPTION_KEY_VARIANT_22), dataEncryption(tdes)],
    ['any TDES key of a variant that may come', as2805(As2805KeyVariant.of('LATER')), cardVerification()],
    ['AES_128 in an RSA cryptogram', rsa(), dataEncryption({ algorithm: PaymentKeyAlgorithm.AES_128 })],
    ['an algorithm that may come, in an RSA cryptogram', rsa(), dataEncryption({ algorithm: PaymentKeyAlgorithm.of('LATER_1') })],
    ['HMAC in a key block', tr31, hmac()],
    ['a public key of a leaf that verifies', trusted(LEAF), signatureVerification({ algorithm: PaymentKeyAlgorithm.ECC_NIST_P256 })],
  ])('but not: %s', (_, make, spec) => {
    expect(propertiesIn(declare(make, { spec }).stack).KeyUsage).toBe(spec.usage.value);
  });

  test.each(METHODS)('deriveKeyUsage with %s, which ImportKey does not take', (_, make, props) => {
    const { name, message } = errorOf(() => declare(make, { ...props, deriveKeyUsage: PaymentKeyUsage.TR31_P0_PIN_ENCRYPTION_KEY }));
    expect(name).toBe('DeriveKeyUsageNotAllowed');
    expect(message).toContain('Payments/Imported: deriveKeyUsage is TR31_P0_PIN_ENCRYPTION_KEY, but the service takes none for imported keys. Leave it out');
  });

  test('a spec that is wrong by itself, before the material is looked at', () => {
    const spec = pinEncryption({ modesOfUse: PaymentKeyModesOfUse.SIGN });
    expect(errorOf(() => declare(as2805(As2805KeyVariant.MESSAGE_AUTHENTICATION_KEY_VARIANT_24), { spec })).name).toBe('ModesOfUseNotAllowedForUsage');
  });

  test('Regions for a key that is not exportable', () => {
    expect(errorOf(() => declare(tr31, { exportable: false, replicationRegions: ['us-west-2'] })).name).toBe('ExportableNeededForReplication');
  });

  test.each<[string, (elsewhere: IKeyRef) => Make]>([
    ['wrappingKey', wrappingKey => stack => KeyMaterial.tr31({ wrappingKey, keyBlock: keyBlock(stack) })],
    ['wrappingKey', wrappingKey => stack => KeyMaterial.as2805({ wrappingKey, cryptogram: keyBlock(stack), keyVariant: As2805KeyVariant.PIN_ENCRYPTION_KEY_VARIANT_28 })],
    ['certificateAuthority', certificateAuthority => stack => KeyMaterial.tr34({ certificateAuthority, keyBlock: keyBlock(stack) })],
    ['privateKey', privateKey => ecdh({ privateKey })],
    ['certificateAuthority', certificateAuthority => () => KeyMaterial.trustedCertificate({ certificate: ROOT, certificateAuthority })],
  ])('a %s of another Region', (property, make) => {
    const stack = stackIn(ENV);
    const elsewhere = MultiRegionPaymentKey.fromKeyArn(stack, 'Elsewhere', `${ARN}kwapwa6qaifllw2h`.replace('us-east-1', 'us-west-2'));
    const { name, message } = errorOf(() => declare(make(elsewhere), {}, stack));
    expect(name).toBe('KeyInOtherEnvironment');
    expect(message).toContain(`Payments/Imported: ${property} is a key in us-west-2, but the stack is in us-east-1, and the service imports with keys of the same Region. Pass its replica there: key.replica('us-east-1')`);
  });

  test.each<[string, object, string]>([
    ['a wrapping key without its certificate', { wrappingKey: MultiRegionPaymentKey.fromKeyArn(stackIn(ENV), 'Pair', `${ARN}pair000000000000`) }, 'wrappingKey is given without wrappingKeyCertificate'],
    ['a certificate without its wrapping key', { wrappingKeyCertificate: LEAF }, 'wrappingKeyCertificate is given without wrappingKey'],
  ])('%s', (_, props, says) => {
    const { name, message } = errorOf(() => declare(stack => KeyMaterial.tr34({ certificateAuthority: key(stack, 'root'), keyBlock: keyBlock(stack), ...props })));
    expect(name).toBe('WrappingKeyIncomplete');
    expect(message).toContain(`Payments/Imported: ${says}. Give both, or leave both out`);
  });

  test.each(['', 'A', 'ABC', '0x12', 'AB CD', 'A'.repeat(2050)])('shared information that is not bytes: %s', sharedInformation => {
    const { name, message } = errorOf(() => declare(ecdh({ sharedInformation })));
    expect(name).toBe('InvalidSharedInformation');
    expect(message).toContain(`Payments/Imported: sharedInformation must be an even number of hexadecimal digits, 2 to 2048, but is a string of ${sharedInformation.length} characters`);
  });

  test('a derived key that is asymmetric', () => {
    const { name, message } = errorOf(() => declare(ecdh({ deriveKeyAlgorithm: PaymentKeyAlgorithm.RSA_2048 })));
    expect(name).toBe('DeriveKeyAlgorithmNotAllowed');
    expect(message).toContain('Payments/Imported: deriveKeyAlgorithm is RSA_2048, but');
  });

  test('a comment of 201 characters', () => {
    const { name, message } = errorOf(() => declare(root(ROOT, 'c'.repeat(201)), { spec: signatureVerification(RSA_2048) }));
    expect(name).toBe('InvalidRequesterComment');
    expect(message).toContain('Payments/Imported: requesterComment must have 200 characters at most, but has 201. Shorten it');
  });

  describe('certificates', () => {
    const privateKey = PARTNER.keys.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const body = privateKey.split('\n')[1];
    const label = (text: string, its: string) => text.replace(/CERTIFICATE/g, its);
    const cases: [string, string, string][] = [
      ['a private key', privateKey, 'holds a private key, which must stand neither in code nor in a template'],
      ['a private key behind the certificate', ROOT + privateKey, 'holds a private key'],
      ['a chain', LEAF + ROOT, 'holds 2 certificates, but the service takes one. Chains come in either order, most often with the leaf first and the root last, so this library does not choose'],
      ['no certificate', 'root.pem', 'has no certificate in PEM. Pass the text from -----BEGIN CERTIFICATE-----'],
      ['nothing', '', 'has no certificate in PEM.'],
      ['a request', label(ROOT, 'CERTIFICATE REQUEST'), 'has no certificate in PEM, but CERTIFICATE REQUEST. Pass the text'],
      ['text around it', `subject=CN\n${ROOT}`, 'has something besides one whole certificate'],
      ['characters that the API forbids', `[root]\n${ROOT}`, 'has one of the characters [ ] < > ; which the service does not take'],
      ['one that is cut off', ROOT.split('\n').slice(0, -3).join('\n'), 'has something besides one whole certificate'],
      ['one that is damaged', ROOT.replace(/\n.{40}/, '\n'), 'is not a certificate that can be read (X.509)'],
      ['one in base64 of PEM', Buffer.from(ROOT).toString('base64'), 'has no certificate in PEM'],
      ['one that is too long', `-----BEGIN CERTIFICATE-----\n${'A'.repeat(25_000)}\n-----END CERTIFICATE-----`, 'takes 33408 characters in base64, but the service takes 32768 at most'],
    ];

    test.each(cases)('%s', (_, text, says) => {
      const makes: [string, Make, Props?][] = [
        ['certificate', root(text), { spec: signatureVerification(RSA_2048) }],
        ['certificate', trusted(text), { spec: signatureVerification(RSA_2048) }],
        ['publicKeyCertificate', ecdh({ publicKeyCertificate: text })],
        ['wrappingKeyCertificate', stack => KeyMaterial.tr34({ certificateAuthority: key(stack, 'root'), keyBlock: keyBlock(stack), wrappingKey: key(stack, 'pair'), wrappingKeyCertificate: text })],
      ];
      for (const [property, make, props] of makes) {
        const { name, message } = errorOf(() => declare(make, props));
        expect(name).toBe('InvalidCertificate');
        expect(message).toContain(`InvalidCertificate: Payments/Imported: ${property} ${says}`);
        expect(message).not.toContain(body);
      }
    });
  });

  test('values of a wrong type, by their names', () => {
    const stack = stackIn(ENV);
    const found = [
      () => KeyMaterial.tr31({ wrappingKey: 'alias/kek' as any, keyBlock: keyBlock(stack) }),
      () => KeyMaterial.tr31(undefined as any),
      () => KeyMaterial.tr34({ keyBlock: keyBlock(stack) } as any),
      () => rsa({ wrappingSpec: 'RSA_OAEP_SHA_256' })(stack),
      () => ecdh({ sharedInformation: 12 })(stack),
      () => ecdh({ deriveKeyAlgorithm: 'AES_256' })(stack),
      () => ecdh({ keyDerivationFunction: 'NIST_SP800' })(stack),
      () => ecdh({ keyDerivationHashAlgorithm: 'SHA_256' })(stack),
      () => as2805('PIN_ENCRYPTION_KEY_VARIANT_28' as any)(stack),
      () => KeyMaterial.rootCertificate({ certificate: Buffer.from(ROOT) as any }),
      () => KeyMaterial.trustedCertificate({ certificate: ROOT } as any),
      () => declare(tr31, { material: {} as any }),
      () => declare(tr31, { expectedKeyCheckValue: 12 as any }),
      () => WrappingSpec.of(''), () => KeyDerivationFunction.of(''), () => KeyDerivationHashAlgorithm.of(''), () => As2805KeyVariant.of(''),
    ].map(errorOf);
    expect(found.filter(({ name }) => name !== 'InvalidProperty')).toEqual([]);
    expect(found[0].message).toBe("InvalidProperty: KeyMaterial.tr31: wrappingKey must be a payment key, a CfnKey or another IKeyRef, but is the string 'alias/kek'");
    expect(found[1].message).toBe('InvalidProperty: KeyMaterial.tr31: props must be an object, but is undefined. Pass one with wrappingKey, keyBlock');
  });
});
