/** The app of the demo: a card verification key with a replica in every Region of the context value `replicas`. */
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { MultiRegionPaymentKey, PaymentKeyProvider, PaymentKeySpec } from '../../src';

const app = new App();
const stack = new Stack(app, 'Payments', { env: { account: '000000000000', region: 'us-east-1' } });

// For the demo only: where the emulator and the local engine are. On AWS this line is not there.
new PaymentKeyProvider(stack, { environment: JSON.parse(process.env.DEMO_FUNCTION_ENVIRONMENT!) });

const cvk = new MultiRegionPaymentKey(stack, 'Cvk', {
  spec: PaymentKeySpec.cardVerification(),
  replicationRegions: app.node.getContext('replicas').split(','),
  removalPolicy: RemovalPolicy.DESTROY, // by default a key outlives its stack
});
cvk.addAlias('alias/cvk'); // in every Region

new CfnOutput(stack, 'KeyArn', { value: cvk.keyArn });
