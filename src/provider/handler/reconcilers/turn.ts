import { ControlPlane } from '../control-plane/port';

/** How one turn of a reconciler ended. `M` is what the reconciler wants to know in its next turn. */
export type Turn<M extends Memory> =
  | {
    readonly kind: 'done';
    readonly memory: M;
    readonly physicalId: string;
    readonly attributes: Record<string, string>;
    /** What the user should know although all is well. */
    readonly notes?: string[];
    /** What may still exist although it should not, and the command that finds it. */
    readonly leftBehind?: string;
  }
  | { readonly kind: 'again'; readonly memory: M; readonly inSeconds: number; readonly waitingFor: string }
  | { readonly kind: 'failed'; readonly memory: M; readonly reason: string };

/**
 * What survives between turns, as JSON in the execution. The first two members are what the answer
 * needs, whatever the type of the resource.
 */
export interface Memory {
  /** The physical id of what this request made. */
  readonly made?: string;
  /** True from before a creation is attempted until its outcome is known. */
  readonly outcomeUnknown?: boolean;
}

/** What a reconciler is asked to bring about. */
export interface Task<P> {
  readonly declared: P;
  /** The properties before an update; trusted only for what cannot be looked up: which tags and Regions were ours. */
  readonly previous?: P;
  /** Absent while a resource is created. */
  readonly physicalId?: string;
  readonly owner: Owner;
  /**
   * True when this update takes the last one back, which failed and was undone: what only that one named was never the
   * resource's, and what it was to take away still is. Known only within the hour after, and only to who minds it.
   */
  readonly reverses?: boolean;
  /** True when the turn before this one, with the same memory, never came back. */
  readonly interrupted: boolean;
  /** Seconds in which each of the requests that share the service's quota has its turn; absent as long as nobody had to ask. */
  readonly roundSeconds?: number;
}

export interface Owner {
  readonly region: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly requestId: string;
}

/**
 * One resource type. Each function is one turn: look, compare with what is declared, make at most one
 * mutating call. None knows CloudFormation, Step Functions or the SDK.
 */
export interface Reconciler<P, M extends Memory> {
  /** Whether `present` must be told what an update reverses. */
  readonly mindsReversal?: boolean;
  /** What is wrong with a declaration that the template could not know, or `undefined`. Calls nothing. */
  refuse(declared: P, owner: Owner): string | undefined;
  /** Whether an update may make another resource in place of the one that it names. Calls nothing. */
  mayReplace(task: Task<P>): boolean;
  /** Creates the resource, or brings the one named by the physical id to what is declared. */
  present(task: Task<P>, memory: M, plane: ControlPlane): Promise<Turn<M>>;
  /** Removes the resource named by the physical id. */
  absent(task: Task<P>, memory: M, plane: ControlPlane): Promise<Turn<M>>;
  /** Takes away what the request that left this memory made, and nothing else. */
  undo(task: Task<P>, memory: M, plane: ControlPlane): Promise<Turn<M>>;
  /** What a request that left this memory may have made, for people: where it is, and the command to take it away. */
  traces(owner: Owner, memory: M): string | undefined;
}

export function again<M extends Memory>(memory: M, inSeconds: number, waitingFor: string): Turn<M> {
  return { kind: 'again', memory, inSeconds, waitingFor };
}

export function failed<M extends Memory>(memory: M, reason: string): Turn<M> {
  return { kind: 'failed', memory, reason };
}
