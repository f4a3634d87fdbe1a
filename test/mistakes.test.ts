/**
 * Mistakes that users make, each refused at the earliest moment that it can be known: when the construct is declared, or when the
 * template is made. The text begins with the stable name and says the path, what was given, and what is allowed or what to do.
 */
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { EventBus } from 'aws-cdk-lib/aws-events';
import {
  AccountPrincipal, AccountRootPrincipal, AnyPrincipal, ArnPrincipal, Effect, FederatedPrincipal, OrganizationPrincipal, PolicyDocument,
  PolicyStatement, Role, ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { App, Aws, Duration, Fn, Lazy, RemovalPolicies, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib/core';
import {
  AccountDefaultReplication, IPaymentKey, KeyBlock, KeyCheckValueAlgorithm, KeyMaterial, KeyReplication, MultiRegionPaymentKey,
  MultiRegionPaymentKeyProps, PaymentKeyAlgorithm, PaymentKeyBinding, PaymentKeyEndpoints, PaymentKeyEvents, PaymentKeyGrants, PaymentKeyInventory,
  PaymentKeyModesOfUse,
  PaymentKeyOperation, PaymentKeyProvider, PaymentKeyRotation, PaymentKeyShare, PaymentKeySpec, PaymentKeyUsage, PaymentKeyWatch, RegionalAlias,
  RegionalTags, SharedPaymentKey,
} from '../src';

// The newest aws-cdk-lib validates every template, and refuses one without a resource; here only errors and warnings of this library count.
process.env.CDK_VALIDATION = 'false';

const ACCOUNT = '111122223333';
const FOREIGN = `arn:aws:payment-cryptography:us-east-1:${ACCOUNT}:key/kwapwa6qaifllw2h`;
const KMS_KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0`;
const TOKEN = Token.asString({ Ref: 'Parameter' });
const TOKENS = Token.asList({ Ref: 'Parameter' });
const { cardVerification, pinEncryption, dataEncryption, keyAgreement, hmac, tr34 } = PaymentKeySpec;

/** What the mistake is, how it is made, the name of the error, and what the text says: first the path. */
type Mistake = readonly [what: string, make: (stack: Stack) => unknown, name: string, ...says: string[]];

const key = (stack: Stack, props: Partial<MultiRegionPaymentKeyProps> | any = {}, id = 'Cvk') => new MultiRegionPaymentKey(stack, id, { spec: cardVerification(), ...props });
const foreign = (stack: Stack, arn = FOREIGN, id = 'Foreign') => stack.node.tryFindChild(id) as IPaymentKey | undefined ?? MultiRegionPaymentKey.fromKeyArn(stack, id, arn);
const native = (stack: Stack, props: Partial<{ exportable: boolean; replicationRegions: string[] }> = {}) => new CfnKey(stack, 'Native', {
  exportable: true,
  keyAttributes: { keyAlgorithm: 'TDES_2KEY', keyClass: 'SYMMETRIC_KEY', keyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', keyModesOfUse: { generate: true, verify: true } },
  ...props,
});
const secret = (stack: Stack, region = 'us-east-1') => Secret.fromSecretCompleteArn(stack, 'Secret', `arn:aws:secretsmanager:${region}:${ACCOUNT}:secret:cvk-AbCdEf`);
const imported = (stack: Stack, material: object = {}, props: object = {}) => key(stack, {
  material: KeyMaterial.tr31({ wrappingKey: foreign(stack), keyBlock: KeyBlock.fromSecret(stack.node.tryFindChild('Secret') as Secret ?? secret(stack), { versionId: 'v'.repeat(32) }), ...material }), ...props,
});
const rotation = (stack: Stack, props: object = {}) =>
  new PaymentKeyRotation(stack, 'Zpk', { spec: PaymentKeySpec.pinEncryption(), aliasName: 'alias/zpk', versions: ['2025', '2026'], current: '2026', ...props });
const handler = (stack: Stack, props: object = {}) => stack.node.tryFindChild('Authorizer') as Function | undefined
  ?? new Function(stack, 'Authorizer', { code: Code.fromInline('exports.handler = () => {}'), handler: 'index.handler', runtime: Runtime.NODEJS_22_X, ...props });
const VERIFY = { operations: [PaymentKeyOperation.VERIFY_CARD_VALIDATION_DATA] };
const bind = (stack: Stack, options: any = {}, its: IPaymentKey = key(stack, { replicationRegions: ['us-west-2'] })) => its.bind(handler(stack), { ...VERIFY, ...options });
const role = (stack: Stack) => new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
const isolated = (stack: Stack) => ({
  vpc: new Vpc(stack, 'Vpc', { natGateways: 0, subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }] }), vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED },
});
const unchangeable = (stack: Stack) => Role.fromRoleName(stack, 'Unchangeable', 'PaymentAdminRole', { mutable: false });
const policy = (props: object) => new PolicyDocument({
  statements: [new PolicyStatement({ actions: ['payment-cryptography:EncryptData'], principals: [new ArnPrincipal('arn:aws:iam::444455556666:root')], resources: ['*'], ...props })],
});
const replicate = (stack: Stack, props: any = {}, id = 'Replication') => new KeyReplication(stack, id, { key: foreign(stack), replicationRegions: ['us-west-2'], ...props });
const adopt = (stack: Stack, props: any = {}) => MultiRegionPaymentKey.adopt(stack, 'Adopted', { key: foreign(stack), ...props });
const defaults = (stack: Stack, props: any = {}) => new AccountDefaultReplication(stack, 'Defaults', { regions: ['us-west-2'], ...props });
const alias = (stack: Stack, props: any = {}) => new RegionalAlias(stack, 'Alias', { aliasName: 'alias/cvk', key: foreign(stack), ...props });
const inventory = (stack: Stack, props: any = {}) => new PaymentKeyInventory(stack, 'Inventory', { bucket: Bucket.fromBucketName(stack, 'Bucket', 'evidence'), ...props });
const tags = (stack: Stack, props: any = {}) => new RegionalTags(stack, 'Tags', { key: foreign(stack), tags: { team: 'cards' }, ...props });
const other = () => new AccountPrincipal('444455556666');
const share = (stack: Stack, options: any = {}, principal: any = other(), its: MultiRegionPaymentKey = key(stack, { replicationRegions: ['us-west-2'] })) =>
  its.shareWith(principal, { operations: [PaymentKeyOperation.VERIFY_CARD_VALIDATION_DATA], ...options });
const shared = (attributes: any = {}) =>
  SharedPaymentKey.fromAttributes({ keyArn: FOREIGN, operations: [PaymentKeyOperation.VERIFY_CARD_VALIDATION_DATA], ...attributes });
const watch = (stack: Stack, props?: any) => {
  key(stack);
  return new PaymentKeyWatch(stack, 'Watch', props);
};
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`tag${index}`, 'x']));

/** Refused where the construct is declared. */
const WHEN_DECLARED: readonly Mistake[] = [
  // Regions of a key
  ['a misspelled Region', stack => key(stack, { replicationRegions: ['us-wset2'] }), 'InvalidRegion', 'Payments/Cvk', "'us-wset2'", "Did you mean 'us-west-2'?"],
  ['a place instead of a Region', stack => key(stack, { replicationRegions: ['Oregon'] }), 'InvalidRegion', 'Payments/Cvk', "'Oregon'", "Did you mean 'us-west-2'?", 'eu-west-1'],
  ['a Region in capitals', stack => key(stack, { replicationRegions: ['US-WEST-2'] }), 'InvalidRegion', 'Payments/Cvk', "'US-WEST-2'", "Did you mean 'us-west-2'?"],
  ['an availability zone', stack => key(stack, { replicationRegions: ['us-west-2a'] }), 'InvalidRegion', 'Payments/Cvk', "'us-west-2a'", "Did you mean 'us-west-2'?"],
  ['an empty Region', stack => key(stack, { replicationRegions: [''] }), 'InvalidRegion', 'Payments/Cvk', "''", 'This version knows us-east-1'],
  ['a Region with a blank', stack => key(stack, { replicationRegions: [' us-west-2'] }), 'InvalidRegion', 'Payments/Cvk', "' us-west-2'", "'us-west-2'"],
  ['a Region of another partition', stack => key(stack, { replicationRegions: ['us-gov-west-1'] }), 'InvalidRegion', 'Payments/Cvk', "'us-gov-west-1'", 'This version knows'],
  ['all Regions', stack => key(stack, { replicationRegions: ['*'] }), 'InvalidRegion', 'Payments/Cvk', "'*'", 'This version knows'],
  ['the own Region', stack => key(stack, { replicationRegions: ['us-east-1'] }), 'OwnRegionInReplicationRegions', 'Payments/Cvk', "'us-east-1'", 'List only the Regions that get a replica'],
  ['a Region twice', stack => key(stack, { replicationRegions: ['us-west-2', 'us-west-2'] }), 'DuplicateReplicationRegion', 'Payments/Cvk', "'us-west-2'", 'List each Region once'],
  ['a Region that is not known yet', stack => key(stack, { replicationRegions: [TOKEN] }), 'RegionCannotBeToken', 'Payments/Cvk', 'is a token', "'us-west-2'"],
  ['a list that is not known yet', stack => key(stack, { replicationRegions: TOKENS }), 'RegionCannotBeToken', 'Payments/Cvk', 'is a token', "'us-west-2'"],
  ['a Region for a key that is not exportable', stack => key(stack, { replicationRegions: ['us-west-2'], exportable: false }), 'ExportableNeededForReplication', 'Payments/Cvk', 'exportable is false', "'us-west-2'", 'Leave out one of them'],
  ['a Region added twice', stack => key(stack, { replicationRegions: ['us-west-2'] }).addReplicationRegion('us-west-2'), 'DuplicateReplicationRegion', 'Payments/Cvk', "'us-west-2'", 'List each Region once'],
  ['a Region added to a key without a list', stack => key(stack).addReplicationRegion('us-west-2'), 'ReplicationRegionsNotDeclared', 'Payments/Cvk', 'without replicationRegions', 'an empty list if need be'],
  ['a replica that is not declared', stack => key(stack, { replicationRegions: ['us-west-2'] }).replica('eu-west-1'), 'ReplicaNotDeclared', 'Payments/Cvk', "'eu-west-1'", 'us-west-2', 'Add the Region to replicationRegions'],
  ...['Ireland', 'eu-west-1a', 'eu_west_1', 'EU-WEST-1', ''].flatMap((region): Mistake[] => [
    [`a replica in '${region}' of a key whose Regions are not known`, stack => key(stack).replica(region), 'InvalidRegion', 'Payments/Cvk', `'${region}' is not the name of a Region`, 'eu-west-1'],
    [`a replica in '${region}' of an imported key`, stack => foreign(stack).replica(region), 'InvalidRegion', 'Payments/Foreign', `'${region}' is not the name of a Region`, 'eu-west-1'],
    [`a replica in '${region}' of a key behind an alias`, stack => MultiRegionPaymentKey.fromAliasName(stack, 'Foreign', 'alias/cvk').replica(region), 'InvalidRegion', 'Payments/Foreign', `'${region}' is not the name of a Region`, 'eu-west-1'],
    [`the ARN of a key in '${region}'`, stack => key(stack).keyArnIn(region), 'InvalidRegion', 'Payments/Cvk', `'${region}' is not the name of a Region`, 'eu-west-1'],
  ]),
  ['a replica of a key without any', stack => key(stack, { replicationRegions: [] }).replica('eu-west-1'), 'ReplicaNotDeclared', 'Payments/Cvk', "'eu-west-1'", 'no Region'],
  ['a replica in a Region that is not known yet', stack => key(stack, { replicationRegions: ['us-west-2'] }).replica(TOKEN), 'RegionCannotBeToken', 'Payments/Cvk', 'is a token'],
  // What kind of key
  ['an algorithm that the usage does not allow', stack => key(stack, { spec: cardVerification({ algorithm: PaymentKeyAlgorithm.RSA_2048 }) }), 'AlgorithmNotAllowedForUsage', 'Payments/Cvk', 'RSA_2048', 'TDES_2KEY, TDES_3KEY', 'Choose one of these'],
  ['an HMAC algorithm for PINs', stack => key(stack, { spec: pinEncryption({ algorithm: PaymentKeyAlgorithm.HMAC_SHA256 }) }), 'AlgorithmNotAllowedForUsage', 'Payments/Cvk', 'HMAC_SHA256', 'AES_128'],
  ['a symmetric algorithm for TR-34', stack => key(stack, { spec: tr34({ algorithm: PaymentKeyAlgorithm.AES_256 }) }), 'AlgorithmNotAllowedForUsage', 'Payments/Cvk', 'AES_256', 'RSA_2048'],
  ['modes that the usage does not allow', stack => key(stack, { spec: cardVerification({ modesOfUse: PaymentKeyModesOfUse.ENCRYPT_WRAP }) }), 'ModesOfUseNotAllowedForUsage', 'Payments/Cvk', 'Encrypt+Wrap', 'Generate+Verify', 'Choose one of these'],
  ['every mode there is', stack => key(stack, { spec: dataEncryption({ modesOfUse: PaymentKeyModesOfUse.of({ encrypt: true, decrypt: true, wrap: true, unwrap: true, generate: true, verify: true, sign: true, deriveKey: true }) }) }), 'ModesOfUseNotAllowedForUsage', 'Payments/Cvk', 'Encrypt+Decrypt+Wrap+Unwrap+Generate+Sign+Verify+DeriveKey', 'NoRestrictions'],
  ['NoRestrictions for key agreement', stack => key(stack, { spec: keyAgreement({ modesOfUse: PaymentKeyModesOfUse.NO_RESTRICTIONS }) }), 'ModesOfUseNotAllowedForUsage', 'Payments/Cvk', 'NoRestrictions', 'DeriveKey'],
  ['no mode of use', stack => key(stack, { spec: cardVerification({ modesOfUse: PaymentKeyModesOfUse.of({}) }) }), 'NoModesOfUse', 'Payments/Cvk', 'got none', 'encrypt, decrypt', 'PaymentKeyModesOfUse.GENERATE_AND_VERIFY'],
  ['only modes that are false', stack => key(stack, { spec: hmac({ modesOfUse: PaymentKeyModesOfUse.of({ sign: false }) }) }), 'NoModesOfUse', 'Payments/Cvk', 'got none', 'Set one to true'],
  ['RSA that is symmetric', stack => key(stack, { spec: tr34({ algorithm: PaymentKeyAlgorithm.of('RSA_2048', { asymmetric: false }) }) }), 'KeyClassContradictsAlgorithm', 'Payments/Cvk', 'asymmetric: false', 'expected true', 'Leave the option out'],
  ['AES that is asymmetric', stack => key(stack, { spec: dataEncryption({ algorithm: PaymentKeyAlgorithm.of('AES_128', { asymmetric: true }) }) }), 'KeyClassContradictsAlgorithm', 'Payments/Cvk', 'asymmetric: true', 'expected false'],
  ['a SHA-1 check value of TDES', stack => key(stack, { keyCheckValueAlgorithm: KeyCheckValueAlgorithm.SHA_1 }), 'CheckValueAlgorithmNotAllowed', 'Payments/Cvk', 'SHA_1', 'ANSI_X9_24 or CMAC', 'Leave it out'],
  ['an HMAC check value of TDES_3KEY', stack => key(stack, { spec: pinEncryption(), keyCheckValueAlgorithm: KeyCheckValueAlgorithm.HMAC }), 'CheckValueAlgorithmNotAllowed', 'Payments/Cvk', 'HMAC', 'TDES_3KEY', 'ANSI_X9_24 or CMAC'],
  ['an HMAC check value of AES', stack => key(stack, { spec: dataEncryption(), keyCheckValueAlgorithm: KeyCheckValueAlgorithm.HMAC }), 'CheckValueAlgorithmNotAllowed', 'Payments/Cvk', 'HMAC', 'CMAC or ANSI_X9_24'],
  ['a CMAC check value of HMAC', stack => key(stack, { spec: hmac(), keyCheckValueAlgorithm: KeyCheckValueAlgorithm.CMAC }), 'CheckValueAlgorithmNotAllowed', 'Payments/Cvk', 'CMAC', 'which means HMAC'],
  ['a CMAC check value of RSA', stack => key(stack, { spec: tr34(), keyCheckValueAlgorithm: KeyCheckValueAlgorithm.CMAC }), 'CheckValueAlgorithmNotAllowed', 'Payments/Cvk', 'CMAC', 'which means SHA_1'],
  ['deriveKeyUsage of a key that derives nothing', stack => key(stack, { deriveKeyUsage: PaymentKeyUsage.TR31_P0_PIN_ENCRYPTION_KEY }), 'DeriveKeyUsageNotAllowed', 'Payments/Cvk', 'TR31_C0_CARD_VERIFICATION_KEY', 'TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', 'Leave it out'],
  ['deriveKeyUsage that cannot be derived', stack => key(stack, { spec: keyAgreement(), deriveKeyUsage: PaymentKeyUsage.TR31_K2_TR34_ASYMMETRIC_KEY }), 'DeriveKeyUsageNotAllowed', 'Payments/Cvk', 'TR31_K2_TR34_ASYMMETRIC_KEY', 'Name a usage of symmetric keys'],
  // Bindings
  ['a binding without operations', stack => bind(stack, { operations: [] }), 'NoOperations', 'Payments/Authorizer, bound to Payments/Cvk', 'PaymentKeyOperation.VERIFY_CARD_VALIDATION_DATA'],
  ['a binding with names of operations', stack => bind(stack, { operations: ['VerifyCardValidationData'] }), 'InvalidProperty', 'Payments/Authorizer, bound to Payments/Cvk', 'operations must be a list of PaymentKeyOperation', "'VerifyCardValidationData'"],
  ['an action in place of an operation', () => PaymentKeyOperation.of('payment-cryptography:VerifyMac'), 'InvalidOperation', 'PaymentKeyOperation.of', "'payment-cryptography:VerifyMac'", 'as the API calls it'],
  ['an operation that is a token', () => PaymentKeyOperation.of(TOKEN), 'InvalidOperation', 'PaymentKeyOperation.of', 'a token', 'as the API calls it'],
  ['a binding with an operation of other keys', stack => bind(stack, { operations: [PaymentKeyOperation.of('VerifyMac')] }), 'OperationNotAllowedByKeyUsage', 'Payments/Cvk', 'verifyMac', 'TR31_C0_CARD_VERIFICATION_KEY'],
  ['a binding of a key whose Regions the account decides', stack => bind(stack, {}, key(stack)), 'RegionsNotKnown', 'Payments/Authorizer, bound to Payments/Cvk', "regions: ['us-east-1', 'us-west-2']", 'declare the key with replicationRegions'],
  ['a binding of an ARN without Regions', stack => bind(stack, {}, foreign(stack)), 'RegionsNotKnown', 'Payments/Authorizer, bound to Payments/Foreign', "regions: ['us-east-1', 'us-west-2']"],
  ['a binding of an alias without Regions', stack => bind(stack, {}, MultiRegionPaymentKey.fromAliasName(stack, 'Kek', 'alias/kek')), 'RegionsNotKnown', 'Payments/Authorizer, bound to Payments/Kek', "regions: ['us-east-1', 'us-west-2']"],
  ['a binding in no Region', stack => bind(stack, { regions: [] }), 'NoRegions', 'Payments/Authorizer, bound to Payments/Cvk', 'leave it out'],
  ['a binding with a place instead of a Region', stack => bind(stack, { regions: ['us-east-1', 'Oregon'] }), 'InvalidRegion', 'Payments/Authorizer, bound to Payments/Cvk', "'Oregon'", "Did you mean 'us-west-2'?"],
  ['a binding with a Region twice', stack => bind(stack, { regions: [Aws.REGION, 'us-east-1'] }), 'DuplicateRegion', 'Payments/Authorizer, bound to Payments/Cvk', "'us-east-1'", 'List each Region once'],
  ['a binding with a Region that is a token', stack => bind(stack, { regions: [TOKEN] }), 'RegionCannotBeToken', 'Payments/Authorizer, bound to Payments/Cvk', 'Write its name'],
  ['a binding with Regions that are a token', stack => bind(stack, { regions: TOKENS }), 'RegionCannotBeToken', 'Payments/Authorizer, bound to Payments/Cvk', 'Write its name'],
  ['a binding with a name that is no alias', stack => bind(stack, { aliasName: 'cvk' }), 'InvalidAliasName', 'Payments/Authorizer, bound to Payments/Cvk', "'cvk'", "'alias/'"],
  ['a prefix with a hyphen', stack => bind(stack, { environmentPrefix: 'CVK-2' }), 'InvalidEnvironmentPrefix', 'Payments/Authorizer, bound to Payments/Cvk', "'CVK-2'", "for example 'CVK'"],
  ['a prefix that is a token', stack => bind(stack, { environmentPrefix: TOKEN }), 'InvalidEnvironmentPrefix', 'Payments/Authorizer, bound to Payments/Cvk', 'a token', "for example 'CVK'"],
  ['two keys of one function under one prefix', stack => { bind(stack); bind(stack, {}, key(stack, { replicationRegions: [] }, 'Second')); }, 'EnvironmentVariableTaken', 'Payments/Authorizer, bound to Payments/Second', 'PAYMENT_KEY_REGIONS', "environmentPrefix: 'CVK'"],
  ['a variable that the function has', stack => { handler(stack, { environment: { CVK_IDENTIFIERS: 'x' } }); bind(stack, { environmentPrefix: 'CVK' }); }, 'EnvironmentVariableTaken', 'Payments/Authorizer, bound to Payments/Cvk', 'CVK_IDENTIFIERS', 'a prefix of its own'],
  ['a binding of an imported function', stack => key(stack).bind(Function.fromFunctionName(stack, 'Imported', 'authorizer') as any, VERIFY), 'InvalidProperty', 'Payments/Cvk', 'a Function that this app declares', 'set the variables there'],
  ['a binding of the version of a function', stack => key(stack).bind(handler(stack).currentVersion as any, VERIFY), 'InvalidProperty', 'Payments/Cvk', 'a Function that this app declares', 'bind the Function itself'],
  ['a binding without options', stack => key(stack).bind(handler(stack), undefined as any), 'InvalidProperty', 'Payments/Authorizer, bound to Payments/Cvk', 'options must be an object', 'Pass one with operations'],
  ['a binding of the name of a key', stack => PaymentKeyBinding.fromKey('alias/cvk' as any, handler(stack), VERIFY), 'InvalidProperty', 'PaymentKeyBinding.fromKey', "the string 'alias/cvk'", 'a payment key'],

  // Imports
  ['a staging label of a secret', stack => imported(stack, { keyBlock: KeyBlock.fromSecret(secret(stack), { versionId: 'AWSCURRENT' }) }), 'InvalidKeyBlockVersion', 'Payments/Cvk', "'AWSCURRENT'", 'it moves from one version to another', 'list-secret-version-ids'],
  ['a rotation without versions', stack => rotation(stack, { versions: [] }), 'NoVersions', 'Payments/Zpk', 'versions is empty', "for example '2026'"],
  ['a version with a space', stack => rotation(stack, { versions: ['2026', 'next year'] }), 'InvalidVersion', 'Payments/Zpk', "'next year'", '1 to 64 letters'],
  ['a version twice', stack => rotation(stack, { versions: ['2026', '2026'] }), 'VersionDeclaredTwice', 'Payments/Zpk', "'2026'", 'each version once'],
  ['a current version that was taken off the list', stack => rotation(stack, { versions: ['2027'] }), 'CurrentVersionNotDeclared', 'Payments/Zpk', "current is '2026'", 'versions are 2027', 'stays in the list until'],
  ['options of a version that is not there', stack => rotation(stack, { versionOptions: { 2024: {} } }), 'VersionNotDeclared', 'Payments/Zpk', "'2024'", 'Versions are 2025, 2026'],
  ['a current version that is disabled', stack => rotation(stack, { versionOptions: { 2026: { enabled: false } } }), 'CurrentVersionDisabled', 'Payments/Zpk', "'2026'", 'Make another version current first'],
  ['a key block in place of the name of a member', stack => imported(stack, { keyBlock: KeyBlock.fromSecret(secret(stack), { versionId: 'v'.repeat(32), field: 'B0096C0TC00E000094B42007' }) }), 'InvalidKeyBlockField', 'Payments/Cvk', 'a string of 24 characters', 'take it out of the app'],
  ['a version of a parameter before the first', stack => imported(stack, { keyBlock: KeyBlock.fromSecureString(StringParameter.fromSecureStringParameterAttributes(stack, 'Parameter', { parameterName: 'cvk' }), { version: 0 }) }), 'InvalidKeyBlockVersion', 'Payments/Cvk', '1 or greater, but is 0', 'get-parameter-history'],
  ['a parameter that everybody can read', stack => imported(stack, { keyBlock: KeyBlock.fromSecureString(StringParameter.fromStringParameterName(stack, 'Parameter', 'cvk'), { version: 1 }) }), 'ParameterNotSecure', 'Payments/Cvk', "'cvk' is a String", '--type SecureString'],
  ['a secret of another Region', stack => imported(stack, { keyBlock: KeyBlock.fromSecret(secret(stack, 'us-west-2'), { versionId: 'v'.repeat(32) }) }), 'KeyBlockInOtherEnvironment', 'Payments/Cvk', 'us-west-2', 'in the Region of the stack'],
  ['a wrapping key of another Region', stack => imported(stack, { wrappingKey: foreign(stack, FOREIGN.replace('us-east-1', 'us-west-2')) }), 'KeyInOtherEnvironment', 'Payments/Cvk', 'wrappingKey is a key in us-west-2', "key.replica('us-east-1')"],
  ['a key block itself', stack => imported(stack, { keyBlock: 'B0096C0TC00E0000' }), 'InvalidProperty', 'KeyMaterial.tr31', 'keyBlock must be a KeyBlock', 'but is a string'],
  ['a key pair that comes wrapped', stack => imported(stack, {}, { spec: tr34() }), 'MaterialContradictsSpec', 'Payments/Cvk', 'algorithm RSA_2048', 'KeyMaterial.rootCertificate'],
  ['a file name in place of a certificate', stack => key(stack, { material: KeyMaterial.rootCertificate({ certificate: 'root.pem' }) }), 'InvalidCertificate', 'Payments/Cvk', 'has no certificate in PEM', '-----BEGIN CERTIFICATE-----'],
  ['deriveKeyUsage of an imported key', stack => imported(stack, {}, { deriveKeyUsage: PaymentKeyUsage.TR31_P0_PIN_ENCRYPTION_KEY }), 'DeriveKeyUsageNotAllowed', 'Payments/Cvk', 'imported keys', 'Leave it out'],
  ['a check value with separators', stack => key(stack, { expectedKeyCheckValue: '08 D7 B4' }), 'InvalidKeyCheckValue', 'Payments/Cvk', "'08 D7 B4'", '4 to 16 hexadecimal digits', "'08D7B4'"],
  // Numbers
  ['a deletion window of 2 days', stack => key(stack, { deletionWindow: Duration.days(2) }), 'InvalidDeletionWindow', 'Payments/Cvk', '2 days', '3 to 180 whole days'],
  ['a deletion window of 181 days', stack => key(stack, { deletionWindow: Duration.days(181) }), 'InvalidDeletionWindow', 'Payments/Cvk', '181 days', '3 to 180 whole days'],
  ['a deletion window of part of a day', stack => key(stack, { deletionWindow: Duration.hours(100) }), 'InvalidDeletionWindow', 'Payments/Cvk', '4 days 4 hours', '3 to 180 whole days'],
  ['a timeout of no time', stack => key(stack, { replicationTimeout: Duration.minutes(0) }), 'InvalidReplicationTimeout', 'Payments/Cvk', '0 minutes', '1 to 55 whole minutes'],
  ['a timeout of an hour', stack => key(stack, { replicationTimeout: Duration.hours(1) }), 'InvalidReplicationTimeout', 'Payments/Cvk', '1 hour', '1 to 55 whole minutes'],
  ['a timeout in seconds', stack => key(stack, { replicationTimeout: Duration.seconds(90) }), 'InvalidReplicationTimeout', 'Payments/Cvk', '1 minute 30 seconds', 'whole minutes'],
  // Removal
  ['a snapshot of a key', stack => key(stack, { removalPolicy: RemovalPolicy.SNAPSHOT }), 'RemovalPolicyNotSupported', 'Payments/Cvk', 'no snapshots', 'RETAIN_ON_UPDATE_OR_DELETE, RETAIN or DESTROY'],
  ['a snapshot of a key, later', stack => key(stack).applyRemovalPolicy(RemovalPolicy.SNAPSHOT), 'RemovalPolicyNotSupported', 'Payments/Cvk', 'no snapshots', 'RETAIN_ON_UPDATE_OR_DELETE'],
  ['an adopted key that is to be deleted', stack => adopt(stack, { removalPolicy: RemovalPolicy.DESTROY }), 'RemovalPolicyNotSupported', 'Payments/Adopted', 'removalPolicy is destroy', 'RETAIN', `delete-key --key-identifier ${FOREIGN} --region us-east-1`],
  ['an adopted key that is to be deleted, later', stack => adopt(stack).applyRemovalPolicy(RemovalPolicy.DESTROY), 'RemovalPolicyNotSupported', 'Payments/Adopted', 'removalPolicy is destroy', 'RETAIN'],
  // References
  ['an ARN of another service', stack => foreign(stack, 'arn:aws:kms:us-east-1:111122223333:key/kwapwa6qaifllw2h'), 'InvalidKeyArn', 'Payments/Foreign', 'arn:aws:kms', 'Expected arn:aws:payment-cryptography:<Region>:<account>:key/<key id>'],
  ['a key id instead of an ARN', stack => foreign(stack, 'kwapwa6qaifllw2h'), 'InvalidKeyArn', 'Payments/Foreign', "'kwapwa6qaifllw2h'", 'Expected arn:'],
  ['the ARN of an alias', stack => foreign(stack, `arn:aws:payment-cryptography:us-east-1:${ACCOUNT}:alias/cvk`), 'InvalidKeyArn', 'Payments/Foreign', 'alias/cvk', 'Expected arn:'],
  ['an ARN with a short account', stack => foreign(stack, 'arn:aws:payment-cryptography:us-east-1:1111:key/kwapwa6qaifllw2h'), 'InvalidKeyArn', 'Payments/Foreign', ':1111:', 'Expected arn:'],
  ['an empty ARN', stack => foreign(stack, ''), 'InvalidKeyArn', 'Payments/Foreign', "''", 'Expected arn:'],
  ['an ARN in part that is of another service', stack => foreign(stack, `arn:${Aws.PARTITION}:kms:us-east-1:${ACCOUNT}:key/kwapwa6qaifllw2h`), 'InvalidKeyArn', 'Payments/Foreign', ':kms:', 'Expected arn:'],
  ['an ARN in part that is of an alias', stack => foreign(stack, stack.formatArn({ service: 'payment-cryptography', resource: 'alias', resourceName: TOKEN })), 'InvalidKeyArn', 'Payments/Foreign', ':alias/', 'Expected arn:'],
  ['an ARN whose last parts are one token', stack => foreign(stack, `arn:aws:payment-cryptography:${TOKEN}`), 'InvalidKeyArn', 'Payments/Foreign', 'payment-cryptography:$', 'Expected arn:'],
  ['an ARN in part with a short key id', stack => foreign(stack, `arn:aws:payment-cryptography:${Aws.REGION}:${Aws.ACCOUNT_ID}:key/abc`), 'InvalidKeyArn', 'Payments/Foreign', ':key/abc', 'Expected arn:'],
  ['the own Region among the replicas of attributes', stack => MultiRegionPaymentKey.fromKeyAttributes(stack, 'Foreign', { keyId: 'kwapwa6qaifllw2h', replicationRegions: ['us-east-1'] }), 'OwnRegionInReplicationRegions', 'Payments/Foreign', "'us-east-1'", 'List only the Regions'],
  ['a replica of attributes twice', stack => MultiRegionPaymentKey.fromKeyAttributes(stack, 'Foreign', { keyId: 'kwapwa6qaifllw2h', replicationRegions: ['eu-west-1', 'eu-west-1'] }), 'DuplicateReplicationRegion', 'Payments/Foreign', "'eu-west-1'", 'List each Region once'],
  ['a short key id', stack => MultiRegionPaymentKey.fromKeyAttributes(stack, 'Foreign', { keyId: 'abc' }), 'InvalidKeyId', 'Payments/Foreign', "'abc'", '16 to 64 letters and digits'],
  ['an ARN as key id', stack => MultiRegionPaymentKey.fromKeyAttributes(stack, 'Foreign', { keyId: FOREIGN }), 'InvalidKeyId', 'Payments/Foreign', FOREIGN, 'fromKeyArn'],
  ['an alias as key id', stack => MultiRegionPaymentKey.fromKeyAttributes(stack, 'Foreign', { keyId: 'alias/card-verification' }), 'InvalidKeyId', 'Payments/Foreign', 'alias/card-verification', 'fromAliasName'],
  ['a Region of attributes that is none', stack => MultiRegionPaymentKey.fromKeyAttributes(stack, 'Foreign', { keyId: 'kwapwa6qaifllw2h', region: 'Ireland' }), 'InvalidRegion', 'Payments/Foreign', "'Ireland'", "Did you mean 'eu-west-1'?"],
  ['a replica of attributes that is none', stack => MultiRegionPaymentKey.fromKeyAttributes(stack, 'Foreign', { keyId: 'kwapwa6qaifllw2h', replicationRegions: ['eu_west_1'] }), 'InvalidRegion', 'Payments/Foreign', "'eu_west_1'", "Did you mean 'eu-west-1'?"],
  ['an account of attributes that is none', stack => MultiRegionPaymentKey.fromKeyAttributes(stack, 'Foreign', { keyId: 'kwapwa6qaifllw2h', account: '1111-2222-3333' }), 'InvalidAccount', 'Payments/Foreign', "'1111-2222-3333'", '12 digits'],
  ['a list of attributes that is not known yet', stack => MultiRegionPaymentKey.fromKeyAttributes(stack, 'Foreign', { keyId: 'kwapwa6qaifllw2h', replicationRegions: TOKENS }), 'RegionCannotBeToken', 'Payments/Foreign', 'is a token'],
  ['a name that is no alias', stack => MultiRegionPaymentKey.fromAliasName(stack, 'Foreign', 'card-verification'), 'InvalidAliasName', 'Payments/Foreign', "'card-verification'", "Expected 'alias/'"],
  ['the ARN of what is known by its alias', stack => MultiRegionPaymentKey.fromAliasName(stack, 'Foreign', 'alias/cvk').keyArn, 'KeyBehindAliasNotKnown', 'Payments/Foreign', 'keyArn is not known', 'Use keyRef.keyIdentifier'],
  ['an alias of what is known by its alias', stack => MultiRegionPaymentKey.fromAliasName(stack, 'Foreign', 'alias/cvk').addAlias('alias/other'), 'KeyBehindAliasNotKnown', 'Payments/Foreign', 'is not known', 'fromKeyArn'],
  // Aliases
  ['an alias without alias/', stack => key(stack).addAlias('cvk'), 'InvalidAliasName', 'Payments/Cvk', "'cvk'", "Expected 'alias/'"],
  ['an alias with a blank', stack => key(stack).addAlias('alias/c v k'), 'InvalidAliasName', 'Payments/Cvk', "'alias/c v k'", "letters, digits, '/', '_' or '-'"],
  ['an alias with a dot', stack => alias(stack, { aliasName: 'alias/cvk.1' }), 'InvalidAliasName', 'Payments/Alias', "'alias/cvk.1'", "letters, digits, '/', '_' or '-'"],
  ['an alias that is too long', stack => alias(stack, { aliasName: `alias/${'a'.repeat(251)}` }), 'InvalidAliasName', 'Payments/Alias', '256 characters at most'],
  ['an alias of a key whose name is not known yet', stack => key(stack).addAlias(TOKEN), 'AliasNameCannotBeToken', 'Payments/Cvk', 'is a token', 'new RegionalAlias(scope, id, …)'],
  ['one alias twice', stack => { const cvk = key(stack); cvk.addAlias('alias/cvk'); cvk.addAlias('alias/cvk'); }, 'AliasDeclaredTwice', 'Payments/Cvk', 'declares alias/cvk already', "addAlias('alias/cvk', { regions: […] })"],
  ['two aliases that meet in one construct id', stack => { const cvk = key(stack); cvk.addAlias('alias/a/b'); cvk.addAlias('alias/a--b'); }, 'AliasDeclaredTwice', 'Payments/Cvk', 'alias/a--b and alias/a/b', 'new RegionalAlias(scope, id,'],
  ['an alias in no Region', stack => alias(stack, { regions: [] }), 'NoRegions', 'Payments/Alias', 'names none', 'List at least one Region'],
  ['an alias in a Region twice', stack => alias(stack, { regions: ['eu-west-1', 'eu-west-1'] }), 'DuplicateRegion', 'Payments/Alias', "'eu-west-1'", 'List each Region once'],
  ['an alias in what is no Region', stack => key(stack).addAlias('alias/cvk', { regions: ['London'] }), 'InvalidRegion', 'Payments/Cvk', "'London'", "Did you mean 'eu-west-2'?"],
  ['an alias in a Region that is not known yet', stack => alias(stack, { regions: [TOKEN] }), 'RegionCannotBeToken', 'Payments/Alias', 'is a token'],
  ['an alias in the own Region, by its name and without', stack => alias(stack, { regions: ['us-east-1', Aws.REGION] }), 'DuplicateRegion', 'Payments/Alias', "'us-east-1'", 'List each Region once'],
  ['a snapshot of an alias', stack => alias(stack, { removalPolicy: RemovalPolicy.SNAPSHOT }), 'RemovalPolicyNotSupported', 'Payments/Alias', 'no snapshots'],
  // Watches
  ['a watch every minute', stack => watch(stack, { interval: Duration.minutes(1) }), 'InvalidInterval', 'Payments/Watch', 'but is 1 minute', '5 to 1440 whole minutes'],
  ['a watch every 20 minutes', stack => watch(stack, { interval: Duration.minutes(20) }), 'InvalidInterval', 'Payments/Watch', 'but is 20 minutes', 'a multiple of 15 minutes up to a day'],
  ['a watch once a week', stack => watch(stack, { interval: Duration.days(7) }), 'InvalidInterval', 'Payments/Watch', 'but is 7 days', '5 to 1440 whole minutes'],
  ['a watch whose interval is not known yet', stack => watch(stack, { interval: Duration.minutes(Token.asNumber({ Ref: 'Parameter' })) }), 'InvalidInterval', 'Payments/Watch', 'interval must be known', 'is a token'],
  ['a watch of an empty list', stack => watch(stack, { resources: [] }), 'NothingToWatch', 'Payments/Watch', 'resources names none', 'leave resources out'],
  ['a watch of a key that the stack only uses', stack => watch(stack, { resources: [foreign(stack)] }), 'NothingToWatch', 'Payments/Watch', 'Payments/Foreign holds nothing', 'List keys, aliases'],
  ['a watch of a native key', stack => watch(stack, { resources: [native(stack)] }), 'NothingToWatch', 'Payments/Watch', 'Payments/Native holds nothing', 'List keys, aliases'],
  ['a watch of a key of another stack', stack => watch(stack, { resources: [key(new Stack(stack.node.root, 'Other'))] }), 'WatchedInOtherStack', 'Payments/Watch', 'Other/Cvk is not in the stack Payments', 'Declare a watch in each stack'],
  ['a watch of the whole app', stack => watch(stack, { resources: [stack.node.root] }), 'WatchedInOtherStack', 'Payments/Watch', 'the app is not in the stack Payments', 'Declare a watch in each stack'],
  ['findings for a bus in another Region', stack => watch(stack, { eventBus: EventBus.fromEventBusArn(stack, 'Bus', `arn:aws:events:eu-west-1:${ACCOUNT}:event-bus/security`) }), 'EventBusInOtherEnvironment', 'Payments/Watch', 'eventBus is in eu-west-1', 'Pass a bus in the Region of the watch'],
  ['a rule on the bus of another account', stack => watch(stack, { eventBus: EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:us-east-1:444455556666:event-bus/security') }).onFinding('Found'), 'EventBusInOtherEnvironment', 'Payments/Watch', 'in the account 444455556666', 'Make the rule in a stack in the account of the bus'],
  // Tags
  ['no tags', stack => tags(stack, { tags: {} }), 'NoTags', 'Payments/Tags', 'names none', 'Declare at least one tag'],
  ['tags in no Region', stack => tags(stack, { regions: [] }), 'NoRegions', 'Payments/Tags', 'names none', 'leave it out'],
  // Replication of other keys
  ['replication of this stack\'s own key', stack => replicate(stack, { key: key(stack) }), 'KeyManagedAlready', 'Payments/Replication', 'Payments/Cvk manages the key already', 'addReplicationRegion'],
  ['replication of a replica', stack => replicate(stack, { key: key(stack, { replicationRegions: ['us-west-2'] }).replica('us-west-2') }), 'KeyManagedAlready', 'Payments/Replication', 'manages the key already'],
  ['replication of the ARN of this stack\'s own key', stack => replicate(stack, { key: foreign(stack, key(stack).keyArn, 'Imported') }), 'KeyManagedAlready', 'Payments/Replication', 'Payments/Cvk manages the key already', 'addReplicationRegion'],
  ['replication of the id of this stack\'s own key', stack => replicate(stack, { key: MultiRegionPaymentKey.fromKeyAttributes(stack, 'Imported', { keyId: key(stack).keyId }) }), 'KeyManagedAlready', 'Payments/Replication', 'Payments/Cvk manages the key already'],
  ...Object.entries<(arn: string) => string>({
    'a lazy value': arn => Lazy.string({ produce: () => arn }),
    'Fn::Select': arn => Fn.select(0, [arn]),
    'Fn::Sub': arn => Fn.sub('${Arn}', { Arn: arn }),
    'Fn::If': arn => Fn.conditionIf('Condition', arn, FOREIGN).toString(),
  }).flatMap(([how, inside]): Mistake[] => [
    [`replication of this stack's own key in ${how}`, stack => replicate(stack, { key: foreign(stack, inside(key(stack).keyArn), 'Imported') }), 'KeyManagedAlready', 'Payments/Replication', 'Payments/Cvk manages the key already', 'addReplicationRegion'],
    [`adoption of this stack's own key in ${how}`, stack => adopt(stack, { key: foreign(stack, inside(key(stack).keyArn), 'Imported') }), 'KeyManagedAlready', 'Payments/Adopted', 'Payments/Cvk manages the key already', 'Use that one'],
  ]),
  ['replication of the joined ARN of this stack\'s own key', stack => replicate(stack, { key: foreign(stack, Fn.join('/', [FOREIGN.split('/')[0], key(stack).keyId]), 'Imported') }), 'KeyManagedAlready', 'Payments/Replication', 'Payments/Cvk manages the key already'],
  ['one native key replicated twice, once by its ARN', stack => { const its = native(stack); replicate(stack, { key: its }); replicate(stack, { key: foreign(stack, its.attrKeyIdentifier, 'Same') }, 'Second'); }, 'KeyReplicatedAlready', 'Payments/Second', 'Payments/Replication replicates or adopts', 'List all Regions there'],
  ['replication of a key in another account', stack => replicate(stack, { key: foreign(stack, FOREIGN.replace(ACCOUNT, '444455556666'), 'Other') }), 'KeyInOtherEnvironment', 'Payments/Replication', '444455556666/us-east-1', `${ACCOUNT}/us-east-1`, 'in the account and Region of its primary'],
  ['replication of a key in another Region', stack => replicate(stack, { key: foreign(stack, FOREIGN.replace('us-east-1', 'eu-west-1'), 'Other') }), 'KeyInOtherEnvironment', 'Payments/Replication', 'eu-west-1', 'in the account and Region of its primary'],
  ['replication of what is known by its alias', stack => replicate(stack, { key: MultiRegionPaymentKey.fromAliasName(stack, 'Other', 'alias/cvk') }), 'InvalidKeyArn', 'Payments/Replication', 'alias/cvk', 'by its ARN, not by an alias'],
  ['one key replicated twice', stack => { replicate(stack); replicate(stack, { key: foreign(stack, FOREIGN, 'Again') }, 'Second'); }, 'KeyReplicatedAlready', 'Payments/Second', 'Payments/Replication replicates or adopts', 'List all Regions there'],
  ['replication of a native key that is not exportable', stack => replicate(stack, { key: native(stack, { exportable: false }) }), 'ExportableNeededForReplication', 'Payments/Replication', 'Payments/Native', 'exportable: false'],
  ['the same by its ARN', stack => replicate(stack, { key: foreign(stack, native(stack, { exportable: false }).attrKeyIdentifier, 'Other') }), 'ExportableNeededForReplication', 'Payments/Replication', 'Payments/Native', 'exportable: false'],
  ['replication into the own Region', stack => replicate(stack, { replicationRegions: ['us-east-1'] }), 'OwnRegionInReplicationRegions', 'Payments/Replication', "'us-east-1'", "the key's own Region"],
  // Adoption
  ['adoption of this stack\'s own key', stack => adopt(stack, { key: key(stack) }), 'KeyManagedAlready', 'Payments/Adopted', 'Payments/Cvk manages the key already', 'adopt it by its ARN'],
  ['adoption of the ARN of this stack\'s own key', stack => adopt(stack, { key: foreign(stack, key(stack).keyArn, 'Imported') }), 'KeyManagedAlready', 'Payments/Adopted', 'Payments/Cvk manages the key already'],
  ['adoption of a key in another Region', stack => adopt(stack, { key: foreign(stack, FOREIGN.replace('us-east-1', 'eu-west-1'), 'Other') }), 'KeyInOtherEnvironment', 'Payments/Adopted', 'eu-west-1', 'in the account and Region of its primary'],
  ['adoption and replication of one key', stack => { replicate(stack); adopt(stack, { key: foreign(stack, FOREIGN, 'Again') }); }, 'KeyManagedAlready', 'Payments/Adopted', 'Payments/Replication adopts or replicates the key already', 'Declare it once'],
  // Account defaults
  ['defaults twice', stack => { defaults(stack); new AccountDefaultReplication(stack, 'More', { regions: ['eu-west-1'] }); }, 'AccountDefaultReplicationExists', 'Payments/More', 'Payments/Defaults', 'List all Regions there'],
  ['the own Region among defaults', stack => defaults(stack, { regions: ['us-east-1'] }), 'OwnRegionInReplicationRegions', 'Payments/Defaults', "'us-east-1'", "the stack's own Region"],
  ['a default twice', stack => defaults(stack, { regions: ['us-west-2', 'us-west-2'] }), 'DuplicateReplicationRegion', 'Payments/Defaults', "'us-west-2'", 'List each Region once'],
  // Grants and events
  ['encryption with a card verification key', stack => key(stack).grants.encryptData(role(stack)), 'OperationNotAllowedByKeyUsage', 'Payments/Cvk', 'TR31_C0_CARD_VERIFICATION_KEY', 'Expected a key of usage TR31_D0', 'grants.actions'],
  ['verification with a key that only generates', stack => key(stack, { spec: cardVerification({ modesOfUse: PaymentKeyModesOfUse.GENERATE_ONLY }) }).grants.verifyCardValidationData(role(stack)), 'OperationNotAllowedByKeyUsage', 'Payments/Cvk', 'modes of use Generate', 'with Verify'],
  ['cryptograms with a PIN key', stack => key(stack, { spec: pinEncryption() }).grants.generateAuthRequestCryptogram(role(stack)), 'OperationNotAllowedByKeyUsage', 'Payments/Cvk', 'TR31_P0_PIN_ENCRYPTION_KEY', 'TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS'],
  ['the certificate of a symmetric key', stack => key(stack).grants.getPublicKeyCertificate(role(stack)), 'OperationNotAllowedByKeyUsage', 'Payments/Cvk', 'TR31_C0_CARD_VERIFICATION_KEY', 'TR31_K2_TR34_ASYMMETRIC_KEY'],
  ['export of a key that is not exportable', stack => key(stack, { exportable: false }).grants.exportKey(role(stack)), 'KeyNotExportable', 'Payments/Cvk', 'not exportable', 'Expected exportable to be true'],
  ['administration of a replica', stack => key(stack, { replicationRegions: ['us-west-2'] }).replica('us-west-2').grants.administer(role(stack)), 'OperationOnlyOnPrimary', 'Payments/Cvk/Replica-us-west-2', 'not possible on a replica', 'Grant it on the primary'],
  ['events of a key in another Region', stack => foreign(stack, FOREIGN.replace('us-east-1', 'eu-west-1')).events.onSynchronize('Rule'), 'EventsInOtherRegion', 'Payments/Foreign', 'arise in eu-west-1', 'Import the key in a stack in eu-west-1'],
  ['the deletion of a replica', stack => key(stack, { replicationRegions: ['us-west-2'] }).replica('us-west-2').events.onDeletionScheduled('Rule'), 'EventsInOtherRegion', 'Payments/Cvk/Replica-us-west-2', 'us-east-1', 'on the primary'],
  // Other accounts
  ['sharing nothing', stack => share(stack, { operations: [] }), 'NoOperations', 'Payments/Cvk', 'names none', 'PaymentKeyOperation.VERIFY_CARD_VALIDATION_DATA'],
  ['sharing the deletion of a key', stack => share(stack, { operations: [PaymentKeyOperation.of('DeleteKey')] }), 'OperationNotShareable', 'Payments/Cvk', 'DeleteKey', 'in their own account', 'ExportKey'],
  ['sharing what the key cannot do', stack => share(stack, { operations: [PaymentKeyOperation.ENCRYPT_DATA] }), 'OperationNotAllowedByKeyUsage', 'Payments/Cvk', 'TR31_C0_CARD_VERIFICATION_KEY', 'TR31_D0'],
  ['sharing the export of a key that is not exportable', stack => share(stack, { operations: [PaymentKeyOperation.of('ExportKey')] }, other(), key(stack, { exportable: false })), 'KeyNotExportable', 'Payments/Cvk', 'not exportable', 'Expected exportable to be true'],
  ['an operation that is none', () => PaymentKeyOperation.of('payment-cryptography:VerifyMac'), 'InvalidOperation', 'PaymentKeyOperation.of', "'payment-cryptography:VerifyMac'", 'as the API calls it'],
  ['sharing with a service', stack => share(stack, {}, new ServicePrincipal('lambda.amazonaws.com')), 'InvalidPrincipal', 'Payments/Cvk', 'lambda.amazonaws.com', 'the role that the service assumes'],
  ['sharing with an identity provider', stack => share(stack, {}, new FederatedPrincipal('accounts.example.com')), 'InvalidPrincipal', 'Payments/Cvk', 'accounts.example.com', 'Share the key with such a role'],
  ['sharing with everybody', stack => share(stack, {}, new AnyPrincipal()), 'InvalidPrincipal', 'Payments/Cvk', 'everybody', 'OrganizationPrincipal'],
  ['sharing with roles by a wildcard', stack => share(stack, {}, new ArnPrincipal('arn:aws:iam::444455556666:role/authorizer-*')), 'InvalidPrincipal', 'Payments/Cvk', 'role/authorizer-*', 'aws:PrincipalArn'],
  ['sharing with the own account', stack => share(stack, {}, new AccountRootPrincipal()), 'PrincipalInOwnAccount', 'Payments/Cvk', 'in the account of the key', 'key.grants'],
  ['sharing with the own account by its id', stack => share(stack, {}, new AccountPrincipal(ACCOUNT)), 'PrincipalInOwnAccount', 'Payments/Cvk', 'in the account of the key', 'key.grants'],
  ['sharing with a role of the own account', stack => share(stack, {}, role(stack)), 'PrincipalInOwnAccount', 'Payments/Cvk', 'in the account of the key', 'key.grants'],
  ['sharing with the own account in an app without accounts', () => share(new Stack(new App(), 'Payments'), {}, new AccountRootPrincipal()), 'PrincipalInOwnAccount', 'Payments/Cvk', 'in the account of the key', 'key.grants'],
  ['sharing twice with one account', stack => { const its = key(stack); share(stack, {}, other(), its); share(stack, {}, other(), its); }, 'ShareDeclaredTwice', 'Payments/Cvk', 'account 444455556666', 'in one call'],
  ['sharing an imported key', stack => new PaymentKeyShare(stack, 'Share', { key: foreign(stack), principal: other(), operations: [PaymentKeyOperation.VERIFY_MAC] }), 'ResourcePolicyNotManaged', 'Payments/Share', 'Payments/Foreign', 'set roleOnly'],
  ['sharing a key of another account', stack => new PaymentKeyShare(stack, 'Share', { key: foreign(stack, FOREIGN.replace(ACCOUNT, '444455556666')), principal: other(), operations: [PaymentKeyOperation.VERIFY_MAC], roleOnly: true }), 'KeyInOtherEnvironment', 'Payments/Share', '444455556666', 'SharedPaymentKey.fromAttributes'],
  ['sharing by a role of the other account', stack => share(stack, { role: Role.fromRoleArn(stack, 'Theirs', 'arn:aws:iam::444455556666:role/authorizer') }), 'RoleInOtherAccount', 'Payments/Cvk', '444455556666', 'leave role out'],
  ['an external id with a blank', stack => share(stack, { externalId: 'issuer 42' }), 'InvalidExternalId', 'Payments/Cvk', "'issuer 42'", '2 to 1224'],
  ['an external id for a role of the app', stack => share(stack, { externalId: 'issuer-42', role: role(stack) }), 'InvalidExternalId', 'Payments/Cvk', 'given with role', 'externalIds'],
  ['two external ids for one account', stack => { share(stack, { externalId: 'issuer-42' }); share(stack, { externalId: 'issuer-43' }, other(), key(stack, { replicationRegions: ['us-west-2'] }, 'Second')); }, 'InvalidExternalId', 'Payments/Second', "'issuer-43'", "'issuer-42'", 'Give the same everywhere'],
  ['sharing in no Region', stack => share(stack, { regions: [] }), 'NoRegions', 'Payments/Cvk', 'names none', 'leave it out'],
  ['sharing in a Region twice', stack => share(stack, { regions: ['us-west-2', 'us-west-2'] }), 'DuplicateRegion', 'Payments/Cvk', "'us-west-2'", 'List each Region once'],
  ['sharing in a Region that is not known yet', stack => share(stack, { regions: [TOKEN] }), 'RegionCannotBeToken', 'Payments/Cvk', 'is a token', "'us-west-2'"],
  ['operations that are strings', stack => share(stack, { operations: ['VerifyMac'] }), 'InvalidProperty', 'Payments/Cvk', 'operations must be a list of operations', "'VerifyMac'"],
  ['sharing without options', stack => key(stack).shareWith(other(), undefined as any), 'InvalidProperty', 'Payments/Cvk', 'options must be an object', 'undefined'],
  ['sharing with an account number', stack => share(stack, {}, '444455556666'), 'InvalidProperty', 'Payments/Cvk', 'principal must be', "the string '444455556666'"],
  ['a shared key of which nothing is known', () => shared({ keyArn: undefined, operations: undefined }), 'NothingShared', 'SharedPaymentKey.fromAttributes', 'neither keyArn nor roleArn', 'as the account of the key tells them'],
  ['a shared key by its alias', () => shared({ keyArn: 'arn:aws:payment-cryptography:us-east-1:444455556666:alias/cvk' }), 'InvalidKeyArn', 'SharedPaymentKey.fromAttributes', 'alias/cvk', 'by the role'],
  ['a shared key by the name of a role', () => shared({ roleArn: 'payments' }), 'InvalidRoleArn', 'SharedPaymentKey.fromAttributes', "'payments'", 'arn:aws:iam::<account>:role/<name>'],
  ['a shared key without operations', () => shared({ operations: undefined }), 'NoOperations', 'SharedPaymentKey.fromAttributes', 'without operations', 'List at least one'],
  ['operations of a shared key by its role', () => shared({ keyArn: undefined, roleArn: 'arn:aws:iam::444455556666:role/payments' }), 'NoOperations', 'SharedPaymentKey.fromAttributes', 'without keyArn', 'Leave them out'],
  ['the use of a shared key by nobody', () => shared().grantUse(undefined as any), 'InvalidProperty', 'SharedPaymentKey.grantUse', 'grantee must be somebody to grant to', 'undefined'],
  // The provider
  ['a provider after the first key', stack => { key(stack); new PaymentKeyProvider(stack, {}); }, 'PaymentKeyProviderExists', 'Payments', 'already', 'before the first key is declared'],
  ['a runtime of Python', stack => new PaymentKeyProvider(stack, { runtime: Runtime.PYTHON_3_12 }), 'UnsupportedRuntime', 'Payments/PaymentKeyProvider', 'python3.12', 'version 20 or newer'],
  ['an old runtime', stack => new PaymentKeyProvider(stack, { runtime: Runtime.NODEJS_18_X }), 'UnsupportedRuntime', 'Payments/PaymentKeyProvider', 'nodejs18.x', 'version 20 or newer', 'leave runtime out'],
  ['a retention for a log group of others', stack => new PaymentKeyProvider(stack, { logGroup: new LogGroup(stack, 'Logs'), logRetention: RetentionDays.ONE_DAY }), 'LogRetentionWithoutOwnLogGroup', 'Payments/PaymentKeyProvider', 'logGroup names another', 'Set the retention there'],
  ['a KMS key of another Region', stack => new PaymentKeyProvider(stack, { encryptionKey: Key.fromKeyArn(stack, 'Key', KMS_KEY.replace('us-east-1', 'eu-west-1')) }), 'EncryptionKeyInOtherRegion', 'Payments/PaymentKeyProvider', 'is in eu-west-1', 'Pass a key of us-east-1'],
  ['the alias of a KMS key', stack => new PaymentKeyProvider(stack, { encryptionKey: Alias.fromAliasName(stack, 'Alias', 'alias/x') }), 'EncryptionKeyIsAlias', 'Payments/PaymentKeyProvider', 'the alias Payments/Alias', 'Pass the key itself'],
  ['a role of another account', stack => new PaymentKeyProvider(stack, { role: Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::444455556666:role/x') }), 'RoleInOtherAccount', 'Payments/PaymentKeyProvider', 'Payments/Role of account 444455556666', ACCOUNT],
  ['a state machine\'s role of another account', stack => new PaymentKeyProvider(stack, { stateMachineRole: Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::444455556666:role/x', { mutable: false }) }), 'RoleInOtherAccount', 'Payments/PaymentKeyProvider', 'stateMachineRole is Payments/Role', ACCOUNT],
  ...[0, -1, 1.5, NaN].map((count): Mistake =>
    [`a concurrency of ${count}`, stack => new PaymentKeyProvider(stack, { reservedConcurrency: count }), 'InvalidConcurrency', 'Payments/PaymentKeyProvider', `but is ${count}`, 'at least 1']),
  ['a dead-letter queue that is FIFO', stack => new PaymentKeyProvider(stack, { deadLetterQueue: new Queue(stack, 'Queue', { fifo: true }) }), 'InvalidDeadLetterQueue', 'Payments/PaymentKeyProvider', 'Payments/Queue, a FIFO queue', 'standard queues'],
  ['a dead-letter queue elsewhere', stack => new PaymentKeyProvider(stack, { deadLetterQueue: Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:eu-west-1:111122223333:q') }), 'InvalidDeadLetterQueue', 'Payments/PaymentKeyProvider', 'eu-west-1', 'us-east-1'],
  ...['http://vpce-0123.example', 'vpce-0123.example', 'https://vpce-0123.example/path', 'https://', '', 'https://a b'].map((url): Mistake =>
    [`the endpoint '${url}'`, stack => new PaymentKeyProvider(stack, { controlPlaneEndpoints: { 'eu-west-1': url } }), 'InvalidEndpoint', 'Payments/PaymentKeyProvider', `'${url}'`, 'HTTPS URL without a path', 'eu-west-1.vpce.amazonaws.com']),
  ['an endpoint of no Region', stack => new PaymentKeyProvider(stack, { controlPlaneEndpoints: { Ireland: 'https://vpce-0123.example' } }), 'InvalidRegion', 'Payments/PaymentKeyProvider', "'Ireland'", 'eu-west-1'],
  ['endpoints for imports without a provider', stack => new PaymentKeyEndpoints(stack, 'Endpoints', { vpc: new Vpc(stack, 'Vpc'), imports: true }), 'EndpointsWithoutProvider', 'Payments/Endpoints', 'imports is for the function of a provider', 'PaymentKeyProvider.of(stack)'],
  // The inventory
  ['an inventory of no Region', stack => inventory(stack, { regions: [] }), 'NoRegions', 'Payments/Inventory', 'regions names none', 'or leave it out'],
  ['an inventory of a Region twice', stack => inventory(stack, { regions: ['us-west-2', 'us-west-2'] }), 'DuplicateRegion', 'Payments/Inventory', "'us-west-2'", 'List each Region once'],
  ['an inventory of a misspelled Region', stack => inventory(stack, { regions: ['us-wset2'] }), 'InvalidRegion', 'Payments/Inventory', "'us-wset2'", "Did you mean 'us-west-2'?"],
  ['an inventory of a Region that is not known yet', stack => inventory(stack, { regions: [TOKEN] }), 'RegionCannotBeToken', 'Payments/Inventory', 'is a token', "'us-west-2'"],
  ['an inventory of a list that is not known yet', stack => inventory(stack, { regions: TOKENS }), 'RegionCannotBeToken', 'Payments/Inventory', 'is a token', "'us-west-2'"],
  ['a prefix with a slash at its end', stack => inventory(stack, { prefix: 'audit/' }), 'InvalidInventoryPrefix', 'Payments/Inventory', "'audit/'", 'without a slash at the end', "for example 'payment-key-inventory'"],
  ['a prefix that is a pattern', stack => inventory(stack, { prefix: 'audit*' }), 'InvalidInventoryPrefix', 'Payments/Inventory', "'audit*'", '1 to 200 letters'],
  ['an inventory on Python', stack => inventory(stack, { runtime: Runtime.PYTHON_3_12 }), 'UnsupportedRuntime', 'Payments/Inventory', 'python3.12', 'version 20 or newer'],
  ['a retention of an inventory for a log group of others', stack => inventory(stack, { logGroup: new LogGroup(stack, 'Logs'), logRetention: RetentionDays.ONE_DAY }), 'LogRetentionWithoutOwnLogGroup', 'Payments/Inventory', 'logGroup names another', 'Set the retention there'],
  // Callers without types
  ['endpoints without a VPC', stack => new PaymentKeyEndpoints(stack, 'Endpoints', {} as any), 'InvalidProperty', 'Payments/Endpoints', 'vpc must be a Vpc', 'undefined'],
  ['endpoints of the ARN of a key', stack => new PaymentKeyEndpoints(stack, 'Endpoints', { vpc: new Vpc(stack, 'Vpc'), keys: [FOREIGN] } as any), 'InvalidProperty', 'Payments/Endpoints', 'keys must be a list of payment keys', FOREIGN],
  ['the ARN of a KMS key', stack => new PaymentKeyProvider(stack, { encryptionKey: KMS_KEY } as any), 'InvalidProperty', 'Payments/PaymentKeyProvider', 'encryptionKey must be a KMS key', KMS_KEY],
  ['the name of a role', stack => new PaymentKeyProvider(stack, { role: 'PaymentAdminRole' } as any), 'InvalidProperty', 'Payments/PaymentKeyProvider', 'role must be a Role', 'PaymentAdminRole'],
  ['the name of a state machine\'s role', stack => new PaymentKeyProvider(stack, { stateMachineRole: 'x' } as any), 'InvalidProperty', 'Payments/PaymentKeyProvider', 'stateMachineRole must be a Role', "the string 'x'"],
  ['tracing in words', stack => new PaymentKeyProvider(stack, { tracing: 'Active' } as any), 'InvalidProperty', 'Payments/PaymentKeyProvider', 'tracing must be true or false', "'Active'"],
  ['a concurrency in words', stack => new PaymentKeyProvider(stack, { reservedConcurrency: '5' } as any), 'InvalidProperty', 'Payments/PaymentKeyProvider', 'reservedConcurrency must be a number', "'5'"],
  ['a list of endpoints', stack => new PaymentKeyProvider(stack, { controlPlaneEndpoints: ['https://x'] } as any), 'InvalidProperty', 'Payments/PaymentKeyProvider', 'controlPlaneEndpoints must be an object', "['https://x']"],
  ['the ARN of a queue', stack => new PaymentKeyProvider(stack, { deadLetterQueue: 'arn' } as any), 'InvalidProperty', 'Payments/PaymentKeyProvider', 'deadLetterQueue must be a Queue', "'arn'"],
  ['a name instead of a bucket', stack => inventory(stack, { bucket: 'evidence' }), 'InvalidProperty', 'Payments/Inventory', 'bucket must be a Bucket', "the string 'evidence'"],
  ['an expression instead of a schedule', stack => inventory(stack, { schedule: 'rate(30 days)' }), 'InvalidProperty', 'Payments/Inventory', 'schedule must be a Schedule of aws-cdk-lib/aws-events', "the string 'rate(30 days)'"],
  ['no properties', stack => new MultiRegionPaymentKey(stack, 'Cvk', undefined as any), 'InvalidProperty', 'Payments/Cvk', 'undefined', 'Pass one with spec'],
  ['no spec', stack => key(stack, { spec: undefined }), 'InvalidProperty', 'Payments/Cvk', 'spec must be a PaymentKeySpec, for example PaymentKeySpec.cardVerification()', 'undefined'],
  ['a preset that was not called', stack => key(stack, { spec: cardVerification }), 'InvalidProperty', 'Payments/Cvk', 'spec must be a PaymentKeySpec', 'a function'],
  ['a usage as spec', stack => key(stack, { spec: 'TR31_C0_CARD_VERIFICATION_KEY' }), 'InvalidProperty', 'Payments/Cvk', 'spec must be a PaymentKeySpec', "the string 'TR31_C0_CARD_VERIFICATION_KEY'"],
  ['one Region instead of a list', stack => key(stack, { replicationRegions: 'us-west-2' }), 'InvalidProperty', 'Payments/Cvk', 'replicationRegions must be a list of strings', "the string 'us-west-2'"],
  ['a Region that is a number', stack => key(stack, { replicationRegions: [1] }), 'InvalidProperty', 'Payments/Cvk', 'replicationRegions must be a list of strings', 'the list [1]'],
  ['a flag that is a string', stack => key(stack, { exportable: 'false' }), 'InvalidProperty', 'Payments/Cvk', 'exportable must be true or false', "the string 'false'"],
  ['days that are a number', stack => key(stack, { deletionWindow: 30 }), 'InvalidProperty', 'Payments/Cvk', 'deletionWindow must be a Duration, for example Duration.days(30)', 'but is 30'],
  ['a removal policy that is none', stack => key(stack, { removalPolicy: 'keep' }), 'InvalidProperty', 'Payments/Cvk', 'removalPolicy must be one of RemovalPolicy: DESTROY, RETAIN', "the string 'keep'"],
  ['a resource policy that is an object', stack => key(stack, { resourcePolicy: { Statement: [] } }), 'InvalidProperty', 'Payments/Cvk', 'resourcePolicy must be a PolicyDocument', 'an object of class Object'],
  ['a check value algorithm that is a string', stack => key(stack, { keyCheckValueAlgorithm: 'CMAC' }), 'InvalidProperty', 'Payments/Cvk', 'KeyCheckValueAlgorithm.CMAC', "the string 'CMAC'"],
  ['an added Region that is undefined', stack => key(stack, { replicationRegions: [] }).addReplicationRegion(undefined as any), 'InvalidProperty', 'Payments/Cvk', 'region must be a string', 'undefined'],
  ['an alias without a name', stack => key(stack).addAlias(undefined as any), 'InvalidProperty', 'Payments/Cvk', 'aliasName must be a string', 'undefined'],
  ['a replica of nowhere', stack => key(stack).replica(undefined as any), 'InvalidProperty', 'Payments/Cvk', 'region must be a string', 'undefined'],
  ['an ARN in nowhere', stack => key(stack).keyArnIn(undefined as any), 'InvalidProperty', 'Payments/Cvk', 'region must be a string', 'undefined'],
  ['an import of nothing', stack => foreign(stack, null as any), 'InvalidProperty', 'Payments/Foreign', 'keyArn must be a string', 'null'],
  ['attributes without an id', stack => MultiRegionPaymentKey.fromKeyAttributes(stack, 'Foreign', {} as any), 'InvalidProperty', 'Payments/Foreign', 'keyId must be a string', 'undefined'],
  ['an alias of the ARN of a key', stack => alias(stack, { key: FOREIGN }), 'InvalidProperty', 'Payments/Alias', 'key must be a payment key, a CfnKey or another IKeyRef', FOREIGN],
  ['tags of nothing', stack => tags(stack, { key: undefined }), 'InvalidProperty', 'Payments/Tags', 'key must be a payment key', 'undefined'],
  ['tags as a list', stack => tags(stack, { tags: [{ Key: 'team', Value: 'cards' }] }), 'InvalidProperty', 'Payments/Tags', 'tags must be an object whose values are strings', 'the list'],
  ['replication without Regions', stack => replicate(stack, { replicationRegions: undefined }), 'InvalidProperty', 'Payments/Replication', 'replicationRegions must be a list of strings', 'undefined'],
  ['defaults without Regions', stack => defaults(stack, { regions: 'us-west-2' }), 'InvalidProperty', 'Payments/Defaults', 'regions must be a list of strings', "the string 'us-west-2'"],
  ['adoption of nothing', stack => adopt(stack, { key: undefined }), 'InvalidProperty', 'Payments/Adopted', 'key must be a payment key', 'undefined'],
  ['memory that is a number', stack => new PaymentKeyProvider(stack, { memorySize: 256 } as any), 'InvalidProperty', 'Payments/PaymentKeyProvider', 'memorySize must be a Size', 'but is 256'],
  ['an environment that holds a number', stack => new PaymentKeyProvider(stack, { environment: { PORT: 1 } } as any), 'InvalidProperty', 'Payments/PaymentKeyProvider', 'environment must be an object whose values are strings'],
  ['a spec without modes', () => PaymentKeySpec.of({ usage: PaymentKeyUsage.TR31_M7_HMAC_KEY, algorithm: PaymentKeyAlgorithm.HMAC_SHA256 } as any), 'InvalidProperty', 'PaymentKeySpec.of', 'modesOfUse must be a PaymentKeyModesOfUse', 'undefined'],
  ['a grant to nobody', stack => key(stack).grants.readMetadata(undefined as any), 'InvalidProperty', 'Payments/Cvk', 'grantee must be somebody to grant to', 'undefined'],
  ['a grant to the ARN of a role', stack => key(stack).grants.readMetadata('arn:aws:iam::111122223333:role/r' as any), 'InvalidProperty', 'Payments/Cvk', 'for example a Role', "the string 'arn:aws:iam::111122223333:role/r'"],
  ['grants of nothing', () => PaymentKeyGrants.fromKey(undefined as any), 'InvalidProperty', 'PaymentKeyGrants.fromKey', 'key must be a payment key', 'undefined'],
  ['events of nothing', () => PaymentKeyEvents.fromKey(undefined as any), 'InvalidProperty', 'PaymentKeyEvents.fromKey', 'key must be a payment key', 'undefined'],
  ['a rule without an id', stack => key(stack).events.onSynchronize(undefined as any), 'InvalidProperty', 'Payments/Cvk', 'id must be a string', 'undefined'],
  ['a spec in the form of properties', stack => key(stack, { spec: { usage: PaymentKeyUsage.TR31_C0_CARD_VERIFICATION_KEY, algorithm: PaymentKeyAlgorithm.TDES_2KEY, modesOfUse: PaymentKeyModesOfUse.VERIFY_ONLY } }), 'InvalidProperty', 'Payments/Cvk', 'spec must be a PaymentKeySpec', 'PaymentKeySpec.cardVerification()'],
  ...['replaceable', 'replicationRegions', 'enabled', 'exportable', 'keyCheckValueAlgorithm', 'deriveKeyUsage', 'deletionWindow', 'removalPolicy', 'resourcePolicy', 'waitForReplication', 'replicationTimeout'].map((property): Mistake =>
    [`${property} that is null`, stack => key(stack, { [property]: null }), 'InvalidProperty', 'Payments/Cvk', `${property} must be `, 'but is null']),
  ['a Region of attributes that is null', stack => MultiRegionPaymentKey.fromKeyAttributes(stack, 'Foreign', { keyId: 'kwapwa6qaifllw2h', region: null } as any), 'InvalidProperty', 'Payments/Foreign', 'region must be a string', 'but is null'],
  ['a Region of an alias that is null', stack => alias(stack, { regions: null }), 'InvalidProperty', 'Payments/Alias', 'regions must be a list of strings', 'but is null'],
  ['an environment that is null', stack => new PaymentKeyProvider(stack, { environment: null } as any), 'InvalidProperty', 'Payments/PaymentKeyProvider', 'environment must be an object', 'but is null'],
  ['subnets that are null', stack => new PaymentKeyProvider(stack, { vpcSubnets: null } as any), 'InvalidProperty', 'Payments/PaymentKeyProvider', 'vpcSubnets must be a selection of subnets', 'but is null'],
  ['options of the provider as a list', stack => new PaymentKeyProvider(stack, [] as any), 'InvalidProperty', 'Payments/PaymentKeyProvider', 'props must be an object', 'the list []'],
  ['Regions of an alias without their name', stack => key(stack).addAlias('alias/cvk', ['us-west-2'] as any), 'InvalidProperty', 'Payments/Cvk', 'options must be an object', "the list ['us-west-2']"],
  ['options of an alias that are null', stack => key(stack).addAlias('alias/cvk', null as any), 'InvalidProperty', 'Payments/Cvk', 'options must be an object', 'but is null'],
  ['an algorithm in place of the options of a preset', () => cardVerification('AES_128' as any), 'InvalidProperty', 'PaymentKeySpec, usage TR31_C0_CARD_VERIFICATION_KEY', 'options must be an object', "the string 'AES_128'"],
  ['options of a preset that are null', () => pinEncryption(null as any), 'InvalidProperty', 'PaymentKeySpec, usage TR31_P0_PIN_ENCRYPTION_KEY', 'options must be an object', 'but is null'],
  ['modes that are no modes', () => cardVerification({ modesOfUse: { modes: 'Generate' } as any }), 'InvalidProperty', 'PaymentKeySpec, usage TR31_C0_CARD_VERIFICATION_KEY', 'modesOfUse must be a PaymentKeyModesOfUse'],
  ['a mode that is not known yet', () => PaymentKeyModesOfUse.of({ generate: Token.asAny({ Ref: 'Parameter' }) as any, verify: true }), 'InvalidProperty', 'PaymentKeyModesOfUse.of', 'generate must be true or false, and no token'],
  ['options of an algorithm that are none', () => PaymentKeyAlgorithm.of('NEW_1', true as any), 'InvalidProperty', 'PaymentKeyAlgorithm.of', 'options must be an object', 'but is true'],
  ['an algorithm that is asymmetric in words', () => PaymentKeyAlgorithm.of('NEW_1', { asymmetric: 'yes' as any }), 'InvalidProperty', 'PaymentKeyAlgorithm.of', 'asymmetric must be true or false', "the string 'yes'"],
  ['a usage without a name', () => PaymentKeyUsage.of(''), 'InvalidProperty', 'PaymentKeyUsage.of', 'value must be a string that is not empty'],
  ['a deletion window that is not known yet', stack => key(stack, { deletionWindow: Duration.days(Token.asNumber({ Ref: 'Parameter' })) }), 'InvalidDeletionWindow', 'Payments/Cvk', 'deletionWindow must be known', 'is a token', 'whole days'],
  ['a timeout that is not known yet', stack => alias(stack, { replicationTimeout: Duration.hours(Token.asNumber({ Ref: 'Parameter' })) }), 'InvalidReplicationTimeout', 'Payments/Alias', 'replicationTimeout must be known', 'is a token', 'whole minutes'],
  ['a statement that is a plain object', stack => key(stack).addToResourcePolicy({ actions: ['payment-cryptography:EncryptData'] } as any), 'InvalidProperty', 'Payments/Cvk', 'statement must be a PolicyStatement', 'an object of class Object'],
  ['no removal policy', stack => key(stack).applyRemovalPolicy(undefined as any), 'InvalidProperty', 'Payments/Cvk', 'policy must be one of RemovalPolicy: DESTROY', 'undefined'],
  ['a removal policy of an alias by its name', stack => alias(stack).applyRemovalPolicy('DESTROY' as any), 'InvalidProperty', 'Payments/Alias', 'policy must be one of RemovalPolicy: DESTROY', "the string 'DESTROY'"],
  ['an action without its prefix', stack => key(stack).grants.actions(role(stack), 'EncryptData'), 'InvalidProperty', 'Payments/Cvk', 'actions must be actions with their prefix', "'EncryptData'"],
  ['no actions', stack => key(stack).grants.actions(role(stack)), 'InvalidProperty', 'Payments/Cvk', 'actions must be actions with their prefix', 'the list []'],
  ['options of a rule that are null', stack => key(stack).events.onSynchronize('Rule', null as any), 'InvalidProperty', 'Payments/Cvk', 'options must be an object', 'but is null'],
  ['a target that is a function', stack => key(stack).events.onDeletionScheduled('Rule', { target: (() => undefined) as any }), 'InvalidProperty', 'Payments/Cvk', 'target must be a target of a rule', 'a function'],
  ['a key without a scope', () => new (MultiRegionPaymentKey as any)('Cvk', { spec: cardVerification() }), 'InvalidProperty', 'MultiRegionPaymentKey', 'scope must be a construct, for example this', "the string 'Cvk'"],
  ['a key without an id', stack => new (MultiRegionPaymentKey as any)(stack, { spec: cardVerification() }), 'InvalidProperty', 'MultiRegionPaymentKey in Payments', 'id must be a string', 'an object of class Object'],
  ['replication without an id', stack => new (KeyReplication as any)(stack, undefined, {}), 'InvalidProperty', 'KeyReplication in Payments', 'id must be a string', 'undefined'],
  ['an import without a scope', () => (MultiRegionPaymentKey as any).fromKeyArn(FOREIGN), 'InvalidProperty', 'MultiRegionPaymentKey.fromKeyArn', 'scope must be a construct', FOREIGN],
  ['an adoption without a scope', () => (MultiRegionPaymentKey as any).adopt(undefined, 'Adopted', {}), 'InvalidProperty', 'MultiRegionPaymentKey.adopt', 'scope must be a construct', 'undefined'],
  ['the provider of nothing', () => PaymentKeyProvider.of(undefined as any), 'InvalidProperty', 'PaymentKeyProvider.of', 'scope must be a construct', 'undefined'],
  ['an interval in minutes', stack => watch(stack, { interval: 60 }), 'InvalidProperty', 'Payments/Watch', 'interval must be a Duration', 'but is 60'],
  ['a watch of one key without a list', stack => watch(stack, { resources: key(stack, {}, 'Watched') }), 'InvalidProperty', 'Payments/Watch', 'resources must be a list of constructs, for example [cvk]', 'an object of class MultiRegionPaymentKey'],
  ['a watch of a key by its ARN', stack => watch(stack, { resources: [FOREIGN] }), 'InvalidProperty', 'Payments/Watch', 'resources must be a list of constructs', `the list ['${FOREIGN}']`],
  ['a watch of a list that is null', stack => watch(stack, { resources: null }), 'InvalidProperty', 'Payments/Watch', 'resources must be a list of constructs', 'but is null'],
  ['a bus by its name alone', stack => watch(stack, { eventBus: 'security' }), 'InvalidProperty', 'Payments/Watch', 'eventBus must be an EventBus', "the string 'security'"],
  ['options of a watch that are a list', stack => watch(stack, []), 'InvalidProperty', 'Payments/Watch', 'props must be an object', 'the list []'],
  ['options of a watch that are null', stack => watch(stack, null), 'InvalidProperty', 'Payments/Watch', 'props must be an object', 'but is null'],
  ['a watch without an id', stack => new (PaymentKeyWatch as any)(stack), 'InvalidProperty', 'PaymentKeyWatch in Payments', 'id must be a string', 'undefined'],
  ['a watch without a scope', () => new (PaymentKeyWatch as any)('Watch'), 'InvalidProperty', 'PaymentKeyWatch', 'scope must be a construct', "the string 'Watch'"],
  ['a target of findings that is a function', stack => watch(stack).onFinding('Found', { target: (() => undefined) as any }), 'InvalidProperty', 'Payments/Watch', 'target must be a target of a rule', 'a function'],
  ['a rule for findings without an id', stack => (watch(stack) as any).onFinding(), 'InvalidProperty', 'Payments/Watch', 'id must be a string that is not empty', 'undefined'],
  ['options of a rule for findings that are null', stack => watch(stack).onFindingResolved('Resolved', null as any), 'InvalidProperty', 'Payments/Watch', 'options must be an object', 'but is null'],
  ['an algorithm that is a number', () => PaymentKeyAlgorithm.of(256 as any), 'InvalidProperty', 'PaymentKeyAlgorithm.of', 'value must be a string', 'but is 256'],
];

/** Refused when the template is made: until then they could be mended. */
const WHEN_SYNTHESIZED: readonly Mistake[] = [
  ['a tag of AWS', stack => Tags.of(key(stack)).add('aws:team', 'cards'), 'TagNotAllowed', 'Payments/Cvk', "'aws:team'", 'Choose another key'],
  ['a tag of this library', stack => Tags.of(key(stack)).add('cdk-multi-region-payment-keys:stack-id', 'x'), 'TagNotAllowed', 'Payments/Cvk', "'cdk-multi-region-payment-keys:stack-id'", 'Choose another key'],
  ['a tag of this library in capitals', stack => Tags.of(key(stack)).add('CDK-Multi-Region-Payment-Keys:x', 'x'), 'TagNotAllowed', 'Payments/Cvk', "'CDK-Multi-Region-Payment-Keys:x'", 'Choose another key'],
  ['a tag without a key', stack => Tags.of(key(stack)).add('', 'cards'), 'TagNotAllowed', 'Payments/Cvk', "'cards'", 'empty key', 'Give it a key'],
  ['a tag without a value', stack => Tags.of(key(stack)).add('team', ''), 'TagNotAllowed', 'Payments/Cvk', "'team'", 'empty value', 'leave the tag out'],
  ['a long key of a tag', stack => Tags.of(key(stack)).add('k'.repeat(129), 'x'), 'TagNotAllowed', 'Payments/Cvk', '128 characters', 'Shorten it'],
  ['a long value of a tag', stack => Tags.of(key(stack)).add('team', 'v'.repeat(257)), 'TagNotAllowed', 'Payments/Cvk', "'team'", '256 characters', 'Shorten it'],
  ['too many tags', stack => { const cvk = key(stack); Object.keys(many(47)).forEach(name => Tags.of(cvk).add(name, 'x')); }, 'TooManyTags', 'Payments/Cvk', '47 are declared', 'Declare 45 at most'],
  ['too many regional tags', stack => tags(stack, { tags: many(51) }), 'TooManyTags', 'Payments/Tags', '51 are declared'],
  ['a tag that the key sets too', stack => { const cvk = key(stack); Tags.of(cvk).add('team', 'pins'); tags(stack, { key: cvk }); }, 'TagDeclaredTwice', 'Payments/Tags', "'cards'", "'pins'", 'Declare it in one place'],
  ['a tag that the key sets too, whose ARN is imported', stack => { const cvk = key(stack); Tags.of(cvk).add('team', 'pins'); tags(stack, { key: foreign(stack, cvk.keyArn, 'Imported') }); }, 'TagDeclaredTwice', 'Payments/Tags', "'cards'", "'pins' on Payments/Cvk itself"],
  ['a tag that a native key sets too, whose ARN is imported', stack => { const its = native(stack); Tags.of(its).add('team', 'pins'); tags(stack, { key: foreign(stack, its.attrKeyIdentifier, 'Imported') }); }, 'TagDeclaredTwice', 'Payments/Tags', "'cards'", "'pins' on Payments/Native itself"],
  ['an alias that two resources declare', stack => { alias(stack); new RegionalAlias(stack, 'Again', { aliasName: 'alias/cvk', key: foreign(stack, FOREIGN, 'Same') }); }, 'AliasDeclaredTwice', 'Payments/Again', 'Payments/Alias declares alias/cvk', 'under another name'],
  ['an alias where the key has no replica', stack => alias(stack, { key: key(stack, { replicationRegions: ['us-west-2'] }), regions: ['eu-west-1'] }), 'ReplicaNotDeclared', 'Payments/Alias', "'eu-west-1'", 'us-east-1, us-west-2', 'Add the Region to its replicationRegions'],
  ['tags where the key has no replica', stack => tags(stack, { key: key(stack, { replicationRegions: [] }), regions: ['eu-west-1'] }), 'ReplicaNotDeclared', 'Payments/Tags', "'eu-west-1'", 'leave it out here'],
  ['sharing where the key has no replica', stack => share(stack, { regions: ['eu-west-1'] }), 'ReplicaNotDeclared', 'Payments/Cvk/Share-444455556666', "'eu-west-1'", 'us-east-1, us-west-2', 'leave it out here'],
  ['a binding where the key has no replica', stack => bind(stack, { regions: ['us-east-1', 'eu-west-1'] }), 'ReplicaNotDeclared', 'Payments/Authorizer, bound to Payments/Cvk', "'eu-west-1'", 'us-east-1, us-west-2'],
  ['a variable of a binding that is changed later', stack => { bind(stack); handler(stack).addEnvironment('PAYMENT_KEY_REGIONS', 'us-east-1'); }, 'EnvironmentVariableTaken', 'Payments/Authorizer, bound to Payments/Cvk', 'PAYMENT_KEY_REGIONS', 'leave the variable to the binding'],
  ['a policy for everybody', stack => key(stack, { resourcePolicy: policy({ principals: [new AnyPrincipal()] }) }), 'InvalidResourcePolicy', 'Payments/Cvk', 'everybody', 'Name accounts, roles or users'],
  ['a policy for everybody but one', stack => key(stack, { resourcePolicy: policy({ principals: [], notPrincipals: [new ArnPrincipal('arn:aws:iam::444455556666:root')], effect: Effect.ALLOW }) }), 'InvalidResourcePolicy', 'Payments/Cvk', 'everybody but some', 'Name accounts, roles or users'],
  ['a policy with actions of another service', stack => key(stack, { resourcePolicy: policy({ actions: ['kms:Encrypt'] }) }), 'InvalidResourcePolicy', 'Payments/Cvk', "'kms:Encrypt'", 'payment-cryptography:'],
  ['a policy without resources', stack => key(stack, { resourcePolicy: policy({ resources: [] }) }), 'InvalidResourcePolicy', 'Payments/Cvk', 'no resources', "resources: ['*']"],
  ['a policy of all keys by their ARNs', stack => key(stack, { resourcePolicy: policy({ resources: [FOREIGN.replace(/[^/]+$/, '*')] }) }), 'InvalidResourcePolicy', 'Payments/Cvk', 'key/*', "resources: ['*']"],
  ['a policy that names its own key', stack => { const cvk = key(stack); cvk.addToResourcePolicy(new PolicyStatement({ actions: ['payment-cryptography:EncryptData'], principals: [new ArnPrincipal('arn:aws:iam::444455556666:root')], resources: [cvk.keyArn] })); }, 'InvalidResourcePolicy', 'Payments/Cvk', "the key's own ARN", "resources: ['*']"],
  ['a policy without principals', stack => key(stack, { resourcePolicy: policy({ principals: [] }) }), 'InvalidResourcePolicy', 'Payments/Cvk', 'cannot be put on the key', 'principal'],
  ['a policy that is too long', stack => key(stack, { resourcePolicy: policy({ sid: 'a'.repeat(21_000) }) }), 'InvalidResourcePolicy', 'Payments/Cvk', '20480', 'Shorten it'],
  ['a watch of nothing', stack => new PaymentKeyWatch(stack, 'Watch'), 'NothingToWatch', 'Payments/Watch', 'the stack has nothing that this library makes', 'Declare the watch in the stack of the keys'],
  ['a watch that names more than a rule holds', stack => new PaymentKeyWatch(stack, 'Watch', { resources: Array.from({ length: 220 }, (_, index) => key(stack, {}, `KeyOfTheTeamThatIssuesCards${index}`)) }), 'TooManyWatched', 'Payments/Watch', 'at most 8192 are allowed', 'Divide them among several watches'],
  ['snapshots by an aspect', stack => { key(stack); RemovalPolicies.of(stack).snapshot(); }, 'RemovalPolicyNotSupported', 'Payments/Cvk', 'no snapshots', 'RETAIN_ON_UPDATE_OR_DELETE'],
];

/** What only may be a mistake: a warning, by its id, at the construct that it is about. */
const DOUBTFUL: readonly Mistake[] = [
  ['a misspelled Region that looks like one', stack => key(stack, { replicationRegions: ['us-wset-2'] }), 'unknownRegion-us-wset-2', 'Payments/Cvk', "'us-wset-2'", "Did you mean 'us-west-2'?", 'eu-west-1', 'acknowledge'],
  ['an inventory of a Region that may come', stack => inventory(stack, { regions: ['mx-central-1'] }), 'unknownRegion-mx-central-1', 'Payments/Inventory', "'mx-central-1'", 'This version knows', 'acknowledge'],
  ['a Region that may come', stack => defaults(stack, { regions: ['mx-central-1'] }), 'unknownRegion-mx-central-1', 'Payments/Defaults', "'mx-central-1'", 'This version knows', 'acknowledge'],
  ['a misspelled Region of a replica', stack => { const its = foreign(stack); its.replica('us-wset-2'); its.replica('us-wset-2'); }, 'unknownRegion-us-wset-2', 'Payments/Foreign', "Did you mean 'us-west-2'?", 'acknowledge'],
  ['a misspelled Region of a replica behind an alias', stack => MultiRegionPaymentKey.fromAliasName(stack, 'Foreign', 'alias/cvk').replica('us-wset-2'), 'unknownRegion-us-wset-2', 'Payments/Foreign', "Did you mean 'us-west-2'?", 'acknowledge'],
  ['a misspelled Region of attributes', stack => MultiRegionPaymentKey.fromKeyAttributes(stack, 'Foreign', { keyId: 'kwapwa6qaifllw2h', region: 'us-wset-2' }), 'unknownRegion-us-wset-2', 'Payments/Foreign', "Did you mean 'us-west-2'?", 'acknowledge'],
  ['a misspelled Region of an ARN', stack => foreign(stack, FOREIGN.replace('us-east-1', 'us-esat-1')), 'unknownRegion-us-esat-1', 'Payments/Foreign', "Did you mean 'us-east-1'?", 'acknowledge'],
  ['a usage that may come', stack => key(stack, { spec: PaymentKeySpec.of({ usage: PaymentKeyUsage.of('TR31_Z9_LATER'), algorithm: PaymentKeyAlgorithm.AES_128, modesOfUse: PaymentKeyModesOfUse.SIGN }) }), 'unknownKeyUsage', 'Payments/Cvk', 'TR31_Z9_LATER', 'Check the spelling'],
  ['a rotation whose former version is disabled', stack => rotation(stack, { versionOptions: { 2025: { enabled: false } } }), 'previousVersionDisabled', 'Payments/Zpk', '2025 is disabled', 'in a later deployment'],
  ['a rotation that may delete what was current', stack => rotation(stack, { current: '2025', removalPolicy: RemovalPolicy.DESTROY }), 'rotationWithoutPrevious', 'Payments/Zpk', '2025 is the first', 'Leave it in the list'],
  ['a binding by a misspelled alias', stack => { const cvk = key(stack, { replicationRegions: ['us-west-2'] }); cvk.addAlias('alias/cvk'); bind(stack, { aliasName: 'alias/cvv' }, cvk); }, 'aliasNotDeclared', 'Payments/Authorizer', 'alias/cvv of Payments/Cvk in us-east-1, us-west-2', "addAlias('alias/cvv')", 'acknowledge'],
  ['a binding from another Region', stack => { const west = new Stack(stack.node.root as App, 'West', { env: { account: ACCOUNT, region: 'us-west-2' } }); bind(stack, {}, key(west, { replicationRegions: ['us-east-1'] })); }, 'bindingAcrossRegions', 'Payments/Authorizer', 'West/Cvk in a stack in us-west-2', 'fromAliasName', 'acknowledge'],
  ['an import that nothing proves', stack => key(stack, { material: KeyMaterial.rsaCryptogram({ cryptogram: KeyBlock.fromSecret(secret(stack), { versionId: 'v'.repeat(32) }) }) }), 'importWithoutCheckValue', 'Payments/Cvk', 'expectedKeyCheckValue', 'on another way'],
  ['a key that no operation takes', stack => key(stack, { spec: cardVerification({ algorithm: PaymentKeyAlgorithm.AES_128 }) }), 'keyNotUsableInOperations', 'Payments/Cvk', 'AES_128', 'Usable: TDES_2KEY, TDES_3KEY'],
  ['a policy of a key with replicas', stack => key(stack, { resourcePolicy: policy({}), replicationRegions: ['us-west-2'] }), 'resourcePolicyNotReplicated', 'Payments/Cvk', 'replicas cannot have any', 'acknowledge'],
  ['sharing with an organization', stack => share(stack, {}, new OrganizationPrincipal('o-exampleorgid')), 'organizationInResourcePolicy', 'Payments/Cvk/Share-dced634a', 'counts that as public', 'roleOnly'],
  ['adoption of a native key that stays in its template', stack => adopt(stack, { key: native(stack) }), 'adoptedKeyOfTemplate', 'Payments/Adopted', 'Payments/Native', 'use KeyReplication'],
  ['the same by its ARN', stack => adopt(stack, { key: foreign(stack, native(stack).attrKeyIdentifier, 'Imported') }), 'adoptedKeyOfTemplate', 'Payments/Adopted', 'Payments/Native', 'use KeyReplication'],
  ['replication of a native key that lists Regions', stack => replicate(stack, { key: native(stack, { replicationRegions: ['eu-west-1'] }) }), 'nativeKeyListsRegions', 'Payments/Replication', 'Payments/Native', 'List all Regions in one of the two'],
  ['an aspect that destroys', stack => { key(stack); RemovalPolicies.of(stack).destroy(); }, 'keyDestroyedByAspect', 'Payments/Cvk', 'RETAIN_ON_UPDATE_OR_DELETE', 'excludeResourceTypes'],
  ['an imported KMS key', stack => new PaymentKeyProvider(stack, { encryptionKey: Key.fromKeyArn(stack, 'Key', KMS_KEY) }), 'encryptionKeyPolicyNotChanged', 'Payments/PaymentKeyProvider', 'EncryptLogOfPaymentKeyProvider', 'requiredKeyPolicy', 'acknowledge'],
  ['an imported dead-letter queue', stack => new PaymentKeyProvider(stack, { deadLetterQueue: Queue.fromQueueArn(stack, 'Queue', 'arn:aws:sqs:us-east-1:111122223333:q') }), 'deadLetterQueuePolicyNotChanged', 'Payments/PaymentKeyProvider', 'sqs:SendMessage', 'acknowledge'],
  ['a role that must not change', stack => new PaymentKeyProvider(stack, { role: unchangeable(stack) }), 'rolePolicyNotAttached', 'Payments/PaymentKeyProvider', 'Payments/Unchangeable', 'CreateOwnKeys', 'requiredPolicy', 'acknowledge'],
  ['a state machine\'s role that must not change', stack => new PaymentKeyProvider(stack, { stateMachineRole: unchangeable(stack) }), 'stateMachineRolePolicyNotAttached', 'Payments/PaymentKeyProvider', 'lambda:InvokeFunction', 'requiredStateMachinePolicy'],
  ['isolated subnets without endpoints', stack => new PaymentKeyProvider(stack, isolated(stack)), 'vpcWithoutEndpoints', 'Payments/PaymentKeyProvider', 'dynamodb, payment-cryptography.controlplane, s3, states', 'Payments/Vpc', 'PaymentKeyEndpoints', 'acknowledge'],
  ['isolated subnets without a way to another Region', stack => { new PaymentKeyProvider(stack, isolated(stack)); key(stack, { replicationRegions: ['us-west-2'] }); }, 'isolatedSubnets-us-west-2', 'Payments/PaymentKeyProvider', 'controlPlaneEndpoints', 'aliases and tags in us-west-2 do not'],
  ['a proxy that is ignored', stack => new PaymentKeyProvider(stack, { runtime: Runtime.NODEJS_20_X, environment: { HTTPS_PROXY: 'http://p:1' } }), 'proxyIgnored', 'Payments/PaymentKeyProvider', 'HTTPS_PROXY', 'nodejs20.x', 'Node.js 22 or newer'],
];

const stackOf = () => new Stack(new App(), 'Payments', { env: { account: ACCOUNT, region: 'us-east-1' } });
function errorOf(act: () => unknown): Error | undefined {
  try { act(); } catch (error) { return error as Error; }
  return undefined;
}

test('there are 120 of them at least, each of its own', () => {
  const all = [...WHEN_DECLARED, ...WHEN_SYNTHESIZED];
  expect(all.length).toBeGreaterThanOrEqual(120);
  expect(new Set(all.map(([what]) => what)).size).toBe(all.length);
  // A path, and at least one of what was given, what is allowed, what to do.
  expect(all.filter(([, , , ...says]) => says.length < 2).map(([what]) => what)).toEqual([]);
});

for (const [what, make, name, ...says] of WHEN_DECLARED) {
  test(`${what} is refused where it is declared`, () => {
    const error = errorOf(() => make(stackOf()));
    expect(error?.name).toBe(name);
    expect(error!.message.startsWith(`${name}: ${says[0]}`)).toBe(true);
    says.forEach(fragment => expect(error!.message).toContain(fragment));
  });
}

for (const [what, make, name, ...says] of WHEN_SYNTHESIZED) {
  test(`${what} is refused when the template is made`, () => {
    const stack = stackOf();
    expect(errorOf(() => make(stack))).toBeUndefined();
    const error = errorOf(() => (stack.node.root as App).synth());
    expect(error?.message).toContain(`${name}: ${says[0]}: `);
    says.forEach(fragment => expect(error!.message).toContain(fragment));
  });
}

for (const [what, make, id, path, ...says] of DOUBTFUL) {
  test(`${what} draws a warning`, () => {
    const stack = stackOf();
    make(stack);
    const [{ entry }, ...others] = Annotations.fromStack(stack).findWarning(`/${path}`, Match.stringLikeRegexp(`cdk-multi-region-payment-keys:${id}\\]`));
    expect(others).toEqual([]);
    says.forEach(fragment => expect(entry.data).toContain(fragment));
  });
}
