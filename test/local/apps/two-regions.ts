/** Two stacks in two Regions, of which neither names an account; the second one uses the key of the first by its alias. */
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { MultiRegionPaymentKey, PaymentKeySpec } from 'cdk-multi-region-payment-keys';

const app = new App();
const keys = new Stack(app, 'Keys', { env: { region: 'us-east-1' } });
const cvk = new MultiRegionPaymentKey(keys, 'Cvk', {
  spec: PaymentKeySpec.cardVerification(),
  replicationRegions: ['eu-west-1'],
  removalPolicy: RemovalPolicy.DESTROY,
});
cvk.addAlias('alias/cvk');
new CfnOutput(keys, 'KeyArn', { value: cvk.keyArn });

const ireland = new Stack(app, 'Ireland', { env: { region: 'eu-west-1' } });
ireland.addDependency(keys);
const authorizer = new Role(ireland, 'Authorizer', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
MultiRegionPaymentKey.fromAliasName(ireland, 'Cvk', 'alias/cvk').grants.verifyCardValidationData(authorizer);
// A function of the user's finds the data plane where its SDK would look for it.
new Function(ireland, 'Authorize', {
  functionName: 'authorize',
  role: authorizer,
  runtime: Runtime.NODEJS_LATEST,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async () => (await fetch(process.env.AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY_DATA + "/_emulator/health")).status;'),
});
const pek = new MultiRegionPaymentKey(ireland, 'Pek', {
  spec: PaymentKeySpec.pinEncryption(),
  replicationRegions: ['us-east-1'],
  removalPolicy: RemovalPolicy.DESTROY,
});
new CfnOutput(ireland, 'KeyArn', { value: pek.keyArn });
