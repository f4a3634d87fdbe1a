import { isDeepStrictEqual } from 'util';
import { executionPrefix, executionsOf, isExecutionOf, resourceType, taskOf } from './admission';
import { tracesOf } from './ending';
import { ExecutionState, Superseded } from './execution-state';
import { Execution, Executions } from './executions/port';
import { namesResource } from './physical-id';
import { Ports } from './ports';
import { FUNCTION_TIMEOUT_SECONDS } from '../contract/envelope';
import { Turn } from './reconcilers/turn';

/** Executions that ended before, whose history is read for a report. */
const MOST_LOOKED_AT = 5;
/**
 * ListExecutions may lag: seconds before another look, when it lacks what must be there (an id that names no key says that
 * there was an execution), and when it lacks what may be there and would make a key (a replacement that is rolled back).
 */
const WAITS_FOR_CERTAIN = [2, 4, 14];
const WAITS_FOR_POSSIBLE = [2, 4];
/** The own execution is the proof that the list is up to date. */
const WAITS_FOR_OWN = [2, 2, 2, 4, 10];

/** What one turn of superseding leads to; `undefined` when nothing is left of earlier requests. */
export interface SupersedingTurn {
  readonly superseded: Superseded[];
  readonly alone?: boolean;
  readonly reverses?: boolean;
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
  const executions = executionsOf(state, ports);
  const { superseded = [] } = state;
  const current = superseded.find(({ phase }) => phase !== 'done');
  if (!current) { return list(superseded, state, executions); }
  const { next, inSeconds, leftBehind } = await advance(current, state, executions, ports);
  return {
    superseded: superseded.map(one => one === current ? next ?? { executionArn: current.executionArn, phase: 'done' } : one),
    inSeconds,
    waitingFor: `an earlier request for this resource, given up by CloudFormation, to be undone (${current.executionArn})`,
    leftBehind,
  };
}

/** Looks for executions that are not known yet, again after each that was undone: the list lags. */
async function list(known: Superseded[], state: ExecutionState, executions: Executions): Promise<SupersedingTurn | undefined> {
  const { request, emptyLooks = 0 } = state;
  const startedAt = Date.parse(state.startedAt);
  const neverAnswered = neverTookAnswer(state);
  const isOwn = isExecutionOf(request);
  const lastState = readOnce(executions);
  const all = await executions.list(executionPrefix(request), neverAnswered || request.RequestType === 'Update');
  const lookAgain = (waits: readonly number[]) => emptyLooks >= waits.length ? undefined : {
    superseded: known,
    emptyLooks: emptyLooks + 1,
    inSeconds: waits[emptyLooks],
    waitingFor: 'the executions of this resource to be listed',
  };
  const notUpToDate = all.some(isOwn) ? undefined : lookAgain(WAITS_FOR_OWN);
  if (notUpToDate) { return notUpToDate; }
  const others = all.filter(one => !isOwn(one));
  const before = [
    ...neverAnswered ? await creationsThatStartedLate(others.filter(one => one.startedAt.getTime() > startedAt), state, lastState) : [],
    ...others.filter(one => one.startedAt.getTime() <= startedAt),
  ];
  const earlier = before.filter(({ arn }) => !known.some(({ executionArn }) => executionArn === arn));
  // An answer that was given only after this delete had begun came too late for CloudFormation.
  const certain = earlier.filter(({ running, endedAt }) => running || (neverAnswered && endedAt!.getTime() > startedAt));
  if (certain.length > 0) {
    const mayStillStep = certain.some(({ running, succeeded }) => !running && !succeeded);
    return {
      superseded: [...known, ...certain.map(({ arn, running }) =>
        ({ executionArn: arn, newest: arn === before[0].arn, phase: running ? 'running' as const : 'stopped' as const }))],
      inSeconds: mayStillStep ? FUNCTION_TIMEOUT_SECONDS : 0,
      waitingFor: 'earlier requests for this resource to be recorded',
    };
  }
  const doubted = lookAgain(neverAnswered ? WAITS_FOR_CERTAIN : mayReplace(state) ? WAITS_FOR_POSSIBLE : []);
  if (doubted) { return doubted; }
  const leftBehind = await lastMade(earlier, state, lastState);
  const reverses = await reversesFailure(before, state, lastState);
  return leftBehind || reverses ? { superseded: known, alone: true, reverses, inSeconds: 0, waitingFor: 'the end', leftBehind } : undefined;
}

type LastState = Executions['lastState'];

/** Several questions are asked of the same histories in a turn. */
function readOnce(executions: Executions): LastState {
  const read = new Map<string, ReturnType<LastState>>();
  return arn => {
    const state = read.get(arn) ?? executions.lastState(arn);
    read.set(arn, state);
    return state;
  };
}

/** Whether the last update before this one, and before earlier tries of this one, is what this one takes back, and failed. */
async function reversesFailure(before: Execution[], { request }: ExecutionState, lastState: LastState): Promise<boolean> {
  if (request.RequestType !== 'Update' || !resourceType(request).reconciler.mindsReversal) { return false; }
  for (const { arn } of before.slice(0, MOST_LOOKED_AT)) {
    const last = await lastState(arn);
    if (last?.request.RequestType !== 'Update' || (last.answer !== undefined && JSON.parse(last.answer).Status === 'SUCCESS')) { return false; }
    if (isDeepStrictEqual(last.request.ResourceProperties, request.OldResourceProperties)) { return true; }
    if (!isDeepStrictEqual(last.request.ResourceProperties, request.ResourceProperties)) { return false; }
  }
  return false;
}

/** Lambda may deliver a creation again when CloudFormation has already asked to delete what it never heard of. */
async function creationsThatStartedLate(younger: Execution[], { sentAt }: ExecutionState, lastState: LastState): Promise<Execution[]> {
  const states = await Promise.all(younger.slice(0, MOST_LOOKED_AT).map(({ arn }) => lastState(arn)));
  return younger.filter((_, index) => {
    const { request, sentAt: other } = states[index] ?? {};
    return request?.RequestType === 'Create' && other !== undefined && sentAt !== undefined && other <= sentAt;
  });
}

function mayReplace({ request }: ExecutionState): boolean {
  return request.RequestType === 'Update' && resourceType(request).reconciler.mayReplace(taskOf(request, false));
}

/** What an execution made that ended before: CloudFormation may have taken its answer, so that is only told. */
async function lastMade(ended: Execution[], state: ExecutionState, lastState: LastState): Promise<string | undefined> {
  for (const { arn } of ended.slice(0, MOST_LOOKED_AT)) {
    const last = await lastState(arn);
    const left = last && unclaimed(last, state);
    if (left) { return left; }
  }
  return undefined;
}

/** What may be in use, or may have come too late for CloudFormation: a creation of which it knows no key, an update that made another key. */
function unclaimed(last: ExecutionState, state: ExecutionState): string | undefined {
  const { request, memory, answer } = last;
  const isUnclaimed = neverTookAnswer(state) ? request.RequestType === 'Create'
    : state.request.RequestType === 'Update' && request.RequestType === 'Update'
      && memory.made !== undefined && memory.made !== state.request.PhysicalResourceId
      && answer !== undefined && JSON.parse(answer).Status === 'SUCCESS';
  return isUnclaimed ? tracesOf(last) : undefined;
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
      const last = await executions.lastState(one.executionArn);
      if (last && mayBeAnswered(one, last, state)) { return { inSeconds: 0, leftBehind: unclaimed(last, state) }; }
      await executions.stop(one.executionArn, `superseded by request ${state.request.RequestId}`);
      return { next: { ...one, phase: 'stopped' }, inSeconds: FUNCTION_TIMEOUT_SECONDS };
    }
    case 'stopped': {
      const last = await executions.lastState(one.executionArn);
      if (!last) { return { inSeconds: 0, leftBehind: `what ${one.executionArn} made is not known, since it has no history` }; }
      if (mayBeAnswered(one, last, state)) { return { inSeconds: 0, leftBehind: unclaimed(last, state) }; }
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
    case 'done': return { inSeconds: 0 };
  }
}

/**
 * An execution that has its answer may have delivered it, so what it made may be in use, or retained. Not so the
 * newest one when CloudFormation knows of nothing made: that was the creation which it gave up.
 */
function mayBeAnswered({ newest }: Superseded, last: ExecutionState, state: ExecutionState): boolean {
  return last.answer !== undefined && !(newest && neverTookAnswer(state));
}

/** Whether CloudFormation names nothing that was made: it never took an answer that said so. */
function neverTookAnswer({ request }: ExecutionState): boolean {
  return !namesResource(request.PhysicalResourceId!);
}
