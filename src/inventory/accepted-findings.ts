import { Findings } from '../private/audit-findings';

/**
 * What audits by cdk-nag (AwsSolutions, PCI DSS 3.2.1) find in an inventory, and why it is right so. Each only where its cause is
 * the inventory's own. Wildcards in permissions have their reasons beside them.
 */
export const INVENTORY_ACCEPTED = {
  newestRuntime: {
    'AwsSolutions-L1': 'The newest Node.js runtime that aws-cdk-lib knows to be available in all Regions. A newer one can be chosen with the option runtime '
      + 'of PaymentKeyInventory.',
  },
  outsideVpc: {
    'PCI.DSS.321-LambdaInsideVPC': 'The function calls public endpoints of AWS only, over TLS: the control planes of AWS Payment Cryptography and CloudFormation '
      + 'in the Regions of the inventory, and Amazon S3. It accepts no connections, and sees neither card data nor key material.',
  },
  ownLogGroup: {
    'PCI.DSS.321-CloudWatchLogGroupEncrypted': 'CloudWatch Logs encrypts the log group with a key of its own. What is logged is ARNs, names of stacks and error '
      + 'texts, neither card data nor key material. The option logGroup of PaymentKeyInventory takes a group that is encrypted with another key.',
  },
  policyOfOneRole: {
    'PCI.DSS.321-IAMNoInlinePolicy': 'The policy belongs to one role, which is made and deleted with it. It is attached to no user, and nothing else can come to '
      + 'bear it.',
  },
  stateMachine: {
    'AwsSolutions-SF1': 'An execution carries the name of a folder and the names of Regions. Its history, which Step Functions keeps for 90 days, has every event; '
      + 'a log would repeat it. The function logs what it did.',
    'AwsSolutions-SF2': 'Tracing needs permissions on all resources of X-Ray, and shows nothing that the history of the execution does not: a single function '
      + 'that is called task by task.',
  },
} satisfies Record<string, Findings>;
