import { Findings } from '../private/audit-findings';

const OPEN_TO_VPC = 'The group of the endpoint lets only HTTPS in, and only from addresses of the VPC, whose range is a reference that the audit '
      + 'cannot read. The option securityGroups of PaymentKeyEndpoints takes other groups.';

/**
 * What audits by cdk-nag (AwsSolutions, PCI DSS 3.2.1) find in the provider, and why it is right so. Each only where its cause is
 * the provider's own: what an option brings about is up to who chose it. Wildcards in permissions have their reasons beside them.
 */
export const ACCEPTED = {
  newestRuntime: {
    'AwsSolutions-L1': 'The newest Node.js runtime that aws-cdk-lib knows to be available in all Regions. A newer one can be chosen with '
      + 'the option runtime of PaymentKeyProvider.',
  },
  outsideVpc: {
    'PCI.DSS.321-LambdaInsideVPC': 'The function calls public endpoints of AWS only, over TLS: the control planes of AWS Payment Cryptography in the Regions '
      + 'of the keys, Step Functions, DynamoDB, tagging, CloudFormation\'s bucket, and for imported keys Secrets Manager and Systems Manager. It accepts no '
      + 'connections and sees neither card data nor keys, but for imported keys, which it sees wrapped. The option vpc of PaymentKeyProvider places it inside a VPC.',
  },
  endpointOpenToVpc: {
    'AwsSolutions-EC23': OPEN_TO_VPC,
    'PCI.DSS.321-EC2RestrictedCommonPorts': OPEN_TO_VPC,
    'PCI.DSS.321-EC2RestrictedSSH': OPEN_TO_VPC,
  },
  watchOutsideVpc: {
    'PCI.DSS.321-LambdaInsideVPC': 'The function of a watch calls public endpoints of AWS only, over TLS: the control planes of AWS Payment Cryptography in the Regions '
      + 'of the keys, CloudFormation, DynamoDB and EventBridge. It accepts no connections, may change no key, and sees neither card data nor key material. The '
      + 'option vpc of PaymentKeyProvider places it inside a VPC.',
  },
  insideVpc: {
    'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole]': 'AWS\'s policy for functions in a VPC: '
      + 'network interfaces have no ARN before Lambda makes them. Attached only because the option vpc of PaymentKeyProvider is set.',
  },
  ownLogGroup: {
    'PCI.DSS.321-CloudWatchLogGroupEncrypted': 'CloudWatch Logs encrypts the log group with a key of its own. What is logged is ARNs, Regions and error texts, '
      + 'neither card data nor key material. The option logGroup of PaymentKeyProvider takes a group that is encrypted with another key.',
  },
  policyOfOneRole: {
    'PCI.DSS.321-IAMNoInlinePolicy': 'The policy belongs to one role, which is made and deleted with it. It is attached to no user, and nothing else can come to '
      + 'bear it.',
  },
  policyOfGivenRole: {
    'PCI.DSS.321-IAMNoInlinePolicy': 'The policy belongs to the one role that was given with the option role or stateMachineRole of PaymentKeyProvider, and goes with '
      + 'the stack. It is attached to no user, and nothing else can come to bear it.',
  },
  stateMachine: {
    'AwsSolutions-SF1': 'An execution is the clock of one request: it carries the name of an item in the provider\'s table, and seconds. Its history, which Step '
      + 'Functions keeps for 90 days, has every event; a log would repeat it. The function logs what it did.',
  },
  withoutTracing: {
    'AwsSolutions-SF2': 'Tracing needs permissions on all resources of X-Ray, and shows nothing that the history of the execution does not: a single function '
      + 'that is called step by step. The option tracing of PaymentKeyProvider turns it on.',
  },
} satisfies Record<string, Findings>;
