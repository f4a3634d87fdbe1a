import { coveringRows } from './pairwise';
import { PARAMETERS, variantRows } from './variants';

test('every pair of variants of any two parameters stands in a row', () => {
  const names = Object.keys(PARAMETERS);
  const missing = names.flatMap((first, index) => names.slice(index + 1).flatMap(second =>
    PARAMETERS[first].flatMap(a => PARAMETERS[second].map(b => ({ first, a, second, b })))))
    .filter(({ first, a, second, b }) => !variantRows().some(row => row[first] === a && row[second] === b));
  expect(missing).toEqual([]);
});

test('few rows are enough', () => {
  expect(coveringRows({ a: ['1', '2'], b: ['1', '2'], c: ['1', '2'] }).length).toBeLessThan(8);
  expect(variantRows().length).toBeLessThan(50);
});
