import { ServiceFault } from '../control-plane/fault';
import { commit, next } from '../ledger/commit';
import { isCreation } from '../ledger/creations';
import { Item, OpenCall, RequestRecord } from '../ledger/item';
import { Ledger } from '../ledger/port';
import { recordOf, withOwned, withRecord } from '../ledger/records';
import { Checkpoint, OwnedRegions } from '../reconcilers/reconciler';

/** Another request is in charge: this one ends. */
export class Superseded extends Error {}

/** Another step of the same request wrote first: this one ends, and the next one reads what is true. */
export class Overtaken extends Error {}

/** How a marked call ended. */
export type Outcome = 'executed' | 'notExecuted' | 'unknown';

interface Recorded {
  readonly requestId: string;
  readonly callId: string;
  readonly outcome: Outcome;
  readonly before?: BeforeCall;
}

/** What stood in the item before a call was marked. It is restored if the service proves that it did not execute the call. */
export interface BeforeCall {
  readonly checkpoint: Checkpoint;
  readonly owned?: OwnedRegions;
}

/**
 * The item of one resource while one invocation works on it for the request in charge. Every write builds on what was
 * read, so it proves that the request is still in charge (L3). Outcomes of calls are the exception: they are recorded
 * whoever is in charge by then (L4), with the next write, or on their own when that is refused.
 */
export class Tenure {
  private outcomes: Recorded[] = [];

  constructor(
    private readonly ledger: Ledger, private current: Item, readonly requestId: string, private readonly pause: (seconds: number) => Promise<void>,
  ) {}

  get item(): Item {
    return this.current;
  }

  /** The outcome of a call of this invocation: recorded with the next write. */
  ended(requestId: string, callId: string, outcome: Outcome, before?: BeforeCall): void {
    this.outcomes.push({ requestId, callId, outcome, before });
  }

  /** The checkpoint of a request as it is once the outcomes of its calls are recorded. */
  checkpointOf(requestId: string): Checkpoint {
    return recordOf(this.withOutcomes(this.current), requestId)!.checkpoint;
  }

  /** The turn did not come to say what its call made: a creation is of unknown outcome then, and what it made is looked for. */
  doubtCreations(): void {
    this.outcomes = this.outcomes.map(one => {
      const call = recordOf(this.current, one.requestId)?.calls.find(({ id }) => id === one.callId);
      return call && isCreation(call.operation) && one.outcome === 'executed' ? { ...one, outcome: 'unknown' } : one;
    });
  }

  get hasOutcomes(): boolean {
    return this.outcomes.length > 0;
  }

  /**
   * Writes the item as `change` makes it.
   *
   * @param ofRecord what is to be written of the request whose turn it is, even if another request has taken charge
   * @throws Superseded, Overtaken, ServiceFault
   */
  async write(change: (item: Item) => Item, ofRecord?: { readonly requestId: string; readonly checkpoint: Checkpoint }): Promise<void> {
    const facts = (item: Item) => ofRecord ? withCheckpoint(this.withOutcomes(item), ofRecord) : this.withOutcomes(item);
    const written = next(change(facts(this.current)));
    const result = await commit(this.ledger, written, this.pause);
    if (result.kind === 'written') {
      this.outcomes = [];
      this.current = written;
      return;
    }
    await this.recordFacts(result.current, facts);
    throw this.current.request.requestId === this.requestId ? new Overtaken() : new Superseded();
  }

  /** What happened is recorded whatever became of the item meanwhile; tried until it is, or until the invocation ends. */
  private async recordFacts(current: Item | undefined, facts: (item: Item) => Item): Promise<void> {
    for (let item = current; item;) {
      this.current = item;
      if (!this.hasOutcomes) { return; }
      const written = next(facts(item));
      const result = await commit(this.ledger, written, this.pause);
      if (result.kind === 'written') {
        this.outcomes = [];
        this.current = written;
        return;
      }
      item = result.current;
    }
    // The item is gone, and with it whatever could be recorded.
    throw new Superseded();
  }

  private withOutcomes(item: Item): Item {
    return this.outcomes.reduce((after, recorded) => {
      const call = recordOf(after, recorded.requestId)?.calls.find(({ id }) => id === recorded.callId);
      return call ? withOutcome(after, call, recorded) : after;
    }, item);
  }
}

/** A call that was not executed left everything as it was: the checkpoint is what it was, and the resource is touched only if it was touched before. */
function withOutcome(item: Item, call: OpenCall, { requestId, outcome, before }: Recorded): Item {
  const after = withRecord(item, requestId, record => ({ ...record, calls: callsAfter(record, call, outcome) }));
  if (outcome !== 'notExecuted') { return after; }
  const restored = before ? withOwned(withRecord(after, requestId, record => ({ ...record, checkpoint: before.checkpoint })), before.owned) : after;
  const { living } = restored;
  return living && call.wasFirstTouch ? { ...restored, living: { ...living, isTouched: false } } : restored;
}

function callsAfter({ calls }: RequestRecord, call: OpenCall, outcome: Outcome): OpenCall[] {
  const others = calls.filter(({ id }) => id !== call.id);
  return outcome === 'unknown' ? [...others, { ...call, outcome }] : others;
}

function withCheckpoint(item: Item, { requestId, checkpoint }: { readonly requestId: string; readonly checkpoint: Checkpoint }): Item {
  return withOwned(withRecord(item, requestId, record => ({ ...record, checkpoint })), checkpoint.owned);
}

/** A table that cannot be read or written now may be reached a moment later. */
export async function patiently<T>(act: () => Promise<T>, pause: (seconds: number) => Promise<void>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (fault) {
      if (!(fault instanceof ServiceFault) || !fault.mayPassLater || tries > 3) { throw fault; }
      await pause(tries / 2);
    }
  }
}
