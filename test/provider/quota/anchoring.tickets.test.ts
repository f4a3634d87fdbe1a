import { anchorAtDraw, anchorAtFasterPace, anchorAtSlowerPace, anchorOf, isGone, timeOf } from '../../../src/provider/handler/quota/anchoring';
import { PACING } from '../../../src/provider/handler/quota/pacing';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const { fullPace, largestDistance, slower, halvedAfter, underWay } = PACING;
const anchor = { epoch: 3, ticket: 100, time: NOW, distance: 500, distanceChangedAt: NOW };
const item = { drawn: 120, drawnAt: NOW, anchor };

test('a ticket\'s time follows from the anchor', () => {
  expect([99, 100, 104].map(number => timeOf(number, anchor) - NOW)).toEqual([-500, 0, 2_000]);
});

test('without an anchor every ticket was due long ago, and drawing anchors at the full pace', () => {
  expect(timeOf(1, anchorOf(undefined, PACING))).toBe(fullPace);
  const drawn = anchorAtDraw(2, { drawn: 1, drawnAt: NOW }, NOW + 10, PACING)!;
  expect(drawn).toMatchObject({ epoch: 1, ticket: 2, time: NOW + fullPace, distance: fullPace });
});

test.each([
  ['due in a moment', 101, 0, false],
  ['due a second ago', 100, 1_000, false],
  ['due more than two seconds ago', 100, 2_001, true],
  ['before the anchor', 99, 0, true],
  ['due in more than an hour', 100 + 7_201, 0, true],
])('the place of a ticket that is %s is gone: number %d, %d ms later: %s', (_, number, later, gone) => {
  expect(isGone(number, anchor, NOW + later)).toBe(gone);
});

describe('when a ticket is drawn', () => {
  test('one that lies ahead keeps the anchor', () => {
    expect(anchorAtDraw(121, item, NOW, PACING)).toBeUndefined();
  });

  test('the first after an idle time is due at once', () => {
    expect(anchorAtDraw(121, { ...item, drawnAt: NOW }, NOW + 3_600_000, PACING)).toBeUndefined();
  });

  test('one right after the last is a distance behind it', () => {
    const late = NOW + 60_000;
    const { time, distance } = anchorAtDraw(121, { ...item, drawnAt: late - 10 }, late, PACING)!;
    expect(time).toBe(late - 10 + distance);
    expect(distance).toBeCloseTo(Math.max(fullPace, 500 * 2 ** (-60_000 / halvedAfter)), 6);
  });

  test('one more than an hour ahead is drawn back', () => {
    expect(anchorAtDraw(100 + 7_201, item, NOW, PACING)).toMatchObject({ time: NOW, distance: fullPace, epoch: 4 });
  });
});

test('after a throttled request everybody slows down, up to a bound, and what may be under way gets new times', () => {
  const slowed = anchorAtSlowerPace(110, anchor, NOW, PACING);
  expect(slowed).toEqual({ epoch: 4, ticket: 110 - underWay, time: NOW, distance: 500 * slower, distanceChangedAt: NOW });
  expect(anchorAtSlowerPace(110, { ...anchor, distance: largestDistance }, NOW, PACING).distance).toBe(largestDistance);
});

describe('the pace recovers', () => {
  test('by half in its time, for a ticket that is due soon, whose own time stays', () => {
    const at = NOW + halvedAfter;
    const number = 100 + Math.ceil(halvedAfter / 500);
    const after = anchorAtFasterPace(number, anchor, at, PACING)!;
    expect(after.distance).toBe(250);
    expect(timeOf(number, after)).toBeCloseTo(timeOf(number, anchor), 6);
  });

  test('not for one that is not due soon, nor when there is little to recover', () => {
    expect(anchorAtFasterPace(200, anchor, NOW + halvedAfter / 2, PACING)).toBeUndefined();
    expect(anchorAtFasterPace(101, anchor, NOW + 100, PACING)).toBeUndefined();
  });
});
