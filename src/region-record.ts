import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { PaymentKeyProvider } from './payment-key-provider';
import { EMPTY_RECORD } from './provider/contract/record';

/** The parameter in which the provider keeps what a resource did that cannot be tagged. Named by CloudFormation; returns the name. */
export function regionRecord(scope: Construct): string {
  const { ref } = new CfnParameter(scope, 'Record', {
    type: 'String',
    value: EMPTY_RECORD,
    description: `Which Regions ${scope.node.path} added. Written by the stack's payment key provider; do not edit`,
  });
  PaymentKeyProvider.of(scope)._allow('records', Stack.of(scope).formatArn({ service: 'ssm', resource: 'parameter', resourceName: ref }));
  return ref;
}
