import { executionName, executionPrefix, resourceType, taskOf } from './admission';
import { ExecutionState, Superseded } from './execution-state';
import { Executions } from './executions/port';
import { parsePhysicalId } from './physical-id';
import { Ports } from './ports';
import { FUNCTION_TIMEOUT_SECONDS } from '../contract/envelope';
import { Turn } from './reconcilers/turn';

/** ListExecutions may lag. An invented id says that there was an execution, so an empty list is doubted: seconds between looks, and how many. */
const DOUBT = { seconds: 10, looks: 3 };
/** Clocks differ: an execution that seems this much younger may still be the earlier one. */
const CLOCK_DIFFERENCE_MS = 5_000;

/** What one turn of superseding leads to; `undefined` when nothing is left of earlier requests. */
export interface SupersedingTurn {
  readonly superseded?: Superseded[];
  readonly emptyLooks?: number;
  readonly inSeconds: number;
  readonly waitingFor: string;
  readonly leftBehind?: string;
}

/**
 * CloudFormation sends the next request for a resource only after it gave the earlier one up, which may still
 * run: a cancelled creation, an update that is rolled back. Its execution is stopped, its last step is given
 * time to end, and what it made is undone with what it knew.
 */
export async function supersede(state: ExecutionState, ports: Ports): Promise<SupersedingTurn | undefined> {
  const executions = ports.executions(String(state.request.ResourceProperties.StateMachineArn));
  if (state.superseded === undefined) {
    return list(state, executions);
  }
  const [first, ...rest] = state.superseded;
  if (!first) { return undefined; }
  const { next, inSeconds, leftBehind } = await advance(first, state, executions, ports);
  return {
    superseded: next ? [next, ...rest] : rest,
    inSeconds,
    waitingFor: `an earlier request for this resource, given up by CloudFormation, to be undone (${first.executionArn})`,
    leftBehind,
  };
}

async function list(state: ExecutionState, executions: Executions): Promise<SupersedingTurn | undefined> {
  const startedUntil = new Date(Date.parse(state.startedAt) + CLOCK_DIFFERENCE_MS);
  const own = executionName(state.request);
  const earlier = (await executions.running(executionPrefix(state.request), startedUntil)).filter(arn => !arn.endsWith(`:${own}`));
  if (earlier.length > 0) {
    return {
      superseded: earlier.map(executionArn => ({ executionArn, phase: 'running' as const })),
      inSeconds: 0,
      waitingFor: 'earlier requests for this resource to be recorded',
    };
  }
  const emptyLooks = (state.emptyLooks ?? 0) + 1;
  return hasInventedId(state) && emptyLooks < DOUBT.looks
    ? { emptyLooks, inSeconds: DOUBT.seconds, waitingFor: 'an earlier request for this resource to show up' }
    : undefined;
}

interface Advance {
  /** Absent when nothing is left to do about this execution. */
  readonly next?: Superseded;
  readonly inSeconds: number;
  readonly leftBehind?: string;
}

async function advance(one: Superseded, state: ExecutionState, executions: Executions, ports: Ports): Promise<Advance> {
  switch (one.phase) {
    case 'running': {
      if (mayBeAnswered(await executions.lastState(one.executionArn), state)) { return { inSeconds: 0 }; }
      await executions.stop(one.executionArn, `superseded by request ${state.request.RequestId}`);
      return { next: { ...one, phase: 'stopped' }, inSeconds: FUNCTION_TIMEOUT_SECONDS };
    }
    case 'stopped': {
      const last = await executions.lastState(one.executionArn);
      if (!last || mayBeAnswered(last, state)) { return { inSeconds: 0 }; }
      // Its last step may have made its call although its end was never recorded.
      return { next: { ...one, phase: 'undoing', request: last.request, memory: last.memory, interrupted: true }, inSeconds: 0 };
    }
    case 'undoing': {
      const { reconciler } = resourceType(one.request!);
      const turn: Turn<any> = await reconciler.undo(taskOf(one.request!, one.interrupted!), one.memory, ports.plane);
      switch (turn.kind) {
        case 'done': return { inSeconds: 0, leftBehind: turn.leftBehind };
        case 'again': return { next: { ...one, memory: turn.memory, interrupted: false }, inSeconds: turn.inSeconds };
        case 'failed': return { inSeconds: 0, leftBehind: turn.reason };
      }
    }
  }
}

/**
 * An execution that has its answer may have delivered it, so what it made may be in use. Not so when
 * CloudFormation had to invent the id: then it never got one.
 */
function mayBeAnswered(last: ExecutionState | undefined, state: ExecutionState): boolean {
  return last?.answer !== undefined && !hasInventedId(state);
}

function hasInventedId({ request }: ExecutionState): boolean {
  return parsePhysicalId(request.PhysicalResourceId!).kind === 'invented';
}
