import { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { IRole } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Size } from 'aws-cdk-lib/core';

/**
 * What of a stack's provider can be chosen.
 */
export interface PaymentKeyProviderProps {
  /**
   * Where the function logs.
   *
   * @default - a log group of its own, kept when the stack is deleted: nothing else tells what a failed rollback left behind
   */
  readonly logGroup?: ILogGroup;

  /**
   * How long the provider's own log group keeps what is logged. Not together with `logGroup`.
   *
   * @default RetentionDays.SIX_MONTHS
   */
  readonly logRetention?: RetentionDays;

  /**
   * The runtime of the function, a Node.js one of at least version 20.
   *
   * @default Runtime.NODEJS_LATEST - the newest Node.js runtime that aws-cdk-lib knows to be there in all Regions
   */
  readonly runtime?: Runtime;

  /**
   * The memory of the function, at least 128 MiB.
   *
   * @default Size.mebibytes(256)
   */
  readonly memorySize?: Size;

  /**
   * The VPC in which the function runs. Its subnets need a way to CloudFormation's bucket in Amazon S3, to Step
   * Functions, DynamoDB and the Resource Groups Tagging API, for imported keys to Secrets Manager or Systems Manager, and
   * to the control plane of AWS Payment Cryptography in the own Region and in every replication Region. Endpoints in the
   * VPC reach only the own Region, so replicas call for a NAT or a proxy.
   *
   * @default - the function runs outside any VPC
   */
  readonly vpc?: IVpc;

  /**
   * The subnets in which the function runs. Only with `vpc`.
   *
   * @default - private subnets, as Lambda's own default
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * The security groups of the function. Only with `vpc`.
   *
   * @default - one of its own, which lets everything out
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * Environment variables of the function, for example `HTTPS_PROXY` and `NO_PROXY`, which the function obeys on the
   * runtimes for Node.js 22 and newer. No secrets: the template shows them.
   *
   * @default - none besides the provider's own
   */
  readonly environment?: { [name: string]: string };

  /**
   * The customer managed KMS key that encrypts the provider's table and own log group, the environment of the function, and the
   * definition and histories of the state machine. A symmetric key in the Region of the stack.
   *
   * The key's policy gets the statements that this needs, if the app makes the key. The policy of an imported key cannot be
   * changed: the warning `encryptionKeyPolicyNotChanged` prints them, and so does `requiredKeyPolicy`. As long as the stack or its
   * log group is there, the key must be too.
   *
   * @default - keys that AWS owns or manages
   */
  readonly encryptionKey?: IKey;

  /**
   * The role of the function. It trusts lambda.amazonaws.com. Its permissions are attached to it as inline policies, also if it is
   * imported (`Role.fromRoleName`). Where a stack must not change it (`mutable: false`), the warning
   * `rolePolicyNotAttached` prints what it needs, and so does `requiredPolicy`.
   *
   * @default - a role of its own
   */
  readonly role?: IRole;

  /**
   * The role of the state machine. It trusts states.amazonaws.com, and may be that of the function. Its permissions are attached
   * as those of `role`; otherwise the warning `stateMachineRolePolicyNotAttached` prints what it needs, and so does
   * `requiredStateMachinePolicy`.
   *
   * @default - a role of its own
   */
  readonly stateMachineRole?: IRole;

  /**
   * Where the function reaches the control plane of AWS Payment Cryptography, by Region: HTTPS URLs without a path. Interface
   * endpoints reach only their own Region, so that a function in isolated subnets reaches those of other Regions by peering or
   * a transit gateway, for example `{ 'eu-west-1': 'https://vpce-….controlplane.payment-cryptography.eu-west-1.vpce.amazonaws.com' }`.
   *
   * @default - the public names of the service, which an interface endpoint with private DNS takes over in its Region
   */
  readonly controlPlaneEndpoints?: { [region: string]: string };

  /**
   * Whether AWS X-Ray traces the function and the state machine. Traces show names and times, no properties of keys.
   *
   * @default false
   */
  readonly tracing?: boolean;

  /**
   * How many instances of the function Lambda keeps free for it, and runs at most: 1 or more. With few of them, deployments of
   * many keys at once take longer; a step that finds none free is taken again five seconds later.
   *
   * @default - no limit but that of the account
   */
  readonly reservedConcurrency?: number;

  /**
   * The queue for events about failed executions that EventBridge could not deliver to the function. It must be in the account and
   * Region of the stack.
   *
   * Events of CloudFormation never go there: they hold the pre-signed URL of their answer, with which whoever reads the queue could
   * answer in the function's place. For that reason the function itself has no dead-letter queue.
   *
   * @default - none: events that EventBridge could not deliver are dropped
   */
  readonly deadLetterQueue?: IQueue;
}
