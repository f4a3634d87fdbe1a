import { readFileSync } from 'fs';
import * as path from 'path';
import { Annotations as Warnings, Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnKey, IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { App, Lazy, Resource as CdkResource, Stack, Token, Validations } from 'aws-cdk-lib/core';
import {
  IPaymentKey, MultiRegionPaymentKey, MultiRegionPaymentKeyProps, PaymentKeyAlgorithm, PaymentKeyGrants, PaymentKeyModesOfUse, PaymentKeySpec,
  PaymentKeyUsage,
} from '../src';
import { operation, OPERATION_NAMES } from '../src/private/grant-operations';

const ENV = { account: '111122223333', region: 'us-east-1' };
const KEY_ID = 'abcdefghijklmnop';

type Method = Exclude<keyof PaymentKeyGrants, 'actions' | `_${string}`>;

function stackOf(context: Record<string, unknown> = {}) {
  const stack = new Stack(new App({ context }), 'Payments', { env: ENV });
  return { stack, role: new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }) };
}
function declare(props: Partial<MultiRegionPaymentKeyProps> = {}) {
  const { stack, role } = stackOf();
  const key = new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [], ...props });
  return { stack, role, key };
}
const spec = (usage: PaymentKeyUsage, algorithm: PaymentKeyAlgorithm, modesOfUse: PaymentKeyModesOfUse) =>
  PaymentKeySpec.of({ usage, algorithm, modesOfUse });
const { TDES_2KEY, TDES_3KEY, AES_128, RSA_2048 } = PaymentKeyAlgorithm;

/** A statement's resources, of an ARN only what differs: the Region and the id. */
function statements(stack: Stack) {
  const found = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => /^Role[0-9A-F]{8}$/.test(Properties.Roles[0].Ref))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as any[]);
  const own = (resource: any) => typeof resource === 'string' ? resource : resource['Fn::GetAtt'] ? 'own' : resource.Ref ? 'native' : resource['Fn::Join'][1]
    .map((part: any) => typeof part === 'string' ? part : part['Fn::GetAtt']?.[1] ?? '…').join('');
  return found.map(({ Action, Resource, Effect, Condition }) => ({
    Action: [Action].flat(), Resource: [Resource].flat().map(own), Effect, ...Condition && { Condition },
  }));
}
const inRegion = (region: string, id = 'KeyId') => `arn:…:payment-cryptography:${region}:111122223333:key/${id}`;

describe('each method grants the actions of its operation', () => {
  test.each<[Method, PaymentKeySpec, string[]]>([
    ['encryptData', PaymentKeySpec.dataEncryption(), ['EncryptData']],
    ['decryptData', PaymentKeySpec.dataEncryption(), ['DecryptData']],
    ['reEncryptData', PaymentKeySpec.dataEncryption(), ['ReEncryptData']],
    ['generateMac', PaymentKeySpec.cmac(), ['GenerateMac']],
    ['verifyMac', PaymentKeySpec.cmac(), ['VerifyMac']],
    ['generateMacEmvPinChange', PaymentKeySpec.pinEncryption(), ['GenerateMacEmvPinChange']],
    ['generateCardValidationData', PaymentKeySpec.cardVerification(), ['GenerateCardValidationData']],
    ['verifyCardValidationData', PaymentKeySpec.cardVerification(), ['VerifyCardValidationData']],
    ['generatePinData', PaymentKeySpec.pinEncryption(), ['GeneratePinData']],
    ['verifyPinData', PaymentKeySpec.pinEncryption(), ['VerifyPinData']],
    ['translatePinData', PaymentKeySpec.pinEncryption(), ['TranslatePinData']],
    ['generateAuthRequestCryptogram', spec(PaymentKeyUsage.TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS, TDES_2KEY, PaymentKeyModesOfUse.DERIVE_KEY), ['GenerateAuthRequestCryptogram']],
    ['verifyAuthRequestCryptogram', spec(PaymentKeyUsage.TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS, TDES_2KEY, PaymentKeyModesOfUse.DERIVE_KEY), ['VerifyAuthRequestCryptogram']],
    ['translateKeyMaterial', PaymentKeySpec.keyAgreement(), ['TranslateKeyMaterial']],
    ['exportKey', PaymentKeySpec.cardVerification(), ['ExportKey']],
    ['getPublicKeyCertificate', PaymentKeySpec.keyAgreement(), ['GetPublicKeyCertificate']],
    ['readMetadata', PaymentKeySpec.cardVerification(), ['GetKey', 'ListTagsForResource']],
    ['administer', PaymentKeySpec.cardVerification(), ['GetKey', 'ListTagsForResource', 'GetResourcePolicy', 'StartKeyUsage', 'StopKeyUsage', 'RestoreKey']],
  ])('%s', (method, keySpec, actions) => {
    const { stack, role, key } = declare({ spec: keySpec });
    expect(key.grants[method](role)).toMatchObject({ success: true });
    expect(statements(stack)).toEqual([{ Action: actions.map(action => `payment-cryptography:${action}`), Resource: ['own'], Effect: 'Allow' }]);
  });

  test('actions, which are not checked', () => {
    const { stack, role, key } = declare({ replicationRegions: ['eu-west-1'] });
    key.grants.actions(role, 'payment-cryptography:GenerateAs2805KekValidation', 'payment-cryptography:EncryptData');
    expect(statements(stack)).toEqual([{
      Action: ['payment-cryptography:GenerateAs2805KekValidation', 'payment-cryptography:EncryptData'], Resource: ['own', inRegion('eu-west-1')], Effect: 'Allow',
    }]);
  });
});

describe('the Regions', () => {
  const verify = (grants: PaymentKeyGrants, role: Role) => grants.verifyCardValidationData(role);
  const resources = (stack: Stack) => statements(stack).map(({ Resource }) => Resource);

  test('of a key: its own and the declared ones, those of a replica just its own', () => {
    const { stack, role, key } = declare({ replicationRegions: ['us-west-2', 'eu-west-1'] });
    verify(key.grants, role);
    verify(key.replica('eu-west-1').grants, role);
    expect(resources(stack)).toEqual([['own', inRegion('us-west-2'), inRegion('eu-west-1')], [inRegion('eu-west-1')]]);
    expect(key.replica('us-east-1').grants).toBe(key.grants);
  });

  test('that are added after the grant; replicas and administrators are not concerned', () => {
    const { stack, role, key } = declare({ replicationRegions: ['us-west-2'] });
    verify(key.grants, role);
    verify(key.replica('us-west-2').grants, role);
    key.grants.administer(role);
    key.addReplicationRegion('eu-west-1');
    key.addReplicationRegion('eu-central-1');
    expect(resources(stack)).toEqual([['own', inRegion('us-west-2'), inRegion('eu-west-1'), inRegion('eu-central-1')], [inRegion('us-west-2')], ['own']]);
  });

  test('that are added after the grant, where policies are minimized and two keys share a statement', () => {
    const { stack, role } = stackOf({ '@aws-cdk/aws-iam:minimizePolicies': true });
    const keys = ['First', 'Second'].map(id => new MultiRegionPaymentKey(stack, id, { spec: PaymentKeySpec.cardVerification(), replicationRegions: [] }));
    keys.forEach(key => verify(key.grants, role));
    keys[0].addReplicationRegion('eu-west-1');
    expect(resources(stack)).toEqual([expect.arrayContaining([inRegion('eu-west-1'), 'own', 'own'])]);
    expect(resources(stack)[0]).toHaveLength(3);
  });

  test('that the account\'s defaults decide are all', () => {
    const { stack, role, key } = declare({ replicationRegions: undefined });
    verify(key.grants, role);
    expect(resources(stack)).toEqual([[inRegion('*')]]);
  });

  test('of a key that cannot replicate: its own', () => {
    const { stack, role, key } = declare({ replicationRegions: undefined, exportable: false });
    verify(key.grants, role);
    expect(resources(stack)).toEqual([['own']]);
    expect(() => key.replica('eu-west-1')).toThrow(expect.objectContaining({ name: 'ReplicaNotDeclared' }));
  });

  test('of an imported key: those that are known, or all', () => {
    const { stack, role } = stackOf();
    const arn = `arn:aws:payment-cryptography:eu-west-1:111122223333:key/${KEY_ID}`;
    verify(MultiRegionPaymentKey.fromKeyArn(stack, 'A', arn).grants, role);
    verify(MultiRegionPaymentKey.fromKeyAttributes(stack, 'B', { keyId: KEY_ID, replicationRegions: ['us-west-2'] }).grants, role);
    verify(MultiRegionPaymentKey.fromKeyArn(stack, 'C', arn).replica('us-west-2').grants, role);
    MultiRegionPaymentKey.fromKeyArn(stack, 'D', arn).grants.administer(role);
    expect(resources(stack)).toEqual([
      [arn.replace('eu-west-1', '*')], [inRegion('us-east-1', KEY_ID), inRegion('us-west-2', KEY_ID)], [arn.replace('eu-west-1', 'us-west-2')], [arn],
    ]);
  });

  test('of an alias: its own, and the condition names it', () => {
    const { stack, role } = stackOf();
    const key = MultiRegionPaymentKey.fromAliasName(stack, 'Key', 'alias/cvk');
    const Condition = { 'ForAnyValue:StringEquals': { 'payment-cryptography:ResourceAliases': 'alias/cvk' } };
    verify(key.grants, role);
    verify(key.replica('us-west-2').grants, role);
    key.grants.administer(role);
    key.grants.actions(role, 'payment-cryptography:GetPublicKeyCertificate');
    expect(statements(stack).map(statement => [statement.Resource, statement.Condition])).toEqual([
      [[inRegion('us-east-1', '*')], Condition], [[inRegion('us-west-2', '*')], Condition], [[inRegion('us-east-1', '*')], Condition],
      [[inRegion('us-east-1', '*')], Condition],
    ]);
  });
});

describe('fromKey', () => {
  const NATIVE = {
    exportable: true,
    keyAttributes: {
      keyAlgorithm: 'TDES_2KEY', keyClass: 'SYMMETRIC_KEY', keyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', keyModesOfUse: { generate: true, verify: false },
    },
  };

  test('of one of our keys, its grants', () => {
    const { key } = declare();
    expect(PaymentKeyGrants.fromKey(key)).toBe(key.grants);
  });

  test.each<[string, string[] | undefined, string[]]>([
    ['its own Region and the listed ones', ['us-west-2'], ['native', inRegion('us-west-2', '…')]],
    ['its own Region when it lists none', [], ['native']],
    ['all Regions without a list', undefined, [inRegion('*', '…')]],
    ['all Regions with a list that is not known', Token.asList(Lazy.any({ produce: () => ['us-west-2'] })), [inRegion('*', '…')]],
  ])('of a native key reaches %s', (_, replicationRegions, expected) => {
    const { stack, role } = stackOf();
    const grants = PaymentKeyGrants.fromKey(new CfnKey(stack, 'Native', { ...NATIVE, replicationRegions }));
    grants.generateCardValidationData(role);
    expect(statements(stack).map(({ Resource }) => Resource.map((arn: string) => arn.replace(':…:key', ':111122223333:key')))).toEqual([expected]);
  });

  test('of a native key, the ARN keeps partition, account and id', () => {
    const { stack, role } = stackOf();
    PaymentKeyGrants.fromKey(new CfnKey(stack, 'Native', NATIVE)).readMetadata(role);
    const part = (index: number) => ({ 'Fn::Select': [index, { 'Fn::Split': [':', { Ref: 'Native' }] }] });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [Match.objectLike({
          Resource: { 'Fn::Join': ['', ['arn:', part(1), ':payment-cryptography:*:', part(4), ':key/', { 'Fn::Select': [1, { 'Fn::Split': ['/', part(5)] }] }]] },
        })],
      },
    });
  });

  test('of a native key checks what is known of it', () => {
    const { stack, role } = stackOf();
    const refusal = expect.objectContaining({ name: 'OperationNotAllowedByKeyUsage' });
    const { keyAttributes } = NATIVE;
    const unknown = Lazy.any({ produce: () => ({}) });
    const grants = (id: string, attributes: object) =>
      PaymentKeyGrants.fromKey(new CfnKey(stack, id, { exportable: true, keyAttributes: attributes as CfnKey.KeyAttributesProperty }));
    expect(() => grants('Known', keyAttributes).verifyCardValidationData(role)).toThrow(refusal);
    expect(() => grants('UnknownModes', { ...keyAttributes, keyModesOfUse: unknown }).encryptData(role)).toThrow(refusal);
    expect(() => grants('UnknownModes2', { ...keyAttributes, keyModesOfUse: unknown }).verifyCardValidationData(role)).not.toThrow();
    expect(() => grants('UnknownFlag', { ...keyAttributes, keyModesOfUse: { generate: true, verify: unknown } }).verifyCardValidationData(role)).not.toThrow();
    expect(() => grants('NoModes', { ...keyAttributes, keyModesOfUse: {} }).verifyCardValidationData(role)).not.toThrow();
    expect(() => grants('UnknownUsage', { ...keyAttributes, keyUsage: Lazy.string({ produce: () => 'x' }) }).encryptData(role)).not.toThrow();
    expect(() => grants('Unknown', unknown).encryptData(role)).not.toThrow();
    const secret = (id: string, exportable: any) => PaymentKeyGrants.fromKey(new CfnKey(stack, id, { exportable, keyAttributes }));
    expect(() => secret('NotExportable', false).exportKey(role)).toThrow(expect.objectContaining({ name: 'KeyNotExportable' }));
    expect(() => secret('PerhapsExportable', unknown).exportKey(role)).not.toThrow();
  });

  test('of any other reference reaches all Regions and checks nothing', () => {
    const { stack, role } = stackOf();
    class Foreign extends CdkResource implements IKeyRef {
      readonly keyRef = { keyIdentifier: `arn:aws:payment-cryptography:eu-west-1:111122223333:key/${KEY_ID}` };
      readonly grants = {};
    }
    PaymentKeyGrants.fromKey(new Foreign(stack, 'Foreign')).encryptData(role);
    expect(statements(stack).map(({ Resource }) => Resource)).toEqual([[`arn:aws:payment-cryptography:*:111122223333:key/${KEY_ID}`]]);
  });
});

/** Published: User Guide, "Valid keys for cryptographic operations". */
describe('what the published table allows, is allowed', () => {
  const U = PaymentKeyUsage;
  const M = PaymentKeyModesOfUse;
  const CIPHERS: Record<string, PaymentKeyModesOfUse[]> = {
    out: [M.ENCRYPT_WRAP, M.ENCRYPT_DECRYPT_WRAP_UNWRAP, M.NO_RESTRICTIONS], in: [M.DECRYPT_UNWRAP, M.ENCRYPT_DECRYPT_WRAP_UNWRAP, M.NO_RESTRICTIONS],
  };
  const GENERATE = [M.GENERATE_ONLY, M.GENERATE_AND_VERIFY];
  const VERIFY = [M.VERIFY_ONLY, M.GENERATE_AND_VERIFY];
  const DERIVE = [M.DERIVE_KEY];
  const DUKPT = [M.DERIVE_KEY, M.NO_RESTRICTIONS];
  const MAC = [U.TR31_M1_ISO_9797_1_MAC_KEY, U.TR31_M3_ISO_9797_3_MAC_KEY, U.TR31_M6_ISO_9797_5_CMAC_KEY, U.TR31_M7_HMAC_KEY];

  test.each<[Method, PaymentKeyUsage, PaymentKeyModesOfUse[], PaymentKeyAlgorithm?]>([
    ['generateCardValidationData', U.TR31_C0_CARD_VERIFICATION_KEY, GENERATE],
    ['generateCardValidationData', U.TR31_E6_EMV_MKEY_OTHER, DERIVE],
    ['generateCardValidationData', U.TR31_E4_EMV_MKEY_DYNAMIC_NUMBERS, DERIVE],
    ['verifyCardValidationData', U.TR31_C0_CARD_VERIFICATION_KEY, VERIFY],
    ['verifyCardValidationData', U.TR31_E6_EMV_MKEY_OTHER, DERIVE],
    ['verifyCardValidationData', U.TR31_E4_EMV_MKEY_DYNAMIC_NUMBERS, DERIVE],
    ['generatePinData', U.TR31_P0_PIN_ENCRYPTION_KEY, CIPHERS.out],
    ['generatePinData', U.TR31_V2_VISA_PIN_VERIFICATION_KEY, GENERATE, TDES_3KEY],
    ['generatePinData', U.TR31_V1_IBM3624_PIN_VERIFICATION_KEY, GENERATE, TDES_3KEY],
    ['verifyPinData', U.TR31_P0_PIN_ENCRYPTION_KEY, CIPHERS.in],
    ['verifyPinData', U.TR31_V2_VISA_PIN_VERIFICATION_KEY, VERIFY, TDES_3KEY],
    ['verifyPinData', U.TR31_V1_IBM3624_PIN_VERIFICATION_KEY, VERIFY, TDES_3KEY],
    ['decryptData', U.TR31_B0_BASE_DERIVATION_KEY, DUKPT],
    ['decryptData', U.TR31_E1_EMV_MKEY_CONFIDENTIALITY, DERIVE],
    ['decryptData', U.TR31_E6_EMV_MKEY_OTHER, DERIVE],
    ['decryptData', U.TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION, CIPHERS.in.slice(0, 2), RSA_2048],
    ['decryptData', U.TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY, CIPHERS.in],
    ['encryptData', U.TR31_B0_BASE_DERIVATION_KEY, DUKPT],
    ['encryptData', U.TR31_E1_EMV_MKEY_CONFIDENTIALITY, DERIVE],
    ['encryptData', U.TR31_E6_EMV_MKEY_OTHER, DERIVE],
    ['encryptData', U.TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION, CIPHERS.out.slice(0, 2), RSA_2048],
    ['encryptData', U.TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY, CIPHERS.out],
    ['translatePinData', U.TR31_B0_BASE_DERIVATION_KEY, DUKPT],
    ['translatePinData', U.TR31_P0_PIN_ENCRYPTION_KEY, [...CIPHERS.in, ...CIPHERS.out]],
    ...MAC.flatMap((usage): Array<[Method, PaymentKeyUsage, PaymentKeyModesOfUse[]]> => [['generateMac', usage, GENERATE], ['verifyMac', usage, VERIFY]]),
    ['generateAuthRequestCryptogram', U.TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS, DERIVE],
    ['verifyAuthRequestCryptogram', U.TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS, DERIVE],
    ['exportKey', U.TR31_K1_KEY_BLOCK_PROTECTION_KEY, CIPHERS.out],
    ['exportKey', U.TR31_K0_KEY_ENCRYPTION_KEY, CIPHERS.out],
  ])('%s with %s', (method, usage, modes, algorithm = TDES_2KEY) => {
    for (const mode of modes) {
      const { role, key } = declare({ spec: spec(usage, algorithm, mode) });
      expect(() => key.grants[method](role)).not.toThrow();
    }
  });

  test.each<[Method, PaymentKeyUsage, PaymentKeyModesOfUse, PaymentKeyAlgorithm]>([
    ['encryptData', U.TR31_K1_KEY_BLOCK_PROTECTION_KEY, M.DECRYPT_UNWRAP, AES_128],
    ['reEncryptData', U.TR31_B0_BASE_DERIVATION_KEY, M.DERIVE_KEY, AES_128],
    ['generatePinData', U.TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT, M.DERIVE_KEY, PaymentKeyAlgorithm.ECC_NIST_P256],
    ['verifyPinData', U.TR31_B0_BASE_DERIVATION_KEY, M.DERIVE_KEY, AES_128],
    ['generateMac', U.TR31_B0_BASE_DERIVATION_KEY, M.DERIVE_KEY, AES_128],
    ['verifyMac', U.TR31_E2_EMV_MKEY_INTEGRITY, M.DERIVE_KEY, TDES_2KEY],
    ['generateMac', U.TR31_M0_ISO_16609_MAC_KEY, M.GENERATE_ONLY, TDES_2KEY],
    ['translateKeyMaterial', U.TR31_K0_KEY_ENCRYPTION_KEY, M.ENCRYPT_WRAP, AES_128],
  ])('and by the API, %s with %s', (method, usage, mode, algorithm) => {
    const { role, key } = declare({ spec: spec(usage, algorithm, mode) });
    expect(() => key.grants[method](role)).not.toThrow();
  });
});

describe('refused when the template is made', () => {
  const U = PaymentKeyUsage;
  const M = PaymentKeyModesOfUse;

  test.each<[Method, PaymentKeyUsage, PaymentKeyModesOfUse]>([
    ['encryptData', U.TR31_P0_PIN_ENCRYPTION_KEY, M.ENCRYPT_DECRYPT_WRAP_UNWRAP],
    ['encryptData', U.TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY, M.DECRYPT_UNWRAP],
    ['decryptData', U.TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY, M.ENCRYPT_WRAP],
    ['decryptData', U.TR31_K1_KEY_BLOCK_PROTECTION_KEY, M.ENCRYPT_WRAP],
    ['generateMac', U.TR31_M6_ISO_9797_5_CMAC_KEY, M.VERIFY_ONLY],
    ['verifyMac', U.TR31_M6_ISO_9797_5_CMAC_KEY, M.GENERATE_ONLY],
    ['verifyMac', U.TR31_C0_CARD_VERIFICATION_KEY, M.GENERATE_AND_VERIFY],
    ['generateCardValidationData', U.TR31_C0_CARD_VERIFICATION_KEY, M.VERIFY_ONLY],
    ['verifyCardValidationData', U.TR31_C0_CARD_VERIFICATION_KEY, M.GENERATE_ONLY],
    ['generatePinData', U.TR31_V2_VISA_PIN_VERIFICATION_KEY, M.VERIFY_ONLY],
    ['verifyPinData', U.TR31_P0_PIN_ENCRYPTION_KEY, M.ENCRYPT_WRAP],
    ['translatePinData', U.TR31_V1_IBM3624_PIN_VERIFICATION_KEY, M.GENERATE_AND_VERIFY],
    ['reEncryptData', U.TR31_M6_ISO_9797_5_CMAC_KEY, M.GENERATE_AND_VERIFY],
    ['generateAuthRequestCryptogram', U.TR31_E1_EMV_MKEY_CONFIDENTIALITY, M.DERIVE_KEY],
    ['verifyAuthRequestCryptogram', U.TR31_E1_EMV_MKEY_CONFIDENTIALITY, M.DERIVE_KEY],
    ['generateMacEmvPinChange', U.TR31_E6_EMV_MKEY_OTHER, M.DERIVE_KEY],
    ['translateKeyMaterial', U.TR31_K1_KEY_BLOCK_PROTECTION_KEY, M.DECRYPT_UNWRAP],
    ['getPublicKeyCertificate', U.TR31_C0_CARD_VERIFICATION_KEY, M.GENERATE_AND_VERIFY],
  ])('%s with %s, %s', (method, usage, modes) => {
    const { stack, role, key } = declare({ spec: spec(usage, TDES_2KEY, modes), replicationRegions: ['eu-west-1'] });
    for (const [where, grants] of [['Payments/Key', key.grants], ['Payments/Key/Replica-eu-west-1', key.replica('eu-west-1').grants]] as const) {
      expect(() => grants[method](role)).toThrow(expect.objectContaining({
        name: 'OperationNotAllowedByKeyUsage',
        message: expect.stringMatching(new RegExp(`^\\w+: ${where}: ${method} is not possible with a key of usage ${usage} and modes of use ${modes.modes.join('\\+')}\\. Expected a key of usage TR31_`)),
      }));
    }
    expect(statements(stack)).toEqual([]);
  });

  test('in words that say what is needed', () => {
    const { role, key } = declare();
    expect(() => key.grants.generatePinData(role)).toThrow('Payments/Key: generatePinData is not possible with a key of usage TR31_C0_CARD_VERIFICATION_KEY '
      + 'and modes of use Generate+Verify. Expected a key of usage TR31_V1_IBM3624_PIN_VERIFICATION_KEY with Generate, TR31_V2_VISA_PIN_VERIFICATION_KEY with Generate, '
      + 'TR31_P0_PIN_ENCRYPTION_KEY with Encrypt or Decrypt, TR31_K0_KEY_ENCRYPTION_KEY with Unwrap, TR31_K1_KEY_BLOCK_PROTECTION_KEY with Unwrap, '
      + 'TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT with DeriveKey. '
      + 'Grant it on such a key; what the service allows beyond that can be granted with grants.actions');
  });

  test('export of what is not exportable and protects no export', () => {
    const { role, key } = declare({ exportable: false });
    expect(() => key.grants.exportKey(role)).toThrow(expect.objectContaining({
      name: 'KeyNotExportable',
      message: 'KeyNotExportable: Payments/Key: exportKey is not possible, because the key is not exportable, and with usage TR31_C0_CARD_VERIFICATION_KEY and modes of use Generate+Verify '
        + 'it cannot protect the export of another key either. Expected exportable to be true, or a key of usage TR31_K0_KEY_ENCRYPTION_KEY with Wrap, '
        + 'TR31_K1_KEY_BLOCK_PROTECTION_KEY with Wrap, TR31_K2_TR34_ASYMMETRIC_KEY, TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT with DeriveKey, '
        + 'TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE',
    }));
    const kek = declare({ exportable: false, spec: spec(U.TR31_K1_KEY_BLOCK_PROTECTION_KEY, AES_128, M.ENCRYPT_WRAP) });
    expect(() => kek.key.grants.exportKey(kek.role)).not.toThrow();
  });

  test('administration of a replica', () => {
    const { role, key } = declare({ replicationRegions: ['eu-west-1'] });
    expect(() => key.replica('eu-west-1').grants.administer(role)).toThrow(expect.objectContaining({
      name: 'OperationOnlyOnPrimary',
      message: 'OperationOnlyOnPrimary: Payments/Key/Replica-eu-west-1: administer is not possible on a replica, which the service administers through its primary. '
        + 'Grant it on the primary; readMetadata is possible on a replica',
    }));
  });

  test('but not for usages of the future', () => {
    const { role, key } = declare({ spec: spec(U.of('TR31_X9_SOMETHING_NEW'), AES_128, M.ENCRYPT_WRAP), exportable: false });
    for (const method of ['encryptData', 'verifyMac', 'exportKey', 'getPublicKeyCertificate'] as const) {
      expect(() => key.grants[method](role)).not.toThrow();
    }
  });
});

describe('a grantee in another account', () => {
  const granted = (account: string, key: (stack: Stack) => IPaymentKey) => {
    const { stack } = stackOf();
    const role = Role.fromRoleArn(stack, 'Other', `arn:aws:iam::${account}:role/other`);
    const made = key(stack);
    made.grants.readMetadata(role);
    return { stack, made };
  };
  const own = (stack: Stack) => new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification() });
  const warnings = (stack: Stack) => Warnings.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));

  test('draws a warning, until it is acknowledged', () => {
    const { stack } = granted('444455556666', own);
    expect(warnings(stack)).toEqual([expect.stringContaining('a grantee is in account 444455556666, the key in 111122223333. '
      + 'The grant is only half of what it needs: share the key with that account (shareWith), which lets it use the primary by a resource policy, and the replicas, which cannot '
      + 'have one, by a role. Then acknowledge this warning')]);
    const { stack: quiet, made } = granted('444455556666', own);
    Validations.of(made).acknowledge({ id: 'cdk-multi-region-payment-keys:grantToOtherAccount', reason: 'the key has a resource policy' });
    expect(warnings(quiet)).toEqual([]);
  });

  test('is one of the key\'s account no more', () => {
    expect(warnings(granted('111122223333', own).stack)).toEqual([]);
    const theirs = (stack: Stack) => MultiRegionPaymentKey.fromKeyArn(stack, 'Key', `arn:aws:payment-cryptography:us-east-1:444455556666:key/${KEY_ID}`);
    expect(warnings(granted('444455556666', theirs).stack)).toEqual([]);
  });
});

/** Operations that no grant allows by itself, and why. */
const WITHOUT_GRANT: Readonly<Record<string, string>> = {
  // Of the data plane
  GenerateAs2805KekValidation: 'two keys in roles that depend on the terminal: grants.actions',
  // Of the control plane
  AddKeyReplicationRegions: 'needs CreateKey in the new Region besides, which reaches beyond one key: the declaration of the key lists its Regions',
  RemoveKeyReplicationRegions: 'destroys a replica: the declaration of the key lists its Regions',
  AssociateMpaTeam: 'belongs to no key',
  DisassociateMpaTeam: 'belongs to no key',
  GetMpaTeamAssociation: 'belongs to no key',
  CreateAlias: 'an alias is a resource of its own',
  DeleteAlias: 'an alias is a resource of its own',
  GetAlias: 'an alias is a resource of its own',
  UpdateAlias: 'an alias is a resource of its own',
  ListAliases: 'belongs to no key',
  CreateKey: 'makes another key',
  ImportKey: 'makes another key',
  ListKeys: 'belongs to no key',
  DeleteKey: 'destroys the key: the removal policy of the key decides',
  PutResourcePolicy: 'decides who may use the key: the declaration of the key has it',
  DeleteResourcePolicy: 'decides who may use the key',
  TagResource: 'can decide who may use the key',
  UntagResource: 'can decide who may use the key',
  EnableDefaultKeyReplicationRegions: 'belongs to no key',
  DisableDefaultKeyReplicationRegions: 'belongs to no key',
  GetDefaultKeyReplicationRegions: 'belongs to no key',
  GetParametersForExport: 'belongs to no key',
  GetParametersForImport: 'belongs to no key',
  GetCertificateSigningRequest: 'once in the life of a key pair, by whoever runs its certificates: grants.actions',
};

test('each operation of the service has its grant, or the reason why not', () => {
  const operations = ['payment-cryptography.model.json', 'payment-cryptography-data.model.json']
    .flatMap(name => Object.keys(JSON.parse(readFileSync(path.join(__dirname, 'emulator', name), 'utf8')).operations));
  const granted = new Set(OPERATION_NAMES.flatMap(name => operation(name).actions));
  expect(operations.filter(name => !granted.has(name) && !(name in WITHOUT_GRANT))).toEqual([]);
  expect(Object.keys(WITHOUT_GRANT).filter(name => granted.has(name) || !operations.includes(name))).toEqual([]);
  // Each has a method of its name.
  const methods = Object.getOwnPropertyNames(PaymentKeyGrants.prototype);
  expect(OPERATION_NAMES.filter(name => !methods.includes(name))).toEqual([]);
});
