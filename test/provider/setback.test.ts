import { FaultKind, ServiceFault } from '../../src/provider/handler/service-fault';
import { judge } from '../../src/provider/handler/setback';

const NOW = new Date('2026-01-01T00:00:00Z');
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const fault = (kind: FaultKind) => new ServiceFault(kind, 'GetKey', 'us-east-1', 'Code', 'why');

/** The waits while a fault comes again and again. */
function waits(kind: FaultKind, seed: string, count: number): number[] {
  const seconds: number[] = [];
  let before: Parameters<typeof judge>[1];
  for (let turn = 0; turn < count; turn += 1) {
    const verdict = judge(fault(kind), before, NOW, seed);
    if ('final' in verdict) { throw new Error('final'); }
    before = verdict.setback;
    seconds.push(verdict.inSeconds);
  }
  return seconds;
}

describe('a fault of the service', () => {
  test.each<[FaultKind, boolean]>([
    ['throttled', false], ['unknownOutcome', false], ['accessDenied', false],
    ['notFound', true], ['conflict', true], ['invalid', true], ['quotaExceeded', true],
  ])('%s ends the request: %s', (kind, final) => {
    expect('final' in judge(fault(kind), undefined, NOW, 'r')).toBe(final);
  });

  test('is remembered with its reason, and counted', () => {
    const first = judge(fault('throttled'), undefined, NOW, 'r');
    expect(first).toMatchObject({ setback: { count: 1, reason: 'GetKey in us-east-1: Code: why' } });
    expect(judge(fault('unknownOutcome'), (first as any).setback, NOW, 'r')).toMatchObject({ setback: { count: 2 } });
  });

  test('of permission is final two minutes after the first of its kind', () => {
    const verdict = judge(fault('accessDenied'), { count: 3, reason: 'throttled before' }, NOW, 'r') as any;
    expect(verdict.setback.deniedSince).toBe(NOW.toISOString());
    expect(judge(fault('accessDenied'), verdict.setback, later(119.999), 'r')).toMatchObject({ setback: { count: 5, deniedSince: NOW.toISOString() } });
    expect(judge(fault('accessDenied'), verdict.setback, later(120), 'r')).toEqual({ final: true });
  });

  test.each<[FaultKind]>([['throttled'], ['unknownOutcome'], ['accessDenied']])('%s is waited out ever longer, up to half a minute', kind => {
    const bounds = [2, 4, 8, 16, 30, 30, 30, 30, 30, 30, 30, 30];
    for (const seed of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      waits(kind, seed, bounds.length).forEach((seconds, index) => {
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(bounds[index] / 2);
        expect(seconds).toBeLessThanOrEqual(bounds[index]);
      });
    }
  });

  test('does not make requests march in step', () => {
    const at = (turn: number) => new Set(Array.from({ length: 60 }, (_, request) => waits('throttled', `request-${request}`, turn + 1)[turn]));
    expect(at(5).size).toBeGreaterThan(10);
    expect(new Set(waits('throttled', 'r', 20).slice(5)).size).toBeGreaterThan(3);
  });

  test('is waited out alike in every repetition of the same turn', () => {
    expect(waits('throttled', 'r', 6)).toEqual(waits('throttled', 'r', 6));
  });
});
