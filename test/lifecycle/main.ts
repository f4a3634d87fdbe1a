import { parseArgs } from 'util';
import { failureText, progressText, summaryText } from './report';
import { RunResult } from './runs';
import { runEverywhere } from './session';

const HELP = `The lifecycle tests: a model of CloudFormation drives the handler against the emulated service, with faults at every point.

  npm run lifecycle -- [options]

  --runs N        how many runs (default 1000). From ${'10000'} on, every reachable cell of the table of coverage must be met
  --seed S        which runs (default: another each time, printed)
  --from I        index of the first run (default 0); with --runs 1 a single run is repeated
  --processes P   how many at a time (default: one per processor)
  --failures F    stop after so many failures (default 1)
  --as-found      do not look for a shorter sequence when a run fails
  --watch         watch each resource at the end of a run: what the watch reports must be what the next deployment does
  --story         print what happened in a run that failed
`;

/** Runs from which on an empty cell of the table is a failure. */
const ENOUGH_FOR_EVERY_CELL = 10_000;
const PROGRESS_MS = 5_000;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'runs': { type: 'string', default: '1000' },
      'seed': { type: 'string' },
      'from': { type: 'string', default: '0' },
      'processes': { type: 'string' },
      'failures': { type: 'string', default: '1' },
      'as-found': { type: 'boolean', default: false },
      'watch': { type: 'boolean', default: false },
      'story': { type: 'boolean', default: false },
      'help': { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const number = (name: 'runs' | 'seed' | 'from' | 'processes' | 'failures') => {
    const value = values[name];
    if (value === undefined) { return undefined; }
    if (!/^\d+$/.test(value)) { throw new Error(`--${name} must be a whole number, but is ${value}`); }
    return Number(value);
  };
  const runs = number('runs')!;
  const seed = number('seed') ?? Date.now() % 1_000_000;
  const begun = Date.now();
  let shown = begun;
  let done = 0;
  const onResult = (result: RunResult) => {
    done += 1;
    if (result.failure) { process.stdout.write(failureText(seed, result, values.story)); }
    if (Date.now() - shown < PROGRESS_MS) { return; }
    shown = Date.now();
    process.stdout.write(progressText(done, runs, Date.now() - begun));
  };
  process.stdout.write(`${runs} runs with seed ${seed}\n`);
  const summary = await runEverywhere({
    runs,
    seed,
    from: number('from'),
    processes: runs === 1 ? 1 : number('processes'),
    mostFailures: number('failures'),
    shrink: !values['as-found'],
    watch: values.watch,
    onResult,
  });
  const complete = runs >= ENOUGH_FOR_EVERY_CELL;
  const { text, emptyCells } = summaryText(summary, Date.now() - begun);
  process.stdout.write(text);
  return summary.failures.length > 0 || (complete && emptyCells > 0) ? 1 : 0;
}

main().then(code => { process.exitCode = code; }, error => {
  process.stderr.write(`${(error as Error).stack}\n`);
  process.exitCode = 1;
});
