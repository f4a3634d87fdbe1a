import { CIRCUMSTANCES, FAULTS } from './faults';
import { EVENT_KINDS, EventKind, KEY_STATES, KeyState } from './notebook';

export const ALL_FAULTS: readonly string[] = [...Object.keys(FAULTS), ...CIRCUMSTANCES];

export const cell = (fault: string, event: EventKind, state: KeyState) => `${fault} | ${event} | ${state}`;

interface Unreachable {
  readonly reason: string;
  readonly covers: (fault: string, event: EventKind, state: KeyState) => boolean;
}

const oneOf = (...values: string[]) => (value: string) => values.includes(value);
const atStart = oneOf('start refused', 'start denied');

/** Cells of the table that cannot be met, each with the reason. */
export const UNREACHABLE: readonly Unreachable[] = [
  { reason: 'the last resort is delivered by EventBridge, not by CloudFormation', covers: (fault, event) => event === 'Last resort' && oneOf('delivered twice', 'event lost')(fault) },
  {
    reason: 'the last resort asks Step Functions and answers: it starts nothing and never asks the service',
    covers: (fault, event) =>
      event === 'Last resort' && (atStart(fault) || oneOf('server error after commit', 'slow', 'executed after the time-out', 'executions listed late')(fault)),
  },
  { reason: 'the last resort is not a step', covers: (fault, event) => event === 'Last resort' && oneOf('execution FAILED', 'execution TIMED_OUT')(fault) },
  {
    reason: 'a circumstance of the service, which the last resort never asks',
    covers: (fault, event) =>
      event === 'Last resort' && (CIRCUMSTANCES as readonly string[]).includes(fault),
  },
  {
    reason: 'the event is sent, and its execution started, before the request makes a key',
    covers: (fault, event, state) =>
      event === 'Create' && state !== 'no key' && oneOf('event lost')(fault),
  },
  {
    reason: 'CloudFormation names an existing key',
    covers: (fault, event, state) =>
      state === 'no key' && oneOf('Update', 'Replacement', 'Reverse update', 'Delete')(event) && fault === 'event lost',
  },
  {
    reason: 'nothing was made, and the delete of a marker does nothing more than look',
    covers: (_, event, state) =>
      event === 'Delete of a marker' && state !== 'no key',
  },
  { reason: 'an invented id names no key', covers: (_, event, state) => event === 'Delete of an invented id' && state !== 'no key' },
  {
    reason: 'only a creation asks the tag index while it has no key; others know theirs',
    covers: (fault, event, state) =>
      fault.startsWith('tag index') && oneOf('Update', 'Delete')(event) && state !== 'no key',
  },
];

export interface Coverage {
  readonly met: number;
  readonly reachable: number;
  readonly empty: string[];
  readonly unreachable: ReadonlyArray<{ readonly reason: string; readonly cells: number; readonly met: string[] }>;
}

/** The table event by fault by key state, judged by how often each cell was met. */
export function coverage(strikes: Readonly<Record<string, number>>): Coverage {
  const cells = ALL_FAULTS.flatMap(fault => EVENT_KINDS.flatMap(event => KEY_STATES.map(state => ({ fault, event, state, name: cell(fault, event, state) }))));
  const excused = (one: typeof cells[number]) => UNREACHABLE.findIndex(({ covers }) => covers(one.fault, one.event, one.state));
  const reachable = cells.filter(one => excused(one) === -1);
  return {
    met: reachable.filter(({ name }) => strikes[name]).length,
    reachable: reachable.length,
    empty: reachable.filter(({ name }) => !strikes[name]).map(({ name }) => name),
    unreachable: UNREACHABLE.map(({ reason }, index) => {
      const covered = cells.filter(one => excused(one) === index);
      return { reason, cells: covered.length, met: covered.filter(({ name }) => strikes[name]).map(({ name }) => name) };
    }),
  };
}
