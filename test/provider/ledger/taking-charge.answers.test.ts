import { answered, INVENTED, itemId, KEY, NOON, OTHER_KEY, taken, THIRD_KEY, touched } from './events';

const OLD = { a: 'old' };
const NEW = { a: 'new' };
const created = answered(taken(undefined, { type: 'Create', id: 'create', at: 0, declared: OLD }), 'SUCCESS', KEY, { delivered: 10, checkpoint: { made: KEY } });
const treatments = (item: ReturnType<typeof taken>) => item.inherited.map(({ treatment }) => treatment);

describe('L7: who took an answer', () => {
  const removal = (at: number) => taken(created, { type: 'Delete', id: 'd', physicalId: INVENTED, at });

  test.each([[11, ['rollBack']], [39, ['rollBack']], [40, ['report']], [3_600, ['report']]])(
    'a Delete of an invented id %d s after noon, the answer delivered at 10 s: %j', (at, expected) => {
      expect(treatments(removal(at))).toEqual(expected);
    });

  test('an answer that was not delivered was not taken', () => {
    const undelivered = answered(taken(undefined, { type: 'Create', id: 'create', at: 0 }), 'SUCCESS', KEY, { checkpoint: { made: KEY } });
    expect(treatments(taken(undelivered, { type: 'Delete', id: 'd', physicalId: INVENTED, at: 3_600 }))).toEqual(['rollBack']);
  });

  test.each<[string, object, string[]]>([
    ['delivered: it is retained', { delivered: 10 }, []],
    ['not delivered: nobody knows of it', {}, ['report']],
  ])('a Create after a SUCCESS that was %s', (_, answer, expected) => {
    const before = answered(taken(undefined, { type: 'Create', id: 'create', at: 0 }), 'SUCCESS', KEY, { ...answer, checkpoint: { made: KEY } });
    expect(treatments(taken(before, { type: 'Create', id: 'next', at: 3_600 }))).toEqual(expected);
  });

  test('a Delete of the very id takes nothing over', () => {
    expect(treatments(taken(created, { type: 'Delete', id: 'd', physicalId: KEY, at: 11 }))).toEqual([]);
  });

  test('an update that names another id than the last SUCCESS reports that one', () => {
    const replaced = answered(taken(created, { type: 'Update', id: 'u', physicalId: KEY, at: 60, declared: NEW, former: OLD }), 'SUCCESS', OTHER_KEY,
      { delivered: 70, checkpoint: { made: OTHER_KEY } });
    expect(treatments(taken(replaced, { type: 'Update', id: 'back', physicalId: KEY, at: 80, declared: OLD, former: NEW }))).toEqual(['report']);
    expect(treatments(taken(replaced, { type: 'Update', id: 'on', physicalId: OTHER_KEY, at: 80, declared: OLD, former: NEW }))).toEqual([]);
  });

  test('a Delete that was answered FAILED to tell what it left succeeds when it is sent again', () => {
    const told = answered(taken(created, { type: 'Delete', id: 'd', physicalId: INVENTED, at: 60 }), 'FAILED', INVENTED, { delivered: 61, leftBehind: ['it'] });
    expect(taken(told, { type: 'Delete', id: 'd2', physicalId: INVENTED, at: 70 }).request.wasTold).toBe(true);
    const failed = answered(taken(created, { type: 'Delete', id: 'd', physicalId: INVENTED, at: 60 }), 'FAILED', INVENTED, { delivered: 61 });
    expect(taken(failed, { type: 'Delete', id: 'd2', physicalId: INVENTED, at: 70 }).request.wasTold).toBe(false);
    expect(taken(told, { type: 'Delete', id: 'd2', physicalId: OTHER_KEY, at: 70 }).request.wasTold).toBe(false);
    const untaken = answered(taken(created, { type: 'Delete', id: 'd', physicalId: INVENTED, at: 60 }), 'FAILED', INVENTED, { leftBehind: ['it'] });
    expect(taken(untaken, { type: 'Delete', id: 'd2', physicalId: INVENTED, at: 70 }).request.wasTold).toBe(false);
  });
});

describe('which item a request is about', () => {
  const replacement = { type: 'Update', id: 'u', physicalId: KEY, at: 60, declared: NEW, former: OLD } as const;
  const replaced = answered(taken(created, replacement), 'SUCCESS', OTHER_KEY, { delivered: 70, checkpoint: { made: OTHER_KEY } });
  const removal = (physicalId: string) => ({ type: 'Delete', id: 'd', physicalId, at: 80 } as const);

  test('the Delete of what was replaced has its own', () => {
    expect(itemId(removal(KEY), replaced)).toMatch(/^Cvk#[0-9a-f]{16}$/);
    expect(itemId(removal(KEY), replaced)).not.toBe(itemId(removal('alias/cvk'), replaced));
  });

  test.each([OTHER_KEY, INVENTED, 'nothing-created/x', 'outcome-unknown/x'])('the Delete of %s is the resource\'s', id => {
    expect(itemId(removal(id), replaced)).toBe('Cvk');
  });

  test('so is the Delete of the id that the request in charge was sent with, or failed with', () => {
    expect(itemId(removal(KEY), taken(created, replacement))).toBe('Cvk');
    const failed = answered(taken(undefined, { type: 'Create', id: 'c', at: 0 }), 'FAILED', KEY);
    expect(itemId(removal(KEY), failed)).toBe('Cvk');
  });

  test('so is every request of which there is no item', () => {
    expect(itemId(removal(KEY), undefined)).toBe('Cvk');
  });

  test('Regions of what was replaced go with its Delete', () => {
    const owned = [{ physicalId: KEY, regions: ['us-west-2'] }, { physicalId: OTHER_KEY, regions: ['eu-west-1'] }];
    const item = taken(undefined, { ...removal(KEY), resource: { ...replaced, owned } });
    expect(item).toMatchObject({ owned: [owned[0]], request: { isKnown: true } });
  });

  test('and those of its second life with the Delete of that, while a Delete that is not done keeps its own', () => {
    const first = taken(undefined, { ...removal(KEY), resource: { ...replaced, owned: [{ physicalId: KEY, regions: ['us-west-2'] }] } });
    const left = { ...first, owned: [{ physicalId: KEY, regions: [] }] };
    const again = { ...removal(KEY), id: 'd2', at: 900, resource: { ...replaced, owned: [{ physicalId: KEY, regions: ['eu-west-1'] }] } };
    expect(taken(answered(left, 'SUCCESS', KEY, { delivered: 90 }), again).owned).toEqual([{ physicalId: KEY, regions: ['eu-west-1'] }]);
    expect(taken(left, again).owned).toEqual(left.owned);
    expect(taken(answered(left, 'FAILED', KEY, { delivered: 90 }), again).owned).toEqual(left.owned);
  });
});

describe('what an update takes back', () => {
  const change = { type: 'Update', id: 'u', physicalId: KEY, at: 60, declared: NEW, former: OLD } as const;
  const back = { type: 'Update', id: 'back', physicalId: KEY, at: 90, declared: OLD, former: NEW } as const;
  const reversal = (before: ReturnType<typeof taken>, sent: object = back) => taken(before, { ...back, ...sent }).request.reversal;

  test('nothing, if it is another change', () => {
    expect(reversal(created, change)).toEqual({ kind: 'none' });
    expect(reversal(answered(taken(created, change), 'SUCCESS', KEY, { delivered: 70 }))).toEqual({ kind: 'none' });
  });

  test('an update that changed nothing', () => {
    expect(reversal(answered(taken(created, change), 'FAILED', KEY))).toEqual({ kind: 'ofNothing' });
  });

  test('one that was refused before it took charge', () => {
    expect(reversal(created)).toEqual({ kind: 'ofNothing' });
  });

  test('an update without any difference repairs', () => {
    expect(reversal(created, { declared: OLD, former: OLD })).toEqual({ kind: 'none' });
  });

  test('an update that failed after it had changed something', () => {
    expect(reversal(touched(answered(taken(created, change), 'FAILED', KEY)))).toEqual({ kind: 'ofFailure' });
    expect(reversal(touched(taken(created, change)))).toEqual({ kind: 'ofFailure' });
  });

  test('one that never took charge, after another had failed and changed something', () => {
    const third = { ...change, id: 'third', declared: { a: 'third' } };
    expect(reversal(touched(answered(taken(created, third), 'FAILED', KEY)))).toEqual({ kind: 'ofFailure' });
  });

  test('the same, tried once more', () => {
    const failedBack = answered(taken(touched(answered(taken(created, change), 'FAILED', KEY)), back), 'FAILED', KEY);
    expect(reversal(failedBack, { id: 'again' })).toEqual({ kind: 'ofFailure' });
  });

  describe('L8: a replacement', () => {
    const replaced = answered(taken(created, change), 'SUCCESS', OTHER_KEY, { delivered: 70, checkpoint: { made: OTHER_KEY } });
    const hours = (count: number) => ({ at: 70 + count * 3_600 });

    test('of this deployment', () => {
      expect(reversal(replaced, { physicalId: OTHER_KEY })).toEqual({ kind: 'ofReplacement', predecessor: KEY });
      expect(reversal(replaced, { physicalId: KEY })).toEqual({ kind: 'ofReplacement', predecessor: KEY });
    });

    test.each([['the predecessor', KEY], ['a third key', THIRD_KEY]])('of which CloudFormation did not take the answer, and sends it again: back to %s', (_, answer) => {
      const returned = answered(taken(replaced, { ...back, physicalId: OTHER_KEY }), 'SUCCESS', answer, { checkpoint: answer === THIRD_KEY ? { made: THIRD_KEY } : {} });
      const again = taken(returned, { ...back, id: 'again', at: 990, physicalId: OTHER_KEY });
      expect(again.request.reversal).toEqual({ kind: 'ofReplacement', predecessor: answer });
      expect(treatments(again)).toEqual([]);
    });

    test('not one whose predecessor was deleted', () => {
      expect(reversal(replaced, { physicalId: OTHER_KEY, isPredecessorDeleted: true })).toEqual({ kind: 'none' });
    });

    test('not one of an earlier deployment', () => {
      expect(reversal(replaced, { physicalId: OTHER_KEY, ...hours(23) }).kind).toBe('ofReplacement');
      expect(reversal(replaced, { physicalId: OTHER_KEY, ...hours(25) })).toEqual({ kind: 'none' });
      const later = answered(taken(replaced, { type: 'Update', id: 'other', physicalId: OTHER_KEY, at: 80, declared: { a: 'third' }, former: NEW }), 'SUCCESS', OTHER_KEY, { delivered: 85 });
      expect(reversal(later, { physicalId: OTHER_KEY })).toEqual({ kind: 'none' });
    });
  });
});

test('noon is a whole second, as CloudFormation tells it', () => {
  expect(NOON % 1000).toBe(0);
});
