/** Two stacks in two Regions, of which neither names an account; the second one uses the key of the first by its alias. */
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
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
const pek = new MultiRegionPaymentKey(ireland, 'Pek', {
  spec: PaymentKeySpec.pinEncryption(),
  replicationRegions: ['us-east-1'],
  removalPolicy: RemovalPolicy.DESTROY,
});
new CfnOutput(ireland, 'KeyArn', { value: pek.keyArn });
