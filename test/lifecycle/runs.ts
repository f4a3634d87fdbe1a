import * as fc from 'fast-check';
import { attachedCommands } from './attached/commands';
import { Command, commands, commandsWithImports } from './commands';
import { importCell } from './coverage';
import { RunKind, violations } from './invariants';
import { seedOf } from './random';
import { Run } from './run';
import { storyOf } from './story';
import { variantRows, variantsOf } from './variants';

/** What came of one run. */
export interface RunResult {
  readonly index: number;
  readonly commands: number;
  /** `fault | event | key state`, each as often as it struck; at the calls of an import, also under the call. */
  readonly strikes: Record<string, number>;
  readonly failure?: Failure;
}

export interface Failure {
  readonly violations: string[];
  /** The shrunk sequence of commands. */
  readonly commands: string[];
  readonly variants: Record<string, string>;
  readonly story: string[];
}

class Violated extends Error {
  constructor(readonly found: string[]) {
    super(found.join('\n'));
  }
}

/** One run in a hundred goes over HTTP: now one of keys, now one of what is attached to them, now one with imports. */
const EVERY_HTTP = 300;
const HTTP = [99, 193, 291];
/** How many runs there are to one of resources that make no key. */
const EVERY_ATTACHED = 5;
/** How many runs there are to one in which keys are imported: one life of keys in four. */
const EVERY_WITH_IMPORTS = 5;

/** Run `index` of the session with this seed: it can be repeated alone. */
export async function runOne(seed: number, index: number, shrink = true, observe?: (run: Run, kind: RunKind) => unknown): Promise<RunResult> {
  const rows = variantRows();
  const row = rows[index % rows.length];
  const own = seedOf(seed, index);
  const http = HTTP.includes(index % EVERY_HTTP);
  let first: Run | undefined;
  let failing: Run | undefined;
  let executed = 0;
  const kind: RunKind = index % EVERY_ATTACHED === 3 ? 'attached' : 'keys';
  const imports = index % EVERY_WITH_IMPORTS === 1;
  const property = fc.asyncProperty(kind === 'attached' ? attachedCommands : imports ? commandsWithImports : commands, async sequence => {
    const run = await Run.begin(variantsOf(row), own, kind, { http, imports });
    first ??= run;
    try {
      await fc.asyncModelRun(() => ({ model: run.cloudFormation, real: run }), sequence as Iterable<Command>);
      if (run === first) { executed = run.story.length; }
      await run.finish();
      const found = violations(run, kind);
      await observe?.(run, kind);
      if (found.length > 0) { throw new Violated(found); }
    } catch (error) {
      failing = run;
      throw error;
    } finally {
      await run.close();
    }
  });
  const { failed, counterexample, errorInstance } = await fc.check(property, { seed: own, numRuns: 1, endOnFailure: !shrink });
  const strikes: Record<string, number> = {};
  for (const { fault, event, state, importCall } of first!.notebook.strikes) {
    const cells = [`${fault} | ${event} | ${state}`, ...importCall ? [importCell(fault, importCall)] : []];
    cells.forEach(cell => { strikes[cell] = (strikes[cell] ?? 0) + 1; });
  }
  return {
    index,
    commands: executed,
    strikes,
    failure: failed ? {
      violations: errorInstance instanceof Violated ? errorInstance.found : [String((errorInstance as Error)?.stack ?? errorInstance)],
      commands: String(counterexample?.[0] ?? '').split(/,(?=deploy\(|deleteStack|fault\(|others|access denied|us-west-2:|eu-west-1:|GetKey does|the ledger loses|custodians |an earlier|\d+ s pass)/),
      variants: row,
      story: storyOf(failing!),
    } : undefined,
  };
}
