import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Stack, Token, TokenComparison, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { serviceTimeoutInMinutes } from './contract/envelope';
import { REPLICATION_TIMEOUT } from './contract/timeout';
import { PaymentKeyError, WARNING } from '../private/errors';

/** After that, no resource of CloudFormation waits for an answer any more. */
const OLDEST_EVENT_SECONDS = serviceTimeoutInMinutes(REPLICATION_TIMEOUT.most) * 60;

const EVENTS = new ServicePrincipal('events.amazonaws.com');

/** The rule that notices when an execution ends without an answer, and what lets it call the function. */
export function lastResort(
  provider: Construct, functionArn: string, stateMachineArn: string, queue?: IQueue,
): { readonly rule: CfnRule; readonly permission: CfnPermission } {
  if (queue) { checkQueue(provider, queue); }
  const rule = new CfnRule(provider, 'LastResort', {
    description: 'Answers CloudFormation for executions that could not',
    eventPattern: {
      'source': ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
      'detail': { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [stateMachineArn] },
    },
    targets: [{
      id: 'Function',
      arn: functionArn,
      ...queue && { deadLetterConfig: { arn: queue.queueArn }, retryPolicy: { maximumEventAgeInSeconds: OLDEST_EVENT_SECONDS } },
    }],
  });
  const permission = new CfnPermission(provider, 'LastResortPermission', {
    action: 'lambda:InvokeFunction',
    functionName: functionArn,
    principal: 'events.amazonaws.com',
    sourceArn: rule.attrArn,
  });
  if (queue) { allowSending(provider, queue, rule.attrArn); }
  return { rule, permission };
}

/** EventBridge User Guide, "Using dead-letter queues": a standard queue in the account and Region of the rule. */
function checkQueue(provider: Construct, { fifo, env, node }: IQueue): void {
  const { account, region } = Stack.of(provider);
  const differs = (its: string, ours: string) => Token.compareStrings(its, ours) === TokenComparison.DIFFERENT;
  const elsewhere = differs(env.account, account) || differs(env.region, region);
  if (!fifo && !elsewhere) { return; }
  throw new PaymentKeyError('InvalidDeadLetterQueue', `${provider.node.path}: deadLetterQueue is ${node.path}, `
    + `${fifo ? 'a FIFO queue' : `in ${env.account} and ${env.region}`}, but EventBridge sends only to standard queues in the account and Region of the stack, ${account} and ${region}. Pass such a queue`);
}

function allowSending(provider: Construct, queue: IQueue, ruleArn: string): void {
  const send = new PolicyStatement({
    principals: [EVENTS], actions: ['sqs:SendMessage'], resources: [queue.queueArn], conditions: { ArnEquals: { 'aws:SourceArn': ruleArn } },
  });
  // Not with the ARN of the rule as a condition, as that of the queue has: the rule names the queue, and the queue the key.
  const encrypt = new PolicyStatement({ principals: [EVENTS], actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: ['*'] });
  const added = [queue.addToResourcePolicy(send), ...queue.encryptionMasterKey ? [queue.encryptionMasterKey.addToResourcePolicy(encrypt)] : []];
  if (added.every(({ statementAdded }) => statementAdded)) { return; }
  Validations.of(provider).addWarning(`${WARNING}deadLetterQueuePolicyNotChanged`, 'deadLetterQueue, or the KMS key of it, is imported, so that this stack does not change its '
    + 'policy. Allow events.amazonaws.com sqs:SendMessage on the queue, and kms:Decrypt and kms:GenerateDataKey on the key if it has one, then acknowledge '
    + 'this warning. Otherwise events are dropped');
}
