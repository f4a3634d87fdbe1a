import { Change } from './cloudformation';
import { Declaration } from './declarations';
import { Armed, FaultName, Point } from './faults';
import { violations } from './invariants';
import { Run } from './run';
import { storyOf } from './story';
import { variantRows, variantsOf } from './variants';
import { MULTI_REGION_PAYMENT_KEY } from '../../src/provider/contract/multi-region-payment-key';

/*
 * Everything that can happen to two requests of one key, two steps at once, and one lost write or killed step: the space
 * is small, so nothing in it is left to chance. A scenario is played once to count the calls of its function; then
 * once for each fault at each of these calls, and once for each call that is slow while the same step runs a second time.
 */

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
  const run = await Run.begin(variantsOf(rows[row % rows.length]), row, false, 'keys');
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
export async function* singleFaults(scenario: string, row: number): AsyncGenerator<Found | undefined> {
  const counts = await counted(scenario, row);
  const times = (point: Point) => Math.min(MANY, counts.get(point) ?? 0);
  for (const only of CALLS) {
    for (const name of FAULTS_OF_A_CALL) {
      for (let skip = 0; skip < times(only); skip += 1) { yield (await play(scenario, row, [{ name, only, skip, times: 1, seconds: 20 }])).found; }
    }
  }
  for (const name of FAULTS_OF_A_STEP) {
    for (let skip = 0; skip < times('end of a step'); skip += 1) { yield (await play(scenario, row, [{ name, skip, times: 1, seconds: 5 }])).found; }
  }
}

/** Every step run twice, with every call of the first run slow while the second goes on. */
export async function* twinSteps(scenario: string, row: number): AsyncGenerator<Found | undefined> {
  const counts = await counted(scenario, row);
  const times = (point: Point) => Math.min(MANY, counts.get(point) ?? 0);
  for (let step = 0; step < times('end of a step'); step += 1) {
    for (const only of ['ledger', 'service'] as const) {
      for (let skip = 0; skip < times(only); skip += 1) {
        yield (await play(scenario, row, [
          { name: 'step run twice', skip: step, times: 1, seconds: 0 },
          { name: 'slow', only, skip, times: 1, seconds: 5 },
        ])).found;
      }
    }
  }
}
