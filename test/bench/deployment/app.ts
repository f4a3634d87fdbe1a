/** An app of so many keys, by this library or by CDK's Provider framework: what it is told stands in its context. */
import { App, CustomResource, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Provider } from 'aws-cdk-lib/custom-resources';
import { MultiRegionPaymentKey, PaymentKeyProvider, PaymentKeySpec } from '../../../src';

const REPLICATION_REGIONS = ['us-west-2', 'eu-west-1'];

const app = new App();
const stack = new Stack(app, 'Payments', { env: { account: '000000000000', region: 'us-east-1' } });
const environment = JSON.parse(process.env.FUNCTION_ENVIRONMENT!) as Record<string, string>;
const keys = Array.from({ length: Number(app.node.getContext('keys')) }, (_, index) => `Key${index}`);
const handlers = app.node.tryGetContext('handlers') as string | undefined;

if (handlers === undefined) {
  new PaymentKeyProvider(stack, { environment });
  for (const id of keys) {
    new MultiRegionPaymentKey(stack, id, {
      spec: PaymentKeySpec.cardVerification(), replicationRegions: REPLICATION_REGIONS, removalPolicy: RemovalPolicy.DESTROY,
    });
  }
} else {
  const handler = (name: string) => {
    const made = new LambdaFunction(stack, name, {
      runtime: Runtime.NODEJS_22_X, handler: `index.${name}`, code: Code.fromAsset(handlers), timeout: Duration.minutes(1), environment,
    });
    made.addToRolePolicy(new PolicyStatement({ actions: ['payment-cryptography:*'], resources: ['*'] }));
    return made;
  };
  const { serviceToken } = new Provider(stack, 'Provider', {
    onEventHandler: handler('onEvent'),
    isCompleteHandler: handler('isComplete'),
    queryInterval: Duration.seconds(Number(app.node.getContext('interval'))),
  });
  for (const id of keys) { new CustomResource(stack, id, { serviceToken, properties: { ReplicationRegions: REPLICATION_REGIONS } }); }
}
