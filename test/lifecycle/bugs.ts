/** An exact replacement in a file of the provider. */
export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const CHARGE = 'handler/ledger/taking-charge.ts';
const TENURE = 'handler/request/tenure.ts';
const WRITE_AHEAD = 'handler/request/write-ahead.ts';
const RESPOND = 'handler/request/respond.ts';
const KEY = 'handler/reconcilers/key';

const edit = (file: string, find: string, replace: string): Edit => ({ file, find, replace });

/** Bugs that the lifecycle tests must catch, by the rule of the ledger that they break: L1 to L6 and L8. Mistakes that somebody could make. */
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
  'L3: a write of the same request is taken for its own': [
    edit('handler/ledger/commit.ts', 'written.current?.writer === item.writer', 'written.current?.request.requestId === item.request.requestId'),
  ],
  'L4: a call is not marked': [
    edit(WRITE_AHEAD, 'checkpoint: intent, calls: [...record.calls, call], tickets', 'checkpoint: intent, calls: record.calls, tickets'),
  ],
  'L5: CreateKey of unknown outcome is called again': [
    edit(TENURE, "return outcome === 'unknown' ? [...others, { ...call, outcome }] : others;", 'return others;'),
  ],
  'L6: the second answer is different': [
    edit(RESPOND, 'await send(item, record, record.phase.body, ports);',
      'await send(item, record, JSON.stringify({ ...JSON.parse(record.phase.body), Reason: ports.now().toISOString() }), ports);'),
  ],
  'L8: a replaced key that is being deleted comes back': [
    edit(CHARGE, '&& isFresh && !isPredecessorDeleted', '&& isFresh'),
    edit(`${KEY}/reconciler.ts`, "seen.kind === 'absent' || isDeleted(seen.key) ||", "seen.kind === 'absent' ||"),
  ],
};
