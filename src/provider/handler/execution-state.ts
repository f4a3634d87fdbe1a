import { Round } from './crowd';
import { Pace } from './pace';
import { Memory } from './reconcilers/turn';
import { Request } from './request';

/** What goes round in the state machine, as JSON. Everything that must survive a step stands here. */
export interface ExecutionState {
  readonly request: Request;
  /** When the execution began, ISO 8601, as all times here. */
  readonly startedAt: string;
  /** When CloudFormation sent the request, if its URL tells. */
  readonly sentAt?: string;
  /** True once it is known that CloudFormation sent no later request that came before this one. */
  readonly inOrder?: boolean;
  /** When the step gives up and undoes. */
  readonly deadline: string;
  /** When undoing ends too. The state machine itself compares it, should steps fail to run at all. */
  readonly overdueAt: string;
  readonly turn: number;
  readonly waitSeconds: number;
  readonly waitingFor: string;
  readonly memory: Memory;
  /** Repeated faults of the service that forbid nothing for good. */
  readonly setback?: Setback;
  /** In which each of the requests that share the quota has its turn, once they were counted. */
  readonly round?: Round;
  /** What was learnt of others who share it. */
  readonly pace?: Pace;
  /** Executions of earlier requests for this resource that CloudFormation gave up. */
  readonly superseded?: Superseded[];
  /** True once nothing is left to do about them. */
  readonly alone?: boolean;
  /** True when this update takes back one that failed, as far as that matters to the resource. */
  readonly reverses?: boolean;
  /** Looks for such executions that found none. */
  readonly emptyLooks?: number;
  /** Why the request fails. From then on, what it made is undone. */
  readonly failure?: string;
  readonly answer?: string;
  /** True when the next turn is let pass. */
  readonly letsPass?: boolean;
  /** True when a step did not come back that may have made its call, until a later one has looked. */
  readonly doubt?: boolean;
  /** Put there by the state machine when a step did not come back. */
  readonly interruption?: unknown;
}

export interface Setback {
  readonly count: number;
  /** The quota was spent, by other requests of this stack or by others. */
  readonly throttled?: boolean;
  readonly reason: string;
  readonly deniedSince?: string;
}

/** An earlier execution on its way out: stopped, given time to end its last step, then undone with what it knew. */
export interface Superseded {
  readonly executionArn: string;
  /** The last one before this request. */
  readonly newest?: boolean;
  readonly phase: 'running' | 'stopped' | 'undoing' | 'done';
  readonly request?: Request;
  readonly memory?: Memory;
  readonly interrupted?: boolean;
}
