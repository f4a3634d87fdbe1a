import { LOGICAL_ID_TAG, REQUEST_ID_TAG, STACK_ID_TAG } from '../../../src/provider/contract/ownership-tags';
import { ownershipOf, ownershipTags } from '../../../src/provider/handler/reconcilers/ownership';

const owner = { region: 'us-east-1', stackId: 'stack-1', logicalId: 'Cvk', requestId: 'r' };
const tags = (stackId?: string, logicalId?: string) => new Map(Object.entries({
  team: 'cards', ...stackId === undefined ? {} : { [STACK_ID_TAG]: stackId }, ...logicalId === undefined ? {} : { [LOGICAL_ID_TAG]: logicalId },
}));

test.each([
  ['stack-1', 'Cvk', { kind: 'ours' }],
  [undefined, undefined, { kind: 'nobodys' }],
  [undefined, 'Cvk', { kind: 'nobodys' }],
  ['stack-2', 'Cvk', { kind: 'anothers', stackId: 'stack-2', logicalId: 'Cvk' }],
  ['stack-1', 'Pek', { kind: 'anothers', stackId: 'stack-1', logicalId: 'Pek' }],
  ['stack-1', undefined, { kind: 'anothers', stackId: 'stack-1', logicalId: '' }],
])('a key with stack %s and logical id %s', (stackId, logicalId, expected) => {
  expect(ownershipOf(tags(stackId, logicalId), owner)).toEqual(expected);
});

test('the request does not decide whose a key is', () => {
  expect(ownershipOf(new Map([...tags('stack-1', 'Cvk'), [REQUEST_ID_TAG, 'another']]), owner)).toEqual({ kind: 'ours' });
});

test('the library\'s own tags are told from the user\'s', () => {
  expect([...ownershipTags(tags('stack-1', 'Cvk')).keys()]).toEqual([STACK_ID_TAG, LOGICAL_ID_TAG]);
});
