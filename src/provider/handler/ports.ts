import { ControlPlane } from './control-plane/port';
import { Executions } from './executions/port';
import { Log } from './log';

/** All that the handler touches outside itself. */
export interface Ports {
  readonly plane: ControlPlane;
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
