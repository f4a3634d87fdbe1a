import { Executions } from './executions';
import { Log } from './log';
import { Service } from '../control-plane/port';
import { WrappedKeys } from '../control-plane/wrapped-keys';
import { Ledger } from '../ledger/port';
import { LimiterTable } from '../quota/port';

/** All that the handler touches outside itself. */
export interface Ports {
  readonly service: Service;
  readonly wrappedKeys: WrappedKeys;
  readonly ledger: Ledger;
  readonly limiterTable: LimiterTable;
  readonly executions: (stateMachineArn: string) => Executions;
  /** PUTs a body to a ResponseURL; throws unless it was taken. */
  readonly putAnswer: (responseUrl: string, body: string) => Promise<void>;
  readonly now: () => Date;
  readonly pause: (seconds: number) => Promise<void>;
  readonly log: Log;
  /** The stack that this function serves. */
  readonly stackId: string;
  readonly testAnswerOrigin?: string;
}
