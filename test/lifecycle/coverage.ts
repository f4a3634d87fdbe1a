import { ATTACHED } from './attached';
import { CIRCUMSTANCES, FAULTS, NOT_OF_THE_LAST_RESORT, OF_A_WRAPPED_KEY, OF_THE_RULE, Point } from './faults';
import { EVENT_KINDS, EventKind, IMPORT_CALLS, ImportCall, KEY_STATES, KeyState } from './notebook';

export const ALL_FAULTS: readonly string[] = [...Object.keys(FAULTS), ...CIRCUMSTANCES];

/** The table of coverage: what met which event, and what state its key was in then. */
interface Cell {
  readonly fault: string;
  readonly event: EventKind;
  readonly state: KeyState;
  readonly name: string;
}

interface Excuse {
  readonly reason: string;
  readonly covers: (cell: Cell) => boolean;
}

const among = (...values: readonly string[]) => (value: string) => values.includes(value);
const circumstance = among(...CIRCUMSTANCES);
const update = among('Update', 'Replacement', 'Reverse update');
const serviceCall = among('throttled', 'server error', 'server error after commit', 'slow', 'executed after the time-out', 'access denied');
const regionTrouble = among('Region FAILED', 'Region stays IN_PROGRESS', 'Region fails and recovers');
const tagIndex = among('tag index lags', 'tag index never catches up');

const wrappedKey = among(...OF_A_WRAPPED_KEY);

/** Cells that cannot be met, each with the reason. */
export const UNREACHABLE: readonly Excuse[] = [
  {
    reason: 'EventBridge calls the last resort only',
    covers: ({ fault, event }) => event !== 'Last resort' && among(...OF_THE_RULE)(fault),
  },
  {
    reason: 'the last resort asks Step Functions and answers: it is no step, starts nothing and never asks the service',
    covers: ({ fault, event }) => event === 'Last resort' && (circumstance(fault) || among(...NOT_OF_THE_LAST_RESORT)(fault)),
  },
  {
    reason: 'a wrapped key is read by what makes a key of it',
    covers: ({ fault, event }) => wrappedKey(fault) && event.startsWith('Delete'),
  },
  {
    reason: 'CloudFormation names a key that exists, or existed within its deletion window',
    covers: ({ fault, event, state }) => state === 'no key' && fault !== 'delivered twice' && (update(event) || event === 'Delete'),
  },
  {
    reason: 'an id that CloudFormation invented, and a marker, name no key',
    covers: ({ event, state }) => state !== 'no key' && among('Delete of an invented id', 'Delete of a marker')(event),
  },
  {
    reason: 'a creation is sent before it makes a key',
    covers: ({ fault, event, state }) => event === 'Create' && state !== 'no key' && among('event late', 'event lost')(fault),
  },
  {
    reason: 'GetKey is asked for a key that was made',
    covers: ({ fault, event, state }) => event === 'Create' && state === 'no key' && (regionTrouble(fault) || fault === 'GetKey not found at first'),
  },
  {
    reason: 'a deletion needs no replica Region, and neither does a deleted key',
    covers: ({ fault, event, state }) => fault === 'access denied in a replica Region'
      && (event.startsWith('Delete') || (among('Update', 'Reverse update')(event) && state === 'deleted')),
  },
];

/** Cells that take a coincidence of several rare things: they may be met, but no number of runs is sure to. */
export const SELDOM: readonly Excuse[] = [
  {
    reason: 'a Delete asks GetKey, which tells of Regions, only to explain a refusal of DeleteKey',
    covers: ({ fault, event }) => event.startsWith('Delete') && (regionTrouble(fault) || fault === 'GetKey not found at first'),
  },
  {
    reason: 'the first step of a Delete deletes the key, unless it is held up',
    covers: ({ fault, event, state }) => event === 'Delete' && among('replicating', 'usable')(state)
      && among('execution FAILED', 'execution TIMED_OUT', 'execution redriven')(fault),
  },
  {
    reason: 'a second execution of a creation, started by another delivery since the first one ended and nobody was told',
    covers: ({ fault, event, state }) => event === 'Create' && state !== 'no key' && among('start refused', 'start denied')(fault),
  },
  {
    reason: 'an event that comes again after the deletion window',
    covers: ({ fault, event, state }) => fault === 'delivered twice' && state === 'no key' && (update(event) || event === 'Delete'),
  },
  {
    reason: 'once a creation has deleted what it made, only its answer is left, unless the outcome of that deletion is unknown',
    covers: ({ fault, event, state }) => event === 'Create' && state === 'deleted' && (serviceCall(fault) || circumstance(fault)),
  },
  {
    reason: 'the one step between the deletion of what a creation made and its answer',
    covers: ({ fault, event, state }) => event === 'Create' && state === 'deleted'
      && among('killed between steps', 'execution FAILED', 'execution TIMED_OUT', 'step run twice')(fault),
  },
  {
    reason: 'this request itself makes nothing, and searches only for what an earlier one, given up, may have made',
    covers: ({ fault, event }) => tagIndex(fault) && among('Update', 'Reverse update', 'Delete')(event),
  },
  {
    reason: 'a replacement searches only for a key whose creation has lost its answer, beside the one that it replaces',
    covers: ({ fault, event }) => tagIndex(fault) && event === 'Replacement',
  },
  {
    reason: 'a key with a Region in trouble counts as replicating, unless the trouble ends just then',
    covers: ({ fault, state }) => state === 'usable' && regionTrouble(fault),
  },
  {
    reason: 'a key deleted by others while a Region was in trouble, or within a minute of its creation',
    covers: ({ fault, event, state }) => state === 'deleted' && update(event) && (regionTrouble(fault) || fault === 'GetKey not found at first'),
  },
  {
    reason: 'a replacement of a key that others deleted, undone after it was denied a replica Region',
    covers: ({ fault, event, state }) => fault === 'access denied in a replica Region' && event === 'Replacement' && state === 'deleted',
  },
  {
    reason: 'of two steps of one creation at once, one reads the wrapped key while the other has imported it',
    covers: ({ fault, event, state }) => wrappedKey(fault) && event === 'Create' && state !== 'no key',
  },
  {
    reason: 'an update imports unasked only to make up for a key that was replaced and is being deleted, or that others deleted',
    covers: ({ fault, event, state }) => wrappedKey(fault) && (among('Update', 'Reverse update')(event) || state === 'deleted'),
  },
  {
    reason: 'a replacement reads a wrapped key at once, while the former key is replicating only if nobody waited for that',
    covers: ({ fault, event, state }) => wrappedKey(fault) && event === 'Replacement' && state === 'replicating',
  },
  {
    reason: 'a deletion that is answered while its key lives has failed, which takes a fault of its own',
    covers: ({ fault, event, state }) => among('answer refused', 'answers never arrive')(fault) && event === 'Delete' && among('replicating', 'usable')(state),
  },
];

/** The faults that must meet an import, and at which of its two calls: the reading of the wrapped key, and ImportKey. */
export function importCoverage(strikes: Readonly<Record<string, number>>): Pick<Coverage, 'met' | 'required' | 'empty'> {
  const strikesAt: Record<ImportCall, Point> = { 'the reading': 'wrapped key', 'ImportKey': 'service' };
  const required = IMPORT_CALLS.flatMap(call => Object.entries(FAULTS)
    .filter(([, { at }]) => (at as readonly Point[]).includes(strikesAt[call]))
    .map(([fault]) => importCell(fault, call)));
  const empty = required.filter(cell => !strikes[cell]);
  return { met: required.length - empty.length, required: required.length, empty };
}

export function importCell(fault: string, call: ImportCall): string {
  return `import: ${fault} | ${call}`;
}

/** Which faults met which type that makes no key: every one that strikes at an event, a step or a call of the service. */
export function attachedCoverage(strikes: Readonly<Record<string, number>>): Pick<Coverage, 'met' | 'required' | 'empty'> {
  const struck = new Set(Object.keys(strikes).map(cell => cell.split(' | ')).map(([fault, , type]) => `${fault} | ${type}`));
  const required = Object.keys(FAULTS).filter(fault => !wrappedKey(fault)).flatMap(fault => ATTACHED.map(({ type }) => `${fault} | ${type}`));
  const empty = required.filter(cell => !struck.has(cell));
  return { met: required.length - empty.length, required: required.length, empty };
}

/** How many of the rarest cells are told. */
const RAREST = 8;

export interface Coverage {
  readonly met: number;
  readonly required: number;
  readonly empty: string[];
  /** Those of the required cells that were met least often, with how often. */
  readonly rarest: ReadonlyArray<readonly [name: string, times: number]>;
  readonly excused: Record<'unreachable' | 'seldom', ReadonlyArray<{ readonly reason: string; readonly cells: number; readonly met: string[] }>>;
}

function table(): Cell[] {
  return ALL_FAULTS.flatMap(fault => EVENT_KINDS.flatMap(event => KEY_STATES.map(state =>
    ({ fault, event, state, name: `${fault} | ${event} | ${state}` }))));
}

const EXCUSES = [...UNREACHABLE, ...SELDOM];
const excuseOf = (cell: Cell) => EXCUSES.find(({ covers }) => covers(cell));

/** The cells that must be met. */
export const requiredCells = (): Cell[] => table().filter(cell => !excuseOf(cell));

/** The table event by fault by key state, judged by how often each cell was met. */
export function coverage(strikes: Readonly<Record<string, number>>): Coverage {
  const cells = table();
  const required = requiredCells();
  const excusedBy = (list: readonly Excuse[]) => list.map(one => {
    const covered = cells.filter(cell => excuseOf(cell) === one);
    return { reason: one.reason, cells: covered.length, met: covered.filter(({ name }) => strikes[name]).map(({ name }) => name) };
  });
  return {
    met: required.filter(({ name }) => strikes[name]).length,
    required: required.length,
    rarest: required.filter(({ name }) => strikes[name]).map(({ name }) => [name, strikes[name]] as const)
      .sort(([, a], [, b]) => a - b).slice(0, RAREST),
    empty: required.filter(({ name }) => !strikes[name]).map(({ name }) => name),
    excused: { unreachable: excusedBy(UNREACHABLE), seldom: excusedBy(SELDOM) },
  };
}
