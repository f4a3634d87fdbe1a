import { App, CfnOutput, Duration, RemovalPolicy, Stack, Tags } from 'aws-cdk-lib';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { AccountPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  KeyBlock, KeyCheckValueAlgorithm, KeyMaterial, MultiRegionPaymentKey, PaymentKeyAlgorithm, PaymentKeyInventory, PaymentKeyModesOfUse,
  PaymentKeyOperation, PaymentKeyRotation, PaymentKeySpec, PaymentKeyUsage, PaymentKeyWatch, RegionalTags,
} from 'cdk-multi-region-payment-keys';

const app = new App();
const env = { account: '111122223333', region: 'us-east-1' };

const stack = new Stack(app, 'Payments', { env });
const cvk = new MultiRegionPaymentKey(stack, 'Cvk', {
  spec: PaymentKeySpec.cardVerification(),
  replicationRegions: ['us-west-2', 'eu-west-1'],
});
Tags.of(cvk).add('team', 'cards');

// What a user sees of an error.
if (process.env.MISTAKE) {
  try {
    new MultiRegionPaymentKey(stack, 'Mistake', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['Oregon'] });
  } catch (error) {
    console.log(String(error));
    process.exit(0);
  }
}

const pins = new Stack(app, 'Pins', { env });
const pek = new MultiRegionPaymentKey(pins, 'Pek', {
  spec: PaymentKeySpec.of({
    usage: PaymentKeyUsage.TR31_P0_PIN_ENCRYPTION_KEY,
    algorithm: PaymentKeyAlgorithm.TDES_2KEY,
    modesOfUse: PaymentKeyModesOfUse.of({ encrypt: true, decrypt: true, wrap: true, unwrap: true }),
  }),
  keyCheckValueAlgorithm: KeyCheckValueAlgorithm.ANSI_X9_24,
  replicationRegions: ['eu-west-1'],
  deletionWindow: Duration.days(30),
  removalPolicy: RemovalPolicy.DESTROY,
});
pek.addAlias('alias/pin-encryption', { regions: ['eu-west-1'] });
const issuer = new Role(pins, 'Issuer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
pek.grants.translatePinData(issuer);
pek.replica('eu-west-1').grants.verifyPinData(issuer);
const acquirer = MultiRegionPaymentKey.fromKeyAttributes(pins, 'Acquirer', { keyId: 'abcdefghijklmnop', replicationRegions: ['eu-west-1'] });
new RegionalTags(pins, 'AcquirerTags', { key: acquirer, tags: { team: 'pins' } });
new CfnOutput(pins, 'PekInIreland', { value: pek.keyArnIn('eu-west-1') });
const watch = new PaymentKeyWatch(pins, 'Watch', { interval: Duration.minutes(30) });
watch.onFinding('Finding');
pek.shareWith(new AccountPrincipal('444455556666'), { operations: [PaymentKeyOperation.VERIFY_PIN_DATA] });

const zones = new Stack(app, 'Zones', { env });
const kek = MultiRegionPaymentKey.fromAliasName(zones, 'Kek', 'alias/partner-kek');
const secret = Secret.fromSecretCompleteArn(zones, 'Block', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:payments/zmk-AbCdEf');
new MultiRegionPaymentKey(zones, 'Zmk', {
  spec: PaymentKeySpec.keyBlockProtection(),
  material: KeyMaterial.tr31({
    wrappingKey: kek,
    keyBlock: KeyBlock.fromSecret(secret, { versionId: '6b6b0b5c-7f0e-4c1c-9c52-2f3f6f1c7e01' }),
  }),
  expectedKeyCheckValue: '08D7B4',
  replicationRegions: ['us-west-2', 'eu-west-1'],
});

const acquiring = new Stack(app, 'Acquiring', { env });
const zpk = new PaymentKeyRotation(acquiring, 'Zpk', {
  spec: PaymentKeySpec.pinEncryption(),
  aliasName: 'alias/zpk',
  versions: ['2025', '2026', '2027'],
  current: '2026',
  versionOptions: { 2027: { enabled: false } },
  replicationRegions: ['us-west-2', 'eu-west-1'],
});
const translator = new Function(acquiring, 'Translator', {
  code: Code.fromInline('exports.handler = async () => {};'),
  handler: 'index.handler',
  runtime: Runtime.NODEJS_22_X,
});
zpk.keyBehindAlias.bind(translator, { operations: [PaymentKeyOperation.TRANSLATE_PIN_DATA], environmentPrefix: 'ZPK' });
const partner = MultiRegionPaymentKey.fromKeyAttributes(acquiring, 'Partner', { keyId: 'abcdefghijklmnop', replicationRegions: ['eu-west-1'] });
const binding = partner.bind(translator, {
  operations: [PaymentKeyOperation.TRANSLATE_PIN_DATA, PaymentKeyOperation.of('VerifyPinData')],
  regions: ['eu-west-1', 'us-east-1'],
});
new CfnOutput(acquiring, 'PartnerRegions', { value: binding.environment.PAYMENT_KEY_REGIONS });
new CfnOutput(acquiring, 'Next', { value: zpk.version('2027').keyCheckValue });

const audit = new Stack(app, 'Audit', { env });
new PaymentKeyInventory(audit, 'Inventory', {
  bucket: Bucket.fromBucketName(audit, 'Bucket', 'evidence-of-payment-keys'),
  schedule: Schedule.cron({ day: '1', hour: '3', minute: '0' }),
  regions: ['us-east-1', 'eu-west-1'],
});

app.synth();
