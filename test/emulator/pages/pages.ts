/**
 * The pages under /_emulator: what a program that does not hold the Emulator object can do to it, in any language.
 *
 * A page that changes something is a POST or a DELETE with a body of JSON. Each is one row of the table, so that `--help`,
 * the answer to an unknown page and what is there cannot differ.
 */
import { bodyAs, byKind, object, oneOf, optional, PageError, positive, text, textOrTexts, yesOrNo } from './body';
import { requestPage } from './requests';
import { isAdjustable } from '../clock';
import { Emulator } from '../emulator';
import { ERROR_TYPES } from '../errors';
import { HttpRequest } from '../http-request';
import { implementedOperations } from '../implemented-operations';
import { LIVE_ROUTES } from '../live-page/routes';
import { HttpAnswer } from '../protocols';
import { LONGEST_NOTE } from '../timeline-notes';

export const PAGES_PREFIX = '/_emulator/';

interface Page {
  readonly help: string;
  /** Makes it, and answers with JSON. */
  readonly run: (emulator: Emulator, request: HttpRequest) => string;
}

const seconds = optional(positive);

const OUTCOME = byKind({
  'synchronizes': { delay: seconds },
  'fails': { delay: seconds, message: optional(text) },
  'stays in progress': {},
  'fails and recovers': { delay: seconds, message: optional(text), recoversAfter: positive },
});

const EFFECT = byKind({
  'error': { type: oneOf(ERROR_TYPES), message: optional(text), executed: optional(yesOrNo) },
  'delay': { seconds: positive },
  'connection lost': { executed: yesOrNo },
});

const FAULT = object({
  operation: optional(textOrTexts), region: optional(textOrTexts), times: optional(positive), forSeconds: optional(positive), effect: EFFECT,
});

function clockPage({ options: { clock } }: Emulator): string {
  return JSON.stringify({ now: new Date(clock.now()).toISOString() });
}

/** Puts the clock forward: what is due until then happens, each thing at its own time. */
function setClock(emulator: Emulator, { body }: HttpRequest): string {
  const { clock } = emulator.options;
  if (!isAdjustable(clock)) throw new PageError('The clock of this emulator cannot be put forward.');
  const { advance, set } = bodyAs(object({ advance: optional(positive), set: optional(text) }), body);
  if ((advance === undefined) === (set === undefined)) throw new PageError('The body must have either advance, in seconds, or set, a time such as 2030-01-01T00:00:00Z.');
  const by = advance ?? (Date.parse(set!) - clock.now()) / 1000;
  if (Number.isNaN(by)) throw new PageError(`set must be a time such as 2030-01-01T00:00:00Z, not ${set}.`);
  if (by < 0) throw new PageError(`The clock only goes forward, and it is ${new Date(clock.now()).toISOString()}.`);
  if (clock.now() + by * 1000 > LATEST_TIME) throw new PageError(`The clock must stay before ${new Date(LATEST_TIME).toISOString()}.`);
  clock.advance(by);
  return clockPage(emulator);
}

/** Timestamps beyond are no dates to some clients. */
const LATEST_TIME = Date.UTC(2200, 0, 1);

function state(emulator: Emulator, { query }: HttpRequest): string {
  const region = query.get('region');
  if (region !== null) {
    checkNames('Region', region, emulator.options.regions);
    return JSON.stringify(emulator.snapshot(region));
  }
  return JSON.stringify(Object.fromEntries(emulator.options.regions
    .map(each => [each, emulator.snapshot(each)] as const)
    .filter(([, { keys, aliases, defaultReplicationRegions }]) =>
      keys.length + Object.keys(aliases).length + defaultReplicationRegions.length > 0)));
}

/** A name that was misspelled would never be met, and nobody would learn why. */
function checkNames(what: string, named: string | readonly string[] | undefined, known: readonly string[]): void {
  const unknown = [named ?? []].flat().filter(name => !known.includes(name));
  if (unknown.length > 0) throw new PageError(`There is no ${what} ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
}

function setReplication(emulator: Emulator, { body }: HttpRequest): string {
  const { region, outcome, restart } = bodyAs(object({ region: text, outcome: OUTCOME, restart: optional(yesOrNo) }), body);
  checkNames('Region', region, emulator.options.regions);
  emulator.setReplicationOutcome(region, outcome, { restart });
  return JSON.stringify({ region, outcome });
}

function addFault(emulator: Emulator, { body }: HttpRequest): string {
  const fault = bodyAs(FAULT, body);
  checkNames('operation', fault.operation, implementedOperations().flatMap(({ there }) => there));
  checkNames('Region', fault.region, emulator.options.regions);
  emulator.faults.add(fault);
  return JSON.stringify({ faults: emulator.faults.list() });
}

function clearFaults(emulator: Emulator): string {
  emulator.faults.clear();
  return JSON.stringify({ faults: [] });
}

function decideApproval(emulator: Emulator, { body }: HttpRequest): string {
  const { session, decision } = bodyAs(object({ session: text, decision: oneOf(['approve', 'deny', 'expire']) }), body);
  if (!emulator.decideApproval(session, decision)) throw new PageError(`There is no session ${session}, or it is decided. See GET /_emulator/approvals.`);
  return JSON.stringify({ session, decision });
}

function reset(emulator: Emulator): string {
  emulator.reset();
  return JSON.stringify({ status: 'ok' });
}

function addNote(emulator: Emulator, { body }: HttpRequest): string {
  const note = bodyAs(object({ text }), body);
  if (note.text === '' || note.text.length > LONGEST_NOTE) throw new PageError(`text must have 1 to ${LONGEST_NOTE} characters.`);
  emulator.note(note.text);
  return JSON.stringify(note);
}

const PAGES: Readonly<Record<string, Page>> = {
  'GET /_emulator/health': { help: 'whether it answers', run: () => JSON.stringify({ status: 'ok' }) },
  'GET /_emulator/requests': {
    help: 'the last requests: ?after=NUMBER&limit=N&operation=O&region=R&error=E',
    run: ({ log }, { query }) => requestPage(log, query),
  },
  'GET /_emulator/state': { help: 'keys, aliases and default Regions: ?region=R', run: state },
  'GET /_emulator/clock': { help: 'the time', run: clockPage },
  'POST /_emulator/clock': { help: '{"advance": SECONDS} or {"set": "2030-01-01T00:00:00Z"}: the time goes on', run: setClock },
  'POST /_emulator/replication': {
    help: '{"region": R, "outcome": {"kind": "synchronizes" | "fails" | "stays in progress" | "fails and recovers", "recoversAfter": SECONDS}, '
      + '"restart": true}: how replication to a Region ends',
    run: setReplication,
  },
  'GET /_emulator/faults': { help: 'the faults that are waiting', run: ({ faults }) => JSON.stringify({ faults: faults.list() }) },
  'POST /_emulator/faults': {
    help: '{"operation": O, "region": R, "times": N, "forSeconds": S, "effect": {"kind": "error", "type": "ThrottlingException"} '
      + '| {"kind": "delay", "seconds": S} | {"kind": "connection lost", "executed": true}}: a fault',
    run: addFault,
  },
  'DELETE /_emulator/faults': { help: 'no more faults', run: clearFaults },
  'GET /_emulator/approvals': { help: 'what teams have not decided yet', run: emulator => JSON.stringify({ approvals: emulator.approvals() }) },
  'POST /_emulator/approvals': { help: '{"session": ARN, "decision": "approve" | "deny" | "expire"}: the decision of a team', run: decideApproval },
  'POST /_emulator/notes': { help: '{"text": TEXT}: what is happening, on the timeline of the live page', run: addNote },
  'POST /_emulator/reset': { help: 'as new: no keys, requests or faults', run: reset },
};

/** Each page with what it is for. */
export const pagesHelp = (): ReadonlyArray<readonly [string, string]> =>
  Object.entries({ ...LIVE_ROUTES, ...PAGES }).map(([page, { help }]) => [page, help]);

/** Whether a page may have changed something that is to be kept. */
export const changesSomething = ({ method }: HttpRequest): boolean => method !== 'GET';

const json = (status: number, body: string): HttpAnswer => ({ status, headers: { 'content-type': 'application/json' }, body });

export function pageAnswer(emulator: Emulator, request: HttpRequest): HttpAnswer {
  const name = `${request.method} ${request.path}`;
  if (!Object.hasOwn(PAGES, name)) return json(404, JSON.stringify({ message: `There is no ${name}. Pages: ${pagesHelp().map(([page]) => page).join(', ')}` }));
  try {
    return json(200, PAGES[name].run(emulator, request));
  } catch (error) {
    if (error instanceof PageError) return json(400, JSON.stringify({ message: error.message }));
    throw error;
  }
}
