import { ownerOf, resourceType, taskOf } from './admission';
import { crowdOf, presumedCrowd } from './crowd';
import { failedAnswer, joined, succeeded, tracesOf, tracesOfSuperseded } from './ending';
import { ExecutionState } from './execution-state';
import { isOutOfDate } from './order';
import { slowedDown, partAt } from './pace';
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
/** Before the deadline, seconds in which every turn is taken. */
const LAST_SECONDS = 120;
/** Seconds in which it comes again, even if it is alone. */
const SHORTEST_ROUND = 4;
/** The turn after those of the intention and of the creation. */
const FIRST_LOOK = 3;

/** One turn of the loop. Always returns: what is thrown here becomes part of the state. */
export async function step(input: ExecutionState, ports: Ports): Promise<ExecutionState> {
  const { interruption, letsPass, ...rest } = { ...input, turn: input.turn + 1, waitSeconds: 0 };
  const now = ports.now();
  const timed = inTime(rest, now);
  // A step that was only to count or to let its turn pass made no call, whether it came back or not. To undo, it may have.
  const calls = timed.failure !== undefined || !(letsPass || isToCount(rest));
  const state = { ...timed, doubt: timed.doubt || (calls && mayHaveRun(interruption)) || undefined };
  let next: ExecutionState;
  try {
    next = letsPass && !state.failure ? await passed(state, now, ports) : await queued(state, now, ports) ?? await oneTurn(state, now, ports);
  } catch (error) {
    // A bug may have struck after the call, so it counts as an interruption.
    next = { ...afterError(state, error, now, ports), doubt: state.doubt || !(error instanceof ServiceFault) || undefined };
  }
  const bounded = { ...next, waitSeconds: untilDeadline(next, now) };
  const decided = { ...bounded, letsPass: isToPass(bounded, now) || undefined };
  ports.log.info(decided.answer ? 'answering' : decided.failure ? `undoing, because: ${decided.failure}` : `waiting for ${decided.waitingFor}`, {
    ...facts(decided), turn: decided.turn, waitSeconds: decided.waitSeconds, letsPass: decided.letsPass,
  });
  return decided;
}

/**
 * Those that share the quota are counted, once it was found spent, or else before a new key is first looked at; each
 * then waits for its turn. `undefined` when that is done.
 */
async function queued(state: ExecutionState, now: Date, ports: Ports): Promise<ExecutionState | undefined> {
  const { setback, round, turn, request } = state;
  const beforeFirstLook = turn === FIRST_LOOK && request.RequestType === 'Create' && !round && !state.failure;
  if (!(isToCount(state) || beforeFirstLook)) { return undefined; }
  const counted = await crowdOf(state, ports);
  const crowd = counted ?? (setback && setback.count >= MOST_COUNTS ? presumedCrowd(state) : undefined);
  // Any count is better than a presumed one.
  const after = { ...state, round: crowd && { seconds: crowd.roundSeconds, countedAt: counted ? now.toISOString() : state.startedAt } };
  if (setback?.throttled) {
    const count = setback.count + 1;
    return crowd
      ? { ...after, waitSeconds: crowd.placeSeconds }
      : { ...after, setback: { ...setback, count }, waitSeconds: backoff(count, `${request.RequestId}/${count}`) };
  }
  // Who had to wait for no turn comes twice in a round otherwise.
  return crowd && crowd.roundSeconds > 0 ? { ...after, waitSeconds: 2 * crowd.roundSeconds } : undefined;
}

function isToCount({ setback, round, failure }: ExecutionState): boolean {
  return !!setback?.throttled && !round && !failure;
}

/**
 * So many let their next turn pass that the stack keeps its pace. It is decided before the turn, so that its input tells.
 * Nobody does who only goes on, who has to undo, for which there is little time, or whose time ends soon.
 */
function isToPass({ answer, failure, round, waitSeconds, deadline, request, turn, pace }: ExecutionState, now: Date): boolean {
  if (answer || failure || !round || waitSeconds === 0) { return false; }
  const millisecondsLeft = Date.parse(deadline) - now.getTime() - waitSeconds * 1000;
  return millisecondsLeft > LAST_SECONDS * 1000 && share(`pace/${request.RequestId}/${turn}`) >= partAt(now, pace);
}

/** Who lets a turn pass comes again in the round of those that are left. */
async function passed(state: ExecutionState, now: Date, ports: Ports): Promise<ExecutionState> {
  const counted = state.round!;
  const isOld = Math.abs(now.getTime() - Date.parse(counted.countedAt)) > SECONDS_A_COUNT_HOLDS * 1000;
  // Whoever could not count leaves it alone for as long.
  const round = isOld ? { seconds: (await crowdOf(state, ports))?.roundSeconds ?? counted.seconds, countedAt: now.toISOString() } : counted;
  const seconds = share(`again/${state.request.RequestId}/${state.turn}`) * Math.max(SHORTEST_ROUND, round.seconds);
  return { ...state, round, waitSeconds: Math.ceil(seconds) };
}

function inTime(state: ExecutionState, now: Date): ExecutionState {
  if (state.failure) { return state; }
  const lately = `waiting for ${state.waitingFor}${state.setback ? ` (lately: ${state.setback.reason})` : ''}`;
  if (now.getTime() >= Date.parse(state.deadline)) { return failing(state, `timed out, ${lately}`); }
  return state.turn > MOST_TURNS ? failing(state, `gave up after ${MOST_TURNS} turns, ${lately}`) : state;
}

async function oneTurn(before: ExecutionState, now: Date, ports: Ports): Promise<ExecutionState> {
  const { doubt, ...state } = before;
  const { reconciler } = resourceType(state.request);
  const task = { ...taskOf(state.request, !!doubt), reverses: state.reverses, roundSeconds: state.round?.seconds };
  if (state.failure) {
    return now.getTime() >= Date.parse(state.deadline) + UNDO_SECONDS * 1000
      || state.request.RequestType === 'Delete'
      ? ended(state, state.failure, ports)
      : undone(state, await reconciler.undo(task, state.memory, ports.plane), ports);
  }
  if (state.request.RequestType !== 'Delete' && await isOutOfDate(state, ports)) {
    return failing(before, 'CloudFormation sent a later request for this resource, which came first, so nothing was done about this one');
  }
  if (state.request.RequestType !== 'Create' && !state.alone) {
    const superseding = await supersede(state, ports);
    if (superseding) {
      if (superseding.leftBehind) { ports.log.error('LEFT_BEHIND', superseding.leftBehind, facts(state)); }
      const { superseded, alone, reverses, emptyLooks = state.emptyLooks, inSeconds, waitingFor } = superseding;
      return { ...state, doubt, inOrder: true, superseded, alone, reverses, emptyLooks, waitSeconds: inSeconds, waitingFor, setback: undefined };
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
    // To undo, there is no time for a round.
    const verdict = judge(error, state.setback, now, state.request.RequestId, state.failure ? undefined : state.round?.seconds);
    if (!('final' in verdict)) {
      const learns = error.spentQuotaOfKeys && error.region === ownerOf(state.request).region && !state.failure;
      const pace = learns ? slowedDown(now, state.round !== undefined, state.pace) : state.pace;
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
