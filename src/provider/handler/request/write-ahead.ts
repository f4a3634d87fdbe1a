import { randomUUID } from 'crypto';
import { BeforeCall, Tenure } from './tenure';
import { ServiceFault } from '../control-plane/fault';
import { CHANGES, LOOKS, mapped, Operation } from '../control-plane/operations';
import { Changes, Looks, Service } from '../control-plane/port';
import { WrappedKeys } from '../control-plane/wrapped-keys';
import { Item, RequestRecord, Seen, Ticket } from '../ledger/item';
import { ownedRegions, withOwned, withRecord } from '../ledger/records';
import { Place, RateLimiter } from '../quota/rate-limiter';
import { Checkpoint, ControlPlane } from '../reconcilers/reconciler';

/*
 * What a reconciler calls during one turn: the service, with three things done around every request.
 *
 * 1. A request waits for its place in the queue of its Region (L12). A short wait is slept here; a long one postpones
 *    the turn, which begins again when the place has come. Looks that it had made by then are answered from the item.
 * 2. A mutating call is marked before it is sent (L4): one conditional write proves that the request is in charge, and
 *    records what the turn intends. If the outcome of that write is not known, the call is not sent.
 * 3. The outcome of the call is recorded with the next write. If the function dies before, the mark stays, and whoever
 *    comes next knows that the call may have been executed.
 *
 * For example, CreateKey: draw a ticket; write { calls: [CreateKey, in flight], checkpoint: intent }; send; the turn's end
 * writes { calls: [], checkpoint: the new key }.
 */

/** Waits up to this are slept in the function; Step Functions waits whole seconds. */
const LONGEST_SLEEP_SECONDS = 1.5;
/** An invocation sleeps no longer than this in all: its timeout must leave time for the calls. */
const LONGEST_SLEEPS_SECONDS = 15;

/** The turn begins again later, with what it has seen so far. */
export class Postponed extends Error {
  constructor(readonly inSeconds: number, readonly waitingFor: string, readonly fault?: ServiceFault) {
    super(waitingFor);
  }
}

/** The deadline forbids the call that the turn was about to make. */
export class DeadlinePassed extends Error {
  constructor(readonly operation: string) {
    super(`${operation} was not called any more`);
  }
}

export interface Surroundings {
  readonly service: Service;
  readonly wrappedKeys: WrappedKeys;
  readonly limiter: RateLimiter;
  now(): Date;
  pause(seconds: number): Promise<void>;
  throttled(operation: string, region: string): void;
}

/** One turn of the request with this record, which is in charge or was inherited. */
export class TurnControl {
  private seen: Seen[];
  private tickets: readonly Ticket[];
  private slept = 0;

  constructor(
    private readonly tenure: Tenure,
    private readonly record: RequestRecord,
    private readonly mayChange: boolean,
    private readonly around: Surroundings,
  ) {
    this.seen = [...record.seen];
    this.tickets = record.tickets;
  }

  /** The record with the tickets that are left. What was seen is kept only by a turn that is postponed. */
  after(isPostponed: boolean): Pick<RequestRecord, 'seen' | 'tickets'> {
    return { seen: isPostponed ? this.seen : [], tickets: this.tickets };
  }

  controlPlane<C extends Checkpoint>(): ControlPlane<C> {
    const looks = mapped(LOOKS, (name, request) => (...args: unknown[]) => this.look(name, request, args)) as unknown as Looks;
    return {
      ...looks,
      // Not kept in the item as looks are: it is a secret.
      readWrappedKey: reference => this.around.wrappedKeys.readWrappedKey(reference),
      intending: intent => mapped(CHANGES, (name, request) => (...args: unknown[]) => this.change(name, request, args, intent)) as unknown as Changes,
    };
  }

  private async look(name: keyof Looks, request: Operation, args: unknown[]): Promise<unknown> {
    const look = JSON.stringify([name, ...args], withMaps);
    const before = this.seen.find(one => one.look === look);
    if (before) { return answerOf(before); }
    const seen = await this.inTurn(request, args, async () => answerSeen(await (this.around.service[name] as any)(...args)), notFoundSeen);
    this.seen.push({ look, answer: seen });
    return answerOf({ look, answer: seen });
  }

  private async change(name: keyof Changes, request: Operation, args: unknown[], intent: Checkpoint): Promise<unknown> {
    const { operation } = request;
    if (!this.mayChange) { throw new DeadlinePassed(operation); }
    const { requestId } = this.record;
    const id = randomUUID();
    let before: BeforeCall | undefined;
    return this.inTurn(request, args, async region => {
      before = beforeCall(this.tenure.item, this.tenure.checkpointOf(requestId), intent);
      await this.tenure.write(item => marked(item, requestId, {
        id, operation, region, since: this.around.now().toISOString(), outcome: 'inFlight', wasFirstTouch: item.living !== undefined && !item.living.isTouched,
      }, intent, this.tickets));
      // What was seen before the call may be different after it.
      this.seen = [];
      const answer = await (this.around.service[name] as any)(...args);
      this.tenure.ended(requestId, id, 'executed');
      return answer;
    }, error => {
      this.tenure.ended(requestId, id, error.provesNotExecuted ? 'notExecuted' : 'unknown', before);
      throw error;
    });
  }

  /** Sends a request when its place in the queue has come. */
  private async inTurn<T>(
    request: Operation, args: unknown[], send: (region: string) => Promise<T>, refused: (fault: ServiceFault) => T,
  ): Promise<T> {
    const region = request.region?.(...args);
    const place = region === undefined ? undefined : await this.place(region, request.operation);
    try {
      return await send(region ?? '');
    } catch (fault) {
      if (!(fault instanceof ServiceFault) || fault.service === 'dynamodb') { throw fault; }
      try {
        return refused(fault);
      } finally {
        if (place && fault.kind === 'throttled' && fault.service === 'payment-cryptography') {
          this.around.throttled(request.operation, place.ticket.region);
          // Instead of the fault, which says no more than that: the turn begins again in its place.
          this.postpone(await this.around.limiter.throttled(place), request.operation, fault);
        }
      }
    }
  }

  private async place(region: string, operation: string): Promise<Place> {
    const stored = this.tickets.find(ticket => ticket.region === region);
    const place = await (stored ? this.around.limiter.place(stored) : this.around.limiter.draw(region));
    this.tickets = this.tickets.filter(one => one !== stored);
    const seconds = (place.dueAt - this.around.now().getTime()) / 1000;
    if (seconds > LONGEST_SLEEP_SECONDS || this.slept + seconds > LONGEST_SLEEPS_SECONDS) { this.postpone(place, operation); }
    if (seconds > 0) {
      this.slept += seconds;
      await this.around.pause(seconds);
    }
    return place;
  }

  private postpone({ ticket, askAgainAt }: Place, operation: string, fault?: ServiceFault): never {
    this.tickets = [...this.tickets, ticket];
    const seconds = (askAgainAt - this.around.now().getTime()) / 1000;
    throw new Postponed(Math.max(0, Math.floor(seconds)), `the turn of ${operation} in ${ticket.region}, in the queue of the service's quota`, fault);
  }
}

function beforeCall(item: Item, checkpoint: Checkpoint, { owned }: Checkpoint): BeforeCall {
  return { checkpoint, ...owned ? { owned: { ...owned, regions: ownedRegions(item, owned.physicalId) } } : {} };
}

/** The mark, and what the turn intends, in one write. */
function marked(item: Item, requestId: string, call: RequestRecord['calls'][number], intent: Checkpoint, tickets: readonly Ticket[]): Item {
  const { living } = item;
  const after = withRecord(withOwned(item, intent.owned), requestId, record => ({
    ...record, checkpoint: intent, calls: [...record.calls, call], tickets, seen: [],
  }));
  return living ? { ...after, living: { ...living, isTouched: true } } : after;
}

function withMaps(_: string, value: unknown): unknown {
  return value instanceof Map ? { entries: [...value] } : value;
}

function answerSeen(answer: unknown): string {
  return JSON.stringify({ answer }, withMaps);
}

/** That there is no such thing is an answer, too. */
function notFoundSeen(fault: ServiceFault): string {
  if (fault.kind !== 'notFound') { throw fault; }
  const { service, operation, region, code } = fault;
  return JSON.stringify({ notFound: [service, operation, region, code] });
}

function answerOf({ answer: json }: Seen): unknown {
  const { answer, notFound } = JSON.parse(json, (_, member) =>
    member !== null && typeof member === 'object' && Array.isArray(member.entries) && Object.keys(member).length === 1 ? new Map(member.entries) : member);
  if (notFound) {
    const [service, operation, region, code] = notFound;
    throw new ServiceFault('notFound', service, operation, region, code, '');
  }
  return answer;
}
