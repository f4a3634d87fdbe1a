/**
 * Requests that are one change away from one that succeeds. Random inputs end at the first check of an operation nearly always;
 * these come as far as the cryptography.
 */
import * as fc from 'fast-check';
import { Plane, PLANES } from './requests';
import { PRIMARY } from '../checked-emulator';
import { VirtualClock } from '../clock';
import { DATA_PLANE_CALLS, DataPlaneFixture } from '../conformance/data-plane-calls';
import { Fixture, SUCCESSES } from '../conformance/successes';
import { Emulator } from '../emulator';
import { responseProblems } from '../response-schema';

const SEED = 13;
const CHANGES = 30;

interface ValidCall {
  readonly operation: string;
  readonly input: object;
  readonly region: string;
}

type Path = readonly string[];

/** Where values stand that are no structure or list. */
const leavesOf = (value: unknown, path: Path = []): Path[] => typeof value === 'object' && value !== null
  ? Object.entries(value).flatMap(([name, member]) => leavesOf(member, [...path, name]))
  : [path];

const at = (value: unknown, path: Path): unknown => path.reduce((inner, name) => (inner as Record<string, unknown>)[name], value);

/** A copy with another value at a path; without one, where that is undefined. */
function withValue(value: unknown, path: Path, replaced: unknown): unknown {
  if (path.length === 0) return replaced;
  const [name, ...more] = path;
  const copy = (Array.isArray(value) ? [...value as unknown[]] : { ...value as object }) as Record<string, unknown>;
  copy[name] = withValue(copy[name], more, replaced);
  return copy;
}

const withCharacter = (text: string, position: number, character: string): string => `${text.slice(0, position)}${character}${text.slice(position + 1)}`;

/** Another value of nearly the same form. */
function changed(value: unknown, others: readonly unknown[]): fc.Arbitrary<unknown> {
  const absent = fc.constant(undefined);
  const other = fc.constantFrom(...others);
  if (typeof value !== 'string') return fc.oneof(absent, fc.integer({ min: -1, max: 70 }), fc.boolean(), other);
  const position = fc.nat({ max: Math.max(0, value.length - 1) });
  const character = fc.constantFrom(...'0123456789ABCDEFNSTXacz');
  return fc.oneof(
    absent,
    other,
    fc.tuple(position, character).map(([where, by]) => withCharacter(value, where, by)),
    position.map(length => value.slice(0, length)),
    position.map(length => value.slice(0, length - length % 2)),
    fc.nat({ max: 3 }).map(times => value.repeat(times)),
    fc.constantFrom('0', '00', 'F'.repeat(16), '0'.repeat(32)).map(more => value + more),
    fc.constantFrom(value.toLowerCase(), value.toUpperCase(), value.replaceAll(/\d/g, '0'), value.replaceAll(/\d/g, '9')),
  );
}

const sampled = (seed: number) => <T>(arbitrary: fc.Arbitrary<T>): T => fc.sample(arbitrary, { seed, numRuns: 1 })[0];

async function dataPlaneCalls(emulator: Emulator): Promise<ValidCall[]> {
  const fixture = new DataPlaneFixture(emulator);
  const calls: ValidCall[] = [];
  for (const [operation, table] of Object.entries(DATA_PLANE_CALLS)) {
    for (const call of Object.values(table)) calls.push({ operation, region: PRIMARY, input: (await call(fixture)).input });
  }
  return calls;
}

async function controlPlaneCalls(emulator: Emulator): Promise<ValidCall[]> {
  const fixture = new Fixture(emulator, seconds => (emulator.options.clock as VirtualClock).advance(seconds));
  const calls: ValidCall[] = [];
  for (const [operation, success] of Object.entries(SUCCESSES)) {
    const { input, region = PRIMARY } = await success(fixture);
    calls.push({ operation, input, region });
  }
  return calls;
}

/** For each operation of a plane one or more requests that succeed. */
const CALLS: Readonly<Record<Plane, (emulator: Emulator) => Promise<ValidCall[]>>> = { control: controlPlaneCalls, data: dataPlaneCalls };

test.each(PLANES)('%s plane: one change to a valid request is answered, and never with 5xx', async plane => {
  const emulator = new Emulator({ clock: new VirtualClock(), tps: Infinity, symmetricTps: Infinity, asymmetricTps: Infinity, replicationDelay: 0 });
  // A request without members has nothing to change.
  const calls = (await CALLS[plane](emulator)).filter(({ input }) => leavesOf(input).length > 0);
  const values = calls.flatMap(({ input }) => leavesOf(input).map(path => at(input, path)));
  const statuses: Record<number, number> = {};
  const problems: string[] = [];
  emulator.log.listen(entry => {
    statuses[entry.status!] = (statuses[entry.status!] ?? 0) + 1;
    const broken = entry.status! >= 500 ? [`${entry.operation}: ${entry.defect ?? JSON.stringify(entry.output)}`] : [];
    problems.push(...[...broken, ...responseProblems(entry)].map(problem => `${problem} for ${JSON.stringify(entry.input)}`));
  });
  let seed = SEED;
  for (const { operation, input, region } of calls) {
    for (let count = 0; count < CHANGES; count += 1) {
      seed += 1;
      const path = sampled(seed)(fc.constantFrom(...leavesOf(input)));
      const value = sampled(seed)(changed(at(input, path), values));
      await emulator.call(operation, withValue(input, path, value) as object, { region }).catch(() => undefined);
    }
  }
  expect(problems.slice(0, 5)).toEqual([]);
  // Otherwise the changes are too large or too small.
  expect(statuses[200]).toBeGreaterThan(calls.length);
  expect(statuses[400]).toBeGreaterThan(calls.length);
}, 120_000);
