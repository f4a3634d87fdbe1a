import { App, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { KeyBlock, KeyMaterial, MultiRegionPaymentKey, PaymentKeySpec } from '../../src';

const app = new App();
const stack = new Stack(app, 'Payments', { env: { account: '111122223333', region: 'us-east-1' } });
const kek = MultiRegionPaymentKey.fromAliasName(stack, 'Kek', 'alias/partner-kek');
const secret = Secret.fromSecretCompleteArn(stack, 'Block', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:payments/zmk-AbCdEf');
new MultiRegionPaymentKey(stack, 'Zmk', {
  spec: PaymentKeySpec.keyBlockProtection(),
  material: KeyMaterial.tr31({
    wrappingKey: kek,
    keyBlock: KeyBlock.fromSecret(secret, { versionId: '6b6b0b5c-7f0e-4c1c-9c52-2f3f6f1c7e01' }),
  }),
  expectedKeyCheckValue: '08D7B4',
  replicationRegions: ['us-west-2', 'eu-west-1'],
});
app.synth();
