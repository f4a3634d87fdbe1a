import * as fc from 'fast-check';
import { dueTimes, Queue, REGION, smallestDistance } from './queue';
import { PACING } from '../../../src/provider/handler/quota/pacing';
import { Place } from '../../../src/provider/handler/quota/rate-limiter';

const { fullPace, slower, largestDistance, halvedAfter, underWay } = PACING;

/** A queue of so many, some of which are under way. */
async function busy(count: number): Promise<{ readonly queue: Queue; readonly places: Place[] }> {
  const queue = new Queue();
  const places = await queue.drawn(count);
  return { queue, places };
}

describe('a throttled request', () => {
  test('slows everybody down who waits, at once, and keeps its turn', async () => {
    const { queue, places } = await busy(20);
    queue.pass(places[9].dueAt - queue.now);
    const again = await queue.limiter().throttled(places[9]);
    expect(again.ticket).toEqual(places[9].ticket);
    expect(again.dueAt).toBe(queue.now + underWay * fullPace * slower);
    const after = await queue.places(places.slice(10).map(({ ticket }) => ticket));
    expect(dueTimes(after)).toEqual(after.map((_, index) => again.dueAt + (index + 1) * fullPace * slower));
  });

  test('is one write', async () => {
    const { queue, places } = await busy(2);
    queue.requests = [];
    await queue.limiter().throttled(places[1]);
    expect(queue.requests).toEqual(['anchor']);
  });

  test('that was alone finds its turn too', async () => {
    const { queue, places: [alone] } = await busy(1);
    const again = await queue.limiter().throttled(alone);
    expect([again.ticket, again.dueAt > queue.now]).toEqual([alone.ticket, true]);
    queue.pass(again.dueAt - queue.now);
    expect(await queue.limiter().place(again.ticket)).toMatchObject({ ticket: alone.ticket, dueAt: queue.now });
  });

  test('slows down once per epoch: ten at once, whoever is first, and each finds another time, those under way before it in their order', async () => {
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray([10, 11, 12, 13, 14, 15, 16, 17, 18, 19], { minLength: 10 }), async order => {
      const { queue, places } = await busy(40);
      queue.pass(places[19].dueAt - queue.now);
      const again = new Map<number, Place>();
      for (const index of order) { again.set(index, await queue.limiter().throttled(places[index])); }
      expect(queue.item!.anchor).toMatchObject({ epoch: places[0].anchor.epoch + 2, distance: fullPace * slower });
      const waiting = [...[...again.values()], ...await queue.places(places.slice(20).map(({ ticket }) => ticket))];
      const times = dueTimes(waiting);
      expect(Math.min(...times)).toBeGreaterThan(queue.now);
      expect(smallestDistance(times)).toBeGreaterThanOrEqual(fullPace * slower - 1e-6);
      const first = order[0];
      const kept = waiting.filter(({ ticket: { number } }) => number >= places[Math.max(10, first - underWay + 1)].ticket.number);
      const inTime = [...kept].sort((a, b) => a.dueAt - b.dueAt).map(({ ticket }) => ticket.number);
      expect(inTime).toEqual([...inTime].sort((a, b) => a - b));
    }));
  });

  test('slows down again if it was sent in the new epoch, and never beyond the largest distance', async () => {
    const { queue, places: [first] } = await busy(1);
    let place = first;
    for (let times = 1; times <= 12; times += 1) {
      queue.pass(place.dueAt - queue.now);
      place = await queue.limiter().throttled(place);
      expect(queue.item!.anchor!.distance).toBe(Math.min(largestDistance, fullPace * slower ** times));
    }
    expect(queue.item!.anchor!.distance).toBe(largestDistance);
  });
});

describe('a slow pace', () => {
  /** Slowed down by so many throttled requests, with a queue behind. */
  async function slowed(times: number, waiting: number): Promise<{ readonly queue: Queue; readonly places: Place[] }> {
    const queue = new Queue();
    let [place] = await queue.drawn(1);
    for (let time = 0; time < times; time += 1) {
      queue.pass(place.dueAt - queue.now);
      place = await queue.limiter().throttled(place);
    }
    return { queue, places: [place, ...await queue.drawn(waiting)] };
  }

  test('is not brought forward by who is far behind, whatever time has passed', async () => {
    const { queue, places } = await slowed(8, 400);
    queue.pass(60_000);
    queue.requests = [];
    await queue.limiter().place(places[300].ticket);
    expect(queue.requests).toEqual(['readLimiter']);
  });

  test('recovers as tickets become due: half the distance in its time, down to the full pace', async () => {
    const { queue, places: [place] } = await slowed(8, 400);
    const slow = queue.item!.anchor!;
    let ticket = place.ticket;
    const distances: Array<readonly [number, number]> = [];
    for (let count = 0; queue.item!.anchor!.distance > fullPace; count += 1) {
      expect(count).toBeLessThan(400);
      const { dueAt } = await queue.limiter().place(ticket);
      if (dueAt > queue.now) { queue.pass(dueAt - queue.now); }
      await queue.limiter().place(ticket);
      distances.push([queue.now - slow.distanceChangedAt, queue.item!.anchor!.distance]);
      ticket = { region: REGION, number: ticket.number + 1 };
    }
    for (const [age, distance] of distances) {
      const exact = Math.max(fullPace, slow.distance * 2 ** (-age / halvedAfter));
      expect(distance).toBeGreaterThanOrEqual(exact - 1e-6);
      expect(distance).toBeLessThanOrEqual(exact / 0.8);
    }
  });

  test('recovers without making two due at once: no ticket comes closer to the one before it than the full pace', async () => {
    const { queue, places } = await slowed(6, 200);
    const sent: number[] = [];
    for (const { ticket } of places) {
      for (;;) {
        const place = await queue.limiter().place(ticket);
        expect(place.ticket).toEqual(ticket);
        expect(place.askAgainAt).toBeGreaterThanOrEqual(queue.now);
        if (place.dueAt <= queue.now) { break; }
        queue.pass(place.askAgainAt - queue.now);
      }
      sent.push(queue.now);
    }
    expect(smallestDistance(sent)).toBeGreaterThanOrEqual(fullPace - 1e-6);
    expect(Math.max(...sent) - Math.min(...sent)).toBeLessThan(200 * largestDistance);
  });

  test('is asked for again as early as the full pace could make it due, but not more often than once a second', async () => {
    const { queue, places } = await slowed(4, 100);
    for (const { ticket: { number }, dueAt, askAgainAt, anchor: { distance } } of places.slice(1)) {
      expect(askAgainAt).toBeCloseTo(Math.min(dueAt, queue.now + Math.max(1000, (dueAt - queue.now) * fullPace / distance)), 3);
      expect(number).toBeGreaterThan(0);
    }
  });

  test('is over after an idle time', async () => {
    const { queue } = await slowed(8, 0);
    queue.pass(10 * halvedAfter);
    const [first, second] = await queue.drawn(2);
    expect([first.dueAt, second.dueAt]).toEqual([queue.now, queue.now + fullPace]);
  });

  test('is still half of it after half of that time', async () => {
    const { queue, places } = await slowed(8, 0);
    queue.pass(halvedAfter);
    const [first, second] = await queue.drawn(2);
    expect(places).toHaveLength(1);
    expect(second.dueAt - first.dueAt).toBeCloseTo(largestDistance / 2, -2);
  });
});
