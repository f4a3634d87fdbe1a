/** An exact replacement in a file of the provider. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const CHARGE = 'handler/ledger/taking-charge.ts';
const STEP = 'handler/request/step.ts';
const TENURE = 'handler/request/tenure.ts';
const WRITE_AHEAD = 'handler/request/write-ahead.ts';
const START = 'handler/request/start.ts';
const LAST_RESORT = 'handler/request/last-resort.ts';
const RESPOND = 'handler/request/respond.ts';
const KEY = 'handler/reconcilers/key';

const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

/** Bugs that the lifecycle tests must catch, by the rule of the ledger that they break. Each is a mistake that somebody could make. */
export const BUGS: Readonly<Record<string, readonly Edit[]>> = {
  'L1: nothing is inherited': [
    edit(CHARGE, 'const inherited = current ? inheritance(current, request) : [];', 'const inherited: Inherited[] = [];'),
  ],
  'L1: the same request takes charge again': [
    edit(CHARGE, "if (current?.request.requestId === event.RequestId) { return { kind: 'repeated', item: current }; }", ''),
  ],
  'L2: an earlier request takes charge': [
    edit(CHARGE, 'if (current && isOvertaken(request, current.request)) {', 'if (current && isOvertaken(request, current.request) && !current) {'),
  ],
  'L2: a Delete comes before a Create of the same second': [
    edit(CHARGE, 'if (rank !== 0) { return rank < 0; }', 'if (rank !== 0) { return rank > 0; }'),
  ],
  'L3: a write of the same request is taken for its own': [
    edit('handler/ledger/commit.ts', 'written.current?.writer === item.writer', 'written.current?.request.requestId === item.request.requestId'),
  ],
  'L3: a write does not know itself': [
    edit('handler/ledger/commit.ts', "written.kind === 'refused' && written.current?.writer === item.writer ? { kind: 'written' } : written", 'written'),
  ],
  'L4: a call is not marked': [
    edit(WRITE_AHEAD, 'checkpoint: intent, calls: [...record.calls, call], tickets', 'checkpoint: intent, calls: record.calls, tickets'),
  ],
  'L4: an outcome is lost with the charge': [
    edit(TENURE, 'await this.recordFacts(result.current, facts);', ''),
  ],
  'L5: CreateKey of unknown outcome is called again': [
    edit(TENURE, "return outcome === 'unknown' ? [...others, { ...call, outcome }] : others;", 'return others;'),
  ],
  'L5: an open call is not waited for': [
    edit(STEP, 'const SECONDS_UNTIL_A_CALL_IS_SETTLED = 60;', 'const SECONDS_UNTIL_A_CALL_IS_SETTLED = 0;'),
  ],
  'L6: the second answer is different': [
    edit(RESPOND, 'await send(item, record, record.phase.body, ports);',
      'await send(item, record, JSON.stringify({ ...JSON.parse(record.phase.body), Reason: ports.now().toISOString() }), ports);'),
  ],
  'L6: a failed Create does not name what it made': [
    edit(STEP, 'request.physicalId ?? checkpoint.made ?? (isLost', 'request.physicalId ?? (isLost'),
  ],
  'L6: an answer forgets the open CreateKey': [
    edit(STEP, 'return made === undefined ? calls.filter(({ operation }) => isCreation(operation)) : [];', 'return [];'),
  ],
  'L7: an answer that was not delivered counts as taken': [
    edit(CHARGE, 'const missed = phase.deliveredAt === undefined', "const missed = phase.deliveredAt === ''"),
  ],
  'L7: what is left behind is told to nobody': [
    edit(STEP, 'return reported !== undefined && !request.wasTold', 'return reported !== undefined && request.wasTold'),
  ],
  'L8: a replaced key that is being deleted comes back': [
    edit(CHARGE, '&& isFresh && !isPredecessorDeleted', '&& isFresh'),
    edit(`${KEY}/reconciler.ts`, "seen.kind === 'absent' || isDeleted(seen.key) ||", "seen.kind === 'absent' ||"),
  ],
  'L9: no second execution': [
    edit(START, 'const name = executionName(item, number);', 'const name = executionName(item, Math.min(number, 1));'),
  ],
  'L9: a fault that passes is final at once': [
    edit(START, 'if (mayPass && !isLate(sent, ports)) { throw error; }', ''),
  ],
  'L10: the last resort does not answer': [
    edit(LAST_RESORT, 'await endWithoutExecution(item, request, `', 'void (item.id, request, `'),
  ],
  'L10: what the ended execution left is not inherited': [
    edit(LAST_RESORT, 'isFinished: false,', 'isFinished: true,'),
  ],
  'L11: a key without our tags is deleted': [
    edit(`${KEY}/reconciler.ts`, 'if (tags && !task.isKnown && ownershipOf', 'if (tags && !task.isKnown && !task.owner && ownershipOf'),
  ],
  'L11: a key that others took over is deleted': [
    edit(`${KEY}/reconciler.ts`, "leftBehind: ownership.kind === 'anothers'", "leftBehind: ownership.kind === 'anothers' && tags === undefined"),
  ],
  'L12: nobody slows down': [
    edit('handler/quota/rate-limiter.ts', 'const anchor = await table.anchor(ticket.region, anchorAtSlowerPace(ticket.number, before, at, pacing));', 'const anchor = before;'),
  ],
  'L12: a request does not wait for its place': [
    edit(WRITE_AHEAD, 'const seconds = (place.dueAt - this.around.now().getTime()) / 1000;', 'const seconds = 0;'),
  ],
  'a rollback forgets what the request made': [
    edit(`${KEY}/reconciler.ts`, 'if (made !== undefined) {\n    const foreign', 'if (made !== undefined && task.physicalId === undefined) {\n    const foreign'),
  ],
  'the tag of the request is missing': [
    edit(`${KEY}/reconciler.ts`, '      [REQUEST_ID_TAG, owner.requestId],\n', ''),
  ],
};
