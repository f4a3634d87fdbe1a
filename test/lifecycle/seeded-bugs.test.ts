import { BUGS } from './bugs';
import { sourceOf, withBug } from './seeded-bugs';

/** Bugs go only with the code that they are in. */
const LEAST_BUGS = 53;
const RULES = Array.from({ length: 12 }, (_, index) => `L${index + 1}`);

/** Whether each bug is caught takes minutes to find out: `tsx test/lifecycle/seeded-bugs.ts`. */
describe('seeded bugs', () => {
  test('break every rule of the ledger', () => {
    expect(Object.keys(BUGS).map(bug => bug.split(':')[0])).toEqual(expect.arrayContaining(RULES));
  });

  test('have not become fewer', () => {
    expect(Object.keys(BUGS).length).toBeGreaterThanOrEqual(LEAST_BUGS);
  });

  test.each(Object.entries(BUGS))('%s: still fits the sources', (_, edits) => {
    for (const edit of edits) { expect(withBug(sourceOf(edit), edit)).not.toBe(sourceOf(edit)); }
  });

  test('a place that is gone is an error', () => {
    expect(() => withBug('something else', { file: 'a.ts', find: 'what was there', replace: '' })).toThrow('a.ts has 0 places, not one');
  });
});
