import { AccountRootPrincipal, PolicyDocument, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { Aws, Stack, Token, TokenComparison, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { printed } from './required-policy';
import { PaymentKeyError, WARNING } from '../private/errors';

/*
 * What a customer managed key asks for that encrypts a provider's parts. Who calls KMS, and with whose permissions:
 *
 *   table           DynamoDB, with those of whoever reads or writes an item: the function
 *   environment     Lambda, with those of the function's role, when the function starts
 *   state machine   Step Functions, with those of the state machine's role, and of whoever starts or describes an execution:
 *                   the function
 *   log group       CloudWatch Logs, with its own: only the policy of the key can allow that
 *
 * DynamoDB and Lambda also make grants of the key when the stack is deployed, with the permissions of the deployer.
 *
 * The policy of the key names no role: a role names the log group and the table, which name the key. It leaves the
 * permissions to the policies of the account instead, as the policy does that KMS gives a key by default.
 */

/** DynamoDB Developer Guide, "Encryption at rest": the least that DynamoDB needs of whoever uses a table. */
const OF_TABLES = [
  'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncryptFrom', 'kms:ReEncryptTo',
];
/** Step Functions Developer Guide, "Data at rest encryption": of roles of state machines, and of whoever starts an execution. */
const OF_EXECUTIONS = ['kms:Decrypt', 'kms:GenerateDataKey'];
/** CloudWatch Logs User Guide, "Encrypt log data". */
const OF_LOGS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'];

const via = (service: string) => `${service}.${Aws.REGION}.amazonaws.com`;

/** What the function may do with the key, through the services that keep its ledger and its environment. */
export function encryptionOfFunction(key: IKey): PolicyStatement[] {
  return [
    new PolicyStatement({
      sid: 'UseEncryptedLedger', actions: OF_TABLES, resources: [key.keyArn], conditions: { StringEquals: { 'kms:ViaService': via('dynamodb') } },
    }),
    new PolicyStatement({
      sid: 'DecryptEnvironment', actions: ['kms:Decrypt'], resources: [key.keyArn], conditions: { StringEquals: { 'kms:ViaService': via('lambda') } },
    }),
  ];
}

/** What somebody may do with the key for the executions of one state machine. Its ARN may be a pattern. */
export function encryptionOfExecutions(key: IKey, stateMachineArn: string, operator: 'StringEquals' | 'StringLike'): PolicyStatement {
  return new PolicyStatement({
    sid: 'UseEncryptedExecutions',
    actions: OF_EXECUTIONS,
    resources: [key.keyArn],
    conditions: { [operator]: { 'kms:EncryptionContext:aws:states:stateMachineArn': stateMachineArn } },
  });
}

/** What the policy of the key must say, besides who administers the key. */
function encryptionKeyStatements(logGroup: string | undefined): PolicyStatement[] {
  const named = (id: string) => `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:*${id}*`;
  return [
    ...logGroup === undefined ? [] : [new PolicyStatement({
      sid: 'EncryptLogOfPaymentKeyProvider',
      principals: [new ServicePrincipal(via('logs'))],
      actions: OF_LOGS,
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': named(logGroup) } },
    })],
    new PolicyStatement({
      sid: 'LeavePaymentKeyProviderToIam',
      principals: [new AccountRootPrincipal()],
      actions: OF_TABLES,
      resources: ['*'],
    }),
    new PolicyStatement({
      sid: 'LeaveGrantsOfPaymentKeyProviderToIam',
      principals: [new AccountRootPrincipal()],
      actions: ['kms:CreateGrant'],
      resources: ['*'],
      conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  ];
}

/** Policies name keys and no aliases, and every service that uses the key is in the Region of the stack. */
export function checkEncryptionKey(provider: Construct, key?: IKey): void {
  if (!key) { return; }
  const { path } = provider.node;
  if ('aliasName' in key) {
    throw new PaymentKeyError('EncryptionKeyIsAlias', `${path}: encryptionKey is the alias ${key.node.path}, but IAM allows the use of keys, and an alias may come to mean another key, which `
      + 'then could not decrypt what is kept. Pass the key itself: Key.fromKeyArn, or the Key that the alias is of');
  }
  const { region } = Stack.of(provider);
  if (Token.compareStrings(key.env.region, region) !== TokenComparison.DIFFERENT) { return; }
  throw new PaymentKeyError('EncryptionKeyInOtherRegion', `${path}: encryptionKey is in ${key.env.region}, but the stack, and with it the `
    + `table, the log group, the function and the state machine, is in ${region}. Pass a key of ${region}; of a multi-Region KMS key, the replica there`);
}

/**
 * Adds what the policy of the key must say, or prints it if the policy cannot be changed.
 *
 * @param logGroup the logical id of the provider's own log group, of which CloudFormation makes its name, if it has one
 */
export function allowInKeyPolicy(provider: Construct, key: IKey, logGroup: string | undefined): PolicyDocument {
  const statements = encryptionKeyStatements(logGroup);
  const policy = new PolicyDocument({ statements });
  if (statements.map(statement => key.addToResourcePolicy(statement).statementAdded).every(added => added)) { return policy; }
  Validations.of(provider).addWarning(`${WARNING}encryptionKeyPolicyNotChanged`, 'encryptionKey is an imported key, whose policy this stack does not change. It must have '
    + 'these statements before the deployment, which provider.requiredKeyPolicy says too; then acknowledge this warning: '
    + printed(Stack.of(provider), policy));
  return policy;
}
