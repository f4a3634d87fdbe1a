import { Change } from './cloudformation';
import { Declaration } from './declarations';
import { Armed, FaultName, Point } from './faults';
import { violations } from './invariants';
import { Run } from './run';
import { storyOf } from './story';
import { variantRows, variantsOf } from './variants';
import { MULTI_REGION_PAYMENT_KEY } from '../../src/provider/contract/multi-region-payment-key';

/*
 * Everything that can happen to two requests of one key, two steps at once, and one lost write or killed step. A scenario is
 * played once to count the calls of its function; then once for each fault at each of these calls, and once for each call
 * that is slow while the same step runs a second time. Each of these is an order of events.
 *
 * The space is counted, not sampled, but it takes many minutes. A run plays a share of it: every n-th order, from some
 * offset on. The shares with the same n and all n offsets are the whole space, and none plays an order twice.
 */

/** Every `every`-th order of events, from number `from` on. */
export interface Share {
  readonly every: number;
  readonly from: number;
}

const CVK: Declaration = {
  type: MULTI_REGION_PAYMENT_KEY,
  declared: {
    KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY',
    KeyClass: 'SYMMETRIC_KEY',
    KeyAlgorithm: 'TDES_2KEY',
    KeyModesOfUse: ['Generate', 'Verify'],
    Exportable: true,
    Enabled: true,
    ReplicationRegions: ['us-west-2'],
    Tags: { team: 'cards' },
    DeletionWindowInDays: 7,
    WaitForReplication: true,
    ReplicationTimeoutInMinutes: 2,
    Replaceable: true,
  },
  policy: 'DESTROY',
  release: 'current',
};
const changed = (changes: object, policy: Declaration['policy'] = CVK.policy): Declaration => ({ ...CVK, policy, declared: { ...CVK.declared, ...changes } });
const deploy = (to: Declaration | undefined, othersFailAfter?: number) => (run: Run) =>
  run.cloudFormation.deploy([{ logicalId: 'Cvk', to } as Change], othersFailAfter);

type Act = (run: Run) => Promise<unknown>;

/** What CloudFormation does: before the faults, and while they may strike. */
export const SCENARIOS: Readonly<Record<string, { readonly before?: Act; readonly act: Act }>> = {
  'created': { act: deploy(CVK) },
  'created, and given up at once': { act: deploy(CVK, 0.2) },
  'created, and given up while it replicates': { act: deploy(CVK, 1.5) },
  'created under RETAIN, given up, and created again': {
    act: async run => {
      await deploy(changed({}, 'RETAIN'), 0.2)(run);
      await deploy(changed({ Tags: { team: 'acquiring' } }, 'RETAIN'))(run);
    },
  },
  'updated': { before: deploy(CVK), act: deploy(changed({ ReplicationRegions: ['eu-west-1'], Tags: { cost: '17' } })) },
  'updated, and rolled back': { before: deploy(CVK), act: deploy(changed({ ReplicationRegions: ['us-west-2', 'eu-west-1'], Enabled: false }), 1) },
  'replaced': { before: deploy(CVK), act: deploy(changed({ KeyAlgorithm: 'TDES_3KEY' })) },
  'replaced, and rolled back': { before: deploy(CVK), act: deploy(changed({ KeyAlgorithm: 'TDES_3KEY' }), 1) },
  'deleted': { before: deploy(CVK), act: deploy(undefined) },
};

const CALLS: readonly Point[] = ['ledger', 'service', 'start', 'answer'];
const FAULTS_OF_A_CALL: readonly FaultName[] = [
  'killed before a request', 'killed after a request', 'request lost', 'response lost', 'throttled', 'server error', 'server error after commit', 'executed after the time-out',
];
const FAULTS_OF_A_STEP: readonly FaultName[] = ['killed after its end', 'execution ABORTED', 'execution redriven', 'execution FAILED'];
/** More than a scenario ever makes. */
const MANY = 200;

export interface Found {
  readonly what: string;
  readonly violations: readonly string[];
  readonly story: readonly string[];
}

/** Plays a scenario with some faults armed; nothing when all is well. */
async function play(scenario: string, row: number, armed: readonly Armed[]): Promise<{ readonly found?: Found; readonly run: Run }> {
  const rows = variantRows();
  const run = await Run.begin(variantsOf(rows[row % rows.length]), row, 'keys');
  const { before, act } = SCENARIOS[scenario];
  try {
    await before?.(run);
    armed.forEach(fault => run.plan.arm(fault));
    await act(run);
    await run.finish();
    const found = violations(run, 'keys');
    const what = `${scenario}, with ${armed.map(fault => JSON.stringify(fault)).join(' and ')}, variants ${row}`;
    return { run, ...found.length > 0 ? { found: { what, violations: found, story: storyOf(run) } } : {} };
  } finally {
    await run.close();
  }
}

/** How often each kind of call, and the end of a step, comes in a scenario without faults. */
async function counted(scenario: string, row: number): Promise<ReadonlyMap<Point, number>> {
  const { run } = await play(scenario, row, []);
  return run.plan.met;
}

/** Every single fault at every point where it can strike. */
async function singleFaults(scenario: string, row: number): Promise<Armed[][]> {
  const counts = await counted(scenario, row);
  const at = (point: Point, make: (skip: number) => Armed[]) =>
    Array.from({ length: Math.min(MANY, counts.get(point) ?? 0) }, (_, skip) => make(skip));
  return [
    ...CALLS.flatMap(only => FAULTS_OF_A_CALL.flatMap(name => at(only, skip => [{ name, only, skip, times: 1, seconds: 20 }]))),
    ...FAULTS_OF_A_STEP.flatMap(name => at('end of a step', skip => [{ name, skip, times: 1, seconds: 5 }])),
  ];
}

/** Every step run twice, with every call of the first run slow while the second goes on. */
async function twinSteps(scenario: string, row: number): Promise<Armed[][]> {
  const counts = await counted(scenario, row);
  const times = (point: Point) => Array.from({ length: Math.min(MANY, counts.get(point) ?? 0) }, (_, skip) => skip);
  return times('end of a step').flatMap(step => (['ledger', 'service'] as const).flatMap(only => times(only).map((skip): Armed[] => [
    { name: 'step run twice', skip: step, times: 1, seconds: 0 },
    { name: 'slow', only, skip, times: 1, seconds: 5 },
  ])));
}

/** What may befall a scenario, each with the row of variants that it is played under. */
export const SPACES = {
  'whichever call or step fails': { row: 0, orders: singleFaults },
  'whichever step runs twice at once': { row: 1, orders: twinSteps },
} as const;
export type Space = keyof typeof SPACES;

export interface Explored {
  readonly orders: number;
  readonly played: number;
  readonly found: readonly Found[];
}

/** Plays a share of what may befall a scenario. */
export async function explore(scenario: string, space: Space, { every, from }: Share): Promise<Explored> {
  const { row, orders } = SPACES[space];
  const all = await orders(scenario, row);
  const share = all.filter((_, number) => number % every === from % every);
  const found: Found[] = [];
  for (const armed of share) {
    const { found: one } = await play(scenario, row, armed);
    if (one) { found.push(one); }
  }
  return { orders: all.length, played: share.length, found };
}
