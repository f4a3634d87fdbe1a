import { BY_HAND } from './keys';
import { Cut, Outcome, REGION, STACK_ID, Turns, TurnsRequest } from './turns';
import { Checkpoint, Reconciler } from '../../../src/provider/handler/reconcilers/reconciler';

/** How a request ended: with what it was asked for, or rolled back. */
export type Ended = Outcome & { readonly rollback?: Outcome };

export type Circumstances<P> = Partial<Omit<TurnsRequest<P>, 'declared' | 'previous' | 'physicalId' | 'cut'>> & {
  readonly cut?: Cut;
  /** Where the rollback of a failed request is cut off. */
  readonly rollbackCut?: Cut;
};

/** Requests for a resource that goes with a key of somebody else, or with the account. A failed one is rolled back, as the step does it. */
export class Attached<P, C extends Checkpoint> {
  constructor(readonly turns: Turns, private readonly reconciler: Reconciler<P, C>) {}

  create(declared: P, circumstances: Circumstances<P> = {}): Promise<Ended> {
    return this.reconcile({ declared }, circumstances);
  }

  update(physicalId: string, previous: P, declared: P, circumstances: Circumstances<P> = {}): Promise<Ended> {
    return this.reconcile({ declared, previous, physicalId }, circumstances);
  }

  remove(physicalId: string, declared: P, circumstances: Circumstances<P> = {}): Promise<Outcome> {
    return this.turns.remove(this.reconciler, { declared, physicalId, ...circumstances });
  }

  /** Why the declaration is refused. */
  refuse(declared: P): string | undefined {
    return this.reconciler.refuse(declared, { region: REGION, stackId: STACK_ID, logicalId: 'Cvk', requestId: 'r' });
  }

  /** What a request that ended like this may have made, for people. */
  leftBehind(declared: P, { checkpoint, requestId }: Outcome): string | undefined {
    const owner = { region: REGION, stackId: STACK_ID, logicalId: 'Cvk', requestId };
    const task = { declared, owner, reversal: { kind: 'none' }, isKnown: true, ownedRegions: () => [], now: new Date(this.turns.clock.now()) } as const;
    return this.reconciler.leftBehind(task, checkpoint as C);
  }

  private async reconcile(request: TurnsRequest<P>, { rollbackCut, ...circumstances }: Circumstances<P>): Promise<Ended> {
    const full = { ...request, ...circumstances };
    const outcome = await this.turns.reconcile(this.reconciler, full);
    if (outcome.kind === 'done') { return outcome; }
    return { ...outcome, rollback: await this.turns.rollBack(this.reconciler, { ...full, patience: undefined, cut: rollbackCut }, outcome) };
  }
}

/** A key of somebody else, with replicas that are somebody else's too. */
export async function foreignKey(turns: Turns, regions: readonly string[] = [], input: object = {}): Promise<string> {
  const { Key: { KeyArn } } = await turns.byHand('CreateKey', { ...BY_HAND, ReplicationRegions: regions, ...input });
  turns.clock.advance(10);
  return KeyArn;
}

export function inRegion(keyArn: string, region: string): string {
  return keyArn.replace(REGION, region);
}

/** The points at which a request that went like this can be cut off. */
function pointsOf({ calls, looks }: Outcome): Cut[] {
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  return [
    ...upTo(calls).flatMap(at => [{ at, where: 'beforeCall' as const }, { at, where: 'afterCall' as const }]),
    ...upTo(looks).map(at => ({ at, where: 'beforeLook' as const })),
  ];
}

/** One request, cut off there: prepares the scene, takes the turns, and says what it came to. */
export type Life = (cuts: Pick<Circumstances<unknown>, 'cut' | 'rollbackCut'>) => Promise<{ readonly ended: Ended | Outcome; readonly end: unknown }>;

/** Cuts the request off at each of its calls and looks in turn, and then its rollback. */
export async function expectTheSameEnd(life: Life): Promise<void> {
  const { ended, end } = await life({});
  const points = pointsOf(ended);
  expect(points.length).toBeGreaterThan(1);
  for (const cut of points) { expect({ cut, end: (await life({ cut })).end }).toEqual({ cut, end }); }
  const rollback = 'rollback' in ended ? ended.rollback : undefined;
  for (const rollbackCut of rollback ? pointsOf(rollback) : []) {
    expect({ rollbackCut, end: (await life({ rollbackCut })).end }).toEqual({ rollbackCut, end });
  }
}
