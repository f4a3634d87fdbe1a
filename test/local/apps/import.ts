/** Two keys that were made elsewhere: one from a secret, one from a SecureString, whose versions stand in the context. */
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { KeyBlock, KeyMaterial, MultiRegionPaymentKey, PaymentKeySpec } from 'cdk-multi-region-payment-keys';

const app = new App();
const context = (name: string): string => app.node.getContext(name);
const stack = new Stack(app, 'Imports', { env: { region: 'us-east-1' } });
const wrappingKey = MultiRegionPaymentKey.fromAliasName(stack, 'Kek', 'alias/partner-kek');
const keyBlocks = {
  FromSecret: KeyBlock.fromSecret(Secret.fromSecretCompleteArn(stack, 'Secret', context('secret')), { versionId: context('secretVersion') }),
  FromParameter: KeyBlock.fromSecureString(
    StringParameter.fromSecureStringParameterAttributes(stack, 'Parameter', { parameterName: '/payments/cvk' }),
    { version: Number(context('parameterVersion')) }),
};
for (const [id, keyBlock] of Object.entries(keyBlocks)) {
  const key = new MultiRegionPaymentKey(stack, id, {
    spec: PaymentKeySpec.cardVerification(),
    material: KeyMaterial.tr31({ wrappingKey, keyBlock }),
    expectedKeyCheckValue: context('checkValue'),
    replicationRegions: ['us-west-2'],
  });
  new CfnOutput(stack, `${id}Arn`, { value: key.keyArn });
}
