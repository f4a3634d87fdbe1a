/**
 * Benchmarks: a table per topic, with the floor and the peers beside this library, and coverage/bench.json.
 *
 * Usage: tsx test/bench/main.ts [quota] [pacing] [inventory] [synth] [template] [handler] [deployment] [emulator] [--quick | --long]
 */
import { mkdirSync, writeFileSync } from 'fs';
import * as path from 'path';
import { HUNDRED_KEYS, MANY_KEYS, OTHERS_SHARE, SPEEDS } from './budgets';
import { deployment } from './deployment/topic';
import { emulator } from './emulator/topic';
import { coldLoad } from './handler/cold-load';
import { besideInventory } from './quota/beside-inventory';
import { DeletionScenario, FEWEST_REQUESTS_PER_DELETION, simulateDeletion } from './quota/deletion';
import { pacing } from './quota/pacing';
import { DeployerName, DEPLOYERS, Result, Scenario, simulate, timeOverFloor } from './quota/simulation';
import { LIBRARIES, SYNTH_KINDS, SynthApps } from './synth/synth';
import { table } from './table';
import { Topic } from './topic';
import { ensureHandlerBundle } from '../e2e/engine/handler-bundle';
import { REGION } from '../lifecycle/world';

const JSON_FILE = path.join(__dirname, '..', '..', 'coverage', 'bench.json');
const OPTIONS = ['quota', 'pacing', 'inventory', 'synth', 'template', 'handler', 'deployment', 'emulator', '--quick', '--long'] as const;

const PEERS_TOO: readonly Scenario[] = [10, Infinity].map(concurrency => ({ keys: 100, regions: 2, replicationSeconds: 30, concurrency }));

function scenarios(quick: boolean): Scenario[] {
  const few = [1, 10, 100].flatMap(keys => [1, 2, 3].flatMap(regions => [2, 30].map(replicationSeconds =>
    ({ keys, regions, replicationSeconds, concurrency: Infinity }))));
  const many = [{ keys: 400, stacks: 1 }, { keys: 1000, stacks: 3 }].flatMap(stack => [2, 30].flatMap(replicationSeconds =>
    [10, 50, Infinity].map(concurrency => ({ ...stack, regions: 3, replicationSeconds, concurrency }))));
  const [keys, regions, replicationSeconds, concurrency] = [100, 2, 30, Infinity];
  // The quota's bucket is an assumption: here it holds but one request, or two seconds' worth; or there are fewer a second.
  const variants = [{ burst: 1 }, { burst: 10 }, { tps: 3 }, { switches: { replicaBeforeSynchronization: 'CREATE_IN_PROGRESS' } } as const]
    .map(options => ({ keys, regions, replicationSeconds, concurrency, options }));
  const fewerAtOnce = [10, 50].map(at => ({ keys, regions, replicationSeconds, concurrency: at }));
  return [...few, ...fewerAtOnce, ...variants, ...quick ? [] : many];
}

function deletionScenarios(quick: boolean): DeletionScenario[] {
  return [10, 100, ...quick ? [] : [400]].flatMap(keys => [10, 50, Infinity].map(concurrency =>
    ({ keys, regions: 3, replicationSeconds: 30, concurrency })));
}

const atOnce = (concurrency: number) => concurrency === Infinity ? 'all' : String(concurrency);
const percent = (share: number) => `${(100 * share).toFixed(0)}%`;
const perKey = (count: number, { keys }: Pick<Scenario, 'keys'>) => (count / keys).toFixed(2);

function quotaRow(deployer: string, scenario: Scenario, result: Result): string[] {
  const { keys, stacks = 1, regions, replicationSeconds, concurrency, options } = scenario;
  const variant = options ? ` ${JSON.stringify(options).replace(/["{}]/g, '')}` : '';
  const [primary, ...replicas] = Object.values(result.regions);
  const most = (figure: 'executed' | 'throttled') => Math.max(...replicas.map(region => region[figure]));
  return [
    deployer + variant,
    String(keys), String(stacks), String(regions), String(replicationSeconds), atOnce(concurrency),
    result.seconds.toFixed(0), result.floorSeconds.toFixed(0), timeOverFloor(scenario, result).toFixed(2),
    perKey(primary.executed, scenario), perKey(primary.throttled, scenario), perKey(most('executed'), scenario), perKey(most('throttled'), scenario),
    String(result.failures),
    percent(primary.othersShare), percent(Math.min(...replicas.map(({ othersShare }) => othersShare))),
  ];
}

function deletionRow(scenario: DeletionScenario, { seconds, floorSeconds, failures, regions: { [REGION]: primary } }: Result): string[] {
  return [
    String(scenario.keys), atOnce(scenario.concurrency), seconds.toFixed(0), floorSeconds.toFixed(0), (seconds / floorSeconds).toFixed(2),
    perKey(primary.executed, scenario), perKey(primary.throttled, scenario), String(failures), percent(primary.othersShare),
  ];
}

async function quota(quick: boolean): Promise<Topic> {
  const runs: Array<readonly [DeployerName, Scenario]> = [
    ...PEERS_TOO.flatMap(scenario => (Object.keys(DEPLOYERS) as DeployerName[]).map(name => [name, scenario] as const)),
    ...scenarios(quick).map(scenario => ['this library', scenario] as const),
  ];
  const results = [];
  for (const [deployer, scenario] of runs) { results.push({ deployer, scenario, result: await simulate(deployer, scenario) }); }
  const deletions = [];
  for (const scenario of deletionScenarios(quick)) { deletions.push({ scenario, result: await simulateDeletion(scenario) }); }
  const head = ['', 'keys', 'stacks', 'replicas', 'replication s', 'at once', 'total s', 'floor s', 'x floor',
    'executed', 'throttled', 'in a replica', 'throttled', 'failures', 'others', 'in replicas'];
  return {
    title: 'Keys inside the quota of 5 requests a second (virtual time; requests are per key)',
    text: `${table(head, results.map(({ deployer, scenario, result }) => quotaRow(deployer, scenario, result)))}\n`
      + 'x floor: total time without the replication\'s own, over 2 requests a key at 5 a second. others: what another client gets through that asks once a second.\n'
      + `Budgets: 100 keys at most ${HUNDRED_KEYS.executedPerKey} executed, ${HUNDRED_KEYS.throttledPerKey} throttled, x ${HUNDRED_KEYS.timeOverFloor}; `
      + `400 keys x ${MANY_KEYS.inOneStack}, 1,000 over three stacks x ${MANY_KEYS.inThreeStacks}, all at once; `
      + `no failures; others at least ${100 * OTHERS_SHARE}%.\n\n`
      + 'Deletion of all keys of a stack, by this library, with 3 replica Regions\n\n'
      + `${table(['keys', 'at once', 'total s', 'floor s', 'x floor', 'executed', 'throttled', 'failures', 'others'],
        deletions.map(({ scenario, result }) => deletionRow(scenario, result)))}\n`
      + `x floor: total time over ${FEWEST_REQUESTS_PER_DELETION} requests a key at 5 a second: whose it is, and its deletion. Budget: x ${MANY_KEYS.deleted}.`,
    figures: { creations: results, deletions },
  };
}

async function synth(quick: boolean): Promise<Topic> {
  const apps = new SynthApps();
  try {
    const figures = LIBRARIES.flatMap(library => [1, 50, 200].map(keys => ({
      library, keys, seconds: Object.fromEntries(SYNTH_KINDS.map(kind => [kind, apps.seconds(kind, keys, library, quick ? 3 : 9)])),
    })));
    const rows = figures.map(({ library, keys, seconds }) => [
      library, String(keys), ...SYNTH_KINDS.map(kind => seconds[kind].toFixed(2)), (seconds['this library'] / seconds['CfnKey beside a function']).toFixed(2),
    ]);
    return {
      title: 'Synth, whole process, seconds (median)',
      text: `${table(['', 'keys', ...SYNTH_KINDS, 'over CfnKey beside a function'], rows)}\nBudget: 200 keys at most `
        + `${SPEEDS.synthOverNativeBesideFunction} times CfnKey beside a function, and ${SPEEDS.synthOverFramework} times the Provider framework.`,
      figures,
    };
  } finally {
    apps.close();
  }
}

async function template(): Promise<Topic> {
  const apps = new SynthApps();
  try {
    const figures = ['CfnKey', 'this library', 'this library, with an alias each', 'Provider framework'].map(kind => {
      const [one, two, three] = [1, 2, 3].map(keys => apps.template(kind, keys));
      const count = (type: string) => one.types.filter(each => each === type).length;
      return {
        kind,
        fixedResources: two.types.length - 2 * (three.types.length - two.types.length),
        functions: count('AWS::Lambda::Function'),
        roles: count('AWS::IAM::Role'),
        resourcesPerKey: three.types.length - two.types.length,
        bytes: one.bytes,
        bytesPerKey: three.bytes - two.bytes,
      };
    });
    return {
      title: 'Template of a stack',
      text: table(['', 'fixed resources', 'functions', 'roles', 'resources per key', 'bytes, one key', 'bytes per key'],
        figures.map(({ kind, ...counts }) => [kind, ...Object.values(counts).map(String)])),
      figures,
    };
  } finally {
    apps.close();
  }
}

async function handler(quick: boolean): Promise<Topic> {
  const loads = coldLoad(quick ? 5 : 21);
  const { firstRequestSeconds } = await simulate('this library', { keys: 1, regions: 2, replicationSeconds: 2, concurrency: 1 });
  return {
    title: 'Handler',
    text: `${table(['cold load, milliseconds (median)', ''], Object.entries(loads).map(([what, milliseconds]) => [what, milliseconds.toFixed(0)]))}\n`
      + `From CloudFormation's call to the first CreateKey, in virtual time (a request and a warm invocation take 50 ms each): ${firstRequestSeconds.toFixed(2)} s\n`
      + 'Size: test/provider/bundle.test.ts. From SYNCHRONIZED to the answer, in real time: npm run bench:answer-delay',
    figures: { coldLoadMilliseconds: loads, firstRequestSeconds },
  };
}

const TOPICS: Record<string, (quick: boolean, long: boolean) => Promise<Topic>> = {
  quota, pacing, inventory: besideInventory, synth, template, handler, deployment, emulator: async (_, long) => emulator(long),
};

async function main(): Promise<void> {
  const given = process.argv.slice(2);
  const unknown = given.filter(option => !(OPTIONS as readonly string[]).includes(option));
  if (unknown.length > 0) { throw new Error(`There is no ${unknown.join(', ')}. Options: ${OPTIONS.join(', ')}`); }
  process.env.CDK_VALIDATION = 'false';
  await ensureHandlerBundle();
  const names = Object.keys(TOPICS).filter(name => given.includes(name));
  const figures: Record<string, unknown> = {};
  for (const name of names.length > 0 ? names : Object.keys(TOPICS)) {
    const topic = await TOPICS[name](given.includes('--quick'), given.includes('--long'));
    process.stdout.write(`${topic.title}\n\n${topic.text}\n\n`);
    figures[name] = topic.figures;
  }
  mkdirSync(path.dirname(JSON_FILE), { recursive: true });
  writeFileSync(JSON_FILE, `${JSON.stringify(figures, null, 2)}\n`);
  process.stdout.write(`${path.relative(process.cwd(), JSON_FILE)}\n`);
}

void main();
