import { fork } from 'child_process';
import * as os from 'os';
import * as path from 'path';
import { runOne, RunResult } from './runs';
import { watched } from './watch';

export interface SessionOptions {
  readonly runs: number;
  readonly seed: number;
  /** Index of the first run. */
  readonly from?: number;
  readonly processes?: number;
  /** Failures after which no more runs begin. */
  readonly mostFailures?: number;
  /** Whether a shorter sequence is looked for when a run fails. Default: true. */
  readonly shrink?: boolean;
  /** Whether a watch is judged at the end of each life. Default: false. */
  readonly watch?: boolean;
  readonly onResult?: (result: RunResult) => void;
}

/** What came of many runs. */
export interface Summary {
  runs: number;
  commands: number;
  readonly strikes: Record<string, number>;
  readonly failures: RunResult[];
}

export function emptySummary(): Summary {
  return { runs: 0, commands: 0, strikes: {}, failures: [] };
}

function add(summary: Summary, result: RunResult): void {
  summary.runs += 1;
  summary.commands += result.commands;
  for (const [cell, count] of Object.entries(result.strikes)) { summary.strikes[cell] = (summary.strikes[cell] ?? 0) + count; }
  if (result.failure) { summary.failures.push(result); }
}

/** Runs in this process, one after the other. */
export async function runHere({ runs, seed, from = 0, mostFailures = 1, shrink, watch, onResult }: SessionOptions): Promise<Summary> {
  const summary = emptySummary();
  for (let index = from; index < from + runs && summary.failures.length < mostFailures; index += 1) {
    const result = await runOne(seed, index, shrink, watch ? watched(seed + index) : undefined);
    add(summary, result);
    onResult?.(result);
  }
  return summary;
}

/** Runs shared out among processes: each takes every n-th, so that the result does not depend on their speed. */
export async function runEverywhere(options: SessionOptions): Promise<Summary> {
  const { processes = os.availableParallelism(), runs, from = 0, mostFailures = 1, onResult } = options;
  if (processes === 1) { return runHere(options); }
  const summary = emptySummary();
  await Promise.all(Array.from({ length: processes }, (_, share) => new Promise<void>((resolve, reject) => {
    const worker = fork(path.join(__dirname, 'worker.ts'), { execArgv: ['--import', 'tsx'] });
    worker.on('message', (result: RunResult) => {
      add(summary, result);
      onResult?.(result);
      if (summary.failures.length >= mostFailures) { worker.kill(); }
    });
    worker.on('error', reject);
    worker.on('exit', (code, signal) => {
      if (code === 0 || signal === 'SIGTERM') { resolve(); } else { reject(new Error(`a worker process ended with ${code ?? signal}`)); }
    });
    worker.send({ seed: options.seed, shrink: options.shrink, watch: options.watch, from: from + share, to: from + runs, step: processes });
  })));
  summary.failures.sort((a, b) => a.index - b.index);
  return summary;
}
