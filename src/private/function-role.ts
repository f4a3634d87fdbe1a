import { IVpc } from 'aws-cdk-lib/aws-ec2';
import { IManagedPolicy, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** What each function of the library may do, whatever it is for. */

export function permissionToLog(logGroupArn: string): PolicyStatement {
  return new PolicyStatement({ sid: 'Log', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroupArn] });
}

/** AWS's policy for functions in a VPC; nothing outside one. */
export function managedPoliciesIn(vpc: IVpc | undefined): IManagedPolicy[] | undefined {
  return vpc ? [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole')] : undefined;
}
