import { FUNCTION_TIMEOUT_SECONDS } from './contract/envelope';
import { RESPOND_TASK, STEP_TASK } from './contract/tasks';

const TWO_MINUTES = { IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 6 };
const SECONDS_AFTER_A_FAULT = 5;

/**
 * The clock of one request: step, wait as long as the step says, step again, until the request has its answer. A step
 * that did not come back is simply taken again, since the ledger knows what it may have called. Names and numbers go
 * round, nothing else (Amazon States Language, JSONPath).
 */
export function stateMachineDefinition(functionArn: string): object {
  const task = (name: string) => ({
    Type: 'Task',
    Resource: functionArn,
    Parameters: { 'task': name, 'state.$': '$' },
    TimeoutSeconds: FUNCTION_TIMEOUT_SECONDS + 30,
  });
  return {
    Comment: 'One request of CloudFormation, step by step until it is answered',
    StartAt: 'Step',
    States: {
      Step: {
        ...task(STEP_TASK),
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'Faulted' }],
        Next: 'Decide',
      },
      Decide: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.next', StringEquals: 'respond', Next: 'Respond' },
          { Variable: '$.next', StringEquals: 'end', Next: 'End' },
          { Variable: '$.waitSeconds', NumericGreaterThan: 0, Next: 'Wait' },
        ],
        Default: 'Step',
      },
      Wait: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Step' },
      // The step itself keeps the deadline; this is for steps that never run.
      Faulted: {
        Type: 'Choice',
        Choices: [{ Variable: '$$.State.EnteredTime', TimestampGreaterThanPath: '$.overdueAt', Next: 'Overdue' }],
        Default: 'Recover',
      },
      Recover: { Type: 'Wait', Seconds: SECONDS_AFTER_A_FAULT, Next: 'Step' },
      Overdue: { Type: 'Fail', Error: 'Overdue', Cause: 'The function did not run until the deadline' },
      Respond: {
        ...task(RESPOND_TASK),
        // Every delivery is the same to the byte, so any failure may be repeated.
        Retry: [{ ErrorEquals: ['States.ALL'], ...TWO_MINUTES }],
        ResultPath: null,
        End: true,
      },
      End: { Type: 'Succeed' },
    },
  };
}
