import { agent, clientConfig } from '../../../src/provider/handler/aws/client-config';
import { paymentCryptography } from '../../../src/provider/handler/aws/payment-cryptography';
import { wrappedKeys } from '../../../src/provider/handler/aws/wrapped-keys';
import { ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { Changes, Service } from '../../../src/provider/handler/control-plane/port';
import { WrappedKeys } from '../../../src/provider/handler/control-plane/wrapped-keys';
import {
  Checkpoint, ControlPlane, LostCreation, OwnedRegions, Reconciler, Reversal, Task, Turn,
} from '../../../src/provider/handler/reconcilers/reconciler';
import { Emulator, EmulatorOptions, EmulatorServer, startEmulatorServer, VirtualClock } from '../../emulator';

/*
 * Takes the turns of a reconciler as the step does, against the emulator, through the real adapter, in virtual time: the
 * checkpoint goes through JSON, an intent is kept before its call, at most one call is made a turn, and a turn may be cut
 * off before or after its call, or before one of its looks.
 */

export const ACCOUNT = '111122223333';
export const REGION = 'us-east-1';
export const STACK_ID = stackId('payments');
export const OTHER_STACK_ID = stackId('others');

function stackId(name: string): string {
  return `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/7d1a2c30-0000-11f1-8000-0123456789ab`;
}

/** Where a request is cut off: at its n-th mutating call or look, counted from 1. */
export interface Cut {
  readonly at: number;
  readonly where: 'beforeCall' | 'afterCall' | 'beforeLook';
}

export interface TurnsRequest<P> {
  readonly declared: P;
  readonly previous?: P;
  readonly physicalId?: string;
  readonly reversal?: Reversal;
  readonly isKnown?: boolean;
  readonly logicalId?: string;
  readonly stackId?: string;
  readonly requestId?: string;
  readonly cut?: Cut;
  /** Seconds until the deadline. */
  readonly patience?: number;
}

export interface Outcome {
  readonly kind: 'done' | 'failed' | 'timedOut';
  readonly physicalId?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly notes?: readonly string[];
  readonly leftBehind?: string;
  readonly reason?: string;
  /** The checkpoint as it stands in the ledger. */
  readonly checkpoint: Checkpoint;
  readonly lostCreation?: LostCreation;
  readonly requestId: string;
  /** Mutating calls and looks that were made. */
  readonly calls: number;
  readonly looks: number;
  /** Turns without a call that changed the checkpoint: each costs a write. */
  readonly writesWithoutCall: number;
  readonly turns: number;
  readonly waits: readonly string[];
}

/** What a run knows so far. */
interface RunState {
  /** The checkpoint, as JSON. */
  stored: string;
  lostCreation?: LostCreation;
  deniedSince?: number;
  calls: number;
  looks: number;
  turns: number;
  writesWithoutCall: number;
}

class CutOff extends Error {}

const MOST_TURNS = 500;
const SECONDS_UNTIL_SETTLED = 60;
const SECONDS_UNTIL_DENIAL_IS_FINAL = 120;
const LOOKS = ['getKey', 'listTags', 'listKeys', 'getAlias', 'getDefaultReplicationRegions', 'getResourcePolicy', 'findKeysByTags', 'readWrappedKey'] as const;

let requests = 0;

export class Turns {
  static async start(options: EmulatorOptions = {}): Promise<Turns> {
    const clock = new VirtualClock();
    const server = await startEmulatorServer({ account: ACCOUNT, clock, tps: Infinity, ...options });
    return new Turns(server, clock);
  }

  /** The Regions that are ours, by physical id, as the ledger keeps them. */
  readonly owned = new Map<string, readonly string[]>();
  private readonly service: Service & WrappedKeys;

  private constructor(private readonly server: EmulatorServer, readonly clock: VirtualClock) {
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY: server.url,
      AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API: server.url,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: server.url,
      AWS_ENDPOINT_URL_SSM: server.url,
      AWS_ACCESS_KEY_ID: 'AKIATEST',
      AWS_SECRET_ACCESS_KEY: 'test',
    });
    this.service = { ...paymentCryptography(clientConfig()), ...wrappedKeys(clientConfig(), REGION) };
  }

  get emulator(): Emulator {
    return this.server.emulator;
  }

  keys(region = REGION) {
    return this.emulator.snapshot(region).keys;
  }

  /** What somebody else asks of the service. */
  byHand(operation: string, input: object, region = REGION): Promise<any> {
    return this.emulator.call(operation, input, { region });
  }

  /** `Operation Region` of every request since the last call, with `!Error` behind refused ones. */
  takeRequests(): string[] {
    const entries = this.emulator.log.entries.map(({ operation, region, error }) => `${operation} ${region}${error ? ` !${error}` : ''}`);
    this.emulator.log.clear();
    return entries;
  }

  reconcile<P, C extends Checkpoint>(reconciler: Reconciler<P, C>, request: TurnsRequest<P>): Promise<Outcome> {
    return this.run(reconciler, 'reconcile', request, reconciler.start);
  }

  remove<P, C extends Checkpoint>(reconciler: Reconciler<P, C>, request: TurnsRequest<P> & { readonly physicalId: string }): Promise<Outcome> {
    return this.run(reconciler, 'remove', request, reconciler.start);
  }

  rollBack<P, C extends Checkpoint>(reconciler: Reconciler<P, C>, request: TurnsRequest<P>, failed: Outcome): Promise<Outcome> {
    return this.run(reconciler, 'rollBack', { ...request, requestId: failed.requestId }, failed.checkpoint as C, failed.lostCreation);
  }

  async close(): Promise<void> {
    await this.server.close();
    agent.destroy();
  }

  private async run<P, C extends Checkpoint>(
    reconciler: Reconciler<P, C>, what: 'reconcile' | 'remove' | 'rollBack', request: TurnsRequest<P>, start: C, lost?: LostCreation,
  ): Promise<Outcome> {
    const requestId = request.requestId ?? `request-${requests += 1}`;
    const end = this.clock.now() + (request.patience ?? 1800) * 1000;
    const state: RunState = { stored: JSON.stringify(start), lostCreation: lost, calls: 0, looks: 0, turns: 0, writesWithoutCall: 0 };
    const waits: string[] = [];
    const outcome = (turn: Partial<Outcome> & Pick<Outcome, 'kind'>): Outcome => ({
      ...turn,
      checkpoint: JSON.parse(state.stored),
      lostCreation: state.lostCreation,
      requestId,
      waits,
      calls: state.calls,
      looks: state.looks,
      turns: state.turns,
      writesWithoutCall: state.writesWithoutCall,
    });
    while (this.clock.now() < end) {
      state.turns += 1;
      if (state.turns > MOST_TURNS) { throw new Error(`no end, waiting for ${waits.slice(-3).join('; ')}`); }
      const callsBefore = state.calls;
      const before = state.stored;
      let turn: Turn<C>;
      try {
        const task = this.task(request, requestId, state.lostCreation);
        turn = await reconciler[what](task, JSON.parse(state.stored), this.plane<C>(state, request, requestId));
      } catch (error) {
        if (error instanceof CutOff) { continue; }
        if (!(error instanceof ServiceFault)) { throw error; }
        if (error.kind === 'accessDenied' && this.clock.now() - (state.deniedSince ??= this.clock.now()) < SECONDS_UNTIL_DENIAL_IS_FINAL * 1000) {
          this.clock.advance(10);
          continue;
        }
        if (error.mayPassLater && !['accessDenied', 'conflict'].includes(error.kind)) {
          this.clock.advance(2);
          continue;
        }
        return outcome({ kind: 'failed', reason: error.message });
      }
      state.deniedSince = undefined;
      this.keep(state, turn.checkpoint);
      if (turn.kind === 'again' && state.calls === callsBefore && state.stored !== before) { state.writesWithoutCall += 1; }
      if (turn.kind !== 'again') { return outcome({ ...turn }); }
      waits.push(turn.waitingFor);
      this.clock.advance(turn.inSeconds);
    }
    return outcome({ kind: 'timedOut', reason: waits.at(-1) });
  }

  private keep(state: RunState, checkpoint: Checkpoint): void {
    state.stored = JSON.stringify(checkpoint);
    const { owned } = checkpoint as { owned?: OwnedRegions };
    if (owned) { this.owned.set(owned.physicalId, owned.regions); }
  }

  private task<P>(request: TurnsRequest<P>, requestId: string, lostCreation: LostCreation | undefined): Task<P> {
    const { declared, previous, physicalId, reversal = { kind: 'none' }, isKnown = true, logicalId = 'Cvk' } = request;
    return {
      declared,
      previous,
      physicalId,
      reversal,
      isKnown,
      lostCreation,
      owner: { region: REGION, stackId: request.stackId ?? STACK_ID, logicalId, requestId },
      ownedRegions: id => isKnown ? this.owned.get(id) ?? [] : [],
      now: new Date(this.clock.now()),
    };
  }

  private plane<C extends Checkpoint>(state: RunState, { cut }: TurnsRequest<unknown>, requestId: string): ControlPlane<C> {
    let callsOfTurn = 0;
    const looks = Object.fromEntries(LOOKS.map(name => [name, async (...args: any[]) => {
      state.looks += 1;
      if (cut?.where === 'beforeLook' && cut.at === state.looks) { throw new CutOff(); }
      return (this.service[name] as any)(...args);
    }])) as any;
    const change = async (name: keyof Changes, args: unknown[], intent: C) => {
      if (callsOfTurn++ > 0) { throw new Error(`a second call in one turn: ${name}`); }
      state.calls += 1;
      const before = { stored: state.stored, owned: [...this.owned] };
      this.keep(state, intent);
      // A call that was not executed leaves what was before it.
      const restore = () => {
        state.stored = before.stored;
        this.owned.clear();
        before.owned.forEach(([id, regions]) => this.owned.set(id, regions));
      };
      const lost = () => {
        if (name === 'createKey' || name === 'importKey') { state.lostCreation = { since: new Date(this.clock.now()), requestId }; }
        this.clock.advance(SECONDS_UNTIL_SETTLED);
      };
      const isCut = (where: Cut['where']) => cut?.where === where && cut.at === state.calls;
      if (isCut('beforeCall')) {
        lost();
        throw new CutOff();
      }
      try {
        const answer = await (this.service[name] as any)(...args);
        if (!isCut('afterCall')) { return answer; }
      } catch (fault) {
        if (fault instanceof ServiceFault && fault.provesNotExecuted) { restore(); } else { lost(); }
        throw fault;
      }
      lost();
      throw new CutOff();
    };
    return {
      ...looks,
      intending: intent => new Proxy({}, { get: (_, name) => (...args: unknown[]) => change(name as keyof Changes, args, intent) }) as Changes,
    };
  }
}
