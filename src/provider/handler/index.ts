import { SFNClient } from '@aws-sdk/client-sfn';
import { agent, clientConfig, freshConnections } from './client-config';
import { STACK_ID_VARIABLE, TEST_ANSWER_ORIGIN_VARIABLE } from '../contract/envelope';
import { sdkControlPlane } from './control-plane/sdk';
import { stepFunctions } from './executions/step-functions';
import { handlerFor } from './handler';
import { jsonLog } from './log';
import { Ports } from './ports';
import { putAnswerWith } from './put-answer';

const config = clientConfig();
const sfn = new SFNClient(config);

const ports: Ports = {
  plane: sdkControlPlane(config, freshConnections()),
  executions: stateMachineArn => stepFunctions(sfn, stateMachineArn),
  putAnswer: putAnswerWith(agent),
  now: () => new Date(),
  pause: seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000)),
  log: jsonLog(line => process.stdout.write(`${line}\n`)),
  stackId: process.env[STACK_ID_VARIABLE] ?? '',
  testAnswerOrigin: process.env[TEST_ANSWER_ORIGIN_VARIABLE],
};

export const handler = handlerFor(ports);
