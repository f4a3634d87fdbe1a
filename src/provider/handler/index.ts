import { SFNClient } from '@aws-sdk/client-sfn';
import { STACK_ID_VARIABLE, TEST_ANSWER_ORIGIN_VARIABLE } from '../contract/envelope';
import { sdkControlPlane } from './control-plane/sdk';
import { stepFunctions } from './executions/step-functions';
import { jsonLog } from './log';
import { handlerFor } from './handler';
import { agent, clientConfig } from './client-config';
import { Ports } from './ports';
import { putAnswerWith } from './put-answer';

const sfn = new SFNClient(clientConfig());

const ports: Ports = {
  plane: sdkControlPlane(),
  executions: stateMachineArn => stepFunctions(sfn, stateMachineArn),
  putAnswer: putAnswerWith(agent),
  now: () => new Date(),
  pause: seconds => new Promise(resolve => setTimeout(resolve, seconds * 1000)),
  // eslint-disable-next-line no-console
  log: jsonLog(line => console.log(line)),
  stackId: process.env[STACK_ID_VARIABLE] ?? '',
  testAnswerOrigin: process.env[TEST_ANSWER_ORIGIN_VARIABLE],
};

export const handler = handlerFor(ports);
