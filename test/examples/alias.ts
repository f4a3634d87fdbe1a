import { App, Stack } from 'aws-cdk-lib';
import { MultiRegionPaymentKey, PaymentKeySpec } from '../../src';

const app = new App();
const stack = new Stack(app, 'Payments', { env: { account: '111122223333', region: 'us-east-1' } });
const cvk = new MultiRegionPaymentKey(stack, 'Cvk', {
  spec: PaymentKeySpec.cardVerification(),
  replicationRegions: ['us-west-2', 'eu-west-1'],
});
cvk.addAlias('alias/cvk'); // in every Region
cvk.replica('eu-west-1').addAlias('alias/cvk-eu'); // in one
app.synth();
