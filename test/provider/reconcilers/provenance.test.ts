import { parseProvenance, provenanceId } from '../../../src/provider/handler/reconcilers/provenance';

describe('the physical id of what cannot be tagged', () => {
  test.each([
    ['alias/cvk', { name: 'alias/cvk', found: [] }],
    ['alias/cvk?found=eu-west-1,us-east-1', { name: 'alias/cvk', found: ['eu-west-1', 'us-east-1'] }],
  ])('%s', (id, provenance) => {
    expect(provenanceId(provenance)).toBe(id);
    expect(parseProvenance(id)).toEqual(provenance);
  });

  test('is none where it would be too long', () => {
    const found = (count: number) => ({ name: 'alias/cvk', found: Array.from({ length: count }, () => 'ap-northeast-1') });
    expect(parseProvenance(provenanceId(found(16))!)).toEqual(found(16));
    expect(provenanceId(found(70))).toBeUndefined();
  });
});
