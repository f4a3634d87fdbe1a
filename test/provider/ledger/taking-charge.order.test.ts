import { answered, charge, INVENTED, KEY, OTHER_KEY, taken, touched } from './events';

const create = { type: 'Create', id: 'create', at: 0 } as const;

describe('L1: one item, one request in charge', () => {
  test('the first request takes charge', () => {
    const item = taken(undefined, create);
    expect(item).toMatchObject({ id: 'Cvk', revision: 1, request: { requestId: 'create', phase: { kind: 'working' } }, inherited: [] });
  });

  test('the same request again changes nothing', () => {
    const item = taken(undefined, create);
    expect(charge(item, create)).toEqual({ kind: 'repeated', item });
    const over = answered(item, 'SUCCESS', KEY);
    expect(charge(over, create)).toEqual({ kind: 'repeated', item: over });
  });

  test('a later request replaces an earlier one, and inherits what it left unfinished', () => {
    const working = { ...taken(undefined, create), request: { ...taken(undefined, create).request, checkpoint: { made: KEY } } };
    const item = taken(working, { type: 'Delete', id: 'delete', physicalId: INVENTED, at: 5 });
    expect(item.request).toMatchObject({ requestId: 'delete', checkpoint: {} });
    expect(item.inherited).toMatchObject([{ treatment: 'rollBack', request: { requestId: 'create', checkpoint: { made: KEY } } }]);
  });

  test('what was inherited and is not rolled back yet is inherited once more', () => {
    const item = ['create', 'second', 'third'].reduce((current, id, index) =>
      taken(current, { type: 'Create', id, at: index }), undefined as ReturnType<typeof taken> | undefined)!;
    expect(item.inherited.map(({ request }) => request.requestId)).toEqual(['second', 'create']);
  });

  test('a request that was in charge once, and comes again, changes nothing', () => {
    const item = taken(taken(undefined, create), { type: 'Delete', id: 'delete', physicalId: INVENTED, at: 5 });
    expect(charge(item, create)).toEqual({ kind: 'over' });
  });

  test('whoever inherits gets the time for it', () => {
    const alone = taken(undefined, { type: 'Update', id: 'u', physicalId: KEY, at: 0 });
    const heir = taken(taken(undefined, create), { type: 'Update', id: 'u', physicalId: KEY, at: 0 });
    expect(Date.parse(heir.request.deadline) - Date.parse(alone.request.deadline)).toBe(660_000);
  });

  test('a finished request leaves nothing', () => {
    const living = answered(taken(undefined, create), 'SUCCESS', KEY, { delivered: 10 });
    expect(taken(living, { type: 'Update', id: 'u', physicalId: KEY, at: 60 }).inherited).toEqual([]);
    const failed = answered(taken(undefined, create), 'FAILED', 'nothing-created/create', { delivered: 10 });
    expect(taken(failed, { type: 'Delete', id: 'd', physicalId: 'nothing-created/create', at: 60 }).inherited).toEqual([]);
  });

  test('L6: an answer that was due before the work had ended leaves the rest', () => {
    const failed = answered(taken(undefined, create), 'FAILED', KEY, { delivered: 10, isFinished: false });
    expect(taken(failed, { type: 'Delete', id: 'd', physicalId: KEY, at: 60 }).inherited).toMatchObject([{ treatment: 'rollBack' }]);
  });

  test('L6: an open call is inherited', () => {
    const calls = [{ id: 'c', operation: 'CreateKey', region: 'us-east-1', since: '', outcome: 'unknown', wasFirstTouch: false }] as const;
    const failed = answered(taken(undefined, create), 'FAILED', 'outcome-unknown/create', { delivered: 10, calls });
    expect(taken(failed, { type: 'Delete', id: 'd', physicalId: 'outcome-unknown/create', at: 60 }).inherited).toMatchObject([{ treatment: 'rollBack', request: { calls } }]);
  });

  test('L11: an item of an unknown format is refused, and stays', () => {
    const item = { ...taken(undefined, create), format: 99 } as any;
    expect(charge(item, { type: 'Delete', id: 'd', physicalId: KEY, at: 60 })).toMatchObject({ kind: 'refused', reason: expect.stringContaining('format 99') });
  });

  test('L11: what was there before its item is not known', () => {
    expect(taken(undefined, { type: 'Update', id: 'u', physicalId: KEY, at: 0 }).request.isKnown).toBe(false);
    expect(taken(undefined, create).request.isKnown).toBe(true);
  });

  test.each(['Update', 'Delete'] as const)('L11: a %s that failed does not make it known, one that succeeded does', type => {
    const unknown = taken(undefined, { type, id: 'u', physicalId: KEY, at: 0 });
    const next = (before: typeof unknown) => taken(before, { type: 'Update', id: 'next', physicalId: KEY, at: 60 }).request.isKnown;
    expect(next(unknown)).toBe(false);
    expect(next(answered(unknown, 'FAILED', KEY, { delivered: 10 }))).toBe(false);
    expect(next(answered(unknown, 'SUCCESS', KEY, { delivered: 10 }))).toBe(type === 'Update');
  });

  test('L12: an unused ticket is taken over, from a request that has no answer', () => {
    const tickets = [{ region: 'us-east-1', number: 7 }];
    const item = taken(undefined, create);
    const waiting = { ...item, request: { ...item.request, tickets } };
    expect(taken(waiting, { type: 'Delete', id: 'd', physicalId: INVENTED, at: 5 }).request.tickets).toEqual(tickets);
  });
});

describe('L2: order', () => {
  const update = (id: string, at: number | undefined, received = at) => ({ type: 'Update', id, physicalId: KEY, at, received } as const);
  const refused = { kind: 'refused', reason: expect.stringContaining('sent a later request') };

  test('an earlier request is refused, whatever our clock says', () => {
    const item = taken(undefined, update('later', 10));
    expect(charge(item, update('earlier', 9, 3_600))).toMatchObject(refused);
    expect(charge(item, update('much later', 11, -3_600))).toMatchObject({ kind: 'taken' });
  });

  test.each([
    ['Create', 'Update', 'taken'], ['Create', 'Delete', 'taken'], ['Update', 'Delete', 'taken'],
    ['Update', 'Create', 'refused'], ['Delete', 'Create', 'refused'], ['Delete', 'Update', 'refused'],
  ] as const)('within one second, after %s, %s is %s', (first, second, kind) => {
    const item = taken(undefined, { type: first, id: 'one', physicalId: KEY, at: 0 });
    expect(charge(item, { type: second, id: 'two', physicalId: KEY, at: 0 }).kind).toBe(kind);
  });

  test('of two updates of one second the later arrival wins, unless it is late', () => {
    const item = taken(undefined, update('one', 0));
    expect(charge(item, update('two', 0, 30)).kind).toBe('taken');
    expect(charge(item, update('two', 0, 31))).toMatchObject(refused);
  });

  test.each(['as the last SUCCESS left it', 'changed by an update that failed'])('of an update and its rollback in one second, the rollback is the later one, whichever arrives first (%s)', state => {
    const OLD = { a: 'old' };
    const NEW = { a: 'new' };
    const untouched = answered(taken(undefined, { ...create, declared: OLD }), 'SUCCESS', KEY, { delivered: 10 });
    const living = state.startsWith('as') ? untouched
      : touched(answered(taken(untouched, { ...update('failed', 30), declared: { a: 'third' }, former: OLD }), 'FAILED', KEY, { delivered: 40 }));
    const forward = { ...update('forward', 60), declared: NEW, former: OLD };
    const back = { ...update('back', 60), declared: OLD, former: NEW };
    expect(charge(taken(living, forward), back).kind).toBe('taken');
    expect(charge(taken(living, back), { ...forward, received: 65 })).toMatchObject(refused);
    expect(charge(answered(taken(living, back), 'SUCCESS', KEY, { delivered: 61 }), { ...forward, received: 65 })).toMatchObject(refused);
    expect(charge(answered(taken(living, forward), 'SUCCESS', KEY, { delivered: 60 }), back).kind).toBe('taken');
  });

  test('the same, after CloudFormation took a replacement back by deleting the new copy', () => {
    const OLD = { a: 'old' };
    const created = answered(taken(undefined, { ...create, declared: OLD }), 'SUCCESS', KEY, { delivered: 10 });
    const replaced = answered(taken(created, { ...update('replacement', 30), declared: { a: 'other' }, former: OLD }), 'SUCCESS', OTHER_KEY, { delivered: 35 });
    const removed = answered(taken(replaced, { type: 'Delete', id: 'copy', physicalId: OTHER_KEY, at: 40 }), 'SUCCESS', OTHER_KEY, { delivered: 41 });
    const forward = { ...update('forward', 60), declared: { a: 'new' }, former: OLD };
    const back = { ...update('back', 60), declared: OLD, former: { a: 'new' } };
    expect(charge(taken(removed, forward), back).kind).toBe('taken');
    expect(charge(answered(taken(removed, back), 'SUCCESS', KEY, { delivered: 61 }), { ...forward, received: 65 })).toMatchObject(refused);
  });

  test.each(['Create', 'Delete'] as const)('of two %ss of one second the later arrival wins, however late', type => {
    const item = taken(undefined, { type, id: 'one', physicalId: KEY, at: 0 });
    expect(charge(item, { type, id: 'two', physicalId: KEY, at: 0, received: 100 }).kind).toBe('taken');
  });

  test('without a date, the later arrival wins', () => {
    const item = taken(undefined, update('one', 10));
    expect(charge(item, update('two', undefined, 0)).kind).toBe('taken');
    expect(charge(taken(undefined, update('one', undefined, 0)), update('two', 0)).kind).toBe('taken');
  });
});
