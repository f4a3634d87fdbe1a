/** The app of the demo: a card verification key with a replica in every Region of the context value `replicas`. */
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { MultiRegionPaymentKey, PaymentKeySpec } from '../../src';

const app = new App();
const stack = new Stack(app, 'Payments', { env: { account: '000000000000', region: 'us-east-1' } });

const cvk = new MultiRegionPaymentKey(stack, 'Cvk', {
  spec: PaymentKeySpec.cardVerification(),
  replicationRegions: app.node.getContext('replicas').split(','),
  removalPolicy: RemovalPolicy.DESTROY, // by default a key outlives its stack
});
cvk.addAlias('alias/cvk'); // in every Region

new CfnOutput(stack, 'KeyArn', { value: cvk.keyArn });
