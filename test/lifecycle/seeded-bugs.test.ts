import { BUGS } from './bugs';
import { sourceOf, withBug } from './seeded-bugs';

/** Whether each bug is caught takes minutes to find out: `tsx test/lifecycle/seeded-bugs.ts`. */
describe('seeded bugs', () => {
  /** Of the rules L7 and L9 to L12, no bug is known yet that the lifecycles were seen to catch. */
  test('break the rules L1 to L6 and L8', () => {
    expect([...new Set(Object.keys(BUGS).map(bug => bug.split(':')[0]))]).toEqual(['L1', 'L2', 'L3', 'L4', 'L5', 'L6', 'L8']);
  });

  test.each(Object.entries(BUGS))('%s: still fits the sources', (_, edits) => {
    for (const edit of edits) { expect(withBug(sourceOf(edit), edit)).not.toBe(sourceOf(edit)); }
  });

  test('a place that is gone is an error', () => {
    expect(() => withBug('something else', { file: 'a.ts', find: 'what was there', replace: '' })).toThrow('a.ts has 0 places, not one');
  });
});
