import * as fc from 'fast-check';
import { dueTimes, HOUR, mostInOneSecond, Queue, REGION, smallestDistance } from './queue';
import { FaultKind } from '../../../src/provider/handler/control-plane/fault';
import { PACING } from '../../../src/provider/handler/quota/pacing';
import { LimiterItem } from '../../../src/provider/handler/quota/port';

const PACE = PACING.fullPace;

describe('an item', () => {
  test('that is lost: who waits queues again, and nobody waits longer than for those who are there', async () => {
    const queue = new Queue();
    const before = await queue.drawn(50);
    queue.item = undefined;
    const after = await queue.places(before.map(({ ticket }) => ticket));
    expect(dueTimes(after)).toEqual(after.map((_, index) => queue.now + index * PACE));
  });

  test.each<[string, (item: LimiterItem, now: number) => LimiterItem]>([
    ['whose counter jumped ahead', item => ({ ...item, drawn: item.drawn + 100_000_000 })],
    ['whose anchor lies a year ahead', ({ anchor, ...item }, now) => ({ ...item, anchor: { ...anchor!, time: now + 8_760 * HOUR } })],
    ['that is slow beyond reason', ({ anchor, ...item }) => ({ ...item, anchor: { ...anchor!, distance: 24 * HOUR } })],
    ['that was drawn from in the future', (item, now) => ({ ...item, drawnAt: now + HOUR })],
  ])('%s: the next one is sent within a second, and those behind it at the full pace', async (_, spoil) => {
    const queue = new Queue();
    const old = await queue.drawn(20);
    queue.pass(10_000);
    queue.item = spoil(queue.item!, queue.now);
    const places = await queue.drawn(20);
    expect(places[0].dueAt).toBeLessThanOrEqual(queue.now + 1000);
    expect(smallestDistance(dueTimes(places))).toBe(PACE);
    expect(places[19].dueAt).toBeLessThanOrEqual(queue.now + 1000 + 19 * PACE);
    const late = await queue.places(old.map(({ ticket }) => ticket));
    expect(mostInOneSecond([...dueTimes(places), ...dueTimes(late)])).toBeLessThanOrEqual(1000 / PACE);
  });

  test('with 400 dead tickets costs their time, and nothing after it', async () => {
    const queue = new Queue();
    await queue.drawn(400);
    const [last] = await queue.drawn(1);
    expect(last.dueAt).toBe(queue.now + 400 * PACE);
    queue.pass(400 * PACE + 1000);
    expect(dueTimes(await queue.drawn(1))).toEqual([queue.now]);
  });

  test('in whatever state lets everybody be sent, and never too many in one second', async () => {
    const time = fc.integer({ min: -2 * HOUR, max: 2 * HOUR });
    await fc.assert(fc.asyncProperty(
      fc.record({
        drawn: fc.nat(1_000),
        drawnAt: time,
        anchor: fc.record({
          epoch: fc.integer({ min: 1, max: 9 }),
          ticket: fc.integer({ min: -5, max: 2_000 }),
          time,
          distance: fc.integer({ min: PACE, max: PACING.largestDistance }),
          distanceChangedAt: time,
        }),
      }),
      fc.array(fc.nat(1_000), { maxLength: 20 }),
      async ({ drawn, drawnAt, anchor }, numbers) => {
        const queue = new Queue();
        queue.item = {
          drawn,
          drawnAt: queue.now + drawnAt,
          anchor: { ...anchor, time: queue.now + anchor.time, distanceChangedAt: queue.now + anchor.distanceChangedAt },
        };
        const waiting = [...new Set(numbers)].map(number => ({ region: REGION, number: number + 1 }));
        const places = [...await queue.places(waiting), ...await queue.drawn(20)];
        for (const { dueAt } of places) { expect(dueAt).toBeLessThanOrEqual(queue.now + HOUR); }
        // Of tickets that are somewhat late, as many as a place is kept for may come at once.
        expect(mostInOneSecond(dueTimes(places))).toBeLessThanOrEqual((1000 + 2_000) / PACE + 2);
      }), { numRuns: 500 });
  });
});

describe('late', () => {
  test('400 whom an outage held up are sent at the full pace, not all at once', async () => {
    const queue = new Queue();
    const before = await queue.drawn(400);
    queue.pass(400 * PACE + 60_000);
    const after = await queue.places(before.map(({ ticket }) => ticket));
    expect(dueTimes(after)).toEqual(after.map((_, index) => queue.now + index * PACE));
  });

  test('a place is kept for two seconds', async () => {
    const queue = new Queue();
    const [, second] = await queue.drawn(2);
    queue.pass(PACE + 2_000);
    expect(await queue.limiter().place(second.ticket)).toMatchObject({ ticket: second.ticket, dueAt: queue.now });
    queue.pass(1);
    expect((await queue.limiter().place(second.ticket)).ticket.number).toBe(3);
  });
});

describe('a table that cannot be reached', () => {
  const kinds: FaultKind[] = ['throttled', 'unreachable', 'accessDenied', 'unknownOutcome', 'notFound'];

  test.each(kinds)('(%s): a request waits some seconds, asks once more, and is sent', async kind => {
    const queue = new Queue();
    queue.faults.set('draw', kind).set('readLimiter', kind).set('anchor', kind);
    const first = await queue.limiter(() => 0).draw(REGION);
    const other = await queue.limiter(() => 1).draw(REGION);
    expect([first.dueAt - queue.now, other.dueAt - queue.now]).toEqual([1_000, 10_000]);
    expect(first.askAgainAt).toBe(first.dueAt);
    queue.pass(10_000);
    expect((await queue.limiter().place(first.ticket)).dueAt).toBe(queue.now);
  });

  test('for a moment: who waited without a place finds one', async () => {
    const queue = new Queue();
    queue.faults.set('draw', 'unreachable');
    const { ticket } = await queue.limiter().draw(REGION);
    queue.faults.clear();
    await queue.drawn(3);
    expect(await queue.limiter().place(ticket)).toMatchObject({ ticket: { number: 4 }, dueAt: queue.now + 3 * PACE });
  });

  test('while a request waits for its place: it is sent when it comes back, for that is when it was due', async () => {
    const queue = new Queue();
    const places = await queue.drawn(10);
    queue.faults.set('readLimiter', 'unreachable');
    queue.pass(places[9].dueAt - queue.now);
    expect(await queue.limiter().place(places[9].ticket)).toMatchObject({ ticket: places[9].ticket, dueAt: queue.now });
  });

  test.each(kinds)('(%s) when a request was throttled: it waits some seconds', async kind => {
    const queue = new Queue();
    const [, second] = await queue.drawn(2);
    queue.faults.set('draw', kind).set('anchor', kind);
    const again = await queue.limiter(() => 0).throttled(second);
    expect([again.ticket, again.dueAt]).toEqual([second.ticket, queue.now + 1_000]);
    const without = await queue.limiter(() => 0).throttled({ ...second, ticket: { region: REGION, number: 0 } });
    expect(without.dueAt).toBe(queue.now + 1_000);
  });

  test('what is no fault of the table is not hidden', async () => {
    const queue = new Queue();
    queue.table.draw = async () => { throw new TypeError('a mistake'); };
    await expect(queue.limiter().draw(REGION)).rejects.toThrow('a mistake');
  });
});
