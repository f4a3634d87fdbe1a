import { CONTROL_PLANE_ENDPOINTS_VARIABLE, STACK_ID_VARIABLE, TABLE_NAME_VARIABLE, TEST_ANSWER_ORIGIN_VARIABLE } from '../contract/envelope';
import { agent, clientConfig, freshConnections } from './aws/client-config';
import { dynamoDb } from './aws/dynamodb';
import { DYNAMODB_TIMEOUT_MS } from './aws/dynamodb-requests';
import { paymentCryptography } from './aws/payment-cryptography';
import { putAnswerWith } from './aws/put-answer';
import { stepFunctions } from './aws/step-functions';
import { wrappedKeys } from './aws/wrapped-keys';
import { handlerFor } from './handler';
import { jsonLog } from './request/log';

const config = clientConfig();
const region = process.env.AWS_REGION ?? '';
const { ledger, limiterTable } = dynamoDb(clientConfig(DYNAMODB_TIMEOUT_MS), region, process.env[TABLE_NAME_VARIABLE] ?? '');

export const handler = handlerFor({
  service: paymentCryptography(config, freshConnections(), JSON.parse(process.env[CONTROL_PLANE_ENDPOINTS_VARIABLE] ?? '{}')),
  wrappedKeys: wrappedKeys(config, region),
  ledger,
  limiterTable,
  executions: stateMachineArn => stepFunctions(config, stateMachineArn),
  putAnswer: putAnswerWith(agent),
  now: () => new Date(),
  pause: seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000)),
  log: jsonLog(line => process.stdout.write(`${line}\n`)),
  stackId: process.env[STACK_ID_VARIABLE] ?? '',
  testAnswerOrigin: process.env[TEST_ANSWER_ORIGIN_VARIABLE],
});
