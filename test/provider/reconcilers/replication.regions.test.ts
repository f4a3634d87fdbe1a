import { Replication } from '../../../src/provider/handler/control-plane/port';
import {
  InRegions, nextRegionStep, ownedAtTheEnd, primaryLook, regionDifferences, RegionTask, RegionWork, regionWork, replicationStates, secondsUntilLook,
} from '../../../src/provider/handler/reconcilers/replication';

const NOW = new Date('2026-01-01T00:10:00Z');
const before = (seconds: number) => new Date(NOW.getTime() - seconds * 1000).toISOString();
const there = (statuses: Readonly<Record<string, string>>): InRegions =>
  ({ replication: Object.entries(statuses).map(([region, status]): Replication => ({ region, status, message: `${region} is ${status}` })) });
const work = (differences: Partial<RegionWork> = {}): RegionWork => ({ ...regionWork({ physicalId: 'key', regions: ['ours'] }, NOW), ...differences });
const task = (
  declared: readonly string[] | undefined, statuses: Readonly<Record<string, string>>, differences: Partial<RegionTask> = {},
): RegionTask =>
  ({ declared, there: there(statuses), removable: ['ours'], retriesFailed: true, now: NOW, ...differences });

describe('how the declared Regions differ from those that are there', () => {
  const STATUSES = { a: 'SYNCHRONIZED', b: 'IN_PROGRESS', c: 'FAILED', d: 'DELETE_IN_PROGRESS', e: 'DELETE_IN_PROGRESS' };

  test('those that are there in any state are not missing; those being deleted are neither there nor surplus', () => {
    expect(regionDifferences(['a', 'c', 'd', 'x'], there(STATUSES))).toEqual({ missing: ['x'], leaving: ['d'], surplus: ['b'] });
  });

  test('without a list there is nothing to differ', () => {
    expect(regionDifferences(undefined, there(STATUSES))).toEqual({ missing: [], leaving: [], surplus: [] });
  });

  test('an empty list wants none', () => {
    expect(regionDifferences([], there(STATUSES))).toEqual({ missing: [], leaving: [], surplus: ['a', 'b', 'c'] });
  });

  test('is told Region by Region', () => {
    expect(replicationStates(['a', 'x', 'b'], there(STATUSES))).toBe('a SYNCHRONIZED, x not replicated, b IN_PROGRESS');
  });
});

describe('what comes next for the Regions', () => {
  test('nothing when all is as declared, or nothing is declared', () => {
    expect(nextRegionStep(task(['a'], { a: 'SYNCHRONIZED' }), work())).toBeUndefined();
    expect(nextRegionStep(task(undefined, { ours: 'SYNCHRONIZED', theirs: 'FAILED' }), work())).toBeUndefined();
  });

  test('what is ours and not declared goes first, and is ours until it is gone', () => {
    expect(nextRegionStep(task(['a'], { ours: 'SYNCHRONIZED', theirs: 'SYNCHRONIZED' }), work({ since: before(9) }))).toEqual({
      kind: 'remove',
      regions: ['ours'],
      intent: work({ since: before(9) }),
      fact: work({ since: before(0), owned: { physicalId: 'key', regions: [] } }),
    });
  });

  test('what is missing is added, and is ours from before that', () => {
    const after = work({ owned: { physicalId: 'key', regions: ['ours', 'a'] } });
    expect(nextRegionStep(task(['a', 'ours', 'theirs'], { ours: 'IN_PROGRESS', theirs: 'SYNCHRONIZED' }), work())).toEqual({ kind: 'add', regions: ['a'], intent: after, fact: after });
  });

  test.each([[0, 'wait'], [14, 'wait'], [15, 'add']])('what is being deleted for %i s: %s', (seconds, kind) => {
    expect(nextRegionStep(task(['a'], { a: 'DELETE_IN_PROGRESS' }), work({ since: before(seconds) }))).toMatchObject({ kind });
  });

  test('what is missing is added apart from what is being deleted, of which a refusal says nothing', () => {
    const waited = work({ since: before(15) });
    const first = nextRegionStep(task(['a', 'b'], { a: 'DELETE_IN_PROGRESS' }), waited);
    expect(first).toMatchObject({ kind: 'add', regions: ['b'] });
    expect(nextRegionStep(task(['a', 'b'], { a: 'DELETE_IN_PROGRESS', b: 'IN_PROGRESS' }), waited)).toMatchObject({ kind: 'add', regions: ['a'] });
  });

  test('what FAILED is removed and added once, then left to be told', () => {
    const owned = { physicalId: 'key', regions: ['a'] };
    const first = nextRegionStep(task(['a'], { a: 'FAILED' }), work({ owned }))!;
    const tries = (stage: string) => [{ region: 'a', since: before(0), stage }];
    expect(first).toMatchObject({ kind: 'remove', regions: ['a'], intent: { secondTries: tries('removing') }, fact: { secondTries: tries('removed'), owned } });
    const at = (stage: 'removing' | 'removed' | 'added', seconds: number) => work({ owned, secondTries: [{ region: 'a', since: before(seconds), stage }] });
    // The removal may never have been made.
    expect(nextRegionStep(task(['a'], { a: 'FAILED' }), at('removing', 99))).toMatchObject({ kind: 'remove', regions: ['a'] });
    // The permissions of a fresh role get their time, in whatever state the Region is meanwhile.
    for (const statuses of [{}, { a: 'DELETE_IN_PROGRESS' }, { a: 'FAILED' }] as ReadonlyArray<Record<string, string>>) {
      expect(nextRegionStep(task(['a'], statuses), at('removed', 29))).toMatchObject({ kind: 'wait', waitingFor: expect.stringMatching(/^a,/) });
      expect(nextRegionStep(task(['a'], statuses), at('removed', 30))).toMatchObject({ kind: 'add', regions: ['a'], intent: { secondTries: tries('added') } });
    }
    expect(nextRegionStep(task(['a'], { a: 'FAILED' }), at('added', 99))).toBeUndefined();
    expect(nextRegionStep(task(['a'], {}), at('added', 0))).toMatchObject({ kind: 'add', regions: ['a'] });
  });

  test('what FAILED is left where others made it', () => {
    expect(nextRegionStep(task(['theirs'], { theirs: 'FAILED' }), work())).toBeUndefined();
  });

  test('what FAILED is nobody\'s business where nobody waits for it, or where it is not declared', () => {
    expect(nextRegionStep(task(['ours'], { ours: 'FAILED' }, { retriesFailed: false }), work())).toBeUndefined();
    expect(nextRegionStep(task([], { theirs: 'FAILED' }), work())).toBeUndefined();
  });

  test('at the end, only declared Regions are ours; without a list, those that were', () => {
    const owned = { physicalId: 'key', regions: ['a', 'b'] };
    expect(ownedAtTheEnd(owned, ['b', 'c'])).toEqual({ physicalId: 'key', regions: ['b'] });
    expect(ownedAtTheEnd(owned, undefined)).toEqual(owned);
  });
});

describe('what the primary says of the wait', () => {
  test('all is SYNCHRONIZED, also when nothing is declared', () => {
    expect(primaryLook(['a'], there({ a: 'SYNCHRONIZED', x: 'FAILED' }), work(), NOW)).toEqual({ kind: 'synchronized' });
    expect(primaryLook([], there({}), work(), NOW)).toEqual({ kind: 'synchronized' });
  });

  test('one FAILED ends it, with the service\'s reason', () => {
    expect(primaryLook(['a', 'b'], there({ a: 'FAILED', b: 'IN_PROGRESS' }), work(), NOW)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('a (a is FAILED)') });
    expect(primaryLook(['a'], { replication: [{ region: 'a', status: 'FAILED' }] }, work(), NOW)).toMatchObject({ kind: 'failed', reason: expect.stringContaining('the service gives no reason') });
  });

  test('what is IN_PROGRESS is awaited at its replica, until that is there and the primary still says so', () => {
    const key = there({ a: 'IN_PROGRESS', b: 'SYNCHRONIZED', c: 'IN_PROGRESS' });
    const first = primaryLook(['a', 'b', 'c'], key, work({ since: before(16) }), NOW);
    expect(first).toEqual({
      kind: 'waiting', wait: { primaryAt: before(0), awaited: ['a', 'c'] }, inSeconds: 2, waitingFor: 'replication: a IN_PROGRESS, b SYNCHRONIZED, c IN_PROGRESS',
    });
    const wait = { primaryAt: before(9), awaited: ['a', 'c'] };
    expect(primaryLook(['a'], key, work(), NOW, { wait, replicas: 'notAsked' })).toMatchObject({ wait: { primaryAt: before(0), awaited: ['a'] } });
    expect(primaryLook(['a'], key, work(), NOW, { wait, replicas: 'present' })).toMatchObject({ wait: { primaryAt: before(0), awaited: [] } });
    // From then on, a fruitless look changes nothing.
    const alone = { primaryAt: before(9), awaited: [] };
    expect(primaryLook(['a'], key, work(), NOW, { wait: alone, replicas: 'present' })).toMatchObject({ wait: alone });
  });

  test.each([[0, 1], [8, 1], [15, 1], [16, 2], [80, 10], [240, 30], [3000, 30]])('after %i s, the next look is in %i s', (waited, seconds) => {
    expect(secondsUntilLook(before(waited), NOW)).toBe(seconds);
  });
});
