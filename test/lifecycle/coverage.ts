import { CIRCUMSTANCES, FAULTS, NOT_OF_THE_LAST_RESORT } from './faults';
import { EVENT_KINDS, EventKind, KEY_STATES, KeyState } from './notebook';

export const ALL_FAULTS: readonly string[] = [...Object.keys(FAULTS), ...CIRCUMSTANCES];

/** The table of coverage: what met which event, and what state its key was in then. */
interface Cell {
  readonly fault: string;
  readonly event: EventKind;
  readonly state: KeyState;
  readonly name: string;
}

interface Unreachable {
  readonly reason: string;
  readonly covers: (cell: Cell) => boolean;
}

const among = (...values: readonly string[]) => (value: string) => values.includes(value);
const circumstance = among(...CIRCUMSTANCES);
const update = among('Update', 'Replacement', 'Reverse update');
const serviceCall = among('throttled', 'server error', 'server error after commit', 'slow', 'executed after the time-out', 'access denied');
const regionTrouble = among('Region FAILED', 'Region stays IN_PROGRESS', 'Region fails and recovers');
const sending = among('event lost', 'start refused', 'start denied', 'executions listed late');

/** Cells of the table that cannot be met, each with the reason. */
export const UNREACHABLE: readonly Unreachable[] = [
  {
    reason: 'the last resort asks Step Functions and answers: it is no step, starts nothing and never asks the service',
    covers: ({ fault, event }) => event === 'Last resort' && (circumstance(fault) || among(...NOT_OF_THE_LAST_RESORT)(fault)),
  },
  {
    reason: 'CloudFormation names a key that exists, or existed within its deletion window',
    covers: ({ event, state }) => state === 'no key' && (update(event) || event === 'Delete'),
  },
  {
    reason: 'an id that CloudFormation invented, and a marker, name no key',
    covers: ({ event, state }) => state !== 'no key' && among('Delete of an invented id', 'Delete of a marker')(event),
  },
  {
    reason: 'a creation is sent, started and listed before it makes a key',
    covers: ({ fault, event, state }) => event === 'Create' && state !== 'no key' && sending(fault),
  },
  {
    reason: 'once a creation has deleted what it made, only its answer is left',
    covers: ({ fault, event, state }) => event === 'Create' && state === 'deleted' && (serviceCall(fault) || circumstance(fault)),
  },
  {
    reason: 'GetKey is asked for a key that was made',
    covers: ({ fault, event, state }) => event === 'Create' && state === 'no key' && (regionTrouble(fault) || fault === 'GetKey not found at first'),
  },
  {
    reason: 'a key with a Region in trouble is replicating, in the words of this table',
    covers: ({ fault, event, state }) => state === 'usable' && regionTrouble(fault) && among('Create', 'Update', 'Delete')(event),
  },
  {
    reason: 'a deletion needs no replica Region',
    covers: ({ fault, event }) => fault === 'access denied in a replica Region' && event.startsWith('Delete'),
  },
];

export interface Coverage {
  readonly met: number;
  readonly reachable: number;
  readonly empty: string[];
  readonly unreachable: ReadonlyArray<{ readonly reason: string; readonly cells: number; readonly met: string[] }>;
}

function table(): Cell[] {
  return ALL_FAULTS.flatMap(fault => EVENT_KINDS.flatMap(event => KEY_STATES.map(state =>
    ({ fault, event, state, name: `${fault} | ${event} | ${state}` }))));
}

/** The table event by fault by key state, judged by how often each cell was met. */
export function coverage(strikes: Readonly<Record<string, number>>): Coverage {
  const cells = table();
  const excuse = (cell: Cell) => UNREACHABLE.findIndex(({ covers }) => covers(cell));
  const reachable = cells.filter(cell => excuse(cell) === -1);
  return {
    met: reachable.filter(({ name }) => strikes[name]).length,
    reachable: reachable.length,
    empty: reachable.filter(({ name }) => !strikes[name]).map(({ name }) => name),
    unreachable: UNREACHABLE.map(({ reason }, index) => {
      const covered = cells.filter(cell => excuse(cell) === index);
      return { reason, cells: covered.length, met: covered.filter(({ name }) => strikes[name]).map(({ name }) => name) };
    }),
  };
}
