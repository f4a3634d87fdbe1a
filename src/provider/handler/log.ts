/** One JSON object a line. Takes named facts only: no events, no states, no URLs, so no secret gets in by accident. */
export interface Log {
  info(message: string, facts?: Facts): void;
  /** `code` is stable: alarms may match it. */
  error(code: ErrorCode, message: string, facts?: Facts): void;
}

export type ErrorCode =
  /** A key may still exist although nothing owns it. */
  | 'LEFT_BEHIND'
  | 'REQUEST_FAILED'
  | 'EVENT_REFUSED'
  /** The state machine's execution failed; CloudFormation was answered by the last resort. */
  | 'EXECUTION_FAILED';

export interface Facts {
  readonly requestId?: string;
  readonly logicalId?: string;
  readonly physicalId?: string;
  readonly requestType?: string;
  readonly turn?: number;
  readonly waitSeconds?: number;
  readonly letsPass?: boolean;
}

export function jsonLog(write: (line: string) => void): Log {
  const line = (level: string, message: string, facts: Facts, code?: ErrorCode) => write(JSON.stringify({ level, code, message, ...facts }));
  return {
    info: (message, facts = {}) => line('INFO', message, facts),
    error: (code, message, facts = {}) => line('ERROR', message, facts, code),
  };
}
