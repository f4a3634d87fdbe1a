import { claimId, parseClaim } from '../../src/provider/handler/reconcilers/claim';

describe('the physical id of what cannot be tagged', () => {
  test.each([
    ['alias/cvk', { name: 'alias/cvk', found: [] }],
    ['alias/cvk?found=eu-west-1,us-east-1', { name: 'alias/cvk', found: ['eu-west-1', 'us-east-1'] }],
    ['alias/new?found=&from=alias/old', { name: 'alias/new', found: [], from: { name: 'alias/old', found: [] } }],
    ['alias/new?found=a&from=alias/old?found=b,c', { name: 'alias/new', found: ['a'], from: { name: 'alias/old', found: ['b', 'c'] } }],
  ])('%s', (id, claim) => {
    expect(claimId(claim)).toBe(id);
    expect(parseClaim(id)).toEqual(claim);
  });

  test('names one predecessor, not that one\'s', () => {
    const grandparent = { name: 'alias/a', found: [] };
    const id = claimId({ name: 'alias/c', found: [], from: { name: 'alias/b', found: [], from: grandparent } })!;
    expect(parseClaim(id).from).toEqual({ name: 'alias/b', found: [] });
  });

  test('leaves the predecessor out where there is no room, and is none where it would lie', () => {
    const long = (letter: string) => ({ name: `alias/${letter.repeat(250)}`, found: Array(16).fill('ap-northeast-1') });
    const id = claimId({ ...long('n'), from: long('o') })!;
    expect(parseClaim(id)).toEqual({ ...long('n') });
    expect(claimId({ name: 'tags/x', found: Array(60).fill('x'.repeat(20)) })).toBeUndefined();
  });
});
