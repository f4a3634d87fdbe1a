/** One JSON object a line. Takes named facts only: no events, no states, no URLs, so no secret gets in by accident. */
export interface Log {
  info(message: string, facts?: Facts, code?: InfoCode): void;
  /** `code` is stable: alarms may match it. */
  error(code: ErrorCode, message: string, facts?: Facts): void;
}

/** Stable: alarms and metric filters match them. */
export type ErrorCode =
  /** Something may still exist although nothing owns it: the message names it, and the command that finds or removes it. */
  | 'LEFT_BEHIND'
  | 'REQUEST_FAILED'
  | 'EVENT_REFUSED'
  /** The state machine's execution failed; CloudFormation was answered by the last resort. */
  | 'EXECUTION_FAILED';

/** The service throttled a request although it was sent in its turn. */
export type InfoCode = 'THROTTLED';

export interface Facts {
  readonly requestId?: string;
  readonly logicalId?: string;
  readonly physicalId?: string;
  readonly requestType?: string;
  readonly turn?: number;
  readonly waitSeconds?: number;
  readonly region?: string;
}

export function jsonLog(write: (line: string) => void): Log {
  const line = (level: string, message: string, facts: Facts, code?: string) => write(JSON.stringify({ level, code, message, ...facts }));
  return {
    info: (message, facts = {}, code) => line('INFO', message, facts, code),
    error: (code, message, facts = {}) => line('ERROR', message, facts, code),
  };
}
