import { Deployment } from './provider-policies';
import { ACCOUNT, REGION, STACK_ID } from '../lifecycle/world';

/** The stack of the tests, as it is deployed. */
export const DEPLOYMENT: Deployment = {
  stackId: STACK_ID,
  stateMachineArn: `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:payment-keys`,
  functionArn: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:handler`,
  logGroupArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:payment-keys:*`,
  tableArn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/payment-keys`,
};
