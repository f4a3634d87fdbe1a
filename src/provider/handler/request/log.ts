import { LogCode } from '../../contract/log-codes';

/** One JSON object a line. Takes named facts only: no events, no states, no URLs, so no secret gets in by accident. */
export interface Log {
  info(message: string, facts?: Facts, code?: InfoCode): void;
  /** `code` is stable: alarms may match it. */
  error(code: ErrorCode, message: string, facts?: Facts): void;
}

/** Those that tell of something that went wrong; the other is only counted. */
export type ErrorCode = Exclude<LogCode, InfoCode>;
export type InfoCode = Extract<LogCode, 'THROTTLED'>;

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
