/** A native key in two Regions, its alias, and one more Region by this library. */
import { App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { KeyReplication } from 'cdk-multi-region-payment-keys';

const app = new App();
const stack = new Stack(app, 'Native', { env: { region: 'us-east-1' } });
const bdk = new CfnKey(stack, 'Bdk', {
  exportable: true,
  enabled: app.node.getContext('enabled') === 'true',
  keyAttributes: {
    keyUsage: 'TR31_B0_BASE_DERIVATION_KEY',
    keyClass: 'SYMMETRIC_KEY',
    keyAlgorithm: app.node.tryGetContext('algorithm') ?? 'AES_128',
    keyModesOfUse: { deriveKey: true },
  },
  replicationRegions: ['us-west-2'],
  tags: [{ key: 'team', value: app.node.getContext('team') }],
});
new CfnAlias(stack, 'Alias', { aliasName: 'alias/bdk', keyArn: bdk.attrKeyIdentifier });
new KeyReplication(stack, 'Replication', { key: bdk, replicationRegions: ['eu-west-1'], removalPolicy: RemovalPolicy.DESTROY });
new CfnOutput(stack, 'KeyArn', { value: bdk.attrKeyIdentifier });
