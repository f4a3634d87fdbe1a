import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { MultiRegionPaymentKey, MultiRegionPaymentKeyProps, PaymentKeySpec } from '../../../src';

/** The walkthrough's example: a card verification key, replicated from us-east-1 to us-west-2; the stack owns it. */
export function cardVerificationKey(stack: Stack, props: Partial<MultiRegionPaymentKeyProps> = {}, id = 'Cvk'): MultiRegionPaymentKey {
  const key = new MultiRegionPaymentKey(stack, id, {
    spec: PaymentKeySpec.cardVerification(),
    replicationRegions: ['us-west-2'],
    removalPolicy: RemovalPolicy.DESTROY,
    ...props,
  });
  new CfnOutput(stack, `${id}Arn`, { value: key.keyArn });
  return key;
}
