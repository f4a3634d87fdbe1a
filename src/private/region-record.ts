import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { EMPTY_RECORD } from '../provider/contract/record';

/** A parameter of Systems Manager. */
export interface RegionRecord {
  readonly name: string;
  readonly arn: string;
}

/** The parameter in which the provider keeps what a resource did that cannot be tagged. Named by CloudFormation. */
export function regionRecord(scope: Construct): RegionRecord {
  const { ref } = new CfnParameter(scope, 'Record', {
    type: 'String',
    value: EMPTY_RECORD,
    description: `Which Regions ${scope.node.path} added. Written by the stack's payment key provider; do not edit`,
  });
  return { name: ref, arn: Stack.of(scope).formatArn({ service: 'ssm', resource: 'parameter', resourceName: ref }) };
}
