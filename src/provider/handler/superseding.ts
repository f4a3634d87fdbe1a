import { executionName, executionPrefix, resourceType, taskOf } from './admission';
import { tracesOf } from './ending';
import { ExecutionState, Superseded } from './execution-state';
import { Execution, Executions } from './executions/port';
import { parsePhysicalId } from './physical-id';
import { Ports } from './ports';
import { FUNCTION_TIMEOUT_SECONDS } from '../contract/envelope';
import { Turn } from './reconcilers/turn';

/** Executions that ended before, whose history is read for a report. */
const MOST_LOOKED_AT = 5;
/** ListExecutions may lag: seconds before another look, when it lacks what must be there. */
const WAITS_FOR_LIST = [2, 8, 10];

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
  const neverAnswered = neverGotKey(state);
  const ownName = executionName(state.request);
  const all = await executions.list(executionPrefix(state.request), neverAnswered);
  const own = all.find(({ arn }) => arn.endsWith(`:${ownName}`));
  const { emptyLooks = 0 } = state;
  const lookAgain = emptyLooks < WAITS_FOR_LIST.length
    ? { emptyLooks: emptyLooks + 1, inSeconds: WAITS_FOR_LIST[emptyLooks], waitingFor: 'the executions of this resource to be listed' }
    : undefined;
  // Which of two executions is the earlier one is told by one clock, that of the list.
  if (!own && lookAgain) { return lookAgain; }
  const startedAt = own?.startedAt.getTime() ?? Date.parse(state.startedAt);
  const earlier = all.filter(({ arn, startedAt: theirs }) => arn !== own?.arn
    && (theirs.getTime() < startedAt || (theirs.getTime() === startedAt && arn < (own?.arn ?? ''))));
  // An answer that was given only after this delete had begun came too late for CloudFormation.
  const certain = earlier.filter(({ running, endedAt }) => running || (neverAnswered && endedAt!.getTime() > startedAt));
  if (certain.length > 0) {
    const mayStillStep = certain.some(({ running, succeeded }) => !running && !succeeded);
    return {
      superseded: certain.map(({ arn, running }) => ({ executionArn: arn, phase: running ? 'running' : 'stopped' })),
      inSeconds: mayStillStep ? FUNCTION_TIMEOUT_SECONDS : 0,
      waitingFor: 'earlier requests for this resource to be recorded',
    };
  }
  // An id that names no key says that there was an execution.
  if (neverAnswered && lookAgain) { return lookAgain; }
  const leftBehind = await lastCreation(earlier, executions);
  return leftBehind ? { superseded: [], inSeconds: 0, waitingFor: 'the end', leftBehind } : undefined;
}

/** What the newest creation made that ended before: CloudFormation may have taken its answer, so that is only told. */
async function lastCreation(ended: Execution[], executions: Executions): Promise<string | undefined> {
  for (const { arn } of ended.slice(0, MOST_LOOKED_AT)) {
    const last = await executions.lastState(arn);
    if (last?.request.RequestType === 'Create') { return tracesOf(last); }
  }
  return undefined;
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
 * CloudFormation does not know a key.
 */
function mayBeAnswered(last: ExecutionState | undefined, state: ExecutionState): boolean {
  return last?.answer !== undefined && !neverGotKey(state);
}

/** Whether CloudFormation names no key: it never took an answer that said one was made. */
function neverGotKey({ request }: ExecutionState): boolean {
  return parsePhysicalId(request.PhysicalResourceId!).kind !== 'key';
}
