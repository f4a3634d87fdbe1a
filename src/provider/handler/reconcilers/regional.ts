import { change, Refusable, withoutRefusal } from './change';
import { again, Checkpoint, ControlPlane, failed, Owner, Reconciler, Task, Turn } from './reconciler';
import { ServiceFault } from '../control-plane/fault';
import { Changes, Looks } from '../control-plane/port';

/*
 * The same thing in several Regions: an alias, a set of tags. A turn looks at every Region that it has not seen, plans for
 * each, and makes one call; the turns that follow make the other calls without another look.
 *
 *   unseen  --look, plan-->  planned  --call-->  planned, with one step less
 *                               |                   (no step left: the Region is settled, and never read again)
 *                               +--the call was refused, or nobody knows what became of it-->  unseen
 *
 * Before the first change, every Region was looked at, and any that refuses ends the request. What is made stands in the
 * Region's `made` from the intent of the call on: it was seen absent before, so it is known for this request's own when it
 * is seen later, and the rollback takes it back. A call that the service refused made nothing.
 *
 * The type supplies what differs: how it looks, what it plans, and the calls. Removal and rollback are such plans, too.
 *
 * For example, an alias in two Regions: GetAlias, GetAlias, CreateAlias in the first turn, CreateAlias in the second.
 */

/** What is to be done in one Region. `S` is one call, as JSON. */
export interface Plan<S> {
  readonly steps: readonly S[];
  /** Why nothing may be done anywhere. */
  readonly refusals?: readonly string[];
  /** What was there before this resource, as its physical id is to say it. */
  readonly found?: readonly string[];
  readonly notes?: readonly string[];
  readonly leftBehind?: readonly string[];
}

type RegionState<S> = {
  readonly region: string;
  /** What this request made or may have made here; what it took away is not among it. */
  readonly made: readonly S[];
} & ({ readonly stage: 'unseen' } | Planned<S>);

interface Planned<S> {
  readonly stage: 'planned';
  readonly plan: Plan<S>;
}

type Work = 'reconciling' | 'removing' | 'rollingBack';

export type RegionalCheckpoint<S> = { readonly phase: 'starting' } & Checkpoint | Working<S>;

interface Working<S> extends Checkpoint, Refusable {
  readonly phase: Work;
  readonly regions: ReadonlyArray<RegionState<S>>;
}

/**
 * What one type supplies. `P` are its properties, `L` is what it sees in a Region: `undefined` while the Region cannot
 * tell because it does not know the key yet.
 */
export interface RegionalType<P, L, S> {
  refuse(declared: P, owner: Owner): string | undefined;
  /** Why an update cannot begin, by the physical id alone. */
  idProblem(task: Task<P>): string | undefined;
  /** The Regions that are to be looked at. */
  regions(task: Task<P>, work: Exclude<Work, 'rollingBack'>): readonly string[];
  look(region: string, task: Task<P>, plane: Looks): Promise<L>;
  /** What is waited for before anything can be planned for the Region, for people. */
  awaited(region: string, live: L, task: Task<P>): string | undefined;
  /** Which of those calls still show in the Region: a look after a call of unknown outcome tells whether it was executed. */
  remaining(live: L, made: readonly S[]): readonly S[];
  /** Brings a Region to what is declared. */
  plan(region: string, live: L, task: Task<P>, made: readonly S[]): Plan<S>;
  /** Takes the resource away from a Region. */
  removal(region: string, live: L, task: Task<P>): Plan<S>;
  /** Takes back what the request made in a Region. */
  undo(region: string, live: L, task: Task<P>, made: readonly S[]): Plan<S>;
  takesAway(step: S): boolean;
  call(step: S, region: string, task: Task<P>, changes: Changes): Promise<unknown>;
  /** What is waited for while the call is refused, for people. */
  textOf(step: S, region: string, task: Task<P>): string;
  /** What to do about a call that the service calls invalid; nothing if that is the end of the request. */
  invalid(region: string, fault: ServiceFault, task: Task<P>): { readonly reason: string; readonly note: string } | undefined;
  /** `undefined` when it would be too long. */
  physicalId(task: Task<P>, found: readonly string[]): string | undefined;
  done(task: Task<P>, physicalId: string): { readonly attributes: Readonly<Record<string, string>>; readonly notes: readonly string[] };
  /** For people: what the request may have made in a Region, and the command that takes it back. */
  madeText(region: string, made: readonly S[], task: Task<P>): string;
}

const SECONDS_UNTIL_REPLICA = 15;
const TOO_MANY = 'too much of what is declared is there already, so that the resource could not remember what is not its own. '
  + 'Take what is there off the declaration';

export function regionalReconciler<P, L, S>(type: RegionalType<P, L, S>): Reconciler<P, RegionalCheckpoint<S>> {
  return {
    start: { phase: 'starting' },
    refuse: (declared, owner) => type.refuse(declared, owner),
    reconcile: async (task, checkpoint, plane: ControlPlane<Working<S>>) => {
      const problem = task.physicalId === undefined ? undefined : type.idProblem(task);
      return problem ? failed(checkpoint, problem) : advance(type, task, begun(type, task, checkpoint, 'reconciling'), plane);
    },
    remove: async (task, checkpoint, plane: ControlPlane<Working<S>>) => advance(type, task, begun(type, task, checkpoint, 'removing'), plane),
    rollBack: async (task, checkpoint, plane: ControlPlane<Working<S>>) => advance(type, task, rollingBack(checkpoint), plane),
    leftBehind: (task, checkpoint) => joined(rollingBack(checkpoint).regions
      .filter(state => !isSettled(state))
      .map(({ region, made }) => type.madeText(region, made, task))),
  };
}

function begun<P, L, S>(type: RegionalType<P, L, S>, task: Task<P>, checkpoint: RegionalCheckpoint<S>, work: 'reconciling' | 'removing'): Working<S> {
  return checkpoint.phase !== 'starting' ? checkpoint
    : { phase: work, regions: type.regions(task, work).map(region => ({ region, made: [], stage: 'unseen' })) };
}

function rollingBack<S>(checkpoint: RegionalCheckpoint<S>): Working<S> {
  switch (checkpoint.phase) {
    case 'rollingBack': return checkpoint;
    case 'starting': return { phase: 'rollingBack', regions: [] };
    default: {
      const { refused, ...before } = checkpoint;
      const regions = checkpoint.regions.filter(({ made }) => made.length > 0);
      return { ...before, phase: 'rollingBack', regions: regions.map(unseen) };
    }
  }
}

function isSettled<S>(state: RegionState<S>): boolean {
  return state.stage === 'planned' && state.plan.steps.length === 0;
}

/** One turn: looks, plans, and at most one call. */
async function advance<P, L, S>(
  type: RegionalType<P, L, S>, task: Task<P>, before: Working<S>, plane: ControlPlane<Working<S>>,
): Promise<Turn<Working<S>>> {
  const regions: Array<RegionState<S> & Planned<S>> = [];
  for (const state of before.regions) {
    if (state.stage === 'planned') {
      regions.push(state);
      continue;
    }
    const { region } = state;
    const live = await type.look(region, task, plane);
    const made = type.remaining(live, state.made);
    const awaited = before.phase === 'reconciling' ? type.awaited(region, live, task) : undefined;
    // All Regions are looked at again then, since much may happen until the key is known here.
    if (awaited) { return again(before, SECONDS_UNTIL_REPLICA, awaited); }
    regions.push({ region, made, stage: 'planned', plan: planOf(type, task, before.phase, region, live, made) });
  }
  const known: Working<S> = { ...before, regions };
  const refusals = regions.flatMap(({ plan }) => plan.refusals ?? []);
  if (refusals.length > 0) { return failed(known, refusals.join('; also: ')); }
  const physicalId = before.phase === 'reconciling' ? type.physicalId(task, regions.flatMap(({ plan }) => plan.found ?? [])) : task.physicalId ?? '';
  if (physicalId === undefined) { return failed(known, TOO_MANY); }
  const next = nextStep(type, regions);
  return next ? act(type, task, known, next, physicalId, plane) : done(type, task, known, regions, physicalId);
}

function planOf<P, L, S>(type: RegionalType<P, L, S>, task: Task<P>, work: Work, region: string, live: L, made: readonly S[]): Plan<S> {
  switch (work) {
    case 'reconciling': return type.plan(region, live, task, made);
    case 'removing': return type.removal(region, live, task);
    case 'rollingBack': return type.undo(region, live, task, made);
  }
}

interface Next<S> {
  readonly region: string;
  readonly step: S;
}

/** What is taken away comes last. */
function nextStep<P, L, S>(type: RegionalType<P, L, S>, regions: ReadonlyArray<RegionState<S> & Planned<S>>): Next<S> | undefined {
  const steps = regions.flatMap(({ region, plan }) => plan.steps.map(step => ({ region, step })));
  return steps.find(({ step }) => !type.takesAway(step)) ?? steps[0];
}

/** Makes one call, and goes on with the plans as they are. */
async function act<P, L, S>(
  type: RegionalType<P, L, S>, task: Task<P>, known: Working<S>, { region, step }: Next<S>, physicalId: string, plane: ControlPlane<Working<S>>,
): Promise<Turn<Working<S>>> {
  const makes = known.phase === 'reconciling' && !type.takesAway(step);
  const withMade: Working<S> = makes
    ? { ...inRegion(known, region, state => ({ ...state, made: [...state.made, step] })), made: physicalId }
    : known;
  const goOn = (checkpoint: Working<S>, isOver: (one: S) => boolean, notes: readonly string[] = []): Turn<Working<S>> => {
    const after = inRegion(withoutRefusal(checkpoint) as Working<S>, region, state => withoutSteps(state, isOver, notes));
    const regions = after.regions as ReadonlyArray<RegionState<S> & Planned<S>>;
    const following = nextStep(type, regions);
    return following ? again(after, 0, type.textOf(following.step, following.region, task)) : done(type, task, after, regions, physicalId);
  };
  try {
    return await change(plane, {
      what: type.textOf(step, region, task),
      intent: inRegion(withMade, region, unseen),
      ifRefused: inRegion(known, region, unseen),
      // A replica may take its time to be known.
      passing: known.phase === 'reconciling' ? ['conflict', 'notFound'] : ['conflict'],
      now: task.now,
      call: changes => type.call(step, region, task, changes),
    }, () => goOn(withMade, one => one === step));
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || fault.kind !== 'invalid') { throw fault; }
    const invalid = type.invalid(region, fault, task);
    if (!invalid || known.phase === 'rollingBack') { throw fault; }
    return known.phase === 'reconciling' ? failed(known, invalid.reason) : goOn(known, () => true, [invalid.note]);
  }
}

function inRegion<S>(checkpoint: Working<S>, region: string, changed: (state: RegionState<S>) => RegionState<S>): Working<S> {
  return { ...checkpoint, regions: checkpoint.regions.map(state => state.region === region ? changed(state) : state) };
}

function unseen<S>({ region, made }: RegionState<S>): RegionState<S> {
  return { region, made, stage: 'unseen' };
}

function withoutSteps<S>(state: RegionState<S>, isOver: (one: S) => boolean, notes: readonly string[]): RegionState<S> {
  if (state.stage === 'unseen') { return state; }
  const { plan } = state;
  return { ...state, plan: { ...plan, steps: plan.steps.filter(one => !isOver(one)), notes: [...plan.notes ?? [], ...notes] } };
}

function done<P, L, S>(
  type: RegionalType<P, L, S>, task: Task<P>, known: Working<S>, regions: ReadonlyArray<Planned<S>>, physicalId: string,
): Turn<Working<S>> {
  const notes = regions.flatMap(({ plan }) => plan.notes ?? []);
  const leftBehind = joined(regions.flatMap(({ plan }) => plan.leftBehind ?? []));
  if (known.phase === 'reconciling') {
    const { attributes, notes: own } = type.done(task, physicalId);
    return { kind: 'done', checkpoint: known, physicalId, attributes, notes: [...own, ...notes], leftBehind };
  }
  const { made, ...checkpoint } = known;
  return { kind: 'done', checkpoint, physicalId, attributes: {}, notes, leftBehind };
}

function joined(texts: readonly string[]): string | undefined {
  return texts.join('. ') || undefined;
}
