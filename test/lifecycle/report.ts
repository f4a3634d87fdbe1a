import { ALL_FAULTS, attachedCoverage, coverage, importCoverage } from './coverage';
import { INVARIANTS } from './invariants';
import { RunResult } from './runs';
import { Summary } from './session';
import { PARAMETERS, variantRows } from './variants';

export function progressText(done: number, runs: number, milliseconds: number): string {
  const perSecond = done / milliseconds * 1000;
  return `  ${done} of ${runs} runs, ${perSecond.toFixed(1)} a second, ${Math.round((runs - done) / perSecond)} s left\n`;
}

export function failureText(seed: number, { index, failure }: RunResult, withStory: boolean): string {
  const { violations, commands, variants, story } = failure!;
  return [
    '',
    `Run ${index} violates:`,
    ...violations.map(line => `  ${line}`),
    'The shortest sequence found that does:',
    ...commands.map(command => `  ${command}`),
    'with the variants:',
    `  ${Object.entries(variants).map(([name, variant]) => `${name}=${variant}`).join(' ')}`,
    ...(withStory ? ['what happened:', ...story.map(line => `  ${line}`)] : []),
    `Repeat it: npm run lifecycle -- --seed ${seed} --from ${index} --runs 1 --story`,
    '',
  ].join('\n');
}

export function summaryText(summary: Summary, milliseconds: number): { readonly text: string; readonly emptyCells: number } {
  const { runs, commands, strikes, failures } = summary;
  const struck = (fault: string) => Object.entries(strikes).filter(([name]) => name.startsWith(`${fault} | `)).reduce((sum, [, count]) => sum + count, 0);
  const { met, required, empty, rarest, excused } = coverage(strikes);
  const attached = attachedCoverage(strikes);
  const imports = importCoverage(strikes);
  const emptyCells = empty.length + attached.empty.length + imports.empty.length;
  const rows = variantRows().length;
  const head = `runs ${runs}, commands ${commands}, violations ${failures.length}, ${(milliseconds / 1000).toFixed(1)} s, ${(runs / milliseconds * 1000).toFixed(1)} runs a second`;
  if (runs === 1) { return { text: `\n${head}\n`, emptyCells }; }
  const text = [
    '',
    head,
    `variants: ${rows} rows cover all pairs of ${Object.keys(PARAMETERS).length} parameters; ${runs >= rows ? 'all rows were run' : `${runs} of them were run`}`,
    '',
    'faults that struck:',
    ...ALL_FAULTS.map(fault => `  ${String(struck(fault)).padStart(7)}  ${fault}`),
    '',
    `invariants checked after each of ${runs} runs:`,
    ...Object.entries(INVARIANTS).map(([name, { section }]) => `  ${section.padStart(4)}  ${name}`),
    '',
    `coverage of event by fault by key state: ${met} of ${required} cells that must be met`,
    ...empty.map(name => `  never met: ${name}`),
    'met least often:',
    ...rarest.map(([name, times]) => `  ${String(times).padStart(4)}  ${name}`),
    'not reachable:',
    ...excused.unreachable.flatMap(({ reason, cells, met: contradicted }) => [
      `  ${String(cells).padStart(4)} cells: ${reason}`,
      ...contradicted.map(name => `       but met: ${name}`),
    ]),
    'seldom, and not required:',
    ...excused.seldom.map(({ reason, cells, met: some }) => `  ${String(some.length).padStart(4)} of ${cells} cells met: ${reason}`),
    '',
    `coverage of fault by type of those that make no key: ${attached.met} of ${attached.required} cells`,
    ...attached.empty.map(name => `  never met: ${name}`),
    '',
    `coverage of fault by call of an import: ${imports.met} of ${imports.required} cells`,
    ...imports.empty.map(name => `  never met: ${name}`),
    '',
  ].join('\n');
  return { text, emptyCells };
}
