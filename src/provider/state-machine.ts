import { FUNCTION_TIMEOUT_SECONDS } from './contract/envelope';
import { RESPOND_TASK, STEP_TASK } from './contract/tasks';

/** Errors that prove that the function did not run: only these may repeat a step, which may create a key. */
const DID_NOT_RUN = ['Lambda.TooManyRequestsException', 'Lambda.AccessDeniedException', 'States.Permissions'];

/** Two minutes in all: as long as fresh permissions may take. */
const TWO_MINUTES = { IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 6 };

const SECONDS_AFTER_INTERRUPTION = 5;

/**
 * The loop around the function: step, wait as long as the step says, step again; deliver the answer once there
 * is one. The state that goes round is the function's own (Amazon States Language, JSONPath).
 */
export function stateMachineDefinition(functionArn: string): object {
  const task = (name: string) => ({
    Type: 'Task',
    Resource: functionArn,
    // Only Step Functions' own clock tells which of two executions began earlier.
    Parameters: { 'task': name, 'state.$': '$', 'startedAt.$': '$$.Execution.StartTime' },
    TimeoutSeconds: FUNCTION_TIMEOUT_SECONDS + 30,
  });
  return {
    Comment: 'One request of CloudFormation, turn by turn until it is answered',
    StartAt: 'Step',
    States: {
      Step: {
        ...task(STEP_TASK),
        Retry: [{ ErrorEquals: DID_NOT_RUN, ...TWO_MINUTES }],
        // The step may have made its call: the next one is told, and looks before it does anything.
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.interruption', Next: 'Interrupted' }],
        Next: 'Decide',
      },
      Decide: {
        Type: 'Choice',
        Choices: [
          { Variable: '$.answer', IsPresent: true, Next: 'Respond' },
          { Variable: '$.waitSeconds', NumericGreaterThan: 0, Next: 'Wait' },
        ],
        Default: 'Step',
      },
      Wait: { Type: 'Wait', SecondsPath: '$.waitSeconds', Next: 'Step' },
      // The step itself keeps the deadline; this is for steps that never run.
      Interrupted: {
        Type: 'Choice',
        Choices: [{ Variable: '$$.State.EnteredTime', TimestampGreaterThanPath: '$.overdueAt', Next: 'Overdue' }],
        Default: 'Recover',
      },
      Recover: { Type: 'Wait', Seconds: SECONDS_AFTER_INTERRUPTION, Next: 'Step' },
      Overdue: { Type: 'Fail', Error: 'Overdue', Cause: 'The function did not run until the deadline' },
      Respond: {
        ...task(RESPOND_TASK),
        // Every delivery is the same to the byte, so any failure may be repeated.
        Retry: [{ ErrorEquals: ['States.ALL'], ...TWO_MINUTES }],
        ResultPath: null,
        End: true,
      },
    },
  };
}
