/**
 * The codes of log lines, `{ "level": …, "code": …, "message": … }`, and what each says. They are stable: metric filters and
 * alarms of users match them.
 */
export const LOG_CODES = {
  LEFT_BEHIND: 'something may still exist, or still be missing, although nothing owns it; the message names it, and the command that looks or removes',
  REQUEST_FAILED: 'a request of CloudFormation was answered FAILED; the message is the reason that the event of the stack shows',
  EVENT_REFUSED: 'an event was not of this stack, or could not be read; nothing was done',
  EXECUTION_FAILED: 'an execution of the state machine failed or ran out of time, and the last resort answered for it',
  THROTTLED: 'the service refused a request because too many came in a second; it is made again later',
} as const;

export type LogCode = keyof typeof LOG_CODES;
