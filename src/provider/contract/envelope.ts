import { struct, text } from './codec';

/** What every custom resource of this library carries beside its own properties. */
export const envelope = struct({
  /** An environment variable of the function would close a circle: function, role, state machine, function. */
  StateMachineArn: text,
});

/** Environment variables of the function. */
export const STACK_ID_VARIABLE = 'STACK_ID';
export const TABLE_NAME_VARIABLE = 'TABLE_NAME';
/** JSON: URLs of control planes that are not reached by their public names, by Region. */
export const CONTROL_PLANE_ENDPOINTS_VARIABLE = 'CONTROL_PLANE_ENDPOINTS';
/** Tests only: an origin besides CloudFormation's own to which answers may go. */
export const TEST_ANSWER_ORIGIN_VARIABLE = 'TEST_ANSWER_ORIGIN';

/** The function's timeout. A call that a function marked and did not record is waited for this long. */
export const FUNCTION_TIMEOUT_SECONDS = 60;

/** Minutes that a delete has at least, and whoever inherits: they may have to look for what an earlier request made. */
export const LEAST_MINUTES_OF_DELETE = 10;

/** What CloudFormation waits for a resource. It leaves five minutes to roll back and to answer (CloudFormation: ServiceTimeout). */
export function serviceTimeoutInMinutes(timeoutInMinutes: number): number {
  return Math.max(timeoutInMinutes, LEAST_MINUTES_OF_DELETE) + 5;
}
