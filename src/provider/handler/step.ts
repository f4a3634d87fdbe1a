import { resourceType, taskOf } from './admission';
import { crowdOf, presumedCrowd, Round } from './crowd';
import { failedAnswer, joined, succeeded, tracesOf, tracesOfSuperseded } from './ending';
import { ExecutionState } from './execution-state';
import { isOutOfDate } from './order';
import { afterThrottling, partAt } from './pace';
import { Ports } from './ports';
import { Turn } from './reconcilers/turn';
import { ServiceFault } from './service-fault';
import { backoff, judge } from './setback';
import { share } from './spread';
import { supersede } from './superseding';

/** More turns than this would not fit the execution's history (Step Functions quota: 25,000 events). */
const MOST_TURNS = 2_000;
/** From the deadline on, seconds in which what was made may be undone. */
const UNDO_SECONDS = 120;
/** How often the requests that share the quota are counted, before their number is presumed. */
const MOST_COUNTS = 5;
/** Counting spends a quota too, which is everybody's in the account. */
const SECONDS_A_COUNT_HOLDS = 30;
/** Seconds in which it comes again, even if it is alone. */
const SHORTEST_ROUND = 4;
/** The turn after those of the intention and of the creation. */
const FIRST_LOOK = 3;

/** One turn of the loop. Always returns: what is thrown here becomes part of the state. */
export async function step(input: ExecutionState, ports: Ports): Promise<ExecutionState> {
  const { interruption, ...state } = { ...input, turn: input.turn + 1, waitSeconds: 0 };
  const now = ports.now();
  let next: ExecutionState;
  try {
    next = await queued(inTime(state, now), interruption, now, ports) ?? await oneTurn(inTime(state, now), mayHaveRun(interruption), now, ports);
  } catch (error) {
    // The turn is not over: whether the one before it came back still matters to the next.
    // A bug may have struck after the call, so it counts as an interruption.
    next = { ...afterError(inTime(state, now), error, now, ports), interruption: interruption ?? (error instanceof ServiceFault ? undefined : true) };
  }
  const bounded = { ...next, waitSeconds: untilDeadline(next, now) };
  ports.log.info(bounded.answer ? 'answering' : bounded.failure ? `undoing, because: ${bounded.failure}` : `waiting for ${bounded.waitingFor}`, {
    ...facts(bounded), turn: bounded.turn, waitSeconds: bounded.waitSeconds,
  });
  return bounded;
}

/**
 * Those that share the quota are counted, once it was found spent, or else before a new key is first looked at; each
 * then waits for its turn. `undefined` when that is done.
 */
async function queued(state: ExecutionState, interruption: unknown, now: Date, ports: Ports): Promise<ExecutionState | undefined> {
  const { setback, round, turn, request } = state;
  if (round) { return passedOver({ ...state, interruption }, round, now, ports); }
  const beforeFirstLook = turn === FIRST_LOOK && request.RequestType === 'Create';
  if (!(setback?.throttled || beforeFirstLook)) { return undefined; }
  const crowd = await crowdOf(state, ports) ?? (setback && setback.count >= MOST_COUNTS ? presumedCrowd(state) : undefined);
  // Whether the turn before came back still matters to the next.
  const after = { ...state, interruption, round: crowd && { seconds: crowd.roundSeconds, countedAt: now.toISOString() } };
  if (setback?.throttled) {
    const count = setback.count + 1;
    return crowd
      ? { ...after, waitSeconds: crowd.placeSeconds }
      : { ...after, setback: { ...setback, count }, waitSeconds: backoff(count, `${request.RequestId}/${count}`) };
  }
  // Who had to wait for no turn comes twice in a round otherwise.
  return crowd && crowd.roundSeconds > 0 ? { ...after, waitSeconds: 2 * crowd.roundSeconds } : undefined;
}

/** So many let their turn pass that the stack keeps its pace. They come again in the round of those that are left. */
async function passedOver(state: ExecutionState, counted: Round, now: Date, ports: Ports): Promise<ExecutionState | undefined> {
  const seed = `${state.request.RequestId}/${state.turn}`;
  // To undo, there is little time.
  if (state.failure || share(`pace/${seed}`) < partAt(now, state.pace)) { return undefined; }
  const isOld = now.getTime() - Date.parse(counted.countedAt) > SECONDS_A_COUNT_HOLDS * 1000;
  // Whoever could not count leaves it alone for as long.
  const round = isOld ? { seconds: (await crowdOf(state, ports))?.roundSeconds ?? counted.seconds, countedAt: now.toISOString() } : counted;
  return { ...state, round, waitSeconds: Math.ceil(share(`again/${seed}`) * Math.max(SHORTEST_ROUND, round.seconds)) };
}

function inTime(state: ExecutionState, now: Date): ExecutionState {
  if (state.failure) { return state; }
  const lately = `waiting for ${state.waitingFor}${state.setback ? ` (lately: ${state.setback.reason})` : ''}`;
  if (now.getTime() >= Date.parse(state.deadline)) { return failing(state, `timed out, ${lately}`); }
  return state.turn > MOST_TURNS ? failing(state, `gave up after ${MOST_TURNS} turns, ${lately}`) : state;
}

async function oneTurn(state: ExecutionState, interrupted: boolean, now: Date, ports: Ports): Promise<ExecutionState> {
  const { reconciler } = resourceType(state.request);
  const task = { ...taskOf(state.request, interrupted), reverses: state.reverses, roundSeconds: state.round?.seconds };
  if (state.failure) {
    return now.getTime() >= Date.parse(state.deadline) + UNDO_SECONDS * 1000
      || state.request.RequestType === 'Delete'
      ? ended(state, state.failure, ports)
      : undone(state, await reconciler.undo(task, state.memory, ports.plane), ports);
  }
  if (state.request.RequestType !== 'Delete' && await isOutOfDate(state, ports)) {
    return failing(state, 'CloudFormation sent a later request for this resource, which came first, so nothing was done about this one');
  }
  if (state.request.RequestType !== 'Create' && !state.alone) {
    const superseding = await supersede(state, ports);
    if (superseding) {
      if (superseding.leftBehind) { ports.log.error('LEFT_BEHIND', superseding.leftBehind, facts(state)); }
      const { superseded, alone, reverses, emptyLooks = state.emptyLooks, inSeconds, waitingFor } = superseding;
      return { ...state, inOrder: true, superseded, alone, reverses, emptyLooks, waitSeconds: inSeconds, waitingFor, setback: undefined };
    }
  }
  const turn: Turn<any> = state.request.RequestType === 'Delete'
    ? await reconciler.absent(task, state.memory, ports.plane)
    : await reconciler.present(task, state.memory, ports.plane);
  const after: ExecutionState = { ...state, inOrder: true, alone: true, memory: turn.memory, setback: undefined };
  switch (turn.kind) {
    case 'again':
      return { ...after, waitSeconds: turn.inSeconds, waitingFor: turn.waitingFor };
    case 'failed':
      return failing(after, turn.reason);
    case 'done':
      turn.notes?.forEach(note => ports.log.info(note, facts(state)));
      if (turn.leftBehind) { ports.log.error('LEFT_BEHIND', turn.leftBehind, facts(state)); }
      return succeeded(after, turn);
  }
}

function undone(state: ExecutionState, turn: Turn<any>, ports: Ports): ExecutionState {
  const after = { ...state, memory: turn.memory, setback: undefined };
  switch (turn.kind) {
    case 'again': return { ...after, waitSeconds: turn.inSeconds, waitingFor: turn.waitingFor };
    case 'failed': return ended(after, `${state.failure}. Undoing failed too: ${turn.reason}`, ports);
    case 'done': return answered(after, state.failure!, joined([turn.leftBehind, ...tracesOfSuperseded(state)]), ports);
  }
}

function afterError(state: ExecutionState, error: unknown, now: Date, ports: Ports): ExecutionState {
  const isFault = error instanceof ServiceFault;
  const reason = isFault ? error.message : `internal error of cdk-multi-region-payment-keys, please report it: ${String(error)}`;
  if (isFault) {
    const verdict = judge(error, state.setback, now, state.request.RequestId, state.round?.seconds);
    if (!('final' in verdict)) {
      const pace = error.spentQuotaOfKeys ? afterThrottling(now, state.round !== undefined, state.pace) : state.pace;
      return { ...state, pace, setback: verdict.setback, waitSeconds: verdict.inSeconds };
    }
  }
  return state.failure
    ? ended(state, `${state.failure}. Undoing failed too: ${reason}`, ports)
    : failing(state, reason);
}

/** The answer is given only after the next steps have undone what this request made. */
function failing(state: ExecutionState, reason: string): ExecutionState {
  return { ...state, failure: reason, setback: undefined };
}

/** The end of a request that could not be undone: whatever it may have made is reported. */
function ended(state: ExecutionState, reason: string, ports: Ports): ExecutionState {
  return answered(state, reason, tracesOf(state), ports);
}

function answered(state: ExecutionState, reason: string, leftBehind: string | undefined, ports: Ports): ExecutionState {
  ports.log.error('REQUEST_FAILED', reason, facts(state));
  if (leftBehind) { ports.log.error('LEFT_BEHIND', leftBehind, facts(state)); }
  return { ...state, answer: failedAnswer(state, reason, leftBehind) };
}

/** The next step does nothing about a step that surely did not run, however the state machine calls that. */
function mayHaveRun(interruption: any): boolean {
  return interruption !== undefined
    // A denied invocation bears the name of an unknown one (seen in reports; the documentation has no name for it).
    && !(interruption?.Error === 'Lambda.AWSLambdaException' && /Error Code: AccessDeniedException/.test(interruption.Cause));
}

/** No wait reaches past the deadline, nor past the time for undoing. */
function untilDeadline(state: ExecutionState, now: Date): number {
  const end = Date.parse(state.deadline) + (state.failure ? UNDO_SECONDS * 1000 : 0);
  return Math.min(state.waitSeconds, Math.max(0, Math.ceil((end - now.getTime()) / 1000)));
}

function facts({ request }: ExecutionState) {
  return {
    requestId: request.RequestId,
    logicalId: request.LogicalResourceId,
    physicalId: request.PhysicalResourceId,
    requestType: request.RequestType,
  };
}
