import { endOfRollback } from './deadlines';
import { StepState } from './executions';
import { forget } from './forget';
import { backoffSeconds, fraction, isFinal } from './judgement';
import { Ports } from './ports';
import { answered, answerSuperseded, deliver, FinalOutcome } from './respond';
import { lostCreation, taskOf } from './task';
import { Overtaken, patiently, Superseded, Tenure } from './tenure';
import { DeadlinePassed, Postponed, TurnControl } from './write-ahead';
import { RefusedRequest } from '../cloudformation/event';
import { ServiceFault } from '../control-plane/fault';
import { isCreation } from '../ledger/creations';
import { Item, Living, RequestRecord, Setback } from '../ledger/item';
import { recordOf, withoutInherited, withOwned, withRecord } from '../ledger/records';
import { RateLimiter, rateLimiter } from '../quota/rate-limiter';
import { nothingCreatedId, outcomeUnknownId, parsePhysicalId } from '../reconcilers/physical-id';
import { Checkpoint, Turn } from '../reconcilers/reconciler';

/*
 * One step of a request: read the item, take one turn, write what it came to, say when to come again.
 *
 *   not in charge, or answered  -> end (after the answer was delivered)
 *   an earlier call is open     -> wait until it is 60 s old: the function that made it has ended by then (L5). A creation
 *                                  of unknown outcome is looked for longer than that (reconcilers/key/search.ts)
 *   something is inherited      -> one turn of rolling it back (L1)
 *   working                     -> one turn of `reconcile` or `remove`
 *   rolling back                -> one turn of `rollBack`
 *
 * The item is the truth; what goes round in the state machine are names and numbers. A step may therefore be repeated,
 * redriven, or run twice at once: whatever it does is proved by a conditional write of the item.
 *
 * For example, a key with one replication Region: the first step marks and calls CreateKey, records the key, and says
 * "again in 1 s". A later one finds the Region SYNCHRONIZED, writes the answer, sends it, and says "end".
 */

/** The function that made a call has ended by then (FUNCTION_TIMEOUT_SECONDS), and what is not a creation was executed, or is done again. */
const SECONDS_UNTIL_A_CALL_IS_SETTLED = 60;
/** More steps than this would not fit the execution's history (Step Functions quota: 25,000 events). */
const MOST_TURNS = 2_000;
const LONGEST_SETBACK = 200;

export async function step(state: StepState, ports: Ports): Promise<StepState> {
  const after = (next: StepState['next'], waitSeconds = 0): StepState => ({ ...state, turn: state.turn + 1, next, waitSeconds });
  const item = await patiently(() => ports.ledger.read(state.item), ports.pause);
  if (item?.request.requestId !== state.request) { return after('end'); }
  const tenure = new Tenure(ports.ledger, item, state.request, ports.pause);
  try {
    const work = new Work(tenure, state, ports);
    const waitSeconds = await work.advance();
    return waitSeconds === undefined ? after(await delivered(tenure.item, ports)) : after('step', waitSeconds);
  } catch (error) {
    if (error instanceof Superseded) { return after('end'); }
    if (error instanceof Overtaken) { return after('step', 1); }
    throw error;
  }
}

/** The step that writes the answer also sends it; the state Respond only repeats what failed (L6). */
async function delivered(item: Item, ports: Ports): Promise<StepState['next']> {
  try {
    await deliver(item, item.request.requestId, ports);
    return 'end';
  } catch (error) {
    ports.log.info(`the answer is to be sent again: ${String((error as Error).message)}`, { requestId: item.request.requestId, logicalId: item.logicalId });
    return 'respond';
  }
}

/** Whose turn is taken: that of the request in charge, or that of an earlier request that it inherited. */
type Subject =
  | { readonly kind: 'own'; readonly record: RequestRecord }
  | { readonly kind: 'inherited'; readonly record: RequestRecord };

class Work {
  private readonly limiter: RateLimiter;

  constructor(private readonly tenure: Tenure, private readonly state: StepState, private readonly ports: Ports) {
    this.limiter = rateLimiter(ports.limiterTable, () => ports.now().getTime(), () => fraction(`${state.request}/${state.turn}`));
  }

  private get item(): Item {
    return this.tenure.item;
  }

  private get request(): RequestRecord {
    return this.item.request;
  }

  /** Seconds until the next step; `undefined` when the request has its answer. */
  async advance(): Promise<number | undefined> {
    const { phase, reversal } = this.request;
    if (phase.kind === 'answered') { return undefined; }
    const now = this.ports.now().getTime();
    const end = endOfRollback(this.request.deadline);
    if (now >= end) { return this.giveUp(phase.kind === 'rollingBack' ? phase.reason : 'timed out'); }
    const [earlier] = this.item.inherited;
    if (earlier?.treatment === 'report') { return this.report(earlier.request); }
    const subject: Subject = earlier ? { kind: 'inherited', record: earlier.request } : { kind: 'own', record: this.request };
    const blocked = secondsBlocked(subject.record, now);
    if (blocked > 0) { return Math.min(blocked, Math.max(1, Math.ceil((end - now) / 1000))); }
    if (earlier && (earlier.request.type === 'Delete' || now >= Date.parse(this.request.deadline))) {
      return earlier.request.type === 'Delete'
        ? this.drop(earlier.request)
        : this.fail('timed out, waiting for what an earlier request for this resource made to be rolled back');
    }
    if (!earlier && phase.kind === 'working' && reversal.kind === 'ofNothing') { return this.succeedAsBefore(this.item.living!); }
    return this.turn(subject, now);
  }

  private async turn(subject: Subject, now: number): Promise<number | undefined> {
    const { record } = subject;
    const isLast = subject.kind === 'own' && this.request.phase.kind === 'working' && now >= Date.parse(this.request.deadline);
    const control = new TurnControl(this.tenure, record, !isLast, {
      service: this.ports.service,
      wrappedKeys: this.ports.wrappedKeys,
      limiter: this.limiter,
      now: this.ports.now,
      pause: this.ports.pause,
      throttled: (operation, region) => this.ports.log.info(`${operation} was throttled in ${region}`, { ...this.facts, region }, 'THROTTLED'),
    });
    try {
      const turn = await this.reconcilerTurn(subject, control);
      if (isLast && turn.kind === 'again') { return await this.fail(`timed out, waiting for ${turn.waitingFor}`, turn.checkpoint); }
      if (this.state.turn >= MOST_TURNS && turn.kind === 'again') {
        return await this.fail(`gave up after ${MOST_TURNS} turns, waiting for ${turn.waitingFor}`, turn.checkpoint);
      }
      return await this.settle(subject, turn, control);
    } catch (error) {
      if (error instanceof Superseded || error instanceof Overtaken) { throw error; }
      return this.afterError(subject, error, isLast, control);
    }
  }

  private async reconcilerTurn({ kind, record }: Subject, control: TurnControl): Promise<Turn<Checkpoint>> {
    const { physicalId, type, checkpoint, phase } = record;
    const isRollback = kind === 'inherited' || phase.kind === 'rollingBack';
    if (!isRollback && type === 'Delete' && namesNothing(record)) {
      return { kind: 'done', checkpoint, physicalId: physicalId!, attributes: {} };
    }
    const { type: { reconciler }, task } = await taskOf(this.item, record, this.ports.stackId, this.ports.ledger, this.ports.now());
    const from = isUntouched(checkpoint) ? reconciler.start : checkpoint;
    const plane = control.controlPlane<Checkpoint>();
    if (isRollback) { return reconciler.rollBack(task, from, plane); }
    return type === 'Delete' ? reconciler.remove(task, from, plane) : reconciler.reconcile(task, from, plane);
  }

  /** Writes what a turn came to. */
  private async settle(subject: Subject, turn: Turn<Checkpoint>, control: TurnControl): Promise<number | undefined> {
    const { record } = subject;
    if (subject.kind === 'inherited') {
      switch (turn.kind) {
        case 'again': return this.keep(record, turn.checkpoint, turn.inSeconds, control.after(false), turn.waitingFor, setbackOf(turn));
        case 'failed': return this.drop(record, turn.checkpoint, turn.reason);
        case 'done': return this.drop(record, turn.checkpoint, turn.leftBehind);
      }
    }
    const { phase } = this.request;
    if (phase.kind === 'rollingBack') {
      switch (turn.kind) {
        case 'again': return this.keep(record, turn.checkpoint, turn.inSeconds, control.after(false), turn.waitingFor, setbackOf(turn));
        case 'failed': return this.answerFailed(rollbackFailed(phase, turn.reason), turn.checkpoint, true);
        case 'done': return this.answerFailed(phase.reason, turn.checkpoint, true, turn.leftBehind);
      }
    }
    switch (turn.kind) {
      case 'again': return this.keep(record, turn.checkpoint, turn.inSeconds, control.after(false), turn.waitingFor, setbackOf(turn));
      case 'failed': return this.fail(turn.reason, turn.checkpoint);
      case 'done': return this.succeed(turn);
    }
  }

  /** A turn that changed nothing writes nothing. */
  private async keep(
    record: RequestRecord, checkpoint: Checkpoint, inSeconds: number,
    after: Pick<RequestRecord, 'seen' | 'tickets'>, waitingFor: string, setback?: Setback,
  ): Promise<number> {
    const { requestId } = record;
    const before = this.current(requestId);
    const isSame = JSON.stringify([checkpoint, after.seen, after.tickets]) === JSON.stringify([before.checkpoint, before.seen, before.tickets]);
    if (!isSame || this.tenure.hasOutcomes || before.setback || setback) {
      await this.tenure.write(
        item => withOwned(
          withRecord(item, requestId, ({ setback: _, ...one }) => ({ ...one, checkpoint, ...after, ...setback ? { setback } : {} })),
          checkpoint.owned),
        { requestId, checkpoint });
    }
    const waitSeconds = this.untilDeadline(inSeconds);
    this.ports.log.info(`waiting for ${waitingFor}`, { ...this.facts, turn: this.state.turn, waitSeconds });
    return waitSeconds;
  }

  private current(requestId: string): RequestRecord {
    return recordOf(this.item, requestId)!;
  }

  /** An inherited request is over. What it left behind is told now, and in the answer. */
  private async drop(record: RequestRecord, checkpoint = record.checkpoint, leftBehind?: string): Promise<number> {
    const { requestId } = record;
    if (leftBehind) { this.tell(leftBehind); }
    await answerSuperseded(this.item, record, this.ports);
    await this.tenure.write(
      item => withOwned(withLeftBehind(withoutInherited(item, requestId), leftBehind), checkpoint.owned), { requestId, checkpoint });
    return 0;
  }

  /** What CloudFormation may use is left as it is, and told. */
  private async report(record: RequestRecord): Promise<number> {
    const { type: { reconciler }, task } = await taskOf(this.item, record, this.ports.stackId, this.ports.ledger, this.ports.now());
    return this.drop(record, record.checkpoint, reconciler.leftBehind(task, isUntouched(record.checkpoint) ? reconciler.start : record.checkpoint));
  }

  private timedOut(waitingFor: string, setback: Setback | undefined): Promise<number | undefined> {
    return this.fail(`timed out, waiting for ${waitingFor}${setback ? ` (lately: ${setback.reason})` : ''}`);
  }

  private async afterError({ record, kind }: Subject, error: unknown, isLast: boolean, control: TurnControl): Promise<number | undefined> {
    const { requestId } = record;
    this.tenure.doubtCreations();
    const checkpoint = this.tenure.checkpointOf(requestId);
    // A place in the queue that comes after the deadline is never waited for: the turns would follow one another without end.
    if (error instanceof Postponed && isLast) { return this.timedOut(error.waitingFor, this.current(requestId).setback); }
    if (error instanceof Postponed) {
      const { inSeconds, waitingFor, fault } = error;
      const setbackNow = fault ? { reason: told(fault) } : this.current(requestId).setback;
      return this.keep(record, checkpoint, inSeconds, control.after(true), waitingFor, setbackNow);
    }
    const { setback } = this.current(requestId);
    if (error instanceof DeadlinePassed) { return this.timedOut(error.operation, setback); }
    if (isLast) { return this.fail(`timed out (lately: ${String((error as Error).message)})`); }
    if (error instanceof ServiceFault && !isFinal(error, setback?.deniedSince, this.ports.now())) {
      const deniedSince = error.kind === 'accessDenied' ? setback?.deniedSince ?? this.ports.now().toISOString() : undefined;
      const after = { ...control.after(false), setback: { reason: told(error), ...deniedSince ? { deniedSince } : {} } };
      await this.tenure.write(item => withRecord(item, requestId, one => ({ ...one, ...after })));
      const waitSeconds = this.untilDeadline(backoffSeconds(this.state.waitSeconds, `${requestId}/${this.state.turn}`));
      this.ports.log.info(`trying again after ${error.message}`, { ...this.facts, turn: this.state.turn, waitSeconds });
      return waitSeconds;
    }
    const reason = error instanceof ServiceFault || error instanceof RefusedRequest ? error.message
      : `internal error of cdk-multi-region-payment-keys, please report it: ${String(error)}`;
    if (kind === 'inherited') { return this.drop(record, checkpoint, await this.leftBehindOf(record, reason)); }
    const { phase } = this.request;
    return phase.kind === 'rollingBack' ? this.answerFailed(rollbackFailed(phase, reason), checkpoint, false) : this.fail(reason, checkpoint);
  }

  /** From here on, what the request made is rolled back. A Delete is never rolled back. */
  private async fail(reason: string, checkpoint = this.request.checkpoint): Promise<number | undefined> {
    if (this.request.type === 'Delete') { return this.answerFailed(reason, checkpoint, true); }
    const { requestId } = this.request;
    await this.tenure.write(
      item => withOwned({ ...item, request: { ...item.request, checkpoint, phase: { kind: 'rollingBack', reason }, seen: [] } }, checkpoint.owned),
      { requestId, checkpoint });
    this.ports.log.info(`rolling back, because: ${reason}`, { ...this.facts, turn: this.state.turn });
    return 0;
  }

  private giveUp(reason: string): Promise<undefined> {
    return this.answerFailed(reason, this.request.checkpoint, false);
  }

  /**
   * A failed creation names what it made, so that the Delete that follows finds it. A failed Update or Delete names what
   * it was asked about: with any other id, CloudFormation might delete the one or the other.
   */
  private async answerFailed(reason: string, checkpoint: Checkpoint, isRolledBack: boolean, left?: string): Promise<undefined> {
    const { request } = this;
    const isLost = lostCreation(request) !== undefined;
    const isFinished = isRolledBack && !isLost;
    const own = left ?? (isFinished ? undefined : await this.leftBehindOf({ ...request, checkpoint }));
    if (own) { this.tell(own); }
    const physicalId = request.physicalId ?? checkpoint.made ?? (isLost ? outcomeUnknownId : nothingCreatedId)(request.requestId);
    this.ports.log.error('REQUEST_FAILED', reason, this.facts);
    return this.answer(checkpoint, { status: 'FAILED', reason, leftBehind: joined([...request.leftBehind, own]), physicalId, isFinished });
  }

  private async succeed(turn: Extract<Turn<Checkpoint>, { kind: 'done' }>): Promise<undefined> {
    const { request } = this;
    const { checkpoint, physicalId, attributes, notes = [], leftBehind } = turn;
    notes.forEach(note => this.ports.log.info(note, this.facts));
    if (leftBehind) { this.tell(leftBehind); }
    const reported = joined([...request.leftBehind, leftBehind]);
    if (request.type !== 'Delete') {
      return this.answer(checkpoint, { status: 'SUCCESS', reason: '', leftBehind: reported, physicalId, attributes, isFinished: true });
    }
    await forget(this.item, physicalId, this.ports);
    // Nobody reads the reason of a SUCCESS, so a Delete that leaves something behind fails once (L7).
    return reported !== undefined && !request.wasTold
      ? this.answer(checkpoint, { status: 'FAILED', reason: 'The Delete is done, but for what it may have left behind. Delete the stack again to go on', leftBehind: reported, physicalId, isFinished: true }, leftBehind)
      : this.answer(checkpoint, { status: 'SUCCESS', reason: '', leftBehind: reported, physicalId, isFinished: true });
  }

  /** The rollback of an update that changed nothing: the resource is as it was, so the answer is too. */
  private succeedAsBefore({ physicalId, attributes }: Living): Promise<undefined> {
    this.ports.log.info('nothing was changed since the resource was as it is declared now', this.facts);
    const { checkpoint, leftBehind } = this.request;
    return this.answer(checkpoint, { status: 'SUCCESS', reason: '', leftBehind: joined(leftBehind), physicalId, attributes, isFinished: true });
  }

  private async answer(checkpoint: Checkpoint, outcome: FinalOutcome, left?: string): Promise<undefined> {
    const { requestId } = this.request;
    const phase = answered(this.item, this.request, this.ports.stackId, outcome);
    const at = this.ports.now().toISOString();
    await this.tenure.write(item => {
      const calls = callsAfterAnswer(item.request, checkpoint);
      const after = withOwned({ ...item, request: { ...item.request, checkpoint, phase, calls, tickets: [], seen: [] } }, checkpoint.owned);
      const finished = left ? withLeftBehind(after, left) : after;
      return outcome.status === 'SUCCESS' ? withLiving(finished, outcome, at) : finished;
    }, { requestId, checkpoint });
    this.ports.log.info(`answering ${outcome.status}`, { ...this.facts, physicalId: outcome.physicalId, turn: this.state.turn });
    return undefined;
  }

  private tell(leftBehind: string): void {
    this.ports.log.error('LEFT_BEHIND', leftBehind, this.facts);
  }

  private async leftBehindOf(record: RequestRecord, why?: string): Promise<string | undefined> {
    const { type: { reconciler }, task } = await taskOf(this.item, record, this.ports.stackId, this.ports.ledger, this.ports.now());
    const text = reconciler.leftBehind(task, isUntouched(record.checkpoint) ? reconciler.start : record.checkpoint);
    return text && why ? `${text} (${why})` : text;
  }

  /** No wait reaches past the deadline, nor past the end of the rollback. */
  private untilDeadline(seconds: number): number {
    const { deadline, phase } = this.request;
    const end = phase.kind === 'rollingBack' ? endOfRollback(deadline) : Date.parse(deadline);
    return Math.min(Math.ceil(seconds), Math.max(0, Math.ceil((end - this.ports.now().getTime()) / 1000)));
  }

  private get facts() {
    const { requestId, type, physicalId } = this.request;
    return { requestId, logicalId: this.item.logicalId, physicalId, requestType: type };
  }
}

/** Seconds until every open call is executed or never will be. A creation of unknown outcome is searched for at once. */
function secondsBlocked({ calls }: RequestRecord, now: number): number {
  const blocking = calls.filter(({ outcome, operation }) => outcome === 'inFlight' || !isCreation(operation));
  return Math.ceil(Math.max(0, ...blocking.map(({ since }) => SECONDS_UNTIL_A_CALL_IS_SETTLED - (now - Date.parse(since)) / 1000)));
}

/**
 * Whether a Delete names what is not there: nothing was made, or the request that may have made something was inherited
 * and is rolled back by now. Its properties are not read, since the creation may have been refused for them.
 */
function namesNothing({ physicalId, isKnown }: RequestRecord): boolean {
  switch (parsePhysicalId(physicalId!).kind) {
    case 'nothingCreated': return true;
    case 'outcomeUnknown':
    case 'invented': return isKnown;
    default: return false;
  }
}

function isUntouched(checkpoint: Checkpoint): boolean {
  return Object.keys(checkpoint).length === 0;
}

/** A creation that was never found stays open: the Delete that follows looks for it once more (L6). */
function callsAfterAnswer({ calls }: RequestRecord, { made }: Checkpoint): RequestRecord['calls'] {
  return made === undefined ? calls.filter(({ operation }) => isCreation(operation)) : [];
}

/** So that a time-out tells why nothing came of what was waited for. */
function setbackOf({ refusal }: Extract<Turn<Checkpoint>, { kind: 'again' }>): Setback | undefined {
  return refusal && { reason: told(refusal) };
}

/** What a fault says, for people; short enough for the item. */
function told({ message }: ServiceFault): string {
  return message.slice(0, LONGEST_SETBACK);
}

function rollbackFailed({ reason }: { readonly reason: string }, why: string): string {
  return `${reason}. The rollback of this request failed too: ${why}`;
}

function withLeftBehind(item: Item, text: string | undefined): Item {
  return text ? { ...item, request: { ...item.request, leftBehind: [...item.request.leftBehind, text] } } : item;
}

function withLiving(before: Item, { physicalId, attributes = {} }: FinalOutcome, since: string): Item {
  const { living, predecessor, ...item } = before;
  const { type, physicalId: former, properties } = item.request;
  if (type === 'Delete') { return living?.physicalId === physicalId ? { ...item, ...predecessor ? { predecessor } : {} } : before; }
  return {
    ...item,
    living: {
      physicalId,
      attributes,
      digest: properties.digests.declared,
      since,
      isTouched: false,
    },
    ...former !== undefined && former !== physicalId ? { predecessor: { physicalId: former, digest: properties.digests.former } } : {},
  };
}

export function joined(texts: ReadonlyArray<string | undefined>): string | undefined {
  return texts.filter(text => text !== undefined).join('. ') || undefined;
}
