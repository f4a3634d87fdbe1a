import { struct, text } from './codec';

/** What every custom resource of this library carries beside its own properties. */
export const envelope = struct({
  /** An environment variable of the function would close a circle: function, role, state machine, function. */
  StateMachineArn: text,
});

/** Environment variables of the function. */
export const STACK_ID_VARIABLE = 'STACK_ID';
/** Tests only: an origin besides CloudFormation's own to which answers may go. */
export const TEST_ANSWER_ORIGIN_VARIABLE = 'TEST_ANSWER_ORIGIN';

/** The function's timeout. Whoever stops an execution waits this long, since its last step may still run. */
export const FUNCTION_TIMEOUT_SECONDS = 60;

/** Minutes that a delete has at least: it may have to stop a creation, wait for its last step, and look for what that made. */
export const LEAST_MINUTES_OF_DELETE = 10;

/** What CloudFormation waits for a resource. It leaves five minutes to roll back and to answer (CloudFormation: ServiceTimeout). */
export function serviceTimeoutInMinutes(timeoutInMinutes: number): number {
  return Math.max(timeoutInMinutes, LEAST_MINUTES_OF_DELETE) + 5;
}
