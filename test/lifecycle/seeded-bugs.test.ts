import { BUGS } from './bugs';
import { sourceOf, withBug } from './seeded-bugs';

/** Whether each bug is caught takes minutes to find out: `tsx test/lifecycle/seeded-bugs.ts`. */
describe('seeded bugs', () => {
  test('are at least fifteen', () => expect(Object.keys(BUGS).length).toBeGreaterThanOrEqual(15));

  test.each(Object.entries(BUGS))('%s: still fits the sources', (_, edits) => {
    for (const edit of edits) { expect(withBug(sourceOf(edit), edit)).not.toBe(sourceOf(edit)); }
  });

  test('a place that is gone is an error', () => {
    expect(() => withBug('something else', { file: 'a.ts', find: 'what was there', replace: '' })).toThrow('a.ts has 0 places, not one');
  });
});
