import { INVENTED, KEY, OTHER_KEY, taken } from './events';
import { ownedRegions, recordOf, withOwned, withoutInherited, withRecord } from '../../../src/provider/handler/ledger/records';

const creation = taken(undefined, { type: 'Create', id: 'create', at: 0 });
const item = taken(creation, { type: 'Delete', id: 'delete', physicalId: INVENTED, at: 5 });

test('a record is found and changed whether it is in charge or inherited', () => {
  expect(recordOf(item, 'delete')?.type).toBe('Delete');
  expect(recordOf(item, 'create')?.type).toBe('Create');
  expect(recordOf(item, 'another')).toBeUndefined();
  const mark = (id: string) => withRecord(item, id, record => ({ ...record, checkpoint: { made: KEY } }));
  expect(recordOf(mark('delete'), 'delete')?.checkpoint).toEqual({ made: KEY });
  expect(recordOf(mark('delete'), 'create')?.checkpoint).toEqual({});
  expect(recordOf(mark('create'), 'create')?.checkpoint).toEqual({ made: KEY });
  expect(recordOf(mark('create'), 'delete')?.checkpoint).toEqual({});
  expect(mark('create').inherited[0].treatment).toBe('rollBack');
});

test('a change of a record that is gone changes nothing', () => {
  expect(withRecord(item, 'another', () => { throw new Error('not to be called'); })).toEqual(item);
});

test('only the inherited record of that request goes', () => {
  const third = taken(item, { type: 'Delete', id: 'third', physicalId: INVENTED, at: 9 });
  expect(withoutInherited(third, 'create').inherited.map(({ request }) => request.requestId)).toEqual(['delete']);
});

test('Regions are kept for each physical id, and none is the same as no entry', () => {
  const both = withOwned(withOwned(item, { physicalId: KEY, regions: ['us-west-2'] }), { physicalId: OTHER_KEY, regions: ['eu-west-1'] });
  expect([ownedRegions(both, KEY), ownedRegions(both, OTHER_KEY), ownedRegions(both, INVENTED)]).toEqual([['us-west-2'], ['eu-west-1'], []]);
  expect(withOwned(both, { physicalId: KEY, regions: [] }).owned).toEqual([{ physicalId: OTHER_KEY, regions: ['eu-west-1'] }]);
  expect(withOwned(both, { physicalId: KEY, regions: ['sa-east-1'] }).owned).toHaveLength(2);
  expect(withOwned(both, undefined)).toBe(both);
});
