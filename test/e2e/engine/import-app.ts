/** An app that imports two keys: one from a secret, one from a SecureString parameter. What it is told stands in its environment, as JSON. */
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { KeyBlock, KeyMaterial, MultiRegionPaymentKey, PaymentKeySpec } from '../../../src';

export interface ImportApp {
  readonly wrappingKeyArn: string;
  readonly secret: { readonly arn: string; readonly versionId: string; readonly field: string };
  readonly parameter: { readonly name: string; readonly version: number };
  readonly expectedKeyCheckValue: string;
  readonly replicationRegions: string[];
}

const { wrappingKeyArn, secret, parameter, ...props }: ImportApp = JSON.parse(process.env.IMPORT_APP!);

const app = new App();
const stack = new Stack(app, 'Imports', { env: { account: '000000000000', region: 'us-east-1' } });

const wrappingKey = MultiRegionPaymentKey.fromKeyArn(stack, 'Kek', wrappingKeyArn);
const keyBlocks = {
  FromSecret: KeyBlock.fromSecret(Secret.fromSecretCompleteArn(stack, 'Secret', secret.arn), secret),
  FromParameter: KeyBlock.fromSecureString(
    StringParameter.fromSecureStringParameterAttributes(stack, 'Parameter', { parameterName: parameter.name }), { version: parameter.version }),
};
for (const [id, keyBlock] of Object.entries(keyBlocks)) {
  const key = new MultiRegionPaymentKey(stack, id, {
    ...props,
    spec: PaymentKeySpec.cardVerification(),
    material: KeyMaterial.tr31({ wrappingKey, keyBlock }),
    replaceable: true,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  new CfnOutput(stack, `${id}Arn`, { value: key.keyArn });
  new CfnOutput(stack, `${id}CheckValue`, { value: key.keyCheckValue });
  new CfnOutput(stack, `${id}Origin`, { value: key.keyOrigin });
}
